// A county small enough to add up by hand, with something to say in every report: three villages,
// six households, a cooperative that is bound to an enterprise, funds and projects.
import { send, testLedger } from "./ledger.ts";
import type { TestLedger } from "./ledger.ts";
import type { Test } from "tap";
import type { Step } from "./given.ts";
import { bound, entity, h, held, household, round, stated } from "./huaning-rows.ts";
import { projectStep, row } from "./programme-rows.ts";
import { labourContract, wage } from "./rows.ts";

/** The rows in the order of recording. */
export const reported: readonly Step[] = [
  household("A1", "脱贫户"),
  household("A2", "", { 监测对象类型: "边缘易致贫户" }),
  household("A3", "一般户", { 自然村: "二组" }),
  household("B1", "脱贫户"),
  household("B2", "低收入户"),
  household("C1", "脱贫户"),
  // Another member says nothing of the status: that of the 户主 counts.
  household("C1", "", { 人编号: `${h("C1")}02`, 与户主关系: "之子" }),
  entity("O1", "农民专业合作社", "530424101201"),
  entity("O2", "龙头企业", "530424"),
  entity("O3", "村集体经济组织", "530424101201"),
  ["packs", { 政策包: "huaning-2021", 经办人: "甲" }],

  row("funds", { 资金来源: "涉农整合" }),
  row("funds", { 资金编号: "F2", 金额: "500", 业务日期: "2025-01-06" }),
  row("projects", {
    行政区划: "530424101201",
    牵头部门: "农业农村局",
    计划金额: "900",
    目标户数: "4",
    目标增收: "600",
  }),
  row("projects", { 项目编号: "X2", 行政区划: "530424102201", 产业: "非产业", 模式编号: "M2" }),
  projectStep("入库", "2025-01-12"),
  projectStep("批准", "2025-01-20"),
  projectStep("入库", "2025-01-12", { 项目编号: "X2" }, "X2 入库"),
  projectStep("批准", "2025-01-20", { 项目编号: "X2" }, "X2 批准"),
  row("allocations", { 金额: "600" }),
  row("allocations", { 安排编号: "A2", 项目编号: "X2", 金额: "100" }),
  row("disbursements", { 主体编号: "O1" }),
  row("disbursements", {
    ...{ 拨付编号: "D2", 户编号: h("A1"), 收入类别: "补贴", 金额: "50", 业务日期: "2025-03-02" },
  }),
  row("reimbursements"),
  row("reimbursements", { 报账编号: "B2", 金额: "20", 业务日期: "2025-04-02" }),
  row("refunds", { 安排编号: "A1" }),
  row("corrections", { 原表: "reimbursements", 原编号: "B2", 业务日期: "2025-05-02" }),

  bound("L1", "A1", "O1", { 产业: "种植业", 成员: "是" }),
  row("bindings", {
    ...{ 绑定编号: "L2", 层级: "合作社", 户编号: "", 对方主体编号: "O1", 主体编号: "O2" },
    ...{ 业务日期: "2025-01-16" },
  }),
  bound("L3", "A2", "O2", { 紧密程度: "分红" }),
  bound("L4", "B1", "O1", { 紧密程度: "股权", 帮扶方式: "", 业务日期: "2025-02-01" }),
  row("ends", { 原编号: "L4" }),
  stated("K1", "A1", "2025-01-20", { 产业: "养殖业" }),
  stated("K2", "B1", "2025-02-01", { 发展意愿: "无" }),
  stated("K3", "B2", "2024-01-01"),
  stated("K4", "A2", "2025-10-12"),

  row("officers", { 职务: "致富带头人", 行政区划: "530424101201" }),
  row("officers", { 任职编号: "R2", 职务: "信息员", 姓名: "李四", 行政区划: "530424101201" }),
  row("officers", { 任职编号: "R3", 职务: "技术员", 姓名: "王五", 行政区划: "530424101201" }),
  held("V1", "技术结对", "2025-02-05", { 行政区划: "530424101201", 任职编号: "R3" }),
  held("V2", "技术指导", "2025-03-05", { 户编号: h("A2") }),
  held("V3", "技能培训", "2025-03-06", { 户编号: h("A2"), 人编号: `${h("A2")}01` }),
  held("V4", "就业", "2025-07-01", { 户编号: h("A2"), 人编号: `${h("A2")}01` }),
  row("entity-years", { 主体编号: "O3", 营业收入: "1234.56" }),
  round("Q1", "采集", "2025-10-10", "甲"),
  round("Q2", "上报", "2025-10-11", "甲"),
  round("Q3", "录入", "2025-10-12", "乙"),
  round("Q4", "审核", "2025-10-13", "丙"),
  round("Q5", "反馈", "2025-10-14", "丙"),
  ["contracts", labourContract("C2", "O1")],
  ["movements", wage("YW-1", h("A1"))],
  ["movements", wage("YW-2", h("A3"))],
  projectStep("开工", "2025-05-10"),
  projectStep("完工", "2025-06-10"),
  projectStep("验收", "2025-06-11", { 意见: "不合格" }),
  projectStep("验收", "2025-06-12"),
  projectStep("绩效", "2025-07-01", { 户数: "3", 增收: "500.5" }),
  row("duties"),
  row("duties", { 责任编号: "Z2", 责任类型: "工资金额", 目标值: "200" }),
  row("sanctions", { 主体编号: "O2" }),
  row("entity-years", { 年报编号: "E2", 从业人数: "4" }),
  held("V5", "技能培训", "2025-05-01", { 主体编号: "O1", 人数: "3" }),
  held("V6", "负责人培训", "2025-05-02", { 主体编号: "O1" }),
  held("V7", "跟踪走访", "2025-06-01", { 主体编号: "O1" }),
  row("projects", { 项目编号: "X3", 主体编号: "O1", 计划金额: "100" }),
  row("ends", { 终止编号: "W2", 业务日期: "2025-08-31" }),
  bound("L5", "A1", "O1", {
    ...{ 紧密程度: "分红", 产业: "烟", 成员: "是", 业务日期: "2025-09-01" },
  }),
  round("Q6", "完成", "2025-11-01", "丙", { 变化户数: "1" }),
];

/** A ledger with the county in it. */
export async function reportedLedger(t: Test, steps = reported): Promise<TestLedger> {
  const ledger = await testLedger(t);
  await recordAll(t, ledger, steps);
  await ledger.caughtUp();
  return ledger;
}

/** Gives rows one by one; each is recorded. */
export async function recordAll(
  t: Test,
  { handler }: TestLedger,
  steps: readonly Step[],
): Promise<void> {
  for (const [kind, cells] of steps) {
    const [outcome] = await send(handler, kind, [cells]);
    t.equal(outcome, "recorded", `${kind}: ${JSON.stringify(cells).slice(0, 120)}`);
  }
}
