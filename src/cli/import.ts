import { realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { Command } from "commander";
import { Argument } from "commander";
import { actorFault } from "../domain/actor.ts";
import type { KindName } from "../domain/kinds.ts";
import { fileKinds, kindOf } from "../domain/kinds.ts";
import type { ImportResult, NamedRow } from "../app/import.ts";
import { importFile, nothingDone, refusedCount } from "../app/import.ts";
import type { Sheets } from "../exchange/table.ts";
import { TableError } from "../exchange/table-reader.ts";
import type { Projector } from "../app/project.ts";
import { userName } from "./command.ts";
import type { ExitStatus, Failure } from "./failure.ts";
import { failureOf, UsageError } from "./failure.ts";
import { tableText } from "./output.ts";
import { importBank, profileNamed } from "./payments.ts";
import { progress, say } from "./progress.ts";
import type { Runner, Session } from "./session.ts";
import { reach } from "./session.ts";
import type { Spool } from "./spool.ts";
import { spool } from "./spool.ts";
import { counted, grouped } from "../words/numbers.ts";

/** Refused rows of a file that a person is shown. */
const shownMax = 20;
/** Longer than a batch takes to be recorded and projected on a slow machine. */
const windDownMs = 6_000;

interface ImportWishes {
  readonly actor?: string;
  readonly rejected?: string;
  readonly sheet?: string;
  readonly documents?: string;
  readonly profile?: string;
}

/** `sunshine import KIND FILE…` */
export function importVerb(program: Command, run: Runner): void {
  const verb = program
    .command("import")
    .summary("record the rows of files")
    .description(
      "Records the rows of CSV or XLSX files. Rows that are refused are written beside the file, " +
        "to be corrected and imported again; what is recorded already is not recorded twice.",
    )
    .addArgument(new Argument("<kind>", "what a row is").choices([...fileKinds, "bank"]))
    .argument("<file...>", "CSV (UTF-8 or GB18030) or XLSX")
    .option("--actor <name>", "who answers for the rows (default: the user of this computer)")
    .option("--sheet <name>", "the sheet of a workbook to read (default: the first visible one)")
    .option("--documents <dir>", "folder whose files 材料 may name; they are hashed")
    .option("--profile <name>", "of a bank's file: its own format, see `profiles`")
    .option("--rejected <file>", "where refused rows go (default: FILE.rejected.csv or .xlsx)");
  verb.action(async (kind: KindName, files: string[], wishes: ImportWishes) => {
    refuseActor(wishes.actor ?? userName());
    if (kind === "bank") {
      const { actor = userName() } = wishes;
      const profile = await profileNamed(wishes.profile);
      await run(verb, { table: false }, (session) =>
        importBank(session, files, { actor, profile }),
      );
      return;
    }
    await refuseOverwriting(files, wishes.rejected);
    const limits = { table: false, windDownMs };
    await run(verb, limits, (session) => runImport(session, kind, files, wishes));
  });
}

/** Throws `UsageError` for a name that no event can carry. */
function refuseActor(actor: string): void {
  const fault = actorFault(actor);
  if (fault !== undefined) throw new UsageError(`--actor ${fault}`);
}

/** Throws `UsageError` where the refused rows of one file would replace a file to be imported. */
async function refuseOverwriting(
  files: readonly string[],
  rejected: string | undefined,
): Promise<void> {
  if (rejected !== undefined && files.length > 1) {
    throw new UsageError("--rejected is for one FILE; several have their own beside them");
  }
  const inputs = new Set(await Promise.all(files.map(truePath)));
  for (const file of files) {
    const beside = [`${file}.rejected.csv`, `${file}.rejected.xlsx`];
    for (const target of rejected === undefined ? beside : [rejected]) {
      if (!inputs.has(await truePath(target))) continue;
      throw new UsageError(`${target} is to be imported and would be replaced by refused rows`);
    }
  }
}

function truePath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

interface Sums {
  rows: number;
  recorded: number;
  alreadyRecorded: number;
  refusedCount: number;
  /** Where the answer is JSON: all of them, as JSON with commas between. */
  readonly refused: Spool;
  readonly remarks: Spool;
  /** Of each workbook, which sheet was read. */
  readonly sheets: ({ readonly file: string } & Sheets)[];
}

async function runImport(
  session: Session,
  kind: KindName,
  files: readonly string[],
  wishes: ImportWishes,
): Promise<ExitStatus> {
  await session.ledger.open({ demo: false });
  const lists = { refused: spool(), remarks: spool() };
  try {
    const counts = { rows: 0, recorded: 0, alreadyRecorded: 0, refusedCount: 0 };
    return await importFiles(session, kind, files, wishes, { ...counts, ...lists, sheets: [] });
  } finally {
    for (const list of Object.values(lists)) list.close();
  }
}

async function importFiles(
  session: Session,
  kind: KindName,
  files: readonly string[],
  { actor, rejected, sheet, documents }: ImportWishes,
  sums: Sums,
): Promise<ExitStatus> {
  const { ledger, out, signal } = session;
  const alongside = projectAlongside(ledger.projector, signal);
  let stop: Stop | undefined;
  let last: bigint | undefined;
  for (const [at, file] of files.entries()) {
    const bar = progress(basename(file));
    try {
      const result = await importFile(ledger.handler, kind, file, {
        actor: actor ?? userName(),
        sheet,
        documents,
        ...(rejected === undefined ? {} : { rejected }),
        ...(out.format === "json"
          ? {
              listedMax: 0,
              onRefused: spoolTo(sums.refused, kind),
              onRemark: spoolTo(sums.remarks, kind),
            }
          : { listedMax: shownMax }),
        onProgress: (done, total) => bar.update(done, total),
        onRecorded: (position) => {
          last = position;
          alongside.kick(position);
        },
        signal,
      });
      bar.stop();
      add(sums, file, result);
      if (result.warning !== null) say(`warning: ${result.warning}`);
      for (const name of result.doubtful) say(`warning: ${file}: column ${name} is kept as a note`);
      if (out.format === "people") await tellFile(session, file, result);
      if (result.stopped !== undefined) stop = stoppedAt(files, at, result.stopped);
    } catch (error) {
      bar.stop();
      if (error instanceof TableError) add(sums, file, nothingDone(error));
      stop = stoppedAt(files, at, { error });
    }
    if (stop !== undefined) break;
  }
  const head = await ledger.log.head().catch((error: unknown) => {
    // An outage that ended the import leaves its answer all the same.
    if (stop === undefined) throw error;
    return undefined;
  });
  // What goes on alongside is waited for as what another process projects is: with a bar, and
  // with an end where nothing moves.
  stop ??= await reach(ledger, head?.position ?? 0n, signal).then(
    () => undefined,
    (error: unknown) => stoppedAt(files, files.length - 1, { error }),
  );
  await alongside.finish();
  return finish(session, sums, head?.position ?? last, stop);
}

/** What stopped an import, at which file and row, and the files behind it. */
interface Stop {
  readonly failure: Failure;
  readonly file: string;
  /** Absent where nothing of the file was read. */
  readonly row?: number | undefined;
  readonly notTried: readonly string[];
}

function stoppedAt(
  files: readonly string[],
  at: number,
  { error, row }: { readonly error: unknown; readonly row?: number | undefined },
): Stop {
  return { failure: failureOf(error), file: files[at] ?? "", row, notTried: files.slice(at + 1) };
}

function spoolTo(list: Spool, kind: KindName): (row: NamedRow) => void {
  const { idColumn } = kindOf(kind);
  return ({ file, row, key, code, message }) => {
    const separator = list.isEmpty() ? "" : ",";
    list.add(separator + JSON.stringify({ file, row, [idColumn]: key, code, message }));
  };
}

function add(sums: Sums, file: string, result: ImportResult): void {
  sums.rows += result.rows;
  sums.recorded += result.recorded;
  sums.alreadyRecorded += result.alreadyRecorded;
  sums.refusedCount += refusedCount(result);
  if (result.sheets !== undefined) sums.sheets.push({ file, ...result.sheets });
}

/** Projects what is recorded while more is being recorded. */
function projectAlongside(projector: Projector, signal: AbortSignal) {
  let wanted = 0n;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    for (let to = 0n; to < wanted; ) {
      to = wanted;
      await projector.reach(to, () => signal.throwIfAborted());
    }
  };
  return {
    kick: (position: bigint): void => {
      wanted = position;
      // A failure shows when the projections are waited for at the end.
      running ??= run()
        .catch(() => undefined)
        .finally(() => (running = undefined));
    },
    finish: async (): Promise<void> => {
      await running;
    },
  };
}

async function tellFile({ out }: Session, file: string, result: ImportResult): Promise<void> {
  const { rows, recorded, alreadyRecorded, refused, remarks, rejected, sheets } = result;
  const refusedRows = refusedCount(result);
  const parts = [`${grouped(recorded)} recorded`];
  if (alreadyRecorded > 0) parts.push(`${grouped(alreadyRecorded)} recorded already`);
  if (refusedRows > 0) parts.push(`${grouped(refusedRows)} refused`);
  const lines = [`${file}: ${counted(rows, "row")}: ${parts.join(", ")}`];
  if (sheets !== undefined && sheets.notRead.length > 0) {
    lines.push(`  read: sheet ${sheets.read}; not read: ${sheets.notRead.join(", ")}`);
  }
  if (remarks.length > 0) {
    lines.push("", "Recorded, but to be looked at:", ...namedRows(remarks, result.remarksTotal));
  }
  if (refused.length > 0) {
    lines.push("", ...namedRows(refused, refusedRows));
    if (rejected !== null) {
      const { path } = rejected;
      lines.push("", `Refused rows are in ${path}: correct them there and import that file.`);
    }
  }
  await out.show(...lines);
}

function namedRows(rows: readonly NamedRow[], total: number): string[] {
  const columns = [
    { title: "row", align: "right" },
    { title: "编号" },
    { title: "code" },
    { title: "why" },
  ] as const;
  const cells = rows.map(({ row, key, code, message }) => [String(row), key, code, message]);
  const more = total - rows.length;
  return [tableText(columns, cells), ...(more > 0 ? [`  … and ${grouped(more)} more`] : [])];
}

async function finish(
  { out }: Session,
  { refused, remarks, refusedCount: refusedRows, sheets, ...counts }: Sums,
  position: bigint | undefined,
  stop: Stop | undefined,
): Promise<ExitStatus> {
  const message = stop === undefined ? "" : `${stop.file}: ${stop.failure.message}`;
  if (out.format === "json") {
    const error = stop && { error: { code: stop.failure.code, message } };
    const lists = {
      refused: refused.pieces(),
      ...(remarks.isEmpty() ? {} : { remarks: remarks.pieces() }),
    };
    await out.jsonWithLists({ ...error, ...counts }, lists, {
      ...(position === undefined ? {} : { position: position.toString() }),
      ...(sheets.length === 0 ? {} : { sheets }),
      ...(stop && stopMembers(stop)),
    });
  } else if (stop === undefined && position !== undefined) {
    await out.people(`The ledger stands at position ${grouped(position)}.`);
  }
  if (stop !== undefined) {
    say(`sunshine: ${message}`);
    if (stop.notTried.length > 0) say(`not tried: ${stop.notTried.join(", ")}`);
    return stoppedStatus(stop.failure);
  }
  return refusedRows > 0 ? 1 : 0;
}

const likeFaults: ReadonlySet<string> = new Set([
  "Interrupted",
  ...["DiskFull", "TemporaryFolderFull", "TooManyOpenFiles", "TooManyConnections", "OutOfMemory"],
]);

/** A signal or want of room ends an import like a fault of its file: all of it is answered. */
function stoppedStatus({ code, status }: Failure): ExitStatus {
  return likeFaults.has(code) ? 1 : status;
}

function stopMembers({ failure: { code, message }, file, row, notTried }: Stop): object {
  return { stopped: { file, row, code, message }, notTried };
}
