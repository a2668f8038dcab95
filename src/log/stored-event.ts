import { hash } from "node:crypto";
import type { JsonObject } from "../../events/canonical.ts";
import { canonical, quote } from "../../events/canonical.ts";
import type { NewEvent, RecordedEvent } from "./event-log.ts";

/**
 * What is stored of an event and hashed, whatever the engine; position and revision stand beside
 * it.
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
 * The canonical encoding of an event recorded at `recordedAt`, under a writer's claim if there is
 * one. The members of the body stand in canonical order here, so that only data and metadata need
 * sorting.
 */
export function encodeBody(event: NewEvent, recordedAt: string, claim?: number): string {
  const { key, nth, once, stream, type, version } = event;
  const meta = encodeMeta(event.meta, recordedAt, claim);
  const data = canonical(event.data);
  const only = once === undefined ? "" : `"once":${quote(once)},`;
  const name = `${only}"stream":${quote(stream)},"type":"${type}","version":${version}}`;
  return `{"data":${data},"key":${quote(key)},"meta":${meta},"nth":${nth},${name}`;
}

/** The metadata last encoded: most events of a batch share theirs. */
let lastMeta:
  | { meta: NewEvent["meta"]; recordedAt: string; claim?: number | undefined }
  | undefined;
let lastEncoded = "";

function encodeMeta(meta: NewEvent["meta"], recordedAt: string, claim?: number): string {
  const last = lastMeta;
  if (last?.meta === meta && last.recordedAt === recordedAt && last.claim === claim) {
    return lastEncoded;
  }
  lastMeta = { meta, recordedAt, claim };
  const whole: JsonObject = { ...meta, recordedAt, claim };
  lastEncoded = canonical(whole);
  return lastEncoded;
}

/** SHA-256 of a body, hex. */
export function hashBody(body: string): string {
  return hash("sha256", body, "hex");
}

type Place = Pick<RecordedEvent, "position" | "revision" | "body">;

/** Reads a stored body. The caller has it from the log, whose bytes `verify` checks. */
export function decodeBody(position: bigint, revision: number, body: string): RecordedEvent {
  const stored = JSON.parse(body) as StoredBody & { -readonly [K in keyof Place]: Place[K] };
  stored.position = position;
  stored.revision = revision;
  stored.body = body;
  return stored;
}
