import { parseDay } from "../domain/calendar.ts";

const instantForm =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-](\d{2}):(\d{2}))$/;

/** The first and the last instant of the years 1 to 9999, in ms; others are written otherwise. */
const instantMin = Date.parse("0001-01-01T00:00:00Z");
const instantMax = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * An RFC 3339 instant in UTC, cut to milliseconds; null where the text is no instant, or one
 * outside the years 1 to 9999.
 */
export function parseInstant(text: string): string | null {
  const match = instantForm.exec(text);
  if (match === null) return null;
  const [, day = "", hour = "", minute = "", second = "", fraction = ".0", zone = ""] = match;
  const [offsetHours = "00", offsetMinutes = "00"] = match.slice(7);
  const inRange =
    parseDay(day) !== null &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) <= 60 &&
    Number(offsetHours) < 24 &&
    Number(offsetMinutes) < 60;
  if (!inRange) return null;
  const sign = zone.startsWith("-") ? -1 : 1;
  const offset = sign * (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  const whole = Date.parse(`${day}T${hour}:${minute}:00Z`) + Number(second) * 1_000 - offset;
  const ms = whole + Math.floor(Number(`0${fraction}`) * 1_000);
  return ms < instantMin || ms > instantMax ? null : new Date(ms).toISOString();
}

/** An instant as a clerk in China reads it: to the second, Asia/Shanghai. */
export function inShanghai(instant: string): string {
  const local = new Date(Date.parse(instant) + 8 * 3_600_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
}

/** A period in words. */
export function periodWords({ from, to }: { from?: string | undefined; to?: string | undefined }) {
  if (from === undefined && to === undefined) return "all days";
  if (to === undefined) return `from ${from ?? ""}`;
  return from === undefined ? `to ${to}` : `${from} to ${to}`;
}

/** A day in Chinese: 2025年3月5日. */
export function dayWords(day: string): string {
  return day.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, "$1年$2月$3日");
}
