import type { Pool } from "pg";
import { appendResults, nothingAppended } from "../append-results.ts";
import type { IndexedEvent, IndexEntry, IndexPage } from "./event-index-tables.ts";
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
import { ForeignLedger } from "../event-log.ts";
import type { Claims } from "./claims.ts";
import { claimsOf } from "./claims.ts";
import type { Connection } from "./connection.ts";
import { connect } from "./connection.ts";
import { followAll } from "./follow.ts";
import type { ServerRecord } from "./records.ts";
import { difference, toEvent } from "./records.ts";
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
}

/** The log in EventStoreDB, with the writer's claim under which it appends. */
export interface EventStoreDbLog extends EventLog {
  readonly engine: "eventstoredb";
  /** Taken by the first append unless another process holds it; given up by `close`. */
  readonly claim: WriterClaim;
}

/** Pages in which the whole log is read. */
const pageMax = 5_000;
const differencesMax = 100;

/**
 * The log in EventStoreDB: one server or cluster holds one ledger. Questions that its streams
 * cannot answer go to an index in PostgreSQL, which is derived from them.
 */
export function eventStoreDbLog({ url, pool, holder }: EventStoreDbOptions): EventStoreDbLog {
  const connection = connect(url);
  const claims = claimsOf(connection);
  const own = ownership(connection);
  const index = eventIndex(pool, (after) => readIndexPage(connection, claims, after));
  const claim = writerClaim({
    pool,
    raise: async () => {
      await own();
      return claims.raise(holder);
    },
  });
  const readHead = () => lastValid(connection, claims);
  const writer = eventStoreDbWriter({ connection, claim, index });
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
      return first === undefined ? undefined : (first.data as { ledger: string }).ledger;
    },
    append: inTurn((request) => writer.append(request)),
    appendAlone: (decide) => writer.appendAlone(decide),
    positionAt: async (instant) => (await written()).positionAt(instant),
    timeOf: async (position) => (await written()).timeOf(position),
    // Its events are in another store: vault items must be stored before.
    takesBeside: false,
    get lastOfOthers() {
      return writer.lastOfOthers();
    },
    moved: async (facts) => (await fresh()).moved(facts),
    head: readHead,
    read,
    // The claim may turn out to have been lost: what counts is read from the log.
    recent: () => Promise.resolve([]),
    readStream: (stream, from = 0) => readStream(connection, claims, stream, from),
    find: async (keys) => resolve(connection, await (await fresh()).find(keys)),
    findOnce: async (onces) => resolve(connection, await (await fresh()).findOnce(onces)),
    revisions: async (streams) => (await fresh()).revisions(streams),
    follow: (after, signal) => followAll(connection, claims, after, signal),
    voids: async () => (await written()).voids(),
    inspect: async () => inspect(connection, claims, await written()),
    close: async () => {
      await writer.close();
      await claim.release();
      await connection.close();
    },
  };
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

/** Makes sure, once, that the server holds a ledger or nothing yet. */
function ownership(connection: Connection): () => Promise<void> {
  let known = false;
  return async () => {
    if (known) return;
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
        return;
      }
      if (last === undefined) return;
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

function isValid(claims: Claims, record: ServerRecord): boolean {
  return record.claim !== undefined && !claims.isVoid(record);
}

async function* readStream(connection: Connection, claims: Claims, stream: string, from: number) {
  for (let next = from; ; ) {
    const records = await connection.readStream(stream, next, pageMax);
    const last = records.at(-1);
    if (last === undefined) return;
    await claims.cover(last.position);
    for (const record of records) if (isValid(claims, record)) yield toEvent(record);
    if (records.length < pageMax) return;
    next = last.revision + 1;
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
      const stored = body ?? (await connection.readStream(stream, revision, 1))[0]?.body;
      if (stored === undefined) throw new Error(`${stream} has no revision ${revision}`);
      return [key, decodeBody(position, revision, stored)] as const;
    }),
  );
  return new Map(events);
}

async function readIndexPage(
  connection: Connection,
  claims: Claims,
  after: bigint,
): Promise<IndexPage> {
  const records = await connection.scan(after, pageMax);
  const last = records.at(-1);
  if (last !== undefined) await claims.cover(last.position);
  const entries: IndexEntry[] = [];
  const voids: VoidEvent[] = [];
  let newest = 0;
  for (const record of records) {
    const { claim, position, stream, revision, type, taken } = record;
    if (taken !== undefined && taken > newest) newest = taken;
    if (claim === undefined) continue;
    if (claims.isVoid(record)) voids.push({ position, stream, revision, type, claim });
    else {
      const { key, nth, once, meta } = toEvent(record);
      const { recordedAt } = meta;
      const body = Buffer.from(record.body);
      entries.push({ position, stream, revision, type, claim, key, nth, once, recordedAt, body });
    }
  }
  return { entries, voids, last: last?.position, claim: newest };
}

/** Checks every event against its hash, the order of times, and the index against the log. */
async function inspect(
  connection: Connection,
  claims: Claims,
  index: EventIndex,
): Promise<string[]> {
  const differences: string[] = [];
  let [valid, after, latest] = [0n, 0n, ""];
  for (;;) {
    const records = await connection.scan(after, pageMax);
    const last = records.at(-1);
    if (last === undefined) break;
    await claims.cover(last.position);
    after = last.position;
    for (const record of records) {
      const found = difference(record);
      if (found !== undefined) differences.push(found);
      if (!isValid(claims, record)) continue;
      valid += 1n;
      const { recordedAt } = toEvent(record).meta;
      if (recordedAt < latest) {
        differences.push(`the event at ${record.position} was recorded before the one before it`);
      }
      latest = recordedAt;
    }
    if (differences.length >= differencesMax) return differences.slice(0, differencesMax);
  }
  await index.catchUp();
  const indexed = await index.count(after);
  if (indexed !== valid) differences.push(`the index holds ${indexed} events, the log ${valid}`);
  return differences;
}
