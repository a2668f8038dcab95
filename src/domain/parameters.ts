import { z } from "zod";
import { parseDay } from "./calendar.ts";
import { toUnits } from "./decimal.ts";

/** A part of a whole as two whole numbers. */
export interface Fraction {
  readonly part: bigint;
  readonly of: bigint;
}

const whole: Fraction = { part: 1n, of: 1n };

/** A fraction as a pack says it: `2/3`, or a decimal of up to 6 places. */
export function parseFraction(text: string): Fraction {
  const [part = "", of] = text.split("/");
  if (of !== undefined) return { part: BigInt(part), of: BigInt(of) };
  return { part: toUnits(part, 6), of: 1_000_000n };
}

/** Whether one fraction is above another, exactly. */
export function isAbove(left: Fraction, right: Fraction): boolean {
  return left.part * right.of > right.part * left.of;
}

/** A day of the calendar. */
export const day = z.string().refine((text) => parseDay(text) === text, "a day, YYYY-MM-DD");
const days = z.array(day);
const monthDay = z.string().refine((text) => parseDay(`2000-${text}`) === `2000-${text}`, "MM-DD");
const countMax = 999_999;
const count = z.int().min(0).max(countMax);
const band = z.tuple([count, count]).refine(([from, to]) => from <= to, "the lower one first");
const flag = z.boolean();
/** A part of a whole: `2/3`, or up to 6 decimals. */
const fraction = z
  .string()
  .regex(/^([1-9]\d{0,5}\/[1-9]\d{0,5}|0\.\d{1,6}|1)$/)
  .refine((text) => !isAbove(parseFraction(text), whole), "a part is at most the whole");
const ratio = z.string().regex(/^(0|0\.\d{0,5}[1-9]|1)$/);
/** So many times something: a decimal of up to 6 places. */
const times = z.string().regex(/^(0|[1-9]\d{0,5})(\.\d{0,5}[1-9])?$/);
const between = z
  .tuple([times, times])
  .refine(([from, to]) => !isAbove(parseFraction(from), parseFraction(to)), "the lower one first");
const money = z.string().regex(/^(0|[1-9]\d{0,14})\.\d\d$/);
const word = z.string().min(1).max(200);
const words = z.array(word);
const byWord = <S extends z.ZodType>(of: S) => z.record(word, of);
const year = z.string().regex(/^\d{4}$/);

/** A parameter: the type of what packs may say, and what it is where none says anything. */
function parameter<S extends z.ZodType>(schema: S, base: z.infer<S>) {
  return { schema, base };
}

/** Of notices, decisions and payments. */
const ofDistribution = {
  /** Days that a notice runs at the least, first and last included. */
  "notice.days": parameter(count, 10),
  /** Those are working days: Monday to Friday, less `holidays` and plus `workdays`. */
  "notice.working": parameter(flag, false),
  holidays: parameter(days, []),
  workdays: parameter(days, []),
  /** Different 渠道 by which an end is announced, at the least (归档). */
  "notice.channels": parameter(count, 2),
  /** 实到人数 of 应到人数, at least. */
  "quorum.present": parameter(fraction, "2/3"),
  /** 同意人数 of 实到人数, more than. */
  "quorum.agreed": parameter(fraction, "1/2"),
  /** 比例 of 按交易量, at least. */
  "patronage.floor": parameter(ratio, "0.6"),
  /** Days after which an unanswered payment may be given up. */
  "settle.days": parameter(count, 30),
};

/** Of funds, projects and who is covered. */
const ofProjects = {
  /** Ranked steps that a project takes, none of which may be left out. */
  "project.steps": parameter(words, ["入库", "批准", "开工", "完工", "验收"]),
  /** Those besides, where somebody operates it. */
  "project.steps.entity": parameter(words, ["申请", "遴选", "联结"]),
  /** 资金方式 that is paid out once the work is accepted. */
  "accept.ways": parameter(words, ["先建后补", "以奖代补", "民办公助", "购买服务"]),
  /** Who accepts: of each entry one department, by one of the words between its `|`. */
  "accept.departments": parameter(words, ["扶贫|乡村振兴", "财政", "审计", "监察|监委|纪委"]),
  /** Households that confirm it, at the least. */
  "accept.households": parameter(count, 1),
  /** Steps that an archive of a class must hold. */
  archive: parameter(byWord(words), {
    申报审批: ["入库", "批准"],
    组织实施: ["开工", "完工", "验收"],
    统计监测: ["绩效"],
  }),
  /** Money for a project by 对象类别, at most; `合计`: all of it. */
  "subsidy.caps": parameter(byWord(money), {}),
  /** 绑定奖补 for a household bound in a form, by 绑定形式. */
  "award.rates": parameter(byWord(money), {}),
  /** Households that a cooperative has bound, at the least. */
  "coop.size": parameter(count, 5),
  "industry.list": parameter(words, [
    ...["种植业", "养殖业", "林果业", "农产品加工", "特色手工业", "庭院经济"],
    ...["乡村旅游", "休闲农业", "电商扶贫", "扶贫车间", "农村服务业", "设施农业"],
    ...["光伏", "生态", "水利水电", "配套基础设施", "非产业"],
  ]),
  /** Industries whose chains are counted. */
  "industry.scaled": parameter(words, []),
  /** Industries whose townships, villages and households are counted. */
  "industry.leading": parameter(words, []),
  "coverage.goal": parameter(words, [
    ...["脱贫户", "建档立卡贫困户", "贫困户", "低收入户"],
    ...["农村低收入家庭", "脱贫不稳定户"],
  ]),
  "coverage.assessed": parameter(words, [
    ...["脱贫户", "建档立卡贫困户", "贫困户", "监测户"],
    ...["脱贫不稳定户", "边缘易致贫户", "突发严重困难户"],
  ]),
  /** Share of the eligible to be covered, by the day on which it is due. */
  "coverage.target": parameter(z.record(day, ratio), {}),
  /** 资金来源 of which a share goes to industries. */
  "ratio.sources": parameter(words, ["涉农整合"]),
  /** That share by 年度, at least. */
  "ratio.floor": parameter(z.record(year, ratio), {}),
  "ratio.assessed": parameter(ratio, "0.5"),
  /** The day of a year by which its round is done, MM-DD. */
  "round.due": parameter(monthDay, "10-31"),
  /** Days for a case, by 类型. */
  "case.days": parameter(byWord(count), {}),
  /** Days after which what is known of a household is old. */
  "stale.days": parameter(count, 365),
  /** Days after which an organisation is visited again. */
  "follow.days": parameter(count, 180),
  /** Money a head and year; null where none is set. */
  "dibao.line": parameter(money.nullable(), null),
  "dibao.months": parameter(count, 6),
  /** A rate is odd below and above so many times the median of its type. */
  "rates.spread": parameter(between, ["0.5", "2"]),
};

/** Of loans, shares and insurance. */
const ofFinance = {
  "microcredit.limit": parameter(money, "50000.00"),
  "microcredit.months": parameter(count, 36),
  /** Months of other loans, both ends included. */
  "loan.months": parameter(band, [12, 60]),
  /** Months of a 小额信贷 with all its extensions, at most. */
  "loan.months.total": parameter(count, 72),
  /** 主体贷款 for each household of an entity, at most. */
  "loan.perHousehold": parameter(money, "50000.00"),
  /** 贷款种类 at no more than 基准利率. */
  "loan.benchmark": parameter(words, ["小额信贷", "项目贷款", "创业担保贷款", "再贷款"]),
  /** Shares may be bought with a loan. */
  "loan.shares": parameter(flag, false),
  /** Where they may not: from this day on, of what a loan lent before it they may. */
  "loan.shares.from": parameter(day, "1949-10-01"),
  /** 资本类型 of things that are valued. */
  "shares.inKind": parameter(words, ["土地经营权", "林权", "水面", "房屋", "实物"]),
  /** 贷款种类 whose interest is subsidised. */
  "subsidy.kinds": parameter(words, ["小额信贷", "主体贷款"]),
  /** Of an entity's interest, a year. */
  "subsidy.rate": parameter(ratio, "0.03"),
  "premium.max": parameter(ratio, "0.025"),
  "premium.normal": parameter(ratio, "0.02"),
  /** Part of a premium that is paid for the insured. */
  "premium.subsidy": parameter(ratio, "0.8"),
  /** 费率 of 深贫保 as so many times 基准费率, both included. */
  "premium.band": parameter(between, ["0.56", "0.72"]),
  "insurance.cover": parameter(words, ["收益", "意外事故"]),
};

/** Of inspectors' checks (contract part 5); what each bounds stands there. */
const ofChecks = {
  "aid.capital": parameter(words, ["财政量化资金"]),
  "aid.classes": parameter(words, [
    ...["脱贫户", "监测户", "建档立卡贫困户", "贫困户"],
    ...["低收入户", "农村低收入家庭"],
  ]),
  "aid.sources": parameter(words, [
    ...["专项扶贫", "涉农整合", "衔接资金", "帮扶专项"],
    ...["东西协作", "社会捐赠"],
  ]),
  "C6.except": parameter(words, ["银行", "信用社", "家庭农场", "个体工商户", "养老"]),
  "C6.phones": parameter(count, 5),
  "C6.cards": parameter(count, 3),
  "C8.days": parameter(count, 7),
  "C8.households": parameter(count, 5),
  "C11.steps": parameter(count, 3),
  "C13.marks": parameter(count, 1),
  "C14.exempt": parameter(words, [
    ...["自建房", "宅基地", "安置房", "农用车", "摩托车"],
    ...["三轮车", "拖拉机", "农民专业合作社", "家庭农场"],
  ]),
  "C17.n": parameter(count, 5),
  "C17.gini": parameter(ratio, "0.02"),
  "C18.skills": parameter(words, ["无劳动力", "丧失劳动力", "弱劳动力或半劳动力"]),
  "C18.share": parameter(ratio, "0.9"),
  "C18.days": parameter(count, 30),
  "C19.day": parameter(count, 1),
  "C20.days": parameter(count, 30),
  "C21.days": parameter(count, 90),
  "C23.words": parameter(words, [
    ...["招待", "接待", "办公经费", "购车", "公车", "通讯", "津贴", "奖金", "福利"],
    ...["还债", "偿债", "弥补亏损", "办公楼", "楼堂馆所"],
  ]),
  "C23.allowed": parameter(words, ["公益", "救助", "奖补", "护林"]),
  "C24.public": parameter(words, ["政府", "行政机关", "事业单位", "财政", "平台公司"]),
  "C27.days": parameter(count, 90),
  "C27.share": parameter(ratio, "0.5"),
  "C27.own": parameter(words, ["土地经营权", "林权", "财政量化资金", "实物"]),
  "C30.amount": parameter(money, "150000.00"),
  "C30.groups": parameter(count, 2),
  "C31.months": parameter(count, 12),
  "C32.n": parameter(count, 10),
  "C32.top": parameter(count, 3),
  "C32.share": parameter(ratio, "0.5"),
  "C33.months": parameter(count, 12),
  "C34.idle": parameter(count, 180),
  "C34.value": parameter(ratio, "0.5"),
  "C34.months": parameter(count, 24),
  "C35.late": parameter(count, 30),
  "C38.days": parameter(count, 15),
  "C38.times": parameter(count, 2),
  "C41.n": parameter(count, 50),
  "C41.round": parameter(ratio, "0.2"),
  "C41.run": parameter(count, 10),
  "C41.plans": parameter(count, 3),
  "C41.limits": parameter(z.array(money), []),
  "C42.n": parameter(count, 300),
  "C42.mad": parameter(ratio, "0.015"),
};

/**
 * The parameters that a policy pack may set: the type of each, what it says in `base/1` (contract
 * part 4, Policy packs, and part 5), and what it means.
 */
export const parameters = { ...ofDistribution, ...ofProjects, ...ofFinance, ...ofChecks };

/** Name of a parameter. */
export type ParameterName = keyof typeof parameters;
/** All of them. */
export const parameterNames = Object.keys(parameters) as readonly ParameterName[];
/** What a parameter says. */
export type ParameterValue<N extends ParameterName> = z.infer<(typeof parameters)[N]["schema"]>;

/** What becomes of a row that a code speaks of: refused, recorded with a remark, or nothing. */
export type Turn = "refuse" | "report" | "off";

/** Codes that a pack may turn, by what they do where none does (contract part 4, ° and †). */
const turns: Readonly<Record<"refuse" | "report", readonly string[]>> = {
  refuse: [
    ...["ModelNotRecognised", "IndustryNotListed", "ReasonMissing", "ProjectNotInBank"],
    ...["PlanExceeded", "OrganisationListed", "ClassCapExceeded", "ProjectNotApproved"],
    ...["NotAccepted", "DutyUnmet", "EvidenceMissing", "AwardAboveRate", "PurposeForbidden"],
    ...["LinkageMissing", "ArchiveIncomplete", "SupervisorHolds", "NotThirdParty"],
    ...["DisposalNotApproved", "AttendanceMissing", "LossNotVillages", "DecisionMissing"],
    ...["ValuationMissing", "SharesFromLoan", "ConsentMissing", "LoanAboveLimit"],
    ...["TermAboveLimit", "GuaranteeForbidden", "RateAboveBenchmark", "TermOutOfBand"],
    ...["LoanAboveHouseholds", "ParticipationMissing", "RenewalUncontrolled", "CauseMissing"],
    ...["SubsidyAboveLimit", "PremiumAboveLimit", "RateOutOfBand", "GradeMissing"],
  ],
  report: [
    ...["DutyMissing", "CooperativeTooSmall", "TitleMissing", "TenderMissing", "ChannelsFew"],
    ...["TermsMissing", "HolderDutyUnmet", "LotNotValued", "ShareConsentMissing"],
    ...["ModeMissing", "IndustryMismatch", "SupervisorOperates", "HiringUnmet"],
    ...["CompensationMissing", "PremiumSubsidyLow", "PremiumHigh", "CoverMissing"],
    ...["DisputeNotHeld"],
  ],
};

/** Each code that a pack may turn, and what it does in `base/1`. */
export const turnable: ReadonlyMap<string, Turn> = new Map(
  (["refuse", "report"] as const).flatMap((turn) => turns[turn].map((code) => [code, turn])),
);
