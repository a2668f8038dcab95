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

/** The two halves of an advisory lock's key, as the server lists them. */
function keysOf(lock: string): [bigint, bigint] {
  const [first = "", second] = lock.split(", ");
  if (second !== undefined) return [BigInt(first), BigInt(second)];
  return [BigInt(first) >> 32n, BigInt.asUintN(32, BigInt(first))];
}
