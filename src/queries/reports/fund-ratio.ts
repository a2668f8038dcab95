import { z } from "zod";
import { withDecimals } from "../../domain/decimal.ts";
import { isAbove, parseFraction } from "../../domain/parameters.ts";
import { collect } from "./counting.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, besideNumber, money, ratio } from "./figures.ts";
import { netOf, moneyKinds, sourceOf } from "./funds.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report } from "./report.ts";
import { liesIn } from "./roster.ts";

const flag = z.boolean().nullable();
const rate = z.string().nullable().describe("4 decimals");

/** 产业 of what is no industry. */
const noIndustry = "非产业";

/** The share of funds that went to industries: `report fund-ratio`. */
export const fundRatioReport: Report = {
  name: "fund-ratio",
  summary: "The share of integrated funds that went to industries, by year",
  rows: "年度",
  time: "day",
  figures: {
    integrated: money,
    industry: money,
    ratio: ratio("industry", "integrated"),
    floor: besideNumber(rate),
    met: beside(flag),
    assessed: besideNumber(rate),
    assessedMet: beside(flag),
  },
  find: async ({ pool, position, on, area, roster, value }) => {
    const known = await programmeAt(pool, position, [...moneyKinds, "projects"]);
    const { facts, add, sum } = collect();
    if (!liesIn((await roster()).placeOf(undefined), area)) return { facts: listed([]) };
    const sources = value("ratio.sources");
    const years = new Map<string, string>();
    for (const fund of known.all("funds")) {
      if (!sources.includes(sourceOf(fund))) continue;
      years.set(fund.id, fund.data.year);
      add(fund.data.year, "integrated", netOf(known, fund, { to: on }));
    }
    for (const allocation of known.all("allocations")) {
      const { fund, project } = allocation.data;
      const year = years.get(fund);
      const of = known.programme.rows.get(`projects/${project}`);
      const isIndustry = of?.kind === "projects" && of.data.industry !== noIndustry;
      if (year === undefined || !isIndustry) continue;
      add(year, "industry", netOf(known, allocation, { to: on }));
    }
    const besides = new Map<string, Beside>();
    for (const year of new Set(years.values())) {
      const [part, of] = [sum(year, "industry"), sum(year, "integrated")];
      if (part === 0n && of === 0n) continue;
      const reaches = (least: string | undefined): boolean | null => {
        if (least === undefined || of === 0n) return null;
        return !isAbove(parseFraction(least), { part, of });
      };
      const floor = value("ratio.floor", `${year}-12-31`)[year];
      const assessed = value("ratio.assessed");
      besides.set(year, {
        floor: floor === undefined ? null : asRate(floor),
        met: reaches(floor),
        assessed: asRate(assessed),
        assessedMet: reaches(assessed),
      });
    }
    return { facts: listed(facts), beside: besides };
  },
};

/** A ratio of a pack as answers have it. */
function asRate(said: string): string {
  return withDecimals(said, 4);
}
