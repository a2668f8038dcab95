// Models and operating methods: R1 to R28.
import {
  custody,
  dividedOver,
  interest,
  invested,
  moved,
  rebate,
  signed,
  worked,
} from "../support/example-rows.ts";
import {
  bound,
  financeRow,
  flow,
  herdFlow,
  lent,
  lentToEntity,
  loanStep,
  opens,
  toEntity,
} from "../support/finance-rows.ts";
import type { CountyRow } from "../support/county.ts";
import type { Step } from "../support/given.ts";
import { basis, income, plan } from "../support/plan-rows.ts";
import { pack } from "../support/programme-judged.ts";
import {
  approved,
  assetStep,
  caseStep,
  hash,
  organisation,
  projectStep,
  row,
} from "../support/programme-rows.ts";
import { purchaseContract, shareContract } from "../support/rows.ts";
import { bought, planStep } from "../support/short-rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

const year = { year: "2025" };

/** A contract to buy at 2 yuan or more, register R1 at 1 yuan a share, and land leased back. */
const purchases: Step = ["contracts", purchaseContract()];
const shares: Step = ["contracts", shareContract()];
const subleased = (entity = "O1"): Step =>
  signed("K4", "反租倒包", { 主体编号: entity, 户编号: "H1", 数量: "2", 单价: "200" });

/** Three mu of H1 at 400 yuan. */
const leased = signed("L1", "土地流转", { 户编号: "H1", 数量: "3", 单价: "400" });
const rent = (id: string, price = "400", amount = "1200"): Step =>
  moved(id, "租金", { 合同编号: "L1", 数量: "3", 单价: price, 金额: amount, 凭证号: "PZ1" });

/** Asset ZC1 let to an entity from March on. */
const let_ = (entity: string): Step =>
  signed("C7", "资产租赁", {
    ...{ 主体编号: entity, 资产编号: "ZC1", 起始日期: "2025-03-01" },
    ...{ 付款周期: "12", 首付日期: "2025-06-30", 每期金额: "600" },
  });

/** X1 is built before it is subsidised. */
const builtFirst = row("allocations", { 资金方式: "先建后补" });
const begun = projectStep("开工", "2025-02-02");
const built = projectStep("完工", "2025-02-20");
const accepted = (unit: string, date = "2025-02-21"): Step =>
  projectStep("验收", date, { 单位: unit }, unit);
const confirmed = projectStep("农户确认", "2025-02-22");

/** What an entity does in return for support. */
const dutyOf = (entity: string): Step =>
  row("duties", { 责任编号: `Z-${entity}`, 主体编号: entity });

const dibao = (id: string, household: string, date: string, is: "是" | "否"): Step =>
  row("conditions", { 记录编号: id, 户编号: household, 业务日期: date, 低保: is });

/** Project X2, which nobody operates. */
const second = [
  row("projects", { 项目编号: "X2" }),
  projectStep("入库", "2025-01-12", { 项目编号: "X2" }, "X2 入库"),
  projectStep("批准", "2025-01-20", { 项目编号: "X2" }, "X2 批准"),
];

/** Project X1 of an entity, to which H1 is bound by L1. */
const operated = (entity: string): Step[] => [
  row("projects", { 主体编号: entity }),
  projectStep("入库", "2025-01-12"),
  projectStep("申请", "2025-01-13", { 主体编号: entity }),
  projectStep("遴选", "2025-01-14", { 主体编号: entity }),
  projectStep("联结", "2025-01-15", { 绑定编号: "L1" }),
  projectStep("批准", "2025-01-20"),
];

/** An income of 100 yuan and a plan to divide it one to two over H1 and H2. */
const planned: Step[] = [
  ["income", income()],
  ["plans", plan()],
  ["basis", basis("M1")],
  ["basis", basis("M2", { 户编号: "H2", 基数: "2" })],
];

const model = (id: string, step: string, date: string, terms = {}): Step =>
  row("models", { 步骤编号: id, 步骤: step, 业务日期: date, ...terms });

const withdrawn = (id: string, terms: CountyRow): Step =>
  moved(id, "退股", { 合同编号: "C1", 股权登记簿: "R1", ...terms });
const increased = (id: string, amount: string): Step =>
  moved(id, "增资", { 合同编号: "C1", 股权登记簿: "R1", 金额: amount, 资本类型: "分红" });
const late = { 业务日期: "2040-04-01" };
const tenShares = (id: string, type: string, terms: CountyRow): Step =>
  moved(id, type, { 股权登记簿: "R1", 股数: "10", ...late, ...terms });

/** A hundred kilograms sold to O2. */
const toO2 = (id: string, price: string, amount: string): Step =>
  bought(id, { 主体编号: "O2", 数量: "100", 单价: price, 金额: amount });

const between = (id: string, one: string, other: string): Step =>
  row("bindings", {
    ...{ 绑定编号: id, 层级: "其他", 主体编号: one, 户编号: "", 对方主体编号: other },
  });

const plot = (id: string, amount: string, date: string): Step =>
  moved(id, "地块收入", { 合同编号: "K4", 金额: amount, 业务日期: date });

/** A loan of H1 that may be guaranteed. */
const industry = { 贷款编号: "K3", 贷款种类: "产业贷款", 担保方式: "保证" };
const pledged = (id: string, type: string, by: string, loan = "K3"): Step =>
  financeRow("guarantees", { 担保编号: id, 贷款编号: loan, 担保类型: type, 担保人: by });
/** The same, used by O1. */
const pooled = (household: string): Step =>
  financeRow("loans", { ...industry, 户编号: household, 用款方: "O1" });
const afterUse = { 业务日期: "2025-02-03" };
const recoveredAgain = { 步骤编号: "追偿2", 贷款编号: "K2" };

/** Interest of another day of loan K2, paid in the year after. */
const nextYear = financeRow("subsidies", {
  ...{ 贴补编号: "U2", 贷款编号: "K2", 金额: "3.63", 业务日期: "2026-01-10" },
  ...{ 起始日期: "2025-05-02", 终止日期: "2025-05-02" },
});

const dispute = (id: string, household: string): Step =>
  row("cases", {
    ...{ 案件编号: id, 类型: "争议", 计划编号: "JH1", 户编号: household },
    业务日期: "2025-02-16",
  });

const land = (id: string, amount: string, terms: CountyRow = {}): Step =>
  invested(id, {
    ...{ 主体编号: "O7", 合同编号: "C9", 股权登记簿: "R9", 金额: amount },
    ...{ 资本类型: "土地经营权", ...terms },
  });

const seedlings = (amount: string): Step =>
  row("disbursements", { 拨付编号: "D3", 户编号: "H1", 收入类别: "补贴", 金额: amount });

/** A project that households could run themselves, and one that an entity runs. */
const easy = { 技术难度: "低", 市场风险: "低" };
const entitys = { ...easy, 主体编号: "O2" };

/** The requirements of this part of the inventory. */
export const models: readonly Requirement[] = [
  {
    id: "R1",
    source: "S0",
    asks: "Every project names its model, one of six or one that was explored and recognised.",
    shows: "A project under a model of its own is refused until the model is recognised.",
    example: [
      refused("ModelUnknown", row("projects", { 模式编号: "M7" })),
      recorded(row("models", { 名称: "庭院经济" })),
      refused("ModelNotRecognised", row("projects", { 模式编号: "M7" })),
      recorded(
        row("models", { 步骤编号: "MS2", 步骤: "县批准", 业务日期: "2025-01-07", 名称: "" }),
      ),
      recorded(row("projects", { 模式编号: "M7", 计划金额: "800" })),
      given(row("projects", { 项目编号: "X2" }), projectStep("入库", "2025-01-12")),
      reported("programme", { year: "2025" }, "M7", { projects: 1, planned: "800.00" }),
      reported("programme", { year: "2025" }, "total", { rows: 2, projects: 2 }),
    ],
  },
  {
    id: "R2",
    source: "S0 M1a",
    asks: "Produce is bought at a floor price or above, and profit is given back afterwards.",
    shows: "A price below the floor is refused, and a rebate on more than the household delivered.",
    example: [
      recorded(purchases),
      recorded(signed("K1", "盈余返还", { 返还比例: "0.1" })),
      refused("PriceBelowFloor", bought("S1", { 单价: "1.9999" })),
      recorded(bought("S1")),
      given(bought("S2", { 户编号: "H2" })),
      refused("QuantityExceeded", rebate("F1", "10.0001", "0.5", "5")),
      recorded(rebate("F1", "10", "0.5", "5")),
      refused("QuantityExceeded", rebate("F2", "0.01", "0.5", "0.01")),
      answered("statement", { household: "H1" }, { legs: { order: "20.00", rebate: "5.00" } }),
    ],
  },
  {
    id: "R3",
    source: "S0 M1b",
    asks: "Subsidies become shares by consent, bear dividends, and are returned on leaving.",
    shows:
      "Two households hold 60 and 40, share a dividend and a plan, and take out what they put in.",
    example: [
      given(shares, row("bindings")),
      remarked(
        "ShareConsentMissing",
        invested("S1", { 户编号: "H2", 金额: "40", 资本类型: "财政量化资金" }),
      ),
      recorded(invested("S2", { 金额: "60", 资本类型: "财政量化资金" })),
      recorded(dividedOver("D1", "10")),
      given(["income", income()]),
      recorded([
        "plans",
        plan({ 分配方式: "按股", 股权登记簿: "R1", 基准日: "2025-02-01", 分配金额: "10" }),
      ]),
      recorded(planStep("定案")),
      answered(
        "plan",
        { plan: "JH1" },
        {
          list: { count: 2, sum: "10.00" },
          lines: [
            { household: "H1", amount: "6.00" },
            { household: "H2", amount: "4.00" },
          ],
        },
      ),
      refused("SharesInsufficient", withdrawn("Z1", { 股数: "60.0001", 金额: "60" })),
      refused("AmountMismatch", withdrawn("Z1", { 股数: "60", 金额: "59.99" })),
      recorded(withdrawn("Z1", { 股数: "60", 金额: "60" })),
      recorded(withdrawn("Z2", { 户编号: "H2", 股数: "40", 金额: "44", 材料: hash })),
      answered(
        "statement",
        { household: "H1" },
        { legs: { dividend: "6.00" }, total: "6.00", notCounted: { capital: "60.00" } },
      ),
    ],
  },
  {
    id: "R4",
    source: "S0 M1c",
    asks: "Enterprise, cooperative and household form one chain, and inputs are advanced along it.",
    shows:
      "Both bindings are recorded; what was advanced is kept back, and never more than is owed.",
    example: [
      given(purchases),
      recorded(row("bindings")),
      recorded(
        row("bindings", {
          ...{ 绑定编号: "L2", 层级: "合作社", 主体编号: "O2", 户编号: "", 对方主体编号: "O1" },
        }),
      ),
      recorded(moved("A1", "垫付", { 金额: "80" })),
      recorded(bought("S1")),
      refused("AdvanceExceeded", moved("A2", "扣回", { 金额: "80.01" })),
      recorded(moved("A2", "扣回", { 金额: "30" })),
      refused("AdvanceExceeded", moved("A3", "扣回", { 主体编号: "O4", 金额: "0.01" })),
      reported("members", { id: "O1", ...year }, "H1", {
        ...{ kilograms: "10.0000", order: "20.00", advance: "50.00" },
      }),
    ],
  },
  {
    id: "R5",
    source: "S0 M1d",
    asks: "One project may pay a household land rent, wages and for produce.",
    shows: "One voucher gives three legs, each a row with a number of its own that counts once.",
    note: "C16, which looks for the same leg paid twice, comes with the checks.",
    example: [
      given(leased, purchases),
      recorded(rent("W1")),
      refused("ReferenceConflict", worked("W1", { 凭证号: "PZ1" })),
      recorded(worked("W2", { 凭证号: "PZ1" })),
      recorded(bought("W3", { 凭证号: "PZ1" })),
      answered(
        "statement",
        { household: "H1" },
        { legs: { rent: "1200.00", wage: "100.00", order: "20.00" }, total: "1320.00" },
      ),
    ],
  },
  {
    id: "R6",
    source: "S0 M1e",
    asks: "A company builds before the subsidy; households subcontract at a protective price.",
    shows: "Nothing is paid until four departments accept and a household confirms the work.",
    example: [
      given(...approved, begun, dutyOf("O2")),
      recorded(builtFirst),
      recorded(built),
      recorded(accepted("县乡村振兴局")),
      recorded(accepted("县财政局")),
      recorded(accepted("县审计局")),
      recorded(confirmed),
      refused("NotAccepted", row("disbursements", { 主体编号: "O2" })),
      recorded(accepted("县监委", "2025-02-23")),
      recorded(row("disbursements", { 主体编号: "O2" })),
      recorded(subleased("O2")),
      recorded(
        moved("N1", "承包费", {
          ...{ 主体编号: "O2", 合同编号: "K4", 数量: "1", 单价: "200", 金额: "200" },
        }),
      ),
      recorded(["contracts", purchaseContract("C3", "O2")]),
      refused("PriceBelowFloor", toO2("S1", "1.99", "199")),
      recorded(toO2("S1", "2", "200")),
    ],
  },
  {
    id: "R7",
    source: "S0 M1f",
    asks: "Party branches and micro enterprises are parties of the chain, too.",
    shows: "Both are recorded and bound to others; no household is bound to a branch.",
    example: [
      recorded(organisation("O7", "党支部")),
      recorded(organisation("O8", "微型企业")),
      refused("KindMismatch", row("bindings", { 主体编号: "O7" })),
      recorded(row("bindings", { 主体编号: "O8" })),
      recorded(between("L2", "O1", "O7")),
      recorded(between("L3", "O7", "O8")),
      reported("entities", year, "O8", { class: "企业", bound: 1 }),
      reported("entities", year, "O7", { class: "其他", bound: 0 }),
    ],
  },
  {
    id: "R8",
    source: "S0 M1g",
    asks: "Trainees get a subsidy and their produce is bought; the subsidy is no income.",
    shows: "Both ways of paying a training subsidy are shown, and neither counts as income.",
    example: [
      given(...approved, row("allocations", { 资金方式: "培训" }), purchases),
      refused(
        "PersonUnknown",
        row("activities", { 活动类型: "技能培训", 户编号: "H1", 人编号: "P2" }),
      ),
      recorded(row("activities", { 活动类型: "技能培训", 户编号: "H1", 人编号: "P1" })),
      recorded(moved("B1", "培训补助", { 金额: "300" })),
      recorded(row("disbursements", { 户编号: "H1", 收入类别: "培训补助", 金额: "200" })),
      recorded(bought("S1")),
      answered(
        "statement",
        { household: "H1" },
        { legs: { order: "20.00" }, total: "20.00", notCounted: { training: "500.00" } },
      ),
    ],
  },
  {
    id: "R9",
    source: "S0 M1",
    asks: "First income is sales and what advance capital earns; second income is the rebate.",
    shows: "Ten kilograms, cattle in custody and a rebate give the first and the second income.",
    note:
      "“Income from the leader's advance capital” is read as income from custody; the source " +
      "allows other readings. The total of both is the net income.",
    example: [
      given(purchases, signed("K1", "盈余返还", { 返还比例: "0.1" })),
      given(signed("K2", "托管", { 户编号: "H1", 标的: "牛", 数量: "2", 单价: "50" })),
      recorded(bought("S1", { 单价: "2.5", 金额: "25" })),
      recorded(custody("T1", { 数量: "2", 单价: "50", 金额: "100" })),
      refused("AmountMismatch", rebate("F1", "5", "1", "5.01")),
      recorded(rebate("F1", "5", "1", "5")),
      reported("income-types", year, "H1", {
        ...{ first: "125.00", atFloor: "20.00", second: "5.00", net: "130.00" },
      }),
    ],
  },
  {
    id: "R10",
    source: "S0 M1",
    asks: "Capital is put in once, rolls on, and bears dividends for good.",
    shows:
      "Shares outlive their contract, grow by dividends only, and end by what their holder does.",
    example: [
      given(["contracts", { ...shareContract(), 终止日期: "2025-12-31" }], row("bindings")),
      given(invested("S1"), dividedOver("D1", "30")),
      refused("DividendMissing", increased("Z1", "30.01")),
      recorded(increased("Z1", "30")),
      recorded(dividedOver("D2", "13", { 业务日期: "2040-03-01" })),
      reported("shares", { id: "R1", on: "2040-03-01" }, "H1", { shares: "130.0000" }),
      refused("SharesInsufficient", withdrawn("Z2", { 股数: "130.0001", 金额: "130", ...late })),
      recorded(withdrawn("Z2", { 股数: "30", 金额: "30", ...late })),
      recorded(tenShares("Z3", "转让", { 受让户编号: "H2" })),
      recorded(tenShares("Z4", "调整", { 受让户编号: "H3", 说明: "动态管理" })),
      recorded(tenShares("Z5", "继承", { 受让户编号: "H4", 材料: hash })),
      reported("shares", { id: "R1", on: "2040-12-31" }, "H1", {
        shares: "70.0000",
        came: { 现金: "100.0000", 分红: "30.0000" },
        left: { 退股: "30.0000", 转让: "10.0000", 调整: "10.0000", 继承: "10.0000" },
      }),
      answered("statement", { household: "H1" }, { legs: { dividend: "43.00" } }),
    ],
  },
  {
    id: "R11",
    source: "S0 M2a–c",
    asks: "A park leases land, builds, brings enterprises in, and is subsidised afterwards.",
    shows: "Rent is that of the lease, the park is let, land goes back, and subsidies wait.",
    example: [
      recorded(leased),
      refused("PriceNotContract", rent("W1", "399.99", "1199.97")),
      recorded(rent("W1")),
      recorded(row("assets", { 名称: "园区" })),
      recorded(let_("O2")),
      given(dutyOf("O2")),
      recorded(assetStep("出租", "2025-03-10")),
      recorded(subleased()),
      given(
        ...approved,
        builtFirst,
        begun,
        built,
        accepted("扶贫办"),
        accepted("财政局"),
        accepted("审计局"),
      ),
      given(accepted("纪委")),
      refused("NotAccepted", row("disbursements", { 主体编号: "O2" })),
      recorded(confirmed),
      recorded(row("disbursements", { 主体编号: "O2" })),
    ],
  },
  {
    id: "R12",
    source: "S0 M2",
    asks: "Initial income is rent and wages; sustainable is what trained households earn on plots.",
    shows: "What a plot earns counts as sustainable from the day of the training on.",
    example: [
      given(leased),
      recorded(subleased()),
      recorded(rent("W1")),
      recorded(worked("W2")),
      recorded(plot("N1", "500", "2025-05-31")),
      recorded(
        row("activities", {
          ...{ 活动类型: "技能培训", 户编号: "H1", 人编号: "P1", 业务日期: "2025-06-01" },
        }),
      ),
      recorded(plot("N2", "300", "2025-06-01")),
      reported("income-types", year, "H1", { initial: "1300.00", sustainable: "300.00" }),
    ],
  },
  {
    id: "R13",
    source: "S0 M3a",
    asks: "Debts become shares; three rights stand as counter-guarantee; returns are guaranteed.",
    shows: "A debt and a loan for industry may become shares; a household's microcredit may not.",
    note: "C24, which shows returns that a public body guarantees, comes with the checks.",
    example: [
      given(shares, row("bindings"), ...lent, financeRow("loans", industry)),
      recorded(invested("S1", { 资本类型: "债权" })),
      refused("SharesFromLoan", invested("S2", { 资本类型: "贷款", 贷款编号: "K1" })),
      recorded(invested("S2", { 资本类型: "贷款", 贷款编号: "K3" })),
      refused("GuaranteeForbidden", pledged("J1", "三权反担保", "H1", "K1")),
      recorded(pledged("J1", "三权反担保", "H1")),
      recorded(
        signed("K5", "固定收益", {
          ...{ 户编号: "H1", 本金: "8000", 年利率: "0.05", 计息基础: "360" },
        }),
      ),
      // 8,000 × 0.05 × 365 ÷ 360 is 405.5555…
      refused("AmountMismatch", interest("405.55")),
      recorded(interest("405.56")),
    ],
  },
  {
    id: "R14",
    source: "S0 M3b",
    asks: "Who should leave the allowance leaves it, and leavers who can work join projects.",
    shows: "Who has an allowance above the line is shown, and who left it and is bound to nobody.",
    note: "The line of income is a parameter that is empty until a county gives it.",
    example: [
      given(pack({ "dibao.line": "3000.00" }), row("bindings", { 户编号: "H3" })),
      given(dibao("T2", "H2", "2025-01-10", "是"), dibao("T3", "H3", "2025-01-10", "是")),
      recorded(dibao("T1", "H1", "2025-01-10", "是")),
      recorded(dibao("T4", "H2", "2025-03-01", "否")),
      recorded(dibao("T5", "H3", "2025-03-01", "否")),
      given(worked("W1", { 数量: "30", 金额: "3000" })),
      reported("dibao", { on: "2025-09-01" }, "H1", { perHead: "3000.00", aboveLine: false }),
      reported("dibao", { on: "2025-09-01" }, "total", { rows: 1 }),
      given(worked("W2", { 数量: "0.01", 金额: "1" })),
      reported("dibao", { on: "2025-09-01" }, "H1", { perHead: "3001.00", aboveLine: true }),
      reported("dibao", { on: "2025-09-02" }, "H2", { in: false, leftWithout: true }),
      reported("dibao", { on: "2025-09-02" }, "total", { rows: 2 }),
    ],
  },
  {
    id: "R15",
    source: "S0 M3c",
    asks: "An enterprise run by the village is the platform that brings talent and investment in.",
    shows: "The village's organisation gets funds and members' capital, and reports its year.",
    example: [
      recorded(organisation("O7", "村集体经济组织", "539999001001")),
      given(dutyOf("O7"), ...approved),
      refused("KindMismatch", row("bindings", { 主体编号: "O5" })),
      recorded(row("bindings", { 主体编号: "O7" })),
      recorded(row("allocations", { 主体编号: "O7" })),
      recorded(row("disbursements", { 主体编号: "O7" })),
      given(["contracts", shareContract("C8", "O7", "R8")]),
      recorded(invested("S1", { 主体编号: "O7", 合同编号: "C8", 股权登记簿: "R8" })),
      recorded(row("officers", { 职务: "领办人", 主体编号: "O7" })),
      recorded(row("entity-years", { 主体编号: "O7" })),
      reported("entity", { id: "O7", ...year }, "O7", {
        ...{ class: "村集体", received: { 直补: "300.00" }, bound: 1, skilled: { of: 5 } },
      }),
    ],
  },
  {
    id: "R16",
    source: "S0 M4a",
    asks: "A garden is built with a subsidy, kept until it bears, then leased or handed over.",
    shows: "The state of the asset follows its steps, and who runs it follows the hand-over.",
    example: [
      given(dutyOf("O4"), dutyOf("O2")),
      recorded(row("assets", { 名称: "果园" })),
      given(let_("O4")),
      reported("assets", { on: "2025-03-01" }, "ZC1", { state: "建设" }),
      recorded(assetStep("投产", "2025-03-02")),
      refused("StepOutOfOrder", assetStep("投产", "2025-03-03")),
      reported("assets", { on: "2025-03-09" }, "ZC1", { state: "运营" }),
      refused("ContractMismatch", assetStep("出租", "2025-03-10", { 合同编号: "C2" })),
      recorded(assetStep("出租", "2025-03-10")),
      reported("assets", { on: "2025-03-31" }, "ZC1", { state: "出租", rights: { 经营权: "O4" } }),
      recorded(assetStep("移交", "2025-04-01")),
      reported("assets", { on: "2025-04-01" }, "ZC1", { state: "移交", rights: { 经营权: "O2" } }),
    ],
  },
  {
    id: "R17",
    source: "S0 M4b",
    asks: "Members guarantee each other's loans and help each other.",
    shows: "Four members guarantee a loan, pay a part of it, and get back at most what they paid.",
    note: "C30, which shows who guarantees too often and circles, comes with the checks.",
    example: [
      given(...lentToEntity),
      recorded(financeRow("guarantees", { 担保类型: "成员联保", 担保人: "H1、H2、H3、H4" })),
      recorded(loanStep("代偿", { 贷款编号: "K2", 担保编号: "J1", 账户编号: "" })),
      reported("loans", { on: "2025-03-31" }, "K2", { live: "20000.00" }),
      recorded(loanStep("追偿", { 贷款编号: "K2" })),
      refused("LoanOverpaid", loanStep("追偿", { ...recoveredAgain, 金额: "6000.01" })),
      recorded(loanStep("追偿", { ...recoveredAgain, 金额: "6000" })),
      refused("LoanOverpaid", loanStep("还款", { 贷款编号: "K2", 金额: "20000.01" })),
      recorded(loanStep("还款", { 贷款编号: "K2", 金额: "20000" })),
      reported("loans", { on: "2025-03-31" }, "total", { live: "0.00" }),
    ],
  },
  {
    id: "R18",
    source: "S0 M4c",
    asks: "A large household leads small ones, and the benefit is shared by an agreed ratio.",
    shows: "A large household pays the ratio of its contract, and its part of all funds is shown.",
    note: "C32, which shows who takes most of a fund, comes with the checks.",
    example: [
      recorded(organisation("O7", "种养大户")),
      recorded(row("bindings", { 主体编号: "O7" })),
      recorded(
        signed("K3", "委托帮扶", {
          ...{ 主体编号: "O7", 户编号: "H1", 本金: "1000", 分成比例: "0.6" },
        }),
      ),
      refused(
        "AmountMismatch",
        custody("T1", { 合同编号: "K3", 主体编号: "O7", 利润: "100", 金额: "60.01" }),
      ),
      recorded(custody("T1", { 合同编号: "K3", 主体编号: "O7", 利润: "100", 金额: "60" })),
      given(row("funds"), ...operated("O7"), ...second, dutyOf("O7"), row("allocations")),
      given(row("allocations", { 安排编号: "A2", 项目编号: "X2", 金额: "100" })),
      given(row("disbursements", { 主体编号: "O7" })),
      given(
        row("disbursements", {
          ...{ 拨付编号: "D2", 安排编号: "A2", 户编号: "H2", 收入类别: "补贴", 金额: "100" },
        }),
      ),
      reported("programme", { ...year, by: "operator" }, "O7", {
        ...{ disbursed: "300.00", share: "0.7500" },
      }),
    ],
  },
  {
    id: "R19",
    source: "S0 M4",
    asks: "Disputes are arbitrated on record, and what is disputed waits.",
    shows:
      "A disputed line that is not held is remarked; a held one is paid after the case is closed.",
    example: [
      given(...planned, ...["定案", "决议", "审核", "公示"].map((name) => planStep(name))),
      recorded(planStep("异议", { 户编号: "H1" })),
      recorded(planStep("答复", { 结论: "搁置" })),
      given(planStep("公示结束"), planStep("批准")),
      recorded(dispute("J1", "H1")),
      remarked("DisputeNotHeld", dispute("J2", "H2")),
      recorded(planStep("暂停", { 户编号: "H2" })),
      recorded(caseStep("受理", "2025-02-16")),
      refused("DisputeOpen", planStep("放行")),
      recorded(caseStep("仲裁", "2025-02-18")),
      refused("DisputeOpen", planStep("放行", { 业务日期: "2025-02-18" })),
      given(caseStep("办结", "2025-02-19")),
      recorded(planStep("放行", { 业务日期: "2025-02-19" })),
      answered(
        "plan",
        { plan: "JH1" },
        {
          list: { count: 2, sum: "100.00" },
          lines: [
            { household: "H1", amount: "33.33", state: "due" },
            { household: "H2", amount: "66.67", state: "held" },
          ],
        },
      ),
    ],
  },
  {
    id: "R20",
    source: "S0 M5a",
    asks: "Land becomes shares of a demonstration base that a technical department builds.",
    shows: "Land that nobody valued is remarked; who keeps which accounts stands in the contract.",
    note:
      "Who keeps which accounts is unclear in the source: it is a term of the contract in words, " +
      "and no rule.",
    example: [
      recorded(organisation("O7", "农技推广站")),
      recorded([
        "contracts",
        { ...shareContract("C9", "O7", "R9"), 户编号: "H1", 备注: "统一规划，分户核算" },
      ]),
      remarked("LotNotValued", land("S1", "60")),
      recorded(land("S2", "40", { 材料: hash })),
      reported("shares", { id: "R9", on: "2025-12-31" }, "H1", {
        ...{ came: { 土地经营权: "100.0000" }, capital: "100.00" },
      }),
    ],
  },
  {
    id: "R21",
    source: "S0 M5b",
    asks: "Animals are lent, their young returned and lent on, and profit is shared.",
    shows: "Heads are conserved, and the report says what is still to be returned.",
    example: [
      recorded(herdFlow("借出", { 约定返还: "12" })),
      recorded(herdFlow("产仔", { 头数: "4", 业务日期: "2025-02-01" })),
      recorded(herdFlow("转借", { 头数: "3", 受让户编号: "H2", 业务日期: "2025-03-01" })),
      recorded(herdFlow("死亡", { 头数: "1", 业务日期: "2025-03-02" })),
      refused("HeadsInsufficient", herdFlow("还回", { 头数: "11", 业务日期: "2025-04-01" })),
      recorded(herdFlow("还回", { 头数: "10", 业务日期: "2025-04-01" })),
      reported("herd", { on: "2025-12-31" }, "BA/H1", {
        ...{ lent: 10, born: 4, given: 3, returned: 10, died: 1, held: 0, owed: 2 },
      }),
      reported("herd", { on: "2025-12-31" }, "BA/H2", { taken: 3, held: 3 }),
      given(signed("K2", "托管", { 户编号: "H1", 标的: "羊", 数量: "10", 分成比例: "0.3" })),
      refused("AmountMismatch", custody("T1", { 利润: "99.95", 金额: "29.98" })),
      // 99.95 × 0.3 is 29.985.
      recorded(custody("T1", { 利润: "99.95", 金额: "29.99" })),
    ],
  },
  {
    id: "R22",
    source: "S0 M5c",
    asks: "Poverty funds subsidise seedlings, whether a centre or the household gets the money.",
    shows: "A seedling centre without a duty is remarked; households' subsidies are income.",
    example: [
      given(organisation("O7", "育苗中心"), row("funds")),
      recorded(row("projects", { 名称: "育苗", 产业: "林果业", 计划金额: "800" })),
      given(projectStep("入库", "2025-01-12"), projectStep("批准", "2025-01-20")),
      given(row("allocations")),
      remarked("DutyMissing", row("disbursements", { 主体编号: "O7" })),
      recorded(dutyOf("O7")),
      recorded(row("disbursements", { 拨付编号: "D2", 主体编号: "O7", 金额: "150" })),
      refused("AllocationExceeded", seedlings("50.01")),
      recorded(seedlings("50")),
      recorded(moved("B1", "补贴", { 主体编号: "O7", 依据: "生产", 金额: "30" })),
      answered("statement", { household: "H1" }, { legs: { subsidy: "80.00" }, total: "80.00" }),
    ],
  },
  {
    id: "R23",
    source: "S0 M6a",
    asks: "An enterprise borrows, its interest is subsidised, and it owes households benefits.",
    shows: "Interest is subsidised only with a duty for the year, and while last year's was met.",
    example: [
      given(...bound),
      recorded(financeRow("loans", toEntity)),
      recorded(loanStep("审查", { 贷款编号: "K2" })),
      refused("DutyUnmet", financeRow("subsidies", { 贷款编号: "K2" })),
      recorded(dutyOf("O1")),
      recorded(financeRow("subsidies", { 贷款编号: "K2" })),
      recorded(row("duties", { 责任编号: "Z2", 年度: "2026", 业务日期: "2026-01-05" })),
      given(worked("W1")),
      refused("DutyUnmet", nextYear),
      given(worked("W2", { 户编号: "H2" })),
      recorded(nextYear),
    ],
  },
  {
    id: "R24",
    source: "S0 M6b",
    asks: "Four platforms and a credit association lend as one, and what they lend is published.",
    shows:
      "The platforms are organisations that loans' steps name; a loan shows when it was published.",
    example: [
      recorded(organisation("O7", "融资平台")),
      recorded(organisation("O8", "担保平台")),
      recorded(organisation("O9", "管理平台")),
      recorded(organisation("O10", "公示平台")),
      recorded(organisation("O11", "信用协会")),
      given(...lentToEntity),
      recorded(loanStep("审查", { 贷款编号: "K2", 单位: "O9", 业务日期: "2025-02-02" })),
      recorded(loanStep("付息", { 贷款编号: "K2", 付款方: "O11" })),
      refused("MalformedField", loanStep("公示", { 贷款编号: "K2", 渠道: "" })),
      recorded(loanStep("公示", { 贷款编号: "K2", 单位: "O10" })),
      reported("loans", { on: "2025-02-28" }, "K2", { published: null }),
      reported("loans", { on: "2025-03-01" }, "K2", { published: "2025-03-01" }),
    ],
  },
  {
    id: "R25",
    source: "S0 M6",
    asks: "Three households guarantee; a cooperative uses and repays from a closed account.",
    shows: "Two guarantors are too few; no more leaves the account than came in.",
    example: [
      given(...bound),
      refused("ParticipationMissing", pooled("H5")),
      recorded(pooled("H1")),
      refused("GroupSize", pledged("J1", "三户联保", "H1、H2")),
      recorded(pledged("J1", "三户联保", "H1、H2、H3")),
      recorded(pledged("J2", "房产反担保", "H1")),
      recorded(pledged("J3", "三权反担保", "H2")),
      recorded(pledged("J4", "工资反担保", "H3")),
      recorded(opens("集中用款专户", { 金额: "30000" })),
      recorded(flow("使用", { 主体编号: "O1", 金额: "20000", 业务日期: "2025-02-02" })),
      refused("FundInsufficient", flow("退还", { 户编号: "H1", 金额: "10000.01", ...afterUse })),
      recorded(flow("退还", { 户编号: "H1", 金额: "10000", ...afterUse })),
      recorded(loanStep("还款", { 贷款编号: "K3", 付款方: "O1" })),
      reported("risk-fund", { on: "2025-12-31" }, "YA", {
        in: { 存入: "30000.00" },
        out: { 使用: "20000.00", 退还: "10000.00" },
        balance: "0.00",
      }),
    ],
  },
  {
    id: "R26",
    source: "S0, S3",
    asks: "Where households can do it themselves they come first, by their real names.",
    shows: "An entity in an easy project needs a reason; a line names a household and its person.",
    example: [
      refused("ReasonMissing", row("projects", { ...easy, 主体编号: "O1" })),
      recorded(row("projects", { ...easy, 主体编号: "O1", 选择理由: "农户自愿委托" })),
      given(["income", income()], ["plans", plan({ 发放方式: "按人" })]),
      refused("PersonUnknown", ["basis", basis("M1", { 人编号: "P2" })]),
      recorded(["basis", basis("M1", { 人编号: "P1" })]),
      given(planStep("定案")),
      answered(
        "plan",
        { plan: "JH1" },
        { lines: [{ household: "H1", person: "P1", amount: "100.00" }] },
      ),
    ],
  },
  {
    id: "R27",
    source: "S0",
    asks: "The model is chosen by how difficult and risky an industry is, not one for all.",
    shows: "Only a project that is both easy and safe, and not the households', needs a reason.",
    example: [
      refused("ReasonMissing", row("projects", { ...entitys, 模式编号: "M2" })),
      recorded(row("projects", { ...easy, 模式编号: "M2" })),
      recorded(row("projects", { ...entitys, 项目编号: "X2", 市场风险: "中", 模式编号: "M3" })),
      recorded(row("projects", { ...entitys, 项目编号: "X3", 技术难度: "高", 模式编号: "M4" })),
      recorded(row("projects", { ...entitys, 项目编号: "X4", 选择理由: "农户无劳力" })),
      refused("MalformedField", row("projects", { 项目编号: "X5", 技术难度: "极高" })),
    ],
  },
  {
    id: "R28",
    source: "S0",
    asks: "The county recommends a model, the prefecture verifies, the province recognises it.",
    shows: "Neither chain skips a step, and either makes projects of the model possible.",
    example: [
      recorded(model("MS1", "提出", "2025-01-02", { 名称: "庭院经济" })),
      recorded(model("MS2", "县推荐", "2025-01-03")),
      refused("StepOutOfOrder", model("MS3", "省认定", "2025-01-04")),
      recorded(model("MS3", "市州核实", "2025-01-04")),
      refused("ModelNotRecognised", row("projects", { 模式编号: "M7" })),
      recorded(model("MS4", "省认定", "2025-01-10")),
      recorded(row("projects", { 模式编号: "M7" })),
      given(model("MS5", "提出", "2025-01-02", { 模式编号: "M8", 名称: "林下经济" })),
      refused("StepOutOfOrder", model("MS6", "省备案", "2025-01-03", { 模式编号: "M8" })),
      recorded(model("MS6", "县批准", "2025-01-10", { 模式编号: "M8" })),
      recorded(model("MS7", "省备案", "2025-01-11", { 模式编号: "M8" })),
      recorded(row("projects", { 项目编号: "X2", 模式编号: "M8" })),
    ],
  },
];
