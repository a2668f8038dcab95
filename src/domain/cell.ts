/**
 * Why it is not known what a cell holds: it is an error; a formula whose result was never stored; a
 * number of over 15 digits, of which a spreadsheet has lost the end; a date or a logical value that
 * a spreadsheet made of an id; or the mark of a cell that was
 * unknown when its row was refused.
 */
export type UnknownReason = "error" | "noResult" | "lostEnd" | "remade" | "marked";

/** A cell of which it is not known what it holds. There is no text in it to take for its value. */
export interface UnknownCell {
  readonly unknown: UnknownReason;
}

/** What a cell holds: a text, `""` where it is empty, or something that is not known. */
export type Cell = string | UnknownCell;

/** The unknown cells, one a reason. */
export const unknownCells: Readonly<Record<UnknownReason, UnknownCell>> = {
  error: { unknown: "error" },
  noResult: { unknown: "noResult" },
  lostEnd: { unknown: "lostEnd" },
  remade: { unknown: "remade" },
  marked: { unknown: "marked" },
};

/** What stands in a file of refused rows, and in notes, where a cell was unknown. */
export const unknownMark = "#未知";

/** The reason in words that go after the name of the column. */
export const unknownWords: Readonly<Record<UnknownReason, string>> = {
  error: "is an error cell (#N/A, #REF! and the like)",
  noResult: "is a formula without a stored result; open the file in a spreadsheet and save it",
  lostEnd: "is a number of over 15 digits: Excel has lost its end; make it text",
  remade: "is a date or a logical value, which a spreadsheet made of what was typed; make it text",
  marked: `is ${unknownMark}: what stood there could not be read; type its value`,
};

/** Errors as spreadsheets write them, a number that its column is too narrow for among them. */
const errorText = /^(?:#N\/A|#GETTING_DATA|#\p{L}+(?:\/0)?[!?]|#{3,}|(?:Err|错误):\d{3})$/iu;
const unseen = /[\p{Cf}\p{Cc}\p{DI}]/gu;
/** What follows an apostrophe that guards a text. */
const guardedByApostrophe = /^'(?=\d+$|\ufeff*[=+\-@'])/;
const guardedByFormula = /^="((?:[^"]|"")*)"$/;

/**
 * What the text of a cell says, without the blanks around it. `="0123"` and an apostrophe before
 * digits alone or one of `= + - @ '` are how exports keep a spreadsheet from taking a text for a
 * number or a formula. The text of an error is one also where it came as a text.
 */
export function readText(written: string): Cell {
  const text = trimmed(written);
  switch (text.charCodeAt(0)) {
    case 0x23: // #
    case 0x45: // E
    case 0x65: // e
    case 0x9519: // 错
    case 0xff03: // ＃
    case 0x200b: // what nobody sees, with which an error is an error still
    case 0x200c:
    case 0x200d:
    case 0x200e:
    case 0x200f:
    case 0x2060:
    case 0xfeff:
    case 0x00ad:
      return knownOrNot(text);
    case 0x27: // '
      return text.replace(guardedByApostrophe, "");
    case 0x3d: {
      // =
      const inside = guardedByFormula.exec(text)?.[1];
      return inside === undefined ? text : knownOrNot(trimmed(inside.replaceAll('""', '"')));
    }
    default:
      return text;
  }
}

function knownOrNot(text: string): Cell {
  const seen = text.normalize("NFKC").replace(unseen, "");
  if (seen === unknownMark) return unknownCells.marked;
  return errorText.test(seen) ? unknownCells.error : text;
}

/** A text without the blanks around it. U+FEFF, which `trim` removes, is no blank. */
export function trimmed(text: string): string {
  const plain = text.trim();
  if (plain.length === text.length || !text.includes("\ufeff")) return plain;
  return text.replace(/^[^\S\ufeff]+|[^\S\ufeff]+$/g, "");
}

/**
 * A text as our own CSV holds it: guarded where a spreadsheet would run it and where reading would
 * take its first character for a guard. Amounts stay as they are, with their sign.
 */
export function guarded(text: string): string {
  return wouldRun(text) || guardedByApostrophe.test(text) ? `'${text}` : text;
}

function wouldRun(text: string): boolean {
  return /^\s*[=+\-@]/.test(text) && !/^[+-]\d+(?:\.\d+)?$/.test(text);
}

/** What a spreadsheet takes for a number, a date, a time or a fraction, and writes otherwise. */
const remakeable =
  /^[+-]?[\d.,]*\d\s*e\s*[+-]?\d+$|^\d+\.\d+$|^\d+[/-]\d+([/-]\d+)?$|^\d+:\d+|^(true|false)$|%$/i;

/** An id as it goes out in CSV: guarded where a spreadsheet would make something else of it. */
export function guardedId(text: string): string {
  return remakeable.test(text) && !text.includes('"') ? `="${text}"` : text;
}

/**
 * A cell of an input as it goes out again with its row, in CSV: guarded if it was before, if a
 * spreadsheet would run it, and if a spreadsheet would take zeros from the front of it unseen.
 */
export function guardedAgain(written: string, read: string): string {
  if (trimmed(written) !== read) return /^\d+$/.test(read) ? `'${read}` : guarded(read);
  return wouldRun(read) || /^0\d+$/.test(read) ? `'${read}` : written;
}
