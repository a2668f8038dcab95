import type { RecordedEvent, VoidEvent } from "../event-log.ts";
import { EventUnreadable, placeOf } from "../lists.ts";
import type { Claims } from "./claims.ts";
import type { Connection } from "./connection.ts";
import type { IndexEntry, IndexPage } from "./event-index-tables.ts";
import type { ServerRecord } from "./records.ts";
import { toEvent } from "./records.ts";

/** The log as an index is made from it. */
export interface IndexedLog {
  readonly connection: Connection;
  readonly claims: Claims;
}

const pageMax = 5_000;

/**
 * The events after a position as the index keeps them. A page ends before an event that cannot be
 * read; throws {@link EventUnreadable} where that is the first.
 */
export async function readIndexPage(
  { connection, claims }: IndexedLog,
  after: bigint,
): Promise<IndexPage> {
  const records = await connection.scan(after, pageMax);
  const newest = records.at(-1);
  if (newest !== undefined) await claims.cover(newest.position);
  const entries: IndexEntry[] = [];
  const voids: VoidEvent[] = [];
  let [claim, last] = [0, undefined as bigint | undefined];
  for (const record of records) {
    if (record.taken !== undefined && record.taken > claim) claim = record.taken;
    if (record.claim !== undefined) {
      if (claims.isVoid(record)) voids.push(voidOf(record, record.claim));
      else {
        const entry = entryOf(record, record.claim);
        if (entry instanceof EventUnreadable && last === undefined) throw entry;
        if (entry instanceof EventUnreadable) break;
        entries.push(entry);
      }
    }
    last = record.position;
  }
  return { entries, voids, last, claim };
}

function voidOf({ position, stream, revision, type }: ServerRecord, claim: number): VoidEvent {
  return { position, stream, revision, type, claim };
}

/** What the index keeps of a record that counts. */
export function entryOf(record: ServerRecord, claim: number): IndexEntry | EventUnreadable {
  const { position, stream, revision, type } = record;
  const event = toEvent(record);
  const why = whyNotIndexed(event);
  if (why !== undefined) return new EventUnreadable(event, `${placeOf(event)}: ${why}`);
  const { key, nth, once, meta } = event;
  const { recordedAt } = meta;
  const body = Buffer.from(record.body);
  return { position, stream, revision, type, claim, key, nth, once, recordedAt, body };
}

/** By its key an event is found again: one without cannot be passed by. */
function whyNotIndexed({ type, nth, once, meta }: RecordedEvent): string | undefined {
  if (type === "") return "it is no event of the ledger";
  const isNumbered = Number.isSafeInteger(nth) && nth >= 0 && nth <= 2 ** 31 - 1;
  const isOnce = once === undefined || typeof once === "string";
  const isDated = typeof meta.recordedAt === "string" && !Number.isNaN(Date.parse(meta.recordedAt));
  return isNumbered && isOnce && isDated ? undefined : "its key or its metadata are malformed";
}
