/** Runs one task after another, in the order in which they were handed in. */
export type Mutex = <T>(task: () => Promise<T>) => Promise<T>;

/** A mutex for the tasks of one process. A task that fails does not stop the next. */
export function mutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    return result;
  };
}
