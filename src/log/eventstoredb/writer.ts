import type { IndexEntry } from "./event-index-tables.ts";
import type { EventIndex } from "./event-index.ts";
import type { AppendRequest, AppendResult, NewEvent } from "../event-log.ts";
import type { StreamRefused } from "../event-log.ts";
import { AppendAmbiguous, NotTheWriter } from "../event-log.ts";
import type { Chunk, ChunkAppender, ChunkResult } from "./append.ts";
import { chunkAppender, chunksOf } from "./append.ts";
import type { Claims } from "./claims.ts";
import type { Connection } from "./connection.ts";
import { serverName } from "./records.ts";
import type { WriterClaim } from "./writer-claim.ts";

/** The one way in which this process appends. */
export interface EventStoreDbWriter {
  /** Whether this process holds the claim and its index has everything. */
  isReady(): boolean;
  /** The position of the last event that others are known to have recorded. */
  lastOfOthers(): bigint;
  append(request: AppendRequest): Promise<AppendResult>;
  appendAlone(decide: () => Promise<AppendRequest | null>): Promise<AppendResult | null>;
  /** Appends what was handed in, then no more. */
  close(): Promise<void>;
}

/** The parts a writer works with. */
export interface WriterOptions {
  readonly connection: Connection;
  readonly claims: Claims;
  readonly claim: WriterClaim;
  readonly index: EventIndex;
}

/** The most events in a group, so that no caller waits long for the claim's confirmation. */
const groupEventsMax = 20_000;

interface Waiting {
  readonly request: AppendRequest;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Alone {
  readonly decide: () => Promise<AppendRequest | null>;
  readonly resolve: (result: AppendResult | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Appends under the claim, which the first append takes. Requests that wait are appended as a
 * group, with one time of recording, so that times never fall along positions while streams are
 * written at once. Nothing is answered before the claim is known to have been held until all was
 * recorded.
 */
export function eventStoreDbWriter(options: WriterOptions): EventStoreDbWriter {
  const { claim, index } = options;
  const writing: Writing = {
    ...options,
    chunks: chunkAppender(options.connection),
    seen: { head: undefined, lastOfOthers: 0n },
    lastTime: 0,
    readyUnder: undefined,
  };
  const queue: (Waiting | Alone)[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  claim.watch((number) => {
    if (number === writing.readyUnder) return;
    writing.readyUnder = undefined;
    index.forget();
  });
  const run = async (): Promise<void> => {
    // Let every caller that is ready in this turn of the event loop join the group.
    await new Promise((resolve) => setImmediate(resolve));
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if ("decide" in first) {
        queue.shift();
        await runAlone(writing, first);
      } else await runGroup(writing, nextGroup(queue));
    }
    // In the same turn in which the queue was seen to be empty.
    running = undefined;
  };
  type Make<T> = (resolve: (result: T) => void, reject: (e: unknown) => void) => Waiting | Alone;
  const submit = <T>(make: Make<T>) =>
    new Promise<T>((resolve, reject) => {
      if (closed) {
        reject(new Error("the log is closed"));
        return;
      }
      queue.push(make(resolve, reject));
      running ??= run();
    });
  return {
    isReady: () => isReady(writing),
    lastOfOthers: () => writing.seen.lastOfOthers,
    append: (request) => {
      if (request.events.length === 0) throw new Error("an append has events");
      return submit((resolve, reject) => ({ request, resolve, reject }));
    },
    appendAlone: (decide) => submit((resolve, reject) => ({ decide, resolve, reject })),
    close: async () => {
      closed = true;
      await running;
      // What is not written down is read from the log again.
      await index.flush().catch(() => undefined);
    },
  };
}

interface Writing extends WriterOptions {
  readonly chunks: ChunkAppender;
  readonly seen: Seen;
  /** The time of recording that was last given, in ms. */
  lastTime: number;
  /** The claim under which the index was caught up. */
  readyUnder: number | undefined;
}

/** The head as far as this process knows it. Under one claim nobody else records. */
interface Seen {
  head: bigint | undefined;
  lastOfOthers: bigint;
}

function isReady({ readyUnder, claim }: Writing): boolean {
  return readyUnder !== undefined && readyUnder === claim.number;
}

/** Takes the claim, where this process never had it, and catches the index up under it. */
async function ready(writing: Writing): Promise<number> {
  const { claim, index, seen } = writing;
  const number = claim.number ?? (claim.lost ? null : await claim.take());
  if (number === null) {
    const reason = claim.lost ? "the writer's claim was lost" : "another process may write";
    throw new NotTheWriter(reason);
  }
  if (number === writing.readyUnder) return number;
  const { claim: newest, recordedAt } = await index.catchUp();
  await claim.confirm();
  if (newest !== number || claim.number !== number) {
    claim.drop();
    throw new NotTheWriter(`claim ${number} was followed by another`);
  }
  writing.lastTime = Math.max(writing.lastTime, recordedAt.getTime());
  const latest = await index.positionAt("infinity");
  if (seen.head !== latest) seen.lastOfOthers = latest;
  seen.head = latest;
  writing.readyUnder = number;
  return number;
}

/** Appends the requests of a group; a result or an error for each. */
async function appendGroup(
  writing: Writing,
  requests: readonly AppendRequest[],
): Promise<Settled[]> {
  const { connection, claim, index, chunks, seen } = writing;
  const number = await ready(writing);
  writing.lastTime = Math.max(Date.now(), writing.lastTime);
  const recordedAt = new Date(writing.lastTime).toISOString();
  const checking = index.taken(requests.flatMap(({ events }) => events));
  checking.catch(() => undefined);
  const all = chunksOf(requests, recordedAt, number);
  const isTaken = await checking.catch((error: unknown) => {
    // Under the next claim the index is caught up first.
    if (error instanceof NotTheWriter) claim.drop();
    throw error;
  });
  const refused = refusals(requests, isTaken);
  for (const [i, { restsOn }] of requests.entries()) {
    if (restsOn === undefined || seen.lastOfOthers <= restsOn.asOf) continue;
    if (await index.moved(restsOn)) refused.add(i);
  }
  const sent = all.filter(({ request }) => !refused.has(request));
  const results = await chunks.append(sent);
  try {
    await confirmed(writing, number, results);
    await learnFrom(connection, index, sent, results);
    // What may still arrive must not count; what did is read from the log under the next claim.
    if (results.some(({ status }) => status === "ambiguous")) claim.drop();
    // Where the claim was lost meanwhile, the index has forgotten what was added before: with this
    // it would pass by that.
    else if (writing.readyUnder === number) {
      await index.add(entriesOf(requests, sent, results, recordedAt, number), number);
    }
  } catch (error) {
    // The log has what the index lacks: nothing may be decided before it is caught up.
    claim.drop();
    if (error instanceof NotTheWriter) throw error;
    throw new AppendAmbiguous("an append could not be confirmed", { cause: error });
  }
  noteHead(seen, results);
  return settle(requests, sent, results, recordedAt);
}

/**
 * Makes sure that what was appended counts: that the claim was held until now, and that the log has
 * no newer one before it. Throws `NotTheWriter`.
 */
async function confirmed(
  { claim, claims }: Writing,
  number: number,
  results: readonly ChunkResult[],
): Promise<void> {
  const appended = results.flatMap((one) => (one.status === "appended" ? one.positions : []));
  await Promise.all([claim.confirm(), claims.refresh()]);
  if (appended.some((position) => claims.isVoid({ claim: number, position }))) {
    throw new NotTheWriter(`claim ${number} was followed by another before this was recorded`);
  }
}

async function runGroup(writing: Writing, group: readonly Waiting[]): Promise<void> {
  try {
    const settled = await appendGroup(
      writing,
      group.map(({ request }) => request),
    );
    group.forEach(({ resolve, reject }, i) => {
      const one = settled[i] as Settled;
      if (one.error === undefined) resolve(one.result);
      else reject(one.error);
    });
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

async function runAlone(writing: Writing, { decide, resolve, reject }: Alone): Promise<void> {
  try {
    await ready(writing);
    const request = await decide();
    if (request === null) resolve(null);
    else await runGroup(writing, [{ request, resolve, reject }]);
  } catch (error) {
    reject(error);
  }
}

type Settled =
  | { readonly result: AppendResult; readonly error?: undefined }
  | { readonly error: Error };

function noteHead(seen: Seen, results: readonly ChunkResult[]): void {
  for (const result of results) {
    if (result.status !== "appended") continue;
    const last = result.positions.at(-1) ?? 0n;
    if (seen.head === undefined || last > seen.head) seen.head = last;
  }
}

function nextGroup(queue: (Waiting | Alone)[]): Waiting[] {
  const group: Waiting[] = [];
  let events = 0;
  for (let next = queue[0]; next !== undefined && !("decide" in next); next = queue[0]) {
    events += next.request.events.length;
    if (group.length > 0 && events > groupEventsMax) break;
    group.push(next);
    queue.shift();
  }
  return group;
}

/** The requests with a key or `once` that is taken, in the log or earlier in the group. */
function refusals(
  requests: readonly AppendRequest[],
  isTaken: (event: NewEvent) => boolean,
): Set<number> {
  const refused = new Set<number>();
  const seen = new Set<string>();
  requests.forEach(({ events }, i) => {
    const own = new Set<string>();
    const clashes = (name: string): boolean => {
      if (seen.has(name) || own.has(name)) return true;
      own.add(name);
      return false;
    };
    const refuse = events.some(
      (event) =>
        isTaken(event) ||
        clashes(`${event.nth} ${event.key}`) ||
        (event.once !== undefined && clashes(`once ${event.once}`)),
    );
    if (refuse) refused.add(i);
    else if (i < requests.length - 1) for (const name of own) seen.add(name);
  });
  return refused;
}

/** A stream that is longer than the index knew holds void events. */
async function learnFrom(
  connection: Connection,
  index: EventIndex,
  sent: readonly Chunk[],
  results: readonly ChunkResult[],
): Promise<void> {
  const streams = new Map<string, number | undefined>();
  results.forEach((result, i) => {
    if (result.status !== "refused") return;
    const { stream } = sent[i] as Chunk;
    if (!streams.has(stream)) streams.set(stream, result.lastRevision);
  });
  for (const [stream, revision] of streams) {
    const last = revision ?? (await connection.lastOf(serverName(stream)))?.revision ?? -1;
    index.learn(stream, last);
  }
}

function entriesOf(
  requests: readonly AppendRequest[],
  sent: readonly Chunk[],
  results: readonly ChunkResult[],
  recordedAt: string,
  claim: number,
): IndexEntry[] {
  const entries: IndexEntry[] = [];
  results.forEach((result, i) => {
    if (result.status !== "appended") return;
    const { request, stream, events, encoded } = sent[i] as Chunk;
    events.forEach((at, n) => {
      const { key, nth, once, type } = requests[request]?.events[at] as NewEvent;
      const position = result.positions[n] as bigint;
      const revision = encoded.expected + n + 1;
      const body = encoded.bodies[n] as Buffer;
      entries.push({ position, stream, revision, type, claim, key, nth, once, recordedAt, body });
    });
  });
  return entries;
}

function settle(
  requests: readonly AppendRequest[],
  sent: readonly Chunk[],
  results: readonly ChunkResult[],
  recordedAt: string,
): Settled[] {
  const appended = requests.map(({ events }) => events.map((): bigint | null => null));
  const ambiguous = new Map<number, unknown>();
  const failed = requests.map(() => new Map<string, StreamRefused>());
  results.forEach((result, i) => {
    const { request, stream, events } = sent[i] as Chunk;
    if (result.status === "ambiguous") ambiguous.set(request, result.error);
    if (result.status === "impossible") failed[request]?.set(stream, result.error);
    if (result.status !== "appended") return;
    events.forEach((at, n) => {
      (appended[request] as (bigint | null)[])[at] = result.positions[n] as bigint;
    });
  });
  return appended.map((positions, i) => {
    if (ambiguous.has(i)) {
      const cause = ambiguous.get(i);
      return { error: new AppendAmbiguous("an append was not answered", { cause }) };
    }
    const complete = !positions.includes(null);
    const result = { recordedAt, complete, appended: positions };
    const refused = failed[i];
    return { result: refused?.size ? { ...result, failed: refused } : result };
  });
}
