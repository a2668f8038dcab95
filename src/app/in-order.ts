/** Runs several tasks at once and passes their results on in the order in which they were added. */
export interface InOrder {
  /** Adds a task; resolves when there is room for another, rejects when one before has failed. */
  add<T>(task: Promise<T>, pass: (result: T) => Promise<void> | void): Promise<void>;
  /** Resolves when all results are passed on; rejects when a task or passing on has failed. */
  end(): Promise<void>;
}

/** Keeps at most `max` tasks under way. */
export function inOrder(max: number): InOrder {
  const underWay: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();
  return {
    add: async (task, pass) => {
      last = Promise.all([task, last]).then(([result]) => pass(result));
      // `add` and `end` reject with it; it must not end the process as an unhandled rejection.
      last.catch(() => undefined);
      underWay.push(last);
      if (underWay.length === max) await underWay.shift();
    },
    end: () => last,
  };
}
