// How income is divided, who bears what, and who comes first: R80 to R92.
import type { CountyRow } from "../support/county.ts";
import { flow, opens, payment } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { head } from "../support/paying-county.ts";
import { pack } from "../support/programme-judged.ts";
import { hash, paid, projectStep, row } from "../support/programme-rows.ts";
import { h } from "../support/huaning-rows.ts";
import { person } from "../support/rows.ts";
import { another, collective, contract, counted, countySteps } from "../support/short-rows.ts";
import { earned, moved, planned, planStep, planSteps } from "../support/short-rows.ts";
import { stepsOf, waged } from "../support/short-rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, credited, given, recorded, refused } from "./requirement.ts";
import { remarked, reported } from "./requirement.ts";

/** A loss of 500 yuan that an entity bears. */
const loss = (id: string, entity: string, terms: CountyRow): Step =>
  moved(id, "项目亏损", { 户编号: "", 主体编号: entity, 金额: "500", ...terms });

/** A contract of shares that promises a part of the profit. */
const promising = (id: string, ratio: string): Step =>
  contract(id, "入股", { 股权登记簿: `R-${id}`, 每股金额: "1", 分成比例: ratio });

/** A plan of SY1 with its own number, in what it says otherwise. */
const draft = (of: string, terms: CountyRow): Step => planned({ 计划编号: of, ...terms });

const freeze = (of: string, terms: CountyRow = {}): Step =>
  planStep("定案", { 计划编号: of, ...terms });

/** A claim of as many yuan as its basis says, in a class. */
const claim = (id: string, household: string, amount: string, priority: string): Step =>
  counted(id, household, amount, { 优先级: priority });

const byClaims = { 分配方式: "定额", 单价: "1" };

const hired = (id: string, poor: string): Step =>
  row("entity-years", { 年报编号: id, 新招人数: "4", 新招贫困人数: poor });

const ofTown = (id: string, town: string, amount: string, terms: CountyRow = {}): Step =>
  row("allocations", { 安排编号: `A${id}`, 项目编号: `X${town}`, 金额: amount, ...terms });

const nothing = { total: "0.00" };

/** The requirements of this part of the inventory. */
export const distribution: readonly Requirement[] = [
  {
    id: "R80",
    source: "S2",
    asks: "The operator runs the project, bears its risk and pays as the contract says.",
    shows: "A loss stays the operator's, and the rent that it did not pay is still owed.",
    example: [
      given(row("projects"), row("assets", { 项目编号: "X1" })),
      recorded(
        contract("K7", "资产租赁", {
          ...{ 资产编号: "ZC1", 付款周期: "12", 首付日期: "2025-03-01", 每期金额: "600" },
        }),
      ),
      recorded(earned({ 合同编号: "K7", 业务日期: "2025-03-10", 可分配金额: "400" })),
      refused("LossNotHouseholds", loss("KS1", "O1", { 户编号: "H1", 项目编号: "X1" })),
      recorded(loss("KS1", "O1", { 项目编号: "X1" })),
      reported("arrears", { on: "2025-04-30" }, "contracts/K7", {
        ...{ operator: "O1", due: "600.00", received: "400.00", outstanding: "200.00" },
        ...{ ages: { "31-60": "200.00" }, oldest: 60 },
      }),
      reported("arrears", { on: "2025-05-01" }, "total", { ages: { "61-90": "200.00" } }),
      answered("statement", { household: "H1" }, nothing),
    ],
  },
  {
    id: "R81",
    source: "S2",
    asks: "The ratio of a dividend is set by contract, and fits the market.",
    shows: "A list holds to the contract's ratio to the fen; a ratio far from others is shown.",
    note: "C22 comes with the checks.",
    example: [
      recorded(promising("K1", "0.1")),
      recorded(promising("K2", "0.05")),
      recorded(promising("K3", "0.201")),
      given(earned({ 合同编号: "K1", 可分配金额: "1000.04" })),
      given(draft("JH1", { 分配金额: "100.01" }), counted("M1", "H1", "1")),
      refused("RatioExceeded", freeze("JH1")),
      given(draft("JH2", { 分配金额: "100" }), counted("M2", "H1", "1", { 计划编号: "JH2" })),
      recorded(freeze("JH2")),
      reported("rates", { on: "2025-12-31" }, "K2", {
        ...{ type: "入股", rate: "0.0500", median: "0.1000", outlier: false },
      }),
      reported("rates", { on: "2025-12-31" }, "K3", { rate: "0.2010", outlier: true }),
    ],
  },
  {
    id: "R82",
    source: "S2",
    asks: "What can be distributed is paid as agreed, to poor households before the village.",
    shows: "The household has all of its claim, the village the rest; what is not paid is owed.",
    note: "C18 comes with the checks.",
    example: [
      given(collective),
      refused("MalformedField", earned({ 到账金额: "99.99" })),
      recorded(earned({ 到账金额: "120" })),
      recorded(draft("JH1", { ...byClaims, 程序: "县级" })),
      recorded(claim("M1", "H1", "60", "1")),
      recorded(counted("M2", "", "60", { 主体编号: "O7", 优先级: "2" })),
      recorded(freeze("JH1")),
      given(draft("JH2", { ...byClaims, 分配金额: "0.01" })),
      given(counted("M3", "H2", "0.01", { 计划编号: "JH2" })),
      refused("IncomeExceeded", freeze("JH2")),
      given(...planSteps("决议 公示 公示结束 批准")),
      answered(
        "plan",
        { plan: "JH1" },
        {
          lines: [
            { household: "H1", claim: "60.00", amount: "60.00" },
            { organisation: "O7", claim: "60.00", amount: "40.00" },
          ],
        },
      ),
      reported("arrears", { on: "2025-02-15" }, "plans/JH1", {
        ...{ due: "100.00", received: "0.00", outstanding: "100.00", oldest: 0 },
      }),
    ],
  },
  {
    id: "R83",
    source: "S2",
    asks: "Income is divided by steps: who works more, and who needs more, has more.",
    shows: "Days of work count by a factor of the household's step, and the pool adds up.",
    example: [
      given(earned()),
      recorded(planned({ 分配方式: "阶梯" })),
      recorded(counted("M1", "H1", "20", { 系数: "1.5" })),
      recorded(counted("M2", "H2", "20")),
      recorded(counted("M3", "H3", "10")),
      refused("DuplicateBeneficiary", counted("M4", "H3", "10")),
      recorded(planStep("定案")),
      answered(
        "plan",
        { plan: "JH1" },
        {
          scheme: "阶梯",
          lines: [
            { household: "H1", basis: "20.0000", factor: "1.5000", amount: "50.00" },
            { household: "H2", basis: "20.0000", factor: "1.0000", amount: "33.33" },
            { household: "H3", basis: "10.0000", factor: "1.0000", amount: "16.67" },
          ],
        },
      ),
    ],
  },
  {
    id: "R84",
    source: "S2",
    asks: "Income is not divided evenly among all, work or no work.",
    shows: "An even division needs a reason; the smallest difference in what was done does not.",
    note: "C17 comes with the checks.",
    example: [
      given(earned({ 可分配金额: "200" }), planned()),
      given(counted("M1", "H1", "1"), counted("M2", "H2", "1")),
      refused("ReasonMissing", planStep("定案")),
      recorded(counted("M3", "H2", "1.0001", { 替换: "M2" })),
      recorded(planStep("定案")),
      given(draft("JH2", { 分配方式: "按人口" })),
      given(counted("M4", "H1", "3", { 计划编号: "JH2" })),
      given(counted("M5", "H2", "4", { 计划编号: "JH2" })),
      refused("ReasonMissing", freeze("JH2")),
      recorded(freeze("JH2", { 说明: "村民会议决定" })),
    ],
  },
  {
    id: "R85",
    source: "S2",
    asks: "No money or goods are handed out with nothing behind them.",
    shows: "A subsidy says what it is for; a list has a basis and its income a kind.",
    example: [
      refused("MalformedField", moved("BT1", "补贴", { 金额: "200" })),
      refused("MalformedField", moved("BT1", "补贴", { 依据: "过节", 金额: "200" })),
      recorded(moved("BT1", "补贴", { 依据: "困难", 金额: "200" })),
      given(earned()),
      refused("MalformedField", planned({ 收入类别: "" })),
      recorded(planned({ 收入类别: "救助" })),
      refused("BasisMissing", planStep("定案")),
      refused("MalformedField", counted("M1", "H1", "")),
      recorded(counted("M1", "H1", "1")),
      recorded(planStep("定案")),
      answered("plan", { plan: "JH1" }, { lines: [{ household: "H1", amount: "100.00" }] }),
    ],
  },
  {
    id: "R86",
    source: "S2",
    asks: "Poor households bear no loss of a project, nor does a village that does not run it.",
    shows: "A loss is nobody's but an operator's: a village's only where its collective runs it.",
    example: [
      given(collective, row("projects"), row("projects", { 项目编号: "X2", 主体编号: "O7" })),
      refused("LossNotHouseholds", loss("KS1", "O7", { 户编号: "H1", 项目编号: "X2" })),
      refused("LossNotVillages", loss("KS1", "O7", { 项目编号: "X1" })),
      recorded(loss("KS1", "O7", { 项目编号: "X2" })),
      recorded(loss("KS2", "O2", { 项目编号: "X1" })),
      answered("statement", { household: "H1" }, nothing),
      answered("organisationStatement", { organisation: "O7" }, nothing),
    ],
  },
  {
    id: "R87",
    source: "S1",
    asks: "Households produce and earn; the risk of the business is the entity's.",
    shows: "The loss of an asset is its operator's, and a county fund helps where income fell.",
    example: [
      given(collective, row("assets"), row("assets", { 资产编号: "ZC2", 经营权: "O7" })),
      refused("LossNotHouseholds", loss("KS1", "O1", { 户编号: "H1", 资产编号: "ZC1" })),
      refused("LossNotVillages", loss("KS1", "O7", { 资产编号: "ZC1" })),
      recorded(loss("KS1", "O1", { 资产编号: "ZC1" })),
      recorded(loss("KS2", "O7", { 资产编号: "ZC2" })),
      recorded(opens("县级风险保障金")),
      refused("SamePerson", flow("赔付", { ...payment, 复核人: "甲" })),
      refused("FundInsufficient", flow("赔付", { ...payment, 金额: "1000.01" })),
      recorded(flow("赔付", { ...payment, 金额: "200" })),
      answered("statement", { household: "H1" }, { legs: { claim: "200.00" }, total: "200.00" }),
      reported("risk-fund", { on: "2025-12-31" }, "YA", { balance: "800.00" }),
    ],
  },
  {
    id: "R88",
    source: "S0",
    asks: "Two keys are watched: how many projects succeed, and what reaches the households.",
    shows: "One project of two succeeded; of two households one was paid, of 60 yuan 40.",
    example: [
      given(...[1, 2].map((n): Step => ["roster", head(n)])),
      given(row("projects", { 目标户数: "4", 目标增收: "600" }), ...another("X2")),
      given(...stepsOf("X1", "入库 批准", "2025-01-20"), projectStep("开工", "2025-02-01")),
      given(projectStep("完工", "2025-06-01")),
      recorded(projectStep("验收", "2025-06-11", { 意见: "不合格" })),
      recorded(projectStep("验收", "2025-06-12")),
      recorded(projectStep("绩效", "2025-07-01", { 户数: "3", 增收: "500.5" })),
      given(earned({ 可分配金额: "60" }), planned({ 分配金额: "60", 程序: "县级" })),
      given(counted("M1", "H1", "1"), counted("M2", "H2", "2"), ...planSteps(countySteps)),
      credited(["JH1"], ["H2"]),
      reported("benefit-rate", { on: "2025-12-31" }, "X1", {
        target: { households: 4, income: "600.00" },
        ...{ result: { households: 3, income: "500.50" }, started: 1, succeeded: 1 },
      }),
      reported("benefit-rate", { on: "2025-12-31" }, "total", {
        projects: { of: 2, n: 1, ratio: "0.5000" },
        households: { of: 2, n: 1, ratio: "0.5000" },
        money: { of: "60.00", n: "40.00", ratio: "0.6667" },
      }),
      reported("benefit-rate", { on: "2025-06-30" }, "total", { projects: { of: 2, n: 0 } }),
    ],
  },
  {
    id: "R89",
    source: "S3",
    asks: "Risks are borne together and benefits are shared.",
    shows: "A place may let a village share a loss; no place may let a household.",
    note: "S3 stands against R86: for households R86 holds, for villages the place decides.",
    example: [
      given(collective, row("projects")),
      refused("PackMalformed", pack({}, { LossNotHouseholds: "off" })),
      refused("LossNotVillages", loss("KS1", "O7", { 项目编号: "X1" })),
      recorded(pack({}, { LossNotVillages: "report" })),
      remarked("LossNotVillages", loss("KS1", "O7", { 项目编号: "X1" })),
      refused("LossNotHouseholds", loss("KS2", "O7", { 户编号: "H1", 项目编号: "X1" })),
      reported("remarks", { from: "2025-06-01", to: "2025-06-01" }, "answer", {
        rows: [{ row: "movements/KS1/LossNotVillages" }],
        total: { rows: 1 },
      }),
    ],
  },
  {
    id: "R90",
    source: "S2, S3",
    asks: "Households that cannot work, or hardly, and the disabled come first.",
    shows: "The first class has all of its claims, the next shares the rest, the last has nothing.",
    note: "C18 comes with the checks.",
    example: [
      given(earned()),
      recorded(planned(byClaims)),
      refused("MalformedField", claim("M1", "H1", "80", "0")),
      recorded(claim("M1", "H4", "80", "1")),
      recorded(claim("M2", "H2", "30", "2")),
      recorded(claim("M3", "H3", "10", "2")),
      recorded(claim("M4", "H1", "5", "3")),
      recorded(planStep("定案")),
      answered(
        "plan",
        { plan: "JH1" },
        {
          lines: [
            { household: "H1", claim: "5.00", amount: "0.00" },
            { household: "H2", claim: "30.00", amount: "15.00" },
            { household: "H3", claim: "10.00", amount: "5.00" },
            { household: "H4", claim: "80.00", amount: "80.00" },
          ],
        },
      ),
    ],
  },
  {
    id: "R91",
    source: "S2",
    asks: "Projects give work to poor people of the place first.",
    shows:
      "Whoever still holds a fen of public money must hire poor people, and is measured by it.",
    example: [
      given(...paid, row("refunds", { 拨付编号: "D1", 金额: "299.99" })),
      remarked("HiringUnmet", hired("E1", "0")),
      given(row("corrections", { 原表: "entity-years", 原编号: "E1", 业务日期: "2025-12-31" })),
      given(row("refunds", { 退回编号: "T2", 拨付编号: "D1", 金额: "0.01" })),
      recorded(hired("E2", "0")),
      given(row("conditions", { 监测对象类型: "边缘易致贫户" })),
      ...["H1", "H2", "H3"].map((household) => recorded(waged(`G-${household}`, household))),
      reported("entity", { id: "O1", year: "2025" }, "O1", {
        ...{ poorWages: "0.3333", paid: { wage: "300.00" } },
      }),
    ],
  },
  {
    id: "R92",
    source: "S2",
    asks: "Funds favour towns and villages that do well.",
    shows: "To favour one needs words and papers; the report shows what each town was given.",
    county: [
      ["roster", person(1, h("A1"))],
      ["roster", { ...person(2, h("C1")), 乡: "宁州街道" }],
    ],
    example: [
      given(row("funds"), ...another("X1", { 行政区划: "530424101" })),
      given(...another("X2", { 行政区划: "530424102" })),
      refused("ReasonMissing", ofTown("1", "1", "400", { 倾斜: "是", 材料: hash })),
      recorded(ofTown("1", "1", "400", { 倾斜: "是", 材料: hash, 说明: "考核优秀" })),
      recorded(ofTown("2", "2", "100", { 倾斜: "否" })),
      reported("programme", { year: "2025", by: "township" }, "华宁县/青龙镇", {
        allocated: "400.00",
      }),
      reported("programme", { year: "2025", by: "township" }, "华宁县/宁州街道", {
        allocated: "100.00",
      }),
    ],
  },
];
