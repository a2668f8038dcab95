import type { Pool } from "pg";

/** What is known of a request under a key: its hash, and its answer once it has one. */
export interface KeptRequest {
  readonly requestHash: string;
  readonly answer: string | null;
}

/** Requests by the key of their caller, in PostgreSQL. Keys and requests are fingerprints. */
export interface KeptRequests {
  /**
   * Claims a key for this request and returns undefined, or returns what the key is in use for. A
   * key whose request has not ended after `secondsMax` is claimed again.
   */
  claim(keyHash: string, requestHash: string, secondsMax: number): Promise<KeptRequest | undefined>;
  /**
   * Keeps the answer of a claimed key, or frees the key where there is none. Never throws: a key
   * that cannot be settled is claimed again after its time.
   */
  settle(keyHash: string, answer: string | undefined): Promise<void>;
  /** Forgets what is older than a day or too much; does so at most once a minute. */
  prune(): Promise<void>;
}

const keptHours = 24;
const rowsMax = 500_000;
const pruneEveryMs = 60_000;

/** The requests kept in a database. */
export function keptRequests(pool: Pool): KeptRequests {
  let prunedAt = 0;
  return {
    claim: async (keyHash, requestHash, secondsMax) => {
      const { rowCount } = await pool.query(
        `INSERT INTO idempotency_keys AS known (key_hash, request_hash) VALUES ($1, $2)
         ON CONFLICT (key_hash) DO UPDATE SET created_at = now()
         WHERE known.answer IS NULL AND known.request_hash = $2
           AND known.created_at < now() - make_interval(secs => $3)`,
        [keyHash, requestHash, secondsMax],
      );
      if (rowCount === 1) return undefined;
      const { rows } = await pool.query<KeptRequest>(
        `SELECT request_hash AS "requestHash", answer FROM idempotency_keys WHERE key_hash = $1`,
        [keyHash],
      );
      // It was freed between the two statements: answered as if it were still in use.
      return rows[0] ?? { requestHash, answer: null };
    },
    settle: async (keyHash, answer) => {
      const done =
        answer === undefined
          ? pool.query("DELETE FROM idempotency_keys WHERE key_hash = $1 AND answer IS NULL", [
              keyHash,
            ])
          : pool.query("UPDATE idempotency_keys SET answer = $2 WHERE key_hash = $1", [
              keyHash,
              answer,
            ]);
      await done.catch(() => undefined);
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
  };
}
