import { type FileHandle, open } from "node:fs/promises";
import type { Cell } from "../domain/cell.ts";
import { readText, unknownCells } from "../domain/cell.ts";
import { openCsv } from "./csv-table.ts";
import { refuseOtherFormats } from "./other-formats.ts";
import type { RowSource, SourceRow, Table, TableOptions, TableRow } from "./table.ts";
import type { Header } from "./table-header.ts";
import { headerIn, headerRowMax } from "./table-header.ts";
import { isTooManyFiles } from "./no-room.ts";
import { systemCode, TableError } from "./text-encoding.ts";
import { openXlsx } from "./xlsx-workbook.ts";

export { TableError } from "./text-encoding.ts";

/** Cells so far behind the header are notes; nobody keeps any farther away. */
const columnsBesideMax = 1_000;
/** Of the rows of one batch. A usual one has no more. */
const batchCharactersMax = 8 * 1024 * 1024;
/** What a cell counts for besides its text: as a member of its row it takes as much. */
const cellCharacters = 48;

/**
 * Opens a CSV or XLSX file, told apart by content, or throws `TableError`: the file cannot be
 * read, is something else, is no text in UTF-8 or GB18030, no sound workbook, has no sheet of that
 * name, or no header with the id column among its first ten rows.
 */
export async function openTable(path: string, options: TableOptions): Promise<Table> {
  const file = await open(path, "r").catch((error: unknown) => {
    if (isTooManyFiles(error)) throw error;
    throw new TableError("FileUnreadable", `the file cannot be opened (${systemCode(error)})`);
  });
  let source: RowSource | undefined;
  try {
    source = await openSource(file, path, options);
    return await tableOf(source, options);
  } catch (error) {
    if (error instanceof TableError) error.sheets = source?.sheets;
    await (source ?? file).close();
    throw error;
  }
}

async function openSource(
  file: FileHandle,
  path: string,
  { sheet }: TableOptions,
): Promise<RowSource> {
  if (!(await file.stat()).isFile()) {
    throw new TableError("FileUnreadable", "this is not a file");
  }
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  if (/^504b0(304|506)/.test(buffer.toString("hex"))) {
    const source = await openXlsx(path, sheet);
    await file.close();
    return source;
  }
  await refuseOtherFormats(file);
  if (sheet !== undefined) {
    throw new TableError("FileMalformed", "the file is a CSV file, which has no sheets");
  }
  return openCsv(file);
}

async function tableOf(source: RowSource, options: TableOptions): Promise<Table> {
  const rows = source.rows();
  const { header, rest } = await findHeader(source, rows, options);
  const { names, columns, doubtful } = header;
  source.narrowTo?.(names.length + columnsBesideMax);
  // In a sheet every cell has its column, so a value without a column name shifts no other.
  const identifying = new Set(options.identifying);
  const ids = new Set(columns.flatMap((name, at) => (identifying.has(name) ? at : [])));
  const shape = { width: names.length, keepsMore: source.format === "xlsx", ids };
  let started = false;
  return {
    format: source.format,
    encoding: source.encoding,
    header: names,
    columns,
    doubtful,
    sheets: source.sheets,
    bytes: source.bytes,
    bytesRead: () => source.bytesRead(),
    batches(rowsMax) {
      if (started) throw new Error("a table is read once");
      started = true;
      return batchesOf(rest, rows, shape, rowsMax);
    },
    async close() {
      await rows.return(undefined);
      await source.close();
    },
  };
}

/** The header, and the rows behind it that were read with it. */
async function findHeader(
  source: RowSource,
  rows: AsyncGenerator<SourceRow[]>,
  options: TableOptions,
): Promise<{ readonly header: Header; readonly rest: readonly SourceRow[] }> {
  const before: SourceRow[] = [];
  for (;;) {
    const next = await rows.next();
    const handful = next.done === true ? [] : next.value;
    for (const [at, row] of handful.entries()) {
      if (row.row > headerRowMax) throw withoutHeader(source, before, options);
      const header = headerIn(row, options, source.format === "xlsx");
      if (header !== undefined) return { header, rest: handful.slice(at + 1) };
      before.push(row);
    }
    if (next.done === true) throw withoutHeader(source, before, options);
  }
}

function withoutHeader(
  { format, sheets }: RowSource,
  rows: readonly SourceRow[],
  { idColumn }: TableOptions,
): TableError {
  const where = sheets === undefined ? "" : `sheet ${sheets.read}: `;
  const isOther = ({ raw: [first = "", ...more] }: SourceRow): boolean =>
    more.length === 0 &&
    typeof first === "string" &&
    /[;\t|，；、]/.test(first) &&
    first.includes(idColumn);
  const others = sheets?.notRead ?? [];
  const hint =
    format === "csv" && rows.some(isOther)
      ? "; the column names must be separated by commas (,)"
      : others.length > 0
        ? `; the workbook also has ${others.join(", ")}: name the sheet to be read`
        : "";
  const message = `none of the first ${headerRowMax} rows has the column ${idColumn}`;
  return new TableError("FileMalformed", `${where}${message}${hint}`);
}

interface RowShape {
  readonly width: number;
  readonly keepsMore: boolean;
  /** The columns with ids, from 0. */
  readonly ids: ReadonlySet<number>;
}

async function* batchesOf(
  first: readonly SourceRow[],
  rest: AsyncGenerator<SourceRow[]>,
  shape: RowShape,
  rowsMax: number,
): AsyncGenerator<readonly TableRow[]> {
  let batch: TableRow[] = [];
  let characters = 0;
  function* cut(rows: readonly SourceRow[]): Generator<readonly TableRow[]> {
    for (const source of rows) {
      const row = tableRow(source, shape);
      if (row === undefined) continue;
      batch.push(row);
      characters += row.raw.length * cellCharacters;
      for (const cell of row.raw) if (typeof cell === "string") characters += cell.length;
      if (batch.length < rowsMax && characters < batchCharactersMax) continue;
      const full = batch;
      batch = [];
      characters = 0;
      yield full;
    }
  }
  try {
    yield* cut(first);
    for await (const rows of rest) yield* cut(rows);
  } catch (error) {
    // What stands before the fault was read well and is delivered before it is reported.
    if (batch.length > 0) yield batch;
    throw error;
  }
  if (batch.length > 0) yield batch;
}

/** Undefined for a row without any value. Takes `raw` over. */
function tableRow(source: SourceRow, { width, keepsMore, ids }: RowShape): TableRow | undefined {
  const { row, raw, remade = [] } = source;
  for (const at of remade) if (ids.has(at)) raw[at] = unknownCells.remade;
  while (raw.length < width) raw.push("");
  while (raw.length > width && isBlank(raw.at(-1))) raw.pop();
  if (keepsMore && raw.length > width + columnsBesideMax) {
    throw new TableError("FileMalformed", `row ${row}: a cell lies far behind the header`, row);
  }
  const surplus = !keepsMore && raw.length > width;
  let cells = surplus ? raw.slice(0, width) : raw;
  let filled = surplus;
  for (let column = 0; column < cells.length; column++) {
    const written = raw[column] ?? "";
    if (written === "") continue;
    const cell = typeof written === "string" ? readText(written) : written;
    // What stands beside the table alone is no row of it.
    if (cell !== "" && column < width) filled = true;
    // The text of an error goes no further, not to the refused rows either.
    if (typeof cell !== "string") raw[column] = cell;
    if (cells === raw && cell !== raw[column]) cells = [...raw];
    cells[column] = cell;
  }
  if (!filled) return undefined;
  return surplus ? { row, cells, raw, surplus } : { row, cells, raw };
}

function isBlank(cell: Cell | undefined): boolean {
  return cell === undefined || (typeof cell === "string" && readText(cell) === "");
}
