// What movements of shares and losses rest on in the programme: each rule broken, and passed by a
// hair, with rows of assets, cases and loans as files have them.
import { test } from "tap";
import type { CountyRow } from "../support/county.ts";
import { financeRow, lent } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { shareSurveys } from "../support/share-surveys.ts";
import { surveyed } from "../support/given.ts";
import { assetStep, caseStep, county, hash, row } from "../support/programme-rows.ts";
import * as rows from "../support/rows.ts";

const opened = surveyed(
  shareSurveys,
  ...county,
  ["contracts", { ...rows.shareContract("C90", "O1", "R90"), 每股金额: "0.3" }],
  ["movements", { ...rows.shareIssue("S90"), 合同编号: "C90", 股权登记簿: "R90", 金额: "90" }],
);

const movement = (type: string, cells: CountyRow): CountyRow => ({
  ...{ 业务编号: "M1", 业务类型: type, 业务日期: "2025-06-01", 主体编号: "O1", 股权登记簿: "R90" },
  ...cells,
});

void test("an asset is divided into shares", (t) => {
  const quantified = (cells: CountyRow = {}) =>
    movement("量化", { 户编号: "H1", 合同编号: "C90", 资产编号: "ZC1", 股数: "3000", ...cells });
  // 3,000 shares of 0.30 are the 900 that it is worth.
  const decided = assetStep("决议", "2025-06-01");
  const valued = assetStep("评估", "2025-06-01");
  const asset = opened.and(row("assets"));
  const both = asset.and(decided, valued);
  const outcome = (given: typeof opened, cells?: CountyRow) =>
    given.outcome("movements", quantified(cells));
  t.equal(outcome(opened), "AssetUnknown");
  t.equal(outcome(asset), "DecisionMissing");
  t.equal(outcome(asset.and(valued)), "DecisionMissing");
  t.equal(outcome(asset.and(decided)), "ValuationMissing");
  t.equal(outcome(both), "recorded", "on the day itself, to the last share");
  t.equal(outcome(both, { 业务日期: "2025-05-31" }), "DecisionMissing", "by the day");
  t.equal(outcome(both, { 股数: "3000.0001" }), "ValuationExceeded");
  const half: Step = ["movements", quantified({ 业务编号: "M0", 股数: "1500" })];
  t.equal(outcome(both.and(half), { 股数: "1500" }), "recorded", "with what was before");
  t.equal(outcome(both.and(half), { 股数: "1500.0001" }), "ValuationExceeded");
  const again = assetStep("评估", "2025-06-01", { 价值: "899.99" }, "later");
  t.equal(outcome(both.and(again)), "ValuationExceeded", "the last value counts");
  const ofEntity = { 户编号: "", 持股主体编号: "O2" };
  t.equal(outcome(both, ofEntity), "recorded", "an organisation may hold them");
  t.end();
});

void test("shares that are disputed are not inherited", (t) => {
  const inherited = movement("继承", { 户编号: "H1", 受让户编号: "H2", 股数: "1", 材料: hash });
  const dispute = (cells: CountyRow = {}) =>
    row("cases", { 类型: "争议", 户编号: "H1", 股权登记簿: "R90", ...cells });
  const outcome = (...more: readonly Step[]) => opened.and(...more).outcome("movements", inherited);
  t.equal(outcome(), "recorded");
  t.equal(outcome(dispute()), "TransmissionContested");
  t.equal(outcome(dispute({ 户编号: "H3" })), "recorded", "of another holder");
  t.equal(outcome(dispute({ 股权登记簿: "" })), "recorded", "about no register");
  t.equal(outcome(dispute({ 类型: "投诉" })), "recorded", "a complaint");
  const begun = [dispute(), caseStep("受理", "2025-03-01")];
  t.equal(outcome(...begun), "TransmissionContested");
  const closed = [...begun, caseStep("办结", "2025-03-02")];
  t.equal(outcome(...closed), "recorded", "once it is closed");
  t.equal(outcome(...closed, caseStep("复核", "2025-03-03")), "TransmissionContested", "anew");
  t.end();
});

void test("shares from a loan", (t) => {
  const capital = { 资本类型: "贷款", 金额: "90", 合同编号: "C90", 股权登记簿: "R90" };
  const issue = { ...rows.shareIssue("S91"), ...capital, 业务日期: "2025-06-01" };
  const outcome = (loan: Step, 贷款编号 = "K1") =>
    opened.and(...lent.slice(0, 1), loan).outcome("movements", { ...issue, 贷款编号 });
  t.equal(outcome(financeRow("loans")), "SharesFromLoan", "a microcredit");
  const trade = { 贷款种类: "产业贷款", 担保方式: "保证" };
  t.equal(outcome(financeRow("loans", trade)), "recorded", "any other");
  t.equal(outcome(financeRow("loans", trade), "K9"), "LoanUnknown");
  t.equal(outcome(financeRow("loans", trade), ""), "SharesFromLoan", "without its number");
  t.end();
});

void test("a loss of an asset is not a village's", (t) => {
  const loss = (cells: CountyRow) => ({
    ...{ 业务编号: "M1", 业务类型: "项目亏损", 业务日期: "2025-06-01", 金额: "500" },
    ...{ 资产编号: "ZC1", 主体编号: "VIL" },
    ...cells,
  });
  const village: Step = ["organisations", { ...rows.organisation("VIL"), 类型: "村集体" }];
  const asset = opened.and(village, row("assets"));
  t.equal(asset.outcome("movements", loss({})), "LossNotVillages");
  t.equal(asset.outcome("movements", loss({ 主体编号: "O1" })), "recorded");
  const operating = asset.and(assetStep("移交", "2025-05-01", { 主体编号: "VIL" }));
  t.equal(operating.outcome("movements", loss({})), "recorded", "unless it operates the asset");
  t.end();
});
