import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pool, PoolClient } from "pg";
import type { Config } from "../src/config.ts";
import { openEmbedded } from "../src/database/embedded.ts";
import { createPool, unhurried } from "../src/database/pool.ts";
import { BenchUnavailable } from "./figure.ts";

/** A database that benches have for themselves. */
export interface BenchDatabase {
  readonly name: string;
  readonly url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/** The server that the benches work on, and a folder for their files. */
export interface BenchServer {
  readonly config: Config;
  /** Holds a vault key; gone at the end. */
  readonly folder: string;
  readonly keyFile: string;
  /** An empty database, or a copy of another that nobody is connected to. */
  createDatabase(template?: BenchDatabase): Promise<BenchDatabase>;
  /** Writes down what is pending, so that each round begins alike; needs a right not all have. */
  checkpoint(): Promise<void>;
  /** Drops all databases and files; may be called twice. */
  close(): Promise<void>;
}

const prefix = "sunshine_bench_";

/**
 * Opens the server that configuration and data folder name. Throws `BenchUnavailable` where it
 * would not keep what it has confirmed: a figure without fsync is no figure.
 */
export async function openBenchServer(dataDir: string, config: Config): Promise<BenchServer> {
  const embedded = config.DATABASE_URL === undefined ? await openEmbedded(dataDir) : undefined;
  const url = config.DATABASE_URL ?? embedded?.connectionString ?? "";
  // A run is known by its session: databases of a run that has none were left by a kill.
  const run = `${prefix}${randomBytes(4).toString("hex")}`;
  const admin = createPool(url, { applicationName: run, max: 3 });
  const names = new Set<string>();
  const folder = await mkdtemp(join(tmpdir(), "sunshine-bench-"));
  const keyFile = join(folder, "vault.key");
  let session: PoolClient | undefined;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    for (const name of names) await dropDatabase(admin, name);
    session?.release();
    await admin.end();
    await embedded?.release();
    await rm(folder, { recursive: true, force: true });
  };
  const server: BenchServer = {
    config,
    folder,
    keyFile,
    createDatabase: async (template) => {
      if (closing !== undefined) throw new BenchUnavailable("the benches were stopped");
      const name = `${run}_${names.size}`;
      names.add(name);
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template?.name ?? "template0"}`);
      return { name, url: urlOf(url, name), drop: () => dropDatabase(admin, name) };
    },
    checkpoint: async () => {
      await admin.query("CHECKPOINT").catch(() => undefined);
    },
    close: () => (closing ??= close()),
  };
  try {
    await writeFile(keyFile, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600 });
    session = await admin.connect();
    await refuseUnlessDurable(admin);
    await dropAbandoned(admin, run);
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function refuseUnlessDurable(admin: Pool): Promise<void> {
  for (const setting of ["fsync", "full_page_writes", "synchronous_commit"]) {
    const { rows } = await admin.query<Record<string, string>>(`SHOW ${setting}`);
    const value = rows[0]?.[setting] ?? "unknown";
    const weak = setting === "synchronous_commit" ? ["off", "local"] : ["off"];
    if (!weak.includes(value)) continue;
    throw new BenchUnavailable(`the server runs with ${setting} = ${value}: no figure would hold`);
  }
}

async function dropDatabase(admin: Pool, name: string): Promise<void> {
  // Removing the files of a large one takes longer than a hurried connection waits.
  const client = await unhurried(admin);
  try {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } finally {
    client.release(true);
  }
}

async function dropAbandoned(admin: Pool, run: string): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database
     WHERE starts_with(datname, $1) AND NOT EXISTS (
       SELECT 1 FROM pg_stat_activity WHERE application_name = left(datname, $2))`,
    [prefix, run.length],
  );
  for (const { name } of rows) await dropDatabase(admin, name);
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
