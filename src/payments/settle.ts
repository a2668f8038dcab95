import { kindOf } from "../domain/kinds.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Ledger } from "../ledger.ts";
import type { CommandContext } from "../write/commands.ts";

/** What is decided about an entry: exactly one of `to`, `as` and `undo`. */
export interface SettleWishes {
  readonly entry: string;
  /** The payment that it is: `<batch>/<EndToEndId>`. */
  readonly to?: string | undefined;
  /** What else it is, in words; `rejected` gives a payment up. */
  readonly as?: string | undefined;
  readonly undo?: boolean | undefined;
  readonly by: string;
  readonly reason: string;
  readonly on: string;
}

/** An entry that was decided on. */
export interface SettledEntry {
  readonly entry: string;
  readonly state: "matched" | "other" | "open";
  /** Undefined where the same was decided before. */
  readonly position: bigint | undefined;
}

/** Decides about an entry that fits no payment; a refusal records nothing. */
export async function settle(
  { submitter }: Pick<Ledger, "submitter">,
  { entry, to, as, undo, by, reason, on }: SettleWishes,
  context: CommandContext,
): Promise<SettledEntry | Refusal> {
  const cells = {
    流水号: entry,
    付款: to ?? "",
    说明: as ?? "",
    撤销: undo === true ? "yes" : "",
    经办人: by,
    理由: reason,
    业务日期: on,
  };
  const parsed = kindOf("settlements").parse({ cells });
  if (!parsed.ok) return parsed.refusal;
  const outcome = await submitter.submit("settlements", parsed.command, context);
  if (outcome.status === "refused") return outcome.refusal;
  const position = outcome.status === "recorded" ? outcome.position : undefined;
  const isMatched = to !== undefined || as === "rejected";
  return { entry, state: undo === true ? "open" : isMatched ? "matched" : "other", position };
}
