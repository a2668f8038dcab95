import type { Post } from "../events/define.ts";
import { eventType } from "../events/index.ts";
import type { Projection } from "./define.ts";

/**
 * Double entry: the postings of every event, which sum to zero in each asset. `side` is whose
 * account it is: `household` (what it received by leg, its shares), `organisation` (what it paid,
 * capital it was given), `capital` (what a household put in), `register` (shares issued). Of plans:
 * `due` (what became due to a beneficiary), `settled` (what of it was paid, negative), `owed` (the
 * other side of both), `transit` and `sent` (what is instructed and not answered); `entity` is
 * what an organisation received as a beneficiary and the shares that it holds, which then stands as
 * `organisation`, without a household. Of the programme: `fund` and `project` (what was allocated
 * and paid out), `grantee` (what an organisation received of it); such money carries its fund and
 * its project. What a household receives or pays under a contract carries that.
 *
 * Statements, ownership, sums and the exported journal are all sums over these rows.
 */
export const postings: Projection = {
  name: "postings",
  version: 4,
  tables: [
    {
      name: "postings",
      columns: {
        position: "bigint",
        line: "integer",
        effective: "date",
        side: 'text COLLATE "C"',
        household: 'text COLLATE "C"',
        organisation: 'text COLLATE "C"',
        leg: 'text COLLATE "C"',
        asset: 'text COLLATE "C"',
        amount: "numeric",
        fund: 'text COLLATE "C"',
        project: 'text COLLATE "C"',
        contract: 'text COLLATE "C"',
      },
      primaryKey: "position, line",
      indexes: {
        postings_household: `(household, asset, effective, position) INCLUDE (leg, amount)
          WHERE side = 'household'`,
        postings_shares: `(asset, effective, position)
          INCLUDE (side, household, organisation, amount)
          WHERE leg = 'shares' AND side IN ('household', 'entity')`,
        postings_due: `(household, effective, position) INCLUDE (side, leg, amount)
          WHERE household IS NOT NULL AND side IN ('due', 'settled')`,
        postings_entity: `(organisation, effective, position) INCLUDE (side, leg, amount)
          WHERE household IS NULL AND side IN ('entity', 'due', 'settled')`,
        postings_fund: "(fund, effective, position) WHERE fund IS NOT NULL",
        postings_contract: `(contract, effective, position) INCLUDE (household, leg, amount)
          WHERE contract IS NOT NULL`,
        postings_project: "(project, effective, position) WHERE project IS NOT NULL",
      },
    },
  ],
  invariants: [
    {
      holds: "the postings of every event sum to zero in every asset",
      breaches: `SELECT 'event ' || position || ' does not sum to zero in ' || asset AS breach
        FROM {schema}.postings GROUP BY position, asset HAVING sum(amount) <> 0 LIMIT 20`,
    },
    {
      holds: "nothing is paid that was not due",
      breaches: `SELECT 'more was paid to ' || coalesce(household, organisation) || ' as ' || leg ||
          ' than was due' AS breach
        FROM {schema}.postings WHERE side IN ('due', 'settled')
        GROUP BY household, CASE WHEN household IS NULL THEN organisation END, organisation, leg
        HAVING sum(amount) < 0 LIMIT 20`,
    },
    {
      holds: "at the end of no day anybody holds fewer than no shares",
      breaches: `SELECT coalesce('household ' || household, 'organisation ' || holder)
          || ' holds ' || held || ' of ' || asset || ' on ' || effective AS breach
        FROM (
          SELECT household, holder, asset, effective,
            sum(sum(amount)) OVER (PARTITION BY household, holder, asset ORDER BY effective) AS held
          FROM {schema}.postings
            CROSS JOIN LATERAL (
              SELECT CASE WHEN side = 'entity' THEN organisation END AS holder) AS whose
          WHERE leg = 'shares' AND side IN ('household', 'entity')
          GROUP BY household, holder, asset, effective) AS days
        WHERE held < 0 LIMIT 20`,
    },
  ],
  takesLines: true,
  project({ type, data, position, meta, linesBefore }, write) {
    const { posts, postingsPerLine = 0 } = eventType(type);
    let line = linesBefore * postingsPerLine;
    const { effectiveDate } = meta;
    const post: Post = (side, household, organisation, leg, asset, amount, day, of) => {
      const whose = [side, household, organisation, leg, asset, amount];
      const whence = [of?.fund ?? null, of?.project ?? null, of?.contract ?? null];
      write("postings", [position, line, day ?? effectiveDate, ...whose, ...whence]);
      line += 1;
    };
    posts(data as never, post);
  },
};
