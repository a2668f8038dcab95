import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** Payments that a bank was told to make, by batch. */
export const payments: Projection = {
  name: "payments",
  version: 1,
  tables: [
    {
      name: "batches",
      columns: {
        batch: id,
        position: "bigint",
        effective: "date",
        account: id,
        by: "text",
        profile: id,
        count: "integer",
        sum: "numeric",
      },
      primaryKey: "batch",
      indexes: { batches_account: "(account)" },
    },
    {
      name: "payments",
      columns: {
        payment: id,
        batch: id,
        number: "integer",
        position: "bigint",
        effective: "date",
        plan: id,
        version: "integer",
        line: "integer",
        household: id,
        organisation: id,
        person: id,
        leg: id,
        payer: id,
        amount: "numeric",
        sealed: id,
      },
      primaryKey: "payment",
      indexes: {
        payments_batch: "(batch, number)",
        payments_line: "(plan, version, line, position)",
        payments_household: "(household) WHERE household IS NOT NULL",
      },
    },
  ],
  invariants: [
    {
      holds: "every payment is of a line of a list, to the fen",
      // A projection may be ahead of the others; rows above the lowest checkpoint are left out.
      breaches: `SELECT 'payment ' || payment || ' is of no line of that amount' AS breach
        FROM {schema}.payments p
        WHERE position <= (SELECT min(position) FROM projections) AND NOT EXISTS (
          SELECT 1 FROM {schema}.list_lines l WHERE l.plan = p.plan AND l.version = p.version
            AND l.line = p.line AND l.amount = p.amount)
        LIMIT 20`,
    },
  ],
  project({ type, data, position, meta }, write) {
    if (type !== "BatchInstructed") return;
    const { batch, account, by, profile, count, sum, lines } = data;
    const day = meta.effectiveDate;
    write("batches", [batch, position, day, account, by, profile, count, sum]);
    for (const [at, line] of lines.entries()) {
      write("payments", [
        line.payment,
        batch,
        at + 1,
        position,
        day,
        line.plan,
        line.version,
        line.line,
        line.household,
        line.organisation,
        line.person,
        line.leg,
        line.organisationPaying,
        line.amount,
        line.sealed,
      ]);
    }
  },
};
