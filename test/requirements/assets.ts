// What public money leaves behind, and who has which right in it: R74 to R79.
import type { CountyRow } from "../support/county.ts";
import { bound, lent, loanStep } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { approved, assetStep, row } from "../support/programme-rows.ts";
import { shareContract, shareIssue } from "../support/rows.ts";
import { collective, contract, dutyOfO2, moved, stepsOf } from "../support/short-rows.ts";
import { stepOf, titled } from "../support/short-rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

const turned = (right: string, holder: string, date: string): Step =>
  assetStep("权利变更", date, { 权利: right, 承受人: holder });

/** Shares of register R1 for a part of the asset's value. */
const quantified = (id: string, household: string, shares: string): Step =>
  moved(id, "量化", {
    ...{ 户编号: household, 主体编号: "O1", 合同编号: "C1", 股权登记簿: "R1" },
    ...{ 资产编号: "ZC1", 股数: shares },
  });

const reassigned = (shares: string, terms: CountyRow = {}): Step =>
  moved("TZ1", "调整", {
    ...{ 主体编号: "O1", 股权登记簿: "R1", 受让户编号: "H2", 股数: shares, ...terms },
  });

/** What the county says of a household: its class. */
const status = (id: string, household: string, name: string, date: string): Step =>
  row("conditions", { 记录编号: id, 户编号: household, 户类型: name, 业务日期: date });

const filed = (id: string, rank: string, creditor: string, amount: string): Step =>
  row("liquidation", { 流水编号: id, 顺位: rank, 债权人: creditor, 金额: amount });

const repaid = (id: string, rank: string, creditor: string, amount: string): Step =>
  row("liquidation", {
    ...{ 流水编号: id, 动作: "支付", 顺位: rank, 债权人: creditor, 金额: amount },
    ...{ 凭证号: "PZ1", 业务日期: "2025-03-02" },
  });

/** The requirements of this part of the inventory. */
export const assets: readonly Requirement[] = [
  {
    id: "R74",
    source: "S0",
    asks: "Assets belong to the project's farmers; the right to run them may be let or passed on.",
    shows: "Six rights each have a holder; who gets the running right is weighed by its duties.",
    note: "C34 comes with the checks: it compares what an asset is worth with what it was.",
    example: [
      refused("MalformedField", row("assets", { 所有权: "项目农户", 处置权: "" })),
      recorded(row("assets", { 所有权: "项目农户" })),
      recorded(turned("收益权", "H1", "2025-02-20")),
      remarked("HolderDutyUnmet", assetStep("移交", "2025-03-01")),
      given(dutyOfO2, row("duties", { 责任编号: "Z4", 主体编号: "O4" })),
      recorded(assetStep("移交", "2025-03-02")),
      refused("SupervisorHolds", turned("监督权", "O2", "2025-03-03")),
      given(
        contract("C7", "资产租赁", {
          ...{ 主体编号: "O4", 资产编号: "ZC1", 付款周期: "12", 首付日期: "2025-12-31" },
          每期金额: "600",
        }),
      ),
      refused("ContractMismatch", assetStep("出租", "2025-03-03", { 合同编号: "C2" })),
      recorded(assetStep("出租", "2025-03-03")),
      reported("assets", { on: "2025-03-02" }, "ZC1", { state: "移交", rights: { 经营权: "O2" } }),
      reported("assets", { on: "2025-03-03" }, "ZC1", {
        state: "出租",
        rights: { 所有权: "项目农户", 经营权: "O4", 收益权: "H1" },
      }),
      answered("household-ownership", { household: "H1" }, { assets: { ZC1: ["收益权"] } }),
    ],
  },
  {
    id: "R75",
    source: "S2",
    asks: "A project says whose its property, its shares and its debts are, and who runs it.",
    shows: "Work without all four is remarked, and refused in the district that asks for it.",
    example: [
      given(...approved),
      remarked("TitleMissing", stepOf("X1", "开工", "2025-02-01")),
      recorded(["packs", { 政策包: "dongan-2020", 经办人: "甲" }]),
      recorded(
        row("projects", { ...titled, 项目编号: "X2", 行政区划: "231002", 经营责任主体: "" }),
      ),
      given(...stepsOf("X2", "入库 批准", "2025-01-20")),
      refused("TitleMissing", stepOf("X2", "开工", "2025-02-01")),
      recorded(row("projects", { ...titled, 项目编号: "X3", 行政区划: "231002" })),
      given(...stepsOf("X3", "入库 批准", "2025-01-20")),
      recorded(stepOf("X3", "开工", "2025-02-01")),
    ],
  },
  {
    id: "R76",
    source: "S2",
    asks: "Assets become shares by a decision of the people and a third party's valuation.",
    shows: "Without either no share is given, and none above the value that a stranger found.",
    example: [
      given(["contracts", shareContract()], row("assets")),
      refused("DecisionMissing", quantified("LH1", "H1", "500")),
      refused("QuorumNotMet", assetStep("决议", "2025-03-01", { 同意人数: "10" })),
      recorded(assetStep("决议", "2025-03-01", { 同意人数: "11" })),
      refused("ValuationMissing", quantified("LH1", "H1", "500")),
      refused("NotThirdParty", assetStep("评估", "2025-03-02", { 评估机构: "O1" })),
      recorded(assetStep("评估", "2025-03-02", { 评估机构: "O5" })),
      recorded(quantified("LH1", "H1", "500")),
      refused("ValuationExceeded", quantified("LH2", "H2", "400.01")),
      recorded(quantified("LH2", "H2", "400")),
      reported("shares", { id: "R1", on: "2025-06-01" }, "H1", {
        ...{ shares: "500.0000", came: { 量化: "500.0000" }, capital: "500.00" },
      }),
      reported("shares", { id: "R1", on: "2025-06-01" }, "total", { capital: "900.00" }),
    ],
  },
  {
    id: "R77",
    source: "S2",
    asks: "Shares of quantified funds, and loans of the scheme, follow what a household is.",
    shows: "Shares go to another household for a reason, with who holds what on each day.",
    note: "C28 comes with the checks: it looks at the households of a loan again.",
    example: [
      given(["contracts", shareContract()], ...bound, ...lent),
      recorded(status("K1", "H1", "脱贫户", "2025-01-14")),
      recorded(["movements", { ...shareIssue("ZG1"), 资本类型: "财政量化资金" }]),
      recorded(status("K2", "H1", "一般农户", "2025-05-31")),
      recorded(status("K3", "H2", "脱贫户", "2025-05-31")),
      refused("MalformedField", reassigned("60")),
      refused("SharesInsufficient", reassigned("100.0001", { 说明: "动态管理" })),
      recorded(reassigned("60", { 说明: "动态管理" })),
      reported("shares", { id: "R1", on: "2025-05-31" }, "H1", {
        ...{ shares: "100.0000", status: "一般农户", capital: "100.00" },
      }),
      reported("shares", { id: "R1", on: "2025-06-01" }, "H1", {
        ...{ shares: "40.0000", came: { 财政量化资金: "100.0000" }, left: { 调整: "60.0000" } },
      }),
      reported("shares", { id: "R1", on: "2025-06-01" }, "H2", {
        ...{ shares: "60.0000", status: "脱贫户", came: { 调整: "60.0000" } },
      }),
      recorded(loanStep("还款", { 业务日期: "2025-06-01" })),
      reported("loans", { on: "2025-06-01" }, "K1", { live: "20000.00" }),
    ],
  },
  {
    id: "R78",
    source: "S2",
    asks: "No asset of the state or the village is disposed of without due process.",
    shows: "An asset goes after a request, a decision after it and an approval after that.",
    note: "C34 comes with the checks: it finds assets that are gone or idle.",
    example: [
      given(row("assets")),
      recorded(assetStep("决议", "2025-03-01")),
      recorded(assetStep("处置申请", "2025-03-02")),
      recorded(assetStep("处置批准", "2025-03-03")),
      refused("DisposalNotApproved", assetStep("处置", "2025-03-03")),
      recorded(assetStep("决议", "2025-03-04")),
      refused("DisposalNotApproved", assetStep("处置", "2025-03-04")),
      recorded(assetStep("处置批准", "2025-03-05")),
      recorded(assetStep("处置", "2025-03-05", { 金额: "120" })),
      refused("StepOutOfOrder", assetStep("投产", "2025-03-06")),
      reported("assets", { on: "2025-03-05" }, "ZC1", { state: "处置", valued: null }),
    ],
  },
  {
    id: "R79",
    source: "S2",
    asks: "When an entity ends, poor villages and households are paid right after debts by law.",
    shows: "No rank is paid while one above it is owed a fen, and nobody above what they filed.",
    example: [
      given(collective),
      recorded(filed("Q1", "法定债务", "税务局", "100")),
      refused("KindMismatch", filed("Q2", "贫困村户", "O1", "60")),
      recorded(filed("Q2", "贫困村户", "H1", "60")),
      recorded(filed("Q3", "贫困村户", "O7", "40")),
      recorded(filed("Q4", "其他", "某公司", "50")),
      recorded(repaid("Q5", "法定债务", "税务局", "99.99")),
      refused("RankOutOfOrder", repaid("Q6", "贫困村户", "H1", "60")),
      recorded(repaid("Q7", "法定债务", "税务局", "0.01")),
      refused("ClaimExceeded", repaid("Q6", "贫困村户", "H1", "60.01")),
      recorded(repaid("Q6", "贫困村户", "H1", "60")),
      refused("RankOutOfOrder", repaid("Q8", "其他", "某公司", "50")),
      recorded(repaid("Q9", "贫困村户", "O7", "40")),
      recorded(repaid("Q8", "其他", "某公司", "50")),
      answered(
        "statement",
        { household: "H1" },
        { total: "0.00", notCounted: { capital: "60.00" } },
      ),
    ],
  },
];
