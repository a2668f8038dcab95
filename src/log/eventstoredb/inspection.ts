import type { Pool, PoolClient } from "pg";
import { unhurried } from "../../database/pool.ts";
import { EventUnreadable } from "../lists.ts";
import type { IndexedLog } from "./event-index-pages.ts";
import { entryOf } from "./event-index-pages.ts";
import type { IndexEntry, IndexState } from "./event-index-tables.ts";
import { keptText, readState } from "./event-index-tables.ts";
import type { IndexRow } from "./event-index-rows.ts";
import { rowsOfIndex, rowsOfTimes, streamHeads } from "./event-index-rows.ts";
import type { ServerRecord } from "./records.ts";
import { difference, isSystem, serverName } from "./records.ts";

/** What an inspection works on: the log, and the database of its index. */
export interface Inspected extends IndexedLog {
  readonly pool: Pool;
}

/** What is wrong with a log or its index. */
export interface Findings {
  /** As sentences, the first hundred; what is said of whole streams comes first. */
  readonly differences: readonly string[];
  /** Streams of which the index knows events that the log lacks. */
  readonly lost: ReadonlySet<string>;
}

const pageMax = 5_000;
const differencesMax = 100;

/**
 * Reads the whole log once, with what the server has written into it for itself, and checks every
 * event by itself and after the one before it, every stream for what is hidden, deleted or gone,
 * and the index against it, entry by entry. Answers sentences.
 */
export async function inspect(inspected: Inspected): Promise<readonly string[]> {
  return (await findingsOf(inspected)).differences;
}

/** The same, with the streams that have lost events. */
export async function findingsOf({ connection, claims, pool }: Inspected): Promise<Findings> {
  const client = await unhurried(pool);
  try {
    // One moment of the index, however long this takes.
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const state = await readState(client);
    const report = new Report();
    const streams = new Streams(report);
    const index = new IndexCheck(client, state, report);
    let [after, latest] = [0n, ""];
    for (;;) {
      const records = await connection.scanAll(after, pageMax);
      const last = records.at(-1);
      if (last === undefined) break;
      await claims.cover(last.position);
      after = last.position;
      for (const record of records) {
        streams.see(record, state.position);
        if (isSystemRecord(record)) continue;
        report.say(difference(record));
        if (record.claim === undefined) continue;
        if (claims.isVoid(record)) await index.seeVoid(record);
        else {
          const entry = entryOf(record, record.claim);
          // Its own difference says so.
          if (entry instanceof EventUnreadable) continue;
          if (entry.recordedAt < latest) {
            report.say(`the event at ${entry.position} was recorded before the one before it`);
          }
          latest = entry.recordedAt;
          await index.see(entry);
        }
      }
    }
    await index.end();
    await streams.compare(client);
    return report;
  } finally {
    client.release(true);
  }
}

/** Gathers what is found. */
class Report implements Findings {
  readonly lost = new Set<string>();
  private readonly ofStreams: string[] = [];
  private readonly others: string[] = [];

  get differences(): readonly string[] {
    return [...this.ofStreams, ...this.others].slice(0, differencesMax);
  }

  say(sentence: string | undefined): void {
    if (sentence !== undefined) keep(this.others, sentence);
  }

  /** What can be put right may not be crowded out by the events of a stream that is gone. */
  sayOfStream(sentence: string): void {
    keep(this.ofStreams, sentence);
  }
}

function keep(sentences: string[], sentence: string): void {
  if (sentences.length < differencesMax) sentences.push(sentence);
}

function isSystemRecord({ name, type }: ServerRecord): boolean {
  return isSystem({ streamId: name, type });
}

/** How far a stream has come in the log. */
interface SeenStream {
  /** The revision after the last that was seen. */
  next: number;
  /** The same up to where the index has come. */
  indexedNext: number;
  /** What its metadata hide, as the end of a sentence. */
  hidden?: string | undefined;
  isDeleted?: boolean;
}

/** What the log has of each stream, by the server's name. */
class Streams {
  private readonly seen = new Map<string, SeenStream>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  see(record: ServerRecord, indexedTo: bigint): void {
    const { name, type, position, revision } = record;
    if (name.startsWith("$$") && !name.startsWith("$$$") && type === "$metadata") {
      this.of(name.slice(2)).hidden = hiddenBy(record.body);
      return;
    }
    if (name.startsWith("$")) return;
    const stream = this.of(name);
    if (type === "$streamDeleted") {
      stream.isDeleted = true;
      return;
    }
    if (type.startsWith("$")) {
      const at = `the event at ${position} (${record.stream} ${revision})`;
      this.report.say(`${at} was not written by the ledger: it is a link or the server's own`);
    }
    if (revision > stream.next) {
      this.report.sayOfStream(
        `the stream ${record.stream} lacks its events ${stream.next} to ${revision - 1}`,
      );
      this.report.lost.add(record.stream);
    }
    stream.next = revision + 1;
    if (position <= indexedTo) stream.indexedNext = revision + 1;
  }

  /** Says what is deleted or hidden, and where the index knows streams otherwise. */
  async compare(client: PoolClient): Promise<void> {
    const { report } = this;
    for (const [name, { isDeleted, hidden, next }] of this.seen) {
      const kept = next > 0 ? `; its ${next} events go with the next scavenge` : "";
      if (isDeleted === true) {
        report.sayOfStream(`the stream ${name} was deleted for good, by a tombstone${kept}`);
      } else if (hidden !== undefined) {
        report.sayOfStream(
          `the stream ${name} ${hidden}: set its metadata right before the next scavenge`,
        );
      }
    }
    for await (const { stream, revision } of streamHeads(client)) {
      const known = this.seen.get(serverName(stream));
      const last = (known?.next ?? 0) - 1;
      if (last < revision) {
        const end = last < 0 ? "has none of them" : `has it up to ${last}`;
        report.sayOfStream(
          `the index knows the stream ${stream} up to its event ${revision}, the log ${end}`,
        );
        report.lost.add(stream);
      } else if (known !== undefined && known.indexedNext - 1 > revision) {
        const found = known.indexedNext - 1;
        report.sayOfStream(
          `the index ends the stream ${stream} at its event ${revision}, the log at ${found}`,
        );
      }
    }
  }

  private of(name: string): SeenStream {
    let stream = this.seen.get(name);
    if (stream === undefined) this.seen.set(name, (stream = { next: 0, indexedNext: 0 }));
    return stream;
  }
}

/** What a stream's metadata hide of it. */
function hiddenBy(body: string): string | undefined {
  const metadata = metadataIn(body);
  const before = metadata.$tb ?? 0;
  if (before >= Number.MAX_SAFE_INTEGER) return "was deleted ($tb)";
  if (before > 0) return `is cut before its event ${before} ($tb)`;
  if (metadata.$maxCount !== undefined)
    return `keeps its last ${metadata.$maxCount} only ($maxCount)`;
  if (metadata.$maxAge !== undefined) return `keeps ${metadata.$maxAge} s only ($maxAge)`;
  return undefined;
}

function metadataIn(body: string): Partial<Record<"$tb" | "$maxCount" | "$maxAge", number>> {
  try {
    const value = JSON.parse(body) as object | null;
    return value ?? {};
  } catch {
    return {};
  }
}

/** Holds the index against the log, both in the order of positions. */
class IndexCheck {
  private readonly entries: AsyncGenerator<IndexRow>;
  private readonly times: ReturnType<typeof rowsOfTimes>;
  private readonly upTo: bigint;
  private readonly report: Report;
  private row: IndexRow | undefined;
  private hasBegun = false;
  /** The time of recording that is being read. */
  private time: { at: string; first: bigint; last: bigint } | undefined;

  constructor(client: PoolClient, { position }: IndexState, report: Report) {
    this.entries = rowsOfIndex(client);
    this.times = rowsOfTimes(client);
    this.upTo = position;
    this.report = report;
  }

  /** An event that counts. */
  async see(entry: IndexEntry): Promise<void> {
    if (entry.position > this.upTo) return;
    const row = await this.rowAt(entry.position);
    if (row === undefined) this.report.say(`the index of keys lacks ${shown(entry)}`);
    else if (!isSame(row, entry)) {
      this.report.say(`the index of keys has ${shown(row)}, the log ${shown(entry)}`);
    }
    await this.seeTime(entry);
  }

  /** One that does not. */
  async seeVoid({ position, stream }: ServerRecord): Promise<void> {
    if (position > this.upTo) return;
    const row = await this.rowAt(position);
    if (row === undefined) return;
    this.report.say(
      `the event at ${position} (${row.key}, stream ${stream}) was acknowledged and is void`,
    );
  }

  async end(): Promise<void> {
    await this.rowAt(undefined);
    await this.endTime();
    for await (const { at } of this.times) {
      this.report.say(`the index has the time ${at}, at which the log has nothing`);
    }
  }

  /** The entry at a position; what stands before it, the log does not have. */
  private async rowAt(position: bigint | undefined): Promise<IndexRow | undefined> {
    if (!this.hasBegun) await this.advance();
    this.hasBegun = true;
    for (let { row } = this; row !== undefined; { row } = this) {
      if (position !== undefined && row.position > position) return undefined;
      await this.advance();
      if (row.position === position) return row;
      this.report.say(`the index of keys has ${shown(row)}, which the log does not have`);
      this.report.lost.add(row.stream);
    }
    return undefined;
  }

  private async advance(): Promise<void> {
    const next = await this.entries.next();
    this.row = next.done === true ? undefined : next.value;
  }

  private async seeTime({ recordedAt, position }: IndexEntry): Promise<void> {
    if (this.time?.at === recordedAt) {
      this.time.last = position;
      return;
    }
    await this.endTime();
    this.time = { at: recordedAt, first: position, last: position };
  }

  private async endTime(): Promise<void> {
    if (this.time === undefined) return;
    const { at, first, last } = this.time;
    const { value } = await this.times.next();
    const isSame = value?.at === at && value.first === first && value.last === last;
    if (isSame) return;
    this.report.say(`the index of times does not have ${at} from position ${first} to ${last}`);
  }
}

function isSame(row: IndexRow, entry: IndexEntry): boolean {
  return (
    row.key === entry.key &&
    row.nth === entry.nth &&
    row.stream === entry.stream &&
    row.revision === entry.revision &&
    row.once === (entry.once ?? null) &&
    row.body === keptText(entry)
  );
}

type Placed = Pick<IndexRow, "key" | "nth" | "position" | "stream">;

function shown({ key, nth, position, stream }: Placed): string {
  return `${key} (${nth}) at position ${position}, stream ${stream}`;
}
