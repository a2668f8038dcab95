import type { Cells } from "../acts.ts";
import { daysAfter } from "../exact.ts";
import type { Household, Person } from "../people.ts";
import { documentHash, staff } from "../plan-steps.ts";
import type { Random } from "../random.ts";
import { randomFrom } from "../random.ts";
import type { Cast } from "./cast.ts";
import { numbered, villages } from "./cast.ts";
import type { Officers } from "./officers.ts";

const drawn = `
  活动类型 种子 行政区划 结果 业务日期
  随机核查 2025-Q1-双色球2025031期 530424 抽12村36户，相符35户 2025-03-28
  随机核查 2025-Q3-双色球2025104期 530424 抽12村36户，相符36户 2025-09-22
  随机核查 2026-Q1-双色球2026030期 %青龙镇 抽6村18户，相符17户 2026-03-26
`;

const told = `
  活动类型 户编号 人编号 主体编号 材料 业务日期
  技能培训 ~吗达村.1 ~吗达村.1.1 - - 2025-01-20
  技能培训 ~吗达村.6 ~吗达村.6.1 - - 2025-01-20
  参与生产 ~山羊母村.3 - @通红甸黑山羊 #山羊母村3户出工台账 2025-06-01
  参与生产 ~山羊母村.3 - @通红甸黑山羊 #山羊母村3户出工台账二 2026-05-18
`;

/** `activities`: who was taught, employed, guided, visited and checked. */
export function activityRows(
  cast: Cast,
  officers: Officers,
  bindings: readonly Cells[],
): readonly Cells[] {
  const random = randomFrom(53042407);
  const rows = [
    ...cast.county.households.flatMap((household) => [
      ...withPeople(random, household),
      ...guided(random, household),
    ]),
    ...takingPart(bindings),
    ...paired(officers),
    ...withEntities(random, cast),
    ...cast.rows(drawn),
    ...cast.rows(told),
  ];
  return numbered(
    "活动编号",
    "HN-HD",
    rows.map((row) => ({ 经办人: staff.team, ...row })),
  );
}

function dayIn(random: Random, year: number, from: number, to: number): string {
  return daysAfter(`${year}-01-01`, random.int(from, to));
}

/** Who goes to a vocational school, or is trained, and who found work after that. */
function withPeople(random: Random, household: Household): readonly Cells[] {
  return household.people.flatMap((person): readonly Cells[] => {
    const own = named(household, person);
    if (person.age >= 15 && person.age <= 18 && random.chance(40)) {
      return [{ ...own, 活动类型: "中职及以上就读", 业务日期: dayIn(random, 2025, 243, 262) }];
    }
    if (person.skill !== "技能劳动力" || !random.chance(45)) return [];
    const day = dayIn(random, random.pick([2025, 2025, 2026]), 40, 240);
    const trained = { ...own, 活动类型: "技能培训", 业务日期: day, 结果: "取得结业证" };
    if (!random.chance(60)) return [trained];
    const work = { ...own, 活动类型: "就业", 业务日期: daysAfter(day, random.int(10, 50)) };
    return [trained, work];
  });
}

function named(household: Household, person: Person): Cells {
  return { 户编号: household.number, 人编号: person.number };
}

function guided(random: Random, { number, kind }: Household): readonly Cells[] {
  const rows: Cells[] = [];
  const add = (活动类型: string, percent: number, more: Cells = {}): void => {
    if (!random.chance(percent)) return;
    const day = dayIn(random, random.pick([2025, 2026]), 30, 290);
    rows.push({ 活动类型, 户编号: number, 业务日期: day, ...more });
  };
  add("技术指导", 9);
  add("跟踪走访", kind === "监测户" ? 30 : 2, { 结果: "情况稳定" });
  return rows;
}

/** Households that take part in what the entity does to which they are bound. */
function takingPart(bindings: readonly Cells[]): readonly Cells[] {
  return bindings
    .filter((_, at) => at % 61 === 7)
    .map(({ 户编号 = "", 主体编号 = "" }, at): Cells => {
      const said = { 户编号, 主体编号, 业务日期: daysAfter("2025-02-20", at) };
      if (at % 3 === 0) return { ...said, 活动类型: "入企入社" };
      return { ...said, 活动类型: "参与生产", 材料: documentHash(`参与生产 ${户编号}`) };
    });
}

/** Technicians of a township and the villages that they are paired with; some have none. */
function paired({ technicians }: Officers): readonly Cells[] {
  return villages.flatMap(({ township, village }, at): readonly Cells[] => {
    const own = technicians.get(township.code) ?? [];
    if (at % 9 === 4) return [];
    const pair = { 行政区划: village.code, 任职编号: own[at % own.length] ?? "" };
    return [{ 活动类型: "技术结对", ...pair, 业务日期: daysAfter("2025-02-10", at % 20) }];
  });
}

function withEntities(random: Random, { county }: Cast): readonly Cells[] {
  const entities = county.organisations.filter(({ kind }) => kind !== "银行");
  return entities.flatMap(({ number: 主体编号, kind }, at): readonly Cells[] => {
    if (kind === "村集体经济组织" && at % 3 !== 0) return [];
    const visits = at % 8 === 5 ? [2025] : [2025, 2026];
    return [
      ...visits.map((year) => ({
        ...{ 活动类型: "跟踪走访", 主体编号, 结果: "台账齐全" },
        业务日期: dayIn(random, year, year === 2025 ? 180 : 120, year === 2025 ? 300 : 280),
      })),
      ...(at % 4 === 0 ? [] : [{ 活动类型: "负责人培训", 主体编号, 业务日期: "2025-05-14" }]),
      {
        ...{ 活动类型: "技能培训", 主体编号, 人数: String(random.int(3, 12)) },
        业务日期: dayIn(random, 2025, 60, 150),
      },
    ];
  });
}
