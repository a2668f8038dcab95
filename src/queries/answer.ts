import { z } from "zod";
import { legNames, uncountedLegNames } from "../../events/legs.ts";
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

/** Says that the read models stand still before an event that cannot be read; absent otherwise. */
export const standstillMark = z
  .object({
    position: z.string().describe("what answers include: everything recorded up to there"),
    event: z.string().describe("the position of the event"),
    stream: z.string().describe("the stream that the event is of"),
    why: z.string(),
    since: z.string().describe("RFC 3339"),
  })
  .optional()
  .describe("the read models stand still before an event that cannot be read, and why");

/** The last members of every answer; HTTP and the command line fill them in. */
export const ends = {
  knownAt: z
    .object({ position: z.string(), at: z.string().nullable().describe("RFC 3339") })
    .describe("what the answer includes: everything recorded up to there"),
  demo: demoMark,
  standstill: standstillMark,
};

/** Money received by leg. */
export const income = {
  legs: z
    .record(z.string(), amount)
    .describe(`${legNames.join(", ")}; those that are zero are left out`),
  total: amount.describe("the sum of the legs"),
  costs: z
    .record(z.string(), amount)
    .optional()
    .describe("what was spent on production, positive; absent where nothing was"),
  notCounted: z
    .record(z.string(), amount)
    .optional()
    .describe(
      `${uncountedLegNames.filter((leg) => leg !== "cost").join(", ")}: ` +
        "what is no income, signed; absent where there is nothing",
    ),
  due: z
    .record(z.string(), amount)
    .describe("what became due of plans in the period, by leg; those that are zero are left out"),
  outstanding: z
    .record(z.string(), amount)
    .describe("of all that was ever due until its end, what is not paid; likewise"),
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

/** Of the items of a page in JSON; a page has one, however long. */
export const pageBytesMax = 2 * 1024 * 1024;
/** As many as are read at once: of the longest there may be, 32 MB. */
const readMax = 250;

/** Which items of a list are asked for. */
export interface PageAsked {
  readonly after: string;
  readonly limit: number;
}

/**
 * A page of a list: at most `limit` items and `pageBytesMax` bytes of them, and the cursor of the
 * next page. `read` answers items after a cursor, at most so many.
 */
export async function pageOf<T>(
  { after, limit }: PageAsked,
  cursor: (item: T) => string,
  read: (after: string, max: number) => Promise<readonly T[]>,
): Promise<{ items: T[]; next: string | null }> {
  const items: T[] = [];
  let bytes = 0;
  for (let last = after; ; ) {
    const wanted = Math.min(readMax, limit - items.length);
    // One more shows whether there is a next page.
    const found = await read(last, wanted + 1);
    for (const item of found.slice(0, wanted)) {
      bytes += Buffer.byteLength(JSON.stringify(item));
      if (bytes > pageBytesMax && items.length > 0) return { items, next: last };
      items.push(item);
      last = cursor(item);
    }
    if (found.length <= wanted) return { items, next: null };
    if (items.length === limit) return { items, next: last };
  }
}

/** What an answer includes, as answers say it. */
export function knownAtSaid({ position, at }: KnownAt) {
  return { position: position.toString(), at };
}
