import { randomUUID } from "node:crypto";
import { closeSync, fsync, openSync, writeSync } from "node:fs";
import { lstat, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/**
 * A temporary file that has not been written to for this long was left by a process that was
 * killed.
 */
const abandonedMs = 24 * 3_600_000;

/** A file that is written beside its place and put there when it is whole. */
export interface PendingFile {
  /** Starts the file with the first bytes. Throws what the system throws. */
  append(bytes: Buffer): void;
  /**
   * Puts the file in place, packed first where that is asked for; where nothing was written,
   * removes an older one. Answers whether there is a file now.
   */
  put(pack?: (from: string, to: string) => Promise<void>): Promise<boolean>;
  /** Discards what was written and leaves an older file as it was. */
  discard(): Promise<void>;
  /** Removes what processes that were killed over a day ago left beside the file. */
  removeAbandoned(): Promise<void>;
}

/** Touches nothing until something is written or put. */
export function pendingFile(path: string): PendingFile {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const packed = `${path}.${randomUUID()}.tmp`;
  let file: number | undefined;
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    append(bytes) {
      // What is refused holds personal data: only the owner may read the file.
      file ??= openSync(temporary, "wx", 0o600);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    },
    async put(pack) {
      if (file === undefined) {
        await replace(path);
        return false;
      }
      // Seconds on a busy disk, in which others are answered.
      await promisify(fsync)(file);
      close();
      await pack?.(temporary, packed);
      await replace(path, pack === undefined ? temporary : packed);
      if (pack !== undefined) await rm(temporary, { force: true });
      return true;
    },
    async discard() {
      close();
      await rm(temporary, { force: true });
      await rm(packed, { force: true });
    },
    removeAbandoned: () => removeAbandoned(path),
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
