import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** The register of households: when each was entered, its place and status, members and account. */
export const households: Projection = {
  name: "households",
  version: 1,
  tables: [
    {
      name: "households",
      columns: { household: id, position: "bigint", effective: "date" },
      primaryKey: "household",
      indexes: {},
    },
    {
      name: "household_status",
      columns: {
        household: id,
        position: "bigint",
        effective: "date",
        county: "text",
        township: "text",
        village: "text",
        hamlet: "text",
        size: "text",
        status: "text",
        monitoring: "text",
        identified_on: "text",
        risk_removed: "text",
      },
      primaryKey: "household, position",
      indexes: {},
    },
    {
      name: "members",
      columns: {
        person: id,
        position: "bigint",
        effective: "date",
        household: id,
        came_from: id,
        relation: "text",
        skill: "text",
        personal: id,
      },
      primaryKey: "person, position",
      indexes: { members_household: "(household)", members_personal: "(personal)" },
    },
    {
      name: "payee_accounts",
      columns: { household: id, position: "bigint", effective: "date", account: id },
      primaryKey: "household, position",
      indexes: { payee_accounts_account: "(account)" },
    },
  ],
  invariants: [
    {
      holds: "every member belongs to a household of the register",
      breaches: `SELECT 'person ' || person || ' is in an unknown household' AS breach
        FROM {schema}.members m
        WHERE NOT EXISTS (SELECT 1 FROM {schema}.households h WHERE h.household = m.household)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    const { position } = event;
    const day = event.meta.effectiveDate;
    if (event.type === "HouseholdRegistered") {
      write("households", [event.data.household, position, day]);
    } else if (event.type === "HouseholdStatusRecorded") {
      const d = event.data;
      write("household_status", [
        d.household,
        position,
        day,
        d.county,
        d.township,
        d.village,
        d.group,
        d.size,
        d.status,
        d.monitoring,
        d.identifiedOn,
        d.riskRemoved,
      ]);
    } else if (event.type === "MemberRecorded") {
      const d = event.data;
      write("members", [
        d.person,
        position,
        day,
        d.household,
        d.from,
        d.relation,
        d.skill,
        d.personal,
      ]);
    } else if (event.type === "PayeeAccountRecorded") {
      const { household, account } = event.data;
      write("payee_accounts", [household, position, day, account]);
    }
  },
};
