import { monthsLater } from "../calendar.ts";
import { fen } from "./balances.ts";
import { reducingSteps } from "./finance-balances.ts";
import type { Programme } from "./programme.ts";
import { countingNaming, standingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { counts } from "./recorded-row.ts";

/** A row by which a loan becomes more or less, and by how much, in fen. */
interface PrincipalPart {
  readonly row: ProgrammeRow<"loans"> | ProgrammeRow<"loan-steps">;
  readonly by: bigint;
}

/**
 * What the live principal of a loan on a day is the sum of: its amount, less what was repaid,
 * compensated and written off, as far as the loan and these count on it.
 */
export function principalParts(
  programme: Programme,
  loan: ProgrammeRow<"loans">,
  day: string,
): readonly PrincipalPart[] {
  if (!counts(loan, day)) return [];
  const steps = countingNaming(programme, `loans/${loan.id}`, "loan-steps", day);
  const reduced = steps.flatMap((row): PrincipalPart[] => {
    const { kind, amount } = row.data;
    return amount === undefined || !reducingSteps.has(kind) ? [] : [{ row, by: -fen(amount) }];
  });
  return [{ row: loan, by: fen(loan.data.amount) }, ...reduced];
}

/** What of a loan is live on a day, in fen. */
export function livePrincipal(
  programme: Programme,
  loan: ProgrammeRow<"loans">,
  day: string,
): bigint {
  return principalParts(programme, loan, day).reduce((live, { by }) => live + by, 0n);
}

/** Months for which a loan was renewed and extended, whatever the days. */
export function monthsAdded(programme: Programme, loan: string): number {
  return monthsOf(standingNaming(programme, `loans/${loan}`, "loan-steps"));
}

/** The day on which a loan is due, as it was renewed and extended by a day. */
export function dueDay(
  programme: Programme,
  { id, data }: ProgrammeRow<"loans">,
  day: string,
): string {
  const steps = countingNaming(programme, `loans/${id}`, "loan-steps", day);
  return monthsLater(data.date, data.months + monthsOf(steps));
}

function monthsOf(steps: readonly ProgrammeRow<"loan-steps">[]): number {
  return steps.reduce((sum, { data }) => sum + (data.months ?? 0), 0);
}
