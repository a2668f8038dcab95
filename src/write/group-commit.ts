import type { KindName } from "../domain/kinds.ts";
import type { CommandContext } from "./commands.ts";
import type { Handler, Outcome } from "./handle.ts";

/** Commands that arrive while others are being recorded are recorded together after them. */
export interface Submitter {
  submit(kind: KindName, command: unknown, context: CommandContext): Promise<Outcome>;
}

interface Waiting {
  readonly kind: KindName;
  readonly command: unknown;
  readonly context: CommandContext;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

const groupMax = 500;
/** Groups under way at once: the next is decided and sent while one is being recorded. */
const groupsAhead = 2;
/** Where recording takes longer than this, one group at a time is better. */
const quickMs = 15;
/** The longest that a group waits for callers who are usually there. */
const patienceMs = 3;
/** The share of the most callers seen at once that the next group still expects. */
const expectedAgain = 0.9;

/**
 * Group commit over a handler: concurrent callers share one append and one flush to disk. Callers
 * who are usually there at once are divided among the groups under way; a group starts when most of
 * its share have come. A single caller does not wait, once the number of expected callers has
 * fallen.
 */
export function groupCommit({ handle }: Handler): Submitter {
  const queue: Waiting[] = [];
  let underWay = 0;
  /** Callers who have no answer yet. */
  let present = 0;
  /** The most callers at once of late. */
  let usual = 0;
  let isWoken = false;
  let isQuick = true;
  let patience: NodeJS.Timeout | undefined;

  const record = async (group: readonly Waiting[], kind: KindName): Promise<void> => {
    const begin = performance.now();
    try {
      const outcomes = await handle({
        kind,
        commands: group.map(({ command }) => command),
        contexts: group.map(({ context }) => context),
      });
      group.forEach(({ resolve }, i) => {
        resolve(outcomes[i] as Outcome);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      isQuick = performance.now() - begin < quickMs;
      underWay -= 1;
      present -= group.length;
      wake();
    }
  };

  const ahead = (): number => (isQuick ? groupsAhead : 1);
  const share = (): number => Math.min(groupMax, Math.ceil(usual / ahead()));

  const start = (): void => {
    clearTimeout(patience);
    patience = undefined;
    const kind = queue[0]?.kind;
    if (kind === undefined || underWay >= ahead()) return;
    usual = Math.max(present, usual * expectedAgain);
    const most = share();
    let count = 1;
    while (count < most && queue[count]?.kind === kind) count += 1;
    underWay += 1;
    void record(queue.splice(0, count), kind);
    wake();
  };

  const wake = (): void => {
    if (isWoken || queue.length === 0 || underWay >= ahead()) return;
    isWoken = true;
    // Let every caller that is ready in this turn of the event loop join the group.
    setImmediate(() => {
      isWoken = false;
      if (queue.length >= Math.floor(share() * expectedAgain)) start();
      else patience ??= setTimeout(start, patienceMs);
    });
  };

  return {
    submit: (kind, command, context) =>
      new Promise((resolve, reject) => {
        queue.push({ kind, command, context, resolve, reject });
        present += 1;
        usual = Math.max(usual, present);
        wake();
      }),
  };
}
