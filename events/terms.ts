// Terms of a contract by date: what amendments may change, how it is carried from day to day, and
// the kinds of amendment, as data that schemas, rules, sentences and read models read here.
import { z } from "zod";
import { day, decimal4, identifier, money, ratio } from "./define.ts";

/** What an amendment is called: 变更类型 in a bureau's files. */
export const amendmentKinds = {
  supplement: "补充协议",
  termination: "终止",
  correction: "更正",
} as const satisfies Readonly<Record<string, string>>;

/** The name of a kind of amendment. */
export type AmendmentKindName = keyof typeof amendmentKinds;

/** What a kind of amendment is called; its own name where this program knows none. */
export function amendmentName(kind: string): string {
  return Object.hasOwn(amendmentKinds, kind) ? amendmentKinds[kind as AmendmentKindName] : kind;
}

/** Stands for an end that is open. */
export const openEnd = "-";

/** The terms that the first versions of contracts and amendments could state. */
export const firstTerms = {
  household: identifier.optional(),
  signedOn: day.optional(),
  from: day.optional(),
  /** Last day in force, or `-`: open. */
  to: z
    .string()
    .regex(/^(\d{4}-\d{2}-\d{2}|-)$/)
    .optional(),
  quantity: decimal4.optional(),
  price: decimal4.optional(),
  floorPrice: decimal4.optional(),
  parValue: decimal4.optional(),
};

/** Terms that contracts state since the second version of amendments. */
export const laterTerms = {
  /** 标的: what is kept for the household, in words. */
  subject: z.string().optional(),
  /** 本金, yuan. */
  principal: money.optional(),
  /** 分成比例: the household's part of a profit. */
  profitShare: ratio.optional(),
  /** 返还比例: the part of a surplus that goes back by trade. */
  returnRatio: ratio.optional(),
  /** 年利率 */
  rate: ratio.optional(),
  /** 计息基础: days that a year has when interest is reckoned. */
  yearDays: identifier.optional(),
  /** 岗位, in words. */
  post: z.string().optional(),
  /** 付款周期: months from one instalment to the next. */
  everyMonths: z.int().min(1).optional(),
  /** 首付日期: the day on which the first instalment falls due. */
  firstDueOn: day.optional(),
  /** 每期金额, yuan. */
  instalment: money.optional(),
  /** 资产编号: the asset that it is about. */
  asset: identifier.optional(),
  /** 用工时间, in words. */
  workTime: z.string().optional(),
  /** 工资发放方式, in words. */
  wagePayment: z.string().optional(),
};

/** The terms that may change while type, entity and register of a contract stay what they are. */
export const changeableTerms = { ...firstTerms, ...laterTerms };

/** What they are called, in the order in which sentences and pages name them. */
export const termNames: Readonly<Record<keyof typeof changeableTerms, string>> = {
  household: "户编号",
  signedOn: "签订日期",
  from: "起始日期",
  to: "终止日期",
  quantity: "数量",
  price: "单价",
  floorPrice: "保护价",
  parValue: "每股金额",
  subject: "标的",
  principal: "本金",
  profitShare: "分成比例",
  returnRatio: "返还比例",
  rate: "年利率",
  yearDays: "计息基础",
  post: "岗位",
  everyMonths: "付款周期",
  firstDueOn: "首付日期",
  instalment: "每期金额",
  asset: "资产编号",
  workTime: "用工时间",
  wagePayment: "工资发放方式",
};

/** The schema of terms by date as the first version of amendments had it. */
export const firstTermsByDate = z
  .array(z.object({ since: day.optional(), ...firstTerms }).strict())
  .min(1);

const datedTerms = z.object({ since: day.optional(), ...changeableTerms }).strict();

/**
 * The terms of a contract by date. The first is whole and holds on every day; each further one says
 * what is otherwise from its day on (`since`, ascending).
 */
export const termsByDate = z.array(datedTerms).min(1);

/** Terms from a day on. */
export type DatedTerms = z.infer<typeof datedTerms>;

/** The terms of one day, whole; an end that is absent is open. */
export type DayTerms = Omit<DatedTerms, "since">;

/** Terms in words, each with its name; those that are not stated are left out. */
export function statedTerms(said: DayTerms): string[] {
  return Object.entries(termNames).flatMap(([name, words]) => {
    const value = said[name as keyof typeof termNames];
    return value === undefined ? [] : [`${words} ${value === openEnd ? "不定" : value}`];
  });
}

/** The terms that hold from one day until before another; open where absent. */
export interface TermsPeriod {
  readonly since: string | undefined;
  readonly before: string | undefined;
  readonly terms: DayTerms;
}

/** Terms by date as periods that cover every day once, in their order. */
export function periodsOf(terms: readonly DatedTerms[]): TermsPeriod[] {
  let carried: DayTerms = {};
  return terms.map(({ since, ...said }, i) => {
    carried = { ...carried, ...said };
    return { since, before: terms[i + 1]?.since, terms: whole(carried) };
  });
}

/** The terms of a day. */
export function termsOn(terms: readonly DatedTerms[], date: string): DayTerms {
  let carried: DayTerms = {};
  for (const { since, ...said } of terms) {
    if (since === undefined || since <= date) carried = { ...carried, ...said };
  }
  return whole(carried);
}

function whole({ to, ...terms }: DayTerms): DayTerms {
  return to === undefined || to === openEnd ? terms : { ...terms, to };
}
