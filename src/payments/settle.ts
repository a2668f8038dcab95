import type { Refusal } from "../domain/refusal.ts";
import type { Ledger } from "../ledger.ts";
import type { CommandContext } from "../write/commands.ts";
import { positionOf, submitRow } from "../write/submit-row.ts";

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
  ledger: Pick<Ledger, "submitter">,
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
  const done = await submitRow(ledger, "settlements", cells, context);
  if ("code" in done) return done;
  const position = positionOf(done);
  const isMatched = to !== undefined || as === "rejected";
  return { entry, state: undo === true ? "open" : isMatched ? "matched" : "other", position };
}
