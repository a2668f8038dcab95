import type { Cells } from "../acts.ts";
import { daysAfter } from "../exact.ts";
import type { Village } from "../villages.ts";
import type { Cast } from "./cast.ts";
import { numbered, villages } from "./cast.ts";
import type { Officers } from "./officers.ts";

const steps = ["采集", "上报", "录入", "审核", "反馈", "完成"] as const;

/** The days of a round, from 采集 on; those that have not come are left out. */
interface Round {
  readonly collect: string;
  readonly days: readonly string[];
  readonly complete: string | undefined;
}

/** Days from 采集 to each step. */
const pace = [0, 5, 7, 10, 12, 15];

/**
 * The October round of a village: in 2025 everywhere, here and there too late and in one village
 * never done; in 2026 under way, and done in two townships. Undefined where none has begun.
 */
export function roundOf(village: Village, year: number): Round | undefined {
  const at = villages.findIndex((one) => one.village === village);
  const isEarly = ["华溪", "通红甸"].includes(villages[at]?.township.short ?? "");
  const taken = year === 2025 ? (at === 40 ? 4 : 6) : isEarly ? 6 : [0, 1, 2, 3][at % 4];
  if (taken === undefined || taken === 0) return undefined;
  const start = `${year}-10-${String(9 + (at % 6)).padStart(2, "0")}`;
  const isLate = year === 2025 && at % 11 === 5;
  const days = pace.slice(0, taken).map((days, step) => {
    return daysAfter(start, days + (isLate && step > 2 ? 9 : 0));
  });
  return { collect: start, days, complete: days[5] };
}

/** `rounds`: three people a round, from the village, the township and the county. */
export function roundRows(cast: Cast, officers: Officers, asked: readonly Cells[]): Cells[] {
  const ofVillages = [2025, 2026].flatMap((year) =>
    villages.flatMap(({ township, village }) => {
      const { days = [] } = roundOf(village, year) ?? {};
      const own = asked.filter(({ 户编号: household = "", 业务日期: day = "" }) => {
        return household.startsWith(village.code) && day.startsWith(String(year));
      });
      const by = [village.code, village.code, township.code, "530424", "530424", "530424"];
      return days.map((day, at): Cells => {
        const said = { 年度: String(year), 行政区划: village.code, 步骤: steps[at] ?? "" };
        const changed = at === 5 ? { 变化户数: String(own.length) } : {};
        return { ...said, 业务日期: day, 经办人: officers.reporter(by[at] ?? ""), ...changed };
      });
    }),
  );
  const cooperatives = cast.county.organisations.filter(({ kind }) => kind === "农民专业合作社");
  const ofEntities = cooperatives.flatMap(({ number, township }, at) => {
    const own = steps.filter((step) => step !== "上报").slice(0, at === 7 ? 3 : 5);
    const by = ["合作社会计", officers.reporter(township?.code ?? ""), officers.reporter("530424")];
    return own.map(
      (step, nth): Cells => ({
        ...{ 年度: "2025", 主体编号: number, 步骤: step, 经办人: by[Math.min(nth, 2)] ?? "" },
        业务日期: daysAfter("2025-10-13", nth * 4 + (at % 3)),
        ...(step === "完成" && { 变化户数: "0" }),
      }),
    );
  });
  return [...numbered("步骤编号", "HN-LC", [...ofVillages, ...ofEntities])];
}
