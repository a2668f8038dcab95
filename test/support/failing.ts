/** How a call fails: without having been made, or though it was made and done. */
export type Failing = "not done" | "done";

/** Which call of an object fails, and with what. */
export interface Fault {
  readonly method: string;
  /** The how manieth call, from 1. */
  readonly nth: number;
  readonly how: Failing;
  readonly error: () => Error;
}

/** Whether a fault has been met. */
export interface Met {
  count: number;
}

/**
 * An object of which one call of one method fails; a method that answers a sequence fails when it
 * is asked for the first piece, or after it has given that.
 */
export function failing<T extends object>(object: T, fault: Fault, met: Met): T {
  let calls = 0;
  return new Proxy(object, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target) as unknown;
      if (name !== fault.method || typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        calls += 1;
        const call = (): unknown => Reflect.apply(value, target, args) as unknown;
        if (calls !== fault.nth) return call();
        met.count += 1;
        const callback = args.at(-1);
        if (typeof callback === "function") {
          return setImmediate(() => {
            Reflect.apply(callback, undefined, [fault.error()]);
          });
        }
        const answer = fault.how === "done" ? call() : undefined;
        if (sequences.has(name)) return failingSequence(call, fault);
        return Promise.resolve(answer).then(() => {
          throw fault.error();
        });
      };
    },
  });
}

const sequences = new Set(["readStream", "follow"]);

async function* failingSequence(call: () => unknown, { how, error }: Fault) {
  if (how === "done") {
    for await (const item of call() as AsyncIterable<unknown>) {
      yield item;
      break;
    }
  }
  throw error();
}
