// Runs the example of a requirement on a ledger of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { z } from "zod";
import type { PaidLine } from "../../seeds/bank-answers.ts";
import { notification } from "../../seeds/bank-answers.ts";
import { hashesIn } from "../../src/cli/demo-acts.ts";
import { readText } from "../../src/domain/cell.ts";
import { toUnits } from "../../src/domain/decimal.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import { schemasOf } from "../../src/queries/parameters.ts";
import { judgedPayments } from "../../src/queries/payments.ts";
import { questions } from "../../src/queries/questions.ts";
import type { Deed, Requirement } from "../requirements/requirement.ts";
import { countyOf } from "../requirements/requirement.ts";
import type { Step } from "./given.ts";
import type { TestLedger } from "./ledger.ts";
import { testLedger } from "./ledger.ts";
import { pay, payer, paying, tell } from "./paying-county.ts";
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
    case "credited":
      return credit(t, ledger, deed);
    case "reported": {
      const said = await report(ledger, deed.report, deed.told);
      const { total, rows } = said;
      const whole: Readonly<Record<string, unknown>> = { total, answer: said };
      const found = whole[deed.row] ?? rows.find((one) => one.row === deed.row);
      t.strictSame(shapedAs(deed.figures, found), deed.figures, `${deed.report}: ${deed.row}`);
      return;
    }
    case "answered": {
      const asked = questions.find(({ name }) => name === deed.question);
      if (asked === undefined) throw new Error(`there is no question ${deed.question}`);
      const told = z.object(schemasOf(asked.parameters)).parse(deed.told);
      const found = await asked.ask(ledger, told, await ledger.caughtUp());
      t.strictSame(shapedAs(deed.answer, found), deed.answer, deed.question);
    }
  }
}

/** Instructs all lines of plans that are due; a bank's notification books some of them. */
async function credit(
  t: Test,
  testing: TestLedger,
  { plans, households }: Deed & { readonly do: "credited" },
): Promise<void> {
  const ledger = paying(testing);
  const done = await pay(ledger, plans);
  if ("code" in done) throw new Error(done.code);
  const { position } = await testing.caughtUp();
  const { batch } = done.batch;
  const all = await judgedPayments(testing.pool, "batch = $1", [batch], position);
  const lines = all
    .filter(({ row }) => households.includes(row.household ?? ""))
    .map(({ row }): PaidLine => ({ payment: row.payment, fen: toUnits(row.amount, 2) }));
  const fen = lines.reduce((sum, line) => sum + line.fen, 0n);
  const entry = { reference: batch, day: "2025-03-04", direction: "DBIT", fen, lines } as const;
  const folder = await mkdtemp(join(tmpdir(), "sunshine-example-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const text = notification(batch, payer, entry.day, [entry]);
  const { credited, refused } = await tell(ledger, join(folder, "file.xml"), text);
  t.strictSame([credited, refused], [lines.length, []], "a bank books them");
}

async function mustRecord(t: Test, ledger: TestLedger, step: Step): Promise<void> {
  const said = await give(ledger, step);
  t.ok(Array.isArray(said), `${words(step)}, not ${String(said)}`);
}

/** The codes of its remarks where it is recorded, otherwise that of its refusal. */
async function give(ledger: TestLedger, [kind, row]: Step): Promise<readonly string[] | string> {
  const hashes = await hashesIn(paying(ledger), [row]);
  const cells = Object.entries(row).map(([column, text]) => {
    return [column, readText(hashes.get(text) ?? text)] as const;
  });
  const parsed = kindOf(kind).parse({ cells: Object.fromEntries(cells) });
  if (!parsed.ok) return parsed.refusal.code;
  const contexts = [{ actor: "test" }];
  const [outcome] = await ledger.handler.handle({ kind, commands: [parsed.command], contexts });
  if (outcome === undefined || outcome.status === "failed") throw new Error("it has an outcome");
  if (outcome.status === "refused") return outcome.refusal.code;
  const { remarks = [] } = outcome.status === "recorded" ? outcome : {};
  return outcome.status === "recorded" ? remarks.map(({ code }) => code) : outcome.status;
}

function words([kind, row]: Step): string {
  return `${kind} ${Object.values(row).join(" ")}`.slice(0, 90);
}

/** The members of what was found that are asked about; lists are compared whole. */
function shapedAs(wanted: unknown, found: unknown): unknown {
  if (Array.isArray(wanted) && Array.isArray(found)) {
    return found.map((one: unknown, at) => (at < wanted.length ? shapedAs(wanted[at], one) : one));
  }
  if (wanted instanceof RegExp) return wanted.test(String(found)) ? wanted : found;
  if (typeof wanted !== "object" || wanted === null) return found;
  if (typeof found !== "object" || found === null) return found;
  const members = found as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(wanted).map(([name, one]) => [name, shapedAs(one, members[name])]),
  );
}
