import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/**
 * The accounts of persons, one row each time a roster row said something of one. What it says lies
 * in the vault, cell by cell; a cell that it leaves empty is what an earlier row said.
 */
export const accounts: Projection = {
  name: "accounts",
  version: 1,
  tables: [
    {
      name: "member_accounts",
      columns: { person: id, position: "bigint", effective: "date", household: id, account: id },
      primaryKey: "person, position",
      indexes: {},
    },
  ],
  invariants: [
    {
      holds: "every account is one of a member of the register",
      // A projection may be ahead of the others; rows above the lowest checkpoint are left out.
      breaches: `SELECT 'the account of event ' || position || ' is one of nobody' AS breach
        FROM {schema}.member_accounts a
        WHERE position <= (SELECT min(position) FROM projections) AND NOT EXISTS (
          SELECT 1 FROM {schema}.members m WHERE m.person = a.person AND m.position < a.position)
        LIMIT 20`,
    },
  ],
  project({ type, data, position, meta }, write) {
    if (type !== "MemberAccountRecorded") return;
    const { person, household, account } = data;
    write("member_accounts", [person, position, meta.effectiveDate, household, account]);
  },
};
