// The same row again is recorded already, of every kind; other content under its number is refused.
import { test } from "tap";
import type { CountyRow } from "../../support/county.ts";
import type { Step } from "../../support/given.ts";
import { countyAfter } from "../../support/programme-judged.ts";
import {
  assetStep,
  caseStep,
  hash,
  paid,
  postContract,
  projectStep,
  row,
} from "../../support/programme-rows.ts";

/** Rows of every kind, each resting on those before it. */
const rows: readonly Step[] = [
  ...paid,
  row("models", { 名称: "新模式" }),
  row("reimbursements", { 材料: `${hash} ${hash}`, 部门: "财政局" }),
  row("refunds", { 拨付编号: "D1" }),
  projectStep("申请", "2025-01-13", { 项目编号: "X2" }, "X2 申请"),
  projectStep("遴选", "2025-01-14", { 项目编号: "X2", 未选主体: "O1 、O4" }, "X2 遴选"),
  row("assets", { 收益权: "H1", 项目编号: "X1" }),
  assetStep("移交", "2025-02-21", { 承受人: "不判" }),
  assetStep("权利变更", "2025-02-22"),
  row("cases", { 行政区划: "539999", 项目编号: "X1" }),
  caseStep("受理", "2025-02-21"),
  caseStep("发现问题", "2025-02-22"),
  caseStep("追缴", "2025-02-23", { 对象: "H2", 责任人: "不判" }),
  row("sanctions", { 主体编号: "O2", 案件编号: "J1", 业务日期: "2025-02-20" }),
  row("liquidation", { 顺位: "其他", 债权人: "王 某", 凭证号: "PZ8" }),
  row("bindings", { 出资: "两头猪" }),
  row("posts"),
  row("conditions", { 产业: "种植业、养殖业", 低保: "否" }),
  row("officers", { 证件号码: "539999199001010011" }),
  row("duties"),
  row("activities", { 活动类型: "技术指导", 户编号: "H1", 结果: "会了" }),
  row("entity-years"),
  row("rounds", { 变化户数: "0" }),
  row("ends"),
  row("corrections", { 原表: "reimbursements", 原编号: "B1" }),
];
const second: readonly Step[] = [
  ["contracts", postContract],
  row("projects", { 项目编号: "X2" }),
  projectStep("入库", "2025-01-12", { 项目编号: "X2" }, "X2 入库"),
  projectStep("申请", "2025-01-12", { 项目编号: "X2", 主体编号: "O4" }, "X2 申请 O4"),
];

test("a row that is given again", (t) => {
  const history = countyAfter([...second, ...rows]);
  const kinds = new Set<string>();
  for (const [kind, cells] of rows) {
    kinds.add(kind);
    const other: CountyRow = { ...cells, 备注: "另" };
    t.equal(history.outcome(kind, cells), "alreadyRecorded", kind);
    t.equal(history.outcome(kind, other), "ReferenceConflict", `${kind}: other content`);
  }
  t.equal(kinds.size, 24, "of every kind");
  const named = row("officers", { 姓名: "李四", 证件号码: "539999199001010011" });
  t.equal(history.outcome(...named), "ReferenceConflict", "a name in the vault is content, too");
  t.end();
});
