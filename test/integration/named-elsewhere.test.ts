// What a contract, an income or a movement names is not taken back before that is: a table of all
// that may name a row of the programme from outside it.
import { test } from "tap";
import type { CountyRow } from "../support/county.ts";
import { financeRow, lent } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { send, testLedger } from "../support/ledger.ts";
import { pack } from "../support/programme-judged.ts";
import { income } from "../support/plan-rows.ts";
import { approved, assetStep, county, postContract, row } from "../support/programme-rows.ts";
import { recordAll } from "../support/reported-county.ts";
import { person, reversal, shareContract, shareIssue } from "../support/rows.ts";

const taking = (id: string, kind: string, original: string, date = "2025-08-01"): Step =>
  row("corrections", { 更正编号: id, 原表: kind, 原编号: original, 业务日期: date });

const loss = (id: string, terms: CountyRow): Step => [
  "movements",
  {
    ...{ 业务编号: id, 业务类型: "项目亏损", 业务日期: "2025-06-01", 主体编号: "O1" },
    ...{ 金额: "10", ...terms },
  },
];
const back = (original: string): Step => [
  "movements",
  { ...reversal(`冲${original}`, original), 业务日期: "2025-07-01" },
];
const consent = row("bindings", { 紧密程度: "股权" });

/** What is named, by what, and what takes that back. */
const cases: readonly (readonly [string, named: Step, naming: readonly Step[], back?: Step])[] = [
  ["assets/ZC1", row("assets"), [["contracts", { ...shareContract(), 资产编号: "ZC1" }]]],
  [
    "assets/ZC1",
    row("assets"),
    [["income", income({ 资产编号: "ZC1", 业务日期: "2025-03-10" })]],
    taking("G1", "income", "SY1", "2025-07-01"),
  ],
  ["assets/ZC1", row("assets"), [loss("M1", { 资产编号: "ZC1" })], back("M1")],
  [
    "assets/ZC2",
    row("assets", { 资产编号: "ZC2" }),
    [
      pack({}, { DecisionMissing: "off", ValuationMissing: "off" }),
      ["contracts", shareContract()],
      [
        "movements",
        {
          ...{ 业务编号: "M1", 业务类型: "量化", 业务日期: "2025-06-01", 户编号: "H1" },
          ...{ 主体编号: "O1", 合同编号: "C1", 股权登记簿: "R1", 资产编号: "ZC2", 股数: "5" },
        },
      ],
    ],
    back("M1"),
  ],
  ["projects/X1", approved[1] as Step, [loss("M1", { 项目编号: "X1" })], back("M1")],
  [
    "loans/K9",
    financeRow("loans", { 贷款编号: "K9", 贷款种类: "产业贷款" }),
    [
      ["contracts", shareContract()],
      consent,
      [
        "movements",
        { ...shareIssue("M1"), 业务日期: "2025-06-01", 资本类型: "贷款", 贷款编号: "K9" },
      ],
    ],
    back("M1"),
  ],
];

for (const [what, named, naming, undoing] of cases) {
  const [kind = "", id = ""] = what.split("/");
  const by = naming.at(-1)?.[1]["业务类型"] ?? naming.at(-1)?.[0] ?? "";
  test(`${what}, which is named by ${by}`, async (t) => {
    const ledger = await testLedger(t);
    await recordAll(t, ledger, [...county, ...lent, named, ...naming]);
    const correct = async (to = ledger.handler) =>
      send(to, "corrections", [taking("G9", kind, id)[1]]);
    t.strictSame(await correct(), ["DependentsExist"]);
    t.strictSame(await correct(ledger.another()), ["DependentsExist"], "on a fresh memory, too");
    if (undoing === undefined) return;
    // Both in one file, where the first is a correction as well.
    const rows = undoing[0] === "corrections" ? [undoing[1], taking("G9", kind, id)[1]] : undefined;
    if (rows === undefined) {
      await recordAll(t, ledger, [undoing]);
      t.strictSame(await correct(), ["recorded"]);
    } else {
      t.strictSame(await send(ledger.handler, "corrections", rows), ["recorded", "recorded"]);
    }
    const { ok, differences } = await ledger.verify();
    t.ok(ok, differences.join("; "));
  });
}

test("attendance that is paid for is not taken back", async (t) => {
  const ledger = await testLedger(t);
  await recordAll(t, ledger, [
    ...county,
    ["contracts", postContract],
    row("posts"),
    row("posts", { 出勤编号: "CQ2", 数量: "3" }),
    [
      "movements",
      {
        ...{ 业务编号: "M1", 业务类型: "公益岗位", 业务日期: "2025-04-01", 户编号: "H1" },
        ...{ 主体编号: "O1", 合同编号: "GW1", 数量: "22", 单价: "80", 金额: "1760" },
      },
    ],
  ]);
  t.strictSame(
    await send(ledger.handler, "corrections", [
      taking("G1", "posts", "CQ1")[1],
      taking("G2", "posts", "CQ2")[1],
      taking("G3", "posts", "CQ1")[1],
    ]),
    ["AttendanceMissing", "recorded", "AttendanceMissing"],
  );
  await recordAll(t, ledger, [back("M1"), taking("G4", "posts", "CQ1")]);
});

test("attendance is paid once, to the household or by its persons", async (t) => {
  const ledger = await testLedger(t);
  const paid = (id: string, quantity: string, terms: CountyRow = {}): CountyRow => ({
    ...{ 业务编号: id, 业务类型: "公益岗位", 业务日期: "2025-04-01", 户编号: "H1" },
    ...{ 主体编号: "O1", 合同编号: "GW1", 数量: quantity, 单价: "80" },
    金额: String(80 * Number(quantity)),
    ...terms,
  });
  await recordAll(t, ledger, [
    ...county,
    ["roster", person(7, "H1")],
    ["contracts", postContract],
    row("posts", { 数量: "10" }),
    row("posts", { 出勤编号: "CQ2", 人编号: "P7", 数量: "3" }),
  ]);
  t.strictSame(
    await send(ledger.handler, "movements", [
      paid("M1", "10.5", { 人编号: "P1" }),
      paid("M2", "4"),
      paid("M3", "9.5", { 人编号: "P1" }),
      paid("M4", "9", { 人编号: "P1" }),
      paid("M5", "0.5", { 人编号: "P7" }),
    ]),
    ["AttendanceMissing", "recorded", "AttendanceMissing", "recorded", "AttendanceMissing"],
  );
});

test("a valuation by which shares were made is not taken back", async (t) => {
  const ledger = await testLedger(t);
  const appraised = (id: string, date: string, value: string) =>
    assetStep("评估", date, { 价值: value }, id);
  await recordAll(t, ledger, [
    ...county,
    row("assets"),
    assetStep("决议", "2025-02-20"),
    appraised("P1", "2025-02-21", "499"),
    appraised("P2", "2025-02-22", "500"),
    ["contracts", shareContract()],
    [
      "movements",
      {
        ...{ 业务编号: "M1", 业务类型: "量化", 业务日期: "2025-06-01", 户编号: "H1" },
        ...{ 主体编号: "O1", 合同编号: "C1", 股权登记簿: "R1", 资产编号: "ZC1", 股数: "500" },
      },
    ],
    appraised("P3", "2025-06-02", "500"),
  ]);
  const taken = taking("G1", "asset-steps", "P3");
  const last = taking("G2", "asset-steps", "P2");
  t.strictSame(await send(ledger.handler, "corrections", [last[1], taken[1], last[1]]), [
    ...["DependentsExist", "recorded", "ValuationExceeded"],
  ]);
  await recordAll(t, ledger, [back("M1"), last]);
});
