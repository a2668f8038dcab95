import type { Pool, PoolClient, QueryResult } from "pg";
import { CopyRows, copyInto } from "../database/copy.ts";
import type {
  AppendRequest,
  AppendResult,
  EventLog,
  Head,
  NewEvent,
  RecordedEvent,
} from "./event-log.ts";
import { AppendAmbiguous } from "./event-log.ts";
import { decodeBody, encodeBody, hashBody, writeBody } from "./stored-event.ts";

/** From this many events on, COPY beats one statement over arrays. */
const copyMin = 200;
/** An append whose connection broke is tried again this often before it is said to be ambiguous. */
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
  const clock = { last: 0 };
  const seen: Seen = { head: undefined, underWay: 0, revisions: new Map() };
  return {
    engine: "postgres",
    ledgerId: () => readLedgerId(pool),
    append: async (request) => {
      seen.underWay += request.events.length;
      try {
        return noteAppended(seen, request, await appendSurely(pool, clock, seen, request));
      } finally {
        seen.underWay -= request.events.length;
      }
    },
    takesBeside: (events) => events < copyMin,
    othersWrote: () => othersWrote(pool, seen),
    appendAlone: async (decide) => {
      const asked = { request: null as AppendRequest | null };
      const result = await whileLocked(pool, clock, seen, async () => {
        asked.request = await decide();
        return asked.request;
      });
      return result && asked.request && noteAppended(seen, asked.request, result);
    },
    positionAt: (instant) => positionAt(pool, instant),
    timeOf: (position) => timeOf(pool, position),
    head: () => readHead(pool),
    read: (after, max) => readAfter(pool, after, max),
    readStream: (stream, from = 0) => readStream(pool, stream, from),
    find: (keys) => findByKey(pool, keys),
    findOnce: (onces) => findByOnce(pool, onces),
    revisions: (streams) => readRevisions(pool, streams),
    follow: (after, signal) => follow(pool, after, signal),
    voids: () => Promise.resolve([]),
    inspect: () => inspect(pool),
    close: () => Promise.resolve(),
  };
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

/** Up to where this object knows what was recorded, and how many events it is appending. */
interface Seen {
  head: bigint | undefined;
  underWay: number;
  /** The last revision of streams it has appended to, as long as nobody else appends. */
  readonly revisions: Map<string, number>;
}

const revisionsMax = 200_000;

function noteAppended(seen: Seen, request: AppendRequest, result: AppendResult): AppendResult {
  const [first] = result.appended;
  const last = result.appended.at(-1);
  if (!result.complete || typeof first !== "bigint" || typeof last !== "bigint") return result;
  const afterOthers = seen.head !== undefined && first !== seen.head + 1n;
  if (seen.head === undefined || last > seen.head) seen.head = last;
  if (afterOthers || seen.revisions.size > revisionsMax) seen.revisions.clear();
  for (const [stream, revision] of lastRevisions(request)) seen.revisions.set(stream, revision);
  return { ...result, afterOthers };
}

async function othersWrote(pool: Pool, seen: Seen): Promise<boolean> {
  const before = seen.head;
  const { position } = await readHead(pool);
  // What is under way may be recorded by now, and may have been noted while the head was read.
  const known = [before, seen.head, (before ?? 0n) + BigInt(seen.underWay)];
  if (known.includes(position)) return false;
  seen.revisions.clear();
  if (seen.underWay === 0) seen.head = position;
  return before !== undefined;
}

async function appendSurely(
  pool: Pool,
  clock: Clock,
  seen: Seen,
  request: AppendRequest,
): Promise<AppendResult> {
  let interrupted = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await append(pool, clock, seen, request);
      return interrupted && !result.complete ? await readBack(pool, request, result) : result;
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

function isConnectionLoss(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string") {
    return error instanceof Error && /Connection terminated|timeout expired/.test(error.message);
  }
  return /^(ECONN|EPIPE|ENOENT|08|57P0)/.test(code);
}

function append(
  pool: Pool,
  clock: Clock,
  seen: Seen,
  request: AppendRequest,
): Promise<AppendResult> {
  if (request.events.length === 0) throw new Error("an append has events");
  const bulk = request.events.length >= copyMin;
  return bulk ? appendLocked(pool, clock, seen, request) : appendAtOnce(pool, clock, seen, request);
}

const staleStreams = `
  SELECT 1 FROM unnest($1::text[], $2::int[]) AS s (stream, revision)
  WHERE s.revision >= 0 AND NOT EXISTS
    (SELECT 1 FROM events e WHERE e.stream = s.stream AND e.revision = s.revision)`;

// The commit point of small appends: head, events and commit in one statement. The update finds no
// row when a stream is not where the caller thinks it is, or when another process recorded at a
// later time. Bodies come as one text, a line each, their hashes in front: canonical JSON has no
// line feed, and the quotation marks of an array element would all have to be escaped.
const insertAtOnce = (beside: string): string => `
  WITH ${beside}moved AS (
    UPDATE log_head SET position = position + $3, recorded_at = $4
    WHERE recorded_at <= $4 AND NOT EXISTS (${staleStreams})
    RETURNING position - $3 AS base),
  written AS (
    INSERT INTO events (position, stream, revision, type, key, nth, once, recorded_at, body, hash)
    SELECT base + ord, stream, revision, type, key, nth, once, $4,
      substr(line, 65)::json, decode(left(line, 64), 'hex')
    FROM moved, ROWS FROM (
      unnest($5::text[], $6::int[], $7::text[], $8::text[], $9::int[], $10::text[]),
      string_to_table($11, E'\\n')) WITH ORDINALITY
      AS e (stream, revision, type, key, nth, once, line, ord))
  SELECT base, pg_notify('${channel}', '') FROM moved`;

const parametersAtOnce = 11;
const statementsAtOnce = new Map<string, { readonly name: string; readonly text: string }>();

/** The statement of small appends, taking another along whose parameters come after its own. */
function atOnce(beside = "") {
  let statement = statementsAtOnce.get(beside);
  if (statement === undefined) {
    const shifted = beside.replace(/\$(\d+)/g, (_, n) => `$${Number(n) + parametersAtOnce}`);
    const text = insertAtOnce(beside === "" ? "" : `beside AS (${shifted}),\n  `);
    statement = { name: `append-at-once-${statementsAtOnce.size}`, text };
    statementsAtOnce.set(beside, statement);
  }
  return statement;
}

async function appendAtOnce(
  pool: Pool,
  clock: Clock,
  seen: Seen,
  request: AppendRequest,
): Promise<AppendResult> {
  const { events, beside } = request;
  const recordedAt = tick(clock);
  const revisions = revisionsOf(request);
  const lines = events.map((event) => {
    const body = encodeBody(event, recordedAt);
    return `${hashBody(body)}${body}`;
  });
  try {
    const { rows } = await pool.query<{ base: bigint }>({
      ...atOnce(beside?.text),
      values: [
        [...request.expected.keys()],
        [...request.expected.values()],
        events.length,
        recordedAt,
        events.map((event) => event.stream),
        revisions,
        events.map((event) => event.type),
        events.map((event) => event.key),
        events.map((event) => event.nth),
        events.map((event) => event.once ?? null),
        lines.join("\n"),
        ...(beside?.values ?? []),
      ],
    });
    const [moved] = rows;
    if (moved === undefined) return await appendLocked(pool, clock, seen, request);
    return positionsFrom(moved.base, events.length, recordedAt);
  } catch (error) {
    return conflictOr(error, request, recordedAt);
  }
}

/** Locks the head first, so that nothing can come between: for bulk, and after a lost race. */
async function appendLocked(
  pool: Pool,
  clock: Clock,
  seen: Seen,
  request: AppendRequest,
): Promise<AppendResult> {
  const result = await whileLocked(pool, clock, seen, () => Promise.resolve(request));
  if (result === null) throw new Error("a request was given");
  return result;
}

async function whileLocked(
  pool: Pool,
  clock: Clock,
  seen: Seen,
  decide: () => Promise<AppendRequest | null>,
): Promise<AppendResult | null> {
  const client = await pool.connect();
  let broken: Error | undefined;
  let request: AppendRequest | null = null;
  try {
    const head = await beginLocked(client);
    request = await decide();
    const known = head.position === seen.head ? seen.revisions : new Map<string, number>();
    if (request === null || (await isStale(client, request, known))) {
      await client.query("ROLLBACK");
      return request === null ? null : nothingAppended(request, tick(clock));
    }
    const recordedAt = tick(clock, head.recordedAt);
    if (request.beside !== undefined) await client.query(request.beside);
    await copyInto(client, copyTarget, messagesOf(request, head.position, recordedAt));
    // The commit point of bulk appends: one message, so that it costs one answer.
    await client.query(moveHead(request.events.length, recordedAt));
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

const copyTarget =
  "events (position, recorded_at, stream, revision, type, key, nth, once, body, hash)";

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
 * Whether a stream has not come as far as the caller thinks; that it is further, its index says. Of
 * those whose revision is known nothing is asked.
 */
async function isStale(
  client: PoolClient,
  { expected }: AppendRequest,
  known: ReadonlyMap<string, number>,
): Promise<boolean> {
  const doubtful = [...expected].filter(
    ([stream, revision]) => revision >= 0 && known.get(stream) !== revision,
  );
  if (doubtful.length === 0) return false;
  const { rowCount } = await client.query({
    name: "stale-streams",
    text: `${staleStreams} LIMIT 1`,
    values: [doubtful.map(([stream]) => stream), doubtful.map(([, revision]) => revision)],
  });
  return (rowCount ?? 0) > 0;
}

/** Events are encoded as they are sent: the server writes the ones before meanwhile. */
function* messagesOf(request: AppendRequest, base: bigint, recordedAt: string): Generator<Buffer> {
  const { events } = request;
  const revisions = revisionsOf(request);
  const rows = new CopyRows();
  for (let i = 0; i < events.length; i++) {
    const event = events[i] as NewEvent;
    rows.value(base + BigInt(i + 1));
    rows.value(recordedAt);
    rows.value(event.stream);
    rows.value(revisions[i]);
    rows.value(event.type);
    rows.value(event.key);
    rows.value(event.nth);
    rows.value(event.once);
    const digest = rows.written((out) => {
      writeBody(out, event, recordedAt);
    }, hashBody);
    rows.hex(digest);
    rows.endRow();
    yield* rows.take("full");
  }
  yield* rows.take("all");
}

function lastRevisions({ events, expected }: AppendRequest): Map<string, number> {
  const last = new Map(expected);
  for (const { stream } of events) last.set(stream, (last.get(stream) ?? -1) + 1);
  return last;
}

/** The revision each event gets: one more for each event of its stream. */
function revisionsOf({ events, expected }: AppendRequest): number[] {
  const next = new Map<string, { last: number }>();
  for (const [stream, last] of expected) next.set(stream, { last });
  return events.map(({ stream }) => {
    const revision = next.get(stream);
    if (revision === undefined)
      throw new Error("every stream of an append has an expected revision");
    revision.last += 1;
    return revision.last;
  });
}

function positionsFrom(base: bigint, count: number, recordedAt: string): AppendResult {
  const appended = Array.from({ length: count }, (_, i) => base + BigInt(i) + 1n);
  return { complete: true, appended, recordedAt };
}

function nothingAppended({ events }: AppendRequest, recordedAt: string): AppendResult {
  return { complete: false, appended: events.map(() => null), recordedAt };
}

const uniqueViolation = "23505";

function conflictOr(error: unknown, request: AppendRequest, recordedAt: string): AppendResult {
  if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
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

async function* follow(pool: Pool, after: bigint, signal: AbortSignal) {
  const batchMax = 2_000;
  const stopped = () => signal.aborted;
  let position = after;
  while (!stopped()) {
    const listener = await listen(pool, signal);
    try {
      while (!stopped() && listener.alive()) {
        const events = await readAfter(pool, position, batchMax);
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

/** A connection that hears of appends; `next` resolves at the next one, or after a while. */
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
  await client.query(`LISTEN ${channel}`);
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
    release: () => {
      signal.removeEventListener("abort", onNotice);
      client.off("notification", onNotice);
      client.off("error", onError);
      // A listening connection is not given back: the next user would hear what it did not ask for.
      client.release(true);
    },
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
