// Rows of incomes, plans, basis rows and steps, and what read models say of them in a test without
// any: a county of two cooperatives and three households, of which a plan is made.
import { planBasis } from "../../src/domain/distribution/basis.ts";
import type {
  PlanHolders,
  PlanHoldersAsked,
  Taking,
} from "../../src/domain/distribution/freezing.ts";
import type { LinePayments } from "../../src/domain/distribution/payments.ts";
import type { DecidedEvent } from "../../src/domain/facts.ts";
import { streams } from "../../src/domain/facts.ts";
import type { CountyRow } from "./county.ts";
import type { Surveys } from "./given.ts";

/** An income of O1, of 100 yuan. */
export const income = (terms: CountyRow = {}): CountyRow => ({
  收益编号: "SY1",
  主体编号: "O1",
  业务日期: "2025-01-10",
  所属期: "2024",
  可分配金额: "100",
  ...terms,
});

/** A plan to divide all of it over basis rows. */
export const plan = (terms: CountyRow = {}): CountyRow => ({
  计划编号: "JH1",
  收益编号: "SY1",
  分配方式: "按基数",
  分配金额: "100",
  业务日期: "2025-01-10",
  程序: "村级",
  收入类别: "分红",
  ...terms,
});

/** A basis row of the plan, for H1. */
export const basis = (id: string, terms: CountyRow = {}): CountyRow => ({
  明细编号: id,
  计划编号: "JH1",
  户编号: "H1",
  基数: "1",
  ...terms,
});

/** What each step needs, on the day after the one before it. */
const steps: Readonly<Record<string, CountyRow>> = {
  定案: { 业务日期: "2025-02-01", 经办人: "甲" },
  决议: {
    业务日期: "2025-02-02",
    经办人: "甲",
    应到人数: "30",
    实到人数: "20",
    同意人数: "11",
    材料: "0f".repeat(32),
    主持人: "丙",
  },
  审核: { 业务日期: "2025-02-03", 经办人: "乙", 单位: "乡政府", 意见: "同意" },
  公示: {
    业务日期: "2025-02-04",
    经办人: "甲",
    级别: "村",
    地点: "公开栏",
    渠道: "公开栏",
    截止日期: "2025-02-13",
    举报电话: "12317 0873-5620000",
  },
  异议: { 业务日期: "2025-02-05", 经办人: "丁", 异议编号: "YY1" },
  答复: {
    业务日期: "2025-02-06",
    经办人: "甲",
    异议编号: "YY1",
    结论: "不成立",
    说明: "查实",
  },
  公示结束: { 业务日期: "2025-02-14", 经办人: "甲" },
  批准: { 业务日期: "2025-02-15", 经办人: "戊", 单位: "县局", 意见: "同意" },
  暂停: { 业务日期: "2025-02-16", 经办人: "甲", 户编号: "H1", 说明: "待查" },
  放行: { 业务日期: "2025-02-17", 经办人: "甲", 户编号: "H1" },
  停发: {
    业务日期: "2025-02-17",
    经办人: "甲",
    户编号: "H1",
    说明: "死亡",
    材料: "0f".repeat(32),
  },
  改户: { 业务日期: "2025-02-17", 经办人: "甲", 户编号: "H1", 复核人: "己" },
  重发: { 业务日期: "2025-02-17", 经办人: "甲", 户编号: "H1", 说明: "再付" },
  追回: {
    业务日期: "2025-02-17",
    经办人: "甲",
    户编号: "H1",
    金额: "33.34",
    凭证号: "PZ1",
  },
  撤销: { 业务日期: "2025-02-18", 经办人: "甲", 说明: "重来" },
};

/** A step of the plan; its id is the step's name and the day where none is given. */
export function step(kind: string, terms: CountyRow = {}): CountyRow {
  const row: CountyRow = { 计划编号: "JH1", 步骤: kind, ...steps[kind], ...terms };
  return { 步骤编号: `${kind} ${row["业务日期"] ?? ""}`, ...row };
}

/** What tests say of payments and accounts; nothing is paid where they say nothing. */
export interface Said {
  readonly payments?: LinePayments;
  readonly paid?: number;
  readonly accounts?: { readonly now: string; readonly was: string };
  /** In place of those of basis rows. */
  readonly holders?: readonly Taking[];
  /** Households without an account. */
  readonly without?: readonly string[];
}

const payee = (who: string, { without = [] }: Said) => ({
  name: `某${who}`,
  account: without.includes(who) ? "" : `62${who}`,
  holder: `某${who}`,
  village: "青龙镇落梅村",
  status: "一般农户",
});

/** The read models of such a county. */
export function surveysOf(said: Said = {}): Surveys {
  const account = (number: string) => ({ account: number, holder: "某", name: "某" });
  const holdersOf = ({ plan: of }: PlanHoldersAsked, events: readonly DecidedEvent[]) => {
    const state = planBasis.start();
    const stream = streams.basis(of);
    for (const event of events) if (event.stream === stream) planBasis.apply(state, event);
    return [...state.counting.values()].map(({ data }): Taking => {
      const { household, organisation, person, amount, factor, priority } = data;
      const names = Object.entries({ household, organisation, person });
      const given = Object.fromEntries(names.filter(([, name]) => name !== undefined));
      return { ...given, basis: amount, factor, priority };
    });
  };
  const holders = (taking: readonly Taking[]): PlanHolders => ({
    taking,
    read: () => Promise.resolve(),
    take: ({ household, organisation = "" }) => payee(household ?? organisation, said),
  });
  return {
    "plan-holders": (asked: never, events) => holders(said.holders ?? holdersOf(asked, events)),
    "line-payments": () => said.payments ?? { total: 0 },
    "plan-payments": () => said.paid ?? 0,
    "payee-accounts": () => {
      const { now, was } = said.accounts ?? { now: "62H1", was: "62H1" };
      return { now: account(now), was: account(was) };
    },
  };
}
