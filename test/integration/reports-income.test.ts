// What households earned as classifications have it, in a county that was added up by hand:
// movements of all legs, what takes them back, disbursements, claims and lines of plans.
import { type Test, test } from "tap";
import type { CountyRow } from "../support/county.ts";
import { claimStep, financeRow, flow, insurer, opens, payment } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import type { TestLedger } from "../support/ledger.ts";
import { paidCounty } from "../support/paid-county.ts";
import { county, projectStep, row } from "../support/programme-rows.ts";
import { reportedLedger } from "../support/reported-county.ts";
import { ask, report, sums } from "../support/reporting.ts";
import { person, purchase, purchaseContract, reversal, wage } from "../support/rows.ts";

const contract = (id: string, type: string, terms: CountyRow): Step => [
  "contracts",
  { 合同编号: id, 合同类型: type, 主体编号: "O1", 起始日期: "2025-01-01", ...terms },
];

const moved = (id: string, type: string, date: string, terms: CountyRow): Step => [
  "movements",
  { 业务编号: id, 业务类型: type, 业务日期: date, 户编号: "H1", ...terms },
];

const bought = (id: string, terms: CountyRow = {}): Step => [
  "movements",
  { ...purchase(id), ...terms },
];

const back = (id: string, original: string, date: string): Step => [
  "movements",
  { ...reversal(id, original), 业务日期: date },
];

const underPlot = { 主体编号: "O1", 合同编号: "K4" };

const earned: readonly Step[] = [
  ...county,
  ["roster", person(7, "H2")],
  insurer,
  ["contracts", purchaseContract()],
  contract("K1", "盈余返还", { 返还比例: "0.1" }),
  contract("K4", "反租倒包", { 户编号: "H1", 数量: "2", 单价: "200" }),
  contract("K6", "托管", { 户编号: "H2", 标的: "牛", 数量: "1", 单价: "50" }),

  bought("S1", { 经营类别: "种植" }),
  bought("S2", { 数量: "3.333", 单价: "2.5", 金额: "8.33" }),
  bought("S3", { 业务日期: "2025-03-02" }),
  back("S4", "S3", "2025-07-01"),
  ["movements", wage("W1")],
  moved("N1", "承包费", "2025-05-01", { ...underPlot, 数量: "1", 单价: "200", 金额: "200" }),
  moved("N2", "地块收入", "2025-05-02", { ...underPlot, 金额: "950" }),
  row("activities", { 活动类型: "技能培训", 户编号: "H1", 人编号: "P1", 业务日期: "2025-06-01" }),
  moved("N3", "地块收入", "2025-06-01", { ...underPlot, 金额: "300", 经营类别: "养殖" }),
  back("N4", "N2", "2025-08-01"),
  moved("F1", "返利", "2025-06-02", {
    ...{ 主体编号: "O1", 合同编号: "K1", 所属期: "2025", 数量: "5", 单价: "1", 金额: "5" },
    经营类别: "林业",
  }),
  moved("B1", "政策补助", "2025-06-03", { 补助项目: "农业补贴", 金额: "33.33" }),
  moved("B2", "救助", "2025-06-04", { 依据: "困难", 金额: "40" }),
  moved("B3", "医疗救助", "2025-06-05", { 金额: "500" }),
  moved("D1", "垫付", "2025-06-06", { 主体编号: "O1", 金额: "80" }),
  moved("D2", "扣回", "2025-06-07", { 主体编号: "O1", 金额: "30" }),
  moved("E1", "成本", "2025-06-08", { 金额: "12.5", 经营类别: "养殖" }),
  moved("E2", "成本", "2025-06-09", { 金额: "2" }),
  back("E3", "E2", "2025-06-10"),
  moved("T1", "托管收益", "2025-06-11", {
    ...{ 户编号: "H2", 主体编号: "O1", 合同编号: "K6", 数量: "1", 单价: "50", 金额: "50" },
  }),

  row("funds"),
  row("projects"),
  projectStep("入库", "2025-01-12"),
  projectStep("批准", "2025-01-20"),
  row("allocations"),
  row("disbursements", { 拨付编号: "D2", 户编号: "H1", 收入类别: "补贴", 金额: "120" }),
  row("disbursements", { 拨付编号: "D3", 户编号: "H1", 收入类别: "住房补助", 金额: "60" }),
  row("refunds", { 拨付编号: "D2", 金额: "20.01", 业务日期: "2025-09-01" }),
  row("corrections", { 原表: "disbursements", 原编号: "D3", 业务日期: "2025-10-01" }),
  financeRow("policies"),
  claimStep("报案"),
  claimStep("定损"),
  claimStep("赔付", { 步骤编号: "P1", 金额: "300" }),
  opens("县级风险保障金"),
  flow("赔付", { ...payment, 金额: "40.05" }),
];

void test("income by its types", async (t) => {
  const ledger = await reportedLedger(t, earned);
  await t.test("of a year", (tt) => ofYear(tt, ledger));
  await t.test("of a part of it", (tt) => ofPart(tt, ledger));
  await t.test("every figure is the sum of its facts", (tt) => sums(tt, ledger));
  t.ok((await ledger.verify()).ok);
});

const none = {
  ...{ s3: {}, nbs: {}, register: {}, net: "0.00", persons: 1, perHead: "0.00", first: "0.00" },
  ...{ atFloor: "0.00", second: "0.00", initial: "0.00", sustainable: "0.00", notCounted: {} },
};

async function ofYear(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "income-types", { year: "2025" });
  t.strictSame(rows, [
    {
      row: "H1",
      s3: {
        其他: "340.05",
        工资性: "100.00",
        政策性: "173.32",
        生产性: "100.00",
        经营性: "33.33",
      },
      nbs: { 工资性收入: "100.00", 经营净收入: "120.83", 转移净收入: "513.37" },
      register: {
        不计入02: "500.00",
        工资性: "100.00",
        生产经营性01其他: "8.33",
        生产经营性01养殖: "300.00",
        生产经营性01林业: "5.00",
        生产经营性01种植: "20.00",
        生产经营性02养殖: "12.50",
        生产经营性02其他: "200.00",
        转移性07: "33.33",
        转移性10: "480.04",
      },
      ...{ net: "734.20", persons: 1, perHead: "734.20", first: "28.33", atFloor: "26.67" },
      ...{ second: "5.00", initial: "100.00", sustainable: "300.00" },
      notCounted: { advance: "50.00", medical: "500.00" },
    },
    {
      ...{ row: "H2", ...none, s3: { 资产性: "50.00" }, nbs: { 财产净收入: "50.00" } },
      ...{ register: { 财产性02: "50.00" }, net: "50.00", persons: 2, perHead: "25.00" },
      first: "50.00",
    },
    ...["H3", "H4", "H5", "H6"].map((household) => ({ row: household, ...none })),
  ]);
  t.match(total, { rows: 6, net: "784.20", persons: 7, perHead: "112.03", first: "78.33" });
  const villages = await report(ledger, "income-types", { year: "2025", by: "village" });
  t.match(villages.rows, [{ row: "华宁县/青龙镇/落梅村民委员会", ...total, rows: undefined }]);
  const explained = await ask(ledger, "income-types", { year: "2025", explain: "H1" });
  const facts = (figure: string) => {
    const { figures } = explained as unknown as {
      figures: Readonly<Record<string, { facts: readonly { fact: string; value: string }[] }>>;
    };
    return figures[figure]?.facts.map(({ fact, value }) => `${fact} ${value}`);
  };
  t.strictSame(facts("s3.政策性"), [
    ...["movements/B1 33.33", "movements/B2 40.00"],
    ...["disbursements/D2 120.00", "refunds/T1 -20.01"],
  ]);
  t.strictSame(facts("s3.其他"), ["claims/P1 300.00", "risk-fund/赔付 40.05"]);
  t.strictSame(facts("register.不计入03"), ["disbursements/D3 60.00", "corrections/G1 -60.00"]);
  t.strictSame(facts("register.生产经营性02其他"), [
    ...["movements/N1 200.00", "movements/E2 2.00", "movements/E3 -2.00"],
  ]);
  t.strictSame(facts("atFloor"), [
    ...["movements/S1 20.00", "movements/S2 6.67", "movements/S3 20.00", "movements/S4 -20.00"],
  ]);
  t.strictSame(facts("sustainable"), ["movements/N3 300.00"], "N4 takes back what came before");
  t.strictSame(facts("perHead.over"), ["roster/P1 1"]);
}

async function ofPart(t: Test, ledger: TestLedger): Promise<void> {
  const { rows } = await report(ledger, "income-types", { from: "2025-07-01", to: "2025-12-31" });
  t.match(rows[0], {
    ...{ row: "H1", s3: { 政策性: "-20.01", 生产性: "-950.00", 经营性: "-20.00" } },
    ...{ net: "-990.01", perHead: "-990.01", atFloor: "-20.00", sustainable: "0.00" },
  });
  const before = await report(ledger, "income-types", { from: "2024-01-01", to: "2024-12-31" });
  t.match(before.total, { rows: 6, net: "0.00", persons: 7 });
}

void test("what a plan pays out of an asset is income of it", async (t) => {
  const { testing, lines, books } = await paidCounty(t, 2, "30", {
    before: [row("assets", { 经营权: "村集体" })],
    terms: { 收入类别: "补贴" },
    earned: { 资产编号: "ZC1" },
  });
  await books({ lines: lines.slice(0, 1) });
  const { rows } = await report(testing, "income-types", { year: "2025" });
  t.match(rows[0], {
    ...{ row: "H1", s3: { 资产性: "10.00" }, nbs: { 转移净收入: "10.00" } },
    ...{ register: { 转移性10: "10.00" }, net: "10.00" },
  });
  t.match(rows[1], { row: "H2", net: "0.00" }, "what is not credited is not received");
  await sums(t, testing);
});
