import { Semaphore, withTimeout } from "async-mutex";
import type { Limits } from "./limits.ts";
import type { Pace } from "./pace.ts";
import { HttpProblem } from "./problem.ts";

/** Where uploads come in, and where they are imported once they have arrived. */
export interface ImportDesk {
  /**
   * Takes a place for an upload and returns what gives it back. Where all are taken, the slowest
   * upload that still arrives is cut for it; throws `TooManyImports` where none of them is slow.
   */
  enter(): () => void;
  /**
   * Imports what has arrived, and gives its place back: waits until one of the imports under way
   * has ended, or throws `TooManyImports` after a while.
   */
  import<T>(leave: () => void, work: () => Promise<T>): Promise<T>;
  /** The same for a file that is held in memory whole: one of them at a time. */
  importWhole<T>(leave: () => void, work: () => Promise<T>): Promise<T>;
}

/** The desk of one service. */
export function importDesk(limits: Limits, arriving: Pace): ImportDesk {
  const { importsMax, importWaitMs, uploadsMax } = limits;
  const full = (message: string) => new HttpProblem("TooManyImports", message, { retryAfter: 10 });
  const imports = withTimeout(
    new Semaphore(importsMax),
    importWaitMs,
    full(`${importsMax} imports are under way; try again when one has ended`),
  );
  const whole = withTimeout(
    new Semaphore(1),
    importWaitMs,
    full("a file of a bank is being read; try again when that has ended"),
  );
  const inTurn = <T>(leave: () => void, work: () => Promise<T>): Promise<T> =>
    imports.runExclusive(() => {
      leave();
      return work();
    });
  let places = 0;
  return {
    enter: () => {
      const isFull = places >= uploadsMax;
      if (isFull && !arriving.cutSlowest()) {
        throw full(`${uploadsMax} files are arriving; try again later`);
      }
      places += 1;
      let isHere = true;
      return () => {
        if (isHere) places -= 1;
        isHere = false;
      };
    },
    import: inTurn,
    importWhole: (leave, work) => whole.runExclusive(() => inTurn(leave, work)),
  };
}

/** Whether a file was not imported for want of room or patience, and not for what is in it. */
export function isTurnedAway(error: unknown): boolean {
  return (
    error instanceof HttpProblem && (error.fault === "TooManyImports" || error.fault === "TooSlow")
  );
}
