import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "csv-parse/sync";
import iconv from "iconv-lite";
import type { Test } from "tap";
import { after, test } from "tap";
import { handler } from "../../src/write/handle.ts";
import type { ImportResult } from "../../src/app/import.ts";
import { importFile } from "../../src/app/import.ts";
import { postgresLog } from "../../src/log/postgres/postgres-log.ts";
import { resolveKnownAt } from "../../src/queries/as-of.ts";
import { ownership } from "../../src/queries/ownership.ts";
import { statement } from "../../src/queries/statement.ts";
import { statements } from "../../src/queries/statements.ts";
import { trail } from "../../src/queries/trail.ts";
import { openVault } from "../../src/vault/vault.ts";
import type { CountyRow } from "../support/county.ts";
import { toCsv } from "../support/county.ts";
import { testDatabase } from "../support/database.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import * as rows from "../support/rows.ts";
import type { Expected, Income } from "../support/sample.ts";
import { expected, sample, sampleKinds } from "../support/sample.ts";
import { columnName, inlineRow, writeWorkbook } from "../support/xlsx.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-import-"));
after(() => rm(folder, { recursive: true }));

/** Files of the sample county as other programs write them. */
const formats = {
  "UTF-8": (from: string, to: string) => copyFile(from, to),
  "UTF-8 with BOM": async (from: string, to: string) =>
    writeFile(to, `\ufeff${(await readFile(from, "utf8")).replaceAll("\r\n", "\n")}`),
  GB18030: async (from: string, to: string) =>
    writeFile(to, iconv.encode(await readFile(from, "utf8"), "gb18030")),
  XLSX: async (from: string, to: string) => {
    const records = parse(await readFile(from));
    const amount = records[0]?.indexOf("金额") ?? -1;
    const xml = records.map((record, row) => sheetRow(record, row + 1, amount));
    await writeWorkbook(to, { rows: xml.join("") });
  },
} as const;
type Format = keyof typeof formats;

/** Texts, but for amounts that a spreadsheet would have made numbers of. */
function sheetRow(record: readonly string[], row: number, amount: number): string {
  const texts = inlineRow(row, record);
  const text = record[amount] ?? "";
  if (!/^[1-9]\d{0,9}(\.\d{1,2})?$/.test(text)) return texts;
  const place = `r="${columnName(amount)}${row}"`;
  const cell = new RegExp(`<c ${place}.*?</c>`);
  return texts.replace(cell, `<c ${place}><v>${Number(text)}</v></c>`);
}

async function writeSample(format: Format, name: string): Promise<(kind: string) => string> {
  const path = (kind: string) => join(folder, `${name}-${kind}.table`);
  for (const kind of sampleKinds) await formats[format](join(sample, `${kind}.csv`), path(kind));
  return path;
}

function sayOf(result: ImportResult) {
  const { recorded, alreadyRecorded } = result;
  const refused = result.refused.map(({ row, key, code }) => ({ row, 业务编号: key, code }));
  return { rows: result.rows, recorded, alreadyRecorded, refused };
}

function wantedOf({ rows: count, recorded, alreadyRecorded, refused }: Omit<Expected, "again">) {
  return { rows: count, recorded, alreadyRecorded, refused };
}

async function checkAnswers(t: Test, ledger: TestLedger, wanted: Expected): Promise<void> {
  const now = await ledger.caughtUp();
  const periods = {
    "2025": { from: "2025-01-01", to: "2025-12-31" },
    "2026": { from: "2026-01-01", to: "2026-12-31" },
    all: {},
  };
  for (const [name, period] of Object.entries(periods)) {
    const found: Record<string, Income> = {};
    for await (const { household, legs, total } of statements(ledger, now, period)) {
      found[household] = { legs, total };
    }
    const all = Object.entries(wanted.statements);
    const of = all.map(([id, income]) => [id, income[name as keyof typeof income]]);
    t.strictSame(found, Object.fromEntries(of), `statements of ${name}`);
  }
  for (const [id, registers] of Object.entries(wanted.ownership)) {
    t.strictSame(await ownership(ledger, id, now), { registers }, id);
  }
  for (const [day, owned] of Object.entries(wanted.ownershipOn)) {
    for (const [id, registers] of Object.entries(owned)) {
      t.strictSame(await ownership(ledger, id, now, day), { registers }, `${id} on ${day}`);
    }
  }
  for (const [register, { holders, shares }] of Object.entries(wanted.registers)) {
    const found = (await ownership(ledger, register, now)) as { holders: object; shares: string };
    t.strictSame([Object.keys(found.holders).length, found.shares], [holders, shares], register);
  }
  const { ok, differences } = await ledger.verify();
  t.ok(ok, `verify ${differences.join("; ")}`);
}

void test("the sample county", async (t) => {
  const written = Object.keys(formats) as Format[];
  for (const [i, format] of written.entries()) {
    await t.test(`in ${format} is imported to the last fen, and once`, async (t) => {
      const ledger = await testLedger(t);
      const file = await writeSample(format, `once-${i}`);
      const options = { actor: "clerk" };
      for (const kind of sampleKinds.slice(0, 3)) {
        const { refused, alreadyRecorded } = await importFile(
          ledger.handler,
          kind,
          file(kind),
          options,
        );
        t.strictSame([refused, alreadyRecorded], [[], 0], kind);
      }
      const first = await importFile(ledger.handler, "movements", file("movements"), options);
      t.strictSame(sayOf(first), wantedOf(expected));
      await checkAnswers(t, ledger, expected);
      // Again, and in another format: nothing is recorded twice.
      const other = written[(i + 1) % written.length] ?? "XLSX";
      const again = await writeSample(other, `again-${i}`);
      for (const kind of sampleKinds.slice(0, 3)) {
        const {
          rows: count,
          recorded,
          alreadyRecorded,
        } = await importFile(ledger.another(), kind, again(kind), options);
        t.strictSame([recorded, alreadyRecorded], [0, count], `${kind} again in ${other}`);
      }
      const second = await importFile(ledger.handler, "movements", again("movements"), options);
      t.strictSame(sayOf(second), wantedOf(expected.again), `again in ${other}`);
      const now = await ledger.caughtUp();
      for (const [id, { all }] of Object.entries(expected.again.statements)) {
        const { legs, total } = await statement(ledger, id, now, {});
        t.strictSame({ legs, total }, all, "what the second import changed");
      }
    });
  }
});

void test("refused rows", async (t) => {
  const ledger = await testLedger(t);
  await send(ledger.handler, "roster", [rows.person(1)]);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.labourContract()]);
  const good = rows.wage("M1");
  const bad: CountyRow = { ...rows.wage("M2"), 金额: "99", 备注: 'a,"b"', 经办人: "张" };
  const columns = [...Object.keys(good), "备注", "经办人"];
  const path = join(folder, "refused.csv");
  const options = { actor: "clerk" };

  await t.test("are written beside the input in its encoding, to be corrected", async (t) => {
    await writeFile(path, iconv.encode(toCsv([good, bad, {}, bad], columns), "gb18030"));
    const result = await importFile(ledger.handler, "movements", path, options);
    t.match(result, { rows: 3, recorded: 1, alreadyRecorded: 0, warning: null });
    const bytes = await readFile(`${path}.rejected.csv`);
    t.equal((await stat(`${path}.rejected.csv`)).mode & 0o777, 0o600, "for its owner alone");
    const found = parse<CountyRow>(iconv.decode(bytes, "gb18030"), { columns: true });
    t.equal(found.length, 2);
    t.match(found[0], { ...bad, 行号: "3", 拒绝代码: "AmountMismatch", 拒绝原因: /数量 × 单价/ });
    t.match(found[1], { 行号: "5" });
  });

  await t.test("are counted where they are not listed", async (t) => {
    const few = { ...options, rejected: null, listedMax: 1 };
    const { refused, refusals } = await importFile(ledger.handler, "movements", path, few);
    t.match(refused, [{ row: 3, code: "AmountMismatch" }]);
    t.equal(refused.length, 1);
    t.strictSame([...refusals], [["AmountMismatch", 2]]);
  });

  await t.test("corrected are imported as they are", async (t) => {
    const text = iconv.decode(await readFile(`${path}.rejected.csv`), "gb18030");
    const fixed = join(folder, "fixed.csv");
    await writeFile(fixed, iconv.encode(text.replaceAll(",99,", ",100,"), "gb18030"));
    const result = await importFile(ledger.handler, "movements", fixed, options);
    t.match(result, { rows: 2, recorded: 1, alreadyRecorded: 1, refused: [] });
    const left = (await readdir(folder)).filter((name) => name.startsWith("fixed"));
    t.strictSame(left, ["fixed.csv"], "and leave no file of refused rows");
    const { legs } = await statement(ledger, "H1", await ledger.caughtUp(), {});
    t.strictSame(legs, { wage: "200.00" });
  });

  await t.test("of an earlier run go when nothing is refused any more", async (t) => {
    await writeFile(path, toCsv([good], columns));
    await importFile(ledger.handler, "movements", path, options);
    t.notOk((await readdir(folder)).includes("refused.csv.rejected.csv"));
  });
});

void test("columns without a usable name keep what is in them", async (t) => {
  const ledger = await testLedger(t);
  await send(ledger.handler, "roster", [rows.person(1)]);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.labourContract()]);
  const cells = rows.wage("M1");
  const header = [...Object.keys(cells), "", "", "__proto__", "constructor"];
  const path = join(folder, "unnamed.csv");
  const values = [...Object.values(cells), "a", "b", "c", "d"];
  await writeFile(path, `${header.join(",")},x\n${values.join(",")},e\n`);
  const result = await importFile(ledger.handler, "movements", path, { actor: "clerk" });
  t.equal(result.recorded, 1);
  const now = await ledger.caughtUp();
  const entries = await trail(ledger, "H1", now, { after: 0n, max: 100 });
  t.strictSame(entries.at(-1)?.note, {
    第10列: "a",
    第11列: "b",
    第12列: "c",
    constructor: "d",
    x: "e",
  });
});

void test("as known at", async (t) => {
  const ledger = await testLedger(t);
  await send(ledger.handler, "roster", [rows.person(1)]);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.labourContract()]);
  const steps = [rows.wage("M1"), rows.wage("M2"), rows.reversal("M3", "M1")];
  const known: { position: bigint; at: string }[] = [];
  for (const step of steps) {
    t.strictSame(await send(ledger.handler, "movements", [step]), ["recorded"]);
    const { position, at } = await ledger.caughtUp();
    known.push({ position, at: at ?? "" });
    await sleep(20);
  }
  const totals = ["100.00", "200.00", "100.00"];

  await t.test("a position includes it", async (t) => {
    for (const [i, { position }] of known.entries()) {
      const knownAt = await resolveKnownAt(ledger, { position });
      t.equal((await statement(ledger, "H1", knownAt, {})).total, totals[i]);
      t.equal(knownAt.at, known[i]?.at);
    }
    const beyond = { position: (known.at(-1)?.position ?? 0n) + 1n };
    await t.rejects(resolveKnownAt(ledger, beyond), { code: "PositionUnknown" });
  });

  await t.test("an instant means the last position recorded by then", async (t) => {
    for (const [i, { position, at }] of known.entries()) {
      for (const later of [0, 15]) {
        const instant = new Date(Date.parse(at) + later).toISOString();
        const knownAt = await resolveKnownAt(ledger, { instant });
        t.equal(knownAt.position, position, `${later} ms later`);
        t.equal((await statement(ledger, "H1", knownAt, {})).total, totals[i]);
      }
      const before = new Date(Date.parse(at) - 1).toISOString();
      t.not((await resolveKnownAt(ledger, { instant: before })).position, position);
    }
    const shanghai = new Date(Date.parse(known[1]?.at ?? "") + 8 * 3_600_000).toISOString();
    const instant = shanghai.replace("Z", "+08:00");
    t.equal((await resolveKnownAt(ledger, { instant })).position, known[1]?.position);
    const never = await resolveKnownAt(ledger, { instant: "2000-01-01T00:00:00Z" });
    t.strictSame(never, { position: 0n, at: null });
    await t.rejects(statement(ledger, "H1", never, {}), { code: "HouseholdUnknown" });
    const ever = resolveKnownAt(ledger, { instant: "2999-01-01T00:00:00Z" });
    await t.rejects(ever, { code: "PositionUnknown" }, "what is known then will change");
  });

  await t.test("the two clocks are apart", async (t) => {
    const now = await ledger.caughtUp();
    const march = { from: "2025-03-01", to: "2025-03-31" };
    t.equal((await statement(ledger, "H1", now, march)).total, "200.00", "dated in March");
    const april = { from: "2025-04-01", to: "2025-04-30" };
    t.equal((await statement(ledger, "H1", now, april)).total, "-100.00", "taken back in April");
  });
});

void test("a log begins with the event that opens its ledger", async (t) => {
  const { pool } = await testDatabase(t);
  const { keys } = await testLedger(t);
  const log = postgresLog(pool);
  const unopened = handler(log, openVault(pool, keys));
  await t.rejects(send(unopened, "roster", [rows.person(1)]), { message: /not been opened/ });
  t.equal((await log.head()).position, 0n, "and nothing else");
});

void test("a number of over 15 digits in a spreadsheet", async (t) => {
  const ledger = await testLedger(t);
  const path = join(folder, "lossy.xlsx");
  const header = ["户编号", "人编号", "证件号码"];
  const digits = "5".repeat(18);
  const cells = `<c r="A2" t="inlineStr"><is><t>H1</t></is></c><c r="B2"><v>7</v></c>`;
  const xml = `${inlineRow(1, header)}<row r="2">${cells}<c r="C2"><v>${digits}</v></c></row>`;
  await writeWorkbook(path, { rows: xml });
  const { refused } = await importFile(ledger.handler, "roster", path, { actor: "clerk" });
  t.match(refused, [{ row: 2, key: "7", code: "MalformedField", message: /证件号码/ }]);
  t.notMatch(refused[0]?.message, digits);
});
