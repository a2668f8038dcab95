import { z } from "zod";
import { dayNumber, dayOfNumber } from "../../domain/calendar.ts";
import { casesReport } from "./cases.ts";
import { coverageReport } from "./coverage.ts";
import { rowsOf } from "./facts.ts";
import { schemaOf } from "./figures.ts";
import { fundsReport } from "./funds.ts";
import { loansReport } from "./loans.ts";
import { programmeReport } from "./programme.ts";
import type { Report, ReportAsked, ReportTold, WholeReport } from "./report.ts";
import { askedOf } from "./report.ts";
import { liesIn, placeOfStored } from "./roster.ts";

/** The reports whose totals show what somebody took over and left behind. */
const taken: readonly Report[] = [
  ...[programmeReport, coverageReport, fundsReport],
  ...[loansReport, casesReport],
];

const totals = z.object(
  Object.fromEntries(
    taken.map(({ name, figures, ofTotal = {} }) => [
      name,
      z.object({ rows: z.int(), ...schemaOf(figures, true), ...schemaOf(ofTotal, false) }),
    ]),
  ),
);

const change = z.object({
  kind: z.string(),
  id: z.string(),
  day: z.string(),
  position: z.string(),
  amount: z.string().optional(),
});

/** What changed while somebody held office: `report tenure`. */
export const tenureReport: WholeReport = {
  name: "tenure",
  summary: "What stood before a period and at its end, and what was recorded of it",
  rows: "what changed",
  time: "period",
  members: { opening: totals, closing: totals, changes: z.array(change) },
  list: "changes",
  columns: ["kind", "id", "day", "position", "amount"],
  answer: async (asked, told) => ({
    opening: await totalsOn(asked, told, dayOfNumber(dayNumber(asked.from) - 1)),
    closing: await totalsOn(asked, told, asked.on),
    changes: await changesIn(asked),
  }),
};

/** The totals of a day, those of a year of the year with it. */
async function totalsOn({ ledger, position }: ReportAsked, told: ReportTold, day: string) {
  const year = day.slice(0, 4);
  const days = { from: `${year}-01-01`, on: day, year };
  const { division } = told;
  const asked = await askedOf(ledger, { division }, days, position);
  const said: Record<string, unknown> = {};
  for (const report of taken) {
    const { total } = await rowsOf(report, await report.find(asked));
    said[report.name] = total;
  }
  return said;
}

interface ChangeRow {
  readonly kind: string;
  readonly id: string;
  readonly day: string;
  readonly position: string;
  readonly amount: string | null;
  readonly household: string | null;
  readonly division: string | null;
  /** Whom it concerns, as JSON. */
  readonly households: string | null;
}

/** Rows of the programme and 批准 of plans that are dated in the period. */
async function changesIn({ pool, position, from, on, area, roster }: ReportAsked) {
  const { rows } = await pool.query<ChangeRow>(
    `SELECT kind, id, effective AS day, position::text AS position, data->>'amount' AS amount,
       data->>'household' AS household, data->>'division' AS division,
       data->>'households' AS households
     FROM read.programme_rows AS r
     WHERE r.position <= $1 AND effective BETWEEN $2 AND $3
     UNION ALL
     SELECT 'steps', step, effective, position::text, NULL, NULL, NULL, NULL
     FROM read.plan_steps AS s
     WHERE s.position <= $1 AND effective BETWEEN $2 AND $3 AND kind = 'approve'`,
    [position, from, on],
  );
  const places = await roster();
  const lying = rows.filter((row) => liesIn(placeOfStored(places, row), area));
  return lying
    .sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1))
    .map(({ kind, id, day, position: at, amount }) => {
      return { kind, id, day, position: at, ...(amount !== null && { amount }) };
    });
}
