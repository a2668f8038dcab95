import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import {
  AppendAmbiguous,
  ForeignLedger,
  LogDamaged,
  LogUnavailable,
  NotTheWriter,
  Overloaded,
} from "../event-log.ts";
import { EventUnreadable } from "../lists.ts";
import type { Answer, Crossing, Failure } from "../forwarded.ts";
import { CrossingUnreadable } from "../forwarded.ts";
import { channels, listeningSession } from "./listening.ts";

/** Decides and records a batch. */
export interface BatchHandler<Batch, Outcomes> {
  handle(batch: Batch): Promise<Outcomes>;
}

/** A batch that somebody in this process waits for. */
export interface Entry<Batch, Outcomes> {
  readonly batch: Batch;
  readonly isSettled: boolean;
  /** The row that carries it to another process. */
  row: string | undefined;
  resolve(outcomes: Outcomes): void;
  reject(error: unknown): void;
}

/** The table through which processes pass each other batches and outcomes. */
export interface Postbox<Batch, Outcomes> {
  /** Ends a wait, so that the process looks again. */
  wake(): void;
  /** Forwards what is not forwarded yet, in order; rejects what cannot be. */
  send(entries: readonly Entry<Batch, Outcomes>[]): Promise<void>;
  /** Settles entries whose answers are there. */
  collect(entries: readonly Entry<Batch, Outcomes>[]): Promise<void>;
  /** Takes forwarded entries back, settling those whose answers are there. */
  takeBack(entries: readonly Entry<Batch, Outcomes>[]): Promise<void>;
  /** Waits until an answer may be there. */
  nextAnswer(ms: number): Promise<void>;
  /** Handles what others forward, in order, as long as it may. */
  serve(handler: BatchHandler<Batch, Outcomes>, may: () => boolean): Promise<void>;
  /** Removes rows that nobody waits for any more and closes the connection. */
  withdraw(entries: readonly Entry<Batch, Outcomes>[]): Promise<void>;
}

/** What a postbox works with. */
export interface PostboxOptions<Batch, Outcomes> {
  /** The database that all processes of the ledger share. */
  readonly pool: Pool;
  readonly crossing: Crossing<Batch, Outcomes>;
  /** Rows in the table, of all processes; a few more where several send at once. */
  readonly rowsMax: number;
  /** A process polls this often without a notification. */
  readonly lookMs: number;
  readonly onError: (error: unknown) => void;
}

/** Forwarded batches that are handed to the handler before the first of them is answered. */
const servedAtOnceMax = 4;

const otherVersion = "the process that may write is another version of the program";

/** The postbox of a ledger. */
export function postbox<Batch, Outcomes>(
  options: PostboxOptions<Batch, Outcomes>,
): Postbox<Batch, Outcomes> {
  const { pool, crossing, lookMs, onError } = options;
  const session = listeningSession(pool, onError);
  type Entries = readonly Entry<Batch, Outcomes>[];
  const remove = async (entries: Entries, which: string): Promise<void> => {
    const { rows } = await pool.query<AnsweredRow>(
      `DELETE FROM forwarded_commands WHERE id = ANY($1::uuid[]) ${which} RETURNING id, answer`,
      [rowsOf(entries)],
    );
    for (const { id, answer } of rows) {
      const entry = entries.find(({ row }) => row === id);
      if (entry !== undefined && answer !== null) settle(crossing, entry, id, answer);
    }
  };
  return {
    wake: () => {
      session.wake();
    },
    send: async (entries) => {
      const { pid, isNew } = await session.open();
      if (isNew) await renameCaller(pool, rowsOf(entries), pid);
      for (const entry of entries) {
        if (entry.row === undefined && !entry.isSettled) await sendOne(options, entry, pid);
      }
    },
    collect: (entries) => remove(entries, "AND answer IS NOT NULL"),
    takeBack: async (entries) => {
      if (rowsOf(entries).length === 0) return;
      await remove(entries, "");
      for (const entry of entries) entry.row = undefined;
    },
    nextAnswer: (ms) => session.next(channels.answers, ms),
    serve: async (handler, may) => {
      const begun = new Map<string, Promise<void>>();
      try {
        while (may()) {
          const { pid } = await session.open();
          for (const row of await nextRows(pool, [...begun.keys()], pid)) {
            const done = answerOne(pool, crossing, handler, row)
              .catch(onError)
              .finally(() => begun.delete(row.id));
            begun.set(row.id, done);
          }
          if (begun.size >= servedAtOnceMax) await Promise.race(begun.values());
          else await Promise.race([session.next(channels.commands, lookMs), ...begun.values()]);
        }
      } finally {
        await Promise.all(begun.values());
      }
    },
    withdraw: async (entries) => {
      const ids = rowsOf(entries);
      const removal = "DELETE FROM forwarded_commands WHERE id = ANY($1::uuid[])";
      if (ids.length > 0) await pool.query(removal, [ids]).catch(onError);
      session.close();
    },
  };
}

function rowsOf(entries: readonly { readonly row: string | undefined }[]): string[] {
  return entries.flatMap(({ row }) => (row === undefined ? [] : [row]));
}

/** Rows of a process whose listening session is another one now. */
async function renameCaller(pool: Pool, rows: readonly string[], pid: number): Promise<void> {
  const rename = "UPDATE forwarded_commands SET caller = $1 WHERE id = ANY($2::uuid[])";
  await pool.query(rename, [pid, rows]);
}

async function sendOne<Batch, Outcomes>(
  { pool, crossing, rowsMax }: PostboxOptions<Batch, Outcomes>,
  entry: Entry<Batch, Outcomes>,
  pid: number,
): Promise<void> {
  const id = randomUUID();
  let sealed: Buffer;
  try {
    sealed = crossing.sealBatch(id, entry.batch);
  } catch (error) {
    entry.reject(error);
    return;
  }
  const { rowCount } = await pool.query(
    `WITH sent AS (
       INSERT INTO forwarded_commands (id, caller, sealed) SELECT $1, $2, $3
       WHERE (SELECT count(*) FROM forwarded_commands) < $4 RETURNING 1)
     SELECT pg_notify('${channels.commands}', '') FROM sent`,
    [id, pid, sealed, rowsMax],
  );
  if (rowCount === 1) entry.row = id;
  else entry.reject(new Overloaded("too much waits for the process that may write"));
}

function settle<Batch, Outcomes>(
  crossing: Crossing<Batch, Outcomes>,
  entry: Entry<Batch, Outcomes>,
  id: string,
  sealed: Buffer,
): void {
  let answer: Answer<Outcomes>;
  try {
    answer = crossing.openAnswer(id, sealed, entry.batch);
  } catch (error) {
    // There is an answer, so the batch may have been recorded.
    entry.reject(new AppendAmbiguous(otherVersion, { cause: error }));
    return;
  }
  if ("outcomes" in answer) entry.resolve(answer.outcomes);
  else entry.reject(errorOf(answer.failure));
}

/** Handles one forwarded batch and leaves its answer, unless the claim was lost meanwhile. */
async function answerOne<Batch, Outcomes>(
  pool: Pool,
  crossing: Crossing<Batch, Outcomes>,
  handler: BatchHandler<Batch, Outcomes>,
  { id, sealed }: CommandRow,
): Promise<void> {
  let answer: Answer<Outcomes>;
  try {
    answer = { outcomes: await handler.handle(crossing.openBatch(id, sealed)) };
  } catch (error) {
    if (error instanceof NotTheWriter) return;
    answer = { failure: failureOf(error) };
  }
  await pool.query(
    `WITH answered AS (UPDATE forwarded_commands SET answer = $2 WHERE id = $1 RETURNING 1)
     SELECT pg_notify('${channels.answers}', $1::text) FROM answered`,
    [id, crossing.sealAnswer(id, answer)],
  );
}

interface CommandRow {
  readonly id: string;
  readonly sealed: Buffer;
}

interface AnsweredRow {
  readonly id: string;
  readonly answer: Buffer | null;
}

/**
 * The next batches that wait, without those begun and those whose callers are gone. Its own batches
 * a process takes back and handles itself: served as well, they would answer "already recorded".
 */
async function nextRows(
  pool: Pool,
  begun: readonly string[],
  ownPid: number,
): Promise<CommandRow[]> {
  await pool.query(
    `DELETE FROM forwarded_commands WHERE NOT id = ANY($1::uuid[])
     AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = caller)`,
    [begun],
  );
  const { rows } = await pool.query<CommandRow>(
    `SELECT id, sealed FROM forwarded_commands
     WHERE answer IS NULL AND caller <> $3 AND NOT id = ANY($1::uuid[]) ORDER BY seq LIMIT $2`,
    [begun, servedAtOnceMax - begun.length, ownPid],
  );
  return rows;
}

function failureOf(error: unknown): Failure {
  if (error instanceof CrossingUnreadable) return { kind: "unavailable", message: otherVersion };
  const message = error instanceof Error ? error.message : "unknown";
  if (error instanceof AppendAmbiguous) return { kind: "ambiguous", message };
  return { kind: isPassing(error) ? "unavailable" : "other", message };
}

/** Whether nothing is recorded for a reason that will be gone one day, and is no fault of ours. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof Overloaded ||
    error instanceof LogUnavailable ||
    error instanceof LogDamaged ||
    error instanceof ForeignLedger ||
    error instanceof EventUnreadable
  );
}

function errorOf({ kind, message }: Failure): Error {
  if (kind === "unavailable") return new NotTheWriter(message);
  const sentence = `the process with the writer's claim failed: ${message}`;
  return kind === "ambiguous" ? new AppendAmbiguous(sentence) : new Error(sentence);
}
