import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { projections } from "../../projections/index.ts";
import { prepareProjections } from "../../src/app/project.ts";
import { openEmbedded } from "../../src/database/embedded.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createPool } from "../../src/database/pool.ts";
import { projectRoot } from "../../src/root.ts";
import { nodeProgram } from "./node-program.ts";

/** A database of one test, gone when the test has ended. */
export interface TestDatabase {
  readonly pool: pg.Pool;
  readonly connectionString: string;
}

/** What is needed of a tap test. */
interface Teardown {
  teardown(work: () => Promise<void>): unknown;
}

const migrations = join(projectRoot, "migrations");
const LINGER = 5_000; // ms without a test file before the shared server stops
const TEMPLATE_LOCK = "1398099529, 2";
const KEEPER_LOCK = "1398099529, 3";

/** Where it is as this file is loaded: a test may have temporary files of its own. */
const shared = sharedFolder();

let databases = 0;

/**
 * A migrated database that `t` has for itself, on the server that all test files share: the one
 * of `TEST_DATABASE_URL`, whose user must be allowed to create databases, or an embedded one.
 * May be called several times in a test file.
 */
export async function testDatabase(t: Teardown): Promise<TestDatabase> {
  return createDatabase(t, (server) => templateDatabase(server, "migrated"));
}

/** The same with the read models of this program, all of them empty: opening it is quick. */
export async function preparedDatabase(t: Teardown): Promise<TestDatabase> {
  return createDatabase(t, (server) => templateDatabase(server, "prepared"));
}

/** The same without any migration. */
export async function emptyDatabase(t: Teardown): Promise<TestDatabase> {
  return createDatabase(t, () => Promise.resolve("template0"));
}

async function createDatabase(
  t: Teardown,
  templateOf: (server: Server) => Promise<string>,
): Promise<TestDatabase> {
  const server = await openServer();
  databases += 1;
  const name = `test_${String(process.pid)}_${String(databases)}`;
  await server.admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await server.admin.query(`CREATE DATABASE ${name} TEMPLATE ${await templateOf(server)}`);
  const connectionString = urlOf(server.url, name);
  const pool = createPool(connectionString, { applicationName: name });
  t.teardown(async () => {
    if (!pool.ended) await pool.end();
    await server.admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await server.close();
  });
  return { pool, connectionString };
}

interface Server {
  readonly url: string;
  readonly admin: pg.Pool;
  close(): Promise<void>;
}

async function openServer(): Promise<Server> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    const admin = createPool(given, { max: 1, applicationName: "test admin" });
    return { url: given, admin, close: () => admin.end() };
  }
  const folder = shared;
  const embedded = await openEmbedded(folder);
  if (embedded.started) startKeeper(folder);
  const url = urlOf(embedded.connectionString, "postgres");
  const admin = createPool(url, { max: 1, applicationName: "test admin" });
  const close = async (): Promise<void> => {
    await admin.end();
    await embedded.release();
  };
  return { url, admin, close };
}

function sharedFolder(): string {
  const key = createHash("sha256").update(projectRoot).digest("hex").slice(0, 12);
  return join(tmpdir(), `sunshine-test-${String(process.getuid?.() ?? 0)}-${key}`);
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

type Template = "migrated" | "prepared";

/** The database that those of the tests are copies of, made once for these tables. */
async function templateDatabase({ url, admin }: Server, kind: Template): Promise<string> {
  const name = `template_${kind}_${await hashOf(kind)}`;
  const client = await admin.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${TEMPLATE_LOCK})`);
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname ~ '^template_(${kind}|unfinished)'`,
    );
    if (rows.some((row) => row.datname === name)) return name;
    for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
    await client.query("CREATE DATABASE template_unfinished TEMPLATE template0");
    const pool = createPool(urlOf(url, "template_unfinished"), { applicationName: name });
    try {
      await migrate(pool, migrations);
      if (kind === "prepared") await prepareProjections(pool, projections);
    } finally {
      await pool.end();
    }
    await client.query(`ALTER DATABASE template_unfinished RENAME TO ${name}`);
    return name;
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${TEMPLATE_LOCK})`);
    client.release();
  }
}

async function hashOf(kind: Template): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(migrations)).sort()) {
    hash
      .update(name)
      .update("\0")
      .update(await readFile(join(migrations, name)));
  }
  if (kind === "prepared") hash.update(JSON.stringify(projections));
  return hash.digest("hex").slice(0, 16);
}

/** Keeps the shared server up between two test files, in a process that outlives this one. */
function startKeeper(folder: string): void {
  // Without what tap gives its own processes in NODE_OPTIONS.
  const node = ["-u", "NODE_OPTIONS", process.execPath, ...nodeProgram("support/database")];
  const args = [...node, "--keep", folder];
  spawn("env", args, { cwd: projectRoot, detached: true, stdio: "ignore" }).unref();
}

async function keep(folder: string): Promise<void> {
  const embedded = await openEmbedded(folder);
  const url = urlOf(embedded.connectionString, "postgres");
  const admin = createPool(url, { max: 1, applicationName: "test keeper" });
  const { rows } = await admin.query<{ only: boolean }>(
    `SELECT pg_try_advisory_lock(${KEEPER_LOCK}) AS only`,
  );
  if (rows[0]?.only === true) {
    await dropAbandoned(admin);
    await untilIdle(admin);
  }
  await admin.end();
  await embedded.release();
}

async function untilIdle(admin: pg.Pool): Promise<void> {
  let idleSince = Date.now();
  while (Date.now() - idleSince < LINGER) {
    const { rowCount } = await admin.query(
      `SELECT FROM pg_stat_activity WHERE backend_type = 'client backend'
        AND application_name NOT IN ('test keeper', 'sunshine user ${String(process.pid)}')`,
    );
    if (rowCount !== 0) idleSince = Date.now();
    await sleep(500);
  }
}

/** Databases of test files that were killed. */
async function dropAbandoned(admin: pg.Pool): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'`,
  );
  for (const { datname } of rows) {
    const pid = Number(datname.split("_")[1]);
    if (!isAlive(pid)) await admin.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

if (process.argv[2] === "--keep" && process.argv[3] !== undefined) await keep(process.argv[3]);
