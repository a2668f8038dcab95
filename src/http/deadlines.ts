import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** Thrown where work takes longer than its caller waits; it goes on. */
export class AnswerLate extends Error {}

/** Waits for work, but not for ever: then it rejects with {@link AnswerLate}. */
export type Within = <T>(work: Promise<T>) => Promise<T>;

interface Waiting {
  readonly since: number;
  readonly giveUp: () => void;
}

const lookEveryMs = 1_000;

/**
 * One look a second serves all who wait: a timer for each request would cost a tenth of the single
 * commands that a service can record.
 */
export function deadlines(app: FastifyInstance, maxMs: number): Within {
  const waiting = new Set<Waiting>();
  const timer = setInterval(() => {
    const late = performance.now() - maxMs;
    for (const one of waiting) {
      // They stand in the order in which they came.
      if (one.since > late) return;
      waiting.delete(one);
      one.giveUp();
    }
  }, lookEveryMs);
  timer.unref();
  app.addHook("onClose", (_app, done) => {
    clearInterval(timer);
    done();
  });
  return (work) =>
    new Promise((resolve, reject) => {
      const one = {
        since: performance.now(),
        giveUp: () => {
          reject(new AnswerLate("it took too long to answer"));
        },
      };
      waiting.add(one);
      work.then(resolve, reject).finally(() => waiting.delete(one));
    });
}

/** How long an answer that is there waits for what belongs to it and can be done without. */
const lateMs = 2_000;

/** What work comes to; undefined where an answer would have to wait for it. */
export async function unlessLate<T>(work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work, wait(lateMs, undefined, { ref: false })]);
}
