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

/** Group commit over a handler: concurrent callers share one append and one flush to disk. */
export function groupCommit({ handle }: Handler): Submitter {
  const queue: Waiting[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    // Let every caller that is ready in this turn of the event loop join the group.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const kind = (queue[0] as Waiting).kind;
      let count = 0;
      while (count < groupMax && queue[count]?.kind === kind) count += 1;
      const group = queue.splice(0, count);
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
      }
    }
    running = false;
  };
  return {
    submit: (kind, command, context) =>
      new Promise((resolve, reject) => {
        queue.push({ kind, command, context, resolve, reject });
        if (running) return;
        running = true;
        void run();
      }),
  };
}
