import { createHash } from "node:crypto";
import { canonical } from "../encoding/canonical.ts";
import { sumMoney } from "./decimal.ts";
import type { DividendLine } from "./dividend.ts";

/** The most lines in one event; the writer records the others in events before it. */
export const linesMax = 500;

/** A list as the data of an event, whole; the writer cuts it where it is too long for one event. */
export function listOf(list: string, lines: DividendLine[]) {
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
export function hashLines(lines: readonly DividendLine[]): string {
  return createHash("sha256").update(canonical(lines)).digest("hex");
}
