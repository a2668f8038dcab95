import type { PoolClient } from "pg";
import { locks } from "../../database/locks.ts";
import { endAfter, unhurried } from "../../database/pool.ts";
import type { RebuildIndexOptions } from "../event-log.ts";
import { EventsLost } from "../event-log.ts";
import { readIndexPage } from "./event-index-pages.ts";
import type { IndexPage } from "./event-index-tables.ts";
import { lockState, newestTime, setState } from "./event-index-tables.ts";
import { storeIn } from "./event-index-catch-up.ts";
import type { Inspected } from "./inspection.ts";
import { findingsOf } from "./inspection.ts";

const schema = "rebuild_index";
const tables = ["event_index", "stream_heads", "event_times", "void_events"];
/** Streams that a sentence names. */
const namedMax = 20;

/**
 * Derives the index from the log anew, beside the one in use, and puts it in its place in one
 * transaction; answers how many entries it has. Throws {@link EventsLost}, having changed nothing,
 * where the index in use knows events that the log lacks: it may be all that is left of them.
 */
export async function rebuildIndex(
  inspected: Inspected,
  { givesUpLost = false, onProgress = () => undefined }: RebuildIndexOptions,
): Promise<number> {
  if (!givesUpLost) await refuseLost(inspected);
  const { connection, pool } = inspected;
  const [newest] = await connection.scanBack(1);
  const head = newest?.position ?? 0n;
  const client = await unhurried(pool);
  try {
    await client.query(`SELECT pg_advisory_lock(${locks.rebuild})`);
    await createTables(client);
    // What is written goes into the new tables.
    await client.query(`SET search_path = ${schema}, public`);
    const made = { at: 0n, claim: 0, recordedAt: null as string | null, entries: 0 };
    const store = async (page: IndexPage): Promise<void> => {
      await storeIn(client, page);
      made.at = page.last ?? made.at;
      made.claim = Math.max(made.claim, page.claim);
      made.recordedAt = newestTime(page.entries) ?? made.recordedAt;
      made.entries += page.entries.length;
    };
    for (let page = await readIndexPage(inspected, 0n); page.last !== undefined; ) {
      const next = readIndexPage(inspected, page.last);
      next.catch(() => undefined);
      await store(page);
      onProgress(made.at, head);
      page = await next;
    }
    await client.query("BEGIN");
    // Nobody adds to the index from here on; what has come meanwhile is read too.
    await lockState(client);
    for (;;) {
      const page = await readIndexPage(inspected, made.at);
      if (page.last === undefined) break;
      await store(page);
    }
    for (const table of tables) {
      await client.query(`DROP TABLE public.${table}`);
      await client.query(`ALTER TABLE ${schema}.${table} SET SCHEMA public`);
    }
    await setState(client, made);
    await client.query("COMMIT");
    return made.entries;
  } finally {
    const unlock = `SELECT pg_advisory_unlock(${locks.rebuild})`;
    await endAfter(client, "ROLLBACK", `DROP SCHEMA IF EXISTS ${schema} CASCADE`, unlock);
  }
}

/** Throws {@link EventsLost} where the index knows events that the log lacks; names the streams. */
export async function refuseLost(inspected: Inspected): Promise<void> {
  const { lost } = await findingsOf(inspected);
  if (lost.size === 0) return;
  const streams = [...lost];
  const more = streams.length > namedMax ? ` and ${streams.length - namedMax} more` : "";
  const named = `${streams.slice(0, namedMax).join(", ")}${more}`;
  throw new EventsLost(
    `the index knows events that the log does not have, of ${named}: restore the log; or give ` +
      "them up, with --give-up-lost",
  );
}

/** Empty tables like those in use, with the same names of indexes. */
async function createTables(client: PoolClient): Promise<void> {
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
  for (const table of tables) {
    await client.query(`CREATE TABLE ${schema}.${table} (LIKE public.${table} INCLUDING ALL)`);
  }
  await client.query(`
    ALTER TABLE ${schema}.event_index RENAME CONSTRAINT event_index_pkey TO event_index_key_nth;
    ALTER INDEX ${schema}.event_index_once_idx RENAME TO event_index_once;
    ALTER INDEX ${schema}.event_times_first_position_idx RENAME TO event_times_first`);
}
