import type { Facts } from "../facts.ts";
import { keys } from "../facts.ts";

/**
 * The households among those that a row names, or whose loan or policy it is about, each once: whom
 * its event concerns.
 */
export function householdsAmong(
  facts: Facts,
  ...parties: readonly (string | undefined)[]
): string[] {
  const isHousehold = (one: string | undefined): one is string =>
    one !== undefined && facts.known(keys.household(one)) !== undefined;
  return [...new Set(parties.filter(isHousehold))];
}
