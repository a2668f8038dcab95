import { parseDay } from "./calendar.ts";
import { asMoney, parsePositive } from "./decimal.ts";
import type { Facts } from "./facts.ts";
import type { Refusal, RefusalCode } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { Row } from "./row.ts";
import { cell, neededId, refuseLossy } from "./row.ts";

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
  return { column, means, form: "", read: (row, problems) => neededId(row, column, problems) };
}

/** The id of something that must be known, see `things.ts`. */
export function ref<T>(column: string, means: string, thing: Thing<T>): Reference<T> {
  return { ...id(column, means), thing };
}

/** Any text, empty where the row has none. */
export function text(column: string, means: string): Column<string> {
  return { column, means, form: "", read: (row) => cell(row, column) };
}

/** A text of digits that identifies something: refused where a spreadsheet has rounded it. */
export function digits(column: string, means: string): Column<string> {
  return {
    ...text(column, means),
    read: (row, problems) => {
      refuseLossy(row, [column], problems);
      return cell(row, column);
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
      const name = names.get(cell(row, column));
      if (name === undefined) problems.push(refuse("MalformedField", message, column));
      return name ?? ("" as N);
    },
  };
}

/** A day of the calendar. */
export function day(column: string, means: string): Column<string> {
  const read = (row: Row, problems: Refusal[]) => neededDay(row, column, problems);
  return { column, means, form: "YYYY-MM-DD or YYYY/M/D", read };
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

/** An amount of yuan above zero. */
export function money(column: string, means: string): Column<string> {
  const read = (row: Row, problems: Refusal[]) => neededMoney(row, column, problems);
  return { column, means, form: "yuan above zero with at most 2 decimals, as a text", read };
}

/** The same column where it may be empty. */
export function may<T, Of extends Column<T>>(
  of: Of & Column<T>,
): Omit<Of, "read"> & Column<T | undefined> {
  return {
    ...of,
    read: (row: Row, problems: Refusal[], isNeeded = false) =>
      !isNeeded && cell(row, of.column) === "" ? undefined : of.read(row, problems, isNeeded),
  };
}

/** A text column that must not be empty. */
export function neededText(row: Row, column: string, problems: Refusal[]): string {
  const found = cell(row, column);
  if (found === "") problems.push(refuse("MalformedField", `${column} is needed`, column));
  return found;
}

/** A day that must be there, as YYYY-MM-DD. */
export function neededDay(row: Row, column: string, problems: Refusal[]): string {
  const found = cell(row, column);
  const parsed = parseDay(found);
  if (parsed !== null) return parsed;
  const message =
    found === "" ? `${column} is needed` : `${column} is not a day (YYYY-MM-DD or YYYY/M/D)`;
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
  const found = cell(row, column);
  const parsed = row.lossy?.has(column) ? null : parsePositive(found, most);
  if (parsed !== null) return parsed;
  const rule = `digits with at most ${most} decimals, above zero, 15 digits before the point`;
  const message = found === "" ? `${column} is needed` : `${column} is not a number: ${rule}`;
  problems.push(refuse("MalformedField", message, column));
  return "";
}

function filledDecimal(row: Row, column: string, problems: Refusal[]): string {
  const parsed = row.lossy?.has(column) ? null : parsePositive(cell(row, column), 4);
  if (parsed !== null) return parsed;
  const message = `${column} is not a number: digits with at most 4 decimals, above zero`;
  problems.push(refuse("MalformedField", message, column));
  return "";
}
