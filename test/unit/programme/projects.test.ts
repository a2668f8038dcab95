// The rules of steps of projects: their order, and every code that refuses or reports one.
import { type Test, test } from "tap";
import type { CountyRow } from "../../support/county.ts";
import type { Step } from "../../support/given.ts";
import { codesOf, countyAfter, judged, pack } from "../../support/programme-judged.ts";
import { approved, hash, projectStep as step, row } from "../../support/programme-rows.ts";

const plain = [row("funds"), row("projects")];
/** A project of an entity, up to the choice of it. */
const operated = [
  ...plain,
  step("入库", "2025-01-12"),
  step("申请", "2025-01-13"),
  step("遴选", "2025-01-14"),
];
const binding = row("bindings", { 业务日期: "2025-01-14", 终止日期: "2025-03-31" });
const linked = [binding, step("联结", "2025-01-15", { 绑定编号: "L1" })];

test("steps of a project", (t) => {
  const titled = { 产权: "村", 股权: "村", 债权: "无" };
  judged(t, [
    {
      code: "ProjectUnknown",
      after: plain,
      refused: step("入库", "2025-01-12", { 项目编号: "X9" }),
      passes: step("入库", "2025-01-12"),
    },
    {
      code: "OrganisationUnknown",
      after: [...plain, step("入库", "2025-01-12"), step("申请", "2025-01-13")],
      refused: step("遴选", "2025-01-14", { 未选主体: "O2、O9" }),
      passes: step("遴选", "2025-01-14"),
    },
    {
      code: "HouseholdUnknown",
      after: [...approved, step("开工", "2025-02-01"), step("完工", "2025-02-02")],
      refused: step("农户确认", "2025-02-03", { 户编号: "H9" }),
      passes: step("农户确认", "2025-02-03", { 户编号: "H6" }),
    },
    {
      code: "BindingUnknown",
      after: operated,
      refused: step("联结", "2025-01-15", { 绑定编号: "L1" }),
      passes: step("联结", "2025-01-15", { 绑定编号: "L1" }),
      passesAfter: [binding],
    },
    {
      code: "ContractUnknown",
      after: operated,
      refused: step("联结", "2025-01-15", { 合同编号: "C9" }),
      passes: step("联结", "2025-01-15", { 合同编号: "C2" }),
    },
    {
      code: "MalformedField",
      after: operated,
      refused: step("联结", "2025-01-15"),
      passes: step("联结", "2025-01-15", { 合同编号: "C2" }),
    },
    {
      code: "MalformedField",
      after: [...approved, step("开工", "2025-02-01"), step("完工", "2025-02-02")],
      refused: step("验收", "2025-02-03", { 意见: "属实" }),
      passes: step("验收", "2025-02-03", { 意见: "不合格" }),
    },
    {
      code: "MalformedField",
      after: [...plain, step("入库", "2025-01-12")],
      refused: step("风险评估", "2025-01-13", { 材料: "" }),
      passes: step("风险评估", "2025-01-13"),
    },
    {
      code: "DateBefore",
      after: [...plain, step("入库", "2025-01-12")],
      refused: step("批准", "2025-01-11"),
      passes: step("批准", "2025-01-12"),
    },
    {
      code: "DateBefore",
      after: plain,
      refused: step("入库", "2025-01-09"),
      passes: step("入库", "2025-01-10"),
    },
    {
      code: "NotApplied",
      after: [...plain, step("入库", "2025-01-12"), step("申请", "2025-01-13")],
      refused: step("遴选", "2025-01-14", { 未选主体: "O2" }),
      passes: step("遴选", "2025-01-14", { 未选主体: "O2" }),
      passesAfter: [step("申请", "2025-01-14", { 主体编号: "O2" })],
    },
    {
      code: "OrganisationListed",
      after: [...plain, step("入库", "2025-01-12"), row("sanctions", { 业务日期: "2025-01-14" })],
      refused: step("申请", "2025-01-14"),
      passes: step("申请", "2025-01-13"),
    },
    {
      code: "OrganisationListed",
      after: [
        ...plain,
        step("入库", "2025-01-12"),
        step("申请", "2025-01-13"),
        row("sanctions", { 业务日期: "2025-01-13" }),
      ],
      refused: step("遴选", "2025-01-14"),
      passes: step("遴选", "2025-01-14"),
      passesAfter: [row("ends", { 原表: "sanctions", 原编号: "N1", 业务日期: "2025-01-13" })],
    },
    {
      code: "SamePerson",
      after: [...operated, ...linked],
      refused: step("批准", "2025-01-20", { 经办人: "乙 " }),
      passes: step("批准", "2025-01-20"),
    },
    {
      code: "LinkageMissing",
      after: [...operated, ...linked, step("批准", "2025-01-20")],
      refused: step("开工", "2025-04-01"),
      passes: step("开工", "2025-03-31"),
    },
    {
      code: "TitleMissing",
      isReported: true,
      after: [row("projects", titled), step("入库", "2025-01-12"), step("批准", "2025-01-20")],
      refused: step("开工", "2025-02-01"),
      passes: step("开工", "2025-02-01", { 项目编号: "X2" }),
      passesAfter: [
        row("projects", { 项目编号: "X2", ...titled, 经营责任主体: "O1" }),
        step("入库", "2025-01-12", { 项目编号: "X2" }, "X2 入库"),
        step("批准", "2025-01-20", { 项目编号: "X2" }, "X2 批准"),
      ],
    },
    {
      code: "TenderMissing",
      isReported: true,
      after: [
        row("projects", { 项目性质: "建设" }),
        step("入库", "2025-01-12"),
        step("批准", "2025-01-20"),
      ],
      refused: step("开工", "2025-02-01"),
      passes: step("开工", "2025-02-01"),
      passesAfter: [step("采购", "2025-01-21")],
    },
    {
      code: "FundsOut",
      after: [...approved, row("allocations")],
      refused: step("取消", "2025-03-01"),
      passes: step("取消", "2025-03-01"),
      passesAfter: [row("refunds", { 安排编号: "A1", 金额: "500", 业务日期: "2025-02-02" })],
    },
  ]);
  t.end();
});

test("an archive", (t) => {
  const accepted = [
    row("projects", { 项目性质: "建设" }),
    step("入库", "2025-01-12"),
    step("批准", "2025-01-20"),
    step("公告", "2025-01-21", { 渠道: "公示栏、广播" }),
    step("开工", "2025-02-01"),
    step("完工", "2025-02-02"),
    step("验收", "2025-02-03"),
  ];
  judged(t, [
    {
      code: "ArchiveIncomplete",
      after: accepted,
      refused: step("归档", "2025-02-05"),
      passes: step("归档", "2025-02-05"),
      passesAfter: [step("工程审计", "2025-02-04")],
    },
    {
      code: "ArchiveIncomplete",
      after: accepted,
      refused: step("归档", "2025-02-05", { 类别: "统计监测" }),
      passes: step("归档", "2025-02-05", { 类别: "统计监测" }),
      passesAfter: [step("绩效", "2025-02-04")],
    },
    {
      code: "ChannelsFew",
      isReported: true,
      after: [
        ...approved,
        step("公告", "2025-01-21"),
        step("公告", "2025-01-22"),
        step("开工", "2025-02-01"),
        step("完工", "2025-02-02"),
        step("验收", "2025-02-03"),
      ],
      refused: step("归档", "2025-02-05"),
      passes: step("归档", "2025-02-05"),
      passesAfter: [step("公告", "2025-02-04", { 渠道: "广播" })],
    },
  ]);
  t.end();
});

/** Whether a step may come after others, each a day after the one before. */
function mayCome(
  names: readonly string[],
  next: string,
  terms: CountyRow = {},
  before: readonly Step[] = plain,
): boolean {
  const steps = names.map((name, n) => step(name, day(n), extras(name), `${name}-${n}`));
  const found = countyAfter([...before, ...steps]).when(
    ...step(next, day(names.length), { ...extras(next), ...terms }),
  );
  return !codesOf(found).includes("StepOutOfOrder");
}

const day = (n: number): string => `2025-02-${String(n + 1).padStart(2, "0")}`;
const extras = (name: string): CountyRow => (name === "联结" ? { 合同编号: "C2" } : {});

function cannot(t: Test, names: readonly string[], next: string, before = plain): void {
  t.notOk(mayCome(names, next, {}, before), `${names.join(" ")} → ${next} is out of order`);
}

function can(t: Test, names: readonly string[], next: string, before = plain): void {
  t.ok(mayCome(names, next, {}, before), `${names.join(" ")} → ${next}`);
}

test("the order of steps", (t) => {
  const bank = ["入库"];
  const start = [...bank, "批准"];
  const done = [...start, "开工", "完工", "验收"];
  can(t, [], "入库");
  cannot(t, [], "批准");
  cannot(t, bank, "入库");
  can(t, bank, "批准");
  can(t, bank, "决策");
  cannot(t, start, "决策");
  cannot(t, bank, "招标");
  can(t, start, "招标");
  can(t, [...start, "招标"], "招标");
  cannot(t, start, "完工");
  cannot(t, [...start, "开工"], "开工");
  can(t, done, "验收");
  can(t, [...done, "农户确认"], "验收");
  cannot(t, [...done, "绩效"], "验收");
  cannot(t, [...start, "开工", "完工"], "工程审计");
  can(t, [...start, "取消"].slice(0, 2), "取消");
  cannot(t, [...start, "取消"], "取消");
  cannot(t, [...start, "取消"], "公告");
  t.comment("with an entity");
  cannot(t, [...bank, "申请"], "批准");
  cannot(t, [...bank, "申请", "遴选"], "批准");
  can(t, [...bank, "申请", "遴选", "联结"], "批准");
  can(t, [...bank, "申请", "申请"], "遴选");
  cannot(t, [...bank, "申请", "遴选"], "申请");
  can(t, [...bank, "申请", "遴选", "联结", "批准", "开工"], "联结");
  cannot(t, bank, "批准", [row("funds"), row("projects", { 主体编号: "O1" })]);
  t.comment("changes");
  cannot(t, bank, "变更申请");
  can(t, start, "变更申请");
  cannot(t, start, "变更批准");
  cannot(t, [...start, "变更申请"], "变更申请");
  cannot(t, [...start, "变更申请"], "变更备案");
  can(t, [...start, "变更申请", "变更批准"], "变更备案");
  cannot(t, [...start, "变更申请", "变更批准"], "变更批准");
  can(t, [...start, "变更申请", "变更批准", "变更备案"], "变更申请");
  t.comment("by another pack");
  const risky = pack({ "project.steps": ["入库", "风险评估", "批准"] });
  cannot(t, bank, "批准", [...plain, risky]);
  can(t, [...bank, "风险评估"], "批准", [...plain, risky]);
  t.end();
});

test("a step is known again, and what others read is a note", (t) => {
  const before = countyAfter([...approved, step("招标", "2025-02-01", { 意见: "随便" })]);
  const again = step("招标", "2025-02-01", { 意见: "随便" });
  t.equal(before.outcome(...again), "alreadyRecorded");
  t.equal(before.outcome(...step("招标", "2025-02-01")), "ReferenceConflict");
  const documents = step("招标", "2025-02-02", { 材料: `${hash}、${hash}` });
  t.equal(before.and(documents).outcome(...documents), "alreadyRecorded");
  t.end();
});
