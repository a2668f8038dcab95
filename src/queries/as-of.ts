import type { Pool } from "pg";
import type { EventLog, Head } from "../log/event-log.ts";
import { headOrKnown, LogUnavailable } from "../log/event-log.ts";
import type { Vault } from "../vault/vault.ts";

/** What a query needs: the read models, and the log for the clock of recording. */
export interface Readable {
  readonly pool: Pool;
  readonly log: EventLog;
}

/** What a query needs that shows names or notes. */
export interface ReadableWithVault extends Readable {
  readonly vault: Vault;
}

/**
 * A position up to which an answer includes what is recorded, and the instant it was recorded at.
 */
export interface KnownAt {
  readonly position: bigint;
  /** RFC 3339; null before the first event. */
  readonly at: string | null;
}

/** From and to in the calendar of the business, both included; open where undefined. */
export interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Whether a period ends before it begins. */
export function endsBeforeItBegins({ from, to }: Period): boolean {
  return from !== undefined && to !== undefined && from > to;
}

/** An id that is not known, or a position that is not reached: an answer, not a fault. */
export class Unknown extends Error {
  readonly code:
    | "HouseholdUnknown"
    | "RegisterUnknown"
    | "PositionUnknown"
    | "OrganisationUnknown"
    | "ContractUnknown"
    | "PlanUnknown"
    | "BatchUnknown"
    | "ListMissing"
    | "LineUnknown"
    | "StepOutOfOrder"
    | "DivisionUnknown"
    | "RowUnknown";

  constructor(code: Unknown["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * What is known at a position that is projected; where the log does not answer and PostgreSQL does
 * not know when that was recorded, at the last position before it of which it does.
 */
export async function knownAtOf(log: EventLog, position: bigint): Promise<KnownAt> {
  try {
    return { position, at: (await log.timeOf(position)) ?? null };
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error;
    const known = await log.known();
    if (known.position >= position) throw error;
    return { position: known.position, at: known.recordedAt ?? null };
  }
}

/** An event stands in the log so long after the time that it says, unless its append is held up. */
const settledAfterMs = 2_000;
/** An instant so close ahead is waited for: it was the present when it was asked about. */
const momentMs = 50;

/**
 * The position that `known-at` names: a position, an instant (RFC 3339: the last position recorded
 * by then), or nothing for the head. Throws `Unknown` for a position that is not recorded yet and
 * for an instant that is still to come: what was known then would change.
 */
export async function resolveKnownAt(
  { pool, log }: Readable,
  knownAt?: { readonly position: bigint } | { readonly instant: string },
): Promise<KnownAt> {
  if (knownAt !== undefined && "instant" in knownAt) await untilPast(pool, log, knownAt.instant);
  // While the log does not answer, what PostgreSQL has is answered from there.
  const { away, ...head } = await headOrKnown(log);
  if (knownAt === undefined) return { position: head.position, at: head.recordedAt ?? null };
  const position = "instant" in knownAt ? await log.positionAt(knownAt.instant) : knownAt.position;
  if (position > head.position) {
    if (away !== undefined) throw away;
    throw new Unknown("PositionUnknown", `nothing is recorded at position ${position} yet`);
  }
  return { position, at: (await log.timeOf(position)) ?? null };
}

/**
 * Returns once nothing can be recorded at an instant any more: it has gone by on this machine's
 * clock and on the database's. Where both have gone back, events are still recorded at the time of
 * the head, and not before.
 */
async function untilPast(pool: Pool, log: EventLog, instant: string): Promise<void> {
  const asked = Date.parse(instant);
  const present = async (): Promise<number> => {
    const { rows } = await pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
    const clocks = Math.min(Date.now(), rows[0]?.now.getTime() ?? 0);
    return Math.max(clocks, timeOf(await headOrKnown(log)));
  };
  let ahead = asked - (await present());
  if (ahead >= 0 && ahead < momentMs) {
    await new Promise((resolve) => setTimeout(resolve, ahead + 1));
    ahead = asked - (await present());
  }
  if (ahead >= 0) {
    throw new Unknown(
      "PositionUnknown",
      "that instant is still to come: what is known then will change",
    );
  }
  // Nothing is recorded before what stands in the log already.
  const head = await headOrKnown(log);
  if (timeOf(head) > asked) return;
  if (head.away !== undefined) throw head.away;
  const unsettled = settledAfterMs + ahead;
  if (unsettled > 0) await new Promise((resolve) => setTimeout(resolve, unsettled));
}

function timeOf({ recordedAt = "1970-01-01" }: Head): number {
  return Date.parse(recordedAt);
}
