const iso = /^(\d{4})-(\d{2})-(\d{2})$/;
const slashed = /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/;

/** A day as YYYY-MM-DD from `YYYY-MM-DD` or `YYYY/M/D`; null when it is no day of the calendar. */
export function parseDay(text: string): string | null {
  const match = iso.exec(text) ?? slashed.exec(text);
  if (match === null) return null;
  const [, year = "", month = "", date = ""] = match;
  const [y, m, d] = [Number(year), Number(month), Number(date)];
  if (y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m)) return null;
  return `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
}

/** The first day that a row may be about: the founding of the People's Republic. */
export const dayMin = "1949-10-01";
/** The last day that a row may be about. */
export const dayMax = "2199-12-31";

const timeOfDay = new RegExp(
  "(?: +|T)(?:上午|下午|凌晨|早上|中午|晚上)? *(?:[01]?\\d|2[0-3])[:：][0-5]\\d" +
    "(?:[:：][0-5]\\d(?:\\.\\d+)?)?(?: *[ap]\\.?m\\.?)?(?: *\\+08(?::?00)?)?$",
  "i",
);

/**
 * The day of a cell, as `parseDay` reads it, with or without a time of day, which does not count
 * (one of another time zone is none: its day in Shanghai may be another); null also where it lies
 * outside `dayMin` to `dayMax`.
 */
export function parseWrittenDay(text: string): string | null {
  const day = parseDay(text.length > 10 ? text.replace(timeOfDay, "") : text);
  return day !== null && day >= dayMin && day <= dayMax ? day : null;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The day in Asia/Shanghai (UTC+8, no summer time since 1991) of an instant in milliseconds. */
export function dayInShanghai(milliseconds: number): string {
  return new Date(milliseconds + 8 * 3_600_000).toISOString().slice(0, 10);
}

const millisecondsADay = 86_400_000;

/** Days from 1970-01-01 to a day of the calendar, YYYY-MM-DD; the day after it has the next. */
export function dayNumber(day: string): number {
  const milliseconds = Date.parse(day);
  if (Number.isNaN(milliseconds)) throw new Error("parsed: a day of the calendar");
  return milliseconds / millisecondsADay;
}

/** The day of such a number. */
export function dayOfNumber(number: number): string {
  return new Date(number * millisecondsADay).toISOString().slice(0, 10);
}

/** How many days there are from one to another, both included; none or fewer if it is before. */
export function daysInclusive(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from) + 1;
}

/** The day so many months later: of the same number, or the last of a month that has none such. */
export function monthsLater(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const all = year * 12 + (month - 1) + months;
  const [y, m] = [Math.floor(all / 12), (all % 12) + 1];
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${String(y).padStart(4, "0")}-${two(m)}-${two(Math.min(date, daysIn(y, m)))}`;
}
