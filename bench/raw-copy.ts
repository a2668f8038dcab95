import { finished } from "node:stream/promises";
import type { Pool, PoolClient } from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { secondsOf } from "./figure.ts";
import type { BenchServer } from "./server.ts";

const columns = "position, recorded_at, stream, revision, type, key, nth, once, body, hash";
const chunkBytes = 65_536;

/**
 * Rows a second of a raw COPY: the events after a position, just as they were written, read back as
 * text and sent in one transaction into an empty table with the same columns and indexes.
 */
export async function rawCopyRate(server: BenchServer, pool: Pool, after: bigint): Promise<number> {
  const client = await pool.connect();
  try {
    const { text, rows } = await readBack(client, after);
    await client.query("CREATE TABLE raw_copy (LIKE events INCLUDING ALL)");
    await server.checkpoint();
    const seconds = await secondsOf(() => write(client, text));
    const { rows: counted } = await client.query<{ count: bigint }>(
      "SELECT count(*) AS count FROM raw_copy",
    );
    if (counted[0]?.count !== BigInt(rows)) throw new Error("the raw COPY has lost rows");
    await client.query("DROP TABLE raw_copy");
    return rows / seconds;
  } finally {
    client.release();
  }
}

async function readBack(client: PoolClient, after: bigint) {
  const query = `SELECT ${columns} FROM events WHERE position > ${after} ORDER BY position`;
  const stream = client.query(copyTo(`COPY (${query}) TO STDOUT`));
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { text: Buffer.concat(chunks), rows: stream.rowCount };
}

async function write(client: PoolClient, text: Buffer): Promise<void> {
  const stream = client.query(copyFrom(`COPY raw_copy (${columns}) FROM STDIN`));
  for (let at = 0; at < text.length; at += chunkBytes) {
    const room = stream.write(text.subarray(at, at + chunkBytes));
    if (!room) await new Promise((resolve) => stream.once("drain", resolve));
  }
  stream.end();
  await finished(stream);
}
