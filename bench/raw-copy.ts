import { finished } from "node:stream/promises";
import type { Pool, PoolClient } from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { unhurried } from "../src/database/pool.ts";
import { secondsOf } from "./figure.ts";
import type { BenchServer } from "./server.ts";

const chunkBytes = 65_536;

/**
 * Rows a second of a raw COPY: the events after a position, just as they were written, read back as
 * text and sent in one transaction into an empty table with the same columns and indexes.
 */
export async function rawCopyRate(server: BenchServer, pool: Pool, after: bigint): Promise<number> {
  return copyRate(server, pool, {
    table: "events",
    where: `position > ${after}`,
    order: "position",
  });
}

interface Copied {
  readonly table: string;
  readonly where: string;
  readonly order: string;
}

/** Rows a second of a raw COPY of some rows of a table, likewise. */
export async function copyRate(server: BenchServer, pool: Pool, what: Copied): Promise<number> {
  const { table, where, order } = what;
  // One statement for all there is: on a busy machine nothing is heard of it for long.
  const client = await unhurried(pool);
  try {
    const query = `SELECT * FROM ${table} WHERE ${where} ORDER BY ${order}`;
    const { text, rows } = await readBack(client, query);
    await client.query(`CREATE TABLE raw_copy (LIKE ${table} INCLUDING ALL)`);
    await server.checkpoint();
    const seconds = await secondsOf(() => write(client, text));
    const { rows: counted } = await client.query<{ count: bigint }>(
      "SELECT count(*) AS count FROM raw_copy",
    );
    if (counted[0]?.count !== BigInt(rows)) throw new Error("the raw COPY has lost rows");
    await client.query("DROP TABLE raw_copy");
    return rows / seconds;
  } finally {
    client.release(true);
  }
}

async function readBack(client: PoolClient, query: string) {
  const stream = client.query(copyTo(`COPY (${query}) TO STDOUT`));
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { text: Buffer.concat(chunks), rows: stream.rowCount };
}

async function write(client: PoolClient, text: Buffer): Promise<void> {
  const stream = client.query(copyFrom(`COPY raw_copy FROM STDIN`));
  for (let at = 0; at < text.length; at += chunkBytes) {
    const room = stream.write(text.subarray(at, at + chunkBytes));
    if (!room) await new Promise((resolve) => stream.once("drain", resolve));
  }
  stream.end();
  await finished(stream);
}
