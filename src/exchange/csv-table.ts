import type { FileHandle } from "node:fs/promises";
import { CsvError, Parser } from "csv-parse";
import { guardQuoter } from "./csv-guards.ts";
import type { RowSource, SourceRow } from "./table.ts";
import { rowsMax, tooManyRows } from "./table.ts";
import { chunkBytes, detectEncoding, readBytes, TableError, toUtf8 } from "./text-encoding.ts";
import { turn } from "./turn.ts";

/** Parsed at once: a hundred usual rows, but thousands where they are short. */
const pieceBytes = 16 * 1024;
/** A piece of so many records waits for its turn. */
const manyRecords = 1_000;
/** The library's own limit costs a fifth of the speed. */
const recordBytesMax = 4 * 1024 * 1024;

/**
 * The records of a CSV file: comma, RFC 4180 quotes, lines ending in CRLF, LF or CR, mixed or not.
 *
 * A quotation mark out of place, or one whose record grows past four million bytes, ends the
 * reading with a `TableError` that names the row: what follows it cannot be told apart any more. So
 * does a row more than a sheet can have.
 */
export async function openCsv(file: FileHandle): Promise<RowSource> {
  const { size } = await file.stat();
  const { encoding, start, mayHaveGuards } = await detectEncoding(file);
  let read = start;
  async function* rows(): AsyncGenerator<SourceRow[]> {
    const parser = newParser();
    const utf8 = toUtf8(encoding);
    const quote = mayHaveGuards ? guardQuoter() : (bytes?: Buffer) => bytes ?? Buffer.alloc(0);
    let row = 0;
    let recordBytes = 0;
    let hasMark = false;
    const numbered = (raw: string[]): SourceRow => ({ row: ++row, raw });
    const fitting = (records: readonly string[][]): SourceRow[] =>
      records.slice(0, rowsMax - row).map(numbered);
    const checkRows = (records: readonly string[][], before: number): void => {
      if (before + records.length <= rowsMax) return;
      throw new TableError("FileMalformed", tooManyRows, rowsMax + 1);
    };
    for await (const chunk of piecesOf(readBytes(file, start))) {
      read += chunk.length;
      const { records, failure } = await parsed(parser, quote(utf8(chunk)));
      recordBytes = records.length === 0 ? recordBytes + chunk.length : 0;
      hasMark = (records.length === 0 && hasMark) || chunk.includes(0x22);
      const before = row;
      if (records.length > manyRecords) await turn();
      yield fitting(records);
      checkRows(records, before);
      if (failure !== undefined) throw refusal(failure, row + 1);
      if (recordBytes > recordBytesMax) throw hasMark ? misquoted(row + 1) : tooLong(row + 1);
    }
    const rest = Buffer.concat([quote(utf8(undefined)), quote(undefined)]);
    for (const last of [await parsed(parser, rest), await ended(parser)]) {
      const before = row;
      yield fitting(last.records);
      checkRows(last.records, before);
      if (last.failure !== undefined) throw refusal(last.failure, row + 1);
    }
  }
  const bytesRead = (): number => read;
  return { format: "csv", encoding, bytes: size, bytesRead, rows, close: () => file.close() };
}

async function* piecesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      yield chunk.subarray(at, at + pieceBytes);
    }
  }
}

function newParser(): Parser {
  const options = {
    delimiter: ",",
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: false,
    // The buffer is larger than a chunk, so a write ends without waiting for a reader.
    readableHighWaterMark: 2 * chunkBytes,
  };
  const parser = new Parser(options);
  // Each failure reaches us through the callback of the write; without a listener Node would exit.
  parser.on("error", () => undefined);
  return parser;
}

/** The records that end in a chunk, and what stopped the parser behind them. */
interface Parsed {
  readonly records: readonly string[][];
  readonly failure?: Error | undefined;
}

function parsed(parser: Parser, bytes: Buffer): Promise<Parsed> {
  return new Promise((resolve) => {
    // The library makes an error of every record whose length is not the first one's, and drops
    // it: without its stack such a record takes a third of the time.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    parser.write(bytes, (error) => {
      resolve({ records: buffered(parser), failure: error ?? undefined });
    });
    Error.stackTraceLimit = stackTraceLimit;
  });
}

function ended(parser: Parser): Promise<Parsed> {
  return new Promise((resolve) => {
    parser.once("error", (failure) => {
      resolve({ records: buffered(parser), failure });
    });
    parser.end(() => {
      resolve({ records: buffered(parser) });
    });
  });
}

/**
 * Takes 1.5 µs a row more than a parser whose `push` is overridden, which is 5 % of an import:
 * less than a hidden part of a library is worth.
 */
function buffered(parser: Parser): string[][] {
  const records: string[][] = [];
  for (;;) {
    const record = parser.read() as string[] | null;
    if (record === null) return records;
    records.push(record);
  }
}

/** The library's message repeats cells, so it is not passed on. */
function refusal(failure: Error, row: number): Error {
  return failure instanceof CsvError ? misquoted(row) : failure;
}

function tooLong(row: number): TableError {
  const bytes = `${recordBytesMax / 1024 / 1024} MiB`;
  return new TableError("FileMalformed", `row ${row}: the row is longer than ${bytes}`, row);
}

function misquoted(row: number): TableError {
  return new TableError(
    "FileMalformed",
    `row ${String(row)}: a quotation mark (") stands inside a cell that is not quoted, or is not ` +
      "doubled, or not closed",
    row,
  );
}
