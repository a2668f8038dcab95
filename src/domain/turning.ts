import type { Facts } from "./facts.ts";
import { turnable } from "./parameters.ts";
import type { Policy } from "./policy.ts";
import { policyFor } from "./policy.ts";
import type { Refusal } from "./refusal.ts";
import type { Remark } from "./remark.ts";

/** What rules that packs turn have come to, for a row that is judged by hand. */
export interface Turning {
  readonly policy: Policy;
  /** The refusal of a row, where its code is not turned to a remark, or off. */
  turned(refusal: Refusal | undefined): Refusal | undefined;
  /** What was reported; undefined where nothing was. */
  readonly remarks: Remark[] | undefined;
  /** The packs that have answered, with a blank between two; undefined where none but the base. */
  readonly answered: string | undefined;
}

/** Turns the codes of a row of a day and a division. No pack is looked up until a rule asks. */
export function turningFor(day: string, division: () => string, facts: Facts): Turning {
  let policy: Policy | undefined;
  let remarks: Remark[] | undefined;
  const asked = (): Policy => (policy ??= policyFor(day, division(), facts));
  return {
    get policy() {
      return asked();
    },
    get remarks() {
      return remarks;
    },
    get answered() {
      return policy?.answered;
    },
    turned: (refusal) => {
      if (refusal === undefined) return undefined;
      const { code, message, field = "" } = refusal;
      const turn = turnable.has(code) ? asked().turn(code) : "refuse";
      if (turn === "refuse") return refusal;
      if (turn === "report") (remarks ??= []).push({ code, message, field });
      return undefined;
    },
  };
}
