import type { Pool } from "pg";
import { claimLock } from "../database/locks.ts";
import type { ClaimSession } from "./idempotency-sessions.ts";
import { claimSessions } from "./idempotency-sessions.ts";

/** What is known of a request under a key: its hash, and its answer once it has one. */
export interface KeptRequest {
  readonly requestHash: string;
  readonly answer: string | null;
}

/** A key that is this request's until it is settled. */
export interface Claim {
  readonly session: ClaimSession;
}

/** Requests by the key of their caller, in PostgreSQL. Keys and requests are fingerprints. */
export interface KeptRequests {
  /**
   * Claims a key for this request, or returns what the key is in use for. A claim holds as long as
   * its process works on it; one whose process has ended is claimed again within seconds.
   */
  claim(keyHash: string, requestHash: string): Promise<Claim | KeptRequest>;
  /**
   * Keeps the answer of a claimed key, or frees the key where there is none. Never throws: a key
   * that cannot be settled is free once the other claims of its time have ended.
   */
  settle(keyHash: string, claim: Claim, answer: string | undefined): Promise<void>;
  /** Forgets what is older than a day or too much; does so at most once a minute. */
  prune(): Promise<void>;
  close(): Promise<void>;
}

const keptHours = 24;
const rowsMax = 500_000;
const pruneEveryMs = 60_000;
/** How long a claim must have looked dead: a living process has its lock again sooner. */
const doubtMinSeconds = 3;
/** After this time a doubt counts no more, and begins again. */
const doubtMaxSeconds = 60;

const looksDead = `pg_try_advisory_xact_lock(${claimLock.replace("$1", "known.session")})`;

/** The requests kept in a database. */
export function keptRequests(pool: Pool): KeptRequests {
  const sessions = claimSessions(pool);
  /** Claims of this process by their keys; as many as requests are under way. */
  const own = new Map<string, string>();
  let prunedAt = 0;
  return {
    claim: async (keyHash, requestHash) => {
      const mine = own.get(keyHash);
      if (mine !== undefined) return { requestHash: mine, answer: null };
      own.set(keyHash, requestHash);
      let session: ClaimSession | undefined;
      let isClaimed = false;
      try {
        session = await sessions.enter();
        isClaimed = await claimFor(pool, keyHash, requestHash, session.number);
        return isClaimed ? { session } : await inUseFor(pool, keyHash, requestHash);
      } catch (error) {
        if (session !== undefined) sessions.leave(session, false);
        session = undefined;
        throw error;
      } finally {
        if (!isClaimed) own.delete(keyHash);
        if (!isClaimed && session !== undefined) sessions.leave(session, true);
      }
    },
    settle: async (keyHash, { session }, answer) => {
      const mine = "key_hash = $1 AND session = $2 AND answer IS NULL";
      const values = [keyHash, session.number];
      const isSettled = await (answer === undefined
        ? pool.query(`DELETE FROM idempotency_keys WHERE ${mine}`, values)
        : pool.query(`UPDATE idempotency_keys SET answer = $3 WHERE ${mine}`, [...values, answer])
      ).then(
        () => true,
        () => false,
      );
      own.delete(keyHash);
      sessions.leave(session, isSettled);
    },
    prune: async () => {
      if (Date.now() - prunedAt < pruneEveryMs) return;
      prunedAt = Date.now();
      await pool.query(
        `DELETE FROM idempotency_keys WHERE created_at <= greatest(
           now() - make_interval(hours => $1),
           (SELECT created_at FROM idempotency_keys ORDER BY created_at DESC OFFSET $2 LIMIT 1))`,
        [keptHours, rowsMax],
      );
    },
    close: () => sessions.close(),
  };
}

/** Claims a key that is free, or whose process has ended. */
async function claimFor(
  pool: Pool,
  keyHash: string,
  requestHash: string,
  session: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `INSERT INTO idempotency_keys AS known (key_hash, request_hash, session)
       VALUES ($1, $2, $3)
       ON CONFLICT (key_hash) DO UPDATE SET created_at = now(), session = $3, doubted_at = NULL
       WHERE known.answer IS NULL AND known.request_hash = $2 AND (known.session IS NULL
         OR known.doubted_at BETWEEN now() - make_interval(secs => $5)
           AND now() - make_interval(secs => $4) AND ${looksDead})`,
    [keyHash, requestHash, session, doubtMinSeconds, doubtMaxSeconds],
  );
  return rowCount === 1;
}

/** What a key is in use for; where its process seems to have ended, it is noted since when. */
async function inUseFor(pool: Pool, keyHash: string, requestHash: string): Promise<KeptRequest> {
  const { rows } = await pool.query<KeptRequest>(
    `SELECT request_hash AS "requestHash", answer FROM idempotency_keys WHERE key_hash = $1`,
    [keyHash],
  );
  // It was freed between the two statements: answered as if it were still in use.
  const found = rows[0] ?? { requestHash, answer: null };
  if (found.answer === null) {
    await pool.query(
      `UPDATE idempotency_keys AS known SET doubted_at = now()
         WHERE key_hash = $1 AND answer IS NULL AND session IS NOT NULL
           AND coalesce(doubted_at < now() - make_interval(secs => $2), true) AND ${looksDead}`,
      [keyHash, doubtMaxSeconds],
    );
  }
  return found;
}
