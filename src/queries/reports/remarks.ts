import { z } from "zod";
import { notTakenBack } from "../counting-rows.ts";
import { listed } from "./facts.ts";
import { beside } from "./figures.ts";
import type { Report } from "./report.ts";
import { liesIn, placeOfStored } from "./roster.ts";

interface RemarkRow {
  readonly position: string;
  readonly row: string;
  readonly message: string;
  readonly household: string | null;
  readonly division: string | null;
  /** Whom it concerns, as JSON. */
  readonly households: string | null;
}

/** What was said of rows that are recorded all the same: `report remarks`. */
export const remarksReport: Report = {
  name: "remarks",
  summary: "What rules said of rows that were recorded all the same",
  rows: "kind, id and code",
  time: "period",
  figures: { message: beside(z.string()), position: beside(z.string()) },
  find: async ({ pool, position, from, on, area, roster }) => {
    const { rows } = await pool.query<RemarkRow>(
      `SELECT m.position::text AS position, m.kind || '/' || m.id || '/' || code AS row, message,
         household, division, r.data->>'households' AS households
       FROM read.remarks m LEFT JOIN read.programme_rows r USING (position)
       WHERE m.position <= $1 AND m.effective BETWEEN $2 AND $3
         AND ${notTakenBack("m.kind", "m.id", { day: "$3" })}
       ORDER BY m.position DESC, line DESC`,
      [position, from, on],
    );
    const places = await roster();
    const lying = rows.filter((row) => liesIn(placeOfStored(places, row), area));
    return {
      facts: listed([]),
      // Of two on one row and code the first stands.
      beside: new Map(
        lying.map(({ row, message, position: at }) => [row, { message, position: at }]),
      ),
    };
  },
};
