import type { CommandContext, CommandKind } from "./commands.ts";
import type { Handler, Outcome } from "./handle.ts";

/** Commands that arrive while others are being recorded are recorded together after them. */
export interface Submitter {
  submit(kind: CommandKind, command: unknown, context: CommandContext): Promise<Outcome>;
}

interface Waiting {
  readonly kind: CommandKind;
  readonly command: unknown;
  readonly context: CommandContext;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

const groupMax = 500;
/** Groups under way at once: while one is being recorded, the next is decided and sent. */
const groupsAhead = 2;
/** Those that wait are shared out among groups when there are more of them than this. */
const sharedMin = 8;
/** Where recording takes longer than this, fewer and larger groups are better. */
const quickMs = 5;

/** Group commit over a handler: concurrent callers share one append and one flush to disk. */
export function groupCommit({ handle }: Handler): Submitter {
  const queue: Waiting[] = [];
  let underWay = 0;
  let isWoken = false;
  let isQuick = true;
  const record = async (group: readonly Waiting[]): Promise<void> => {
    const [first] = group;
    if (first === undefined) return;
    const begin = performance.now();
    try {
      const outcomes = await handle({
        kind: first.kind,
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
      wake();
    }
  };
  const wake = (): void => {
    if (isWoken || queue.length === 0 || underWay >= groupsAhead) return;
    isWoken = true;
    // Let every caller that is ready in this turn of the event loop join the group.
    setImmediate(() => {
      isWoken = false;
      const kind = queue[0]?.kind;
      const isShared = isQuick && queue.length > sharedMin;
      const most = isShared ? Math.ceil(queue.length / (groupsAhead - underWay)) : groupMax;
      let count = 0;
      while (count < Math.min(most, groupMax) && queue[count]?.kind === kind) count += 1;
      underWay += 1;
      void record(queue.splice(0, count));
      wake();
    });
  };
  return {
    submit: (kind, command, context) =>
      new Promise((resolve, reject) => {
        queue.push({ kind, command, context, resolve, reject });
        wake();
      }),
  };
}
