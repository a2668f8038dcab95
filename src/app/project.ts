import { setTimeout as wait } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import type { ProjectedEvent, Projection } from "../../projections/define.ts";
import type { CopyPipeline } from "../database/copy-pipeline.ts";
import { cameOtherwise, copyPipeline } from "../database/copy-pipeline.ts";
import type { EventLog, PlacedEvent } from "../log/event-log.ts";
import { readOn } from "../log/event-log.ts";
import { EventUnreadable } from "../log/lists.ts";
import type { GraceOptions } from "../database/other-programs.ts";
import {
  claimProjecting,
  projectingPrograms,
  projectorUnlock,
  untilNobody,
} from "../database/other-programs.ts";
import { beat, endUnheard } from "../database/heartbeat.ts";
import { releaseAfter } from "../database/pool.ts";
import { inOrder } from "./in-order.ts";
import type { LongListEvent } from "./read-tables.ts";
import {
  createIndexes,
  createTables,
  isLongList,
  projecting,
  rowBuffer,
  writeRows,
} from "./read-tables.ts";

/**
 * Thrown where the read models are of another version than this program makes: a newer program has
 * built them. This one reads them and leaves projecting to the newer one.
 */
export class ReadModelNewer extends Error {}

/** Thrown where the process that holds the claim to project brings the read models no further. */
export class ProjectingStalled extends Error {}

/** Where and why the read models stand still: right before an event that cannot be read. */
export interface Standstill {
  /** What every answer includes. */
  readonly position: bigint;
  /** The position of the event. */
  readonly event: bigint;
  readonly stream: string;
  /** A sentence that names the event. */
  readonly why: string;
  readonly since: Date;
}

/** Keeps the read models up with the log. One worker of a ledger projects at a time. */
export interface Projector {
  /**
   * Waits until every projection has come as far as `position`, projecting itself where no other
   * worker holds the claim. `onProgress` hears how far they have come, whoever projects, also
   * where they have not moved; what it throws ends the waiting. Where a newer program has built
   * the read models it does not wait: they come as far as that program projects them. Throws
   * {@link ProjectingStalled}, and {@link EventUnreadable} where they stand still before one.
   */
  reach(position: bigint, onProgress?: (position: bigint) => void): Promise<void>;
  /**
   * Projects as events are recorded, until the signal; takes the claim over when its holder dies.
   * What fails (a lost connection) is told to `onError` and tried again, but for
   * {@link ReadModelNewer}, after which it ends. Before an event that cannot be read it stands
   * still, and looks now and then whether a newer program has come along.
   */
  run(signal: AbortSignal, onError: (error: unknown) => void): Promise<void>;
  /** The position that every projection has reached. */
  position(): Promise<bigint>;
  /** What `position` last found of a standstill. */
  readonly standstill: Standstill | undefined;
}

/** Small enough that a batch is garbage before the collector would copy it. */
const batchMax = 1_000;
/** A batch is derived while the one before it is written. */
const batchesAhead = 2;
/**
 * The pause between two small batches while following: single events are then projected together,
 * and leave the database to the process that records. After a longer silence an event is projected
 * at once.
 */
const breathMs = 50;
const retryMs = 1_000;
/** An event that could not be read may be read by a newer program, and by nothing else. */
const standstillMs = 10_000;
/**
 * The longest that another worker may take to move the read models. A batch of a thousand dividends
 * of 500 lines takes 12 s on two cores.
 */
const stallDefaultMs = 60_000;
/** After so long without a move it is seen whether the process that projects is there at all. */
const unmovedMs = 5_000;

/** A projector over one read-model database. Tables must exist: see `prepareProjections`. */
export function projector(
  pool: Pool,
  log: EventLog,
  projections: readonly Projection[],
  { stallMs = stallDefaultMs }: { readonly stallMs?: number } = {},
): Projector {
  let standstill: Standstill | undefined;
  const position = async () => {
    const found = await standingOf(pool, projections);
    standstill = found.standstill;
    return found.position;
  };
  const pipeline = copyPipeline(pool);
  const projectInto = () => batchesInto(pool, pipeline, log, projections);
  return {
    position,
    get standstill() {
      return standstill;
    },
    reach: async (wanted, onProgress) => {
      let at = await position();
      let movedAt = performance.now();
      // Before an event that cannot be read nothing more is to come.
      const isReached = (): boolean =>
        at >= wanted || (standstill !== undefined && wanted < standstill.event);
      for (let pause = 2; !isReached(); pause = Math.min(pause * 2, 100)) {
        if ((await newerThan(pool, projections)).length > 0) return;
        const claimed = await withClaim(pool, async () =>
          catchUp(projectInto(), log, await position(), wanted, onProgress),
        ).catch((error: unknown) => noteStandstill(pool, error));
        // The log was read to its end under the claim: there is nothing more to wait for.
        if (claimed) return;
        if (standstill !== undefined && standstill.event <= wanted)
          throw new EventUnreadable({ ...standstill, position: standstill.event }, standstill.why);
        await sleep(pause);
        const now = await position();
        if (now !== at) movedAt = performance.now();
        else if (performance.now() - movedAt > stallMs) {
          throw await stalled(pool, projections, wanted, stallMs);
        }
        // Its holder may be stopped: then another takes its place.
        else if (performance.now() - movedAt > unmovedMs) await endUnheard(pool, "projector");
        at = now;
        onProgress?.(at);
      }
    },
    run: async (signal, onError) => {
      const stopped = () => signal.aborted;
      let told: bigint | undefined;
      while (!stopped()) {
        let pause = retryMs;
        try {
          const claimed = await withClaim(pool, async (lost) => {
            refuseNewer(await newerThan(pool, projections));
            const until = AbortSignal.any([signal, lost]);
            await followLog(projectInto(), log, await position(), until);
          }).catch((error: unknown) => noteStandstill(pool, error));
          if (!claimed) await endUnheard(pool, "projector");
        } catch (error) {
          const at = error instanceof EventUnreadable ? error.position : undefined;
          if (!stopped() && (at === undefined || at !== told)) onError(error);
          told = at;
          if (at !== undefined) pause = standstillMs;
          if (error instanceof ReadModelNewer) return;
        }
        if (!stopped()) await sleep(pause, signal);
      }
    },
  };
}

/** Resolves after a while, or at the signal. */
async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/**
 * Runs a task while holding the projecting claim; false where another session holds it. The signal
 * tells the task that the claim was lost.
 */
async function withClaim(
  pool: Pool,
  task: (lost: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  const client = await pool.connect();
  try {
    if (!(await claimProjecting(client))) return false;
    const lost = new AbortController();
    const hush = beat(client, "projector", () => {
      lost.abort();
    });
    try {
      await task(lost.signal);
    } finally {
      hush();
      await client.query(projectorUnlock);
    }
    return true;
  } finally {
    client.release();
  }
}

/** Projections of which a database has other versions than this program. */
export interface OtherVersions {
  /** To be built anew by this program. */
  readonly older: readonly Projection[];
  /** To be read only, by name. */
  readonly newer: readonly string[];
}

/**
 * Creates the tables of projections this database has not had yet, and says which it has in another
 * version. Throws `OlderProgramRunning`, having changed nothing, where a program projects that does
 * not know one of them: it would keep the claim and never project that one.
 */
export async function prepareProjections(
  pool: Pool,
  projections: readonly Projection[],
  options: GraceOptions = {},
): Promise<OtherVersions> {
  const client = await pool.connect();
  let last: string[] = [];
  try {
    if (await claimIfMissing(client, projections, options)) last = [projectorUnlock];
    return await addMissing(client, projections);
  } finally {
    await releaseAfter(client, ...last);
  }
}

/** Takes the claim where the database lacks a projection; false where it lacks none. */
async function claimIfMissing(
  client: PoolClient,
  projections: readonly Projection[],
  options: GraceOptions,
): Promise<boolean> {
  let claimed = false;
  await untilNobody(async () => {
    // Asked each time: another process of this version may add them meanwhile.
    const known = await versionsIn(client);
    if (projections.every(({ name }) => known.has(name))) return [];
    claimed = await claimProjecting(client);
    return claimed ? [] : projectingPrograms(client);
  }, options);
  return claimed;
}

async function versionsIn(client: Pick<Pool, "query">): Promise<Map<string, number>> {
  const { rows } = await client.query<{ name: string; version: number }>(
    "SELECT name, version FROM projections",
  );
  return new Map(rows.map(({ name, version }) => [name, version]));
}

async function addMissing(
  client: PoolClient,
  projections: readonly Projection[],
): Promise<OtherVersions> {
  try {
    await client.query("BEGIN");
    await client.query("LOCK TABLE projections");
    const versions = await versionsIn(client);
    const missing = projections.filter(({ name }) => !versions.has(name));
    await createTables(client, "read", missing);
    await createIndexes(client, "read", missing);
    for (const { name, version } of missing) {
      await client.query("INSERT INTO projections VALUES ($1, $2, 0)", [name, version]);
    }
    await client.query("COMMIT");
    const older = projections.filter(
      ({ name, version }) => (versions.get(name) ?? version) < version,
    );
    return { older, newer: newerIn(versions, projections) };
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** The names of projections that a newer program has built. */
export async function newerThan(
  client: Pick<Pool, "query">,
  projections: readonly Projection[],
): Promise<string[]> {
  return newerIn(await versionsIn(client), projections).sort();
}

function newerIn(
  versions: ReadonlyMap<string, number>,
  projections: readonly Projection[],
): string[] {
  const newer = projections.filter(
    ({ name, version }) => (versions.get(name) ?? version) > version,
  );
  return newer.map(({ name }) => name);
}

/** Throws {@link ReadModelNewer} where there are any. */
export function refuseNewer(newer: readonly string[]): void {
  if (newer.length === 0) return;
  throw new ReadModelNewer(
    `a newer version of the program has built ${newer.join(", ")}: ` +
      "this one reads what is there, and only the newer one projects and rebuilds",
  );
}

/**
 * Projections that stand beyond the log's head, a sentence each: the log has lost events they were
 * made from, or is another one.
 */
export async function aheadOfLog(pool: Pool, log: EventLog): Promise<string[]> {
  const { rows } = await pool.query<Due>("SELECT name, position FROM projections ORDER BY name");
  // Read after them: the head never falls.
  const head = (await log.head()).position;
  return rows
    .filter(({ position }) => position > head)
    .map(({ name, position }) => `${name} stands at ${position}, the log ends at ${head}`);
}

/** The position that all projections have reached, and why they stand still there, if they do. */
export async function standingOf(
  pool: Pick<Pool, "query">,
  projections: readonly Projection[],
): Promise<{ readonly position: bigint; readonly standstill: Standstill | undefined }> {
  interface Row extends Omit<Standstill, "position" | "event"> {
    readonly position: bigint | null;
    readonly event: bigint | null;
  }
  const { rows } = await pool.query<Row>(
    `SELECT r.position, s.position AS event, s.stream, s.why, s.since
     FROM (SELECT min(position) AS position FROM projections WHERE name = ANY($1::text[])) AS r
     LEFT JOIN projecting_stopped s ON s.position > r.position`,
    [projections.map(({ name }) => name)],
  );
  const [row] = rows;
  const position = row?.position ?? 0n;
  if (row === undefined || row.event === null) return { position, standstill: undefined };
  return { position, standstill: { ...row, event: row.event, position } };
}

/** Writes down why the read models stand still, for all who ask them; throws the error again. */
async function noteStandstill(pool: Pool, error: unknown): Promise<never> {
  if (error instanceof EventUnreadable) {
    const { position, stream, message } = error;
    await pool.query(
      `INSERT INTO projecting_stopped AS s (position, stream, why)
       VALUES ($1::bigint, $2::text, $3::text)
       ON CONFLICT (one) DO UPDATE SET position = $1, stream = $2, why = $3, since = now()
       WHERE (s.position, s.stream, s.why) IS DISTINCT FROM ($1, $2, $3)`,
      [position, stream, message],
    );
  }
  throw error;
}

/** What to say where another process does not bring the read models to a position. */
async function stalled(
  pool: Pool,
  projections: readonly Projection[],
  wanted: bigint,
  stallMs: number,
): Promise<ProjectingStalled> {
  const { rows } = await pool.query<Due>(
    `SELECT name, position FROM projections WHERE name = ANY($1::text[])
     ORDER BY position, name`,
    [projections.map(({ name }) => name)],
  );
  const at = rows[0]?.position ?? 0n;
  const last = rows.filter(({ position }) => position === at).map(({ name }) => name);
  const which = last.length === projections.length ? "all" : last.join(", ");
  const who = (await projectingPrograms(pool)).join(", ");
  return new ProjectingStalled(
    `read models (${which}) stand at position ${at}, ${wanted} is waited for, and for ` +
      `${Math.round(stallMs / 1_000)} s nothing has moved; they are projected by ${who}: ` +
      "see its log, and stop it if it is of an older version",
  );
}

async function catchUp(
  batches: Batches,
  log: EventLog,
  after: bigint,
  wanted: bigint,
  onProgress?: (position: bigint) => void,
): Promise<void> {
  let at = after;
  let next = readOn(log, at, batchMax);
  while (at < wanted) {
    const events = await next;
    const last = events.at(-1);
    if (last === undefined) break;
    next = readOn(log, last.position, batchMax);
    next.catch(() => undefined);
    await batches.add(at, events, onProgress);
    at = last.position;
  }
  await batches.end();
  await next;
}

async function followLog(
  batches: Batches,
  log: EventLog,
  after: bigint,
  signal: AbortSignal,
): Promise<void> {
  let at = after;
  for await (const events of log.follow(at, signal)) {
    await batches.add(at, events);
    at = events.at(-1)?.position ?? at;
    if (events.length >= batchMax) continue;
    await batches.end();
    await sleep(breathMs, signal);
  }
  await batches.end();
}

type OnCommitted = (position: bigint) => void;

/** Batches of events on their way into the read model, one behind the other. */
interface Batches {
  /**
   * Sends the events that follow `from`. Resolves when there is room for another batch;
   * `onCommitted` hears how far this one reaches when it and all before it are committed. Throws
   * {@link EventUnreadable} where one of them is, once those before it are committed.
   */
  add(from: bigint, events: readonly PlacedEvent[], onCommitted?: OnCommitted): Promise<void>;
  /** Resolves when all are committed. */
  end(): Promise<void>;
}

/**
 * Rows and checkpoints of a batch are committed together. A batch is derived while the server
 * writes the one before it; it foresees that every projection stands where that one leaves it.
 */
function batchesInto(
  pool: Pool,
  pipeline: CopyPipeline,
  log: EventLog,
  projections: readonly Projection[],
): Batches {
  const own = [projections.map(({ name }) => name), projections.map(({ version }) => version)];
  let unreadable: EventUnreadable | undefined;
  const prepare = projecting(log, (error) => {
    unreadable ??= error;
  });
  const underWay = inOrder(batchesAhead);
  let last: Promise<void> = Promise.resolve();
  /** Whether a projection was ahead of the others: all would be refused what is foreseen. */
  let areApart = false;
  const send = async (batch: Batch, onCommitted: OnCommitted): Promise<void> => {
    const { from, to, projected } = batch;
    if (areApart) await last;
    const before = last;
    const whole = projected.filter((event) => !isLongList(event)) as ProjectedEvent[];
    // Lines that are taken in turn are read and written while nothing else is.
    const isSlow = areApart || whole.length < projected.length;
    const surely = async () => {
      await before;
      areApart = await projectSurely(pool, projections, batch);
    };
    const foreseeing = () => {
      const buffer = rowBuffer(projections);
      for (const event of whole) buffer.add(event);
      const move = {
        text: "SELECT move_projections($1, $2, $3, $4)",
        values: [...own, from, to],
      };
      return pipeline.send({ before: [move], copies: buffer.take("read") });
    };
    last = isSlow
      ? surely()
      : foreseeing().catch((error: unknown) => {
          if (!cameOtherwise(error)) throw error;
          return surely();
        });
    await underWay.add(last, () => onCommitted(to));
  };
  return {
    add: async (from, events, onCommitted = () => undefined) => {
      const projected = await prepare(events);
      const stop = unreadable;
      const isBefore = ({ position }: { readonly position: bigint }) =>
        stop === undefined || position < stop.position;
      const to = events.findLast(isBefore)?.position;
      if (to !== undefined) {
        await send({ from, to, projected: projected.filter(isBefore) }, onCommitted);
      }
      if (stop === undefined) return;
      // What stands before it is in the read models, and nothing of what comes after it.
      await underWay.end();
      throw stop;
    },
    end: underWay.end,
  };
}

/** Events as projections take them, and the positions before the first and of the last. */
interface Batch {
  readonly from: bigint;
  readonly to: bigint;
  readonly projected: readonly (ProjectedEvent | LongListEvent)[];
}

/**
 * Projects a batch where the projections do not all stand right before it. Says whether they stand
 * apart after it.
 */
async function projectSurely(
  pool: Pool,
  projections: readonly Projection[],
  { from, to, projected }: Batch,
): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    // Locked first, so that no newer program builds them anew meanwhile.
    await client.query(
      "SELECT FROM projections WHERE name = ANY($1::text[]) ORDER BY name FOR UPDATE",
      [projections.map(({ name }) => name)],
    );
    refuseNewer(await newerThan(client, projections));
    const due = await advance(client, projections, from, to);
    for (const [position, names] of byPosition(due)) {
      const buffer = rowBuffer(projections.filter(({ name }) => names.has(name)));
      const isDue = (event: { readonly position: bigint }): boolean => event.position > position;
      await writeRows(client, "read", buffer, projected.filter(isDue));
    }
    await client.query(due.length === 0 ? "ROLLBACK" : "COMMIT");
    return due.length < projections.length;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

interface Due {
  readonly name: string;
  /** Where the projection stood. */
  readonly position: bigint;
}

/**
 * Moves the checkpoints of the projections that stand between `from` and `to`, and says where each
 * stood: the compare-and-swap that makes two workers harmless. A rebuilt projection may stand
 * further already.
 */
async function advance(
  client: PoolClient,
  projections: readonly Projection[],
  from: bigint,
  to: bigint,
): Promise<Due[]> {
  const { rows } = await client.query<Due>(
    `UPDATE projections p SET position = $2
     FROM (SELECT name, position FROM projections WHERE name = ANY($3::text[])
       ORDER BY name FOR UPDATE) AS was
     WHERE p.name = was.name AND was.position >= $1 AND was.position < $2
     RETURNING p.name, was.position`,
    [from, to, projections.map(({ name }) => name)],
  );
  return rows;
}

function byPosition(due: readonly Due[]): Map<bigint, Set<string>> {
  const groups = new Map<bigint, Set<string>>();
  for (const { name, position } of due) {
    const names = groups.get(position) ?? new Set();
    groups.set(position, names.add(name));
  }
  return groups;
}
