// Asking reports, and what must hold of every one of them.
import type { Test } from "tap";
import { daysOf } from "../../src/queries/reports/asked.ts";
import type { Explained, Fact } from "../../src/queries/reports/facts.ts";
import { explanationOf, rowsOf } from "../../src/queries/reports/facts.ts";
import type { ReportAnswer, ReportTold } from "../../src/queries/reports/report.ts";
import { answerOf, askedOf } from "../../src/queries/reports/report.ts";
import { reports } from "../../src/queries/reports/reports.ts";
import type { TestLedger } from "./ledger.ts";

/** The answer of a report with rows. */
export interface Said {
  readonly rows: readonly ({ readonly row: string } & Readonly<Record<string, unknown>>)[];
  readonly total: Readonly<Record<string, unknown>>;
}

/** The rows and the total of a report. */
export async function report(ledger: TestLedger, name: string, told: ReportTold): Promise<Said> {
  return (await ask(ledger, name, told)) as unknown as Said;
}

/** The answer of a report. */
export async function ask(
  ledger: TestLedger,
  name: string,
  told: ReportTold,
): Promise<ReportAnswer> {
  const declared = reports.find((one) => one.name === name);
  if (declared === undefined) throw new Error(`there is no report ${name}`);
  return answerOf(declared, ledger, told, await ledger.caughtUp());
}

/**
 * What must hold of every report of a county: what explains a figure adds up to it, and the total
 * to its rows. `ids` says what the reports of something are asked of; the others are left out.
 */
export async function sums(
  t: Test,
  ledger: TestLedger,
  ids: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const declared of reports) {
    if (!("find" in declared)) continue;
    const { name, by = [], of } = declared;
    const id = of === undefined ? undefined : ids[name];
    if (of !== undefined && id === undefined) continue;
    for (const one of [undefined, ...by]) {
      const told: ReportTold = { id, on: "2025-12-31", by: one };
      const { rows, total } = await report(ledger, name, told);
      t.equal(total["rows"], rows.length, `${name}: rows are counted`);
      const byFigure = new Map<string, bigint>();
      for (const row of rows) {
        const { figures } = (await ask(ledger, name, { ...told, explain: row.row })) as unknown as {
          readonly figures: Readonly<Record<string, Explained>>;
        };
        for (const [figure, { value, facts }] of Object.entries(figures)) {
          const sum = facts.reduce((all, fact) => all + units(fact.value), 0n);
          t.equal(sum, units(value), `${name} ${row.row} ${figure}`);
          byFigure.set(figure, (byFigure.get(figure) ?? 0n) + sum);
          const shown = at(row, figure);
          if (shown != null) t.equal(units(shown as number), sum, `${figure} is shown`);
        }
      }
      for (const [figure, sum] of byFigure) {
        const shown = at(total, figure);
        if (shown != null) t.equal(units(shown as number), sum, `${name}: total ${figure}`);
      }
    }
    const unknown = ask(ledger, name, { id, on: "2025-12-31", explain: "无" });
    await t.rejects(unknown, { code: "RowUnknown" }, name);
  }
}

/**
 * The same of all rows of a report, however many: what explains them is read once. Answers how many
 * rows there are.
 */
export async function sumsOfAll(
  t: Test,
  ledger: TestLedger,
  name: string,
  told: ReportTold,
): Promise<number> {
  const declared = reports.find((one) => one.name === name);
  if (declared === undefined || !("find" in declared)) throw new Error(`${name} has no rows`);
  const { position } = await ledger.caughtUp();
  const found = await declared.find(await askedOf(ledger, told, daysOf(told), position));
  const all = await found.facts.of(undefined);
  const byRow = new Map<string, Fact[]>();
  for (const fact of all) {
    const own = byRow.get(fact.row);
    if (own === undefined) byRow.set(fact.row, [fact]);
    else own.push(fact);
  }
  const of = (row: string | undefined) =>
    Promise.resolve(row === undefined ? all : (byRow.get(row) ?? []));
  const { rows, total } = await rowsOf(declared, found);
  const wrong: string[] = [];
  const sums = new Map<string, bigint>();
  for (const row of rows) {
    const facts = { ...found.facts, of };
    const explained = await explanationOf(declared, { ...found, facts }, row.row);
    for (const [figure, { value, facts }] of Object.entries(explained ?? {})) {
      const sum = facts.reduce((all, fact) => all + units(fact.value), 0n);
      sums.set(figure, (sums.get(figure) ?? 0n) + sum);
      const shown = at(row, figure) ?? value;
      const isSame = sum === units(value) && sum === units(shown as number);
      if (!isSame) wrong.push(`${row.row} ${figure}`);
    }
  }
  for (const [figure, sum] of sums) {
    const shown = at(total, figure);
    if (shown !== undefined && units(shown as number) !== sum) wrong.push(`total ${figure}`);
  }
  t.strictSame(wrong, [], `${name} ${told.by ?? ""}: figures are the sums of their facts`);
  t.equal(total["rows"], rows.length, `${name}: rows are counted`);
  return rows.length;
}

function at(of: object, name: string): unknown {
  return name.split(".").reduce<unknown>((found, one) => (Object(found) as never)[one], of);
}

/** A sum without its point: the same figure has the same decimals everywhere. */
function units(value: number | string): bigint {
  return BigInt(String(value).replace(".", ""));
}
