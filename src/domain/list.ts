import { createHash } from "node:crypto";
import type { JsonObject } from "../encoding/canonical.ts";
import { canonical } from "../encoding/canonical.ts";
import { sumMoney } from "./decimal.ts";

/** The most lines in one event; the writer records the others in events before it. */
export const linesMax = 500;

/** What every line of a list says. */
interface ListedLine extends JsonObject {
  readonly amount: string;
}

/** A list as the data of an event, whole; the writer cuts it where it is too long for one event. */
export function listOf<L extends ListedLine>(list: string, lines: L[]) {
  return {
    list,
    earlier: 0,
    lines,
    count: lines.length,
    sum: sumMoney(lines.map((line) => line.amount)),
    linesHash: hashLines(lines),
  };
}

/** SHA-256, hex, over the canonical encoding of the lines of a list, in order. */
export function hashLines(lines: readonly JsonObject[]): string {
  const hash = createHash("sha256").update("[");
  // Line by line: all of a long list are more than one text can hold.
  lines.forEach((line, at) => hash.update(`${at === 0 ? "" : ","}${canonical(line)}`));
  return hash.update("]").digest("hex");
}
