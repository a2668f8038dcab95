import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** Lists of plans as they were frozen, version by version, and their lines. */
export const lists: Projection = {
  name: "lists",
  version: 1,
  tables: [
    {
      name: "lists",
      columns: {
        plan: id,
        version: "integer",
        position: "bigint",
        effective: "date",
        frozen_by: "text",
        scheme: id,
        pool: "numeric",
        count: "integer",
        sum: "numeric",
        root: id,
        hash: id,
      },
      primaryKey: "plan, version",
      indexes: { lists_hash: "(hash)" },
    },
    {
      name: "list_lines",
      columns: {
        plan: id,
        version: "integer",
        line: "integer",
        position: "bigint",
        household: id,
        organisation: id,
        person: id,
        basis: "numeric",
        kilograms: "numeric",
        shares: "numeric",
        factor: "numeric",
        priority: "integer",
        claim: "numeric",
        amount: "numeric",
        commit: id,
        shown: "text",
        village: "text",
        is_payable: "boolean",
        sealed: id,
      },
      primaryKey: "plan, version, line",
      indexes: {
        list_lines_household: "(household) WHERE household IS NOT NULL",
        list_lines_organisation: "(organisation) WHERE organisation IS NOT NULL",
      },
    },
  ],
  invariants: [
    {
      holds: "the lines of a list are as many, and come to as much, as it says",
      breaches: `SELECT 'list ' || plan || '/' || version || ' has other lines than it says'
          AS breach
        FROM {schema}.lists l LEFT JOIN LATERAL (
          SELECT count(*) AS lines, coalesce(sum(amount), 0) AS amount
          FROM {schema}.list_lines WHERE plan = l.plan AND version = l.version) AS own ON true
        WHERE own.lines <> l.count OR own.amount <> l.sum LIMIT 20`,
    },
  ],
  takesLines: true,
  project({ type, data, position, meta, linesBefore }, write) {
    if (type !== "ListFrozen") return;
    const { plan, version, by, scheme, pool, count, sum, root, hash, lines } = data;
    const day = meta.effectiveDate;
    if (linesBefore === 0) {
      write("lists", [plan, version, position, day, by, scheme, pool, count, sum, root, hash]);
    }
    for (const line of lines) {
      const { basis } = line;
      const quantities =
        typeof basis === "string" ? [basis, null, null] : [null, basis.kilograms, basis.shares];
      write("list_lines", [
        plan,
        version,
        line.line,
        position,
        line.household,
        line.organisation,
        line.person,
        ...quantities,
        line.factor,
        line.priority,
        line.claim,
        line.amount,
        line.commit,
        line.shown,
        line.village,
        String(line.isPayable),
        line.sealed,
      ]);
    }
  },
};
