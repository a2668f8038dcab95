/**
 * What a person may be allowed to do. Each question, page and kind names the one right that it
 * needs. Which roles have it, and where, is for sign-in to decide, which does not exist yet.
 */
export type Right =
  | "open"
  | "own"
  | "record"
  | "programme"
  | "plan"
  | "review"
  | "approve"
  | "pay"
  | "sums"
  | "masked"
  | "unmasked"
  | "proof"
  | "inspect"
  | "cases"
  | "county"
  | "users"
  | "codes"
  | "system";
