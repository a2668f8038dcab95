import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  symlink,
  truncate,
} from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asFolderError, DatabaseFolderError, diskFull, hasCode } from "./data-folder.ts";
import { binariesFor, installedBinaries, postgresMajor } from "./postgres-binaries.ts";
import { worksIn } from "./processes.ts";
import { incomplete, mendCluster } from "./restored-folder.ts";
import { type ServerOwner, serverOwner } from "./server-owner.ts";

/** The database and the superuser of every embedded server. */
export const embeddedName = "sunshine";

/** Part of the socket's file name; no port is ever opened. */
export const embeddedPort = 5432;

const SOCKET_PATH_MAX = 103; // bytes: 104 with the final zero on macOS, 108 on Linux
const LOG_MAX = 10 * 1024 * 1024; // bytes
const MIB = 1024 * 1024;

/** The files of the server of one data folder. */
export interface Cluster {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
}

/** The cluster of `folder`, a path without links. */
export function clusterOf(folder: string): Cluster {
  return { folder, data: join(folder, "postgres"), log: join(folder, "postgres.log") };
}

/** How the programs of PostgreSQL are run for one cluster. */
interface Runtime {
  readonly owner: ServerOwner;
  readonly native: string;
}

/** A server that was started: `failure` says, once it has ended, what it wrote about that. */
export interface StartedServer {
  failure(): Promise<string | null>;
}

/**
 * Starts the server of `cluster` as a daemon of its own session, making the cluster first when
 * there is none, and answers at once. `deadPid` is the server that `postmaster.pid` names in
 * error. The caller holds the folder's claim. Throws {@link DatabaseFolderError}.
 */
export async function startServer(
  cluster: Cluster,
  deadPid: number | null,
  onNotice: (line: string) => void,
): Promise<StartedServer> {
  try {
    const owner = await serverOwner(cluster.data);
    const native = await binariesFor(owner, await installedBinaries(), onNotice);
    await sweepUnfinished(cluster);
    await mendCluster(cluster, owner, onNotice);
    await makeCluster(cluster, { owner, native }, onNotice);
    return await spawnServer(cluster, { owner, native }, deadPid);
  } catch (error) {
    throw asFolderError(error, cluster.folder);
  }
}

/** The arguments of a program, given the name by which it finds the cluster. */
type Arguments = (data: string) => string[];

/**
 * Runs a program in `data`, which the server's user need not be able to reach by its path: root
 * has gone there before the program gives up being root, and `/proc/self/cwd` is its name.
 */
async function launch(
  runtime: Runtime,
  program: string,
  data: string,
  options: { args: Arguments; env?: Record<string, string>; detached?: boolean; log: number },
): Promise<ChildProcess> {
  const byLink = runtime.owner.ids !== null && process.platform === "linux";
  const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C", TZ: "UTC", ...options.env };
  const args = options.args(byLink ? "/proc/self/cwd" : data);
  const child = spawn(join(runtime.native, "bin", program), args, {
    cwd: data,
    env,
    detached: options.detached ?? false,
    stdio: ["pipe", options.log, options.log],
    ...runtime.owner.ids,
  });
  await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  child.stdin?.on("error", () => undefined);
  return child;
}

/**
 * What killed first starts left; an initdb that still writes there fails, and is swept next time.
 */
async function sweepUnfinished(cluster: Cluster): Promise<void> {
  for (const name of await readdir(cluster.folder)) {
    if (!name.startsWith("postgres.new-")) continue;
    const path = join(cluster.folder, name);
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function makeCluster(cluster: Cluster, runtime: Runtime, onNotice: (line: string) => void) {
  if (await hasCluster(cluster)) return;
  onNotice(`making a new database in ${cluster.folder}`);
  const fresh = join(cluster.folder, `postgres.new-${String(process.pid)}-${String(Date.now())}`);
  await mkdir(fresh, { mode: 0o700 });
  try {
    const { ids } = runtime.owner;
    if (ids !== null) await chown(fresh, ids.uid, ids.gid);
    await runToEnd(cluster, runtime, fresh, "initdb", initArguments, "");
    const create = `CREATE DATABASE ${embeddedName};\n`;
    await runToEnd(cluster, runtime, fresh, "postgres", singleUserArguments, create);
    // The commit point: a cluster has this name only when it is complete and on disk.
    await rename(fresh, cluster.data);
    await syncFolder(cluster.folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

const initArguments: Arguments = (data) => [
  `--pgdata=${data}`,
  `--username=${embeddedName}`,
  "--auth=trust",
  "--encoding=UTF8",
  "--locale-provider=builtin",
  "--builtin-locale=C.UTF-8",
  "--locale=C",
  "--no-instructions",
];

const singleUserArguments: Arguments = (data) => {
  const settings = ["-c", "exit_on_error=on", "-c", "log_min_messages=error"];
  return ["--single", "-D", data, ...settings, "postgres"];
};

async function hasCluster(cluster: Cluster): Promise<boolean> {
  let version: string;
  try {
    version = (await readFile(join(cluster.data, "PG_VERSION"), "utf8")).trim();
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    if (!(await stat(cluster.data).catch(() => null))) return false;
    throw incomplete(cluster.data, "it lacks PG_VERSION");
  }
  if (version === postgresMajor) return true;
  throw new DatabaseFolderError(
    "VersionMismatch",
    `${cluster.data} is of PostgreSQL ${version}, this version of the ledger has ${postgresMajor}`,
  );
}

async function runToEnd(
  cluster: Cluster,
  runtime: Runtime,
  data: string,
  program: string,
  args: Arguments,
  input: string,
): Promise<void> {
  const { file, from } = await openLog(cluster);
  try {
    const child = await launch(runtime, program, data, { args, log: file.fd });
    child.stdin?.end(input);
    const status = await new Promise((resolve) => child.once("exit", resolve));
    if (status !== 0) throw startFailed(cluster, await logSince(cluster, from));
  } finally {
    await file.close();
  }
}

async function spawnServer(
  cluster: Cluster,
  runtime: Runtime,
  deadPid: number | null,
): Promise<StartedServer> {
  const { file, from } = await openLog(cluster);
  const set = Object.entries(await settings()).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const args: Arguments = (data) => ["-D", data, ...set];
  // PostgreSQL believes a pid file whose number is another process by now, unless that number
  // is its grandparent's, which is how pg_ctl says so. Removing the file would also remove what
  // lets it find processes that a killed server left behind.
  const env = deadPid === null ? {} : { PG_GRANDPARENT_PID: String(deadPid) };
  const options = { args, env, detached: true, log: file.fd };
  const child = await launch(runtime, "postgres", cluster.data, options);
  child.stdin?.destroy();
  await file.close();
  child.unref();
  return {
    async failure() {
      if (child.exitCode === null && child.signalCode === null) return null;
      return logSince(cluster, from);
    },
  };
}

/** The refusal that quotes what the server wrote last. */
export function startFailed(cluster: Cluster, output: string): DatabaseFolderError {
  if (/No space left on device|Disk quota exceeded/.test(output)) return diskFull(cluster.folder);
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const tail = lines.slice(-6).join(" | ");
  if (isOfMissingFiles(output)) return incomplete(cluster.data, `${cluster.log} ends: ${tail}`);
  const message = `the database of ${cluster.folder} does not start; ${cluster.log} ends: ${tail}`;
  return new DatabaseFolderError("StartFailed", message);
}

/** Whether a server did not start because files are missing, or not of one moment. */
function isOfMissingFiles(output: string): boolean {
  return (
    /could not (open|read) file .*: (No such file|read only \d)/.test(output) ||
    /could not (locate a valid checkpoint record|access status of transaction)/.test(output)
  );
}

async function openLog(cluster: Cluster) {
  const file = await open(cluster.log, "a", 0o600);
  const { size } = await file.stat();
  if (size > LOG_MAX) await truncate(cluster.log);
  return { file, from: size > LOG_MAX ? 0 : size };
}

async function logSince(cluster: Cluster, from: number): Promise<string> {
  return (await readFile(cluster.log)).subarray(from).toString("utf8");
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** For a small machine that has other things to do; durability is left as it should be. */
async function settings(): Promise<Record<string, string>> {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const quarter = Math.floor(Math.min(totalmem(), limit) / 4 / MIB);
  const sharedMemory = await statfs("/dev/shm").catch(() => null);
  const small = sharedMemory === null || sharedMemory.bavail * sharedMemory.bsize < 1024 * MIB;
  return {
    listen_addresses: "",
    unix_socket_directories: ".",
    unix_socket_permissions: "0700",
    port: String(embeddedPort),
    max_connections: "200",
    fsync: "on",
    synchronous_commit: "on",
    shared_buffers: `${String(Math.max(32, Math.min(512, quarter)))}MB`,
    effective_cache_size: `${String(Math.max(64, quarter * 2))}MB`,
    maintenance_work_mem: "128MB",
    max_wal_size: "4GB",
    checkpoint_timeout: "15min",
    random_page_cost: "1.1",
    jit: "off",
    timezone: "UTC",
    // Containers give /dev/shm 64 MB, which a parallel query outgrows.
    ...(small && process.platform === "linux" ? { dynamic_shared_memory_type: "mmap" } : {}),
    // The messages of failed statements may repeat values of the roster; the caller gets them.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_timezone: "UTC",
  };
}

/** What `postmaster.pid` says: no server, one that lives, or one that is dead. */
export type PostmasterState =
  | { readonly state: "none" }
  | { readonly state: "alive" | "dead"; readonly pid: number };

/** Whether the server of `cluster` lives, whether or not it answers yet or still. */
export async function postmasterState(cluster: Cluster): Promise<PostmasterState> {
  const pid = await postmasterPid(cluster);
  if (pid === null) return { state: "none" };
  const data = await realpath(cluster.data); // On another disk it may be a link.
  return { state: (await worksIn(pid, data)) ? "alive" : "dead", pid };
}

async function postmasterPid(cluster: Cluster): Promise<number | null> {
  const text = await readFile(join(cluster.data, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

/**
 * Asks the server to end all sessions, write everything down and stop, and waits for that up to
 * `limitMs`; after that it finishes on its own. The caller has a session, so the pid is right.
 */
export async function stopServer(cluster: Cluster, limitMs: number): Promise<void> {
  const pid = await postmasterPid(cluster);
  if (pid === null) return;
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + limitMs;
  // The file goes last. The process may stay as a zombie where nobody waits for orphans.
  while ((await postmasterPid(cluster)) === pid && Date.now() < deadline) await sleep(10);
}

/**
 * The folder by whose path the server's socket is reached: the cluster's own, which only its
 * owner and root can enter, or a link to it where that path is too long for a socket.
 */
export async function socketFolder(cluster: Cluster): Promise<string> {
  const socket = join(cluster.data, `.s.PGSQL.${String(embeddedPort)}`);
  if (Buffer.byteLength(socket) <= SOCKET_PATH_MAX) return cluster.data;
  const uid = process.getuid?.() ?? 0;
  const key = createHash("sha256").update(cluster.data).digest("hex").slice(0, 12);
  const link = join(tmpdir(), `sunshine-${String(uid)}-${key}`);
  await symlink(cluster.data, link).catch(() => undefined);
  const ours = (await lstat(link)).uid === uid && (await readlink(link)) === cluster.data;
  if (ours) return link;
  throw new DatabaseFolderError("NotWritable", `${link} is not ours; remove it or set TMPDIR`);
}
