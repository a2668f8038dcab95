import type { Pool } from "pg";
import { stepKinds } from "../../events/steps.ts";
import type { KnownEvent } from "../domain/facts.ts";
import type { IncomeState, PlanState } from "../domain/distribution/plan-state.ts";
import { incomeFold } from "../domain/distribution/plan-state.ts";
import { withoutNulls } from "./rows.ts";

/** A step as its row has it. */
export interface StepRow {
  readonly position: bigint;
  readonly plan: string;
  readonly version: number | null;
  readonly step: string;
  readonly kind: string;
  readonly date: string;
  readonly by: string;
  readonly sentFrom: string | null;
  readonly line: number | null;
  readonly household: string | null;
  readonly organisation: string | null;
  readonly person: string | null;
  readonly objection: string | null;
  readonly outcome: string | null;
  readonly level: string | null;
  readonly place: string | null;
  readonly channels: string | null;
  readonly until: string | null;
  readonly phones: string | null;
  readonly payments: number | null;
  readonly sealed: string | null;
  /** Of the list that a 定案 freezes. */
  readonly hash: string | null;
  readonly sum: string | null;
  readonly count: number | null;
  readonly root: string | null;
  /** Of the line that a step is of. */
  readonly amount: string | null;
}

/** A plan as its row has it. */
export interface PlanRow {
  readonly plan: string;
  readonly income: string;
  readonly organisation: string;
  readonly date: string;
  readonly scheme: string;
  readonly pool: string;
  readonly procedure: string;
  readonly leg: string;
  readonly payee: "household" | "person";
  readonly period: string | null;
  readonly register: string | null;
  readonly heldOn: string | null;
  readonly ratio: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly price: string | null;
  readonly rate: string | null;
  readonly yearDays: "360" | "365" | null;
  readonly floorPrice: string | null;
}

/** A plan with its steps, and where it stands by them. */
export interface StandingPlan {
  readonly row: PlanRow;
  readonly steps: readonly StepRow[];
  readonly state: PlanState;
}

/**
 * Some plans in the order of their numbers, as known at a position; all where none are named. With
 * `until` only plans and steps of days up to that one.
 */
export async function plansAt(
  pool: Pool,
  position: bigint,
  plans?: readonly string[],
  until?: string,
): Promise<StandingPlan[]> {
  const values = [position, plans ?? null, until ?? null];
  const { rows } = await pool.query<PlanRow>({
    name: "plans",
    text: `SELECT plan, income, organisation, effective AS date, scheme, pool::text AS pool,
        procedure, leg, payee, period, register, held_on AS "heldOn", ratio::text AS ratio,
        from_day AS "from", to_day AS "to", price::text AS price, rate::text AS rate,
        year_days AS "yearDays", floor_price::text AS "floorPrice"
      FROM read.plans WHERE position <= $1 AND ($2::text[] IS NULL OR plan = ANY($2))
        AND ($3::date IS NULL OR effective <= $3)
      ORDER BY plan`,
    values,
  });
  const { rows: steps } = await pool.query<StepRow>({
    name: "plan-steps",
    text: `SELECT s.position, s.plan, s.version, s.step, s.kind, s.effective AS date, s.by,
        s.sent_from AS "sentFrom", s.line, s.household, s.organisation, s.person, s.objection,
        s.outcome, s.level, s.place, s.channels, s.until, s.phones, s.payments, s.sealed,
        l.hash, l.sum::text AS sum, l.count, l.root, own.amount::text AS amount
      FROM read.plan_steps s
      LEFT JOIN read.lists l ON s.kind = 'freeze' AND l.plan = s.plan AND l.version = s.version
      LEFT JOIN read.list_lines own
        ON own.plan = s.plan AND own.version = s.version AND own.line = s.line
      WHERE s.position <= $1 AND ($2::text[] IS NULL OR s.plan = ANY($2))
        AND ($3::date IS NULL OR s.effective <= $3)
      ORDER BY s.position`,
    values,
  });
  const byPlan = new Map<string, StepRow[]>();
  for (const step of steps) {
    const known = byPlan.get(step.plan);
    if (known === undefined) byPlan.set(step.plan, [step]);
    else known.push(step);
  }
  return rows.map((row) => {
    const own = byPlan.get(row.plan) ?? [];
    return { row, steps: own, state: stateFrom(row, own) };
  });
}

/** The list that stands, as its 定案 froze it; null where none does. */
export function standingList({ steps, state }: StandingPlan) {
  const frozen = steps.find(
    ({ kind, version }) => kind === "freeze" && version === state.list?.version,
  );
  if (frozen === undefined) return null;
  const { hash, version, count, sum } = frozen;
  return { hash: hash ?? "", version: version ?? 0, count: count ?? 0, sum: sum ?? "" };
}

/** Where a plan stands: the same fold that decides its steps, over what the read models keep. */
function stateFrom(row: PlanRow, steps: readonly StepRow[]): PlanState {
  const income: IncomeState = incomeFold.start();
  const drafted = { type: "PlanDrafted", data: { ...row }, effectiveDate: row.date };
  incomeFold.apply(income, drafted as unknown as KnownEvent);
  for (const step of steps) incomeFold.apply(income, eventFrom(step));
  const state = income.plans.get(row.plan);
  if (state === undefined) throw new Error("a plan that was drafted is there");
  return state;
}

/** The types of events by their steps. */
const types = new Map<string, string>(
  Object.entries(stepKinds).map(([type, kind]) => [kind, type]),
);

function eventFrom(step: StepRow): KnownEvent {
  const type = types.get(step.kind);
  if (type === undefined) throw new Error(`there is no step ${step.kind}`);
  return { type, data: withoutNulls(step), effectiveDate: step.date } as unknown as KnownEvent;
}
