// Rows that examples of models and mechanisms share: contracts and movements between H1 and O1,
// over the county of `programme-rows.ts`.
import type { CountyRow } from "./county.ts";
import type { Step } from "./given.ts";
import { dividend, shareIssue } from "./rows.ts";
import { contract, moved as movedOfHousehold, waged } from "./short-rows.ts";

/** A contract with O1 that is in force in 2025. */
export const signed = (id: string, type: string, terms: CountyRow = {}): Step =>
  contract(id, type, { 终止日期: "2025-12-31", ...terms });

/** A movement between H1 and O1. */
export const moved = (id: string, type: string, terms: CountyRow = {}): Step =>
  movedOfHousehold(id, type, { 主体编号: "O1", ...terms });

/** A day's wage of H1 under C2. */
export const worked = (id: string, terms: CountyRow = {}): Step => waged(id, "H1", terms);

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
