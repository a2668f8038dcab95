import type { Pool } from "pg";
import type { EventLog } from "../log/event-log.ts";
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
    | "ContractUnknown";

  constructor(code: Unknown["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The position that `known-at` names: a position, an instant (RFC 3339: the last position recorded
 * by then), or nothing for the head. Throws `Unknown` for a position that is not recorded yet.
 */
export async function resolveKnownAt(
  { log }: Readable,
  knownAt?: { readonly position: bigint } | { readonly instant: string },
): Promise<KnownAt> {
  const head = await log.head();
  if (knownAt === undefined) return { position: head.position, at: head.recordedAt ?? null };
  const position = "instant" in knownAt ? await log.positionAt(knownAt.instant) : knownAt.position;
  if (position > head.position) {
    throw new Unknown("PositionUnknown", `nothing is recorded at position ${position} yet`);
  }
  return { position, at: (await log.timeOf(position)) ?? null };
}
