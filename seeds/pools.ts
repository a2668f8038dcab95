import type { Register } from "./agreements.ts";
import type { Cells } from "./acts.ts";
import type { County } from "./county.ts";
import { decimal } from "./exact.ts";
import type { Organisation } from "./organisations.ts";
import type { Household, Person } from "./people.ts";

/** A line that comes back from the bank, and what is done about it. */
export interface Back {
  readonly household: Household;
  /** The kind of file that says so first. */
  readonly by: "pain.002" | "camt.053" | "camt.054";
  readonly reason: readonly [code: string, words: string];
  readonly then: "改户" | "重发" | "停发";
}

/** An income and the plan that divides it, with all that befalls its lines. */
export interface Division {
  readonly plan: string;
  readonly income: string;
  readonly organisation: Organisation;
  readonly procedure: "村级" | "乡镇" | "县级";
  /** 分配金额, whole yuan. */
  readonly pool: number;
  readonly terms: Cells;
  /** What else its income says: what came in, from what. */
  readonly receipt?: Cells;
  readonly basis: readonly Cells[];
  readonly objection?: {
    readonly household: Household;
    readonly outcome: "成立" | "不成立" | "搁置";
    readonly words: string;
  };
  /** The first list is sent back, or falls to its objection: the rows that the next one needs. */
  readonly mended?: readonly Cells[];
  /** Held before anything is paid, and what becomes of it. */
  readonly held?: { readonly household: Household; readonly then: "放行" | "停发" };
  readonly back?: Back;
  /** A person without an account, who opens one. */
  readonly opens?: { readonly household: Household; readonly person: Person };
  /** Paid to somebody who should not have had it, and taken back. */
  readonly recovered?: Household;
  /** An organisation among the beneficiaries, whose account becomes known. */
  readonly shares?: Organisation;
}

/** What happens in a quarter of 2025. */
export interface Quarter {
  readonly name: string;
  readonly months: readonly [first: string, second: string, third: string];
  readonly divisions: readonly Division[];
}

/** What else an income says, by 收益编号. */
export type Receipts = Readonly<Record<string, Cells>>;

/** Eight plans of the demo county in four quarters, one of each 分配方式. */
export function quartersOf(county: County, receipts: Receipts): readonly Quarter[] {
  const cast = castOf(county);
  const quarter = (nth: number, ...divided: readonly Division[]): Quarter => {
    const month = (at: number): string => `2025-${String(3 * nth - 3 + at).padStart(2, "0")}`;
    const divisions = divided.map((one) => ({ ...one, receipt: receipts[one.income] ?? {} }));
    return { name: `2025Q${nth}`, months: [month(1), month(2), month(3)], divisions };
  };
  return [
    quarter(1, byShares(cast), byBasis(cast)),
    quarter(2, byTrade(cast), byTiers(cast)),
    quarter(3, byHeads(cast), byUnit(cast)),
    quarter(4, byRate(cast), byFloor(cast)),
  ];
}

interface Cast {
  /** Share registers of a village collective and of a cooperative that buys in spring. */
  readonly collective: Register;
  readonly cooperative: Register;
  readonly company: (name: string) => Organisation;
  /** Households of the n-th village. */
  readonly village: (nth: number, count: number) => readonly Household[];
}

function castOf({ households, organisations, agreements }: County): Cast {
  const villages = [...new Set(households.map(({ village }) => village))];
  const { registers } = agreements;
  const collective = registers.find(
    ({ contract }) => contract.organisation.kind === "村集体经济组织",
  );
  const cooperative = registers.find(({ contract }) => {
    const { kind, produce } = contract.organisation;
    return kind === "农民专业合作社" && produce?.months.includes(3) === true;
  });
  return {
    collective: found(collective),
    cooperative: found(cooperative),
    company: (name) => found(organisations.find((each) => each.name.startsWith(name))),
    village: (nth, count) => {
      return households.filter(({ village }) => village === villages[nth]).slice(0, count);
    },
  };
}

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new Error("the demo county has one");
  return one;
}

function at<T>(list: readonly T[], index: number): T {
  return found(list[index]);
}

/** The names of a plan's things, which are all its own. */
function named(nth: number) {
  const two = String(nth).padStart(2, "0");
  return { plan: `HN-JH-${two}`, income: `HN-SY-${two}`, row: (n: number) => rowId(two, n) };
}

function rowId(plan: string, n: number): string {
  return `HN-MX-${plan}${String(n).padStart(3, "0")}`;
}

/** Basis rows of a plan: what each household counts for, in ten-thousandths. */
function basisOf(
  nth: number,
  households: readonly Household[],
  counted: (household: Household, place: number) => bigint,
  more: (household: Household) => Cells = () => ({}),
): Cells[] {
  const { plan, row } = named(nth);
  return households.map((household, place) => ({
    ...{ 明细编号: row(place + 1), 计划编号: plan, 户编号: household.number },
    基数: decimal(counted(household, place)),
    ...more(household),
  }));
}

/** Quarters of a unit, from one up: 1, 1.25, 1.5 … */
function stepped(place: number, of: number): bigint {
  return 10_000n + 2_500n * BigInt((place * 7) % of);
}

function byShares({ collective }: Cast): Division {
  const { contract, members } = collective;
  const { plan, income } = named(1);
  return {
    ...{ plan, income, organisation: contract.organisation, procedure: "村级", pool: 48_600 },
    terms: {
      ...{ 分配方式: "按股", 收入类别: "分红" },
      ...{ 股权登记簿: contract.register, 基准日: "2025-01-10" },
    },
    basis: [],
    objection: { household: at(members, 3), outcome: "不成立", words: "股数与登记簿一致" },
    back: {
      household: at(members, 5),
      by: "pain.002",
      reason: ["AC01", "账号不存在"],
      then: "改户",
    },
  };
}

function byBasis({ company, village, collective }: Cast): Division {
  const { plan, income, row } = named(2);
  const households = village(20, 22);
  const shares = collective.contract.organisation;
  const own = { 明细编号: row(900), 计划编号: plan, 主体编号: shares.number, 基数: "12.5" };
  return {
    ...{ plan, income, organisation: company("华宁光伏"), procedure: "乡镇", pool: 36_250 },
    terms: { 分配方式: "按基数", 收入类别: "租金" },
    basis: [...basisOf(2, households, (_, place) => stepped(place, 9)), own],
    back: {
      household: at(households, 4),
      by: "camt.053",
      reason: ["AC04", "账户已销户"],
      then: "改户",
    },
    shares,
  };
}

function byTrade({ cooperative }: Cast): Division {
  const { contract, members } = cooperative;
  const { plan, income } = named(3);
  return {
    ...{ plan, income, organisation: contract.organisation, procedure: "村级", pool: 52_000 },
    terms: {
      ...{ 分配方式: "按交易量", 收入类别: "返利", 比例: "0.7" },
      ...{ 起始日期: "2024-11-01", 终止日期: "2025-03-31" },
      ...{ 股权登记簿: contract.register, 基准日: "2025-03-31" },
    },
    basis: [],
    objection: { household: at(members, 2), outcome: "搁置", words: "交售台账待核" },
    back: {
      household: at(members, 6),
      by: "camt.054",
      reason: ["AC06", "账户不动户，已激活"],
      then: "重发",
    },
  };
}

function byTiers({ company, village }: Cast): Division {
  const { plan, income, row } = named(4);
  const households = village(31, 26);
  const factors: Cells = { 监测户: "1.5", 脱贫户: "1.2", 一般农户: "0.8" };
  const factor = (household: Household): Cells => ({ 系数: factors[household.kind] ?? "1" });
  const wronged = at(households, 7);
  const mended = {
    ...{ 明细编号: row(901), 计划编号: plan, 户编号: wronged.number, 基数: "4.5" },
    ...{ ...factor(wronged), 替换: row(8) },
  };
  return {
    ...{ plan, income, organisation: company("华宁柑桔"), procedure: "县级", pool: 45_000 },
    terms: { 分配方式: "阶梯", 收入类别: "奖补" },
    basis: basisOf(4, households, (_, place) => stepped(place, 11), factor),
    objection: { household: wronged, outcome: "成立", words: "漏登一块地，按实测补登" },
    mended: [mended],
    back: {
      household: at(households, 11),
      by: "pain.002",
      reason: ["BE01", "户名不符"],
      then: "改户",
    },
  };
}

function byHeads({ collective, village }: Cast): Division {
  const { plan, income } = named(5);
  const households = village(1, 30);
  return {
    ...{ plan, income, organisation: collective.contract.organisation },
    ...{ procedure: "村级", pool: 18_888 },
    terms: { 分配方式: "按人口", 收入类别: "救助", 说明理由: "洪涝救助，按在册人口均摊" },
    basis: basisOf(5, households, ({ people }) => BigInt(people.length) * 10_000n),
    held: { household: at(households, 9), then: "停发" },
    back: {
      household: at(households, 12),
      by: "camt.054",
      reason: ["MD07", "收款人已故"],
      then: "停发",
    },
  };
}

function byUnit({ company, village }: Cast): Division {
  const { plan, income, row } = named(6);
  const households = village(44, 16);
  const couple = found(households.find(({ people }) => people[1]?.relation === "配偶"));
  const spouse = at(couple.people, 1);
  const head = ({ people }: Household): Cells => ({ 人编号: at(people, 0).number });
  const own = { 明细编号: row(900), 计划编号: plan, 户编号: couple.number, 基数: "3" };
  const first = at(households, 0);
  const mended = {
    ...{ 明细编号: row(901), 计划编号: plan, 户编号: first.number, 基数: "2", ...head(first) },
    替换: row(1),
  };
  return {
    ...{ plan, income, organisation: company("华宁乡村旅游"), procedure: "乡镇", pool: 40_000 },
    terms: { 分配方式: "定额", 收入类别: "公益岗位", 发放方式: "按人", 单价: "650" },
    basis: [...basisOf(6, households, () => 30_000n, head), { ...own, 人编号: spouse.number }],
    mended: [mended],
    opens: { household: couple, person: spouse },
  };
}

function byRate({ company, village }: Cast): Division {
  const { plan, income } = named(7);
  const households = village(56, 24);
  return {
    ...{ plan, income, organisation: company("华宁冷链物流"), procedure: "县级", pool: 30_000 },
    terms: {
      ...{ 分配方式: "固定收益", 收入类别: "固定收益", 年利率: "0.06", 计息基础: "360" },
      ...{ 起始日期: "2025-01-01", 终止日期: "2025-09-30" },
    },
    basis: basisOf(7, households, (_, place) => 50_000_000n + 12_500_000n * BigInt(place % 7)),
    held: { household: at(households, 8), then: "放行" },
    back: {
      household: at(households, 15),
      by: "camt.053",
      reason: ["CUST", "客户要求退回，已联系"],
      then: "重发",
    },
  };
}

function byFloor({ company, village }: Cast): Division {
  const { plan, income } = named(8);
  const households = village(70, 24);
  return {
    ...{ plan, income, organisation: company("华宁蔬菜"), procedure: "村级", pool: 66_000 },
    terms: { 分配方式: "保底分红", 收入类别: "分红", 保底单价: "510" },
    basis: basisOf(8, households, (_, place) => 15_000n + stepped(place, 13)),
    recovered: at(households, 10),
  };
}
