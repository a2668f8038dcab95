// Contracts of O1, what is paid under them and plans over its income, each said in a few words.
// They are rows of the county of `programme-rows.ts`.
import type { CountyRow } from "./county.ts";
import type { Step } from "./given.ts";
import { basis, income, plan, step } from "./plan-rows.ts";
import { projectStep, row } from "./programme-rows.ts";
import { purchase, wage } from "./rows.ts";

/** A contract of O1 that is open at its end. */
export function contract(id: string, type: string, terms: CountyRow = {}): Step {
  const of = { 合同编号: id, 合同类型: type, 主体编号: "O1", 起始日期: "2025-01-01" };
  return ["contracts", { ...of, ...terms }];
}

/** A movement of H1 on the first of June. */
export function moved(id: string, type: string, terms: CountyRow = {}): Step {
  const of = { 业务编号: id, 业务类型: type, 业务日期: "2025-06-01", 户编号: "H1" };
  return ["movements", { ...of, ...terms }];
}

/** Ten kilograms that O1 buys of H1 at 2 yuan, under C3. */
export function bought(id: string, terms: CountyRow = {}): Step {
  return ["movements", { ...purchase(id), ...terms }];
}

/** A day's wage of 100 yuan that O1 pays a household under C2. */
export function waged(id: string, household: string, terms: CountyRow = {}): Step {
  return ["movements", { ...wage(id, household), ...terms }];
}

/** A village's collective. */
export const collective: Step = [
  "organisations",
  { 主体编号: "O7", 名称: "落梅村集体", 类型: "村集体经济组织", 行政区划: "539999" },
];

/** An income of O1 of 100 yuan, SY1. */
export const earned = (terms: CountyRow = {}): Step => ["income", income(terms)];

/** A plan to divide all of SY1 over basis rows, JH1. */
export const planned = (terms: CountyRow = {}): Step => ["plans", plan(terms)];

/** A basis row of JH1, for a household. */
export function counted(id: string, household: string, amount: string, terms = {}): Step {
  return ["basis", basis(id, { 户编号: household, 基数: amount, ...terms })];
}

/** A step of a plan, JH1 where none is named; 公示 and 批准 name the hash of its first list. */
export function planStep(kind: string, terms: CountyRow = {}): Step {
  const { 计划编号: plan = "JH1" } = terms;
  const hash = ["公示", "批准"].includes(kind) ? { 清单哈希: `{hash:${plan}:1}` } : {};
  const row = step(kind, { ...hash, ...terms, 计划编号: plan });
  return ["steps", { ...row, 步骤编号: `${plan} ${row["步骤编号"] ?? ""}` }];
}

/** Several steps of a plan, each on its own day. */
export function planSteps(kinds: string, of = "JH1"): readonly Step[] {
  return kinds.split(" ").map((kind) => planStep(kind, { 计划编号: of }));
}

/** What a county decides after 定案, up to 批准. */
export const countySteps = "定案 决议 公示 公示结束 批准";

/** Who holds the titles of a project. */
export const titled: CountyRow = {
  ...{ 产权: "村集体", 股权: "农户", 债权: "无", 经营责任主体: "O2" },
};

/** A step of another project than X1. */
export function stepOf(project: string, kind: string, date: string, terms: CountyRow = {}): Step {
  return projectStep(kind, date, { 项目编号: project, ...terms }, `${project} ${kind} ${date}`);
}

/** Steps of a project, all on one day. */
export function stepsOf(project: string, kinds: string, date: string): readonly Step[] {
  return kinds.split(" ").map((kind) => stepOf(project, kind, date));
}

/** Another approved project than X1, without a sum that is planned. */
export const another = (project: string, terms: CountyRow = {}): readonly Step[] => [
  row("projects", { 项目编号: project, ...terms }),
  ...stepsOf(project, "入库 批准", "2025-01-20"),
];

/** A duty of O2 in 2025, so that what it gets needs no remark. */
export const dutyOfO2 = row("duties", { 责任编号: "Z2", 主体编号: "O2", 目标值: "1" });

/** What O2 gets of an allocation. */
export function toO2(id: string, amount: string, terms: CountyRow = {}): Step {
  return row("disbursements", { 拨付编号: id, 主体编号: "O2", 金额: amount, ...terms });
}
