import type { AllStreamRecordedEvent, StreamingRead } from "@eventstore/db-client";
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  START,
  StreamDeletedError,
  StreamNotFoundError,
} from "@eventstore/db-client";
import { readBytesMax, StreamRefused } from "../event-log.ts";
import type { Availability } from "./availability.ts";
import { availability, Silent, silenceMaxMs } from "./availability.ts";
import type { BatchAppender } from "./batches.ts";
import { batchAppender } from "./batches.ts";
import type { ServerRecord } from "./records.ts";
import { isSystem, ledgerName, serverName, toRecord } from "./records.ts";

/**
 * The server as the log uses it: reads are repeated until it answers, system events are left out.
 */
export interface Connection {
  readonly client: EventStoreDBClient;
  readonly batches: BatchAppender;
  readonly availability: Availability;
  /** Events after a position, at most `max`, and fewer where they are long; none at the head. */
  scan(after: bigint, max: number): Promise<ServerRecord[]>;
  /** The same with events that the server has written for itself. */
  scanAll(after: bigint, max: number): Promise<ServerRecord[]>;
  /** The event at a position. */
  at(position: bigint): Promise<ServerRecord | undefined>;
  /** The last events, newest first, at least `min` unless the log has fewer. */
  scanBack(min: number): Promise<ServerRecord[]>;
  /**
   * Events of a stream, by the ledger's name, from a revision on. Throws `StreamRefused` where it
   * was deleted for good; so do the other reads of a stream.
   */
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
  keepErrorsQuiet(client);
  const state = availability();
  const asking: Asking = { client, patiently: state.patiently };
  const readNamed = (name: string, from: number, max: number) =>
    readStream(asking, name, {
      fromRevision: BigInt(from),
      maxCount: max,
      direction: FORWARDS,
      requiresLeader: true,
    });
  return {
    client,
    batches: batchAppender(client),
    availability: state,
    scan: (after, max) => scan(asking, after, max, (event) => !isSystem(event)),
    scanAll: (after, max) => scan(asking, after, max, () => true),
    at: async (position) => {
      const { raw } = await readAll(asking, FORWARDS, { commit: position, prepare: position }, 1);
      const [event] = raw;
      return event?.position.commit === position ? toRecord(event, position) : undefined;
    },
    scanBack: (min) => scanBack(asking, min),
    readStream: (stream, from, max) => readNamed(serverName(stream), from, max),
    readNamed,
    lastOf: async (name) => {
      const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
      const [last] = await readStream(asking, name, { ...options, requiresLeader: true });
      return last;
    },
    close: () => client.dispose(),
  };
}

/**
 * The client looks after a connection that has failed in a call whose end it does not wait for.
 * That call fails itself where no node is found, and would end the process.
 */
function keepErrorsQuiet(client: EventStoreDBClient): void {
  const inside = client as unknown as { handleError: (...of: unknown[]) => Promise<void> };
  const { handleError } = inside;
  inside.handleError = (...of) => handleError(...of).catch(() => undefined);
}

interface Asking extends Pick<Availability, "patiently"> {
  readonly client: EventStoreDBClient;
}

async function scan(
  asking: Asking,
  after: bigint,
  max: number,
  isWanted: (event: AllStreamRecordedEvent) => boolean,
): Promise<ServerRecord[]> {
  const records: ServerRecord[] = [];
  for (let from = after; ; ) {
    // The event at the position itself is read again.
    const wanted = max - records.length + 1;
    const begin = from === 0n ? START : { commit: from, prepare: from };
    const { raw, isCut } = await readAll(asking, FORWARDS, begin, wanted);
    for (const event of raw) {
      const position = event.position.commit;
      if (position <= from) continue;
      from = position;
      if (isWanted(event) && records.length < max) records.push(toRecord(event, position));
    }
    if (isCut && records.length > 0) return records;
    if (!isCut && (raw.length < wanted || records.length >= max)) return records;
  }
}

async function scanBack(asking: Asking, min: number): Promise<ServerRecord[]> {
  for (let count = min; ; count *= 10) {
    const { raw } = await readAll(asking, BACKWARDS, END, count);
    const records = raw
      .filter((event) => !isSystem(event))
      .map((event) => toRecord(event, event.position.commit));
    if (records.length >= min || raw.length < count) return records;
  }
}

type ReadAllFrom = NonNullable<Parameters<EventStoreDBClient["readAll"]>[0]>["fromPosition"];

function readAll(
  { client, patiently }: Asking,
  direction: typeof FORWARDS | typeof BACKWARDS,
  fromPosition: NonNullable<ReadAllFrom>,
  maxCount: number,
): Promise<Page> {
  return patiently(() =>
    collectRaw(client.readAll({ fromPosition, maxCount, direction, requiresLeader: true })),
  );
}

/** The events of a stream; none where it does not exist. */
async function readStream(
  { client, patiently }: Asking,
  name: string,
  options: Parameters<EventStoreDBClient["readStream"]>[1],
): Promise<ServerRecord[]> {
  try {
    const { raw } = await patiently(() =>
      collectRaw(
        client.readStream(name, options) as StreamingRead<{ event?: AllStreamRecordedEvent }>,
        Infinity,
      ),
    );
    return raw.map((event) => toRecord(event, event.position.commit));
  } catch (error) {
    if (error instanceof StreamNotFoundError) return [];
    if (!(error instanceof StreamDeletedError)) throw error;
    throw new StreamRefused(ledgerName(name), "was deleted for good: it has a tombstone");
  }
}

interface Page {
  readonly raw: AllStreamRecordedEvent[];
  /** Whether it ended because events are long. */
  readonly isCut: boolean;
}

/**
 * Events as they come, until there are none or they are long; two come however long they are.
 * Throws {@link Silent} where nothing comes for too long.
 */
async function collectRaw(
  events: StreamingRead<{ readonly event?: AllStreamRecordedEvent }>,
  bytesMax = readBytesMax,
): Promise<Page> {
  const raw: AllStreamRecordedEvent[] = [];
  let bytes = 0;
  const timer = setTimeout(() => {
    events.destroy(new Silent());
  }, silenceMaxMs);
  // After its end nobody listens, and an error without a listener ends the process.
  events.on("error", () => undefined);
  let isWhole = false;
  try {
    for await (const { event } of events) {
      timer.refresh();
      if (event === undefined) continue;
      raw.push(event);
      bytes += event.data instanceof Uint8Array ? event.data.byteLength : 0;
      // The first may be one that was read before.
      if (bytes > bytesMax && raw.length > 1) return { raw, isCut: true };
    }
    isWhole = true;
    return { raw, isCut: false };
  } finally {
    clearTimeout(timer);
    // Otherwise its call goes on until its deadline.
    if (!isWhole) void events.cancel().catch(() => undefined);
  }
}
