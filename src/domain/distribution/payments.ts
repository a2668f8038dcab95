import type { JsonObject } from "../../encoding/canonical.ts";
import type { Survey } from "../facts.ts";
import type { HolderNames } from "./holder.ts";
import { holderKey } from "./holder.ts";
import type { KeptLine } from "./list-lines.ts";
import type { PlanState } from "./plan-state.ts";
import { isHeld, untouched } from "./plan-state.ts";

/** What a payment has come to, of all that the bank has said of it. */
export type PaymentState = "instructed" | "accepted" | "credited" | "returned" | "rejected";

/** What a line of a list has come to. */
export type LineStanding = PaymentState | "listed" | "held" | "due" | "recovered" | "void";

/** The payments of one line. */
export interface LinePayments {
  /** How many have been instructed. */
  readonly total: number;
  readonly last?: {
    readonly state: PaymentState;
    /** It was rejected with its whole group or payment information: it is due again by itself. */
    readonly isRejectedWhole: boolean;
    /** The latest day of what was said of it, or of its instruction. */
    readonly day: string;
  };
}

interface LineAsked extends JsonObject {
  readonly plan: string;
  readonly version: number;
  readonly line: number;
}

/** Asks for the payments of one line. */
export const linePayments: Survey<LineAsked, LinePayments> = {
  name: "line-payments",
  categories: ["batch", "bank"],
};

/** Asks how many payments of a plan have ever been instructed. */
export const planPayments: Survey<{ readonly plan: string }, number> = {
  name: "plan-payments",
  categories: ["batch", "bank"],
};

/** Whose account a line is paid to, and the vault item of the one it was last to be paid to. */
interface PayeeAsked extends JsonObject {
  readonly household?: string | undefined;
  readonly organisation?: string | undefined;
  readonly person?: string | undefined;
  readonly payee: "household" | "person";
  readonly sealed: string;
}

/** An account, "" where there is none, and whose it is. */
export interface PayeeAccount extends JsonObject {
  readonly account: string;
  readonly holder: string;
  readonly name: string;
}

/** Asks for the account that is recorded now, and for the one before. */
export const payeeAccounts: Survey<
  PayeeAsked,
  { readonly now: PayeeAccount; readonly was: PayeeAccount }
> = { name: "payee-accounts", categories: ["household", "organisation"] };

/** What a line has come to: by the steps of its plan, and by what was paid. */
export function standingOf(
  plan: PlanState,
  line: Pick<KeptLine, "amount"> & HolderNames,
  payments: LinePayments,
): LineStanding {
  const own = plan.lines.get(holderKey(line)) ?? untouched();
  if (own.isRecovered) return "recovered";
  if (own.isStopped || plan.stage === "cancelled") return "void";
  if (plan.stage !== "approved" || line.amount === "0.00") return "listed";
  const { last, total } = payments;
  const isBack = last?.state === "returned" || last?.state === "rejected";
  const isAgain = isBack && (last.isRejectedWhole || own.resumedAfter === total);
  // What was sent again before it was found to be credited after all is paid.
  const standing = last === undefined || isAgain ? "due" : last.state;
  const isOpen = standing === "due" || standing === "returned" || standing === "rejected";
  return isOpen && isHeld(plan.holds, line) ? "held" : standing;
}
