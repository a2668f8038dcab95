import type { Pool } from "pg";
import type { RestsOn, VoidEvent } from "../event-log.ts";
import { NotTheWriter } from "../event-log.ts";
import { EventUnreadable } from "../lists.ts";
import type { Events, Memory } from "./event-index-behind.ts";
import { emptied, emptyMemory, forget, newestOf, writeBehind } from "./event-index-behind.ts";
import type { ReadPage } from "./event-index-catch-up.ts";
import { catchUp, scanForVoids } from "./event-index-catch-up.ts";
import type { IndexedEvent, IndexEntry, IndexState } from "./event-index-tables.ts";
import { indexed, readVoids } from "./event-index-tables.ts";

/**
 * An index in PostgreSQL over a log that can only be read in order: by key, by `once`, by time, and
 * by stream its last revision. It is derived: emptied, it is made again from the log. A reader
 * catches it up first; the writer adds what it appends and stores that behind its appends.
 */
export interface EventIndex {
  /** Reads the log up to its head into the index. */
  catchUp(): Promise<IndexState>;
  /** Whether entries are missing that were added; catching up mends it. */
  readonly isBroken: boolean;
  /**
   * Keeps events appended under a claim in memory and stores them soon; waits where too many are
   * not stored yet. Never rejects: entries that cannot be stored leave the index broken.
   */
  add(entries: readonly IndexEntry[], claim: number): Promise<void>;
  /** Keeps the last revision of a stream, learnt from a refused append. */
  learn(stream: string, revision: number): void;
  /** Waits until everything that was added is written down. */
  flush(): Promise<void>;
  /** Forgets what is not written down: it is read from the log again. */
  forget(): void;
  /**
   * Which of these are taken, by `(key, nth)` or by `once`. Throws {@link NotTheWriter} where the
   * index is not what this process has made of it.
   */
  taken(wanted: readonly Wanted[]): Promise<(wanted: Wanted) => boolean>;
  /** Whether any of these facts has moved, as `EventLog.moved` says. */
  moved(facts: Omit<RestsOn, "asOf">): Promise<boolean>;
  find(keys: readonly string[]): Promise<Map<string, IndexedEvent>>;
  findOnce(onces: readonly string[]): Promise<Map<string, IndexedEvent>>;
  revisions(streams: readonly string[]): Promise<Map<string, number>>;
  /**
   * The last position recorded by an instant, 0 when there is none; only of what is written down.
   */
  positionAt(instant: string): Promise<bigint>;
  /** The time of recording of the last event at or before a position; of what is written down. */
  timeOf(position: bigint): Promise<string | undefined>;
  /** Void events up to the head, oldest first. */
  voids(): Promise<VoidEvent[]>;
}

/** What must be unique of an event. */
export interface Wanted {
  readonly key: string;
  readonly nth: number;
  readonly once?: string | undefined;
}

/** The most entries in memory before an append waits for them to be stored. */
const pendingMaxUnlessSaid = 100_000;

/** The index of the log whose pages `readPage` reads. */
export function eventIndex(
  pool: Pool,
  readPage: ReadPage,
  pendingMax = pendingMaxUnlessSaid,
): EventIndex {
  const memory = emptyMemory();
  const behind = writeBehind(pool, memory, pendingMax);
  return {
    get isBroken() {
      return memory.isBroken;
    },
    catchUp: async () => {
      const state = await catchUp(pool, readPage);
      memory.reached = state.position;
      memory.isBroken = false;
      return state;
    },
    add: (entries, claim) => behind.add(entries, claim),
    learn: (stream, revision) => {
      memory.fresh.heads.set(stream, revision);
    },
    flush: () => behind.flush(),
    forget: () => {
      forget(memory);
    },
    taken: (wanted) => taken(pool, memory, wanted),
    moved: (facts) => hasMoved(pool, memory, facts),
    find: (keys) => findByKey(pool, memory, keys),
    findOnce: (onces) => findByOnce(pool, memory, onces),
    revisions: (streams) => readRevisions(pool, memory, streams),
    positionAt: (instant) => positionAt(pool, instant),
    timeOf: (position) => timeOf(pool, position),
    voids: async () => {
      try {
        await catchUp(pool, readPage);
        await scanForVoids(pool, readPage);
      } catch (error) {
        // What stands behind an event that cannot be read is not known.
        if (!(error instanceof EventUnreadable)) throw error;
      }
      return readVoids(pool);
    },
  };
}

/** Empties the index, to be made again from the log; no process may be writing. */
export async function emptyEventIndex(pool: Pool): Promise<void> {
  await pool.query(`
    TRUNCATE event_index, stream_heads, event_times, void_events;
    UPDATE event_index_state
    SET position = 0, scanned = 0, claim = 0, recorded_at = '1970-01-01T00:00:00Z'`);
}

async function taken(
  pool: Pool,
  memory: Memory,
  wanted: readonly Wanted[],
): Promise<(wanted: Wanted) => boolean> {
  const { fresh, writing, reached } = memory;
  const onces = wanted.flatMap(({ once }) => (once === undefined ? [] : [once]));
  const { rows } = await pool.query<{ key: string | null; nth: number; position: bigint }>({
    name: "index-taken",
    text: `SELECT key, nth, NULL::bigint AS position
      FROM unnest($1::text[], $2::int[]) AS w (key, nth) JOIN event_index USING (key, nth)
      UNION ALL SELECT NULL, NULL, position FROM event_index_state`,
    values: [wanted.map(({ key }) => key), wanted.map(({ nth }) => nth)],
  });
  const state = rows.find(({ key }) => key === null);
  if (state === undefined || state.position < reached || memory.isBroken) {
    throw new NotTheWriter(emptied);
  }
  const known = new Set(rows.flatMap(({ key, nth }) => (key === null ? [] : [`${nth} ${key}`])));
  const first = onces.length === 0 ? [] : await selectOnce(pool, onces);
  const knownOnce = new Set(first.map(({ once }) => once));
  const holds = ({ keys }: Events, { key, nth }: Wanted) =>
    keys.get(key)?.some((entry) => entry.nth === nth) === true;
  return (one) => {
    if (holds(fresh, one) || holds(writing, one)) return true;
    if (known.size > 0 && known.has(`${one.nth} ${one.key}`)) return true;
    const { once } = one;
    if (once === undefined) return false;
    return knownOnce.has(once) || fresh.onces.has(once) || writing.onces.has(once);
  };
}

async function hasMoved(
  pool: Pool,
  memory: Memory,
  { keys, onces, streams, categories }: Omit<RestsOn, "asOf">,
): Promise<boolean> {
  const { fresh, writing } = memory;
  for (const [key, nth] of keys) if ((newestOf(memory, key)?.nth ?? -1) > nth) return true;
  for (const once of onces) if (fresh.onces.has(once) || writing.onces.has(once)) return true;
  const reached = await readRevisions(pool, memory, [...streams.keys()]);
  for (const [stream, seen] of streams) if ((reached.get(stream) ?? -1) > seen) return true;
  if (isAnyBehind(fresh, categories) || isAnyBehind(writing, categories)) return true;
  if (keys.size === 0 && onces.size === 0 && categories.size === 0) return false;
  const { rowCount } = await pool.query({
    name: "index-moved",
    text: `SELECT 1 FROM unnest($1::text[], $2::int[]) AS k (key, nth)
        WHERE EXISTS (SELECT 1 FROM event_index e WHERE e.key = k.key AND e.nth > k.nth)
      UNION ALL SELECT 1 FROM event_index WHERE once = ANY($3::text[])
      UNION ALL SELECT 1 FROM unnest($4::text[], $5::bigint[]) AS c (category, position)
        WHERE EXISTS (SELECT 1 FROM event_index e
          WHERE e.position > c.position AND starts_with(e.stream, c.category || '-'))
      LIMIT 1`,
    values: [
      [...keys.keys()],
      [...keys.values()],
      [...onces],
      [...categories.keys()],
      [...categories.values()],
    ],
  });
  return rowCount === 1;
}

/** Whether events that are not stored yet are of a category and behind its position. */
function isAnyBehind({ entries }: Events, categories: ReadonlyMap<string, bigint>): boolean {
  return [...categories].some(([category, seen]) =>
    entries.some(({ position, stream }) => position > seen && stream.startsWith(`${category}-`)),
  );
}

interface IndexRow extends IndexedEvent {
  readonly key: string;
  readonly once: string | null;
}

async function findByKey(
  pool: Pool,
  memory: Memory,
  keys: readonly string[],
): Promise<Map<string, IndexedEvent>> {
  const found = new Map<string, IndexedEvent>();
  const elsewhere: string[] = [];
  for (const key of new Set(keys)) {
    const entry = newestOf(memory, key);
    if (entry === undefined) elsewhere.push(key);
    else found.set(key, indexed(entry));
  }
  if (elsewhere.length === 0) return found;
  const { rows } = await pool.query<IndexRow>({
    name: "index-find",
    text: `SELECT e.* FROM unnest($1::text[]) AS k (key) CROSS JOIN LATERAL
      (SELECT key, position, stream, revision, body FROM event_index
       WHERE event_index.key = k.key ORDER BY nth DESC LIMIT 1) AS e`,
    values: [elsewhere],
  });
  for (const row of rows) found.set(row.key, row);
  return found;
}

async function findByOnce(
  pool: Pool,
  { fresh, writing }: Memory,
  onces: readonly string[],
): Promise<Map<string, IndexedEvent>> {
  const found = new Map<string, IndexedEvent>();
  const elsewhere: string[] = [];
  for (const once of onces) {
    const entry = fresh.onces.get(once) ?? writing.onces.get(once);
    if (entry === undefined) elsewhere.push(once);
    else found.set(once, indexed(entry));
  }
  if (elsewhere.length === 0) return found;
  for (const row of await selectOnce(pool, elsewhere)) found.set(row.once ?? "", row);
  return found;
}

async function selectOnce(pool: Pool, onces: readonly string[]): Promise<IndexRow[]> {
  const { rows } = await pool.query<IndexRow>({
    name: "index-find-once",
    text: `SELECT key, once, position, stream, revision, body FROM event_index
      WHERE once = ANY($1::text[])`,
    values: [onces],
  });
  return rows;
}

async function readRevisions(
  pool: Pool,
  { fresh, writing }: Memory,
  streams: readonly string[],
): Promise<Map<string, number>> {
  const remembered = (stream: string) => fresh.heads.get(stream) ?? writing.heads.get(stream);
  const revisions = new Map(streams.map((stream) => [stream, remembered(stream) ?? -1]));
  const elsewhere = streams.filter((stream) => remembered(stream) === undefined);
  if (elsewhere.length === 0) return revisions;
  const { rows } = await pool.query<{ stream: string; revision: number }>({
    name: "index-revisions",
    text: "SELECT stream, revision FROM stream_heads WHERE stream = ANY($1::text[])",
    values: [elsewhere],
  });
  for (const { stream, revision } of rows) revisions.set(stream, revision);
  return revisions;
}

async function positionAt(pool: Pool, instant: string): Promise<bigint> {
  const { rows } = await pool.query<{ position: bigint }>(
    `SELECT last_position AS position FROM event_times WHERE recorded_at <= $1
     ORDER BY recorded_at DESC LIMIT 1`,
    [instant],
  );
  return rows[0]?.position ?? 0n;
}

async function timeOf(pool: Pool, position: bigint): Promise<string | undefined> {
  const { rows } = await pool.query<{ recorded_at: Date }>(
    `SELECT recorded_at FROM event_times WHERE first_position <= $1
     ORDER BY first_position DESC LIMIT 1`,
    [position],
  );
  return rows[0]?.recorded_at.toISOString();
}
