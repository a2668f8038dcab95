// The command line as a bureau uses it on a real embedded database; imports are processes of their
// own.
import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { test } from "tap";
import { openEmbedded, runningServer } from "../../src/database/embedded.ts";
import type { Expected, Income } from "../support/sample.ts";
import { expected, sample } from "../support/sample.ts";
import { answer, answerHere, sunshineHere } from "../support/sunshine.ts";

const kinds = ["roster", "organisations", "contracts", "movements"] as const;
const folder = await mkdtemp(join(tmpdir(), "sunshine-e2e-"));
const data = join(folder, "data");
const file = (name: string) => join(folder, name);
const years = {
  "2025": ["--from", "2025-01-01", "--to", "2025-12-31"],
  "2026": ["--from", "2026/1/1", "--to", "2026/12/31"],
  all: [],
};

/** A verb on the database of these tests. */
const ask = (...words: string[]) => answerHere(["--data", data, ...words]);
const say = (...words: string[]) => sunshineHere([...words, "--data", data]);
/** The same in a process of its own. */
const askApart = (...words: string[]) => answer(["--data", data, ...words]);

const tableOf = (text: string): string[][] => parse(text);
const recordsOf = (text: string): Record<string, string>[] => parse(text, { columns: true });

async function statementsOf(...words: string[]): Promise<Record<string, unknown>[]> {
  const { status, stdout } = await say("statements", "--json", ...words);
  if (status !== 0) throw new Error(`statements ended with ${String(status)}`);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("the sample county", async (t) => {
  for (const kind of kinds) await copyFile(join(sample, `${kind}.csv`), file(`${kind}.csv`));
  t.teardown(() => rm(folder, { recursive: true, force: true }));

  await t.test("is imported as it should be", async (t) => {
    for (const kind of ["roster", "organisations", "contracts"]) {
      const { status, document } = await askApart("import", kind, file(`${kind}.csv`));
      t.equal(status, 0, kind);
      t.match(document, { alreadyRecorded: 0, refused: [], position: /^\d+$/ });
      t.equal(document["recorded"], document["rows"]);
    }
    t.equal(await runningServer(data), null, "and lets go of the database each time");
    const { status, document } = await askApart("import", "movements", file("movements.csv"));
    t.equal(status, 1, "exits 1, for rows were refused");
    t.strictSame(summary(document), summary(expected));
    t.match(document["refused"], [{ file: file("movements.csv"), message: /\S/ }]);
  });

  // One user more keeps the server running, which saves its start for each verb.
  const server = await openEmbedded(data);
  t.teardown(() => server.release());

  await t.test("gives the statements it should, to the last fen", async (t) => {
    for (const [year, period] of Object.entries(years) as [keyof typeof years, string[]][]) {
      const found = await statementsOf(...period);
      const incomes = Object.fromEntries(
        found.map(({ household, legs, total }) => [String(household), { legs, total }]),
      );
      const wanted = Object.entries(expected.statements).map(([id, of]) => [id, of[year]]);
      t.strictSame(incomes, Object.fromEntries(wanted), year);
    }
  });

  await t.test("gives one statement as it does all", async (t) => {
    const [id = "", of] = Object.entries(expected.statements)[0] ?? [];
    const { status, document } = await ask("statement", id, ...years["2025"]);
    t.equal(status, 0);
    const income = ["legs", "total", "due", "outstanding"];
    t.strictSame(Object.keys(document), ["household", "from", "to", "knownAt", ...income]);
    t.match(document, {
      household: id,
      from: "2025-01-01",
      to: "2025-12-31",
      knownAt: { position: /^\d+$/, at: /^\d{4}-.*Z$/ },
      ...of?.["2025"],
    });
    const csv = await say("statement", id, "--csv");
    const [row] = recordsOf(csv.stdout);
    t.match(row, { household: id, ...of?.all.legs, total: of?.all.total });
    const people = await say("statement", id);
    t.match(people.stdout, "分红 dividend");
  });

  await t.test("sums statements up by village, township and organisation", async (t) => {
    const fen = (total: unknown) => BigInt(String(total).replace(".", ""));
    const sum = (rows: readonly { total?: unknown }[]) =>
      rows.reduce((all, { total }) => all + fen(total), 0n);
    const all = sum(Object.values(expected.statements).map((of) => of.all));
    for (const by of ["village", "township", "organisation"]) {
      const rows = await statementsOf("--by", by);
      t.equal(sum(rows), all, by);
      const csv = recordsOf((await say("statements", "--by", by, "--csv")).stdout);
      t.equal(sum(csv), all, `${by} as CSV`);
      t.ok(csv.every((row) => (row[by] ?? "") !== ""));
    }
  });

  await t.test("has the owners it should", async (t) => {
    for (const [register, { holders, shares }] of Object.entries(expected.registers)) {
      const { document } = await ask("ownership", register);
      t.equal(Object.keys(document["holders"] ?? {}).length, holders, register);
      t.equal(document["shares"], shares);
    }
    for (const [id, registers] of Object.entries(expected.ownership).slice(0, 2)) {
      t.strictSame((await ask("ownership", id)).document, { registers }, id);
    }
    for (const [day, owned] of Object.entries(expected.ownershipOn)) {
      for (const [id, registers] of Object.entries(owned).slice(0, 2)) {
        t.strictSame((await ask("ownership", id, "--on", day)).document, { registers }, day);
      }
    }
  });

  await t.test("tells a household's trail, oldest first", async (t) => {
    const [id = ""] = Object.keys(expected.statements);
    const { document } = await ask("trail", id);
    const entries = document["entries"] as { position: string }[];
    t.equal(document["household"], id);
    const positions = entries.map(({ position }) => Number(position));
    t.strictSame(
      positions,
      [...positions].sort((a, b) => a - b),
    );
    t.match(entries[0], {
      event: /\S/,
      type: "HouseholdRegistered",
      recordedAt: /Z$/,
      effectiveDate: /^\d{4}-\d{2}-\d{2}$/,
      actor: /\S/,
      summary: /\S/,
    });
    const csv = tableOf((await say("trail", id, "--csv")).stdout);
    t.equal(csv.length, entries.length + 1);
  });

  await t.test("is in order, and stays so when it is derived anew", async (t) => {
    const rebuilt = await ask("rebuild", "postings", "trail");
    t.strictSame(Object.keys(rebuilt.document["projections"] ?? {}), ["postings", "trail"]);
    const { status, document } = await askApart("verify");
    t.equal(status, 0);
    t.match(document, { ok: true, differences: [], checked: { households: 40, members: 148 } });
  });

  await t.test("can be asked what was known then", async (t) => {
    const [id = "", of] = Object.entries(expected.statements)[0] ?? [];
    const before = await ask("statement", id, "--known-at", "315");
    t.match(before.document, { knownAt: { position: "315" }, legs: {}, total: "0.00" });
    const now = await ask("statement", id, "--known-at", new Date().toISOString());
    t.match(now.document, { total: of?.all.total });
    for (const [knownAt, code] of [
      ["2020-01-01T00:00:00+08:00", "HouseholdUnknown"],
      ["0", "HouseholdUnknown"],
      ["99999999999999999999", "PositionUnknown"],
    ] as const) {
      const { status, document } = await ask("statement", id, "--known-at", knownAt);
      t.equal(status, 1);
      t.match(document, { error: { code, message: /\S/ } }, knownAt);
    }
  });

  await t.test("is not recorded twice", async (t) => {
    for (const kind of kinds) {
      const { document } = await askApart("import", kind, file(`${kind}.csv`));
      if (kind === "movements") t.strictSame(summary(document), summary(expected.again));
      else t.match(document, { recorded: 0, refused: [] }, kind);
    }
  });

  await t.test("refused rows can be corrected and imported as they are", async (t) => {
    const rejected = file("movements.csv.rejected.csv");
    const rows = tableOf(await readFile(rejected, "utf8"));
    const header = rows[0] ?? [];
    const at = (column: string) => header.indexOf(column);
    const wrong = rows.find((row) => row[at("拒绝代码")] === "AmountMismatch") ?? [];
    wrong[at("金额")] = /\((.*)\)/.exec(wrong[at("拒绝原因")] ?? "")?.[1] ?? "";
    await writeFile(file("corrected.csv"), stringify([header, wrong]));
    const { status, document } = await askApart("import", "movements", file("corrected.csv"));
    t.equal(status, 0);
    t.match(document, { rows: 1, recorded: 1 });
    await t.rejects(stat(file("corrected.csv.rejected.csv")), "there is no file of refused rows");
  });

  await t.test("is a journal that hledger reads", { skip: without("hledger") }, async (t) => {
    t.equal((await say("export", "journal", file("all.journal"))).status, 0);
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    const run = (...words: string[]) =>
      spawnSync("hledger", ["-f", file("all.journal"), ...words], { encoding: "utf8", env });
    t.equal(run("check").status, 0, "and finds in order");
    const words = ["balance", "--flat", "--no-total", "-O", "csv", "household:", "cur:CNY"];
    const balances = recordsOf(run(...words).stdout);
    const found = new Map(balances.map(({ account, balance }) => [account, balance]));
    for (const { household, legs } of await statementsOf()) {
      for (const [leg, amount] of Object.entries(legs as Income["legs"])) {
        const account = `household:${String(household)}:${leg}`;
        t.equal(found.get(account), `CNY ${amount}`, account);
        found.delete(account);
      }
    }
    t.strictSame([...found.keys()], [], "with nothing that no statement has");
    const piped = await say("export", "journal", "-");
    t.equal(piped.stdout, await readFile(file("all.journal"), "utf8"), "also on standard output");
  });

  await t.test("answers several verbs at once", async (t) => {
    await server.release();
    const [id = ""] = Object.keys(expected.statements);
    const both = await Promise.all([
      ask("verify"),
      ask("import", "movements", file("movements.csv")),
      ask("statement", id),
    ]);
    t.strictSame(
      both.map(({ status }) => status),
      [0, 1, 0],
    );
    t.equal(await runningServer(data), null, "and lets go of the database at the end");
  });
});

/** What an import answers without what differs from run to run. */
function summary({ rows, recorded, alreadyRecorded, refused }: Partial<Expected>): object {
  const kept = (refused ?? []).map(({ row, 业务编号: key, code }) => ({
    row,
    业务编号: key,
    code,
  }));
  return { rows, recorded, alreadyRecorded, refused: kept };
}

function without(program: string): string | false {
  return spawnSync(program, ["--version"]).status !== 0 && `${program} is not installed`;
}
