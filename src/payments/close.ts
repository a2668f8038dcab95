import { reasonSeparator } from "../domain/distribution/close.ts";
import { kindOf } from "../domain/kinds.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Ledger } from "../ledger.ts";
import type { CommandContext } from "../write/commands.ts";

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
  { submitter }: Pick<Ledger, "submitter">,
  { month, by }: { readonly month: string; readonly by: string },
  context: CommandContext,
): Promise<ClosedMonth | Refusal> {
  const parsed = kindOf("months").parse({ cells: { 月份: month, 经办人: by } });
  if (!parsed.ok) return parsed.refusal;
  const outcome = await submitter.submit("months", parsed.command, context);
  if (outcome.status !== "refused") {
    const position = outcome.status === "recorded" ? outcome.position : undefined;
    return { month, closed: true, reasons: [], position };
  }
  const { refusal } = outcome;
  if (refusal.code !== "MonthNotClosable") return refusal;
  const reasons = refusal.message.split(reasonSeparator);
  return { month, closed: false, reasons, position: undefined };
}
