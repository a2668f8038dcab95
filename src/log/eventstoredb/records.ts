import type { AllStreamRecordedEvent } from "@eventstore/db-client";
import type { RecordedEvent } from "../event-log.ts";
import { decodeBody, hashBody } from "../stored-event.ts";

/** The stream of the server that holds the claims; no stream of the ledger has this name there. */
export const claimsStream = "writer-claims";
/** The server's name for the event by which a claim is taken. */
export const claimType = "ClaimTaken";

/** An event of the server's; `claim` is undefined for what we did not write. */
export interface ServerRecord {
  readonly position: bigint;
  /** The server's name of the stream. */
  readonly name: string;
  /** The ledger's name of the stream. */
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly id: string;
  readonly body: string;
  readonly claim: number | undefined;
  readonly hash: string | undefined;
  /** The number this event claims, if it is one of the claims. */
  readonly taken: number | undefined;
}

/**
 * The server's name of a stream. Names that begin with `$` are the server's own there, so they are
 * marked, and so is the name of the claims.
 */
export function serverName(stream: string): string {
  return /^[$\\]/.test(stream) || stream === claimsStream ? `\\${stream}` : stream;
}

/** The ledger's name of a stream of the server. */
export function ledgerName(name: string): string {
  return name.startsWith("\\") ? name.slice(1) : name;
}

/** Whether the server wrote it for itself. */
export function isSystem({
  type,
  streamId,
}: Pick<AllStreamRecordedEvent, "streamId" | "type">): boolean {
  return type.startsWith("$") || streamId.startsWith("$");
}

/** Reads a record of the server; only one that has our form is taken for ours. */
export function toRecord(event: AllStreamRecordedEvent, position: bigint): ServerRecord {
  const meta = event.metadata as { readonly claim?: unknown; readonly hash?: unknown } | undefined;
  const ours =
    event.data instanceof Uint8Array && Number.isSafeInteger(meta?.claim) && !event.isJson;
  const body =
    event.data instanceof Uint8Array
      ? Buffer.from(event.data.buffer, event.data.byteOffset, event.data.byteLength).toString(
          "utf8",
        )
      : JSON.stringify(event.data);
  const isClaim = ours && event.streamId === claimsStream && event.type === claimType;
  return {
    position,
    name: event.streamId,
    stream: ledgerName(event.streamId),
    revision: Number(event.revision),
    type: event.type,
    id: event.id,
    body,
    claim: ours && !isClaim ? (meta?.claim as number) : undefined,
    hash: typeof meta?.hash === "string" ? meta.hash : undefined,
    taken: isClaim ? (meta?.claim as number) : undefined,
  };
}

/** The event in a record of ours. */
export function toEvent({ position, revision, body, stream }: ServerRecord): RecordedEvent {
  return decodeBody(position, revision, body, stream);
}

/** The id of an event whose body has this hash: cut to a UUID, version 8. */
export function idOf(digest: string): string {
  const variant = ((Number.parseInt(digest[16] ?? "0", 16) & 3) | 8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join("-");
}

/** What is wrong with a record by itself, as a sentence; undefined where nothing is. */
export function difference(record: ServerRecord): string | undefined {
  const at = `the event at ${record.position} (${record.stream} ${record.revision})`;
  if (record.taken !== undefined) return undefined;
  if (record.claim === undefined) return `${at} was not written by the ledger`;
  const digest = hashBody(record.body);
  if (record.hash !== digest) return `${at} does not have the hash that was stored with it`;
  if (record.id !== idOf(digest)) return `${at} does not have the id that follows from it`;
  const event = toEvent(record);
  if (event.type === "") return `${at} is no event of the ledger`;
  if (event.stream !== record.stream || event.type !== record.type) {
    return `${at} says that it is of ${event.stream}`;
  }
  return event.meta.claim === record.claim ? undefined : `${at} names two claims`;
}

// The fixed parts of a record in the server's transaction log: length twice, type, version,
// position, flags, transaction, expected revision, id, correlation, time, lengths of data and
// metadata.
const recordOverhead = 88;

/**
 * The bytes an event takes in the server's log, by which the positions of one append differ: from
 * the lengths of its stream's name, its type (ASCII), its body and its metadata.
 */
export function recordSize(name: number, type: number, body: number, metadata: number): number {
  const text = (bytes: number) => bytes + (bytes < 128 ? 1 : bytes < 16_384 ? 2 : 3);
  return recordOverhead + text(name) + text(type) + body + metadata;
}
