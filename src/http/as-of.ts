import type { KnownAt } from "../queries/as-of.ts";
import { knownAtOf, resolveKnownAt } from "../queries/as-of.ts";
import { parseInstant } from "../words/instants.ts";
import { HttpProblem } from "./problem.ts";
import type { Service } from "./service.ts";
import { assertOpened } from "./service.ts";

/** The position that a request asks for. */
export interface AsOf {
  readonly knownAt?: string | undefined;
  readonly atLeast?: string | undefined;
}

const waitMaxMs = 10_000;

/**
 * The position of an answer, once every projection has reached it: the one asked for, or all that
 * is projected by now.
 */
export async function asOf(
  { ledger, watch }: Service,
  { knownAt, atLeast }: AsOf,
): Promise<KnownAt> {
  assertOpened(ledger);
  const reach = async (position: bigint): Promise<void> => {
    const { standstill: known } = ledger.projector;
    const waitMs = known !== undefined && position >= known.event ? 0 : waitMaxMs;
    if (await watch.reached(position, waitMs)) return;
    const { standstill } = ledger.projector;
    if (standstill !== undefined) throw new HttpProblem("EventUnreadable", standstill.why);
    const message = "the answer cannot include that position yet; ask again";
    throw new HttpProblem("NotProjectedYet", message, { retryAfter: 2 });
  };
  if (atLeast !== undefined) await reach(BigInt(atLeast));
  if (knownAt === undefined) {
    return knownAtOf(ledger.log, await ledger.projector.position());
  }
  const instant = parseInstant(knownAt);
  const chosen = instant === null ? { position: BigInt(knownAt) } : { instant };
  const resolved = await resolveKnownAt(ledger, chosen);
  await reach(resolved.position);
  return resolved;
}
