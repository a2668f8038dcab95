import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";

/** A row of a file or the fields of a request: column → trimmed text; an absent column is "". */
export interface Row {
  readonly cells: Readonly<Record<string, string | undefined>>;
  /** Columns whose numeric cell had over 15 digits, so that Excel has lost its end. */
  readonly lossy?: ReadonlySet<string> | undefined;
  /** The row has more cells than the header has columns. */
  readonly surplus?: true | undefined;
}

/** The outcome of parsing at the edge. `key` is the row's own id, "" where it has none. */
export type Parsed<Command> =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly key: string; readonly refusal: Refusal };

/**
 * The text of a row that goes to the vault, because it may hold personal data: `compared` is part
 * of the row's content (备注 and columns that its type does not need), `extra` (unknown columns) is
 * kept as notes only.
 */
export interface FreeText {
  readonly compared: Readonly<Record<string, string>>;
  readonly extra: Readonly<Record<string, string>>;
}

const idLengthMax = 200;
const textLengthMax = 10_000;
/** A database text cannot hold it. */
const unstorable = "\u0000";

/** The text of a column, "" where it is absent. */
export function cell(row: Row, column: string): string {
  return row.cells[column] ?? "";
}

/**
 * An id column that must be filled. What is wrong with it goes to `problems`; the text is returned
 * all the same.
 */
export function neededId(row: Row, column: string, problems: Refusal[]): string {
  const id = cell(row, column);
  if (id === "") problems.push(refuse("MalformedField", `${column} is needed`, column));
  else checkId(row, column, id, problems);
  return id;
}

function checkId(row: Row, column: string, id: string, problems: Refusal[]): void {
  if (row.lossy?.has(column)) refuseLossy(row, [column], problems);
  else if (id.length > idLengthMax) {
    const message = `${column} is longer than ${idLengthMax} characters`;
    problems.push(refuse("MalformedField", message, column));
  }
}

/** Numbers that identify something and came as rounded numeric cells have lost their end. */
export function refuseLossy(row: Row, columns: readonly string[], problems: Refusal[]): void {
  for (const column of columns) {
    if (row.lossy?.has(column) !== true) continue;
    const message = `${column} is a number of over 15 digits: Excel has lost its end; make it text`;
    problems.push(refuse("MalformedField", message, column));
  }
}

/** Refuses values that no later step could store, in any column, before any other check. */
export function checkStorable(row: Row, problems: Refusal[]): void {
  if (row.surplus === true) {
    problems.push(refuse("MalformedField", "the row has more cells than the header has columns"));
  }
  for (const column in row.cells) {
    const text = row.cells[column] ?? "";
    if (text.length > textLengthMax) {
      const message = `${column} is longer than ${textLengthMax} characters`;
      problems.push(refuse("MalformedField", message, column));
    } else if (text.includes(unstorable) || !text.isWellFormed()) {
      problems.push(refuse("MalformedField", `${column} holds a broken character`, column));
    }
  }
}

/** The text that goes to the vault: filled columns that are not in `read`. */
export function freeTextOf(
  row: Row,
  read: ReadonlySet<string>,
  known: ReadonlySet<string>,
): FreeText | undefined {
  let compared: Record<string, string> | undefined;
  let extra: Record<string, string> | undefined;
  for (const column in row.cells) {
    const text = row.cells[column];
    if (text === undefined || text === "" || read.has(column)) continue;
    if (known.has(column)) (compared ??= {})[column] = text;
    else (extra ??= {})[column] = text;
  }
  if (compared === undefined && extra === undefined) return undefined;
  return { compared: compared ?? {}, extra: extra ?? {} };
}

/** Free text in the vault: its item, and the fingerprint of the part that is content. */
export interface SealedText {
  readonly item: string;
  readonly fingerprint?: string | undefined;
}
