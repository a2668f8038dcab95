// Who holds the shares of a register, what households have of an entity, and what contracts
// promise, in a county that was added up by hand.
import { test } from "tap";
import type { CountyRow } from "../support/county.ts";
import type { Step } from "../support/given.ts";
import { county, row } from "../support/programme-rows.ts";
import { reportedLedger } from "../support/reported-county.ts";
import { report, sums } from "../support/reporting.ts";
import { dividend, purchase, purchaseContract, reversal } from "../support/rows.ts";
import { shareContract, shareIssue, wage } from "../support/rows.ts";

const promising = (id: string, type: string, terms: CountyRow): Step => [
  "contracts",
  { 合同编号: id, 合同类型: type, 主体编号: "O1", 起始日期: "2025-01-01", ...terms },
];
const returning = (id: string, ratio: string, terms: CountyRow = {}): Step =>
  promising(id, "盈余返还", { 返还比例: ratio, ...terms });

const held: readonly Step[] = [
  ...county,
  ["contracts", shareContract()],
  ["contracts", purchaseContract()],
  ["movements", shareIssue("G1")],
  ["movements", { ...shareIssue("G2", "H1", "50"), 资本类型: "财政量化资金" }],
  ["movements", shareIssue("G3", "H2", "50")],
  ["movements", reversal("G4", "G3")],
  ["movements", dividend("FH1")],
  ["movements", wage("W1")],
  ["movements", purchase("S1", "H3")],
  ["movements", purchase("S2", "H3")],
  ["movements", reversal("S3", "S2")],
  row("bindings", { 成员: "是", 户编号: "H3" }),
  row("conditions", { 户类型: "脱贫户" }),
  returning("K1", "0.1"),
  returning("K2", "0.2"),
  returning("K3", "0.201"),
  returning("K4", "0.45"),
  returning("K5", "0.9", { 终止日期: "2025-05-31" }),
  promising("K6", "固定收益", { 本金: "1000", 年利率: "0.06", 计息基础: "365" }),
];

void test("shares, members and rates", async (t) => {
  const ledger = await reportedLedger(t, held);
  const on = "2025-06-30";
  const shares = await report(ledger, "shares", { id: "R1", on });
  const issued = { 现金: "100.0000", 财政量化资金: "50.0000" };
  t.strictSame(shares.rows, [
    {
      ...{ row: "H1", shares: "150.0000", status: "脱贫户", came: issued, left: {} },
      capital: "150.00",
    },
  ]);
  t.match(shares.total, { rows: 1, shares: "150.0000", capital: "150.00" });
  const before = await report(ledger, "shares", { id: "R1", on: "2025-03-31" });
  t.match(before.rows, [{ row: "H1" }, { row: "H2", shares: "50.0000", capital: "50.00" }]);
  await t.rejects(report(ledger, "shares", { id: "R9" }), { code: "RegisterUnknown" });

  const members = await report(ledger, "members", { id: "O1", from: "2025-02-15", to: on });
  const none = { order: "0.00", wage: "0.00", rent: "0.00", rebate: "0.00", dividend: "0.00" };
  t.strictSame(members.rows, [
    {
      ...{ row: "H1", member: false, shares: "150.0000", capital: "150.00", kilograms: "0.0000" },
      ...{ ...none, wage: "100.00", dividend: "7.50", advance: "0.00" },
    },
    {
      ...{ row: "H3", member: true, shares: "0.0000", capital: "0.00", kilograms: "10.0000" },
      ...{ ...none, order: "20.00", advance: "0.00" },
    },
  ]);
  await t.rejects(report(ledger, "members", { id: "O9" }), { code: "OrganisationUnknown" });

  const rates = await report(ledger, "rates", { on });
  const type = { type: "盈余返还", median: "0.2005" };
  t.strictSame(rates.rows, [
    { row: "K1", ...type, rate: "0.1000", outlier: true },
    { row: "K2", ...type, rate: "0.2000", outlier: false },
    { row: "K3", ...type, rate: "0.2010", outlier: false },
    { row: "K4", ...type, rate: "0.4500", outlier: true },
    { row: "K6", type: "固定收益", rate: "0.0600", median: "0.0600", outlier: false },
  ]);
  t.strictSame(rates.total, { rows: 5 });
  await sums(t, ledger, { shares: "R1", members: "O1", entity: "O1" });
  t.ok((await ledger.verify()).ok);
});

void test("shares that were given on, withdrawn and added to", async (t) => {
  const moved = (id: string, type: string, cells: CountyRow): Step => [
    "movements",
    {
      ...{ 业务编号: id, 业务类型: type, 业务日期: "2025-06-01", 主体编号: "O1" },
      ...{ 股权登记簿: "R1", 户编号: "H1", ...cells },
    },
  ];
  const ledger = await reportedLedger(t, [
    ...held,
    moved("Z1", "转让", { 受让主体编号: "O2", 股数: "40" }),
    moved("Z2", "退股", { 合同编号: "C1", 股数: "10", 金额: "10" }),
    moved("Z3", "增资", { 合同编号: "C1", 金额: "5", 资本类型: "分红" }),
    ["movements", { ...reversal("Z4", "Z3"), 业务日期: "2025-06-02" }],
  ]);
  const { rows, total } = await report(ledger, "shares", { id: "R1", on: "2025-06-30" });
  t.strictSame(rows, [
    {
      ...{ row: "H1", shares: "100.0000", status: "脱贫户" },
      came: { 现金: "100.0000", 财政量化资金: "50.0000" },
      left: { 转让: "40.0000", 退股: "10.0000" },
      capital: "140.00",
    },
    {
      ...{ row: "O2", shares: "40.0000", status: null, came: { 转让: "40.0000" }, left: {} },
      capital: "0.00",
    },
  ]);
  t.match(total, { rows: 2, shares: "140.0000", capital: "140.00" });
  const first = await report(ledger, "shares", { id: "R1", on: "2025-06-01" });
  t.match(first.rows[0], { came: { 分红: "5.0000" }, capital: "145.00" });
  const members = await report(ledger, "members", { id: "O1", on: "2025-06-30" });
  t.match(members.rows[0], { row: "H1", shares: "100.0000", capital: "140.00" });
  await sums(t, ledger, { shares: "R1", members: "O1", entity: "O1" });
  t.ok((await ledger.verify()).ok);
});
