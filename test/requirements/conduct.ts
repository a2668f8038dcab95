// Prohibited conduct and supervision: R126 to R133.
import type { CountyRow } from "../support/county.ts";
import { bound, financeRow, toEntity } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { basis, income, plan, step as planStep } from "../support/plan-rows.ts";
import { pack } from "../support/programme-judged.ts";
import { approved, assetStep, caseStep, hash, paid, row } from "../support/programme-rows.ts";
import { wage } from "../support/rows.ts";
import { stepOf } from "../support/short-rows.ts";
import { chosen } from "./chosen.ts";
import type { Requirement } from "./requirement.ts";
import { given, recorded, refused, remarked, reported } from "./requirement.ts";

const back = (original: string, terms: CountyRow = {}): Step =>
  row("corrections", { 原编号: original, ...terms });
const step = (name: string, terms: CountyRow = {}): Step => ["steps", planStep(name, terms)];
/** What a step of a plan says of the list that was frozen. */
const frozen: CountyRow = { 清单哈希: "{hash:JH1:1}" };

/** A plan of 100 yuan for two households, with a basis row of H1. */
const drafted: readonly Step[] = [
  ["income", income()],
  ["plans", plan({ 说明理由: "平分" })],
];
const second: Step = ["basis", basis("MX2", { 户编号: "H2" })];

/** Money of a project to an entity, named after the project. */
const granted = (project: string, entity: string, amount: string): readonly Step[] => [
  row("allocations", { 安排编号: `A-${project}`, 项目编号: project, 金额: amount }),
  row("disbursements", {
    ...{ 拨付编号: `D-${project}`, 安排编号: `A-${project}`, 主体编号: entity, 金额: amount },
  }),
];

const toListed = (id: string, date: string): Step =>
  row("disbursements", { 拨付编号: id, 主体编号: "O2", 金额: "100", 业务日期: date });

/** ZC1 rented out to O2. */
const leased: Step = [
  "contracts",
  {
    ...{ 合同编号: "ZL1", 合同类型: "资产租赁", 主体编号: "O2", 资产编号: "ZC1" },
    ...{ 起始日期: "2025-01-01", 付款周期: "12", 首付日期: "2025-12-31", 每期金额: "100" },
  },
];

const named = { 问题编号: "WT1" };

const misuse: readonly Requirement[] = [
  {
    id: "R126",
    source: "S3, S0",
    asks: "Money is not heaped on a few large operators, nor on showpieces that help nobody.",
    shows: "O1 has three quarters of the money; O2 has the rest and has paid no household.",
    note: "C32, which says from which share on it is too much, comes with the checks.",
    example: [
      given(row("funds"), ...bound, row("bindings", { 绑定编号: "L9", 主体编号: "O2" })),
      given(...chosen("X1", "O1", { 合同编号: "C2" }), ...granted("X1", "O1", "300")),
      given(...chosen("X2", "O2", { 绑定编号: "L9" }), ...granted("X2", "O2", "100")),
      given(["movements", wage("GZ1")]),
      reported("programme", { year: "2025", by: "operator" }, "O1", {
        ...{ projects: 1, disbursed: "300.00", share: "0.7500" },
      }),
      reported("programme", { year: "2025", by: "operator" }, "O2", { share: "0.2500" }),
      reported("entities", { year: "2025" }, "O1", { helped: 1, noHelp: false }),
      reported("entities", { year: "2025" }, "O2", {
        ...{ received: { 直补: "100.00" }, bound: 1, helped: 0, noHelp: true },
      }),
    ],
  },
  {
    id: "R127",
    source: "S0",
    asks: "Nobody borrows the names of poor households, or takes money without a duty to them.",
    shows: "Money without a duty is remarked; with a duty that was not met, nothing more is paid.",
    note: "C31 (bound and nothing received) and C33 (money and no duty) come with the checks.",
    example: [
      given(...approved, row("allocations"), ...bound),
      given(row("bindings", { 绑定编号: "L5", 户编号: "H5" })),
      remarked("DutyMissing", row("disbursements", { 主体编号: "O1", 金额: "100" })),
      reported("entity", { id: "O1", year: "2025" }, "O1", {
        ...{ bound: 5, helped: 0, noDuty: true, noHelp: true },
      }),
      recorded(row("duties")),
      recorded(row("disbursements", { 拨付编号: "D2", 主体编号: "O1", 金额: "100" })),
      given(["movements", wage("GZ1")]),
      reported("entity", { id: "O1", year: "2025" }, "O1", {
        ...{ received: { 直补: "200.00" }, helped: 1, noDuty: false, noHelp: false },
        duties: [{ duty: "Z1", target: 2, done: 1, met: false }],
      }),
      given(row("duties", { 责任编号: "Z2", 年度: "2026" })),
      given(row("allocations", { 安排编号: "A2", 资金方式: "贷款贴息", 金额: "50" })),
      refused(
        "DutyUnmet",
        row("disbursements", {
          ...{ 拨付编号: "D3", 安排编号: "A2", 主体编号: "O1", 金额: "50" },
          业务日期: "2026-01-05",
        }),
      ),
      given(["movements", wage("GZ2", "H2")]),
      recorded(
        row("disbursements", {
          ...{ 拨付编号: "D3", 安排编号: "A2", 主体编号: "O1", 金额: "50" },
          业务日期: "2026-01-05",
        }),
      ),
    ],
  },
  {
    id: "R128",
    source: "S0",
    asks: "No secret dealings, no favours to relatives, no false or double claims.",
    shows: "Nobody is put down twice, judged by who wrote the list, or shown another list.",
    note:
      "C10 to C12 (relatives and holders of office among those who are paid) and C16 (one fact " +
      "claimed twice) come with the checks; they read the offices and the roster.",
    example: [
      given(...drafted),
      recorded(["basis", basis("MX1")]),
      refused("DuplicateBeneficiary", ["basis", basis("MX3", { 基数: "2" })]),
      given(second),
      recorded(step("定案")),
      given(step("决议")),
      refused("SamePerson", step("审核", { 经办人: "甲" })),
      recorded(step("审核")),
      refused("ListChanged", step("公示", { 清单哈希: hash })),
      recorded(step("公示", frozen)),
      recorded(row("officers", { 职务: "公职人员", 姓名: "李四", 证件号码: "539999197001010014" })),
      recorded(row("cases", { 类型: "举报", 来源: "线索", 内容: "优亲厚友", 计划编号: "JH1" })),
    ],
  },
];

const oversight: readonly Requirement[] = [
  {
    id: "R129",
    source: "S2",
    asks: "Discipline inspection and audit follow the whole way of the money.",
    shows: "Each day's figures stay as they were and are explained row by row; no row is changed.",
    note: "The inspector's role and the record of who looked come with access; seals with proof.",
    example: [
      given(...paid, row("reimbursements")),
      refused("ReferenceConflict", row("reimbursements", { 金额: "50" })),
      recorded(back("B1", { 原表: "reimbursements", 业务日期: "2025-05-02" })),
      reported("funds", { on: "2025-05-01" }, "F1", { disbursed: "300.00", reported: "100.00" }),
      reported("funds", { on: "2025-05-02" }, "F1", { disbursed: "300.00", reported: "0.00" }),
      reported("funds", { on: "2025-05-02", explain: "F1" }, "answer", {
        figures: {
          disbursed: { value: "300.00", facts: [{ fact: "disbursements/D1" }] },
          reported: {
            value: "0.00",
            facts: [
              { fact: "reimbursements/B1", value: "100.00" },
              { fact: "corrections/G1", value: "-100.00" },
            ],
          },
        },
      }),
    ],
  },
  {
    id: "R130",
    source: "S2, S3",
    asks: "Diverted or falsely claimed money is recovered, and those responsible are dealt with.",
    shows: "A report leads to a finding, a decision, a referral, and money back; no row is edited.",
    example: [
      given(...paid),
      recorded(row("cases", { 类型: "举报", 来源: "线索", 户编号: "", 主体编号: "O1" })),
      given(caseStep("受理", "2025-03-05")),
      recorded(caseStep("发现问题", "2025-03-10", { 金额: "100" }, "WT1")),
      recorded(caseStep("处理决定", "2025-03-11", named)),
      recorded(caseStep("移送", "2025-03-12")),
      recorded(caseStep("追缴", "2025-03-13")),
      refused("RecoveryExceeded", caseStep("追缴到账", "2025-03-20", { 金额: "100.01" })),
      recorded(caseStep("追缴到账", "2025-03-20")),
      refused("ReferenceConflict", row("disbursements", { 主体编号: "O1", 金额: "200" })),
      refused("DependentsExist", back("A1", { 原表: "allocations" })),
      recorded(row("refunds", { 拨付编号: "D1", 金额: "100" })),
      reported("cases", { on: "2025-12-31" }, "J1", {
        ...{ type: "举报", findings: 1, ordered: "100.00", recovered: "100.00" },
      }),
      reported("funds", { on: "2025-12-31" }, "F1", { disbursed: "200.00" }),
      given(...drafted, ["basis", basis("MX1")], second, step("定案"), step("决议")),
      given(step("审核"), step("公示", frozen), step("公示结束"), step("批准", frozen)),
      refused("LineNotCredited", step("追回", { 金额: "50" })),
    ],
  },
  {
    id: "R131",
    source: "S2",
    asks: "An operator that cheated or broke its word stands on a list and gets nothing new.",
    shows: "From its first to its last day on the list O2 gets no money, project or asset.",
    example: [
      given(...approved, row("duties", { 主体编号: "O2" }), row("assets")),
      given(row("projects", { 项目编号: "X2" }), stepOf("X2", "入库", "2025-01-12")),
      given(stepOf("X2", "申请", "2025-02-09", { 主体编号: "O2" }), leased),
      given(financeRow("loans", { ...toEntity, 贷款种类: "产业贷款", 主体编号: "O2" })),
      recorded(row("sanctions", { 主体编号: "O2", 终止日期: "2025-06-30" })),
      refused("OrganisationListed", row("allocations", { 主体编号: "O2", 业务日期: "2025-02-10" })),
      recorded(row("allocations", { 主体编号: "O2", 业务日期: "2025-02-09" })),
      refused("OrganisationListed", toListed("D1", "2025-06-30")),
      recorded(toListed("D1", "2025-07-01")),
      refused("OrganisationListed", stepOf("X2", "申请", "2025-02-10", { 主体编号: "O2" })),
      refused("OrganisationListed", stepOf("X2", "遴选", "2025-02-10", { 主体编号: "O2" })),
      refused("OrganisationListed", assetStep("出租", "2025-03-01", { 合同编号: "ZL1" })),
      refused("OrganisationListed", assetStep("移交", "2025-06-30")),
      recorded(assetStep("移交", "2025-07-01")),
      refused(
        "OrganisationListed",
        financeRow("subsidies", { 贷款编号: "K2", 类型: "企业贴息", 金额: "1" }),
      ),
      reported("entity", { id: "O2", on: "2025-06-30" }, "O2", { sanctions: 1 }),
      reported("entity", { id: "O2", on: "2025-07-01" }, "O2", {
        ...{ sanctions: 0, received: { 直补: "100.00" } },
      }),
    ],
  },
  {
    id: "R132",
    source: "S2",
    asks: "Townships check regularly, find problems and see them put right.",
    shows: "A check is not closed before another person has seen the problem put right.",
    example: [
      given(row("projects"), pack({ "case.days": { 检查: 20 } })),
      recorded(row("cases", { 类型: "检查", 来源: "检查", 户编号: "", 项目编号: "X1" })),
      recorded(caseStep("受理", "2025-02-21")),
      recorded(caseStep("发现问题", "2025-02-22", {}, "WT1")),
      refused("FindingUnknown", caseStep("整改", "2025-02-26", { 问题编号: "WT2" })),
      recorded(caseStep("整改", "2025-02-26", named)),
      refused("SamePerson", caseStep("复查", "2025-03-14", { ...named, 经办人: "甲" })),
      recorded(caseStep("复查", "2025-03-14", { ...named, 结论: "不通过" })),
      refused("CaseOpenFinding", caseStep("办结", "2025-03-15")),
      recorded(caseStep("整改", "2025-03-15", named)),
      recorded(caseStep("复查", "2025-03-15", named)),
      recorded(caseStep("办结", "2025-03-15")),
      reported("cases", { on: "2025-03-12" }, "J1", { state: "整改", age: 20, late: false }),
      reported("cases", { on: "2025-03-14" }, "J1", {
        ...{ state: "复查", age: 22, late: true, findings: 1, rectified: 0 },
      }),
      reported("cases", { on: "2025-12-31" }, "J1", {
        ...{ state: "办结", age: 23, late: true, findings: 1, rectified: 1 },
      }),
    ],
  },
  {
    id: "R133",
    source: "S3",
    asks: "When those in charge leave office, what they took over and left behind is audited.",
    shows: "For February to April: what stood before, what stands at the end, and each change.",
    example: [
      given(
        ...paid,
        row("cases"),
        row("disbursements", { 拨付编号: "D2", 主体编号: "O2", 金额: "200" }),
      ),
      given(row("refunds", { 拨付编号: "D2", 金额: "200", 业务日期: "2025-05-01" })),
      reported("tenure", { from: "2025-02-01", to: "2025-04-30" }, "answer", {
        opening: {
          funds: { granted: "1000.00", allocated: "0.00", disbursed: "0.00", free: "1000.00" },
          programme: { projects: 1, planned: "800.00", allocated: "0.00" },
          cases: { rows: 0 },
        },
        closing: {
          funds: { granted: "1000.00", allocated: "500.00", disbursed: "500.00", free: "500.00" },
          programme: { projects: 1, planned: "800.00", allocated: "500.00" },
          cases: { rows: 1 },
        },
        changes: [
          { kind: "allocations", id: "A1", day: "2025-02-01", amount: "500.00" },
          { kind: "disbursements", id: "D1", day: "2025-03-01", amount: "300.00" },
          { kind: "cases", id: "J1", day: "2025-02-20" },
          { kind: "disbursements", id: "D2", day: "2025-03-01", amount: "200.00" },
        ],
      }),
    ],
  },
];

/** The requirements of this part of the inventory. */
export const conduct: readonly Requirement[] = [...misuse, ...oversight];
