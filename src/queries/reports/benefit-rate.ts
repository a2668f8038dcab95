import { projectOutcome } from "../../domain/programme/project-state.ts";
import { fen } from "../../domain/programme/balances.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import type { Collected } from "./counting.ts";
import { collect } from "./counting.ts";
import type { Fact } from "./facts.ts";
import { listed } from "./facts.ts";
import { count, group, money, ratio } from "./figures.ts";
import type { KnownProgramme } from "./known-programme.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report, ReportAsked } from "./report.ts";
import { isInArea, liesIn, rosterQuery } from "./roster.ts";

const goal = group({ households: count, income: money });

/** How many projects succeed, and how much of what is due reaches households. */
export const benefitRateReport: Report = {
  name: "benefit-rate",
  summary: "How many projects succeed, and how much of what is due reaches households",
  rows: "项目编号",
  time: "day",
  figures: { target: goal, result: goal, started: count, succeeded: count },
  ofTotal: {
    projects: group({ of: count, n: count, ratio: ratio("projects.n", "projects.of") }),
    households: group({ of: count, n: count, ratio: ratio("households.n", "households.of") }),
    money: group({ of: money, n: money, ratio: ratio("money.n", "money.of") }),
  },
  find: async (asked) => {
    const { pool, position, on, area } = asked;
    const known = await programmeAt(pool, position, ["projects", "project-steps"]);
    const { placeOf } = await asked.roster();
    const collected = collect();
    for (const project of known.all("projects")) {
      if (!counts(project, on) || !liesIn(placeOf(project.data.division), area)) continue;
      ofProject(known, project, on, collected);
    }
    const { facts } = collected;
    const projects = facts.flatMap((fact): Fact[] => {
      const figure = { started: "projects.of", succeeded: "projects.n" }[fact.figure];
      return figure === undefined ? [] : [{ ...fact, row: "", figure }];
    });
    return {
      facts: listed(facts),
      ofTotal: { facts: [...projects, ...(await reaching(asked))], beside: {} },
    };
  },
};

function ofProject(
  known: KnownProgramme,
  project: ProgrammeRow<"projects">,
  on: string,
  { add, count: one }: Collected,
): void {
  const { id, data } = project;
  const { approved, evaluated, isSuccess } = projectOutcome(known.programme, id, on);
  const targets = { ...known.factOf(project), value: BigInt(data.targetHouseholds ?? 0) };
  add(id, "target.households", [targets]);
  add(id, "target.income", [{ ...targets, value: fen(data.targetIncome ?? "0") }]);
  if (evaluated !== undefined) {
    const results = { ...known.factOf(evaluated), value: BigInt(evaluated.data.households ?? 0) };
    add(id, "result.households", [results]);
    add(id, "result.income", [{ ...results, value: fen(evaluated.data.income ?? "0") }]);
  }
  if (approved === undefined) return;
  one(id, "started", known.factOf(approved));
  if (isSuccess && evaluated !== undefined) one(id, "succeeded", known.factOf(evaluated));
}

/** Households with a line due in the year to D, and those of them all of whose lines are paid. */
async function reaching({ pool, position, year, on, area }: ReportAsked): Promise<Fact[]> {
  const { rows } = await pool.query<{ figure: string; value: string }>(
    `WITH lines AS (
       SELECT household, plan, line,
         sum(amount) FILTER (WHERE side = 'due' AND effective >= $2) AS due,
         coalesce(sum(amount) FILTER (WHERE side = 'received'), 0) AS received
       FROM read.line_money
       WHERE position <= $1 AND effective <= $3 AND household IS NOT NULL
       GROUP BY household, plan, line
       HAVING sum(amount) FILTER (WHERE side = 'due' AND effective >= $2) > 0),
     households AS (
       SELECT household, sum(due) AS due, sum(received) AS received,
         bool_and(received >= due) AS is_paid
       FROM lines JOIN (${rosterQuery}) AS r USING (household)
       WHERE ${isInArea("$4")}
       GROUP BY household)
     SELECT figure, trunc(value)::text AS value
     FROM (SELECT count(*) AS of, count(*) FILTER (WHERE is_paid) AS n,
       coalesce(sum(due), 0) * 100 AS due, coalesce(sum(received), 0) * 100 AS received
       FROM households) AS sums
     CROSS JOIN LATERAL (VALUES ('households.of', of), ('households.n', n),
       ('money.of', due), ('money.n', received)) AS said (figure, value)`,
    [position, `${year}-01-01`, on, area ?? null],
  );
  return rows.map(({ figure, value }) => {
    return { row: "", figure, fact: "lists", position, value: BigInt(value) };
  });
}
