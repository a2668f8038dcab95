import type { Pool } from "pg";
import {
  AppendAmbiguous,
  ForeignLedger,
  LogDamaged,
  LogUnavailable,
  NotTheWriter,
  Overloaded,
} from "../event-log.ts";
import type { Crossing } from "../forwarded.ts";
import { EventUnreadable } from "../lists.ts";
import type { BatchHandler, Entry, Postbox } from "./postbox.ts";
import { postbox } from "./postbox.ts";
import type { WriterClaim } from "./writer-claim.ts";

/** The options of forwarding. */
export interface ForwardingOptions<Batch, Outcomes> {
  /** Decides and records in this process; used while it holds the writer's claim. */
  readonly handler: BatchHandler<Batch, Outcomes>;
  readonly claim: WriterClaim;
  /** The database that all processes of the ledger share. */
  readonly pool: Pool;
  readonly crossing: Crossing<Batch, Outcomes>;
  /** Called with errors between processes that are retried. */
  readonly onError?: (error: unknown) => void;
  readonly limits?: Partial<ForwardingLimits>;
}

/** The bounds of the queues; beyond them `handle` rejects with `Overloaded`. */
export interface ForwardingLimits {
  /** Batches in this process that it can neither handle nor has an answer to. */
  readonly waitingMax: number;
  /** Forwarded batches of all processes, about. */
  readonly rowsMax: number;
}

/** A handler that reaches the process with the writer's claim, whichever that is. */
export interface ForwardingHandler<Batch, Outcomes> extends BatchHandler<Batch, Outcomes> {
  /**
   * Takes the claim as soon as it is free, and again when it was lost: for a long-lived service.
   */
  hold(): void;
  /** Answers what others forwarded and it has begun, then stops; the log gives the claim up. */
  close(): Promise<void>;
}

const limitsUnlessSaid: ForwardingLimits = { waitingMax: 64, rowsMax: 1_000 };
/** A waiting process polls this often for an answer, and for a claim that is free. */
const lookMs = 500;
/** What waits is given up after so long in which nothing could be done. */
const troubleMaxMs = 12_000;
/** A batch that lost the claim this often is given up. */
const lossesMax = 20;

/**
 * Handles batches in this process while it holds the claim or can take it; otherwise forwards them,
 * sealed, through the database to the process that does. When the holder dies, a waiting process
 * takes the claim and handles its own batches; what the dead process recorded is found there
 * already.
 */
export function forwardingHandler<Batch, Outcomes>(
  options: ForwardingOptions<Batch, Outcomes>,
): ForwardingHandler<Batch, Outcomes> {
  const { claim, pool, crossing, onError = () => undefined } = options;
  const limits = { ...limitsUnlessSaid, ...options.limits };
  const process: Process<Batch, Outcomes> = {
    ...options,
    onError,
    stop: new AbortController(),
    post: postbox({ pool, crossing, rowsMax: limits.rowsMax, lookMs, onError }),
    local: localHandling(options.handler),
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
        } else if (waiting.length >= limits.waitingMax) {
          entry.reject(new Overloaded("too much waits for the writer's claim"));
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
interface Process<Batch, Outcomes> extends ForwardingOptions<Batch, Outcomes> {
  readonly onError: (error: unknown) => void;
  readonly stop: AbortController;
  readonly post: Postbox<Batch, Outcomes>;
  readonly local: LocalHandling<Batch, Outcomes>;
  /** Batches that are not handled here yet, in order; those with a row are forwarded. */
  waiting: Waiting<Batch, Outcomes>[];
  pumping: Promise<void> | undefined;
  /** Ends when what was forwarded under the last claim is answered or failed. */
  serving: Promise<void>;
}

function pump<Batch, Outcomes>(process: Process<Batch, Outcomes>): void {
  process.pumping ??= runWaiting(process);
}

/** Handles or forwards what waits until nothing does. */
async function runWaiting<Batch, Outcomes>(process: Process<Batch, Outcomes>): Promise<void> {
  const { post, local, stop, onError } = process;
  // The caller notes first that this runs.
  await Promise.resolve();
  let failures = 0;
  while (process.waiting.length > 0 && !stop.signal.aborted) {
    try {
      if (await mayHandle(process)) await handleHere(process);
      else if (local.busy()) await local.idle();
      else {
        await post.send(process.waiting);
        await post.collect(process.waiting);
        process.waiting = process.waiting.filter(({ isSettled }) => !isSettled);
        if (process.waiting.length > 0) await post.nextAnswer(lookMs);
      }
      failures = 0;
    } catch (error) {
      onError(error);
      failures += 1;
      if (isForLong(error) || failures * lookMs > troubleMaxMs) {
        giveUp(process, error);
        break;
      }
      await pause(lookMs, stop.signal);
    }
  }
  process.pumping = undefined;
}

/** Whether waiting in this process helps nothing: whoever asks hears why. */
function isForLong(error: unknown): boolean {
  return (
    error instanceof LogUnavailable ||
    error instanceof LogDamaged ||
    error instanceof ForeignLedger ||
    error instanceof EventUnreadable
  );
}

/** Rejects what waits. */
function giveUp<Batch, Outcomes>(process: Process<Batch, Outcomes>, cause: unknown): void {
  for (const entry of process.waiting.splice(0)) entry.reject(truthOf(entry, cause));
}

/**
 * The error with which a batch ends: one that was sent to another process, or was on its way into
 * the log when the claim was lost, may be recorded, whatever has come since.
 */
function truthOf<Batch, Outcomes>(entry: Waiting<Batch, Outcomes>, cause: unknown): unknown {
  if (entry.row === undefined && entry.losses === 0) return cause;
  return new AppendAmbiguous("nobody knows whether this was recorded", { cause });
}

/**
 * Whether batches may be handled here. The claim is taken when nothing is under way here: what was
 * decided under a lost one has failed by then, and goes first again.
 */
async function mayHandle<Batch, Outcomes>(process: Process<Batch, Outcomes>): Promise<boolean> {
  const { claim, local, serving } = process;
  if (claim.number !== undefined && !local.failed()) return true;
  if (claim.number === undefined) await serving;
  if (local.busy()) return false;
  local.forgetFailure();
  return (await claim.take()) !== null;
}

async function handleHere<Batch, Outcomes>(process: Process<Batch, Outcomes>): Promise<void> {
  const mine = process.waiting;
  // Answers that a holder gave before it died count; the rest is decided anew.
  await process.post.takeBack(mine);
  process.waiting = process.waiting.slice(mine.length);
  for (const entry of mine) {
    if (!entry.isSettled) process.local.handle(entry, (again) => requeue(process, again));
  }
}

function requeue<Batch, Outcomes>(
  process: Process<Batch, Outcomes>,
  entry: Waiting<Batch, Outcomes>,
): void {
  process.waiting.push(entry);
  process.waiting.sort((a, b) => a.place - b.place);
  pump(process);
}

/** Handles what others forward for as long as this process has the claim. */
async function serve<Batch, Outcomes>(process: Process<Batch, Outcomes>, number: number) {
  const { claim, handler, post, stop, onError } = process;
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

async function holdOn<Batch, Outcomes>(process: Process<Batch, Outcomes>): Promise<void> {
  const { claim, stop, onError } = process;
  while (!stop.signal.aborted) {
    if (claim.number === undefined) await mayHandle(process).catch(onError);
    await pause(2 * lookMs, stop.signal);
  }
}

interface Waiting<Batch, Outcomes> extends Entry<Batch, Outcomes> {
  /** Batches are judged in the order in which they were handed in. */
  readonly place: number;
  losses: number;
}

let places = 0;

function newEntry<Batch, Outcomes>(
  batch: Batch,
  resolve: (outcomes: Outcomes) => void,
  reject: (error: unknown) => void,
): Waiting<Batch, Outcomes> {
  places += 1;
  let isSettled = false;
  return {
    batch,
    place: places,
    get isSettled() {
      return isSettled;
    },
    losses: 0,
    row: undefined,
    resolve: (outcomes) => {
      isSettled = true;
      resolve(outcomes);
    },
    reject: (error) => {
      isSettled = true;
      reject(error);
    },
  };
}

type LocalHandling<Batch, Outcomes> = ReturnType<typeof localHandling<Batch, Outcomes>>;

/** Batches that this process handles itself. */
function localHandling<Batch, Outcomes>(handler: BatchHandler<Batch, Outcomes>) {
  type One = Waiting<Batch, Outcomes>;
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
    handle: (entry: One, requeue: (entry: One) => void): void => {
      const done = handler
        .handle(entry.batch)
        .then(entry.resolve, (error: unknown) => {
          const isLoss = error instanceof NotTheWriter && entry.losses < lossesMax;
          if (!isLoss) entry.reject(truthOf(entry, error));
          else {
            entry.losses += 1;
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
