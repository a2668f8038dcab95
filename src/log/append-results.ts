import type { AppendRequest, AppendResult } from "./event-log.ts";

/** What became of the appends of one log, for those that rest on them. */
export interface AppendResults {
  note(request: AppendRequest, result: Promise<AppendResult>): Promise<AppendResult>;
  /**
   * Waits for the append that one rests on; whether it was recorded whole.
   */
  mayFollow(request: AppendRequest): Promise<boolean>;
}

/** Keeps a result as long as somebody has the events of its request. */
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
