import type { Pool } from "pg";
import { z } from "zod";
import { explain } from "../domain/distribution/explain.ts";
import type { Taking } from "../domain/distribution/freezing.ts";
import { planWith } from "../domain/distribution/freezing.ts";
import { amount } from "./answer.ts";
import { Unknown } from "./as-of.ts";
import type { StandingPlan } from "./plan-states.ts";
import type { Nullable } from "./rows.ts";
import { withoutNulls } from "./rows.ts";

const words = z.object({ zh: z.string(), en: z.string() });

/** How a line came to its amount. */
export const explanation = z.object({
  line: z.number(),
  formula: words.describe("the scheme's"),
  steps: z.array(words).describe("each a computation with its numbers"),
  amount,
});

/** What a line came to, and why. */
export type Explanation = z.output<typeof explanation>;

type TakingRow = Nullable<Required<Taking>> & {
  readonly line: number;
  readonly amount: string;
};

/**
 * How a line of the list that stands came to its amount, from the quantities that were frozen with
 * it. Throws `Unknown` where there is no list or no such line.
 */
export async function explanationOf(
  pool: Pool,
  { row, state }: StandingPlan,
  line: number,
): Promise<Explanation> {
  const { list } = state;
  if (list === undefined) throw new Unknown("ListMissing", "no list of this plan stands");
  const { rows } = await pool.query<TakingRow>(
    `SELECT line, household, organisation, person, basis::text AS basis, factor::text AS factor,
       priority, kilograms::text AS kilograms, shares::text AS shares, amount::text AS amount
     FROM read.list_lines WHERE plan = $1 AND version = $2 ORDER BY line`,
    [row.plan, list.version],
  );
  const own = rows[line - 1];
  if (own === undefined) throw new Unknown("LineUnknown", "the list has no line of this number");
  const plan = planWith(
    withoutNulls(row),
    rows.map((one) => withoutNulls(one) as Taking),
  );
  const { formula, steps } = explain(plan, line, own.amount);
  return { line, formula, steps: [...steps], amount: own.amount };
}
