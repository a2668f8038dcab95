// Words of the programme as data: columns, rules, sentences and reports read them here. By the name
// that events and answers use, as in files.

/** 资金来源: where the money of a fund comes from. */
export const fundSources = {
  poverty: "专项扶贫",
  integrated: "涉农整合",
  transition: "衔接资金",
  assistance: "帮扶专项",
  eastWest: "东西协作",
  donation: "社会捐赠",
  bond: "地方债券",
  village: "村集体",
  household: "农户自有",
  helper: "帮扶责任人",
  loan: "贷款",
  other: "其他",
} as const;

/** 级次: who gives it. */
export const fundTiers = {
  central: "中央",
  province: "省",
  prefecture: "市",
  county: "县",
  township: "乡镇",
  village: "村",
  society: "社会",
} as const;

/** 资金方式: how an allocation is used. */
export const fundWays = {
  direct: "直补",
  buildFirst: "先建后补",
  awardForGrant: "以奖代补",
  bindingAward: "绑定奖补",
  interest: "贷款贴息",
  privateBuilt: "民办公助",
  services: "购买服务",
  premium: "保费补贴",
  assets: "资产收益",
  paired: "携资结对",
  training: "培训",
  risk: "风险补偿",
} as const;

/** 收入类别 of a disbursement to a household: the leg on which it is received. */
export const grantLegs = {
  subsidy: "补贴",
  award: "奖补",
  relief: "救助",
  training: "培训补助",
  medical: "医疗救助",
  housing: "住房补助",
} as const;

/** 步骤 of a model of benefit linkage. */
export const modelSteps = {
  propose: "提出",
  recommend: "县推荐",
  verify: "市州核实",
  recognise: "省认定",
  approve: "县批准",
  file: "省备案",
} as const;

/** The models that stand recognised without a step. */
export const recognisedModels: ReadonlySet<string> = new Set(["M1", "M2", "M3", "M4", "M5", "M6"]);

/** 项目性质. */
export const projectNatures = { construction: "建设", other: "其他" } as const;

/** 技术难度 and 市场风险. */
export const projectRisks = { low: "低", middle: "中", high: "高" } as const;

/** 步骤 of a project. */
export const projectSteps = {
  bank: "入库",
  apply: "申请",
  select: "遴选",
  assess: "风险评估",
  link: "联结",
  decide: "决策",
  approve: "批准",
  file: "备案",
  start: "开工",
  complete: "完工",
  accept: "验收",
  confirm: "农户确认",
  audit: "工程审计",
  evaluate: "绩效",
  archive: "归档",
  tender: "招标",
  procure: "采购",
  sign: "标识牌",
  announce: "公告",
  requestChange: "变更申请",
  approveChange: "变更批准",
  fileChange: "变更备案",
  cancel: "取消",
} as const;

/** The name of a step of a project. */
export type ProjectStep = keyof typeof projectSteps;

/** 承办方式: by whom a project is carried out. */
export const contractingWays = {
  entrusted: "委托",
  contracted: "承包",
  procured: "采购",
  tendered: "招标",
  own: "自建",
} as const;

/** 意见 of the steps that have one. */
export const stepOpinions = {
  passed: "合格",
  failed: "不合格",
  confirmed: "属实",
  denied: "不属实",
  reached: "达标",
  missed: "未达标",
} as const;

/** 类别 of an archive. */
export const archiveClasses = {
  approval: "申报审批",
  execution: "组织实施",
  monitoring: "统计监测",
} as const;

/** 层级 of a binding: whom an entity is bound to. */
export const bindingLevels = { household: "农户", cooperative: "合作社", other: "其他" } as const;

/** 绑定形式. */
export const bindingForms = {
  production: "生产合作",
  shares: "股份合作",
  order: "订单帮扶",
  custody: "生产托管",
  labour: "劳务合作",
  land: "土地流转",
  other: "其他",
} as const;

/** 紧密程度. */
export const bindingGrades = { contract: "契约", dividend: "分红", equity: "股权" } as const;

/** 帮扶方式. */
export const helpModes = {
  direct: "直接帮扶",
  entrusted: "委托帮扶",
  shares: "股份合作",
} as const;

/** 级别 of an officer. */
export const officerLevels = { village: "村", township: "乡镇", county: "县" } as const;

/** 职务. */
export const officerPosts = {
  reporter: "信息员",
  firstSecretary: "第一书记",
  resident: "驻村干部",
  villageCadre: "村干部",
  official: "公职人员",
  leader: "致富带头人",
  operator: "领办人",
  supervisor: "监督员",
  technician: "技术员",
  other: "其他",
} as const;

/** 责任类型: what an entity has promised to do in a year. */
export const dutyKinds = {
  households: "带动户数",
  employed: "用工户数",
  purchases: "收购金额",
  wages: "工资金额",
  rents: "租金金额",
  dividends: "分红金额",
  rebates: "返利金额",
  payments: "支付总额",
} as const;

/** The name of a kind of duty. */
export type DutyKind = keyof typeof dutyKinds;

/** 产业条件 and 发展意愿. */
export const presence = { present: "有", absent: "无" } as const;

/** 是 and 否. */
export const yesOrNo = { yes: "是", no: "否" } as const;

/** 活动类型. */
export const activityKinds = {
  schooling: "中职及以上就读",
  training: "技能培训",
  employment: "就业",
  joining: "入企入社",
  participation: "参与生产",
  guidance: "技术指导",
  technicianPaired: "技术结对",
  visit: "跟踪走访",
  leaderTraining: "负责人培训",
  sampling: "随机核查",
  attendance: "列席议事",
} as const;

/** 步骤 of a round of collecting. */
export const roundSteps = {
  collect: "采集",
  report: "上报",
  enter: "录入",
  review: "审核",
  feedBack: "反馈",
  complete: "完成",
} as const;
