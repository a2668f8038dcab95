import { InvalidArgumentError } from "commander";
import { parseDay } from "../domain/calendar.ts";
import type { Period } from "../queries/as-of.ts";
import { UsageError } from "./failure.ts";

/** What `--known-at` chooses: a position, or the last one recorded by an instant. */
export type KnownAtChoice = { readonly position: bigint } | { readonly instant: string };

const instantForm =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-](\d{2}):(\d{2}))$/;

/** `--known-at`: digits are a position, anything else an RFC 3339 instant with its offset. */
export function parseKnownAt(text: string): KnownAtChoice {
  if (/^\d+$/.test(text)) return { position: BigInt(text) };
  const instant = parseInstant(text);
  if (instant !== null) return { instant };
  throw new InvalidArgumentError(
    "It is neither a position (digits) nor an instant like 2026-03-01T08:00:00+08:00.",
  );
}

/** An RFC 3339 instant in UTC with milliseconds, cut below; null for what is none. */
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
  return new Date(whole + Math.floor(Number(`0${fraction}`) * 1_000)).toISOString();
}

/** `--from`, `--to`, `--on`: a day of the calendar as YYYY-MM-DD. */
export function parseDayOption(text: string): string {
  const day = parseDay(text);
  if (day !== null) return day;
  throw new InvalidArgumentError("It is no day of the calendar written as YYYY-MM-DD or YYYY/M/D.");
}

/** The period of `--from` and `--to`; throws `UsageError` when it ends before it begins. */
export function periodOf({ from, to }: Period): Period {
  if (from !== undefined && to !== undefined && from > to) {
    throw new UsageError(`--from ${from} is later than --to ${to}`);
  }
  return { from, to };
}
