import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import type { IndexEntry, IndexPage, IndexState } from "./event-index-tables.ts";
import {
  copyEntries,
  inOneTransaction,
  insertNewEntries,
  insertTimes,
  insertVoids,
  lockState,
  moveState,
  newestTime,
  raiseHeads,
  readState,
} from "./event-index-tables.ts";

/** Reads the events of the log after a position, in order, up to a number of them. */
export type ReadPage = (after: bigint) => Promise<IndexPage>;

const pageWaitMs = 20;

/**
 * Reads the log up to its head into the index. A page is read while the one before it is stored; of
 * several processes that catch up at once, the first stores a page and the others continue behind
 * it.
 */
export async function catchUp(pool: Pool, readPage: ReadPage): Promise<IndexState> {
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

/** Stores a page unless the index has moved on from where it begins. */
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
    await storeWith(insert, client, { entries, voids });
    const scanned = state.scanned === state.position ? last : null;
    await moveState(client, { last, scanned, claim, recordedAt: newestTime(entries) });
    return true;
  });
}

/** Stores a page behind those before it; of entries with one key, the first. */
export async function storeIn(client: PoolClient, page: IndexPage): Promise<void> {
  await storeWith(insertNewEntries, client, page);
}

async function storeWith(
  insert: Insert,
  client: PoolClient,
  { entries, voids }: Pick<IndexPage, "entries" | "voids">,
): Promise<void> {
  await insert(client, entries);
  await insertTimes(client, entries);
  await raiseHeads(client, headsOf([...entries, ...voids]));
  await insertVoids(client, voids);
}

/** Looks for void events among what the writer has added, which it did not read. */
export async function scanForVoids(pool: Pool, readPage: ReadPage): Promise<void> {
  for (;;) {
    const { scanned } = await readState(pool);
    const { voids, last } = await readPage(scanned);
    if (last === undefined) return;
    await inOneTransaction(pool, async (client) => {
      const state = await lockState(client);
      await insertVoids(client, voids);
      await raiseHeads(client, headsOf(voids));
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

/** The last revision of each stream. */
function headsOf(
  events: readonly { readonly stream: string; readonly revision: number }[],
): Map<string, number> {
  const heads = new Map<string, number>();
  for (const { stream, revision } of events) {
    if (revision > (heads.get(stream) ?? -1)) heads.set(stream, revision);
  }
  return heads;
}
