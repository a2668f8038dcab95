import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { extname, join } from "node:path";
import { execArgv } from "node:process";
import { projectRoot } from "../src/root.ts";
import type { BenchDatabase, BenchServer } from "./server.ts";

/** What a child of a bench is told first. */
export interface ChildTask {
  readonly database: BenchDatabase;
  readonly server: Pick<BenchServer, "config" | "folder" | "keyFile">;
  /** A file to import, where the child imports one. */
  readonly path?: string;
}

/** A module of this folder in a process of its own; it answers by messages. */
export interface Child {
  /** Resolves with its next message. Rejects when it ends without one. */
  answer(): Promise<unknown>;
  /** Tells it to end, and waits until it has. */
  end(): Promise<void>;
}

/**
 * Starts a module of this folder, under node or tsx as this process is, and gives it its task. Its
 * heap may be limited: without that, what is garbage is let grow as long as there is room.
 */
export function startChild(module: string, task: ChildTask, heapMegabytes?: number): Child {
  const end = extname(import.meta.url);
  const path = join(projectRoot, end === ".ts" ? "bench" : "dist/bench", `${module}${end}`);
  const limit = heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`];
  const process = fork(path, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [...execArgv, ...limit],
  });
  const { database, server } = task;
  process.send({
    ...task,
    database: { name: database.name, url: database.url },
    server: { config: server.config, folder: server.folder, keyFile: server.keyFile },
  });
  return { answer: () => answerOf(process, module), end: () => endOf(process) };
}

async function answerOf(process: ChildProcess, module: string): Promise<unknown> {
  const stop = new AbortController();
  const { signal } = stop;
  try {
    const [answer] = (await Promise.race([
      once(process, "message", { signal }),
      once(process, "exit", { signal }).then(() => {
        throw new Error(`${module} has ended without an answer`);
      }),
    ])) as [unknown];
    return answer;
  } finally {
    stop.abort();
  }
}

async function endOf(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = once(process, "exit");
  if (process.connected) process.disconnect();
  else process.kill();
  await ended;
}

/** In the child: its task. */
export async function childTask(): Promise<ChildTask> {
  const [task] = (await once(process, "message")) as [ChildTask];
  return task;
}
