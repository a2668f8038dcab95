import type { FileHandle } from "node:fs/promises";
import { CsvError, Parser } from "csv-parse";
import type { RowSource, SourceRow } from "./table.ts";
import { detectEncoding, readBytes, TableError, toUtf8 } from "./text-encoding.ts";

/** The library's own limit costs a fifth of the speed. */
const recordBytesMax = 4 * 1024 * 1024;

/** csv-parse without the readable side: a record costs no event. */
class RecordParser extends Parser {
  #records: string[][] = [];

  override push(record: string[] | null): boolean {
    if (record !== null) this.#records.push(record);
    return true;
  }

  takeRecords(): string[][] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}

/**
 * The records of a CSV file: comma, RFC 4180 quotes, lines ending in CRLF, LF or CR, mixed or not.
 *
 * A quotation mark out of place, or one whose record grows past four million bytes, ends the
 * reading with a `TableError` that names the row: what follows it cannot be told apart any more.
 */
export async function openCsv(file: FileHandle): Promise<RowSource> {
  const { size } = await file.stat();
  const { encoding, start } = await detectEncoding(file);
  let read = start;
  async function* rows(): AsyncGenerator<SourceRow[]> {
    const parser = newParser();
    const utf8 = toUtf8(encoding);
    let row = 0;
    let recordBytes = 0;
    const numbered = (raw: string[]): SourceRow => ({ row: ++row, raw });
    for await (const chunk of readBytes(file, start)) {
      read += chunk.length;
      const failure = await written(parser, utf8(chunk));
      const records = parser.takeRecords();
      recordBytes = records.length === 0 ? recordBytes + chunk.length : 0;
      yield records.map(numbered);
      if (failure !== undefined) throw refusal(failure, row + 1);
      if (recordBytes > recordBytesMax) throw misquoted(row + 1);
    }
    const failure = (await written(parser, utf8(undefined))) ?? (await ended(parser));
    yield parser.takeRecords().map(numbered);
    if (failure !== undefined) throw refusal(failure, row + 1);
  }
  const bytesRead = (): number => read;
  return { format: "csv", encoding, bytes: size, bytesRead, rows, close: () => file.close() };
}

function newParser(): RecordParser {
  const parser = new RecordParser({
    delimiter: ",",
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: false,
  });
  // Each failure reaches us through the callback of the write; without a listener Node would exit.
  parser.on("error", () => undefined);
  return parser;
}

function written(parser: RecordParser, bytes: Buffer): Promise<Error | undefined> {
  return new Promise((resolve) => {
    parser.write(bytes, (error) => {
      resolve(error ?? undefined);
    });
  });
}

function ended(parser: RecordParser): Promise<Error | undefined> {
  return new Promise((resolve) => {
    parser.once("error", resolve);
    parser.end(() => {
      resolve(undefined);
    });
  });
}

/** The library's message repeats cells, so it is not passed on. */
function refusal(failure: Error, row: number): Error {
  return failure instanceof CsvError ? misquoted(row) : failure;
}

function misquoted(row: number): TableError {
  return new TableError(
    "FileMalformed",
    `row ${String(row)}: a quotation mark (") stands inside a cell that is not quoted, or is not ` +
      "doubled, or not closed",
    row,
  );
}
