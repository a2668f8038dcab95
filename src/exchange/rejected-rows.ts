import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { lstat, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { TableRow } from "./table.ts";
import { byteOrderMark, encodeText, systemCode, type TextEncoding } from "./text-encoding.ts";

const addedColumns: readonly string[] = ["行号", "拒绝代码", "拒绝原因"];
const bufferedCharactersMax = 64 * 1024;
/**
 * A temporary file that has not been written to for this long was left by a process that was
 * killed.
 */
const abandonedMs = 24 * 3_600_000;

/**
 * The file of refused rows: a CSV table that can be corrected and imported as it is. Its cells are
 * the input's own, unaltered, except two kinds that would be taken for good when they come back: a
 * lossy cell is left empty, and the surplus values of a row are written after the last column,
 * where they are surplus again.
 */
export interface RejectedRows {
  /** Never fails; `finish` reports what could not be written. */
  write(row: TableRow, code: string, reason: string): void;
  /**
   * Puts the file in place, or removes an older one when nothing was refused. Resolves to a
   * warning for the clerk where that could not be done, else to null. What processes that were
   * killed over a day ago left beside the file is removed.
   */
  finish(): Promise<string | null>;
  /** Discards what was written and leaves an older file as it was. */
  abandon(): Promise<void>;
}

/** Touches no file until a row is written or `finish` is called. */
export function openRejectedRows(options: {
  readonly path: string;
  readonly header: readonly string[];
  readonly encoding: TextEncoding;
}): RejectedRows {
  const { path, header, encoding } = options;
  const kept = [...header.keys()].filter((at) => !addedColumns.includes(header[at] ?? ""));
  const temporary = `${path}.${randomUUID()}.tmp`;
  let file: number | undefined;
  let failure: string | undefined;
  let waiting = "";

  const flush = (): void => {
    try {
      if (file !== undefined) writeAll(file, encodeText(waiting, encoding));
    } catch (error) {
      failure = systemCode(error);
    }
    waiting = "";
  };
  const start = (): void => {
    try {
      // Rows hold personal data: only the owner may read the file.
      file = openSync(temporary, "wx", 0o600);
      writeAll(file, byteOrderMark(encoding));
    } catch (error) {
      failure = systemCode(error);
    }
    waiting = csvLine([...kept.map((at) => header[at] ?? ""), ...addedColumns]);
  };
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const settle = async (): Promise<void> => {
    if (file === undefined) {
      await replace(path);
    } else {
      fsyncSync(file);
      close();
      await replace(path, temporary);
    }
  };
  const abandon = async (): Promise<void> => {
    close();
    await rm(temporary, { force: true });
  };

  return {
    write({ row, raw, lossy }, code, reason) {
      if (file === undefined && failure === undefined) start();
      if (failure !== undefined) return;
      const cells = kept.map((at) => (lossy?.has(at) === true ? "" : (raw[at] ?? "")));
      waiting += csvLine([...cells, String(row), code, reason, ...raw.slice(header.length)]);
      if (waiting.length > bufferedCharactersMax) flush();
    },
    async finish() {
      flush();
      await removeAbandoned(path);
      try {
        if (failure === undefined) await settle();
      } catch (error) {
        failure = systemCode(error);
      }
      if (failure === undefined) return null;
      await abandon().catch(() => undefined);
      return `the refused rows could not be written to ${path} (${failure})`;
    },
    abandon,
  };
}

async function replace(path: string, replacement?: string): Promise<void> {
  const old = await stat(path).catch(() => undefined);
  // A pipe or a device of this name must be neither removed nor replaced.
  if (old?.isFile() === false) throw Object.assign(new Error(), { code: "not a regular file" });
  if (replacement === undefined) await rm(path, { force: true });
  else await rename(replacement, path);
}

const temporaryName = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

async function removeAbandoned(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)];
  const beside = await readdir(folder).catch(() => []);
  for (const entry of beside) {
    if (!entry.startsWith(name) || !temporaryName.test(entry.slice(name.length))) continue;
    const file = join(folder, entry);
    const found = await lstat(file).catch(() => undefined);
    if (found?.isFile() !== true || Date.now() - found.mtimeMs < abandonedMs) continue;
    await rm(file, { force: true }).catch(() => undefined);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${quoted.join(",")}\r\n`;
}
