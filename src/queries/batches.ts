import type { Pool } from "pg";
import type { SkippedLine } from "../domain/distribution/instruct.ts";
import { skipReason } from "../domain/distribution/instruct.ts";
import type { KeptLine } from "../domain/distribution/list-lines.ts";
import { holderKey } from "../domain/distribution/holder.ts";
import { Unknown } from "./as-of.ts";
import { paymentsIn, paymentsOfLines } from "./payments.ts";
import { plansAt } from "./plan-states.ts";
import type { Nullable } from "./rows.ts";
import { withoutNulls } from "./rows.ts";

/** A batch as it was instructed. */
export interface BatchCard {
  readonly batch: string;
  readonly account: string;
  readonly by: string;
  readonly on: string;
  readonly profile: string;
  readonly count: number;
  readonly sum: string;
  /** RFC 3339. */
  readonly recordedAt: string;
}

/** A batch, undefined where there is none of this id. */
export async function batchCard(
  pool: Pool,
  id: string,
  position: bigint,
): Promise<BatchCard | undefined> {
  const { rows } = await pool.query<BatchCard>(
    `SELECT batch, account, by, effective AS on, profile, count, sum::text AS sum,
       to_char(effective, 'YYYY-MM-DD"T"09:00:00+08:00') AS "recordedAt"
     FROM read.batches WHERE batch = $1 AND position <= $2`,
    [id, position],
  );
  return rows[0];
}

/** One batch as known then. Throws `Unknown` for one that was not made by then. */
export async function batchAt(pool: Pool, id: string, position: bigint): Promise<BatchCard> {
  const batch = await batchCard(pool, id, position);
  if (batch === undefined) throw new Unknown("BatchUnknown", "no batch of this id is recorded");
  return batch;
}

/** The payments of a batch after one, in their order. */
export async function batchPayments(
  pool: Pool,
  id: string,
  after: number,
  max: number,
): Promise<{ payment: string; amount: string; sealed: string; number: number }[]> {
  const { rows } = await pool.query<{
    payment: string;
    amount: string;
    sealed: string;
    number: number;
  }>(
    `SELECT payment, amount::text AS amount, sealed, number FROM read.payments
     WHERE batch = $1 AND number > $2 ORDER BY number LIMIT $3`,
    [id, after, max],
  );
  return rows;
}

/** A line that is due, and the vault item of the account that it is paid to. */
interface DueLine {
  readonly plan: string;
  readonly line: number;
  readonly amount: string;
  readonly sealed: string;
}

/** The lines of plans that a batch would pay, as known at a position. */
export async function dueLines(
  pool: Pool,
  plans: readonly string[],
  position: bigint,
): Promise<DueLine[]> {
  const found: DueLine[] = [];
  for await (const { plan, line, reason, sealed } of judgedLines(pool, plans, position)) {
    if (reason === undefined) found.push({ plan, line: line.line, amount: line.amount, sealed });
  }
  return found;
}

/** The lines of plans that a batch would not pay, and why. */
export async function skippedLines(
  pool: Pool,
  plans: readonly string[],
  position: bigint,
): Promise<SkippedLine[]> {
  const found: SkippedLine[] = [];
  for await (const { plan, line, reason } of judgedLines(pool, plans, position)) {
    if (reason !== undefined) found.push({ plan, line: line.line, reason });
  }
  return found;
}

async function* judgedLines(pool: Pool, plans: readonly string[], position: bigint) {
  for (const { row, state } of await plansAt(pool, position, plans)) {
    const version = state.list?.version;
    if (version === undefined || state.stage !== "approved") continue;
    const { rows } = await pool.query<Nullable<KeptLine>>(
      `SELECT line, household, organisation, person, amount::text AS amount,
         is_payable AS "isPayable", sealed
       FROM read.list_lines WHERE plan = $1 AND version = $2 ORDER BY line`,
      [row.plan, version],
    );
    const list = { plan: row.plan, version };
    const payments = paymentsIn(await paymentsOfLines(pool, list, position));
    for (const nullable of rows) {
      const line = withoutNulls(nullable) as KeptLine;
      const sealed = state.lines.get(holderKey(line))?.sealed ?? line.sealed;
      const reason = skipReason(state, line, payments.of({ ...list, line: line.line }));
      yield { plan: row.plan, line, sealed, reason };
    }
  }
}
