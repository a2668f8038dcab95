import { constants, type Stats } from "node:fs";
import { access, chmod, lchown, lstat, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseFolderError, hasCode, isOurs } from "./data-folder.ts";
import { giveFolder, openFolder } from "./mending-commands.ts";
import { postgresMajor } from "./postgres-binaries.ts";
import type { ServerOwner } from "./server-owner.ts";

/** The data folder and the cluster in it. */
interface Place {
  readonly folder: string;
  readonly data: string;
}

/**
 * Folders of a cluster that may be empty, so that some archives lose them. What they held is
 * nothing the ledger uses (prepared transactions, slots, tablespaces) or made anew at each start.
 */
const mayBeEmpty = [
  "pg_commit_ts",
  "pg_dynshmem",
  "pg_logical",
  "pg_logical/mappings",
  "pg_logical/snapshots",
  "pg_notify",
  "pg_replslot",
  "pg_serial",
  "pg_snapshots",
  "pg_stat",
  "pg_stat_tmp",
  "pg_subtrans",
  "pg_tblspc",
  "pg_twophase",
  "pg_wal/archive_status",
  "pg_wal/summaries",
];

/** Without these there is no cluster, and nothing can make them again. */
const needed = [
  "PG_VERSION",
  "base",
  "global/pg_control",
  "pg_hba.conf",
  "pg_ident.conf",
  "pg_multixact/members",
  "pg_multixact/offsets",
  "pg_wal",
  "pg_xact",
  "postgresql.conf",
];

/** Files and folders of a data folder, and what must be possible with them. */
const { R_OK, W_OK, X_OK } = constants;
const uses: readonly (readonly [name: string, mode: number])[] = [
  ["", R_OK | W_OK | X_OK],
  ["sunshine.json", R_OK],
  [".starting", R_OK | W_OK | X_OK],
  ["postgres.log", R_OK | W_OK],
];

/**
 * Refuses a data folder of ours that this process cannot write to, with the command that changes
 * that; what is not ours is no matter of this. Changes nothing. Throws NotWritable.
 */
export async function refuseUnusable(folder: string): Promise<void> {
  const mark = await isOurs(folder).catch((error: unknown) => {
    if (hasCode(error, "EACCES", "EPERM")) return "unseen";
    if (hasCode(error, "ENOTDIR")) return false;
    throw error;
  });
  if (mark === "unseen") throw await unseen(folder);
  // What is not ours is refused elsewhere: no command here may change it.
  if (!mark) return;
  for (const [name, mode] of uses) {
    const path = join(folder, name);
    const error = await access(path, mode).then(
      () => null,
      (error: unknown) => error,
    );
    if (hasCode(error, "EROFS")) {
      const advice = "copy the folder to a disk that can be written to";
      throw notWritable(`${folder} is on a disk that can only be read: ${advice}`, error);
    }
    if (!hasCode(error, "EACCES", "EPERM")) continue;
    const found = await stat(path).catch(() => null);
    if (found !== null && found.uid !== process.getuid?.()) throw anothers(folder, found.uid);
    throw notWritable(`${path} is ours, but closed to us: ${openFolder(folder)}`, error);
  }
}

async function unseen(folder: string): Promise<DatabaseFolderError> {
  const found = await stat(folder).catch(() => null);
  if (found === null) return notWritable(`${folder} lies in a folder that is closed to us`);
  const isOwn = found.uid === process.getuid?.();
  const advice = isOwn ? openFolder(folder) : giveFolder(folder);
  return notWritable(`${folder} is closed to us; if it is a data folder of the ledger: ${advice}`);
}

/** The refusal of a folder that belongs to another user, whose server may be running. */
export function anothers(folder: string, uid: number): DatabaseFolderError {
  const whose = `the database of ${folder} belongs to another user (${String(uid)})`;
  const advice = `run this as that user, or, when nothing uses it, take it: ${giveFolder(folder)}`;
  return notWritable(`${whose}; ${advice}`);
}

/**
 * Refuses a cluster that {@link mendCluster} could not mend. Changes nothing. Throws NotWritable
 * and Incomplete.
 */
export async function refuseUnmendable(place: Place): Promise<void> {
  const own = process.getuid?.();
  const found = await stat(place.data).catch(() => null);
  if (own === undefined || found === null) return;
  // Root may have been giving it to the server's user when it was killed.
  const isRoots = own === 0 && found.uid === 0;
  await ailmentsOf(place, isRoots ? null : own === 0 ? found.uid : own, false);
}

/**
 * Mends what copying, archiving and unpacking do to a cluster: its modes, its empty folders, and,
 * for root, its owner. The caller holds the folder's claim, and no server runs. Throws NotWritable
 * and Incomplete.
 */
export async function mendCluster(
  place: Place,
  { ids }: ServerOwner,
  onNotice: (line: string) => void,
): Promise<void> {
  const uid = ids?.uid ?? process.getuid?.();
  if (uid === undefined || (await stat(place.data).catch(() => null)) === null) return;
  const mayGive = ids !== null && (await isRootsAlone(place));
  const give = async (path: string) => {
    if (ids !== null) await lchown(path, ids.uid, ids.gid);
  };
  // What lies in a folder that is closed shows once it is open, one level after another.
  for (let level = 0; level < levelsMax; level++) {
    const { toGive, toOpen, toMake } = await ailmentsOf(place, uid, mayGive);
    if (toGive.length + toOpen.length + toMake.length === 0) return;
    if (level === 0) {
      onNotice(`mending the owner, modes and empty folders of a copied database: ${place.data}`);
    }
    for (const path of toGive) await give(path);
    for (const [path, mode] of toOpen) await chmod(path, mode);
    for (const path of toMake) {
      await mkdir(path, { mode: 0o700 });
      await give(path);
    }
  }
  const advice = "copy the folder to a disk of this machine";
  throw notWritable(`the disk of ${place.folder} does not keep the modes of files: ${advice}`);
}

/** Whether nobody but root could have put a link or another folder in the place of the cluster. */
async function isRootsAlone({ folder, data }: Place): Promise<boolean> {
  return (await stat(folder)).uid === 0 && !(await lstat(data)).isSymbolicLink();
}

/** A cluster is not deeper. */
const levelsMax = 8;

/** What can be mended, in the order in which it has to be. */
interface Ailments {
  /** Paths of root's that the server's user must own: what is in a folder stands before it. */
  readonly toGive: readonly string[];
  /** Paths that have too few rights, or too many, and the mode they should have. */
  readonly toOpen: readonly (readonly [path: string, mode: number])[];
  /** Missing folders: a folder stands before what is in it. */
  readonly toMake: readonly string[];
}

/** `uid` is whose the files must be, null: anybody's; with `mayGive` they may be root's as yet. */
async function ailmentsOf(place: Place, uid: number | null, mayGive: boolean): Promise<Ailments> {
  const { data } = place;
  const { entries, isClosed } = await entriesOf(data);
  const toGive: string[] = [];
  const toOpen: [string, number][] = [];
  for (const [path, { stats, parent }] of entries) {
    if (stats.isSymbolicLink()) continue;
    if (uid !== null && stats.uid !== uid) {
      // Below a folder that is the server's, its user could put another file in the place of this.
      const isRoots = stats.uid === 0 && (parent === undefined || parent.uid === 0);
      if (!mayGive || !isRoots) throw ofSeveral(place, uid, path);
      toGive.push(path);
    }
    const mode = stats.mode & 0o777;
    const wanted =
      path === data ? modeOfCluster(mode) : mode | (stats.isDirectory() ? 0o700 : 0o600);
    if (mode !== wanted) toOpen.push([path, wanted]);
  }
  toGive.reverse();
  if (isClosed || !(await isOfThisVersion(data))) return { toGive, toOpen, toMake: [] };
  const lacks = needed.find((name) => !entries.has(join(data, name)));
  if (lacks !== undefined) throw incomplete(data, `it lacks ${lacks}`);
  const toMake = mayBeEmpty.map((name) => join(data, name)).filter((path) => !entries.has(path));
  return { toGive, toOpen, toMake };
}

/** PostgreSQL takes a cluster for itself alone, or one that its group may read. */
function modeOfCluster(mode: number): number {
  return mode === 0o750 ? mode : 0o700;
}

/** Whether a cluster is not known to be of another version, which is refused elsewhere. */
async function isOfThisVersion(data: string): Promise<boolean> {
  const version = await readFile(join(data, "PG_VERSION"), "utf8").catch(() => null);
  return version === null || version.trim() === postgresMajor;
}

/** What lies at a path, and in which folder of the cluster. */
interface Entry {
  readonly stats: Stats;
  readonly parent: Stats | undefined;
}

/** All of a cluster, a folder before what is in it, and whether some of it could not be seen. */
async function entriesOf(data: string) {
  const entries = new Map<string, Entry>();
  let isClosed = false;
  const orClosed = (error: unknown): null => {
    // A server that is ending takes its files along.
    if (hasCode(error, "ENOENT", "ENOTDIR")) return null;
    if (!hasCode(error, "EACCES", "EPERM")) throw error;
    isClosed = true;
    return null;
  };
  const look = async (path: string, parent: Stats | undefined): Promise<void> => {
    const stats = await (parent === undefined ? stat(path) : lstat(path)).catch(orClosed);
    if (stats === null) return;
    entries.set(path, { stats, parent });
    if (!stats.isDirectory()) return;
    const names = (await readdir(path).catch(orClosed)) ?? [];
    await Promise.all(names.map((name) => look(join(path, name), stats)));
  };
  await look(data, undefined);
  return { entries, isClosed };
}

function ofSeveral({ folder, data }: Place, uid: number, path: string): DatabaseFolderError {
  const isRoot = process.getuid?.() === 0;
  const how = isRoot ? giveFolder(data, String(uid)) : giveFolder(folder);
  return notWritable(`${path} belongs to another user than the database should: ${how}`);
}

/** The refusal of a cluster from which something is missing. */
export function incomplete(data: string, why: string): DatabaseFolderError {
  const advice = "copy it again while nothing uses the original, or restore a backup";
  return new DatabaseFolderError("Incomplete", `${data} is not whole: ${advice}; ${why}`);
}

function notWritable(message: string, cause?: unknown): DatabaseFolderError {
  return new DatabaseFolderError("NotWritable", message, { cause });
}
