import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../src/root.ts";

/** How a verb ended and what it said. */
export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SunshineOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of another build of the program. */
  readonly build?: string;
}

/** A verb that is under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
}

/** Starts the built command line as a process of its own. */
export function start(words: readonly string[], options: SunshineOptions = {}): Running {
  const bin = join(options.build ?? projectRoot, "bin/sunshine.js");
  return run(process.execPath, [bin, ...words], options);
}

/** Starts the service as the README says; the process is npm. */
export function npmStart(words: readonly string[], options?: SunshineOptions): Running {
  return run("npm", ["start", "--silent", "--", ...words], options);
}

/** Runs a command without what tap and the shell set. */
function run(
  command: string,
  args: readonly string[],
  { cwd, env }: SunshineOptions = {},
): Running {
  if (!existsSync(join(projectRoot, "dist/src/cli/main.js"))) {
    throw new Error("nothing is built: npm run build");
  }
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(command, args, {
    cwd: cwd ?? projectRoot,
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Said>((resolve) => {
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs a verb to its end. */
export function sunshine(words: readonly string[], options?: SunshineOptions): Promise<Said> {
  return start(words, options).ended;
}

/** Runs a verb with `--json` and answers the one document it said. */
export async function answer(
  words: readonly string[],
  options?: SunshineOptions,
): Promise<{ status: number | null; document: Record<string, unknown> }> {
  const { status, stdout, stderr } = await sunshine([...words, "--json"], options);
  if (stdout === "") throw new Error(`${words.join(" ")} ended with ${status ?? ""}: ${stderr}`);
  return { status, document: JSON.parse(stdout) as Record<string, unknown> };
}
