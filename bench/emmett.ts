import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import pg from "pg";
import type { RecordedEvent } from "../src/log/event-log.ts";
import { BenchUnavailable, perSecond } from "./figure.ts";
import type { BenchServer } from "./server.ts";

/** Another event store on the same server, in a database of its own. */
export interface EmmettStore {
  /** Appends a second by so many callers at once, each one event to a new stream. */
  rate(seconds: number, callers: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens Emmett's store for events like `example`: the same data and metadata, so the same size. */
export async function openEmmett(
  server: BenchServer,
  example: Pick<RecordedEvent, "type" | "data" | "meta">,
): Promise<EmmettStore> {
  const { getPostgreSQLEventStore } = await load();
  const database = await server.createDatabase();
  // As many connections as the ledger's own pool, and pg's own types, which Emmett expects.
  const pool: Pool = new pg.Pool({ connectionString: database.url, max: 10 });
  pool.on("error", () => undefined);
  const store = getPostgreSQLEventStore(database.url, { connectionOptions: { pool } });
  await store.schema.migrate();
  const { type, data, meta } = example;
  const event = {
    type,
    data: data as Record<string, unknown>,
    metadata: meta as Record<string, unknown>,
  };
  return {
    rate: (seconds, callers) =>
      perSecond(seconds, callers, () => store.appendToStream(`bench-${randomUUID()}`, [event])),
    close: async () => {
      await store.close();
      if (!pool.ended) await pool.end();
      await database.drop();
    },
  };
}

async function load() {
  try {
    return await import("@event-driven-io/emmett-postgresql");
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new BenchUnavailable(
      "the reference, @event-driven-io/emmett-postgresql, is not installed: it is a devDependency",
    );
  }
}
