// The rules of policies, claims, funds against risk and herds: every code has a row that it meets,
// and one that just passes.
import { test } from "tap";
import type { CountyRow } from "../../support/county.ts";
import {
  claimStep,
  compensation,
  financeRow,
  flow,
  herdFlow,
  insurer,
  lent,
  loanStep,
  opens,
  payment,
} from "../../support/finance-rows.ts";
import type { Step } from "../../support/given.ts";
import { codesOf, countyAfter, judged } from "../../support/programme-judged.ts";
import { row } from "../../support/programme-rows.ts";

const policy = (terms: CountyRow = {}) => financeRow("policies", terms);
const correction = (原表: string, 原编号: string, terms: CountyRow = {}) =>
  row("corrections", { 原表, 原编号, 业务日期: "2025-06-01", ...terms });

test("a policy", (t) => {
  // 30,000 a year: at most 750, of which 600 are normal.
  const ofLoan = { 险种: "小贷险", 贷款编号: "K1", 保费: "600" };
  const poor = { 险种: "深贫保", 基准费率: "0.01", 费率: "0.0056", 责任: "收益、意外事故" };
  const after = [...lent, insurer];
  judged(t, [
    {
      code: "MalformedField",
      after,
      refused: policy({ ...ofLoan, 贷款编号: "" }),
      passes: policy(ofLoan),
    },
    {
      code: "MalformedField",
      after,
      refused: policy({ ...poor, 基准费率: "" }),
      passes: policy({ 基准费率: "0.01" }),
    },
    {
      code: "MalformedField",
      after,
      refused: policy({ 终止日期: "2025-01-31" }),
      passes: policy({ 终止日期: "2025-02-01" }),
    },
    {
      code: "OrganisationUnknown",
      after,
      refused: policy({ 保险人: "O9", 投保人: "X" }),
      passes: policy(),
    },
    {
      code: "PartyUnknown",
      after,
      refused: policy({ 投保人: "X", ...ofLoan, 贷款编号: "K9" }),
      passes: policy({ 投保人: "O1", ...ofLoan }),
    },
    {
      code: "LoanUnknown",
      after,
      refused: policy({ ...ofLoan, 贷款编号: "K9" }),
      passes: policy(ofLoan),
    },
    {
      code: "DateBefore",
      after,
      refused: policy({ ...ofLoan, 业务日期: "2025-01-31" }),
      passes: policy(ofLoan),
    },
    {
      code: "PremiumAboveLimit",
      after,
      refused: policy({ ...ofLoan, 保费: "750.01" }),
      passes: policy({ ...ofLoan, 保费: "750" }),
    },
    {
      // 30,000 × 0.025 × 73 ÷ 365 is 150; one day more 152.0547….
      code: "PremiumAboveLimit",
      after,
      refused: policy({ ...ofLoan, 保费: "152.06", 终止日期: "2025-04-15" }),
      passes: policy({ ...ofLoan, 保费: "152.05", 终止日期: "2025-04-15" }),
    },
    {
      code: "PremiumHigh",
      after,
      isReported: true,
      refused: policy({ ...ofLoan, 保费: "600.01" }),
      passes: policy(ofLoan),
    },
    {
      code: "RateOutOfBand",
      after,
      refused: policy({ ...poor, 费率: "0.005599" }),
      passes: policy(poor),
    },
    {
      code: "RateOutOfBand",
      after,
      refused: policy({ ...poor, 费率: "0.007201" }),
      passes: policy({ ...poor, 费率: "0.0072" }),
    },
    {
      code: "CoverMissing",
      after,
      isReported: true,
      refused: policy({ ...poor, 责任: "收益、意外" }),
      passes: policy(poor),
    },
    {
      code: "CoverMissing",
      after,
      isReported: true,
      refused: policy({ ...poor, 责任: "" }),
      passes: policy(),
    },
  ]);
  t.end();
});

test("a claim", (t) => {
  const insured = [insurer, policy()];
  const assessed = [...insured, claimStep("报案"), claimStep("定损")];
  const second = (step: string, terms: CountyRow = {}) =>
    claimStep(step, { 步骤编号: `CB ${step}`, 赔案编号: "CB", ...terms });
  judged(t, [
    {
      code: "MalformedField",
      after: insured,
      refused: claimStep("报案", { 保单编号: "" }),
      passes: claimStep("报案"),
    },
    {
      code: "MalformedField",
      after: [...insured, claimStep("报案")],
      refused: claimStep("定损", { 金额: "" }),
      passes: claimStep("定损", { 金额: "0", 保单编号: "I9", 户编号: "无" }),
    },
    {
      code: "MalformedField",
      after: insured,
      refused: claimStep("报案", { 经办人: "" }),
      passes: claimStep("报案"),
    },
    {
      code: "ClaimUnknown",
      after: insured,
      refused: claimStep("定损"),
      passes: claimStep("定损"),
      passesAfter: [claimStep("报案")],
    },
    {
      code: "PolicyUnknown",
      after: insured,
      refused: claimStep("报案", { 保单编号: "I9", 户编号: "H9" }),
      passes: claimStep("报案", { 户编号: "H2" }),
    },
    {
      code: "HouseholdUnknown",
      after: insured,
      refused: claimStep("报案", { 户编号: "H9" }),
      passes: claimStep("报案"),
    },
    {
      code: "StepOutOfOrder",
      after: [...insured, claimStep("报案")],
      refused: claimStep("报案", { 步骤编号: "C2" }),
      passes: claimStep("定损"),
    },
    {
      code: "StepOutOfOrder",
      after: [...insured, claimStep("报案")],
      refused: claimStep("赔付"),
      passes: claimStep("赔付"),
      passesAfter: [claimStep("定损")],
    },
    {
      code: "StepOutOfOrder",
      after: [...assessed, claimStep("拒赔")],
      refused: claimStep("赔付"),
      passes: second("报案"),
    },
    {
      code: "StepOutOfOrder",
      after: [...assessed, claimStep("赔付", { 金额: "100" })],
      refused: claimStep("拒赔", { 业务日期: "2025-02-28" }),
      passes: claimStep("赔付", { 步骤编号: "C2", 金额: "400" }),
    },
    {
      code: "DateBefore",
      after: insured,
      refused: claimStep("报案", { 业务日期: "2025-01-31" }),
      passes: claimStep("报案", { 业务日期: "2025-02-01" }),
    },
    {
      code: "DateBefore",
      after: [...insured, claimStep("报案")],
      refused: claimStep("定损", { 业务日期: "2025-02-28" }),
      passes: claimStep("定损"),
    },
    {
      code: "ClaimAboveCover",
      after: [...assessed, claimStep("赔付", { 金额: "200" })],
      refused: claimStep("赔付", { 步骤编号: "C2", 金额: "300.01" }),
      passes: claimStep("赔付", { 步骤编号: "C2", 金额: "300" }),
    },
    {
      code: "ClaimAboveCover",
      after: [...assessed, claimStep("赔付"), second("报案"), second("定损", { 金额: "600" })],
      refused: second("赔付", { 金额: "500.01" }),
      passes: second("赔付"),
    },
    {
      code: "ClaimAboveCover",
      after: [...assessed, claimStep("赔付"), second("报案"), second("定损", { 金额: "600" })],
      refused: second("赔付", { 金额: "600", 业务日期: "2025-06-02" }),
      passes: second("赔付", { 金额: "600", 业务日期: "2025-06-02" }),
      passesAfter: [correction("claims", "赔付")],
    },
    {
      code: "DependentsExist",
      after: assessed,
      refused: correction("claims", "报案"),
      passes: correction("claims", "定损"),
    },
  ]);
  t.end();
});

test("money in a fund against risk", (t) => {
  const guarantee = [opens("县级风险保障金")];
  const compensating = [...lent, opens("贷款风险补偿金")];
  const pooled = [opens("集中用款专户")];
  judged(t, [
    {
      code: "MalformedField",
      refused: opens("县级风险保障金", { 行政区划: "" }),
      passes: opens("县级风险保障金"),
    },
    {
      code: "MalformedField",
      refused: flow("存入"),
      passes: flow("存入"),
      passesAfter: guarantee,
    },
    {
      code: "MalformedField",
      after: guarantee,
      refused: flow("赔付", { ...payment, 材料: "" }),
      passes: flow("赔付", payment),
    },
    {
      code: "MalformedField",
      after: guarantee,
      refused: flow("赔付", { ...payment, 复核人: "" }),
      passes: flow("收益", { 复核人: "甲", 户编号: "无", 行政区划: "x" }),
    },
    {
      code: "MalformedField",
      after: pooled,
      refused: flow("使用", { 户编号: "H1", 主体编号: "O1" }),
      passes: flow("使用", { 户编号: "H1" }),
    },
    {
      code: "AccountUnknown",
      refused: flow("收益"),
      passes: flow("收益"),
      passesAfter: guarantee,
    },
    {
      code: "HouseholdUnknown",
      after: guarantee,
      refused: flow("赔付", { ...payment, 户编号: "H9" }),
      passes: flow("赔付", payment),
    },
    {
      code: "LoanUnknown",
      after: compensating,
      refused: flow("代偿", { 贷款编号: "K9" }),
      passes: flow("代偿", { 贷款编号: "K1", 业务日期: "2025-02-01" }),
    },
    {
      code: "DateBefore",
      after: compensating,
      refused: flow("代偿", { 贷款编号: "K1", 业务日期: "2025-01-31" }),
      passes: flow("代偿", { 贷款编号: "K1", 业务日期: "2025-02-01" }),
    },
    {
      code: "DateBefore",
      after: guarantee,
      refused: flow("收益", { 业务日期: "2025-01-19" }),
      passes: flow("收益"),
    },
    {
      code: "OrganisationUnknown",
      after: pooled,
      refused: flow("退还", { 主体编号: "O9" }),
      passes: flow("退还", { 主体编号: "O1" }),
    },
    {
      code: "UseForbidden",
      after: compensating,
      refused: flow("赔付", payment),
      passes: flow("追回"),
    },
    {
      code: "UseForbidden",
      after: [...lent, ...pooled],
      refused: flow("代偿", { 贷款编号: "K1", 业务日期: "2025-02-01" }),
      passes: flow("退还", { 户编号: "H1" }),
    },
    {
      code: "UseForbidden",
      after: [...lent, opens("联保互助金")],
      refused: flow("使用", { 户编号: "H1" }),
      passes: flow("代偿", { 贷款编号: "K1", 业务日期: "2025-02-01" }),
    },
    {
      code: "UseForbidden",
      after: guarantee,
      refused: flow("退还", { 户编号: "H1" }),
      passes: flow("赔付", payment),
    },
    {
      code: "SamePerson",
      after: guarantee,
      refused: flow("赔付", { ...payment, 复核人: "甲 " }),
      passes: flow("赔付", payment),
    },
    {
      code: "FundInsufficient",
      after: guarantee,
      refused: flow("赔付", { ...payment, 金额: "1000.01" }),
      passes: flow("赔付", { ...payment, 金额: "1000" }),
    },
    {
      // What went out on a later day is not there any more.
      code: "FundInsufficient",
      after: [...guarantee, flow("赔付", { ...payment, 金额: "700", 业务日期: "2025-05-01" })],
      refused: flow("赔付", { ...payment, 流水编号: "Y2", 金额: "300.01" }),
      passes: flow("赔付", { ...payment, 流水编号: "Y2", 金额: "300" }),
    },
    {
      // What comes in later was not there yet.
      code: "FundInsufficient",
      after: [...guarantee, flow("收益", { 业务日期: "2025-02-01" })],
      refused: flow("赔付", { ...payment, 金额: "1500", 业务日期: "2025-01-31" }),
      passes: flow("赔付", { ...payment, 金额: "1500", 业务日期: "2025-02-01" }),
    },
    {
      code: "FundInsufficient",
      after: [...guarantee, flow("收益"), flow("赔付", { ...payment, 金额: "1500" })],
      refused: correction("risk-fund", "收益"),
      passes: correction("risk-fund", "收益"),
      passesAfter: [flow("追回", { 金额: "500", 业务日期: "2025-06-01" })],
    },
    {
      code: "DependentsExist",
      after: [...guarantee, flow("收益")],
      refused: correction("risk-fund", "Y1"),
      passes: correction("risk-fund", "Y1"),
      passesAfter: [correction("risk-fund", "收益", { 更正编号: "G0" })],
    },
    {
      code: "AccountUnknown",
      after: [...guarantee, correction("risk-fund", "Y1")],
      refused: flow("收益"),
      passes: opens("联保互助金", { 流水编号: "Y2" }),
    },
  ]);
  t.end();
});

test("a herd", (t) => {
  const bred = [herdFlow("借出"), herdFlow("产仔", { 头数: "5", 业务日期: "2025-04-01" })];
  const passed = [
    herdFlow("借出"),
    herdFlow("转借", { 头数: "6", 受让户编号: "H2", 业务日期: "2025-03-01" }),
  ];
  const later = { 业务日期: "2025-05-01" };
  judged(t, [
    {
      code: "MalformedField",
      refused: herdFlow("借出", { 品种: "" }),
      passes: herdFlow("借出", { 约定返还: "12" }),
    },
    {
      code: "MalformedField",
      refused: herdFlow("借出", { 头数: "1.5" }),
      passes: herdFlow("借出", { 头数: "1" }),
    },
    {
      code: "MalformedField",
      after: [herdFlow("借出")],
      refused: herdFlow("转借", { 受让户编号: "" }),
      passes: herdFlow("还回", { 受让户编号: "无" }),
    },
    {
      code: "HerdUnknown",
      refused: herdFlow("产仔"),
      passes: herdFlow("产仔"),
      passesAfter: [herdFlow("借出")],
    },
    {
      code: "HouseholdUnknown",
      after: [herdFlow("借出")],
      refused: herdFlow("转借", { 受让户编号: "H9" }),
      passes: herdFlow("转借", { 受让户编号: "H2" }),
    },
    {
      code: "OrganisationUnknown",
      refused: herdFlow("借出", { 主体编号: "O9" }),
      passes: herdFlow("借出"),
    },
    {
      code: "StepOutOfOrder",
      after: [herdFlow("借出")],
      refused: herdFlow("借出", { 流水编号: "B2" }),
      passes: herdFlow("借出", { 流水编号: "B2", 借养编号: "BB" }),
    },
    {
      code: "DateBefore",
      after: [herdFlow("借出")],
      refused: herdFlow("死亡", { 业务日期: "2025-01-19" }),
      passes: herdFlow("死亡"),
    },
    {
      code: "HeadsInsufficient",
      after: bred,
      refused: herdFlow("还回", { 头数: "11", 业务日期: "2025-03-31" }),
      passes: herdFlow("还回", { 头数: "11", 业务日期: "2025-04-01" }),
    },
    {
      code: "HeadsInsufficient",
      after: [...bred, herdFlow("出售", { 头数: "8", ...later })],
      refused: herdFlow("死亡", { 头数: "8", 业务日期: "2025-02-01" }),
      passes: herdFlow("死亡", { 头数: "7", 业务日期: "2025-02-01" }),
    },
    {
      code: "HeadsInsufficient",
      after: passed,
      refused: herdFlow("还回", { 头数: "5", ...later }),
      passes: herdFlow("还回", { 头数: "5", 户编号: "H2", ...later }),
    },
    {
      code: "HeadsInsufficient",
      after: [herdFlow("借出")],
      refused: herdFlow("还回", { 头数: "1", 户编号: "H2" }),
      passes: herdFlow("转借", { 受让户编号: "H1" }),
    },
    {
      code: "HeadsInsufficient",
      after: [...bred, herdFlow("出售", { 头数: "11", ...later })],
      refused: correction("herd", "产仔"),
      passes: correction("herd", "产仔"),
      passesAfter: [herdFlow("产仔", { 流水编号: "B9", 头数: "1", ...later })],
    },
    {
      code: "HeadsInsufficient",
      after: [...passed, herdFlow("死亡", { 户编号: "H2", 头数: "1", ...later })],
      refused: correction("herd", "转借"),
      passes: correction("herd", "死亡"),
    },
    {
      code: "DependentsExist",
      after: bred,
      refused: correction("herd", "借出"),
      passes: correction("herd", "产仔"),
    },
  ]);
  t.end();
});

test("a closed month", (t) => {
  const closed: Step = ["months", { 月份: "2025-03", 经办人: "甲" }];
  const before = [...lent, insurer, policy(), claimStep("报案", { 业务日期: "2025-02-28" })];
  const march = { 业务日期: "2025-03-31" };
  const after = countyAfter([...before, closed], {
    "month-reasons": () => [],
    "paid-in-year": () => [],
  });
  const refused: readonly Step[] = [
    financeRow("loans", { 贷款编号: "K3", 金额: "1", ...march }),
    loanStep("逾期", march),
    financeRow("subsidies", march),
    claimStep("定损", march),
    opens("联保互助金", march),
    correction("loans", "K1", march),
  ];
  for (const one of refused) t.strictSame(codesOf(after.when(...one)), ["PeriodClosed"], one[0]);
  const others = [policy({ 保单编号: "I2", ...march }), herdFlow("借出", march)];
  for (const one of others) t.equal(after.outcome(...one), "recorded", `${one[0]} is no money`);
  t.end();
});

test("a row that is given again", (t) => {
  const rows: readonly Step[] = [
    compensation,
    financeRow("loans", { 产业周期: "三年", 用款方: "", 银行分担: "1" }),
    loanStep("审查"),
    loanStep("公示", { 渠道: "公示栏 、广播" }),
    loanStep("代偿"),
    financeRow("subsidies"),
    financeRow("loans", { 贷款编号: "K2", 贷款种类: "产业贷款", 担保方式: "保证" }),
    financeRow("guarantees", { 担保人: "H1、 H2、H3" }),
    policy({ 险种: "小贷险", 贷款编号: "K1", 责任: "收益、 意外事故" }),
    claimStep("报案", { 户编号: "H2" }),
    claimStep("定损"),
    claimStep("赔付"),
    opens("集中用款专户"),
    flow("使用", { 户编号: "H1" }),
    herdFlow("借出", { 约定返还: "12" }),
    herdFlow("转借", { 受让户编号: "H2" }),
  ];
  const history = countyAfter([insurer, ...rows]);
  for (const [kind, cells] of rows) {
    t.equal(history.outcome(kind, cells), "alreadyRecorded", kind);
    const other: CountyRow = { ...cells, 备注: "另" };
    t.equal(history.outcome(kind, other), "ReferenceConflict", `${kind}: other content`);
  }
  const [kind, cells] = loanStep("审查", { 意见: "不同意" });
  t.equal(history.outcome(kind, cells), "ReferenceConflict", "意见 in the vault is content, too");
  t.equal(new Set(rows.map(([name]) => name)).size, 8, "of every kind");
  t.end();
});
