import type { Pool, PoolClient } from "pg";
import { BinaryCopyRows, copyInto } from "../../database/copy.ts";
import type { VoidEvent } from "../event-log.ts";

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

/** The place of an event, with its body unless that is long. */
export interface IndexedEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly body: string | null;
}

/** How far the index has come. */
export interface IndexState {
  readonly position: bigint;
  /** Up to where void events were looked for; what the writer adds it does not read. */
  readonly scanned: bigint;
  readonly claim: number;
  readonly recordedAt: Date;
}

/** Longer bodies are read from the log when they are found. */
const bodyMax = 8_192;

interface StateRow {
  readonly position: bigint;
  readonly scanned: bigint;
  readonly claim: number;
  readonly recorded_at: Date;
}

const selectState = "SELECT position, scanned, claim, recorded_at FROM event_index_state";

/** How far the index has come. */
export async function readState(asked: Pick<Pool, "query">): Promise<IndexState> {
  return stateOf((await asked.query<StateRow>(selectState)).rows[0]);
}

/** The same, held against all others until the transaction ends. */
export async function lockState(client: PoolClient): Promise<IndexState> {
  return stateOf((await client.query<StateRow>(`${selectState} FOR UPDATE`)).rows[0]);
}

function stateOf(row: StateRow | undefined): IndexState {
  if (row === undefined) throw new Error("the state of the event index is missing");
  const { position, scanned, claim, recorded_at } = row;
  return { position, scanned, claim, recordedAt: recorded_at };
}

/** Sets where the index stands: it was made anew. */
export async function setState(
  client: PoolClient,
  made: { readonly at: bigint; readonly claim: number; readonly recordedAt: string | null },
): Promise<void> {
  await client.query(
    `UPDATE event_index_state SET position = $1, scanned = $1, claim = $2,
      recorded_at = coalesce($3::timestamptz, '1970-01-01T00:00:00Z')`,
    [made.at, made.claim, made.recordedAt],
  );
}

/** Moves the index on; times and claims never go back. */
export async function moveState(
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

/** The latest time of recording, null where there are no entries. */
export function newestTime(entries: readonly IndexEntry[]): string | null {
  let time: string | null = null;
  for (const { recordedAt } of entries) if (time === null || recordedAt > time) time = recordedAt;
  return time;
}

const indexTarget = "event_index (key, nth, stream, revision, position, once, body)";

/** Inserts entries of which none may be there. */
export async function copyEntries(
  client: PoolClient,
  entries: readonly IndexEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await copyInto(client, { into: indexTarget, format: "binary", messages: messagesOf(entries) });
}

/** Inserts entries, except those whose key or `once` is there. */
export async function insertNewEntries(
  client: PoolClient,
  entries: readonly IndexEntry[],
): Promise<void> {
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

/** What the index answers of an entry. */
export function indexed(entry: IndexEntry): IndexedEvent {
  const { position, stream, revision } = entry;
  return { position, stream, revision, body: keptText(entry) };
}

/** The body of an entry, unless it is long. */
export function keptText(entry: IndexEntry): string | null {
  return keptBody(entry)?.toString("utf8") ?? null;
}

function keptBody({ body }: IndexEntry): Buffer | undefined {
  return body.length > bodyMax ? undefined : body;
}

/** Notes how far streams have come; none goes back. */
export async function raiseHeads(
  client: PoolClient,
  heads: ReadonlyMap<string, number>,
): Promise<void> {
  if (heads.size === 0) return;
  await client.query(
    `INSERT INTO stream_heads AS h (stream, revision) SELECT * FROM unnest($1::text[], $2::int[])
     ON CONFLICT (stream) DO UPDATE SET revision = greatest(h.revision, excluded.revision)`,
    [[...heads.keys()], [...heads.values()]],
  );
}

/** Notes the first and last position recorded at each time. */
export async function insertTimes(
  client: PoolClient,
  entries: readonly IndexEntry[],
): Promise<void> {
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

/** Notes void events, once. */
export async function insertVoids(client: PoolClient, voids: readonly VoidEvent[]): Promise<void> {
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

/** Void events, oldest first. */
export async function readVoids(pool: Pool): Promise<VoidEvent[]> {
  const { rows } = await pool.query<VoidEvent>(
    "SELECT position, stream, revision, type, claim FROM void_events ORDER BY position",
  );
  return rows;
}

/** Runs `work` in a transaction that does not wait for the disk. */
export async function inOneTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    // What a crash of PostgreSQL loses is read from the log again.
    await client.query("BEGIN; SET LOCAL synchronous_commit = off");
    const result = await work(client);
    await client.query("COMMIT");
    broken = false;
    return result;
  } finally {
    client.release(broken);
  }
}
