import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import { BinaryCopyRows, copyInto } from "../../database/copy.ts";
import type { RestsOn, VoidEvent } from "../event-log.ts";
import { NotTheWriter } from "../event-log.ts";

/** What the index keeps of an event. */
export interface IndexEntry {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly claim: number;
  readonly key: string;
  readonly nth: number;
  readonly once?: string | undefined;
  readonly recordedAt: string;
  /** UTF-8. */
  readonly body: Buffer;
}

/** Events of the log after a position, in order. */
export interface IndexPage {
  readonly entries: readonly IndexEntry[];
  readonly voids: readonly VoidEvent[];
  /** The last position that was read; undefined at the head. */
  readonly last: bigint | undefined;
  /** The newest claim that was read, 0 when there was none. */
  readonly claim: number;
}

/** Where an event stands; its body unless that is long. */
export interface IndexedEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly body: string | null;
}

/** How far the index has come. */
export interface IndexState {
  readonly position: bigint;
  readonly claim: number;
  readonly recordedAt: Date;
}

/**
 * An index in PostgreSQL over a log that can only be read in order: by key, by `once`, by time, and
 * how far each stream has come. It is derived: emptied, it is made again from the log. Whoever
 * reads it catches it up first; the writer adds what it appends and writes that down behind its
 * appends.
 */
export interface EventIndex {
  /** Reads the log up to its head into the index. */
  catchUp(): Promise<IndexState>;
  /** Remembers events appended under a claim, and writes them down soon. */
  add(entries: readonly IndexEntry[], claim: number): Promise<void>;
  /** Remembers how far a stream has come, which an append was refused for. */
  learn(stream: string, revision: number): void;
  /** Waits until everything that was added is written down. */
  flush(): Promise<void>;
  /** Forgets what is not written down: it is read from the log again. */
  forget(): void;
  /** Which of these are taken: `(key, nth)` as `keyNth` names them, and `once`. */
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
  /** How many events up to a position are in the index; only of what is written down. */
  count(upTo: bigint): Promise<bigint>;
}

/** What must be unique of an event. */
export interface Wanted {
  readonly key: string;
  readonly nth: number;
  readonly once?: string | undefined;
}

/** Longer bodies are read from the log when they are found. */
const bodyMax = 8_192;
/** What may be remembered before an append waits for it to be written down. */
const pendingMax = 100_000;
/** Few events wait this long for more; the index is a little behind and catches up by itself. */
const gatherMs = 20;
const gatherMin = 1_000;

/** The index of the log whose pages `readPage` reads. */
export function eventIndex(
  pool: Pool,
  readPage: (after: bigint) => Promise<IndexPage>,
): EventIndex {
  const memory: Memory = { fresh: noEvents(), writing: noEvents(), reached: 0n, broken: false };
  const behind = writeBehind(pool, memory);
  return {
    catchUp: async () => {
      const state = await catchUp(pool, readPage);
      memory.reached = state.position;
      memory.broken = false;
      return state;
    },
    add: async (entries, claim) => {
      if (memory.broken) return;
      for (const entry of entries) remember(memory.fresh, entry);
      behind.wake(claim);
      if (memory.fresh.entries.length > pendingMax) await behind.flush();
    },
    learn: (stream, revision) => {
      memory.fresh.heads.set(stream, revision);
    },
    flush: () => behind.flush(),
    forget: () => {
      memory.fresh = noEvents();
      memory.writing = noEvents();
    },
    taken: (wanted) => taken(pool, memory, wanted),
    moved: (facts) => hasMoved(pool, memory, facts),
    find: (keys) => findByKey(pool, memory, keys),
    findOnce: (onces) => findByOnce(pool, memory, onces),
    revisions: (streams) => readRevisions(pool, memory, streams),
    positionAt: (instant) => positionAt(pool, instant),
    timeOf: (position) => timeOf(pool, position),
    voids: async () => {
      await catchUp(pool, readPage);
      await scanForVoids(pool, readPage);
      return readVoids(pool);
    },
    count: (upTo) => count(pool, upTo),
  };
}

/** Events appended and not written down yet. */
interface Events {
  readonly entries: IndexEntry[];
  readonly keys: Map<string, IndexEntry[]>;
  readonly onces: Map<string, IndexEntry>;
  readonly heads: Map<string, number>;
}

/** What is added while the rest is being written down; both are looked into. */
interface Memory {
  fresh: Events;
  writing: Events;
  /** How far the index was known to have come; it never goes back unless somebody empties it. */
  reached: bigint;
  /**
   * What was added could not be written down: the index must be caught up before it is used again.
   */
  broken: boolean;
}

function noEvents(): Events {
  return { entries: [], keys: new Map(), onces: new Map(), heads: new Map() };
}

function remember({ entries, keys, onces, heads }: Events, entry: IndexEntry): void {
  entries.push(entry);
  const known = keys.get(entry.key);
  if (known === undefined) keys.set(entry.key, [entry]);
  else known.push(entry);
  if (entry.once !== undefined) onces.set(entry.once, entry);
  heads.set(entry.stream, entry.revision);
}

function newest({ fresh, writing }: Memory, key: string): IndexEntry | undefined {
  const entries = fresh.keys.get(key) ?? writing.keys.get(key);
  return entries?.reduce((last, entry) => (entry.nth > last.nth ? entry : last));
}

/** Writes down what is remembered, a batch at a time, behind the appends. */
function writeBehind(pool: Pool, memory: Memory) {
  let claim = 0;
  let running: Promise<void> | undefined;
  let hurried = false;
  const run = async (): Promise<void> => {
    try {
      while (memory.fresh.entries.length > 0) {
        if (!hurried && memory.fresh.entries.length < gatherMin) await sleep(gatherMs);
        memory.writing = memory.fresh;
        memory.fresh = noEvents();
        await writeDown(pool, memory, claim);
        memory.writing = noEvents();
      }
    } finally {
      // In the same turn in which nothing more was seen.
      running = undefined;
      hurried = false;
    }
  };
  const wake = async (): Promise<void> => {
    if (running === undefined && memory.fresh.entries.length > 0) running = run();
    await running;
  };
  return {
    wake: (number: number): void => {
      claim = number;
      // A failure is met again by whoever waits for the next flush.
      void wake().catch(() => undefined);
    },
    flush: async (): Promise<void> => {
      hurried = true;
      while (running !== undefined || memory.fresh.entries.length > 0) await wake();
      hurried = false;
    },
  };
}

const attemptsMax = 8;

async function writeDown(pool: Pool, memory: Memory, claim: number): Promise<void> {
  const { writing } = memory;
  for (let attempt = 1; memory.writing === writing; attempt++) {
    try {
      memory.reached = await storeBehind(pool, writing, claim, memory.reached);
      return;
    } catch (error) {
      if (error instanceof NotTheWriter || attempt === attemptsMax) {
        // The log has it all: whoever catches the index up next reads it from there.
        memory.broken = true;
        memory.fresh = noEvents();
        memory.writing = noEvents();
        throw error;
      }
      await sleep(50 * 2 ** attempt);
    }
  }
}

/** Stores what the holder of a claim appended, unless another has taken a newer one meanwhile. */
async function storeBehind(
  pool: Pool,
  { entries, heads }: Events,
  claim: number,
  reached: bigint,
): Promise<bigint> {
  return inOneTransaction(pool, async (client) => {
    const state = await lockState(client);
    if (state.claim > claim) throw new NotTheWriter("a newer claim was taken");
    if (state.position < reached) throw new NotTheWriter(emptied);
    const unknown = entries.filter(({ position }) => position > state.position);
    const last = unknown.reduce((max, { position }) => (position > max ? position : max), 0n);
    await copyEntries(client, unknown);
    await insertTimes(client, unknown);
    await raiseHeads(client, heads);
    if (unknown.length > 0) {
      await moveState(client, { last, scanned: null, claim, recordedAt: newestTime(unknown) });
    }
    return last > state.position ? last : state.position;
  });
}

const emptied = "the event index was emptied or could not be written while it was in use";
const pageWaitMs = 20;

/** The log is read while what was read before is stored; whoever is first stores a page. */
async function catchUp(
  pool: Pool,
  readPage: (after: bigint) => Promise<IndexPage>,
): Promise<IndexState> {
  let state = await readState(pool);
  let page = await readPage(state.position);
  while (page.last !== undefined) {
    const next = readPage(page.last);
    next.catch(() => undefined);
    const stored = await storePage(pool, state.position, page);
    state = await readState(pool);
    if (stored) page = await next;
    else {
      await sleep(pageWaitMs);
      page = await readPage(state.position);
    }
  }
  return state;
}

async function storePage(pool: Pool, after: bigint, page: IndexPage): Promise<boolean> {
  try {
    return await storePageOnce(pool, after, page, copyEntries);
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    // No writer may record a key twice. Where one did, the first counts and `inspect` says so.
    return storePageOnce(pool, after, page, insertNewEntries);
  }
}

const uniqueViolation = "23505";
type Insert = (client: PoolClient, entries: readonly IndexEntry[]) => Promise<void>;

async function storePageOnce(
  pool: Pool,
  after: bigint,
  { entries, voids, last, claim }: IndexPage,
  insert: Insert,
): Promise<boolean> {
  if (last === undefined) return true;
  return inOneTransaction(pool, async (client) => {
    const state = await lockState(client);
    if (state.position !== after) return false;
    const heads = new Map<string, number>();
    for (const { stream, revision } of entries) raise(heads, stream, revision);
    for (const { stream, revision } of voids) raise(heads, stream, revision);
    await insert(client, entries);
    await insertTimes(client, entries);
    await raiseHeads(client, heads);
    await insertVoids(client, voids);
    const scanned = state.scanned === state.position ? last : null;
    await moveState(client, { last, scanned, claim, recordedAt: newestTime(entries) });
    return true;
  });
}

function raise(heads: Map<string, number>, stream: string, revision: number): void {
  if (revision > (heads.get(stream) ?? -1)) heads.set(stream, revision);
}

/** What the writer added it did not read: void events may stand between. */
async function scanForVoids(
  pool: Pool,
  readPage: (after: bigint) => Promise<IndexPage>,
): Promise<void> {
  for (;;) {
    const { scanned } = await readState(pool);
    const { voids, last } = await readPage(scanned);
    if (last === undefined) return;
    await inOneTransaction(pool, async (client) => {
      const state = await lockState(client);
      await insertVoids(client, voids);
      const heads = new Map<string, number>();
      for (const { stream, revision } of voids) raise(heads, stream, revision);
      await raiseHeads(client, heads);
      if (state.scanned === scanned) {
        await client.query(
          "UPDATE event_index_state SET scanned = greatest(scanned, least($1, position))",
          [last],
        );
      }
    });
    const now = await readState(pool);
    if (now.scanned >= now.position) return;
  }
}

interface StateRow {
  readonly position: bigint;
  readonly scanned: bigint;
  readonly claim: number;
  readonly recorded_at: Date;
}

const selectState = "SELECT position, scanned, claim, recorded_at FROM event_index_state";

async function readState(pool: Pool): Promise<IndexState & { readonly scanned: bigint }> {
  return stateOf((await pool.query<StateRow>(selectState)).rows[0]);
}

async function lockState(client: PoolClient): Promise<IndexState & { readonly scanned: bigint }> {
  return stateOf((await client.query<StateRow>(`${selectState} FOR UPDATE`)).rows[0]);
}

function stateOf(row: StateRow | undefined): IndexState & { readonly scanned: bigint } {
  if (row === undefined) throw new Error("the state of the event index is missing");
  const { position, scanned, claim, recorded_at } = row;
  return { position, scanned, claim, recordedAt: recorded_at };
}

async function moveState(
  client: PoolClient,
  to: {
    readonly last: bigint;
    readonly scanned: bigint | null;
    readonly claim: number;
    readonly recordedAt: string | null;
  },
): Promise<void> {
  await client.query(
    `UPDATE event_index_state SET position = $1, scanned = coalesce($2, scanned),
      claim = greatest(claim, $3), recorded_at = greatest(recorded_at, coalesce($4, recorded_at))`,
    [to.last, to.scanned, to.claim, to.recordedAt],
  );
}

function newestTime(entries: readonly IndexEntry[]): string | null {
  let time: string | null = null;
  for (const { recordedAt } of entries) if (time === null || recordedAt > time) time = recordedAt;
  return time;
}

const indexTarget = "event_index (key, nth, stream, revision, position, once, body)";

async function copyEntries(client: PoolClient, entries: readonly IndexEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await copyInto(client, { into: indexTarget, format: "binary", messages: messagesOf(entries) });
}

async function insertNewEntries(client: PoolClient, entries: readonly IndexEntry[]): Promise<void> {
  const column = <T>(of: (entry: IndexEntry) => T): T[] => entries.map(of);
  await client.query(
    `INSERT INTO ${indexTarget}
     SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::int[], $5::bigint[], $6::text[],
       $7::text[]) ON CONFLICT DO NOTHING`,
    [
      column(({ key }) => key),
      column(({ nth }) => nth),
      column(({ stream }) => stream),
      column(({ revision }) => revision),
      column(({ position }) => position),
      column(({ once }) => once ?? null),
      column(keptText),
    ],
  );
}

function indexed(entry: IndexEntry): IndexedEvent {
  const { position, stream, revision } = entry;
  return { position, stream, revision, body: keptText(entry) };
}

function keptText(entry: IndexEntry): string | null {
  return keptBody(entry)?.toString("utf8") ?? null;
}

function keptBody({ body }: IndexEntry): Buffer | undefined {
  return body.length > bodyMax ? undefined : body;
}

async function raiseHeads(client: PoolClient, heads: ReadonlyMap<string, number>): Promise<void> {
  if (heads.size === 0) return;
  await client.query(
    `INSERT INTO stream_heads AS h (stream, revision) SELECT * FROM unnest($1::text[], $2::int[])
     ON CONFLICT (stream) DO UPDATE SET revision = greatest(h.revision, excluded.revision)`,
    [[...heads.keys()], [...heads.values()]],
  );
}

async function insertTimes(client: PoolClient, entries: readonly IndexEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const times = new Map<string, { first: bigint; last: bigint }>();
  for (const { recordedAt, position } of entries) {
    const known = times.get(recordedAt);
    if (known === undefined) times.set(recordedAt, { first: position, last: position });
    else if (position < known.first) known.first = position;
    else if (position > known.last) known.last = position;
  }
  const ranges = [...times.values()];
  await client.query(
    `INSERT INTO event_times AS t (recorded_at, first_position, last_position)
     SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[])
     ON CONFLICT (recorded_at) DO UPDATE
     SET first_position = least(t.first_position, excluded.first_position),
       last_position = greatest(t.last_position, excluded.last_position)`,
    [[...times.keys()], ranges.map(({ first }) => first), ranges.map(({ last }) => last)],
  );
}

function* messagesOf(entries: readonly IndexEntry[]): Generator<Buffer> {
  const rows = new BinaryCopyRows(7);
  for (const entry of entries) {
    rows.beginRow();
    rows.text(entry.key);
    rows.integer(entry.nth);
    rows.text(entry.stream);
    rows.integer(entry.revision);
    rows.bigint(Number(entry.position));
    rows.text(entry.once);
    rows.encoded(keptBody(entry));
    rows.endRow();
    yield* rows.take("full");
  }
  yield* rows.take("all");
}

async function insertVoids(client: PoolClient, voids: readonly VoidEvent[]): Promise<void> {
  if (voids.length === 0) return;
  await client.query(
    `INSERT INTO void_events (position, stream, revision, type, claim)
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::int[])
     ON CONFLICT DO NOTHING`,
    [
      voids.map(({ position }) => position),
      voids.map(({ stream }) => stream),
      voids.map(({ revision }) => revision),
      voids.map(({ type }) => type),
      voids.map(({ claim }) => claim),
    ],
  );
}

async function readVoids(pool: Pool): Promise<VoidEvent[]> {
  const { rows } = await pool.query<VoidEvent>(
    "SELECT position, stream, revision, type, claim FROM void_events ORDER BY position",
  );
  return rows;
}

async function inOneTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    // What a crash of PostgreSQL takes away is read from the log again.
    await client.query("BEGIN; SET LOCAL synchronous_commit = off");
    const result = await work(client);
    await client.query("COMMIT");
    broken = false;
    return result;
  } finally {
    client.release(broken);
  }
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
  if (state === undefined || state.position < reached || memory.broken) {
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
  { keys, onces, streams }: Omit<RestsOn, "asOf">,
): Promise<boolean> {
  const { fresh, writing } = memory;
  for (const [key, nth] of keys) if ((newest(memory, key)?.nth ?? -1) > nth) return true;
  for (const once of onces) if (fresh.onces.has(once) || writing.onces.has(once)) return true;
  const reached = await readRevisions(pool, memory, [...streams.keys()]);
  for (const [stream, seen] of streams) if ((reached.get(stream) ?? -1) > seen) return true;
  const { rowCount } = await pool.query({
    name: "index-moved",
    text: `SELECT 1 FROM unnest($1::text[], $2::int[]) AS k (key, nth)
        WHERE EXISTS (SELECT 1 FROM event_index e WHERE e.key = k.key AND e.nth > k.nth)
      UNION ALL SELECT 1 FROM event_index WHERE once = ANY($3::text[]) LIMIT 1`,
    values: [[...keys.keys()], [...keys.values()], [...onces]],
  });
  return rowCount === 1;
}

/** Empties the index, to be made again from the log; no process may be writing. */
export async function emptyEventIndex(pool: Pool): Promise<void> {
  await pool.query(`
    TRUNCATE event_index, stream_heads, event_times, void_events;
    UPDATE event_index_state
    SET position = 0, scanned = 0, claim = 0, recorded_at = '1970-01-01T00:00:00Z'`);
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
    const entry = newest(memory, key);
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

async function count(pool: Pool, upTo: bigint): Promise<bigint> {
  const { rows } = await pool.query<{ count: bigint }>(
    "SELECT count(*) FROM event_index WHERE position <= $1",
    [upTo],
  );
  return rows[0]?.count ?? 0n;
}
