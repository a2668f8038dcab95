// Random pools and holders, divided a second time in another way: with fractions that are reduced,
// sorted and handed out, claims paid one class after the other. SCHEMES says how many of each
// scheme, PROPERTY_SEED the first seed; a test that fails names its own.
import { test } from "tap";
import { explain } from "../../src/domain/distribution/explain.ts";
import type { Division } from "../../src/domain/distribution/schemes.ts";
import { divide, needsReason } from "../../src/domain/distribution/schemes.ts";
import type { Holder, Plan, SchemeName, Trader } from "../../src/domain/distribution/terms.ts";
import type { Random } from "../support/county.ts";
import { randomSource } from "../support/county.ts";

const cases = Number(process.env["SCHEMES"] ?? 4_000);
const firstSeed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 1_000_000_000);

/** A number as a reduced fraction. */
interface Rational {
  readonly over: bigint;
  readonly under: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

function rational(over: bigint, under = 1n): Rational {
  const common = gcd(over < 0n ? -over : over, under);
  return common === 0n ? { over: 0n, under: 1n } : { over: over / common, under: under / common };
}

const times = (a: Rational, b: Rational) => rational(a.over * b.over, a.under * b.under);
const plus = (a: Rational, b: Rational) =>
  rational(a.over * b.under + b.over * a.under, a.under * b.under);
const minus = (a: Rational, b: Rational) => plus(a, { over: -b.over, under: b.under });
const floored = ({ over, under }: Rational) => over / under;
const isAbove = (a: Rational, b: Rational) => a.over * b.under > b.over * a.under;
const halfUp = (a: Rational) => floored(plus(a, rational(1n, 2n)));

/** A decimal as a fraction. */
function decimal(text: string): Rational {
  const [whole = "", decimals = ""] = text.split(".");
  return rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

const units = (count: bigint) => rational(count, 10_000n);
const fenOf = (money: string) => floored(times(decimal(money), rational(100n)));

/** What a line should be. */
interface Expected {
  readonly key: Buffer[];
  readonly fen: bigint;
  readonly claim?: bigint;
}

function keyOf({ household, organisation, person }: Holder | Trader): Buffer[] {
  return [
    Buffer.from(household === undefined ? "1" : "0"),
    Buffer.from(household ?? organisation),
    Buffer.from(person ?? ""),
  ];
}

/** UTF-8 is in the order of code points. */
function compareKeys(a: Buffer[], b: Buffer[]): number {
  for (const [at, part] of a.entries()) {
    const order = Buffer.compare(part, b[at] as Buffer);
    if (order !== 0) return order;
  }
  return 0;
}

/** W, with the fen handed out one by one to whoever is owed most. */
function handOut(fen: bigint, shares: { key: Buffer[]; weight: Rational }[]): bigint[] | null {
  let total = rational(0n);
  for (const { weight } of shares) total = plus(total, weight);
  if (total.over === 0n) return null;
  const inverse = rational(total.under, total.over);
  const exact = shares.map(({ weight }) => times(times(rational(fen), weight), inverse));
  const given = exact.map(floored);
  const owed = exact.map((one, at) => ({
    at,
    remainder: minus(one, rational(given[at] as bigint)),
    key: (shares[at] as { key: Buffer[] }).key,
  }));
  owed.sort((a, b) => {
    if (isAbove(a.remainder, b.remainder)) return -1;
    return isAbove(b.remainder, a.remainder) ? 1 : compareKeys(a.key, b.key);
  });
  let left = fen - given.reduce((sum, one) => sum + one, 0n);
  for (const { at } of owed) {
    if (left === 0n) break;
    given[at] = (given[at] as bigint) + 1n;
    left -= 1n;
  }
  return given;
}

const keyed = <H extends Holder | Trader>(holders: readonly H[]) =>
  holders
    .map((holder) => ({ holder, key: keyOf(holder) }))
    .sort((a, b) => compareKeys(a.key, b.key));

function expectedOf(plan: Plan): Expected[] | string {
  const pool = fenOf(plan.pool);
  if (plan.scheme === "按交易量") return expectedByTrade(plan, pool);
  const lines = keyed(plan.holders).filter(({ holder }) => holder.basis !== 0n);
  if (lines.length === 0) return "BasisMissing";
  const weighed = (fen: bigint, weightOf: (holder: Holder) => Rational) =>
    handOut(
      fen,
      lines.map(({ holder, key }) => ({ key, weight: weightOf(holder) })),
    ) as bigint[];
  const asLines = (fen: bigint[], claims?: bigint[]): Expected[] =>
    lines.map(({ key }, at) => ({
      key,
      fen: fen[at] as bigint,
      ...(claims !== undefined && { claim: claims[at] as bigint }),
    }));
  switch (plan.scheme) {
    case "按股":
    case "按基数":
    case "按人口":
      return asLines(weighed(pool, ({ basis }) => units(basis)));
    case "阶梯":
      return asLines(
        weighed(pool, ({ basis, factor }) => times(units(basis), units(factor ?? 10_000n))),
      );
    case "定额":
    case "固定收益": {
      const claims = lines.map(({ holder }) => claimOf(plan, holder.basis));
      return asLines(simulated(pool, lines, claims), claims);
    }
    case "保底分红": {
      const claims = lines.map(({ holder }) => claimOf(plan, holder.basis));
      const left = pool - claims.reduce((sum, one) => sum + one, 0n);
      if (left < 0n) return "PoolTooSmall";
      const rest = weighed(left, ({ basis }) => units(basis));
      const fen = claims.map((claim, at) => claim + (rest[at] as bigint));
      return asLines(fen, claims);
    }
  }
}

function claimOf(plan: Plan, basis: bigint): bigint {
  const fen = rational(100n);
  const own = times(units(basis), fen);
  if (plan.scheme === "定额") return halfUp(times(own, decimal(plan.price)));
  if (plan.scheme === "保底分红") return halfUp(times(own, decimal(plan.floorPrice)));
  if (plan.scheme !== "固定收益") throw new Error("no claims");
  let days = 0n;
  for (let at = Date.parse(plan.from); at <= Date.parse(plan.to); at += 86_400_000) days += 1n;
  return halfUp(
    times(times(own, decimal(plan.rate)), rational(days, BigInt(Number(plan.yearDays)))),
  );
}

/** C: a purse is opened class by class until it is empty. */
function simulated(
  pool: bigint,
  lines: { holder: Holder; key: Buffer[] }[],
  claims: bigint[],
): bigint[] {
  const paid = claims.map(() => 0n);
  let purse = pool;
  for (let priority = 1; priority <= 9 && purse > 0n; priority++) {
    const members = claims
      .map((claim, at) => ({ at, claim, line: lines[at] as { holder: Holder; key: Buffer[] } }))
      .filter(({ line }) => (line.holder.priority ?? 5) === priority);
    const wanted = members.reduce((sum, { claim }) => sum + claim, 0n);
    const gets =
      wanted <= purse
        ? members.map(({ claim }) => claim)
        : handOut(
            purse,
            members.map(({ claim, line }) => ({ key: line.key, weight: rational(claim) })),
          );
    members.forEach(({ at }, nth) => {
      paid[at] = gets?.[nth] ?? 0n;
      purse -= paid[at];
    });
  }
  return paid;
}

function expectedByTrade(
  plan: Extract<Plan, { scheme: "按交易量" }>,
  pool: bigint,
): Expected[] | string {
  const byTrade = halfUp(times(rational(pool), decimal(plan.ratio)));
  const parts = [
    { fen: byTrade, of: (trader: Trader) => trader.kilograms },
    { fen: pool - byTrade, of: (trader: Trader) => trader.shares },
  ].filter(({ fen }) => fen > 0n);
  const lines = keyed(plan.holders).filter(({ holder }) => parts.some(({ of }) => of(holder) > 0n));
  const sums = lines.map(() => 0n);
  if (lines.length === 0) return "BasisMissing";
  for (const { fen, of } of parts) {
    const gets = handOut(
      fen,
      lines.map(({ holder, key }) => ({ key, weight: units(of(holder)) })),
    );
    if (gets === null) return "BasisMissing";
    gets.forEach((one, at) => {
      sums[at] = (sums[at] as bigint) + one;
    });
  }
  return lines.map(({ key }, at) => ({ key, fen: sums[at] as bigint }));
}

/** A whole number of up to so many digits, small ones as often as large ones. */
function digits(random: Random, most: number, least = 1): bigint {
  let text = String(random.between(1, 9));
  for (let more = random.between(least, most); more > 1; more--) text += String(random.below(10));
  return BigInt(text);
}

/** `digits[.digits]`, canonical, above 0. */
function decimalText(random: Random, wholeDigits: number, places: number): string {
  const all = digits(random, wholeDigits + places)
    .toString()
    .padStart(places + 1, "0");
  return `${all.slice(0, -places)}.${all.slice(-places)}`.replace(/\.?0+$/, "");
}

const pad = (fen: bigint) => fen.toString().padStart(3, "0");
const moneyText = (fen: bigint) => `${pad(fen).slice(0, -2)}.${pad(fen).slice(-2)}`;
const ids = ["1", "10", "2", "\u{20000}", "\uffee", "户", "A", "a", "530424", "5304240010010001"];

function randomBeneficiaries(random: Random): (Holder | Trader)[] {
  const found = new Map<string, Holder | Trader>();
  const most = random.pick([0, 1, 2, 3, 5, 8, 13]);
  for (let left = most; left > 0; left--) {
    const id = random.chance(0.5) ? random.pick(ids) : String(random.below(1000));
    const person = random.chance(0.3) ? { person: random.pick(ids) } : {};
    const own = random.chance(0.2) ? { organisation: id } : { household: id, ...person };
    found.set(JSON.stringify(own), own as unknown as Holder);
  }
  return [...found.values()];
}

function randomPlan(random: Random, scheme: SchemeName): Plan {
  const alike = random.chance(0.3) ? digits(random, 6) : null;
  const quantity = () => alike ?? digits(random, random.pick([2, 5, 9, 19]));
  const maybe = () => (random.chance(0.4) ? 0n : quantity());
  const holders = randomBeneficiaries(random).map((one) =>
    scheme === "按交易量"
      ? { ...one, kilograms: maybe(), shares: maybe() }
      : {
          ...one,
          basis: random.chance(0.05) ? 0n : quantity(),
          ...(random.chance(0.5) && {
            factor: random.pick([1n, 3_333n, 8_000n, 12_500n, 10n ** 9n]),
          }),
          ...(random.chance(0.6) && { priority: random.between(1, 9) }),
        },
  );
  const pool = moneyText(digits(random, random.pick([1, 4, 8, 17])));
  const plan = { scheme, pool, holders };
  const small = random.pick([2, 4, 8]);
  const more = {
    按交易量: { ratio: random.pick(["0.6", "1", "0.700001", "0.999999", "0.000001"]) },
    定额: { price: decimalText(random, small, 4) },
    固定收益: {
      rate: random.pick(["0.05", "1", "0.000001", "0.0435"]),
      yearDays: random.pick(["360", "365"]),
      from: "2024-02-01",
      to: random.pick(["2024-02-01", "2024-03-01", "2025-01-31"]),
    },
    保底分红: { floorPrice: decimalText(random, random.pick([1, 2]), 4) },
    按股: {},
    按基数: {},
    阶梯: {},
    按人口: {},
  }[scheme];
  return { ...plan, ...more } as unknown as Plan;
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const rest = [...list];
  const taken: T[] = [];
  while (rest.length > 0) taken.push(...rest.splice(random.below(rest.length), 1));
  return taken;
}

/** Each computation of a step, done again. */
function isRight(step: string): boolean {
  const [, product = "", under = "1", quotient = "", rest = "0"] =
    /: (\d+ × \d+) ÷ (\d+) = (\d+) remainder (\d+)/.exec(step) ?? [];
  if (product !== "") {
    const [pool = "", weight = ""] = product.split(" × ");
    const made = BigInt(quotient) * BigInt(under) + BigInt(rest);
    if (BigInt(pool) * BigInt(weight) !== made || BigInt(rest) >= BigInt(under)) return false;
  }
  for (const [, left = "", sign, right = "", result = ""] of step.matchAll(
    /(?<![\d-])(\d+\.\d\d) ([+−]) (\d+\.\d\d) = (\d+\.\d\d)/g,
  )) {
    const other = sign === "+" ? fenOf(right) : -fenOf(right);
    if (fenOf(left) + other !== fenOf(result)) return false;
  }
  for (const [, first = "", second = "", days = "1", under = "1", result = ""] of step.matchAll(
    /(?<![\d.])([\d.]+) × ([\d.]+)(?: × (\d+) ÷ (\d+))? = (\d+\.\d\d)(?!\d)/g,
  )) {
    const fen = times(times(decimal(first), decimal(second)), rational(BigInt(days) * 100n));
    if (halfUp(times(fen, rational(1n, BigInt(under)))) !== fenOf(result)) return false;
  }
  return true;
}

function judge(random: Random, plan: Plan): boolean {
  const wanted = expectedOf(plan);
  const division = divide(plan);
  if (typeof wanted === "string" || typeof division === "string") return division === wanted;
  const lines = [...division.lines()];
  const isSame =
    division.count === wanted.length &&
    lines.every(({ line, holder, amount, claim }, at) => {
      const { key, fen, claim: claimed } = wanted[at] as Expected;
      if (line !== at + 1 || compareKeys(keyOf(holder), key) !== 0 || fen < 0n) return false;
      return (
        amount === moneyText(fen) &&
        claim === (claimed === undefined ? undefined : moneyText(claimed))
      );
    });
  const sum = wanted.reduce((all, { fen }) => all + fen, 0n);
  const claimed = wanted.reduce((all, { claim }) => all + (claim ?? 0n), 0n);
  const pool = fenOf(plan.pool);
  const mayClaim = plan.scheme === "定额" || plan.scheme === "固定收益";
  const adds = sum === (mayClaim && claimed < pool ? claimed : pool);
  const other = divide({ ...plan, holders: shuffled(random, plan.holders as Holder[]) } as Plan);
  const again = [...(other as Division).lines()];
  const line = random.pick(lines);
  const explained = explain(plan, line.line, line.amount);
  const redone = explained.steps.every(({ en }) => isRight(en));
  return (
    isSame &&
    adds &&
    division.sum === moneyText(sum) &&
    redone &&
    JSON.stringify(again.map(shown)) === JSON.stringify(lines.map(shown))
  );
}

const shown = (line: object) =>
  JSON.stringify(line, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));

const names = [
  "按股",
  "按基数",
  "阶梯",
  "按人口",
  "按交易量",
  "定额",
  "固定收益",
  "保底分红",
] as const;

for (const scheme of names) {
  void test(`random pools divided ${scheme}`, (t) => {
    t.comment(`PROPERTY_SEED=${firstSeed}, SCHEMES=${cases}`);
    let wrong: unknown;
    let divided = 0;
    for (let nth = 0; nth < cases && wrong === undefined; nth++) {
      const random = randomSource(firstSeed + nth);
      const plan = randomPlan(random, scheme);
      if (typeof divide(plan) !== "string") divided += 1;
      if (!judge(random, plan)) wrong = { seed: firstSeed + nth, plan: shown(plan) };
    }
    t.equal(wrong, undefined, "are divided as the other way divides them");
    t.ok(divided > cases / 20, "and many of them are not refused");
    t.end();
  });
}

void test("a random list needs a reason", (t) => {
  for (let nth = 0; nth < cases; nth++) {
    const random = randomSource(firstSeed + nth);
    const plan = randomPlan(random, random.pick(["按基数", "阶梯"] as const));
    const holders = (plan.holders as Holder[]).filter(({ basis }) => basis > 0n);
    const weights = holders.map(({ basis, factor }) =>
      plan.scheme === "阶梯" ? times(units(basis), units(factor ?? 10_000n)) : units(basis),
    );
    const kinds = new Set(weights.map(({ over, under }) => `${over}/${under}`));
    const isEqual = weights.length >= 2 && kinds.size === 1;
    if (needsReason(plan) !== isEqual) t.fail(`PROPERTY_SEED=${firstSeed + nth}`);
  }
  t.pass("where two or more weigh the same");
  t.end();
});
