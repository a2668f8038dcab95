import type { Pool } from "pg";
import { z } from "zod";
import { yuan } from "../../../events/define.ts";
import { uncountedLegNames } from "../../../events/legs.ts";
import { monthsLater } from "../../domain/calendar.ts";
import { fromUnits } from "../../domain/decimal.ts";
import { fen } from "../../domain/programme/balances.ts";
import { liveNaming } from "../../domain/programme/programme.ts";
import { allowanceOn } from "../../domain/programme/status.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside } from "./figures.ts";
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
    perHead: beside(z.string().nullable().describe("of the year to the day; null of nobody")),
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
    const earned = await earnedBy(pool, {
      ...asked,
      households: found.map((one) => one.household),
    });
    const line = value("dibao.line");
    const besides = new Map<string, Beside>();
    for (const { household, isIn, since } of found) {
      const { net, persons } = earned.get(household) ?? { net: 0n, persons: 0n };
      const bound = liveNaming(known.programme, `households/${household}`, "bindings", on);
      const isLong = monthsLater(since, value("dibao.months")) < on;
      besides.set(household, {
        in: isIn,
        perHead: persons === 0n ? null : fromUnits(perHead(net, persons), 2),
        aboveLine: isIn && line !== null && net > fen(line) * persons,
        leftWithout: !isIn && isLong && bound.length === 0,
      });
    }
    return { facts: listed([]), beside: besides };
  },
};

/** Half up. */
function perHead(net: bigint, persons: bigint): bigint {
  const half = (2n * (net < 0n ? -net : net) + persons) / (2n * persons);
  return net < 0n ? -half : half;
}

/** What a household has, in fen, and how many persons it is. */
interface Earned {
  readonly net: bigint;
  readonly persons: bigint;
}

/** What households received in the year to the day less their costs, and their persons. */
async function earnedBy(
  pool: Pool,
  { position, year, on, households }: ReportAsked & { readonly households: readonly string[] },
): Promise<ReadonlyMap<string, Earned>> {
  const notCounted = uncountedLegNames.filter((leg) => leg !== "cost");
  const { rows } = await pool.query<{ household: string; net: string; persons: string }>(
    `SELECT household, trunc(coalesce(net, 0) * 100)::text AS net, coalesce(n, 0)::text AS persons
     FROM unnest($4::text[]) AS asked (household)
     LEFT JOIN (
       SELECT household, sum(amount) AS net FROM read.postings
       WHERE side = 'household' AND asset = '${yuan}' AND household = ANY($4)
         AND position <= $1 AND effective BETWEEN $2 AND $3 AND leg <> ALL($5)
       GROUP BY household) AS received USING (household)
     LEFT JOIN (
       SELECT household, count(*) AS n FROM (
         SELECT DISTINCT ON (person) person, household FROM read.members
         WHERE position <= $1 AND person IN (
           SELECT person FROM read.members WHERE household = ANY($4))
         ORDER BY person, position DESC) AS now
       GROUP BY household) AS members USING (household)`,
    [position, `${year}-01-01`, on, households, notCounted],
  );
  return new Map(
    rows.map(({ household, net, persons }) => {
      return [household, { net: BigInt(net), persons: BigInt(persons) }];
    }),
  );
}
