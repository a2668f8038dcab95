// R1 to R160 of the five policies: each example is done on a ledger of its own.
import { test } from "tap";
import { refusalCodes } from "../../src/domain/refusal.ts";
import { questions } from "../../src/queries/questions.ts";
import { requirements } from "../requirements/requirements.ts";
import { usesOf } from "../requirements/requirement.ts";
import { runExample } from "../support/example.ts";

test("the requirements", (t) => {
  const ids = Array.from({ length: 160 }, (_, at) => `R${at + 1}`);
  t.strictSame(
    requirements.map(({ id }) => id),
    ids,
    "each is there once",
  );
  const known = new Set(questions.map(({ name }) => name));
  for (const requirement of requirements) {
    const { codes, questions: asked } = usesOf(requirement);
    for (const code of codes) t.ok((refusalCodes as readonly string[]).includes(code), code);
    for (const name of asked) t.ok(known.has(name), name);
    t.ok(
      requirement.example.some(({ do: what }) => what !== "given"),
      requirement.id,
    );
  }
  t.end();
});

for (const requirement of requirements) {
  test(`${requirement.id}: ${requirement.shows}`, (t) => runExample(t, requirement));
}
