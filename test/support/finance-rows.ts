// Rows of loans, insurance, funds against risk and herds, over the county of `programme-rows.ts`.
import type { CountyRow } from "./county.ts";
import type { Step } from "./given.ts";
import { hash, row } from "./programme-rows.ts";

/** The least that a row of each kind says; a term that is empty takes one away. */
const least = {
  loans: {
    贷款编号: "K1",
    贷款种类: "小额信贷",
    户编号: "H1",
    银行编号: "O3",
    金额: "30000",
    期限月: "36",
    年利率: "0.0435",
    基准利率: "0.0435",
    担保方式: "信用",
    用途: "养牛",
    收款方: "H1",
    业务日期: "2025-02-01",
  },
  "loan-steps": { 步骤编号: "P1", 贷款编号: "K1", 经办人: "甲", 业务日期: "2025-03-01" },
  subsidies: {
    贴补编号: "U1",
    类型: "贴息",
    贷款编号: "K1",
    金额: "326.25",
    起始日期: "2025-02-01",
    终止日期: "2025-05-01",
    业务日期: "2025-05-10",
  },
  guarantees: {
    担保编号: "J1",
    贷款编号: "K2",
    担保类型: "三户联保",
    担保人: "H1、H2、H3",
    业务日期: "2025-02-01",
  },
  policies: {
    保单编号: "I1",
    险种: "农业保险",
    保险人: "O6",
    投保人: "H1",
    保额: "1000",
    保费: "100",
    起始日期: "2025-02-01",
    终止日期: "2026-01-31",
    业务日期: "2025-02-01",
  },
  claims: { 步骤编号: "C1", 赔案编号: "CA", 经办人: "甲", 金额: "500", 业务日期: "2025-03-01" },
  "risk-fund": {
    流水编号: "Y1",
    账户编号: "YA",
    方向: "存入",
    金额: "1000",
    业务日期: "2025-01-20",
  },
  herd: {
    流水编号: "B1",
    借养编号: "BA",
    动作: "借出",
    头数: "10",
    户编号: "H1",
    业务日期: "2025-01-20",
  },
} as const satisfies Readonly<Record<string, CountyRow>>;

/** A row of a kind with these terms beside the least. */
export function financeRow(kind: keyof typeof least, terms: CountyRow = {}): Step {
  return [kind, { ...least[kind], ...terms }];
}

/** An insurer, beside those of the county. */
export const insurer: Step = [
  "organisations",
  { 主体编号: "O6", 名称: "O6", 类型: "保险公司", 行政区划: "539999" },
];

/** A fund that has a balance for loans that are lost. */
export const compensation = financeRow("risk-fund", {
  流水编号: "Y0",
  账户编号: "YC",
  账户类型: "贷款风险补偿金",
  行政区划: "539999",
});

/** K1, 30,000 yuan to H1. */
export const lent: readonly Step[] = [compensation, financeRow("loans")];

/** Four households bound to O1. */
export const bound: readonly Step[] = [1, 2, 3, 4].map((n) =>
  row("bindings", { 绑定编号: `L${n}`, 户编号: `H${n}` }),
);

/** The terms of a loan to an entity. */
export const toEntity: CountyRow = {
  贷款编号: "K2",
  贷款种类: "主体贷款",
  户编号: "",
  主体编号: "O1",
  收款方: "O1",
};

/** K2, 30,000 yuan to O1, to which four households are bound. */
export const lentToEntity: readonly Step[] = [...bound, financeRow("loans", toEntity)];

/** A step of loan K1, with what it needs. */
export function loanStep(step: string, terms: CountyRow = {}): Step {
  return financeRow("loan-steps", { 步骤编号: step, 步骤: step, ...needed[step], ...terms });
}

const needed: Readonly<Record<string, CountyRow>> = {
  审查: { 单位: "农商行", 意见: "同意" },
  责任: { 责任人: "丁" },
  公示: { 地点: "村口", 渠道: "公示栏", 截止日期: "2025-03-31" },
  还款: { 金额: "10000", 付款方: "H1" },
  付息: { 金额: "100", 付款方: "H1" },
  代偿: { 金额: "10000", 账户编号: "YC" },
  追偿: { 金额: "4000" },
  核销: { 金额: "5000", 单位: "农商行" },
  续贷: { 月数: "36", 材料: hash },
  展期: { 月数: "36", 原因: "自然灾害" },
};

/** A step of claim CA; 报案 is under policy I1. */
export function claimStep(step: string, terms: CountyRow = {}): Step {
  const of = step === "报案" ? { 保单编号: "I1" } : {};
  return financeRow("claims", { 步骤编号: step, 步骤: step, ...of, ...terms });
}

/** A row of account YA, which the first opens. */
export function flow(direction: string, terms: CountyRow = {}): Step {
  return financeRow("risk-fund", { 流水编号: direction, 方向: direction, ...terms });
}

/** A 存入 that opens account YA as one of a type. */
export function opens(type: string, terms: CountyRow = {}): Step {
  return financeRow("risk-fund", { 账户类型: type, 行政区划: "539999", ...terms });
}

/** What a 赔付 out of an account needs. */
export const payment: CountyRow = { 户编号: "H1", 材料: hash, 经办人: "甲", 复核人: "乙" };

/** A row of herd BA. */
export function herdFlow(action: string, terms: CountyRow = {}): Step {
  const of = action === "借出" ? { 品种: "山羊", 主体编号: "O1" } : {};
  return financeRow("herd", { 流水编号: action, 动作: action, ...of, ...terms });
}
