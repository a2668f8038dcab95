import { inShanghai } from "../words/instants.ts";
import { grouped } from "../words/numbers.ts";
import type { KnownAt } from "./as-of.ts";

/** A value of a CSV table; what is absent is empty. */
export type Cell = string | number | null | undefined;

/** A CSV table, or the part of it that one page of a list makes. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A column of a table for people. */
export interface Title {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A table for people. */
export interface Table {
  readonly titles: readonly Title[];
  readonly rows: readonly (readonly string[])[];
}

/** What people are shown: a line of text or a table. */
export type Block = string | Table;

/**
 * A column of a list, declared once for CSV (`name`) and for people (`title`); either may be left
 * out. `show` is how people see the value, otherwise as it is.
 */
export interface Column<Row> {
  readonly name?: string;
  readonly title?: string;
  readonly align?: "left" | "right";
  readonly value: (row: Row) => Cell;
  readonly show?: (row: Row) => string;
}

/** The columns that have a name, as CSV. */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): CsvTable {
  const named = columns.filter(({ name }) => name !== undefined);
  return {
    header: named.map(({ name = "" }) => name),
    rows: rows.map((row) => named.map(({ value }) => value(row))),
  };
}

/** The columns that have a title, as a table for people. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Table {
  const titled = columns.filter(({ title }) => title !== undefined);
  return {
    titles: titled.map(({ title = "", align = "left" }) => ({ title, align })),
    rows: rows.map((row) =>
      titled.map(({ value, show }) => (show === undefined ? String(value(row) ?? "") : show(row))),
    ),
  };
}

/** The position an answer speaks of, in words. */
export function knownAtWords({ position, at }: KnownAt): string {
  if (at === null) return "Nothing is recorded yet.";
  return `As known at position ${grouped(position)}, recorded ${inShanghai(at)} (Asia/Shanghai).`;
}
