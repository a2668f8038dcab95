import type { Cell } from "../domain/cell.ts";
import { unknownCells } from "../domain/cell.ts";

/** What Excel allows. */
export const cellCharactersMax = 32_767;

/** Whether a number format that every spreadsheet has shows a number as a date. */
export function isBuiltInDateFormat(id: number): boolean {
  const between = (first: number, last: number) => id >= first && id <= last;
  return between(14, 22) || between(27, 36) || between(45, 47) || between(50, 58);
}

/** Whether the code of a number format shows a number as a date. */
export function isDateFormat(code: string): boolean {
  return /[ymd]/i.test(code.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, ""));
}

const shortestDecimal = /^(0|[1-9]\d*)(\.\d*[1-9])?$/;
const number = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;
/** As many as a spreadsheet keeps and shows. */
const digitsMax = 15;

/**
 * A number to 15 significant digits as its shortest decimal, never with an exponent; unknown where
 * it has more digits than that before the point, or is no number.
 */
export function readNumber(text: string): Cell {
  // Up to 15 digits a double holds any decimal as it is.
  if (text.length <= digitsMax && shortestDecimal.test(text)) return text;
  const value = Number(text);
  if (!number.test(text) || !Number.isFinite(value)) return unknownCells.error;
  const decimal = withoutExponent(String(Number(value.toPrecision(digitsMax))));
  const whole = decimal.replace("-", "").split(".")[0] ?? "";
  return whole.length > digitsMax ? unknownCells.lostEnd : decimal;
}

function withoutExponent(text: string): string {
  if (!text.includes("e")) return text;
  const [mantissa = "", exponent] = text.split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

const dayMs = 86_400_000;

/**
 * A date serial as its day, `YYYY-MM-DD`, whatever the time of day; a time of no day as
 * `HH:MM:SS`. A serial that names no day shows as an error.
 */
export function readDate(text: string, date1904: boolean): Cell {
  const serial = Number(Number(text).toPrecision(digitsMax));
  if (serial >= 0 && serial < 1 && !date1904) return timeText(serial);
  const day = Math.floor(serial);
  // The 1900 system counts 29 February 1900, which never was, as day 60.
  const exists = date1904 ? day >= 0 : day >= 1 && day !== 60;
  if (!exists || !(day <= (date1904 ? 2_957_003 : 2_958_465))) return unknownCells.error;
  const epoch = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day < 60 ? 31 : 30);
  return new Date(epoch + day * dayMs).toISOString().slice(0, 10);
}

function timeText(serial: number): string {
  return new Date(Math.round(serial * dayMs)).toISOString().slice(11, 19);
}

/** `_x000D_` and the like stand for characters that XML cannot hold. */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (escape, code: string) =>
    code === "0000" ? escape : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
