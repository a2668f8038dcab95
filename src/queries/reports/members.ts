import { z } from "zod";
import { yuan } from "../../../events/define.ts";
import { liveNaming } from "../../domain/programme/programme.ts";
import { Unknown } from "../as-of.ts";
import { capitalKnown } from "./capital-known.ts";
import { ofRows, remembering, selectedByName } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, money, quantity } from "./figures.ts";
import { programmeAt } from "./known-programme.ts";
import { organisationsAt } from "./organisations.ts";
import { postingName } from "./posting-names.ts";
import type { Report } from "./report.ts";
import { liesIn } from "./roster.ts";

const legs = ["order", "wage", "rent", "rebate", "dividend"];

const named = `
  LEFT JOIN read.trail t ON t.household = p.household AND t.position = p.position`;

/** What households have of an entity ($4) and got from it in the period ($2 to $3). */
const facts = `
  SELECT p.household AS row, ${postingName} AS fact, p.position, said.figure, said.value
  FROM read.postings p ${named}
  CROSS JOIN LATERAL (SELECT
    CASE WHEN p.asset = '${yuan}' THEN p.leg ELSE 'shares' END AS figure,
    CASE WHEN p.asset = '${yuan}' THEN p.amount * 100 ELSE p.amount * 10000 END AS value) AS said
  WHERE p.organisation = $4 AND p.side = 'household' AND p.position <= $1
    AND p.effective <= $3 AND (said.figure IN ('shares', 'advance')
      OR said.figure IN ('${legs.join("', '")}') AND p.effective >= $2)
  UNION ALL
  SELECT household, 'movements/' || reference, position, 'capital', capital
  FROM ${capitalKnown}
  WHERE organisation = $4 AND household IS NOT NULL AND position <= $1 AND effective <= $3
  UNION ALL
  SELECT household, 'movements/' || reference, position, 'kilograms', kilograms * 10000
  FROM read.deliveries
  WHERE organisation = $4 AND position <= $1 AND effective BETWEEN $2 AND $3
  UNION ALL
  SELECT d.household, 'movements/' || r.reversal, r.position, 'kilograms', -d.kilograms * 10000
  FROM read.delivery_reversals r JOIN read.deliveries d USING (reference)
  WHERE d.organisation = $4 AND r.position <= $1 AND r.effective BETWEEN $2 AND $3`;

/** What the households of an entity have of it and got from it: `report members ORG`. */
export const membersReport: Report = {
  name: "members",
  summary: "What each household of an entity holds of it, sold to it and got from it",
  rows: "household",
  time: "period",
  of: "主体编号",
  figures: {
    member: beside(z.boolean()),
    shares: quantity,
    capital: money,
    kilograms: quantity,
    order: money,
    wage: money,
    rent: money,
    rebate: money,
    dividend: money,
    advance: money,
  },
  find: async (asked) => {
    const { pool, position, from, on, id, area } = asked;
    if (!(await organisationsAt(asked)).has(id)) {
      throw new Unknown("OrganisationUnknown", "no organisation of this number is registered");
    }
    const { programme } = await programmeAt(pool, position, ["bindings"]);
    const { households } = await asked.roster();
    const source = remembering(selectedByName(pool, facts, [position, from, on, id]));
    const besides = new Map<string, Beside>();
    const isMember = (household: string, member: boolean): void => {
      const { place } = households.get(household) ?? { place: "" };
      if (liesIn(place, area)) besides.set(household, { member });
    };
    for (const [household, figure, sum] of await source.sums()) {
      if (figure === "shares" && sum !== 0n) isMember(household, false);
    }
    for (const { data } of liveNaming(programme, `organisations/${id}`, "bindings", on)) {
      const { household, organisation, member } = data;
      if (household === undefined || organisation !== id) continue;
      const before = besides.get(household)?.["member"] === true;
      isMember(household, member === "yes" || before);
    }
    return { facts: ofRows(besides, source), beside: besides };
  },
};
