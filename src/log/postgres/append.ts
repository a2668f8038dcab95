import type { Pool, PoolClient, QueryResult } from "pg";
import type { CopyPipeline, Ticket } from "../../database/copy-pipeline.ts";
import { cameOtherwise } from "../../database/copy-pipeline.ts";
import { copyInto } from "../../database/copy.ts";
import { isConnectionLoss, isHeldUp } from "../../database/outage.ts";
import type { AppendResults } from "../append-results.ts";
import { nothingAppended } from "../append-results.ts";
import type { AppendRequest, AppendResult } from "../event-log.ts";
import { AppendAmbiguous } from "../event-log.ts";
import { encodeBody } from "../stored-event.ts";
import { channel } from "./follow.ts";
import type { EventRow } from "./read.ts";
import { decode, hasMoved } from "./read.ts";
import { rowsOf } from "./rows.ts";
import type { Clock, Seen } from "./seen.ts";
import { advanceStreams, headToCome, isUnderWay, noteAppended, noteOthers, tick } from "./seen.ts";

/** The parts of this object, and its knowledge of the log. */
export interface Engine {
  readonly pool: Pool;
  readonly pipeline: CopyPipeline;
  readonly clock: Clock;
  readonly seen: Seen;
  readonly results: AppendResults;
}

/** Attempts of an append whose connection broke, before it is reported as ambiguous. */
const attemptsMax = 6;
/** None is begun later than this: a server that has fallen silent is not waited for over again. */
const attemptsMaxMs = 12_000;

/** Appends, ahead where the head is foreseen, and notes what it learns of the log. */
export async function appendAndNote(engine: Engine, request: AppendRequest): Promise<AppendResult> {
  if (request.events.length === 0) throw new Error("an append has events");
  return noteAppended(engine.seen, request, await appendSurely(engine, request));
}

async function appendSurely(engine: Engine, request: AppendRequest): Promise<AppendResult> {
  let interrupted = false;
  const began = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      const foreseen = attempt === 1 ? await appendAsForeseen(engine, request) : undefined;
      if (foreseen !== undefined) return foreseen;
      if (!(await engine.results.mayFollow(request))) {
        return nothingAppended(request, tick(engine.clock));
      }
      const result = await appendLocked(engine, request);
      return interrupted && !result.complete
        ? await readBack(engine.pool, request, result)
        : result;
    } catch (error) {
      // What was sent before may be recorded, whatever became of the attempt after it.
      if (!isConnectionLoss(error) && !(interrupted && isHeldUp(error))) throw error;
      if (attempt === attemptsMax || performance.now() - began > attemptsMaxMs) {
        throw new AppendAmbiguous("the connection broke during an append", { cause: error });
      }
      interrupted = true;
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}

/** After a broken connection a conflict may be our own append: then it was recorded whole. */
async function readBack(
  pool: Pool,
  request: AppendRequest,
  conflict: AppendResult,
): Promise<AppendResult> {
  const { events } = request;
  const { rows } = await pool.query<EventRow & { ord: bigint }>(
    `SELECT e.position, e.revision, e.body, k.ord
     FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS k (key, nth, ord)
     JOIN events e ON e.key = k.key AND e.nth = k.nth ORDER BY k.ord`,
    [events.map(({ key }) => key), events.map(({ nth }) => nth)],
  );
  const recorded = rows.map(decode);
  const ours = recorded.every((event, i) => {
    const sent = events[Number(rows[i]?.ord) - 1];
    return sent !== undefined && event.body === encodeBody(sent, event.meta.recordedAt);
  });
  const [first] = recorded;
  if (first === undefined || recorded.length < events.length || !ours) return conflict;
  const appended = recorded.map(({ position }) => position);
  return { complete: true, appended, recordedAt: first.meta.recordedAt };
}

/**
 * Sends the whole append at once, behind those under way and written for the head that they leave.
 * Undefined where that head is not known, or turned out to be another.
 */
async function appendAsForeseen(
  engine: Engine,
  request: AppendRequest,
): Promise<AppendResult | undefined> {
  const { pipeline, clock, seen } = engine;
  const { events, beside, follows, restsOn } = request;
  const isBehind = seen.sent.some((sent) => sent.events === follows && isUnderWay(sent.ticket));
  if (!isBehind && !(await engine.results.mayFollow(request))) {
    return nothingAppended(request, tick(clock));
  }
  // From here until it is sent there is no await: no other append can be sent between.
  const head = headToCome(seen);
  if (head === undefined) return undefined;
  if (restsOn !== undefined && seen.lastOfOthers > restsOn.asOf) return undefined;
  const ticket: Ticket = { state: "underWay" };
  if (advanceStreams(seen, request, ticket, "andUnderWay").length > 0) {
    ticket.state = "failed";
    return undefined;
  }
  const recordedAt = tick(clock);
  const moveHead = {
    text: "SELECT move_log_head($1, $2, $3)",
    values: [head, events.length, recordedAt],
  };
  seen.sent.push({ events, ticket, head: head + BigInt(events.length) });
  try {
    const transaction = {
      before: beside === undefined ? [moveHead] : [moveHead, beside],
      copies: [rowsOf(request, head, recordedAt)],
    };
    await pipeline.send(transaction, ticket);
    return positionsFrom(head, events.length, recordedAt);
  } catch (error) {
    if (cameOtherwise(error)) return undefined;
    return conflictOr(error, request, recordedAt);
  }
}

/** Locks the head first, so that nothing can come between: where others write too. */
async function appendLocked(engine: Engine, request: AppendRequest): Promise<AppendResult> {
  const result = await whileLocked(engine, () => Promise.resolve(request));
  if (result === null) throw new Error("a request was given");
  return result;
}

/**
 * Decides and appends under the lock of the head; null where nothing is decided. Throws what
 * `decide` throws, and the loss of the connection.
 */
export async function whileLocked(
  { pool, clock, seen }: Engine,
  decide: () => Promise<AppendRequest | null>,
): Promise<AppendResult | null> {
  const client = await pool.connect();
  let broken: Error | undefined;
  let request: AppendRequest | null = null;
  // No other append may rest on it before it is committed: it is not in the pipeline.
  const ticket: Ticket = { state: "failed" };
  try {
    const head = await beginLocked(client);
    if (head.position !== seen.head) noteOthers(seen, head.position);
    request = await decide();
    const doubts = request === null ? [] : advanceStreams(seen, request, ticket, "committed");
    const { restsOn } = request ?? {};
    const isMoved =
      restsOn !== undefined && head.position > restsOn.asOf && (await hasMoved(client, restsOn));
    if (request === null || isMoved || (await isStale(client, doubts))) {
      await client.query("ROLLBACK");
      return request === null ? null : nothingAppended(request, tick(clock));
    }
    const recordedAt = tick(clock, head.recordedAt);
    if (request.beside !== undefined) await client.query(request.beside);
    await copyInto(client, rowsOf(request, head.position, recordedAt));
    // The commit point: one message, so that it costs one answer.
    await client.query(moveHead(request.events.length, recordedAt));
    ticket.state = "committed";
    return positionsFrom(head.position, request.events.length, recordedAt);
  } catch (error) {
    if (isConnectionLoss(error)) broken = error as Error;
    else await client.query("ROLLBACK");
    if (request === null) throw error;
    return conflictOr(error, request, tick(clock));
  } finally {
    client.release(broken);
  }
}

function moveHead(count: number, recordedAt: string): string {
  const at = new Date(recordedAt).toISOString();
  return `UPDATE log_head SET position = position + ${count}, recorded_at = '${at}';
    NOTIFY ${channel}; COMMIT`;
}

/** Begins a transaction in which no other writer can record. */
async function beginLocked(client: PoolClient): Promise<{ position: bigint; recordedAt: number }> {
  const answers: unknown = await client.query(
    "BEGIN; SELECT position, recorded_at FROM log_head FOR UPDATE",
  );
  const { rows } = (answers as [unknown, QueryResult<{ position: bigint; recorded_at: Date }>])[1];
  const [head] = rows;
  if (head === undefined) throw new Error("the head row is missing");
  return { position: head.position, recordedAt: head.recorded_at.getTime() };
}

/**
 * Whether a stream is shorter than the caller thinks; that it is longer, its unique index detects.
 */
async function isStale(
  client: PoolClient,
  streams: readonly (readonly [string, number])[],
): Promise<boolean> {
  if (streams.length === 0) return false;
  const { rowCount } = await client.query({
    name: "stale-streams",
    text: `SELECT 1 FROM unnest($1::text[], $2::int[]) AS s (stream, revision)
      WHERE NOT EXISTS
        (SELECT 1 FROM events e WHERE e.stream = s.stream AND e.revision = s.revision) LIMIT 1`,
    values: [streams.map(([stream]) => stream), streams.map(([, revision]) => revision)],
  });
  return (rowCount ?? 0) > 0;
}

function positionsFrom(base: bigint, count: number, recordedAt: string): AppendResult {
  const appended = Array.from({ length: count }, (_, i) => base + BigInt(i) + 1n);
  return { complete: true, appended, recordedAt };
}

const uniqueViolation = "23505";

function conflictOr(error: unknown, request: AppendRequest, recordedAt: string): AppendResult {
  if (codeOf(error) !== uniqueViolation) throw error;
  return nothingAppended(request, recordedAt);
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
