import type { Pool } from "pg";
import { z } from "zod";
import { stepNames } from "../../events/schemes.ts";
import { stepColumns, stepPersonal, stepReads } from "../domain/distribution/step-columns.ts";
import { nextStep } from "../domain/distribution/step-machine.ts";
import { ends } from "./answer.ts";
import type { KnownAt } from "./as-of.ts";
import type { Found } from "./define.ts";
import { question } from "./define.ts";
import { plan } from "./parameters.ts";
import { planAt } from "./plans.ts";

const answer = z
  .object({
    plan: z.string(),
    step: z.string().nullable().describe("步骤; null where none is next"),
    columns: z.array(z.string()).describe("the columns of the row, in their order"),
    row: z
      .record(z.string(), z.string())
      .nullable()
      .describe("for a file of steps: what is known is filled in"),
    ...ends,
  })
  .meta({ id: "NextStep" });

/** The row of a plan's next step, to be completed. */
export const nextStepQuestion = question({
  name: "nextStep",
  summary: "The row of a plan's next step, to be completed",
  description:
    "The columns of the step that comes next, and 清单哈希 filled in where the step names it; " +
    "`format` writes it as a file for `imports/steps`.",
  about: "county",
  right: "sums",
  path: "/v1/plans/:plan/steps/next",
  parameters: { plan },
  answer,
  ask: ({ pool }, { plan: number }, knownAt) => nextStepOf(pool, number, knownAt),
});

/** What comes next of a plan. */
export type NextStep = Found<typeof answer>;

/** What comes next of a plan. Throws `Unknown` for one that was not drafted by then. */
export async function nextStepOf(
  pool: Pool,
  number: string,
  { position }: KnownAt,
): Promise<NextStep> {
  const { state } = await planAt(pool, number, position);
  const kind = nextStep(state);
  const own = kind === undefined ? [] : stepReads[kind];
  const columns = [
    ...(["step", "plan", "kind", "date", "by", ...own, "period"] as const).map(
      (name) => stepColumns[name].column,
    ),
    stepPersonal.explanation.column,
  ];
  if (kind === undefined) return { plan: number, step: null, columns, row: null };
  const filled: Readonly<Record<string, string>> = {
    [stepColumns.plan.column]: number,
    [stepColumns.kind.column]: stepNames[kind],
    [stepColumns.hash.column]: state.list?.hash ?? "",
  };
  const row = Object.fromEntries(columns.map((column) => [column, filled[column] ?? ""]));
  return { plan: number, step: stepNames[kind], columns, row };
}
