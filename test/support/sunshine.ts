import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { withTerminal } from "../../src/cli/terminal.ts";
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

/**
 * Waits until a service that was started with `--json` has said that it is ready; answers its
 * address. Throws what it said where it ended instead.
 */
export async function ready({ child, ended }: Running): Promise<string> {
  const said = new Promise<string>((resolve) =>
    child.stdout?.once("data", (text: string) => resolve(text)),
  );
  const over = ended.then(({ status, stderr }) => {
    throw new Error(`the service ended with ${status ?? "a signal"}: ${stderr}`);
  });
  const { url } = JSON.parse(await Promise.race([said, over])) as { url: string };
  return url;
}

/** Runs a verb to its end. */
export function sunshine(words: readonly string[], options?: SunshineOptions): Promise<Said> {
  return start(words, options).ended;
}

/**
 * The same in this process, which need not load the program first: for tables of many verbs.
 * Whatever speaks of processes, signals and the folder a verb is run in takes `sunshine`.
 */
export async function sunshineHere(
  words: readonly string[],
  { env }: Pick<SunshineOptions, "env"> = {},
): Promise<Said> {
  const { main } = await import("../../src/cli/program.ts");
  const { PATH = "", HOME = "" } = process.env;
  const [stdout, stderr] = [collector(), collector()];
  const own = { env: { PATH, HOME, ...env }, stdout: stdout.stream, stderr: stderr.stream };
  const status = await withTerminal(own, () => main(words));
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { readonly stream: Writable; text(): string } {
  const pieces: Buffer[] = [];
  const stream = new Writable({
    write: (piece: Buffer, _, done) => {
      pieces.push(piece);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(pieces).toString("utf8") };
}

interface Answered {
  readonly status: number | null;
  readonly document: Record<string, unknown>;
}

/** Runs a verb with `--json` and answers the one document it said. */
export async function answer(
  words: readonly string[],
  options?: SunshineOptions,
): Promise<Answered> {
  return documentOf(words, await sunshine([...words, "--json"], options));
}

/** The same in this process. */
export async function answerHere(
  words: readonly string[],
  options?: Pick<SunshineOptions, "env">,
): Promise<Answered> {
  return documentOf(words, await sunshineHere([...words, "--json"], options));
}

function documentOf(words: readonly string[], { status, stdout, stderr }: Said): Answered {
  if (stdout === "") throw new Error(`${words.join(" ")} ended with ${status ?? ""}: ${stderr}`);
  return { status, document: JSON.parse(stdout) as Record<string, unknown> };
}
