import type { Facts } from "../facts.ts";
import { keys } from "../facts.ts";

/** The administrative division of an organisation, by whose policy packs its rows are judged. */
export function divisionOf(organisation: string, facts: Facts): string {
  return facts.known(keys.organisation(organisation))?.data.division ?? "";
}
