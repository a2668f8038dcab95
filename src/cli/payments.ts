import type { Command } from "commander";
import { Option } from "commander";
import type { InstructionFormat } from "../bank/instruction-file.ts";
import type { Profile } from "../bank/profile.ts";
import { dayInShanghai } from "../domain/calendar.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import { batchAt } from "../queries/batches.ts";
import { grouped } from "../words/numbers.ts";
import { refused, userName } from "./command.ts";
import type { ExitStatus } from "./failure.ts";
import { FileNotWritable, UsageError } from "./failure.ts";
import type { Runner, Session } from "./session.ts";
import { answerableAt, reach } from "./session.ts";

// What only these verbs need is loaded by them: every other verb would wait for it.

/** The profile of a bank by its name; undefined for messages of ISO 20022. */
export async function profileNamed(name: string | undefined): Promise<Profile | undefined> {
  if (name === undefined) return undefined;
  const format = await formatOf(name);
  return typeof format === "string" ? undefined : format;
}

async function formatOf(name: string): Promise<InstructionFormat> {
  const { formatNamed, listProfiles } = await import("../bank/bank-file.ts");
  const format = formatNamed(name);
  if (format === undefined) {
    const known = listProfiles().map(({ profile }) => profile);
    throw new UsageError(`--profile is one of ${known.join(", ")}`);
  }
  return format;
}

interface InstructWishes {
  readonly account: string;
  readonly by: string;
  readonly on?: string;
  readonly profile: string;
  readonly payer?: string;
  readonly out: string;
}

/** `sunshine instruct PLAN…` and `sunshine instruct --again BATCH` */
export function instructVerb(program: Command, run: Runner): void {
  const verb = program
    .command("instruct")
    .summary("tell a bank to pay the due lines of plans")
    .description(
      "Makes a batch over all due lines of approved plans and writes the bank's instruction. " +
        "What is in a batch is not paid again before the bank has answered. With --again the " +
        "instruction of a batch is written once more.",
    )
    .argument("[plan...]", "计划编号")
    .option("--account <account>", "the account that pays")
    .option("--by <name>", "who instructs")
    .option("--on <day>", "when the bank is to pay (YYYY-MM-DD; today otherwise)")
    .option("--profile <name>", "the format: see `profiles`", "pain.001.001.03")
    .option("--payer <name>", "the name of the account that pays (default: its number)")
    .option("--again <batch>", "write the instruction of this batch once more")
    .requiredOption("--out <file>", "where the instruction goes");
  verb.action(async (plans: string[]) => {
    const wishes = verb.opts<Partial<InstructWishes> & { again?: string; out: string }>();
    const { again, account, by, profile = "pain.001.001.03", out } = wishes;
    if (again !== undefined) {
      await run(verb, { table: false }, (session) => writeAgain(session, again, out, wishes.payer));
      return;
    }
    if (plans.length === 0 || account === undefined || by === undefined) {
      throw new UsageError("PLAN, --account and --by are needed");
    }
    const format = await formatOf(profile);
    const on = wishes.on ?? dayInShanghai(Date.now());
    await run(verb, { table: false }, async (session) => {
      const { ledger } = session;
      await ledger.open({ demo: false });
      const asked = { plans, account, by, on, profile };
      const { instruct, writeBatch } = await import("../payments/instruct.ts");
      const done = await instruct(ledger, format, asked, { actor: userName() });
      if ("code" in done) return refused(session, done);
      const { batch, skipped } = done;
      await written(session, batch.batch, out, () =>
        writeBatch(ledger, batch, format, wishes.payer ?? account, out),
      );
      const { count, sum } = batch;
      const said = { batch: batch.batch, plans, lines: count, sum, file: out, skipped };
      if (session.out.format === "json") await session.out.json(said);
      else {
        await session.out.people(
          `批次 batch ${batch.batch}: ${count} payments, ${grouped(sum)} yuan, in ${out}`,
          ...skipped.map(({ plan, line, reason }) => `计划 ${plan} 第 ${line} 行: ${reason}`),
        );
      }
      return 0;
    });
  });
}

/** What is recorded stays: its file can be written again. */
async function written(
  _session: Session,
  batch: string,
  file: string,
  write: () => Promise<void>,
): Promise<void> {
  await write().catch((error: unknown) => {
    const how = `batch ${batch} is recorded: write it with sunshine instruct --again ${batch}`;
    throw new FileNotWritable(`${file} cannot be written (${systemCode(error)}); ${how}`);
  });
}

async function writeAgain(
  session: Session,
  id: string,
  file: string,
  payer: string | undefined,
): Promise<ExitStatus> {
  const { ledger, out } = session;
  const { position } = await answerableAt(session);
  const batch = await batchAt(ledger.reads.pool, id, position);
  const format = await formatOf(batch.profile);
  const { writeBatch } = await import("../payments/instruct.ts");
  await written(session, id, file, () =>
    writeBatch(ledger, batch, format, payer ?? batch.account, file),
  );
  const said = { batch: id, lines: batch.count, sum: batch.sum, file };
  if (out.format === "json") await out.json(said);
  else await out.people(`批次 batch ${id}: ${batch.count} payments, in ${file}`);
  return 0;
}

/** `sunshine bank show FILE` */
export function bankVerb(program: Command, run: Runner): void {
  const bank = program
    .command("bank")
    .summary("look into a bank's file")
    .description("What a bank's file says. Nothing is recorded.");
  const verb = bank
    .command("show")
    .description("What a bank's file says, with the checks that it can be held to.")
    .argument("<file>", "camt.052, camt.053, camt.054, pain.002, or an answer of a profile")
    .option("--profile <name>", "a bank's own format: see `profiles`");
  verb.action(async (file: string) => {
    const profile = await profileNamed(verb.opts<{ profile?: string }>().profile);
    await run(verb, { table: false }, async (session) => {
      const { out } = session;
      const { readBankFile } = await import("../bank/bank-file.ts");
      const { collectDocument, hasFailedCheck } = await import("../bank/bank-document.ts");
      const { NotABankFile } = await import("../bank/not-a-bank-file.ts");
      try {
        const document = await collectDocument(readBankFile(file, profile));
        if (out.format === "json") await out.json(document);
        else await out.people(JSON.stringify(document, undefined, 2));
        return hasFailedCheck(document) ? 1 : 0;
      } catch (error) {
        if (!(error instanceof NotABankFile)) throw error;
        const { code, message } = error;
        return refused(session, { code, message });
      }
    });
  });
}

/** `sunshine profiles` */
export function profilesVerb(program: Command, run: Runner): void {
  const verb = program
    .command("profiles")
    .summary("the formats of instructions and answers")
    .description("The formats in which a bank is told to pay, and how it answers.");
  verb.action(async () => {
    await run(verb, { table: false }, async ({ out }) => {
      const { listProfiles } = await import("../bank/bank-file.ts");
      const all = listProfiles();
      if (out.format === "json") await out.write(`${JSON.stringify(all)}\n`);
      else {
        await out.people(
          ...all.map(
            ({ profile, instruction, answer }) => `${profile}: ${instruction} ← ${answer}`,
          ),
        );
      }
      return 0;
    });
  });
}

/** `sunshine import bank FILE…` */
export async function importBank(
  session: Session,
  files: readonly string[],
  { actor, profile }: { readonly actor: string; readonly profile: Profile | undefined },
): Promise<ExitStatus> {
  const { ledger, out, signal } = session;
  await ledger.open({ demo: false });
  const { importBankFile, noBankImport } = await import("../payments/bank-import.ts");
  const result = noBankImport();
  for (const file of files) {
    signal.throwIfAborted();
    await importBankFile(ledger, file, { name: file, actor, profile }, result);
  }
  const { position } = await ledger.log.head();
  await reach(ledger, position, signal);
  if (out.format === "json") await out.json({ ...result, position: position.toString() });
  else {
    const { unmatched, refused: not, ...counts } = result;
    await out.people(
      ...Object.entries(counts).map(([name, count]) => `${name} ${count}`),
      ...unmatched.map(({ entry, amount, reason }) => `unmatched ${entry}: ${amount} ${reason}`),
      ...not.map(({ file, code, message }) => `${file}: ${code}: ${message}`),
    );
  }
  return result.refused.length === 0 ? 0 : 1;
}

/** `sunshine settle ENTRY` */
export function settleVerb(program: Command, run: Runner): void {
  const verb = program
    .command("settle")
    .summary("decide about a bank's entry that fits no payment")
    .description(
      "Says which payment an entry is, or what else it is, or takes that back; gives up a " +
        "payment that the bank never answered.",
    )
    .argument("<entry>", "the entry as an import named it, or <batch>/<EndToEndId>")
    .addOption(new Option("--to <payment>", "it is this payment: <batch>/<EndToEndId>"))
    .addOption(new Option("--as <other>", "it is something else, in words; or `rejected`"))
    .addOption(new Option("--undo", "take the decision back"))
    .requiredOption("--by <name>", "who decides")
    .requiredOption("--reason <text>", "why")
    .option("--on <day>", "when (YYYY-MM-DD; today otherwise)");
  verb.action(async (entry: string) => {
    const wishes = verb.opts<Record<"to" | "as" | "by" | "reason" | "on", string | undefined>>();
    const { undo } = verb.opts<{ undo?: true }>();
    const given = [wishes.to, wishes.as, undo].filter((one) => one !== undefined);
    if (given.length !== 1) throw new UsageError("one of --to, --as and --undo is needed");
    await run(verb, { table: false }, async (session) => {
      await session.ledger.open({ demo: false });
      const { by = "", reason = "", on = dayInShanghai(Date.now()) } = wishes;
      const asked = { entry, to: wishes.to, as: wishes.as, undo, by, reason, on };
      const { settle } = await import("../payments/settle.ts");
      const done = await settle(session.ledger, asked, { actor: userName() });
      if ("code" in done) return refused(session, done);
      const { state, position } = done;
      if (position !== undefined) await reach(session.ledger, position, session.signal);
      if (session.out.format === "json") await session.out.json({ entry, state });
      else await session.out.people(`${entry}: ${state}`);
      return 0;
    });
  });
}

/** `sunshine close YYYY-MM` */
export function closeVerb(program: Command, run: Runner): void {
  const verb = program
    .command("close")
    .summary("close an accounting month")
    .description(
      "Closes a month that is over, and with the first all before it: nothing is recorded into it.",
    )
    .argument("<month>", "YYYY-MM")
    .requiredOption("--by <name>", "who closes it");
  verb.action(async (month: string) => {
    const { by } = verb.opts<{ by: string }>();
    if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) throw new UsageError("MONTH is YYYY-MM");
    await run(verb, { table: false }, async (session) => {
      await session.ledger.open({ demo: false });
      const { closeMonth } = await import("../payments/close.ts");
      const done = await closeMonth(session.ledger, { month, by }, { actor: userName() });
      if ("code" in done) return refused(session, done);
      const { closed, reasons, position } = done;
      if (position !== undefined) await reach(session.ledger, position, session.signal);
      if (session.out.format === "json") await session.out.json({ month, closed, reasons });
      else await session.out.people(closed ? `${month}: closed` : `${month}: open`, ...reasons);
      return closed ? 0 : 1;
    });
  });
}
