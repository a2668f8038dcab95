import { resolve } from "node:path";
import { realpath, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import {
  type Cluster,
  clusterOf,
  embeddedName,
  embeddedPort,
  postmasterState,
  type StartedServer,
  socketFolder,
  startFailed,
  startServer,
  stopServer,
} from "./cluster.ts";
import { asFolderError, claimFolder, hasCode, isOurs } from "./data-folder.ts";
import { anothers, refuseUnmendable, refuseUnusable } from "./restored-folder.ts";
import { exclusively } from "./start-claim.ts";
import { locks } from "./locks.ts";

export { DatabaseFolderError } from "./data-folder.ts";

/** Called with one line for people at each step that takes long or that they should know of. */
export type OnNotice = (line: string) => void;

/** The server of one data folder, shared by all processes that opened it. */
export interface EmbeddedServer {
  readonly connectionString: string;
  /** Whether this opening started the server; false when it was running already. */
  readonly started: boolean;
  /**
   * Leaves the server and stops it when nobody else uses it, which ends all its connections.
   * Takes up to 10 s; may be called twice.
   */
  release(): Promise<void>;
}

/**
 * A user of the server is a session that holds this lock shared. The last to leave can take it
 * alone and stops the server. Sessions end with their process, however it ends, so nothing has to
 * be cleaned up, and the next process joins a server that a killed process left.
 */

const START_LIMIT = 10 * 60_000; // ms: replaying a log of 4 GB after a crash takes minutes
const ORPHANS_LIMIT = 20_000; // ms: until the processes of a killed server have noticed
const STOP_LIMIT = 10_000; // ms
const POLL = 20; // ms

/**
 * Opens the database of `dataDir` and makes it when the folder is empty or absent. The server is
 * started, or joined when it runs already; it outlives Ctrl-C and stops when its last user
 * leaves. If it dies meanwhile it is started again, under the same connection string.
 * Throws {@link DatabaseFolderError}.
 */
export async function openEmbedded(
  dataDir: string,
  options: { readonly onNotice?: OnNotice } = {},
): Promise<EmbeddedServer> {
  const onNotice = options.onNotice ?? (() => undefined);
  await refuseUnusable(resolve(dataDir));
  const cluster = clusterOf(await claimFolder(dataDir));
  const first = await enter(cluster, onNotice);
  let session: Promise<pg.Client | null> = Promise.resolve(first.session);
  let left: Promise<void> | null = null;

  const rejoin = async (): Promise<pg.Client | null> => {
    while (left === null) {
      try {
        onNotice("the database has stopped; starting it again");
        return watch((await enter(cluster, onNotice)).session);
      } catch (error) {
        onNotice(error instanceof Error ? error.message : String(error));
        await sleep(2_000);
      }
    }
    return null;
  };
  const watch = (client: pg.Client): pg.Client =>
    client.once("end", () => {
      if (left === null) session = rejoin();
    });
  const release = async (): Promise<void> => {
    const mine = await session;
    if (mine !== null) await leave(cluster, mine);
  };
  watch(first.session);
  return {
    connectionString: await connectionStringOf(cluster),
    started: first.started,
    release: () => (left ??= release()),
  };
}

/**
 * The connection string of the server of `dataDir` when it runs; it is neither started nor kept
 * from stopping.
 */
export async function runningServer(dataDir: string): Promise<string | null> {
  const folder = await realpath(resolve(dataDir)).catch(() => null);
  if (folder === null || !(await isOurs(folder))) return null;
  const cluster = clusterOf(folder);
  const answer = await connect(cluster);
  if (typeof answer === "string") return null;
  await answer.end();
  return connectionStringOf(cluster);
}

async function connectionStringOf(cluster: Cluster): Promise<string> {
  const host = encodeURIComponent(await socketFolder(cluster));
  // Port and sslmode are said so that PGPORT and PGSSLMODE in the environment do not matter.
  const server = `${embeddedName}@localhost:${String(embeddedPort)}`;
  return `postgresql://${server}/${embeddedName}?host=${host}&sslmode=disable`;
}

interface Entry {
  readonly session: pg.Client;
  readonly started: boolean;
}

async function enter(cluster: Cluster, onNotice: OnNotice): Promise<Entry> {
  try {
    const session = await join(cluster);
    if (typeof session !== "string") return { session, started: false };
    if (session === "absent") await refuseUnmendable(cluster);
    const claims = `${cluster.folder}/.starting`;
    return await exclusively(claims, START_LIMIT, () => startAndJoin(cluster, onNotice));
  } catch (error) {
    throw asFolderError(error, cluster.folder);
  }
}

async function startAndJoin(cluster: Cluster, onNotice: OnNotice): Promise<Entry> {
  const began = Date.now();
  let server: StartedServer | null = null;
  let started = false;
  let told = false;
  while (Date.now() - began < START_LIMIT) {
    const session = await join(cluster);
    if (typeof session !== "string") return { session, started };
    const failure = (await server?.failure()) ?? null;
    if (failure !== null) {
      if (!isHeld(failure) || Date.now() - began > ORPHANS_LIMIT)
        throw startFailed(cluster, failure);
      server = null;
      await sleep(10 * POLL);
    }
    const postmaster = await postmasterState(cluster);
    if (session === "absent" && server === null && postmaster.state !== "alive") {
      const dead = postmaster.state === "dead" ? postmaster.pid : null;
      server = await startServer(cluster, dead, onNotice);
      started = true;
    }
    if (!told && Date.now() - began > 3_000) {
      told = true;
      onNotice("the database is starting or stopping; after a crash this may take a while");
    }
    await sleep(POLL);
  }
  throw startFailed(cluster, "it gave no answer in ten minutes");
}

/** Whether another server, or what a killed one left behind, still has the files. */
function isHeld(output: string): boolean {
  return /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(output);
}

/** Nobody listens, or somebody who cannot serve now: starting, stopping or full. */
type NoSession = "absent" | "busy";

async function join(cluster: Cluster): Promise<pg.Client | NoSession> {
  const client = await connect(cluster);
  if (typeof client === "string") return client;
  try {
    await client.query(`SELECT pg_advisory_lock_shared(${locks.serverUsers})`);
    return client;
  } catch {
    await client.end().catch(() => undefined);
    return "busy"; // The last user was leaving and has stopped the server.
  }
}

async function connect(cluster: Cluster): Promise<pg.Client | NoSession> {
  const client = new pg.Client({
    host: await socketFolder(cluster),
    port: embeddedPort,
    ssl: false,
    user: embeddedName,
    // Not the ledger's own database, which can so be copied, renamed or dropped.
    database: "postgres",
    application_name: `sunshine user ${String(process.pid)}`,
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    // An archive may make a file of the socket.
    if (hasCode(error, "ENOENT", "ECONNREFUSED", "ENOTSOCK")) return "absent";
    if (!hasCode(error, "EACCES", "EPERM")) return "busy";
    const { uid } = await stat(cluster.data);
    if (uid !== process.getuid?.()) throw anothers(cluster.folder, uid);
    return "absent"; // Its modes are lost.
  }
}

async function leave(cluster: Cluster, session: pg.Client): Promise<void> {
  try {
    await session.query(`SELECT pg_advisory_unlock_shared(${locks.serverUsers})`);
    const { rows } = await session.query<{ alone: boolean }>(
      `SELECT pg_try_advisory_lock(${locks.serverUsers}) AS alone`,
    );
    if (rows[0]?.alone === true) await stopServer(cluster, STOP_LIMIT);
  } catch {
    // The server has gone by itself; whoever needs it starts it.
  }
  await session.end().catch(() => undefined);
}
