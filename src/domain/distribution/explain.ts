import { daysInclusive } from "../calendar.ts";
import { fromUnits, toUnits } from "../decimal.ts";
import type { Beneficiary } from "./beneficiary.ts";
import { claimClasses, priorityDefault } from "./claims.ts";
import type { ClaimClass } from "./claims.ts";
import {
  claimByPrice,
  claimByRate,
  factorDefault,
  partsByTrade,
  schemes,
  steppedWeight,
  takingPart,
  tradersTakingPart,
} from "./schemes.ts";
import type { Holder, Plan, Plans, Trader, Words } from "./terms.ts";
import type { WeightOf } from "./weights.ts";
import { shareOf } from "./weights.ts";

/** How a line came to its amount, step by step. */
export interface Explanation {
  readonly line: number;
  readonly beneficiary: Beneficiary;
  /** The scheme's formula. */
  readonly formula: Words;
  /** Each a computation with its numbers, to be done again with a pocket calculator. */
  readonly steps: readonly Words[];
  /** What the last step says, money. */
  readonly amount: string;
}

/** Steps and what they come to, in fen. */
interface Computed {
  readonly steps: readonly Words[];
  readonly amount: bigint;
}

/**
 * Explains a line of a plan's list, computed from its holders again and by another way than
 * `divide`: the rank of a remainder is counted. The holders are those that were divided over, in
 * any order. Throws where there is no such line, or where the steps do not end at `recorded`, the
 * amount of the line in the list: then the list was not made of these holders and terms.
 */
export function explain(plan: Plan, line: number, recorded: string): Explanation {
  const { holder, steps, amount } = computed(plan, line - 1);
  if (fromUnits(amount, 2) !== recorded) throw new Error("a line is what its holders come to");
  const { formula } = schemes[plan.scheme];
  return { line, beneficiary: beneficiaryOf(holder), formula, steps, amount: recorded };
}

function beneficiaryOf({ household, organisation, person }: Beneficiary): Beneficiary {
  if (household === undefined) return { organisation };
  return person === undefined ? { household } : { household, person };
}

function computed(plan: Plan, at: number): Computed & { readonly holder: Holder | Trader } {
  if (plan.scheme === "按交易量") {
    const traders = tradersTakingPart(plan);
    return { holder: heldAt(traders, at), ...byTrade(plan, traders, at) };
  }
  const holders = takingPart(plan.holders);
  const holder = heldAt(holders, at);
  switch (plan.scheme) {
    case "按股":
    case "按基数":
    case "阶梯":
    case "按人口":
      return { holder, ...byWeight(plan, holders, at) };
    case "定额":
    case "固定收益":
      return { holder, ...byClaim(plan, holders, at) };
    case "保底分红":
      return { holder, ...withFloor(plan, holders, at) };
  }
}

function heldAt<H>(holders: readonly H[], at: number): H {
  const holder = holders[at];
  if (holder === undefined) throw new Error("no line of that number");
  return holder;
}

/** What is weighed: its name, and how many decimals it has. */
interface Weighing {
  readonly name: Words;
  readonly decimals: number;
}

const byScheme = {
  按股: { name: { zh: "股份", en: "shares" }, decimals: 4 },
  按基数: { name: { zh: "基数", en: "basis" }, decimals: 4 },
  阶梯: { name: { zh: "基数 × 系数", en: "basis × factor" }, decimals: 8 },
  按人口: { name: { zh: "人数", en: "people" }, decimals: 4 },
  保底分红: { name: { zh: "基数", en: "basis" }, decimals: 4 },
} satisfies Partial<Record<Plan["scheme"], Weighing>>;

function byWeight(
  plan: Plans["按股" | "按基数" | "阶梯" | "按人口"],
  holders: readonly Holder[],
  at: number,
): Computed {
  const own = heldAt(holders, at);
  const isStepped = plan.scheme === "阶梯";
  const weightOf: WeightOf = isStepped
    ? (place) => steppedWeight(holders[place] as Holder)
    : (place) => (holders[place] as Holder).basis;
  const share = shareSteps(
    byScheme[plan.scheme],
    toUnits(plan.pool, 2),
    holders.length,
    weightOf,
    at,
  );
  if (!isStepped) return share;
  const factors = `${quantity(own.basis)} × ${quantity(own.factor ?? factorDefault)}`;
  const product = fromUnits(steppedWeight(own), 8);
  const weight = {
    zh: `基数 × 系数：${factors} = ${product}`,
    en: `basis × factor: ${factors} = ${product}`,
  };
  return { steps: [weight, ...share.steps], amount: share.amount };
}

/** The steps of the method W for the line at a place. */
function shareSteps(
  { name, decimals }: Weighing,
  pool: bigint,
  count: number,
  weightOf: WeightOf,
  place: number,
): Computed {
  const share = shareOf(pool, count, weightOf, place);
  const { weight, total, sharers, floor, remainder, left, rank, amount } = share;
  const [own, all] = [fromUnits(weight, decimals), fromUnits(total, decimals)];
  const quotient = `${money(pool)} × ${own} ÷ ${all}`;
  const whole = `${pool} × ${weight} ÷ ${total} = ${floor}`;
  const getsFen = rank <= left;
  const ended = `${money(floor)} + ${getsFen ? "0.01" : "0.00"} = ${money(amount)}`;
  return {
    steps: [
      {
        zh: `${name.zh}：本行 ${own}，合计 ${all}（${sharers} 行）`,
        en: `${name.en}: this line ${own}, all ${sharers} lines ${all}`,
      },
      {
        zh: `${quotient}，按整数算（分）：${whole} 余 ${remainder}，舍去余数得 ${money(floor)}`,
        en:
          `${quotient}, in whole numbers (fen): ${whole} remainder ${remainder}, ` +
          `floored to ${money(floor)}`,
      },
      {
        zh:
          `各行舍去余数后还剩 ${left} 分，按余数从大到小每行加一分；` +
          `本行余数排第 ${rank}，${getsFen ? "加一分" : "不加"}：${ended}`,
        en:
          `left over of all lines: ${left} fen, one each to the largest remainders; ` +
          `this remainder is number ${rank}, ${getsFen ? "it gets one" : "it gets none"}: ${ended}`,
      },
    ],
    amount,
  };
}

function byTrade(plan: Plans["按交易量"], traders: readonly Trader[], at: number): Computed {
  const parts = partsByTrade(plan);
  const [trade, shares] = [money(parts.byTrade), money(parts.byShares)];
  const halves = `${plan.pool} × ${plan.ratio} = ${trade}`;
  const rest = `${plan.pool} − ${trade} = ${shares}`;
  const kilograms = { name: { zh: "公斤数", en: "kilograms" }, decimals: 4 };
  const [first, second] = [
    partOf(parts.byTrade, kilograms, (place) => traders[place]?.kilograms ?? 0n),
    partOf(parts.byShares, byScheme["按股"], (place) => traders[place]?.shares ?? 0n),
  ];
  const amount = first.amount + second.amount;
  const sum = `${money(first.amount)} + ${money(second.amount)} = ${money(amount)}`;
  return {
    steps: [
      {
        zh: `按交易量的部分：${halves}（四舍五入到分）；按股的部分：${rest}`,
        en: `by trade: ${halves}, half up to the fen; by shares: ${rest}`,
      },
      ...first.steps,
      ...second.steps,
      { zh: `两部分相加：${sum}`, en: `the sum of both parts: ${sum}` },
    ],
    amount,
  };

  function partOf(pool: bigint, weighing: Weighing, weightOf: WeightOf): Computed {
    if (pool > 0n && weightOf(at) > 0n)
      return shareSteps(weighing, pool, traders.length, weightOf, at);
    const { zh, en } = weighing.name;
    const none =
      pool === 0n
        ? { zh: `${zh}：这部分是 0.00，不分`, en: `${en}: this part is 0.00, it is not divided` }
        : { zh: `${zh}：本行没有，得 0.00`, en: `${en}: this line has none and gets 0.00` };
    return { steps: [none], amount: 0n };
  }
}

function byClaim(
  plan: Plans["定额" | "固定收益"],
  holders: readonly Holder[],
  at: number,
): Computed {
  const own = heldAt(holders, at);
  const claimOf = plan.scheme === "定额" ? claimByPrice(plan.price) : claimByRate(plan);
  const steps =
    plan.scheme === "定额"
      ? priceSteps(own.basis, plan.price, { zh: "单价", en: "price" })
      : rateSteps(own.basis, plan);
  const claims = holders.map(({ basis }) => claimOf(basis));
  const priorityOf = (place: number) => holders[place]?.priority ?? priorityDefault;
  const paid = claimSteps(plan.pool, claims, priorityOf, at);
  return { steps: [...steps, ...paid.steps], amount: paid.amount };
}

function priceSteps(basis: bigint, price: string, name: Words): Words[] {
  const claim = money(claimByPrice(price)(basis));
  const product = `${quantity(basis)} × ${price} = ${claim}`;
  return [
    {
      zh: `应得：基数 × ${name.zh}：${product}（四舍五入到分）`,
      en: `claim: basis × ${name.en}: ${product}, half up to the fen`,
    },
  ];
}

function rateSteps(basis: bigint, plan: Plans["固定收益"]): Words[] {
  const days = daysInclusive(plan.from, plan.to);
  const counted = `${plan.to} − ${plan.from} + 1 = ${days}`;
  const claim = money(claimByRate(plan)(basis));
  const product = `${quantity(basis)} × ${plan.rate} × ${days} ÷ ${plan.yearDays} = ${claim}`;
  return [
    { zh: `天数：${counted}`, en: `days: ${counted}` },
    {
      zh: `应得：基数 × 年利率 × 天数 ÷ 计息基础：${product}（四舍五入到分）`,
      en: `claim: basis × rate × days ÷ days a year: ${product}, half up to the fen`,
    },
  ];
}

/** The steps of the method C, once the claims are known. */
function claimSteps(
  pool: string,
  claims: readonly bigint[],
  priorityOf: (place: number) => number,
  at: number,
): Computed {
  const claim = claims[at] as bigint;
  let all = 0n;
  for (const one of claims) all += one;
  const available = toUnits(pool, 2);
  const both = {
    zh: `应得合计 ${money(all)}，分配金额 ${pool}`,
    en: `claims ${money(all)}, pool ${pool}`,
  };
  if (all <= available) {
    const step = {
      zh: `${both.zh}，够分，各得应得：${money(claim)}`,
      en: `${both.en}: all fit, each is paid its claim: ${money(claim)}`,
    };
    return { steps: [step], amount: claim };
  }
  const steps = [
    {
      zh: `${both.zh}，不够，按优先级从小到大`,
      en: `${both.en}: too little, by ascending priority`,
    },
  ];
  const priority = priorityOf(at);
  const classes = claimClasses(available, claims, priorityOf);
  for (const one of classes) if (one.priority < priority) steps.push(classStep(one));
  const own = classes.find((one) => one.priority === priority);
  if (own === undefined) throw new Error("each claim is in the class of its priority");
  steps.push(classStep(own));
  if (own.paid === "whole") return { steps, amount: claim };
  if (own.paid === "nothing") return { steps, amount: 0n };
  const share = shareSteps(
    { name: { zh: "应得", en: "claim" }, decimals: 2 },
    own.available,
    claims.length,
    (place) => (priorityOf(place) === priority ? (claims[place] as bigint) : 0n),
    at,
  );
  return { steps: [...steps, ...share.steps], amount: share.amount };
}

function classStep({ priority, claimed, available, paid }: ClaimClass): Words {
  const left = `${money(available)} − ${money(claimed)} = ${money(available - claimed)}`;
  const zh = `优先级 ${priority}：应得 ${money(claimed)}，可用 ${money(available)}`;
  const en = `priority ${priority}: claims ${money(claimed)}, available ${money(available)}`;
  switch (paid) {
    case "whole":
      return { zh: `${zh}，全额，还剩 ${left}`, en: `${en}, whole, left ${left}` };
    case "divided":
      return { zh: `${zh}，不够，按应得分`, en: `${en}, too little: divided over the claims` };
    case "nothing":
      return { zh: `${zh}，前面已用完，得 0.00`, en: `${en}, the money has ended: 0.00` };
  }
}

function withFloor(plan: Plans["保底分红"], holders: readonly Holder[], at: number): Computed {
  const own = heldAt(holders, at);
  const floorOf = claimByPrice(plan.floorPrice);
  let floors = 0n;
  for (const { basis } of holders) floors += floorOf(basis);
  const left = toUnits(plan.pool, 2) - floors;
  const rest = `${plan.pool} − ${money(floors)} = ${money(left)}`;
  const share = shareSteps(
    byScheme["保底分红"],
    left,
    holders.length,
    (place) => (holders[place] as Holder).basis,
    at,
  );
  const floor = floorOf(own.basis);
  const amount = floor + share.amount;
  const sum = `${money(floor)} + ${money(share.amount)} = ${money(amount)}`;
  return {
    steps: [
      ...priceSteps(own.basis, plan.floorPrice, { zh: "保底单价", en: "floor price" }),
      { zh: `保底之后还剩：${rest}`, en: `left after all floors: ${rest}` },
      ...share.steps,
      { zh: `保底加分红：${sum}`, en: `floor and share: ${sum}` },
    ],
    amount,
  };
}

function money(fen: bigint): string {
  return fromUnits(fen, 2);
}

function quantity(units: bigint): string {
  return fromUnits(units, 4);
}
