import { setTimeout as sleep } from "node:timers/promises";
import type { AppendRequest } from "../event-log.ts";
import { StreamRefused } from "../event-log.ts";
import type { WireAnswer } from "./batches.ts";
import { NoAnswer, RefusedForGood } from "./batches.ts";
import type { Connection } from "./connection.ts";
import { pauseMs } from "./availability.ts";
import type { EncodedAppend } from "./encode.ts";
import { appendEncoder } from "./encode.ts";
import { serverName } from "./records.ts";
import { bodyWriter } from "../stored-event.ts";

/** The server refuses 1 MiB; its own count of a batch is a little higher than ours. */
const chunkBytesMax = 900_000;
const chunkEventsMax = 1_000;
const streamsAtOnceMax = 32;
/**
 * An append without an answer is repeated for this long: longer than an election takes, and short
 * enough that callers have an answer within half a minute.
 */
const patienceMs = 10_000;

/** A run of events of one stream and one request, appended together or not at all. */
export interface Chunk {
  readonly request: number;
  /** Indices of its events in the request. */
  readonly events: readonly number[];
  /** The ledger's name of it. */
  readonly stream: string;
  readonly encoded: EncodedAppend;
}

/** What became of a chunk. */
export type ChunkResult =
  | { readonly status: "appended"; readonly positions: readonly bigint[] }
  /** The stream had come to another revision. */
  | { readonly status: "refused"; readonly lastRevision: number | undefined }
  /** Nothing of it is recorded, nor will anything be. */
  | { readonly status: "impossible"; readonly error: StreamRefused }
  /** Nobody knows. */
  | { readonly status: "ambiguous"; readonly error: unknown };

/**
 * Encodes requests as recorded at a time and cuts each stream's run; in the order of the requests.
 */
export function chunksOf(
  requests: readonly AppendRequest[],
  recordedAt: string,
  claim: number,
): Chunk[] {
  const writeBody = bodyWriter(recordedAt, claim);
  return requests.flatMap(({ events }, request) => {
    const encoder = appendEncoder(claim, events.length);
    const cut: OpenChunk[] = [];
    const open = new Map<string, OpenChunk>();
    events.forEach((event, i) => {
      const { stream, revision, type } = event;
      const bytes = encoder.add(type, (out) => {
        writeBody(out, event);
      });
      let chunk = open.get(stream);
      if (chunk !== undefined && revision !== chunk.expected + chunk.own.length + 1) {
        throw new Error("the events of a stream follow each other");
      }
      if (chunk === undefined || isFull(chunk, bytes)) {
        chunk = { stream, expected: revision - 1, bytes: 0, own: [] };
        open.set(stream, chunk);
        cut.push(chunk);
      }
      chunk.bytes += bytes;
      chunk.own.push(i);
    });
    return cut.map(({ stream, expected, own }): Chunk => {
      const encoded = encoder.append(own, serverName(stream), expected);
      return { request, events: own, stream, encoded };
    });
  });
}

/** A chunk that is still being cut. */
interface OpenChunk {
  readonly stream: string;
  readonly expected: number;
  bytes: number;
  readonly own: number[];
}

function isFull({ bytes, own }: OpenChunk, more: number): boolean {
  return own.length >= chunkEventsMax || bytes + more > chunkBytesMax;
}

/**
 * Appends chunks: of one stream one after another, of different streams at once. Never rejects:
 * what is not known of a chunk stands in its result.
 */
export interface ChunkAppender {
  append(chunks: readonly Chunk[]): Promise<ChunkResult[]>;
}

/** An appender over one connection. */
export function chunkAppender(connection: Connection): ChunkAppender {
  const layout = { checked: false };
  return {
    append: async (chunks) => {
      const results: ChunkResult[] = [];
      const byStream = new Map<string, number[]>();
      chunks.forEach(({ stream }, i) => {
        const run = byStream.get(stream);
        if (run === undefined) byStream.set(stream, [i]);
        else run.push(i);
      });
      const runs = [...byStream.values()];
      let nextRun = 0;
      const lane = async (): Promise<void> => {
        for (let run = runs[nextRun++]; run !== undefined; run = runs[nextRun++]) {
          const stopped = new Set<number>();
          for (const i of run) {
            const chunk = chunks[i] as Chunk;
            // Only the beginning of a run may be recorded: nothing is sent behind a refused chunk.
            if (stopped.has(chunk.request)) continue;
            const result = await appendSurely(connection, layout, chunk).catch(
              (error: unknown): ChunkResult => ({ status: "ambiguous", error }),
            );
            results[i] = result;
            if (result.status === "ambiguous") break;
            if (result.status !== "appended") stopped.add(chunk.request);
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(streamsAtOnceMax, runs.length) }, lane));
      return chunks.map((_, i) => results[i] ?? { status: "refused", lastRevision: undefined });
    },
  };
}

/** Whether positions have been found to differ by what events take in the server's log. */
interface Layout {
  checked: boolean;
}

async function appendSurely(
  connection: Connection,
  layout: Layout,
  { stream, encoded }: Chunk,
): Promise<ChunkResult> {
  const until = Date.now() + patienceMs;
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await connection.batches.append(encoded);
      connection.availability.noteAnswer();
      // A repeated append may find its own events; with other ids the server says so too.
      if (!answer.appended && attempt > 0) return await readBackOr(connection, encoded, answer);
      if (!answer.appended) return { status: "refused", lastRevision: answer.lastRevision };
      const positions = await positionsOf(connection, layout, encoded, answer);
      return { status: "appended", positions };
    } catch (error) {
      // One that was not answered before may have been recorded before the stream was deleted.
      if (error instanceof RefusedForGood && attempt === 0) {
        const why = `is refused by the server (${error.message})`;
        return { status: "impossible", error: new StreamRefused(stream, why) };
      }
      if (!(error instanceof NoAnswer)) throw error;
      await sleep(pauseMs(attempt));
      const there = await readBack(connection, encoded).catch((cause: unknown) => cause);
      if (isResult(there)) return there;
      if (Date.now() <= until) continue;
      connection.availability.noteAway();
      return { status: "ambiguous", error };
    }
  }
}

function isResult(value: unknown): value is ChunkResult {
  return typeof value === "object" && value !== null && "status" in value;
}

async function readBackOr(
  connection: Connection,
  encoded: EncodedAppend,
  answer: WireAnswer & { readonly appended: false },
): Promise<ChunkResult> {
  const there = await readBack(connection, encoded);
  return there ?? { status: "refused", lastRevision: answer.lastRevision };
}

/**
 * Whether an append that was not answered stands in the stream; undefined: nothing stands there.
 */
async function readBack(
  connection: Connection,
  { name, expected, ids }: EncodedAppend,
): Promise<ChunkResult | undefined> {
  const records = await connection.readNamed(name, expected + 1, ids.length);
  const first = records[0];
  if (first === undefined) return undefined;
  const same = records.length === ids.length && records.every(({ id }, i) => id === ids[i]);
  if (same) return { status: "appended", positions: records.map(({ position }) => position) };
  return { status: "refused", lastRevision: undefined };
}

/**
 * A position of the server's log where one of its files may end; what is there moves to the next.
 */
const seam = 2 ** 20;

/**
 * The server names the position of the last event. Those before it follow from their sizes, unless
 * a file of the log ended between them or the server stores records otherwise: the first event is
 * asked for where that may be so, and all are when it is not where it should be.
 */
async function positionsOf(
  connection: Connection,
  layout: Layout,
  { name, expected, sizes }: EncodedAppend,
  { lastPosition }: WireAnswer & { readonly appended: true },
): Promise<bigint[]> {
  const last = Number(lastPosition);
  const positions: bigint[] = [];
  let position = last;
  for (let i = sizes.length - 1; i >= 0; i--) {
    if (i < sizes.length - 1) position -= sizes[i] as number;
    positions[i] = BigInt(position);
  }
  const isSure = layout.checked && Math.floor(position / seam) === Math.floor(last / seam);
  if (sizes.length === 1 || isSure) return positions;
  const [first] = await connection.readNamed(name, expected + 1, 1);
  if (first?.position === positions[0]) {
    layout.checked = true;
    return positions;
  }
  const records = await connection.readNamed(name, expected + 1, sizes.length);
  return records.map((record) => record.position);
}
