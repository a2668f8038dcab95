import type { ContractEvent, ContractTerms } from "./contract.ts";
import { isInForce, termsOf, whenInForce } from "./contract.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";

/** That the contract is of a kind under which such a movement does not come. */
export function refuseKind(): Refusal {
  const message = "the contract's 合同类型 does not fit the 业务类型";
  return refuse("ContractMismatch", message, "合同编号");
}

/** Whether the contract is with somebody else than a movement names. */
export function partyMisfit(
  terms: ContractTerms,
  { organisation, household }: { readonly organisation: string; readonly household: string },
): Refusal | undefined {
  if (terms.organisation !== organisation) {
    return refuse("ContractMismatch", "the contract is with another 主体编号", "主体编号");
  }
  if (terms.household !== undefined && terms.household !== household) {
    return refuse("ContractMismatch", "the contract is with another 户编号", "户编号");
  }
  return undefined;
}

/** Whether the contract is in force on a day, which stands in `column`. */
export function notInForce(
  terms: ContractTerms,
  date: string,
  column = "业务日期",
): Refusal | undefined {
  if (isInForce(terms, date)) return undefined;
  return refuse("ContractNotInForce", whenInForce(terms), column);
}

/** The terms of a day; after the end of the contract its last ones. */
export function lastTermsOf(contract: ContractEvent, date: string): ContractTerms {
  const terms = termsOf(contract, date);
  const { to } = terms;
  return to === undefined || date <= to ? terms : termsOf(contract, to);
}
