/**
 * Why a row or command is refused: the state that broke the rule. The order is that of precedence
 * as far as kinds agree on it; of several that apply, the first of its kind's `rules` is the answer
 * (contract, Judging).
 */
export const refusalCodes = [
  "MalformedField",
  "ReferenceConflict",
  "PeriodClosed",
  "PlanUnknown",
  "StepOutOfOrder",
  "IncomeUnknown",
  "DateBefore",
  "SchemeTakesNoBasis",
  "PlanFrozen",
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
  "RatioBelowFloor",
  "PersonUnknown",
  "DuplicateBeneficiary",
  "BasisMissing",
  "BasisNotYet",
  "ReasonMissing",
  "PoolTooSmall",
  "IncomeExceeded",
  "QuorumNotMet",
  "ListChanged",
  "NoticeIncomplete",
  "NoticeTooShort",
  "NoticeNotRunning",
  "ObjectionConflict",
  "ObjectionUnknown",
  "ObjectionAnswered",
  "NoticeRunning",
  "ObjectionOpen",
  "LineUnknown",
  "LineNotOpen",
  "LineNotHeld",
  "LineNotReturned",
  "LineNotCredited",
  "SamePerson",
  "AccountUnchanged",
  "PlanNotApproved",
  "NothingToPay",
  "NotFinal",
  "NotOurs",
  "SumsDisagree",
  "StatementGap",
  "EntryUnknown",
  "PaymentAnswered",
  "TooEarly",
  "MonthNotClosable",
  "PackMalformed",
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
