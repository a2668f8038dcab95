/** What somebody may be allowed to do; roles that hold these rights come with sign-in. */
export const rights = [
  "open",
  "own",
  "record",
  "programme",
  "plan",
  "review",
  "approve",
  "pay",
  "sums",
  "masked",
  "unmasked",
  "proof",
  "inspect",
  "cases",
  "county",
  "users",
  "codes",
  "system",
] as const;

/** One of them. */
export type Right = (typeof rights)[number];
