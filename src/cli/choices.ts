import { InvalidArgumentError } from "commander";
import { parseDay } from "../domain/calendar.ts";
import type { Period } from "../queries/as-of.ts";
import { parseInstant } from "../words/instants.ts";
import { UsageError } from "./failure.ts";

/** What `--known-at` chooses: a position, or the last one recorded by an instant. */
export type KnownAtChoice = { readonly position: bigint } | { readonly instant: string };

/** `--known-at`: digits are a position, anything else an RFC 3339 instant with its offset. */
export function parseKnownAt(text: string): KnownAtChoice {
  if (/^\d+$/.test(text)) return { position: BigInt(text) };
  const instant = parseInstant(text);
  if (instant !== null) return { instant };
  throw new InvalidArgumentError(
    "It is neither a position (digits) nor an instant like 2026-03-01T08:00:00+08:00.",
  );
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
