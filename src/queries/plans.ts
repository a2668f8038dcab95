import type { Pool } from "pg";
import { z } from "zod";
import type { SchemeName, StepName } from "../../events/schemes.ts";
import { schemeNames, stepNames } from "../../events/schemes.ts";
import type { LineStanding } from "../domain/distribution/payments.ts";
import { standingOf } from "../domain/distribution/payments.ts";
import { planStages } from "../domain/distribution/plan-state.ts";
import { grouped } from "../words/numbers.ts";
import { stageWords } from "../words/plans.ts";
import { amount, ends } from "./answer.ts";
import type { KnownAt } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import type { Asked, Found, Presentation } from "./define.ts";
import { question } from "./define.ts";
import type { Explanation } from "./explanation.ts";
import { explanation, explanationOf } from "./explanation.ts";
import { plan } from "./parameters.ts";
import { paymentsIn, paymentsOfLines } from "./payments.ts";
import type { StandingPlan, StepRow } from "./plan-states.ts";
import { plansAt, standingList } from "./plan-states.ts";
import type { Block, Column } from "./presentation.ts";
import { csvOf, tableOf } from "./presentation.ts";
import { withoutNulls } from "./rows.ts";

const quantity = z.string().describe("four decimals");
const names = {
  household: z.string().optional(),
  organisation: z.string().optional(),
  person: z.string().optional(),
};

const list = z
  .object({
    hash: z.string().describe("清单哈希"),
    version: z.number(),
    count: z.number(),
    sum: amount,
  })
  .nullable()
  .describe("the list that stands; null where none does");

const step = z.object({
  step: z.string().describe(Object.values(stepNames).join(", ")),
  id: z.string(),
  date: z.string().describe("业务日期"),
  by: z.string().describe("经办人"),
  position: z.string(),
  line: z.number().optional(),
});

const objection = z.object({
  objection: z.string(),
  ...names,
  state: z.enum(["open", "upheld", "dismissed", "held"]),
});

const line = z.object({
  line: z.number(),
  ...names,
  basis: z.union([quantity, z.object({ kilograms: quantity, shares: quantity })]),
  factor: quantity.optional(),
  claim: amount.optional(),
  amount,
  state: z
    .string()
    .describe(
      "listed, held, due, instructed, accepted, credited, returned, rejected, recovered or void",
    ),
});

const head = {
  plan: z.string(),
  state: z.enum(planStages),
  income: z.string().describe("收益编号"),
  scheme: z.string().describe(Object.values(schemeNames).join(", ")),
  pool: amount,
  list,
  steps: z.array(step),
  objections: z.array(objection),
};

const planAnswer = z
  .object({
    ...head,
    lines: z.array(line),
    explanation: explanation.optional().describe("of the line that was asked for"),
    ...ends,
  })
  .meta({ id: "Plan" });

const explain = {
  schema: z
    .string()
    .regex(/^[1-9]\d{0,6}$/)
    .transform(Number)
    .optional()
    .describe("the number of a line: how it came to its amount"),
  words: {
    flags: "--explain <line>",
    means: "how a line came to its amount, in words",
    wrong: "It is no line: 1, 2, 3 …",
  },
};

const plansAnswer = z.object({ plans: z.array(z.object(head)), ...ends }).meta({ id: "Plans" });

/** One plan: where it stands, how it came there, and every line of its list. */
export const planQuestion = question({
  name: "plan",
  summary: "A plan: its steps, objections and lines",
  description:
    "Where a plan stands, how it came there, and every line of the list that stands; with " +
    "`explain` how one of them came to its amount.",
  about: "county",
  right: "sums",
  path: "/v1/plans/:plan",
  parameters: { plan, explain },
  answer: planAnswer,
  ask: ({ pool }, told, knownAt) => planCard(pool, told, knownAt),
  verb: { summary: "where a plan stands, its steps and lines", show: planShown },
});

/** All plans without their lines. */
export const plansQuestion = question({
  name: "plans",
  summary: "All plans and where they stand",
  description: "By number, without lines.",
  about: "county",
  right: "sums",
  path: "/v1/plans",
  parameters: {
    state: {
      schema: z.enum(planStages).optional().describe("only those that stand there"),
      words: {
        flags: "--state <state>",
        means: "only plans that stand there",
        choices: planStages,
      },
    },
  },
  answer: plansAnswer,
  ask: async ({ pool }, { state }, { position }) => {
    const all = await plansAt(pool, position);
    const wanted = all.filter((one) => state === undefined || one.state.stage === state);
    return { plans: wanted.map(headOf) };
  },
  verb: { summary: "all plans and where they stand", show: plansShown },
});

type PlanHead = z.input<z.ZodObject<typeof head>>;
type PlanLine = z.input<typeof line>;

/** A plan as known then. Throws `Unknown` for one that was not drafted by then. */
async function planCard(
  pool: Pool,
  asked: { readonly plan: string; readonly explain?: number | undefined },
  { position }: KnownAt,
): Promise<PlanHead & { lines: PlanLine[]; explanation?: Explanation }> {
  const standing = await planAt(pool, asked.plan, position);
  const lines = await linesOf(pool, standing, position);
  const found = { ...headOf(standing), lines };
  if (asked.explain === undefined) return found;
  return { ...found, explanation: await explanationOf(pool, standing, asked.explain) };
}

/** One plan as known then. Throws `Unknown` for one that was not drafted by then. */
export async function planAt(pool: Pool, number: string, position: bigint): Promise<StandingPlan> {
  const [standing] = await plansAt(pool, position, [number]);
  if (standing === undefined) throw new Unknown("PlanUnknown", "no plan of this number is drafted");
  return standing;
}

function headOf(standing: StandingPlan): PlanHead {
  const { row, steps, state } = standing;
  const { plan: number, income, scheme, pool } = row;
  return {
    plan: number,
    state: state.stage,
    income,
    scheme: schemeNames[scheme as SchemeName],
    pool,
    list: standingList(standing),
    steps: steps.map(stepSaid),
    objections: [...state.objections].map(([objected, { names: whose, state: now }]) => ({
      objection: objected,
      ...whose,
      state: now,
    })),
  };
}

function stepSaid({ kind, sentFrom, step: id, date, by, position, line: of }: StepRow) {
  const name = kind === "sentBack" ? sentFrom : kind;
  return {
    step: stepNames[name as StepName],
    id,
    date,
    by,
    position: position.toString(),
    ...(of !== null && { line: of }),
  };
}

interface LineRow {
  readonly line: number;
  readonly household: string | null;
  readonly organisation: string | null;
  readonly person: string | null;
  readonly basis: string | null;
  readonly kilograms: string | null;
  readonly shares: string | null;
  readonly factor: string | null;
  readonly claim: string | null;
  readonly amount: string;
}

async function linesOf(
  pool: Pool,
  { row, state }: StandingPlan,
  position: bigint,
): Promise<PlanLine[]> {
  const { list: standing } = state;
  if (standing === undefined) return [];
  const { version } = standing;
  const { rows } = await pool.query<LineRow>({
    name: "plan-lines",
    text: `SELECT line, household, organisation, person, basis::text AS basis,
        kilograms::text AS kilograms, shares::text AS shares, factor::text AS factor,
        claim::text AS claim, amount::text AS amount
      FROM read.list_lines WHERE plan = $1 AND version = $2 ORDER BY line`,
    values: [row.plan, version],
  });
  const list = { plan: row.plan, version };
  const payments = paymentsIn(await paymentsOfLines(pool, list, position));
  return rows.map(({ kilograms, shares, ...of }) => {
    const basis = of.basis ?? { kilograms: kilograms ?? "", shares: shares ?? "" };
    const found = withoutNulls(of) as Omit<PlanLine, "basis" | "state">;
    const now: LineStanding = standingOf(state, found, payments.of({ ...list, line: of.line }));
    return { ...found, basis, state: now };
  });
}

const headColumns: readonly Column<PlanHead>[] = [
  { name: "plan", title: "计划 plan", value: (row) => row.plan },
  {
    name: "state",
    title: "状态 state",
    value: (row) => row.state,
    show: ({ state }) => `${stageWords[state].zh} ${stageWords[state].en}`,
  },
  { name: "income", title: "收益 income", value: (row) => row.income },
  { name: "scheme", title: "方式 scheme", value: (row) => row.scheme },
  {
    name: "pool",
    title: "金额 pool",
    align: "right",
    value: (row) => row.pool,
    show: (row) => grouped(row.pool),
  },
  { name: "version", title: "版本 list", value: (row) => row.list?.version },
  {
    name: "count",
    title: "行数 lines",
    align: "right",
    value: (row) => row.list?.count,
  },
  {
    name: "sum",
    title: "合计 sum",
    align: "right",
    value: (row) => row.list?.sum,
    show: (row) => grouped(row.list?.sum ?? ""),
  },
  { name: "hash", value: (row) => row.list?.hash },
];

const lineColumns: readonly Column<PlanLine>[] = [
  { name: "line", title: "行 line", align: "right", value: (row) => row.line },
  { name: "household", title: "户 household", value: (row) => row.household },
  { name: "person", title: "人 person", value: (row) => row.person },
  { name: "organisation", title: "主体 organisation", value: (row) => row.organisation },
  {
    name: "basis",
    title: "基数 basis",
    align: "right",
    value: ({ basis }) => (typeof basis === "string" ? basis : basis.kilograms),
  },
  {
    name: "shares",
    value: ({ basis }) => (typeof basis === "string" ? "" : basis.shares),
  },
  { name: "factor", value: (row) => row.factor },
  { name: "claim", value: (row) => row.claim },
  {
    name: "amount",
    title: "金额 amount",
    align: "right",
    value: (row) => row.amount,
    show: (row) => grouped(row.amount),
  },
  { name: "state", title: "状态 state", value: (row) => row.state },
];

function planShown(_asked: Asked<unknown>): Presentation<Found<typeof planAnswer>> {
  return {
    csv: ({ lines }) => csvOf(lineColumns, lines),
    people: (found) => (found.explanation === undefined ? cardOf(found) : wordsOf(found)),
  };
}

function wordsOf({ plan: number, explanation: said }: Found<typeof planAnswer>): Block[] {
  if (said === undefined) return [];
  const steps = said.steps.flatMap(({ zh, en }, at) => [`${at + 1}. ${zh}`, `   ${en}`]);
  return [
    `计划 ${number} 第 ${said.line} 行：${grouped(said.amount)} 元`,
    said.formula.zh,
    said.formula.en,
    ...steps,
    "",
  ];
}

function cardOf(found: Found<typeof planAnswer>): Block[] {
  return [
    tableOf(headColumns, [found]),
    ...(found.list === null ? [] : ["", `清单哈希 hash ${found.list.hash}`]),
    "",
    {
      titles: [{ title: "步骤 step" }, { title: "编号" }, { title: "日期" }, { title: "经办人" }],
      rows: found.steps.map(({ step: name, id, date, by }) => [name, id, date, by]),
    },
    "",
    tableOf(lineColumns, found.lines),
    "",
  ];
}

function plansShown(_asked: Asked<unknown>): Presentation<Found<typeof plansAnswer>> {
  return {
    json: ({ plans }) => plans,
    csv: ({ plans }) => csvOf(headColumns, plans),
    people: ({ plans }) => [tableOf(headColumns, plans), ""],
  };
}
