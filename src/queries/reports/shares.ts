import { z } from "zod";
import { statusOn } from "../../domain/programme/status.ts";
import { Unknown } from "../as-of.ts";
import { capitalKnown } from "./capital-known.ts";
import { ofRows, remembering, selectedByName } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, money, named, quantity } from "./figures.ts";
import { programmeAt } from "./known-programme.ts";
import { organisationsAt } from "./organisations.ts";
import { postingName } from "./posting-names.ts";
import type { Report } from "./report.ts";
import { liesIn, placeOfRow } from "./roster.ts";

/** Shares of a register ($3) by who holds them: a household, or an organisation. */
const held = `
  SELECT coalesce(p.household, p.organisation) AS row, ${postingName} AS fact, p.position,
    'shares' AS figure, p.amount * 10000 AS value
  FROM (
    SELECT * FROM read.postings
    WHERE leg = 'shares' AND side IN ('household', 'entity') AND asset = 'shares:' || $3
      AND position <= $1 AND effective <= $2) AS p
  LEFT JOIN read.trail t ON t.household = p.household AND t.position = p.position`;

/** 折股, by what was put in; what takes one back is of the same. */
const issued = `
  SELECT i.household AS row, 'movements/' || i.reference AS fact, i.position,
    'came.' || coalesce(nullif(coalesce(o.capital, i.capital), ''), '其他') AS figure,
    i.shares * 10000 AS value
  FROM read.share_issues i LEFT JOIN read.share_issues o ON o.reference = i.reverses
  WHERE i.register = $3 AND i.position <= $1 AND i.effective <= $2`;

const passed = `CASE m.movement WHEN 'transfer' THEN '转让' WHEN 'adjustment' THEN '调整'
  WHEN 'inheritance' THEN '继承' END`;

/** The other movements of shares, by who gave and who got; what takes one back is of the same. */
const moved = `
  SELECT said.holder AS row, 'movements/' || m.reference AS fact, m.position, said.figure,
    m.shares * 10000 AS value
  FROM read.share_movements m LEFT JOIN read.share_movements o ON o.reference = m.reverses
  CROSS JOIN LATERAL (VALUES
    (coalesce(m.household, m.shareholder), CASE m.movement
      WHEN 'increase' THEN 'came.' || coalesce(nullif(coalesce(o.capital, m.capital), ''), '其他')
      WHEN 'quantification' THEN 'came.量化' WHEN 'withdrawal' THEN 'left.退股'
      ELSE 'left.' || ${passed} END),
    (coalesce(m.to_household, m.to_shareholder), 'came.' || ${passed})) AS said (holder, figure)
  WHERE m.register = $3 AND m.position <= $1 AND m.effective <= $2
    AND said.holder IS NOT NULL AND said.figure IS NOT NULL`;

const putIn = `
  SELECT coalesce(household, shareholder) AS row, 'movements/' || reference AS fact, position,
    'capital' AS figure, capital AS value
  FROM ${capitalKnown} WHERE register = $3 AND position <= $1 AND effective <= $2`;

/** Who holds the shares of a register, and what they came from: `report shares REGISTER`. */
export const sharesReport: Report = {
  name: "shares",
  summary: "Who holds the shares of a register, what for they came, and what was put in",
  rows: "holder",
  time: "day",
  of: "股权登记簿",
  figures: {
    shares: quantity,
    status: beside(z.string().nullable().describe("户类型")),
    came: named("quantity"),
    left: named("quantity"),
    capital: money,
  },
  find: async (asked) => {
    const { pool, position, on, id, area } = asked;
    const { rows } = await pool.query<{ isKnown: boolean }>(
      `SELECT EXISTS (SELECT FROM read.contracts
         WHERE kind = 'shares' AND register = $1 AND position <= $2) AS "isKnown"`,
      [id, position],
    );
    if (rows[0]?.isKnown !== true) {
      throw new Unknown("RegisterUnknown", "no register of this number is known");
    }
    const known = await programmeAt(pool, position, ["conditions"]);
    const roster = await asked.roster();
    const organisations = await organisationsAt(asked);
    const query = [held, issued, moved, putIn].join(" UNION ALL ");
    const facts = remembering(selectedByName(pool, query, [position, on, id]));
    const besides = new Map<string, Beside>();
    for (const [holder] of await facts.sums()) {
      const own = roster.households.get(holder);
      const { division } = organisations.get(holder) ?? {};
      const place = placeOfRow(roster, { household: holder, division });
      if (besides.has(holder) || !liesIn(place, area)) continue;
      const said = { status: own?.status ?? null, monitoring: own?.monitoring ?? null };
      const { status = null } =
        own === undefined ? {} : statusOn(known.programme, holder, on, said);
      besides.set(holder, { status });
    }
    return { facts: ofRows(besides, facts), beside: besides };
  },
};
