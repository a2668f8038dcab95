import { fen } from "./balances.ts";
import { reducingSteps } from "./finance-balances.ts";
import type { Programme } from "./programme.ts";
import { countingNaming, standingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { counts } from "./recorded-row.ts";

/**
 * What of a loan is live on a day, in fen: its amount less what was repaid, compensated and written
 * off, as far as the loan and these count on it.
 */
export function livePrincipal(
  programme: Programme,
  loan: ProgrammeRow<"loans">,
  day: string,
): bigint {
  if (!counts(loan, day)) return 0n;
  const steps = countingNaming(programme, `loans/${loan.id}`, "loan-steps", day);
  return steps.reduce((live, { data: { kind, amount } }) => {
    return amount === undefined || !reducingSteps.has(kind) ? live : live - fen(amount);
  }, fen(loan.data.amount));
}

/** Months for which a loan was renewed and extended, whatever the days. */
export function monthsAdded(programme: Programme, loan: string): number {
  const steps = standingNaming(programme, `loans/${loan}`, "loan-steps");
  return steps.reduce((sum, { data }) => sum + (data.months ?? 0), 0);
}
