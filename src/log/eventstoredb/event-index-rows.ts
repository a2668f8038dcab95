import type { PoolClient } from "pg";

/** An entry of the index as it is stored. */
export interface IndexRow {
  readonly key: string;
  readonly nth: number;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly once: string | null;
  readonly body: string | null;
}

/** A time of recording, and what was recorded then. */
export interface TimeRow {
  /** RFC 3339. */
  readonly at: string;
  readonly first: bigint;
  readonly last: bigint;
}

const fetchMax = 2_000;

/** All entries in the order of their positions, within a transaction. */
export function rowsOfIndex(client: PoolClient): AsyncGenerator<IndexRow> {
  return rowsOf<IndexRow>(
    client,
    "index_rows",
    `SELECT key, nth, stream, revision, position, once, body FROM event_index ORDER BY position`,
  );
}

/** All times of recording, in order. */
export async function* rowsOfTimes(client: PoolClient): AsyncGenerator<TimeRow, undefined> {
  const rows = rowsOf<{ at: Date; first: bigint; last: bigint }>(
    client,
    "index_times",
    `SELECT recorded_at AS at, first_position AS first, last_position AS last
     FROM event_times ORDER BY recorded_at`,
  );
  for await (const { at, first, last } of rows) yield { at: at.toISOString(), first, last };
  return undefined;
}

/** The last revision of every stream. */
export function streamHeads(
  client: PoolClient,
): AsyncGenerator<{ readonly stream: string; readonly revision: number }> {
  return rowsOf(client, "index_heads", "SELECT stream, revision FROM stream_heads ORDER BY stream");
}

async function* rowsOf<Row extends object>(
  client: PoolClient,
  cursor: string,
  query: string,
): AsyncGenerator<Row, undefined> {
  await client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${query}`);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${fetchMax} FROM ${cursor}`);
    yield* rows;
    if (rows.length < fetchMax) break;
  }
  await client.query(`CLOSE ${cursor}`);
  return undefined;
}
