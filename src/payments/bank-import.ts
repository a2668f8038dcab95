import { randomUUID } from "node:crypto";
import { NotABankFile } from "../bank/not-a-bank-file.ts";
import type { Profile } from "../bank/profile.ts";
import { accountOfFile } from "../domain/distribution/bank-file.ts";
import type { ToldLine } from "../domain/distribution/bank-payment.ts";
import type { BankFileTold } from "../domain/distribution/bank-told.ts";
import { keys } from "../domain/facts.ts";
import type { EventLog } from "../log/event-log.ts";
import { completeList, liftRecorded } from "../log/lists.ts";
import type { Handler } from "../write/handle.ts";
import { bankFileTold } from "./bank-told.ts";

/** What an import of a bank's files has come to. */
export interface BankImportResult {
  files: number;
  entries: number;
  credited: number;
  confirmed: number;
  accepted: number;
  rejected: number;
  returned: number;
  readonly unmatched: UnmatchedEntry[];
  alreadyRecorded: number;
  readonly refused: { file: string; code: string; message: string }[];
}

/** An entry, or a status, that fits no payment. */
export interface UnmatchedEntry {
  readonly file: string;
  readonly entry: string;
  readonly amount: string;
  readonly reason: string;
}

/** Nothing has been imported. */
export function noBankImport(): BankImportResult {
  const counts = { files: 0, entries: 0, credited: 0, confirmed: 0, accepted: 0 };
  const others = { rejected: 0, returned: 0, alreadyRecorded: 0 };
  return { ...counts, ...others, unmatched: [], refused: [] };
}

/** Imports one file of a bank, and adds what comes of it to `result`. */
export async function importBankFile(
  { handler, log }: { readonly handler: Handler; readonly log: EventLog },
  path: string,
  options: {
    readonly name: string;
    readonly actor: string;
    readonly profile?: Profile | undefined;
  },
  result: BankImportResult,
): Promise<bigint | undefined> {
  result.files += 1;
  let file: BankFileTold;
  try {
    file = await bankFileTold(path, options.profile);
  } catch (error) {
    if (!(error instanceof NotABankFile)) throw error;
    const { code, message } = error;
    result.refused.push({ file: options.name, code, message });
    return undefined;
  }
  const [outcome] = await handler.handle({
    kind: "bank",
    commands: [{ file }],
    contexts: [{ actor: options.actor, correlation: randomUUID() }],
  });
  if (outcome === undefined) throw new Error("a command has an outcome");
  switch (outcome.status) {
    case "recorded":
      count(file, await linesOf(log, file), options.name, result);
      return outcome.position;
    case "alreadyRecorded":
      result.alreadyRecorded += 1;
      return undefined;
    case "refused": {
      const { code, message } = outcome.refusal;
      result.refused.push({ file: options.name, code, message });
      return undefined;
    }
    case "failed":
      throw outcome.error;
  }
}

async function linesOf(log: EventLog, file: BankFileTold): Promise<readonly ToldLine[]> {
  const key = keys.bankFile(file.kind, accountOfFile(file), file.messageId);
  const recorded = (await log.find([key])).get(key);
  if (recorded === undefined) throw new Error("what was recorded is found by its key");
  const event = await completeList(log, recorded, liftRecorded(recorded));
  if (event.type !== "BankFileRecorded") throw new Error("a file is recorded under its key");
  return event.data.lines;
}

function count(
  file: BankFileTold,
  lines: readonly ToldLine[],
  name: string,
  result: BankImportResult,
): void {
  for (const { entries } of file.statements) result.entries += entries.length;
  for (const line of lines) {
    if (line.what === "payment") {
      if (line.effect !== "returnUndone" && line.isBehind !== true) result[line.effect] += 1;
    } else if (line.state === "unmatched") {
      const { entry, amount, reason = "" } = line;
      result.unmatched.push({ file: name, entry, amount, reason });
    }
  }
}
