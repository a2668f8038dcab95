// What is written down, put up on walls and kept: R101 to R109.
import type { CountyRow } from "../support/county.ts";
import type { Step } from "../support/given.ts";
import { pack } from "../support/programme-judged.ts";
import { approved, caseStep, hash, projectStep, row } from "../support/programme-rows.ts";
import { purchaseContract } from "../support/rows.ts";
import { another, bought, counted, countySteps, dutyOfO2 } from "../support/short-rows.ts";
import { earned, planned, planStep, planSteps, stepOf } from "../support/short-rows.ts";
import { stepsOf, titled, toO2, waged } from "../support/short-rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

/** A binding of H1 to O2 that ends in March. */
const untilMarch = row("bindings", { 主体编号: "O2", 终止日期: "2025-03-31" });

/** A project of O2 up to its approval, in what it says otherwise. */
const operated = (project: string, terms: CountyRow = {}): readonly Step[] => [
  row("projects", { 项目编号: project, ...titled, ...terms }),
  stepOf(project, "入库", "2025-01-20"),
  stepOf(project, "申请", "2025-01-20", { 主体编号: "O2" }),
  stepOf(project, "遴选", "2025-01-20", { 主体编号: "O2" }),
  stepOf(project, "联结", "2025-01-20", { 绑定编号: "L1" }),
  stepOf(project, "批准", "2025-01-20"),
];

const archived = (name: string, terms: CountyRow = {}): Step =>
  projectStep("归档", "2025-07-02", { 类别: name, ...terms }, `归档 ${name}`);

const announced = (channel: string, date: string): Step =>
  projectStep("公告", date, { 渠道: channel });

/** The plan of one line, up to the notice. */
const reviewed: readonly Step[] = [
  ...[earned(), planned(), counted("M1", "H1", "1")],
  ...planSteps("定案 决议 审核"),
];

const steps = (names: string) => names.split(" ").map((step) => ({ step }));

/** The requirements of this part of the inventory. */
export const disclosure: readonly Requirement[] = [
  {
    id: "R101",
    source: "S0",
    asks: "Agreements say who owes what, who may what and who gets what.",
    shows: "An entity that got money without a duty is remarked; none starts without a tie.",
    example: [
      given(...approved, row("allocations")),
      remarked("DutyMissing", toO2("D1", "100")),
      reported("entity", { id: "O2", year: "2025" }, "O2", { noDuty: true }),
      recorded(dutyOfO2),
      recorded(toO2("D2", "100")),
      reported("entity", { id: "O2", year: "2025" }, "O2", {
        ...{ noDuty: false, duties: [{ duty: "Z2", target: 1, done: 0, met: false }] },
      }),
      given(untilMarch, ...operated("X2")),
      refused("LinkageMissing", stepOf("X2", "开工", "2025-04-01")),
      recorded(stepOf("X2", "开工", "2025-03-31")),
    ],
  },
  {
    id: "R102",
    source: "S2",
    asks: "Each step of the division of income leaves a trace and is kept.",
    shows: "A decision needs its minutes by their hash, and no step is ever written over.",
    note:
      "The bundle of documents comes with the proof; it is made by period and household, and " +
      "should be made by plan, too.",
    example: [
      given(earned(), planned({ 程序: "县级" }), counted("M1", "H1", "1")),
      recorded(planStep("定案", { 材料: hash })),
      refused("MalformedField", planStep("决议", { 材料: "" })),
      refused("MalformedField", planStep("决议", { 材料: "会议记录.pdf" })),
      recorded(planStep("决议", { 材料: hash })),
      refused("ReferenceConflict", planStep("决议", { 材料: hash, 同意人数: "12" })),
      recorded(planStep("公示")),
      recorded(planStep("公示结束")),
      recorded(planStep("批准")),
      answered("plan", { plan: "JH1" }, { state: "approved", steps: steps(countySteps) }),
      given(...another("X1"), ...stepsOf("X1", "开工 公告 完工 验收 绩效", "2025-07-01")),
      recorded(archived("统计监测")),
    ],
  },
  {
    id: "R103",
    source: "S2",
    asks: "Lists are published, so that people know, and can watch over them.",
    shows: "The list that was frozen hangs ten days with a number to call, before any approval.",
    note: "That it comes before the money is a national rule and not S2's own.",
    example: [
      given(...reviewed),
      refused("StepOutOfOrder", planStep("批准")),
      refused("ListChanged", planStep("公示", { 清单哈希: hash })),
      refused("NoticeIncomplete", planStep("公示", { 举报电话: "0873-5620000" })),
      refused("NoticeTooShort", planStep("公示", { 截止日期: "2025-02-12" })),
      recorded(planStep("公示", { 截止日期: "2025-02-13" })),
      refused("NoticeNotRunning", planStep("异议", { 户编号: "H1", 业务日期: "2025-02-14" })),
      recorded(planStep("异议", { 户编号: "H1", 业务日期: "2025-02-13" })),
      refused("ObjectionOpen", planStep("公示结束")),
      recorded(planStep("答复", { 业务日期: "2025-02-13" })),
      recorded(planStep("公示结束")),
      recorded(planStep("批准")),
      answered(
        "notice",
        { plan: "JH1" },
        {
          ...{ plan: "JH1", count: 1, sum: "100.00", leg: "分红" },
          notices: [{ level: "村", from: "2025-02-04", until: "2025-02-13" }],
          lines: [{ line: 1, shown: "*", amount: "100.00" }],
        },
      ),
    ],
  },
  {
    id: "R104",
    source: "S3",
    asks: "Money and projects are announced, a board stands at the site, and works are audited.",
    shows: "Each is a step of the project with its place, after approval and in its order.",
    example: [
      given(row("projects", { ...titled, 项目性质: "建设" }), projectStep("入库", "2025-01-20")),
      refused("StepOutOfOrder", projectStep("标识牌", "2025-01-21")),
      given(projectStep("批准", "2025-01-20")),
      refused("MalformedField", projectStep("标识牌", "2025-01-21", { 地点: "" })),
      recorded(projectStep("标识牌", "2025-01-21")),
      refused("MalformedField", projectStep("公告", "2025-01-21", { 地点: "" })),
      refused("MalformedField", projectStep("公告", "2025-01-21", { 截止日期: "" })),
      recorded(projectStep("公告", "2025-01-21")),
      given(...stepsOf("X1", "招标 开工 完工", "2025-02-01")),
      refused("StepOutOfOrder", projectStep("工程审计", "2025-06-02")),
      given(stepOf("X1", "验收", "2025-06-01")),
      recorded(projectStep("工程审计", "2025-06-02")),
    ],
  },
  {
    id: "R105",
    source: "S0",
    asks: "What entities get, what they build and whom they help is made public.",
    shows: "A sheet of an entity has what it got, its projects and the households it paid.",
    note: "The public page comes with access and pages.",
    example: [
      given(row("funds"), untilMarch, ...operated("X1", { 计划金额: "800" })),
      given(row("bindings", { 绑定编号: "L2", 主体编号: "O2", 户编号: "H2" }), dutyOfO2),
      given(["contracts", purchaseContract("C3", "O2")]),
      given(
        row("allocations"),
        row("allocations", { 安排编号: "A2", 金额: "200", 资金方式: "培训" }),
      ),
      recorded(toO2("D1", "300")),
      recorded(toO2("D2", "150", { 安排编号: "A2" })),
      recorded(bought("SG1", { 主体编号: "O2", 户编号: "H3" })),
      reported("entity", { id: "O2", on: "2025-03-31" }, "O2", {
        ...{ name: "O2", class: "企业", received: { 直补: "300.00", 培训: "150.00" } },
        ...{ projects: 1, planned: "800.00", bound: 2, helped: 1, paid: { order: "20.00" } },
        noHelp: false,
      }),
      reported("entities", { year: "2025" }, "O2", { bound: 1, helped: 1 }),
      reported("entities", { year: "2025" }, "total", {
        ...{ received: { 直补: "300.00", 培训: "150.00" }, helped: 1 },
      }),
    ],
  },
  {
    id: "R106",
    source: "S0",
    asks: "Announcements are made in several ways that people see.",
    shows: "A project that was announced in one way alone is remarked when its file is closed.",
    example: [
      given(...approved),
      recorded(announced("公示栏", "2025-01-21")),
      recorded(announced("公示栏", "2025-01-22")),
      given(...stepsOf("X1", "开工 完工 验收", "2025-06-01")),
      remarked("ChannelsFew", archived("组织实施")),
      recorded(announced("广播", "2025-07-03")),
      recorded(archived("组织实施", { 步骤编号: "归档 再", 业务日期: "2025-07-03" })),
      reported("remarks", { from: "2025-07-01", to: "2025-07-31" }, "answer", {
        rows: [{ row: "project-steps/归档 组织实施/ChannelsFew" }],
        total: { rows: 1 },
      }),
    ],
  },
  {
    id: "R107",
    source: "S3",
    asks: "Files on application, on implementation and on monitoring are archived.",
    shows: "Three classes are closed one by one, each when all of its steps were taken.",
    example: [
      given(...approved, announced("公示栏、广播", "2025-01-21")),
      given(...stepsOf("X1", "开工 完工", "2025-06-01")),
      refused("StepOutOfOrder", archived("组织实施")),
      given(stepOf("X1", "验收", "2025-06-01")),
      refused("ArchiveIncomplete", archived("统计监测")),
      recorded(projectStep("绩效", "2025-07-01")),
      refused("MalformedField", archived("会计凭证")),
      recorded(archived("申报审批")),
      recorded(archived("组织实施")),
      recorded(archived("统计监测")),
    ],
  },
  {
    id: "R108",
    source: "S1",
    asks: "What industries do for people is open to see.",
    shows:
      "Sums of an entity and the notice on the web are for all, its own money for a household.",
    note: "Pages for the public and for households come with access.",
    example: [
      recorded(waged("GZ1", "H1")),
      recorded(waged("GZ2", "H2")),
      recorded(row("entity-years", { 营业收入: "5000", 从业人数: "4" })),
      recorded(
        row("activities", {
          ...{ 活动编号: "V2", 活动类型: "技能培训", 主体编号: "O1", 人数: "3" },
        }),
      ),
      given(...reviewed),
      recorded(planStep("公示")),
      reported("entity", { id: "O1", year: "2025" }, "O1", {
        ...{ helped: 2, paid: { wage: "200.00" }, skilled: { n: 3, of: 4, ratio: "0.7500" } },
      }),
      answered("statement", { household: "H1" }, { legs: { wage: "100.00" }, total: "100.00" }),
      answered(
        "noticesOnWeb",
        { today: "2025-02-13" },
        { notices: [{ plan: "JH1", entity: "O1", until: "2025-02-13", isOver: false }] },
      ),
      answered("noticesOnWeb", { today: "2025-02-14" }, { notices: [{ isOver: true }] }),
    ],
  },
  {
    id: "R109",
    source: "S3",
    asks: "What the public says of poverty work is graded and dealt with, in time.",
    shows: "An opinion needs a grade; a complaint that is open a day too long is late.",
    example: [
      recorded(pack({ "case.days": { 投诉: 15 } })),
      refused("GradeMissing", row("cases", { 案件编号: "J2", 类型: "舆情", 来源: "媒体" })),
      recorded(row("cases", { 案件编号: "J2", 类型: "舆情", 来源: "媒体", 等级: "重大" })),
      recorded(row("cases")),
      recorded(row("cases", { 案件编号: "J3", 来源: "12317" })),
      refused("StepOutOfOrder", caseStep("办结", "2025-03-07")),
      recorded(caseStep("受理", "2025-02-21")),
      recorded(caseStep("办结", "2025-03-07")),
      reported("cases", { on: "2025-03-07" }, "J3", { state: null, age: 15, late: false }),
      reported("cases", { on: "2025-03-08" }, "J3", { age: 16, late: true }),
      reported("cases", { on: "2025-03-08" }, "J1", { state: "办结", age: 15, late: false }),
      reported("cases", { on: "2025-03-08" }, "J2", {
        ...{ type: "舆情", grade: "重大", late: false },
      }),
    ],
  },
];
