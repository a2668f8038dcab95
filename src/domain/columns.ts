import { dayMax, dayMin, parseWrittenDay } from "./calendar.ts";
import { asMoney, parsePositive, toUnits, withDecimals } from "./decimal.ts";
import type { Facts } from "./facts.ts";
import type { Refusal, RefusalCode } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { Row } from "./row.ts";
import { checkDigits, checkLength, isEmpty, needed, neededId, textOf } from "./row.ts";

/** A column of a file and the field of a command that stands for it, declared once. */
export interface Column<T = unknown> {
  /** Its name in files. */
  readonly column: string;
  /** What it says, for people who fill it in. */
  readonly means: string;
  /** How it is written; empty for any text. */
  readonly form: string;
  /** Values that have a name of their own in JSON: name → as in files. */
  readonly values?: Readonly<Record<string, string>>;
  /** It holds an id or a number of an account or the like: no amount, no day, no word. */
  readonly identifies?: true;
  /** A row may leave it out, or have any text in it. */
  readonly isFree?: true;
  /** It names documents, by their SHA-256 or, where their folder is given, by file name. */
  readonly namesDocuments?: true;
  /** What the id in it refers to. */
  readonly thing?: Thing<unknown>;
  /**
   * Reads the value of a row and adds what is wrong with it to `problems`. `isNeeded` is for a
   * column that some rows may leave empty.
   */
  read(row: Row, problems: Refusal[], isNeeded?: boolean): T;
}

/** What rows refer to by an id. */
export interface Thing<T> {
  /**
   * The refusal where nothing is known by that id: its code, and its words after the column's name.
   */
  readonly unknown: readonly [code: RefusalCode, words: string];
  known(facts: Facts, id: string): T | undefined;
}

/** A column with the id of something that must be known. */
export interface Reference<T, V extends string | undefined = string> extends Column<V> {
  readonly thing: Thing<T>;
}

/** An id that must be there. */
export function id(column: string, means: string): Column<string> {
  const form = "at most 200 characters, none of them invisible or a full-width letter or digit";
  const read = (row: Row, problems: Refusal[]) => neededId(row, column, problems);
  return { column, means, form, identifies: true, read };
}

/** The id of something that must be known, see `things.ts`. */
export function ref<T>(column: string, means: string, thing: Thing<T>): Reference<T> {
  return { ...id(column, means), thing };
}

/** Any text, empty where the row has none, of at most `lengthMax` characters. */
export function text(column: string, means: string, lengthMax = Infinity): Column<string> {
  const form = lengthMax === Infinity ? "" : `at most ${lengthMax} characters`;
  const read = (row: Row, problems: Refusal[]) => {
    const found = textOf(row, column, problems);
    checkLength(column, found, lengthMax, problems);
    return found;
  };
  return { column, means, form, isFree: true, read };
}

/** A text of digits that identifies something: refused where a spreadsheet has rounded it. */
export function digits(column: string, means: string, lengthMax = Infinity): Column<string> {
  const plain = text(column, means, lengthMax);
  return {
    ...plain,
    identifies: true,
    read: (row, problems) => {
      const found = plain.read(row, problems);
      checkDigits(column, found, problems);
      return found;
    },
  };
}

/** One of some words. In JSON and in the event it has the name that stands before it here. */
export function words<N extends string>(
  column: string,
  means: string,
  values: Readonly<Record<N, string>>,
): Column<N> {
  const names = new Map(Object.entries<string>(values).map(([name, word]) => [word, name as N]));
  const message = `${column} is not one of ${[...names.keys()].join(" ")}`;
  return {
    column,
    means,
    form: "",
    values,
    read: (row, problems) => {
      const name = names.get(textOf(row, column, problems));
      if (name === undefined) problems.push(refuse("MalformedField", message, column));
      return name ?? ("" as N);
    },
  };
}

/** A day of the calendar. */
export function day(column: string, means: string): Column<string> {
  const read = (row: Row, problems: Refusal[]) => neededDay(row, column, problems);
  return { column, means, form: "YYYY-MM-DD or YYYY/M/D, from 1949-10-01 to 2199-12-31", read };
}

/** A quantity or price above zero. */
export function decimal(column: string, means: string): Column<string> {
  return {
    column,
    means,
    form: "digits[.digits] above zero, at most 4 decimals, as a text",
    read: (row, problems, isNeeded = true) =>
      isNeeded ? neededDecimal(row, column, problems) : filledDecimal(row, column, problems),
  };
}

/** A number of shares above zero, written with exactly four decimals. */
export function shareCount(column: string, means: string): Column<string> {
  const plain = decimal(column, means);
  return {
    ...plain,
    read: (row, problems, isNeeded) => {
      const found = plain.read(row, problems, isNeeded);
      return found === "" ? "" : withDecimals(found, 4);
    },
  };
}

/** An amount of yuan above zero. */
export function money(column: string, means: string): Column<string> {
  const read = (row: Row, problems: Refusal[]) => neededMoney(row, column, problems);
  return { column, means, form: "yuan above zero with at most 2 decimals, as a text", read };
}

/** A part of a whole, above 0 and at most 1. */
export function ratio(column: string, means: string): Column<string> {
  const rule = "above 0 and at most 1, at most 6 decimals";
  return {
    column,
    means,
    form: `${rule}, as a text`,
    read: (row, problems) => {
      const found = textOf(row, column, problems);
      const parsed = parsePositive(found, 6);
      if (parsed !== null && toUnits(parsed, 6) <= 1_000_000n) return parsed;
      const message = found === "" ? `${column} is needed` : `${column} is not a ratio: ${rule}`;
      problems.push(refuse("MalformedField", message, column));
      return "";
    },
  };
}

const countDigitsMax = 9;

/** A whole number from `min` to `max`, written without a point. */
export function count(
  column: string,
  means: string,
  [min, max]: readonly [number, number] = [0, 10 ** countDigitsMax - 1],
): Column<number> {
  const rule = `a whole number from ${min} to ${max}`;
  return {
    column,
    means,
    form: `${rule}, as a text`,
    read: (row, problems) => {
      const found = textOf(row, column, problems);
      const isWritten = /^\d+$/.test(found) && found.length <= countDigitsMax;
      if (isWritten && Number(found) >= min && Number(found) <= max) return Number(found);
      const message = found === "" ? `${column} is needed` : `${column} is not ${rule}`;
      problems.push(refuse("MalformedField", message, column));
      return 0;
    },
  };
}

/** An amount of yuan, which may be 0. */
export function moneyOrZero(column: string, means: string): Column<string> {
  return {
    column,
    means,
    form: "yuan, 0 or above, with at most 2 decimals, as a text",
    read: (row, problems) => {
      if (/^0{1,15}(\.0{1,2})?$/.test(textOf(row, column, []))) return "0.00";
      return neededMoney(row, column, problems);
    },
  };
}

/** A text of digits of which only some lengths are meant: a year, a code. */
function code(column: string, means: string, lengths: readonly number[]): Column<string> {
  const form = `${lengths.join(", ")} digits`;
  return {
    column,
    means,
    form,
    identifies: true,
    read: (row, problems) => {
      const found = textOf(row, column, problems);
      if (/^\d+$/.test(found) && lengths.includes(found.length)) return found;
      const message = found === "" ? `${column} is needed` : `${column} is not of ${form}`;
      problems.push(refuse("MalformedField", message, column));
      return "";
    },
  };
}

/** A calendar year. */
export function year(column: string, means: string): Column<string> {
  return code(column, means, [4]);
}

/** The code of an administrative division, of one of some lengths. */
export function divisionCode(
  column: string,
  means: string,
  lengths: readonly number[] = [2, 4, 6, 9, 12],
): Column<string> {
  return code(column, means, lengths);
}

/** Several texts with 、 between; read with one between each, without blanks around. */
export function several(column: string, means: string, lengthMax = 200): Column<string> {
  return {
    column,
    means,
    form: `texts of at most ${lengthMax} characters, parted by 、`,
    isFree: true,
    read: (row, problems) => {
      const found = textOf(row, column, problems);
      const texts = found.split("、").map((one) => one.trim());
      const isRight = texts.every((one) => one !== "" && one.length <= lengthMax);
      if (isRight) return texts.join("、");
      const message =
        found === ""
          ? `${column} is needed`
          : `${column} is not texts of at most ${lengthMax} characters, parted by 、`;
      problems.push(refuse("MalformedField", message, column));
      return "";
    },
  };
}

const hash = /^[0-9a-f]{64}$/;
const hashForm = "64 lower-case hex digits";

/** A SHA-256. */
export function sha256(column: string, means: string): Column<string> {
  return {
    column,
    means,
    form: hashForm,
    identifies: true,
    read: (row, problems) => {
      const found = textOf(row, column, problems);
      if (hash.test(found)) return found;
      const message = found === "" ? `${column} is needed` : `${column} is not ${hashForm}`;
      problems.push(refuse("MalformedField", message, column));
      return "";
    },
  };
}

/** Documents by their SHA-256, parted by blanks or 、; read as parted by one blank each. */
export function documents(column: string, means: string): Column<string> {
  return {
    column,
    means,
    form: `${hashForm} each, parted by blanks or 、`,
    identifies: true,
    namesDocuments: true,
    read: (row, problems) => {
      const found = textOf(row, column, problems);
      const hashes = found.split(/[ 、]+/).filter((one) => one !== "");
      if (hashes.length > 0 && hashes.every((one) => hash.test(one))) return hashes.join(" ");
      const message =
        hashes.length === 0
          ? `${column} is needed`
          : `${column} names documents by ${hashForm}, parted by blanks or 、; ` +
            "by file name only where their folder is given (--documents)";
      problems.push(refuse("MalformedField", message, column));
      return "";
    },
  };
}

/** A text that must not be empty. */
export function filledText(column: string, means: string, lengthMax = Infinity): Column<string> {
  const plain = text(column, means, lengthMax);
  return {
    ...plain,
    read: (row, problems) => {
      const found = plain.read(row, problems);
      if (found === "") problems.push(needed(column));
      return found;
    },
  };
}

/** 备注: what may be said besides, which lies in the vault and is part of the row's content. */
export const remark = text("备注", "anything else; kept in the vault, compared");

/** The same column where it may be empty. */
export function may<T, Of extends Column<T>>(
  of: Of & Column<T>,
): Omit<Of, "read"> & Column<T | undefined> {
  return {
    ...of,
    read: (row: Row, problems: Refusal[], isNeeded = false) => {
      if (!isEmpty(row, of.column)) return of.read(row, problems, isNeeded);
      if (!isNeeded) return undefined;
      const before = problems.length;
      const found = of.read(row, problems, isNeeded);
      // A text may be empty where nothing needs it.
      if (problems.length === before) problems.push(needed(of.column));
      return found;
    },
  };
}

/** The same column where an empty one says something in particular. */
export function orElse<T, Of extends Column<T>>(
  of: Of & Column<T>,
  otherwise: T,
): Omit<Of, "read"> & Column<T> {
  return {
    ...of,
    read: (row: Row, problems: Refusal[]) =>
      isEmpty(row, of.column) ? otherwise : of.read(row, problems),
  };
}

/** A text column that must not be empty. */
export function neededText(row: Row, column: string, problems: Refusal[]): string {
  const found = textOf(row, column, problems);
  if (found === "") problems.push(needed(column));
  return found;
}

const otherZone = /^\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T].*(?:Z|[+-]\d{2}:?\d{2})$/i;

/** A day that must be there, as YYYY-MM-DD. */
export function neededDay(row: Row, column: string, problems: Refusal[]): string {
  const found = textOf(row, column, problems);
  const parsed = parseWrittenDay(found);
  if (parsed !== null) return parsed;
  const rule = `YYYY-MM-DD or YYYY/M/D, from ${dayMin} to ${dayMax}`;
  const message =
    found === ""
      ? `${column} is needed`
      : otherZone.test(found)
        ? `${column} is a time of another zone than China's, whose day may be another; give the day`
        : `${column} is not a day (${rule})`;
  problems.push(refuse("MalformedField", message, column));
  return "";
}

/** A quantity, price or par value above zero with at most four decimals, canonical. */
export function neededDecimal(row: Row, column: string, problems: Refusal[]): string {
  return number(row, column, 4, problems);
}

/** An amount above zero with at most two decimals, written with exactly two. */
export function neededMoney(row: Row, column: string, problems: Refusal[]): string {
  const parsed = number(row, column, 2, problems);
  return parsed === "" ? "" : asMoney(parsed);
}

function number(row: Row, column: string, most: 2 | 4, problems: Refusal[]): string {
  const found = textOf(row, column, problems);
  const parsed = parsePositive(found, most);
  if (parsed !== null) return parsed;
  const rule = `digits with at most ${most} decimals, above zero, 15 digits before the point`;
  const message = found === "" ? `${column} is needed` : `${column} is not a number: ${rule}`;
  problems.push(refuse("MalformedField", message, column));
  return "";
}

function filledDecimal(row: Row, column: string, problems: Refusal[]): string {
  const parsed = parsePositive(textOf(row, column, problems), 4);
  if (parsed !== null) return parsed;
  const message = `${column} is not a number: digits with at most 4 decimals, above zero`;
  problems.push(refuse("MalformedField", message, column));
  return "";
}
