// Kinds of contract beside lease, order, labour and shares: which columns each needs, which stand
// together, and what amendments change of them.
import { test } from "tap";
import type { DecidedEvent } from "../../src/domain/facts.ts";
import type { CountyRow } from "../support/county.ts";
import { given, isEvents } from "../support/given.ts";
import { row } from "../support/programme-rows.ts";
import * as rows from "../support/rows.ts";

const base = given(
  ["roster", rows.person(1)],
  ["organisations", rows.organisation()],
  row("assets"),
);

const of = (type: string, terms: CountyRow): CountyRow => ({
  合同编号: "C9",
  合同类型: type,
  主体编号: "O1",
  起始日期: "2025-01-01",
  终止日期: "2025-12-31",
  ...terms,
});

/** A contract of each kind with what it needs, and nothing else. */
const contracts: readonly (readonly [kind: string, row: CountyRow])[] = [
  ["custody", of("托管", { 户编号: "H1", 标的: "能繁母猪", 数量: "2", 单价: "300" })],
  ["custody", of("托管", { 户编号: "H1", 标的: "能繁母猪", 数量: "2", 分成比例: "0.6" })],
  ["entrusted", of("委托帮扶", { 户编号: "H1", 本金: "5000", 分成比例: "1" })],
  ["subleaseBack", of("反租倒包", { 户编号: "H1", 数量: "3.5", 单价: "200" })],
  ["fixedReturn", of("固定收益", { 本金: "10000", 年利率: "0.06", 计息基础: "365" })],
  ["post", of("公益岗位", { 岗位: "护林员", 单价: "50" })],
  ["patronage", of("盈余返还", { 返还比例: "0.000001" })],
  [
    "assetLease",
    of("资产租赁", { 资产编号: "ZC1", 付款周期: "12", 首付日期: "2025-06-30", 每期金额: "600" }),
  ],
  ["service", of("服务", {})],
];

const always = ["合同编号", "合同类型", "主体编号", "起始日期", "终止日期"];

function only(row: CountyRow, kind: "contracts" | "amendments" = "contracts"): DecidedEvent {
  const decided = (kind === "contracts" ? base : signed).when(kind, row);
  if (!isEvents(decided)) throw new Error(decided.code);
  const [event] = decided;
  if (event === undefined || decided.length !== 1) throw new Error("one event");
  return event;
}

const signed = base.and(["contracts", of("反租倒包", { 户编号: "H1", 数量: "3", 单价: "200" })]);

void test("a contract", (t) => {
  for (const [kind, terms] of contracts) {
    const { type, stream, data } = only(terms);
    t.strictSame([type, stream], ["ContractSigned", "contract-C9"], kind);
    t.match(data, { kind }, kind);
    const after = base.and(["contracts", terms]);
    t.equal(after.outcome("contracts", terms), "alreadyRecorded", `${kind} again`);
    for (const column of Object.keys(terms).filter((name) => !always.includes(name))) {
      const lacking = { ...terms, [column]: "" };
      t.equal(base.outcome("contracts", lacking), "MalformedField", `${kind} without ${column}`);
    }
  }
  t.end();
});

void test("what is wrong in a contract", (t) => {
  const [, custody = {}] = contracts[0] ?? [];
  const [, fixed = {}] = contracts.find(([kind]) => kind === "fixedReturn") ?? [];
  const instalments = { 付款周期: "12", 首付日期: "2025-06-30", 每期金额: "600" };
  for (const [row, wanted, why] of [
    [{ ...custody, 分成比例: "0.6" }, "MalformedField", "a price and a share of profit"],
    [{ ...fixed, 年利率: "1" }, "recorded", "a rate of one"],
    [{ ...fixed, 年利率: "1.000001" }, "MalformedField", "a rate above one"],
    [{ ...fixed, 年利率: "0.0000001" }, "MalformedField", "seven decimals"],
    [{ ...fixed, 计息基础: "366" }, "MalformedField", "a year of 366 days"],
    [{ ...fixed, 本金: "0.01" }, "recorded", "a principal of a fen"],
    [{ ...fixed, 本金: "0.001" }, "MalformedField", "less than a fen"],
    [{ ...fixed, ...instalments }, "recorded", "all three of an instalment"],
    [{ ...fixed, ...instalments, 付款周期: "999999" }, "recorded", "the longest period"],
    [{ ...fixed, ...instalments, 付款周期: "1000000" }, "MalformedField", "a longer one"],
    [{ ...fixed, ...instalments, 付款周期: "0" }, "MalformedField", "no month"],
    [{ ...fixed, ...instalments, 付款周期: "" }, "MalformedField", "two of the three"],
    [{ ...fixed, 每期金额: "600" }, "MalformedField", "one of the three"],
    [{ ...fixed, 户编号: "H9" }, "HouseholdUnknown", "a household is judged where it is named"],
    [{ ...fixed, 标的: "x".repeat(65) }, "recorded", "another kind's term is a note"],
    [{ ...custody, 标的: "x".repeat(64) }, "recorded", "a long text"],
    [{ ...custody, 标的: "x".repeat(65) }, "MalformedField", "one that is too long"],
    [{ ...fixed, 资产编号: "ZC9" }, "AssetUnknown", "an asset that is not recorded"],
    [{ ...fixed, 资产编号: "ZC1" }, "recorded", "any contract may be about an asset"],
  ] as const) {
    t.equal(base.outcome("contracts", row), wanted, why);
  }
  t.end();
});

void test("a contract of labour says when there is work and how it is paid", (t) => {
  const labour = of("劳务", { 单价: "120", 用工时间: "农忙", 工资发放方式: "按月" });
  t.equal((only(labour).data as { remarks?: unknown }).remarks, undefined);
  for (const column of ["用工时间", "工资发放方式"]) {
    const { data } = only({ ...labour, [column]: "" });
    t.match(data, { remarks: [{ code: "TermsMissing" }] }, `without ${column} it is reported`);
  }
  t.end();
});

void test("who answers for the other side lies in the vault and is content", (t) => {
  const row = { ...(contracts.at(-1)?.[1] ?? {}), 担保方: "张三" };
  const event = only(row);
  t.notMatch(JSON.stringify(event), "张三");
  const after = base.and(["contracts", row]);
  t.equal(after.outcome("contracts", row), "alreadyRecorded");
  t.equal(after.outcome("contracts", { ...row, 担保方: "李四" }), "ReferenceConflict");
  t.end();
});

void test("an amendment", (t) => {
  const change = (terms: CountyRow): CountyRow => ({
    变更编号: "A1",
    合同编号: "C9",
    变更类型: "补充协议",
    生效日期: "2025-07-01",
    ...terms,
  });
  const whole = { 付款周期: "6", 首付日期: "2025-07-01", 每期金额: "300" };
  const { data } = only(change({ 本金: "800", 年利率: "0.05", ...whole }), "amendments");
  t.match(data, { terms: [{ price: "200" }, { principal: "800.00", everyMonths: 6 }] });
  const outcome = (row: CountyRow) => signed.outcome("amendments", row);
  t.equal(outcome(change({ 每期金额: "300" })), "MalformedField", "a part of an instalment");
  t.equal(outcome(change(whole)), "recorded", "the whole of it");
  const paid = signed.and(["amendments", change(whole)]);
  const later = { ...change({ 每期金额: "400" }), 变更编号: "A2", 生效日期: "2025-08-01" };
  t.equal(paid.outcome("amendments", later), "recorded", "a part, where the rest holds already");
  t.equal(outcome(change({ 担保方: "张三" })), "recorded", "who answers, and nothing else");
  t.equal(outcome(change({})), "MalformedField", "nothing at all");
  t.equal(outcome(change({ 分成比例: "1.1" })), "MalformedField", "a share above one");
  t.end();
});
