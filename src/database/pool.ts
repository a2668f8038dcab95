import pg from "pg";
import { endSilent, mayBeSilent } from "./silence.ts";

/**
 * Called with each error of a connection that nobody was using, for instance when the server stops.
 */
export type OnIdleError = (error: Error) => void;

/**
 * Options of {@link createPool}: `max` connections (10), the name under which the server lists
 * them, and a callback for errors of idle connections.
 */
export interface PoolOptions {
  readonly max?: number;
  readonly applicationName: string;
  /** After how long the server ends a statement; it takes as long as it likes otherwise. */
  readonly statementMaxMs?: number;
  /** After how long a silent server's connections are ended: see {@link endSilent}. */
  readonly silenceMaxMs?: number;
  readonly onIdleError?: OnIdleError;
}

/**
 * With these an append whose server falls silent has ended, both its attempts included, before the
 * half minute is over within which callers have an answer.
 */
const connectMaxMs = 10_000;
/** Longer than any transaction of a ledger keeps others waiting. */
const lockMaxMs = 8_000;
const silenceMaxMs = 10_000;

/** SQL with its parameters. */
export interface Statement {
  readonly text: string;
  readonly values?: unknown[];
}

const raw = (text: string): string => text;
const rawArray = parserOfPg(1009, "text") as (text: string) => (string | null)[];
const bigints = (text: string): (bigint | null)[] =>
  rawArray(text).map((item) => (item === null ? null : BigInt(item)));

/**
 * By type oid. Arrays are listed too: pg would read `numeric[]` as floats and `date[]` as local
 * time.
 */
const parsers = new Map<number, (text: string) => unknown>([
  [20, BigInt], // int8
  [1016, bigints],
  [1700, raw], // numeric
  [1231, rawArray],
  [1082, raw], // date
  [1182, rawArray],
  [1114, raw], // timestamp without time zone, which pg would read as local time
  [1115, rawArray],
  [114, raw], // json: the stored bytes are the bytes hashed
  [199, rawArray],
  [3802, raw], // jsonb
  [3807, rawArray],
]);

function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  const own = format === "binary" ? undefined : parsers.get(oid);
  return own ?? parserOfPg(oid, format ?? "text");
}

/** pg's own; its types know only the oids that have a name. */
function parserOfPg(oid: number, format: "text" | "binary"): (value: string) => unknown {
  const { getTypeParser: get } = pg.types as { getTypeParser: (...of: unknown[]) => unknown };
  return get(oid, format) as (value: string) => unknown;
}

/** How columns come back: int8 as bigint, numeric, date and json as text, timestamptz as Date. */
export const columnTypes: pg.CustomTypesConfig = { getTypeParser };

/**
 * A pool of connections to the database at `connectionString`. It survives a server that stops:
 * idle connections are dropped in silence and the next query says what is wrong.
 *
 * A query answers `int8` as bigint, `numeric`, `date` (`YYYY-MM-DD`), `timestamp`, `json` and
 * `jsonb` as the text the server sent, `timestamptz` as Date (milliseconds), and their arrays
 * accordingly. A connection is waited for 10 s, a lock 8 s; a transaction left idle ends after
 * 60 s. A connection on which an answer is due and nothing moves is ended with `ETIMEDOUT`. Work
 * that may take longer has a connection of its own: {@link unhurried}.
 */
export function createPool(connectionString: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: options.max ?? 10,
    application_name: options.applicationName,
    types: columnTypes,
    keepAlive: true,
    connectionTimeoutMillis: connectMaxMs,
    idleTimeoutMillis: 60_000,
    idle_in_transaction_session_timeout: 60_000,
    lock_timeout: lockMaxMs,
    ...(options.statementMaxMs === undefined ? {} : { statement_timeout: options.statementMaxMs }),
  });
  endSilent(pool, options.silenceMaxMs ?? silenceMaxMs);
  pool.on("error", (error) => options.onIdleError?.(error));
  // Who holds a connection hears of its end from the query; without a listener Node would exit.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/**
 * A connection for work that may take as long as it takes: a migration, a rebuild, a look at every
 * row. No limit ends what is asked on it. It is ended, not given back.
 */
export async function unhurried(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect();
  mayBeSilent(client);
  try {
    await client.query("SET lock_timeout = 0; SET statement_timeout = 0");
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/**
 * Ends a connection after some last statements; its session then holds nothing any more. One that
 * is gone is dropped in silence.
 */
export async function endAfter(
  client: pg.PoolClient,
  ...statements: readonly string[]
): Promise<void> {
  await lastly(client, statements);
  client.release(true);
}

/**
 * Gives a connection back after some last statements. One that is gone is dropped in silence: its
 * session has ended on the server, with all it held.
 */
export async function releaseAfter(
  client: pg.PoolClient,
  ...statements: readonly string[]
): Promise<void> {
  const isGone = !(await lastly(client, statements));
  client.release(isGone);
}

/** Whether the connection was there for all of them. */
async function lastly(client: pg.PoolClient, statements: readonly string[]): Promise<boolean> {
  try {
    for (const statement of statements) await client.query(statement);
    return true;
  } catch {
    return false;
  }
}
