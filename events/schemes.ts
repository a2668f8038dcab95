// Ways to divide a pool, procedures and levels, as data: columns, rules, words, pages and the API
// read them here.

/** How a pool is divided, by the name that events and answers use: 分配方式 in files. */
export const schemeNames = {
  shares: "按股",
  basis: "按基数",
  tiers: "阶梯",
  heads: "按人口",
  trade: "按交易量",
  unit: "定额",
  fixed: "固定收益",
  floor: "保底分红",
} as const;

/** The name of a scheme. */
export type SchemeName = keyof typeof schemeNames;

/** What a plan's lines are counted as: 收入类别 in files; each is a leg of income. */
export const planLegs = {
  rent: "租金",
  rebate: "返利",
  dividend: "分红",
  fixed: "固定收益",
  post: "公益岗位",
  subsidy: "补贴",
  award: "奖补",
  relief: "救助",
} as const;

/** The name of a leg of plans. */
export type PlanLeg = keyof typeof planLegs;

/** The steps of a plan, by the name that events and answers use: 步骤 in files. */
export const stepNames = {
  freeze: "定案",
  resolve: "决议",
  review: "审核",
  notice: "公示",
  object: "异议",
  answer: "答复",
  endNotice: "公示结束",
  approve: "批准",
  hold: "暂停",
  release: "放行",
  stop: "停发",
  changePayee: "改户",
  reissue: "重发",
  recover: "追回",
  cancel: "撤销",
} as const;

/** The name of a step. */
export type StepName = keyof typeof stepNames;

/** By whom a plan is decided: 程序 in files, and the steps of each in their order. */
export const procedures = {
  village: {
    name: "村级",
    order: ["freeze", "resolve", "review", "notice", "endNotice", "approve"],
  },
  township: { name: "乡镇", order: ["freeze", "review", "notice", "endNotice", "approve"] },
  county: { name: "县级", order: ["freeze", "resolve", "notice", "endNotice", "approve"] },
} as const satisfies Readonly<Record<string, { name: string; order: readonly StepName[] }>>;

/** The name of a procedure. */
export type ProcedureName = keyof typeof procedures;

/** Where a list hangs: 级别 in files. */
export const noticeLevels = {
  village: "村",
  township: "乡镇",
  county: "县",
  site: "项目点",
} as const;

/** What became of an objection: 结论 in files. */
export const objectionOutcomes = {
  upheld: "成立",
  dismissed: "不成立",
  held: "搁置",
} as const;
