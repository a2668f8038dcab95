// Tables of refusals: a row that meets a code, and one that just passes.
import type { Test } from "tap";
import type { CountyRow } from "./county.ts";
import type { Decided, Given, Step, Surveys } from "./given.ts";
import { isEvents, surveyed } from "./given.ts";
import { county } from "./programme-rows.ts";

/** A code, the history before it, a row that meets it and one that does not. */
export interface Case {
  readonly code: string;
  readonly after?: readonly Step[];
  readonly refused: Step;
  readonly passes: Step;
  /** What else is recorded before the row that passes. */
  readonly passesAfter?: readonly Step[];
  /** The row is recorded all the same, with a remark. */
  readonly isReported?: true;
}

/** What read models say where a rule asks them: nothing was paid, and nothing rests on anything. */
const nothingPaid: Surveys = {
  "paid-in-year": () => [],
  "named-elsewhere": () => [],
  "quantified-of-asset": () => "0",
};

/** The county after some rows. */
export function countyAfter(steps: readonly Step[], surveys: Surveys = nothingPaid): Given {
  return surveyed(surveys, ...county, ...steps);
}

/** What is said of a decision: the code of its refusal, or those of its remarks. */
export function codesOf(decided: Decided): readonly string[] {
  if (!isEvents(decided)) return [decided.code];
  return decided.flatMap(({ data }) => {
    const said: { readonly remarks?: readonly { readonly code: string }[] | undefined } =
      "remarks" in data ? data : {};
    return said.remarks?.map(({ code }) => code) ?? [];
  });
}

/** Judges both rows of each case: the second is recorded, and the code is not said of it. */
export function judged(t: Test, cases: readonly Case[], surveys: Surveys = nothingPaid): void {
  for (const { code, after = [], refused, passes, passesAfter = [], isReported } of cases) {
    const before = countyAfter(after, surveys);
    const decided = before.when(...refused);
    const [kind] = refused;
    t.ok(codesOf(decided).includes(code), `${kind}: ${code}, not ${codesOf(decided).join(" ")}`);
    t.equal(
      isEvents(decided),
      isReported === true,
      `${code} ${isReported ? "reports" : "refuses"}`,
    );
    const passed = before.and(...passesAfter).when(...passes);
    t.ok(isEvents(passed) && passed.length === 1, `${kind}: just passes ${code}`);
    t.notOk(codesOf(passed).includes(code), `${kind}: ${code} is not said of it`);
  }
}

/** A policy pack that is in force from the first day of 2025 on. */
export function pack(
  parameters: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, string>> = {},
  terms: CountyRow = {},
): Step {
  const names = [...Object.keys(parameters), ...Object.keys(rules)];
  const clauses = Object.fromEntries(names.map((name) => [name, "第一条"]));
  const said = {
    id: `test-${names.join("-")}`,
    from: "2025-01-01",
    source: { title: "试验" },
    ...terms,
    parameters,
    rules,
    clauses,
  };
  return ["packs", { 政策包: JSON.stringify(said), 经办人: "甲" }];
}
