import type { Cell } from "./cell.ts";
import { unknownMark, unknownWords } from "./cell.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";

/** A row of a file or the fields of a request: column → cell; an absent column is empty. */
export interface Row {
  readonly cells: Readonly<Record<string, Cell | undefined>>;
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
/** In UTF-8, of all notes of a row together: a rule of the contract. */
const noteBytesMax = 64 * 1024;
/**
 * In JSON, of all other texts of a row together. They lie in its event, and EventStoreDB takes an
 * append of at most 1 MiB; ids, dates and what the event says of itself have the rest.
 */
const textBytesMax = 800_000;
/** A character that nobody sees may be `\u0000`, six bytes, in JSON. */
const jsonBytesPerUnitMax = 6;
/** A database text cannot hold it. */
const unstorable = "\u0000";
/** As spreadsheets and programs write a number that has lost its end. */
const ruined = /^['+]?(?:\d+(?:\.\d+)?\s*e\s*\+|\d+\.\d+\s*e)\s*\d+$/i;
const printable = /^[ -~]*$/;
const fullWidth = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/;
/** Besides what Unicode says is not shown: line ends, blanks but the space, an empty Braille. */
const unseen = /[\p{Cf}\p{Cc}\p{DI}\p{Zl}\p{Zp}\u2800]|(?! )\p{Zs}/u;

/**
 * The text of a column, "" where it is absent or empty. Where it is unknown, the reason goes to
 * `problems`, and the answer is "".
 */
export function textOf(row: Row, column: string, problems: Refusal[]): string {
  const cell = row.cells[column];
  if (cell === undefined || typeof cell === "string") return cell ?? "";
  problems.push(refuseUnknown(column, cell));
  return "";
}

/** Whether a column is absent or empty; an unknown cell is neither. */
export function isEmpty(row: Row, column: string): boolean {
  const cell = row.cells[column];
  return cell === undefined || cell === "";
}

function refuseUnknown(column: string, { unknown }: Exclude<Cell, string>): Refusal {
  return refuse("MalformedField", `${column} ${unknownWords[unknown]}`, column);
}

/** The row's own id for an answer, "" where it has none or it is unknown. */
export function keyOf(row: Row, column: string): string {
  const cell = row.cells[column];
  return typeof cell === "string" ? cell : "";
}

/** That a column must be filled, and is not. */
export function needed(column: string): Refusal {
  return refuse("MalformedField", `${column} is needed`, column);
}

/**
 * An id column that must be filled. What is wrong with it goes to `problems`; the text is returned
 * all the same.
 */
export function neededId(row: Row, column: string, problems: Refusal[]): string {
  const id = textOf(row, column, problems);
  if (id === "") problems.push(needed(column));
  else checkId(column, id, problems);
  return id;
}

function checkId(column: string, id: string, problems: Refusal[]): void {
  checkLength(column, id, idLengthMax, problems);
  const what = printable.test(id) ? undefined : misleadingIn(id);
  if (what !== undefined) {
    problems.push(refuse("MalformedField", `${column} holds ${what}`, column));
  }
  checkDigits(column, id, problems);
}

/** What of an id looks like another id, in words. */
function misleadingIn(id: string): string | undefined {
  const hidden = unseen.exec(id)?.[0];
  if (hidden !== undefined)
    return `the character ${codeOf(hidden)}, which nobody sees: type it anew`;
  const wide = fullWidth.exec(id)?.[0];
  if (wide !== undefined) return `the full-width character ${codeOf(wide)}: type it half-width`;
  const whole = id.normalize("NFC");
  const at = Array.from(id).findIndex((one, i) => one !== Array.from(whole)[i]);
  if (at < 0) return undefined;
  const parts = codeOf(Array.from(id)[at + 1] ?? Array.from(id)[at] ?? "");
  return `a character that is put together with ${parts}: type it anew`;
}

function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${code}`;
}

/** Refuses what identifies something and was turned into a rounded number by a spreadsheet. */
export function checkDigits(column: string, text: string, problems: Refusal[]): void {
  if (!ruined.test(text)) return;
  const message = `${column} is a number like 5.39999E+17, which has lost its end; make it text`;
  problems.push(refuse("MalformedField", message, column));
}

/** Refuses a text of more than `lengthMax` characters. */
export function checkLength(
  column: string,
  text: string,
  lengthMax: number,
  problems: Refusal[],
): void {
  if (text.length <= lengthMax) return;
  const message = `${column} is longer than ${lengthMax} characters`;
  problems.push(refuse("MalformedField", message, column));
}

/**
 * What is wrong with a row before any column is read: cells that are unknown in one of the `known`
 * columns, the mark of an unknown one in any, what no later step could store, and texts that are
 * too long together. Notes are the unknown columns and `noteColumn`.
 */
export function checkCells(
  row: Row,
  known: ReadonlySet<string>,
  problems: Refusal[],
  noteColumn?: string,
): void {
  if (row.surplus === true) {
    problems.push(refuse("MalformedField", "the row has more cells than the header has columns"));
  }
  let length = 0;
  for (const column in row.cells) {
    const cell = row.cells[column] ?? "";
    if (typeof cell !== "string") {
      if (known.has(column) || cell.unknown === "marked") {
        problems.push(refuseUnknown(column, cell));
      }
    } else if (cell !== "") {
      length += column.length + cell.length;
      if (cell.includes(unstorable) || !cell.isWellFormed()) {
        problems.push(refuse("MalformedField", `${column} holds a broken character`, column));
      }
    }
  }
  if (length * jsonBytesPerUnitMax <= noteBytesMax) return;
  checkBytes(row, known, problems, noteColumn);
}

/** Names of notes that are no columns of the ledger's are kept with them, and bounded likewise. */
function checkBytes(
  row: Row,
  known: ReadonlySet<string>,
  problems: Refusal[],
  noteColumn: string | undefined,
): void {
  let [notes, names, others] = [0, 0, 0];
  for (const [column, cell] of Object.entries(row.cells)) {
    if (typeof cell !== "string" || cell === "") continue;
    const isKnown = known.has(column);
    if (isKnown && column !== noteColumn) others += Buffer.byteLength(JSON.stringify(cell));
    else notes += Buffer.byteLength(cell);
    if (!isKnown) names += Buffer.byteLength(column);
  }
  const limits = [
    ["notes", notes, noteBytesMax, "UTF-8"],
    ["names of the notes", names, noteBytesMax, "UTF-8"],
    ["texts", others, textBytesMax, "JSON"],
  ] as const;
  for (const [what, bytes, max, encoding] of limits) {
    if (bytes <= max) continue;
    const message = `the ${what} of the row together are longer than ${max} bytes of ${encoding}`;
    problems.push(refuse("MalformedField", message));
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
    const cell = row.cells[column];
    if (cell === undefined || cell === "" || read.has(column)) continue;
    const text = noteOf(cell);
    if (known.has(column)) (compared ??= {})[column] = text;
    else (extra ??= {})[column] = text;
  }
  if (compared === undefined && extra === undefined) return undefined;
  return { compared: compared ?? {}, extra: extra ?? {} };
}

/** A cell as it is kept as a note: where it is unknown, that it was. */
export function noteOf(cell: Cell): string {
  return typeof cell === "string" ? cell : unknownMark;
}

/** Free text in the vault: its item, and the fingerprint of the part that is content. */
export interface SealedText {
  readonly item: string;
  readonly fingerprint?: string | undefined;
}
