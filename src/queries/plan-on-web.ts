import type { Pool } from "pg";
import { z } from "zod";
import { reasonWords } from "../../events/reasons.ts";
import type { PlanLeg, ProcedureName, SchemeName, StepName } from "../../events/schemes.ts";
import {
  objectionOutcomes,
  planLegs,
  procedures,
  schemeNames,
  stepNames,
} from "../../events/schemes.ts";
import { shown as masked } from "../domain/distribution/list-hash.ts";
import { standingOf } from "../domain/distribution/payments.ts";
import { planStages } from "../domain/distribution/plan-state.ts";
import { grouped } from "../words/numbers.ts";
import { amount, ends, text } from "./answer.ts";
import { question } from "./define.ts";
import { household, plan } from "./parameters.ts";
import type { JudgedPayment } from "./payments.ts";
import { paymentsIn, paymentsOfLines } from "./payments.ts";
import { planAt } from "./plans.ts";
import type { StandingPlan, StepRow } from "./plan-states.ts";
import { plansAt, standingList } from "./plan-states.ts";
import { withoutNulls } from "./rows.ts";

const standings = z.enum([
  ...(["listed", "held", "due", "instructed", "accepted", "credited"] as const),
  ...(["returned", "rejected", "recovered", "void"] as const),
]);

const step = z.object({
  step: z.string(),
  id: z.string(),
  date: z.string(),
  by: z.string().describe("经办人; masked where it is who objects"),
  words: text.describe("what it says of the list"),
  line: z.number().nullable(),
  documents: z.array(z.string()).describe("SHA-256 of what it rests on"),
});

const payment = z.object({
  payment: z.string(),
  batch: z.string(),
  on: z.string(),
  state: standings,
  day: z.string().describe("the day on which it came to its state"),
  reason: text.describe("why it came back"),
});

const line = z.object({
  line: z.number(),
  shown: z.string(),
  village: z.string(),
  amount,
  state: standings,
  payments: z.array(payment),
});

const answer = z.object({
  plan: z.string(),
  state: z.enum(planStages),
  income: z.string(),
  organisation: z.string(),
  available: amount,
  receivedOn: z.string(),
  period: text,
  date: z.string(),
  leg: z.string(),
  scheme: z.string(),
  procedure: z.string(),
  pool: amount,
  list: z
    .object({ version: z.number(), hash: z.string(), count: z.number(), sum: amount })
    .nullable(),
  hasNotice: z.boolean(),
  steps: z.array(step),
  objections: z.array(
    z.object({
      objection: z.string(),
      on: z.string(),
      state: z.enum(["open", "upheld", "dismissed", "held"]),
    }),
  ),
  lines: z.array(line),
  next: z.number().nullable(),
  ...ends,
});

/** A plan as the web shows it. */
export type PlanOnWeb = z.output<typeof answer>;

/** Lines on one page. */
const linesMax = 500;

/** A plan with its steps, objections, lines and payments; nobody's name or number is whole. */
export const planOnWebQuestion = question({
  name: "planOnWeb",
  summary: "A plan on the web",
  description: "A plan with its steps, objections, lines and payments, masked.",
  about: "county",
  right: "masked",
  parameters: {
    plan,
    after: { schema: z.number().describe("lines after this one") },
  },
  answer,
  ask: async ({ pool }, { plan: number, after }, { position }) => {
    const standing = await planAt(pool, number, position);
    const lines = await linesOf(pool, standing, after, position);
    const shown = lines.slice(0, linesMax);
    const next = lines.length > linesMax ? (shown.at(-1)?.line ?? null) : null;
    return {
      ...(await headOf(pool, standing)),
      steps: await stepsOf(pool, standing),
      objections: [...standing.state.objections].map(([objection, { filedOn: on, state }]) => ({
        ...{ objection, on, state },
      })),
      lines: shown,
      next,
    };
  },
});

async function headOf(pool: Pool, standing: StandingPlan) {
  const { row, steps, state } = standing;
  const { rows } = await pool.query<{ available: string; date: string }>(
    `SELECT available::text AS available, effective AS date FROM read.incomes WHERE income = $1`,
    [row.income],
  );
  const [income] = rows;
  if (income === undefined) throw new Error("a plan divides an income that is recorded");
  const { plan: number, organisation, period, date, pool: sum } = row;
  return {
    ...{ plan: number, organisation, period, date, pool: sum },
    state: state.stage,
    income: row.income,
    available: income.available,
    receivedOn: income.date,
    leg: planLegs[row.leg as PlanLeg],
    scheme: schemeNames[row.scheme as SchemeName],
    procedure: procedures[row.procedure as ProcedureName].name,
    list: standingList(standing),
    hasNotice: steps.some(({ kind }) => kind === "notice"),
  };
}

async function stepsOf(pool: Pool, { row, steps }: StandingPlan) {
  const { rows } = await pool.query<{
    position: bigint;
    summary: string | null;
    documents: string;
  }>(
    `SELECT s.position, t.summary, coalesce(s.documents, '') AS documents
     FROM read.plan_steps s LEFT JOIN read.list_trail t USING (position)
     WHERE s.plan = $1 AND s.position <= $2`,
    [row.plan, steps.at(-1)?.position ?? 0n],
  );
  const said = new Map(rows.map((one) => [one.position, one]));
  return steps.map(({ position, step: id, date, line: of, ...own }) => ({
    step: stepNames[(own.kind === "sentBack" ? own.sentFrom : own.kind) as StepName],
    ...{ id, date, line: of },
    by: own.kind === "object" ? masked(own.by, false) : own.by,
    words: said.get(position)?.summary?.replace(`计划 ${row.plan} `, "") ?? wordsOf(own),
    documents: (said.get(position)?.documents ?? "").split(" ").filter(Boolean),
  }));
}

/** What a step says that says nothing of the whole list. */
function wordsOf(own: Pick<StepRow, StepWords>): string | null {
  const { kind, version, count, sum, objection, outcome } = own;
  if (kind === "freeze") {
    return `第 ${version ?? 0} 版，${count ?? 0} 行，合计 ${grouped(sum ?? "")} 元`;
  }
  if (objection === null) return null;
  const answered = objectionOutcomes[outcome as keyof typeof objectionOutcomes];
  return `异议 ${objection}${outcome === null ? "" : ` 答复：${answered}`}`;
}

type StepWords = "kind" | "version" | "count" | "sum" | "objection" | "outcome";

interface LineRow {
  readonly line: number;
  readonly household: string | null;
  readonly organisation: string | null;
  readonly person: string | null;
  readonly shown: string;
  readonly village: string;
  readonly amount: string;
}

/** Lines after one of the list that stands, one more than a page has. */
async function linesOf(pool: Pool, standing: StandingPlan, after: number, position: bigint) {
  const { row, state } = standing;
  const { list } = state;
  if (list === undefined) return [];
  const of = { plan: row.plan, version: list.version };
  const { rows } = await pool.query<LineRow>(
    `SELECT line, household, organisation, person, shown, village, amount::text AS amount
     FROM read.list_lines WHERE plan = $1 AND version = $2 AND line > $3 ORDER BY line LIMIT $4`,
    [of.plan, of.version, after, linesMax + 1],
  );
  const wanted = rows.map(({ line: number }) => number);
  const judged = await paymentsOfLines(pool, of, position, wanted);
  const payments = paymentsIn(judged);
  return rows.map(({ line: number, shown, village, amount: sum, ...names }) => ({
    ...{ line: number, shown, village, amount: sum },
    state: standingOf(
      state,
      { ...withoutNulls(names), amount: sum },
      payments.of({ ...of, line: number }),
    ),
    payments: judged.filter((one) => one.row.line === number).map(paymentSaid),
  }));
}

function paymentSaid({ row, state, answer }: JudgedPayment) {
  const code = state === "returned" || state === "rejected" ? answer?.reason : undefined;
  return {
    payment: row.payment,
    batch: row.batch,
    on: row.date,
    state,
    day: answer?.day ?? row.date,
    reason: code === undefined ? null : `${code} ${reasonWords(code)?.chinese ?? ""}`.trim(),
  };
}

/** The plans in whose lists that stand a household has lines, and what those have come to. */
export const plansOfHouseholdQuestion = question({
  name: "plansOfHousehold",
  summary: "The plans of a household",
  description: "Lines of a household in lists that stand.",
  about: "household",
  right: "masked",
  own: true,
  parameters: { household },
  answer: z.object({
    lines: z.array(
      z.object({
        plan: z.string(),
        line: z.number(),
        leg: z.string(),
        amount,
        state: standings,
      }),
    ),
    ...ends,
  }),
  ask: async ({ pool }, { household: number }, { position }) => {
    const { rows } = await pool.query<LineRow & { plan: string; version: number }>(
      `SELECT plan, version, line, household, organisation, person, amount::text AS amount
       FROM read.list_lines WHERE household = $1 AND position <= $2 ORDER BY plan, line`,
      [number, position],
    );
    const all = await plansAt(pool, position, [...new Set(rows.map((row) => row.plan))]);
    const lines = [];
    for (const { row, state } of all) {
      const version = state.list?.version;
      const own = rows.filter((one) => one.plan === row.plan && one.version === version);
      if (version === undefined || own.length === 0) continue;
      const numbers = own.map(({ line: at }) => at);
      const list = { plan: row.plan, version };
      const payments = paymentsIn(await paymentsOfLines(pool, list, position, numbers));
      for (const one of own) {
        const now = standingOf(state, withoutNulls(one), payments.of(one));
        const leg = planLegs[row.leg as PlanLeg];
        lines.push({ plan: row.plan, line: one.line, leg, amount: one.amount, state: now });
      }
    }
    return { lines };
  },
});
