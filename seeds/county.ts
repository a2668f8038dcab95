import type { Agreements } from "./agreements.ts";
import { inventAgreements } from "./agreements.ts";
import type { Organisation } from "./organisations.ts";
import { inventOrganisations } from "./organisations.ts";
import type { Household } from "./people.ts";
import { inventHouseholds } from "./people.ts";
import type { Random } from "./random.ts";
import { randomFrom } from "./random.ts";

/** The demo county: who lives there, who pays them and what was agreed. */
export interface County {
  readonly households: readonly Household[];
  readonly organisations: readonly Organisation[];
  readonly agreements: Agreements;
  /** The choices that come after these. */
  readonly random: Random;
}

const seed = 530424;

/** The same county at each run. */
export function inventCounty(): County {
  const random = randomFrom(seed);
  const households = inventHouseholds(random);
  const organisations = inventOrganisations(random);
  const agreements = inventAgreements(random, households, organisations);
  return { households, organisations, agreements, random };
}
