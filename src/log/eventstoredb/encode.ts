import { ByteWriter } from "../../encoding/byte-writer.ts";
import { idOf, recordSize } from "./records.ts";
import { hashBody } from "../stored-event.ts";

/** The events of one append, encoded as they go to the server. */
export interface EncodedAppend {
  /** The server's name of the stream. */
  readonly name: string;
  /** The revision that the stream has come to; -1: it does not exist. */
  readonly expected: number;
  /** UUID of each event; an append of the same ids at the same revision is the same append. */
  readonly ids: readonly string[];
  /** The body of each event, UTF-8. */
  readonly bodies: readonly Buffer[];
  /** What each event takes in the server's log, in bytes. */
  readonly sizes: readonly number[];
  /** The request to the server without the field that identifies it. */
  readonly message: Buffer;
}

/** Encodes events under one claim, and makes appends of them. */
export interface AppendEncoder {
  /**
   * Adds an event whose body `write` writes; answers what it takes in a request, in bytes. Its id
   * will be the body's hash, cut to a UUID (version 8): the same event under the same claim is the
   * same append, anything else is another.
   */
  add(type: string, write: (out: ByteWriter) => void): number;
  /**
   * The append of events, by the order in which they were added, to a stream by its name in the
   * server.
   */
  append(events: readonly number[], name: string, expected: number): EncodedAppend;
}

interface Added {
  readonly type: string;
  readonly begin: number;
  readonly end: number;
  /** The length of the message's field for it. */
  readonly length: number;
}

/** What a body takes, about. */
const bodyBytes = 800;

/**
 * An encoder for so many events: their bodies are written one behind another, hashed where they
 * stand and copied once, into the message.
 *
 * BatchAppendReq, streams.proto:
 *   1 correlation_id, 2 options { 1 stream { 3 name }, 2 revision | 3 no_stream },
 *   3 events { 1 id, 2 map { 1 key, 2 value }, 3 custom_metadata, 4 data }, 4 is_final
 * Written by hand because the generated classes take three times as long as the server does.
 */
export function appendEncoder(claim: number, count: number): AppendEncoder {
  const bodies = new ByteWriter(count * bodyBytes);
  const metadata = metadataOf(claim);
  const added: Added[] = [];
  return {
    add: (type, write) => {
      const begin = bodies.end;
      write(bodies);
      const { end } = bodies;
      const length =
        uuidSize + typeMap(type).length + sizeOf(metadata.bytes.length) + sizeOf(end - begin);
      added.push({ type, begin, end, length });
      return sizeOf(length);
    },
    append: (events, name, expected) => {
      const own = events.map((at) => added[at] as Added);
      return encode(bodies.bytes, own, metadata, name, expected);
    },
  };
}

function encode(
  written: Buffer,
  events: readonly Added[],
  metadata: Metadata,
  name: string,
  expected: number,
): EncodedAppend {
  const [ids, bodies, sizes]: [string[], Buffer[], number[]] = [[], [], []];
  const options = field(2, encodeOptions(name, expected));
  const fields = events.reduce((sum, { length }) => sum + sizeOf(length), 0);
  const message = Buffer.allocUnsafe(options.length + fields + isFinal.length);
  const nameBytes = Buffer.byteLength(name);
  let at = options.copy(message);
  for (const { type, begin, end, length } of events) {
    const body = written.subarray(begin, end);
    const hash = hashBody(body);
    const id = idOf(hash);
    at = writeHead(message, at, 3, length);
    at = writeUuid(message, at, id);
    at += typeMap(type).copy(message, at);
    at = writeHead(message, at, 3, metadata.bytes.length);
    metadata.bytes.copy(message, at);
    message.write(hash, at + metadata.hashAt, "latin1");
    at = writeHead(message, at + metadata.bytes.length, 4, body.length);
    body.copy(message, at);
    bodies.push(message.subarray(at, at + body.length));
    at += body.length;
    ids.push(id);
    sizes.push(recordSize(nameBytes, type.length, body.length, metadata.bytes.length));
  }
  isFinal.copy(message, at);
  return { name, expected, ids, bodies, sizes, message };
}

/** The request of an append, identified by a UUID. */
export function requestOf({ message }: EncodedAppend, correlation: string): Buffer {
  const request = Buffer.allocUnsafe(uuidSize + message.length);
  message.copy(request, writeUuid(request, 0, correlation));
  return request;
}

/** An event's metadata, with room for its hash. */
interface Metadata {
  readonly bytes: Buffer;
  readonly hashAt: number;
}

function metadataOf(claim: number): Metadata {
  const before = `{"claim":${claim},"hash":"`;
  return { bytes: Buffer.from(`${before}${"0".repeat(64)}"}`), hashAt: before.length };
}

const isFinal = Buffer.of(0x20, 1);
const uuidSize = 40;

function encodeOptions(name: string, expected: number): Buffer {
  const revision =
    expected < 0 ? field(3, Buffer.alloc(0)) : Buffer.concat([Buffer.of(0x10), varint(expected)]);
  return Buffer.concat([field(1, field(3, Buffer.from(name))), revision]);
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

/** The bytes of a field of this length with its tag and length. */
const sizeOf = (length: number): number => 1 + varintLength(length) + length;

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

function writeHead(into: Buffer, at: number, number: number, length: number): number {
  into[at] = tag(number);
  return writeVarint(into, at + 1, length);
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
