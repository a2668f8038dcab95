import { randomUUID } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { Pool } from "pg";
import { AppendAmbiguous, NotTheWriter } from "../event-log.ts";
import type { WriterClaim } from "./writer-claim.ts";
import type { VaultKeys } from "../../vault/keys.ts";
import { decrypt, encrypt } from "../../vault/vault.ts";
import type { CommandBatch } from "../../write/commands.ts";
import type { Handler, Outcome } from "../../write/handle.ts";

/** What forwarding needs of this process and of the ledger. */
export interface ForwardingOptions {
  /** Decides and records in this process; used while it holds the writer's claim. */
  readonly handler: Handler;
  readonly claim: WriterClaim;
  /** The database that all processes of the ledger share. */
  readonly pool: Pool;
  readonly keys: Pick<VaultKeys, "transport">;
  /** Hears of what went wrong between processes and is tried again. */
  readonly onError?: (error: unknown) => void;
}

/** A handler that reaches the process with the writer's claim, whichever that is. */
export interface ForwardingHandler extends Handler {
  /**
   * Takes the claim as soon as it is free, and again when it was lost: for a long-lived service.
   */
  hold(): void;
  /** Answers what others forwarded and it has begun, then stops; the log gives the claim up. */
  close(): Promise<void>;
}

/**
 * Who waits looks this often by itself whether there is an answer, or nobody who could give one.
 */
const lookMs = 500;
/** Forwarded batches that are handed to the handler before the first of them is answered. */
const servedAtOnceMax = 4;
/** A claim that is lost again and again is somebody else's to repair. */
const lossesMax = 20;

/**
 * Handles batches here while this process holds the claim or can take it; otherwise forwards them,
 * sealed, through the database to the process that does. When that one dies, whoever notices takes
 * the claim and handles what it was waiting for; what the dead process recorded is then there
 * already.
 */
export function forwardingHandler(options: ForwardingOptions): ForwardingHandler {
  const { claim, handler } = options;
  const process: Process = {
    ...options,
    onError: options.onError ?? (() => undefined),
    stop: new AbortController(),
    post: postbox(options, options.onError ?? (() => undefined)),
    local: localHandling(handler),
    waiting: [],
    pumping: undefined,
    serving: Promise.resolve(),
  };
  const { signal } = process.stop;
  const unwatch = claim.watch((number) => {
    process.post.wake();
    if (number === undefined) return;
    process.serving = process.serving.then(() => serve(process, number));
  });
  let holding = false;
  return {
    handle: (batch) =>
      new Promise((resolve, reject) => {
        const entry = newEntry(batch, resolve, reject);
        const { waiting, local } = process;
        if (signal.aborted) entry.reject(new Error(closed));
        else if (waiting.length === 0 && claim.number !== undefined && !local.failed()) {
          local.handle(entry, (again) => requeue(process, again));
        } else {
          waiting.push(entry);
          pump(process);
        }
      }),
    hold: () => {
      if (!holding) void holdOn(process);
      holding = true;
    },
    close: async () => {
      process.stop.abort();
      unwatch();
      process.post.wake();
      await process.pumping;
      await process.local.idle();
      await process.serving;
      await process.post.withdraw(process.waiting);
      for (const entry of process.waiting) entry.reject(new Error(closed));
    },
  };
}

const closed = "the ledger is closed";

/** What this process handles, forwards and serves. */
interface Process extends ForwardingOptions {
  readonly onError: (error: unknown) => void;
  readonly stop: AbortController;
  readonly post: ReturnType<typeof postbox>;
  readonly local: ReturnType<typeof localHandling>;
  /** Batches that are not handled here yet, in order; those with a row are forwarded. */
  waiting: Entry[];
  pumping: Promise<void> | undefined;
  /** Ends when what was forwarded under the last claim is answered or failed. */
  serving: Promise<void>;
}

function pump(process: Process): void {
  process.pumping ??= runWaiting(process);
}

/** Handles or forwards what waits until nothing does. */
async function runWaiting(process: Process): Promise<void> {
  const { post, local, stop, onError } = process;
  // The caller notes first that this runs.
  await Promise.resolve();
  while (process.waiting.length > 0 && !stop.signal.aborted) {
    try {
      if (await mayHandle(process)) await handleHere(process);
      else if (local.busy()) await local.idle();
      else {
        await post.send(process.waiting);
        await post.collect(process.waiting);
        process.waiting = process.waiting.filter(({ settled }) => !settled);
        if (process.waiting.length > 0) await post.nextAnswer(lookMs);
      }
    } catch (error) {
      onError(error);
      await pause(lookMs, stop.signal);
    }
  }
  process.pumping = undefined;
}

/**
 * Whether batches may be handled here. The claim is taken when nothing is under way here: what was
 * decided under a lost one has failed by then, and goes first again.
 */
async function mayHandle({ claim, local, serving }: Process): Promise<boolean> {
  if (claim.number !== undefined && !local.failed()) return true;
  if (claim.number === undefined) await serving;
  if (local.busy()) return false;
  local.forgetFailure();
  return (await claim.take()) !== null;
}

async function handleHere(process: Process): Promise<void> {
  const mine = process.waiting;
  // Answers that a holder gave before it died count; the rest is decided anew.
  await process.post.takeBack(mine);
  process.waiting = process.waiting.slice(mine.length);
  for (const entry of mine) {
    if (!entry.settled) process.local.handle(entry, (again) => requeue(process, again));
  }
}

function requeue(process: Process, entry: Entry): void {
  process.waiting.push(entry);
  process.waiting.sort((a, b) => a.turn - b.turn);
  pump(process);
}

/** Handles what others forward for as long as this process has the claim. */
async function serve({ claim, handler, post, stop, onError }: Process, number: number) {
  const may = (): boolean => claim.number === number && !stop.signal.aborted;
  while (may()) {
    try {
      await post.serve(handler, may);
    } catch (error) {
      onError(error);
      await pause(lookMs, stop.signal);
    }
  }
}

async function holdOn(process: Process): Promise<void> {
  const { claim, stop, onError } = process;
  while (!stop.signal.aborted) {
    if (claim.number === undefined) await mayHandle(process).catch(onError);
    await pause(2 * lookMs, stop.signal);
  }
}

/** A batch that somebody in this process waits for. */
interface Entry {
  readonly batch: CommandBatch;
  /** Batches are judged in the order of their turns. */
  readonly turn: number;
  settled: boolean;
  losses: number;
  /** The row that carries it to another process. */
  row: string | undefined;
  resolve(outcomes: Outcome[]): void;
  reject(error: unknown): void;
}

let turns = 0;

function newEntry(
  batch: CommandBatch,
  resolve: (outcomes: Outcome[]) => void,
  reject: (error: unknown) => void,
): Entry {
  turns += 1;
  const entry: Entry = {
    batch,
    turn: turns,
    settled: false,
    losses: 0,
    row: undefined,
    resolve: (outcomes) => {
      entry.settled = true;
      resolve(outcomes);
    },
    reject: (error) => {
      entry.settled = true;
      reject(error);
    },
  };
  return entry;
}

/** Batches that this process handles itself. */
function localHandling(handler: Handler) {
  const underWay = new Set<Promise<void>>();
  let failed = false;
  return {
    busy: () => underWay.size > 0,
    /** Whether a batch failed for want of the claim; those behind it must not come before it. */
    failed: () => failed,
    forgetFailure: () => {
      failed = false;
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    handle: (entry: Entry, requeue: (entry: Entry) => void): void => {
      const done = handler
        .handle(entry.batch)
        .then(entry.resolve, (error: unknown) => {
          entry.losses += 1;
          if (!(error instanceof NotTheWriter) || entry.losses > lossesMax) entry.reject(error);
          else {
            failed = true;
            requeue(entry);
          }
        })
        .finally(() => {
          underWay.delete(done);
        });
      underWay.add(done);
    },
  };
}

const commandsChannel = "forwarded_commands";
const answersChannel = "forwarded_answers";

/** What crosses between processes: a sealed batch, and its outcomes or why there are none. */
type Answer =
  | { readonly outcomes: Outcome[] }
  | { readonly failure: { readonly ambiguous: boolean; readonly message: string } };

/** Seals and opens what crosses, bound to its row and direction. */
function envelope({ keys }: ForwardingOptions) {
  return {
    seal: (kind: Kind, row: string, value: CommandBatch | Answer): Buffer =>
      encrypt(keys.transport, `${kind} ${row}`, serialize(value)),
    open: (kind: Kind, row: string, sealed: Buffer): unknown =>
      deserialize(decrypt(keys.transport, `${kind} ${row}`, sealed)),
  };
}

type Kind = "commands" | "answer";
type Envelope = ReturnType<typeof envelope>;

/** The rows by which processes hand each other batches and outcomes. */
function postbox(options: ForwardingOptions, onError: (error: unknown) => void) {
  const { pool } = options;
  const session = listeningSession(pool, onError);
  const envelopes = envelope(options);
  const removed = async (entries: readonly Entry[], which: string): Promise<void> => {
    const { rows } = await pool.query<AnsweredRow>(
      `DELETE FROM forwarded_commands WHERE id = ANY($1::uuid[]) ${which} RETURNING id, answer`,
      [rowsOf(entries)],
    );
    settle(envelopes, entries, rows);
  };
  return {
    wake: () => session.wake(),
    /** Forwards what is not forwarded yet, in order. */
    send: async (entries: readonly Entry[]) => {
      const { pid, isNew } = await session.open();
      if (isNew) {
        await pool.query("UPDATE forwarded_commands SET caller = $1 WHERE id = ANY($2::uuid[])", [
          pid,
          rowsOf(entries),
        ]);
      }
      for (const entry of entries) {
        if (entry.row !== undefined || entry.settled) continue;
        const id = randomUUID();
        await pool.query(
          `WITH sent AS (INSERT INTO forwarded_commands (id, caller, sealed) VALUES ($1, $2, $3))
           SELECT pg_notify('${commandsChannel}', '')`,
          [id, pid, envelopes.seal("commands", id, entry.batch)],
        );
        entry.row = id;
      }
    },
    /** Takes the answers that are there. */
    collect: (entries: readonly Entry[]) => removed(entries, "AND answer IS NOT NULL"),
    /** Takes rows back, with the answers that are there. */
    takeBack: async (entries: readonly Entry[]) => {
      if (rowsOf(entries).length === 0) return;
      await removed(entries, "");
      for (const entry of entries) entry.row = undefined;
    },
    nextAnswer: (ms: number) => session.next(answersChannel, ms),
    /** Handles what others forward, in order, as long as it may. */
    serve: async (handler: Handler, may: () => boolean) => {
      const begun = new Map<string, Promise<void>>();
      try {
        while (may()) {
          await session.open();
          for (const row of await nextRows(pool, [...begun.keys()])) {
            const done = answerOne(pool, envelopes, handler, row)
              .catch(onError)
              .finally(() => begun.delete(row.id));
            begun.set(row.id, done);
          }
          if (begun.size >= servedAtOnceMax) await Promise.race(begun.values());
          else await Promise.race([session.next(commandsChannel, lookMs), ...begun.values()]);
        }
      } finally {
        await Promise.all(begun.values());
      }
    },
    /** Takes back what nobody waits for any more and lets go of the connection. */
    withdraw: async (entries: readonly Entry[]) => {
      const ids = rowsOf(entries);
      const remove = "DELETE FROM forwarded_commands WHERE id = ANY($1::uuid[])";
      if (ids.length > 0) await pool.query(remove, [ids]).catch(onError);
      session.close();
    },
  };
}

function rowsOf(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ row }) => (row === undefined ? [] : [row]));
}

function settle(
  envelopes: Envelope,
  entries: readonly Entry[],
  rows: readonly AnsweredRow[],
): void {
  for (const { id, answer } of rows) {
    const entry = entries.find(({ row }) => row === id);
    if (entry === undefined || answer === null) continue;
    const opened = envelopes.open("answer", id, answer) as Answer;
    if ("outcomes" in opened) entry.resolve(opened.outcomes);
    else entry.reject(failureOf(opened.failure));
  }
}

/** Handles one forwarded batch and leaves its answer, unless the claim was lost over it. */
async function answerOne(
  pool: Pool,
  envelopes: Envelope,
  handler: Handler,
  { id, sealed }: CommandRow,
): Promise<void> {
  let answer: Answer;
  try {
    const batch = envelopes.open("commands", id, sealed) as CommandBatch;
    answer = { outcomes: await handler.handle(batch) };
  } catch (error) {
    if (error instanceof NotTheWriter) return;
    const message = error instanceof Error ? error.message : "unknown";
    answer = { failure: { ambiguous: error instanceof AppendAmbiguous, message } };
  }
  await pool.query(
    `WITH answered AS (UPDATE forwarded_commands SET answer = $2 WHERE id = $1 RETURNING 1)
     SELECT pg_notify('${answersChannel}', $1::text) FROM answered`,
    [id, envelopes.seal("answer", id, answer)],
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

/** The next batches that wait, without those begun and those whose callers are gone. */
async function nextRows(pool: Pool, begun: readonly string[]): Promise<CommandRow[]> {
  await pool.query(
    `DELETE FROM forwarded_commands WHERE NOT id = ANY($1::uuid[])
     AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = caller)`,
    [begun],
  );
  const { rows } = await pool.query<CommandRow>(
    `SELECT id, sealed FROM forwarded_commands
     WHERE answer IS NULL AND NOT id = ANY($1::uuid[]) ORDER BY seq LIMIT $2`,
    [begun, servedAtOnceMax - begun.length],
  );
  return rows;
}

function failureOf({ ambiguous, message }: { ambiguous: boolean; message: string }): Error {
  const sentence = `the process with the writer's claim failed: ${message}`;
  return ambiguous ? new AppendAmbiguous(sentence) : new Error(sentence);
}

/** One connection that hears of commands and answers; opened when first needed, and again. */
function listeningSession(pool: Pool, onError: (error: unknown) => void) {
  let opening: Promise<{ pid: number; end: () => void }> | undefined;
  const heard = new Set<string>();
  const wakers = new Set<() => void>();
  const stir = (): void => {
    for (const wake of [...wakers]) wake();
  };
  const connect = async () => {
    const client = await pool.connect();
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      opening = undefined;
      // A listening connection is not given back: the next user would hear what it did not ask for.
      client.release(true);
      stir();
    };
    client.on("notification", ({ channel }) => {
      heard.add(channel);
      stir();
    });
    client.on("error", (error) => {
      onError(error);
      end();
    });
    client.on("end", end);
    try {
      await client.query(`LISTEN ${commandsChannel}; LISTEN ${answersChannel}`);
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      return { pid: rows[0]?.pid ?? 0, end };
    } catch (error) {
      end();
      throw error;
    }
  };
  return {
    /** The session's process in the server, and whether it is another than before. */
    open: async (): Promise<{ pid: number; isNew: boolean }> => {
      const isNew = opening === undefined;
      opening ??= connect();
      try {
        return { pid: (await opening).pid, isNew };
      } catch (error) {
        opening = undefined;
        throw error;
      }
    },
    /** Resolves when something was heard on a channel since it was last asked, or after a while. */
    next: async (channel: string, ms: number): Promise<void> => {
      if (!heard.delete(channel)) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            clearTimeout(timer);
            wakers.delete(wake);
            resolve();
          };
          const timer = setTimeout(wake, ms);
          wakers.add(wake);
        });
        heard.delete(channel);
      }
    },
    wake: stir,
    close: (): void => {
      void opening?.then(({ end }) => end()).catch(() => undefined);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
