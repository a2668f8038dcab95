import type { Command } from "commander";
import type { KnownAt, Period } from "../queries/as-of.ts";
import type { HouseholdIncome, Income } from "../queries/statement.ts";
import { statement } from "../queries/statement.ts";
import type { KnownAtChoice } from "./choices.ts";
import { parseDayOption, parseKnownAt, periodOf } from "./choices.ts";
import type { Output } from "./output.ts";
import { tableText } from "./output.ts";
import type { Runner } from "./session.ts";
import { answerableAt } from "./session.ts";
import { legNames } from "../../events/legs.ts";
import { inShanghai, periodWords } from "../words/instants.ts";
import { legLabel } from "../words/legs.ts";
import { grouped } from "../words/numbers.ts";

/** Options of a period and of what was known then. */
export interface StatementOptions {
  readonly from?: string;
  readonly to?: string;
  readonly knownAt?: KnownAtChoice;
}

/** Adds `--from`, `--to` and `--known-at` to a verb. */
export function withPeriod(command: Command): Command {
  return withKnownAt(
    command
      .option("--from <day>", "first 业务日期, included (YYYY-MM-DD)", parseDayOption)
      .option("--to <day>", "last 业务日期, included", parseDayOption),
  );
}

/** Adds `--known-at` to a verb. */
export function withKnownAt(command: Command): Command {
  return command.option(
    "--known-at <position|instant>",
    "as it was known then: a position, or an instant like 2026-03-01T08:00:00+08:00",
    parseKnownAt,
  );
}

/** `sunshine statement HOUSEHOLD` */
export function statementVerb(program: Command, run: Runner): void {
  const verb = program
    .command("statement")
    .summary("money one household received, by leg")
    .description("Money one household received, by leg, by 业务日期.")
    .argument("<household>", "户编号");
  withPeriod(verb).action(async (household: string, options: StatementOptions) => {
    const period = periodOf(options);
    await run(verb, { table: true }, async (session) => {
      const knownAt = await answerableAt(session, options.knownAt);
      const income = await statement(session.ledger, household, knownAt, period);
      await print(session.out, income, knownAt, period);
      return 0;
    });
  });
}

/** What goes before and after the sums in a statement's JSON document. */
export function statementDocument(
  { household, legs: received, total }: HouseholdIncome,
  knownAt: KnownAt,
  { from, to }: Period,
): object {
  return { household, ...asked(knownAt, { from, to }), legs: received, total };
}

/** What was asked for, as every statement repeats it. */
export function asked({ position, at }: KnownAt, { from, to }: Period) {
  return {
    from: from ?? null,
    to: to ?? null,
    knownAt: { position: position.toString(), at },
  };
}

/** The columns of sums in a CSV table of statements. */
export const incomeHeader: readonly string[] = ["from", "to", "knownAt", ...legNames, "total"];

/** The sums of a CSV table of statements; a leg that is zero is written so. */
export function incomeCells(
  { legs: received, total }: Income,
  { position }: KnownAt,
  { from, to }: Period,
): string[] {
  const cells = legNames.map((leg) => received[leg] ?? "0.00");
  return [from ?? "", to ?? "", position.toString(), ...cells, total];
}

async function print(
  out: Output,
  income: HouseholdIncome,
  knownAt: KnownAt,
  period: Period,
): Promise<void> {
  switch (out.format) {
    case "json":
      return out.json(statementDocument(income, knownAt, period));
    case "csv":
      return out.csv(
        ["household", ...incomeHeader],
        [[income.household, ...incomeCells(income, knownAt, period)]],
      );
    case "people": {
      const columns = [{ title: "收入 received" }, { title: "yuan", align: "right" }] as const;
      const received = legNames.filter((leg) => income.legs[leg] !== undefined);
      const rows = received.map((leg) => [legLabel(leg), grouped(income.legs[leg] ?? "")]);
      return out.people(
        `户 Household ${income.household}, ${periodWords(period)}`,
        "",
        tableText(columns, [...rows, ["合计 total", grouped(income.total)]]),
        "",
        knownAtWords(knownAt),
      );
    }
  }
}

/** The position an answer speaks of, in words. */
export function knownAtWords({ position, at }: KnownAt): string {
  if (at === null) return "Nothing is recorded yet.";
  return `As known at position ${grouped(position)}, recorded ${inShanghai(at)} (Asia/Shanghai).`;
}
