import { z } from "zod";
import { parseInstant } from "../words/instants.ts";
import { parseDay } from "../domain/calendar.ts";
import type { KnownAt, Period } from "../queries/as-of.ts";
import { resolveKnownAt } from "../queries/as-of.ts";
import { HttpProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { assertOpened } from "./service.ts";

const positionMax = 2n ** 63n - 1n;

/** An id in a path or as a cursor. A database text cannot hold U+0000. */
export const idText = z
  .string()
  .max(200)
  .refine((text) => !text.includes("\u0000"));

const positionText = z
  .string()
  .regex(/^\d{1,19}$/, { abort: true })
  .refine((digits) => BigInt(digits) <= positionMax);

const dayText = z
  .string()
  .refine((text) => parseDay(text) !== null)
  .transform((text) => parseDay(text) ?? text);

const knownAtText = z
  .string()
  .refine((text) => positionText.safeParse(text).success || parseInstant(text) !== null);

/** Parameters that every read takes. */
export const asOfParameters = {
  knownAt: knownAtText
    .optional()
    .describe("as known then: a position or an RFC 3339 instant; otherwise all that is projected"),
  atLeast: positionText
    .optional()
    .describe("a position that the answer must include: waits up to 10 s, then 503"),
};

/** A period by 业务日期, both days included. */
export const periodParameters = {
  from: dayText.optional().describe("first 业务日期, included: YYYY-MM-DD"),
  to: dayText.optional().describe("last 业务日期, included: YYYY-MM-DD"),
};

/** A period that does not end before it begins; otherwise a problem. */
export function periodOf({ from, to }: Period): Period {
  if (from === undefined || to === undefined || from <= to) return { from, to };
  throw new HttpProblem("MalformedRequest", "to is before from", { field: { name: "to" } });
}

/** The size of a page. */
export const pageLimit = z.coerce
  .number()
  .int()
  .min(1)
  .max(1_000)
  .default(100)
  .describe("at most so many, 1 to 1,000");

/** Parameters of a list that goes by id. */
export const pageParameters = {
  after: idText.default("").describe("entries after this id: `next` of the page before"),
  limit: pageLimit,
};

/** Where a list that goes by position is taken up. */
export const afterPosition = positionText
  .default("0")
  .describe("entries after this position: `next` of the page before");

const waitMaxMs = 10_000;

/**
 * The position that an answer speaks of, once every projection has come that far: the one asked
 * for, or all that is projected by now.
 */
export async function asOf(
  { ledger, watch }: Service,
  { knownAt, atLeast }: { knownAt?: string | undefined; atLeast?: string | undefined },
): Promise<KnownAt> {
  assertOpened(ledger);
  const reach = async (position: bigint): Promise<void> => {
    if (await watch.reached(position, waitMaxMs)) return;
    const message = "the answer cannot include that position yet; ask again";
    throw new HttpProblem("NotProjectedYet", message, { retryAfter: 2 });
  };
  if (atLeast !== undefined) await reach(BigInt(atLeast));
  if (knownAt === undefined) {
    const position = await ledger.projector.position();
    return { position, at: (await ledger.log.timeOf(position)) ?? null };
  }
  const instant = parseInstant(knownAt);
  const chosen = instant === null ? { position: BigInt(knownAt) } : { instant };
  const resolved = await resolveKnownAt(ledger, chosen);
  await reach(resolved.position);
  return resolved;
}
