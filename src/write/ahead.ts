import type { Mutex } from "async-mutex";
import type { AppendRequest, AppendResult, EventLog } from "../log/event-log.ts";
import type { CommandBatch } from "./commands.ts";
import type { Committer } from "./commit.ts";
import type { Decider, Decision } from "./decide.ts";

/** Batches that are decided and handed to the log before those ahead of them have answered. */
export interface Ahead {
  /**
   * Takes a batch: it is decided on what those before it will be, and appended behind them. When
   * they have answered, `finish` has its decision and its append, which is undefined where it was
   * not handed in.
   */
  take<T>(
    batch: CommandBatch,
    finish: (decision: Decision, handedIn: Promise<AppendResult | null> | undefined) => Promise<T>,
  ): Promise<T>;
}

/** What the batches of one handler share. */
export interface AheadOptions {
  readonly log: EventLog;
  readonly decider: Decider;
  readonly committer: Committer;
  /** One batch is decided at a time. */
  readonly deciding: Mutex;
}

/** The end of the line of appends: what the next one follows. */
interface LineEnd {
  /** The generation in which it was handed in. */
  readonly generation: number;
  readonly events: AppendRequest["events"] | undefined;
}

/** The line of batches of one handler. */
export function aheadOf({ log, decider, committer, deciding }: AheadOptions): Ahead {
  let decided: Promise<unknown> = Promise.resolve();
  let lineEnd: Promise<LineEnd | undefined> = Promise.resolve(undefined);
  let answered: Promise<unknown> = Promise.resolve();
  let isOpen = false;
  /** An append has failed: those behind it may be recorded or not, and the memory knows of none. */
  let hasFailed = false;

  const decide = async (batch: CommandBatch, before: Promise<unknown>): Promise<Decision> => {
    isOpen ||= await isOpened(log);
    if (decider.surveys(batch)) await before;
    for (;;) {
      const decision = await deciding.runExclusive(async () =>
        hasFailed ? undefined : decider.decide(batch),
      );
      if (decision !== undefined) return decision;
      await before;
      await deciding.runExclusive(() => {
        hasFailed = false;
        decider.startAfresh();
      });
    }
  };
  const handIn = async (
    decision: Promise<Decision>,
    before: Promise<unknown>,
    behind: Promise<LineEnd | undefined>,
  ): Promise<{ end: LineEnd; result: Promise<AppendResult | null> } | undefined> => {
    const own = await decision;
    const { generation } = own;
    // What it needs in the vault is stored while the batch before it is recorded.
    const request = await committer.requestOf(own);
    const prior = await behind;
    const isBehind = prior?.generation === generation;
    // What is before it may be on its way again: nothing may overtake that. And where nothing is to
    // be recorded, that is confirmed in its place, before anything behind it is recorded.
    if (!isBehind || request === null) await before;
    if (!decider.holds(own)) return undefined;
    const follows = isBehind ? prior.events : undefined;
    if (request === null) {
      const result = await committer.confirm(own);
      return result === null ? { end: { generation, events: follows }, result: nothing } : result;
    }
    const result = log.append({ ...request, follows });
    // Whoever finishes the batch hears of a failure.
    result.catch(() => undefined);
    return { end: { generation, events: request.events }, result };
  };
  return {
    take: async (batch, finish) => {
      const before = answered.catch(() => undefined);
      const decision = decided.then(() => decide(batch, before));
      decided = decision.catch(() => undefined);
      const handedIn = handIn(decision, before, lineEnd);
      lineEnd = handedIn.then(
        (one) => one?.end,
        () => undefined,
      );
      const finished = before
        .then(async () => finish(await decision, (await handedIn)?.result))
        .catch(async (error: unknown) => {
          // Nobody knows what of it was recorded: nothing that was decided on it may be kept.
          await deciding.runExclusive(() => {
            hasFailed = true;
            decider.startAfresh();
          });
          throw error;
        });
      answered = finished;
      return finished;
    },
  };
}

const nothing: Promise<null> = Promise.resolve(null);

/** Throws where it is not: a log begins with the event that says which ledger it is. */
async function isOpened(log: EventLog): Promise<true> {
  if ((await log.ledgerId()) === undefined) throw new Error("the ledger has not been opened");
  return true;
}
