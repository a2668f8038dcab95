import type { Act, Cells } from "../acts.ts";
import type { Household } from "../people.ts";
import { actOf, approved, StepRows } from "../plan-steps.ts";
import type { Division, Quarter } from "../pools.ts";
import { decimal } from "../exact.ts";
import type { Cast } from "./cast.ts";

/** 步骤编号 of the last row of all: with it everything is played. */
export const lastCaseStep = "HN-AB-2103";

/** Steps of these plans are numbered behind those of the quarters. */
const firstStep = 1000;

const casesOfPlans = `
  案件编号 类型 来源 内容 户编号 计划编号 业务日期
  HN-AJ-20 争议 来信 面积与台账不符 ~吗达村.5 HN-JH-09 2026-05-10
  HN-AJ-21 争议 12317 户内分配纠纷 ~吗达村.9 HN-JH-09 2026-05-12
  HN-AJ-22 投诉 12317 返利单价疑问 ~下街社区.3 HN-JH-10 2026-05-18
`;

const stepsOfCases = `
  案件编号 步骤编号 步骤 裁决 经办人 业务日期
  HN-AJ-20 HN-AB-2001 受理 - 普干事 2026-05-11
  HN-AJ-20 HN-AB-2002 仲裁 按实测面积发放 普干事 2026-06-02
  HN-AJ-20 HN-AB-2003 办结 - 李局长 2026-06-05
  HN-AJ-21 HN-AB-2101 受理 - 普干事 2026-05-13
  HN-AJ-21 HN-AB-2102 核实 - 普干事 2026-05-20
`;

const held = `
  计划编号 步骤 户编号 说明 经办人 业务日期
  HN-JH-09 暂停 ~吗达村.5 面积待核 杨文书 2026-05-08
  HN-JH-09 暂停 ~吗达村.9 家庭内部争议 杨文书 2026-05-08
`;

const freed = `
  计划编号 步骤 户编号 经办人 业务日期
  HN-JH-09 放行 ~吗达村.5 杨文书 2026-06-08
`;

const lastStep = `
  案件编号 步骤编号 步骤 经办人 业务日期
  HN-AJ-21 ${lastCaseStep} 核实 普干事 2026-09-14
`;

const attended = `
  活动编号 活动类型 计划编号 任职编号 经办人 业务日期
  HN-HD-9001 列席议事 HN-JH-01 HN-RZ-0036 马书记 2025-01-13
  HN-HD-9002 列席议事 HN-JH-05 HN-RZ-0036 马书记 2025-07-13
  HN-HD-9003 列席议事 HN-JH-09 HN-RZ-0002 马书记 2026-04-13
`;

/**
 * What rests on the quarters: in 2026 the rent of the garden and the profit of a cooperative are
 * divided by plans of their own, which are approved and not paid yet. Two households dispute what
 * they are to have: one case ends and its line is released, the other holds its line still.
 */
export function playedLater(cast: Cast): readonly Act[] {
  const steps = new StepRows(firstStep);
  const quarter: Quarter = {
    name: "2026H1",
    months: ["2026-04", "2026-05", "2026-06"],
    divisions: [ofGarden(cast), ofCooperative(cast)],
  };
  return [
    ...approved(quarter, steps),
    ...steps.act(cast.rows(held)),
    ...actOf("cases", cast.rows(casesOfPlans)),
    ...actOf("case-steps", cast.rows(stepsOfCases)),
    ...steps.act(cast.rows(freed)),
    ...actOf("activities", cast.rows(attended)),
    ...actOf("case-steps", cast.rows(lastStep)),
  ];
}

function ofGarden(cast: Cast): Division {
  const households = cast.village("吗达村").slice(0, 30);
  return {
    ...{ plan: "HN-JH-09", income: "HN-SY-09", organisation: organisation(cast, "华宁蔬菜") },
    ...{ procedure: "村级", pool: 68_000 },
    receipt: { 到账金额: "70000", 合同编号: "HN-XY-01", 资产编号: "HN-ZC-01" },
    terms: { 分配方式: "阶梯", 收入类别: "租金" },
    basis: households.map((household, at) => ({
      ...basis("09", at, household, BigInt(10_000 + 2_500 * (at % 5))),
      系数: household.kind === "监测户" ? "1.4" : household.kind === "脱贫户" ? "1.2" : "1",
    })),
  };
}

/** The contract gives away six tenths of the profit; the plan divides less, the rest is owed. */
function ofCooperative(cast: Cast): Division {
  const households = cast.village("下街社区").slice(0, 24);
  return {
    ...{ plan: "HN-JH-10", income: "HN-SY-10", organisation: organisation(cast, "盘溪柑桔") },
    ...{ procedure: "乡镇", pool: 40_000 },
    receipt: { 可分配金额: "80000", 合同编号: "HN-XY-51" },
    terms: { 分配方式: "按基数", 收入类别: "返利" },
    basis: households.map((household, at) => {
      return basis("10", at, household, BigInt(30_000 + 7_500 * (at % 7)));
    }),
  };
}

function basis(plan: string, at: number, { number }: Household, counted: bigint): Cells {
  return {
    ...{ 明细编号: `HN-MX-${plan}${String(at + 1).padStart(3, "0")}`, 计划编号: `HN-JH-${plan}` },
    ...{ 户编号: number, 基数: decimal(counted) },
  };
}

function organisation({ county, entity }: Cast, name: string): Division["organisation"] {
  const number = entity(name);
  const found = county.organisations.find((one) => one.number === number);
  if (found === undefined) throw new Error("it is of the county's files");
  return found;
}
