// A county that borrows, insures itself and is supervised, small enough to add up by hand: what its
// reports of finance, assets, cases and 低保 say.
import type { CountyRow } from "./county.ts";
import {
  bound,
  claimStep,
  financeRow,
  flow,
  herdFlow,
  insurer,
  loanStep,
  opens,
  payment,
  toEntity,
} from "./finance-rows.ts";
import type { Step } from "./given.ts";
import { income } from "./plan-rows.ts";
import { assetStep, caseStep, county, hash, row } from "./programme-rows.ts";
import { wage } from "./rows.ts";

const back = (id: string, kind: string, original: string, date: string): Step =>
  row("corrections", { 更正编号: id, 原表: kind, 原编号: original, 业务日期: date });

const stated = (id: string, household: string, date: string, terms: CountyRow): Step =>
  row("conditions", { 记录编号: id, 户编号: household, 业务日期: date, ...terms });

const takingPart = (id: string, date: string): Step =>
  row("activities", {
    ...{ 活动编号: id, 活动类型: "参与生产", 户编号: "H1", 主体编号: "O1", 材料: hash },
    业务日期: date,
  });

/** What a pack of the county sets, which nothing sets otherwise. */
const pack = {
  ...{ id: "P1", from: "2025-01-01", source: { title: "办法" }, rules: {} },
  parameters: { "case.days": { 投诉: 17 }, "dibao.line": "50.00" },
  clauses: { "case.days": "三", "dibao.line": "四" },
};

const loans: readonly Step[] = [
  financeRow("risk-fund", {
    ...{ 流水编号: "Y0", 账户编号: "YC", 账户类型: "贷款风险补偿金", 行政区划: "539999" },
    金额: "20000",
  }),
  ...bound,
  takingPart("V1", "2025-01-20"),
  takingPart("V2", "2025-03-05"),
  financeRow("loans", { 用款方: "O1" }),
  financeRow("loans", toEntity),
  financeRow("loans", {
    ...{ 贷款编号: "K3", 贷款种类: "产业贷款", 户编号: "H2", 收款方: "H2", 金额: "6000" },
    ...{ 期限月: "12", 业务日期: "2023-12-31" },
  }),
  loanStep("展期", { 贷款编号: "K3", 月数: "2", 业务日期: "2024-12-20" }),
  loanStep("公示", { 业务日期: "2025-02-10" }),
  loanStep("还款", { 业务日期: "2025-03-01" }),
  loanStep("还款", { 步骤编号: "还款2", 金额: "2000", 业务日期: "2025-05-01" }),
  loanStep("代偿", { 金额: "5000", 业务日期: "2025-04-01" }),
  back("G1", "loan-steps", "还款2", "2025-06-01"),
  row("duties"),
  financeRow("subsidies"),
  financeRow("subsidies", {
    ...{ 贴补编号: "U2", 贷款编号: "K2", 金额: "100", 业务日期: "2025-05-20" },
  }),
];

const insured: readonly Step[] = [
  stated("T1", "H1", "2025-01-10", { 户类型: "脱贫户" }),
  stated("T2", "H2", "2025-01-10", { 户类型: "脱贫户" }),
  stated("T3", "H3", "2025-01-10", { 监测对象类型: "边缘易致贫户" }),
  financeRow("policies"),
  financeRow("policies", { 保单编号: "I2", 投保人: "O1", 保额: "5000", 保费: "200" }),
  financeRow("policies", {
    ...{ 保单编号: "I3", 险种: "特色保险", 投保人: "H2", 保额: "300", 保费: "30" },
    终止日期: "2025-05-31",
  }),
  financeRow("policies", { 保单编号: "I4", 投保人: "H3" }),
  back("G2", "policies", "I4", "2025-04-01"),
  financeRow("subsidies", {
    ...{ 贴补编号: "U3", 类型: "保费补贴", 贷款编号: "", 保单编号: "I2", 金额: "160" },
    业务日期: "2025-02-20",
  }),
  financeRow("subsidies", {
    ...{ 贴补编号: "U4", 类型: "保费补贴", 贷款编号: "", 保单编号: "I1", 金额: "70.5" },
    业务日期: "2025-02-20",
  }),
  claimStep("报案", { 业务日期: "2025-03-01" }),
  claimStep("定损", { 金额: "400", 业务日期: "2025-03-10" }),
  claimStep("赔付", { 金额: "150", 业务日期: "2025-03-20" }),
  claimStep("赔付", { 步骤编号: "赔付2", 金额: "100", 业务日期: "2025-04-01" }),
  back("G3", "claims", "赔付2", "2025-07-01"),
];

const held: readonly Step[] = [
  opens("县级风险保障金"),
  flow("收益", { 金额: "12.34", 业务日期: "2025-03-01" }),
  flow("赔付", { ...payment, 金额: "200", 业务日期: "2025-04-01" }),
  flow("赔付", { ...payment, 流水编号: "赔付2", 金额: "50", 业务日期: "2025-04-02" }),
  back("G4", "risk-fund", "赔付2", "2025-08-01"),
  flow("代偿", { 账户编号: "YC", 贷款编号: "K1", 金额: "5000", 业务日期: "2025-04-01" }),
  herdFlow("借出", { 约定返还: "5" }),
  herdFlow("产仔", { 头数: "4", 业务日期: "2025-02-01" }),
  herdFlow("转借", { 头数: "3", 受让户编号: "H2", 业务日期: "2025-03-01" }),
  herdFlow("死亡", { 头数: "1", 业务日期: "2025-03-02" }),
  herdFlow("出售", { 头数: "2", 业务日期: "2025-03-03" }),
  herdFlow("还回", { 头数: "2", 户编号: "H2", 业务日期: "2025-04-01" }),
  herdFlow("还回", { 流水编号: "还回2", 头数: "1", 业务日期: "2025-04-02" }),
  back("G5", "herd", "还回2", "2025-05-02"),
];

const yielded = (id: string, date: string, received: string): Step => [
  "income",
  income({ 收益编号: id, 业务日期: date, 到账金额: received, 资产编号: "ZC1" }),
];

const owned: readonly Step[] = [
  row("projects"),
  row("assets", { 项目编号: "X1" }),
  row("assets", { 资产编号: "ZC2", 名称: "水池", 原值: "50", 动态管理: "", 所有权: "H1" }),
  assetStep("评估", "2025-03-01"),
  assetStep("投产", "2025-03-02"),
  assetStep("权利变更", "2025-03-03"),
  yielded("SY1", "2025-03-10", "500"),
  yielded("SY2", "2025-03-11", ""),
  yielded("SY3", "2025-03-12", "150"),
  yielded("SY4", "2026-01-10", "700"),
  back("G6", "income", "SY3", "2025-10-01"),
  assetStep("闲置", "2025-05-01"),
  assetStep("损毁", "2025-06-01"),
  assetStep("修复", "2025-09-01"),
];

const supervised: readonly Step[] = [
  row("cases"),
  row("cases", {
    ...{ 案件编号: "J2", 类型: "舆情", 来源: "媒体", 户编号: "", 主体编号: "O1" },
    ...{ 等级: "重大", 业务日期: "2025-03-01" },
  }),
  row("cases", { 案件编号: "J3", 业务日期: "2025-03-02" }),
  caseStep("受理", "2025-02-21"),
  caseStep("发现问题", "2025-03-01"),
  caseStep("发现问题", "2025-03-01", {}, "问题2"),
  caseStep("整改", "2025-03-05", { 问题编号: "发现问题 2025-03-01" }),
  caseStep("复查", "2025-03-06", { 问题编号: "发现问题 2025-03-01" }),
  caseStep("整改", "2025-03-06", { 问题编号: "问题2" }, "整改2"),
  caseStep("复查", "2025-03-07", { 问题编号: "问题2", 结论: "不通过" }, "复查2"),
  caseStep("处理决定", "2025-03-08", { 问题编号: "问题2" }),
  caseStep("追缴", "2025-03-08"),
  caseStep("追缴到账", "2025-03-09", { 金额: "60.5" }),
  caseStep("办结", "2025-03-10"),
  caseStep("受理", "2025-03-02", { 案件编号: "J2" }, "J2 受理"),
];

const allowed: readonly Step[] = [
  stated("D3", "H3", "2024-06-01", { 低保: "是" }),
  stated("D4", "H4", "2024-01-01", { 低保: "是" }),
  stated("D4b", "H4", "2025-01-10", { 低保: "否" }),
  stated("D5", "H5", "2024-01-01", { 低保: "是" }),
  stated("D5b", "H5", "2025-01-10", { 低保: "否" }),
  stated("D5c", "H5", "2025-06-10", { 低保: "否" }),
  stated("D6", "H6", "2024-12-31", { 低保: "否" }),
  ["movements", wage("YW-1", "H3")],
  ["movements", { ...wage("YW-2", "H5"), 业务日期: "2026-01-01" }],
];

/** The rows in the order of recording. */
export const financed: readonly Step[] = [
  ...county,
  insurer,
  ["packs", { 政策包: JSON.stringify(pack), 经办人: "甲" }],
  ...loans,
  ...insured,
  ...held,
  ...owned,
  ...supervised,
  ...allowed,
];
