import { setTimeout as wait } from "node:timers/promises";
import type { Pool } from "pg";
import type { EventLog } from "../log/event-log.ts";
import { LogDamaged, LogUnavailable } from "../log/event-log.ts";
import type { Projector } from "./project.ts";

/** What is watched over; `spare` has connections that nothing else uses. */
interface Watched {
  readonly spare: Pool;
  readonly log: EventLog;
  readonly projector: Projector;
}

/** How the ledger is, for those who have to know whether to send anybody here. */
export interface Condition {
  /** What it cannot do at the moment, in words; undefined where all is well. */
  trouble(): Promise<string | undefined>;
  /** Watches no longer. */
  stop(): void;
}

/** How long to wait for the database before it counts as not answering. */
const answerMaxMs = 3_000;
/** How long a table may be locked before its part counts as held up; longer than any of ours. */
const lockMaxMs = 1_000;
const watchedEveryMs = 2_000;
/** A session of ours that has waited so long for a lock is held up. */
const waitMaxMs = 3_000;
/** What was held up counts as held up so long: who waits for it gives up and tries again. */
const heldUpMs = 10_000;
/** The longest that the read models may stand still behind the log. */
const stillMaxMs = 25_000;

/** The tables that recording and answering need, by part; all others are read models. */
const parts: readonly (readonly [part: string, tables: readonly string[]])[] = [
  ["the log", ["log_head", "events"]],
  ["the index of the log", ["event_index", "event_index_state", "stream_heads", "event_times"]],
  ["the vault", ["vault_keys", "vault_items"]],
  ["the memory of requests", ["idempotency_keys"]],
];

/**
 * Watches over a ledger: whether its database answers, whether a part of it is locked, and whether
 * the read models come along.
 */
export function watchCondition(ledger: Watched): Condition {
  const { spare, log, projector } = ledger;
  const stop = new AbortController();
  let heldUpAt = Number.NEGATIVE_INFINITY;
  let stands: { readonly at: bigint; readonly since: number } | undefined;
  const watch = async (): Promise<void> => {
    if (await hasWaiting(spare)) heldUpAt = performance.now();
    const [at, { position }] = await Promise.all([projector.position(), log.head()]);
    if (at >= position) stands = undefined;
    else if (stands?.at !== at) stands = { at, since: performance.now() };
  };
  void (async () => {
    while (!stop.signal.aborted) {
      // What it cannot look at, whoever asks is told.
      await watch().catch(() => undefined);
      const pause = wait(watchedEveryMs, undefined, { signal: stop.signal, ref: false });
      await pause.catch(() => undefined);
    }
  })();
  return {
    trouble: async () => {
      const looking = look(spare, log).catch(() => "the database does not answer");
      const silence = wait(2 * answerMaxMs, "the database does not answer", { ref: false });
      const found = await Promise.race([looking, silence]);
      if (found !== undefined) return found;
      if (performance.now() - heldUpAt < heldUpMs) {
        return "the database is held up: something waits for a lock";
      }
      const { standstill } = projector;
      if (standstill !== undefined) {
        const { position, why } = standstill;
        return `the read models stand still at position ${position}: ${why}`;
      }
      if (stands === undefined || performance.now() - stands.since < stillMaxMs) return undefined;
      const seconds = Math.round((performance.now() - stands.since) / 1_000);
      return `the read models have stood still at position ${stands.at} for ${seconds} s`;
    },
    stop: () => {
      stop.abort();
    },
  };
}

/** What is to be seen at once. */
async function look(spare: Pool, log: EventLog): Promise<string | undefined> {
  try {
    await spare.query("SELECT 1");
  } catch {
    return "the database cannot be reached";
  }
  const locked = await lockedPart(spare);
  if (locked !== undefined) return `locked: ${locked}`;
  return Promise.race([
    log.head().then(
      () => undefined,
      (error: unknown) => (isSaid(error) ? error.message : "the log cannot be read"),
    ),
    wait(answerMaxMs, "the log does not answer", { ref: false }),
  ]);
}

function isSaid(error: unknown): error is Error {
  return error instanceof LogUnavailable || error instanceof LogDamaged;
}

/** The part of which a table is locked, and stays so. */
async function lockedPart(spare: Pool): Promise<string | undefined> {
  const first = await lockedTables(spare);
  if (first.size === 0) return undefined;
  await wait(lockMaxMs, undefined, { ref: false });
  const again = await lockedTables(spare);
  const table = [...first].find((name) => again.has(name));
  if (table === undefined) return undefined;
  return parts.find(([, tables]) => tables.includes(table))?.[0] ?? "the read models";
}

/**
 * Tables on which another session has, or has long waited for, a lock under which nothing can be
 * written there. One question: on a busy service each answer waits for its turn.
 */
async function lockedTables(spare: Pool): Promise<Set<string>> {
  const { rows } = await spare.query<{ name: string }>({
    name: "locked-tables",
    text: `SELECT c.relname AS name FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE l.locktype = 'relation'
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.pid <> pg_backend_pid()
        AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
        AND (l.granted OR clock_timestamp() - l.waitstart > make_interval(secs => $2))
        AND (c.relname = ANY($1) OR c.relnamespace = to_regnamespace('read') AND c.relkind = 'r')`,
    values: [[...parts.flatMap(([, tables]) => tables), "projections"], lockMaxMs / 1_000],
  });
  return new Set(rows.map(({ name }) => name));
}

/** Whether a session of ours waits for a lock, for rows too, and has for a while. */
async function hasWaiting(spare: Pool): Promise<boolean> {
  const { rowCount } = await spare.query(
    `SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'
       AND application_name = current_setting('application_name')
       AND clock_timestamp() - query_start > make_interval(secs => $1)`,
    [waitMaxMs / 1_000],
  );
  return (rowCount ?? 0) > 0;
}
