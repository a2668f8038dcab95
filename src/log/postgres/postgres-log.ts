import type { Pool, PoolClient, QueryResult } from "pg";
import type { CopyTask } from "../../database/copy.ts";
import { BinaryCopyRows, copyInto } from "../../database/copy.ts";
import type { CopyPipeline, Ticket } from "../../database/copy-pipeline.ts";
import { cameOtherwise, copyPipeline } from "../../database/copy-pipeline.ts";
import { isConnectionLoss } from "../../database/outage.ts";
import type { AppendResults } from "../append-results.ts";
import { appendResults, nothingAppended } from "../append-results.ts";
import type {
  AppendRequest,
  AppendResult,
  EventLog,
  Head,
  NewEvent,
  RecordedEvent,
  RestsOn,
} from "../event-log.ts";
import { AppendAmbiguous, readOn } from "../event-log.ts";
import type { RecentEvent } from "./recent-events.ts";
import { RecentEvents } from "./recent-events.ts";
import { bodyWriter, decodeBody, digestOf, encodeBody, hashBody } from "../stored-event.ts";

/** Attempts of an append whose connection broke, before it is reported as ambiguous. */
const attemptsMax = 6;
/** Followers look this often even when no notification came. */
const pollMs = 1_000;
const channel = "ledger_events";

/**
 * The log in PostgreSQL. The head row orders all appends: it is locked before events are written
 * and stays locked until they are committed, so positions are gap-free and become visible in their
 * order.
 */
export function postgresLog(pool: Pool): EventLog {
  const engine: Engine = {
    pool,
    pipeline: copyPipeline(pool),
    clock: { last: 0 },
    seen: {
      head: undefined,
      lastOfOthers: 0n,
      sent: [],
      recent: new RecentEvents(),
      reached: new Map(),
    },
    results: appendResults(),
  };
  const { seen, results } = engine;
  const reading: Reading = {
    read: (after, max) => readAfter(pool, after, max),
    recent: (after, max) => recentInPlace(engine, after, max),
  };
  return {
    engine: "postgres",
    ledgerId: () => readLedgerId(pool),
    append: (request) => results.note(request, appendAndNote(engine, request)),
    takesBeside: true,
    get lastOfOthers() {
      return seen.lastOfOthers;
    },
    moved: (facts) => hasMoved(pool, facts),
    appendAlone: async (decide) => {
      const asked = { request: null as AppendRequest | null };
      const result = await whileLocked(engine, async () => (asked.request = await decide()));
      return result && asked.request && noteAppended(seen, asked.request, result);
    },
    positionAt: (instant) => positionAt(pool, instant),
    timeOf: (position) => timeOf(pool, position),
    head: () => readHead(pool),
    ...reading,
    readStream: (stream, from = 0) => readStream(pool, stream, from),
    find: (keys) => findByKey(pool, keys),
    findOnce: (onces) => findByOnce(pool, onces),
    revisions: async (streams) => {
      const revisions = await readRevisions(pool, streams);
      for (const [stream, revision] of revisions) noteReached(seen, stream, revision);
      return revisions;
    },
    follow: (after, signal) => follow(pool, reading, after, signal),
    voids: () => Promise.resolve([]),
    inspect: () => inspect(pool),
    close: () => Promise.resolve(),
  };
}

type Reading = Pick<EventLog, "read" | "recent">;

/** The parts of this object, and its knowledge of the log. */
interface Engine {
  readonly pool: Pool;
  readonly pipeline: CopyPipeline;
  readonly clock: Clock;
  readonly seen: Seen;
  readonly results: AppendResults;
}

/**
 * The time of recording this process would choose next, in ms; it never falls within the process.
 */
interface Clock {
  last: number;
}

function tick(clock: Clock, notBefore = 0): string {
  clock.last = Math.max(Date.now(), clock.last, notBefore);
  return new Date(clock.last).toISOString();
}

/** What this object knows of the log's head and streams, and what it is appending. */
interface Seen {
  head: bigint | undefined;
  /** The position of the last event that others are known to have recorded. */
  lastOfOthers: bigint;
  /** Appends in the pipeline, the last one last, and those that were not long ago. */
  sent: SentAppend[];
  /** What it has recorded lately. */
  readonly recent: RecentEvents;
  /** How far streams are, as far as it knows. */
  readonly reached: Map<string, Reached>;
}

/** An append that was sent ahead, with the head that it leaves. */
interface SentAppend {
  readonly events: AppendRequest["events"];
  readonly ticket: Ticket;
  readonly head: bigint;
}

interface Reached {
  /** The last revision of the stream, at least: streams never shrink. */
  revision: number;
  /** What it comes to by the append of `ticket`. */
  next: number;
  ticket: Ticket | undefined;
}

const reachedMax = 200_000;

function reachedOf({ reached }: Seen, stream: string): Reached {
  let found = reached.get(stream);
  if (found === undefined) {
    if (reached.size > reachedMax) reached.clear();
    found = { revision: -1, next: -1, ticket: undefined };
    reached.set(stream, found);
  }
  return found;
}

function noteReached(seen: Seen, stream: string, revision: number): void {
  const reached = reachedOf(seen, stream);
  if (revision > reached.revision) reached.revision = revision;
}

async function appendAndNote(engine: Engine, request: AppendRequest): Promise<AppendResult> {
  if (request.events.length === 0) throw new Error("an append has events");
  return noteAppended(engine.seen, request, await appendSurely(engine, request));
}

function noteAppended(seen: Seen, request: AppendRequest, result: AppendResult): AppendResult {
  const [first] = result.appended;
  const last = result.appended.at(-1);
  if (!result.complete || typeof first !== "bigint" || typeof last !== "bigint") return result;
  if (first - 1n !== seen.head) noteOthers(seen, first - 1n);
  if (seen.head === undefined || last > seen.head) seen.head = last;
  const { recordedAt } = result;
  seen.recent.note({ after: first - 1n, events: request.events, recordedAt });
  return result;
}

/** Notes that others have recorded up to a head. */
function noteOthers(seen: Seen, head: bigint): void {
  if (head > seen.lastOfOthers) seen.lastOfOthers = head;
}

async function recentInPlace({ pool, seen }: Engine, after: bigint, max: number) {
  const events = seen.recent.after(after, max);
  if (await isInPlace(pool, events.at(-1))) return events;
  seen.recent.forget();
  return [];
}

/**
 * Whether the log holds an event of this process's memory in its place: it may have been restored
 * from a backup.
 */
async function isInPlace(pool: Pool, event: RecentEvent | undefined): Promise<boolean> {
  if (event === undefined) return true;
  const { rowCount } = await pool.query({
    name: "is-in-place",
    text: "SELECT 1 FROM events WHERE position = $1 AND hash = decode($2, 'hex')",
    values: [event.position, hashBody(encodeBody(event, event.meta.recordedAt))],
  });
  return rowCount === 1;
}

async function hasMoved(
  asked: Pick<Pool, "query">,
  { keys, onces, streams }: Omit<RestsOn, "asOf">,
): Promise<boolean> {
  const { rowCount } = await asked.query({
    name: "has-moved",
    text: `SELECT 1 FROM unnest($1::text[], $2::int[]) AS k (key, nth)
        WHERE EXISTS (SELECT 1 FROM events e WHERE e.key = k.key AND e.nth > k.nth)
      UNION ALL SELECT 1 FROM events WHERE once = ANY($3::text[])
      UNION ALL SELECT 1 FROM unnest($4::text[], $5::int[]) AS s (stream, revision)
        WHERE EXISTS
          (SELECT 1 FROM events e WHERE e.stream = s.stream AND e.revision > s.revision)
      LIMIT 1`,
    values: [...columnsOf(keys), [...onces], ...columnsOf(streams)],
  });
  return rowCount === 1;
}

function columnsOf(map: ReadonlyMap<string, number>): [string[], number[]] {
  return [[...map.keys()], [...map.values()]];
}

async function appendSurely(engine: Engine, request: AppendRequest): Promise<AppendResult> {
  let interrupted = false;
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
      if (!isConnectionLoss(error)) throw error;
      if (attempt === attemptsMax) {
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

const target = "events (position, recorded_at, stream, revision, type, key, nth, once, body, hash)";
const columns = 10;

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
  if (doubtful(seen, request, ticket, "andUnderWay").length > 0) {
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

function isUnderWay({ state }: Ticket): boolean {
  return state === "underWay";
}

/** The head after the appends under way. */
function headToCome(seen: Seen): bigint | undefined {
  const { head } = seen;
  if (head === undefined) return undefined;
  seen.sent = seen.sent.filter((sent) => sent.ticket.state !== "failed" && sent.head > head);
  return seen.sent.at(-1)?.head ?? head;
}

/**
 * The streams of which it is not known that they have the revision the caller expects. From now on
 * they are counted as longer if the append of `ticket` commits. Appends under way count for an
 * append that is sent behind them.
 */
function doubtful(
  seen: Seen,
  { events }: AppendRequest,
  ticket: Ticket,
  which: "committed" | "andUnderWay",
): [string, number][] {
  const found: [string, number][] = [];
  for (const { stream, revision } of events) {
    const reached = reachedOf(seen, stream);
    if (reached.ticket === ticket) {
      if (revision !== reached.next + 1)
        throw new Error("the events of a stream follow each other");
    } else {
      const coming = reached.ticket?.state;
      if (coming === "committed") reached.revision = Math.max(reached.next, reached.revision);
      const counts = coming === "underWay" && which === "andUnderWay";
      const known = counts ? Math.max(reached.next, reached.revision) : reached.revision;
      if (revision - 1 > known) found.push([stream, revision - 1]);
      reached.ticket = ticket;
    }
    reached.next = revision;
  }
  return found;
}

/** Locks the head first, so that nothing can come between: where others write too. */
async function appendLocked(engine: Engine, request: AppendRequest): Promise<AppendResult> {
  const result = await whileLocked(engine, () => Promise.resolve(request));
  if (result === null) throw new Error("a request was given");
  return result;
}

async function whileLocked(
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
    const doubts = request === null ? [] : doubtful(seen, request, ticket, "committed");
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

function rowsOf(request: AppendRequest, head: bigint, recordedAt: string): CopyTask {
  return { into: target, format: "binary", messages: messagesOf(request, head, recordedAt) };
}

/** Events are encoded as they are sent: the server writes the ones before meanwhile. */
function* messagesOf(request: AppendRequest, head: bigint, recordedAt: string): Generator<Buffer> {
  const { events } = request;
  const rows = new BinaryCopyRows(columns);
  const first = Number(head) + 1;
  const time = Date.parse(recordedAt);
  const writeBody = bodyWriter(recordedAt);
  for (let i = 0; i < events.length; i++) {
    const event = events[i] as NewEvent;
    rows.beginRow();
    rows.bigint(first + i);
    rows.time(time);
    rows.text(event.stream);
    rows.integer(event.revision);
    rows.text(event.type);
    rows.text(event.key);
    rows.integer(event.nth);
    rows.text(event.once);
    const digest = rows.written((out) => {
      writeBody(out, event);
    }, digestOf);
    rows.latin1(digest);
    rows.endRow();
    yield* rows.take("full");
  }
  yield* rows.take("all");
}

function positionsFrom(base: bigint, count: number, recordedAt: string): AppendResult {
  const appended = Array.from({ length: count }, (_, i) => base + BigInt(i) + 1n);
  return { complete: true, appended, recordedAt };
}

const uniqueViolation = "23505";

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

function conflictOr(error: unknown, request: AppendRequest, recordedAt: string): AppendResult {
  if (codeOf(error) !== uniqueViolation) throw error;
  return nothingAppended(request, recordedAt);
}

async function readLedgerId(pool: Pool): Promise<string | undefined> {
  const [first] = await readAfter(pool, 0n, 1);
  return first === undefined ? undefined : (first.data as { ledger: string }).ledger;
}

/** Positions are gap-free and times never fall along them: a binary search over the primary key. */
async function positionAt(pool: Pool, instant: string): Promise<bigint> {
  let [low, high] = [0n, (await readHead(pool)).position];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    const { rowCount } = await pool.query(
      "SELECT 1 FROM events WHERE position = $1 AND recorded_at <= $2",
      [middle, instant],
    );
    if (rowCount === 1) low = middle;
    else high = middle - 1n;
  }
  return low;
}

async function timeOf(pool: Pool, position: bigint): Promise<string | undefined> {
  const { rows } = await pool.query<{ recorded_at: Date }>(
    "SELECT recorded_at FROM events WHERE position <= $1 ORDER BY position DESC LIMIT 1",
    [position],
  );
  return rows[0]?.recorded_at.toISOString();
}

async function readHead(pool: Pool): Promise<Head> {
  const { rows } = await pool.query<{ position: bigint; recorded_at: Date }>(
    "SELECT position, recorded_at FROM log_head",
  );
  const [head] = rows;
  if (head === undefined) throw new Error("the head row is missing");
  const recordedAt = head.position === 0n ? undefined : head.recorded_at.toISOString();
  return { position: head.position, recordedAt };
}

interface EventRow {
  readonly position: bigint;
  readonly revision: number;
  readonly body: string;
}

function decode({ position, revision, body }: EventRow): RecordedEvent {
  return decodeBody(position, revision, body);
}

async function readAfter(pool: Pool, after: bigint, max: number): Promise<RecordedEvent[]> {
  const { rows } = await pool.query<EventRow>({
    name: "read-after",
    text: `SELECT position, revision, body FROM events WHERE position > $1
      ORDER BY position LIMIT $2`,
    values: [after, max],
  });
  return rows.map(decode);
}

async function* readStream(pool: Pool, stream: string, from: number) {
  const pageMax = 5_000;
  for (let next = from; ; next += pageMax) {
    const { rows } = await pool.query<EventRow>(
      `SELECT position, revision, body FROM events WHERE stream = $1 AND revision >= $2
       ORDER BY revision LIMIT $3`,
      [stream, next, pageMax],
    );
    for (const row of rows) yield decode(row);
    if (rows.length < pageMax) return;
  }
}

async function findByKey(pool: Pool, keys: readonly string[]): Promise<Map<string, RecordedEvent>> {
  const { rows } = await pool.query<EventRow>({
    name: "find-by-key",
    text: `SELECT e.position, e.revision, e.body FROM unnest($1::text[]) AS k (key)
      CROSS JOIN LATERAL (SELECT position, revision, body FROM events
        WHERE events.key = k.key ORDER BY nth DESC LIMIT 1) AS e`,
    values: [[...new Set(keys)]],
  });
  return new Map(rows.map(decode).map((event) => [event.key, event]));
}

async function findByOnce(
  pool: Pool,
  onces: readonly string[],
): Promise<Map<string, RecordedEvent>> {
  const { rows } = await pool.query<EventRow>({
    name: "find-by-once",
    text: "SELECT position, revision, body FROM events WHERE once = ANY($1::text[])",
    values: [onces],
  });
  return new Map(rows.map(decode).map((event) => [event.once ?? "", event]));
}

async function readRevisions(pool: Pool, streams: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ stream: string; revision: number }>({
    name: "revisions",
    text: `SELECT s.stream, coalesce((SELECT e.revision FROM events e
        WHERE e.stream = s.stream ORDER BY e.revision DESC LIMIT 1), -1) AS revision
      FROM unnest($1::text[]) AS s (stream)`,
    values: [streams],
  });
  return new Map(rows.map(({ stream, revision }) => [stream, revision]));
}

async function* follow(pool: Pool, reading: Reading, after: bigint, signal: AbortSignal) {
  const batchMax = 2_000;
  const stopped = () => signal.aborted;
  let position = after;
  while (!stopped()) {
    const listener = await listen(pool, signal);
    try {
      while (!stopped() && listener.alive()) {
        const events = await readOn(reading, position, batchMax);
        const last = events.at(-1);
        if (last === undefined) await listener.next();
        else {
          position = last.position;
          yield events;
        }
      }
    } finally {
      listener.release();
    }
  }
}

/** A connection that listens for appends; `next` resolves at the next one, or after a while. */
async function listen(pool: Pool, signal: AbortSignal) {
  const client = await pool.connect();
  let wake: (() => void) | undefined;
  let heard = false;
  let failed: Error | undefined;
  const onNotice = () => {
    heard = true;
    wake?.();
  };
  const onError = (error: Error) => {
    failed = error;
    wake?.();
  };
  client.on("notification", onNotice);
  client.on("error", onError);
  signal.addEventListener("abort", onNotice);
  const release = () => {
    signal.removeEventListener("abort", onNotice);
    client.off("notification", onNotice);
    client.off("error", onError);
    // A listening connection is not returned to the pool: its next user would be notified too.
    client.release(true);
  };
  try {
    await client.query(`LISTEN ${channel}`);
  } catch (error) {
    release();
    throw error;
  }
  return {
    alive: () => failed === undefined,
    next: async () => {
      if (!heard) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, pollMs).unref();
        });
      }
      heard = false;
    },
    release,
  };
}

async function inspect(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ difference: string }>(`
    SELECT 'the head says ' || h.position || ' events, the log holds ' || e.count AS difference
    FROM log_head h, (SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM events) e
    WHERE h.position <> e.count OR h.position <> e.last
    UNION ALL (
      SELECT 'the bytes of event ' || position || ' are not the bytes that were hashed'
      FROM events WHERE hash <> sha256(convert_to(body::text, 'UTF8'))
      ORDER BY position LIMIT 20)
    UNION ALL (
      SELECT 'event ' || position || ' is not filed under what its body says'
      FROM events
      WHERE (stream, type, key, nth::text, once,
          to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        IS DISTINCT FROM (body->>'stream', body->>'type', body->>'key', body->>'nth', body->>'once',
          body->'meta'->>'recordedAt')
      ORDER BY position LIMIT 20)`);
  return rows.map((row) => row.difference);
}
