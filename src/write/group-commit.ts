import type { KindName } from "../domain/kinds.ts";
import { Overloaded } from "../log/event-log.ts";
import type { CommandContext } from "./commands.ts";
import type { Handler, Outcome } from "./handle.ts";

/** Commands that arrive while others are being recorded are recorded together after them. */
export interface Submitter {
  /**
   * Rejects with `Overloaded` where as many commands wait as may wait, and with `StreamRefused`
   * where the log does not take it; it is recorded nowhere then.
   */
  submit(kind: KindName, command: unknown, context: CommandContext): Promise<Settled>;
}

/** What became of a command that was judged. */
export type Settled = Exclude<Outcome, { readonly status: "failed" }>;

/** How commands are put together. */
export interface GroupOptions {
  /** Commands in one group at most. */
  readonly groupMax?: number;
  /** Groups under way at once: while one is being recorded, the next is decided and sent. */
  readonly underWayMax?: number;
  /** How long a command waits at most for others to fill the group behind one under way. */
  readonly ageMs?: number;
  /** Commands that may wait for a group. */
  readonly waitingMax?: number;
}

interface Waiting {
  readonly kind: KindName;
  readonly command: unknown;
  readonly context: CommandContext;
  readonly resolve: (outcome: Settled) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit over a handler: concurrent callers share one append and one flush to disk. Callers
 * are shared out among the groups under way, so that one is decided while the other is recorded: a
 * group of that size starts at once, a smaller one when its first command has waited long enough.
 * Without the sharing all callers come back together and only one group is ever under way.
 */
export function groupCommit(
  { handle }: Handler,
  { groupMax = 500, underWayMax = 2, ageMs = 3, waitingMax = 20_000 }: GroupOptions = {},
): Submitter {
  const queue: Waiting[] = [];
  let underWay = 0;
  /** Callers who have no answer yet. */
  let present = 0;
  let isWoken = false;
  let timer: NodeJS.Timeout | undefined;

  const record = async (group: readonly Waiting[], kind: KindName): Promise<void> => {
    underWay += 1;
    try {
      const outcomes = await handle({
        kind,
        commands: group.map(({ command }) => command),
        contexts: group.map(({ context }) => context),
      });
      group.forEach(({ resolve, reject }, i) => {
        const outcome = outcomes[i] as Outcome;
        if (outcome.status === "failed") reject(outcome.error);
        else resolve(outcome);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      underWay -= 1;
      present -= group.length;
      wake();
    }
  };

  const full = (): number => Math.min(groupMax, Math.ceil(present / underWayMax));

  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const kind = queue[0]?.kind;
    if (kind === undefined || underWay >= underWayMax) return;
    const most = full();
    const end = queue.slice(0, most).findIndex((other) => other.kind !== kind);
    void record(queue.splice(0, end < 0 ? most : end), kind);
    wake();
  };

  const wake = (): void => {
    if (isWoken || queue.length === 0 || underWay >= underWayMax) return;
    isWoken = true;
    // All callers that are ready in this turn of the event loop join the group.
    setImmediate(() => {
      isWoken = false;
      if (queue.length >= full()) start();
      else timer ??= setTimeout(start, ageMs);
    });
  };

  return {
    submit: (kind, command, context) =>
      new Promise((resolve, reject) => {
        if (queue.length >= waitingMax) {
          reject(new Overloaded(`${waitingMax} commands wait to be recorded`));
          return;
        }
        present += 1;
        queue.push({ kind, command, context, resolve, reject });
        wake();
      }),
  };
}
