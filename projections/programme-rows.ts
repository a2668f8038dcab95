import { eventType } from "../events/index.ts";
import { isOfProgramme, programmeKinds } from "../events/programme.ts";
import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/**
 * Rows of the programme, one row each, with what they say as JSON; and what takes them back: from
 * that day on they count no more.
 */
export const programmeRows: Projection = {
  name: "programme_rows",
  version: 1,
  tables: [
    {
      name: "programme_rows",
      columns: {
        position: "bigint",
        kind: id,
        id,
        effective: "date",
        data: "jsonb",
      },
      primaryKey: "position",
      indexes: { programme_rows_id: "(kind, id)", programme_rows_day: "(kind, effective)" },
    },
    {
      name: "programme_corrections",
      columns: {
        position: "bigint",
        kind: id,
        id,
        effective: "date",
        correction: id,
      },
      primaryKey: "position",
      indexes: { programme_corrections_id: "(kind, id)" },
    },
  ],
  invariants: [
    {
      holds: "what is taken back was recorded before it, and is taken back once",
      // A projection may be ahead of the others; rows above the lowest checkpoint are left out.
      breaches: `SELECT 'correction ' || correction || ' takes no standing row back' AS breach
        FROM {schema}.programme_corrections c
        WHERE position <= (SELECT min(position) FROM projections) AND (
          NOT EXISTS (
            SELECT 1 FROM {schema}.programme_rows r
            WHERE r.kind = c.kind AND r.id = c.id AND r.position < c.position
            UNION ALL SELECT 1 FROM {schema}.incomes i
            WHERE c.kind = 'income' AND i.income = c.id AND i.position < c.position)
          OR EXISTS (
            SELECT 1 FROM {schema}.programme_corrections d
            WHERE d.kind = c.kind AND d.id = c.id AND d.position < c.position))
        LIMIT 20`,
    },
  ],
  project({ type, data, position, meta }, write) {
    const isCorrection = type === "RowCorrected" || type === "IncomeCorrected";
    if (!isCorrection && !isOfProgramme(type)) return;
    const { effectiveDate } = meta;
    const said: Readonly<Record<string, unknown>> = data;
    const own = said[eventType(type).reference ?? ""] as string;
    const kind = isCorrection ? "corrections" : programmeKinds[type];
    write("programme_rows", [position, kind, own, effectiveDate, JSON.stringify(data)]);
    if (!isCorrection) return;
    const { table, original, correction } = data;
    write("programme_corrections", [position, table, original, effectiveDate, correction]);
  },
};
