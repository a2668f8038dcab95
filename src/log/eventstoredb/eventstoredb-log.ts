import type { Pool } from "pg";
import { appendResults, nothingAppended } from "../append-results.ts";
import { readIndexPage } from "./event-index-pages.ts";
import type { IndexedEvent } from "./event-index-tables.ts";
import { readState } from "./event-index-tables.ts";
import type { EventIndex } from "./event-index.ts";
import { eventIndex } from "./event-index.ts";
import type {
  AppendRequest,
  AppendResult,
  EventLog,
  Head,
  RecordedEvent,
  VoidEvent,
} from "../event-log.ts";
import { ForeignLedger, StreamRefused } from "../event-log.ts";
import { EventUnreadable } from "../lists.ts";
import type { Claims } from "./claims.ts";
import { claimsMissing, claimsOf, isValid } from "./claims.ts";
import type { Connection } from "./connection.ts";
import { connect } from "./connection.ts";
import { followAll } from "./follow.ts";
import { rebuildIndex, refuseLost } from "./event-index-rebuild.ts";
import { inspect } from "./inspection.ts";
import { lineageOf } from "./lineage.ts";
import { toEvent } from "./records.ts";
import { eventStoreDbWriter } from "./writer.ts";
import { decodeBody } from "../stored-event.ts";
import type { WriterClaim } from "./writer-claim.ts";
import { writerClaim } from "./writer-claim.ts";

/** Where the server is, and who writes. */
export interface EventStoreDbOptions {
  /** `esdb://…` or `esdb+discover://…`, as the client documents it. */
  readonly url: string;
  /**
   * The read-model database, which all processes of the ledger share: for the index and the claim.
   */
  readonly pool: Pool;
  /** Who holds the writer's claim, for people: host, process, verb. */
  readonly holder: string;
  /** How the server is reached; by its url where nothing is said. */
  readonly connection?: Connection;
}

/** The log in EventStoreDB, with the writer's claim under which it appends. */
export interface EventStoreDbLog extends EventLog {
  readonly engine: "eventstoredb";
  /** Taken by the first append unless another process holds it; given up by `close`. */
  readonly claim: WriterClaim;
}

/** Pages in which the whole log is read. */
const pageMax = 5_000;

/**
 * The log in EventStoreDB: one server or cluster holds one ledger. Questions that its streams
 * cannot answer go to an index in PostgreSQL, which is derived from them.
 */
export function eventStoreDbLog(options: EventStoreDbOptions): EventStoreDbLog {
  const { url, pool, holder, connection = connect(url) } = options;
  const claims = claimsOf(connection);
  const own = ownership(connection);
  const lineage = lineageOf(pool, claims);
  const index = eventIndex(pool, (after) => readIndexPage({ connection, claims }, after));
  const claim = writerClaim({
    pool,
    raise: async () => {
      const isOpened = await own();
      await lineage.check();
      if (isOpened && claims.newest === undefined) throw claimsMissing();
      return claims.raise(holder, await lineage.nextNonce());
    },
  });
  const writer = eventStoreDbWriter({ connection, claims, claim, index });
  /** The index up to the head: the claim's holder has it, any other process catches up first. */
  const fresh = async (): Promise<EventIndex> => {
    await own();
    if (!writer.isReady()) await index.catchUp();
    return index;
  };
  const written = async (): Promise<EventIndex> => {
    await fresh();
    await index.flush().catch(() => index.catchUp());
    return index;
  };
  const read = async (after: bigint, max: number): Promise<RecordedEvent[]> => {
    await own();
    return readValid(connection, claims, after, max);
  };
  return {
    engine: "eventstoredb",
    claim,
    ledgerId: async () => {
      const [first] = await read(0n, 1);
      return (first?.data as { ledger: string } | undefined)?.ledger;
    },
    append: inTurn((request) => writer.append(request)),
    appendAlone: (decide) => writer.appendAlone(decide),
    ...timesIn(pool, index, written),
    // Its events are in another store: vault items must be stored before.
    takesBeside: false,
    get lastOfOthers() {
      return writer.lastOfOthers();
    },
    moved: async (facts) => (await fresh()).moved(facts),
    head: () => lastValid(connection, claims),
    read,
    // The claim may turn out to have been lost: what counts is read from the log.
    recent: () => Promise.resolve([]),
    readStream: (stream, from = 0) => readStream(connection, claims, index, stream, from),
    find: async (keys) => resolve(connection, await (await fresh()).find(keys)),
    findOnce: async (onces) => resolve(connection, await (await fresh()).findOnce(onces)),
    revisions: async (streams) => (await fresh()).revisions(streams),
    follow: (after, signal) => followAll(connection, claims, after, signal),
    voids: () => voidsIn(index, own),
    inspect: async () => {
      const differences = await said(lineage.check());
      await said(written());
      return [...differences, ...(await inspect({ connection, claims, pool }))];
    },
    checkLineage: () => lineage.check(),
    adopt: () => lineage.adopt(),
    rebuildIndex: (options) => rebuildIndex({ connection, claims, pool }, options),
    refuseLost: () => refuseLost({ connection, claims, pool }),
    close: async () => {
      await writer.close();
      await claim.release();
      await connection.close();
    },
  };
}

/**
 * The clock of recording, from the index: where that has come far enough, the log is not asked and
 * may be away.
 */
function timesIn(
  pool: Pool,
  index: EventIndex,
  written: () => Promise<EventIndex>,
): Pick<EventLog, "known" | "positionAt" | "timeOf"> {
  return {
    positionAt: async (instant) => {
      // Where something was recorded later, nothing can come before it any more.
      const isPast = (await readState(pool)).recordedAt.getTime() > Date.parse(instant);
      return (isPast ? index : await written()).positionAt(instant);
    },
    timeOf: async (position) => {
      const isThere = (await readState(pool)).position >= position;
      return (isThere ? index : await written()).timeOf(position);
    },
    known: async () => {
      const { position, recordedAt } = await readState(pool);
      return { position, recordedAt: position === 0n ? undefined : recordedAt.toISOString() };
    },
  };
}

/** Void events; the index catches up by itself, as far as the log can be read. */
async function voidsIn(index: EventIndex, own: () => Promise<boolean>): Promise<VoidEvent[]> {
  await own();
  await index.flush().catch(() => undefined);
  return index.voids();
}

/** Appends what rests on another append when that one is recorded. */
function inTurn(append: EventLog["append"]): EventLog["append"] {
  const results = appendResults();
  const afterThose = async (request: AppendRequest): Promise<AppendResult> =>
    (await results.mayFollow(request))
      ? append(request)
      : nothingAppended(request, new Date().toISOString());
  return (request) => results.note(request, afterThose(request));
}

/** Makes sure, once, that the server holds a ledger or nothing yet; whether it holds one. */
function ownership(connection: Connection): () => Promise<boolean> {
  let known = false;
  return async () => {
    if (known) return true;
    // Whoever opens a ledger may have claimed it several times before the first event.
    for (let after = 0n; ; ) {
      const records = await connection.scan(after, 20);
      const first = records.find(({ taken }) => taken === undefined);
      const last = records.at(-1);
      if (first !== undefined) {
        if (first.claim === undefined || first.type !== "LedgerOpened") {
          throw new ForeignLedger("the EventStoreDB server holds the events of something else");
        }
        known = true;
        return true;
      }
      if (last === undefined) return false;
      after = last.position;
    }
  };
}

async function readValid(
  connection: Connection,
  claims: Claims,
  after: bigint,
  max: number,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let from = after; events.length < max; ) {
    const wanted = max - events.length;
    const records = await connection.scan(from, wanted);
    const last = records.at(-1);
    if (last === undefined) break;
    await claims.cover(last.position);
    for (const record of records) if (isValid(claims, record)) events.push(toEvent(record));
    // A scan may be short where events are long; with none of ours it goes on.
    if (records.length < wanted && events.length > 0) break;
    from = last.position;
  }
  return events;
}

async function* readStream(
  connection: Connection,
  claims: Claims,
  index: EventIndex,
  stream: string,
  from: number,
) {
  for (let next = from; ; ) {
    const records = await connection.readStream(stream, next, pageMax);
    const last = records.at(-1);
    if (last !== undefined) await claims.cover(last.position);
    for (const record of records) {
      // Events that are void or not ours stand there, too.
      if (record.revision !== next) throw lacks(stream, next);
      next += 1;
      if (isValid(claims, record)) yield toEvent(record);
    }
    if (records.length === pageMax) continue;
    const reached = (await index.revisions([stream])).get(stream) ?? -1;
    if (reached >= next) throw lacks(stream, next);
    return;
  }
}

function lacks(stream: string, revision: number): StreamRefused {
  return new StreamRefused(
    stream,
    `lacks its event ${revision}, counted from 0: it was deleted or cut (see sunshine verify)`,
  );
}

/** What a check finds, as differences. */
async function said(check: Promise<unknown>): Promise<string[]> {
  try {
    await check;
    return [];
  } catch (error) {
    const isSaid = error instanceof ForeignLedger || error instanceof EventUnreadable;
    if (isSaid) return [error.message];
    throw error;
  }
}

async function lastValid(connection: Connection, claims: Claims): Promise<Head> {
  for (let min = 20; ; min *= 10) {
    const records = await connection.scanBack(min);
    const [newest] = records;
    if (newest === undefined) return { position: 0n, recordedAt: undefined };
    await claims.cover(newest.position);
    const last = records.find((record) => isValid(claims, record));
    if (last !== undefined) {
      return { position: last.position, recordedAt: toEvent(last).meta.recordedAt };
    }
    if (records.length < min) return { position: 0n, recordedAt: undefined };
  }
}

/** Found events; those the index holds without their body are read from their streams. */
async function resolve(
  connection: Connection,
  found: ReadonlyMap<string, IndexedEvent>,
): Promise<Map<string, RecordedEvent>> {
  const events = await Promise.all(
    [...found].map(async ([key, { position, stream, revision, body }]) => {
      // By its position: there it stands even where its stream was deleted or cut.
      const stored = body ?? (await connection.at(position))?.body;
      if (stored === undefined) throw lacks(stream, revision);
      return [key, decodeBody(position, revision, stored, stream)] as const;
    }),
  );
  return new Map(events);
}
