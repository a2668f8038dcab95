// What was promised and is not paid, in a county that was added up by hand: instalments by the
// terms of their days, a share of profit, and lines of a plan.
import { test } from "tap";
import type { Step } from "../support/given.ts";
import { paidCounty } from "../support/paid-county.ts";
import { report, sums } from "../support/reporting.ts";

const promised: readonly Step[] = [
  [
    "contracts",
    {
      ...{ 合同编号: "L1", 合同类型: "土地流转", 主体编号: "O1", 户编号: "H1", 数量: "1" },
      ...{ 单价: "100", 起始日期: "2025-01-01", 终止日期: "2025-05-15" },
      ...{ 付款周期: "1", 首付日期: "2025-01-31", 每期金额: "100" },
    },
  ],
  [
    "amendments",
    {
      ...{ 变更编号: "BG1", 合同编号: "L1", 变更类型: "补充协议", 生效日期: "2025-04-01" },
      每期金额: "120",
    },
  ],
  [
    "contracts",
    {
      ...{ 合同编号: "K4", 合同类型: "反租倒包", 主体编号: "O1", 户编号: "H1", 数量: "2" },
      ...{ 单价: "200", 起始日期: "2025-01-01" },
      ...{ 付款周期: "12", 首付日期: "2025-03-01", 每期金额: "200" },
    },
  ],
  [
    "contracts",
    {
      ...{ 合同编号: "K1", 合同类型: "盈余返还", 主体编号: "O1", 起始日期: "2025-01-01" },
      返还比例: "0.1",
    },
  ],
  [
    "movements",
    {
      ...{ 业务编号: "W1", 业务类型: "租金", 业务日期: "2025-02-10", 户编号: "H1", 主体编号: "O1" },
      ...{ 合同编号: "L1", 数量: "1.5", 单价: "100", 金额: "150" },
    },
  ],
  [
    "movements",
    {
      ...{ 业务编号: "W2", 业务类型: "承包费", 业务日期: "2025-03-01", 户编号: "H1" },
      ...{ 主体编号: "O1", 合同编号: "K4", 数量: "0.25", 单价: "200", 金额: "50" },
    },
  ],
  [
    "movements",
    {
      ...{ 业务编号: "W3", 业务类型: "地块收入", 业务日期: "2025-03-02", 户编号: "H1" },
      ...{ 主体编号: "O1", 合同编号: "K4", 金额: "950" },
    },
  ],
];

void test("arrears", async (t) => {
  const { testing, lines, books } = await paidCounty(t, 2, "6", {
    before: promised,
    earned: { 合同编号: "K1", 可分配金额: "100" },
  });
  await books({ lines: lines.slice(0, 1) });
  const on = "2025-06-30";
  const none = { "0-30": "0.00", "31-60": "0.00", "61-90": "0.00", "90+": "0.00" };
  const { rows, total } = await report(testing, "arrears", { on });
  t.strictSame(rows, [
    {
      ...{ row: "contracts/K4", operator: "O1", due: "200.00", received: "50.00" },
      ...{ outstanding: "150.00", ages: { ...none, "90+": "150.00" }, oldest: 121 },
    },
    {
      ...{ row: "contracts/L1", operator: "O1", due: "420.00", received: "150.00" },
      outstanding: "270.00",
      ages: { ...none, "61-90": "120.00", "90+": "150.00" },
      oldest: 122,
    },
    {
      ...{ row: "income/SY-JH1", operator: "O1", due: "10.00", received: "6.00" },
      ...{ outstanding: "4.00", ages: { ...none, "90+": "4.00" }, oldest: 171 },
    },
    {
      ...{ row: "plans/JH1", operator: "O1", due: "6.00", received: "2.00" },
      ...{ outstanding: "4.00", ages: { ...none, "90+": "4.00" }, oldest: 135 },
    },
  ]);
  const all = { due: "636.00", received: "208.00", outstanding: "428.00" };
  const ages = { ...none, "61-90": "120.00", "90+": "308.00" };
  t.strictSame(total, { rows: 4, ...all, ages });
  const byOperator = await report(testing, "arrears", { on, by: "operator" });
  t.strictSame(byOperator.rows, [{ row: "O1", operator: "O1", ...all, ages, oldest: 171 }]);
  const entity = await report(testing, "entity", { id: "O1", on });
  t.match(entity.rows, [{ arrears: "428.00" }]);

  const early = await report(testing, "arrears", { on: "2025-02-28" });
  t.match(early.rows, [
    { row: "contracts/L1", due: "200.00", outstanding: "50.00", ages: { "0-30": "50.00" } },
    { row: "income/SY-JH1", outstanding: "4.00" },
    { row: "plans/JH1", received: "0.00", outstanding: "6.00" },
  ]);
  const before = await report(testing, "arrears", { on: "2025-01-30" });
  t.match(before.rows, [{ row: "income/SY-JH1", outstanding: "10.00", oldest: 20 }]);
  await sums(t, testing, { entity: "O1" });
  t.ok((await testing.verify()).ok);
});
