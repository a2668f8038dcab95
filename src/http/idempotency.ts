import { setTimeout as wait } from "node:timers/promises";
import type { KeptRequest } from "../app/idempotency.ts";
import { keptRequests } from "../app/idempotency.ts";
import type { JsonObject } from "../encoding/canonical.ts";
import type { Ledger } from "../ledger.ts";
import { HttpProblem } from "./problem.ts";

const settleMaxMs = 2_000;
const ref = { ref: false };

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
}

/** An answer from memory. */
export interface Replayed {
  readonly replayed: Answer;
}

/** Remembers answers under a caller's key: a retry gets the answer of the first request. */
export interface Idempotency {
  /**
   * Produces an answer once. The same key with the same content gets the first answer from memory;
   * with other content it is refused. `keep` returns what is remembered, or undefined for an
   * outcome that may differ next time, which frees the key. A key whose process has ended is free
   * within seconds, which is harmless: the ledger itself records nothing twice.
   */
  answerOnce<T>(
    request: KeyedRequest,
    produce: () => Promise<T>,
    keep: (produced: T) => Answer | undefined,
  ): Promise<T | Replayed>;
  close(): Promise<void>;
}

/** The memory of a ledger's database: keys and requests only as keyed fingerprints. */
export function idempotencyIn({ pool, vault }: Pick<Ledger, "pool" | "vault">): Idempotency {
  const requests = keptRequests(pool);
  return {
    close: () => requests.close(),
    answerOnce: async ({ route, actor, key, content }, produce, keep) => {
      const keyHash = vault.fingerprint({ route, actor, key });
      const requestHash = vault.fingerprint({ route, content });
      await requests.prune();
      const claim = await requests.claim(keyHash, requestHash);
      if ("answer" in claim) return { replayed: replay(claim, requestHash) };
      let answer: Answer | undefined;
      try {
        const produced = await produce();
        answer = keep(produced);
        return produced;
      } finally {
        // It is recorded, whether or not its answer can be kept.
        const text = answer === undefined ? undefined : JSON.stringify(answer);
        // A database that has fallen silent must not keep the answer back as well.
        await Promise.race([
          requests.settle(keyHash, claim, text),
          wait(settleMaxMs, undefined, ref),
        ]);
      }
    },
  };
}

function replay({ requestHash, answer }: KeptRequest, asked: string): Answer {
  if (requestHash !== asked) {
    throw new HttpProblem("IdempotencyKeyReused", "this key belongs to a request of other content");
  }
  if (answer === null) {
    const message = "a request under this key has not been answered yet";
    throw new HttpProblem("IdempotencyKeyInUse", message, { retryAfter: 1 });
  }
  return JSON.parse(answer) as Answer;
}
