import type { Cells } from "../acts.ts";
import { daysAfter } from "../exact.ts";
import type { Household } from "../people.ts";
import type { Random } from "../random.ts";
import { randomFrom } from "../random.ts";
import { industryOf } from "./bindings.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";
import { roundOf } from "./rounds.ts";

/** Households in a hundred that nobody has asked yet, by township. */
const unaskedPercent: Readonly<Record<string, number>> = {
  ...{ 宁州: 1, 盘溪: 2, 华溪: 3, 青龙: 2, 通红甸: 0 },
};

/** What households said of their conditions, by when they were asked. */
export interface Registered {
  readonly first: readonly Cells[];
  /** In the rounds of October 2025 and 2026. */
  readonly rounds: readonly Cells[];
}

/**
 * `conditions`: nearly every household at the beginning of 2025, and in the rounds those of whom
 * something has changed. Everybody states the industries of its bindings.
 */
export function registered(cast: Cast, bindings: readonly Cells[]): Registered {
  const random = randomFrom(53042404);
  const { households, agreements } = cast.county;
  const known = new Map<string, Set<string>>(households.map(({ number }) => [number, new Set()]));
  for (const { 户编号: household = "", 产业: industry } of bindings) {
    if (industry !== undefined) known.get(household)?.add(industry);
  }
  for (const { household, produce } of agreements.sales) {
    known.get(household.number)?.add(industryOf(produce.name));
  }
  const industries = (household: Household) => [...(known.get(household.number) ?? [])].join("、");
  const bound = new Set(bindings.map(({ 户编号: household = "" }) => household));
  const isBound = ({ number }: Household): boolean => bound.has(number);
  const allowed = new Set<Household>();
  const first = households.flatMap((household): readonly Cells[] => {
    const isAllowed = random.chance(allowedPercent(household, isBound(household)));
    if (random.chance(unaskedPercent[household.township.short] ?? 0)) return [];
    const day = daysAfter("2025-01-03", random.int(0, 30));
    if (isAllowed) allowed.add(household);
    return [said(random, household, industries(household), day, isAllowed ? "是" : "")];
  });
  const later = [2025, 2026].flatMap((year) =>
    households.flatMap((household): readonly Cells[] => {
      const { collect, complete } = roundOf(household.village, year) ?? {};
      if (collect === undefined) return [];
      const isAsked = random.chance(askedPercent(household, year, complete !== undefined));
      if (!isAsked && !allowed.has(household)) return [];
      const leaves = allowed.has(household) && random.chance(isBound(household) ? 30 : 80);
      const day = daysAfter(collect, random.int(0, 4));
      return [changed(random, household, industries(household), day, leaves ? "否" : "")];
    }),
  );
  const all = numbered("记录编号", "HN-DJ", [...first, ...later]);
  return { first: all.slice(0, first.length), rounds: all.slice(first.length) };
}

/**
 * How often in a hundred a household like this one has the 低保: mostly where nobody can work, and
 * sometimes where nobody has bound it, which loses it next.
 */
function allowedPercent({ kind, workers }: Household, isBound: boolean): number {
  if (kind === "一般农户") return 0;
  if (!isBound) return 25;
  return workers > 0 ? 1 : kind === "监测户" ? 75 : 35;
}

function askedPercent({ kind }: Household, year: number, isDone: boolean): number {
  if (year === 2026) return isDone ? 96 : 20;
  return kind === "监测户" ? 95 : 14;
}

function said(
  random: Random,
  { number, workers }: Household,
  industries: string,
  day: string,
  allowance: string,
): Cells {
  const isAble = random.chance(workers > 0 ? 97 : 70);
  return {
    ...{ 户编号: number, 业务日期: day, 产业条件: isAble ? "有" : "无" },
    发展意愿: random.chance(isAble ? 98 : 40) ? "有" : "无",
    ...(industries !== "" && { 产业: industries }),
    ...(allowance !== "" && { 低保: allowance }),
  };
}

/** What is said again in a round: here and there somebody has fallen into hardship since. */
function changed(
  random: Random,
  household: Household,
  industries: string,
  day: string,
  allowance: string,
): Cells {
  const row = said(random, household, industries, day, allowance);
  if (household.kind !== "一般农户" || !random.chance(20)) return row;
  return { ...row, 户类型: "监测户", 监测对象类型: "突发严重困难户", 低保: "是" };
}
