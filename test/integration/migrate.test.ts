import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Test, test } from "tap";
import { locks } from "../../src/database/locks.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createPool } from "../../src/database/pool.ts";
import { emptyDatabase, testDatabase } from "../support/database.ts";

async function folderOf(t: Test, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-migrations-"));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
  return folder;
}

const first = { "0001_a.sql": "CREATE TABLE a (x int); INSERT INTO a VALUES (1);" };
const second = { "0002_b.sql": "INSERT INTO a VALUES (2); CREATE TABLE b (y int);" };

test("migrating", async (t) => {
  const { pool } = await emptyDatabase(t);
  const folder = await folderOf(t, { ...first, "README.md": "not a migration" });

  t.strictSame(await migrate(pool, folder), { applied: ["0001_a.sql"] }, "applies what is new");
  t.strictSame(await migrate(pool, folder), { applied: [] }, "applies nothing twice");

  await writeFile(join(folder, "0002_b.sql"), second["0002_b.sql"]);
  t.strictSame(await migrate(pool, folder), { applied: ["0002_b.sql"] }, "goes on from there");
  const { rows } = await pool.query("SELECT name, checksum, applied_at FROM schema_migrations");
  t.match(rows, [{ name: "0001_a.sql", checksum: /^[0-9a-f]{64}$/, applied_at: Date }, {}]);
});

test("five migrators at once apply each migration once", async (t) => {
  const { pool, connectionString } = await emptyDatabase(t);
  const folder = await folderOf(t, { ...first, ...second });
  // Named like verbs, and with sessions of their own: they do not take each other for older ones.
  const pools = Array.from({ length: 5 }, (_, n) =>
    createPool(connectionString, { applicationName: `sunshine verify ${n}`, max: 1 }),
  );
  t.teardown(async () => {
    for (const own of pools) await own.end();
  });
  const answers = await Promise.all(pools.map((own) => migrate(own, folder)));
  t.strictSame(answers.flatMap((answer) => answer.applied).sort(), ["0001_a.sql", "0002_b.sql"]);
  t.strictSame((await pool.query("SELECT x FROM a ORDER BY x")).rows, [{ x: 1 }, { x: 2 }]);
});

test("a database that an older program works on", async (t) => {
  const { pool, connectionString } = await emptyDatabase(t);
  const before = await folderOf(t, first);
  const folder = await folderOf(t, { ...first, ...second });
  await migrate(pool, before);
  const older = async (applicationName: string, sql: string) => {
    const own = createPool(connectionString, { applicationName, max: 1 });
    await own.query(sql);
    return own;
  };
  const refused = (message: RegExp) =>
    t.rejects(migrate(pool, folder, { graceMs: 300 }), { message });

  const projecting = await older("any name", `SELECT pg_advisory_lock(${locks.projector})`);
  await refused(/older version is still running .*any name/);
  t.strictSame(await migrate(pool, before), { applied: [] }, "may be joined by one like it");
  await projecting.end();
  const standingBy = await older("sunshine start 4711", "SELECT");
  await refused(/sunshine start 4711/);
  t.strictSame((await pool.query("SELECT x FROM a")).rows, [{ x: 1 }], "is not migrated");

  const notices: string[] = [];
  const waiting = migrate(pool, folder, { onNotice: (line) => notices.push(line) });
  setTimeout(() => void standingBy.end(), 1_500);
  t.strictSame(await waiting, { applied: ["0002_b.sql"] }, "is migrated when that has ended");
  t.match(notices, [/sunshine start 4711\); waiting up to 10 s/], "and meanwhile it is said");
});

test("nobody projects while a database is migrated", async (t) => {
  const { pool, connectionString } = await emptyDatabase(t);
  const claim = `SELECT pg_try_advisory_lock(${locks.projector}) AS claimed`;
  const slow = { "0001_a.sql": "CREATE TABLE a (x int); SELECT pg_sleep(1);" };
  const migrating = migrate(pool, await folderOf(t, slow));
  const other = createPool(connectionString, { applicationName: "sunshine start 1", max: 1 });
  t.teardown(() => other.end());
  const claimed = async () => (await other.query<{ claimed: boolean }>(claim)).rows[0]?.claimed;
  const isUnderWay = "SELECT FROM pg_stat_activity WHERE query ~ '^CREATE TABLE a'";
  while ((await pool.query(isUnderWay)).rowCount === 0) await sleep(20);
  t.equal(await claimed(), false);
  await migrating;
  t.equal(await claimed(), true, "but afterwards");
});

test("a folder that does not go with the database is refused", async (t) => {
  const { pool } = await emptyDatabase(t);
  await migrate(pool, await folderOf(t, { ...first, ...second }));
  const refused = async (files: Record<string, string>, code: string, migration: string) =>
    t.rejects(migrate(pool, await folderOf(t, files)), { name: "MigrationError", code, migration });

  await refused({ ...second, "0001_a.sql": "CREATE TABLE a (x text)" }, "Changed", "0001_a.sql");
  await refused(first, "Unknown", "0002_b.sql");
  await refused({ ...first, ...second, "0000_z.sql": "" }, "OutOfOrder", "0000_z.sql");
  await refused({ ...first, ...second, "3_c.sql": "" }, "Misnamed", "3_c.sql");
  await refused({ ...first, ...second, "0002_c.sql": "" }, "Misnamed", "0002_c.sql");
  t.strictSame((await pool.query("SELECT x FROM a ORDER BY x")).rows, [{ x: 1 }, { x: 2 }]);
});

test("a migration that fails is rolled back and those before it stay", async (t) => {
  const { pool } = await emptyDatabase(t);
  const broken = { "0002_b.sql": "INSERT INTO a VALUES (2); SELECT nothing;" };
  const answer = migrate(pool, await folderOf(t, { ...first, ...broken }));
  await t.rejects(answer, { code: "Failed", migration: "0002_b.sql", message: /"nothing"/ });
  t.strictSame((await pool.query("SELECT x FROM a")).rows, [{ x: 1 }]);

  const mended = await migrate(pool, await folderOf(t, { ...first, ...second }));
  t.strictSame(mended.applied, ["0002_b.sql"], "and can be mended and applied");
});

test("the ledger's own migrations are applied in each test database", async (t) => {
  const { pool } = await testDatabase(t);
  const { rows } = await pool.query("SELECT to_regclass('schema_migrations')::text AS name");
  t.strictSame(rows, [{ name: "schema_migrations" }]);
});

test("columns come back without loss", async (t) => {
  const { pool } = await emptyDatabase(t);
  const { rows } = await pool.query(`
    SELECT 9007199254740993::int8 AS whole, '{9007199254740993, NULL}'::int8[] AS wholes,
      0.10::numeric AS amount, '{0.10}'::numeric[] AS amounts,
      '2026-02-28'::date AS day, '{2026-02-28}'::date[] AS days,
      '{"b": 1.0,  "a": 2}'::json AS body, '2026-02-28T08:00:00+08:00'::timestamptz AS at`);
  t.strictSame(rows, [
    {
      whole: 9007199254740993n,
      wholes: [9007199254740993n, null],
      amount: "0.10",
      amounts: ["0.10"],
      day: "2026-02-28",
      days: ["2026-02-28"],
      body: '{"b": 1.0,  "a": 2}',
      at: new Date("2026-02-28T00:00:00Z"),
    },
  ]);
});
