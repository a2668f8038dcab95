import type { Pool } from "pg";
import type { EventLog } from "../event-log.ts";
import { readOn } from "../event-log.ts";

/** Followers look this often even when no notification came. */
const pollMs = 1_000;

/** Where appends are announced. */
export const channel = "ledger_events";

/** How a follower reads on. */
export type Reading = Pick<EventLog, "read" | "recent">;

/** Events after a position as they come, until the signal. Throws where the connection is lost. */
export async function* follow(pool: Pool, reading: Reading, after: bigint, signal: AbortSignal) {
  const batchMax = 2_000;
  const stopped = () => signal.aborted;
  let position = after;
  while (!stopped()) {
    const listener = await listen(pool, signal);
    try {
      while (!stopped() && listener.alive()) {
        const events = await readOn(reading, position, batchMax);
        const last = events.at(-1);
        if (last === undefined) await listener.next();
        else {
          position = last.position;
          yield events;
        }
      }
    } finally {
      listener.release();
    }
  }
}

/** A connection that listens for appends; `next` resolves at the next one, or after a while. */
async function listen(pool: Pool, signal: AbortSignal) {
  const client = await pool.connect();
  let wake: (() => void) | undefined;
  let heard = false;
  let failed: Error | undefined;
  const onNotice = () => {
    heard = true;
    wake?.();
  };
  const onError = (error: Error) => {
    failed = error;
    wake?.();
  };
  client.on("notification", onNotice);
  client.on("error", onError);
  signal.addEventListener("abort", onNotice);
  const release = () => {
    signal.removeEventListener("abort", onNotice);
    client.off("notification", onNotice);
    client.off("error", onError);
    // A listening connection is not returned to the pool: its next user would be notified too.
    client.release(true);
  };
  try {
    await client.query(`LISTEN ${channel}`);
  } catch (error) {
    release();
    throw error;
  }
  return {
    alive: () => failed === undefined,
    next: async () => {
      if (!heard) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, pollMs).unref();
        });
      }
      heard = false;
    },
    release,
  };
}
