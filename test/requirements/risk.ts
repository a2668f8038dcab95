// Risk, insurance, guarantees and loans: R110 to R125 and R152.
import type { CountyRow } from "../support/county.ts";
import {
  bound,
  claimStep,
  compensation,
  financeRow,
  flow,
  insurer,
  lent,
  loanStep,
  opens,
  payment,
  toEntity,
} from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { pack } from "../support/programme-judged.ts";
import { caseStep, hash, projectStep, row } from "../support/programme-rows.ts";
import {
  person,
  purchase,
  purchaseContract,
  shareContract,
  shareIssue,
  wage,
} from "../support/rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

const loan = (terms: CountyRow = {}): Step => financeRow("loans", terms);
const entityLoan = (terms: CountyRow = {}): Step => loan({ ...toEntity, ...terms });
const policy = (terms: CountyRow = {}): Step => financeRow("policies", terms);
const guarantee = (terms: CountyRow = {}): Step => financeRow("guarantees", terms);
const interest = (terms: CountyRow = {}): Step => financeRow("subsidies", terms);

/** Money towards the premium of policy I1. */
const support = (id: string, amount: string, terms: CountyRow = {}): Step =>
  financeRow("subsidies", {
    ...{ 贴补编号: id, 类型: "保费补贴", 贷款编号: "", 保单编号: "I1", 金额: amount, ...terms },
  });

/** A household that is assessed. */
const poor = (n: number): Step =>
  row("conditions", { 记录编号: `K${n}`, 户编号: `H${n}`, 户类型: "脱贫户" });

/** 深贫保 at a rate where the basic one is 1 %: 0.56 % to 0.72 %. */
const deeply = (id: string, rate: string, terms: CountyRow = {}): Step =>
  policy({
    ...{ 保单编号: id, 险种: "深贫保", 基准费率: "0.01", 费率: rate },
    ...{ 责任: "收益、意外事故", ...terms },
  });

/** 小贷险 of a year for the 30,000 yuan of K1: 600 are normal, 750 the most. */
const ofLoan = (id: string, premium: string, terms: CountyRow = {}): Step =>
  policy({ 保单编号: id, 险种: "小贷险", 贷款编号: "K1", 保费: premium, ...terms });

/** 产业贷款 of a household, for some months. */
const industrial = (id: string, months: string, terms: CountyRow = {}): Step =>
  loan({ 贷款编号: id, 贷款种类: "产业贷款", 期限月: months, ...terms });

/** 产业贷款 of a million yuan to O2, whose interest at 3 % is 83.333… a day. */
const million = industrial("K2", "36", {
  ...{ 户编号: "", 主体编号: "O2", 收款方: "O2", 金额: "1000000" },
});
const ofMillion = (id: string, from: string, to: string, amount: string): Step =>
  interest({
    ...{ 贴补编号: id, 类型: "企业贴息", 贷款编号: "K2", 金额: amount },
    ...{ 起始日期: from, 终止日期: to },
  });

const tookPart = (id: string, date: string): Step =>
  row("activities", {
    ...{ 活动编号: id, 活动类型: "参与生产", 户编号: "H1", 主体编号: "O1", 材料: hash },
    业务日期: date,
  });

/** A household in Xinjiang, and what it turns into shares of O1. */
const there = "6531000010010007";
const turned = (id: string, loanNamed: string, terms: CountyRow = {}): Step => [
  "movements",
  { ...shareIssue(id, there), 资本类型: "贷款", 贷款编号: loanNamed, ...terms },
];

/** A return of 6 % on 10,000 yuan that somebody answers for. */
const fixedReturn = (id: string, guarantor: string): Step => [
  "contracts",
  {
    ...{ 合同编号: id, 合同类型: "固定收益", 主体编号: "O2", 户编号: "H1" },
    ...{ 起始日期: "2025-01-01", 终止日期: "2025-12-31", 本金: "10000", 年利率: "0.06" },
    ...{ 计息基础: "365", 担保方: guarantor },
  },
];
const fixedPaid = (amount: string): Step => [
  "movements",
  {
    ...{ 业务编号: "GD1", 业务类型: "固定收益", 业务日期: "2025-12-31", 户编号: "H1" },
    ...{ 主体编号: "O2", 合同编号: "G1", 起始日期: "2025-01-01", 终止日期: "2025-12-31" },
    金额: amount,
  },
];

const insurance: readonly Requirement[] = [
  {
    id: "R110",
    source: "S1",
    asks: "A county fund against risk makes good what households lose of their industry's income.",
    shows: "Two persons decide a payment; the fund pays down to its last fen and no further.",
    example: [
      recorded(opens("县级风险保障金")),
      recorded(flow("收益", { 金额: "12.34", 业务日期: "2025-02-01" })),
      refused("SamePerson", flow("赔付", { ...payment, 复核人: "甲", 业务日期: "2025-03-01" })),
      refused(
        "FundInsufficient",
        flow("赔付", { ...payment, 金额: "1012.35", 业务日期: "2025-03-01" }),
      ),
      recorded(flow("赔付", { ...payment, 金额: "1012.34", 业务日期: "2025-03-01" })),
      recorded(flow("追回", { 金额: "200", 业务日期: "2025-04-01" })),
      reported("risk-fund", { on: "2025-04-01" }, "YA", {
        ...{ kind: "县级风险保障金", in: { 存入: "1000.00", 收益: "12.34", 追回: "200.00" } },
        ...{ out: { 赔付: "1012.34" }, balance: "200.00" },
      }),
      answered(
        "statement",
        { household: "H1", from: "2025-01-01", to: "2025-12-31" },
        { legs: { claim: "1012.34" }, total: "1012.34" },
      ),
    ],
  },
  {
    id: "R111",
    source: "S1, S2",
    asks: "Entities and households insure their industry, and money helps with the premium.",
    shows: "O1 is insured, helped with its premium and paid for a loss, each up to its limit.",
    example: [
      given(insurer, poor(1), poor(2)),
      recorded(policy({ 投保人: "O1", 保额: "5000", 保费: "200" })),
      recorded(policy({ 保单编号: "I2", 险种: "商业保险" })),
      refused("SubsidyAboveLimit", support("U1", "200.01")),
      recorded(support("U1", "200")),
      recorded(claimStep("报案")),
      recorded(claimStep("定损", { 金额: "400" })),
      refused("ClaimAboveCover", claimStep("赔付", { 金额: "400.01" })),
      recorded(claimStep("赔付", { 金额: "400" })),
      reported("insurance", { on: "2025-12-31" }, "农业保险", {
        ...{ policies: 1, cover: "5000.00", premium: "200.00", subsidies: "200.00" },
        ...{ claims: "400.00", households: 0, of: 2 },
      }),
      reported("insurance", { on: "2025-12-31" }, "商业保险", {
        ...{ policies: 1, households: 1, of: 2, ratio: "0.5000" },
      }),
    ],
  },
  {
    id: "R112",
    source: "S3",
    asks: "深贫保 costs 10 to 30 % less than a rate lowered by 20 %, and covers what it must.",
    shows: "Of a basic 1 %, rates from 0.56 to 0.72 % pass; a pack may read the words otherwise.",
    note:
      "“再降低10-30%” is read as of the lowered rate (56 to 72 %); read as points it would be 50 " +
      "to 70 %, which a pack may say.",
    example: [
      given(insurer),
      refused("RateOutOfBand", deeply("I1", "0.005599")),
      recorded(deeply("I1", "0.0056")),
      refused("RateOutOfBand", deeply("I2", "0.007201")),
      recorded(deeply("I2", "0.0072")),
      remarked("CoverMissing", deeply("I3", "0.006", { 责任: "收益、医疗" })),
      given(pack({ "premium.band": ["0.5", "0.7"] })),
      refused("RateOutOfBand", deeply("I4", "0.007001")),
      recorded(deeply("I4", "0.005")),
      reported("insurance", { on: "2025-12-31" }, "深贫保", { policies: 4, premium: "400.00" }),
    ],
  },
  {
    id: "R113",
    source: "S3",
    asks: "小贷险 costs 2 % of the loan a year as a rule, and never more than 2.5 %.",
    shows: "Of 30,000 yuan 600 are normal, more is remarked, and above 750 it is refused.",
    example: [
      given(...lent, insurer),
      recorded(ofLoan("I1", "600")),
      remarked("PremiumHigh", ofLoan("I2", "600.01")),
      remarked("PremiumHigh", ofLoan("I3", "750")),
      refused("PremiumAboveLimit", ofLoan("I4", "750.01")),
      // For 73 days, a fifth of a year.
      refused("PremiumAboveLimit", ofLoan("I4", "150.01", { 终止日期: "2025-04-14" })),
      recorded(ofLoan("I4", "120", { 终止日期: "2025-04-14" })),
      reported("remarks", { year: "2025" }, "policies/I3/PremiumHigh", { message: /./ }),
      reported("insurance", { on: "2025-04-14" }, "小贷险", { policies: 4, premium: "2070.01" }),
    ],
  },
  {
    id: "R114",
    source: "S3",
    asks: "As a rule 80 % of a premium is paid for the household, and 80 % again of its own part.",
    shows: "Of 100 yuan, 79.99 are remarked and 80 are not; of the 20 left, so are 15.99 and 16.",
    example: [
      given(insurer, policy()),
      remarked("PremiumSubsidyLow", support("U1", "79.99")),
      recorded(support("U2", "0.01")),
      remarked("PremiumSubsidyLow", support("U3", "15.99", { 类型: "自缴再补" })),
      recorded(support("U4", "0.01", { 类型: "自缴再补" })),
      refused("SubsidyAboveLimit", support("U5", "4.01", { 类型: "自缴再补" })),
      recorded(support("U5", "4", { 类型: "自缴再补" })),
      reported("insurance", { on: "2025-12-31" }, "农业保险", {
        ...{ premium: "100.00", subsidies: "100.00" },
      }),
    ],
  },
];

const loans: readonly Requirement[] = [
  {
    id: "R115",
    source: "S3",
    asks: "Microcredit: 50,000 yuan, 3 years, no security, benchmark rate, interest paid, a fund.",
    shows: "Each of the six conditions refuses or remarks a loan that misses it by a hair.",
    note: "C25, which looks at what loans have become since, comes with the checks.",
    example: [
      remarked("CompensationMissing", loan()),
      given(compensation),
      refused("LoanAboveLimit", loan({ 贷款编号: "K2", 金额: "20000.01" })),
      refused("TermAboveLimit", loan({ 贷款编号: "K2", 金额: "20000", 期限月: "37" })),
      refused("GuaranteeForbidden", loan({ 贷款编号: "K2", 金额: "20000", 担保方式: "抵押" })),
      refused("RateAboveBenchmark", loan({ 贷款编号: "K2", 金额: "20000", 年利率: "0.043501" })),
      recorded(loan({ 贷款编号: "K2", 金额: "20000" })),
      // 30,000 × 4.35 % × 90 ÷ 360.
      refused("SubsidyAboveLimit", interest({ 金额: "326.26" })),
      recorded(interest({ 金额: "326.25" })),
      reported("loans", { on: "2025-12-31" }, "K1", {
        ...{ kind: "小额信贷", live: "30000.00", due: "2028-02-01", subsidies: "326.25" },
      }),
      reported("loans", { on: "2025-12-31" }, "total", { rows: 2, live: "50000.00" }),
    ],
  },
  {
    id: "R116",
    source: "S3",
    asks: "An entity borrows up to 50,000 yuan for each poor household that it takes in.",
    shows: "Four households carry 200,000 yuan; when one leaves, nothing may be added.",
    note: "C28, which asks later whether households still carry a loan, comes with the checks.",
    example: [
      given(...bound, row("duties")),
      refused("LoanAboveHouseholds", entityLoan({ 金额: "200000.01" })),
      recorded(entityLoan({ 金额: "200000" })),
      given(
        row("ends", { 原编号: "L4" }),
        loanStep("还款", { 贷款编号: "K2", 金额: "50000", 付款方: "O1" }),
      ),
      refused(
        "LoanAboveHouseholds",
        entityLoan({ 贷款编号: "K3", 金额: "0.01", 业务日期: "2025-07-01" }),
      ),
      recorded(entityLoan({ 贷款编号: "K3", 金额: "0.01", 业务日期: "2025-06-30" })),
      recorded(interest({ 贷款编号: "K2", 金额: "2175" })),
      refused("SubsidyDoubled", interest({ 贴补编号: "U2", 贷款编号: "K2", 类型: "企业贴息" })),
      reported("loans", { on: "2025-06-30" }, "total", { rows: 2, live: "150000.01" }),
    ],
  },
  {
    id: "R117",
    source: "S3",
    asks: "3 % of the interest on what an enterprise newly borrows in a year is paid for it.",
    shows: "Of a million 7,500 yuan for 90 days and not a fen more; a day is paid once.",
    note: "“Newly added” is met by the days of each loan: one of an earlier year counts, too.",
    example: [
      given(...lent, row("duties", { 主体编号: "O2" })),
      recorded(million),
      refused("KindMismatch", interest({ 类型: "企业贴息" })),
      refused("SubsidyAboveLimit", ofMillion("U1", "2025-02-01", "2025-05-01", "7500.01")),
      recorded(ofMillion("U1", "2025-02-01", "2025-05-01", "7500")),
      refused("DaysPaid", ofMillion("U2", "2025-05-01", "2025-05-02", "83.33")),
      refused("SubsidyAboveLimit", ofMillion("U2", "2025-05-02", "2025-05-02", "83.34")),
      recorded(ofMillion("U2", "2025-05-02", "2025-05-02", "83.33")),
      reported("loans", { on: "2025-12-31" }, "K2", { subsidies: "7583.33" }),
      reported("entity", { id: "O2", year: "2025" }, "O2", {
        ...{ loans: "1000000.00", subsidies: "7583.33" },
      }),
    ],
  },
  {
    id: "R118",
    source: "S3",
    asks: "Loans for industry run one to five years, longer by the cycle, at rates of their class.",
    shows: "11 and 61 months are refused, 12 and 60 pass; a county says which kinds keep the rate.",
    example: [
      refused("TermOutOfBand", industrial("K1", "11")),
      recorded(industrial("K1", "12", { 年利率: "0.06" })),
      refused("TermOutOfBand", industrial("K2", "61")),
      recorded(industrial("K2", "60")),
      recorded(industrial("K3", "61", { 产业周期: "核桃六年挂果" })),
      refused("RateAboveBenchmark", industrial("K4", "12", { 贷款种类: "再贷款", 年利率: "0.06" })),
      given(pack({ "loan.benchmark": ["产业贷款"] })),
      refused("RateAboveBenchmark", industrial("K4", "12", { 年利率: "0.06" })),
      reported("loans", { on: "2025-12-31" }, "K3", { kind: "产业贷款", due: "2030-03-01" }),
    ],
  },
  {
    id: "R119",
    source: "S3",
    asks: "Microcredit of households needs no guarantee or security; entities may be guaranteed.",
    shows: "No guarantee is written down for a household's microcredit, but one for an entity's.",
    note: "C30, which looks for circles among those who guarantee, comes with the checks.",
    example: [
      refused("GuaranteeForbidden", loan({ 担保方式: "保证" })),
      given(...lent, ...bound),
      refused("GuaranteeForbidden", guarantee({ 贷款编号: "K1", 担保类型: "成员联保" })),
      recorded(entityLoan({ 担保方式: "保证" })),
      recorded(guarantee({ 担保类型: "融资担保", 担保人: "O2" })),
      recorded(guarantee({ 担保编号: "J2", 担保类型: "成员联保", 担保人: "H1、H2" })),
      reported("loans", { on: "2025-12-31" }, "total", { rows: 2, live: "60000.00" }),
    ],
  },
  {
    id: "R120",
    source: "S3",
    asks: "A loan may be renewed without repaying it, or extended for a cause not one's own.",
    shows: "Without documents, for a cause of one's own and beyond 72 months it is refused.",
    note: "72 months in all are our figure (`loan.months.total`): the policy gives none.",
    example: [
      given(...lent),
      refused("RenewalUncontrolled", loanStep("续贷", { 月数: "30", 材料: "" })),
      recorded(loanStep("续贷", { 月数: "30", 业务日期: "2028-01-10" })),
      reported("loans", { on: "2028-01-09" }, "K1", { due: "2028-02-01" }),
      reported("loans", { on: "2028-01-10" }, "K1", { due: "2030-08-01", live: "30000.00" }),
      refused(
        "CauseMissing",
        loanStep("展期", { 月数: "6", 原因: "主观", 业务日期: "2030-07-10" }),
      ),
      refused("TermAboveLimit", loanStep("展期", { 月数: "7", 业务日期: "2030-07-10" })),
      recorded(loanStep("展期", { 月数: "6", 业务日期: "2030-07-10" })),
      reported("loans", { on: "2031-02-01" }, "K1", { due: "2031-02-01", overdue: 0 }),
      reported("loans", { on: "2031-02-02" }, "K1", { overdue: 1 }),
    ],
  },
  {
    id: "R121",
    source: "S3",
    asks: "Risk is shared by agreement and insured, and the risks of an industry are assessed.",
    shows: "Shares that are not whole and an approval without an assessment are refused.",
    example: [
      given(compensation, insurer, ["packs", { 政策包: "xj-2018-draft", 经办人: "甲" }]),
      refused("ShareNotWhole", loan({ 银行分担: "0.2", 保险分担: "0.3", 基金分担: "0.499999" })),
      recorded(loan({ 银行分担: "0.2", 保险分担: "0.3", 基金分担: "0.5" })),
      recorded(ofLoan("I1", "600")),
      given(row("projects", { 行政区划: "653100" }), projectStep("入库", "2025-01-12")),
      refused("StepOutOfOrder", projectStep("批准", "2025-01-20")),
      recorded(projectStep("风险评估", "2025-01-19")),
      recorded(projectStep("批准", "2025-01-20")),
      recorded(["contracts", purchaseContract()]),
      refused("PriceBelowFloor", [
        "movements",
        { ...purchase("SG1"), 单价: "1.9999", 金额: "20.00" },
      ]),
      recorded(["movements", purchase("SG1")]),
    ],
  },
  {
    id: "R122",
    source: "S1, S4",
    asks: "Entities have a credit file, households credit without security and family insurance.",
    shows: "The report of an entity is its credit file: what it owes, promised, kept and broke.",
    example: [
      given(compensation, insurer, poor(1), poor(2), ...bound, row("duties")),
      given(["movements", wage("GZ1", "H1")], ["movements", wage("GZ2", "H2")]),
      refused("GuaranteeForbidden", loan({ 担保方式: "质押" })),
      recorded(loan()),
      recorded(entityLoan()),
      recorded([
        "contracts",
        {
          ...{ 合同编号: "TD1", 合同类型: "土地流转", 主体编号: "O1", 户编号: "H1" },
          ...{ 起始日期: "2025-01-01", 数量: "1", 单价: "100" },
          ...{ 付款周期: "12", 首付日期: "2025-03-01", 每期金额: "100" },
        },
      ]),
      recorded(row("sanctions")),
      reported("entity", { id: "O1", year: "2025" }, "O1", {
        ...{ loans: "30000.00", arrears: "100.00", sanctions: 1, bound: 4, helped: 2 },
        duties: [{ duty: "Z1", target: 2, done: 2, met: true }],
      }),
      recorded(policy({ 险种: "家庭综合险" })),
      reported("insurance", { on: "2025-12-31" }, "家庭综合险", {
        ...{ households: 1, of: 2, ratio: "0.5000" },
      }),
    ],
  },
];

const uses: readonly Requirement[] = [
  {
    id: "R123",
    source: "S3",
    asks: "Microcredit granted from now on does not become shares of an enterprise.",
    shows: "Shares of a loan of the pack's first day are refused, of one of the day before not.",
    note: "C27, which follows the money through others, comes with the checks.",
    example: [
      given(
        ["packs", { 政策包: "xj-2018-draft", 经办人: "甲" }],
        ["roster", person(7, there)],
        row("bindings", { 户编号: there, 绑定形式: "股份合作" }),
        ["contracts", shareContract()],
        loan({ 贷款编号: "K1", 户编号: there, 收款方: there, 业务日期: "2018-10-31" }),
        loan({ 贷款编号: "K2", 户编号: there, 金额: "1", 业务日期: "2018-11-01" }),
        industrial("K3", "12", { 户编号: there, 业务日期: "2018-11-01" }),
      ),
      refused("SharesFromLoan", turned("ZG1", "")),
      refused("SharesFromLoan", turned("ZG1", "K2")),
      recorded(turned("ZG1", "K1")),
      recorded(turned("ZG2", "K3", { 金额: "20" })),
      reported("shares", { id: "R1", on: "2025-12-31" }, there, {
        ...{ shares: "120.0000", came: { 贷款: "120.0000" }, capital: "120.00" },
      }),
    ],
  },
  {
    id: "R124",
    source: "S3",
    asks: "A cooperative uses households' loans together only where they really take part.",
    shows: "A loan that O1 is to use is refused until the household has been seen to work there.",
    note: "C26, which looks for taking part in each period, comes with the checks.",
    example: [
      given(compensation),
      recorded(tookPart("V1", "2025-02-02")),
      refused("ParticipationMissing", loan({ 用款方: "O1", 业务日期: "2025-02-01" })),
      recorded(loan({ 用款方: "O1", 业务日期: "2025-02-02" })),
      refused("ParticipationMissing", loan({ 贷款编号: "K2", 金额: "1", 用款方: "O4" })),
      reported("loans", { on: "2025-06-09" }, "K1", { participation: "2025-02-02" }),
      recorded(tookPart("V2", "2025-06-10")),
      reported("loans", { on: "2025-06-10" }, "K1", { participation: "2025-06-10" }),
    ],
  },
  {
    id: "R125",
    source: "S3",
    asks: "A household borrows, uses and repays its loan itself; it is not used for other things.",
    shows: "No loan without its payee, no instalment without its payer, and neither a stranger.",
    note: "C26, which reports payees and payers that are entities without a document, comes later.",
    example: [
      given(compensation),
      refused("MalformedField", loan({ 收款方: "" })),
      refused("PartyUnknown", loan({ 收款方: "某公司" })),
      refused("MalformedField", loan({ 用途: "" })),
      recorded(loan({ 收款方: "O4", 材料: hash })),
      refused("MalformedField", loanStep("还款", { 付款方: "" })),
      refused("PartyUnknown", loanStep("还款", { 付款方: "某公司" })),
      recorded(loanStep("还款", { 付款方: "H1" })),
      refused("LoanOverpaid", loanStep("还款", { 步骤编号: "还款2", 金额: "20000.01" })),
      recorded(loanStep("付息", { 付款方: "O2" })),
      reported("loans", { on: "2025-03-01" }, "K1", { live: "20000.00" }),
    ],
  },
  {
    id: "R152",
    source: "S3",
    asks: "No hidden debt: no government answers for a return in the name of the programme.",
    shows: "A return that an enterprise guarantees is paid as agreed; a public one is a finding.",
    note:
      "C24, which flags a contract whose 担保方 or payer is public, comes with the checks; until " +
      "then the contract is recorded like any other.",
    example: [
      recorded(fixedReturn("G1", "O1")),
      refused("AmountMismatch", fixedPaid("600.01")),
      recorded(fixedPaid("600")),
      reported("rates", { on: "2025-06-30" }, "G1", { type: "固定收益", rate: "0.0600" }),
      recorded(fixedReturn("G2", "O5")),
      recorded(
        row("cases", { 类型: "巡查", 来源: "检查", 户编号: "", 主体编号: "O2", 合同编号: "G2" }),
      ),
      given(caseStep("受理", "2025-02-21")),
      recorded(caseStep("发现问题", "2025-02-22", { 条款: "六(二)4", 金额: "10000" })),
      refused("CaseOpenFinding", caseStep("办结", "2025-02-25")),
      reported("cases", { on: "2025-02-28" }, "J1", { findings: 1, rectified: 0 }),
    ],
  },
];

/** The requirements of this part of the inventory. */
export const risk: readonly Requirement[] = [...insurance, ...loans, ...uses];
