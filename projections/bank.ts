import type { ProjectedEvent, Projection, WriteRow } from "./define.ts";

const id = 'text COLLATE "C"';

/** What banks say: files, statements, entries, and what they say of each payment. */
export const bank: Projection = {
  name: "bank",
  version: 2,
  tables: [
    {
      name: "bank_statements",
      columns: {
        position: "bigint",
        number: "integer",
        account: id,
        id,
        sequence: "integer",
        page: "integer",
        is_last: "boolean",
        from_day: "date",
        to_day: "date",
        opening: "numeric",
        closing: "numeric",
        kind: id,
      },
      primaryKey: "position, number",
      indexes: { bank_statements_account: "(account, position)" },
    },
    {
      name: "bank_entries",
      columns: {
        position: "bigint",
        number: "integer",
        entry: id,
        account: id,
        effective: "date",
        direction: id,
        amount: "numeric",
        in_statement: "boolean",
        state: id,
        reason: id,
        sealed: id,
        // Of one that did not match: what it would do, and to what.
        does: id,
        source: id,
        of_payment: id,
        of_batch: id,
        count: "integer",
        total: "numeric",
        return_reason: id,
      },
      primaryKey: "position, number",
      indexes: {
        bank_entries_entry: "(entry)",
        bank_entries_account: "(account)",
        bank_entries_of_payment: "(of_payment) WHERE of_payment IS NOT NULL",
        bank_entries_of_batch: "(of_batch) WHERE of_batch IS NOT NULL",
      },
    },
    {
      name: "payment_tellings",
      columns: {
        position: "bigint",
        number: "integer",
        payment: id,
        effective: "date",
        effect: id,
        confirms: id,
        is_withdrawn: "boolean",
        source: id,
        entry: id,
        reason: id,
        is_whole: "boolean",
      },
      primaryKey: "position, number",
      indexes: { payment_tellings_payment: "(payment, position)" },
    },
    {
      name: "entry_settlements",
      columns: {
        position: "bigint",
        entry: id,
        account: id,
        effective: "date",
        state: id,
        effect: id,
        payment: id,
        amount: "numeric",
        by: "text",
        free: id,
      },
      primaryKey: "position",
      indexes: { entry_settlements_entry: "(entry)" },
    },
  ],
  invariants: [
    {
      holds: "what is said of a payment is said of one that was instructed",
      // A projection may be ahead of the others; rows above the lowest checkpoint are left out.
      breaches: `SELECT 'payment ' || payment || ' was never instructed' AS breach
        FROM {schema}.payment_tellings t
        WHERE position <= (SELECT min(position) FROM projections) AND NOT EXISTS (
          SELECT 1 FROM {schema}.payments p WHERE p.payment = t.payment)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    if (event.type === "BankFileRecorded") fileTold(event, event.data, write);
    else if (event.type === "EntrySettled" || event.type === "SettlementUndone") {
      const { position, meta, data, type } = event;
      const day = meta.effectiveDate;
      const { entry, account, amount, by, effect, of, free } = data;
      const isUndone = type === "SettlementUndone";
      const state = isUndone ? "open" : of === undefined ? "other" : "matched";
      const said = [state, effect, of?.payment, amount, by, free?.item];
      write("entry_settlements", [position, entry, account, day, ...said]);
      if (of === undefined || effect === undefined) return;
      const { confirms, source = "camt.053" } = data;
      const on = data.bookedOn ?? of.moves[0]?.day ?? of.clearedOn ?? day;
      const told = [on, effect, confirms, String(isUndone), source, entry, null, null];
      write("payment_tellings", [position, 0, of.payment, ...told]);
    } else if (event.type === "PaymentGivenUp" || event.type === "GivingUpUndone") {
      const { position, data, type } = event;
      const isUndone = String(type === "GivingUpUndone");
      const said = [data.date, "rejected", null, isUndone, "settled", "", null, null];
      write("payment_tellings", [position, 0, data.payment, ...said]);
    }
  },
};

function fileTold(
  { position }: ProjectedEvent,
  data: Extract<ProjectedEvent, { type: "BankFileRecorded" }>["data"],
  write: WriteRow,
): void {
  for (const [number, one] of data.statements.entries()) {
    const { account, id: name, sequence, page, isLast, from, to, opening, closing } = one;
    const at = [position, number, account, name, sequence, page, String(isLast)];
    write("bank_statements", [...at, from, to, opening, closing, data.kind]);
  }
  for (const [number, line] of data.lines.entries()) {
    if (line.what === "entry") {
      const { entry, account, day, direction, amount, inStatement, state, reason, sealed } = line;
      const { does, source, names = {} } = line;
      const at = [position, number, entry, account, day, direction, amount];
      const of = [names.payment, names.batch, names.count, names.total, names.reason];
      write("bank_entries", [
        ...at,
        String(inStatement),
        state,
        reason,
        sealed,
        does,
        source,
        ...of,
      ]);
    } else {
      const { payment, day, effect, confirms, source, entry, reason, isWhole } = line;
      const whole = isWhole === undefined ? null : String(isWhole);
      const at = [position, number, payment, day, effect, confirms, "false", source, entry];
      write("payment_tellings", [...at, reason, whole]);
    }
  }
}
