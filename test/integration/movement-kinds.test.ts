// Movements of the declared kinds through the whole ledger: a file whose rows count towards the
// limits of later rows in it, imported twice and by two at once, and what statements and journals
// make of it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Test } from "tap";
import { test } from "tap";
import { importFile } from "../../src/app/import.ts";
import { journalText } from "../../src/exchange/journal.ts";
import type { EventLog } from "../../src/log/event-log.ts";
import { journalPostings } from "../../src/queries/journal.ts";
import { incomeByYear } from "../../src/queries/household.ts";
import { statement } from "../../src/queries/statement.ts";
import { statements, statementsBy } from "../../src/queries/statements.ts";
import type { CountyRow } from "../support/county.ts";
import { toCsv } from "../support/county.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import * as rows from "../support/rows.ts";

const contract = (id: string, type: string, terms: CountyRow): CountyRow => ({
  合同编号: id,
  合同类型: type,
  主体编号: "O1",
  起始日期: "2025-01-01",
  终止日期: "2025-12-31",
  ...terms,
});

async function county(t: Test, wrap?: (log: EventLog) => EventLog): Promise<TestLedger> {
  const ledger = await testLedger(t, wrap);
  await send(ledger.handler, "roster", [rows.person(1), rows.person(2)]);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  const signed = await send(ledger.handler, "contracts", [
    rows.purchaseContract(),
    contract("K1", "盈余返还", { 返还比例: "0.1" }),
    contract("K4", "反租倒包", { 户编号: "H1", 数量: "2", 单价: "200" }),
    contract("K5", "固定收益", { 本金: "10000", 年利率: "0.06", 计息基础: "365" }),
  ]);
  t.ok(signed.every((one) => one === "recorded"));
  return ledger;
}

let lines = 0;
const row = (type: string, cells: CountyRow): CountyRow => {
  lines += 1;
  return { 业务编号: `M${lines}`, 业务类型: type, 业务日期: "2025-06-01", 户编号: "H1", ...cells };
};
const rebate = (kilograms: string): CountyRow =>
  row("返利", {
    ...{ 主体编号: "O1", 合同编号: "K1", 所属期: "2025", 数量: kilograms, 单价: "1" },
    金额: kilograms,
  });
const fixed = (from: string, to: string, amount: string): CountyRow =>
  row("固定收益", {
    ...{ 主体编号: "O1", 合同编号: "K5", 起始日期: from, 终止日期: to, 金额: amount },
  });
const paidOut = row("退本", { 主体编号: "O1", 合同编号: "K5", 金额: "10000" });

/** Rows of one file, each with what becomes of it. */
const file: readonly (readonly [CountyRow, string])[] = [
  [rebate("1"), "QuantityExceeded"],
  [rows.purchase("S1"), "recorded"],
  [rebate("6"), "recorded"],
  [rebate("5"), "QuantityExceeded"],
  [rebate("4"), "recorded"],
  [{ ...rows.purchase("S2"), 业务日期: "2025-05-01" }, "recorded"],
  [rebate("10"), "recorded"],
  [fixed("2025-01-01", "2025-01-02", "3.29"), "recorded"],
  [fixed("2025-01-02", "2025-01-03", "3.29"), "DaysPaid"],
  [
    row("承包费", { 主体编号: "O1", 合同编号: "K4", 数量: "1", 单价: "200", 金额: "200" }),
    "recorded",
  ],
  [row("地块收入", { 主体编号: "O1", 合同编号: "K4", 金额: "950" }), "recorded"],
  [row("政策补助", { 补助项目: "农业补贴", 金额: "33.33" }), "recorded"],
  [row("救助", { 依据: "困难", 金额: "40" }), "recorded"],
  [row("医疗救助", { 金额: "500" }), "recorded"],
  [row("垫付", { 主体编号: "O1", 金额: "80" }), "recorded"],
  [row("扣回", { 主体编号: "O1", 金额: "80.01" }), "AdvanceExceeded"],
  [row("扣回", { 主体编号: "O1", 金额: "30" }), "recorded"],
  [row("成本", { 金额: "12.5" }), "recorded"],
  [paidOut, "recorded"],
  [row("退本", { 主体编号: "O1", 合同编号: "K5", 金额: "0.01" }), "PrincipalExceeded"],
  [row("培训补助", { 金额: "60", 业务编号: "T1" }), "recorded"],
  [{ ...rows.reversal("T2", "T1"), 业务日期: "2025-07-01" }, "recorded"],
];

const columns = [...new Set(file.flatMap(([cells]) => Object.keys(cells)))];

async function imported(t: Test, { handler }: Pick<TestLedger, "handler">, cells: CountyRow[]) {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-kinds-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, "movements.csv");
  await writeFile(path, toCsv(cells, columns));
  const options = { actor: "test", rejected: null };
  const { recorded, alreadyRecorded, refused } = await importFile(
    handler,
    "movements",
    path,
    options,
  );
  return { recorded, alreadyRecorded, refused: refused.map(({ row: n, code }) => `${n} ${code}`) };
}

void test("a file of movements", async (t) => {
  const ledger = await county(t);
  const cells = file.map(([one]) => one);
  const refused = file.flatMap(([, code], i) => (code === "recorded" ? [] : [`${i + 2} ${code}`]));
  const recorded = file.length - refused.length;
  const first = await imported(t, ledger, cells);
  t.strictSame(first, { recorded, alreadyRecorded: 0, refused }, "rows see those before them");
  const again = await imported(t, { handler: ledger.another() }, cells);
  // What was refused for what came later in the file, or was not there yet, is judged anew.
  t.equal(again.recorded + again.alreadyRecorded + again.refused.length, file.length);
  t.equal(again.alreadyRecorded, recorded, "nothing is recorded twice");
  t.equal(again.recorded, 0);

  const knownAt = await ledger.caughtUp();
  const of = await statement(ledger, "H1", knownAt, { from: "2025-01-01", to: "2025-12-31" });
  const income = {
    legs: {
      fixed: "3.29",
      order: "40.00",
      plot: "750.00",
      policy: "33.33",
      rebate: "20.00",
      relief: "40.00",
    },
    total: "886.62",
    costs: { cost: "12.50" },
    notCounted: { advance: "50.00", capital: "10000.00", medical: "500.00" },
  };
  t.match(of, income);
  t.notOk("training" in (of.notCounted ?? {}), "what was taken back is left out");
  const [all, groups] = [[], await statementsBy(ledger, "village", knownAt, {})] as [
    object[],
    object[],
  ];
  for await (const one of statements(ledger, knownAt, {})) all.push(one);
  t.match(all, [
    { household: "H1", ...income },
    { household: "H2", total: "0.00" },
  ]);
  t.notOk("costs" in (all[1] ?? {}) || "notCounted" in (all[1] ?? {}), "nothing is left out");
  t.match(groups, [{ households: 2, ...income }]);
  const years = await incomeByYear(ledger, "H1", knownAt);
  t.strictSame(years, { 2025: income.legs }, "pages show income alone");

  let journal = "";
  const postings = journalPostings(ledger, knownAt);
  const source = { registers: [], amendments: [], remarks: [], postings };
  for await (const chunk of journalText(source)) journal += chunk;
  for (const line of [
    "household:H1:plot  CNY -200.00",
    "organisation:O1:paid:plot  CNY 200.00",
    "household:H1:policy  CNY 33.33",
    "outside:policy  CNY -33.33",
    "household:H1:cost  CNY -12.50",
    "outside:cost  CNY 12.50",
    "household:H1:capital  CNY 10000.00",
    "household:H1:training  CNY -60.00",
  ]) {
    t.ok(journal.includes(`    ${line}\n`), line);
  }
  const { ok, differences } = await ledger.verify();
  t.ok(ok, differences.join("; "));
});

void test("two who give back at once", async (t) => {
  const ledger = await county(t);
  await send(ledger.handler, "movements", [rows.purchase("S1")]);
  const [one, other] = [ledger.handler, ledger.another()];
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      send(i % 2 === 0 ? one : other, "movements", [rebate("2")]),
    ),
  );
  const recorded = outcomes.flat().filter((outcome) => outcome === "recorded").length;
  t.equal(recorded, 5, "no more than was sold");
  const { ok, differences } = await ledger.verify();
  t.ok(ok, differences.join("; "));
});

/** Appends that take so long that the next batch is decided before they have begun. */
const slow = (log: EventLog): EventLog => ({
  ...log,
  append: async (request) => {
    await sleep(150);
    return log.append(request);
  },
});

void test("purchases on their way when somebody else gives back", async (t) => {
  const ledger = await county(t, slow);
  // Batches follow each other without waiting: what a rebate asks for is not recorded yet.
  const outcomes = await Promise.all([
    send(ledger.handler, "movements", [rows.purchase("P1")]),
    send(ledger.handler, "movements", [rebate("10")]),
    send(ledger.handler, "movements", [{ ...rows.reversal("P2", "P1"), 业务日期: "2025-08-01" }]),
    send(ledger.handler, "movements", [rebate("1")]),
    send(ledger.handler, "movements", [rows.purchase("P3"), rows.purchase("P4")]),
    send(ledger.handler, "movements", [rebate("10"), rebate("1")]),
  ]);
  t.strictSame(outcomes.flat(), [
    ...["recorded", "recorded", "recorded", "QuantityExceeded", "recorded", "recorded"],
    ...["recorded", "QuantityExceeded"],
  ]);
  await send(ledger.handler, "movements", [rows.purchase("P5")]);
  const taken = await Promise.all([
    send(ledger.handler, "movements", [{ ...rows.reversal("P6", "P5"), 业务日期: "2025-08-01" }]),
    send(ledger.handler, "movements", [rebate("10")]),
  ]);
  t.strictSame(taken.flat(), ["recorded", "QuantityExceeded"], "what is being taken back");
});
