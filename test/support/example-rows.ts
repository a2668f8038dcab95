// Rows that examples of requirements share: contracts, movements and steps of plans, over the
// county of `programme-rows.ts`.
import type { CountyRow } from "./county.ts";
import type { Step } from "./given.ts";
import { step } from "./plan-rows.ts";
import { dividend, purchase, shareIssue, wage } from "./rows.ts";

/** An organisation of a 类型. */
export const founded = (id: string, kind: string, division = "539999"): Step => [
  "organisations",
  { 主体编号: id, 名称: id, 类型: kind, 行政区划: division },
];

/** A contract with O1 that is in force in 2025. */
export const signed = (id: string, type: string, terms: CountyRow = {}): Step => [
  "contracts",
  {
    ...{ 合同编号: id, 合同类型: type, 主体编号: "O1" },
    ...{ 起始日期: "2025-01-01", 终止日期: "2025-12-31", ...terms },
  },
];

/** A movement between H1 and O1. */
export const moved = (id: string, type: string, terms: CountyRow = {}): Step => [
  "movements",
  {
    ...{ 业务编号: id, 业务类型: type, 业务日期: "2025-06-01", 户编号: "H1", 主体编号: "O1" },
    ...terms,
  },
];

/** Ten kilograms of H1, bought under C3 at 2 yuan. */
export const bought = (id: string, terms: CountyRow = {}): Step => [
  "movements",
  { ...purchase(id), ...terms },
];

/** A day's wage of H1 under C2. */
export const worked = (id: string, terms: CountyRow = {}): Step => [
  "movements",
  { ...wage(id), ...terms },
];

/** A hundred yuan of H1 that become shares of R1 under C1. */
export const invested = (id: string, terms: CountyRow = {}): Step => [
  "movements",
  { ...shareIssue(id), ...terms },
];

/** A pool that is shared over R1. */
export const dividedOver = (id: string, pool: string, terms: CountyRow = {}): Step => [
  "movements",
  { ...dividend(id, pool), ...terms },
];

/** A rebate on produce of 2025, under K1. */
export const rebate = (id: string, quantity: string, price: string, amount: string): Step =>
  moved(id, "返利", {
    ...{ 合同编号: "K1", 所属期: "2025", 数量: quantity, 单价: price, 金额: amount },
  });

/** Income from custody under K2. */
export const custody = (id: string, terms: CountyRow): Step =>
  moved(id, "托管收益", { 合同编号: "K2", ...terms });

/** A fixed return under K5, of 2025 where no days are given. */
export const interest = (amount: string, terms: CountyRow = {}): Step =>
  moved("G1", "固定收益", {
    ...{ 合同编号: "K5", 起始日期: "2025-01-01", 终止日期: "2025-12-31", 金额: amount },
    ...terms,
  });

/** A step of a plan, with the hash of the first version of its list. */
export function planStep(name: string, terms: CountyRow = {}): Step {
  const { 计划编号: plan = "JH1" } = terms;
  const hash = ["公示", "批准"].includes(name) ? { 清单哈希: `{hash:${plan}:1}` } : {};
  const row = step(name, { ...hash, ...terms, 计划编号: plan });
  return ["steps", { ...row, 步骤编号: `${plan} ${row["步骤编号"] ?? ""}` }];
}
