// What is frozen rests on what the read models say at the head: where that has moved before the
// append, the step is decided again, and never recorded on facts that are stale.
import { type Test, test } from "tap";
import type { KindName } from "../../src/domain/kinds.ts";
import type { Surveyor } from "../../src/write/memory.ts";
import type { CountyRow } from "../support/county.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { basis, income, plan, step } from "../support/plan-rows.ts";
import * as rows from "../support/rows.ts";

/** Two households, of which H1 has shares and a basis row, and a plan over each. */
async function county(t: Test): Promise<TestLedger> {
  const ledger = await testLedger(t);
  const recorded = async (kind: KindName, more: readonly CountyRow[]): Promise<void> => {
    const found = await send(ledger.handler, kind, more);
    t.ok(
      found.every((one) => one === "recorded"),
      found.join(),
    );
  };
  await recorded("roster", [rows.person(1), rows.person(2)]);
  await recorded("organisations", [rows.organisation()]);
  await recorded("contracts", [rows.shareContract()]);
  await recorded("movements", [rows.shareIssue("M1")]);
  await recorded("income", [income({ 可分配金额: "1000" })]);
  const shares = { 分配方式: "按股", 股权登记簿: "R1", 基准日: "2025-02-01", 计划编号: "JH2" };
  await recorded("plans", [plan({ 说明理由: "有" }), plan(shares)]);
  await recorded("basis", [basis("N1")]);
  return ledger;
}

/** A surveyor to which something happens after each answer, by its number. */
function disturbed(surveyor: Surveyor, disturb: (nth: number) => Promise<unknown>) {
  let asked = 0;
  const disturbing: Surveyor = async (request) => {
    const answer = await surveyor(request);
    asked += 1;
    await disturb(asked);
    return answer;
  };
  return { surveyor: disturbing, asked: () => asked };
}

/** What the newest list froze, by household. */
async function frozen({ pool, caughtUp }: TestLedger): Promise<Record<string, string>> {
  await caughtUp();
  const { rows: lines } = await pool.query<{ household: string; said: string }>(
    `SELECT household, trunc(basis) || ' ' || amount || ' ' || is_payable AS said
     FROM read.list_lines ORDER BY position DESC, line`,
  );
  return Object.fromEntries(lines.map(({ household, said }) => [household, said]));
}

const freeze = (terms: CountyRow = {}): CountyRow => step("定案", terms);
const ofShares = { 计划编号: "JH2" };

const cases: Record<
  string,
  readonly [freezing: CountyRow, kind: KindName, row: CountyRow, asked: number, lines: object]
> = {
  "shares that are issued meanwhile": [
    freeze(ofShares),
    "movements",
    { ...rows.shareIssue("M2", "H2"), 业务日期: "2025-01-15" },
    2,
    { H1: "100 50.00 false", H2: "100 50.00 false" },
  ],
  "a basis row that is stated meanwhile": [
    freeze(),
    "basis",
    basis("N2", { 户编号: "H2", 基数: "3" }),
    2,
    { H1: "1 25.00 false", H2: "3 75.00 false" },
  ],
  "an account that is recorded meanwhile": [
    freeze(),
    "roster",
    { ...rows.person(1), 银行账号: "6217000000000001" },
    2,
    { H1: "1 100.00 true" },
  ],
  "an income that is recorded meanwhile, of which a list says nothing": [
    freeze(),
    "income",
    income({ 收益编号: "SY2" }),
    1,
    { H1: "1 100.00 false" },
  ],
};

for (const [what, [freezing, kind, row, asked, lines]] of Object.entries(cases)) {
  test(`a list is frozen with ${what}`, async (t) => {
    const ledger = await county(t);
    const other = ledger.another();
    const meanwhile = async (nth: number): Promise<void> => {
      if (nth === 1) t.strictSame(await send(other, kind, [row]), ["recorded"]);
    };
    const watched = disturbed(ledger.surveyor, meanwhile);
    const own = ledger.another(undefined, watched.surveyor);
    t.strictSame(await send(own, "steps", [freezing]), ["recorded"]);
    t.equal(watched.asked(), asked, "decided as often as it must be");
    t.strictSame(await frozen(ledger), lines);
    t.match(await ledger.verify(), { ok: true, differences: [] });
  });
}

test("a refusal is not given on facts that have moved", async (t) => {
  const ledger = await county(t);
  const out = basis("N2", { 基数: "0", 替换: "N1" });
  t.strictSame(await send(ledger.handler, "basis", [out]), ["recorded"]);
  const other = ledger.another();
  const meanwhile = async (nth: number): Promise<void> => {
    if (nth === 1) await send(other, "basis", [basis("N3", { 户编号: "H2" })]);
  };
  const { surveyor } = disturbed(ledger.surveyor, meanwhile);
  const found = await send(ledger.another(undefined, surveyor), "steps", [freeze()]);
  t.strictSame(found, ["recorded"], "nobody was there to divide over, and somebody is now");
  t.strictSame(await frozen(ledger), { H2: "1 100.00 false" });
});

test("where others record without end, a list is frozen while nobody else can", async (t) => {
  const ledger = await county(t);
  const other = ledger.another();
  const sent: Promise<readonly unknown[]>[] = [];
  const meanwhile = async (nth: number): Promise<void> => {
    const row = basis(`X${nth}`, { 户编号: "H2", 基数: `${nth}`, ...replaced(nth) });
    const answer = send(other, "basis", [row]);
    sent.push(answer);
    // The fourth look has the log to itself, or one behind it: the other waits.
    if (nth <= 3) await answer;
  };
  const replaced = (nth: number): CountyRow => (nth === 1 ? {} : { 替换: `X${nth - 1}` });
  const watched = disturbed(ledger.surveyor, meanwhile);
  const own = ledger.another(undefined, watched.surveyor);
  t.strictSame(await send(own, "steps", [freeze()]), ["recorded"]);
  const answers = (await Promise.all(sent)).flat();
  t.equal(answers.pop(), "PlanFrozen", "whoever comes behind it finds the list");
  t.ok(answers.length >= 3 && answers.every((one) => one === "recorded"), answers.join());
  const amounts = new Map([
    [3, ["1 25.00 false", "3 75.00 false"]],
    [4, ["1 20.00 false", "4 80.00 false"]],
  ]);
  const [H1, H2] = amounts.get(answers.length) ?? [];
  t.strictSame(await frozen(ledger), { H1, H2 }, "all that was recorded before it counts");
  t.match(await ledger.verify(), { ok: true, differences: [] });
});

test("two handlers freeze lists of one income at once", async (t) => {
  const ledger = await county(t);
  t.strictSame(
    await send(ledger.handler, "plans", [
      plan({ 计划编号: "JH3", 分配金额: "950", 说明理由: "有" }),
    ]),
    ["recorded"],
  );
  await send(ledger.handler, "basis", [basis("N9", { 计划编号: "JH3" })]);
  const both = await Promise.all([
    send(ledger.another(), "steps", [freeze()]),
    send(ledger.another(), "steps", [freeze({ 计划编号: "JH3", 步骤编号: "B3" })]),
  ]);
  t.strictSame(both.flat().sort(), ["IncomeExceeded", "recorded"], "together they are too much");
  t.match(await ledger.verify(), { ok: true });
});
