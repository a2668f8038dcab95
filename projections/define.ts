import type { EventMeta, LedgerEvent } from "../events/index.ts";

/**
 * A recorded event, lifted to its latest version; the lines of a parted list are all in
 * `data.lines`. An event with a very long list comes several times, each time with the next lines.
 */
export type ProjectedEvent = LedgerEvent & {
  readonly position: bigint;
  readonly id: string;
  readonly stream: string;
  readonly meta: EventMeta;
  /** How many lines of its list came with it before; 0 for the first time, and for most. */
  readonly linesBefore: number;
};

/** A value of a row: exact decimals and days as text. */
export type ColumnValue = string | number | bigint | null | undefined;

/** A table of facts: rows are only ever added, each carries the position it was known from. */
export interface TableShape {
  readonly name: string;
  /** Column → PostgreSQL type, in the order of the values; `position` is one of them. */
  readonly columns: Readonly<Record<string, string>>;
  readonly primaryKey: string;
  /** Index name → what follows `ON table`. */
  readonly indexes: Readonly<Record<string, string>>;
}

/** Takes one row for a table of the projection; values in the order of the table's columns. */
export type WriteRow = (table: string, values: readonly ColumnValue[]) => void;

/**
 * An invariant of a projection: a query that returns one sentence for each breach, and no row while
 * it holds.
 */
export interface Invariant {
  readonly holds: string;
  /** SQL with the schema as `{schema}`. */
  readonly breaches: string;
}

/**
 * A read model: a pure function from recorded events to rows. `verify` derives it again and
 * compares; its invariants are checked as well, and a projection without any does not compile.
 */
export interface Projection {
  readonly name: string;
  /** Raised when shape or meaning changes: the next start builds it anew beside the old one. */
  readonly version: number;
  readonly tables: readonly TableShape[];
  readonly invariants: readonly [Invariant, ...Invariant[]];
  /** It has rows for lines of lists, and takes those of a very long one some at a time. */
  readonly takesLines?: true;
  project(event: ProjectedEvent, write: WriteRow): void;
}
