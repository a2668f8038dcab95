import { extname } from "node:path";
import type { Cell } from "../domain/cell.ts";
import { guarded, guardedAgain, guardedId, unknownMark } from "../domain/cell.ts";
import { pendingFile } from "./pending-file.ts";
import type { Table, TableRow } from "./table.ts";
import { byteOrderMark, encodeText, systemCode, type TextEncoding } from "./text-encoding.ts";
import { textSheet } from "./xlsx-writer.ts";

const addedColumns: readonly string[] = ["行号", "拒绝代码", "拒绝原因"];
const bufferedCharactersMax = 64 * 1024;

/** A file of refused rows that is in place. */
export interface RejectedFile {
  readonly path: string;
  readonly format: Table["format"];
}

/**
 * The file of refused rows: a table that can be corrected and imported as it is. Its cells are the
 * input's own, but for those that would be taken for good when they come back: an unknown cell
 * stands there as its mark, which is refused, and the surplus values of a row are written after the
 * last column, where they are surplus again. What a spreadsheet would run is guarded in CSV; in a
 * workbook every cell is text.
 */
export interface RejectedRows {
  /** Never fails; `finish` reports what could not be written. */
  write(row: TableRow, code: string, reason: string): void;
  /**
   * Puts the file in place, or removes an older one when nothing was refused. Answers with the
   * file, null where there is none, and a warning for the clerk where it could not be put there.
   * What processes that were killed over a day ago left beside the file is removed.
   */
  finish(): Promise<{ readonly file: RejectedFile | null; readonly warning: string | null }>;
}

/** Touches no file until a row is written or `finish` is called. */
export function openRejectedRows(options: {
  /** Where its name ends in `.csv` it is CSV; otherwise its format is the input's. */
  readonly path: string;
  readonly format: Table["format"];
  readonly header: readonly string[];
  /** The columns with ids, from 0. */
  readonly ids?: ReadonlySet<number>;
  readonly encoding: TextEncoding;
}): RejectedRows {
  const { path, header, ids = new Set() } = options;
  const format = extname(path).toLowerCase() === ".csv" ? "csv" : options.format;
  const kept = [...header.keys()].filter((at) => !addedColumns.includes(header[at] ?? ""));
  const isId = kept.map((at) => ids.has(at));
  const lines = format === "csv" ? csvLines(options.encoding, isId) : sheetLines();
  const file = pendingFile(path);
  let failure: string | undefined;
  let waiting = "";
  let written = 0;

  const attempt = (work: () => void): void => {
    try {
      if (failure === undefined) work();
    } catch (error) {
      failure = systemCode(error);
    }
  };
  const flush = (): void => {
    attempt(() => file.append(lines.bytes(waiting)));
    waiting = "";
  };
  const start = (): void => {
    const names = kept.map((at) => header[at] ?? "");
    attempt(() => file.append(lines.head));
    waiting = lines.row(++written, [...names, ...addedColumns], names);
  };

  return {
    write({ row, raw, cells }, code, reason) {
      if (written === 0) start();
      if (failure !== undefined) return;
      const surplus = raw.slice(header.length);
      const out = [...kept.map((at) => raw[at] ?? ""), String(row), code, reason, ...surplus];
      const read = kept.map((at) => cells[at] ?? "");
      waiting += lines.row(++written, out, read);
      if (waiting.length > bufferedCharactersMax) flush();
    },
    async finish() {
      if (written > 0) flush();
      await file.removeAbandoned();
      let isThere = false;
      try {
        if (failure === undefined) isThere = await file.put(lines.pack);
      } catch (error) {
        failure = systemCode(error);
      }
      if (failure === undefined) return { file: isThere ? { path, format } : null, warning: null };
      await file.discard().catch(() => undefined);
      const warning = `the refused rows could not be written to ${path} (${failure})`;
      return { file: null, warning };
    },
  };
}

/** How rows are written in a format. */
interface Lines {
  readonly head: Buffer;
  /** `read` are the first of the cells as they were read. */
  row(number: number, cells: readonly Cell[], read: readonly Cell[]): string;
  bytes(text: string): Buffer;
  readonly pack?: (from: string, to: string) => Promise<void>;
}

function csvLines(encoding: TextEncoding, isId: readonly boolean[]): Lines {
  return {
    head: byteOrderMark(encoding),
    row: (number, cells, read) =>
      csvLine(
        cells.map((cell, at) => {
          const known = read[at];
          if (typeof cell !== "string") return unknownMark;
          if (typeof known !== "string") return guarded(cell);
          const isIdOfRow = number > 1 && isId[at] === true;
          const id = isIdOfRow ? guardedId(known) : known;
          return id === known ? guardedAgain(cell, known) : id;
        }),
      ),
    bytes: (text) => encodeText(text, encoding),
  };
}

function sheetLines(): Lines {
  const sheet = textSheet();
  return {
    head: Buffer.alloc(0),
    row: (_number, cells) =>
      sheet.row(cells.map((cell) => (typeof cell === "string" ? cell : unknownMark))),
    bytes: (text) => Buffer.from(text),
    pack: sheet.pack,
  };
}

function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${quoted.join(",")}\r\n`;
}
