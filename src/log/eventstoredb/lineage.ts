import { randomUUID } from "node:crypto";
import type { Pool } from "pg";
import { ForeignLedger } from "../event-log.ts";
import type { Claims } from "./claims.ts";

/**
 * Which database a log is written by way of. One restored from a backup, or a standby that was
 * promoted, looks like the one it was copied from; but claims that the other took since then it
 * does not know.
 */
export interface Lineage {
  /**
   * Throws {@link ForeignLedger} where the log's newest claim was taken by way of another database:
   * whoever writes there must be stopped, or this one must not write.
   */
  check(): Promise<void>;
  /** The nonce of a claim that is about to be taken, written down. */
  nextNonce(): Promise<string>;
  /** From now on the newest claim counts as taken by way of this database. */
  adopt(): Promise<void>;
}

/** The lineage of the database in `pool`. */
export function lineageOf(pool: Pool, claims: Claims): Lineage {
  const note = async (nonce: string): Promise<string> => {
    await pool.query("INSERT INTO claims_taken (nonce) VALUES ($1) ON CONFLICT DO NOTHING", [
      nonce,
    ]);
    return nonce;
  };
  const adopt = async (): Promise<void> => {
    await claims.refresh();
    if (claims.newest !== undefined) await note(claims.newest.nonce);
  };
  return {
    check: async () => {
      await claims.refresh();
      const { newest } = claims;
      if (newest === undefined) return;
      const { rows } = await pool.query<{ isKnown: boolean | null }>(
        `SELECT bool_or(nonce = $1) AS "isKnown" FROM claims_taken`,
        [newest.nonce],
      );
      const isKnown = rows[0]?.isKnown ?? undefined;
      // A database of an earlier version, or a new one, has noted none.
      if (isKnown === undefined) await adopt();
      if (isKnown !== false) return;
      throw new ForeignLedger(
        `the log is written by way of another database: writer's claim ${newest.number} was ` +
          `taken there, by ${newest.holder}. Stop what runs there; then ` +
          "sunshine rebuild --adopt makes this database the one",
      );
    },
    nextNonce: () => note(randomUUID()),
    adopt,
  };
}
