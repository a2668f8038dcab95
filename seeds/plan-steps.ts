import { createHash } from "node:crypto";
import type { Act, Cells, Paid } from "./acts.ts";
import { daysAfter } from "./exact.ts";
import type { Household } from "./people.ts";
import type { Division, Quarter } from "./pools.ts";

/** Who takes steps; invented like all else. */
export const staff = {
  clerk: "杨文书",
  head: "马书记",
  township: "普干事",
  bureau: "李局长",
  cashier: "钱出纳",
  team: "驻村工作队",
} as const;

/** Rows of steps under numbers of their own, behind the first so many. */
export class StepRows {
  private count: number;

  constructor(before = 0) {
    this.count = before;
  }

  act(steps: readonly Cells[]): readonly Act[] {
    return actOf("steps", steps.map(this.numbered));
  }

  /** Steps that name what was paid. */
  afterPaying(steps: readonly ((paid: Paid) => Cells)[]): readonly Act[] {
    const numbers = steps.map(() => this.numbered({}));
    if (numbers.length === 0) return [];
    const rows = (paid: Paid) => steps.map((step, at) => ({ ...numbers[at], ...step(paid) }));
    return [{ do: "rows", kind: "steps", rows }];
  }

  private readonly numbered = (step: Cells): Cells => {
    this.count += 1;
    return { 步骤编号: `HN-BZ-${String(this.count).padStart(4, "0")}`, ...step };
  };
}

/** Rows of a kind, where there are any. */
export function actOf(kind: string, rows: readonly Cells[]): readonly Act[] {
  return rows.length === 0 ? [] : [{ do: "rows", kind, rows }];
}

/** From incomes to approved lists. */
export function approved({ name, months, divisions }: Quarter, steps: StepRows): readonly Act[] {
  const [month] = months;
  const incomes = divisions.map(({ income, organisation, pool, receipt }) => ({
    ...{ 收益编号: income, 主体编号: organisation.number, 业务日期: `${month}-08` },
    ...{ 所属期: name, 可分配金额: String(pool), ...receipt },
  }));
  const plans = divisions.map(({ plan, income, pool, procedure, terms }) => ({
    ...{ 计划编号: plan, 收益编号: income, 分配金额: String(pool), 业务日期: `${month}-10` },
    ...{ 程序: procedure, 所属期: name, ...terms },
  }));
  const again = divisions.filter(({ mended }) => mended !== undefined);
  return [
    ...actOf("income", incomes),
    ...actOf("plans", plans),
    ...actOf(
      "basis",
      divisions.flatMap(({ basis }) => basis),
    ),
    ...steps.act(divisions.flatMap((of) => decided(of, `${month}-12`, isSentBack(of)))),
    ...steps.act(divisions.flatMap((of) => (isSentBack(of) ? [] : hung(of, 1, `${month}-16`)))),
    ...actOf(
      "basis",
      again.flatMap(({ mended = [] }) => mended),
    ),
    ...steps.act(again.flatMap((of) => decided(of, `${month}-21`, false))),
    ...steps.act(again.flatMap((of) => hung(of, 2, `${month}-24`))),
  ];
}

/** The first list does not come as far as its notice. */
function isSentBack({ mended, objection }: Division): boolean {
  return mended !== undefined && objection?.outcome !== "成立";
}

/** From 定案 to before 公示. */
function decided({ plan, procedure }: Division, day: string, sentBack: boolean): readonly Cells[] {
  const { clerk, head, township } = staff;
  const resolved: Cells = {
    ...{ 计划编号: plan, 步骤: "决议", 业务日期: daysAfter(day, 1), 经办人: clerk },
    ...{ 应到人数: "45", 实到人数: "39", 同意人数: "36", 主持人: head },
    材料: documentHash(`${plan} 村民代表会议记录`),
  };
  const reviewed: Cells = {
    ...{ 计划编号: plan, 步骤: "审核", 业务日期: daysAfter(day, 2), 经办人: township },
    ...{ 单位: "乡镇人民政府", 意见: sentBack ? "退回" : "同意" },
    ...(sentBack && { 说明: "一人出勤两个月，基数有误" }),
  };
  return [
    { 计划编号: plan, 步骤: "定案", 业务日期: day, 经办人: clerk },
    ...(procedure === "乡镇" ? [] : [resolved]),
    ...(procedure === "县级" ? [] : [reviewed]),
  ];
}

/** From 公示 to 批准, or to the objection that makes the list void. */
function hung(of: Division, version: number, day: string): readonly Cells[] {
  const { plan, procedure, objection } = of;
  const { clerk, bureau } = staff;
  const hash = `{hash:${plan}:${version}}`;
  const level = { 村级: "村", 乡镇: "乡镇", 县级: "县" }[procedure];
  const notice: Cells = {
    ...{ 计划编号: plan, 步骤: "公示", 业务日期: day, 经办人: clerk, 清单哈希: hash },
    ...{ 级别: level, 地点: `${level}公开栏`, 渠道: "公开栏、微信群" },
    ...{ 截止日期: daysAfter(day, 9), 举报电话: "12317 0877-5010000" },
  };
  const before = version === 1 ? objected(of, day) : [];
  if (version === 1 && objection?.outcome === "成立") return [notice, ...before];
  return [
    ...[notice, ...before],
    { 计划编号: plan, 步骤: "公示结束", 业务日期: daysAfter(day, 10), 经办人: clerk },
    {
      ...{ 计划编号: plan, 步骤: "批准", 业务日期: daysAfter(day, 12), 经办人: bureau },
      ...{ 单位: "县农业农村局", 意见: "同意", 清单哈希: hash },
    },
  ];
}

function objected({ plan, objection }: Division, day: string): readonly Cells[] {
  if (objection === undefined) return [];
  const own = { 计划编号: plan, 异议编号: plan.replace("JH", "YY") };
  const { household, outcome, words } = objection;
  const filed = {
    ...{ ...own, 步骤: "异议", 业务日期: daysAfter(day, 2), 经办人: staff.team },
    ...{ 户编号: household.number, 说明: "村民当面反映" },
  };
  const answered = {
    ...{ ...own, 步骤: "答复", 业务日期: daysAfter(day, 4), 经办人: staff.clerk },
    ...{ 结论: outcome, 说明: words },
  };
  return [filed, answered];
}

/** Lines that are held before anything is paid. */
export function heldBack({ months, divisions }: Quarter): readonly Cells[] {
  return divisions.flatMap(({ plan, held }) => {
    if (held === undefined) return [];
    const step = lineStep(plan, held.household, "暂停", `${months[1]}-08`);
    return [{ ...step, 说明: "身份待核" }];
  });
}

/** What is done about lines that are held or came back. */
export function putRight({ months, divisions }: Quarter): readonly Cells[] {
  const day = `${months[2]}-06`;
  return divisions.flatMap(({ plan, objection, held, back, opens }): readonly Cells[] => {
    const released =
      objection?.outcome === "搁置" ? [lineStep(plan, objection.household, "放行", day)] : [];
    const decidedOn = held === undefined ? [] : [done(plan, held.household, held.then, day)];
    const mended = back === undefined ? [] : [done(plan, back.household, back.then, day)];
    const opened =
      opens === undefined
        ? []
        : [{ ...done(plan, opens.household, "改户", day), 人编号: opens.person.number }];
    return [...released, ...decidedOn, ...mended, ...opened];
  });
}

/** A step of a line. */
export function lineStep(plan: string, household: Household, kind: string, day: string): Cells {
  const { clerk } = staff;
  return { 计划编号: plan, 步骤: kind, 业务日期: day, 经办人: clerk, 户编号: household.number };
}

function done(
  plan: string,
  household: Household,
  kind: "放行" | "停发" | "改户" | "重发",
  day: string,
): Cells {
  const step = lineStep(plan, household, kind, day);
  switch (kind) {
    case "放行":
      return step;
    case "停发":
      return {
        ...{ ...step, 说明: "经核实不再符合条件" },
        材料: documentHash(`${plan} ${household.number} 核实材料`),
      };
    case "改户":
      return { ...step, 复核人: staff.township };
    case "重发":
      return { ...step, 说明: "已联系本人，账户可用" };
  }
}

/** A document of the demo: it is only ever known by its hash. */
export function documentHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
