// Who decides, who approves and who has a say: R93 to R100.
import type { CountyRow } from "../support/county.ts";
import { compensation, financeRow } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { approved, hash, projectStep, row } from "../support/programme-rows.ts";
import { another, collective, counted, dutyOfO2 } from "../support/short-rows.ts";
import { earned, planned, planStep, planSteps, stepOf } from "../support/short-rows.ts";
import { stepsOf, titled, toO2 } from "../support/short-rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

/** Somebody takes part in the meeting about the plan. */
const attended = (officer: string, date: string): Step =>
  row("activities", {
    ...{ 活动编号: officer, 活动类型: "列席议事", 计划编号: "JH1", 任职编号: officer },
    业务日期: date,
  });

const took = (terms: CountyRow = {}): Step =>
  row("activities", {
    ...{ 活动类型: "参与生产", 户编号: "H1", 主体编号: "O1", 材料: hash, 业务日期: "2025-02-01" },
    ...terms,
  });

/** What is paid of a project when it is built. */
const builtFirst = (project: string): Step =>
  row("allocations", {
    ...{ 安排编号: `A-${project}`, 项目编号: project, 资金方式: "先建后补", 金额: "100" },
  });

const inspected = (unit: string): Step =>
  stepOf("X1", "验收", "2025-02-21", { 单位: unit, 步骤编号: unit });

/** What a household's trail says after its plan: every row that names it, and every step. */
const entries = [
  ...["HouseholdRegistered", "HouseholdStatusRecorded", "MemberRecorded", "PartiesBound"],
  ...["BasisStated", "ListFrozen", "ListResolved", "ListReviewed", "NoticePosted"],
  ...["ObjectionFiled", "ObjectionAnswered", "ProjectStepTaken", "NoticeEnded", "ListApproved"],
];

const building = { ...titled, 项目性质: "建设" };

/** The requirements of this part of the inventory. */
export const approval: readonly Requirement[] = [
  {
    id: "R93",
    source: "S2",
    asks: "A village decides on its project in assembly; the township reviews it; it is posted.",
    shows: "The steps come in this order and no other, with a quorum and by different people.",
    example: [
      given(earned(), planned()),
      given(counted("M1", "H1", "2"), counted("M2", "H2", "1")),
      recorded(planStep("定案")),
      refused("StepOutOfOrder", planStep("审核")),
      refused("QuorumNotMet", planStep("决议", { 实到人数: "19", 同意人数: "19" })),
      refused("QuorumNotMet", planStep("决议", { 实到人数: "20", 同意人数: "10" })),
      recorded(planStep("决议", { 实到人数: "20", 同意人数: "11" })),
      refused("StepOutOfOrder", planStep("公示")),
      refused("SamePerson", planStep("审核", { 经办人: "甲" })),
      recorded(planStep("审核")),
      recorded(planStep("公示")),
      refused("StepOutOfOrder", planStep("批准")),
      refused("NoticeRunning", planStep("公示结束", { 业务日期: "2025-02-13" })),
      recorded(planStep("公示结束")),
      recorded(planStep("批准")),
      answered("plan", { plan: "JH1" }, { state: "approved", list: { count: 2, sum: "100.00" } }),
    ],
  },
  {
    id: "R94",
    source: "S2",
    asks: "First secretaries and resident cadres take part in the talks and give guidance.",
    shows: "Who sat in on which plan is written down, by an office that the person holds.",
    note: "C36c comes with the checks: it finds a meeting at which nobody sat in.",
    example: [
      given(earned(), planned()),
      recorded(row("officers", { 职务: "第一书记" })),
      recorded(row("officers", { 任职编号: "R2", 职务: "驻村干部", 姓名: "李四" })),
      refused("MalformedField", attended("", "2025-01-10")),
      refused("OfficerUnknown", attended("R9", "2025-01-10")),
      refused("DateBefore", attended("R1", "2025-01-09")),
      recorded(attended("R1", "2025-01-10")),
      recorded(attended("R2", "2025-01-10")),
    ],
  },
  {
    id: "R95",
    source: "S2",
    asks: "Income of a township's project is divided by the township, household by household.",
    shows: "No assembly decides here; households and the collective each have their own line.",
    example: [
      given(collective, earned()),
      recorded(planned({ 程序: "乡镇" })),
      recorded(counted("M1", "H1", "2")),
      recorded(counted("M2", "H2", "1")),
      recorded(counted("M3", "", "1", { 主体编号: "O7" })),
      recorded(planStep("定案")),
      refused("StepOutOfOrder", planStep("决议")),
      refused("StepOutOfOrder", planStep("公示")),
      recorded(planStep("审核")),
      given(...planSteps("公示 公示结束")),
      recorded(planStep("批准")),
      answered(
        "plan",
        { plan: "JH1" },
        {
          state: "approved",
          lines: [
            { household: "H1", amount: "50.00", state: "due" },
            { household: "H2", amount: "25.00", state: "due" },
            { organisation: "O7", amount: "25.00", state: "due" },
          ],
        },
      ),
    ],
  },
  {
    id: "R96",
    source: "S2",
    asks: "The county's group watches over money, the running of projects and who benefits.",
    shows:
      "Money waits for the bank of projects and for approval, a list for the group's decision.",
    example: [
      given(row("funds"), row("projects"), dutyOfO2),
      refused("ProjectNotInBank", row("allocations")),
      recorded(projectStep("入库", "2025-01-12")),
      recorded(projectStep("决策", "2025-01-20", { 程序: "县级" })),
      recorded(row("allocations")),
      refused("ProjectNotApproved", toO2("D1", "100")),
      recorded(projectStep("批准", "2025-02-01")),
      recorded(toO2("D1", "100")),
      given(...stepsOf("X1", "开工 完工 验收", "2025-03-02")),
      recorded(projectStep("绩效", "2025-06-01", { 户数: "2", 增收: "300" })),
      given(earned()),
      recorded(planned({ 程序: "县级" })),
      given(counted("M1", "H1", "1"), planStep("定案")),
      refused("StepOutOfOrder", planStep("审核")),
      recorded(planStep("决议")),
      answered("plan", { plan: "JH1" }, { state: "resolved" }),
    ],
  },
  {
    id: "R97",
    source: "S3",
    asks: "The county inspects and accepts project by project.",
    shows: "What was accepted of one project does not pay for another.",
    example: [
      given(...approved, ...another("X2"), builtFirst("X1"), builtFirst("X2"), dutyOfO2),
      given(...stepsOf("X1", "开工 完工", "2025-02-20"), stepOf("X2", "开工", "2025-02-20")),
      recorded(inspected("乡村振兴局、财政局")),
      recorded(inspected("审计局")),
      recorded(inspected("县监委")),
      given(stepOf("X1", "农户确认", "2025-02-22")),
      refused("StepOutOfOrder", stepOf("X2", "验收", "2025-02-21")),
      given(stepOf("X2", "完工", "2025-02-21")),
      recorded(stepOf("X2", "验收", "2025-02-22", { 意见: "不合格" })),
      refused("NotAccepted", toO2("D2", "100", { 安排编号: "A-X2" })),
      recorded(toO2("D1", "100", { 安排编号: "A-X1" })),
    ],
  },
  {
    id: "R98",
    source: "S3",
    asks: "Works are tendered, contracted, run by a legal person and audited.",
    shows: "Building without a tender is remarked; without an audit the file is not closed.",
    example: [
      given(...another("X1", building)),
      remarked("TenderMissing", stepOf("X1", "开工", "2025-02-01")),
      given(...another("X2", building)),
      recorded(stepOf("X2", "招标", "2025-01-21")),
      recorded(stepOf("X2", "采购", "2025-01-21")),
      recorded(stepOf("X2", "开工", "2025-02-01", { 承办方式: "招标" })),
      given(
        stepOf("X2", "公告", "2025-02-01", { 渠道: "公示栏、广播" }),
        ...stepsOf("X2", "完工 验收", "2025-06-01"),
      ),
      refused("ArchiveIncomplete", stepOf("X2", "归档", "2025-06-02")),
      recorded(stepOf("X2", "工程审计", "2025-06-02")),
      recorded(stepOf("X2", "归档", "2025-06-02")),
    ],
  },
  {
    id: "R99",
    source: "S0",
    asks: "Poor households know, take part, choose, manage and supervise.",
    shows: "A household consents and chooses, decides, objects, confirms, and reads all of it.",
    note: "A household's own pages come with access.",
    example: [
      given(...approved, ...stepsOf("X1", "开工 完工", "2025-02-02")),
      refused("ConsentMissing", row("bindings", { 同意书: "" })),
      remarked("ModeMissing", row("bindings", { 绑定编号: "L2", 户编号: "H2", 帮扶方式: "" })),
      recorded(row("bindings", { 帮扶方式: "委托帮扶" })),
      given(earned(), planned(), counted("M1", "H1", "1"), planStep("定案")),
      recorded(planStep("决议")),
      given(...planSteps("审核 公示")),
      recorded(planStep("异议", { 户编号: "H1" })),
      refused("SamePerson", planStep("答复", { 经办人: "丁" })),
      recorded(planStep("答复")),
      answered(
        "plan",
        { plan: "JH1" },
        { objections: [{ objection: "YY1", household: "H1", state: "dismissed" }] },
      ),
      recorded(stepOf("X1", "农户确认", "2025-02-22")),
      given(...planSteps("公示结束 批准")),
      answered("statement", { household: "H1" }, { due: { dividend: "100.00" } }),
      answered("trail", { household: "H1" }, { entries: entries.map((type) => ({ type })) }),
    ],
  },
  {
    id: "R100",
    source: "S3",
    asks: "Poor households join of their own will, and take part.",
    shows: "No binding without consent; no loan for an entity's use without taking part.",
    example: [
      given(compensation),
      refused("ConsentMissing", row("bindings", { 户编号: "H2", 同意书: "" })),
      recorded(row("bindings", { 户编号: "H2" })),
      refused("ParticipationMissing", financeRow("loans", { 用款方: "O1" })),
      refused("MalformedField", took({ 材料: "" })),
      recorded(took()),
      refused(
        "ParticipationMissing",
        financeRow("loans", { 用款方: "O1", 业务日期: "2025-01-31" }),
      ),
      recorded(financeRow("loans", { 用款方: "O1" })),
      reported("loans", { on: "2025-02-01" }, "K1", { participation: "2025-02-01" }),
    ],
  },
];
