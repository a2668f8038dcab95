import { setTimeout as sleep } from "node:timers/promises";
import type { AllStreamRecordedEvent, ResolvedEvent, StreamingRead } from "@eventstore/db-client";
import {
  BACKWARDS,
  CancelledError,
  DeadlineExceededError,
  END,
  EventStoreDBClient,
  FORWARDS,
  NotLeaderError,
  START,
  StreamNotFoundError,
  TimeoutError,
  UnavailableError,
} from "@eventstore/db-client";
import { readBytesMax } from "../event-log.ts";
import type { BatchAppender } from "./batches.ts";
import { batchAppender } from "./batches.ts";
import type { ServerRecord } from "./records.ts";
import { isSystem, serverName, toRecord } from "./records.ts";

/** A read that failed is repeated for this long: an election takes 5 s. */
const patienceMs = 30_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

/**
 * The server as the log uses it: reads are repeated until it answers, system events are left out.
 */
export interface Connection {
  readonly client: EventStoreDBClient;
  readonly batches: BatchAppender;
  /** Events after a position, at most `max`; fewer mean that the head was reached. */
  scan(after: bigint, max: number): Promise<ServerRecord[]>;
  /** The last events, newest first, at least `min` unless the log has fewer. */
  scanBack(min: number): Promise<ServerRecord[]>;
  /** Events of a stream, by the ledger's name, from a revision on. */
  readStream(stream: string, from: number, max: number): Promise<ServerRecord[]>;
  /** The last event of a stream. */
  lastOf(name: string): Promise<ServerRecord | undefined>;
  /** Events of a stream by its name in the server. */
  readNamed(name: string, from: number, max: number): Promise<ServerRecord[]>;
  close(): Promise<void>;
}

/** Connects when first used. `url` is `esdb://…` or `esdb+discover://…`. */
export function connect(url: string): Connection {
  const client = EventStoreDBClient.connectionString(url);
  const readNamed = (name: string, from: number, max: number) =>
    patiently(() => readForwards(client, name, from, max));
  return {
    client,
    batches: batchAppender(client),
    scan: (after, max) => scan(client, after, max),
    scanBack: (min) => scanBack(client, min),
    readStream: (stream, from, max) => readNamed(serverName(stream), from, max),
    readNamed,
    lastOf: async (name) => {
      const [last] = await patiently(() =>
        collect(
          client.readStream(name, {
            direction: BACKWARDS,
            fromRevision: END,
            maxCount: 1,
            requiresLeader: true,
          }),
        ),
      );
      return last;
    },
    close: () => client.dispose(),
  };
}

/** Whether the server may answer when it is asked again. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof UnavailableError ||
    error instanceof DeadlineExceededError ||
    error instanceof CancelledError ||
    error instanceof TimeoutError ||
    error instanceof NotLeaderError ||
    (error instanceof Error &&
      /Failed to discover|ECONN|ETIMEDOUT|Channel has been shut down/.test(error.message))
  );
}

/** The pause before the nth attempt. */
export function pauseMs(attempt: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
}

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || Date.now() > until) throw error;
      await sleep(pauseMs(attempt));
    }
  }
}

async function scan(
  client: EventStoreDBClient,
  after: bigint,
  max: number,
): Promise<ServerRecord[]> {
  const records: ServerRecord[] = [];
  for (let from = after; ; ) {
    // The event at the position itself is read again.
    const wanted = max - records.length + 1;
    const { raw, isCut } = await patiently(() =>
      collectRaw(
        client.readAll({
          fromPosition: from === 0n ? START : { commit: from, prepare: from },
          maxCount: wanted,
          direction: FORWARDS,
          requiresLeader: true,
        }),
      ),
    );
    for (const event of raw) {
      const position = event.position.commit;
      if (position <= from) continue;
      from = position;
      if (!isSystem(event) && records.length < max) records.push(toRecord(event, position));
    }
    if (isCut && records.length > 0) return records;
    if (!isCut && (raw.length < wanted || records.length >= max)) return records;
  }
}

async function scanBack(client: EventStoreDBClient, min: number): Promise<ServerRecord[]> {
  for (let count = min; ; count *= 10) {
    const { raw } = await patiently(() =>
      collectRaw(
        client.readAll({
          direction: BACKWARDS,
          fromPosition: END,
          maxCount: count,
          requiresLeader: true,
        }),
      ),
    );
    const records = raw
      .filter((event) => !isSystem(event))
      .map((event) => toRecord(event, event.position.commit));
    if (records.length >= min || raw.length < count) return records;
  }
}

async function readForwards(
  client: EventStoreDBClient,
  name: string,
  from: number,
  max: number,
): Promise<ServerRecord[]> {
  const options = {
    fromRevision: BigInt(from),
    maxCount: max,
    direction: FORWARDS,
    requiresLeader: true,
  } as const;
  return collect(client.readStream(name, options));
}

async function collect(events: StreamingRead<ResolvedEvent>): Promise<ServerRecord[]> {
  const records: ServerRecord[] = [];
  try {
    for await (const { event } of events) {
      const recorded = event as AllStreamRecordedEvent | undefined;
      if (recorded !== undefined) records.push(toRecord(recorded, recorded.position.commit));
    }
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return records;
}

/** Events as they come, until there are none or they are long; two come however long they are. */
async function collectRaw(
  events: StreamingRead<{ readonly event?: AllStreamRecordedEvent }>,
): Promise<{ readonly raw: AllStreamRecordedEvent[]; readonly isCut: boolean }> {
  const raw: AllStreamRecordedEvent[] = [];
  let bytes = 0;
  for await (const { event } of events) {
    if (event === undefined) continue;
    raw.push(event);
    bytes += event.data instanceof Uint8Array ? event.data.byteLength : 0;
    // The first may be one that was read before.
    if (bytes > readBytesMax && raw.length > 1) {
      endEarly(events);
      return { raw, isCut: true };
    }
  }
  return { raw, isCut: false };
}

/**
 * Ends a read before its end. Otherwise its call goes on until its deadline, whose error would end
 * the process: nobody listens any more.
 */
function endEarly(events: StreamingRead<unknown>): void {
  events.on("error", () => undefined);
  void events.cancel().catch(() => undefined);
}
