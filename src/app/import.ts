import { randomUUID } from "node:crypto";
import type { Cell } from "../domain/cell.ts";
import type { Column } from "../domain/columns.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Remark } from "../domain/remark.ts";
import type { Row } from "../domain/row.ts";
import { openRejectedRows } from "../exchange/rejected-rows.ts";
import type { RejectedFile, RejectedRows } from "../exchange/rejected-rows.ts";
import type { Sheets, Table, TableOptions, TableRow } from "../exchange/table.ts";
import { openTable, TableError } from "../exchange/table-reader.ts";
import { turn } from "../exchange/turn.ts";
import type { KindName } from "../domain/kinds.ts";
import { kindOf } from "../domain/kinds.ts";
import type { CommandContext } from "../write/commands.ts";
import type { Handler, Outcome } from "../write/handle.ts";
import { pauses } from "../write/pauses.ts";
import type { DocumentNames } from "./documents.ts";
import { documentNames } from "./documents.ts";
import { inOrder } from "./in-order.ts";

/** A row that an answer names, and why. */
export interface NamedRow<Code extends string = string> {
  readonly file: string;
  /** As a spreadsheet counts; the header is row 1. */
  readonly row: number;
  /** The row's own id, "" where it has none. */
  readonly key: string;
  readonly code: Code;
  readonly message: string;
}

/** A row that was not recorded, and why. */
export type RefusedRow = NamedRow<RowCode>;

/** Why a row was not recorded: a refusal, or a stream that the log does not take or give. */
export type RowCode = Refusal["code"] | "StreamRefused";

/** A row that was recorded, and what is to be said of it. */
export type RemarkedRow = NamedRow<Remark["code"]>;

/** What ended an import before the end of its file. */
export interface ImportStop {
  /**
   * The row at which it ended, as a spreadsheet counts: what stands before it was tried. Absent
   * where the file is no table at all.
   */
  readonly row?: number | undefined;
  readonly error: unknown;
}

/** What an import did. */
export interface ImportResult {
  readonly rows: number;
  readonly recorded: number;
  readonly alreadyRecorded: number;
  /** In the order of the file; the first `listedMax` where that is given. */
  readonly refused: readonly RefusedRow[];
  /** How many rows were refused by each code, listed or not. */
  readonly refusals: ReadonlyMap<RowCode, number>;
  /** Rows recorded now of which something is to be said; the first `listedMax` likewise. */
  readonly remarks: readonly RemarkedRow[];
  readonly remarksTotal: number;
  /** What ended the reading early; the rest says what was done until then. */
  readonly stopped?: ImportStop;
  /** Of a workbook, which sheet was read. */
  readonly sheets?: Sheets | undefined;
  /** Columns that are notes, though by their names they might be meant for known ones. */
  readonly doubtful: readonly string[];
  /** Where the refused rows are; null where there are none or they could not be written. */
  readonly rejected: RejectedFile | null;
  /** Why the file of rejected rows could not be written; null where all is well. */
  readonly warning: string | null;
}

/** Under which name and actor a file is imported, and the callbacks. */
export interface ImportOptions {
  readonly actor: string;
  /** The name by which answers call the file; its path otherwise. */
  readonly name?: string;
  /** The sheet of a workbook that is read; the first visible one otherwise. */
  readonly sheet?: string | undefined;
  /** The folder whose files rows may name as documents. */
  readonly documents?: string | undefined;
  /** Where refused rows go; beside the input otherwise, in its format; null: nowhere. */
  readonly rejected?: string | null;
  /** What the name of that file begins with where it is not given: the input's name otherwise. */
  readonly rejectedBase?: string;
  /** How many rows each list of the result holds in memory; all of them otherwise. */
  readonly listedMax?: number;
  /** Called with every refused row, listed or not, in the order of the file. */
  readonly onRefused?: (row: RefusedRow) => void;
  /** Likewise with every remark. */
  readonly onRemark?: (row: RemarkedRow) => void;
  readonly onProgress?: (done: number, total: number, rows: number) => void;
  /** Called with the position of each batch once it is recorded. */
  readonly onRecorded?: (position: bigint) => void;
  readonly signal?: AbortSignal;
}

/** How many rows an import refused, whether its result lists them or not. */
export function refusedCount({ refusals }: Pick<ImportResult, "refusals">): number {
  return [...refusals.values()].reduce((sum, count) => sum + count, 0);
}

const formats = ["csv", "xlsx"] as const;
/** Rows judged and recorded together. */
export const batchRows = 5_000;
/**
 * Batches handed in before the first has answered, so that neither this process nor the server is
 * idle.
 */
export const batchesAhead = 2;
/** Columns that earlier runs have put behind refused rows. */
const ownColumns: ReadonlySet<string> = new Set(["行号", "拒绝代码", "拒绝原因"]);

/**
 * Imports one file in batches: one is judged while the one before it is recorded. It can be stopped
 * at any moment and run again, and records nothing twice. Throws `TableError` for a file that is no
 * table; what ends the reading later stands in the result, with all that was done before.
 */
export async function importFile(
  handler: Handler,
  kind: KindName,
  path: string,
  options: ImportOptions,
): Promise<ImportResult> {
  const wanted = tableOptions(kind, options);
  const table = await openTable(path, wanted).catch(async (error: unknown) => {
    if (error instanceof TableError && error.code === "FileMalformed") {
      await removeOlder(path, options);
    }
    throw error;
  });
  const ids = new Set(wanted.identifying);
  const rejected = options.rejected === null ? undefined : rejectedRows(table, path, ids, options);
  const tally = new Tally(options.name ?? path, rejected, options);
  try {
    const stop = await importRows(handler, kind, table, tally, options);
    const stopped = stop && { stopped: { ...stop, row: stop.row ?? tally.lastRow + 1 } };
    const { sheets, doubtful } = table;
    return { ...(await tally.finish()), ...stopped, doubtful, ...(sheets && { sheets }) };
  } finally {
    await table.close();
  }
}

/** What an import did of a file that is no table. */
export function nothingDone(error: TableError): ImportResult {
  const counts = { rows: 0, recorded: 0, alreadyRecorded: 0 };
  const { sheets, row } = error;
  const none = { refused: [], refusals: new Map(), rejected: null, warning: null, doubtful: [] };
  const unremarked = { remarks: [], remarksTotal: 0 };
  return { ...counts, ...none, ...unremarked, sheets, stopped: { row, error } };
}

async function importRows(
  handler: Handler,
  kind: KindName,
  table: Table,
  tally: Tally,
  options: ImportOptions,
): Promise<ImportStop | undefined> {
  const columns = columnNames(table);
  const { documents } = options;
  const naming = documents === undefined ? undefined : documentNames(documents, kindOf(kind));
  const context: CommandContext = { actor: options.actor, correlation: randomUUID() };
  const answers = inOrder(batchesAhead);
  let stopped: ImportStop | undefined;
  try {
    for await (const rows of table.batches(batchRows)) {
      await turn();
      options.signal?.throwIfAborted();
      const batch = await prepare(kind, columns, rows, naming);
      const handled = handler.handle({
        kind,
        commands: batch.commands,
        contexts: batch.commands.map(() => context),
      });
      const outcomes = handled.catch((error: unknown) => {
        stopped ??= { row: rows[0]?.row, error };
        return undefined;
      });
      // What was handed in behind a batch that has failed may be recorded, and is counted.
      await answers.add(outcomes, async (found) => {
        await turn();
        if (found === undefined) return;
        tally.count(rows, batch, found);
        const last = lastPosition(found);
        if (last !== undefined) options.onRecorded?.(last);
        options.onProgress?.(table.bytesRead(), table.bytes, tally.rows);
      });
      if (stopped !== undefined) break;
    }
  } catch (error) {
    // Rows before the fault are recorded before it is reported.
    stopped ??= { row: rowOf(error), error };
  }
  await answers.end().catch((error: unknown) => {
    stopped ??= { error };
  });
  return stopped;
}

function rowOf(error: unknown): number | undefined {
  return error instanceof TableError ? error.row : undefined;
}

function tableOptions(kind: KindName, { sheet }: ImportOptions): TableOptions {
  const { idColumn, columns } = kindOf(kind);
  const named = (which: (column: Column) => boolean | undefined): string[] =>
    Object.values(columns).flatMap((column) => (which(column) === true ? column.column : []));
  return {
    idColumn,
    known: named(() => true),
    free: named(({ isFree }) => isFree),
    identifying: named(({ identifies }) => identifies),
    sheet,
  };
}

/** Nothing is refused of a file that is no table: what an earlier run refused is out of date. */
async function removeOlder(path: string, options: ImportOptions): Promise<void> {
  const { rejected, rejectedBase = `${path}.rejected` } = options;
  if (rejected === null) return;
  for (const target of rejected === undefined
    ? formats.map((one) => `${rejectedBase}.${one}`)
    : [rejected]) {
    const encoding = "utf-8";
    await openRejectedRows({ path: target, format: "csv", header: [], encoding }).finish();
  }
}

function rejectedRows(
  { format, header, columns, encoding }: Table,
  path: string,
  identifying: ReadonlySet<string>,
  { rejected, rejectedBase = `${path}.rejected` }: ImportOptions,
): RejectedRows {
  const target = rejected ?? `${rejectedBase}.${format}`;
  const ids = new Set(columns.flatMap((name, at) => (identifying.has(name) ? at : [])));
  return openRejectedRows({ path: target, format, header, ids, encoding });
}

function lastPosition(outcomes: readonly Outcome[]): bigint | undefined {
  let last: bigint | undefined;
  for (const outcome of outcomes) {
    if (outcome.status === "recorded" && outcome.position > (last ?? 0n)) last = outcome.position;
  }
  return last;
}

interface Prepared {
  readonly commands: readonly unknown[];
  /** For each row its key, and the refusal of one that is malformed, or remarks of another. */
  readonly parsed: readonly {
    readonly key: string;
    readonly refusal?: Refusal;
    readonly remarks?: readonly Remark[];
  }[];
}

/**
 * What the columns of a file are called in its rows: one without a name, with one that stands twice
 * or that no member of an object can have, by its place; the ledger's own of an earlier run not at
 * all.
 */
function columnNames({ columns }: Table): (string | undefined)[] {
  const taken = new Set(columns);
  const given = new Set<string>();
  return columns.map((name, i) => {
    if (ownColumns.has(name)) return undefined;
    const isUsable = name !== "" && name !== "__proto__" && !given.has(name);
    const place = `第${i + 1}列`;
    const placed = given.has(name) ? `${name}（${place}）` : place;
    const column = isUsable ? name : taken.has(placed) ? `${placed}（无名）` : placed;
    given.add(column);
    return column;
  });
}

async function prepare(
  kind: KindName,
  columns: readonly (string | undefined)[],
  rows: readonly TableRow[],
  naming: DocumentNames | undefined,
): Promise<Prepared> {
  const type = kindOf(kind);
  const idAt = columns.indexOf(type.idColumn);
  const commands: unknown[] = [];
  const prepared = (row: TableRow, named: Row): Prepared["parsed"][number] => {
    const result = type.parse(named);
    if (!result.ok) return { key: result.key, refusal: result.refusal };
    commands.push(result.command);
    const cell = row.cells[idAt];
    const key = typeof cell === "string" ? cell : "";
    const remarks = type.remarks?.(result.command) ?? [];
    return remarks.length === 0 ? { key } : { key, remarks };
  };
  const parsed: Prepared["parsed"][number][] = [];
  const pause = pauses(turn);
  for (const [i, row] of rows.entries()) {
    await pause(i);
    const named = asRow(columns, row);
    parsed.push(prepared(row, naming === undefined ? named : await naming(named)));
  }
  return { commands, parsed };
}

/** A name that no column of the row has yet. */
function freeName(name: string, taken: Readonly<Record<string, Cell>>): string {
  return Object.hasOwn(taken, name) ? freeName(`${name}（无名）`, taken) : name;
}

function asRow(columns: readonly (string | undefined)[], { cells, surplus }: TableRow): Row {
  const named: Record<string, Cell> = {};
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    if (column !== undefined) named[column] = cells[i] ?? "";
  }
  for (let i = columns.length; i < cells.length; i++) {
    const cell = cells[i] ?? "";
    if (cell !== "") named[freeName(`第${i + 1}列`, named)] = cell;
  }
  return surplus === undefined ? { cells: named } : { cells: named, surplus };
}

/** Of the id of a refused row, which may be anything. */
const keyLengthMax = 200;

/** With memory of its own: a piece of a text keeps the whole text in memory. */
function shortened(key: string): string {
  const text = Buffer.from(key.slice(0, keyLengthMax)).toString();
  return key.length <= keyLengthMax ? text : `${text}…`;
}

/** Rows that an answer names: all are passed on, and the first are listed. */
class NamedRows<Code extends string> {
  readonly listed: NamedRow<Code>[] = [];
  total = 0;
  private readonly max: number;
  private readonly onRow: ((row: NamedRow<Code>) => void) | undefined;

  constructor(max: number, onRow: ((row: NamedRow<Code>) => void) | undefined) {
    this.max = max;
    this.onRow = onRow;
  }

  /** The key may be anything: it is shortened. */
  add({ key, ...rest }: NamedRow<Code>): void {
    this.total += 1;
    const isListed = this.listed.length < this.max;
    if (!isListed && this.onRow === undefined) return;
    const row = { ...rest, key: shortened(key) };
    if (isListed) this.listed.push(row);
    this.onRow?.(row);
  }
}

/** Counts outcomes in the order of the file and passes on the rows that an answer names. */
class Tally {
  rows = 0;
  /** The last row that was counted. */
  lastRow = 1;
  private recorded = 0;
  private alreadyRecorded = 0;
  private readonly refused: NamedRows<RowCode>;
  private readonly remarks: NamedRows<Remark["code"]>;
  private readonly refusals = new Map<RowCode, number>();
  private readonly file: string;
  private readonly rejected: RejectedRows | undefined;

  constructor(
    file: string,
    rejected: RejectedRows | undefined,
    { listedMax = Infinity, onRefused, onRemark }: ImportOptions,
  ) {
    this.file = file;
    this.refused = new NamedRows(listedMax, onRefused);
    this.remarks = new NamedRows(listedMax, onRemark);
    this.rejected = rejected;
  }

  count(rows: readonly TableRow[], { parsed }: Prepared, outcomes: readonly Outcome[]): void {
    let next = 0;
    for (let i = 0; i < rows.length; i++) {
      const { key, refusal, remarks } = parsed[i] as Prepared["parsed"][number];
      const outcome = refusal === undefined ? outcomes[next++] : undefined;
      if (outcome?.status === "recorded") {
        this.recorded += 1;
        if (remarks !== undefined) this.remark(rows[i] as TableRow, key, remarks);
        if (outcome.remarks !== undefined) this.remark(rows[i] as TableRow, key, outcome.remarks);
      } else if (outcome?.status === "alreadyRecorded") this.alreadyRecorded += 1;
      else if (outcome?.status === "failed") {
        const { message } = outcome.error;
        this.refuse(rows[i] as TableRow, key, { code: "StreamRefused", message });
      } else this.refuse(rows[i] as TableRow, key, outcome?.refusal ?? (refusal as Refusal));
    }
    this.rows += rows.length;
    this.lastRow = rows.at(-1)?.row ?? this.lastRow;
  }

  private refuse(
    row: TableRow,
    key: string,
    { code, message }: Pick<RefusedRow, "code" | "message">,
  ): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    this.refused.add({ file: this.file, row: row.row, key, code, message });
    this.rejected?.write(row, code, message);
  }

  private remark({ row }: TableRow, key: string, remarks: readonly Remark[]): void {
    for (const { code, message } of remarks) {
      this.remarks.add({ file: this.file, row, key, code, message });
    }
  }

  async finish(): Promise<Omit<ImportResult, "doubtful">> {
    const { rows, recorded, alreadyRecorded, refusals } = this;
    const { file, warning } = (await this.rejected?.finish()) ?? { file: null, warning: null };
    const counts = { rows, recorded, alreadyRecorded, refusals };
    const { listed: remarks, total: remarksTotal } = this.remarks;
    const named = { refused: this.refused.listed, remarks, remarksTotal };
    return { ...counts, ...named, rejected: file, warning };
  }
}
