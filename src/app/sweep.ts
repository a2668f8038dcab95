import { setTimeout as wait } from "node:timers/promises";
import type { Pool } from "pg";
import { locks } from "../database/locks.ts";
import { unhurried } from "../database/pool.ts";
import type { EventLog } from "../log/event-log.ts";
import type { Projector } from "./project.ts";

const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Removes from the vault what a crash has left there without its event: items over a day old that
 * nothing refers to once the projections have come up with the log. Answers how many. Removes none
 * where the projections do not come up with it, or another process is sweeping.
 */
export async function sweepVault(pool: Pool, log: EventLog, projector: Projector): Promise<number> {
  const { rows } = await pool.query<{ cutoff: Date }>("SELECT now() - interval '1 day' AS cutoff");
  // An item is stored before its event: what is older than the cutoff has its event by this head.
  const head = (await log.head()).position;
  await projector.reach(head);
  const client = await unhurried(pool);
  try {
    await client.query("BEGIN");
    const { rows: claims } = await client.query<{ claimed: boolean; position: bigint | null }>(
      `SELECT pg_try_advisory_xact_lock(${locks.sweeper}) AS claimed,
         (SELECT position FROM projections WHERE name = 'vault_references' FOR SHARE) AS position`,
    );
    const { claimed = false, position } = claims[0] ?? {};
    const isKnown = position !== undefined && position !== null && position >= head;
    const { rowCount } =
      claimed && isKnown
        ? await client.query(
            `DELETE FROM vault_items v WHERE created_at < $1
               AND NOT EXISTS (SELECT 1 FROM read.vault_references r WHERE r.item = v.item)`,
            [rows[0]?.cutoff],
          )
        : { rowCount: 0 };
    await client.query("COMMIT");
    return rowCount ?? 0;
  } finally {
    client.release(true);
  }
}

/** How often a service sweeps, and who hears how it went. */
export interface SweepingOptions {
  readonly everyMs?: number;
  readonly onSwept: (items: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Sweeps the vault once a day until the signal; what fails is tried again the next day. */
export async function sweepDaily(
  sweep: () => Promise<number>,
  signal: AbortSignal,
  { everyMs = dayMs, onSwept, onError }: SweepingOptions,
): Promise<void> {
  const pause = () => wait(everyMs, undefined, { signal }).catch(() => undefined);
  for (await pause(); !signal.aborted; await pause()) {
    try {
      onSwept(await sweep());
    } catch (error) {
      onError(error);
    }
  }
}
