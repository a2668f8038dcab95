import { exec } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import type pg from "pg";
import type { Test } from "tap";
import { createPool, unhurried } from "../../src/database/pool.ts";
import type { EventLog, NewEvent } from "../../src/log/event-log.ts";
import type { EventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { eventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { postgresLog } from "../../src/log/postgres/postgres-log.ts";
import { testDatabase } from "../support/database.ts";

/** Where the logs of one test file keep their events; several logs are several processes. */
export interface Store<Log extends EventLog = EventLog> {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  /** Another log on the same events, closed when `t` ends. */
  open(t: Pick<Test, "teardown">, pool?: pg.Pool): Log;
}

const given = process.env.EVENTSTOREDB_URL;
const freshCommand = process.env.EVENTSTOREDB_FRESH;
/** The url of the server to test against; undefined: what needs it is skipped. */
export const eventStoreDbUrl = given === "" ? undefined : given;
/** Why a test that needs the server is skipped, as tap wants it. */
export const unlessEventStoreDb =
  eventStoreDbUrl === undefined ? { skip: "EVENTSTOREDB_URL is not set" } : {};

/** A database of its own as the log. */
export async function postgresStore(t: Test): Promise<Store> {
  const { pool, connectionString } = await testDatabase(t);
  const store: Store = { pool, connectionString, open: (_t, other = pool) => postgresLog(other) };
  await openLedger(t, store);
  return store;
}

/**
 * The server of EVENTSTOREDB_URL with a database of its own for the index. What earlier runs
 * recorded stays in the server. One test file uses it at a time: each believes that its database
 * has the claim.
 */
export async function eventStoreDbStore(t: Test): Promise<Store<EventStoreDbLog>> {
  const { pool, connectionString } = await testDatabase(t);
  await waitForServer(t, connectionString);
  return storeOn(t, pool, connectionString);
}

async function storeOn(
  t: Test,
  pool: pg.Pool,
  connectionString: string,
): Promise<Store<EventStoreDbLog>> {
  const url = eventStoreDbUrl;
  if (url === undefined) throw new Error("EVENTSTOREDB_URL is not set");
  const store: Store<EventStoreDbLog> = {
    pool,
    connectionString,
    open: (other, ownPool = pool) => {
      const log = eventStoreDbLog({ url, pool: ownPool, holder: `test ${process.pid}` });
      other.teardown(() => log.close());
      return log;
    },
  };
  await openLedger(t, store);
  return store;
}

/** Why a test that spoils the server's log is skipped: it needs one that can be emptied. */
export const unlessFresh =
  eventStoreDbUrl === undefined || freshCommand === undefined
    ? { skip: "EVENTSTOREDB_URL and EVENTSTOREDB_FRESH are not set" }
    : {};

/** The same on a server that is empty before, and is emptied after: what is spoilt stays there. */
export async function freshEventStoreDbStore(t: Test): Promise<Store<EventStoreDbLog>> {
  const { pool, connectionString } = await testDatabase(t);
  await freshServer(t, connectionString);
  return storeOn(t, pool, connectionString);
}

/** Has the server for one test alone, empty before and after. */
export async function freshServer(t: Test, connectionString: string): Promise<void> {
  await waitForServer(t, connectionString);
  const fresh = () => promisify(exec)(freshCommand ?? "");
  await fresh();
  t.teardown(fresh);
}

const serverLock = "1398099529, 12";

/** Waits until no other test file uses the server. */
async function waitForServer(t: Test, connectionString: string): Promise<void> {
  const url = new URL(connectionString);
  url.pathname = "/postgres";
  const pool = createPool(url.href, { max: 1, applicationName: "test eventstoredb" });
  // However long the other one takes.
  const client = await unhurried(pool);
  await client.query(`SELECT pg_advisory_lock(${serverLock})`);
  t.teardown(async () => {
    client.release(true);
    await pool.end();
  });
}

async function openLedger(t: Test, store: Store): Promise<void> {
  await t.test("a log begins by being opened", async (t) => {
    const log = store.open(t);
    if ((await log.ledgerId()) !== undefined) return;
    const ledger = randomUUID();
    const data = { ledger, engine: log.engine, keyCheck: "none", demo: true };
    const event = { ...newEvent("ledger", "ledger:opened"), type: "LedgerOpened", data } as const;
    await log.append({ events: [event] });
    t.equal(await log.ledgerId(), ledger);
  });
}

/** A name that no earlier run has used. */
export function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

/** An event about `key` in `stream`; logs do not look into its data. */
export function newEvent(stream: string, key: string, more: Partial<NewEvent> = {}): NewEvent {
  return {
    stream,
    revision: 0,
    type: "WagePaid",
    version: 1,
    key,
    nth: 0,
    data: { amount: "1.00" },
    meta: { actor: "test", effectiveDate: "2026-01-01", pack: "base/1" },
    ...more,
  };
}
