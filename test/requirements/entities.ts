// Entities, their part and their results: R153 to R160.
import type { CountyRow } from "../support/county.ts";
import {
  bound,
  financeRow,
  flow,
  insurer,
  lent,
  lentToEntity,
  loanStep,
} from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { pack } from "../support/programme-judged.ts";
import { projectStep, row } from "../support/programme-rows.ts";
import { bound as boundTo, entity, held, household, villages } from "../support/huaning-rows.ts";
import { purchase, purchaseContract } from "../support/rows.ts";
import { stepOf } from "../support/short-rows.ts";
import { chosen } from "./chosen.ts";
import type { Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

/** A step of the round of O1's own data. */
const own = (step: string, date: string, by: string): Step =>
  row("rounds", {
    ...{ 步骤编号: step, 步骤: step, 业务日期: date, 经办人: by },
    ...{ 行政区划: "", 主体编号: "O1" },
  });

/** What a project loses, or a part of it that somebody is to bear. */
const loss = (terms: CountyRow): Step => [
  "movements",
  {
    ...{ 业务编号: "KS1", 业务类型: "项目亏损", 业务日期: "2025-06-30", 主体编号: "O2" },
    ...{ 项目编号: "X1", 金额: "500", ...terms },
  },
];

const breach = (id: string, terms: CountyRow): Step =>
  row("cases", { 案件编号: id, 类型: "违约", 来源: "走访", 合同编号: "C3", ...terms });

/** Projects of two operators, industries and townships, with the money of each. */
const run = (project: string, operator: string, money: string, terms: CountyRow) => [
  ...chosen(project, operator, { 绑定编号: `L-${operator}` }, terms),
  row("allocations", { 安排编号: `A-${project}`, 项目编号: project, 金额: money }),
  row("disbursements", {
    ...{ 拨付编号: `D-${project}`, 安排编号: `A-${project}`, 主体编号: operator, 金额: money },
  }),
];

const choosing: readonly Requirement[] = [
  {
    id: "R153",
    source: "S0",
    asks: "Households are linked before a project starts; how its entity was engaged is recorded.",
    shows: "No start on the day after the linkage ended, nor by a way that is not in the list.",
    example: [
      given(
        row("projects", { 产权: "村集体", 股权: "村集体", 债权: "无", 经营责任主体: "O1" }),
        projectStep("入库", "2025-01-12"),
        projectStep("申请", "2025-01-13"),
        projectStep("遴选", "2025-01-14"),
        row("bindings", { 终止日期: "2025-03-31" }),
      ),
      refused("StepOutOfOrder", projectStep("批准", "2025-01-20")),
      refused("BindingUnknown", projectStep("联结", "2025-01-15", { 绑定编号: "L2" })),
      recorded(projectStep("联结", "2025-01-15", { 绑定编号: "L1" })),
      given(projectStep("批准", "2025-01-20")),
      refused("LinkageMissing", projectStep("开工", "2025-04-01", { 承办方式: "委托" })),
      refused("MalformedField", projectStep("开工", "2025-03-31", { 承办方式: "指定" })),
      recorded(projectStep("开工", "2025-03-31", { 承办方式: "委托" })),
      reported("programme", { year: "2025", by: "operator" }, "O1", {
        ...{ projects: 1, entities: 1, households: 1 },
      }),
    ],
  },
  {
    id: "R154",
    source: "S0, S2, S4",
    asks: "Entities apply, are vetted for strength and honesty, and the best are chosen.",
    shows: "Who is listed may not apply, who did not apply is neither chosen nor passed over.",
    example: [
      given(row("projects", { 计划金额: "800" }), projectStep("入库", "2025-01-12")),
      given(row("sanctions", { 主体编号: "O2", 业务日期: "2025-01-13" })),
      refused("OrganisationListed", projectStep("申请", "2025-01-13", { 主体编号: "O2" })),
      recorded(projectStep("申请", "2025-01-13")),
      refused("NotApplied", projectStep("遴选", "2025-01-14", { 主体编号: "O4" })),
      refused("NotApplied", projectStep("遴选", "2025-01-14", { 未选主体: "O4" })),
      recorded(projectStep("申请", "2025-01-14", { 主体编号: "O4" })),
      refused("MalformedField", projectStep("遴选", "2025-01-14", { 说明: "" })),
      recorded(projectStep("遴选", "2025-01-14", { 未选主体: "O4", 说明: "有冷库和销路" })),
      given(projectStep("联结", "2025-01-15", { 合同编号: "C2" })),
      refused("SamePerson", projectStep("批准", "2025-01-20", { 经办人: "乙" })),
      reported("entities", { year: "2025" }, "O1", { projects: 1, planned: "800.00" }),
      reported("entities", { year: "2025" }, "O4", { projects: 0, planned: "0.00" }),
    ],
  },
  {
    id: "R155",
    source: "S1",
    asks: "Townships collect, enter and review the entities' own data, and keep them current.",
    shows: "O1's data are entered and reviewed by others, and what it says anew holds at once.",
    example: [
      recorded(own("采集", "2025-10-10", "甲")),
      refused("StepOutOfOrder", own("上报", "2025-10-11", "甲")),
      refused("SamePerson", own("录入", "2025-10-12", "甲")),
      recorded(own("录入", "2025-10-12", "乙")),
      refused("SamePerson", own("审核", "2025-10-13", "乙")),
      recorded(own("审核", "2025-10-13", "丙")),
      recorded(["organisations", { 主体编号: "O1", 名称: "青龙合作社", 类型: "专业合作社" }]),
      reported("rounds", { year: "2025" }, "O1", {
        ...{ 上报: null, 录入: "2025-10-12", 审核: "2025-10-13", late: true },
      }),
      reported("entities", { on: "2025-12-31" }, "O1", {
        ...{ name: "青龙合作社", reviewed: 79, followed: null, stale: true },
      }),
      recorded(held("V1", "跟踪走访", "2025-12-01", { 主体编号: "O1" })),
      reported("entities", { on: "2025-12-31" }, "O1", { followed: 30, stale: false }),
    ],
  },
  {
    id: "R156",
    source: "S2",
    asks: "First secretaries and village committees supervise; nobody supervises what they run.",
    shows: "Who is supervisor and leads an entity is remarked; an entity never supervises itself.",
    example: [
      recorded(row("officers", { 终止日期: "2025-06-30" })),
      remarked("SupervisorOperates", row("officers", { 任职编号: "R2", 职务: "领办人" })),
      remarked(
        "SupervisorOperates",
        row("officers", { 任职编号: "R3", 职务: "领办人", 业务日期: "2025-06-30" }),
      ),
      recorded(row("officers", { 任职编号: "R4", 职务: "领办人", 业务日期: "2025-07-01" })),
      recorded(row("officers", { 任职编号: "R5", 职务: "第一书记", 姓名: "李四" })),
      refused("SupervisorHolds", row("assets", { 监督权: "O1" })),
      recorded(row("assets", { 监督权: "村集体" })),
      reported("remarks", { year: "2025" }, "officers/R3/SupervisorOperates", { message: /./ }),
      reported("assets", { on: "2025-12-31" }, "ZC1", {
        rights: { 经营权: "O1", 监督权: "村集体" },
      }),
    ],
  },
];

const results: readonly Requirement[] = [
  {
    id: "R157",
    source: "S0",
    asks: "Four systems carry credit: compensation, review, joint guarantee, management duty.",
    shows: "A fund of 1,000 yuan carries loans of 60; when it pays, the leverage rises.",
    example: [
      given(...lent, ...lentToEntity),
      recorded(loanStep("审查")),
      recorded(loanStep("责任")),
      recorded(financeRow("guarantees", { 担保类型: "成员联保" })),
      reported("loans", { on: "2025-02-28" }, "total", { live: "60000.00", leverage: "60.0000" }),
      recorded(
        loanStep("代偿", {
          ...{ 步骤编号: "代偿1", 贷款编号: "K2", 担保编号: "J1", 账户编号: "" },
        }),
      ),
      recorded(loanStep("代偿", { 金额: "500" })),
      refused(
        "FundInsufficient",
        flow("代偿", {
          ...{ 账户编号: "YC", 贷款编号: "K1", 金额: "1000.01", 业务日期: "2025-03-01" },
        }),
      ),
      recorded(
        flow("代偿", {
          ...{ 账户编号: "YC", 贷款编号: "K1", 金额: "500", 业务日期: "2025-03-01" },
        }),
      ),
      reported("risk-fund", { on: "2025-03-01" }, "YC", { balance: "500.00" }),
      reported("loans", { on: "2025-03-01" }, "total", { live: "49500.00", leverage: "99.0000" }),
    ],
  },
  {
    id: "R158",
    source: "S1",
    asks: "Households keep their contracts too, and earn what the market pays for it.",
    shows: "A breach of either side is a case; it never becomes a household's share of a loss.",
    example: [
      given(row("projects"), ["contracts", purchaseContract()]),
      recorded(["movements", purchase("SG1")]),
      recorded(breach("J1", { 内容: "另卖他人" })),
      recorded(breach("J2", { 户编号: "", 主体编号: "O1", 内容: "压级压价" })),
      refused("LossNotHouseholds", loss({ 户编号: "H1" })),
      refused("PackMalformed", pack({}, { LossNotHouseholds: "off" })),
      recorded(loss({})),
      answered(
        "statement",
        { household: "H1", from: "2025-01-01", to: "2025-12-31" },
        { legs: { order: "20.00" }, total: "20.00" },
      ),
      reported("cases", { on: "2025-12-31" }, "J1", { type: "违约" }),
      reported("cases", { on: "2025-12-31" }, "total", { rows: 2 }),
    ],
  },
  {
    id: "R159",
    source: "S3",
    asks: "Support for the insurance of an entity goes by the households that it helps.",
    shows: "What was paid stands beside the households bound on the day: four, then three.",
    note: "The policy gives no figure: both stand beside each other, and nothing is refused.",
    example: [
      given(insurer, ...bound, row("bindings", { 绑定编号: "L5", 主体编号: "O4" })),
      recorded(financeRow("policies", { 投保人: "O1", 保额: "5000", 保费: "200" })),
      recorded(financeRow("policies", { 保单编号: "I2", 投保人: "O4", 保费: "200" })),
      recorded(
        financeRow("subsidies", {
          ...{ 类型: "保费补贴", 贷款编号: "", 保单编号: "I1", 金额: "160" },
        }),
      ),
      given(row("ends", { 原编号: "L4" })),
      reported("entity", { id: "O1", on: "2025-06-30" }, "O1", { bound: 4, subsidies: "160.00" }),
      reported("entity", { id: "O1", on: "2025-07-01" }, "O1", { bound: 3, subsidies: "160.00" }),
      reported("entity", { id: "O4", on: "2025-07-01" }, "O4", { bound: 1, subsidies: "0.00" }),
      reported("insurance", { on: "2025-07-01" }, "农业保险", {
        ...{ policies: 2, premium: "400.00", subsidies: "160.00" },
      }),
    ],
  },
  {
    id: "R160",
    source: "S2, S3, S4",
    asks: "Results are held against targets, and income of villages, gaps and concentration shown.",
    shows: "Two projects against their targets, a village and an industry without a cooperative.",
    county: [
      household("A1", "脱贫户"),
      household("B1", "脱贫户"),
      household("C1", "脱贫户"),
      entity("O1", "农民专业合作社", "530424101201"),
      entity("O2", "龙头企业", "530424"),
      entity("O3", "村集体经济组织", "530424101201"),
      ["packs", { 政策包: "huaning-2021", 经办人: "甲" }],
      row("funds"),
      boundTo("L-O1", "A1", "O1", { 产业: "果" }),
      boundTo("L-O2", "C1", "O2", {}),
      ...run("X1", "O1", "300", {
        ...{ 行政区划: "530424101201", 产业: "果", 目标户数: "4", 目标增收: "600" },
      }),
      ...run("X2", "O2", "100", { 行政区划: "530424102201", 产业: "养殖业", 目标户数: "2" }),
    ],
    example: [
      given(stepOf("X1", "开工", "2025-05-10"), stepOf("X1", "完工", "2025-06-10")),
      given(stepOf("X1", "验收", "2025-06-11")),
      recorded(stepOf("X1", "绩效", "2025-07-01", { 户数: "3", 增收: "500.5" })),
      recorded(row("entity-years", { 主体编号: "O3", 营业收入: "1234.56" })),
      reported("benefit-rate", { on: "2025-12-31" }, "X1", {
        target: { households: 4, income: "600.00" },
        result: { households: 3, income: "500.50" },
        ...{ started: 1, succeeded: 1 },
      }),
      reported("benefit-rate", { on: "2025-12-31" }, "total", {
        target: { households: 6, income: "600.00" },
        projects: { of: 2, n: 1, ratio: "0.5000" },
      }),
      reported("villages", { on: "2025-12-31" }, villages.A, {
        ...{ collective: "1234.56", cooperatives: 1, enterprises: 0 },
      }),
      reported("villages", { on: "2025-12-31" }, villages.C, {
        ...{ collective: "0.00", cooperatives: 0, enterprises: 1 },
      }),
      reported("programme", { year: "2025" }, "total", {
        industries: { 果: { cooperatives: 1, chains: 0 }, 药: { cooperatives: 0, chains: 0 } },
      }),
      ...(["operator", "industry", "township"] as const).map((by) => {
        const most = { operator: "O1", industry: "果", township: "华宁县/青龙镇" }[by];
        return reported("programme", { year: "2025", by }, most, { share: "0.7500" });
      }),
    ],
  },
];

/** The requirements of this part of the inventory. */
export const entities: readonly Requirement[] = [...choosing, ...results];
