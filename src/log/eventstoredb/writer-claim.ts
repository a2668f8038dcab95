import type { Pool, PoolClient } from "pg";
import { beat, endStuck, endUnheard } from "../../database/heartbeat.ts";
import { locks } from "../../database/locks.ts";
import { NotTheWriter } from "../event-log.ts";
import { within } from "./availability.ts";

/**
 * The right to write, which one process of a ledger has at a time. The claim is a lock of a
 * PostgreSQL session and ends with it, so that PostgreSQL decides whether its holder lives; who
 * waits for it ends the session of a holder of which nothing is heard (`heartbeat.ts`). Events
 * that a holder appends after it has lost the claim are recognised by the claim's number, which
 * rises each time.
 */
export interface WriterClaim {
  /** The number this process writes under; undefined while it does not hold the claim. */
  readonly number: number | undefined;
  /** Whether it was lost, and not given up, since it was last taken. */
  readonly lost: boolean;
  /** Takes the claim unless another process holds it; answers its number, or null. */
  take(): Promise<number | null>;
  /**
   * Confirms that the claim was held until now, so that what was appended under it before is not
   * void. Throws {@link NotTheWriter} when that cannot be confirmed.
   */
  confirm(): Promise<void>;
  /**
   * Gives the claim up as lost, as if the session had broken: for a holder that does not know the
   * end of the log any more.
   */
  drop(): void;
  /** Gives the claim up, so that another process can take it at once. */
  release(): Promise<void>;
  /** Calls back when the claim is taken (its number), lost or given up (undefined). */
  watch(onChange: (number: number | undefined) => void): () => void;
}

/** Where the claim lives and how it is raised. */
export interface WriterClaimOptions {
  /** The database that all processes of the ledger share. */
  readonly pool: Pool;
  /** Appends the claim to the log and answers its number, higher than any before. */
  readonly raise: () => Promise<number>;
}

/** A session that does not answer for this long is closed. */
const patienceMs = 10_000;
const unlockMs = 1_000;

interface Held {
  readonly client: PoolClient;
  readonly number: number;
  /** Says no longer that its holder is there. */
  readonly hush: () => void;
}

interface State {
  held: Held | undefined;
  lost: boolean;
  /** A session that is being given up: its lock may still be there. */
  giving: Promise<unknown>;
  readonly watchers: Set<(number: number | undefined) => void>;
}

/** The claim on the log of the ledger whose read model is in `pool`; holds one connection of it. */
export function writerClaim({ pool, raise }: WriterClaimOptions): WriterClaim {
  const state: State = {
    held: undefined,
    lost: false,
    giving: Promise.resolve(),
    watchers: new Set(),
  };
  let taking: Promise<number | null> | undefined;
  return {
    get number() {
      return state.held?.number;
    },
    get lost() {
      return state.lost;
    },
    take: () => {
      if (state.held !== undefined) return Promise.resolve(state.held.number);
      taking ??= take(state, pool, raise).finally(() => {
        taking = undefined;
      });
      return taking;
    },
    confirm: () => confirm(state),
    drop: () => {
      if (state.held !== undefined) give(state, state.held.client, true);
    },
    release: async () => {
      await taking?.catch(() => null);
      if (state.held === undefined) state.lost = false;
      else give(state, state.held.client, false);
      await state.giving;
    },
    watch: (onChange) => {
      state.watchers.add(onChange);
      return () => state.watchers.delete(onChange);
    },
  };
}

function change(state: State, next: Held | undefined): void {
  state.held = next;
  for (const onChange of [...state.watchers]) onChange(next?.number);
}

/** Ends the claim if this session has it. */
function give(state: State, client: PoolClient, asLost: boolean): void {
  if (state.held?.client !== client) return;
  state.held.hush();
  state.lost = asLost;
  change(state, undefined);
  // Closing the session releases the lock whatever its state, but the server takes its time.
  state.giving = inTime(client, `SELECT pg_advisory_unlock(${locks.writer})`, unlockMs)
    .catch(() => undefined)
    .finally(() => {
      client.release(true);
    });
}

async function take(
  state: State,
  pool: Pool,
  raise: () => Promise<number>,
): Promise<number | null> {
  await state.giving;
  const client = await lockedSession(pool);
  if (client === null) return null;
  const session = { broken: false };
  const onEnd = (): void => {
    session.broken = true;
    give(state, client, true);
  };
  client.on("error", onEnd);
  client.on("end", onEnd);
  try {
    const number = await raise();
    if (session.broken) throw new NotTheWriter("the writer's claim was lost while it was taken");
    state.lost = false;
    change(state, { client, number, hush: beat(client, "writer", onEnd) });
    return number;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function confirm(state: State): Promise<void> {
  const { held } = state;
  if (held === undefined) throw new NotTheWriter("the writer's claim was lost");
  try {
    await inTime(held.client, "SELECT 1", patienceMs);
  } catch (error) {
    give(state, held.client, true);
    throw new NotTheWriter("the writer's claim was lost", { cause: error });
  }
}

/** A session with the lock; null when another has it. */
async function lockedSession(pool: Pool): Promise<PoolClient | null> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(${locks.writer}) AS locked`,
    );
    if (rows[0]?.locked !== true) {
      await endUnheard(client, "writer");
      client.release();
      return null;
    }
    // A holder whose machine is gone is noticed within half a minute.
    await client.query(`SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;
      SET tcp_keepalives_count = 3; SET tcp_user_timeout = 25000`);
    // A holder that was stopped may have been writing down what it appended.
    await endStuck(client, "event_index_state");
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Asks a session, and rejects when it does not answer. */
async function inTime(client: PoolClient, sql: string, limitMs: number): Promise<void> {
  const why = "the session of the writer's claim does not answer";
  await within(limitMs, client.query(sql), why);
}
