import { hash } from "node:crypto";
import type { ByteWriter } from "../encoding/byte-writer.ts";
import { textOf } from "../encoding/byte-writer.ts";
import type { JsonObject } from "../encoding/canonical.ts";
import { canonical, writeCanonical } from "../encoding/canonical.ts";
import type { NewEvent, RecordedEvent } from "./event-log.ts";

/**
 * What is stored of an event and hashed, whatever the engine; position and revision are stored
 * beside it.
 */
export interface StoredBody {
  readonly data: unknown;
  readonly key: string;
  readonly meta: RecordedEvent["meta"];
  readonly nth: number;
  readonly once?: string;
  readonly stream: string;
  readonly type: string;
  readonly version: number;
}

/**
 * Writes the canonical encoding of events recorded at one time, under a writer's claim if there is
 * one. The members of the body stand in canonical order here, so that only data and metadata need
 * sorting.
 */
export function bodyWriter(
  recordedAt: string,
  claim?: number,
): (out: ByteWriter, event: NewEvent) => void {
  // Most events of an append share their metadata.
  let last: { readonly meta: NewEvent["meta"]; readonly encoded: Uint8Array } | undefined;
  return (out, event) => {
    if (last?.meta !== event.meta) {
      const whole: JsonObject = { ...event.meta, recordedAt, claim };
      last = { meta: event.meta, encoded: Buffer.from(canonical(whole)) };
    }
    out.latin1('{"data":');
    writeCanonical(out, event.data);
    out.latin1(',"key":');
    writeCanonical(out, event.key);
    out.latin1(',"meta":');
    out.copy(last.encoded);
    out.latin1(',"nth":');
    writeCanonical(out, event.nth);
    if (event.once !== undefined) {
      out.latin1(',"once":');
      writeCanonical(out, event.once);
    }
    out.latin1(',"stream":');
    writeCanonical(out, event.stream);
    out.latin1(',"type":"');
    out.latin1(event.type);
    out.latin1('","version":');
    writeCanonical(out, event.version);
    out.latin1("}");
  };
}

/** The canonical encoding of an event as text. */
export function encodeBody(event: NewEvent, recordedAt: string, claim?: number): string {
  return textOf((out) => {
    bodyWriter(recordedAt, claim)(out, event);
  });
}

/** SHA-256 of a body, hex. */
export function hashBody(body: string | Uint8Array): string {
  return hash("sha256", body, "hex");
}

/** SHA-256 of a body, a character a byte. */
export function digestOf(body: Uint8Array): string {
  return hash("sha256", body, "binary");
}

type Place = Pick<RecordedEvent, "position" | "revision" | "body">;

/**
 * Reads a stored body of a stream. The caller has it from the log, whose bytes `verify` checks. One
 * that is no event comes without type, data and metadata: whoever lifts it hears that.
 */
export function decodeBody(
  position: bigint,
  revision: number,
  body: string,
  stream = "",
): RecordedEvent {
  const stored = parsed(body);
  if (stored === undefined) {
    const nothing = { type: "", version: 0, key: "", nth: 0, data: undefined };
    return { ...nothing, meta: {} as StoredBody["meta"], stream, position, revision, body };
  }
  stored.position = position;
  stored.revision = revision;
  stored.body = body;
  return stored;
}

function parsed(
  body: string,
): (StoredBody & { -readonly [K in keyof Place]: Place[K] }) | undefined {
  try {
    const value = JSON.parse(body) as { readonly key?: unknown; readonly meta?: unknown } | null;
    const isEvent = typeof value?.key === "string" && typeof value.meta === "object";
    return isEvent && value.meta !== null ? (value as never) : undefined;
  } catch {
    return undefined;
  }
}
