import type { Pool } from "pg";
import { unhurried } from "../../database/pool.ts";
import type { Head, RecordedEvent, RestsOn } from "../event-log.ts";
import { readBytesMax } from "../event-log.ts";
import { decodeBody, encodeBody, hashBody } from "../stored-event.ts";
import type { RecentEvent } from "./recent-events.ts";

/** Whether something that a decision rests on has been recorded since. */
export async function hasMoved(
  asked: Pick<Pool, "query">,
  { keys, onces, streams, categories }: Omit<RestsOn, "asOf">,
): Promise<boolean> {
  const { rowCount } = await asked.query({
    name: "has-moved",
    text: `SELECT 1 FROM unnest($1::text[], $2::int[]) AS k (key, nth)
        WHERE EXISTS (SELECT 1 FROM events e WHERE e.key = k.key AND e.nth > k.nth)
      UNION ALL SELECT 1 FROM events WHERE once = ANY($3::text[])
      UNION ALL SELECT 1 FROM unnest($4::text[], $5::int[]) AS s (stream, revision)
        WHERE EXISTS
          (SELECT 1 FROM events e WHERE e.stream = s.stream AND e.revision > s.revision)
      UNION ALL SELECT 1 FROM unnest($6::text[], $7::bigint[]) AS c (category, position)
        WHERE EXISTS (SELECT 1 FROM events e
          WHERE e.position > c.position AND starts_with(e.stream, c.category || '-'))
      LIMIT 1`,
    values: [...columnsOf(keys), [...onces], ...columnsOf(streams), ...columnsOf(categories)],
  });
  return rowCount === 1;
}

function columnsOf<V>(map: ReadonlyMap<string, V>): [string[], V[]] {
  return [[...map.keys()], [...map.values()]];
}

/**
 * Whether the log holds an event of this process's memory in its place: it may have been restored
 * from a backup.
 */
export async function isInPlace(pool: Pool, event: RecentEvent | undefined): Promise<boolean> {
  if (event === undefined) return true;
  const { rowCount } = await pool.query({
    name: "is-in-place",
    text: "SELECT 1 FROM events WHERE position = $1 AND hash = decode($2, 'hex')",
    values: [event.position, hashBody(encodeBody(event, event.meta.recordedAt))],
  });
  return rowCount === 1;
}

/** The id of the ledger, from the first event; undefined in an empty log. */
export async function readLedgerId(pool: Pool): Promise<string | undefined> {
  const [first] = await readAfter(pool, 0n, 1);
  return (first?.data as { ledger: string } | undefined)?.ledger;
}

/** Positions are gap-free and times never fall along them: a binary search over the primary key. */
export async function positionAt(pool: Pool, instant: string): Promise<bigint> {
  let [low, high] = [0n, (await readHead(pool)).position];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    const { rowCount } = await pool.query(
      "SELECT 1 FROM events WHERE position = $1 AND recorded_at <= $2",
      [middle, instant],
    );
    if (rowCount === 1) low = middle;
    else high = middle - 1n;
  }
  return low;
}

/** When the last event at a position or before it was recorded. */
export async function timeOf(pool: Pool, position: bigint): Promise<string | undefined> {
  const { rows } = await pool.query<{ recorded_at: Date }>(
    "SELECT recorded_at FROM events WHERE position <= $1 ORDER BY position DESC LIMIT 1",
    [position],
  );
  return rows[0]?.recorded_at.toISOString();
}

/** The head of the log. */
export async function readHead(pool: Pool): Promise<Head> {
  const { rows } = await pool.query<{ position: bigint; recorded_at: Date }>(
    "SELECT position, recorded_at FROM log_head",
  );
  const [head] = rows;
  if (head === undefined) throw new Error("the head row is missing");
  const recordedAt = head.position === 0n ? undefined : head.recorded_at.toISOString();
  return { position: head.position, recordedAt };
}

/** A row of the table of events. */
export interface EventRow {
  readonly position: bigint;
  readonly revision: number;
  readonly body: string;
}

/** A row as the event it holds. */
export function decode({ position, revision, body }: EventRow): RecordedEvent {
  return decodeBody(position, revision, body);
}

/** As much of a page of events, in an order, as is read at once. */
function cutPage(order: "position" | "revision", page: string): string {
  return `SELECT position, revision, body
    FROM (SELECT position, revision, body,
        sum(octet_length(body::text)) OVER (ORDER BY ${order}) - octet_length(body::text) AS before
      FROM (${page}) AS page) AS measured
    WHERE before < ${readBytesMax} ORDER BY ${order}`;
}

/** Up to `max` events after a position, and fewer where they are long. */
export async function readAfter(pool: Pool, after: bigint, max: number): Promise<RecordedEvent[]> {
  const { rows } = await pool.query<EventRow>({
    name: "read-after",
    text: cutPage(
      "position",
      "SELECT * FROM events WHERE position > $1 ORDER BY position LIMIT $2",
    ),
    values: [after, max],
  });
  return rows.map(decode);
}

/** The events of a stream from a revision on. */
export async function* readStream(pool: Pool, stream: string, from: number) {
  const pageMax = 5_000;
  const page = `SELECT * FROM events WHERE stream = $1 AND revision >= $2
    ORDER BY revision LIMIT ${pageMax}`;
  for (let next = from; ; ) {
    const { rows } = await pool.query<EventRow>(cutPage("revision", page), [stream, next]);
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const row of rows) yield decode(row);
    const bytes = rows.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
    if (rows.length < pageMax && bytes < readBytesMax) return;
    next = last.revision + 1;
  }
}

/** The newest event under each key. */
export async function findByKey(
  pool: Pool,
  keys: readonly string[],
): Promise<Map<string, RecordedEvent>> {
  const { rows } = await pool.query<EventRow>({
    name: "find-by-key",
    text: `SELECT e.position, e.revision, e.body FROM unnest($1::text[]) AS k (key)
      CROSS JOIN LATERAL (SELECT position, revision, body FROM events
        WHERE events.key = k.key ORDER BY nth DESC LIMIT 1) AS e`,
    values: [[...new Set(keys)]],
  });
  return new Map(rows.map(decode).map((event) => [event.key, event]));
}

/** The events recorded under values of `once`. */
export async function findByOnce(
  pool: Pool,
  onces: readonly string[],
): Promise<Map<string, RecordedEvent>> {
  const { rows } = await pool.query<EventRow>({
    name: "find-by-once",
    text: "SELECT position, revision, body FROM events WHERE once = ANY($1::text[])",
    values: [onces],
  });
  return new Map(rows.map(decode).map((event) => [event.once ?? "", event]));
}

/** The last revision of each stream, -1 where there is none. */
export async function readRevisions(
  pool: Pool,
  streams: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ stream: string; revision: number }>({
    name: "revisions",
    text: `SELECT s.stream, coalesce((SELECT e.revision FROM events e
        WHERE e.stream = s.stream ORDER BY e.revision DESC LIMIT 1), -1) AS revision
      FROM unnest($1::text[]) AS s (stream)`,
    values: [streams],
  });
  return new Map(rows.map(({ stream, revision }) => [stream, revision]));
}

/** What is wrong with the log itself, in sentences; nothing where all is well. */
export async function inspect(pool: Pool): Promise<string[]> {
  const client = await unhurried(pool);
  try {
    const { rows } = await client.query<{ difference: string }>(differences);
    return rows.map((row) => row.difference);
  } finally {
    client.release(true);
  }
}

const differences = `
    SELECT 'the head says ' || h.position || ' events, the log holds ' || e.count AS difference
    FROM log_head h, (SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM events) e
    WHERE h.position <> e.count OR h.position <> e.last
    UNION ALL (
      SELECT 'the bytes of event ' || position || ' are not the bytes that were hashed'
      FROM events WHERE hash <> sha256(convert_to(body::text, 'UTF8'))
      ORDER BY position LIMIT 20)
    UNION ALL (
      SELECT 'event ' || position || ' is not filed under what its body says'
      FROM events
      WHERE (stream, type, key, nth::text, once,
          to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        IS DISTINCT FROM (body->>'stream', body->>'type', body->>'key', body->>'nth', body->>'once',
          body->'meta'->>'recordedAt')
      ORDER BY position LIMIT 20)`;
