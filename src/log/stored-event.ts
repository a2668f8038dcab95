import { hash } from "node:crypto";
import type { JsonObject } from "../../events/canonical.ts";
import { canonical } from "../../events/canonical.ts";
import type { NewEvent, RecordedEvent } from "./event-log.ts";

/** What is stored of an event and hashed, whatever the engine; position and revision stand beside it. */
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

/** The canonical encoding of an event recorded at `recordedAt`, under a writer's claim if there is one. */
export function encodeBody(event: NewEvent, recordedAt: string, claim?: number): string {
  const { data, key, nth, once, stream, type, version } = event;
  const meta: JsonObject = { ...event.meta, recordedAt, claim };
  return canonical({ data, key, meta, nth, once, stream, type, version });
}

/** SHA-256 of a body, hex. */
export function hashBody(body: string): string {
  return hash("sha256", body, "hex");
}

/** Reads a stored body. The caller has it from the log, whose bytes `verify` checks. */
export function decodeBody(position: bigint, revision: number, body: string): RecordedEvent {
  const stored = JSON.parse(body) as StoredBody;
  return { ...stored, position, revision, body };
}
