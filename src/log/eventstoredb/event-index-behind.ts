import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { NotTheWriter } from "../event-log.ts";
import type { IndexEntry } from "./event-index-tables.ts";
import {
  copyEntries,
  inOneTransaction,
  insertTimes,
  lockState,
  moveState,
  newestTime,
  raiseHeads,
} from "./event-index-tables.ts";

// The writer knows what it has appended and writes it to the index without reading it back. An
// index that follows the log instead takes twice the processor time a movement (2026-11-26).

/** Events that were appended and are not written down yet. */
export interface Events {
  readonly entries: IndexEntry[];
  readonly keys: Map<string, IndexEntry[]>;
  readonly onces: Map<string, IndexEntry>;
  readonly heads: Map<string, number>;
  /** Of the bodies. */
  bytes: number;
}

/** What this process has appended: added since, and being written down. Both are looked into. */
export interface Memory {
  fresh: Events;
  writing: Events;
  /** How far the index was known to have come; it never goes back unless somebody empties it. */
  reached: bigint;
  /**
   * What was added could not be written down: the index must be caught up before it is used again.
   */
  isBroken: boolean;
}

/** A memory of nothing. */
export function emptyMemory(): Memory {
  return { fresh: noEvents(), writing: noEvents(), reached: 0n, isBroken: false };
}

/** Forgets what is not written down. */
export function forget(memory: Memory): void {
  memory.fresh = noEvents();
  memory.writing = noEvents();
}

/** The entry with the highest `nth` under a key. */
export function newestOf({ fresh, writing }: Memory, key: string): IndexEntry | undefined {
  const entries = fresh.keys.get(key) ?? writing.keys.get(key);
  return entries?.reduce((last, entry) => (entry.nth > last.nth ? entry : last));
}

function noEvents(): Events {
  return { entries: [], keys: new Map(), onces: new Map(), heads: new Map(), bytes: 0 };
}

function remember(events: Events, entry: IndexEntry): void {
  const { entries, keys, onces, heads } = events;
  entries.push(entry);
  events.bytes += entry.body.length;
  const known = keys.get(entry.key);
  if (known === undefined) keys.set(entry.key, [entry]);
  else known.push(entry);
  if (entry.once !== undefined) onces.set(entry.once, entry);
  heads.set(entry.stream, entry.revision);
}

/** Fewer events wait so long for more; the index is a little behind and catches up by itself. */
const gatherMs = 20;
const gatherMin = 1_000;

/** Of the bodies of events that wait to be written down. */
const pendingBytesMax = 64 * 1024 * 1024;

/** Adds to a memory and writes it down, a batch at a time, behind the appends. */
export interface WriteBehind {
  /**
   * Remembers events appended under a claim. Waits for them to be written down where too many are
   * not. Never rejects: a memory that cannot be written down is broken.
   */
  add(entries: readonly IndexEntry[], claim: number): Promise<void>;
  /** Waits until everything that was added is written down. */
  flush(): Promise<void>;
}

/** Writes behind into the index in `pool`; `pendingMax` events may wait to be written down. */
export function writeBehind(pool: Pool, memory: Memory, pendingMax: number): WriteBehind {
  let claim = 0;
  let running: Promise<void> | undefined;
  let isHurried = false;
  const run = async (): Promise<void> => {
    try {
      while (memory.fresh.entries.length > 0) {
        if (!isHurried && memory.fresh.entries.length < gatherMin) await sleep(gatherMs);
        const writing = memory.fresh;
        memory.writing = writing;
        memory.fresh = noEvents();
        await writeDown(pool, memory, writing, claim);
        memory.writing = noEvents();
      }
    } finally {
      // In the same turn of the event loop in which nothing more was seen.
      running = undefined;
      isHurried = false;
    }
  };
  const wake = async (): Promise<void> => {
    if (running === undefined && memory.fresh.entries.length > 0) running = run();
    await running;
  };
  const flush = async (): Promise<void> => {
    isHurried = true;
    while (running !== undefined || memory.fresh.entries.length > 0) await wake();
    isHurried = false;
  };
  return {
    add: async (entries, number) => {
      if (memory.isBroken) return;
      for (const entry of entries) remember(memory.fresh, entry);
      claim = number;
      void wake().catch(() => undefined);
      const { entries: pending, bytes } = memory.fresh;
      if (pending.length > pendingMax || bytes > pendingBytesMax)
        await flush().catch(() => undefined);
    },
    flush,
  };
}

const attemptsMax = 8;

async function writeDown(
  pool: Pool,
  memory: Memory,
  writing: Events,
  claim: number,
): Promise<void> {
  for (let attempt = 1; memory.writing === writing; attempt++) {
    try {
      memory.reached = await store(pool, writing, claim, memory.reached);
      return;
    } catch (error) {
      // Forgotten meanwhile: it is read from the log, under another claim.
      if (memory.writing !== writing) return;
      if (error instanceof NotTheWriter || attempt === attemptsMax) {
        memory.isBroken = true;
        forget(memory);
        throw error;
      }
      await sleep(50 * 2 ** attempt);
    }
  }
}

/** Stores what the holder of a claim appended, unless another has taken a newer one meanwhile. */
async function store(
  pool: Pool,
  { entries, heads }: Events,
  claim: number,
  reached: bigint,
): Promise<bigint> {
  return inOneTransaction(pool, async (client) => {
    const state = await lockState(client);
    if (state.claim > claim) throw new NotTheWriter("a newer claim was taken");
    if (state.position < reached) throw new NotTheWriter(emptied);
    // Another process may have read some of it from the log already.
    const unknown = entries.filter(({ position }) => position > state.position);
    const last = unknown.reduce((max, { position }) => (position > max ? position : max), 0n);
    await copyEntries(client, unknown);
    await insertTimes(client, unknown);
    await raiseHeads(client, heads);
    if (unknown.length > 0) {
      await moveState(client, { last, scanned: null, claim, recordedAt: newestTime(unknown) });
    }
    return last > state.position ? last : state.position;
  });
}

/** Why a holder stops whose index is not what it has made of it. */
export const emptied = "the event index was emptied or could not be written while it was in use";
