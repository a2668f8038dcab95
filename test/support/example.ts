// Runs the example of a requirement on a ledger of its own.
import type { Test } from "tap";
import { readText } from "../../src/domain/cell.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import { publicList } from "../../src/queries/lists.ts";
import { questions } from "../../src/queries/questions.ts";
import type { Deed, Requirement } from "../requirements/requirement.ts";
import { countyOf } from "../requirements/requirement.ts";
import type { Step } from "./given.ts";
import type { TestLedger } from "./ledger.ts";
import { testLedger } from "./ledger.ts";
import { report } from "./reporting.ts";

/** Does what the example says, and compares every answer. */
export async function runExample(t: Test, requirement: Requirement): Promise<void> {
  const ledger = await testLedger(t);
  for (const step of countyOf(requirement)) await mustRecord(t, ledger, step);
  for (const deed of requirement.example) await run(t, ledger, deed);
}

async function run(t: Test, ledger: TestLedger, deed: Deed): Promise<void> {
  switch (deed.do) {
    case "given":
      for (const step of deed.steps) await mustRecord(t, ledger, step);
      return;
    case "recorded":
      t.strictSame(await give(ledger, deed.step), [], words(deed.step));
      return;
    case "refused":
      t.equal(await give(ledger, deed.step), deed.code, words(deed.step));
      return;
    case "remarked": {
      const said = await give(ledger, deed.step);
      t.ok(Array.isArray(said) && said.includes(deed.code), `${words(deed.step)}: ${deed.code}`);
      return;
    }
    case "reported": {
      const said = await report(ledger, deed.report, deed.told);
      const { total, rows } = said;
      const whole: Readonly<Record<string, unknown>> = { total, answer: said };
      const found = whole[deed.row] ?? rows.find((one) => one.row === deed.row);
      t.match(found, deed.figures, `${deed.report}: ${deed.row}`);
      return;
    }
    case "answered": {
      const asked = questions.find(({ name }) => name === deed.question);
      if (asked === undefined) throw new Error(`there is no question ${deed.question}`);
      const found = await asked.ask(ledger, deed.told, await ledger.caughtUp());
      t.match(found, deed.answer, deed.question);
    }
  }
}

async function mustRecord(t: Test, ledger: TestLedger, step: Step): Promise<void> {
  const said = await give(ledger, step);
  t.ok(Array.isArray(said), `${words(step)}, not ${String(said)}`);
}

/** The codes of its remarks where it is recorded, otherwise that of its refusal. */
async function give(ledger: TestLedger, [kind, row]: Step): Promise<readonly string[] | string> {
  const cells = await Promise.all(
    Object.entries(row).map(async ([column, text]) => {
      return [column, readText(await withHash(ledger, text))] as const;
    }),
  );
  const parsed = kindOf(kind).parse({ cells: Object.fromEntries(cells) });
  if (!parsed.ok) return parsed.refusal.code;
  const contexts = [{ actor: "test" }];
  const [outcome] = await ledger.handler.handle({ kind, commands: [parsed.command], contexts });
  if (outcome === undefined || outcome.status === "failed") throw new Error("it has an outcome");
  if (outcome.status === "refused") return outcome.refusal.code;
  const { remarks = [] } = outcome.status === "recorded" ? outcome : {};
  return outcome.status === "recorded" ? remarks.map(({ code }) => code) : outcome.status;
}

const hashNamed = /^\{hash:([^:]+):(\d+)\}$/;

/** `{hash:PLAN:N}` stands for the hash of a plan's list, which only the ledger knows. */
async function withHash(ledger: TestLedger, text: string): Promise<string> {
  const [, plan, version] = hashNamed.exec(text) ?? [];
  if (plan === undefined) return text;
  const list = { plan, version: Number(version) };
  return (await publicList(ledger.pool, list, await ledger.caughtUp())).hash;
}

function words([kind, row]: Step): string {
  return `${kind} ${Object.values(row).join(" ")}`.slice(0, 90);
}
