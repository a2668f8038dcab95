import { extname } from "node:path";
import { stringify } from "csv-stringify/sync";
import { guarded, guardedId } from "../domain/cell.ts";
import { pendingFile } from "./pending-file.ts";
import { byteOrderMark } from "./text-encoding.ts";
import { textSheet } from "./xlsx-writer.ts";

/** A column of a table of texts. */
export interface TextColumn {
  readonly name: string;
  /** Ids stay what they are in a spreadsheet. */
  readonly isId?: boolean;
  /** Amounts are numbers in a workbook. */
  readonly isAmount?: boolean;
}

/**
 * Writes a table of texts, as CSV (UTF-8) or, where the name ends in `.xlsx`, as a workbook with
 * the sheet `sheetName`. The file is whole or not there. Throws what the file system says.
 */
export async function writeTextTable(
  path: string,
  sheetName: string,
  columns: readonly TextColumn[],
  rows: Iterable<readonly string[]> | AsyncIterable<readonly string[]>,
): Promise<void> {
  const isWorkbook = extname(path).toLowerCase() === ".xlsx";
  const file = pendingFile(path);
  const amounts = columns.flatMap(({ isAmount }, at) => (isAmount === true ? [at] : []));
  const sheet = textSheet(sheetName, new Set(amounts));
  const names = columns.map(({ name }) => name);
  try {
    file.append(isWorkbook ? Buffer.alloc(0) : byteOrderMark("utf-8-bom"));
    let at = 0;
    const line = (cells: readonly string[]): string => {
      at += 1;
      if (isWorkbook) return sheet.row(cells);
      const guards = cells.map((cell, i) =>
        at > 1 && columns[i]?.isId === true ? guardedId(cell) : guarded(cell),
      );
      return stringify([guards], { record_delimiter: "\r\n" });
    };
    file.append(Buffer.from(line(names)));
    for await (const row of rows) file.append(Buffer.from(line(row)));
    await (isWorkbook ? file.put(sheet.pack) : file.put());
  } catch (error) {
    await file.discard().catch(() => undefined);
    throw error;
  }
}
