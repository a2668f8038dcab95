import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { locks } from "./locks.ts";
import { endAfter, unhurried } from "./pool.ts";
import type { GraceOptions } from "./other-programs.ts";
import {
  claimProjecting,
  programsBeside,
  projectingPrograms,
  projectorUnlock,
  untilNobody,
} from "./other-programs.ts";

/** Why a folder of migrations and a database do not go together. */
export type MigrationProblem = "Misnamed" | "Changed" | "Unknown" | "OutOfOrder" | "Failed";

/** Migrations that cannot be applied; `migration` is the file's name, the message one line. */
export class MigrationError extends Error {
  readonly code: MigrationProblem;
  readonly migration: string;

  constructor(code: MigrationProblem, migration: string, message: string, options?: ErrorOptions) {
    super(`migration ${migration} ${message}`, options);
    this.name = "MigrationError";
    this.code = code;
    this.migration = migration;
  }
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings the database up to the last of the plain SQL files `0001_name.sql`, … of `folder`, each
 * in a transaction of its own, and answers the names of those applied now. What was applied is
 * kept with its SHA-256 in `schema_migrations`. One migrator works at a time, the others wait;
 * nobody projects meanwhile.
 *
 * Throws {@link MigrationError} and applies nothing when a file is misnamed, an applied file has
 * changed, the database knows a migration the folder does not have, or a new file would come
 * before an applied one. A file that fails is rolled back; those before it stay. Throws
 * `OlderProgramRunning` and applies nothing where an older program works on the database.
 */
export async function migrate(
  pool: pg.Pool,
  folder: string,
  options: GraceOptions = {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const client = await unhurried(pool);
  try {
    await client.query(`SELECT pg_advisory_lock(${locks.migrator})`);
    const pending = pendingOf(migrations, await appliedChecksums(client));
    if (pending.length > 0) {
      await untilNobody(() => olderPrograms(client), options);
      for (const migration of pending) await apply(client, migration);
      await client.query(projectorUnlock);
    }
    await endAfter(client, `SELECT pg_advisory_unlock(${locks.migrator})`);
    return { applied: pending.map((migration) => migration.name) };
  } catch (error) {
    // Closing the connection gives up its lock and its transaction, whatever state they are in.
    client.release(true);
    throw error;
  }
}

/**
 * The programs that a migration would be applied under. Where there are none, the projector's lock
 * is taken, so that none of them begins to project before the migrations are applied.
 */
async function olderPrograms(client: pg.PoolClient): Promise<readonly string[]> {
  if (!(await claimProjecting(client))) return projectingPrograms(client);
  const beside = await programsBeside(client);
  // They may need it to come to their end.
  if (beside.length > 0) await client.query(projectorUnlock);
  return beside;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  for (const [index, name] of names.entries()) {
    if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name)) {
      throw new MigrationError("Misnamed", name, "is not named like 0001_name.sql");
    }
    if (names[index - 1]?.slice(0, 4) === name.slice(0, 4)) {
      throw new MigrationError("Misnamed", name, `has the number of ${names[index - 1] ?? ""}`);
    }
  }
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name));
      const checksum = createHash("sha256").update(bytes).digest("hex");
      return { name, sql: bytes.toString("utf8"), checksum };
    }),
  );
}

async function appliedChecksums(client: pg.PoolClient): Promise<Map<string, string>> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS schema_migrations (
      name text PRIMARY KEY,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`);
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `SELECT name, checksum FROM schema_migrations ORDER BY name COLLATE "C"`,
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

function pendingOf(migrations: Migration[], applied: Map<string, string>): Migration[] {
  const known = new Set(migrations.map((migration) => migration.name));
  for (const name of applied.keys()) {
    if (!known.has(name)) {
      throw new MigrationError("Unknown", name, "was applied by another version of the ledger");
    }
  }
  const last = [...applied.keys()].at(-1) ?? "";
  return migrations.filter(({ name, checksum }) => {
    const before = applied.get(name);
    if (before === undefined && name < last) {
      throw new MigrationError("OutOfOrder", name, `comes before ${last}, which is applied`);
    }
    if (before !== undefined && before !== checksum) {
      throw new MigrationError("Changed", name, "has changed since it was applied");
    }
    return before === undefined;
  });
}

async function apply(client: pg.PoolClient, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(sql);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new MigrationError("Failed", name, `failed: ${message}`, { cause: error });
  }
  await client.query("INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)", [
    name,
    checksum,
  ]);
  await client.query("COMMIT");
}
