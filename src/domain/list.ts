import { createHash } from "node:crypto";
import type { JsonObject } from "../encoding/canonical.ts";
import { canonical } from "../encoding/canonical.ts";
import { fromUnits, toUnits } from "./decimal.ts";
import type { Sealing } from "./sealing.ts";

/** The most lines in one event; the writer records the others in events before it. */
export const linesMax = 500;

/** What every line of a list says. */
export interface ListedLine extends JsonObject {
  readonly amount: string;
}

/** What the closing event of a list says of all of it, besides its last lines. */
export interface ListTotals {
  readonly count: number;
  /** Money. */
  readonly sum: string;
  /** SHA-256, hex, over the canonical encoding of all lines in order. */
  readonly linesHash: string;
}

/** What the closing event of a list has of it. */
export interface ListClosed<L = JsonObject> extends ListTotals {
  readonly list: string;
  /** How many events before it have its first lines. */
  readonly earlier: number;
  readonly lines: L[];
}

/** Some lines of a list that is made while it is recorded. */
export interface LinesToMake<L extends ListedLine = ListedLine> {
  /** Reads what they are made of; absent where that is there. */
  readonly read?: () => Promise<void>;
  /** Makes them: at most {@link linesMax}. What they name in the vault is kept by `sealing`. */
  readonly make: (sealing: Sealing) => readonly L[];
}

/**
 * A list that is made while it is recorded, some lines at a time: nothing holds all of it. It is
 * made once.
 */
export interface ListMaking<L extends ListedLine = ListedLine> {
  /** Its name. */
  readonly list: string;
  /** What makes its lines, in their order. */
  readonly lines: Iterable<LinesToMake<L>>;
}

/** A list of lines that are there, or are derived from what is, one by one. */
export function listMadeOf<L extends ListedLine>(list: string, lines: Iterable<L>): ListMaking<L> {
  return { list, lines: chunksOf(lines) };
}

function* chunksOf<L extends ListedLine>(lines: Iterable<L>): Generator<LinesToMake<L>, void> {
  let some: L[] = [];
  for (const line of lines) {
    some.push(line);
    if (some.length < linesMax) continue;
    const full = some;
    yield { make: () => full };
    some = [];
  }
  if (some.length > 0) yield { make: () => some };
}

/** Counts and hashes the lines of a list, which are added in their order. */
export function listTotals(): { add(line: ListedLine): void; totals(): ListTotals } {
  const hash = createHash("sha256").update("[");
  let count = 0;
  let fen = 0n;
  return {
    // Line by line: all of a long list are more than one text can hold.
    add: (line) => {
      hash.update(`${count === 0 ? "" : ","}${canonical(line)}`);
      count += 1;
      fen += toUnits(line.amount, 2);
    },
    totals: () => {
      const linesHash = hash.copy().update("]").digest("hex");
      return { count, sum: fromUnits(fen, 2), linesHash };
    },
  };
}

/** A list as the data of an event, whole; the writer cuts it where it is too long for one event. */
export function listOf<L extends ListedLine>(list: string, lines: L[]): ListClosed<L> {
  const all = listTotals();
  for (const line of lines) all.add(line);
  return { list, earlier: 0, lines, ...all.totals() };
}
