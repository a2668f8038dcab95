import type { Pool } from "pg";
import { copyPipeline } from "../../database/copy-pipeline.ts";
import { isConnectionLoss } from "../../database/outage.ts";
import { appendResults } from "../append-results.ts";
import type { AppendRequest, EventLog } from "../event-log.ts";
import { AppendAmbiguous } from "../event-log.ts";
import type { Engine } from "./append.ts";
import { appendAndNote, whileLocked } from "./append.ts";
import type { Reading } from "./follow.ts";
import { follow } from "./follow.ts";
import {
  findByKey,
  findByOnce,
  hasMoved,
  inspect,
  isInPlace,
  positionAt,
  readAfter,
  readHead,
  readLedgerId,
  readRevisions,
  readStream,
  timeOf,
} from "./read.ts";
import { RecentEvents } from "./recent-events.ts";
import { noteAppended, noteReached } from "./seen.ts";

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
      const deciding = async () => (asked.request = await decide());
      const result = await whileLocked(engine, deciding).catch((error: unknown) => {
        if (asked.request === null || !isConnectionLoss(error)) throw error;
        throw new AppendAmbiguous("the connection broke during an append", { cause: error });
      });
      return result && asked.request && noteAppended(seen, asked.request, result);
    },
    positionAt: (instant) => positionAt(pool, instant),
    timeOf: (position) => timeOf(pool, position),
    head: () => readHead(pool),
    known: () => readHead(pool),
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
    rebuildIndex: () => Promise.resolve(undefined),
    refuseLost: () => Promise.resolve(),
    checkLineage: () => Promise.resolve(),
    adopt: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function recentInPlace({ pool, seen }: Engine, after: bigint, max: number) {
  const events = seen.recent.after(after, max);
  if (await isInPlace(pool, events.at(-1))) return events;
  seen.recent.forget();
  return [];
}
