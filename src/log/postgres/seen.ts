import type { Ticket } from "../../database/copy-pipeline.ts";
import type { AppendRequest, AppendResult } from "../event-log.ts";
import type { RecentEvents } from "./recent-events.ts";

/**
 * The time of recording this process would choose next, in ms; it never falls within the process.
 */
export interface Clock {
  last: number;
}

/** The time of recording, ISO 8601, not before `notBefore`, in ms. */
export function tick(clock: Clock, notBefore = 0): string {
  clock.last = Math.max(Date.now(), clock.last, notBefore);
  return new Date(clock.last).toISOString();
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

/** What this object knows of the log's head and streams, and what it is appending. */
export interface Seen {
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

/** Notes that a stream has at least this revision. */
export function noteReached(seen: Seen, stream: string, revision: number): void {
  const reached = reachedOf(seen, stream);
  if (revision > reached.revision) reached.revision = revision;
}

/** Notes what an append has recorded, and who recorded before it. */
export function noteAppended(
  seen: Seen,
  request: AppendRequest,
  result: AppendResult,
): AppendResult {
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
export function noteOthers(seen: Seen, head: bigint): void {
  if (head > seen.lastOfOthers) seen.lastOfOthers = head;
}

/** Whether the server has not answered yet. */
export function isUnderWay({ state }: Ticket): boolean {
  return state === "underWay";
}

/** The head after the appends under way. */
export function headToCome(seen: Seen): bigint | undefined {
  const { head } = seen;
  if (head === undefined) return undefined;
  seen.sent = seen.sent.filter((sent) => sent.ticket.state !== "failed" && sent.head > head);
  return seen.sent.at(-1)?.head ?? head;
}

/**
 * Counts streams as longer if the append of `ticket` commits. Answers those of which it is not
 * known that they have the revision the caller expects, with that revision; appends under way count
 * for an append that is sent behind them.
 */
export function advanceStreams(
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
