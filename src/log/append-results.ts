import type { AppendRequest, AppendResult } from "./event-log.ts";

/** The results of a log's appends, for the appends that follow them. */
export interface AppendResults {
  note(request: AppendRequest, result: Promise<AppendResult>): Promise<AppendResult>;
  /** Waits for the append that this one follows, and answers whether it was recorded whole. */
  mayFollow(request: AppendRequest): Promise<boolean>;
}

/** Keeps the result of an append as long as its array of events is referenced. */
export function appendResults(): AppendResults {
  const results = new WeakMap<AppendRequest["events"], Promise<AppendResult>>();
  return {
    note: ({ events }, result) => {
      results.set(events, result);
      return result;
    },
    mayFollow: async ({ follows }) => {
      if (follows === undefined) return true;
      const before = await results.get(follows);
      return before?.complete === true;
    },
  };
}

/** What is answered where nothing of a request was recorded. */
export function nothingAppended({ events }: AppendRequest, recordedAt: string): AppendResult {
  return { complete: false, appended: events.map(() => null), recordedAt };
}
