import { z } from "zod";
import { monthsLater } from "../../domain/calendar.ts";
import { fen } from "../../domain/programme/balances.ts";
import { liveNaming } from "../../domain/programme/programme.ts";
import { allowanceOn } from "../../domain/programme/status.ts";
import type { FactSource } from "./facts.ts";
import { remembering } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, moneyEachOfParts } from "./figures.ts";
import { incomeFacts } from "./income-types.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report, ReportAsked } from "./report.ts";
import { liesIn } from "./roster.ts";

/** Households with 低保, and those that left it in the year: `report dibao`. */
export const dibaoReport: Report = {
  name: "dibao",
  summary: "Households with 低保 and those that left it, and what each has a head",
  rows: "户编号",
  time: "day",
  figures: {
    in: beside(z.boolean()),
    perHead: moneyEachOfParts,
    aboveLine: beside(z.boolean()),
    leftWithout: beside(z.boolean().describe("out for long, and not bound to an entity")),
  },
  find: async (asked) => {
    const { pool, position, on, year, area, value } = asked;
    const known = await programmeAt(pool, position, ["conditions", "bindings"]);
    const { households } = await asked.roster();
    const found = [...households.values()].flatMap(({ household, place }) => {
      const stated = liesIn(place, area) && allowanceOn(known.programme, household, on);
      if (stated === false || stated === undefined) return [];
      const isListed = stated.isIn || stated.stated >= `${year}-01-01`;
      return isListed ? [{ household, ...stated }] : [];
    });
    const listed = found.map((one) => one.household);
    const earned = remembering(earnedBy(asked, listed));
    const sums = new Map<string, bigint>();
    for (const [row, figure, sum] of await earned.sums()) sums.set(`${row} ${figure}`, sum);
    const line = value("dibao.line");
    const besides = new Map<string, Beside>();
    for (const { household, isIn, since } of found) {
      const net = sums.get(`${household} perHead.of`) ?? 0n;
      const persons = sums.get(`${household} perHead.over`) ?? 0n;
      const bound = liveNaming(known.programme, `households/${household}`, "bindings", on);
      const isLong = monthsLater(since, value("dibao.months")) < on;
      besides.set(household, {
        in: isIn,
        aboveLine: isIn && line !== null && net > fen(line) * persons,
        leftWithout: !isIn && isLong && bound.length === 0,
      });
    }
    return { facts: earned, beside: besides };
  },
};

/** What some households had in the year to the day less their costs, and their persons. */
function earnedBy(asked: ReportAsked, households: readonly string[]): FactSource {
  const all = incomeFacts({ ...asked, from: `${asked.year}-01-01`, by: undefined }, households);
  return {
    sums: async () => {
      return [...(await all.sums())].flatMap(([row, figure, sum]) => {
        const own = parts[figure];
        return own === undefined ? [] : [[row, own, sum] as const];
      });
    },
    of: async (wanted) => {
      return (await all.of(wanted)).flatMap((fact) => {
        const own = parts[fact.figure];
        return own === undefined ? [] : [{ ...fact, figure: own }];
      });
    },
  };
}

/** What is divided, by the figure of `income-types` that it is. */
const parts: Readonly<Record<string, string>> = {
  net: "perHead.of",
  persons: "perHead.over",
};
