// The rules, without a server: exact numbers, days, the canonical encoding, how a row is parsed and
// what becomes of it, in which order of precedence.
import { createHash } from "node:crypto";
import serialize from "canonicalize";
import fc from "fast-check";
import { test } from "tap";
import type { Json, JsonObject } from "../../src/encoding/canonical.ts";
import { canonical } from "../../src/encoding/canonical.ts";
import { latestVersion, liftEvent } from "../../events/index.ts";
import { projections } from "../../projections/index.ts";
import { ConfigError, isLoopback, parseConfig } from "../../src/config.ts";
import { dayInShanghai, parseDay } from "../../src/domain/calendar.ts";
import {
  amountOf,
  fromUnits,
  isBelow,
  negate,
  parsePositive,
  sharesFor,
  sumMoney,
  toUnits,
} from "../../src/domain/decimal.ts";
import { dividePool } from "../../src/domain/dividend.ts";
import type { DecidedEvent } from "../../src/domain/facts.ts";
import { linesMax } from "../../src/domain/list.ts";
import { refusalCodes } from "../../src/domain/refusal.ts";
import type { CountyRow } from "../support/county.ts";
import type { Decided, Step } from "../support/given.ts";
import { given, isEvents } from "../support/given.ts";
import * as rows from "../support/rows.ts";

const units = (max: bigint) => fc.bigInt({ min: 1n, max });

void test("a number", (t) => {
  for (const [text, decimals, wanted] of [
    ["1", 2, "1"],
    ["01.50", 2, "1.5"],
    ["000", 2, null],
    ["0.00", 2, null],
    ["0.01", 2, "0.01"],
    ["0.001", 2, null],
    ["0.0001", 4, "0.0001"],
    ["999999999999999.99", 2, "999999999999999.99"],
    ["1000000000000000", 2, null],
    ["0000000000000001", 2, null],
    ["1.", 2, null],
    [".5", 2, null],
    ["+1", 2, null],
    ["-1", 2, null],
    ["1e3", 2, null],
    ["1,000", 2, null],
    ["１２", 2, null],
    ["1 ", 2, null],
    ["1\n", 2, null],
    ["", 2, null],
    ["NaN", 2, null],
    ["٣", 2, null],
    ["1.10000", 4, null],
  ] as const) {
    t.equal(parsePositive(text, decimals), wanted, JSON.stringify(text));
  }
  fc.assert(
    fc.property(units(10n ** 19n - 1n), (n) => {
      const parsed = parsePositive(fromUnits(n, 4), 4) ?? "0";
      return toUnits(parsed, 4) === n && !/\.\d*0$/.test(parsed);
    }),
  );
  t.end();
});

void test("arithmetic is exact", (t) => {
  // As large as the contract allows, and as small as rows are: the two are reckoned differently.
  const big = fc.oneof(units(10n ** 19n - 1n), units(10n ** 9n));
  const half = (n: bigint, by: bigint) => (n + by / 2n) / by;
  fc.assert(
    fc.property(big, big, (quantity, price) => {
      const due = amountOf(fromUnits(quantity, 4), fromUnits(price, 4));
      return due === fromUnits(half(quantity * price, 1_000_000n), 2);
    }),
  );
  fc.assert(
    fc.property(
      fc.oneof(units(10n ** 17n - 1n), units(10n ** 8n)),
      units(10n ** 9n),
      (fen, par) => {
        const found = sharesFor(fromUnits(fen, 2), fromUnits(par, 4));
        const [whole, rest] = [(fen * 1_000_000n) / par, (fen * 1_000_000n) % par];
        return found === (rest === 0n ? fromUnits(whole, 4) : null);
      },
    ),
  );
  fc.assert(fc.property(big, big, (a, b) => isBelow(fromUnits(a, 4), fromUnits(b, 4)) === a < b));
  const fens = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
  fc.assert(
    fc.property(fc.array(fens), (list) => {
      const sum = list.reduce((total, fen) => total + fen, 0n);
      const texts = list.map((fen) => fromUnits(fen, 2));
      const zero = sumMoney([...texts, ...texts.map(negate)]);
      return sumMoney(texts) === fromUnits(sum, 2) && zero === "0.00";
    }),
  );
  t.equal(amountOf("0.0001", "50"), "0.01", "half up");
  t.equal(amountOf("0.0001", "49.9999"), "0.00");
  // Around the largest product that is reckoned in doubles, and around half a fen.
  for (const quantity of ["9007.1992", "9007.1993", "94906265.6242", "0.01", "100.5"]) {
    for (const price of [
      "99999.9999",
      "100000",
      "0.0049",
      "0.005",
      "0.4999",
      "0.5",
      "94906265.6242",
    ]) {
      const exact = half(toUnits(quantity, 4) * toUnits(price, 4), 1_000_000n);
      t.equal(amountOf(quantity, price), fromUnits(exact, 2), `${quantity} × ${price}`);
    }
  }
  t.equal(sharesFor("10", "3"), null, "not exact");
  t.equal(sharesFor("10", "0.0004"), "25000.0000");
  t.equal(sharesFor("0.01", "999"), null, "less than a ten-thousandth");
  t.end();
});

void test("a day", (t) => {
  const from = Date.UTC(1899, 11, 1);
  for (let i = 0; i < 365 * 260; i += 7) {
    const iso = new Date(from + i * 86_400_000).toISOString().slice(0, 10);
    const slashed = iso.split("-").map(Number).join("/");
    if (parseDay(iso) !== iso || parseDay(slashed) !== iso) t.fail(iso);
  }
  for (const text of [
    ...["2025-02-29", "2100-02-29", "2025-04-31", "2025-00-10", "2025-13-01", "2025-1-1"],
    ...["0000-01-01", "25-01-01", "2025-01-32", "2025-01-00", "2025/02/30", "2025-01-01T00:00"],
    ...[" 2025-01-01", "2025年1月1日", "20250101", "", "45658", "2025-01-01\n", "２０２５-01-01"],
  ]) {
    t.equal(parseDay(text), null, JSON.stringify(text));
  }
  t.equal(parseDay("2024/2/29"), "2024-02-29");
  t.equal(parseDay("2000-02-29"), "2000-02-29");
  const shanghai = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" });
  const max = Date.UTC(2100, 0);
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1992, 0), max }), (ms) => {
      return dayInShanghai(ms) === shanghai.format(ms);
    }),
  );
  t.equal(dayInShanghai(Date.UTC(2025, 0, 1, 15, 59, 59, 999)), "2025-01-01");
  t.equal(dayInShanghai(Date.UTC(2025, 0, 1, 16)), "2025-01-02");
  t.end();
});

void test("the canonical encoding", (t) => {
  const text = fc.string({ unit: "binary" });
  const json = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value")),
      fc.dictionary(
        fc.oneof(
          text,
          fc.nat().map(String),
          fc.constantFrom("__proto__", "constructor", "é", "😀"),
        ),
        tie("value"),
      ),
    ),
  })).value;
  fc.assert(
    fc.property(json, (value) => {
      const encoded = canonical(value);
      return encoded === serialize(value) && canonical(JSON.parse(encoded) as Json) === encoded;
    }),
    { numRuns: 1_000 },
  );
  t.equal(canonical({ b: 1, a: undefined, 10: 2, 9: 3 }), '{"10":2,"9":3,"b":1}');
  const proto = '{"__proto__":1,"a":{"__proto__":[]}}';
  t.equal(canonical(JSON.parse(proto) as Json), proto);
  t.equal(canonical({ "\ufb33": 1, "😀": 2 }), '{"😀":2,"\ufb33":1}', "UTF-16 code units order");
  t.equal(canonical(-0), "0");
  for (const value of [0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => canonical([value]), String(value));
  }
  for (const lone of ["\ud800", "a\udc00b", "\udc00\ud800"]) {
    t.throws(() => canonical(lone), "a lone surrogate");
    t.throws(() => canonical({ [lone]: 1 }), "a lone surrogate in a name");
  }
  for (let code = 0; code < 0x10000; code++) {
    const character = String.fromCharCode(code);
    if (character.isWellFormed() && canonical(character) !== JSON.stringify(character)) {
      t.fail(`U+${code.toString(16)}`);
    }
  }
  t.end();
});

/** Largest remainder, told otherwise: fen by fen to whom it is owed most. */
function shareOutSlowly(pool: bigint, held: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const total = [...held.values()].reduce((sum, shares) => sum + shares, 0n);
  const lines = new Map([...held].map(([id, shares]) => [id, (pool * shares) / total]));
  let left = [...lines.values()].reduce((rest, fen) => rest - fen, pool);
  const owed = (id: string) => pool * (held.get(id) ?? 0n) - (lines.get(id) ?? 0n) * total;
  for (; left > 0n; left--) {
    const [best = ""] = [...lines.keys()].sort((a, b) => {
      const more = owed(b) - owed(a);
      return more > 0n || (more === 0n && a > b) ? 1 : -1;
    });
    lines.set(best, (lines.get(best) ?? 0n) + 1n);
  }
  return lines;
}

void test("a pool is divided by largest remainder", (t) => {
  const id = fc.oneof(fc.constantFrom("H1", "H10", "H2", "h", "户", "😀", "\ufb33"), fc.string());
  const shares = fc.oneof(fc.bigInt({ min: 0n, max: 9n }), units(10n ** 16n));
  const held = fc.array(fc.tuple(id, shares), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(units(10n ** 17n - 1n), held, (fen, pairs) => {
      const holdings = new Map(pairs);
      const lines = dividePool(fromUnits(fen, 2), holdings);
      const holders = new Map([...holdings].filter(([, count]) => count > 0n));
      if (holders.size === 0) return lines.length === 0;
      const slowly = shareOutSlowly(fen, holders);
      const order = lines.map(({ household }) => household);
      return (
        lines.length === holders.size &&
        lines.every(({ household = "", amount }) => toUnits(amount, 2) === slowly.get(household)) &&
        sumMoney(lines.map(({ amount }) => amount)) === fromUnits(fen, 2) &&
        order.every((household, i) => i === 0 || (order[i - 1] ?? "") < (household ?? ""))
      );
    }),
    { numRuns: 500 },
  );
  const even = new Map(["H3", "H1", "H2"].map((household) => [household, 1n]));
  const amounts = dividePool("0.02", even).map(({ amount }) => amount);
  t.strictSame(amounts, ["0.01", "0.01", "0.00"], "ties go by household number, ascending");
  const organisations = new Map([["A1", 1n]]);
  const shared = dividePool("0.03", even, organisations);
  t.strictSame(
    shared.map(({ household, shareholder, amount }) => [household ?? shareholder, amount]),
    [...["H1", "H2", "H3"].map((one) => [one, "0.01"]), ["A1", "0.00"]],
    "organisations come after all households",
  );
  t.end();
});

const base: readonly Step[] = [
  ["roster", rows.person(1)],
  ["roster", rows.person(2)],
  ["organisations", rows.organisation("O1")],
  ["organisations", rows.organisation("O2")],
  ["contracts", rows.shareContract("C1", "O1", "R1")],
  ["contracts", { ...rows.labourContract("C2", "O1"), 终止日期: "2025-12-31" }],
  ["contracts", lease("C3", "H1")],
  ["contracts", order("C4", "")],
  ["contracts", rows.shareContract("C5", "O2", "R2")],
];

function lease(id: string, household: string): CountyRow {
  const terms = { 主体编号: "O1", 起始日期: "2025-01-01", 终止日期: "2025-12-31", 数量: "2" };
  return { 合同编号: id, 合同类型: "土地流转", 户编号: household, ...terms, 单价: "600" };
}

function order(id: string, household: string): CountyRow {
  const terms = { 主体编号: "O1", 起始日期: "2025-01-01", 终止日期: "2025-12-31", 保护价: "2.1" };
  return { 合同编号: id, 合同类型: "订单收购", 户编号: household, ...terms };
}

const paid = { 业务日期: "2025-03-01", 户编号: "H1", 主体编号: "O1" };
/** A good movement of every type. */
const good = {
  折股: rows.shareIssue("M1"),
  租金: {
    业务编号: "M1",
    业务类型: "租金",
    ...paid,
    合同编号: "C3",
    数量: "2",
    单价: "600",
    金额: "1200",
  },
  订单收购: {
    ...{ 业务编号: "M1", 业务类型: "订单收购", ...paid, 合同编号: "C4" },
    ...{ 数量: "1.5", 单价: "2.15", 金额: "3.23" },
  },
  工资: rows.wage("M1"),
  分红: rows.dividend("M1"),
  冲销: rows.reversal("M1", "S1"),
} as const satisfies Record<string, CountyRow>;
type Movement = keyof typeof good;

const history = given(
  ...base,
  ["movements", rows.shareIssue("S1")],
  ["movements", rows.wage("X1")],
);
const reversed = history.and(["movements", rows.reversal("X2", "X1")]);

void test("a good row", (t) => {
  const types: Record<Movement, string> = {
    折股: "SharesIssuedForCapital",
    租金: "RentPaid",
    订单收购: "ProducePurchased",
    工资: "WagePaid",
    分红: "DividendDeclared",
    冲销: "ShareIssueReversed",
  };
  for (const [name, row] of Object.entries(good)) {
    const decided = recordedAs(history.when("movements", row));
    t.strictSame(
      decided.map(({ type }) => type),
      [types[name as Movement]],
      `${name} is recorded`,
    );
    t.equal(decided[0]?.effectiveDate, row.业务日期);
    for (const { type, data } of decided) {
      t.ok(liftEvent(type, latestVersion(type), cleaned(data)), "as stored");
    }
    const after = history.and(["movements", row]);
    t.equal(after.outcome("movements", row), "alreadyRecorded", `${name} again`);
    const other = { ...row, 凭证号: "PZ2" };
    t.equal(after.outcome("movements", other), "ReferenceConflict", `${name} with other content`);
    const noted = { ...row, 备注: "n" };
    t.equal(after.outcome("movements", noted), "ReferenceConflict", "备注 is content");
    t.equal(
      after.outcome("movements", { ...row, 经办人: "n" }),
      "alreadyRecorded",
      "unknown is not",
    );
    const written =
      "金额" in row ? { ...row, 金额: `0${row.金额}${row.金额.includes(".") ? "" : ".0"}` } : row;
    t.equal(after.outcome("movements", written), "alreadyRecorded", "300 = 0300.0");
  }
  t.end();
});

function recordedAs(decided: Decided): readonly DecidedEvent[] {
  if (!isEvents(decided)) throw new Error(decided.code);
  return decided;
}

/** As JSON has it: without members that are undefined. */
function cleaned(data: object): unknown {
  return JSON.parse(JSON.stringify(data));
}

type Breakages = Readonly<Record<string, Readonly<CountyRow>>>;

/** How each type of movement can break each rule it has. */
const breakages: Readonly<Record<Movement, Breakages>> = {
  折股: {
    MalformedField: { 资本类型: " " },
    ReferenceConflict: { 业务编号: "X1" },
    HouseholdUnknown: { 户编号: "H9" },
    OrganisationUnknown: { 主体编号: "O9" },
    ContractUnknown: { 合同编号: "C9" },
    RegisterUnknown: { 股权登记簿: "R9" },
    ContractMismatch: { 合同编号: "C5" },
    ContractNotInForce: { 业务日期: "2024-12-31" },
    SharesNotExact: { 合同编号: "C6", 金额: "100" },
  },
  租金: payments("C2", "C3"),
  订单收购: {
    ...payments("C2", "C4"),
    PriceNotContract: {},
    PriceBelowFloor: { 单价: "2.0999" },
  },
  工资: { ...payments("C3", "C2"), ReferenceConflict: { 业务编号: "S1" } },
  分红: {
    MalformedField: { 金额: "1.234" },
    ReferenceConflict: { 业务编号: "X1" },
    OrganisationUnknown: { 主体编号: "O9" },
    RegisterUnknown: { 股权登记簿: "R9" },
    ContractMismatch: { 股权登记簿: "R2" },
    NoShares: { 业务日期: "2025-01-31" },
  },
  冲销: {
    MalformedField: { 业务日期: "2025/2/30" },
    ReferenceConflict: { 业务编号: "S1" },
    OriginalUnknown: { 业务日期: "2025-01-31" },
    ContractMismatch: { 户编号: "H2" },
    AmountMismatch: { 金额: "99.99" },
    AlreadyReversed: { 原业务编号: "X1" },
  },
};

function payments(misfit: string, own: string): Breakages {
  return {
    MalformedField: { 数量: "1.00001" },
    ReferenceConflict: { 业务编号: "X1" },
    HouseholdUnknown: { 户编号: "H9" },
    OrganisationUnknown: { 主体编号: "O9" },
    ContractUnknown: { 合同编号: "C9" },
    ContractMismatch: { 合同编号: misfit },
    ContractNotInForce: { 合同编号: own, 业务日期: "2026-01-01" },
    PriceNotContract: { 单价: "99.9" },
    AmountMismatch: { 金额: "0.01" },
  };
}

void test("a row that breaks", (t) => {
  const after = reversed.and(["contracts", { ...rows.shareContract("C6"), 每股金额: "3" }]);
  for (const [name, rules] of Object.entries(breakages)) {
    const row = good[name as Movement];
    const codes = refusalCodes.filter((code) => Object.keys(rules[code] ?? {}).length > 0);
    for (const [i, code] of codes.entries()) {
      const broken = { ...row, ...rules[code] };
      t.equal(after.outcome("movements", broken), code, `${name}: ${code}`);
      for (const later of codes.slice(i + 1)) {
        // What breaks the later rule first, for where both speak of one column.
        const both = { ...row, ...rules[later], ...rules[code] };
        t.equal(after.outcome("movements", both), code, `${name}: ${code} before ${later}`);
      }
    }
  }
  t.end();
});

void test("rules of movements", async (t) => {
  const outcome = (row: CountyRow) => reversed.outcome("movements", row);

  await t.test("a contract is in force on its first and last day", (t) => {
    t.equal(outcome({ ...good.工资, 业务日期: "2025-01-01" }), "recorded");
    t.equal(outcome({ ...good.工资, 业务日期: "2025/12/31" }), "recorded");
    t.equal(outcome({ ...good.折股, 业务日期: "2199-12-31" }), "recorded", "an open end");
    t.end();
  });

  await t.test("a contract of one household is not another's", (t) => {
    t.equal(outcome({ ...good.租金, 户编号: "H2" }), "ContractMismatch");
    t.equal(outcome({ ...good.订单收购, 户编号: "H2" }), "recorded", "one without is open to all");
    t.end();
  });

  await t.test("a purchase may be above the floor and at it", (t) => {
    t.equal(outcome({ ...good.订单收购, 单价: "2.1", 金额: "3.15" }), "recorded");
    t.equal(outcome({ ...good.订单收购, 单价: "2.1000", 金额: "3.15" }), "recorded");
    t.end();
  });

  await t.test("a reversal takes back what can be taken back, once", (t) => {
    t.equal(outcome(rows.reversal("Y", "X2")), "OriginalUnknown", "not a reversal");
    t.equal(outcome(rows.reversal("Y", "M99")), "OriginalUnknown");
    t.equal(outcome(rows.reversal("Y", "X1")), "AlreadyReversed");
    t.equal(
      outcome({ ...rows.reversal("Y", "S1"), 业务日期: "2025-02-01" }),
      "recorded",
      "same day",
    );
    t.equal(outcome({ ...rows.reversal("X2", "X1") }), "alreadyRecorded");
    t.end();
  });

  await t.test("what a reversal names is its original's", (t) => {
    const own = { 户编号: "H1", 主体编号: "O1", 合同编号: "C1", 金额: "100.0" };
    for (const [column, value] of Object.entries(own)) {
      const named = { ...rows.reversal("Y", "S1"), [column]: value };
      t.equal(outcome(named), "recorded", column);
      const code = column === "金额" ? "AmountMismatch" : "ContractMismatch";
      for (const other of ["X", "-100", "100.01", "Ｈ1"]) {
        t.equal(outcome({ ...named, [column]: other }), code, `${column} ${other}`);
      }
    }
    t.equal(outcome({ ...rows.reversal("Y", "S1"), ...own }), "recorded", "all of them");
    t.equal(outcome({ ...rows.reversal("Y", "S1"), 数量: "7", 单价: "x" }), "recorded");
    t.end();
  });

  await t.test("a reversal mirrors its original line by line", (t) => {
    const after = reversed.and(
      ["movements", rows.shareIssue("S2", "H2", "50")],
      ["movements", rows.dividend("D1", "0.10")],
    );
    const [declared] = recordedAs(after.when("movements", rows.reversal("Y", "D1")));
    const [original] = after.events.slice(-1);
    t.match(declared?.data, { reverses: "D1", pool: "0.10" });
    const lines = (data: object | undefined) => (data as { lines?: unknown }).lines;
    t.strictSame(lines(declared?.data), lines(original?.data));
    t.end();
  });

  await t.test("a long list continues in events before its last", (t) => {
    const many = linesMax + 1;
    const people = Array.from({ length: many }, (_, i): Step => ["roster", rows.person(i + 100)]);
    const issues = people.map((_, i): Step => {
      return ["movements", rows.shareIssue(`B${i}`, `H${i + 100}`, "1")];
    });
    const of = reversed.and(...people, ...issues);
    const decided = recordedAs(of.when("movements", rows.dividend("D1", "999")));
    t.strictSame(
      decided.map(({ type, key, nth }) => [type, key, nth]),
      [
        ["DividendLinesListed", "list:D1", 0],
        ["DividendDeclared", "movement:D1", 0],
      ],
    );
    const data = decided.map((event) => event.data as { lines: unknown[] });
    t.strictSame(
      data.map(({ lines }) => lines.length),
      [linesMax, 2],
    );
    const all = data.flatMap(({ lines }) => lines) as JsonObject[];
    const linesHash = createHash("sha256").update(canonical(all)).digest("hex");
    t.match(data[1], { earlier: 1, count: many + 1, sum: "999.00", linesHash });
    t.end();
  });
  t.end();
});

void test("a contract", async (t) => {
  const outcome = (row: CountyRow) => given(...base).outcome("contracts", row);

  await t.test("is well formed or malformed", (t) => {
    for (const broken of [
      { 合同编号: "" },
      { 合同类型: "constructor" },
      { 主体编号: " " },
      { 起始日期: "" },
      { 终止日期: "2025-02-30" },
      { 起始日期: "2025-06-02", 终止日期: "2025-06-01" },
      { 单价: "" },
      { 单价: "0" },
      { 保护价: "x" },
      { 签订日期: "soon" },
      { 数量: "1.23456" },
    ]) {
      t.equal(
        outcome({ ...lease("N1", "H1"), ...broken }),
        "MalformedField",
        JSON.stringify(broken),
      );
    }
    t.equal(
      outcome({ ...lease("N1", ""), 户编号: "" }),
      "MalformedField",
      "a lease names a household",
    );
    t.equal(outcome({ ...rows.shareContract("N1"), 每股金额: "" }), "MalformedField");
    t.equal(outcome({ ...lease("N1", "H1"), 终止日期: "2025-01-01" }), "recorded", "a single day");
    t.end();
  });

  await t.test("is refused in the order of precedence", (t) => {
    const rules: Breakages = {
      MalformedField: { 每股金额: "0" },
      ReferenceConflict: { 合同编号: "C2" },
      HouseholdUnknown: { 户编号: "H9" },
      OrganisationUnknown: { 主体编号: "O9" },
      ContractMismatch: { 股权登记簿: "R2" },
    };
    const codes = Object.keys(rules);
    for (const [i, code] of codes.entries()) {
      for (const later of codes.slice(i)) {
        const row = { ...rows.shareContract("N1"), ...rules[later], ...rules[code] };
        t.equal(outcome(row), code, `${code} before ${later}`);
      }
    }
    t.end();
  });

  await t.test("again is recorded already, whatever is unknown to the ledger", (t) => {
    t.equal(outcome({ ...lease("C3", "H1"), 计量单位: "亩" }), "alreadyRecorded");
    t.equal(outcome({ ...lease("C3", "H1"), 单价: "600.0000" }), "alreadyRecorded");
    t.equal(outcome({ ...lease("C3", "H2") }), "ReferenceConflict");
    t.equal(outcome({ ...lease("C3", "H1"), 签订日期: "2024-12-01" }), "ReferenceConflict");
    t.end();
  });

  t.test("the first that names a register opens it", (t) => {
    const of = given(...base);
    const [first] = recordedAs(of.when("contracts", rows.shareContract("N1", "O1", "R9")));
    t.equal(first?.once, "register:R9");
    const [second] = recordedAs(of.when("contracts", rows.shareContract("N1")));
    t.notOk("once" in (second ?? {}));
    t.end();
  });
});

void test("a roster row", async (t) => {
  const types = (row: CountyRow, of = given(...base)) => {
    const decided = of.when("roster", row);
    return isEvents(decided) ? decided.map(({ type }) => type) : [decided.code];
  };

  await t.test("enters its household, with place, person and account", (t) => {
    const row = { ...rows.person(3), 银行账号: "62", 开户行: "农信" };
    const all = ["HouseholdRegistered", "HouseholdStatusRecorded", "MemberRecorded"];
    t.strictSame(types(row), [...all, "MemberAccountRecorded"]);
    t.strictSame(types(rows.person(3)), all, "no account");
    t.strictSame(types(rows.person(4, "H1")), ["MemberRecorded"], "another of the household");
    t.end();
  });

  await t.test("again is recorded already; other content is a change, there and back too", (t) => {
    const [one, two] = [rows.person(1), { ...rows.person(1), 健康状况: "残疾" }];
    t.strictSame(types(one), []);
    t.strictSame(types({ ...one, 录入员: "甲" }), [], "unknown columns are not content");
    t.strictSame(types(two), ["MemberRecorded"]);
    t.strictSame(types(one, given(...base, ["roster", two])), ["MemberRecorded"], "back again");
    const poor = { ...one, 户类型: "监测户" };
    t.strictSame(types(poor), ["HouseholdStatusRecorded", "MemberRecorded"]);
    t.end();
  });

  await t.test("records an account by person, and only what it says otherwise", (t) => {
    const own = { ...rows.person(1), 银行账号: "62", 开户名: "某" };
    const both = ["MemberRecorded", "MemberAccountRecorded"];
    t.match(given(...base).when("roster", own), [
      { key: "person:P1" },
      { key: "account:P1", stream: "household-H1", data: { person: "P1", household: "H1" } },
    ]);
    const of = given(...base, ["roster", own]);
    t.strictSame(types({ ...own, 健康状况: "残疾" }, of), ["MemberRecorded"], "the same account");
    t.strictSame(types(rows.person(1), of), ["MemberRecorded"], "an empty cell changes nothing");
    t.strictSame(types({ ...own, 开户名: "" }, of), both, "nobody holds it now");
    t.strictSame(types({ ...rows.person(1), 开户行: "农信" }, of), both, "its bank alone");
    t.strictSame(types({ ...rows.person(2), 银行账号: "62", 开户名: "某" }, of), both, "another's");
    const moved = { ...own, 户编号: "H2" };
    t.strictSame(types(moved, of), both, "kept under the key of the household it is in");
    const { events } = given(...base, ["roster", { ...rows.person(1), 银行账号: "PRIVATE" }]);
    t.notMatch(JSON.stringify(events), "PRIVATE", "it lies in the vault alone");
    t.end();
  });

  await t.test("that names another household is a move", (t) => {
    const decided = given(...base).when("roster", rows.person(1, "H2"));
    t.match(decided, [{ type: "MemberRecorded", stream: "household-H2", data: { from: "H1" } }]);
    t.end();
  });

  await t.test("is dated the day of import", (t) => {
    const decided = given(...base).when("roster", rows.person(3), "2026-02-03");
    t.match(decided, [{ effectiveDate: "2026-02-03" }]);
    t.end();
  });

  t.test("without a number, or with what cannot be stored, is malformed", (t) => {
    for (const broken of [
      { 人编号: "" },
      { 户编号: "" },
      { 人编号: "p".repeat(201) },
      { 姓名: "\ud800" },
      { 录入员: "a\u0000" },
      { 备注: "x".repeat(65_537) },
    ]) {
      t.strictSame(types({ ...rows.person(1), ...broken }), ["MalformedField"]);
    }
    t.end();
  });
});

void test("an organisation's row is new, known or a change", (t) => {
  const of = given(...base);
  const types = (row: CountyRow) =>
    recordedAs(of.when("organisations", row)).map(({ type }) => type);
  t.strictSame(types(rows.organisation("O3")), ["OrganisationRegistered"]);
  t.strictSame(types({ ...rows.organisation("O1"), 法人: "x" }), []);
  t.strictSame(types({ ...rows.organisation("O1"), 名称: "x" }), ["OrganisationDetailsCorrected"]);
  t.equal(of.outcome("organisations", { 主体编号: " " }), "MalformedField");
  t.end();
});

void test("a projection", (t) => {
  const events = reversed.and(
    ["movements", rows.shareIssue("S2", "H2", "50")],
    ["movements", rows.dividend("D1", "0.01")],
    ["movements", rows.reversal("D2", "D1")],
    ["movements", rows.reversal("S3", "S2")],
    ["movements", good.租金],
  ).events;
  const meta = { actor: "a", pack: "p", recordedAt: "2025-01-01T00:00:00.000Z" };
  const written = () =>
    events.map((decided, i) => {
      const { stream, effectiveDate } = decided;
      const about = { position: BigInt(i + 1), id: "x", stream, meta: { ...meta, effectiveDate } };
      const event = deepFrozen({ ...decided, ...about, linesBefore: 0 });
      const found: string[] = [];
      const sums = new Map<unknown, bigint>();
      for (const projection of projections) {
        projection.project(event, (table, values) => {
          const shape = projection.tables.find(({ name }) => name === table);
          const columns = Object.keys(shape?.columns ?? {});
          t.equal(values.length, columns.length, `${table}: a value a column`);
          t.equal(values[columns.indexOf("position")], event.position, "of its event");
          found.push(`${table} ${values.join("|")}`);
          if (table !== "postings") return;
          const asset = values[columns.indexOf("asset")];
          const amount = toUnits(String(values[columns.indexOf("amount")]), 4);
          sums.set(asset, (sums.get(asset) ?? 0n) + amount);
        });
      }
      for (const [asset, sum] of sums) t.equal(sum, 0n, `${event.type} in ${String(asset)}`);
      return found;
    });
  t.strictSame(written(), written(), "says the same of the same event, and changes nothing");
  t.end();
});

function deepFrozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFrozen);
  return Object.freeze(value);
}

void test("the environment", (t) => {
  t.strictSame(parseConfig({ PATH: "x" }), {
    LEDGER_LOG: "postgres",
    HOST: "127.0.0.1",
    PORT: 8080,
    ALLOW_UNAUTHENTICATED: "0",
    LOG_LEVEL: "info",
  });
  t.match(parseConfig({ PORT: " 0 ", DATABASE_URL: "", LOG_LEVEL: "" }), { PORT: 0 });
  for (const [environment, names] of [
    [{ PORT: "65536" }, /^PORT: /],
    [{ PORT: "x" }, /^PORT: /],
    [{ LEDGER_LOG: "mysql" }, /^LEDGER_LOG: /],
    [{ LEDGER_LOG: "eventstoredb" }, /^EVENTSTOREDB_URL: /],
    [{ DATABASE_URL: "postgres://x" }, /^VAULT_KEY_FILE: /],
    [{ HOST: "0.0.0.0" }, /^HOST: /],
    [{ HOST: "127.0.0.1.example.org" }, /^HOST: /],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL: /],
    [{ HOST: "0.0.0.0", ALLOW_UNAUTHENTICATED: "yes" }, /^ALLOW_UNAUTHENTICATED: /],
  ] as const) {
    try {
      parseConfig(environment);
      t.fail(JSON.stringify(environment));
    } catch (error) {
      t.ok(error instanceof ConfigError);
      t.match(error, { message: names });
    }
  }
  t.match(parseConfig({ HOST: "0.0.0.0", ALLOW_UNAUTHENTICATED: "1" }), { HOST: "0.0.0.0" });
  for (const host of ["localhost", "::1", "127.0.0.1", "127.9.9.9"]) t.ok(isLoopback(host), host);
  for (const host of ["10.0.0.1", "::", "127.0.0", "x127.0.0.1"]) t.notOk(isLoopback(host), host);
  t.end();
});
