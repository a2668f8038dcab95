import { setTimeout as sleep } from "node:timers/promises";
import {
  CancelledError,
  DeadlineExceededError,
  NotLeaderError,
  TimeoutError,
  UnavailableError,
} from "@eventstore/db-client";
import { LogUnavailable } from "../event-log.ts";

/** How long a server that was there is waited for: an election takes 5 s. */
const patienceMs = 8_000;
/** How long a call may take to begin with an answer, or to go on with one. */
export const silenceMaxMs = 5_000;
/** The same where the server is known to be away. */
const awaySilenceMaxMs = 2_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

/** Thrown where nothing has come of a call for too long. */
export class Silent extends Error {
  constructor(message = "the server has said nothing for too long") {
    super(message);
  }
}

/** The pause before the nth attempt. */
export function pauseMs(attempt: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
}

/** Whether the server may answer when it is asked again. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof UnavailableError ||
    error instanceof DeadlineExceededError ||
    error instanceof CancelledError ||
    error instanceof TimeoutError ||
    error instanceof NotLeaderError ||
    error instanceof Silent ||
    (error instanceof Error &&
      /Failed to discover|ECONN|ETIMEDOUT|Channel has been shut down/.test(error.message))
  );
}

/** What is known of whether the server answers; all calls of a connection share it. */
export interface Availability {
  /**
   * Asks until the server answers, for a while. Where it is known to be away only one caller at a
   * time asks, once, and the others hear at once that it is. Throws {@link LogUnavailable}.
   */
  patiently<T>(ask: () => Promise<T>): Promise<T>;
  /** The server has answered. */
  noteAnswer(): void;
  /** The server has not answered for long. */
  noteAway(): void;
}

/** Nothing is known at first. */
export function availability(): Availability {
  let awaySince: number | undefined;
  let isAsking = false;
  const away = (cause?: unknown): LogUnavailable => {
    const seconds = Math.round((Date.now() - (awaySince ?? Date.now())) / 1_000);
    const since = seconds > 0 ? `, for ${seconds} s now` : "";
    return new LogUnavailable(
      `the log (EventStoreDB) does not answer${since}`,
      cause === undefined ? {} : { cause },
    );
  };
  const noteAway = (): void => {
    awaySince ??= Date.now();
  };
  const noteAnswer = (): void => {
    awaySince = undefined;
  };
  const askOnce = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (isAsking) throw away();
    isAsking = true;
    try {
      const answer = await within(awaySilenceMaxMs, ask());
      noteAnswer();
      return answer;
    } catch (error) {
      if (!isPassing(error)) noteAnswer();
      throw isPassing(error) ? away(error) : error;
    } finally {
      isAsking = false;
    }
  };
  return {
    patiently: async (ask) => {
      const began = performance.now();
      for (let attempt = 0; ; attempt++) {
        if (awaySince !== undefined) return askOnce(ask);
        try {
          return await ask();
        } catch (error) {
          if (!isPassing(error)) throw error;
          if (performance.now() - began > patienceMs) {
            noteAway();
            throw away(error);
          }
          await sleep(pauseMs(attempt));
        }
      }
    },
    noteAnswer,
    noteAway,
  };
}

/** What work comes to; throws {@link Silent} where it takes too long, and then forgets it. */
export async function within<T>(ms: number, work: Promise<T>, why?: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Silent(why));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
