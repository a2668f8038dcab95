import type { Cell } from "../domain/cell.ts";
import { unknownWords } from "../domain/cell.ts";
import { openTable, TableError } from "../exchange/table-reader.ts";
import { lineCharactersMax } from "./bank-limits.ts";
import { fileBytes } from "./file-bytes.ts";
import { NotABankFile } from "./not-a-bank-file.ts";
import type { CellName, Layout, TextLayout, TotalName } from "./profile.ts";

/** A line of an answer and what its cells say, without the blanks around it. */
export type AnswerLine =
  | { readonly line: "totals"; readonly says: ReadonlyMap<TotalName, string> }
  | { readonly line: "payment"; readonly says: ReadonlyMap<CellName, string> };

/**
 * The lines of an answer as its layout describes them. Throws `NotABankFile` where the file is
 * another: the encoding, the number of cells of a line, the titles, or an unknown cell of a sheet.
 */
export async function* answerLines(path: string, layout: Layout): AsyncGenerator<AnswerLine> {
  switch (layout.format) {
    case "text":
      yield* textLines(path, layout);
      break;
    case "sheet":
      yield* sheetLines(path, layout.columns);
      break;
  }
}

const decoders = { "utf-8": "utf-8", "utf-8-bom": "utf-8", gb18030: "gb18030", gbk: "gb18030" };

/** The error for a file that is not what the profile describes. */
export function notThisProfile(message: string): NotABankFile {
  return new NotABankFile("NotThisProfile", `the file is not as its profile says: ${message}`);
}

async function* textLines(path: string, layout: TextLayout): AsyncGenerator<AnswerLine> {
  const { first, titles, last, delimiter } = layout;
  const columns = layout.columns.map(({ is }) => is);
  const before = (first === undefined ? 0 : 1) + (titles ? 1 : 0);
  const cellsOf = (text: string): string[] => text.split(delimiter).map((cell) => cell.trim());
  let number = 0;
  let held: string | undefined;
  const payment = (text: string, at: number): AnswerLine => {
    return { line: "payment", says: named(columns, cellsOf(text), at) };
  };
  for await (const text of plainLines(path, layout.encoding)) {
    number += 1;
    if (number === 1 && first !== undefined) {
      yield { line: "totals", says: named(first, cellsOf(text), number) };
    } else if (number > before) {
      if (last === undefined) yield payment(text, number);
      else {
        if (held !== undefined) yield payment(held, number - 1);
        held = text;
      }
    } else checkTitles(layout, cellsOf(text));
  }
  if (last === undefined) return;
  if (held === undefined) throw notThisProfile("it has no last line");
  yield { line: "totals", says: named(last, cellsOf(held), number) };
}

function checkTitles({ columns }: TextLayout, cells: readonly string[]): void {
  const isSame = columns.every(({ title }, at) => cells[at] === title);
  if (!isSame) throw notThisProfile("its titles are others");
}

function named<Name extends string>(
  names: readonly Name[],
  cells: readonly string[],
  line: number,
): ReadonlyMap<Name, string> {
  // Some banks end each line with the delimiter.
  const isEnded = cells.length === names.length + 1 && cells.at(-1) === "";
  if (cells.length !== names.length && !isEnded) {
    throw notThisProfile(`line ${line} has ${cells.length} cells, not ${names.length}`);
  }
  return new Map(names.map((name, at) => [name, cells[at] ?? ""]));
}

/** The lines that are not empty, without their ends. */
async function* plainLines(path: string, encoding: TextLayout["encoding"]): AsyncGenerator<string> {
  const decoder = new TextDecoder(decoders[encoding], { fatal: true });
  let rest = "";
  const lines = (bytes?: Buffer): string[] => {
    try {
      rest += decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new NotABankFile("Encoding", `the file is not in ${encoding}`);
    }
    const cut = rest.split("\n");
    rest = bytes === undefined ? "" : (cut.pop() ?? "");
    if ([...cut, rest].some((line) => line.length > lineCharactersMax)) {
      throw new NotABankFile("TooLong", `a line has over ${lineCharactersMax} characters`);
    }
    return cut.filter((line) => line.trim() !== "");
  };
  for await (const bytes of fileBytes(path)) for (const line of lines(bytes)) yield line;
  for (const line of lines()) yield line;
}

/** Cells on which something rests; what others say is passed over where it is unknown. */
const needed: ReadonlySet<CellName> = new Set([
  ...(["batch", "date", "account", "amount", "endToEndId", "resultCode"] as const),
]);
/** Of those the ones that no date and no logical value is. */
const ids: ReadonlySet<CellName> = new Set(["batch", "account", "endToEndId", "resultCode"]);
const batchRows = 500;

async function* sheetLines(path: string, columns: Layout["columns"]): AsyncGenerator<AnswerLine> {
  const known = columns.filter(({ is }) => is !== "empty");
  const idColumn = known.find(({ is }) => is === "endToEndId")?.title ?? "";
  const identifying = known.filter(({ is }) => ids.has(is)).map(({ title }) => title);
  const options = { idColumn, known: known.map(({ title }) => title), identifying };
  const table = await openTable(path, options).catch(refused);
  try {
    if (table.format !== "xlsx") throw notThisProfile("it is no workbook (.xlsx)");
    const places = known.map(({ title, is }) => {
      const at = table.columns.indexOf(title);
      if (at < 0) throw notThisProfile(`it has no column ${title}`);
      return [is, at] as const;
    });
    for await (const rows of table.batches(batchRows)) {
      for (const { row, cells } of rows) {
        const says = places.map(([is, at]) => [is, textOf(cells[at] ?? "", is, row)] as const);
        yield { line: "payment", says: new Map(says) };
      }
    }
  } catch (error) {
    refused(error);
  } finally {
    await table.close();
  }
}

function textOf(cell: Cell, is: CellName, row: number): string {
  if (typeof cell === "string") return cell;
  if (needed.has(is)) throw notThisProfile(`row ${row}: a cell ${unknownWords[cell.unknown]}`);
  return "";
}

function refused(error: unknown): never {
  if (!(error instanceof TableError)) throw error;
  const isUnreadable = error.code === "FileUnreadable";
  throw isUnreadable ? new NotABankFile(error.code, error.message) : notThisProfile(error.message);
}
