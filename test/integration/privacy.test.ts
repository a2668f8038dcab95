// Personal data lie in the vault, sealed, and nowhere else: not in the log, not in a read model,
// not in an answer that is not theirs, not in what goes wrong.
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import type pg from "pg";
import { after, test } from "tap";
import { projections } from "../../projections/index.ts";
import { importFile } from "../../src/app/import.ts";
import { rebuild } from "../../src/app/rebuild.ts";
import { sweepDaily, sweepVault } from "../../src/app/sweep.ts";
import { locks } from "../../src/database/locks.ts";
import { failureOf } from "../../src/cli/failure.ts";
import { openLedger } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import { householdCard } from "../../src/queries/household.ts";
import { trail } from "../../src/queries/trail.ts";
import { deriveKeys, readKeyFile, VaultKeyError } from "../../src/vault/keys.ts";
import { decrypt, encrypt, openVault } from "../../src/vault/vault.ts";
import type { CountyRow } from "../support/county.ts";
import { toCsv } from "../support/county.ts";
import { testDatabase } from "../support/database.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import * as rows from "../support/rows.ts";
import { countyKinds } from "../support/county.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-privacy-"));
after(() => rm(folder, { recursive: true }));

/** Stands in every personal value and nowhere else. */
const mark = "PRIV7Q";
const hidden = (what: string): string => `${what}${mark}`;

/** A county in which every place where personal data may stand is filled. */
const county: Record<(typeof countyKinds)[number], CountyRow[]> = {
  roster: [1, 2].map((n) => ({
    ...rows.person(n),
    姓名: hidden("李"),
    证件号码: hidden("539999"),
    健康状况: hidden("病"),
    户联系电话: hidden("139"),
    人联系电话: hidden("138"),
    // The second row names an account without its number.
    ...(n === 1 ? { 银行账号: hidden("6223") } : {}),
    开户行: hidden("信用社"),
    开户名: hidden("李"),
    录入员: hidden("甲"),
  })),
  organisations: [{ ...rows.organisation(), 法人: hidden("王") }],
  contracts: [
    { ...rows.labourContract(), 户编号: "H1", 经办: hidden("张") },
    { ...rows.shareContract(), 经办: hidden("张") },
  ],
  amendments: [
    { ...rows.supplement("A1", "C2"), 单价: "100", 备注: hidden("补"), 经办: hidden("孙") },
    { ...rows.supplement("A2", hidden("C")), 主体编号: hidden("O"), 备注: hidden("无") },
  ],
  movements: [
    { ...rows.wage("M1"), 备注: hidden("给"), 经办人: hidden("赵") },
    { ...rows.wage("M2"), 股权登记簿: hidden("不需要"), 资本类型: hidden("不需要") },
    { ...rows.shareIssue("M3"), 备注: hidden("折") },
    { ...rows.dividend("M4"), 户编号: hidden("户"), 合同编号: hidden("合"), 备注: hidden("红") },
    { ...rows.reversal("M5", "M1"), 户编号: hidden("户"), 金额: hidden("9") },
    // Refused, each for another reason.
    { ...rows.wage("M1"), 备注: hidden("另") },
    { ...rows.wage("M6"), 金额: hidden("1"), 备注: hidden("坏") },
    { ...rows.wage("M7"), 业务日期: hidden("2025"), 数量: hidden("1") },
    { ...rows.wage("M8"), 户编号: hidden("H") },
    { ...rows.wage("M9"), 业务类型: hidden("工资") },
    { ...rows.wage("M10"), 合同编号: hidden("C"), 主体编号: "O1" },
    { ...rows.wage("M11"), 备注: `${hidden("破")}\ud800` },
    { ...rows.wage("M12"), 单价: "7", 备注: hidden("价") },
    { ...rows.dividend("M13", "1", hidden("R")) },
    { ...rows.reversal("M14", hidden("M")) },
    { ...rows.wage("M15"), 备注: hidden("长").repeat(2_000) },
  ],
};

async function importCounty(ledger: Pick<TestLedger, "handler">): Promise<string> {
  const told: unknown[] = [];
  for (const kind of countyKinds) {
    const path = join(folder, `${kind}.csv`);
    const columns = [...new Set(county[kind].flatMap((row) => Object.keys(row)))];
    await writeFile(path, toCsv(county[kind], columns));
    told.push(await importFile(ledger.handler, kind, path, { actor: "clerk" }));
  }
  return JSON.stringify(told);
}

/** Tables of every schema in which the mark stands, as text or as bytes. */
async function tablesWith(pool: pg.Pool, text: string): Promise<string[]> {
  const hex = Buffer.from(text).toString("hex");
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'm', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema')
       AND nspname !~ '^pg_(toast|temp)'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await pool.query(
      `SELECT 1 FROM ${name} AS t
       WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0 LIMIT 1`,
      [text, hex],
    );
    if (rowCount !== 0) found.push(name);
  }
  return found;
}

void test("marked personal values", async (t) => {
  const ledger = await testLedger(t);
  const told = await importCounty(ledger);
  const now = await ledger.caughtUp();

  await t.test("are in no answer of an import", (t) => {
    t.match(told, "MalformedField");
    for (const code of ["ReferenceConflict", "HouseholdUnknown", "PriceNotContract"]) {
      t.match(told, code);
    }
    t.notMatch(told, mark);
    t.end();
  });

  await t.test("are in the clear in no table of any schema", async (t) => {
    await rebuild(ledger.pool, ledger.log, projections);
    t.ok((await ledger.verify()).ok);
    t.strictSame(await tablesWith(ledger.pool, mark), []);
    t.strictSame(await tablesWith(ledger.pool, "合作社"), ["read.organisations", "events"].sort());
  });

  await t.test("come back from the vault, masked where they are shown", async (t) => {
    const { rows: sealed } = await ledger.pool.query<{ item: string }>(
      "SELECT item FROM vault_items",
    );
    const opened = await ledger.vault.read(sealed.map(({ item }) => item));
    t.equal(opened.size, sealed.length);
    t.match(JSON.stringify([...opened.values()]), hidden("给"));
    const card = await householdCard(ledger, "H1", now);
    t.notMatch(JSON.stringify(card), mark, "the card masks names and numbers");
    const notes = JSON.stringify(await trail(ledger, "H1", now, { after: 0n, max: 100 }));
    t.match(notes, hidden("给"), "a note is shown to who may see the household");
  });

  await t.test("are in no error, whatever fails", async (t) => {
    const failing = [
      "ALTER TABLE vault_items ADD CONSTRAINT broken CHECK (item = '') NOT VALID",
      "ALTER TABLE vault_items DROP CONSTRAINT broken",
      "ALTER TABLE events ADD CONSTRAINT broken CHECK (type <> 'MemberRecorded') NOT VALID",
      "ALTER TABLE vault_keys RENAME TO gone",
    ];
    for (const [i, statement] of failing.entries()) {
      await ledger.pool.query(statement);
      if (i === 1) continue;
      const row = { ...county.roster[0], 人编号: `P9${i}`, 户编号: `H9${i}` };
      const error: unknown = await send(ledger.handler, "roster", [row]).catch((e: unknown) => e);
      t.ok(error instanceof Error, statement);
      t.notMatch(inspect(error, { depth: 9, showHidden: true }), mark);
      t.notMatch(JSON.stringify(failureOf(error)), mark);
    }
  });

  await t.test("are in no line that the database logs", async (t) => {
    const { rows: shown } = await ledger.pool.query<{ data_directory: string }>(
      "SHOW data_directory",
    );
    const path = join(dirname(shown[0]?.data_directory ?? ""), "postgres.log");
    const text = await readFile(path, "utf8").catch(() => "");
    t.notMatch(text, mark);
  });
});

void test("the vault", async (t) => {
  const { pool } = await testDatabase(t);
  const keys = deriveKeys(randomBytes(32));
  const vault = openVault(pool, keys);

  await t.test("names items by household and content alone", (t) => {
    const item = vault.name("H1", { b: "1", a: "2" });
    t.match(item.item, /^[A-Za-z0-9_-]{22}$/);
    t.equal(vault.name("H1", { a: "2", b: "1" }).item, item.item);
    t.not(vault.name("H2", { a: "2", b: "1" }).item, item.item);
    t.not(vault.name(undefined, { a: "2", b: "1" }).item, item.item);
    t.not(vault.name("H1", { a: "2" }).item, item.item);
    const another = openVault(pool, deriveKeys(randomBytes(32)));
    t.not(another.name("H1", { b: "1", a: "2" }).item, item.item, "under another key otherwise");
    t.equal(vault.fingerprint({ a: "x" }), vault.fingerprint({ a: "x" }));
    t.not(vault.fingerprint({ a: "x" }), another.fingerprint({ a: "x" }));
    t.end();
  });

  await t.test("gives back what was written, once or twice", async (t) => {
    const items = [vault.name("H1", { 姓名: "李" }), vault.name(undefined, { 备注: "无" })];
    await vault.write([...items, ...items]);
    await vault.write(items);
    const other = openVault(pool, keys);
    const found = await other.read([...items.map(({ item }) => item), "AAAAAAAAAAAAAAAAAAAAAA"]);
    t.strictSame(
      items.map(({ item }) => found.get(item)),
      [{ 姓名: "李" }, { 备注: "无" }],
    );
    t.equal(found.size, 2, "and nothing for a name that was never written");
    t.strictSame(await vault.read([]), new Map());
  });

  await t.test("is unreadable under another key", async (t) => {
    const item = vault.name("H1", { 姓名: "李" });
    await t.rejects(openVault(pool, deriveKeys(randomBytes(32))).read([item.item]));
  });

  await t.test("has no item of a household whose key was destroyed", async (t) => {
    const items = [vault.name("H8", { 姓名: "甲" }), vault.name("H9", { 姓名: "乙" })];
    await vault.write(items);
    await pool.query("DELETE FROM vault_keys WHERE household = 'H8'");
    const found = await openVault(pool, keys).read(items.map(({ item }) => item));
    t.strictSame([...found.values()], [{ 姓名: "乙" }]);
  });

  await t.test("notices an item that was put in another's place", async (t) => {
    const items = [vault.name("H1", { 姓名: "甲" }), vault.name("H1", { 姓名: "乙" })];
    await vault.write(items);
    const [one, two] = items.map(({ item }) => item);
    await pool.query(
      `UPDATE vault_items SET sealed = (SELECT sealed FROM vault_items WHERE item = $1)
       WHERE item = $2`,
      [one, two],
    );
    await t.rejects(vault.read([two ?? ""]));
  });

  await t.test("opens more households than it remembers keys of", async (t) => {
    const many = Array.from({ length: 20_002 }, (_, i) => vault.name(`X${i}`, { a: "b" }));
    await vault.write(many);
    const more = [vault.name("X1", { a: "c" }), vault.name("Y1", { a: "d" })];
    await t.resolves(Promise.all([vault.write(more), vault.read([many[5]?.item ?? ""])]));

    // One by one, from all over: what is read ahead fills up and is not what was asked for.
    const asked: string[] = [];
    const counting = {
      query: (query: { readonly name?: string }) => {
        asked.push(query.name ?? "");
        return pool.query(query as pg.QueryConfig);
      },
    };
    const single = openVault(counting as unknown as pg.Pool, keys);
    const some = many.filter((_, i) => i % 50 === 0);
    const keysAsked = async (): Promise<number> => {
      asked.length = 0;
      for (const item of some) await single.write([item]);
      return asked.filter((name) => name === "vault-keys").length;
    };
    const first = await keysAsked();
    t.ok(first > 150 && first <= some.length, `${first} times for ${some.length} households`);
    t.equal(await keysAsked(), 0, "no key is asked for again");
  });
});

void test("sealing", (t) => {
  const bytes = fc.uint8Array({ minLength: 0, maxLength: 300 });
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(key, key, fc.string(), bytes, fc.nat(), (own, other, bound, text, at) => {
      const sealed = encrypt(own, bound, Buffer.from(text));
      if (!decrypt(own, bound, sealed).equals(text)) return false;
      const bent = Buffer.from(sealed);
      bent[at % bent.length] = (bent[at % bent.length] ?? 0) ^ 1;
      const opens = (open: () => Buffer): boolean => {
        try {
          open();
          return true;
        } catch {
          return false;
        }
      };
      const same = own.equals(other);
      return (
        !opens(() => decrypt(own, bound, bent)) &&
        !opens(() => decrypt(own, `${bound}.`, sealed)) &&
        (same || !opens(() => decrypt(other, bound, sealed)))
      );
    }),
  );
  const [one, two] = [encrypt(randomBytes(32), "", "a"), encrypt(randomBytes(32), "", "a")];
  t.not(one.toString("hex"), two.toString("hex"), "never looks the same");
  t.end();
});

void test("the key file", async (t) => {
  const fresh = async () => join(await mkdtemp(join(folder, "key-")), "vault.key");

  await t.test("is made of mode 600, by one of those that race for it", async (t) => {
    for (let i = 0; i < 10; i++) {
      const path = await fresh();
      const got = await Promise.all([1, 2, 3].map(() => readKeyFile(path, true)));
      t.equal(new Set(got.map(({ check }) => check)).size, 1, "all have the same key");
      t.equal((await stat(path)).mode & 0o777, 0o600);
      t.match(await readFile(path, "utf8"), /^[0-9a-f]{64}\n$/);
    }
  });

  await t.test("that is absent or malformed is refused without being repeated", async (t) => {
    const path = await fresh();
    await t.rejects(readKeyFile(path, false), { message: /ENOENT/ });
    const secret = "ab".repeat(31);
    for (const text of ["", secret, `${secret}zz`, `${secret}ABAB`, ` ${secret}abab`]) {
      await writeFile(path, text, { mode: 0o600 });
      const error: unknown = await readKeyFile(path, true).catch((e: unknown) => e);
      t.ok(error instanceof VaultKeyError, JSON.stringify(text));
      t.notMatch(inspect(error), secret);
    }
  });

  await t.test("of another ledger refuses to open this one, and changes nothing", async (t) => {
    const { connectionString, pool } = await testDatabase(t);
    const [own, other] = [await fresh(), await fresh()];
    await readKeyFile(own, true);
    await readKeyFile(other, true);
    const openWith = (VAULT_KEY_FILE: string) =>
      openLedger({
        dataDir: folder,
        config: parseConfig({ DATABASE_URL: connectionString, VAULT_KEY_FILE }),
        applicationName: "privacy test",
      });
    const ledger = await openWith(own);
    await ledger.open({ demo: false });
    await ledger.close();
    await t.rejects(openWith(other), { message: /not this ledger/ });
    const { rows: events } = await pool.query("SELECT 1 FROM events");
    t.equal(events.length, 1);
    const again = await openWith(own);
    t.equal(again.identity()?.demo, false);
    await again.close();
  });

  t.test("derives a key of its own for each purpose", (t) => {
    const { check, ...keys } = deriveKeys(Buffer.alloc(32, 7));
    const all = Object.values(keys).map((key) => key.toString("hex"));
    t.equal(new Set(all).size, all.length);
    t.equal(check, deriveKeys(Buffer.alloc(32, 7)).check, "the same one each time");
    t.notOk(all.some((key) => key.includes(Buffer.from(check, "base64url").toString("hex"))));
    t.end();
  });
});

void test("what a crash has left in the vault is swept, and nothing else", async (t) => {
  const ledger = await testLedger(t);
  await importCounty(ledger);
  const { rows: used } = await ledger.pool.query("SELECT item FROM vault_items");
  const young = ledger.vault.name("H1", { 备注: "young" });
  const old = ledger.vault.name("H1", { 备注: "old" });
  const reused = ledger.vault.name("H1", { 备注: "reused" });
  await ledger.vault.write([old, reused]);
  await ledger.pool.query("UPDATE vault_items SET created_at = now() - interval '2 days'");
  await ledger.vault.write([young, reused]);
  const sweep = () => sweepVault(ledger.pool, ledger.log, ledger.projector);
  const other = await ledger.pool.connect();
  await other.query(`SELECT pg_advisory_lock(${locks.sweeper})`);
  t.equal(await sweep(), 0, "one process sweeps at a time");
  await other.query(`SELECT pg_advisory_unlock(${locks.sweeper})`);
  other.release();
  const behind = { ...ledger.projector, reach: () => Promise.resolve() };
  await ledger.pool.query("UPDATE projections SET position = position - 1");
  t.equal(
    await sweepVault(ledger.pool, ledger.log, behind),
    0,
    "what is not projected may be used",
  );
  await ledger.pool.query("UPDATE projections SET position = position + 1");
  const stop = new AbortController();
  const swept = await new Promise((resolve, reject) => {
    void sweepDaily(sweep, stop.signal, { everyMs: 5, onSwept: resolve, onError: reject });
  });
  stop.abort();
  t.equal(swept, 1, "a service sweeps by itself");
  const left = await ledger.vault.read([young.item, old.item, reused.item]);
  t.strictSame([...left.keys()].sort(), [young.item, reused.item].sort());
  const { rows: kept } = await ledger.pool.query("SELECT item FROM vault_items");
  t.equal(kept.length, used.length + 2);
  t.ok((await ledger.verify()).ok);
});
