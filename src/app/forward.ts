import { randomUUID } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { Pool } from "pg";
import { AppendAmbiguous, NotTheWriter } from "../log/event-log.ts";
import type { WriterClaim } from "../log/writer-claim.ts";
import type { VaultKeys } from "../vault/keys.ts";
import { decrypt, encrypt } from "../vault/vault.ts";
import type { CommandBatch } from "./commands.ts";
import type { Handler, Outcome } from "./handle.ts";

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
  const { claim } = options;
  const onError = options.onError ?? (() => undefined);
  const stop = new AbortController();
  const post = postbox(options, onError);
  const local = localHandling(options.handler);
  let waiting: Entry[] = [];
  let pumping: Promise<void> | undefined;
  let serving: Promise<void> = Promise.resolve();
  let holding = false;

  const handleHere = async (): Promise<void> => {
    const mine = waiting;
    waiting = [];
    // Answers that a holder gave before it died count; the rest is decided anew.
    await post.takeBack(mine);
    for (const entry of mine) if (!entry.settled) local.handle(entry, requeue);
  };
  const requeue = (entry: Entry): void => {
    waiting.push(entry);
    waiting.sort((a, b) => a.turn - b.turn);
    pump();
  };
  // The claim is taken when nothing is under way here: what was decided under a lost one has failed
  // by then, and goes first again.
  const mayHandle = async (): Promise<boolean> => {
    if (claim.number !== undefined && !local.failed()) return true;
    if (claim.number === undefined) await serving;
    if (local.busy()) return false;
    local.forgetFailure();
    return (await claim.take()) !== null;
  };
  const run = async (): Promise<void> => {
    while (waiting.length > 0 && !stop.signal.aborted) {
      try {
        if (await mayHandle()) await handleHere();
        else if (local.busy()) await local.idle();
        else {
          await post.send(waiting);
          await post.collect(waiting);
          waiting = waiting.filter(({ settled }) => !settled);
          if (waiting.length > 0) await post.nextAnswer(lookMs);
        }
      } catch (error) {
        onError(error);
        await pause(lookMs, stop.signal);
      }
    }
  };
  const pump = (): void => {
    pumping ??= run().finally(() => {
      pumping = undefined;
      if (waiting.length > 0 && !stop.signal.aborted) pump();
    });
  };
  const serve = async (number: number): Promise<void> => {
    while (claim.number === number && !stop.signal.aborted) {
      try {
        await post.serve(options.handler, () => claim.number === number && !stop.signal.aborted);
      } catch (error) {
        onError(error);
        await pause(lookMs, stop.signal);
      }
    }
  };
  const unwatch = claim.watch((number) => {
    post.wake();
    if (number !== undefined) serving = serving.then(() => serve(number));
  });
  const holdOn = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      if (claim.number === undefined) await mayHandle().catch(onError);
      await pause(2 * lookMs, stop.signal);
    }
  };
  return {
    handle: (batch) =>
      new Promise((resolve, reject) => {
        const entry = newEntry(batch, resolve, reject);
        if (stop.signal.aborted) entry.reject(new Error("the ledger is closed"));
        else if (waiting.length === 0 && claim.number !== undefined && !local.failed()) {
          local.handle(entry, requeue);
        } else {
          waiting.push(entry);
          pump();
        }
      }),
    hold: () => {
      if (!holding) void holdOn();
      holding = true;
    },
    close: async () => {
      stop.abort();
      unwatch();
      post.wake();
      await pumping;
      await local.idle();
      await serving;
      await post.withdraw(waiting);
      for (const entry of waiting) entry.reject(new Error("the ledger is closed"));
    },
  };
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

/** The rows by which processes hand each other batches and outcomes. */
function postbox({ pool, keys }: ForwardingOptions, onError: (error: unknown) => void) {
  const session = listeningSession(pool, onError);
  const seal = (kind: string, row: string, value: unknown): Buffer =>
    encrypt(keys.transport, `${kind} ${row}`, serialize(value));
  const unseal = (kind: string, row: string, sealed: Buffer): unknown =>
    deserialize(decrypt(keys.transport, `${kind} ${row}`, sealed));
  const settle = (entries: readonly Entry[], rows: readonly AnsweredRow[]): void => {
    for (const { id, answer } of rows) {
      const entry = entries.find(({ row }) => row === id);
      if (entry === undefined || answer === null) continue;
      const opened = unseal("answer", id, answer) as Answer;
      if ("outcomes" in opened) entry.resolve(opened.outcomes);
      else entry.reject(failureOf(opened.failure));
    }
  };
  const rowsOf = (entries: readonly Entry[]) =>
    entries.flatMap(({ row }) => (row === undefined ? [] : [row]));

  /** Handles one forwarded batch and leaves its answer, unless the claim was lost over it. */
  const answerOne = async (handler: Handler, { id, sealed }: CommandRow): Promise<void> => {
    let answer: Answer;
    try {
      const batch = unseal("commands", id, sealed) as CommandBatch;
      answer = { outcomes: await handler.handle(batch) };
    } catch (error) {
      if (error instanceof NotTheWriter) return;
      onError(error);
      const message = error instanceof Error ? error.message : "unknown";
      answer = { failure: { ambiguous: error instanceof AppendAmbiguous, message } };
    }
    await pool.query(
      `WITH answered AS (UPDATE forwarded_commands SET answer = $2 WHERE id = $1 RETURNING 1)
       SELECT pg_notify('${answersChannel}', $1::text) FROM answered`,
      [id, seal("answer", id, answer)],
    );
  };

  return {
    wake: () => session.wake(),
    /** Forwards what is not forwarded yet, in order. */
    send: async (entries: readonly Entry[]) => {
      const caller = await session.open();
      if (caller.isNew) {
        await pool.query("UPDATE forwarded_commands SET caller = $1 WHERE id = ANY($2::uuid[])", [
          caller.pid,
          rowsOf(entries),
        ]);
      }
      for (const entry of entries) {
        if (entry.row !== undefined || entry.settled) continue;
        const id = randomUUID();
        await pool.query(
          `WITH sent AS (INSERT INTO forwarded_commands (id, caller, sealed) VALUES ($1, $2, $3))
           SELECT pg_notify('${commandsChannel}', '')`,
          [id, caller.pid, seal("commands", id, entry.batch)],
        );
        entry.row = id;
      }
    },
    /** Takes the answers that are there. */
    collect: async (entries: readonly Entry[]) => {
      const { rows } = await pool.query<AnsweredRow>(
        `DELETE FROM forwarded_commands WHERE id = ANY($1::uuid[]) AND answer IS NOT NULL
         RETURNING id, answer`,
        [rowsOf(entries)],
      );
      settle(entries, rows);
    },
    /** Takes rows back, with the answers that are there. */
    takeBack: async (entries: readonly Entry[]) => {
      const ids = rowsOf(entries);
      if (ids.length === 0) return;
      const { rows } = await pool.query<AnsweredRow>(
        "DELETE FROM forwarded_commands WHERE id = ANY($1::uuid[]) RETURNING id, answer",
        [ids],
      );
      settle(entries, rows);
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
            const done = answerOne(handler, row)
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
      if (ids.length > 0) {
        await pool
          .query("DELETE FROM forwarded_commands WHERE id = ANY($1::uuid[])", [ids])
          .catch(onError);
      }
      session.close();
    },
  };
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
