/** Waits for projections; all who wait share one query of the database. */
export interface ProjectionWatch {
  /** Whether every projection reached `wanted` within the time. */
  reached(wanted: bigint, timeoutMs: number): Promise<boolean>;
}

const pauseMs = 10;

/** A watch over what `position` answers, which never falls. */
export function projectionWatch(position: () => Promise<bigint>): ProjectionWatch {
  let last = 0n;
  let looking: Promise<void> | undefined;
  const look = (): Promise<void> =>
    (looking ??= position()
      .then((found) => {
        last = found;
      })
      .finally(() => {
        looking = undefined;
      }));
  return {
    reached: async (wanted, timeoutMs) => {
      const until = Date.now() + timeoutMs;
      while (last < wanted) {
        await look();
        if (last >= wanted) return true;
        if (Date.now() >= until) return false;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      return true;
    },
  };
}
