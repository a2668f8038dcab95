// Words of loans, insurance, funds against risk and herds as data, as in `programme-words.ts`.

/** 贷款种类. */
export const loanKinds = {
  micro: "小额信贷",
  entity: "主体贷款",
  project: "项目贷款",
  startup: "创业担保贷款",
  relending: "再贷款",
  industry: "产业贷款",
} as const;

/** 担保方式 of a loan. */
export const loanSecurities = {
  credit: "信用",
  guarantee: "保证",
  mortgage: "抵押",
  pledge: "质押",
} as const;

/** 步骤 of a loan. */
export const loanSteps = {
  review: "审查",
  assign: "责任",
  publish: "公示",
  repay: "还款",
  payInterest: "付息",
  compensate: "代偿",
  recover: "追偿",
  writeOff: "核销",
  overdue: "逾期",
  renew: "续贷",
  extend: "展期",
} as const;

/** The name of a step of a loan. */
export type LoanStep = keyof typeof loanSteps;

/** 原因 of a 展期. */
export const extensionCauses = {
  disaster: "自然灾害",
  market: "市场",
  illness: "疾病",
  objective: "其他客观",
  subjective: "主观",
} as const;

/** 类型 of a subsidy: of the interest on a loan, or of the premium of a policy. */
export const subsidyKinds = {
  interest: "贴息",
  enterpriseInterest: "企业贴息",
  premium: "保费补贴",
  ownPremium: "自缴再补",
} as const;

/** The name of a type of subsidy. */
export type SubsidyKind = keyof typeof subsidyKinds;

/** 担保类型. */
export const guaranteeKinds = {
  threeHouseholds: "三户联保",
  members: "成员联保",
  threeRights: "三权反担保",
  house: "房产反担保",
  salary: "工资反担保",
  company: "融资担保",
} as const;

/** 险种. */
export const insuranceKinds = {
  farming: "农业保险",
  special: "特色保险",
  poverty: "深贫保",
  loan: "小贷险",
  commercial: "商业保险",
  family: "家庭综合险",
} as const;

/** 步骤 of a claim. */
export const claimSteps = {
  report: "报案",
  assess: "定损",
  pay: "赔付",
  reject: "拒赔",
} as const;

/** The name of a step of a claim. */
export type ClaimStep = keyof typeof claimSteps;

/** 账户类型 of a fund against risk. */
export const riskAccountKinds = {
  guarantee: "县级风险保障金",
  compensation: "贷款风险补偿金",
  mutual: "联保互助金",
  pooled: "集中用款专户",
} as const;

/** 方向 of what moves in a fund against risk: three come in, the others go out. */
export const riskDirections = {
  deposit: "存入",
  yield: "收益",
  regain: "追回",
  pay: "赔付",
  compensate: "代偿",
  use: "使用",
  giveBack: "退还",
} as const;

/** The name of such a direction. */
export type RiskDirection = keyof typeof riskDirections;

/** 动作 about a herd that is lent. */
export const herdActions = {
  lend: "借出",
  breed: "产仔",
  giveBack: "还回",
  die: "死亡",
  sell: "出售",
  passOn: "转借",
} as const;

/** The name of such an action. */
export type HerdAction = keyof typeof herdActions;
