// Random counties, whose every reply and answer a reference model predicts. PROPERTY_ROWS says how
// many rows of movements, PROPERTY_SEED the first seed; a test that fails names its own.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Test } from "tap";
import { test } from "tap";
import { importFile } from "../../src/app/import.ts";
import type { AppendRequest, AppendResult, EventLog } from "../../src/log/event-log.ts";
import type { KnownAt } from "../../src/queries/as-of.ts";
import { contractQuestion, contractsQuestion } from "../../src/queries/contracts.ts";
import { householdCard, maskEnd, maskName } from "../../src/queries/household.ts";
import { ownership } from "../../src/queries/ownership.ts";
import { statements } from "../../src/queries/statements.ts";
import type { County, CountyRow, Random } from "../support/county.ts";
import { countyColumns, randomCounty, randomSource, toCsv } from "../support/county.ts";
import type { RowOutcome, TestLedger } from "../support/ledger.ts";
import { asBatch, outcomeName, send, testLedger } from "../support/ledger.ts";
import type { ReferenceModel } from "../support/reference-model.ts";
import { referenceModel } from "../support/reference-model.ts";
import type { CountyKind } from "../support/county.ts";

const rowsWanted = Number(process.env["PROPERTY_ROWS"] ?? 12_000);
const firstSeed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 1_000_000_000);

interface World {
  readonly t: Test;
  readonly ledger: TestLedger;
  readonly model: ReferenceModel;
  readonly random: Random;
  /** What goes wrong at the next append, if anything; for the way that breaks things. */
  readonly faults: Fault[];
}

type Fault = "before" | "after";

/** A way to hand rows in; it compares each reply with the model's. */
type Way = (world: World, kind: CountyKind, rows: readonly CountyRow[]) => Promise<void>;

/** What becomes of rows that are handed to the model one by one. */
function predict(
  model: ReferenceModel,
  kind: CountyKind,
  rows: readonly CountyRow[],
): RowOutcome[] {
  const importing = {
    roster: model.importRoster,
    organisations: model.importOrganisations,
    contracts: model.importContracts,
    amendments: model.importAmendments,
    movements: model.importMovements,
  }[kind];
  return rows.map((cells) => {
    const { recorded, alreadyRecorded, refused } = importing([{ row: 2, cells }]);
    if (recorded + alreadyRecorded === 0) return refused[0]?.code ?? "skipped";
    return recorded === 1 ? "recorded" : "alreadyRecorded";
  });
}

function firstDifference(
  rows: readonly CountyRow[],
  expected: readonly RowOutcome[],
  found: readonly RowOutcome[],
): string | undefined {
  const at = expected.findIndex((outcome, i) => outcome !== found[i]);
  if (at < 0) return undefined;
  return `${JSON.stringify(rows[at])}: ${expected[at] ?? ""}, but ${found[at] ?? "nothing"}`;
}

/** Rows cut into batches of random size. */
function cut(random: Random, rows: readonly CountyRow[], max: number): CountyRow[][] {
  const batches: CountyRow[][] = [];
  for (let at = 0; at < rows.length; ) {
    const size = random.chance(0.2) ? 1 : random.between(1, max);
    batches.push(rows.slice(at, at + size));
    at += size;
  }
  return batches;
}

/** Batches one after another, up to four of them before the first has answered. */
const pipelined: Way = async ({ t, ledger, model, random }, kind, rows) => {
  const underWay: Promise<void>[] = [];
  for (const batch of cut(random, rows, 400)) {
    const expected = predict(model, kind, batch);
    const sent = send(ledger.handler, kind, batch).then((found) => {
      const difference = firstDifference(batch, expected, found);
      if (difference !== undefined) t.fail(difference);
    });
    underWay.push(sent);
    if (underWay.length === 4) await underWay.shift();
  }
  await Promise.all(underWay);
};

/** Single commands of many callers at once. */
const singles: Way = async ({ t, ledger, model, random }, kind, rows) => {
  for (const burst of cut(random, rows, 300)) {
    const expected = predict(model, kind, burst);
    const { batch, malformed } = asBatch(kind, burst);
    const waiting = batch.commands.map((command) =>
      ledger.submitter.submit(kind, command, { actor: "test" }),
    );
    const outcomes = (await Promise.all(waiting)).map(outcomeName);
    let next = 0;
    const found = burst.map((_, at) => malformed.get(at) ?? outcomes[next++] ?? "nothing");
    const difference = firstDifference(burst, expected, found);
    if (difference !== undefined) t.fail(difference);
  }
};

/** Batches in turn to two handlers that know nothing of each other. */
const alternating: Way = async ({ t, ledger, model, random }, kind, rows) => {
  const handlers = [ledger.handler, ledger.another()];
  for (const batch of cut(random, rows, 60)) {
    const expected = predict(model, kind, batch);
    const found = await send(random.pick(handlers), kind, batch);
    const difference = firstDifference(batch, expected, found);
    if (difference !== undefined) t.fail(difference);
  }
};

/** The same batch to two handlers at once: one wins, the other finds the ledger as it left it. */
const contested: Way = async ({ t, ledger, model, random }, kind, rows) => {
  const other = ledger.another();
  for (const batch of cut(random, rows, 250)) {
    const [first, second] = [predict(model, kind, batch), predict(model, kind, batch)];
    const [mine, theirs] = await Promise.all([
      send(ledger.handler, kind, batch),
      send(other, kind, batch),
    ]);
    const won = firstDifference(batch, first, mine) ?? firstDifference(batch, second, theirs);
    const lost = firstDifference(batch, second, mine) ?? firstDifference(batch, first, theirs);
    if (won !== undefined && lost !== undefined) t.fail(`${won}; or ${lost}`);
  }
};

/** Appends that fail, before or after they have recorded; what is not answered is sent again. */
const failing: Way = async ({ t, ledger, model, random, faults }, kind, rows) => {
  for (const batch of cut(random, rows, 120)) {
    if (random.chance(0.3)) faults.push(random.pick(["before", "after"] as const));
    const planned = faults[0];
    const answered = await send(ledger.handler, kind, batch).catch(() => undefined);
    if (answered === undefined && planned === "after") predict(model, kind, batch);
    faults.length = 0;
    const expected = predict(model, kind, batch);
    const found = answered ?? (await send(ledger.handler, kind, batch));
    const difference = firstDifference(batch, expected, found);
    if (difference !== undefined) t.fail(difference);
  }
};

/** Files of at most this many rows are one batch, which one of two importers records first. */
const fileRowsMax = 1_000;

const files: Way = async (world, kind, rows) => {
  for (const part of cut(world.random, rows, fileRowsMax)) await importTwice(world, kind, part);
};

/** Imports a file by two at once and then once more. */
async function importTwice(
  { t, ledger, model }: World,
  kind: CountyKind,
  rows: readonly CountyRow[],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-property-"));
  const path = join(folder, `${kind}.csv`);
  await writeFile(path, toCsv(rows, countyColumns[kind]));
  const expected = [0, 1, 2].map(() => {
    const outcomes = predict(model, kind, rows);
    const refused = outcomes.flatMap((outcome, at) =>
      outcome === "recorded" || outcome === "alreadyRecorded" ? [] : [`${at + 2} ${outcome}`],
    );
    const count = (wanted: RowOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
    return { recorded: count("recorded"), again: count("alreadyRecorded"), refused };
  });
  const importing = async (handler: TestLedger["handler"]) => {
    const options = { actor: "test", rejected: null };
    const { recorded, alreadyRecorded, refused } = await importFile(handler, kind, path, options);
    const told = refused.map(({ row, code }) => `${row} ${code}`);
    return { recorded, again: alreadyRecorded, refused: told };
  };
  const both = await Promise.all([importing(ledger.handler), importing(ledger.another())]);
  if (JSON.stringify(both[0]) !== JSON.stringify(expected[0])) both.reverse();
  const found = [...both, await importing(ledger.handler)];
  found.forEach(({ recorded, again, refused }, i) => {
    const wanted = expected[i];
    t.equal(recorded, wanted?.recorded, `${kind}: recorded`);
    t.equal(again, wanted?.again, `${kind}: recorded already`);
    t.equal(refused.join("\n"), wanted?.refused.join("\n"), `${kind}: refused`);
  });
  await rm(folder, { recursive: true });
}

const ways = { pipelined, contested, singles, alternating, failing, files } as const;
type WayName = keyof typeof ways;

/** Loses races it has won, so that even four lost in a row happen; fails where that is planned. */
function unreliable(random: Random, faults: Fault[], lossy: boolean): (log: EventLog) => EventLog {
  return (log) => ({
    ...log,
    append: async (request: AppendRequest): Promise<AppendResult> => {
      if (request.events[0]?.type === "LedgerOpened") return log.append(request);
      const fault = faults.shift();
      if (fault === "before") throw new Error("before");
      if (lossy && random.chance(0.4)) {
        const { recordedAt = "" } = await log.head();
        return { complete: false, appended: request.events.map(() => null), recordedAt };
      }
      const result = await log.append(request);
      if (fault === "after" && result.complete) throw new Error("after");
      return result;
    },
  });
}

const periods = [
  [undefined, undefined],
  ["2025-01-01", "2025-12-31"],
  ["2026-02-28", "2026-02-28"],
  [undefined, "2024-12-31"],
  ["2027-06-15", undefined],
] as const;
const days = [undefined, "2024-12-31", "2026-02-28", "2028-01-01"] as const;

/** Every statement of several periods as lines of text, from the model. */
function predictedStatements(model: ReferenceModel): string[] {
  return periods.flatMap(([from, to]) =>
    [...model.households()].sort().map((household) => {
      const { legs, total } = model.statement(household, from, to);
      return JSON.stringify([household, from, to, Object.entries(legs).sort(), total]);
    }),
  );
}

async function foundStatements(ledger: TestLedger, knownAt: KnownAt): Promise<string[]> {
  const found: string[] = [];
  for (const [from, to] of periods) {
    for await (const { household, legs, total } of statements(ledger, knownAt, { from, to })) {
      found.push(JSON.stringify([household, from, to, Object.entries(legs).sort(), total]));
    }
  }
  return found;
}

const termDays = ["2024-12-31", "2025-06-30", "2026-02-28", "2027-01-01", "2029-06-30"];

/** The contracts in force on several days, with their terms, as lines of text from the model. */
function predictedTerms(model: ReferenceModel, county: County): string[] {
  const numbers = new Set(county.contracts.map((row) => row["合同编号"]?.trim() ?? ""));
  return termDays.flatMap((on) =>
    [...numbers].sort().flatMap((contract) => {
      const held = model.terms(contract, on);
      return held === undefined ? [] : [JSON.stringify([on, contract, held])];
    }),
  );
}

async function foundTerms(ledger: TestLedger, t: Test, knownAt: KnownAt): Promise<string[]> {
  const found: string[] = [];
  for (const on of termDays) {
    const { items } = await contractsQuestion.ask(ledger, { on, after: "", limit: 1_000 }, knownAt);
    for (const { contract, household, from, to, ...held } of items) {
      const price = held.kind === "order" ? held.floorPrice : (held.parValue ?? held.price);
      const terms = { household: household ?? "", start: from, end: to ?? "" };
      const said = { ...terms, price: Number(price).toFixed(4) };
      found.push(JSON.stringify([on, contract, said]));
      const { terms: periods } = await contractQuestion.ask(ledger, { contract, on }, knownAt);
      if (periods[0]?.household !== household || periods[0].price !== held.price) {
        t.fail(`contract ${contract} says otherwise on ${on}`);
      }
    }
  }
  return found;
}

function sameLines(t: Test, found: readonly string[], wanted: readonly string[], what: string) {
  const at = wanted.findIndex((line, i) => line !== found[i]);
  t.equal(found.length, wanted.length, `${what}: as many`);
  t.equal(at < 0 ? undefined : found[at], at < 0 ? undefined : wanted[at], what);
}

async function checkOwnership({ t, ledger, model, random }: World, knownAt: KnownAt) {
  const { rows } = await ledger.pool.query<{ register: string }>(
    "SELECT DISTINCT register FROM read.contracts WHERE kind = 'shares' ORDER BY register",
  );
  const registers = rows.map(({ register }) => register);
  const households = model.households().filter(() => random.chance(0.3));
  const [found, wanted]: [string[], string[]] = [[], []];
  for (const on of days) {
    for (const register of registers) {
      found.push(JSON.stringify(await ownership(ledger, register, knownAt, on)));
      wanted.push(JSON.stringify(model.holders(register, on)));
    }
    for (const household of households) {
      found.push(JSON.stringify(await ownership(ledger, household, knownAt, on)));
      wanted.push(JSON.stringify({ registers: model.ownership(household, on) }));
    }
  }
  sameLines(t, found, wanted, "ownership on several days");
}

/** Whose account is a household's, masked as everybody sees it. */
async function checkAccounts({ t, ledger, model }: World, knownAt: KnownAt) {
  const [found, wanted]: [string[], string[]] = [[], []];
  for (const household of model.households()) {
    const { account } = await householdCard(ledger, household, knownAt);
    found.push(JSON.stringify([household, account]));
    const held = model.account(household);
    const holder = held?.name === "" ? null : maskName(held?.name ?? "");
    const masked = held === undefined ? null : { number: maskEnd(held.number), holder };
    wanted.push(JSON.stringify([household, masked]));
  }
  sameLines(t, found, wanted, "accounts");
}

/** What holds whatever was recorded, on every day. */
async function checkSums({ t, ledger: { pool } }: World) {
  const { rowCount: unbalanced } = await pool.query(
    "SELECT 1 FROM read.postings GROUP BY position, asset HAVING sum(amount) <> 0",
  );
  t.equal(unbalanced, 0, "every event sums to zero in every asset");
  const { rowCount: negative } = await pool.query(
    `SELECT 1 FROM (SELECT sum(amount) OVER (PARTITION BY household, asset ORDER BY effective)
       AS held FROM read.postings WHERE leg = 'shares' AND side = 'household') AS h
     WHERE held < 0`,
  );
  t.equal(negative, 0, "no household holds less than nothing on any day");
}

async function lives(world: World, county: County, way: WayName): Promise<void> {
  const { t, ledger, model } = world;
  const filled = (rows: readonly CountyRow[]) =>
    rows.filter((row) => Object.values(row).some((text) => text.trim() !== ""));
  const sendAll = (kind: CountyKind, rows: readonly CountyRow[]) => ways[way](world, kind, rows);
  for (const kind of ["roster", "organisations", "contracts"] as const) {
    await sendAll(kind, filled(county[kind]));
  }
  // Amendments come before movements, between them and behind them.
  const [amendments, rows] = [filled(county.amendments), filled(county.movements)];
  const third = Math.floor(amendments.length / 3);
  const half = Math.floor(rows.length / 2);
  await sendAll("amendments", amendments.slice(0, third));
  await sendAll("movements", rows.slice(0, half));
  const then = await ledger.caughtUp();
  const [wantedThen, termsThen] = [predictedStatements(model), predictedTerms(model, county)];
  await sendAll("amendments", amendments.slice(third, 2 * third));
  await sendAll("movements", rows.slice(half));
  await sendAll("amendments", amendments.slice(2 * third));
  const now = await ledger.caughtUp();
  sameLines(t, await foundStatements(ledger, now), predictedStatements(model), "statements");
  sameLines(t, await foundStatements(ledger, then), wantedThen, "statements as known half-way");
  sameLines(t, await foundTerms(ledger, t, now), predictedTerms(model, county), "terms");
  sameLines(t, await foundTerms(ledger, t, then), termsThen, "terms as known half-way");
  await checkOwnership(world, now);
  await checkAccounts(world, now);
  await checkSums(world);
  const { ok, differences } = await ledger.verify();
  t.ok(ok, `verify: ${differences.slice(0, 3).join("; ")}`);
}

let rowsLeft = rowsWanted;
for (let n = 0; rowsLeft > 0; n++) {
  const seed = firstSeed + n;
  const random = randomSource(seed);
  const names = Object.keys(ways) as WayName[];
  const way = names[n % names.length] ?? "pipelined";
  const [households, movements] = [random.between(1, 120), random.between(200, 3_000)];
  rowsLeft -= movements;
  void test(`county ${seed} (${way}, ${households} households, ${movements} rows)`, async (t) => {
    const faults: Fault[] = [];
    const lossy = way === "pipelined" || way === "singles";
    const ledger = await testLedger(t, unreliable(randomSource(seed + 1), faults, lossy));
    const world = { t, ledger, model: referenceModel(), random, faults };
    await lives(world, randomCounty({ seed, households, movements }), way);
  });
}
