import type { Command } from "commander";
import { Option } from "commander";
import { sumMoney } from "../domain/decimal.ts";
import type { KnownAt, Period } from "../queries/as-of.ts";
import type { GroupIncome, Grouping, HouseholdIncome, Income } from "../queries/statement.ts";
import { statements, statementsBy } from "../queries/statement.ts";
import { periodOf } from "./choices.ts";
import type { Column, Output } from "./output.ts";
import { tableText } from "./output.ts";
import type { Runner, Session } from "./session.ts";
import { answerableAt } from "./session.ts";
import type { StatementOptions } from "./statement.ts";
import {
  asked,
  incomeCells,
  incomeHeader,
  knownAtWords,
  statementDocument,
  withPeriod,
} from "./statement.ts";
import { legNames } from "../../events/legs.ts";
import { periodWords } from "../words/instants.ts";
import { legLabel } from "../words/legs.ts";
import { counted, grouped } from "../words/numbers.ts";

type StatementsOptions = StatementOptions & { readonly by?: Grouping };

const groupings: readonly Grouping[] = ["village", "township", "organisation"];

/** `sunshine statements [--by GROUP]` */
export function statementsVerb(program: Command, run: Runner): void {
  const verb = program
    .command("statements")
    .summary("money every household received, or sums of them")
    .description("Money every household ever registered received, or sums of it, by leg.")
    .addOption(new Option("--by <group>", "sum up instead").choices(groupings));
  withPeriod(verb).action(async (options: StatementsOptions) => {
    const period = periodOf(options);
    await run(verb, { table: true }, async (session) => {
      const knownAt = await answerableAt(session, options.knownAt);
      if (options.by === undefined) await printAll(session, knownAt, period);
      else await printSums(session, options.by, knownAt, period);
      return 0;
    });
  });
}

const pageMax = 1_000;

async function printAll(session: Session, knownAt: KnownAt, period: Period): Promise<void> {
  const { ledger, out, signal } = session;
  const total = totals();
  let page: HouseholdIncome[] = [];
  let first = true;
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    await printPage(out, page, first, knownAt, period);
    first = false;
    page = [];
  };
  for await (const income of statements(ledger, knownAt, period)) {
    total.add(income);
    if (page.push(income) === pageMax) await flush();
  }
  await flush();
  if (out.format === "people") await printTotal(out, total, "household", knownAt, period);
}

async function printPage(
  out: Output,
  page: readonly HouseholdIncome[],
  first: boolean,
  knownAt: KnownAt,
  period: Period,
): Promise<void> {
  switch (out.format) {
    case "json":
      for (const income of page) await out.json(statementDocument(income, knownAt, period));
      return;
    case "csv":
      return out.csv(
        first ? ["household", ...incomeHeader] : null,
        page.map((income) => [income.household, ...incomeCells(income, knownAt, period)]),
      );
    case "people":
      if (page.length === 0) return;
      return out.show(
        tableText(
          [{ title: "户 household" }, ...incomeColumns],
          page.map((income) => [income.household, ...shownCells(income)]),
        ),
      );
  }
}

const groupTitles: Readonly<Record<string, string>> = {
  county: "县 county",
  township: "乡 township",
  village: "村 village",
  organisation: "主体 organisation",
  name: "名称 name",
};

async function printSums(
  { ledger, out }: Session,
  by: Grouping,
  knownAt: KnownAt,
  period: Period,
): Promise<void> {
  const sums = await statementsBy(ledger, by, knownAt, period);
  const names = groupColumns[by];
  const counts = by !== "organisation";
  const count = ({ households }: GroupIncome) => (counts ? { households } : {});
  switch (out.format) {
    case "json":
      for (const sum of sums) {
        const { group, legs: received, total } = sum;
        const was = asked(knownAt, period);
        await out.json({ ...group, ...count(sum), ...was, legs: received, total });
      }
      return;
    case "csv":
      return out.csv(
        [...names, ...(counts ? ["households"] : []), ...incomeHeader],
        sums.map((sum) => [
          ...names.map((name) => sum.group[name]),
          ...Object.values(count(sum)),
          ...incomeCells(sum, knownAt, period),
        ]),
      );
    case "people": {
      const titles = names.map((name): Column => ({ title: groupTitles[name] ?? name }));
      const households: Column[] = counts ? [{ title: "户 households", align: "right" }] : [];
      const rows = sums.map((sum) => [
        ...names.map((name) => sum.group[name] ?? ""),
        ...Object.values(count(sum)).map(grouped),
        ...shownCells(sum),
      ]);
      await out.show(tableText([...titles, ...households, ...incomeColumns], rows));
      const total = totals();
      sums.forEach(total.add);
      return printTotal(out, total, by, knownAt, period);
    }
  }
}

const groupColumns: Readonly<Record<Grouping, readonly string[]>> = {
  village: ["county", "township", "village"],
  township: ["county", "township"],
  organisation: ["organisation", "name"],
};

const incomeColumns: readonly Column[] = [
  ...legNames.map((leg): Column => ({ title: legLabel(leg), align: "right" })),
  { title: "合计 total", align: "right" },
];

function shownCells({ legs: received, total }: Income): string[] {
  return [...legNames.map((leg) => grouped(received[leg] ?? "–")), grouped(total)];
}

/** A running sum by leg of what is printed. */
function totals() {
  const sums: Record<string, string> = {};
  const sum = { count: 0, total: "0.00" };
  return {
    sums,
    sum,
    add: ({ legs: received, total }: Income): void => {
      sum.count += 1;
      sum.total = sumMoney([sum.total, total]);
      for (const [leg, amount] of Object.entries(received)) {
        sums[leg] = sumMoney([sums[leg] ?? "0.00", amount]);
      }
    },
  };
}

const plurals: Readonly<Record<string, string>> = { household: "households", village: "villages" };

function printTotal(
  out: Output,
  { sums, sum }: ReturnType<typeof totals>,
  noun: string,
  knownAt: KnownAt,
  period: Period,
): Promise<void> {
  const parts = legNames.map((leg) => `${legLabel(leg)} ${grouped(sums[leg] ?? "0.00")}`);
  const many = plurals[noun] ?? `${noun}s`;
  return out.people(
    "",
    `${counted(sum.count, noun, many)}, ${periodWords(period)}, in yuan: ` +
      `${parts.join(" · ")} · 合计 total ${grouped(sum.total)}`,
    knownAtWords(knownAt),
  );
}
