import { type FileHandle, open } from "node:fs/promises";
import { openCsv } from "./csv-table.ts";
import type { RowSource, SourceRow, Table, TableRow } from "./table.ts";
import { systemCode, TableError } from "./text-encoding.ts";
import { openXlsx } from "./xlsx-workbook.ts";

export { TableError } from "./text-encoding.ts";

const columnsMax = 16_384;
const batchCharactersMax = 8 * 1024 * 1024;

/**
 * Opens a CSV or XLSX file, told apart by content, or throws `TableError`: the file cannot be
 * read, is no text in UTF-8 or GB18030, no sound workbook, or has no header of distinct names.
 */
export async function openTable(path: string): Promise<Table> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw new TableError("FileUnreadable", `the file cannot be opened (${systemCode(error)})`);
  });
  let source: RowSource | undefined;
  try {
    source = (await isZip(file)) ? await openXlsx(path) : await openCsv(file);
    if (source.format === "xlsx") await file.close();
    return await tableOf(source);
  } catch (error) {
    await (source ?? file).close();
    throw error;
  }
}

async function isZip(file: FileHandle): Promise<boolean> {
  if (!(await file.stat()).isFile()) {
    throw new TableError("FileUnreadable", "this is not a file");
  }
  const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
  const magic = buffer.toString("hex");
  if (magic === "d0cf11e0a1b11ae1") {
    throw new TableError(
      "FileMalformed",
      "the workbook is protected with a password or in the old .xls format; save it as .xlsx " +
        "without a password",
    );
  }
  return magic.startsWith("504b0304") || magic.startsWith("504b0506");
}

async function tableOf(source: RowSource): Promise<Table> {
  const rows = source.rows();
  let handful: SourceRow[] = [];
  while (handful.length === 0) {
    const next = await rows.next();
    if (next.done === true) break;
    handful = next.value;
  }
  const header = headerOf(handful[0], source.format);
  // In a sheet every cell has its column, so a value without a column name shifts no other.
  const shape = { width: header.length, cutsSurplus: source.format === "xlsx" };
  let started = false;
  return {
    format: source.format,
    encoding: source.encoding,
    header,
    bytes: source.bytes,
    bytesRead: () => source.bytesRead(),
    batches(rowsMax) {
      if (started) throw new Error("a table is read once");
      started = true;
      return batchesOf(handful.slice(1), rows, shape, rowsMax);
    },
    async close() {
      await rows.return(undefined);
      await source.close();
    },
  };
}

function headerOf(first: SourceRow | undefined, format: Table["format"]): string[] {
  const header = (first?.row === 1 ? first.raw : []).map((name) => name.trim());
  while (header.at(-1) === "") header.pop();
  const refuse = (message: string): never => {
    throw new TableError("FileMalformed", `row 1: ${message}`, 1);
  };
  if (header.length === 0) refuse("no column names; the header must be the first row");
  if (header.length > columnsMax) refuse(`over ${String(columnsMax)} columns`);
  if (format === "csv" && header.length === 1 && /[;\t|，；、]/.test(header[0] ?? "")) {
    refuse("the column names must be separated by commas (,)");
  }
  const columns = new Map<string, number>();
  for (const [column, name] of header.entries()) {
    const earlier = columns.get(name);
    if (earlier !== undefined && name !== "") {
      refuse(`columns ${String(earlier + 1)} and ${String(column + 1)} have the same name`);
    }
    columns.set(name, column);
  }
  return header;
}

interface RowShape {
  readonly width: number;
  readonly cutsSurplus: boolean;
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
      for (const text of row.raw) characters += text.length;
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
function tableRow(source: SourceRow, { width, cutsSurplus }: RowShape): TableRow | undefined {
  const { row, raw, lossy } = source;
  if (cutsSurplus && raw.length > width) raw.length = width;
  while (raw.length < width) raw.push("");
  while (raw.length > width && raw.at(-1)?.trim() === "") raw.pop();
  const surplus = raw.length > width;
  let cells = surplus ? raw.slice(0, width) : raw;
  let filled = surplus || lossy !== undefined;
  for (let column = 0; column < width; column++) {
    const text = raw[column] ?? "";
    if (text === "") continue;
    const cell = text.trim();
    if (cell !== "") filled = true;
    if (cell === text) continue;
    if (cells === raw) cells = [...raw];
    cells[column] = cell;
  }
  if (!filled) return undefined;
  if (lossy !== undefined) return { row, cells, raw, lossy };
  return surplus ? { row, cells, raw, surplus } : { row, cells, raw };
}
