import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/**
 * Who is bound to whom, what households state of themselves, and what ends rows: what reports read
 * of very many rows, in columns. The same rows stand in `programme_rows`, with all that they say.
 */
export const linkage: Projection = {
  name: "linkage",
  version: 1,
  tables: [
    {
      name: "bindings",
      columns: {
        position: "bigint",
        binding: id,
        effective: "date",
        /** From its 起始日期, else its 业务日期, to its 终止日期. */
        starts: "date",
        ends: "date",
        level: id,
        organisation: id,
        household: id,
        counterparty: id,
        form: id,
        grade: id,
        industry: id,
      },
      primaryKey: "position",
      indexes: { bindings_household: "(household)", bindings_counterparty: "(counterparty)" },
    },
    {
      name: "conditions",
      columns: {
        position: "bigint",
        condition: id,
        effective: "date",
        household: id,
        conditions: id,
        willingness: id,
        industries: "jsonb",
        status: id,
        monitoring: id,
        allowance: id,
      },
      primaryKey: "position",
      indexes: { conditions_household: "(household, effective, position)" },
    },
    {
      name: "row_ends",
      columns: { position: "bigint", ending: id, effective: "date", kind: id, id },
      primaryKey: "position",
      indexes: { row_ends_id: "(kind, id)" },
    },
  ],
  invariants: [
    {
      holds: "what ends was recorded before its end",
      breaches: `SELECT 'end ' || ending || ' ends no binding that is recorded' AS breach
        FROM {schema}.row_ends e
        WHERE kind = 'bindings' AND NOT EXISTS (
          SELECT 1 FROM {schema}.bindings b WHERE b.binding = e.id AND b.position < e.position)
        LIMIT 20`,
    },
  ],
  project({ type, data, position, meta: { effectiveDate } }, write) {
    if (type === "PartiesBound") {
      const { binding, from, to, level, organisation, household, counterparty } = data;
      const days = [effectiveDate, from ?? effectiveDate, to];
      const whose = [level, organisation, household, counterparty];
      const { form, grade, industry } = data;
      write("bindings", [position, binding, ...days, ...whose, form, grade, industry]);
    } else if (type === "ConditionsStated") {
      const { condition, household, conditions, willingness, industries } = data;
      const { status, monitoring, allowance } = data;
      const listed = industries && JSON.stringify(industries);
      const said = [conditions, willingness, listed, status, monitoring, allowance];
      write("conditions", [position, condition, effectiveDate, household, ...said]);
    } else if (type === "RowEnded") {
      const { ending, table, original } = data;
      write("row_ends", [position, ending, effectiveDate, table, original]);
    }
  },
};
