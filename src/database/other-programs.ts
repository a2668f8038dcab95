import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { locks } from "./locks.ts";

/** Thrown, before anything is changed, where an older program still works on the database. */
export class OlderProgramRunning extends Error {}

/** How older programs are waited for before the database is changed under them. */
export interface GraceOptions {
  /** How long they may take to end: one that is being stopped needs a moment. */
  readonly graceMs?: number;
  /** Called with one line for people where it takes longer than a second. */
  readonly onNotice?: (line: string) => void;
  readonly signal?: AbortSignal;
}

const graceDefaultMs = 10_000;
const quietMs = 1_000;
const pollMs = 100;

type Client = Pick<Pool, "query">;

/**
 * Asks who is in the way until it is nobody, and throws {@link OlderProgramRunning} with their
 * names when the grace is over.
 */
export async function untilNobody(
  inTheWay: () => Promise<readonly string[]>,
  { graceMs = graceDefaultMs, onNotice, signal }: GraceOptions,
): Promise<void> {
  const began = performance.now();
  let isTold = false;
  for (let names = await inTheWay(); names.length > 0; names = await inTheWay()) {
    const waited = performance.now() - began;
    const who = `an older version is still running on this database (${names.join(", ")})`;
    if (waited >= graceMs) {
      throw new OlderProgramRunning(`${who}: stop it first; nothing was changed`);
    }
    if (!isTold && waited >= quietMs) {
      isTold = true;
      onNotice?.(`${who}; waiting up to ${Math.ceil(graceMs / 1_000)} s for its end`);
    }
    await sleep(pollMs);
    signal?.throwIfAborted();
  }
}

/** Takes the projector's lock for a session; false where another one has it. */
export async function claimProjecting(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ claimed: boolean }>(
    `SELECT pg_try_advisory_lock(${locks.projector}) AS claimed`,
  );
  return rows[0]?.claimed === true;
}

/** The statement that gives the projector's lock back. */
export const projectorUnlock = `SELECT pg_advisory_unlock(${locks.projector})`;

/** The programs that hold the projector's lock, by name; never none. */
export async function projectingPrograms(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT ${shown} AS name FROM pg_stat_activity a
     WHERE EXISTS (${lockRows(locks.projector, "granted")})`,
  );
  // It may have been given back between the two questions.
  return rows.length === 0 ? ["another process"] : rows.map(({ name }) => name);
}

/**
 * The verbs and services that have this database open, by name, but for those that wait for the
 * migrator's lock. While the database lacks a migration of this program, they are all of another
 * version: one of this version would have applied it first. Among them are services that stand by
 * until the one that projects dies.
 */
export async function programsBeside(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT ${shown} AS name FROM pg_stat_activity a
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND application_name ~ '^sunshine [a-z-]+ [0-9]+$'
       AND NOT EXISTS (${lockRows(locks.migrator, "NOT granted")})
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** A session as people find its process: `sunshine start 4711`, with its address if it has one. */
const shown = "a.application_name || coalesce(' at ' || host(a.client_addr), '')";

/** The rows of a lock of one number that are of a session `a`. */
function lockRows(lock: string, state: "granted" | "NOT granted"): string {
  return `SELECT FROM pg_locks l
    WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.objsubid = 1 AND ${state}
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32) + l.objid::bigint = ${lock}`;
}
