import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { Ledger } from "../ledger.ts";
import { openLedger } from "../compose.ts";
import type { Config } from "../config.ts";
import { parseConfig } from "../config.ts";
import type { KnownAt } from "../queries/as-of.ts";
import { resolveKnownAt } from "../queries/as-of.ts";
import type { KnownAtChoice } from "./choices.ts";
import type { ExitStatus } from "./failure.ts";
import { failureOf, Interrupted, NobodyReads, UsageError } from "./failure.ts";
import type { Format } from "./output.ts";
import { Output } from "./output.ts";
import { progress, say } from "./progress.ts";
import { terminal } from "./terminal.ts";

/** What every verb is told, whatever it does. */
export interface Settings {
  readonly verb: string;
  readonly dataDir: string;
  readonly format: Format;
  readonly config: Config;
}

/** What a verb works with. */
export interface Session {
  readonly ledger: Ledger;
  readonly settings: Settings;
  readonly out: Output;
  /** Aborts when the verb is to stop: at a signal, or when the reader has gone. */
  readonly signal: AbortSignal;
}

/** Does a verb's work and notes its exit status. */
export type Runner = (
  command: Command,
  options: RunOptions,
  work: (session: Session) => Promise<ExitStatus>,
) => Promise<void>;

/** What sets a verb apart in the way it is run. */
export interface RunOptions {
  /** Whether the answer is a table, which is what `--csv` asks for. */
  readonly table: boolean;
  readonly poolMax?: number;
  /** Whether the verb is for ledgers too whose log has lost events. */
  readonly mayBeAhead?: boolean;
  /** How long the work may take to end by itself once it is to stop. */
  readonly windDownMs?: number;
}

/** Reads the options that every verb takes. Throws `UsageError` and `ConfigError`. */
export function settingsOf(command: Command, table: boolean): Settings {
  const data = choiceOf(command, "data") as string;
  const json = choiceOf(command, "json");
  const csv = choiceOf(command, "csv");
  if (data.trim() === "") throw new UsageError("--data names no folder");
  if (json === true && csv === true) throw new UsageError("--json and --csv exclude each other");
  if (csv === true && !table) {
    throw new UsageError(`the answer of ${command.name()} is no table: it has no --csv`);
  }
  const format = json === true ? "json" : csv === true ? "csv" : "people";
  return { verb: command.name(), dataDir: data, format, config: parseConfig(terminal().env) };
}

/** What was said before the verb or after it; the default where nothing was. */
function choiceOf(command: Command, name: string): unknown {
  let byDefault: unknown;
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const source: unknown = at.getOptionValueSource(name);
    if (source !== undefined && source !== "default") return at.getOptionValue(name);
    byDefault = at.getOptionValue(name) ?? byDefault;
  }
  return byDefault;
}

/** How long a database may take to start once the verb is to stop. */
const openingMs = 8_000;

/** Opens the ledger, does the work and closes the ledger, whatever happens. */
export async function runVerb(
  settings: Settings,
  { poolMax, mayBeAhead = false, windDownMs = 2_000 }: Omit<RunOptions, "table">,
  work: (session: Session) => Promise<ExitStatus>,
): Promise<ExitStatus> {
  const stop = stopper();
  let ledger: Ledger | undefined;
  const opening = openLedger({
    dataDir: settings.dataDir,
    config: settings.config,
    applicationName: `sunshine ${settings.verb} ${process.pid}`,
    onNotice: say,
    mayBeAhead,
    longLived: settings.verb === "start",
    signal: stop.signal,
    ...(poolMax === undefined ? {} : { poolMax }),
  });
  try {
    ledger = await unlessStopped(opening, stop.signal, openingMs);
    stop.signal.throwIfAborted();
    const out = new Output(settings.format);
    out.isDemo = () => ledger?.identity()?.demo === true;
    const working = work({ ledger, settings, out, signal: stop.signal });
    return await unlessStopped(working, stop.signal, windDownMs);
  } finally {
    // From here on, errors change nothing: the answer has been given.
    await ledger?.close().catch((error: unknown) => say(`warning: ${failureOf(error).message}`));
    stop.forget();
  }
}

/** The work's own end where it comes soon after a stop, so that it can say what it has done. */
async function unlessStopped<T>(
  working: Promise<T>,
  signal: AbortSignal,
  windDownMs: number,
): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    const wait = async () => {
      await Promise.race([working.catch(() => undefined), sleep(windDownMs)]);
      reject(signal.reason as Error);
    };
    if (signal.aborted) void wait();
    else signal.addEventListener("abort", () => void wait());
  });
  return Promise.race([working, stopped]);
}

interface Stopper {
  readonly signal: AbortSignal;
  forget(): void;
}

/** One Ctrl-C may arrive twice: from the terminal and from the npm that runs us. */
const sameSignalMs = 1_000;

/** Aborts at the first signal, ends the process at the second. */
function stopper(): Stopper {
  const controller = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  const onSignal = (signal: NodeJS.Signals) => {
    const reason = new Interrupted(signal);
    if (performance.now() - first > sameSignalMs) process.exit(reason.status);
    first = Math.min(first, performance.now());
    controller.abort(reason);
  };
  const onError = (error: NodeJS.ErrnoException) => {
    controller.abort(error.code === "EPIPE" ? new NobodyReads() : error);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  terminal().stdout.on("error", onError);
  return {
    signal: controller.signal,
    forget: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

/** The position that an answer speaks of, once every projection has come that far. */
export async function answerableAt(
  { ledger, signal }: Pick<Session, "ledger" | "signal">,
  choice?: KnownAtChoice,
): Promise<KnownAt> {
  const knownAt = await resolveKnownAt(ledger, choice);
  await reach(ledger, knownAt.position, signal);
  return knownAt;
}

/** Waits until every projection has reached a position, with a bar where that takes long. */
export async function reach(ledger: Ledger, position: bigint, signal: AbortSignal): Promise<void> {
  const bar = progress("preparing");
  const from = await ledger.projector.position();
  try {
    await ledger.projector.reach(position, (at) => {
      signal.throwIfAborted();
      bar.update(Number(at - from), Number(position - from));
    });
  } finally {
    bar.stop();
  }
}
