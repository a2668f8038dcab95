import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import { finished } from "node:stream";
import type { EventStoreDBClient } from "@eventstore/db-client";
import sharedMessages from "@eventstore/db-client/generated/shared_pb.js";
import streamsService from "@eventstore/db-client/generated/streams_grpc_pb.js";
import streamsMessages from "@eventstore/db-client/generated/streams_pb.js";

/** One event of an append, as it goes to the server. */
export interface WireEvent {
  /** UUID; an append of the same ids at the same revision is the same append. */
  readonly id: string;
  readonly type: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

/** What the server answered: the position of the last event, or why it refused all of them. */
export type WireAnswer =
  | { readonly appended: true; readonly lastPosition: bigint }
  | { readonly appended: false; readonly lastRevision: number };

/** Thrown where the server's answer did not come: the events may have been appended or not. */
export class NoAnswer extends Error {}

/** Appends over one stream of calls to the server. */
export interface BatchAppender {
  /**
   * Appends events to a stream that has come to `expected` (-1: that does not exist). Rejects with
   * {@link NoAnswer}, or with an error that will come again, as when they are over 1 MiB together.
   */
  append(stream: string, expected: number, events: readonly WireEvent[]): Promise<WireAnswer>;
}

/** Longer than the server takes to give an append up by itself. */
const patienceMs = 15_000;

type Response = InstanceType<typeof streamsMessages.BatchAppendResp>;

interface Waiting {
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: Error) => void;
}

// What the client offers to its own commands; its types call these protected.
interface ClientInside {
  readonly GRPCStreamCreator: (
    service: unknown,
    name: string,
    open: (client: GrpcClient) => Duplex,
  ) => () => Promise<Duplex>;
  readonly callArguments: (options: object, callOptions: object) => readonly unknown[];
}

interface GrpcClient {
  makeBidiStreamRequest(
    path: string,
    serialize: (message: Buffer) => Buffer,
    deserialize: (bytes: Uint8Array) => Response,
    ...rest: readonly unknown[]
  ): Duplex;
}

/**
 * The client's own batched append keeps its callers in one table for the whole process: when one
 * connection breaks, the answers of every other end the process. It also encodes each event twice.
 * This one speaks the same call over the same connection with a table of its own.
 */
export function batchAppender(client: EventStoreDBClient): BatchAppender {
  const inside = client as unknown as ClientInside;
  let current: Promise<Calls> | undefined;
  const open = async (): Promise<Calls> => {
    const duplex = await inside.GRPCStreamCreator(
      streamsService.StreamsClient,
      "batchAppend",
      (grpc) =>
        grpc.makeBidiStreamRequest(
          "/event_store.client.streams.Streams/BatchAppend",
          (message) => message,
          streamsMessages.BatchAppendResp.deserializeBinary,
          ...inside.callArguments({ requiresLeader: true }, { deadline: Infinity }),
        ),
    )();
    return calls(duplex, () => {
      current = undefined;
    });
  };
  return {
    append: async (stream, expected, events) => {
      current ??= open();
      let opened: Calls;
      try {
        opened = await current;
      } catch (error) {
        current = undefined;
        throw new NoAnswer("the server could not be reached", { cause: error });
      }
      return opened.send(stream, expected, events);
    },
  };
}

interface Calls {
  send(stream: string, expected: number, events: readonly WireEvent[]): Promise<WireAnswer>;
}

function calls(duplex: Duplex, onEnd: () => void): Calls {
  const waiting = new Map<string, Waiting>();
  let ended = false;
  duplex.on("data", (response: Response) => {
    const id = response.getCorrelationId()?.getString() ?? "";
    const caller = waiting.get(id);
    waiting.delete(id);
    if (caller !== undefined) answer(response, caller);
  });
  duplex.on("error", () => undefined);
  finished(duplex, (error) => {
    ended = true;
    onEnd();
    const lost = new NoAnswer("the connection ended during an append", { cause: error });
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  });
  return {
    send: (stream, expected, events) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(new NoAnswer("the connection ended before an append"));
          return;
        }
        const id = randomUUID();
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new NoAnswer("the server did not answer an append in time"));
        }, patienceMs);
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            clearTimeout(timer);
            then(value);
          };
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
        duplex.write(encodeRequest(id, stream, expected, events));
      }),
  };
}

function answer(response: Response, { resolve, reject }: Waiting): void {
  const success = response.getSuccess();
  if (success !== undefined) {
    const position = success.getPosition()?.getCommitPosition();
    if (position === undefined) reject(new NoAnswer("the server named no position"));
    else resolve({ appended: true, lastPosition: BigInt(position) });
    return;
  }
  const status = response.getError();
  const details = status?.getDetails();
  const kind = details?.getTypeName() ?? "";
  if (kind === "event_store.client.WrongExpectedVersion") {
    const wrong = details?.unpack(sharedMessages.WrongExpectedVersion.deserializeBinary, kind);
    const known = wrong?.hasCurrentStreamRevision() === true;
    const lastRevision = known ? Number(wrong.getCurrentStreamRevision()) : -1;
    resolve({ appended: false, lastRevision });
    return;
  }
  const sentence = `the server refused an append: ${kind} ${status?.getMessage() ?? ""}`.trim();
  const forGood = /AccessDenied|MaximumAppendSizeExceeded|StreamDeleted|BadRequest/.test(kind);
  reject(forGood ? new Error(sentence) : new NoAnswer(sentence));
}

/*
 * BatchAppendReq, streams.proto:
 *   1 correlation_id, 2 options { 1 stream { 3 name }, 2 revision | 3 no_stream },
 *   3 events { 1 id, 2 map { 1 key, 2 value }, 3 custom_metadata, 4 data }, 4 is_final
 * Written by hand because the generated classes take three times as long as the server does.
 */
function encodeRequest(
  correlation: string,
  stream: string,
  expected: number,
  events: readonly WireEvent[],
): Buffer {
  const options = field(2, encodeOptions(stream, expected));
  const sizes = events.map(sizeOf);
  const framed = sizes.reduce((sum, size) => sum + 1 + varintLength(size) + size, 0);
  const request = Buffer.allocUnsafe(uuidSize + options.length + framed + 2);
  let at = writeUuid(request, 0, correlation);
  at += options.copy(request, at);
  events.forEach((event, i) => {
    request[at++] = tag(3);
    at = writeVarint(request, at, sizes[i] as number);
    at = writeUuid(request, at, event.id);
    at += typeMap(event.type).copy(request, at);
    at = writeBytes(request, at, 3, event.metadata);
    at = writeBytes(request, at, 4, event.data);
  });
  request[at++] = 0x20;
  request[at++] = 1;
  return request;
}

const uuidSize = 40;

function sizeOf({ type, data, metadata }: WireEvent): number {
  const bytes = (value: Buffer) => 1 + varintLength(value.length) + value.length;
  return uuidSize + typeMap(type).length + bytes(metadata) + bytes(data);
}

function encodeOptions(stream: string, expected: number): Buffer {
  const revision =
    expected < 0 ? field(3, Buffer.alloc(0)) : Buffer.concat([Buffer.of(0x10), varint(expected)]);
  return Buffer.concat([field(1, field(3, Buffer.from(stream))), revision]);
}

const typeMaps = new Map<string, Buffer>();

function typeMap(type: string): Buffer {
  const known = typeMaps.get(type);
  if (known !== undefined) return known;
  const entry = (key: string, value: string): Buffer =>
    field(2, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]));
  const content = entry("content-type", "application/octet-stream");
  const made = Buffer.concat([entry("type", type), content]);
  typeMaps.set(type, made);
  return made;
}

const tag = (number: number): number => (number << 3) | 2;

function field(number: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag(number)), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const bytes = Buffer.alloc(varintLength(value));
  writeVarint(bytes, 0, value);
  return bytes;
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) length += 1;
  return length;
}

function writeVarint(into: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest > 127) {
    into[at++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  into[at++] = rest;
  return at;
}

function writeUuid(into: Buffer, start: number, uuid: string): number {
  into[start] = tag(1);
  into[start + 1] = 38;
  into[start + 2] = tag(2);
  into[start + 3] = 36;
  into.write(uuid, start + 4, "latin1");
  return start + uuidSize;
}

function writeBytes(into: Buffer, start: number, number: number, value: Buffer): number {
  into[start] = tag(number);
  const at = writeVarint(into, start + 1, value.length);
  return at + value.copy(into, at);
}
