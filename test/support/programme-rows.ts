// Rows of the programme: a county of four entities and six households, one fund, one project that
// is approved, and what was paid of it.
import type { CountyRow } from "./county.ts";
import type { Step } from "./given.ts";
import { labourContract, person } from "./rows.ts";

/** A document's hash. */
export const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/** The least that a row of each kind says. */
const least = {
  funds: {
    资金编号: "F1",
    资金来源: "衔接资金",
    级次: "县",
    年度: "2025",
    文号: "财农1号",
    金额: "1000",
    业务日期: "2025-01-05",
  },
  models: { 步骤编号: "MS1", 模式编号: "M7", 步骤: "提出", 经办人: "甲", 业务日期: "2025-01-06" },
  projects: {
    项目编号: "X1",
    名称: "大棚",
    年度: "2025",
    行政区划: "539999",
    产业: "种植业",
    模式编号: "M1",
    业务日期: "2025-01-10",
  },
  "project-steps": { 步骤编号: "S1", 项目编号: "X1", 经办人: "甲" },
  allocations: {
    安排编号: "A1",
    项目编号: "X1",
    资金编号: "F1",
    资金方式: "直补",
    金额: "500",
    业务日期: "2025-02-01",
  },
  disbursements: {
    拨付编号: "D1",
    安排编号: "A1",
    金额: "300",
    凭证号: "PZ1",
    业务日期: "2025-03-01",
  },
  reimbursements: {
    报账编号: "B1",
    拨付编号: "D1",
    金额: "100",
    凭证号: "PZ2",
    用途: "种苗",
    业务日期: "2025-04-01",
  },
  refunds: { 退回编号: "T1", 金额: "50", 凭证号: "PZ3", 业务日期: "2025-04-10" },
  sanctions: { 惩戒编号: "N1", 主体编号: "O1", 事由: "套取资金", 业务日期: "2025-02-10" },
  bindings: {
    绑定编号: "L1",
    层级: "农户",
    主体编号: "O1",
    绑定形式: "生产合作",
    紧密程度: "契约",
    户编号: "H1",
    帮扶方式: "直接帮扶",
    同意书: hash,
    业务日期: "2025-01-15",
  },
  posts: {
    出勤编号: "CQ1",
    合同编号: "GW1",
    户编号: "H1",
    人编号: "P1",
    数量: "22",
    业务日期: "2025-03-31",
  },
  conditions: {
    记录编号: "K1",
    户编号: "H1",
    产业条件: "有",
    发展意愿: "有",
    业务日期: "2025-01-14",
  },
  officers: {
    任职编号: "R1",
    级别: "村",
    行政区划: "539999001001",
    姓名: "张三",
    职务: "监督员",
    业务日期: "2025-01-04",
  },
  duties: {
    责任编号: "Z1",
    主体编号: "O1",
    年度: "2025",
    责任类型: "带动户数",
    目标值: "2",
    业务日期: "2025-01-16",
  },
  activities: { 活动编号: "V1", 经办人: "甲", 业务日期: "2025-02-05" },
  "entity-years": {
    年报编号: "E1",
    主体编号: "O1",
    年度: "2025",
    营业收入: "100",
    利润: "10",
    亏损: "0",
    从业人数: "5",
    贫困从业人数: "1",
    新招人数: "0",
    新招贫困人数: "0",
    业务日期: "2025-12-31",
  },
  rounds: {
    步骤编号: "Q1",
    年度: "2025",
    行政区划: "539999001001",
    步骤: "采集",
    经办人: "甲",
    业务日期: "2025-10-10",
  },
  assets: {
    资产编号: "ZC1",
    名称: "大棚",
    资产类别: "经营性",
    原值: "1000",
    行政区划: "539999001001",
    所有权: "村集体",
    经营权: "O1",
    收益权: "项目农户",
    分配权: "村集体",
    处置权: "县",
    监督权: "乡镇",
    动态管理: "每年调整",
    业务日期: "2025-02-15",
  },
  "asset-steps": { 步骤编号: "ZS1", 资产编号: "ZC1", 经办人: "甲" },
  cases: {
    案件编号: "J1",
    类型: "投诉",
    来源: "来信",
    内容: "分红不公",
    户编号: "H1",
    业务日期: "2025-02-20",
  },
  "case-steps": { 步骤编号: "JS1", 案件编号: "J1", 经办人: "甲" },
  liquidation: {
    流水编号: "LQ1",
    主体编号: "O2",
    动作: "申报",
    顺位: "贫困村户",
    债权人: "H1",
    金额: "100",
    业务日期: "2025-03-01",
  },
  ends: {
    终止编号: "W1",
    原表: "bindings",
    原编号: "L1",
    说明: "到期",
    业务日期: "2025-06-30",
  },
  corrections: {
    更正编号: "G1",
    原表: "funds",
    原编号: "F1",
    说明: "重复",
    经办人: "甲",
    业务日期: "2025-04-20",
  },
} as const satisfies Readonly<Record<string, CountyRow>>;

/** A kind of row of the programme. */
export type ProgrammeFile = keyof typeof least;

/** A contract for a post, 80 yuan a day, open to every household. */
export const postContract: CountyRow = {
  合同编号: "GW1",
  合同类型: "公益岗位",
  主体编号: "O1",
  起始日期: "2025-01-01",
  终止日期: "2025-12-31",
  岗位: "护林",
  单价: "80",
};

/** A row of a kind with these terms beside the least; a term that is empty takes one away. */
export function row(kind: ProgrammeFile, terms: CountyRow = {}): Step {
  return [kind, { ...least[kind], ...terms }];
}

/** A step of project X1, with what it needs. */
export function projectStep(
  step: string,
  date: string,
  terms: CountyRow = {},
  id = `${step} ${date}`,
): Step {
  return row("project-steps", {
    步骤编号: id,
    步骤: step,
    业务日期: date,
    ...needed(step),
    ...terms,
  });
}

/** A step of asset ZC1, with what it needs. */
export function assetStep(
  step: string,
  date: string,
  terms: CountyRow = {},
  id = `${step} ${date}`,
): Step {
  const needs: Readonly<Record<string, CountyRow>> = {
    评估: { 评估机构: "某评估公司", 价值: "900", 材料: hash },
    决议: { 应到人数: "30", 实到人数: "20", 同意人数: "11", 材料: hash },
    出租: { 合同编号: "C7" },
    移交: { 主体编号: "O2" },
    权利变更: { 权利: "收益权", 承受人: "H1", 材料: hash },
    损毁: { 金额: "100" },
    处置申请: { 说明: "报废" },
    处置批准: { 单位: "县农业农村局" },
    处置: { 金额: "0" },
  };
  const of = { 步骤编号: id, 步骤: step, 业务日期: date, ...needs[step] };
  return row("asset-steps", { ...of, ...terms });
}

/** A step of case J1, with what it needs; a finding is known by the id of its step. */
export function caseStep(
  step: string,
  date: string,
  terms: CountyRow = {},
  id = `${step} ${date}`,
): Step {
  const needs: Readonly<Record<string, CountyRow>> = {
    发现问题: { 条款: "第十二条", 金额: "0" },
    复查: { 结论: "通过", 经办人: "乙" },
    处理决定: { 责任人: "王某" },
    仲裁: { 裁决: "照付" },
    移送: { 去向: "纪检" },
    追缴: { 对象: "O1", 金额: "100" },
    追缴到账: { 金额: "100", 凭证号: "PZ9" },
  };
  const of = { 步骤编号: id, 步骤: step, 业务日期: date, ...needs[step] };
  return row("case-steps", { ...of, ...terms });
}

function needed(step: string): CountyRow {
  const of: Readonly<Record<string, CountyRow>> = {
    申请: { 主体编号: "O1" },
    遴选: { 主体编号: "O1", 说明: "最优", 经办人: "乙" },
    风险评估: { 说明: "可控", 材料: hash },
    决策: { 程序: "村级", 材料: hash },
    批准: { 单位: "县政府", 经办人: "丙" },
    备案: { 单位: "州局" },
    验收: { 单位: "县财政局", 意见: "合格" },
    农户确认: { 户编号: "H1", 意见: "属实" },
    工程审计: { 单位: "审计局", 意见: "合格" },
    绩效: { 意见: "达标", 户数: "0", 增收: "0" },
    归档: { 类别: "组织实施" },
    招标: { 单位: "甲公司" },
    采购: { 单位: "甲公司" },
    标识牌: { 地点: "村口" },
    公告: { 级别: "村", 地点: "村口", 渠道: "公示栏", 截止日期: "2025-12-31" },
    变更申请: { 说明: "增加", 计划金额: "900" },
    变更批准: { 单位: "县政府" },
    变更备案: { 单位: "州局" },
    取消: { 说明: "不可行" },
  };
  return of[step] ?? {};
}

/** An organisation of a 类型. */
export const organisation = (id: string, kind: string, division = "539999"): Step => [
  "organisations",
  { 主体编号: id, 名称: id, 类型: kind, 行政区划: division },
];

/** Six households; a cooperative, an enterprise, a bank, another cooperative and an office. */
export const county: readonly Step[] = [
  ...[1, 2, 3, 4, 5, 6].map((n): Step => ["roster", person(n)]),
  organisation("O1", "农民专业合作社"),
  organisation("O2", "龙头企业"),
  organisation("O3", "农商行"),
  organisation("O4", "合作联社"),
  organisation("O5", "县政府办公室"),
  ["contracts", labourContract("C2", "O1")],
];

/** A fund of 1,000 yuan and a project of 800 that is approved. */
export const approved: readonly Step[] = [
  row("funds"),
  row("projects", { 计划金额: "800" }),
  projectStep("入库", "2025-01-12"),
  projectStep("批准", "2025-01-20"),
];

/** Five hundred of it allocated, of which three hundred were paid to O1. */
export const paid: readonly Step[] = [
  ...approved,
  row("allocations"),
  row("disbursements", { 主体编号: "O1" }),
];
