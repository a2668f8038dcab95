import type { Facts } from "../facts.ts";
import { keys } from "../facts.ts";

/** A household or an organisation that a column names without saying which. */
export interface Party {
  readonly household?: string;
  readonly organisation?: string;
}

/** Who a number is: a household, else an organisation; undefined where it is neither. */
export function partyOf(id: string, facts: Facts): Party | undefined {
  if (facts.known(keys.household(id)) !== undefined) return { household: id };
  if (facts.known(keys.organisation(id)) !== undefined) return { organisation: id };
  return undefined;
}

/** What is wrong with a column that names neither (`PartyUnknown`). */
export function isNoParty(column: string, id: string | undefined, facts: Facts): string | false {
  const isUnknown = id !== undefined && partyOf(id, facts) === undefined;
  return isUnknown && `${column} is neither a household nor an organisation of the register`;
}
