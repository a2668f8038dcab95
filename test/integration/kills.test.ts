// An import that is killed at random moments and run again loses nothing and records nothing twice.
// KILLS says how often (8), KILLS_SEED the seed. It knows the ledger only as the environment gives
// it, so that it runs against any engine: LEDGER_LOG and EVENTSTOREDB_URL are passed on.
import type { ChildProcess } from "node:child_process";
import { execSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "csv-parse/sync";
import type { Test } from "tap";
import { test } from "tap";
import type { ImportResult } from "../../src/app/import.ts";
import { verify } from "../../src/app/verify.ts";
import { openLedger } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import type { EventLog } from "../../src/log/event-log.ts";
import { resolveKnownAt } from "../../src/queries/as-of.ts";
import { statements } from "../../src/queries/statements.ts";
import type { County, CountyRow, Random } from "../support/county.ts";
import { countyColumns, numbered, randomCounty, randomSource, toCsv } from "../support/county.ts";
import { testDatabase } from "../support/database.ts";
import { nodeProgram } from "../support/node-program.ts";
import type { ImportReply, ReferenceModel } from "../support/reference-model.ts";
import { referenceModel } from "../support/reference-model.ts";
import { countyKinds, type CountyKind } from "../support/county.ts";

const killsWanted = Number(process.env["KILLS"] ?? 8);
const firstSeed = Number(process.env["KILLS_SEED"] ?? Date.now() % 1_000_000_000);
const killsPerCounty = 4;
/** Leaves the EventStoreDB server empty: it holds one ledger, and each county is one of its own. */
const freshCommand = process.env["EVENTSTOREDB_FRESH"];
function importAll(model: ReferenceModel, county: County): Record<CountyKind, ImportReply> {
  return {
    roster: model.importRoster(numbered(county.roster)),
    organisations: model.importOrganisations(numbered(county.organisations)),
    contracts: model.importContracts(numbered(county.contracts)),
    amendments: model.importAmendments(numbered(county.amendments)),
    movements: model.importMovements(numbered(county.movements)),
  };
}

function firstOfEach(rows: readonly CountyRow[], column: string): CountyRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const id = row[column]?.trim() ?? "";
    const isNew = id !== "" && !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

/** Kinds of which rows are left out where they would be judged otherwise the second time. */
const mended = ["contracts", "amendments", "movements"] as const;

/**
 * A county whose rows are judged alike however often its files were begun before: nothing that is
 * refused at first is recorded later, and nothing changes there and back again.
 */
function repeatable(seed: number): County {
  const drawn = randomCounty({ seed, households: 400, movements: 16_000 });
  let county: County = {
    roster: firstOfEach(drawn.roster, "人编号"),
    organisations: firstOfEach(drawn.organisations, "主体编号"),
    contracts: drawn.contracts,
    amendments: drawn.amendments,
    movements: drawn.movements,
  };
  for (;;) {
    const model = referenceModel();
    const [first, second] = [importAll(model, county), importAll(model, county)];
    const unstable = new Set<string>();
    for (const kind of mended) {
      const codes = new Map(second[kind].refused.map(({ row, code }) => [row, code]));
      for (const { row, code } of first[kind].refused) {
        const later = code === "OriginalUnknown" || code === "NoShares";
        if (later || codes.get(row) !== code) unstable.add(`${kind} ${row}`);
      }
    }
    if (unstable.size === 0) return county;
    for (const kind of mended) {
      const kept = county[kind].filter((_, at) => !unstable.has(`${kind} ${at + 2}`));
      county = { ...county, [kind]: kept };
    }
  }
}

interface World {
  readonly folder: string;
  readonly dataDir: string;
  readonly env: Record<string, string>;
}

async function newWorld(t: Test, county: County): Promise<World> {
  const { connectionString } = await testDatabase(t);
  if (freshCommand !== undefined) execSync(freshCommand, { stdio: "ignore" });
  const folder = await mkdtemp(join(tmpdir(), "sunshine-kills-"));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const kind of countyKinds) {
    await writeFile(join(folder, `${kind}.csv`), toCsv(county[kind], countyColumns[kind]));
  }
  const keyFile = join(folder, "vault.key");
  await writeFile(keyFile, randomBytes(32).toString("hex"), { mode: 0o600 });
  const { PATH = "", HOME = "", LEDGER_LOG = "", EVENTSTOREDB_URL = "" } = process.env;
  const engine = { LEDGER_LOG, EVENTSTOREDB_URL };
  const env = { PATH, HOME, ...engine, DATABASE_URL: connectionString, VAULT_KEY_FILE: keyFile };
  return { folder, dataDir: join(folder, "data"), env };
}

interface Running {
  readonly process: ChildProcess;
  /** Resolves when it begins with the first file. */
  readonly began: Promise<void>;
  readonly said: Promise<{ status: number | null; last: string; errors: string }>;
}

function start({ folder, dataDir, env }: World): Running {
  const args = [...nodeProgram("support/import-child"), folder, dataDir];
  const running = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [last, errors] = ["", ""];
  const lines = createInterface(running.stdout);
  lines.on("line", (line) => (last = line));
  running.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const said = new Promise<{ status: number | null; last: string; errors: string }>((resolve) => {
    running.once("close", (status) => resolve({ status, last, errors }));
  });
  const began = Promise.race([
    new Promise<void>((resolve) => lines.once("line", () => resolve())),
    said.then(() => undefined),
  ]);
  return { process: running, began, said };
}

/** Kills imports until as many have died as wanted; answers how many did, of those that could. */
async function kill(world: World, random: Random, wanted: number, wholeMs: number) {
  let killed = 0;
  for (let attempts = 0; killed < wanted && attempts < 2 * wanted; attempts++) {
    const running = start(world);
    await running.began;
    await sleep(random.below(wholeMs));
    running.process.kill("SIGKILL");
    const { status } = await running.said;
    if (status === null) killed += 1;
  }
  return killed;
}

async function checkFiles(
  t: Test,
  { folder }: World,
  found: Record<CountyKind, ImportResult>,
  wanted: Record<CountyKind, ImportReply>,
): Promise<void> {
  for (const kind of countyKinds) {
    const { rows, recorded, alreadyRecorded, refused } = found[kind];
    t.equal(rows, wanted[kind].rows, `${kind}: every row is judged`);
    const done = wanted[kind].recorded + wanted[kind].alreadyRecorded;
    t.equal(recorded + alreadyRecorded, done, `${kind}: as many are recorded`);
    const codes = wanted[kind].refused.map(({ row, code }) => `${row} ${code}`).join("\n");
    t.equal(refused.map(({ row, code }) => `${row} ${code}`).join("\n"), codes, `${kind}: refused`);
    const path = join(folder, `${kind}.csv.rejected.csv`);
    const text = await readFile(path, "utf8").catch(() => "");
    const written = parse<CountyRow>(text, { columns: true, bom: true });
    const told = written.map((row) => `${row["行号"] ?? ""} ${row["拒绝代码"] ?? ""}`);
    t.equal(told.join("\n"), codes, `${kind}: the file of refused rows`);
  }
}

async function checkOnce(t: Test, log: EventLog, wanted: Record<CountyKind, ImportReply>) {
  const seen = new Set<string>();
  const counts = { movement: 0, contract: 0, person: 0 };
  let twice = 0;
  for (let at = 0n; ; ) {
    const events = await log.read(at, 5_000);
    const last = events.at(-1);
    if (last === undefined) break;
    at = last.position;
    for (const { key, nth } of events) {
      if (seen.has(`${key} ${nth}`)) twice += 1;
      seen.add(`${key} ${nth}`);
      const [about = ""] = key.split(":");
      if (about in counts) counts[about as keyof typeof counts] += 1;
    }
  }
  t.equal(twice, 0, "no event is there twice");
  const { movements, contracts, amendments, roster } = wanted;
  t.equal(counts.movement, movements.recorded, "every movement is there once");
  const agreed = contracts.recorded + amendments.recorded;
  t.equal(counts.contract, agreed, "every contract and amendment is there once");
  t.equal(counts.person, roster.recorded, "every person is there once");
}

async function checkLedger(
  t: Test,
  { dataDir, env }: World,
  model: ReferenceModel,
  wanted: Record<CountyKind, ImportReply>,
): Promise<void> {
  const config = parseConfig(env);
  const ledger = await openLedger({ dataDir, config, applicationName: "kills test" });
  try {
    const now = await resolveKnownAt(ledger);
    await ledger.projector.reach(now.position);
    const found: string[] = [];
    for await (const { household, legs, total } of statements(ledger, now, {})) {
      found.push(JSON.stringify([household, Object.entries(legs).sort(), total]));
    }
    const lines = [...model.households()].sort().map((household) => {
      const { legs, total } = model.statement(household);
      return JSON.stringify([household, Object.entries(legs).sort(), total]);
    });
    t.equal(found.join("\n"), lines.join("\n"), "every statement is the model's");
    await checkOnce(t, ledger.log, wanted);
    const checked = await verify(ledger.pool, ledger.log, ledger.projections, now.position);
    t.ok(checked.ok, `verify: ${checked.differences.slice(0, 3).join("; ")}`);
  } finally {
    await ledger.close();
  }
}

for (let n = 0, left = killsWanted; left > 0; n++, left -= killsPerCounty) {
  const seed = firstSeed + n;
  const kills = Math.min(left, killsPerCounty);
  void test(`an import killed ${kills} times (seed ${seed})`, async (t) => {
    const county = repeatable(seed);
    const world = await newWorld(t, county);
    const random = randomSource(seed);
    t.ok((await kill(world, random, kills, 2_500)) > 0, "was killed");
    const { status, last, errors } = await start(world).said;
    t.equal(status, 0, errors);
    const model = referenceModel();
    const wanted = importAll(model, county);
    await checkFiles(t, world, JSON.parse(last) as Record<CountyKind, ImportResult>, wanted);
    await checkLedger(t, world, model, wanted);
  });
}
