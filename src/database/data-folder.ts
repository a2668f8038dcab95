import { mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** What is wrong with a data folder. */
export type FolderProblem =
  | "ForeignFolder"
  | "VersionMismatch"
  | "NotWritable"
  | "DiskFull"
  | "Incomplete"
  | "AlreadyStarting"
  | "StartFailed";

/** A data folder whose database cannot be opened; the message is one line for people. */
export class DatabaseFolderError extends Error {
  readonly code: FolderProblem;

  constructor(code: FolderProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DatabaseFolderError";
    this.code = code;
  }
}

const MARKER = "sunshine.json";
const FORMAT = 1;

/** Whether `error` is one of the file system's, with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/**
 * The same failure in the terms of {@link DatabaseFolderError}; what is not of the disk, as it is.
 */
export function asFolderError(error: unknown, folder: string): unknown {
  if (error instanceof DatabaseFolderError) return error;
  if (hasCode(error, "ENOSPC", "EDQUOT")) return diskFull(folder, { cause: error });
  if (hasCode(error, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST")) {
    const why = (error as Error).message;
    return new DatabaseFolderError("NotWritable", `cannot write to ${folder}: ${why}`, {
      cause: error,
    });
  }
  return error;
}

/** The refusal of a disk without room for the database of `folder`. */
export function diskFull(folder: string, options?: ErrorOptions): DatabaseFolderError {
  const message = `the disk that holds ${folder} is full; nothing recorded is lost: make room`;
  return new DatabaseFolderError("DiskFull", message, options);
}

/**
 * Makes `dataDir` a data folder of ours unless it is one, and answers its path without links.
 * A folder made here is for its owner alone, except that root lets the server's user pass.
 * Throws ForeignFolder when it holds files of others and no marker of ours, VersionMismatch for
 * a marker of another format, NotWritable, DiskFull.
 */
export async function claimFolder(dataDir: string): Promise<string> {
  const path = resolve(dataDir);
  try {
    await mkdir(dirname(path), { recursive: true });
    await mkdir(path, { mode: process.getuid?.() === 0 ? 0o711 : 0o700 }).catch(
      (error: unknown) => {
        if (!hasCode(error, "EEXIST")) throw error;
      },
    );
    if (!(await isOurs(path))) await mark(path);
    return await realpath(path);
  } catch (error) {
    throw asFolderError(error, path);
  }
}

/** Whether `folder` carries our marker; one still empty is about to be written. */
export async function isOurs(folder: string): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(join(folder, MARKER), "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
  if (text === "") return false;
  if (text.includes(`"format":${String(FORMAT)}`)) return true;
  throw new DatabaseFolderError(
    "VersionMismatch",
    `${join(folder, MARKER)} is not of format ${String(FORMAT)}: another version made this folder`,
  );
}

async function mark(folder: string): Promise<void> {
  const names = await readdir(folder);
  const ours = names.includes(MARKER);
  if (!ours && names.some((name) => name !== "lost+found")) {
    const why = names.includes("postgres")
      ? `has lost its ${MARKER}: copy that file too, or copy the folder again`
      : "holds files that are not ours; name an empty folder or one that does not exist";
    throw new DatabaseFolderError("ForeignFolder", `${folder} ${why}`);
  }
  await writeFile(join(folder, MARKER), `${JSON.stringify({ format: FORMAT })}\n`);
}
