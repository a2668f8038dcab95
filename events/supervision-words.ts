// Words of supervision as data: columns, rules and sentences read them here. By the name that
// events and answers use, as in files.

/** 类型 of a case. */
export const caseKinds = {
  complaint: "投诉",
  report: "举报",
  dispute: "争议",
  breach: "违约",
  inspection: "检查",
  patrol: "巡查",
  opinion: "舆情",
} as const;

/** 来源: how a case came to be known. */
export const caseSources = {
  hotline: "12317",
  letter: "来信",
  visit: "走访",
  inspection: "检查",
  lead: "线索",
  media: "媒体",
} as const;

/** 等级 of a case. */
export const caseGrades = { general: "一般", larger: "较大", major: "重大" } as const;

/** 步骤 of a case. */
export const caseSteps = {
  accept: "受理",
  verify: "核实",
  find: "发现问题",
  rectify: "整改",
  recheck: "复查",
  decide: "处理决定",
  arbitrate: "仲裁",
  transfer: "移送",
  order: "追缴",
  recover: "追缴到账",
  close: "办结",
  reopen: "复核",
} as const;

/** The name of a step of a case. */
export type CaseStep = keyof typeof caseSteps;

/** 结论 of a 复查. */
export const recheckOutcomes = { passed: "通过", failed: "不通过" } as const;

/** 去向 of a 移送. */
export const transferDestinations = { discipline: "纪检", justice: "司法" } as const;

/** 动作 of a liquidation. */
export const liquidationActions = { file: "申报", pay: "支付" } as const;

/** 顺位 of claims in a liquidation, in their order. */
export const liquidationRanks = {
  statutory: "法定债务",
  households: "贫困村户",
  others: "其他",
} as const;

/** The name of a rank of claims. */
export type LiquidationRank = keyof typeof liquidationRanks;
