import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import type { Command } from "commander";
import { Argument } from "commander";
import { beginsTransaction, journalText } from "../exchange/journal.ts";
import { systemCode } from "../exchange/text-encoding.ts";
import { amendmentsInWords } from "../queries/contracts.ts";
import type { JournalPosting } from "../queries/journal.ts";
import { journalPostings, journalRegisters } from "../queries/journal.ts";
import { FileNotWritable, UsageError } from "./failure.ts";
import { demoLine } from "./output.ts";
import { progress } from "./progress.ts";
import type { Runner, Session } from "./session.ts";
import { answerableAt, settingsOf } from "./session.ts";
import { counted, grouped } from "../words/numbers.ts";

/** `sunshine export journal FILE` */
export function exportVerb(program: Command, run: Runner): void {
  const verb = program
    .command("export")
    .summary("write a journal that hledger and Ledger read")
    .description("Writes every posting of every event as a journal that hledger and Ledger read.")
    .addArgument(new Argument("<what>", "journal").choices(["journal"]))
    .argument("<file>", "where to; - is standard output");
  verb.action(async (_what: string, file: string) => {
    if (file === "") throw new UsageError("FILE is empty");
    if (file === "-" && settingsOf(verb, false).format === "json") {
      throw new UsageError("--json and a journal cannot both be on standard output");
    }
    await run(verb, { table: false }, async (session) => {
      await exportJournal(session, file);
      return 0;
    });
  });
}

/** Ids may hold anything; a comment ends with its line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
}

async function exportJournal(session: Session, file: string): Promise<void> {
  const { ledger, out } = session;
  const knownAt = await answerableAt(session);
  const { position, at } = knownAt;
  const bar = progress("exporting");
  const tally = { transactions: 0, postings: 0 };
  const heard = (at: bigint) => bar.update(Number(at), Number(position));
  const until = at === null ? "empty" : `position ${position}, recorded ${at}`;
  const text = journalText({
    registers: await journalRegisters(ledger.reads, knownAt),
    postings: counting(session, journalPostings(ledger.reads, knownAt), tally, heard),
    amendments: (await amendmentsInWords(ledger.reads, knownAt)).map(oneLine),
    remarks: [
      `Sunshine Ledger 阳光账本, ${until}`,
      ...(out.isDemo() ? [demoLine] : []),
      "In names all but letters, digits, - _ and . is %XX, the hexadecimal of UTF-8.",
    ],
  });
  try {
    if (file === "-") for await (const chunk of text) await out.write(chunk);
    else await writeWhole(file, text);
  } finally {
    bar.stop();
  }
  if (file === "-") return;
  const { transactions, postings } = tally;
  if (out.format === "json") {
    return out.json({ file, transactions, postings, position: position.toString() });
  }
  await out.people(
    `${file}: ${counted(transactions, "transaction")}, ${counted(postings, "posting")}, ` +
      `as known at position ${grouped(position)}.`,
  );
}

async function* counting(
  { signal }: Session,
  postings: AsyncIterable<JournalPosting>,
  tally: { transactions: number; postings: number },
  onProgress: (position: bigint) => void,
): AsyncGenerator<JournalPosting> {
  let last: JournalPosting | undefined;
  for await (const posting of postings) {
    if (beginsTransaction(posting, last)) {
      signal.throwIfAborted();
      tally.transactions += 1;
      onProgress(posting.position);
    }
    last = posting;
    tally.postings += 1;
    yield posting;
  }
}

/** Moves a file to its place once it is whole; writes directly to a pipe or a device. */
async function writeWhole(file: string, chunks: AsyncIterable<string>): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  const direct = there?.isFile() === false;
  const target = direct ? file : `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(target, "w").catch(notWritable(file));
    try {
      for await (const chunk of chunks) await handle.appendFile(chunk).catch(notWritable(file));
      if (!direct) await handle.sync().catch(notWritable(file));
    } finally {
      await handle.close();
    }
    if (!direct) await rename(target, file).catch(notWritable(file));
  } finally {
    if (!direct) await rm(target, { force: true });
  }
}

function notWritable(file: string): (error: unknown) => never {
  return (error) => {
    throw new FileNotWritable(`${file} cannot be written (${systemCode(error)})`);
  };
}
