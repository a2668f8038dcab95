import { z } from "zod";
import { legNames } from "../../events/legs.ts";
import type { KnownAt } from "./as-of.ts";

/** Yuan. */
export const amount = z.string().describe("yuan with two decimals");

/** Shares of a register. */
export const shares = z.string().describe("shares with four decimals");

/** A text, or null where nothing was stated. */
export const text = z.string().nullable();

/** Says that the ledger is the invented county; absent otherwise. */
export const demoMark = z
  .literal(true)
  .optional()
  .describe("the ledger is the invented demo county");

/** The last members of every answer; HTTP and the command line fill them in. */
export const ends = {
  knownAt: z
    .object({ position: z.string(), at: z.string().nullable().describe("RFC 3339") })
    .describe("what the answer includes: everything recorded up to there"),
  demo: demoMark,
};

/** Money received by leg. */
export const income = {
  legs: z
    .record(z.string(), amount)
    .describe(`${legNames.join(", ")}; those that are zero are left out`),
  total: amount,
};

/** What an example of an answer says that it includes. */
export const knownAtExample = {
  knownAt: { position: "1042", at: "2026-03-31T08:00:00.000Z" },
};

/** A page of a list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: text.describe("give it as `after` for the next page; null after the last"),
    ...ends,
  });
}

/**
 * A page of at most `limit` of the items found (one more is asked for), and the cursor of the next
 * page.
 */
export function pageOf<T>(found: readonly T[], limit: number, cursor: (item: T) => string) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursor(last) : null };
}

/** What an answer includes, as answers say it. */
export function knownAtSaid({ position, at }: KnownAt) {
  return { position: position.toString(), at };
}
