import type { Pool } from "pg";
import type { Handler } from "../write/handle.ts";

/** Thrown where this machine's clock is too far ahead to record by; the message is for people. */
export class ClockAhead extends Error {}

/** The longest that this machine's clock may be ahead of the database's. */
export const aheadMaxMs = 5 * 60_000;
/** After this time the database's clock is looked at again. */
const checkedEveryMs = 60_000;

/** Sees to it that nothing is recorded by a clock that is too far ahead. */
export interface ClockCheck {
  /** Whether the clock is known to be right enough, without a look at the database. */
  isRight(): boolean;
  /** Looks at the database's clock. Throws {@link ClockAhead}. */
  check(): Promise<void>;
}

/** The database's clock at a moment of this process's own time, which no clock of people moves. */
interface Measured {
  readonly databaseMs: number;
  readonly at: number;
}

/**
 * Compares this machine's clock with that of the database. Between two looks the database's is
 * reckoned by the time that has passed here, so that a clock which is set forward meanwhile is
 * noticed at once and at no cost.
 */
export function clockCheck(pool: Pool): ClockCheck {
  let measured: Measured | undefined;
  let looking: Promise<Measured> | undefined;
  const look = (): Promise<Measured> =>
    (looking ??= measure(pool)
      .then((found) => (measured = found))
      .finally(() => (looking = undefined)));
  return {
    isRight: () => {
      if (measured === undefined || looking !== undefined) return false;
      if (performance.now() - measured.at > checkedEveryMs) return false;
      return aheadMs(measured) <= aheadMaxMs;
    },
    check: async () => {
      const ahead = aheadMs(await look());
      if (ahead <= aheadMaxMs) return;
      const minutes = Math.floor(ahead / 60_000);
      throw new ClockAhead(
        `the clock of this machine is ${minutes} minutes ahead of the database's: ` +
          "set it right; nothing was recorded",
      );
    },
  };
}

function aheadMs({ databaseMs, at }: Measured): number {
  return Date.now() - (databaseMs + performance.now() - at);
}

async function measure(pool: Pool): Promise<Measured> {
  const before = performance.now();
  const { rows } = await pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
  const [row] = rows;
  if (row === undefined) throw new Error("a clock has a time");
  return { databaseMs: row.now.getTime(), at: before };
}

/** A handler that records nothing by a clock that is too far ahead. */
export function byClock({ handle }: Handler, { isRight, check }: ClockCheck): Handler {
  // Batches that wait for a look go on in the order in which they came.
  return {
    handle: (batch) => (isRight() ? handle(batch) : check().then(() => handle(batch))),
  };
}
