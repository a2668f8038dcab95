import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import type { Fact, FactName } from "./facts.ts";
import type { KnownProgramme } from "./known-programme.ts";

/** What a fact adds, not yet to which figure of which row. */
export type Amount = FactName & { readonly value: bigint };

/** Days from and to which rows are summed, both included; from the first where nothing is said. */
export interface Span {
  readonly from?: string;
  readonly to: string;
}

/** Whether a day lies in a span. */
export function isWithin(day: string, { from = "", to }: Span): boolean {
  return from <= day && day <= to;
}

/**
 * What a row comes to in a span: its amount on its own day, and what takes it back with the
 * opposite sign on that one's.
 */
export function amountsOf(
  known: KnownProgramme,
  row: ProgrammeRow,
  amount: bigint,
  span: Span,
): Amount[] {
  const amounts: Amount[] = [];
  if (isWithin(row.data.date, span)) amounts.push({ ...known.factOf(row), value: amount });
  const taker = known.takenBackBy(row);
  if (taker !== undefined && isWithin(row.takenBackOn ?? "", span)) {
    amounts.push({ ...taker, value: -amount });
  }
  return amounts;
}

/** Facts of a report as they are found. */
export interface Collected {
  readonly facts: Fact[];
  /** Adds amounts to a figure of a row, or what the opposite of them is. */
  add(row: string, figure: string, amounts: readonly Amount[], sign?: 1n | -1n): void;
  /** Counts one thing. */
  count(row: string, figure: string, fact: FactName): void;
  /** What a figure of a row has come to. */
  sum(row: string, figure: string): bigint;
}

/** An empty collection. */
export function collect(): Collected {
  const facts: Fact[] = [];
  const sums = new Map<string, bigint>();
  const put = (row: string, figure: string, { fact, position, value }: Amount): void => {
    facts.push({ row, figure, fact, position, value });
    const name = `${row}\n${figure}`;
    sums.set(name, (sums.get(name) ?? 0n) + value);
  };
  return {
    facts,
    add: (row, figure, amounts, sign = 1n) => {
      for (const one of amounts) put(row, figure, { ...one, value: sign * one.value });
    },
    count: (row, figure, fact) => {
      put(row, figure, { ...fact, value: 1n });
    },
    sum: (row, figure) => sums.get(`${row}\n${figure}`) ?? 0n,
  };
}
