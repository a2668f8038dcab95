/**
 * What a person may be allowed to do here. A question, a page and a command each name the one right
 * that they need; which roles have it, and where, is for whoever signs people in to say.
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
