import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { environmentHelp } from "../config.ts";
import { projectRoot } from "../root.ts";
import { benchVerb } from "./bench.ts";
import { exportVerb } from "./export.ts";
import type { ExitStatus } from "./failure.ts";
import { failureOf, NobodyReads } from "./failure.ts";
import { importVerb } from "./import.ts";
import { listVerb, stepsVerb } from "./list.ts";
import { noticeVerb } from "./notice.ts";
import { Output } from "./output.ts";
import { packVerb } from "./pack.ts";
import { bankVerb, closeVerb, instructVerb, profilesVerb, settleVerb } from "./payments.ts";
import { questionVerbs } from "./questions.ts";
import { rebuildVerb } from "./rebuild.ts";
import { reportVerb } from "./report.ts";
import type { Runner } from "./session.ts";
import { runVerb, settingsOf } from "./session.ts";
import { startVerb } from "./start.ts";
import { terminal } from "./terminal.ts";
import { verifyVerb } from "./verify.ts";

/** In the order of `--help`. */
const verbs = [
  startVerb,
  importVerb,
  ...questionVerbs,
  listVerb,
  noticeVerb,
  stepsVerb,
  instructVerb,
  bankVerb,
  settleVerb,
  closeVerb,
  profilesVerb,
  packVerb,
  reportVerb,
  verifyVerb,
  rebuildVerb,
  exportVerb,
  benchVerb,
];

/**
 * Runs the program with the words behind its name, and answers its exit status. It speaks to the
 * terminal it is given (`withTerminal`).
 */
export async function main(words: readonly string[]): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const run: Runner = async (command, options, work) => {
    status = await runVerb(settingsOf(command, options.table), options, work);
  };
  // The verb notices that the reader has gone; after its end that is no error.
  terminal().stdout.on("error", () => undefined);
  try {
    await program(run).parseAsync(words, { from: "user" });
    return status;
  } catch (error) {
    return await report(error, words);
  }
}

function program(run: Runner): Command {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    version: string;
  };
  const sunshine = new Command("sunshine")
    .description("阳光账本 Sunshine Ledger: what reached each household, and where it came from")
    .version(version)
    .addOption(dataOption().default("./.data", "./.data"))
    .addOption(jsonOption())
    .addOption(csvOption())
    // A verb may have an option of its own by the name of one of these.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal().stdout.write(text),
      writeErr: (text) => terminal().stderr.write(text),
    })
    .allowExcessArguments(false)
    .showHelpAfterError("(sunshine <verb> --help tells more)")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", environmentText());
  for (const verb of verbs) verb(sunshine, run);
  for (const command of sunshine.commands) {
    takesAfter(command);
    for (const inner of command.commands) takesAfter(inner);
  }
  return sunshine;
}

function dataOption(): Option {
  return new Option("--data <dir>", "folder of the embedded database");
}

function jsonOption(): Option {
  return new Option("--json", "answer with exactly one JSON document");
}

function csvOption(): Option {
  return new Option("--csv", "answer with CSV where the answer is a table");
}

/** The options of every verb may stand behind it, too. */
function takesAfter(command: Command): void {
  const own = new Set(command.options.map(({ long }) => long));
  for (const option of [dataOption(), jsonOption(), csvOption()]) {
    if (!own.has(option.long)) command.addOption(option.hideHelp());
  }
}

function environmentText(): string {
  const width = Math.max(...environmentHelp.map(([name]) => name.length)) + 2;
  const lines = environmentHelp.map(([name, meaning]) => `  ${name.padEnd(width)}${meaning}`);
  return `\nEnvironment:\n${lines.join("\n")}\n`;
}

/** Says what went wrong, once, and answers the exit status. */
async function report(error: unknown, words: readonly string[]): Promise<ExitStatus> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (error instanceof NobodyReads) return 0;
  const { code, message, status } = failureOf(error);
  if (asksForJson(words)) {
    await new Output("json").json({ error: { code, message } }).catch(() => undefined);
  }
  // Commander has said its own errors already.
  if (!(error instanceof CommanderError)) terminal().stderr.write(`sunshine: ${message}\n`);
  if (/^(debug|trace)$/.test(terminal().env["LOG_LEVEL"] ?? "") && error instanceof Error) {
    terminal().stderr.write(`${error.stack ?? ""}\n`);
  }
  return status;
}

function asksForJson(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).includes("--json");
}
