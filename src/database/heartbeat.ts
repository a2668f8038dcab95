import type { Pool, PoolClient } from "pg";
import { locks } from "./locks.ts";

/** Claims of a ledger that one process holds at a time, as long as it lives. */
export type Claimed = "writer" | "projector";

const everyMs = 2_000;
/** A process that was not heard of for so long is stopped, or might as well be. */
const unheardMaxMs = 15_000;

/**
 * Says now and every two seconds, by way of the session that holds a claim, that its process lives;
 * until the function is called that it answers. `onFailed` hears where that cannot be said.
 */
export function beat(
  client: PoolClient,
  claim: Claimed,
  onFailed: () => void = () => undefined,
): () => void {
  const say = (): void => {
    client
      .query(
        `INSERT INTO claim_holders (claim, pid, heard)
         VALUES ('${claim}', pg_backend_pid(), clock_timestamp())
         ON CONFLICT (claim) DO UPDATE SET pid = excluded.pid, heard = excluded.heard`,
      )
      .catch(onFailed);
  };
  say();
  const timer = setInterval(say, everyMs).unref();
  return () => {
    clearInterval(timer);
  };
}

/**
 * Ends the session that holds a claim where nothing was heard of its process for long: it is
 * stopped, or its machine is gone. Should it go on, it finds its session ended. A program of an
 * earlier version, which says nothing, keeps its claim.
 */
export async function endUnheard(asked: Pick<Pool, "query">, claim: Claimed): Promise<void> {
  const [high, low] = keysOf(locks[claim]);
  await asked.query(
    `SELECT pg_terminate_backend(h.pid) FROM claim_holders h
     JOIN pg_locks l ON l.pid = h.pid AND l.locktype = 'advisory' AND l.granted
       AND l.classid::bigint = $1 AND l.objid::bigint = $2
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     WHERE h.claim = $3 AND h.heard < clock_timestamp() - make_interval(secs => $4)`,
    [high, low, claim, unheardMaxMs / 1_000],
  );
}

/** A session that holds what others wait for should not wait for its own process for so long. */
const stuckMaxMs = 5_000;

/**
 * Ends sessions that have locked rows of a table and wait for their process since long: it was
 * stopped amid a transaction. Only for tables whose writers begin again where they were cut.
 */
export async function endStuck(asked: Pick<Pool, "query">, table: string): Promise<void> {
  await asked.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Client'
     AND state_change < clock_timestamp() - make_interval(secs => $2) AND pid IN
       (SELECT pid FROM pg_locks WHERE relation = to_regclass($1) AND granted
        AND mode IN ('RowShareLock', 'RowExclusiveLock')
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`,
    [table, stuckMaxMs / 1_000],
  );
}

/** The two halves of an advisory lock's key, as the server lists them. */
function keysOf(lock: string): [bigint, bigint] {
  const [first = "", second] = lock.split(", ");
  if (second !== undefined) return [BigInt(first), BigInt(second)];
  return [BigInt(first) >> 32n, BigInt.asUintN(32, BigInt(first))];
}
