// How households are linked, and how what is earned is shared: R29 to R50.
import type { CountyRow } from "../support/county.ts";
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
import { compensation, financeRow, lent, loanStep } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { basis, income, plan } from "../support/plan-rows.ts";
import {
  approved,
  assetStep,
  caseStep,
  hash,
  organisation,
  paid,
  projectStep,
  row,
} from "../support/programme-rows.ts";
import { person, purchaseContract, shareContract } from "../support/rows.ts";
import { bought, planStep } from "../support/short-rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

const year = { year: "2025" };
const purchases: Step = ["contracts", purchaseContract()];
const shares: Step = ["contracts", shareContract()];
const consent = row("bindings");

const delivered = (pack: string): Step => ["packs", { 政策包: pack, 经办人: "甲" }];
/** A household of another county, by its number. */
const elsewhere = (household: string): Step => ["roster", person(7, household)];
const [ofHunan, ofDongan, ofXinjiang] = [
  "4301221012010001",
  "2310021012010001",
  "6531011012010001",
];

const bind = (id: string, household: string, terms: CountyRow = {}): Step =>
  row("bindings", { 绑定编号: id, 户编号: household, ...terms });
const cooperative = (id: string, entity: string, terms: CountyRow = {}): Step =>
  row("bindings", {
    ...{ 绑定编号: id, 层级: "合作社", 主体编号: entity, 户编号: "", 对方主体编号: "O1" },
    ...terms,
  });

const entrusted: CountyRow = { 合同编号: "K3" };

/** A microcredit of a household outside the county, and the shares it becomes. */
const credit = (id: string, household: string, date: string): Step =>
  financeRow("loans", {
    ...{ 贷款编号: id, 户编号: household, 收款方: household, 金额: "10000", 业务日期: date },
  });
const fromLoan = (id: string, household: string, loan: string): Step =>
  invested(id, { 户编号: household, 资本类型: "贷款", 贷款编号: loan });

/** A contract of labour. */
const labour = (id: string, terms: CountyRow = {}): Step =>
  signed(id, "劳务", { 单价: "120", 用工时间: "农忙", 工资发放方式: "按月", ...terms });
const twelveDays = (price: string, amount: string): Step =>
  worked("W1", { 合同编号: "C9", 数量: "12", 单价: price, 金额: amount });

const inherited = (id: string, heir: string, count: string): Step =>
  moved(id, "继承", { 股权登记簿: "R1", 受让户编号: heir, 股数: count, 材料: hash });

/** A plan of the county's procedure that gives H1 an amount of income SY1. */
const drafted = (id: string, amount: string): readonly Step[] => [
  ["plans", plan({ 计划编号: id, 程序: "县级", 分配金额: amount })],
  ["basis", basis(`${id} M1`, { 计划编号: id })],
];
const taken = (id: string, name: string): Step => planStep(name, { 计划编号: id });

/** What O2 paid for the asset that it rents. */
const rentReceived = (id: string, amount: string, date: string, terms: CountyRow = {}): Step => [
  "income",
  income({
    ...{ 收益编号: id, 主体编号: "O2", 合同编号: "C7", 资产编号: "ZC1", 业务日期: date },
    ...{ 可分配金额: amount, 到账金额: amount, ...terms },
  }),
];
const lease = (terms: CountyRow = {}): Step =>
  signed("C7", "资产租赁", {
    ...{ 主体编号: "O2", 资产编号: "ZC1", 起始日期: "2025-03-01" },
    ...{ 付款周期: "3", 首付日期: "2025-03-31", 每期金额: "250", ...terms },
  });

/** A plan by what was delivered, the rest by shares. */
const byPatronage = (ratio: string): Step => [
  "plans",
  plan({
    ...{ 分配方式: "按交易量", 比例: ratio, 起始日期: "2025-01-01", 终止日期: "2025-03-31" },
    ...{ 股权登记簿: "R1", 基准日: "2025-03-31", 收入类别: "返利" },
  }),
];

const quantified = (id: string, count: string, terms: CountyRow = {}): Step =>
  moved(id, "量化", {
    ...{ 合同编号: "C1", 股权登记簿: "R1", 资产编号: "ZC1", 股数: count, ...terms },
  });

/** Three households of a village whose numbers say where they live. */
const ofVillage = (n: number): string => `530424101201${String(n).padStart(6, "0")}`;
const village: readonly Step[] = [
  ...[1, 2, 3].map((n): Step => ["roster", person(n, ofVillage(n))]),
  organisation("O1", "农民专业合作社", "530424101201"),
];
const leader = (n: number): Step =>
  row("officers", {
    ...{ 任职编号: `R${n}`, 职务: "致富带头人", 姓名: `带头人${n}`, 行政区划: "530424101201" },
    业务日期: `2025-02-0${n}`,
  });
const pooledMoney = (n: number): Step =>
  invested(`S${n}`, { 户编号: ofVillage(n), 资本类型: "到户资金" });

const inJuly: CountyRow = { ...entrusted, 业务日期: "2025-07-01" };
const twoSows: CountyRow = { 数量: "2", 单价: "300", 金额: "600" };
const firstHalf: CountyRow = { 终止日期: "2025-06-30" };
const secondHalf: CountyRow = { 业务编号: "G2", 起始日期: "2025-07-01" };

const toH1 = (id: string, allocation: string, amount: string): Step =>
  row("disbursements", {
    ...{ 拨付编号: id, 安排编号: allocation, 户编号: "H1", 收入类别: "补贴", 金额: amount },
  });
const ofA2: CountyRow = { 拨付编号: "D3", 安排编号: "A2", 主体编号: "O1", 金额: "70" };
const edge = (from: string, to: string, amount: string | null, part: string | null) => {
  return { from, to, amount, part };
};

const inVillage = "华宁县/青龙镇/落梅村民委员会";
const role = (id: string, name: string, who: string, terms: CountyRow = {}): Step =>
  row("officers", { 任职编号: id, 职务: name, 姓名: who, ...terms });
const takingPart: CountyRow = { 活动类型: "参与生产", 户编号: "H1", 主体编号: "O1" };
const toO4: CountyRow = { 户编号: "", 持股主体编号: "O4" };

/** The requirements of this part of the inventory. */
export const mechanisms: readonly Requirement[] = [
  {
    id: "R29",
    source: "S4",
    asks: "A poor household chooses one of three modes of help, and consents.",
    shows: "No binding without consent; one without a mode is remarked, and in Hunan refused.",
    example: [
      refused("ConsentMissing", bind("L1", "H1", { 同意书: "" })),
      remarked("ModeMissing", bind("L1", "H1", { 帮扶方式: "" })),
      recorded(bind("L2", "H2")),
      recorded(bind("L3", "H3", { 帮扶方式: "委托帮扶" })),
      recorded(bind("L4", "H4", { 帮扶方式: "股份合作" })),
      given(elsewhere(ofHunan)),
      recorded(delivered("hunan-2016")),
      refused("ModeMissing", bind("L5", ofHunan, { 帮扶方式: "" })),
      recorded(bind("L5", ofHunan)),
    ],
  },
  {
    id: "R30",
    source: "S4",
    asks: "Support money is entrusted by contract, and benefits are shared in proportion.",
    shows: "A profit is shared by the ratio that the contract has on the day, to the fen.",
    example: [
      recorded(signed("K3", "委托帮扶", { 户编号: "H1", 本金: "5000", 分成比例: "0.65" })),
      // 100.01 × 0.65 is 65.0065.
      refused("AmountMismatch", custody("T1", { ...entrusted, 利润: "100.01", 金额: "65" })),
      recorded(custody("T1", { ...entrusted, 利润: "100.01", 金额: "65.01" })),
      given([
        "amendments",
        {
          ...{ 变更编号: "B1", 合同编号: "K3", 变更类型: "补充协议", 生效日期: "2025-07-01" },
          分成比例: "0.7",
        },
      ]),
      refused("AmountMismatch", custody("T2", { ...inJuly, 利润: "100.01", 金额: "65.01" })),
      recorded(custody("T2", { ...inJuly, 利润: "100.01", 金额: "70.01" })),
      refused("PrincipalExceeded", moved("T3", "退本", { ...entrusted, 金额: "5000.01" })),
      recorded(moved("T3", "退本", { ...entrusted, 金额: "5000" })),
      answered(
        "statement",
        { household: "H1" },
        { legs: { custody: "135.02" }, total: "135.02", notCounted: { capital: "5000.00" } },
      ),
    ],
  },
  {
    id: "R31",
    source: "S4",
    asks: "Land, forest and water become shares; households then earn dividends and wages.",
    shows: "What nobody valued is remarked; dividends and wages are income of two types.",
    example: [
      given(shares, consent),
      recorded(invested("S1")),
      recorded(invested("S2", { 资本类型: "土地经营权", 金额: "30", 材料: hash })),
      recorded(invested("S3", { 资本类型: "水面", 金额: "30", 材料: hash })),
      remarked("LotNotValued", invested("S4", { 资本类型: "林权", 金额: "40" })),
      recorded(dividedOver("D1", "20")),
      recorded(worked("W1")),
      reported("shares", { id: "R1", on: "2025-12-31" }, "H1", {
        came: { 现金: "100.0000", 土地经营权: "30.0000", 水面: "30.0000", 林权: "40.0000" },
      }),
      reported("income-types", year, "H1", { s3: { 资产性: "20.00", 工资性: "100.00" } }),
    ],
  },
  {
    id: "R32",
    source: "S4, S3",
    asks: "Money follows the project, the project the household, and all of it the industry.",
    shows: "A fund is traced to households and back; of mixed money it has three quarters.",
    example: [
      given(...approved, row("funds", { 资金编号: "F2" }), consent),
      given(row("allocations", { 金额: "300" })),
      given(row("allocations", { 安排编号: "A2", 资金编号: "F2", 金额: "100" })),
      given(row("disbursements", { 主体编号: "O1", 金额: "150" })),
      given(toH1("D2", "A1", "50"), row("disbursements", ofA2)),
      given(projectStep("联结", "2025-02-16", { 绑定编号: "L1" }, "B")),
      given(projectStep("联结", "2025-02-16", { 合同编号: "C2" }, "C")),
      given(row("assets", { 项目编号: "X1" }), worked("W1")),
      reported("fund-trace", { id: "funds/F1", on: "2025-12-31" }, "answer", {
        edges: [
          edge("bindings/L1", "households/H1", null, null),
          edge("contracts/C2", "households/H1", "100.00", "75.00"),
          edge("funds/F1", "projects/X1", "300.00", "300.00"),
          edge("projects/X1", "assets/ZC1", "1000.00", "750.00"),
          edge("projects/X1", "bindings/L1", null, null),
          edge("projects/X1", "contracts/C2", null, null),
          edge("projects/X1", "households/H1", "50.00", "50.00"),
          edge("projects/X1", "organisations/O1", "220.00", "150.00"),
        ],
      }),
      reported("fund-trace", { id: "households/H1", on: "2025-12-31" }, "answer", {
        nodes: [
          ...["bindings/L1", "contracts/C2", "funds/F1", "funds/F2", "households/H1"].map(
            (node) => ({ node }),
          ),
          { node: "projects/X1", industry: "种植业" },
        ],
      }),
    ],
  },
  {
    id: "R33",
    source: "S2 一(一)",
    asks: "How support is used and repaid is said, and orders rest on a proper agreement.",
    shows: "Nothing is bought without a contract in force; loans and funds say what they are for.",
    example: [
      refused("ContractUnknown", bought("S1")),
      given(purchases),
      refused("ContractNotInForce", bought("S1", { 业务日期: "2024-12-31" })),
      recorded(bought("S1", { 业务日期: "2025-01-01" })),
      given(compensation, ...paid),
      refused("MalformedField", financeRow("loans", { 用途: "" })),
      recorded(financeRow("loans")),
      recorded(loanStep("还款")),
      refused("PurposeForbidden", row("reimbursements", { 用途: "接待费" })),
      recorded(row("reimbursements")),
      recorded(toH1("D2", "A1", "200")),
    ],
  },
  {
    id: "R34",
    source: "S2 一(二)",
    asks: "Households put land or animals in custody of an enterprise.",
    shows: "What is kept is paid at the contract's price or by its ratio, to its household alone.",
    example: [
      recorded(signed("K2", "托管", { 户编号: "H1", 标的: "母猪", 数量: "2", 单价: "300" })),
      refused("PriceNotContract", custody("T1", { 数量: "2", 单价: "299.99", 金额: "599.98" })),
      refused("ContractMismatch", custody("T1", { 户编号: "H2", ...twoSows })),
      recorded(custody("T1", twoSows)),
      recorded(signed("K6", "托管", { 户编号: "H1", 标的: "土地", 数量: "3", 分成比例: "0.55" })),
      recorded(custody("T2", { 合同编号: "K6", 利润: "1000", 金额: "550" })),
      answered(
        "statement",
        { household: "H1" },
        { legs: { custody: "1150.00" }, total: "1150.00" },
      ),
    ],
  },
  {
    id: "R35",
    source: "S2 一(三)",
    asks: "A labour contract says when there is work, what it pays and how.",
    shows: "A contract without the way of paying is remarked; wages are days times its price.",
    example: [
      remarked("TermsMissing", labour("C8", { 工资发放方式: "" })),
      recorded(labour("C9")),
      refused("PriceNotContract", twelveDays("119.99", "1439.88")),
      refused("AmountMismatch", twelveDays("120", "1439.99")),
      recorded(twelveDays("120", "1440")),
      answered("statement", { household: "H1" }, { legs: { wage: "1440.00" } }),
    ],
  },
  {
    id: "R36",
    source: "S2 一(四)",
    asks: "Households hold shares from land, quantified funds and loans, as local policy has it.",
    shows: "Dong'an lets loans become shares; Xinjiang only those lent before its day.",
    example: [
      given(shares, consent, ...lent),
      refused("SharesFromLoan", fromLoan("S1", "H1", "K1")),
      given(elsewhere(ofDongan), bind("L2", ofDongan)),
      recorded(delivered("dongan-2020")),
      given(credit("K2", ofDongan, "2025-02-01")),
      recorded(fromLoan("S2", ofDongan, "K2")),
      given(elsewhere(ofXinjiang), bind("L3", ofXinjiang)),
      recorded(delivered("xj-2018-draft")),
      given(credit("K3", ofXinjiang, "2018-11-01"), credit("K4", ofXinjiang, "2018-10-31")),
      refused("SharesFromLoan", fromLoan("S3", ofXinjiang, "K3")),
      recorded(fromLoan("S3", ofXinjiang, "K4")),
    ],
  },
  {
    id: "R37",
    source: "S2 一(四)",
    asks: "The inheritance of shares must not lead to quarrels.",
    shows: "Contested shares wait for the ruling; then two heirs get what there is.",
    note: "C4, which shows dividends of the dead, comes with the checks.",
    example: [
      given(shares, consent, invested("S1")),
      given(row("cases", { 类型: "争议", 股权登记簿: "R1" })),
      refused("TransmissionContested", inherited("Z1", "H2", "60")),
      given(caseStep("受理", "2025-03-01"), caseStep("仲裁", "2025-03-02")),
      refused("TransmissionContested", inherited("Z1", "H2", "60")),
      given(caseStep("办结", "2025-03-03")),
      recorded(inherited("Z1", "H2", "60")),
      refused("SharesInsufficient", inherited("Z2", "H3", "40.0001")),
      recorded(inherited("Z2", "H3", "40")),
      answered("ownership", { id: "R1" }, { owned: { holders: { H2: "60.0000", H3: "40.0000" } } }),
    ],
  },
  {
    id: "R38",
    source: "S2 一(五)",
    asks: "Owner, standard, procedure and adjustment are fixed before asset income is divided.",
    shows: "An asset needs its rights, a plan its standard and procedure; adjustment is remarked.",
    note: "An income that names no asset escapes adjustment: C34 comes with the checks.",
    example: [
      refused("MalformedField", row("assets", { 处置权: "" })),
      remarked("TermsMissing", row("assets", { 资产编号: "ZC2", 动态管理: "" })),
      recorded(row("assets")),
      given(["income", income({ 资产编号: "ZC1", 业务日期: "2025-03-01" })]),
      refused("MalformedField", ["plans", plan({ 业务日期: "2025-03-01", 程序: "" })]),
      refused("MalformedField", ["plans", plan({ 业务日期: "2025-03-01", 分配方式: "" })]),
      recorded(["plans", plan({ 业务日期: "2025-03-01" })]),
      reported("assets", { on: "2025-12-31" }, "ZC1", {
        rights: {
          ...{ 所有权: "村集体", 经营权: "O1", 收益权: "项目农户" },
          ...{ 分配权: "村集体", 处置权: "县", 监督权: "乡镇" },
        },
        income: "100.00",
      }),
    ],
  },
  {
    id: "R39",
    source: "S2 二(四)一",
    asks: "Village and households get an agreed part of the year's profit as dividend.",
    shows: "Of 1,000 at 0.3 no more than 300 is divided, and what is lacking stays owed.",
    note: "C22, which shows contracts whose part was not paid, comes with the checks.",
    example: [
      recorded(signed("K7", "服务", { 分成比例: "0.3" })),
      given(["income", income({ 可分配金额: "1000", 合同编号: "K7" })]),
      given(...drafted("JH1", "250"), ...drafted("JH2", "50.01"), ...drafted("JH3", "50")),
      given(...["定案", "决议", "公示", "公示结束", "批准"].map((name) => taken("JH1", name))),
      refused("RatioExceeded", taken("JH2", "定案")),
      recorded(taken("JH3", "定案")),
      reported("arrears", { on: "2025-06-30" }, "income/SY1", {
        ...{ operator: "O1", due: "300.00", received: "250.00", outstanding: "50.00" },
        // From the income's day, 10 January.
        ...{ ages: { "90+": "50.00" }, oldest: 171 },
      }),
    ],
  },
  {
    id: "R40",
    source: "S2 二(四)二",
    asks: "An asset is leased, and the operator pays rent when it is due, at its own risk.",
    shows: "Instalments fall due at the end of quarters; what is late ages until it is paid.",
    note: "C20, which shows rent that is overdue, comes with the checks.",
    example: [
      given(row("assets")),
      refused("MalformedField", lease({ 每期金额: "" })),
      recorded(lease()),
      refused("ContractMismatch", rentReceived("SY1", "300", "2025-04-02", { 主体编号: "O1" })),
      recorded(rentReceived("SY1", "300", "2025-04-02")),
      reported("arrears", { on: "2025-07-30" }, "contracts/C7", {
        ...{ operator: "O2", due: "500.00", received: "300.00", outstanding: "200.00" },
        ...{ ages: { "0-30": "200.00" }, oldest: 30 },
      }),
      reported("arrears", { on: "2025-07-31" }, "contracts/C7", {
        ages: { "0-30": "0.00", "31-60": "200.00" },
      }),
      recorded(rentReceived("SY2", "200", "2025-08-05")),
      reported("arrears", { on: "2025-08-05" }, "total", { rows: 0, outstanding: "0.00" }),
    ],
  },
  {
    id: "R41",
    source: "S2 二(四)三",
    asks: "Income of the year is worked out at a fixed rate on capital, land, forest or house.",
    shows: "Both a contract's return and a plan's line are principal × rate × days over the basis.",
    example: [
      recorded(signed("K5", "固定收益", { 本金: "10000", 年利率: "0.06", 计息基础: "365" })),
      // 10,000 × 0.06 × 181 ÷ 365 is 297.534…
      refused("AmountMismatch", interest("297.54", firstHalf)),
      recorded(interest("297.53", firstHalf)),
      refused("DaysPaid", interest("304.11", { ...secondHalf, 起始日期: "2025-06-30" })),
      recorded(interest("302.47", secondHalf)),
      given(["income", income({ 可分配金额: "400" })]),
      recorded([
        "plans",
        plan({
          ...{ 分配方式: "固定收益", 分配金额: "400", 收入类别: "固定收益" },
          ...{ 年利率: "0.05", 计息基础: "360", 起始日期: "2024-01-01", 终止日期: "2024-12-31" },
        }),
      ]),
      given(["basis", basis("M1", { 基数: "6000" })], planStep("定案")),
      // 6,000 × 0.05 × 366 ÷ 360.
      answered("plan", { plan: "JH1" }, { lines: [{ household: "H1", amount: "305.00" }] }),
    ],
  },
  {
    id: "R42",
    source: "S1",
    asks: "Cooperatives bind households, and leading enterprises bind cooperatives.",
    shows: "A household is covered on the days on which both bindings are live, and on no other.",
    example: [
      given(row("conditions", { 户类型: "脱贫户" })),
      recorded(bind("L1", "H1")),
      refused("KindMismatch", cooperative("L2", "O4")),
      recorded(cooperative("L2", "O2", { 业务日期: "2025-02-01" })),
      reported("coverage", { on: "2025-01-31" }, "total", { goal: { eligible: 1, covered: 0 } }),
      reported("coverage", { on: "2025-02-01" }, "total", { goal: { eligible: 1, covered: 1 } }),
      recorded(row("ends", { 原编号: "L2" })),
      reported("coverage", { on: "2025-06-30" }, "total", { goal: { covered: 1 } }),
      reported("coverage", { on: "2025-07-01" }, "total", { goal: { covered: 0 } }),
    ],
  },
  {
    id: "R43",
    source: "S1",
    asks: "There are five forms of binding, and others may be found.",
    shows: "Each of the five is recorded, and another as 其他; a word of one's own is refused.",
    example: [
      ...["生产合作", "股份合作", "订单帮扶", "生产托管", "劳务合作"].map((form, at) =>
        recorded(bind(`L${at + 1}`, `H${at + 1}`, { 绑定形式: form })),
      ),
      refused("MalformedField", bind("L6", "H6", { 绑定形式: "直播带货" })),
      recorded(bind("L6", "H6", { 绑定形式: "其他", 备注: "直播带货" })),
    ],
  },
  {
    id: "R44",
    source: "S1",
    asks: "Households join as members with capital, or are bound by orders, land or work.",
    shows: "Each has an account with the cooperative, which says whether it is a member.",
    example: [
      given(shares, purchases),
      refused("MalformedField", bind("L1", "H1", { 成员: "入社" })),
      recorded(bind("L1", "H1", { 绑定形式: "股份合作", 成员: "是", 出资: "林权5亩" })),
      recorded(bind("L2", "H2", { 绑定形式: "订单帮扶" })),
      given(invested("S1"), dividedOver("D1", "10"), bought("S2", { 户编号: "H2" }), worked("W1")),
      reported("members", { id: "O1", ...year }, "H1", {
        ...{ member: true, shares: "100.0000", capital: "100.00" },
        ...{ order: "0.00", wage: "100.00", dividend: "10.00" },
      }),
      reported("members", { id: "O1", ...year }, "H2", {
        ...{ member: false, shares: "0.0000", kilograms: "10.0000", order: "20.00" },
      }),
    ],
  },
  {
    id: "R45",
    source: "S1",
    asks: "One household may be bound to several cooperatives.",
    shows: "It is bound to three at once, sells to two of them, and counts once as covered.",
    note: "C16 and C31, which do not take this for a double claim, come with the checks.",
    example: [
      given(row("conditions", { 户类型: "脱贫户" }), cooperative("L9", "O2")),
      given(purchases, ["contracts", purchaseContract("C4", "O4")]),
      recorded(bind("L1", "H1")),
      recorded(bind("L2", "H1", { 主体编号: "O4", 绑定形式: "订单帮扶" })),
      recorded(bind("L3", "H1", { 主体编号: "O2", 绑定形式: "劳务合作" })),
      recorded(bought("S1")),
      recorded(bought("S2", { 主体编号: "O4", 合同编号: "C4" })),
      answered("statement", { household: "H1" }, { legs: { order: "40.00" } }),
      reported("coverage", { on: "2025-12-31" }, "total", {
        ...{ goal: { all: 1, covered: 1 }, grades: { 契约: 3 } },
      }),
    ],
  },
  {
    id: "R46",
    source: "S1",
    asks: "Links by contract are consolidated, by dividend spread, by equity perfected.",
    shows: "Bindings are counted by grade, and one that moved from contract to dividend is seen.",
    example: [
      refused("MalformedField", bind("L1", "H1", { 紧密程度: "松散" })),
      recorded(bind("L1", "H1")),
      recorded(bind("L2", "H2", { 紧密程度: "分红" })),
      recorded(bind("L3", "H3", { 紧密程度: "股权" })),
      recorded(row("ends", { 业务日期: "2025-06-30" })),
      recorded(bind("L4", "H1", { 紧密程度: "分红", 业务日期: "2025-07-01" })),
      reported("coverage", { on: "2025-06-30" }, "total", {
        grades: { 契约: 1, 分红: 1, 股权: 1 },
      }),
      reported("coverage", { on: "2025-07-01" }, "total", { grades: { 分红: 2, 股权: 1 } }),
      reported("programme", year, "total", { moved: [{ from: "契约", to: "分红", n: 1 }] }),
    ],
  },
  {
    id: "R47",
    source: "S1",
    asks: "Members share the surplus by charter, most of it by what they delivered.",
    shows: "Less than 0.6 by deliveries is refused; 60 by kilograms and 40 by shares add up.",
    example: [
      given(shares, consent, bind("L2", "H2"), purchases, ["income", income()]),
      given(invested("S1", { 金额: "60" }), invested("S2", { 户编号: "H2", 金额: "40" })),
      given(bought("S3"), bought("S4", { 户编号: "H2", 数量: "30", 金额: "60" })),
      refused("RatioBelowFloor", byPatronage("0.599999")),
      recorded(byPatronage("0.6")),
      recorded(planStep("定案", { 业务日期: "2025-04-01" })),
      answered(
        "plan",
        { plan: "JH1" },
        {
          list: { count: 2, sum: "100.00" },
          lines: [
            // 15 by kilograms and 24 by shares; 45 and 16.
            {
              household: "H1",
              basis: { kilograms: "10.0000", shares: "60.0000" },
              amount: "39.00",
            },
            {
              household: "H2",
              basis: { kilograms: "30.0000", shares: "40.0000" },
              amount: "61.00",
            },
          ],
        },
      ),
      recorded(signed("K1", "盈余返还", { 返还比例: "0.6" })),
      recorded(rebate("F1", "10", "0.3", "3")),
    ],
  },
  {
    id: "R48",
    source: "S3",
    asks: "Households pool their money with one to three leaders of the village.",
    shows: "Three households put in their money; three leaders are right, a fourth is too many.",
    county: village,
    example: [
      given(shares, ...[1, 2, 3].map((n) => bind(`L${n}`, ofVillage(n)))),
      recorded(pooledMoney(1)),
      recorded(pooledMoney(2)),
      recorded(pooledMoney(3)),
      reported("shares", { id: "R1", on: "2025-12-31" }, "total", { rows: 3, capital: "300.00" }),
      ...[1, 2, 3, 4].map((n) => recorded(leader(n))),
      reported("villages", { on: "2025-02-01" }, inVillage, { leaders: 1, leadersOk: true }),
      reported("villages", { on: "2025-02-03" }, inVillage, { leaders: 3, leadersOk: true }),
      reported("villages", { on: "2025-02-04" }, inVillage, { leaders: 4, leadersOk: false }),
    ],
  },
  {
    id: "R49",
    source: "S3",
    asks: "The first secretary guides, cadres and leaders run, members and the poor take part.",
    shows: "Each role stands in the register with the cooperative, and taking part has evidence.",
    note: "C10, which shows cadres who run it and receive from it, comes with the checks.",
    example: [
      recorded(role("R1", "第一书记", "李一")),
      recorded(role("R2", "村干部", "王二")),
      recorded(role("R3", "领办人", "赵三", { 主体编号: "O1" })),
      refused("OrganisationUnknown", role("R4", "领办人", "赵三", { 主体编号: "O9" })),
      recorded(bind("L1", "H1", { 成员: "是" })),
      refused("MalformedField", row("activities", takingPart)),
      recorded(row("activities", { ...takingPart, 材料: hash })),
      reported("members", { id: "O1", ...year }, "H1", { member: true }),
    ],
  },
  {
    id: "R50",
    source: "S3",
    asks: "Resources become assets, money becomes share capital, farmers become shareholders.",
    shows:
      "A valued asset and public money become shares, and the register says where they came from.",
    example: [
      given(shares, consent, bind("L2", "H2")),
      recorded(row("assets")),
      refused("DecisionMissing", quantified("Z1", "600")),
      given(assetStep("决议", "2025-03-01")),
      refused("ValuationMissing", quantified("Z1", "600")),
      given(assetStep("评估", "2025-03-02")),
      recorded(quantified("Z1", "600")),
      refused("ValuationExceeded", quantified("Z2", "300.0001", toO4)),
      recorded(quantified("Z2", "300", toO4)),
      recorded(invested("S1", { 户编号: "H2", 资本类型: "财政量化资金" })),
      reported("assets", { on: "2025-12-31" }, "ZC1", { value: "1000.00", valued: "900.00" }),
      reported("shares", { id: "R1", on: "2025-12-31" }, "H1", {
        ...{ came: { 量化: "600.0000" }, capital: "600.00" },
      }),
      reported("shares", { id: "R1", on: "2025-12-31" }, "H2", {
        came: { 财政量化资金: "100.0000" },
      }),
      reported("shares", { id: "R1", on: "2025-12-31" }, "total", { shares: "1000.0000" }),
      reported("members", { id: "O1", ...year }, "H1", { shares: "600.0000", capital: "600.00" }),
    ],
  },
];
