import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/**
 * Capital that became shares (折股), with its 资本类型; what takes an issue back is a row of its own
 * with the opposite signs, which names it.
 */
export const shareIssues: Projection = {
  name: "share_issues",
  version: 1,
  tables: [
    {
      name: "share_issues",
      columns: {
        position: "bigint",
        effective: "date",
        reference: id,
        reverses: id,
        register: id,
        household: id,
        organisation: id,
        shares: "numeric",
        amount: "numeric",
        capital: "text",
      },
      primaryKey: "position",
      indexes: {
        share_issues_register: "(register)",
        share_issues_organisation: "(organisation)",
        share_issues_reference: "(reference)",
      },
    },
  ],
  invariants: [
    {
      holds: "only what was issued is taken back",
      breaches: `SELECT 'issue ' || reverses || ' is taken back and was never made' AS breach
        FROM {schema}.share_issues r
        WHERE reverses IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM {schema}.share_issues i WHERE i.reference = r.reverses)
        LIMIT 20`,
    },
  ],
  project({ type, data, position, meta }, write) {
    if (type !== "SharesIssuedForCapital" && type !== "ShareIssueReversed") return;
    const { reference, register, household, organisation, shares, amount } = data;
    const day = meta.effectiveDate;
    const whose = [register, household, organisation];
    if (type === "SharesIssuedForCapital") {
      const count = [shares, amount, data.capital];
      write("share_issues", [position, day, reference, null, ...whose, ...count]);
    } else {
      const count = [`-${shares}`, `-${amount}`, null];
      write("share_issues", [position, day, reference, data.reverses, ...whose, ...count]);
    }
  },
};
