// Kinds of movement that are declared as data: what each needs, every rule it can break, and in
// which order; limits that earlier rows count towards; and what a reversal takes back.
import fc from "fast-check";
import { test } from "tap";
import type { LegName, UncountedLegName } from "../../events/legs.ts";
import { legNames, uncountedLegNames } from "../../events/legs.ts";
import { itemsOf } from "../../events/income-items.ts";
import type { MovementField, MovementKindName } from "../../events/movements.ts";
import { movementKindNames, movementKindOf, programmes } from "../../events/movements.ts";
import { eventType } from "../../events/index.ts";
import type { DecidedEvent } from "../../src/domain/facts.ts";
import type { Deliveries, DeliveriesAsked } from "../../src/domain/deliveries.ts";
import { deliveriesOfYear } from "../../src/domain/deliveries.ts";
import { movementColumns } from "../../src/domain/movement-command.ts";
import { refusalCodes } from "../../src/domain/refusal.ts";
import type { CountyRow } from "../support/county.ts";
import type { Given, Step } from "../support/given.ts";
import { isEvents, surveyed } from "../support/given.ts";
import * as rows from "../support/rows.ts";

/** What the read models say of deliveries, had they come to the last event. */
function deliveries(asked: DeliveriesAsked, events: readonly DecidedEvent[]): Deliveries {
  const none: Deliveries = { kilograms: {}, reversed: [] };
  return events.reduce(
    (found, event) => deliveriesOfYear.with?.(found, asked, event) ?? found,
    none,
  );
}

const of = (id: string, type: string, terms: CountyRow): CountyRow => ({
  合同编号: id,
  合同类型: type,
  主体编号: "O1",
  起始日期: "2025-01-01",
  终止日期: "2025-12-31",
  ...terms,
});

const attendance = (id: string, quantity: string): CountyRow => ({
  出勤编号: id,
  合同编号: "K6",
  户编号: "H1",
  人编号: "P1",
  数量: quantity,
  业务日期: "2025-05-31",
});

const base: readonly Step[] = [
  ["roster", rows.person(1)],
  ["roster", rows.person(2)],
  ["organisations", rows.organisation("O1")],
  ["organisations", rows.organisation("O2")],
  ["contracts", rows.purchaseContract("C3")],
  ["contracts", rows.labourContract("C2")],
  ["contracts", of("K1", "盈余返还", { 返还比例: "0.1" })],
  ["contracts", of("K2", "托管", { 户编号: "H1", 标的: "猪", 数量: "2", 单价: "30.5" })],
  ["contracts", of("K3", "委托帮扶", { 户编号: "H1", 本金: "1000", 分成比例: "0.65" })],
  ["contracts", of("K4", "反租倒包", { 户编号: "H1", 数量: "2", 单价: "200" })],
  ["contracts", of("K6", "公益岗位", { 岗位: "护林", 单价: "80" })],
  ["contracts", of("K5", "固定收益", { 本金: "10000", 年利率: "0.06", 计息基础: "365" })],
  ["posts", attendance("A1", "10")],
  ["posts", attendance("A2", "0.5")],
  ["posts", { ...attendance("A3", "7"), 户编号: "H2", 人编号: "P2" }],
  ["posts", { ...attendance("A4", "7"), 业务日期: "2025-06-02" }],
  ["movements", rows.purchase("S1")],
  ["movements", { ...rows.purchase("S2"), 业务日期: "2025-12-31", 数量: "5", 金额: "10" }],
  ["movements", { ...rows.purchase("S3"), 户编号: "H2" }],
  ["movements", rows.wage("X1")],
];
const history = surveyed({ [deliveriesOfYear.name]: deliveries }, ...base);

const row = (type: string, cells: CountyRow): CountyRow => ({
  业务编号: "M1",
  业务类型: type,
  业务日期: "2025-06-01",
  户编号: "H1",
  ...cells,
});
const under = (type: string, contract: string, cells: CountyRow) =>
  row(type, { 主体编号: "O1", 合同编号: contract, ...cells });
const agreement = "a".repeat(64);

/** A good movement of every kind, with all that it may say. */
const good: Readonly<Record<MovementKindName, CountyRow>> = {
  rebate: under("返利", "K1", {
    ...{ 所属期: "2025", 数量: "15", 单价: "0.335", 金额: "5.03", 经营类别: "种植" },
  }),
  custody: under("托管收益", "K2", { 数量: "2", 单价: "30.5", 金额: "61", 利润: "1" }),
  fixed: under("固定收益", "K5", {
    ...{ 起始日期: "2025-01-01", 终止日期: "2025-12-31", 金额: "600" },
  }),
  post: under("公益岗位", "K6", { 数量: "10.5", 单价: "80", 金额: "840", 人编号: "P1" }),
  plotFee: under("承包费", "K4", { 数量: "0.333", 单价: "200", 金额: "66.6" }),
  plot: under("地块收入", "K4", { 金额: "900", 经营类别: "林业" }),
  policy: row("政策补助", {
    ...{ 主体编号: "O1", 补助项目: "生态补偿", 总额: "99.99", 分成比例: "0.5", 金额: "50" },
    材料: agreement,
  }),
  subsidy: row("补贴", { 依据: "劳动", 金额: "1", 主体编号: "O2" }),
  award: row("奖补", { 依据: "生产", 金额: "1", 主体编号: "O2" }),
  relief: row("救助", { 依据: "困难", 金额: "1", 主体编号: "O2" }),
  training: row("培训补助", { 金额: "0.01" }),
  medical: row("医疗救助", { 金额: "0.01" }),
  housing: row("住房补助", { 金额: "0.01" }),
  advance: row("垫付", { 主体编号: "O1", 金额: "250" }),
  deduction: row("扣回", { 主体编号: "O1", 金额: "100" }),
  cost: row("成本", { 金额: "60", 经营类别: "养殖" }),
  principal: under("退本", "K3", { 金额: "1000" }),
};

const advanced: Step = ["movements", { ...good.advance, 业务编号: "A1", 金额: "100" }];
const after = history.and(advanced);

function eventOf(given: Given, cells: CountyRow): DecidedEvent {
  const decided = given.when("movements", cells);
  if (!isEvents(decided)) throw new Error(`${decided.code}: ${decided.message}`);
  const [event] = decided;
  if (event === undefined) throw new Error("it is recorded already");
  return event;
}

/** What an event posts to a household on a leg of money. */
function posted({ type, data }: DecidedEvent): string[] {
  const found: string[] = [];
  eventType(type).posts(data as never, (side, household, _organisation, leg, _asset, amount) => {
    if (side === "household") found.push(`${household ?? ""} ${leg} ${amount}`);
  });
  return found;
}

void test("a movement", (t) => {
  for (const name of movementKindNames) {
    const { event, stream, leg, needs, may } = movementKindOf(name);
    const cells = good[name];
    const recorded = eventOf(after, cells);
    t.equal(recorded.type, event, name);
    const place = stream === "contract" ? `contract-${cells["合同编号"] ?? ""}` : "household-H1";
    t.equal(recorded.stream, place, `${name} stands where its sums do`);
    const sign = ["plotFee", "deduction", "cost"].includes(name) ? "-" : "";
    const amount = Number(cells["金额"]).toFixed(2);
    t.strictSame(posted(recorded), [`H1 ${leg} ${sign}${amount}`], `${name} is posted`);
    const twice = after.and(["movements", cells]);
    t.equal(twice.outcome("movements", cells), "alreadyRecorded", `${name} again`);
    for (const field of [...needs, ...may]) {
      const { column } = movementColumns[field];
      const other = { ...cells, [column]: otherThan(field, cells[column]) };
      t.equal(twice.outcome("movements", other), "ReferenceConflict", `${name}: other ${column}`);
    }
    for (const field of needs) {
      const { column } = movementColumns[field];
      const lacking = { ...cells, [column]: "" };
      t.equal(after.outcome("movements", lacking), "MalformedField", `${name} without ${column}`);
    }
  }
  t.end();
});

/** Another value of a column, well formed. */
function otherThan(field: MovementField, value = ""): string {
  const others: Partial<Record<MovementField, string>> = {
    from: "2025-02-01",
    to: "2026-01-01",
    branch: "其他",
    programme: "低保金",
    ground: "政策",
    share: "0.25",
    documents: "b".repeat(64),
  };
  return others[field] ?? (/^[\d.]+$/.test(value) ? "7" : "Z9");
}

type Breakages = Readonly<Record<string, CountyRow>>;

const parties = (contract: string): Breakages => ({
  HouseholdUnknown: { 户编号: "H9" },
  OrganisationUnknown: { 主体编号: "O9" },
  ContractUnknown: { 合同编号: "K9" },
  ContractMismatch: { 合同编号: contract },
});
const early = { ContractNotInForce: { 业务日期: "2024-12-31" } };

/** How each kind can break each rule that it has. */
const breakages: Readonly<Record<MovementKindName, Breakages>> = {
  rebate: {
    ...{ MalformedField: { 所属期: "去年" }, ...parties("C3"), ...early },
    ...{ AmountMismatch: { 金额: "5.02" }, QuantityExceeded: { 数量: "15.0001", 金额: "5.03" } },
  },
  custody: {
    ...{ MalformedField: { 利润: "-1" }, ...parties("K5"), ...early },
    ...{ PriceNotContract: { 单价: "30.4999" }, AmountMismatch: { 金额: "61.01" } },
  },
  fixed: {
    ...{ MalformedField: { 金额: "6e2" }, ...parties("K3") },
    ...{ ContractNotInForce: { 终止日期: "2026-01-01" }, AmountMismatch: { 金额: "599.99" } },
    DaysPaid: { 起始日期: "2025-12-31", 金额: "1.64" },
  },
  post: {
    ...{ MalformedField: { 数量: "0" }, ...parties("K5") },
    ...{ ContractNotInForce: { 业务日期: "2026-01-01" }, PriceNotContract: { 单价: "80.0001" } },
    ...{ AmountMismatch: { 金额: "839.99" }, PersonUnknown: { 人编号: "P2" } },
    AttendanceMissing: { 数量: "10.5001", 金额: "840.01" },
  },
  plotFee: {
    ...{ MalformedField: { 数量: "0" }, ...parties("K5") },
    ...{ ContractNotInForce: { 业务日期: "2026-01-01" }, PriceNotContract: { 单价: "199.9999" } },
    AmountMismatch: { 金额: "66.59" },
  },
  plot: {
    ...{ MalformedField: { 经营类别: "旅游" }, ...parties("K2") },
    ContractNotInForce: { 业务日期: "2026-01-01" },
  },
  policy: {
    ...{ MalformedField: { 补助项目: "补贴" }, HouseholdUnknown: { 户编号: "H9" } },
    ...{ OrganisationUnknown: { 主体编号: "O9" }, AgreementMissing: { 材料: "" } },
  },
  subsidy: givenTo(),
  award: givenTo(),
  relief: givenTo(),
  training: aid(),
  medical: aid(),
  housing: aid(),
  advance: { ...aid(), OrganisationUnknown: { 主体编号: "O9" } },
  deduction: {
    ...{ ...aid(), OrganisationUnknown: { 主体编号: "O9" } },
    AdvanceExceeded: { 金额: "100.01" },
  },
  cost: aid(),
  principal: {
    ...{ MalformedField: { 金额: "0" }, ...parties("K4"), ...early },
    PrincipalExceeded: { 金额: "1000.01" },
  },
};

function aid(): Breakages {
  return { MalformedField: { 金额: "1.001" }, HouseholdUnknown: { 户编号: "H9" } };
}

function givenTo(): Breakages {
  return { ...aid(), MalformedField: { 依据: "其他" }, OrganisationUnknown: { 主体编号: "O9" } };
}

void test("a movement that breaks", (t) => {
  const lastDay = { 起始日期: "2025-12-31", 终止日期: "2025-12-31", 金额: "1.64" };
  const paid = after.and(["movements", { ...good.fixed, 业务编号: "F1", ...lastDay }]);
  for (const name of movementKindNames) {
    const cells = good[name];
    const given = name === "fixed" ? paid : after;
    const all: Breakages = { ReferenceConflict: { 业务编号: "X1" }, ...breakages[name] };
    const codes = refusalCodes.filter((code) => all[code] !== undefined);
    t.equal(codes.length, Object.keys(all).length);
    for (const [i, code] of codes.entries()) {
      t.equal(given.outcome("movements", { ...cells, ...all[code] }), code, `${name}: ${code}`);
      for (const later of codes.slice(i + 1)) {
        const both = { ...cells, ...all[later], ...all[code] };
        t.equal(given.outcome("movements", both), code, `${name}: ${code} before ${later}`);
      }
    }
  }
  t.end();
});

void test("by a hair", (t) => {
  const late = "2026-03-01";
  const twoDays = { 起始日期: "2025-12-30", 终止日期: "2025-12-31" };
  const taken = (...cells: CountyRow[]): Given =>
    after.and(...cells.map((one, i): Step => ["movements", { ...one, 业务编号: `T${i}` }]));
  const half = { ...good.rebate, 数量: "7.5", 金额: "2.51" };
  const shared = { ...good.custody, 合同编号: "K3", 数量: "", 单价: "", 利润: "100.01" };
  for (const [why, given, cells, wanted] of [
    ["a rebate after the end", after, { ...good.rebate, 业务日期: late }, "recorded"],
    ["custody after the end", after, { ...good.custody, 业务日期: late }, "recorded"],
    ["interest after the end", after, { ...good.fixed, 业务日期: late }, "recorded"],
    ["principal after the end", after, { ...good.principal, 业务日期: late }, "recorded"],
    ["a fee after the end", after, { ...good.plotFee, 业务日期: late }, "ContractNotInForce"],
    [
      "days that end before they begin",
      after,
      { ...good.fixed, 起始日期: "2026-01-01" },
      "MalformedField",
    ],
    [
      "interest from before",
      after,
      { ...good.fixed, 起始日期: "2024-12-31" },
      "ContractNotInForce",
    ],
    [
      "of another year nothing was sold",
      after,
      { ...good.rebate, 所属期: "2024" },
      "QuantityExceeded",
    ],
    ["the rest of what was sold", taken(half), half, "recorded"],
    ["more than the rest", taken(half, half), half, "QuantityExceeded"],
    [
      "another period is counted by itself",
      taken(half, half),
      { ...half, 所属期: "2025-06" },
      "recorded",
    ],
    [
      "what was taken back was not sold",
      after.and(["movements", { ...rows.reversal("B1", "S2"), 业务日期: late }]),
      good.rebate,
      "QuantityExceeded",
    ],
    [
      "a rebate taken back leaves room",
      taken(good.rebate).and(["movements", { ...rows.reversal("B1", "T0"), 业务日期: late }]),
      good.rebate,
      "recorded",
    ],
    ["half of a profit, half up", after, { ...shared, 金额: "65.01" }, "recorded"],
    ["and not a fen less", after, { ...shared, 金额: "65" }, "AmountMismatch"],
    ["a share without a profit", after, { ...shared, 利润: "", 金额: "65.01" }, "AmountMismatch"],
    ["a price without a quantity", after, { ...good.custody, 数量: "" }, "AmountMismatch"],
    ["a quantity without a price", after, { ...good.custody, 单价: "" }, "AmountMismatch"],
    ["two days of interest", after, { ...good.fixed, ...twoDays, 金额: "3.29" }, "recorded"],
    [
      "the day after was paid",
      taken({ ...good.fixed, 起始日期: "2025-12-31", 金额: "1.64" }),
      { ...good.fixed, 终止日期: "2025-12-30", 金额: "598.36" },
      "recorded",
    ],
    ["all that is owed", after, good.deduction, "recorded"],
    ["again", taken(good.deduction), good.deduction, "AdvanceExceeded"],
    ["to somebody else", after, { ...good.deduction, 主体编号: "O2" }, "AdvanceExceeded"],
    ["by somebody else", after, { ...good.deduction, 户编号: "H2" }, "AdvanceExceeded"],
    [
      "the last fen of the principal",
      taken({ ...good.principal, 金额: "999.99" }),
      { ...good.principal, 金额: "0.01" },
      "recorded",
    ],
    [
      "and one more",
      taken(good.principal),
      { ...good.principal, 金额: "0.01" },
      "PrincipalExceeded",
    ],
    [
      "a benefit that is not shared",
      after,
      { ...good.policy, 主体编号: "", 总额: "", 材料: "", 金额: "7" },
      "recorded",
    ],
    ["shared without a part", after, { ...good.policy, 分成比例: "" }, "AgreementMissing"],
    ["shared without a total", after, { ...good.policy, 总额: "" }, "AgreementMissing"],
    ["half of the total, half up", after, { ...good.policy, 金额: "49.99" }, "AmountMismatch"],
    ["who worked", after, { ...rows.wage("W1"), 人编号: "P1" }, "recorded"],
    ["who is of another household", after, { ...rows.wage("W1"), 人编号: "P2" }, "PersonUnknown"],
    [
      "and was not paid rightly",
      after,
      { ...rows.wage("W1"), 人编号: "P2", 金额: "99" },
      "AmountMismatch",
    ],
    ["produce of a branch", after, { ...rows.purchase("W1"), 经营类别: "养殖" }, "recorded"],
    ["of no branch", after, { ...rows.purchase("W1"), 经营类别: "x" }, "MalformedField"],
    ["which other movements do not read", after, { ...rows.wage("W1"), 经营类别: "x" }, "recorded"],
  ] as const) {
    t.equal(given.outcome("movements", cells), wanted, why);
  }
  t.end();
});

void test("late movements are judged by the last terms in force", (t) => {
  const ended = after.and(
    ["amendments", { ...rows.supplement("E1", "K3"), 单价: "", 分成比例: "0.7" }],
    ["amendments", { 变更编号: "E2", 合同编号: "K3", 变更类型: "终止", 生效日期: "2025-06-30" }],
  );
  const cells = { ...good.custody, 合同编号: "K3", 业务日期: "2025-09-01", 利润: "100" };
  t.equal(ended.outcome("movements", { ...cells, 金额: "65" }), "recorded");
  t.equal(ended.outcome("movements", { ...cells, 金额: "70" }), "AmountMismatch");
  t.end();
});

void test("a reversal takes back what was recorded, whole and once", (t) => {
  const turned = (line: string) =>
    line.includes("-") ? line.replace("-", "") : line.replace(/ (\d)/, " -$1");
  for (const name of movementKindNames) {
    const recorded = after.and(["movements", good[name]]);
    const reversal = { ...rows.reversal("B1", "M1"), 业务日期: "2025-06-01" };
    const [original, back] = [eventOf(after, good[name]), eventOf(recorded, reversal)];
    t.strictSame(posted(back), posted(original).map(turned), name);
    t.equal(back.stream, original.stream, `${name}: where it was recorded`);
    for (const column of ["户编号", "主体编号", "合同编号", "金额"]) {
      const named = { ...reversal, [column]: good[name][column] ?? "" };
      t.equal(recorded.outcome("movements", named), "recorded", `${name}: its ${column}`);
      const wanted = column === "金额" ? "AmountMismatch" : "ContractMismatch";
      const other = { ...reversal, [column]: "77" };
      t.equal(recorded.outcome("movements", other), wanted, `${name}: another ${column}`);
    }
    const once = recorded.and(["movements", reversal]);
    const again = { ...reversal, 业务编号: "B2" };
    t.equal(once.outcome("movements", again), "AlreadyReversed", name);
    const ofReversal = { ...again, 原业务编号: "B1" };
    t.equal(once.outcome("movements", ofReversal), "OriginalUnknown", `${name}: a reversal`);
  }
  t.end();
});

/** What random rows may do, and a model of it that knows sums alone. */
const action = fc.record({
  type: fc.constantFrom("rebate", "advance", "deduction", "principal", "fixed", "reversal"),
  size: fc.integer({ min: 1, max: 12 }),
  of: fc.nat({ max: 20 }),
});

void test("whatever is recorded and taken back, no sum is above its limit", (t) => {
  const actions = fc.array(action, { minLength: 5, maxLength: 20 });
  fc.assert(
    fc.property(actions, (all) => {
      let given = after;
      const counting = new Map<string, { type: string; size: number; from: number }>();
      const reversed = new Set<string>();
      const sum = (type: string) =>
        [...counting.values()].reduce(
          (total, one) => total + (one.type === type ? one.size : 0),
          0,
        );
      for (const [i, { type, size, of: n }] of all.entries()) {
        const reference = `R${i}`;
        const from = n + 1;
        const [cells, isAllowed] = {
          rebate: () =>
            [
              { ...good.rebate, 数量: `${size}`, 单价: "1", 金额: `${size}` },
              sum("rebate") + size <= 15,
            ] as const,
          advance: () => [{ ...good.advance, 金额: `${size}` }, true] as const,
          deduction: () =>
            [
              { ...good.deduction, 金额: `${size * 20}` },
              sum("deduction") * 20 + size * 20 <= 100 + sum("advance"),
            ] as const,
          principal: () =>
            [
              { ...good.principal, 金额: `${size * 100}` },
              sum("principal") * 100 + size * 100 <= 1000,
            ] as const,
          fixed: () => {
            const [first, last] = [from, from + (size % 3)];
            const overlaps = [...counting.values()].some(
              (one) =>
                one.type === "fixed" && one.from <= last && one.from + (one.size % 3) >= first,
            );
            const day = (d: number) => `2025-03-${String(d).padStart(2, "0")}`;
            const due = Math.round((10_000 * 6 * (last - first + 1)) / 365) / 100;
            return [
              { ...good.fixed, 起始日期: day(first), 终止日期: day(last), 金额: due.toFixed(2) },
              !overlaps,
            ] as const;
          },
          reversal: () => {
            const original = `R${n}`;
            const can = counting.has(original) && !reversed.has(original);
            return [
              { ...rows.reversal(reference, original), 业务日期: "2025-06-02" },
              can,
            ] as const;
          },
        }[type]();
        const step: Step = ["movements", { ...cells, 业务编号: reference }];
        const found = given.outcome(...step) === "recorded";
        if (found !== isAllowed) return false;
        if (!found) continue;
        given = given.and(step);
        if (type === "reversal") {
          counting.delete(`R${n}`);
          reversed.add(`R${n}`);
        } else counting.set(reference, { type, size, from });
      }
      return true;
    }),
    { numRuns: 60 },
  );
  t.end();
});

void test("where a leg stands in the classifications of income", (t) => {
  const item = (leg: LegName | UncountedLegName, more: object = {}) => {
    const { s3, nbs, register } = itemsOf({ leg, isReceived: true, isOnAsset: false, ...more });
    return [s3, nbs, register];
  };
  const none = undefined;
  const table: readonly (readonly [LegName | UncountedLegName, object, readonly unknown[]])[] = [
    ["order", { branch: "crops" }, ["经营性", "经营净收入", "生产经营性01种植"]],
    ["rebate", {}, ["经营性", "经营净收入", "生产经营性01其他"]],
    ["wage", {}, ["工资性", "工资性收入", "工资性"]],
    ["post", {}, ["政策性", "工资性收入", "工资性"]],
    ["post", { isOnAsset: true }, ["资产性", "工资性收入", "工资性"]],
    ["rent", {}, ["生产性", "财产净收入", "财产性02"]],
    ["plot", { branch: "livestock" }, ["生产性", "经营净收入", "生产经营性01养殖"]],
    ["plot", { isReceived: false }, ["生产性", "经营净收入", "生产经营性02其他"]],
    ["subsidy", {}, ["政策性", "转移净收入", "转移性10"]],
    ["award", { isOnAsset: true }, ["资产性", "转移净收入", "转移性10"]],
    ["relief", {}, ["政策性", "转移净收入", "转移性10"]],
    ["dividend", {}, ["资产性", "财产净收入", "财产性01"]],
    ["fixed", {}, ["资产性", "财产净收入", "财产性01"]],
    ["custody", {}, ["资产性", "财产净收入", "财产性02"]],
    ["claim", {}, ["其他", "转移净收入", "转移性10"]],
    ["cost", { isReceived: false, branch: "forestry" }, [none, "经营净收入", "生产经营性02林业"]],
    ["training", {}, [none, none, "不计入01"]],
    ["medical", {}, [none, none, "不计入02"]],
    ["housing", {}, [none, none, "不计入03"]],
    ["advance", {}, [none, none, none]],
    ["capital", {}, [none, none, none]],
    ...Object.keys(programmes).map(
      (programme, i) =>
        [
          "policy",
          { programme },
          ["政策性", "转移净收入", `转移性${String(i + 1).padStart(2, "0")}`],
        ] as const,
    ),
  ];
  for (const [leg, more, wanted] of table) t.strictSame(item(leg, more), wanted, leg);
  const asked = new Set(table.map(([leg]) => leg));
  t.strictSame(
    [...legNames, ...uncountedLegNames].filter((leg) => !asked.has(leg)),
    [],
    "every leg",
  );
  t.throws(() => item("policy"), "a programme is needed");
  t.throws(() => item("order", { branch: "toString" }), "an unknown branch");
  t.end();
});
