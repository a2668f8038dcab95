import type { ProgrammeRow } from "./recorded-row.ts";
import { counts } from "./recorded-row.ts";

/** Whether a policy of an insurer is live on a day: it counts, and the day is one of its days. */
export function isInForce(policy: ProgrammeRow<"policies">, day: string): boolean {
  const { from, to } = policy.data;
  return counts(policy, day) && from <= day && day <= to;
}
