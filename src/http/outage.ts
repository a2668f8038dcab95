import { NoRoom } from "../exchange/no-room.ts";
import type { Shortage } from "../ledger.ts";
import {
  AppendAmbiguous,
  ClockAhead,
  EventUnreadable,
  ForeignLedger,
  isConnectionLoss,
  isHeldUp,
  LogDamaged,
  LogUnavailable,
  NotTheWriter,
  Overloaded,
  shortageOf,
  StreamRefused,
} from "../ledger.ts";
import type { FaultCode, ProblemDetails } from "./problem.ts";

/** How an outage is answered: which fault it is, words for people, and the rest. */
export type OutageAnswer = readonly [fault: FaultCode, detail: string, details: ProblemDetails];

const soon = 5;
/** Until somebody has seen to it. */
const later = 60;

const shortages: Readonly<Record<Shortage, string>> = {
  DiskFull: "the database's disk is full",
  OutOfMemory: "the database has no memory left",
  TooManyConnections: "the database takes no more connections",
  TooManyOpenFiles: "no more files can be opened (ulimit -n)",
};

/**
 * How an error is answered that comes from what is behind the ledger: an append of which nobody
 * knows whether it was recorded, stores that cannot be reached or are held up, something that has
 * run out, a clock that is wrong, or more waiting than may wait. Undefined: it is no outage but a
 * bug.
 */
export function outageOf(error: unknown): OutageAnswer | undefined {
  if (error instanceof AppendAmbiguous) {
    const detail =
      "nobody knows whether this was recorded; send it again as it is: " +
      "what is recorded already is not recorded twice";
    return ["AppendAmbiguous", detail, { retryAfter: soon }];
  }
  if (error instanceof Overloaded) {
    const detail = "more is waiting to be recorded than may wait; nothing was recorded";
    return ["Overloaded", detail, { retryAfter: soon }];
  }
  if (error instanceof StreamRefused) {
    const detail = `${error.message}; this was not recorded: see sunshine verify`;
    return ["StreamRefused", detail, { retryAfter: later }];
  }
  if (error instanceof EventUnreadable) {
    return ["EventUnreadable", error.message, { retryAfter: later }];
  }
  if (error instanceof LogUnavailable) {
    const detail = `${error.message}; nothing of this was recorded`;
    return ["Unavailable", detail, { retryAfter: soon }];
  }
  if (error instanceof LogDamaged || error instanceof ForeignLedger) {
    const fault = error instanceof LogDamaged ? "LogDamaged" : "ForeignLedger";
    return [fault, error.message, { retryAfter: later }];
  }
  if (error instanceof ClockAhead) return ["ClockAhead", error.message, { retryAfter: later }];
  if (error instanceof NoRoom) {
    return ["NoRoom", error.message, { code: error.code, retryAfter: later }];
  }
  const shortage = shortageOf(error);
  if (shortage !== undefined) {
    const retryAfter = shortage === "TooManyConnections" ? soon : later;
    return ["NoRoom", shortages[shortage], { code: shortage, retryAfter }];
  }
  if (isHeldUp(error)) {
    const detail =
      "the database is held up: a table is locked, or a question took too long; " +
      "nothing of this step was recorded";
    return ["Unavailable", detail, { retryAfter: soon }];
  }
  // Which may be what the process with the claim has said.
  if (error instanceof NotTheWriter) return ["Unavailable", error.message, { retryAfter: soon }];
  if (isConnectionLoss(error)) {
    return ["Unavailable", "the database cannot be reached at the moment", { retryAfter: soon }];
  }
  return undefined;
}
