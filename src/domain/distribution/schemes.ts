import { daysInclusive } from "../calendar.ts";
import { fromUnits, roundedQuotient, toUnits } from "../decimal.ts";
import { inTieOrder } from "./beneficiary.ts";
import { payClaims, priorityDefault } from "./claims.ts";
import type { Holder, Plan, Plans, SchemeName, Trader, Words } from "./terms.ts";
import { divideByWeights } from "./weights.ts";

/** Why nothing is divided (contract part 2, 定案); `BasisMissing` comes before any other. */
export type DivisionRefusal = "BasisMissing" | "PoolTooSmall";

/** One line of a division. */
export interface Line {
  /** From 1, in the order of ties. */
  readonly line: number;
  /** As it was handed in; under 按交易量 without what a part of 0.00 leaves out. */
  readonly holder: Holder | Trader;
  /** Four decimals. */
  readonly basis: string | { readonly kilograms: string; readonly shares: string };
  /** Four decimals; under 阶梯 alone. */
  readonly factor?: string;
  /** Money; where the scheme has claims. */
  readonly claim?: string;
  /** Money; a line of 0.00 is in the list. */
  readonly amount: string;
}

/** A pool divided. */
export interface Division {
  readonly count: number;
  /** The amounts of all lines, money; below the pool where less is claimed than there is. */
  readonly sum: string;
  /** A line by its number; throws where there is none. */
  line(number: number): Line;
  /** All lines in order, each made when it is asked for. */
  lines(): Generator<Line, void>;
}

/** One 分配方式. A rule that changes is a new version beside the old, never the same one. */
export interface Scheme<S extends SchemeName = SchemeName> {
  /** Name and version, for the record. */
  readonly code: `${string}/${number}`;
  /** W divides by weights, C pays claims; two divide in two steps. */
  readonly method: "W" | "C" | "W + W" | "C + W";
  /** The columns of a plan that it needs beside those of every plan. */
  readonly needs: readonly string[];
  /** Where its beneficiaries come from. */
  readonly dividesOver: "shares" | "basis" | "trade and shares";
  readonly formula: Words;
  readonly divide: (plan: Plans[S]) => Division | DivisionRefusal;
}

/** The amounts of lines, in fen, in their order. */
interface Amounts {
  readonly amounts: BigInt64Array;
  readonly claims?: readonly bigint[];
}

/** The schemes by 分配方式 (contract part 2, Income and plans; requirements R9, R36 to R41). */
export const schemes: { readonly [S in SchemeName]: Scheme<S> } = {
  按股: {
    code: "by-shares/1",
    method: "W",
    needs: ["股权登记簿", "基准日"],
    dividesOver: "shares",
    formula: {
      zh: "分配金额 × 本行股份 ÷ 全部股份，舍去分以下，余下的分按余数从大到小各加一分",
      en: "pool × shares ÷ all shares, floored to the fen; a fen each to the largest remainders",
    },
    divide: byWeights(({ basis }) => basis),
  },
  按基数: {
    code: "by-basis/1",
    method: "W",
    needs: [],
    dividesOver: "basis",
    formula: {
      zh: "分配金额 × 基数 ÷ 基数合计，舍去分以下，余下的分按余数从大到小各加一分",
      en: "pool × basis ÷ all bases, floored to the fen; a fen each to the largest remainders",
    },
    divide: byWeights(({ basis }) => basis),
  },
  阶梯: {
    code: "by-steps/1",
    method: "W",
    needs: [],
    dividesOver: "basis",
    formula: {
      zh: "分配金额 ×（基数 × 系数）÷ 各行（基数 × 系数）合计，舍去分以下，余下的分按余数从大到小各加一分",
      en:
        "pool × (basis × factor) ÷ the sum of these, floored to the fen; " +
        "a fen each to the largest remainders",
    },
    divide: byWeights(steppedWeight),
  },
  按人口: {
    code: "by-people/1",
    method: "W",
    needs: [],
    dividesOver: "basis",
    formula: {
      zh: "分配金额 × 人数 ÷ 总人数，舍去分以下，余下的分按余数从大到小各加一分",
      en: "pool × people ÷ all people, floored to the fen; a fen each to the largest remainders",
    },
    divide: byWeights(({ basis }) => basis),
  },
  按交易量: {
    code: "by-trade/1",
    method: "W + W",
    needs: ["比例", "起始日期", "终止日期", "股权登记簿", "基准日"],
    dividesOver: "trade and shares",
    formula: {
      zh: "分配金额 × 比例（四舍五入到分）按公斤数分，其余按股份分，两部分相加",
      en: "pool × ratio, half up to the fen, over kilograms, the rest over shares; the sum of both",
    },
    divide: divideByTrade,
  },
  定额: {
    code: "per-unit/1",
    method: "C",
    needs: ["单价"],
    dividesOver: "basis",
    formula: {
      zh: "基数 × 单价，四舍五入到分；不够时按优先级",
      en: "basis × price, half up to the fen; by priority where the pool is too small",
    },
    divide: byClaims(({ price }: Plans["定额"]) => claimByPrice(price)),
  },
  固定收益: {
    code: "fixed-return/1",
    method: "C",
    needs: ["年利率", "计息基础", "起始日期", "终止日期"],
    dividesOver: "basis",
    formula: {
      zh: "基数 × 年利率 × 天数 ÷ 计息基础，四舍五入到分；不够时按优先级",
      en: "basis × rate × days ÷ days a year, half up; by priority where the pool is too small",
    },
    divide: byClaims(claimByRate),
  },
  保底分红: {
    code: "floor-and-share/1",
    method: "C + W",
    needs: ["保底单价"],
    dividesOver: "basis",
    formula: {
      zh: "基数 × 保底单价（四舍五入到分），加上剩余金额 × 基数 ÷ 基数合计",
      en: "basis × floor price, half up to the fen, and what is left × basis ÷ all bases",
    },
    divide: divideWithFloor,
  },
};

/**
 * Divides the pool of a plan by its scheme. Exact: all is counted in whole fen and ten-thousandths.
 * `BasisMissing`: nobody to divide over; `PoolTooSmall`: not all of the floor fits (保底分红). The
 * order of `plan.holders` makes no difference. Throws on what a parsed plan cannot hold: the same
 * beneficiary twice, a quantity below 0, an end before its start.
 */
export function divide(plan: Plan): Division | DivisionRefusal {
  return divideBy(plan.scheme, plan);
}

function divideBy<S extends SchemeName>(scheme: S, plan: Plans[S]): Division | DivisionRefusal {
  return schemes[scheme].divide(plan);
}

/**
 * Whether a list of the plan needs a reason in words (`ReasonMissing`): under 按人口 always, under
 * 按基数 and 阶梯 where two or more have a line and all weights are equal (contract part 2, 定案).
 */
export function needsReason(plan: Plan): boolean {
  if (plan.scheme === "按人口") return true;
  if (plan.scheme !== "按基数" && plan.scheme !== "阶梯") return false;
  const weightOf = plan.scheme === "阶梯" ? steppedWeight : ({ basis }: Holder) => basis;
  const weights = plan.holders.filter(({ basis }) => basis > 0n).map(weightOf);
  return weights.length > 1 && weights.every((weight) => weight === weights[0]);
}

/** 系数 1, in ten-thousandths. */
export const factorDefault = 10_000n;

/** The weight under 阶梯: 基数 × 系数, eight decimals, exact. */
export function steppedWeight({ basis, factor }: Holder): bigint {
  return basis * (factor ?? factorDefault);
}

function byWeights(weightOf: (holder: Holder) => bigint) {
  return (plan: Plans["按股" | "按基数" | "阶梯" | "按人口"]): Division | DivisionRefusal => {
    const holders = takingPart(plan.holders);
    const amounts = divideByWeights(toUnits(plan.pool, 2), holders.length, (at) =>
      weightOf(holders[at] as Holder),
    );
    if (amounts === null) return "BasisMissing";
    return divisionOf(holders, { amounts }, plan.scheme === "阶梯");
  };
}

function byClaims<P extends Plans["定额" | "固定收益"]>(
  claimOf: (plan: P) => (basis: bigint) => bigint,
) {
  return (plan: P): Division | DivisionRefusal => {
    const holders = takingPart(plan.holders);
    if (holders.length === 0) return "BasisMissing";
    const claim = claimOf(plan);
    const claims = holders.map(({ basis }) => claim(basis));
    const priorityOf = (at: number) => (holders[at] as Holder).priority ?? priorityDefault;
    const amounts = payClaims(toUnits(plan.pool, 2), claims, priorityOf);
    return divisionOf(holders, { amounts, claims });
  };
}

function divideWithFloor(plan: Plans["保底分红"]): Division | DivisionRefusal {
  const holders = takingPart(plan.holders);
  const claim = claimByPrice(plan.floorPrice);
  const claims = holders.map(({ basis }) => claim(basis));
  let left = toUnits(plan.pool, 2);
  for (const floor of claims) left -= floor;
  if (holders.length === 0) return "BasisMissing";
  if (left < 0n) return "PoolTooSmall";
  const amounts = divideByWeights(left, holders.length, (at) => (holders[at] as Holder).basis);
  if (amounts === null) throw new Error("who takes part holds more than nothing");
  for (let at = 0; at < amounts.length; at++) {
    amounts[at] = (amounts[at] as bigint) + (claims[at] as bigint);
  }
  return divisionOf(holders, { amounts, claims });
}

/** The two parts of a pool under 按交易量, in fen: by trade, half up to the fen, and the rest. */
export function partsByTrade(plan: Plans["按交易量"]): { byTrade: bigint; byShares: bigint } {
  const pool = toUnits(plan.pool, 2);
  const byTrade = roundedQuotient(pool * toUnits(plan.ratio, 6), 1_000_000n);
  return { byTrade, byShares: pool - byTrade };
}

/**
 * Who takes part under 按交易量, in the order of ties. A part of 0.00 is divided over nobody: what is
 * held of it does not count, and who holds nothing else has no line.
 */
export function tradersTakingPart(plan: Plans["按交易量"]): Trader[] {
  const { byTrade, byShares } = partsByTrade(plan);
  const traders = byShares > 0n && byTrade > 0n ? plan.holders : plan.holders.map(counting);
  return inTieOrder(traders.filter(({ kilograms, shares }) => holds(kilograms) || holds(shares)));

  function counting(trader: Trader): Trader {
    return {
      ...trader,
      kilograms: byTrade > 0n ? trader.kilograms : 0n,
      shares: byShares > 0n ? trader.shares : 0n,
    };
  }
}

function divideByTrade(plan: Plans["按交易量"]): Division | DivisionRefusal {
  const { byTrade, byShares } = partsByTrade(plan);
  const traders = tradersTakingPart(plan);
  const amounts = new BigInt64Array(traders.length);
  if (traders.length === 0) return "BasisMissing";
  for (const [part, name] of [
    [byTrade, "kilograms"],
    [byShares, "shares"],
  ] as const) {
    if (part === 0n) continue;
    const own = divideByWeights(part, traders.length, (at) => (traders[at] as Trader)[name]);
    if (own === null) return "BasisMissing";
    for (let at = 0; at < amounts.length; at++) {
      amounts[at] = (amounts[at] as bigint) + (own[at] as bigint);
    }
  }
  return divisionOf(traders, { amounts });
}

/** Who holds more than nothing, in the order of ties. */
export function takingPart(holders: readonly Holder[]): Holder[] {
  return inTieOrder(holders.filter(({ basis }) => holds(basis)));
}

function holds(quantity: bigint): boolean {
  if (quantity < 0n) throw new Error("parsed: a quantity is not below 0");
  return quantity > 0n;
}

/** basis × price in fen, half up: ten-thousandths of a unit at ten-thousandths of a yuan. */
export function claimByPrice(price: string): (basis: bigint) => bigint {
  const perUnit = toUnits(price, 4);
  return (basis) => roundedQuotient(basis * perUnit, 1_000_000n);
}

/** basis × rate × days ÷ days a year in fen, half up (R41: the basis of days is named). */
export function claimByRate(plan: Plans["固定收益"]): (basis: bigint) => bigint {
  const days = daysInclusive(plan.from, plan.to);
  if (days < 1) throw new Error("parsed: an end is not before its start");
  const forDays = toUnits(plan.rate, 6) * BigInt(days);
  const perFen = 100_000_000n * BigInt(plan.yearDays);
  return (basis) => roundedQuotient(basis * forDays, perFen);
}

function divisionOf(
  holders: readonly (Holder | Trader)[],
  { amounts, claims }: Amounts,
  hasFactors = false,
): Division {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  const lineAt = (at: number): Line => {
    const holder = holders[at];
    const amount = amounts[at];
    if (holder === undefined || amount === undefined) throw new Error("no line of that number");
    const claim = claims?.[at];
    return {
      line: at + 1,
      holder,
      basis: basisOf(holder),
      ...(hasFactors && "basis" in holder && { factor: quantity(holder.factor ?? factorDefault) }),
      ...(claim !== undefined && { claim: fromUnits(claim, 2) }),
      amount: fromUnits(amount, 2),
    };
  };
  return {
    count: holders.length,
    sum: fromUnits(sum, 2),
    line: (number) => lineAt(number - 1),
    *lines() {
      for (let at = 0; at < holders.length; at++) yield lineAt(at);
    },
  };
}

function basisOf(holder: Holder | Trader): Line["basis"] {
  if ("basis" in holder) return quantity(holder.basis);
  return { kilograms: quantity(holder.kilograms), shares: quantity(holder.shares) };
}

function quantity(units: bigint): string {
  return fromUnits(units, 4);
}
