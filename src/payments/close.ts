import { reasonSeparator } from "../domain/distribution/close.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Ledger } from "../ledger.ts";
import type { CommandContext } from "../write/commands.ts";
import { positionOf, submitRow } from "../write/submit-row.ts";

/** A month that was to be closed. */
export interface ClosedMonth {
  readonly month: string;
  readonly closed: boolean;
  /** What stands in the way, in words. */
  readonly reasons: readonly string[];
  /** Undefined where nothing was recorded. */
  readonly position: bigint | undefined;
}

/** Closes a month, YYYY-MM, and with the first all before it. */
export async function closeMonth(
  ledger: Pick<Ledger, "submitter">,
  { month, by }: { readonly month: string; readonly by: string },
  context: CommandContext,
): Promise<ClosedMonth | Refusal> {
  const done = await submitRow(ledger, "months", { 月份: month, 经办人: by }, context);
  if (!("code" in done)) return { month, closed: true, reasons: [], position: positionOf(done) };
  if (done.code !== "MonthNotClosable") return done;
  const reasons = done.message.split(reasonSeparator);
  return { month, closed: false, reasons, position: undefined };
}
