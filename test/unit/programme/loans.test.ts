// The rules of loans, their steps, subsidies and guarantees: every code has a row that it meets,
// and one that just passes.
import { test } from "tap";
import type { CountyRow } from "../../support/county.ts";
import { isEvents } from "../../support/given.ts";
import {
  bound,
  claimStep,
  compensation,
  financeRow,
  insurer,
  lent,
  lentToEntity,
  loanStep,
  opens,
  toEntity,
} from "../../support/finance-rows.ts";
import { countyAfter, judged, pack } from "../../support/programme-judged.ts";
import { hash, row } from "../../support/programme-rows.ts";

const loan = (terms: CountyRow = {}) => financeRow("loans", terms);
const entityLoan = (terms: CountyRow = {}) => financeRow("loans", { ...toEntity, ...terms });
const correction = (原表: string, 原编号: string, terms: CountyRow = {}) =>
  row("corrections", { 原表, 原编号, 业务日期: "2025-06-01", ...terms });

test("a loan names", (t) => {
  judged(t, [
    { code: "MalformedField", refused: loan({ 户编号: "" }), passes: loan() },
    {
      code: "MalformedField",
      refused: loan({ 主体编号: "O1" }),
      passes: loan({ 主体编号: "O1", 户编号: "", 贷款种类: "产业贷款" }),
    },
    { code: "MalformedField", refused: loan({ 期限月: "0" }), passes: loan({ 期限月: "1" }) },
    {
      code: "MalformedField",
      refused: entityLoan({ 期限月: "1000000", 产业周期: "长" }),
      passes: entityLoan({ 期限月: "999999", 产业周期: "长" }),
      after: [...bound],
    },
    { code: "MalformedField", refused: loan({ 年利率: "1.1" }), passes: loan({ 年利率: "0.04" }) },
    { code: "MalformedField", refused: loan({ 用途: "" }), passes: loan() },
    {
      code: "ReferenceConflict",
      after: lent,
      refused: loan({ 用途: "养猪" }),
      passes: loan({ 贷款编号: "K9", 金额: "1" }),
    },
    { code: "HouseholdUnknown", refused: loan({ 户编号: "H9" }), passes: loan({ 户编号: "H6" }) },
    {
      code: "OrganisationUnknown",
      refused: loan({ 银行编号: "O9", 收款方: "H9" }),
      passes: loan({ 收款方: "O2" }),
    },
    {
      code: "PartyUnknown",
      refused: loan({ 收款方: "H9", 用款方: "O9" }),
      passes: loan({ 收款方: "H6" }),
    },
    { code: "OrganisationUnknown", refused: loan({ 用款方: "O9" }), passes: loan() },
  ]);
  t.end();
});

test("a loan", (t) => {
  const repaid = loanStep("还款", { 金额: "5000" });
  const participates = row("activities", {
    活动类型: "参与生产",
    户编号: "H1",
    主体编号: "O1",
    材料: hash,
  });
  judged(t, [
    {
      code: "KindMismatch",
      after: bound,
      refused: entityLoan({ 贷款种类: "小额信贷" }),
      passes: entityLoan({ 贷款种类: "产业贷款" }),
    },
    {
      code: "KindMismatch",
      refused: loan({ 贷款种类: "主体贷款" }),
      passes: loan({ 贷款种类: "产业贷款" }),
    },
    { code: "KindMismatch", refused: loan({ 银行编号: "O2" }), passes: loan() },
    {
      code: "LoanAboveLimit",
      refused: loan({ 金额: "50000.01" }),
      passes: loan({ 金额: "50000" }),
    },
    {
      code: "LoanAboveLimit",
      after: [...lent, repaid],
      refused: loan({ 贷款编号: "K2", 金额: "25000.01", 业务日期: "2025-03-01" }),
      passes: loan({ 贷款编号: "K2", 金额: "25000", 业务日期: "2025-03-01" }),
    },
    {
      code: "LoanAboveLimit",
      after: [...lent, repaid, correction("loan-steps", "还款", { 业务日期: "2025-04-01" })],
      refused: loan({ 贷款编号: "K2", 金额: "25000", 业务日期: "2025-04-01" }),
      passes: loan({ 贷款编号: "K2", 金额: "25000", 业务日期: "2025-03-31" }),
    },
    {
      code: "LoanAboveLimit",
      after: lent,
      refused: loan({ 贷款编号: "K2", 金额: "20000.01" }),
      passes: loan({ 贷款编号: "K2", 户编号: "H2", 金额: "20000.01" }),
    },
    { code: "TermAboveLimit", refused: loan({ 期限月: "37" }), passes: loan({ 期限月: "36" }) },
    { code: "GuaranteeForbidden", refused: loan({ 担保方式: "保证" }), passes: loan() },
    {
      code: "RateAboveBenchmark",
      refused: loan({ 年利率: "0.043501" }),
      passes: loan({ 年利率: "0.0435" }),
    },
    {
      code: "RateAboveBenchmark",
      refused: loan({ 贷款种类: "项目贷款", 年利率: "0.05" }),
      passes: loan({ 贷款种类: "产业贷款", 年利率: "0.05" }),
    },
    {
      code: "TermOutOfBand",
      refused: loan({ 贷款种类: "产业贷款", 期限月: "11" }),
      passes: loan({ 贷款种类: "产业贷款", 期限月: "12" }),
    },
    {
      code: "TermOutOfBand",
      refused: loan({ 贷款种类: "产业贷款", 期限月: "61" }),
      passes: loan({ 贷款种类: "产业贷款", 期限月: "61", 产业周期: "六年" }),
    },
    {
      code: "LoanAboveHouseholds",
      after: bound,
      refused: entityLoan({ 金额: "200000.01" }),
      passes: entityLoan({ 金额: "200000" }),
    },
    {
      code: "LoanAboveHouseholds",
      after: lentToEntity,
      refused: entityLoan({ 贷款编号: "K3", 金额: "170000.01", 用款方: "O1" }),
      passes: entityLoan({ 贷款编号: "K3", 金额: "170000", 用款方: "O1" }),
    },
    {
      code: "ParticipationMissing",
      after: [row("bindings", { 业务日期: "2025-02-01" })],
      refused: loan({ 用款方: "O1", 业务日期: "2025-01-31" }),
      passes: loan({ 用款方: "O1" }),
    },
    {
      code: "ParticipationMissing",
      after: [participates],
      refused: loan({ 用款方: "O1", 业务日期: "2025-02-04" }),
      passes: loan({ 用款方: "O1", 业务日期: "2025-02-05" }),
    },
    {
      code: "ShareNotWhole",
      refused: loan({ 银行分担: "0.3", 基金分担: "0.699999" }),
      passes: loan({ 银行分担: "0.3", 基金分担: "0.7" }),
    },
    {
      code: "CompensationMissing",
      after: [compensation],
      isReported: true,
      refused: loan({ 业务日期: "2025-01-19" }),
      passes: loan({ 业务日期: "2025-01-20" }),
    },
    {
      code: "CompensationMissing",
      after: [opens("联保互助金")],
      isReported: true,
      refused: loan(),
      passes: loan({ 贷款种类: "产业贷款" }),
    },
  ]);
  t.end();
});

test("a loan that is used twice over by one entity counts once", (t) => {
  const own = { 用款方: "O1", 金额: "100000" };
  const again = countyAfter([...bound, entityLoan(own)]);
  t.ok(isEvents(again.when(...entityLoan({ ...own, 贷款编号: "K3" }))));
  t.end();
});

test("a step of a loan", (t) => {
  const guaranteed = [...lentToEntity, financeRow("guarantees")];
  const compensated = [...lent, loanStep("代偿")];
  judged(t, [
    {
      code: "MalformedField",
      after: lent,
      refused: loanStep("审查", { 意见: "" }),
      passes: loanStep("审查"),
    },
    {
      code: "MalformedField",
      after: lent,
      refused: loanStep("责任", { 责任人: "" }),
      passes: loanStep("责任"),
    },
    {
      code: "MalformedField",
      after: lent,
      refused: loanStep("公示", { 渠道: "" }),
      passes: loanStep("公示"),
    },
    {
      code: "MalformedField",
      after: lent,
      refused: loanStep("付息", { 付款方: "" }),
      passes: loanStep("付息"),
    },
    {
      code: "MalformedField",
      after: lent,
      refused: loanStep("逾期", { 经办人: "" }),
      passes: loanStep("逾期", { 金额: "不知", 月数: "x" }),
    },
    {
      code: "MalformedField",
      after: guaranteed,
      refused: loanStep("代偿", { 贷款编号: "K2", 担保编号: "J1", 账户编号: "YC" }),
      passes: loanStep("代偿", { 贷款编号: "K2", 担保编号: "J1", 账户编号: "" }),
    },
    {
      code: "MalformedField",
      after: lent,
      refused: loanStep("展期", { 原因: "" }),
      passes: loanStep("展期", { 原因: "其他客观" }),
    },
    {
      code: "LoanUnknown",
      after: lent,
      refused: loanStep("还款", { 贷款编号: "K9" }),
      passes: loanStep("还款"),
    },
    {
      code: "PartyUnknown",
      after: lent,
      refused: loanStep("还款", { 付款方: "X" }),
      passes: loanStep("还款", { 付款方: "O1" }),
    },
    {
      code: "GuaranteeUnknown",
      after: guaranteed,
      refused: loanStep("代偿", { 贷款编号: "K2", 担保编号: "J9", 账户编号: "" }),
      passes: loanStep("代偿", { 贷款编号: "K2", 担保编号: "J1", 账户编号: "" }),
    },
    {
      code: "AccountUnknown",
      after: lent,
      refused: loanStep("代偿", { 账户编号: "YX" }),
      passes: loanStep("代偿"),
    },
    {
      code: "DateBefore",
      after: lent,
      refused: loanStep("审查", { 业务日期: "2025-01-31" }),
      passes: loanStep("审查", { 业务日期: "2025-02-01" }),
    },
    {
      code: "DateBefore",
      after: [...lentToEntity, financeRow("guarantees", { 业务日期: "2025-03-02" })],
      refused: loanStep("代偿", { 贷款编号: "K2", 担保编号: "J1", 账户编号: "" }),
      passes: loanStep("代偿", {
        贷款编号: "K2",
        担保编号: "J1",
        账户编号: "",
        业务日期: "2025-03-02",
      }),
    },
    {
      code: "LoanOverpaid",
      after: [...compensated, loanStep("核销")],
      refused: loanStep("还款", { 金额: "15000.01" }),
      passes: loanStep("还款", { 金额: "15000" }),
    },
    {
      code: "LoanOverpaid",
      after: [...compensated, loanStep("追偿")],
      refused: loanStep("追偿", { 步骤编号: "P2", 金额: "6000.01" }),
      passes: loanStep("追偿", { 步骤编号: "P2", 金额: "6000" }),
    },
    {
      code: "RenewalUncontrolled",
      after: lent,
      refused: loanStep("续贷", { 材料: "" }),
      passes: loanStep("展期", { 材料: "" }),
    },
    {
      code: "CauseMissing",
      after: lent,
      refused: loanStep("展期", { 原因: "主观" }),
      passes: loanStep("展期", { 原因: "市场" }),
    },
    {
      code: "TermAboveLimit",
      after: [...lent, loanStep("续贷", { 月数: "30" })],
      refused: loanStep("展期", { 月数: "7" }),
      passes: loanStep("展期", { 月数: "6" }),
    },
    {
      code: "TermAboveLimit",
      after: [...lent, ...lentToEntity],
      refused: loanStep("展期", { 月数: "37" }),
      passes: loanStep("展期", { 月数: "37", 贷款编号: "K2" }),
    },
  ]);
  t.end();
});

test("a subsidy of an interest", (t) => {
  const paid = (terms: CountyRow = {}) => financeRow("subsidies", terms);
  const ofEntity = { 贷款编号: "K2", 类型: "企业贴息", 金额: "225" };
  const duty = row("duties");
  judged(t, [
    {
      code: "MalformedField",
      after: lent,
      refused: paid({ 保单编号: "I1" }),
      passes: paid(),
    },
    {
      code: "MalformedField",
      after: [...lent, insurer, financeRow("policies")],
      refused: paid({ 类型: "保费补贴" }),
      passes: paid({ 类型: "保费补贴", 贷款编号: "", 保单编号: "I1", 金额: "100" }),
    },
    {
      code: "MalformedField",
      after: lent,
      refused: paid({ 终止日期: "2025-01-31" }),
      passes: paid({ 终止日期: "2025-02-01", 金额: "3.63" }),
    },
    {
      code: "LoanUnknown",
      after: [compensation],
      refused: paid(),
      passes: paid(),
      passesAfter: [loan()],
    },
    {
      code: "PolicyUnknown",
      after: lent,
      refused: paid({ 类型: "保费补贴", 贷款编号: "", 保单编号: "I1" }),
      passes: paid(),
    },
    {
      code: "DisbursementUnknown",
      after: lent,
      refused: paid({ 拨付编号: "D1" }),
      passes: paid(),
    },
    {
      code: "DateBefore",
      after: lent,
      refused: paid({ 业务日期: "2025-01-31" }),
      passes: paid({ 业务日期: "2025-02-01" }),
    },
    {
      code: "SubsidyDoubled",
      after: [...lentToEntity, duty, paid({ ...ofEntity })],
      refused: paid({ 贴补编号: "U2", 贷款编号: "K2" }),
      passes: paid({
        ...ofEntity,
        贴补编号: "U2",
        金额: "2.5",
        起始日期: "2025-05-02",
        终止日期: "2025-05-02",
      }),
    },
    {
      code: "KindMismatch",
      after: [...lent, ...lentToEntity, duty],
      refused: paid({ ...ofEntity, 贷款编号: "K1" }),
      passes: paid(ofEntity),
    },
    {
      code: "KindMismatch",
      after: [...lent, loan({ 贷款编号: "K3", 贷款种类: "产业贷款" })],
      refused: paid({ 贷款编号: "K3" }),
      passes: paid(),
    },
    {
      code: "DutyUnmet",
      after: lentToEntity,
      refused: paid(ofEntity),
      passes: paid(ofEntity),
      passesAfter: [duty],
    },
    {
      code: "OrganisationListed",
      after: [...lentToEntity, duty, row("sanctions", { 终止日期: "2025-05-10" })],
      refused: paid(ofEntity),
      passes: paid({ ...ofEntity, 业务日期: "2025-05-11" }),
    },
    {
      code: "DaysPaid",
      after: [...lent, paid()],
      refused: paid({ 贴补编号: "U2", 金额: "1", 起始日期: "2025-05-01", 终止日期: "2025-05-31" }),
      passes: paid({ 贴补编号: "U2", 金额: "1", 起始日期: "2025-05-02", 终止日期: "2025-05-31" }),
    },
    {
      code: "SubsidyAboveLimit",
      after: lent,
      refused: paid({ 金额: "326.26" }),
      passes: paid({ 金额: "326.25" }),
    },
    {
      // 30,000 × 0.0435 × 91 ÷ 360 is 329.875.
      code: "SubsidyAboveLimit",
      after: [...lent, paid()],
      refused: paid({
        贴补编号: "U2",
        金额: "3.64",
        起始日期: "2025-05-02",
        终止日期: "2025-05-02",
      }),
      passes: paid({
        贴补编号: "U2",
        金额: "3.63",
        起始日期: "2025-05-02",
        终止日期: "2025-05-02",
      }),
    },
    {
      code: "SubsidyAboveLimit",
      after: [...lentToEntity, duty],
      refused: paid({ ...ofEntity, 金额: "225.01" }),
      passes: paid(ofEntity),
    },
  ]);
  t.end();
});

test("a subsidy of a premium", (t) => {
  const paid = (terms: CountyRow = {}) =>
    financeRow("subsidies", {
      类型: "保费补贴",
      贷款编号: "",
      保单编号: "I1",
      金额: "80",
      ...terms,
    });
  const insured = [insurer, financeRow("policies")];
  judged(t, [
    {
      code: "SubsidyAboveLimit",
      after: insured,
      refused: paid({ 金额: "100.01" }),
      passes: paid({ 金额: "100" }),
    },
    {
      code: "PremiumSubsidyLow",
      after: insured,
      isReported: true,
      refused: paid({ 金额: "79.99" }),
      passes: paid(),
    },
    {
      code: "PremiumSubsidyLow",
      after: [...insured, paid({ 贴补编号: "U0", 金额: "50" })],
      isReported: true,
      refused: paid({ 金额: "29.99" }),
      passes: paid({ 金额: "30" }),
    },
    {
      code: "SubsidyAboveLimit",
      after: [...insured, paid()],
      refused: paid({ 贴补编号: "U2", 类型: "自缴再补", 金额: "20.01" }),
      passes: paid({ 贴补编号: "U2", 类型: "自缴再补", 金额: "20" }),
    },
    {
      code: "PremiumSubsidyLow",
      after: [...insured, paid()],
      isReported: true,
      refused: paid({ 贴补编号: "U2", 类型: "自缴再补", 金额: "15.99" }),
      passes: paid({ 贴补编号: "U2", 类型: "自缴再补", 金额: "16" }),
    },
  ]);
  t.end();
});

test("a guarantee", (t) => {
  const given = (terms: CountyRow = {}) => financeRow("guarantees", terms);
  judged(t, [
    {
      code: "LoanUnknown",
      after: lentToEntity,
      refused: given({ 贷款编号: "K9" }),
      passes: given(),
    },
    {
      code: "PartyUnknown",
      after: lentToEntity,
      refused: given({ 担保人: "H1、H2、X" }),
      passes: given({ 担保人: "H1 、 H2、H3" }),
    },
    {
      code: "DateBefore",
      after: lentToEntity,
      refused: given({ 业务日期: "2025-01-31" }),
      passes: given(),
    },
    {
      code: "GuaranteeForbidden",
      after: [...lent, ...lentToEntity],
      refused: given({ 贷款编号: "K1" }),
      passes: given(),
    },
    {
      code: "GroupSize",
      after: lentToEntity,
      refused: given({ 担保人: "H1、H2、H2" }),
      passes: given({ 担保人: "H1、H2、H2", 担保类型: "成员联保" }),
    },
    {
      code: "GroupSize",
      after: lentToEntity,
      refused: given({ 担保人: "H1、H2、O1" }),
      passes: given(),
    },
    {
      code: "GroupSize",
      after: lentToEntity,
      refused: given({ 担保人: "H1、H2、H3、H4" }),
      passes: given(),
    },
    {
      code: "AlreadyEnded",
      after: [...lentToEntity, given({ 终止日期: "2025-06-30" })],
      refused: row("ends", { 原表: "guarantees", 原编号: "J1", 业务日期: "2025-07-01" }),
      passes: row("ends", { 原表: "guarantees", 原编号: "J1" }),
    },
  ]);
  t.end();
});

test("taking rows of loans back", (t) => {
  const entity = [...lentToEntity, financeRow("guarantees")];
  judged(t, [
    {
      code: "DependentsExist",
      after: [...lent, loanStep("逾期")],
      refused: correction("loans", "K1"),
      passes: correction("loans", "K1"),
      passesAfter: [correction("loan-steps", "逾期", { 更正编号: "G0" })],
    },
    {
      code: "DependentsExist",
      after: entity,
      refused: correction("loans", "K2"),
      passes: correction("guarantees", "J1"),
    },
    {
      code: "DependentsExist",
      after: [...entity, row("ends", { 原表: "guarantees", 原编号: "J1" })],
      refused: correction("guarantees", "J1"),
      passes: correction("ends", "W1", { 业务日期: "2025-07-01" }),
    },
    {
      code: "DependentsExist",
      after: [...lent, loanStep("代偿")],
      refused: correction("risk-fund", "Y0"),
      passes: correction("loan-steps", "代偿"),
    },
    {
      code: "DependentsExist",
      after: [...lent, insurer, financeRow("policies", { 险种: "小贷险", 贷款编号: "K1" })],
      refused: correction("loans", "K1"),
      passes: correction("policies", "I1"),
    },
    {
      code: "DependentsExist",
      after: [insurer, financeRow("policies"), claimStep("报案")],
      refused: correction("policies", "I1"),
      passes: correction("claims", "报案"),
    },
    {
      code: "LoanOverpaid",
      after: [...lent, loanStep("代偿"), loanStep("追偿")],
      refused: correction("loan-steps", "代偿"),
      passes: correction("loan-steps", "追偿"),
    },
    {
      code: "LoanOverpaid",
      after: [
        ...lent,
        loanStep("代偿"),
        loanStep("代偿", { 步骤编号: "P2", 金额: "3999.99" }),
        loanStep("追偿"),
      ],
      refused: correction("loan-steps", "代偿"),
      passes: correction("loan-steps", "代偿"),
      passesAfter: [loanStep("代偿", { 步骤编号: "P3", 金额: "0.01" })],
    },
    {
      code: "LoanUnknown",
      after: [...lent, correction("loans", "K1", { 业务日期: "2025-06-01" })],
      refused: loanStep("审查"),
      passes: loan({ 贷款编号: "K3", 金额: "50000", 业务日期: "2025-06-01" }),
    },
  ]);
  t.end();
});

test("packs turn what is lent", (t) => {
  judged(t, [
    {
      code: "LoanAboveLimit",
      after: [pack({ "microcredit.limit": "30000.00" })],
      refused: loan({ 金额: "30000.01" }),
      passes: loan(),
    },
    {
      code: "CompensationMissing",
      after: [pack({}, { CompensationMissing: "refuse" })],
      refused: loan(),
      passes: loan(),
      passesAfter: [compensation],
    },
  ]);
  t.end();
});
