// Counties of any seed that pay their plans, reckoned a second time by hand: what is due, paid and
// outstanding of each household, and what became of every payment. COUNTY_SIZE says how many times
// larger than the contract's sample of 40 households they are (2), COUNTIES how many (2),
// PROPERTY_SEED the first seed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tap, { type Test, test } from "tap";
import type { BankEntry, PaidLine } from "../../seeds/bank-answers.ts";
import { statement, statusReport } from "../../seeds/bank-answers.ts";
import { fromUnits, toUnits } from "../../src/domain/decimal.ts";
import type { JudgedPayment } from "../../src/queries/payments.ts";
import { judgedPayments } from "../../src/queries/payments.ts";
import { reconcileQuestion } from "../../src/queries/reconcile.ts";
import { statements } from "../../src/queries/statements.ts";
import type { Random } from "../support/county.ts";
import { randomSource } from "../support/county.ts";
import { testLedger } from "../support/ledger.ts";
import type { PayingLedger, PlanToPay } from "../support/paying-county.ts";
import {
  approve,
  draft,
  give,
  pay,
  payer,
  paying,
  settle,
  stepOf,
  tell,
} from "../support/paying-county.ts";

tap.setTimeout(7_200_000);
const size = Number(process.env["COUNTY_SIZE"] ?? 2);
const counties = Number(process.env["COUNTIES"] ?? 2);
const firstSeed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 1_000_000_000);
const sample = { households: 40, plans: 9 };

/** What becomes of a line. */
type Fate = "credited" | "open" | "rejected" | "returned" | "again" | "stopped" | "recovered";

interface LineReckoned {
  readonly fen: bigint;
  readonly fate: Fate;
}

/** What all lines of all plans come to, by household. */
type Reckoned = Map<string, LineReckoned[]>;

/** A pool over 基数, or so much a unit of it; and what each household should get, in fen. */
function planned(random: Random, plan: string, households: number) {
  const basis = new Map<number, string>();
  for (let n = 1; n <= households; n++) {
    if (random.chance(0.5)) basis.set(n, fromUnits(BigInt(1 + random.below(99_999)), 4));
  }
  basis.set(1, "1");
  const units = new Map([...basis].map(([n, text]) => [n, toUnits(text, 4)]));
  const total = [...units.values()].reduce((sum, one) => sum + one, 0n);
  if (random.chance(0.5)) {
    const price = BigInt(1 + random.below(5_000_000));
    const fens = new Map([...units].map(([n, one]) => [n, (one * price + 500_000n) / 1_000_000n]));
    const all = [...fens.values()].reduce((sum, one) => sum + one, 0n);
    const terms = { 分配方式: "定额", 单价: fromUnits(price, 4) };
    return { of: { plan, basis, terms, pool: fromUnits(all + 1n, 2) } satisfies PlanToPay, fens };
  }
  const pool = BigInt(1_000_000 + random.below(900_000_000));
  const fens = new Map([...units].map(([n, one]) => [n, (pool * one) / total]));
  const left = pool - [...fens.values()].reduce((sum, one) => sum + one, 0n);
  const owed = [...units]
    .map(([n, one]) => ({ n, name: `H${n}`, remainder: (pool * one) % total }))
    .sort((a, b) =>
      a.remainder === b.remainder
        ? Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))
        : Number(b.remainder - a.remainder),
    );
  for (const { n } of owed.slice(0, Number(left))) fens.set(n, (fens.get(n) ?? 0n) + 1n);
  return { of: { plan, basis, pool: fromUnits(pool, 2) } satisfies PlanToPay, fens };
}

const fates: readonly Fate[] = ["rejected", "returned", "again", "stopped", "recovered"];

/** One in eight lines has a fate of its own; open ones are only where the county is not at zero. */
function fateOf(random: Random, isZero: boolean): Fate {
  if (!random.chance(0.125)) return "credited";
  const fate = random.pick([...fates, "open"] as const);
  const waits = fate === "open" || fate === "rejected" || fate === "returned";
  return waits && isZero ? "again" : fate;
}

async function pays(
  ledger: PayingLedger,
  folder: string,
  random: Random,
  plans: readonly string[],
  fens: ReadonlyMap<string, ReadonlyMap<number, bigint>>,
  isZero: boolean,
) {
  const done = await pay(ledger, plans);
  if ("code" in done) throw new Error(done.code);
  const all = await judged(ledger);
  const wrong = all.filter(({ row }) => {
    const fen = fens.get(row.plan)?.get(Number(row.household?.slice(1)));
    return fen !== toUnits(row.amount, 2);
  });
  const fate = new Map(all.map((one) => [one, fateOf(random, isZero)]));
  const having = (...some: readonly Fate[]) =>
    all.filter((one) => some.includes(fate.get(one) ?? "open"));
  const day = "2025-03-04";
  const batch = done.batch.batch;
  const rejected = new Map(having("rejected").map(({ row }) => [row.payment, "AC01"]));
  await told(ledger, folder, statusReport("ZT", day, batch, all.map(lineOf), rejected));
  const booked = having("credited", "returned", "again", "stopped", "recovered");
  const back = having("returned", "again", "stopped");
  const entries = [debit("R1", day, batch, booked), ...back.map(credit)];
  const of = { account: payer, from: "2025-03-01", openingFen: 10n ** 14n };
  await told(
    ledger,
    folder,
    statement({ ...of, id: "D1", sequence: 1, to: "2025-03-31", entries }),
  );
  const reason = { 业务日期: "2025-04-02", 说明: "有" };
  const steps = having("again", "stopped", "recovered").map((one) => {
    const { plan, household, amount } = one.row;
    const kind = { again: "重发", stopped: "停发", recovered: "追回" }[fate.get(one) as "again"];
    return stepOf(plan, kind, { ...reason, 户编号: household ?? "", 金额: amount, 凭证号: "1" });
  });
  for (let at = 0; at < steps.length; at += 1_000) {
    await give(ledger, "steps", steps.slice(at, at + 1_000));
  }
  const again = having("again");
  if (again.length > 0) await paysAgain(ledger, folder, plans, entries);
  return { all, fate, wrong };
}

/** Lines that came back and are sent again arrive. */
async function paysAgain(
  ledger: PayingLedger,
  folder: string,
  plans: readonly string[],
  before: readonly BankEntry[],
): Promise<void> {
  const done = await pay(ledger, plans, "2025-04-03");
  if ("code" in done) throw new Error(done.code);
  const { batch } = done.batch;
  const own = (await judged(ledger)).filter(({ row }) => row.batch === batch);
  const openingFen = before.reduce(
    (sum, { direction, fen }) => (direction === "CRDT" ? sum + fen : sum - fen),
    10n ** 14n,
  );
  const entries = [debit("R2", "2025-04-04", batch, own)];
  const of = { account: payer, from: "2025-04-01", to: "2025-04-30", openingFen, entries };
  await told(ledger, folder, statement({ ...of, id: "D2", sequence: 2 }));
}

async function judged({ log, projector, reads }: PayingLedger): Promise<JudgedPayment[]> {
  const { position } = await log.head();
  await projector.reach(position);
  return judgedPayments(reads.pool, "true", [], position);
}

async function told(ledger: PayingLedger, folder: string, text: string): Promise<void> {
  const { refused, unmatched } = await tell(ledger, join(folder, "file.xml"), text);
  if (refused.length + unmatched.length > 0)
    throw new Error(JSON.stringify({ refused, unmatched }));
}

function lineOf({ row }: JudgedPayment): PaidLine {
  return { payment: row.payment, fen: toUnits(row.amount, 2) };
}

function debit(
  reference: string,
  day: string,
  batch: string,
  all: readonly JudgedPayment[],
): BankEntry {
  const lines = all.map(lineOf);
  const fen = lines.reduce((sum, line) => sum + line.fen, 0n);
  return { reference, day, direction: "DBIT", fen, batch, lines };
}

function credit(one: JudgedPayment, at: number): BankEntry {
  const line = lineOf(one);
  const own = { reference: `B${at}`, day: "2025-03-06", fen: line.fen, lines: [line] };
  return { ...own, direction: "CRDT", returned: ["AC04", "销户"] };
}

/** What a household's lines come to: due, received and outstanding, in fen. */
function sums(lines: readonly LineReckoned[]): [due: bigint, paid: bigint, outstanding: bigint] {
  let [due, paid] = [0n, 0n];
  for (const { fen, fate } of lines) {
    if (fate !== "stopped" && fate !== "recovered") due += fen;
    if (fate === "credited" || fate === "again") paid += fen;
  }
  return [due, paid, due - paid];
}

async function reckon(t: Test, seed: number): Promise<void> {
  const random = randomSource(seed);
  const ledger = await testLedger(t);
  const own = paying(ledger);
  const folder = await mkdtemp(join(tmpdir(), "sunshine-counties-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const households = sample.households * size;
  const isZero = random.chance(0.5);
  await settle(own, households);
  const fens = new Map<string, ReadonlyMap<number, bigint>>();
  for (let n = 1; n <= sample.plans; n++) {
    const plan = `JH${n}`;
    const { of, fens: wanted } = planned(random, plan, households);
    await draft(own, of);
    await approve(own, plan);
    fens.set(plan, wanted);
  }
  const paid = await pays(own, folder, random, [...fens.keys()], fens, isZero);
  t.equal(paid.wrong.length, 0, "every line is what the other way divides");
  const reckoned: Reckoned = new Map();
  for (const one of paid.all) {
    const household = one.row.household ?? "";
    const line = { fen: toUnits(one.row.amount, 2), fate: paid.fate.get(one) ?? "open" };
    reckoned.set(household, [...(reckoned.get(household) ?? []), line]);
  }
  const knownAt = await ledger.caughtUp();
  const reads = { pool: ledger.pool, log: ledger.log, vault: ledger.vault };
  const wrong: string[] = [];
  for await (const { household, legs, due, outstanding } of statements(reads, knownAt, {})) {
    const wanted = sums(reckoned.get(household) ?? [])
      .map((fen) => fromUnits(fen, 2))
      .join(" ");
    const of = [due, legs, outstanding].map((by) => by["dividend"] ?? "0.00").join(" ");
    if (of !== wanted) wrong.push(`${household}: ${of}, not ${wanted}`);
  }
  t.strictSame(wrong.slice(0, 5), [], `${households} households: due, paid, outstanding`);
  const count = (...some: readonly Fate[]) =>
    [...paid.fate.values()].filter((fate) => some.includes(fate)).length;
  const found = await reconcileQuestion.ask(reads, {}, knownAt);
  t.match(found, {
    instructed: { lines: paid.all.length + count("again") },
    credited: { lines: count("credited", "again") },
    rejected: { lines: count("rejected") },
    returned: { lines: count("returned", "again", "stopped") },
    recovered: { lines: count("recovered") },
    open: { lines: count("open") },
    zero: count("open", "rejected", "returned") === 0,
  });
  t.match(await ledger.verify(), { ok: true, differences: [] });
}

for (let n = 0; n < counties; n++) {
  const seed = firstSeed + n;
  test(`a county ${size} times the sample (PROPERTY_SEED=${seed})`, async (t) => {
    const began = Date.now();
    await reckon(t, seed);
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    t.comment(`${Date.now() - began} ms, at most ${peakMb} MB`);
  });
}
