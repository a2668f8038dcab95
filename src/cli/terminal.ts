import { AsyncLocalStorage } from "node:async_hooks";

type TerminalStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** What a run of the program has around it: the environment, and where it says things. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
}

const given = new AsyncLocalStorage<Terminal>();

/** That of the run which asks: the process's own, unless the run was given another. */
export function terminal(): Terminal {
  return given.getStore() ?? process;
}

/** Does work that has another terminal than the process's. */
export function withTerminal<T>(other: Terminal, work: () => T): T {
  return given.run(other, work);
}
