import type { JsonObject } from "../encoding/canonical.ts";
import type { EventMeta, EventName } from "../../events/index.ts";
import type { Statement } from "../database/pool.ts";

/**
 * The log: the only truth. One contract, two engines (`postgres/`, `eventstoredb/`) and one suite
 * of tests, which runs against a real server of each (`test/contract/event-log.test.ts`).
 *
 * Order. Every event has a position; positions rise in the order in which events became visible,
 * and no reader that has seen position P is ever given a new event at or below P. PostgreSQL's are
 * gap-free from 1; EventStoreDB's are byte offsets. `recordedAt` never falls along positions.
 *
 * Guards. Each event of an append states the revision it will have (0: the first of its stream). It
 * is refused as a conflict, never merged, when another writer was faster: optimistic concurrency.
 * Across streams two further things are unique: `(key, nth)`, the nth event about a key (a 业务编号, a
 * 人编号 …), and `once`. A key is looked up with `find`, which sees everything that this object has
 * appended.
 *
 * Facts. A decision may rest on more than what it writes: that a contract is in force, that a
 * period is open. `restsOn` says what it has seen; an append is refused as a conflict where any of
 * it has moved since. Nothing is checked while nobody but this object has recorded.
 *
 * Atomicity. In one append, the events of one stream are recorded together and in order, up to an
 * engine's limit of 1 MiB; a longer run is recorded as a prefix at a time. PostgreSQL records the
 * whole append or nothing. EventStoreDB may record some streams and not others: `appended` says
 * which, and `failed` which streams it will never take. The caller decides the rest again, and
 * finds what was recorded by its key.
 *
 * Crashes. When `append` has answered, its events survive the loss of the process and, with fsync
 * on, of the machine. When it has not answered, or throws, they may have been recorded or not: an
 * engine reads back before it retries, and a caller that starts again finds the events by key.
 *
 * Void events. Under EventStoreDB an event appended under an older writer's claim after a newer
 * claim is void: no read here returns it, `voids` names it. Streams keep its revision.
 */
export interface EventLog {
  readonly engine: "postgres" | "eventstoredb";
  /** The id in the log's first event; undefined while the log is empty. */
  ledgerId(): Promise<string | undefined>;
  /** Records events. `complete` is false where another writer was faster or a fact has moved. */
  append(request: AppendRequest): Promise<AppendResult>;
  /**
   * Whether an append can carry a statement that writes to this database. What must be there with
   * the events is then stored in their transaction, at no further cost.
   */
  readonly takesBeside: boolean;
  /**
   * The position of the last event that this object knows to be of others; 0 where it knows of
   * none. Facts that were read before that position may be out of date. It may be the position of
   * an event of this object, which costs its caller a check and is no error.
   */
  readonly lastOfOthers: bigint;
  /** Whether any of these facts has moved, see {@link RestsOn}. */
  moved(facts: Omit<RestsOn, "asOf">): Promise<boolean>;
  /**
   * Decides and records while no other writer can record, for a batch that was refused several
   * times. `decide` may read this log; null records nothing.
   */
  appendAlone(decide: () => Promise<AppendRequest | null>): Promise<AppendResult | null>;
  /** The last position recorded by an instant (RFC 3339); 0 when nothing was. */
  positionAt(instant: string): Promise<bigint>;
  /**
   * The time of recording of the last event at or before a position; undefined when there is none.
   */
  timeOf(position: bigint): Promise<string | undefined>;
  /** The last position and time of recording; position 0 when empty. */
  head(): Promise<Head>;
  /**
   * How far the log is known to have come where it does not answer: from what PostgreSQL has of it.
   */
  known(): Promise<Head>;
  /**
   * Events after a position, in order, at most `max`; fewer where they are long, none at the head.
   */
  read(after: bigint, max: number): Promise<RecordedEvent[]>;
  /**
   * Events after a position that this object has recorded lately and still holds, as they were
   * given to it: in order, without a gap, at most `max`. None where it does not hold the next one,
   * or where the last of them is not what the log holds in its place.
   */
  recent(after: bigint, max: number): Promise<PlacedEvent[]>;
  /**
   * Events of one stream by revision, from `from` (0 is the first), forwards. Throws
   * {@link StreamRefused} where some of them are gone.
   */
  readStream(stream: string, from?: number): AsyncIterable<RecordedEvent>;
  /** The newest event under each key; keys without any are absent. */
  find(keys: readonly string[]): Promise<Map<string, RecordedEvent>>;
  /** The event recorded under each `once`. */
  findOnce(onces: readonly string[]): Promise<Map<string, RecordedEvent>>;
  /** The last revision of each stream, -1 for one that does not exist. */
  revisions(streams: readonly string[]): Promise<Map<string, number>>;
  /**
   * Batches of events after a position as they are recorded, until the signal; it never ends by
   * itself. Events that this object has recorded lately come as in `recent`.
   */
  follow(after: bigint, signal: AbortSignal): AsyncIterable<PlacedEvent[]>;
  /** Events that are void, oldest first. */
  voids(): Promise<VoidEvent[]>;
  /** Checks what the engine can of its own storage; differences as sentences. */
  inspect(): Promise<string[]>;
  /**
   * Derives anew what the engine keeps in PostgreSQL of a log that is elsewhere; answers how many
   * events there are, or undefined where it keeps nothing. Throws {@link EventsLost}, having
   * changed nothing, where it knows events that the log does not have, unless those are given up.
   */
  rebuildIndex(options: RebuildIndexOptions): Promise<number | undefined>;
  /**
   * Throws {@link EventsLost} where the engine knows events that the log does not have: nothing is
   * to be derived from it then. Reads the whole log where that is elsewhere.
   */
  refuseLost(): Promise<void>;
  /** Throws {@link ForeignLedger} where the log is written by way of another database. */
  checkLineage(): Promise<void>;
  /** Makes this database the one by way of which a log that is elsewhere is written. */
  adopt(): Promise<void>;
  close(): Promise<void>;
}

/**
 * How far the log has come; where it does not answer, how far it is known to have come, and why it
 * is not asked.
 */
export async function headOrKnown(
  log: Pick<EventLog, "head" | "known">,
): Promise<Head & { readonly away?: LogUnavailable }> {
  try {
    return await log.head();
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error;
    return { ...(await log.known()), away: error };
  }
}

/**
 * Events after a position, in order, at most `max` and none only at the head: what was recorded
 * just now does not have to be read back.
 */
export async function readOn(
  log: Pick<EventLog, "recent" | "read">,
  after: bigint,
  max: number,
): Promise<PlacedEvent[]> {
  const recent = await log.recent(after, max);
  return recent.length > 0 ? recent : log.read(after, max);
}

/** Bytes of events that are read at once; one is read however long it is. */
export const readBytesMax = 16 * 1024 * 1024;

/** How an index is derived anew. */
export interface RebuildIndexOptions {
  /** Whether events that only the index knows are given up. */
  readonly givesUpLost?: boolean;
  readonly onProgress?: (position: bigint, head: bigint) => void;
}

/** An event to append. `data` is written as its canonical encoding and never looked into. */
export interface NewEvent {
  readonly stream: string;
  /** In one append, the events of a stream follow each other without a gap. */
  readonly revision: number;
  readonly type: EventName;
  readonly version: number;
  readonly key: string;
  readonly nth: number;
  readonly once?: string | undefined;
  readonly data: JsonObject;
  readonly meta: Omit<EventMeta, "recordedAt" | "claim">;
}

/** What is to be recorded together. */
export interface AppendRequest {
  readonly events: readonly NewEvent[];
  /**
   * The events of an append that was handed to this log before this one and may still be under way.
   * This one is recorded after it, and not at all (`complete` is false) unless that one was
   * recorded whole.
   */
  readonly follows?: AppendRequest["events"] | undefined;
  /** What the decision has seen of the log; the append is refused where any of it has moved. */
  readonly restsOn?: RestsOn | undefined;
  /** Executed in the same transaction, where the log `takesBeside`. */
  readonly beside?: Statement | undefined;
}

/**
 * What a decision has seen of the log, apart from appends of its own that are under way. A fact has
 * moved when an event under the key has a higher `nth`, the `once` is taken, the stream has a
 * higher revision, or an event of the category stands behind the position.
 */
export interface RestsOn {
  /** Everything recorded up to here was seen; what came later may have been. */
  readonly asOf: bigint;
  /** Key → the highest `nth` that was seen under it, -1 where there was none. */
  readonly keys: ReadonlyMap<string, number>;
  /** Values of `once` that were free. */
  readonly onces: ReadonlySet<string>;
  /** Stream → the last revision that was seen, -1 where it was empty. */
  readonly streams: ReadonlyMap<string, number>;
  /** Category of streams → the position up to which every event of it was seen. */
  readonly categories: ReadonlyMap<string, bigint>;
}

/** What an append has recorded. */
export interface AppendResult {
  /** Whether every event was recorded. */
  readonly complete: boolean;
  /** For each event of the request its position, or null where it was not recorded. */
  readonly appended: readonly (bigint | null)[];
  /** The time of recording of what was recorded; the head's otherwise. */
  readonly recordedAt: string;
  /** Streams that the log takes nothing for, and why; absent where there are none. */
  readonly failed?: ReadonlyMap<string, StreamRefused>;
}

/** How far the log has come. */
export interface Head {
  readonly position: bigint;
  /** RFC 3339 with milliseconds, UTC; undefined when empty. */
  readonly recordedAt: string | undefined;
}

/**
 * An event with its place in the log. `type` and `version` may be older than what this program
 * writes.
 */
export interface PlacedEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly version: number;
  readonly key: string;
  readonly nth: number;
  readonly once?: string | undefined;
  readonly data: unknown;
  readonly meta: EventMeta;
  /**
   * Decided and recorded by this process: of the latest version, so that nothing has to be checked.
   */
  readonly isOwn?: true;
}

/** An event as stored. */
export interface RecordedEvent extends PlacedEvent {
  /** The stored bytes as text: the canonical encoding that was hashed. */
  readonly body: string;
}

/** A void event, and the claim it was appended under. */
export interface VoidEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly claim: number;
}

/** Thrown when an append may or may not have been recorded, and reading back did not settle it. */
export class AppendAmbiguous extends Error {}

/**
 * Thrown when a read model, a vault key or a log belongs to another ledger or to something else.
 * Its message is for people.
 */
export class ForeignLedger extends Error {}

/**
 * Thrown where the log takes nothing for a stream, or cannot give all of it: somebody has deleted
 * or cut it, or forbidden to write it. It helps nothing to ask again before that is put right.
 */
export class StreamRefused extends Error {
  readonly stream: string;
  /** The end of a sentence that begins with the stream. */
  readonly why: string;

  constructor(stream: string, why: string) {
    super(`the stream ${stream} ${why}`);
    this.stream = stream;
    this.why = why;
  }
}

/** Thrown where the server of the log does not answer. Its message is for people. */
export class LogUnavailable extends Error {}

/**
 * Thrown where so much of the log is missing that nothing in it can be relied on. Its message is
 * for people, and says what is missing.
 */
export class LogDamaged extends Error {}

/**
 * Thrown where the log lacks events that the database knows. Its message is for people and names
 * their streams.
 */
export class EventsLost extends Error {}

/** Thrown when this process may not append, because another holds the writer's claim. */
export class NotTheWriter extends Error {}

/** Thrown when a queue is full. Nothing was recorded; the caller may try again later. */
export class Overloaded extends Error {}

/** The id of an event in words, from the key its caller chose: a retry is the same event. */
export function eventId(event: { readonly key: string; readonly nth: number }): string {
  return event.nth === 0 ? event.key : `${event.key}#${event.nth}`;
}
