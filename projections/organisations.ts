import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** The register of organisations, one row each time its details were recorded. */
export const organisations: Projection = {
  name: "organisations",
  version: 1,
  tables: [
    {
      name: "organisations",
      columns: {
        organisation: id,
        position: "bigint",
        effective: "date",
        name: "text",
        kind: "text",
        credit_code: "text",
        division: "text",
        free: id,
      },
      primaryKey: "organisation, position",
      indexes: {},
    },
  ],
  invariants: [
    {
      holds: "every contract is one of an organisation of the register",
      // A projection may be ahead of the others; rows above the lowest checkpoint are left out.
      breaches: `SELECT 'contract ' || contract || ' is one of an unknown organisation' AS breach
        FROM {schema}.contracts c
        WHERE position <= (SELECT min(position) FROM projections) AND NOT EXISTS (
          SELECT 1 FROM {schema}.organisations o WHERE o.organisation = c.organisation)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    if (event.type !== "OrganisationRegistered" && event.type !== "OrganisationDetailsCorrected") {
      return;
    }
    const { organisation, name, kind, creditCode, division, free } = event.data;
    const day = event.meta.effectiveDate;
    write("organisations", [
      organisation,
      event.position,
      day,
      name,
      kind,
      creditCode,
      division,
      free?.item,
    ]);
  },
};
