// The rules of bindings, conditions, activities, officers, duties, reports, sanctions and rounds,
// of what ends them and of what takes rows back: every code has a row that it meets, and one that
// just passes.
import { test } from "tap";
import type { Step } from "../../support/given.ts";
import { codesOf, countyAfter, judged } from "../../support/programme-judged.ts";
import { income, plan, step as planStep } from "../../support/plan-rows.ts";
import { approved, hash, paid, projectStep, row } from "../../support/programme-rows.ts";

const end = (terms: Record<string, string> = {}): Step => row("ends", terms);
const correction = (table: string, original: string, terms: Record<string, string> = {}): Step =>
  row("corrections", { 原表: table, 原编号: original, ...terms });

test("who is bound, and who serves", (t) => {
  const cooperative = { 层级: "合作社", 户编号: "", 对方主体编号: "O4" };
  const supervisor = row("officers", { 终止日期: "2025-01-31" });
  const operator = { 任职编号: "R2", 职务: "领办人", 姓名: "张 三" };
  judged(t, [
    {
      code: "MalformedField",
      refused: row("bindings", { 户编号: "" }),
      passes: row("bindings", { 对方主体编号: "不判" }),
    },
    {
      code: "MalformedField",
      refused: row("bindings", { 起始日期: "2025-02-01", 终止日期: "2025-01-31" }),
      passes: row("bindings", { 起始日期: "2025-02-01", 终止日期: "2025-02-01" }),
    },
    {
      code: "OrganisationUnknown",
      refused: row("bindings", { 主体编号: "O9", 户编号: "H9" }),
      passes: row("bindings"),
    },
    {
      code: "HouseholdUnknown",
      refused: row("bindings", { 户编号: "H9" }),
      passes: row("bindings", { 户编号: "H6" }),
    },
    {
      code: "KindMismatch",
      refused: row("bindings", { 主体编号: "O3" }),
      passes: row("bindings", { 主体编号: "O2" }),
    },
    {
      code: "KindMismatch",
      refused: row("bindings", { ...cooperative, 对方主体编号: "O3", 主体编号: "O2" }),
      passes: row("bindings", { ...cooperative, 主体编号: "O2" }),
    },
    {
      code: "KindMismatch",
      refused: row("bindings", cooperative),
      passes: row("bindings", { ...cooperative, 层级: "其他" }),
    },
    {
      code: "ConsentMissing",
      refused: row("bindings", { 同意书: "" }),
      passes: row("bindings"),
    },
    {
      code: "ModeMissing",
      isReported: true,
      refused: row("bindings", { 帮扶方式: "" }),
      passes: row("bindings"),
    },
    {
      code: "IndustryMismatch",
      isReported: true,
      after: [
        row("conditions", { 产业: "种植业", 业务日期: "2025-01-15" }),
        row("conditions", { 记录编号: "K2", 产业: "养殖业" }),
      ],
      refused: row("bindings", { 产业: "养殖业" }),
      passes: row("bindings", { 产业: "养殖业" }),
      passesAfter: [
        row("conditions", { 记录编号: "K3", 产业: "种植业、养殖业", 业务日期: "2025-01-15" }),
      ],
    },
    {
      code: "SupervisorOperates",
      isReported: true,
      after: [supervisor],
      refused: row("officers", { ...operator, 业务日期: "2025-01-31" }),
      passes: row("officers", { ...operator, 业务日期: "2025-02-01" }),
    },
    {
      code: "SupervisorOperates",
      isReported: true,
      after: [row("officers", { 主体编号: "O1" })],
      refused: row("officers", { ...operator, 行政区划: "539999001002", 主体编号: "O1" }),
      passes: row("officers", { ...operator, 行政区划: "539999001002", 主体编号: "O2" }),
    },
    {
      code: "MalformedField",
      refused: row("officers", { 姓名: "" }),
      passes: row("officers", { 证件号码: "539999199001010011" }),
    },
  ]);
  t.notMatch(
    JSON.stringify(countyAfter([supervisor]).events.at(-1)),
    /张三/,
    "a name lies in the vault",
  );
  t.end();
});

test("what is done, promised and reported", (t) => {
  const officer = row("officers", { 职务: "技术员" });
  judged(t, [
    {
      code: "MalformedField",
      refused: row("activities", { 活动类型: "就业", 户编号: "H1" }),
      passes: row("activities", { 活动类型: "就业", 户编号: "H1", 人编号: "P1" }),
    },
    {
      code: "PersonUnknown",
      refused: row("activities", { 活动类型: "就业", 户编号: "H1", 人编号: "P2" }),
      passes: row("activities", { 活动类型: "就业", 户编号: "H2", 人编号: "P2" }),
    },
    {
      code: "MalformedField",
      refused: row("activities", { 活动类型: "技能培训", 主体编号: "O1" }),
      passes: row("activities", { 活动类型: "技能培训", 主体编号: "O1", 人数: "1" }),
    },
    {
      code: "MalformedField",
      refused: row("activities", { 活动类型: "跟踪走访", 户编号: "H1", 主体编号: "O1" }),
      passes: row("activities", { 活动类型: "跟踪走访", 主体编号: "O1" }),
    },
    {
      code: "MalformedField",
      refused: row("activities", { 活动类型: "参与生产", 户编号: "H1", 主体编号: "O1" }),
      passes: row("activities", { 活动类型: "参与生产", 户编号: "H1", 主体编号: "O1", 材料: hash }),
    },
    {
      code: "OfficerUnknown",
      refused: row("activities", { 活动类型: "技术结对", 行政区划: "539999", 任职编号: "R1" }),
      passes: row("activities", { 活动类型: "技术结对", 行政区划: "539999", 任职编号: "R1" }),
      passesAfter: [officer],
    },
    {
      code: "DateBefore",
      after: [officer],
      refused: row("activities", {
        ...{ 活动类型: "技术结对", 行政区划: "539999", 任职编号: "R1", 业务日期: "2025-01-03" },
      }),
      passes: row("activities", {
        ...{ 活动类型: "技术结对", 行政区划: "539999", 任职编号: "R1", 业务日期: "2025-01-04" },
      }),
    },
    {
      code: "PlanUnknown",
      after: [officer],
      refused: row("activities", { 活动类型: "列席议事", 计划编号: "JH9", 任职编号: "R1" }),
      passes: row("activities", { 活动类型: "技术指导", 户编号: "H1" }),
    },
    {
      code: "MalformedField",
      refused: row("duties", { 目标值: "2.5" }),
      passes: row("duties", { 目标值: "2.5", 责任类型: "工资金额" }),
    },
    {
      code: "ProjectUnknown",
      refused: row("duties", { 项目编号: "X1" }),
      passes: row("duties", { 项目编号: "X1" }),
      passesAfter: [row("projects")],
    },
    {
      code: "ContractUnknown",
      refused: row("duties", { 合同编号: "C9" }),
      passes: row("duties", { 合同编号: "C2" }),
    },
    {
      code: "CaseUnknown",
      refused: row("sanctions", { 案件编号: "AJ1" }),
      passes: row("sanctions"),
    },
    {
      code: "YearReported",
      after: [row("entity-years")],
      refused: row("entity-years", { 年报编号: "E2" }),
      passes: row("entity-years", { 年报编号: "E2" }),
      passesAfter: [correction("entity-years", "E1", { 业务日期: "2025-12-31" })],
    },
    {
      code: "HiringUnmet",
      isReported: true,
      after: [...paid, row("refunds", { 拨付编号: "D1", 金额: "299.99" })],
      refused: row("entity-years", { 新招人数: "1" }),
      passes: row("entity-years", { 新招人数: "1" }),
      passesAfter: [row("refunds", { 退回编号: "T2", 拨付编号: "D1", 金额: "0.01" })],
    },
  ]);
  t.end();
});

test("a round", (t) => {
  const step = (name: string, date: string, by: string, terms = {}): Step =>
    row("rounds", { 步骤编号: name, 步骤: name, 经办人: by, 业务日期: date, ...terms });
  const entity = { 行政区划: "", 主体编号: "O1" };
  const collected = step("采集", "2025-10-10", "甲");
  const entered = [collected, step("上报", "2025-10-11", "甲"), step("录入", "2025-10-12", "乙")];
  judged(t, [
    {
      code: "MalformedField",
      refused: row("rounds", { 行政区划: "539999001" }),
      passes: row("rounds"),
    },
    {
      code: "StepOutOfOrder",
      after: [collected],
      refused: step("录入", "2025-10-12", "乙"),
      passes: step("录入", "2025-10-12", "乙"),
      passesAfter: [step("上报", "2025-10-11", "甲")],
    },
    {
      code: "StepOutOfOrder",
      after: [step("采集", "2025-10-10", "甲", entity)],
      refused: step("上报", "2025-10-12", "乙", entity),
      passes: step("录入", "2025-10-12", "乙", entity),
    },
    {
      code: "DateBefore",
      after: [collected],
      refused: step("上报", "2025-10-09", "甲"),
      passes: step("上报", "2025-10-10", "甲"),
    },
    {
      code: "SamePerson",
      after: [collected, step("上报", "2025-10-11", "丙")],
      refused: step("录入", "2025-10-12", "甲"),
      passes: step("录入", "2025-10-12", "丙"),
    },
    {
      code: "SamePerson",
      after: entered,
      refused: step("审核", "2025-10-13", "乙"),
      passes: step("审核", "2025-10-13", "丙"),
    },
  ]);
  t.end();
});

test("an end", (t) => {
  const until = [row("bindings", { 终止日期: "2025-06-30" })];
  judged(t, [
    {
      code: "MalformedField",
      after: until,
      refused: end({ 原表: "funds" }),
      passes: end(),
    },
    {
      code: "MalformedField",
      after: until,
      refused: end({ 说明: "" }),
      passes: end(),
    },
    { code: "OriginalUnknown", refused: end(), passes: end(), passesAfter: until },
    {
      code: "OriginalUnknown",
      after: [...until, correction("bindings", "L1")],
      refused: end(),
      passes: end({ 原编号: "L2" }),
      passesAfter: [row("bindings", { 绑定编号: "L2" })],
    },
    {
      code: "DateBefore",
      after: until,
      refused: end({ 业务日期: "2025-01-14" }),
      passes: end({ 业务日期: "2025-01-15" }),
    },
    {
      code: "AlreadyEnded",
      after: until,
      refused: end({ 业务日期: "2025-07-01" }),
      passes: end({ 业务日期: "2025-06-30" }),
    },
    {
      code: "AlreadyEnded",
      after: [...until, end({ 业务日期: "2025-05-01" })],
      refused: end({ 终止编号: "W2" }),
      passes: end({ 终止编号: "W2" }),
      passesAfter: [correction("ends", "W1", { 业务日期: "2025-05-01" })],
    },
  ]);
  t.end();
});

test("a row that is taken back", (t) => {
  const cut = row("refunds", { 安排编号: "A1", 金额: "100" });
  const again = [
    row("projects", { 项目编号: "X2" }),
    projectStep("入库", "2025-01-12", { 项目编号: "X2" }, "X2 入库"),
    row("allocations", { 安排编号: "A2", 项目编号: "X2", 金额: "600" }),
  ];
  const returned = row("refunds", { 拨付编号: "D1", 金额: "100" });
  judged(t, [
    {
      code: "MalformedField",
      after: [row("funds")],
      refused: correction("corrections", "G1"),
      passes: correction("funds", "F1"),
    },
    {
      code: "OriginalUnknown",
      refused: correction("funds", "F1"),
      passes: correction("funds", "F1"),
      passesAfter: [row("funds")],
    },
    {
      code: "DateBefore",
      after: [row("funds")],
      refused: correction("funds", "F1", { 业务日期: "2025-01-04" }),
      passes: correction("funds", "F1", { 业务日期: "2025-01-05" }),
    },
    {
      code: "AlreadyReversed",
      after: [row("funds"), correction("funds", "F1")],
      refused: correction("funds", "F1", { 更正编号: "G2" }),
      passes: correction("funds", "F2", { 更正编号: "G2" }),
      passesAfter: [row("funds", { 资金编号: "F2" })],
    },
    {
      code: "DependentsExist",
      after: paid,
      refused: correction("allocations", "A1"),
      passes: correction("allocations", "A1", { 更正编号: "G2" }),
      passesAfter: [correction("disbursements", "D1")],
    },
    {
      code: "DependentsExist",
      after: approved,
      refused: correction("project-steps", "入库 2025-01-12"),
      passes: correction("project-steps", "批准 2025-01-20"),
    },
    {
      code: "DependentsExist",
      after: [
        row("models", { 名称: "新" }),
        row("models", { 步骤编号: "MS2", 步骤: "县批准" }),
        row("models", { 步骤编号: "MS3", 步骤: "县推荐" }),
        correction("models", "MS3", { 更正编号: "G0" }),
      ],
      refused: correction("models", "MS1"),
      passes: correction("models", "MS2"),
    },
    {
      code: "DependentsExist",
      after: [row("bindings"), end()],
      refused: correction("bindings", "L1"),
      passes: correction("ends", "W1", { 业务日期: "2025-06-30" }),
    },
    {
      code: "FundExceeded",
      after: [
        row("funds", { 金额: "1000" }),
        ...approved.slice(1),
        row("allocations"),
        cut,
        ...again,
      ],
      refused: correction("refunds", "T1"),
      passes: correction("refunds", "T1"),
      passesAfter: [row("refunds", { 退回编号: "T2", 安排编号: "A2", 金额: "100" })],
    },
    {
      code: "AllocationExceeded",
      after: [
        ...paid,
        returned,
        row("disbursements", { 拨付编号: "D2", 主体编号: "O2", 金额: "300" }),
      ],
      refused: correction("refunds", "T1"),
      passes: correction("refunds", "T1"),
      passesAfter: [row("refunds", { 退回编号: "T2", 拨付编号: "D2", 金额: "100" })],
    },
  ]);
  t.end();
});

test("an income that is taken back", (t) => {
  const recorded: Step = ["income", income()];
  const drafted: Step = ["plans", plan()];
  const late = { 更正编号: "G2", 业务日期: "2025-02-01" };
  judged(
    t,
    [
      {
        code: "OriginalUnknown",
        refused: correction("income", "SY1"),
        passes: correction("income", "SY1"),
        passesAfter: [recorded],
      },
      {
        code: "DateBefore",
        after: [recorded],
        refused: correction("income", "SY1", { 业务日期: "2025-01-09" }),
        passes: correction("income", "SY1", { 业务日期: "2025-01-10" }),
      },
      {
        code: "AlreadyReversed",
        after: [recorded, correction("income", "SY1")],
        refused: correction("income", "SY1", late),
        passes: correction("income", "SY2", late),
        passesAfter: [["income", income({ 收益编号: "SY2" })]],
      },
      {
        code: "DependentsExist",
        after: [recorded, drafted],
        refused: correction("income", "SY1"),
        passes: correction("income", "SY1"),
        passesAfter: [["steps", planStep("撤销", { 说明: "重来" })]],
      },
      {
        code: "IncomeUnknown",
        after: [recorded, correction("income", "SY1")],
        refused: drafted,
        passes: ["plans", plan({ 收益编号: "SY2" })],
        passesAfter: [["income", income({ 收益编号: "SY2" })]],
      },
    ],
    { "plan-payments": () => 0 },
  );
  t.end();
});

test("a closed month", (t) => {
  const closed: Step = ["months", { 月份: "2025-04", 经办人: "甲" }];
  const none = { "month-reasons": () => [] };
  const may = { 业务日期: "2025-05-01" };
  judged(
    t,
    [
      {
        code: "PeriodClosed",
        after: [closed],
        refused: row("funds", { 业务日期: "2025-04-30" }),
        passes: row("funds", may),
      },
      {
        code: "PeriodClosed",
        after: [row("funds"), closed],
        refused: correction("funds", "F1", { 业务日期: "2025-04-30" }),
        passes: correction("funds", "F1", may),
      },
      {
        code: "PeriodClosed",
        after: [["income", income()], closed],
        refused: correction("income", "SY1", { 业务日期: "2025-04-30" }),
        passes: correction("income", "SY1", may),
      },
    ],
    none,
  );
  const after = countyAfter([row("bindings"), closed], none);
  t.equal(after.outcome(...row("projects")), "recorded", "a project is dated when it was");
  t.equal(after.outcome(...correction("bindings", "L1")), "recorded", "and so is what is no money");
  t.end();
});

test("what was taken back", (t) => {
  const before = countyAfter([row("funds"), correction("funds", "F1")]);
  t.strictSame(codesOf(before.when(...row("funds"))), [], "stays recorded under its number");
  t.equal(before.outcome(...row("funds")), "alreadyRecorded");
  t.equal(before.outcome(...row("funds", { 金额: "1" })), "ReferenceConflict");
  const project = before.and(row("projects"), projectStep("入库", "2025-01-12"));
  t.strictSame(codesOf(project.when(...row("allocations"))), ["FundUnknown"], "is unknown");
  const late = countyAfter([
    row("funds"),
    row("projects"),
    projectStep("入库", "2025-01-12"),
    correction("project-steps", "入库 2025-01-12", { 业务日期: "2025-03-01" }),
  ]);
  const allocated = row("allocations", { 业务日期: "2025-02-28" });
  t.equal(late.outcome(...allocated), "recorded", "counts by the day until it was taken back");
  t.equal(late.outcome(...row("allocations", { 业务日期: "2025-03-01" })), "ProjectNotInBank");
  t.end();
});

test("duties of the year before", (t) => {
  const before = [
    ...approved,
    row("allocations", { 资金方式: "贷款贴息" }),
    row("duties"),
    row("bindings", { 业务日期: "2024-06-01", 终止日期: "2024-06-30" }),
  ];
  const paidOut = row("disbursements", { 主体编号: "O1" });
  const wages = (household: string, amount: string) => ({ household, leg: "wage", amount });
  const outcome = (kind: string, target: string, paidInYear: object[]): string => {
    const promised = row("duties", {
      ...{ 责任编号: "Z0", 年度: "2024", 责任类型: kind, 目标值: target, 业务日期: "2024-01-16" },
    });
    const history = countyAfter([...before, promised], { "paid-in-year": () => paidInYear });
    return history.outcome(...paidOut);
  };
  const two = [wages("H1", "60.00"), wages("H2", "40.00"), { ...wages("H3", "5.00"), leg: "rent" }];
  const table: readonly (readonly [string, string, string])[] = [
    ["工资金额", "100", "recorded"],
    ["工资金额", "100.01", "DutyUnmet"],
    ["支付总额", "105", "recorded"],
    ["支付总额", "105.01", "DutyUnmet"],
    ["租金金额", "5", "recorded"],
    ["分红金额", "0.01", "DutyUnmet"],
    ["用工户数", "2", "recorded"],
    ["用工户数", "3", "DutyUnmet"],
    ["带动户数", "1", "recorded"],
    ["带动户数", "2", "DutyUnmet"],
  ];
  for (const [kind, target, said] of table) {
    t.equal(outcome(kind, target, two), said, `${kind} ${target}`);
  }
  t.end();
});
