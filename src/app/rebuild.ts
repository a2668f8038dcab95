import type { Pool, PoolClient } from "pg";
import type { ProjectedEvent, Projection } from "../../projections/define.ts";
import type { EventLog, RebuildIndexOptions, RecordedEvent } from "../log/event-log.ts";
import { locks } from "../database/locks.ts";
import { endAfter, unhurried } from "../database/pool.ts";
import type { EventUnreadable } from "../log/lists.ts";
import { newerThan, refuseNewer } from "./project.ts";
import type { LongListEvent } from "./read-tables.ts";
import {
  createIndexes,
  createTables,
  isLongList,
  projecting,
  rowBuffer,
  writeRows,
} from "./read-tables.ts";

/** How a projection was rebuilt. */
export interface Rebuilt {
  readonly events: number;
  readonly seconds: number;
}

const batchMax = 2_000;

/**
 * Derives projections anew beside the live ones and puts them in their place in one transaction, at
 * the position where the live ones stand. Readers see the old ones until then; a stop leaves them
 * untouched. Throws `ReadModelNewer`, having changed nothing, where a newer program has built them.
 */
export async function rebuild(
  pool: Pool,
  log: EventLog,
  projections: readonly Projection[],
  onProgress: (position: bigint, head: bigint) => void = () => undefined,
): Promise<Record<string, Rebuilt>> {
  const began = performance.now();
  const client = await unhurried(pool);
  try {
    // One rebuild at a time; it ends with its session.
    await client.query(`SELECT pg_advisory_lock(${locks.rebuild})`);
    refuseNewer(await newerThan(client, projections));
    const { position } = await log.head();
    const built = await deriveInto(client, log, "rebuild", projections, position, {
      kind: "",
      onProgress: (at) => onProgress(at, position),
    });
    await createIndexes(client, "rebuild", projections);
    await takeOver(client, log, projections, position);
    const seconds = secondsSince(began);
    return Object.fromEntries(projections.map(({ name }) => [name, { events: built, seconds }]));
  } finally {
    const unlock = `SELECT pg_advisory_unlock(${locks.rebuild})`;
    await endAfter(client, "DROP SCHEMA IF EXISTS rebuild CASCADE", unlock);
  }
}

/**
 * Derives what the log's engine keeps in PostgreSQL anew; nothing where it keeps nothing. Throws
 * `EventsLost`.
 */
export async function rebuildIndex(
  log: EventLog,
  options: RebuildIndexOptions,
): Promise<Record<string, Rebuilt>> {
  const began = performance.now();
  const events = await log.rebuildIndex(options);
  return events === undefined ? {} : { event_index: { events, seconds: secondsSince(began) } };
}

function secondsSince(began: number): number {
  return Number(((performance.now() - began) / 1_000).toFixed(3));
}

/** Swaps the schemas; the checkpoint rows are locked, so that no worker writes meanwhile. */
async function takeOver(
  client: PoolClient,
  log: EventLog,
  projections: readonly Projection[],
  built: bigint,
): Promise<void> {
  const names = projections.map(({ name }) => name);
  await client.query("BEGIN");
  try {
    const { rows } = await client.query<{ position: bigint }>(
      "SELECT position FROM projections WHERE name = ANY($1::text[]) ORDER BY name FOR UPDATE",
      [names],
    );
    refuseNewer(await newerThan(client, projections));
    const most = rows.reduce((max, { position }) => (position > max ? position : max), built);
    // Beyond the head they stand only where the log has lost events: that is what is mended then.
    const { position: head } = await log.head();
    const live = most < head ? most : head;
    await copyEvents(client, log, "rebuild", projections, built, live);
    for (const { name } of projections.flatMap((projection) => projection.tables)) {
      await client.query(`DROP TABLE IF EXISTS read.${name}`);
      await client.query(`ALTER TABLE rebuild.${name} SET SCHEMA read`);
    }
    for (const { name, version } of projections) {
      await client.query("UPDATE projections SET version = $2, position = $3 WHERE name = $1", [
        name,
        version,
        live,
      ]);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** How a derivation is stored, and who hears of it. */
export interface DeriveOptions {
  readonly kind: "" | "UNLOGGED";
  readonly onProgress?: (position: bigint) => void;
  /** Hears every event before it is projected, as recorded and as projections take it. */
  readonly onEvents?: (
    events: readonly RecordedEvent[],
    projected: readonly (ProjectedEvent | LongListEvent)[],
  ) => void;
  /** Hears of events that cannot be projected and are left out; without it they end the work. */
  readonly onUnreadable?: (error: EventUnreadable) => void;
}

/**
 * Derives projections from the first event to `upTo` into a schema of its own; answers how many.
 */
export async function deriveInto(
  client: PoolClient,
  log: EventLog,
  schema: string,
  projections: readonly Projection[],
  upTo: bigint,
  options: DeriveOptions,
): Promise<number> {
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.query(`CREATE SCHEMA ${schema}`);
  await createTables(client, schema, projections, options.kind);
  return copyEvents(client, log, schema, projections, 0n, upTo, options);
}

async function copyEvents(
  client: PoolClient,
  log: EventLog,
  schema: string,
  projections: readonly Projection[],
  after: bigint,
  upTo: bigint,
  { onProgress, onEvents, onUnreadable }: Partial<DeriveOptions> = {},
): Promise<number> {
  const prepare = projecting(log, onUnreadable);
  const buffer = rowBuffer(projections);
  let at = after;
  let count = 0;
  let written: Promise<void> = Promise.resolve();
  let next = at < upTo ? log.read(at, batchMax) : Promise.resolve([]);
  while (at < upTo) {
    const page = await next;
    const last = page.at(-1);
    if (last === undefined) break;
    const more = last.position < upTo;
    next = more ? log.read(last.position, batchMax) : Promise.resolve([]);
    next.catch(() => undefined);
    const events = page.filter(({ position }) => position <= upTo);
    const projected = await prepare(events);
    onEvents?.(events, projected);
    // A page is derived while the server writes the one before it; very long lists come in turn.
    const lists = projected.filter(isLongList);
    for (const event of projected) if (!isLongList(event)) buffer.add(event);
    await written;
    written = writeRows(client, schema, buffer, lists).then(() => onProgress?.(last.position));
    // Whoever waits for it hears of it; until then it is not unheard.
    written.catch(() => undefined);
    if (lists.length > 0) await written;
    at = last.position;
    count += events.length;
  }
  await written;
  return count;
}
