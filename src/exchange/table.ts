import type { Cell } from "../domain/cell.ts";
import type { TextEncoding } from "./text-encoding.ts";

/** As many rows as a sheet can have, in a file of any format. */
export const rowsMax = 1_048_576;
/** As many columns as a sheet can have. */
export const columnsMax = 16_384;

/** What is said where a file has more rows; the reading ends there. */
export const tooManyRows = `the file has over ${rowsMax} rows`;

/** One row with at least one cell that is not empty; an unknown one is not. */
export interface TableRow {
  /** As a spreadsheet counts: empty rows and those above the header count, a CSV record is one. */
  readonly row: number;
  /** One cell a column of the header, as it is read; in a sheet also those behind its last name. */
  readonly cells: readonly Cell[];
  /**
   * The same cells as the file has them, for the rejected-rows file; longer than `cells` if
   * `surplus`.
   */
  readonly raw: readonly Cell[];
  /** The CSV record has values beyond the header's columns, so its cells may have shifted. */
  readonly surplus?: true;
}

/** Which sheet of a workbook is read, and the others, hidden ones too, in their order. */
export interface Sheets {
  readonly read: string;
  readonly notRead: readonly string[];
}

/** What a table is asked for. */
export interface TableOptions {
  /** The column that makes a row the header. */
  readonly idColumn: string;
  /** The columns that are known by name, `idColumn` among them. */
  readonly known: Iterable<string>;
  /** Those of them that a row may leave out. */
  readonly free?: Iterable<string>;
  /** Those with ids and numbers of accounts and the like, which no date and no logical value is. */
  readonly identifying?: Iterable<string>;
  /** The sheet of a workbook that is to be read; the first visible one where it is absent. */
  readonly sheet?: string | undefined;
}

/** An open file of rows under a header; reading it takes flat memory whatever its size. */
export interface Table {
  readonly format: "csv" | "xlsx";
  /** What rejected rows are written back in; an XLSX file says `utf-8-bom`. */
  readonly encoding: TextEncoding;
  /** The names of the columns as the file has them, trimmed; a column without a name is `""`. */
  readonly header: readonly string[];
  /** Names that stand for no known column, though without what is in brackets they would. */
  readonly doubtful: readonly string[];
  /** What the columns are: a known one, once, by its own name, others as in `header`. */
  readonly columns: readonly string[];
  /** Of a workbook. */
  readonly sheets?: Sheets | undefined;
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

/** A row as its file has it: texts as they are written, and cells that are unknown. */
export interface SourceRow {
  readonly row: number;
  readonly raw: Cell[];
  /** The columns with a date or a logical value. */
  readonly remade?: readonly number[];
}

/** What a format gives: rows in ascending order, in handfuls that may be empty. */
export interface RowSource {
  readonly format: Table["format"];
  readonly encoding: TextEncoding;
  readonly sheets?: Sheets;
  readonly bytes: number;
  bytesRead(): number;
  rows(): AsyncGenerator<SourceRow[]>;
  /** A cell beyond so many columns ends the reading. */
  narrowTo?(width: number): void;
  close(): Promise<void>;
}
