// The eight schemes of distribution: the lists of the contract's sample, worked examples of the
// rules (rules.md 2.6, R9), refusals, and how a line is explained.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "tap";
import { toUnits } from "../../src/domain/decimal.ts";
import { explain } from "../../src/domain/distribution/explain.ts";
import type { Division, Line } from "../../src/domain/distribution/schemes.ts";
import { divide, needsReason, schemes } from "../../src/domain/distribution/schemes.ts";
import type { Holder, Plan, Trader } from "../../src/domain/distribution/terms.ts";
import { projectRoot } from "../../src/root.ts";

/** A plan of the sample: quantities are decimals, and what its lines are. */
interface SamplePlan {
  readonly plan: string;
  readonly holders: readonly Readonly<Record<string, unknown>>[];
  readonly lines?: readonly unknown[];
  readonly sum?: string;
  readonly refused?: string;
}

const sampleLists = JSON.parse(
  await readFile(join(projectRoot, "test/golden/distribution/lists.json"), "utf8"),
) as readonly SamplePlan[];

const quantities = ["basis", "factor", "kilograms", "shares"];

function planOf({ lines: _, sum: _sum, refused: _refused, ...plan }: SamplePlan): Plan {
  const holders = plan.holders.map((holder) =>
    Object.fromEntries(
      Object.entries(holder).map(([name, value]) => [
        name,
        quantities.includes(name) ? toUnits(value as string, 4) : value,
      ]),
    ),
  );
  return { ...plan, holders } as unknown as Plan;
}

function divided(plan: Plan): Division {
  const division = divide(plan);
  if (typeof division === "string") throw new Error(division);
  return division;
}

/** A line as the contract's answers show it. */
function asAnswered({ holder, line, ...rest }: Line) {
  const { household, organisation, person } = holder;
  return {
    line,
    ...(household === undefined ? { organisation } : { household }),
    ...(person !== undefined && { person }),
    ...rest,
  };
}

const amountsOf = (plan: Plan) => [...divided(plan).lines()].map(({ amount }) => amount);

void test("a list of the sample", (t) => {
  for (const sample of sampleLists) {
    const plan = planOf(sample);
    const division = divide(plan);
    if (typeof division === "string") {
      t.equal(division, sample.refused, `${sample.plan} is refused`);
      continue;
    }
    const lines = [...division.lines()];
    if (sample.lines !== undefined) {
      t.strictSame(lines.map(asAnswered), sample.lines, `${sample.plan} has its lines`);
      t.equal(division.sum, sample.sum, `${sample.plan} adds up`);
    }
    t.equal(division.count, lines.length);
    for (const { line, amount } of lines)
      t.equal(explain(plan, line, amount).amount, amount, `${sample.plan} line ${line} explains`);
  }
  t.end();
});

const household = (number: number) => `53042400100${String(number).padStart(5, "0")}`;
const holder = (number: number, basis: string, more: Partial<Holder> = {}): Holder =>
  ({ household: household(number), basis: toUnits(basis, 4), ...more }) as Holder;
const trader = (number: number, kilograms: string, shares: string): Trader => ({
  household: household(number),
  kilograms: toUnits(kilograms, 4),
  shares: toUnits(shares, 4),
});

void test("dividing by trade", (t) => {
  // rules.md 2.6: distributable 360,000.00; 70 % over 8,000,000 jin, the rest over 1,700,000 yuan.
  const plan: Plan = {
    scheme: "按交易量",
    pool: "360000.00",
    ratio: "0.7",
    holders: [
      trader(1, "500", "0"),
      trader(2, "0", "1000"),
      trader(3, "1000000", "700000"),
      trader(4, "2999500", "999000"),
    ],
  };
  t.strictSame(
    amountsOf(plan),
    // 0.063 yuan a kilogram is 0.0315 a jin; 108,000 ÷ 1,700,000 = 0.0635294… a yuan.
    ["31.50", "63.53", "107470.59", "252434.38"],
    "is the worked example of the rules",
  );
  t.equal(divided(plan).sum, "360000.00");

  const half: Plan = { ...plan, pool: "0.05", ratio: "0.7" };
  t.match(
    explain(half, 4, divided(half).line(4).amount).steps[0]?.en,
    "0.05 × 0.7 = 0.04",
    "rounds half up",
  );

  const only = (holders: Trader[], pool = "10.00", ratio = "0.6"): Plan => ({
    ...plan,
    pool,
    ratio,
    holders,
  });
  t.equal(divide(only([trader(1, "5", "0")])), "BasisMissing", "no shares");
  t.equal(divide(only([trader(1, "0", "5")])), "BasisMissing", "no kilograms");
  t.equal(divide(only([])), "BasisMissing", "nobody");
  t.equal(divide(only([trader(1, "0", "5")], "10.00", "1")), "BasisMissing", "all of it by trade");
  const whole = divided(only([trader(1, "1", "7"), trader(2, "0", "5")], "10.00", "1"));
  t.strictSame(
    [...whole.lines()].map(asAnswered),
    [
      {
        line: 1,
        household: household(1),
        basis: { kilograms: "1.0000", shares: "0.0000" },
        amount: "10.00",
      },
    ],
    "a part of 0.00 is divided over nobody",
  );
  const none = divided(only([trader(1, "1", "7"), trader(2, "5", "0")], "0.01", "0.4"));
  t.strictSame(
    [...none.lines()].map(({ basis }) => basis),
    [{ kilograms: "0.0000", shares: "7.0000" }],
    "whichever part it is",
  );
  t.end();
});

void test("the two incomes of a farmer (R9)", (t) => {
  // The second income: 60 % of a profit of 10,000.00 by what each sold, nothing held back.
  const rebate: Plan = {
    scheme: "按交易量",
    pool: "10000.00",
    ratio: "0.6",
    holders: [trader(1, "1200", "10"), trader(2, "800", "30")],
  };
  t.strictSame(amountsOf(rebate), ["4600.00", "5400.00"], "the second is rebate and dividend");
  t.end();
});

void test("a floor and a share (rules.md 2.6)", (t) => {
  // 「保底收益+盈余分红」: 510 yuan a mu at the least, then what is left over the land.
  const plan: Plan = {
    scheme: "保底分红",
    pool: "10000.00",
    floorPrice: "510",
    holders: [holder(1, "3.5"), holder(2, "4"), holder(3, "2.25")],
  };
  t.strictSame(
    [...divided(plan).lines()].map(({ claim, amount }) => [claim, amount]),
    [
      ["1785.00", "3589.74"],
      ["2040.00", "4102.57"],
      ["1147.50", "2307.69"],
    ],
  );
  t.equal(divide({ ...plan, pool: "4972.49" }), "PoolTooSmall", "not all of the floor fits");
  t.equal(divide({ ...plan, holders: [] }), "BasisMissing", "nobody comes before a small pool");
  t.strictSame(
    amountsOf({ ...plan, pool: "4972.50" }),
    ["1785.00", "2040.00", "1147.50"],
    "nothing is left to share",
  );
  t.end();
});

void test("dividing by weights", (t) => {
  const plan: Plan = {
    scheme: "按基数",
    pool: "1.00",
    holders: [
      { organisation: "A", basis: 1n },
      { household: "2", person: "b", basis: 1n },
      { household: "2", basis: 1n },
      { household: "2", person: "a", basis: 1n },
      { household: "10", basis: 1n },
      { household: "\u{20000}", basis: 1n },
      { household: "\uffee", basis: 1n },
    ],
  };
  t.strictSame(
    [...divided(plan).lines()].map(({ holder: { household, organisation, person } }) =>
      [household ?? organisation, person].join("/"),
    ),
    ["10/", "2/", "2/a", "2/b", "\uffee/", "\u{20000}/", "A/"],
    "ties go by code point: household, then person, organisations last",
  );
  t.strictSame(amountsOf(plan), ["0.15", "0.15", "0.14", "0.14", "0.14", "0.14", "0.14"]);
  t.strictSame(
    amountsOf({ ...plan, pool: "0.03" }),
    ["0.01", "0.01", "0.01", "0.00", "0.00", "0.00", "0.00"],
    "a line of 0.00 stays",
  );
  t.equal(divide({ ...plan, holders: [] }), "BasisMissing");
  t.equal(divide({ ...plan, holders: [{ household: "1", basis: 0n }] }), "BasisMissing");
  t.throws(() => divide({ ...plan, holders: [holder(1, "1"), holder(1, "2")] }), /one line/);
  t.throws(() => divide({ ...plan, holders: [{ household: "1", basis: -1n }] }), /below 0/);
  t.throws(() => divided(plan).line(8), /no line/);
  // Remainders that are equal when rounded: 1/3 and 0.33333333 of a fen.
  const near: Plan = {
    scheme: "按基数",
    pool: "0.01",
    holders: [holder(1, "333333333333333.3333"), holder(2, "333333333333333.3334")],
  };
  t.strictSame(amountsOf(near), ["0.00", "0.01"], "remainders are compared as whole numbers");
  const stepped: Plan = {
    scheme: "阶梯",
    pool: "100.00",
    holders: [holder(1, "0.0001", { factor: 1n }), holder(2, "0.0001"), holder(3, "0.0002")],
  };
  t.strictSame(amountsOf(stepped), ["0.00", "33.33", "66.67"], "basis × factor keeps 8 decimals");
  const large: Plan = {
    scheme: "阶梯",
    pool: "999999999999999.99",
    holders: [1, 2, 3].map((n) => holder(n, "999999999999999.9999", { factor: 10n ** 18n + 1n })),
  };
  t.strictSame(
    amountsOf(large),
    ["333333333333333.33", "333333333333333.33", "333333333333333.33"],
    "of the largest numbers there are",
  );
  t.end();
});

void test("paying claims", (t) => {
  const plan: Plan = {
    scheme: "定额",
    pool: "100.00",
    price: "10",
    holders: [
      holder(1, "3", { priority: 1 }),
      holder(2, "3", { priority: 2 }),
      holder(3, "4"),
      holder(4, "0.0004", { priority: 9 }),
    ],
  };
  t.strictSame(amountsOf(plan), ["30.00", "30.00", "40.00", "0.00"], "all fit");
  t.equal(divided({ ...plan, pool: "100000.00" }).sum, "100.00", "what is not claimed stays");
  t.strictSame(
    amountsOf({ ...plan, pool: "60.00" }),
    ["30.00", "30.00", "0.00", "0.00"],
    "the money ends between two classes",
  );
  t.strictSame(amountsOf({ ...plan, pool: "29.99" }), ["29.99", "0.00", "0.00", "0.00"]);
  const same = { ...plan, pool: "0.05", holders: [holder(1, "1"), holder(2, "1")] };
  t.strictSame(amountsOf(same), ["0.03", "0.02"], "a class is divided over its claims");
  t.strictSame(
    amountsOf({ ...plan, price: "0.005", holders: [holder(1, "1"), holder(2, "0.9999")] }),
    ["0.01", "0.00"],
    "a claim is half up to the fen",
  );
  t.equal(divide({ ...plan, holders: [] }), "BasisMissing");
  const interest: Plan = {
    scheme: "固定收益",
    pool: "1000.00",
    rate: "0.0435",
    yearDays: "360",
    from: "2024-02-28",
    to: "2024-03-01",
    holders: [holder(1, "10000")],
  };
  // 10,000 × 4.35 % × 3 ÷ 360 = 3.625
  t.strictSame(amountsOf(interest), ["3.63"], "interest counts both days, and the leap day");
  t.throws(() => divide({ ...interest, to: "2024-02-27" }), /before its start/);
  t.throws(() => divide({ ...plan, holders: [holder(1, "1", { priority: 0 })] }), /1 to 9/);
  t.end();
});

void test("a reason is needed", (t) => {
  const equal = [holder(1, "2"), holder(2, "2")];
  const plan = { scheme: "按基数", pool: "1.00", holders: equal } as const;
  t.equal(needsReason(plan), true, "where all weights are equal");
  t.equal(needsReason({ ...plan, holders: [holder(1, "2")] }), false, "not of one alone");
  t.equal(needsReason({ ...plan, holders: [holder(1, "2"), holder(2, "3")] }), false);
  t.equal(needsReason({ ...plan, scheme: "按股" }), false, "never under 按股");
  t.equal(needsReason({ ...plan, scheme: "按人口", holders: [holder(1, "1")] }), true);
  const factors = [holder(1, "2", { factor: 15_000n }), holder(2, "3")];
  t.equal(needsReason({ ...plan, scheme: "阶梯", holders: factors }), true, "by weight");
  t.equal(needsReason({ ...plan, holders: factors }), false, "under 按基数 factors do not count");
  t.end();
});

void test("an explanation", (t) => {
  const plan: Plan = {
    scheme: "保底分红",
    pool: "6000.01",
    floorPrice: "500",
    holders: [holder(1, "2.5"), holder(2, "0.8"), holder(3, "3"), holder(4, "1.5"), holder(5, "2")],
  };
  const explained = explain(plan, 3, "1836.74");
  t.equal(explained.formula, schemes["保底分红"].formula);
  t.strictSame(explained.beneficiary, { household: household(3) });
  t.strictSame(
    explained.steps.map(({ zh }) => zh),
    [
      "应得：基数 × 保底单价：3.0000 × 500 = 1500.00（四舍五入到分）",
      "保底之后还剩：6000.01 − 4900.00 = 1100.01",
      "基数：本行 3.0000，合计 9.8000（5 行）",
      "1100.01 × 3.0000 ÷ 9.8000，按整数算（分）：110001 × 30000 ÷ 98000 = 33673 余 76000，" +
        "舍去余数得 336.73",
      "各行舍去余数后还剩 3 分，按余数从大到小每行加一分；" +
        "本行余数排第 2，加一分：336.73 + 0.01 = 336.74",
      "保底加分红：1500.00 + 336.74 = 1836.74",
    ],
    "is steps to be done again",
  );
  t.throws(() => explain(plan, 3, "1836.73"), /what its holders come to/, "ends at the amount");
  t.throws(() => explain(plan, 6, "0.00"), /no line/);

  const claims: Plan = {
    scheme: "定额",
    pool: "100.00",
    price: "10",
    holders: [
      holder(1, "3", { priority: 1 }),
      holder(2, "5"),
      holder(3, "6"),
      holder(4, "1", { priority: 9 }),
    ],
  };
  t.strictSame(
    explain(claims, 3, "38.18").steps.map(({ en }) => en),
    [
      "claim: basis × price: 6.0000 × 10 = 60.00, half up to the fen",
      "claims 150.00, pool 100.00: too little, by ascending priority",
      "priority 1: claims 30.00, available 100.00, whole, left 100.00 − 30.00 = 70.00",
      "priority 5: claims 110.00, available 70.00, too little: divided over the claims",
      "claim: this line 60.00, all 2 lines 110.00",
      "70.00 × 60.00 ÷ 110.00, in whole numbers (fen): " +
        "7000 × 6000 ÷ 11000 = 3818 remainder 2000, floored to 38.18",
      "left over of all lines: 1 fen, one each to the largest remainders; " +
        "this remainder is number 2, it gets none: 38.18 + 0.00 = 38.18",
    ],
  );
  t.match(explain(claims, 4, "0.00").steps.at(-1)?.en, "the money has ended: 0.00");
  t.end();
});

void test("a scheme", (t) => {
  const codes = Object.values(schemes).map(({ code }) => code);
  t.equal(new Set(codes).size, 8, "has a code of its own");
  for (const code of codes) t.match(code, /^[a-z-]+\/1$/);
  t.end();
});
