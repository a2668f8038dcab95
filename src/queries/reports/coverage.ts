import { z } from "zod";
import { bindingGrades } from "../../../events/programme-words.ts";
import { dayNumber, dayOfNumber } from "../../domain/calendar.ts";
import { withDecimals } from "../../domain/decimal.ts";
import { countsBy } from "../counting-rows.ts";
import type { FactSource } from "./facts.ts";
import { selected, together } from "./facts.ts";
import { besideNumber, count, group, named, ratio } from "./figures.ts";
import type { Report, ReportAsked } from "./report.ts";
import { isInArea, placeKeys, placesQuery, rosterQuery } from "./roster.ts";

/** The keys of rows, by what they are by. */
const keys = {
  ...placeKeys,
  group: `${placeKeys.village} || '/' || coalesce(hamlet, '')`,
} as const;

/** What households stated last, of what they stated in some of their rows. */
function lastOf(columns: string, where = "true"): string {
  return `SELECT DISTINCT ON (household) household, ${columns} FROM known WHERE ${where}
      ORDER BY household DESC, effective DESC, position DESC`;
}

/** The households of an area (`$3`) with the keys of their rows. */
function livingIn(key: string, query: string, ...columns: readonly string[]): string {
  const found = ["household", `${key} AS row`, ...columns].join(", ");
  return `
  lived AS MATERIALIZED (SELECT ${found} FROM (${query}) AS r WHERE ${isInArea("$3")})`;
}

/** What households stated by D, and the bindings that are live on D. */
const knownOnDay = `
  known AS MATERIALIZED (
    SELECT household, effective, position, conditions, willingness, industries, status, monitoring
    FROM read.conditions c WHERE ${countsBy("c", "conditions", { id: "condition" })}),
  live AS MATERIALIZED (
    SELECT binding, position, household, organisation, counterparty, level, grade, industry
    FROM read.bindings b
    WHERE ${countsBy("b", "bindings", { id: "binding" })}
      AND starts <= $2 AND (ends IS NULL OR ends >= $2)
      AND NOT EXISTS (
        SELECT FROM read.row_ends e
        WHERE e.kind = 'bindings' AND e.id = b.binding AND e.effective < $2
          AND ${countsBy("e", "ends", { id: "ending" })}))`;

/** What they stated last, of themselves. */
const statedLast = `
  stated AS MATERIALIZED (
    SELECT household, last, is_able, status, monitoring
    FROM (${lastOf(`effective AS last,
      conditions = 'present' AND willingness = 'present' AS is_able`)}) AS l
    LEFT JOIN (${lastOf("status", "status IS NOT NULL")}) AS s USING (household)
    LEFT JOIN (${lastOf("monitoring", "monitoring IS NOT NULL")}) AS m USING (household))`;

const figuresOfHouseholds = [
  ...["households", "goal.all", "goal.unknown", "goal.eligible", "goal.covered"],
  ...["assessed.all", "assessed.covered", "stale"],
];

/** What each household is counted for: `$4` and `$5` are lists of classes, `$6` is a day. */
const ofHouseholds = `
  SELECT row, 'households/' || household AS fact, position, 1 AS households,
    is_goal::int AS "goal.all",
    (is_goal AND last IS NULL)::int AS "goal.unknown",
    (is_goal AND is_able)::int AS "goal.eligible",
    (is_goal AND is_able AND is_covered)::int AS "goal.covered",
    is_assessed::int AS "assessed.all",
    (is_assessed AND is_covered)::int AS "assessed.covered",
    (is_assessed AND (last IS NULL OR last < $6))::int AS stale
  FROM (
    SELECT r.row, r.household, r.position, s.last, coalesce(s.is_able, false) AS is_able,
      r.household IN (
        SELECT household FROM live
        WHERE level = 'household' AND organisation IN (
          SELECT counterparty FROM live WHERE level = 'cooperative')) AS is_covered,
      coalesce(own.status = ANY($4::text[]), false)
        OR coalesce(own.monitoring = ANY($4::text[]), false) AS is_goal,
      coalesce(own.status = ANY($5::text[]), false)
        OR coalesce(own.monitoring = ANY($5::text[]), false) AS is_assessed
    FROM lived r
    LEFT JOIN stated s USING (household)
    CROSS JOIN LATERAL (SELECT coalesce(s.status, r.status) AS status,
      coalesce(s.monitoring, r.monitoring) AS monitoring) AS own) AS of_household`;

const grades = Object.entries(bindingGrades);
const figuresOfBindings = [...grades.map(([, word]) => `grades.${word}`), "mismatched"];

/** What each binding of a household is counted for. Only one of an industry may not fit any. */
const ofBindings = `
  SELECT r.row, 'bindings/' || b.binding AS fact, b.position,
    ${grades.map(([name, word]) => `(b.grade = '${name}')::int AS "grades.${word}"`).join(", ")},
    coalesce(NOT s.industries ? b.industry, false)::int AS mismatched
  FROM live b JOIN lived r USING (household) LEFT JOIN (
    ${lastOf("industries", "household IN (SELECT household FROM live WHERE industry IS NOT NULL)")}
  ) AS s USING (household)
  WHERE b.level = 'household'`;

function factsOf({ pool, position, on, area, by, value }: ReportAsked): FactSource {
  const key = keys[(by ?? "village") as keyof typeof keys];
  const roster = livingIn(key, rosterQuery, "position", "status", "monitoring");
  const places = livingIn(key, placesQuery);
  const freshSince = dayOfNumber(dayNumber(on) - value("stale.days"));
  const own = [position, on, area ?? null];
  const classes = [value("coverage.goal"), value("coverage.assessed"), freshSince];
  return together([
    selected(
      pool,
      `WITH ${roster}, ${knownOnDay}, ${statedLast} ${ofHouseholds}`,
      [...own, ...classes],
      figuresOfHouseholds,
    ),
    selected(pool, `WITH ${places}, ${knownOnDay} ${ofBindings}`, own, figuresOfBindings),
  ]);
}

/** Which households are bound to a cooperative that an enterprise stands behind. */
export const coverageReport: Report = {
  name: "coverage",
  summary: "Households bound to a cooperative that is bound to an enterprise, by where they live",
  rows: "village (县/乡/行政村), township, county or group",
  time: "day",
  by: Object.keys(keys),
  figures: {
    households: count,
    goal: group({
      ...{ all: count, unknown: count, eligible: count, covered: count },
      ratio: ratio("goal.covered", "goal.eligible"),
    }),
    assessed: group({
      ...{ all: count, covered: count },
      ratio: ratio("assessed.covered", "assessed.all"),
    }),
    grades: named("count"),
    mismatched: count,
    stale: count,
  },
  ofTotal: { target: besideNumber(z.string().nullable()) },
  find: (asked) => {
    const targets = Object.entries(asked.value("coverage.target")).sort();
    const target = targets.filter(([day]) => day <= asked.on).at(-1)?.[1];
    const said = target === undefined ? null : withDecimals(target, 4);
    return Promise.resolve({
      facts: factsOf(asked),
      ofTotal: { facts: [], beside: { target: said } },
    });
  },
};
