// What the built command line says when it cannot do what it is asked, and when it is interrupted.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { t as suite, test } from "tap";
import { runningServer } from "../../src/database/embedded.ts";
import { createPool } from "../../src/database/pool.ts";
import { answer, answerHere, start, sunshine, sunshineHere } from "../support/sunshine.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-e2e-"));
suite.teardown(() => rm(folder, { recursive: true, force: true }));

test("an id that is unknown", async (t) => {
  const unknown: readonly (readonly [words: readonly string[], code: string])[] = [
    [["statement", "nobody"], "HouseholdUnknown"],
    [["ownership", "nobody"], "HouseholdUnknown"],
    [["trail", "nobody"], "HouseholdUnknown"],
    [["contract", "none"], "ContractUnknown"],
    [["reconcile", "--batch", "none"], "BatchUnknown"],
    [["instruct", "--again", "none", "--out", join(folder, "none.xml")], "BatchUnknown"],
  ];
  for (const [words, code] of unknown) {
    const { status, document } = await answerHere(["--data", join(folder, "empty"), ...words]);
    t.equal(status, 1, words.join(" "));
    t.match(document, { error: { code, message: /\S/ } }, words.join(" "));
  }
});

test("wrong usage", async (t) => {
  const wrong: readonly (readonly string[])[] = [
    [],
    ["statment"],
    ["statement"],
    ["statement", "1", "2"],
    ["statement", "1", "--known-at", "yesterday"],
    ["statement", "1", "--from", "2025-02-30"],
    ["statement", "1", "--from", "2025-02-02", "--to", "2025-02-01"],
    ["statements", "--by", "county"],
    ["import", "people", "x.csv"],
    ["import", "roster"],
    ["import", "roster", "x.csv", "y.csv", "--rejected", "z.csv"],
    ["import", "roster", "x.csv", "--rejected", "./x.csv"],
    ["import", "roster", "x.csv", "x.csv.rejected.csv"],
    ["import", "roster", "x.csv", "--actor", " "],
    ["import", "roster", "x.csv", "--actor", "人".repeat(201)],
    ["verify", "--csv"],
    ["export", "journal"],
    ["export", "balance", "x"],
    ["export", "journal", "-"],
    ["verify", "--data", ""],
    ["verify", "--no-such"],
  ];
  for (const words of wrong) {
    const { status, document } = await answerHere(words);
    t.equal(status, 2, words.join(" "));
    t.match(document, { error: { code: "WrongUsage", message: /\S/ } });
  }
  const plain = await sunshine(["statement"]);
  t.equal(plain.stdout, "", "says nothing on standard output without --json");
  t.match(plain.stderr, /missing required argument[^]*--help/, "but gives a hint");
  const unknown = await sunshineHere(["rebuild", "nothing", "--data", join(folder, "empty")]);
  t.equal(unknown.status, 2, "a projection that is not there");
  t.match(unknown.stderr, "postings");
});

test("what cannot be done is said in one line", async (t) => {
  const foreign = join(folder, "foreign");
  await mkdir(foreign);
  await writeFile(join(foreign, "letter.txt"), "mine\n");
  await writeFile(join(folder, "utf16.csv"), Buffer.from("\ufeffa,b\n", "utf16le"));
  const empty = join(folder, "empty");
  const server = "postgres://nobody@127.0.0.1:1/none";
  const cases: [string[], Record<string, string>, number, string][] = [
    [["verify", "--data", foreign], {}, 2, "ForeignFolder"],
    [["verify", "--data", join(foreign, "letter.txt")], {}, 2, "NotWritable"],
    [["verify"], { PORT: "http" }, 2, "ConfigInvalid"],
    [["verify"], { DATABASE_URL: server }, 2, "ConfigInvalid"],
    [
      ["verify", "--data", empty],
      { DATABASE_URL: server, VAULT_KEY_FILE: join(folder, "no.key") },
      2,
      "DatabaseUnreachable",
    ],
    [["import", "roster", join(folder, "no.csv"), "--data", empty], {}, 1, "FileUnreadable"],
    [["import", "roster", join(folder, "utf16.csv"), "--data", empty], {}, 1, "FileMalformed"],
    [["export", "journal", join(folder, "no/x"), "--data", empty], {}, 1, "FileNotWritable"],
  ];
  for (const [words, env, status, code] of cases) {
    const said = await sunshineHere([...words, "--json"], { env });
    t.equal(said.status, status, code);
    t.match(JSON.parse(said.stdout), { error: { code, message: /\S/ } }, code);
    t.match(said.stderr, /^.*sunshine: .+\n$/, "and so on standard error");
    t.notMatch(said.stderr, /\n\s+at /, "without a stack");
  }
});

test("--help lists the verbs and the environment, from any folder", async (t) => {
  const { status, stdout } = await sunshine(["--help"], { cwd: tmpdir() });
  t.equal(status, 0);
  const verbs = "start import statement statements ownership trail verify rebuild export bench";
  for (const verb of verbs.split(" ")) t.match(stdout, new RegExp(`^ {2}${verb}\\b`, "m"));
  for (const name of ["DATABASE_URL", "VAULT_KEY_FILE", "HOST", "LOG_LEVEL"]) t.match(stdout, name);
});

test("an import that is interrupted lets go, and can be run again", async (t) => {
  const own = await mkdtemp(join(tmpdir(), "sunshine-e2e-stop-"));
  t.teardown(() => rm(own, { recursive: true, force: true }));
  const people = 24_000;
  const roster = join(own, "roster.csv");
  const rows = Array.from({ length: people }, (_, i) => `县,乡,村,H${i >> 2},P${i},名,,户主`);
  await writeFile(
    roster,
    ["县,乡,行政村,户编号,人编号,姓名,证件号码,与户主关系", ...rows].join("\n"),
  );
  const words = ["import", "roster", roster, "--data", join(own, "data")];
  const { child, ended } = start([...words, "--json"]);
  await recordedSome(join(own, "data"));
  child.kill("SIGINT");
  const began = Date.now();
  const { status, stdout } = await ended;
  t.equal(status, 1, "ends like a file that cannot be read further");
  t.ok(Date.now() - began < 10_000, "within seconds");
  const told = JSON.parse(stdout) as { rows: number };
  t.match(told, { error: { code: "Interrupted", message: /run again/ } });
  const stopped = { file: roster, row: told.rows + 2, code: "Interrupted" };
  t.match(told, { recorded: told.rows, refused: [], stopped, notTried: [], position: /^\d+$/ });
  t.equal(await runningServer(join(own, "data")), null, "and the database has stopped");
  const { document } = await answer(words);
  t.match(document, { rows: people, refused: [] });
  t.ok(Number(document["alreadyRecorded"]) > 0, "it goes on where it stopped");
  const verified = await answer(["verify", "--data", join(own, "data")]);
  t.match(verified.document, { ok: true, checked: { members: people } });
});

/** Waits until something has been recorded in a data folder. */
async function recordedSome(dataDir: string): Promise<void> {
  for (;;) {
    const server = await runningServer(dataDir);
    const pool = server === null ? null : createPool(server, { applicationName: "e2e", max: 1 });
    try {
      const found = await pool?.query<{ position: bigint }>("SELECT position FROM log_head");
      if ((found?.rows[0]?.position ?? 0n) > 1n) return;
    } catch {
      // It is being made.
    } finally {
      await pool?.end();
    }
    await sleep(20);
  }
}
