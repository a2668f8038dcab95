import { randomUUID } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { canonical } from "../encoding/canonical.ts";
import type { Json } from "../encoding/canonical.ts";
import { eventMeta } from "../../events/index.ts";
import type { ProjectedEvent, Projection } from "../../projections/define.ts";
import { listTotals } from "../domain/list.ts";
import type { EventLog, RecordedEvent } from "../log/event-log.ts";
import { placeOf } from "../log/lists.ts";
import { schemaLock } from "../database/locks.ts";
import { endAfter, unhurried } from "../database/pool.ts";
import { aheadOfLog, standingOf } from "./project.ts";
import type { LongListEvent } from "./read-tables.ts";
import { isLongList } from "./read-tables.ts";
import { deriveInto } from "./rebuild.ts";

/** What `verify` found. */
export interface Verification {
  readonly ok: boolean;
  readonly events: number;
  /** What was compared, and how many rows or events of it. */
  readonly checked: Readonly<Record<string, number>>;
  /** One sentence for each difference; at most a few of each kind. */
  readonly differences: readonly string[];
  /** Void events (EventStoreDB); they are no difference. */
  readonly void?: readonly { position: string; stream: string; type: string; claim: number }[];
}

const differencesMax = 100;

/**
 * Checks the log event by event, derives every projection again and compares it with the live one.
 */
export async function verify(
  pool: Pool,
  log: EventLog,
  projections: readonly Projection[],
  upTo: bigint,
  onProgress: (position: bigint) => void = () => undefined,
): Promise<Verification> {
  const differences: string[] = [];
  // Beyond an event that cannot be read they are not expected to come.
  const { position: projected, standstill } = await standingOf(pool, projections);
  const comparedTo = projected < upTo ? projected : upTo;
  if (standstill !== undefined) {
    differences.push(`the read models stand still at position ${projected}: ${standstill.why}`);
  }
  await unlessData(differences, "the log", async () => {
    differences.push(...(await log.inspect()));
  });
  differences.push(...(await aheadOfLog(pool, log)));
  const client = await unhurried(pool);
  const schema = `verify_${randomUUID().replaceAll("-", "")}`;
  try {
    await dropAbandoned(client);
    await client.query(`SELECT pg_advisory_lock(${schemaLock(schema)})`);
    const check = logChecker(log.engine === "postgres", differences);
    let events = 0;
    const derived = await unlessData(differences, "what is derived", async () => {
      await deriveInto(client, log, schema, projections, upTo, {
        kind: "UNLOGGED",
        onProgress,
        onEvents: (batch, projected) => {
          events += batch.length;
          batch.forEach(check);
          projected.forEach((event) => {
            checkList(event, differences);
          });
        },
        onUnreadable: ({ message }) => {
          const isSaid = message === standstill?.why;
          if (!isSaid && differences.length < differencesMax) differences.push(message);
        },
      });
    });
    const checked: Record<string, number> = { events };
    for (const projection of derived ? projections : []) {
      await compare(client, schema, projection, comparedTo, checked, differences);
    }
    checked.vault_items = await checkVault(client, differences);
    const voids = await log.voids();
    return {
      ok: differences.length === 0,
      events,
      checked,
      differences: differences.slice(0, differencesMax),
      ...(voids.length === 0 ? {} : { void: voids.map(shownVoid) }),
    };
  } finally {
    const unlock = `SELECT pg_advisory_unlock(${schemaLock(schema)})`;
    await endAfter(client, `DROP SCHEMA IF EXISTS ${schema} CASCADE`, unlock);
  }
}

/** Drops the schemas of verifications that were killed: those whose lock nobody holds. */
async function dropAbandoned(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ schema: string }>(
    "SELECT nspname AS schema FROM pg_namespace WHERE nspname ~ '^verify_[0-9a-f]{32}$'",
  );
  for (const { schema } of rows) {
    const lock = schemaLock(schema);
    const { rows: locks } = await client.query<{ free: boolean }>(
      `SELECT pg_try_advisory_lock(${lock}) AS free`,
    );
    if (locks[0]?.free !== true) continue;
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await client.query(`SELECT pg_advisory_unlock(${lock})`);
  }
}

/** Runs a part of the checks; a value that the database rejects is a difference. */
async function unlessData(
  differences: string[],
  what: string,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code !== "string" || !code.startsWith("22")) throw error;
    differences.push(`${what} could not be checked to its end: a value does not fit (${code})`);
    return false;
  }
}

function shownVoid(event: Awaited<ReturnType<EventLog["voids"]>>[number]) {
  const { position, stream, type, claim } = event;
  return { position: position.toString(), stream, type, claim };
}

/** What must hold of every event, by itself and after the event before it. */
function logChecker(gapFree: boolean, differences: string[]): (event: RecordedEvent) => void {
  const revisions = new Map<string, number>();
  let before: RecordedEvent | undefined;
  return (event) => {
    const say = (what: string) => {
      if (differences.length < differencesMax) {
        differences.push(`${placeOf(event)}: ${what}`);
      }
    };
    // That it is none, whoever lifts it says.
    if (event.type === "") return;
    if (!eventMeta.safeParse(event.meta).success) return say("its metadata are malformed");
    const last = before?.position ?? 0n;
    if (gapFree ? event.position !== last + 1n : event.position <= last) {
      say(`its position does not follow ${last}`);
    }
    if (before !== undefined && event.meta.recordedAt < before.meta.recordedAt) {
      say("it is recorded earlier than the event before it");
    }
    const revision = revisions.get(event.stream) ?? -1;
    if (gapFree ? event.revision !== revision + 1 : event.revision <= revision) {
      say(`revision ${event.revision} of ${event.stream} does not follow ${revision}`);
    }
    revisions.set(event.stream, event.revision);
    if (!isCanonical(event.body)) say("its bytes are not canonical");
    before = event;
  };
}

function isCanonical(body: string): boolean {
  try {
    return canonical(JSON.parse(body) as Json) === body;
  } catch {
    return false;
  }
}

async function compare(
  client: PoolClient,
  schema: string,
  projection: Projection,
  upTo: bigint,
  checked: Record<string, number>,
  differences: string[],
): Promise<void> {
  for (const { name, columns } of projection.tables) {
    const rows = (of: string) =>
      `SELECT ${Object.keys(columns).join(", ")} FROM ${of}.${name} WHERE position <= ${upTo}`;
    const digest = async (of: string) => {
      const { rows: found } = await client.query<{ count: bigint; digest: string | null }>(
        `SELECT count(*) AS count, sum(hashtextextended(t::text, 0)) AS digest
         FROM (${rows(of)}) AS t`,
      );
      return found[0] as { count: bigint; digest: string | null };
    };
    const [live, derived] = [await digest("read"), await digest(schema)];
    checked[name] = Number(live.count);
    if (live.count === derived.count && live.digest === derived.digest) continue;
    const { rows: lost } = await client.query<{ side: string; row: string }>(
      `(SELECT 'only the live table has ' AS side, t::text AS row FROM
         (${rows("read")} EXCEPT ALL ${rows(schema)}) AS t LIMIT 10)
       UNION ALL
       (SELECT 'the live table lacks ', t::text FROM
         (${rows(schema)} EXCEPT ALL ${rows("read")}) AS t LIMIT 10)`,
    );
    for (const { side, row } of lost) differences.push(`${name}: ${side}${row}`);
  }
  for (const { breaches } of projection.invariants) {
    const { rows } = await client.query<{ breach: string }>(
      breaches.replaceAll("{schema}", "read"),
    );
    for (const { breach } of rows) differences.push(`${projection.name}: ${breach}`);
  }
}

/** Whether the lines of a list match count, sum and hash of its closing event. */
function checkList(event: ProjectedEvent | LongListEvent, differences: string[]): void {
  if (isLongList(event)) return;
  if (event.type !== "DividendDeclared" && event.type !== "DividendReversed") return;
  const { lines, count, sum, linesHash, pool } = event.data;
  const found = listTotals();
  for (const line of lines) found.add(line);
  const totals = found.totals();
  const isWhole =
    sum === pool && totals.count === count && totals.sum === sum && totals.linesHash === linesHash;
  if (!isWhole) {
    const { position, id, stream } = event;
    differences.push(`event ${position} (${id}, stream ${stream}): its lines are not its list`);
  }
}

/** Whether everything that events name in the vault is there; answers how much there is. */
async function checkVault(client: PoolClient, differences: string[]): Promise<number> {
  const { rows: missing } = await client.query<{ position: bigint }>(
    `SELECT DISTINCT position FROM read.vault_references r
     WHERE NOT EXISTS (SELECT 1 FROM vault_items v WHERE v.item = r.item)
     ORDER BY position LIMIT 20`,
  );
  for (const { position } of missing) {
    differences.push(`event ${position}: the vault lacks what it refers to`);
  }
  const { rows } = await client.query<{ count: bigint }>("SELECT count(*) FROM vault_items");
  return Number(rows[0]?.count ?? 0n);
}
