import type { RefusalCode } from "../refusal.ts";
import { fen, freeOf } from "./balances.ts";
import type { Programme } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { changesOf, wouldOverdraw } from "./timelines.ts";

/** The code of a balance of finance that would fall below zero if a row were taken back. */
export function overdrawnByTaking(
  { balances, timelines }: Programme,
  row: ProgrammeRow,
  day: string,
): RefusalCode | undefined {
  if (row.kind === "loan-steps") {
    const { kind, loan, amount = "0" } = row.data;
    const isRecovered = kind === "compensate" && fen(amount) > freeOf(balances, `recourse/${loan}`);
    return isRecovered ? "LoanOverpaid" : undefined;
  }
  const back = changesOf(row).map(({ name, by }) => ({ name, by: -by }));
  if (!wouldOverdraw(timelines, back, day)) return undefined;
  return row.kind === "herd" ? "HeadsInsufficient" : "FundInsufficient";
}
