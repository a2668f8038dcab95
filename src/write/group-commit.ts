import type { KindName } from "../domain/kinds.ts";
import { Overloaded } from "../log/event-log.ts";
import type { CommandContext } from "./commands.ts";
import type { Handler, Outcome } from "./handle.ts";

/** Commands that arrive while others are being recorded are recorded together after them. */
export interface Submitter {
  /** Rejects with `Overloaded` where as many commands wait as may wait; it is recorded nowhere. */
  submit(kind: KindName, command: unknown, context: CommandContext): Promise<Outcome>;
}

/** How commands are put together. */
export interface GroupOptions {
  /** Commands in one group: a full one starts at once. */
  readonly groupMax?: number;
  /** Groups under way at once: while one is being recorded, the next is decided and sent. */
  readonly underWayMax?: number;
  /** How old a command gets, behind a group under way, before the next group starts with it. */
  readonly ageMs?: number;
  /** Commands that may wait for a group. */
  readonly waitingMax?: number;
}

interface Waiting {
  readonly kind: KindName;
  readonly command: unknown;
  readonly context: CommandContext;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit over a handler: concurrent callers share one append and one flush to disk. Where
 * nothing is under way, a group starts at once with all that are ready in this turn of the event
 * loop; behind one under way it starts when it is full or its first command has waited long enough.
 */
export function groupCommit(
  { handle }: Handler,
  { groupMax = 500, underWayMax = 2, ageMs = 3, waitingMax = 20_000 }: GroupOptions = {},
): Submitter {
  const queue: Waiting[] = [];
  let underWay = 0;
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
      group.forEach(({ resolve }, i) => {
        resolve(outcomes[i] as Outcome);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      underWay -= 1;
      wake();
    }
  };

  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const kind = queue[0]?.kind;
    if (kind === undefined || underWay >= underWayMax) return;
    const end = queue.slice(0, groupMax).findIndex((other) => other.kind !== kind);
    void record(queue.splice(0, end < 0 ? groupMax : end), kind);
    wake();
  };

  const wake = (): void => {
    if (queue.length === 0 || underWay >= underWayMax) return;
    if (underWay > 0 && queue.length < groupMax) {
      timer ??= setTimeout(start, ageMs);
    } else if (!isWoken) {
      isWoken = true;
      setImmediate(() => {
        isWoken = false;
        start();
      });
    }
  };

  return {
    submit: (kind, command, context) =>
      new Promise((resolve, reject) => {
        if (queue.length >= waitingMax) {
          reject(new Overloaded(`${waitingMax} commands wait to be recorded`));
          return;
        }
        queue.push({ kind, command, context, resolve, reject });
        wake();
      }),
  };
}
