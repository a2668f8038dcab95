import type { TextEncoding } from "./text-encoding.ts";

/** One row with at least one value. */
export interface TableRow {
  /** As a spreadsheet counts: the header is row 1, empty rows count, a CSV record is one row. */
  readonly row: number;
  /** One text a header column, trimmed, `""` where absent. */
  readonly cells: readonly string[];
  /** The same cells untrimmed, for the rejected-rows file; longer than `cells` if `surplus`. */
  readonly raw: readonly string[];
  /**
   * Columns (from 0) whose XLSX cell does not say what was meant: a number of over 15 digits, a
   * date serial that names no day, an error, a formula without its value. Absent when none.
   */
  readonly lossy?: ReadonlySet<number>;
  /** The CSV record has values beyond the header's columns, so its cells may have shifted. */
  readonly surplus?: true;
}

/** An open file of rows under a header; reading it takes flat memory whatever its size. */
export interface Table {
  readonly format: "csv" | "xlsx";
  /** What rejected rows are written back in; an XLSX file says `utf-8-bom`. */
  readonly encoding: TextEncoding;
  /** Trimmed column names without repetition; a column without a name is `""`. */
  readonly header: readonly string[];
  /** Size in bytes of what is to be read. */
  readonly bytes: number;
  /** How many of `bytes` have been read so far; never falls. */
  bytesRead(): number;
  /**
   * Every row with a value, in order, once only; at most `rowsMax` at a time, fewer if long.
   * Throws `TableError` at a place that cannot be read: the rows before it were delivered.
   */
  batches(rowsMax: number): AsyncIterable<readonly TableRow[]>;
  /** Releases the file; may be called at any time and twice. */
  close(): Promise<void>;
}

/** A row as its file has it; row 1, where there is one, is the header. */
export interface SourceRow {
  readonly row: number;
  readonly raw: string[];
  readonly lossy?: ReadonlySet<number>;
}

/** What a format gives: rows in ascending order, in handfuls that may be empty. */
export interface RowSource {
  readonly format: Table["format"];
  readonly encoding: TextEncoding;
  readonly bytes: number;
  bytesRead(): number;
  rows(): AsyncGenerator<SourceRow[]>;
  close(): Promise<void>;
}
