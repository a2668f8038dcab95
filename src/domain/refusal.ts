/**
 * Why a row or command is refused: the state that broke the rule. The order is the order of
 * precedence: of several that apply, the first is the answer (contract, Judging).
 */
export const refusalCodes = [
  "MalformedField",
  "ReferenceConflict",
  "HouseholdUnknown",
  "OrganisationUnknown",
  "ContractUnknown",
  "RegisterUnknown",
  "OriginalUnknown",
  "ContractMismatch",
  "ContractNotInForce",
  "PriceNotContract",
  "PriceBelowFloor",
  "AmountMismatch",
  "SharesNotExact",
  "NoShares",
  "AlreadyReversed",
] as const;

/** One of them. */
export type RefusalCode = (typeof refusalCodes)[number];

/** A refusal is a value. Its message names field and rule and repeats no text of the row. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** The column of the row that broke the rule, as the file names it. */
  readonly field?: string;
}

/** Builds a refusal; `field` is the column's Chinese name. */
export function refuse(code: RefusalCode, message: string, field?: string): Refusal {
  return field === undefined ? { code, message } : { code, message, field };
}
