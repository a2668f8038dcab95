import type { JsonObject } from "../encoding/canonical.ts";
import type { Ledger } from "../ledger.ts";
import { HttpProblem } from "./problem.ts";

/** What a request was answered with. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A request under a key of its caller; route and actor keep callers apart. */
export interface KeyedRequest {
  readonly route: string;
  readonly actor: string;
  readonly key: string;
  /** What makes two requests the same. */
  readonly content: JsonObject;
  /** After this long it has ended, however it ended: whoever asks next takes the key over. */
  readonly secondsMax: number;
}

/** An answer from memory. */
export interface Replayed {
  readonly replayed: Answer;
}

/** Remembers what was recorded under a caller's key: a retry is answered as the first was. */
export interface Idempotency {
  /**
   * Produces once: again under the same key the first answer comes from memory, with other content
   * it is refused. `keep` says what is remembered; undefined for what may turn out otherwise next
   * time, so that the key is free again. A key whose request never ended is taken over after
   * `secondsMax`, which is harmless: the ledger itself records nothing twice.
   */
  answerOnce<T>(
    request: KeyedRequest,
    produce: () => Promise<T>,
    keep: (produced: T) => Answer | undefined,
  ): Promise<T | Replayed>;
}

const keptHours = 24;
const rowsMax = 500_000;
const pruneEveryMs = 60_000;

interface Kept {
  readonly request_hash: string;
  readonly answer: string | null;
}

/** The memory in PostgreSQL: keys and requests only as keyed fingerprints. */
export function idempotencyIn({ pool, vault }: Pick<Ledger, "pool" | "vault">): Idempotency {
  let prunedAt = 0;
  const prune = async (): Promise<void> => {
    if (Date.now() - prunedAt < pruneEveryMs) return;
    prunedAt = Date.now();
    await pool.query(
      `DELETE FROM idempotency_keys WHERE created_at <= greatest(
         now() - make_interval(hours => $1),
         (SELECT created_at FROM idempotency_keys ORDER BY created_at DESC OFFSET $2 LIMIT 1))`,
      [keptHours, rowsMax],
    );
  };
  const claim = async (
    keyHash: string,
    requestHash: string,
    secondsMax: number,
  ): Promise<Kept | undefined> => {
    const { rowCount } = await pool.query(
      `INSERT INTO idempotency_keys AS known (key_hash, request_hash) VALUES ($1, $2)
       ON CONFLICT (key_hash) DO UPDATE SET created_at = now()
       WHERE known.answer IS NULL AND known.request_hash = $2
         AND known.created_at < now() - make_interval(secs => $3)`,
      [keyHash, requestHash, secondsMax],
    );
    if (rowCount === 1) return undefined;
    const { rows } = await pool.query<Kept>(
      "SELECT request_hash, answer FROM idempotency_keys WHERE key_hash = $1",
      [keyHash],
    );
    // Freed between the two statements: as if it were still in use.
    return rows[0] ?? { request_hash: requestHash, answer: null };
  };
  // A key that cannot be settled is taken over in time; what was recorded is recorded.
  const settle = async (keyHash: string, answer: Answer | undefined): Promise<void> => {
    const done =
      answer === undefined
        ? pool.query("DELETE FROM idempotency_keys WHERE key_hash = $1 AND answer IS NULL", [
            keyHash,
          ])
        : pool.query("UPDATE idempotency_keys SET answer = $2 WHERE key_hash = $1", [
            keyHash,
            JSON.stringify(answer),
          ]);
    await done.catch(() => undefined);
  };
  return {
    answerOnce: async ({ route, actor, key, content, secondsMax }, produce, keep) => {
      const keyHash = vault.fingerprint({ route, actor, key });
      const requestHash = vault.fingerprint({ route, content });
      await prune();
      const kept = await claim(keyHash, requestHash, secondsMax);
      if (kept !== undefined) return { replayed: replay(kept, requestHash) };
      let answer: Answer | undefined;
      try {
        const produced = await produce();
        answer = keep(produced);
        return produced;
      } finally {
        await settle(keyHash, answer);
      }
    },
  };
}

function replay({ request_hash: requestHash, answer }: Kept, asked: string): Answer {
  if (requestHash !== asked) {
    throw new HttpProblem("IdempotencyKeyReused", "this key belongs to a request of other content");
  }
  if (answer === null) {
    const message = "a request under this key has not been answered yet";
    throw new HttpProblem("IdempotencyKeyInUse", message, { retryAfter: 1 });
  }
  return JSON.parse(answer) as Answer;
}
