import type { Agreements } from "./agreements.ts";
import { inventAgreements } from "./agreements.ts";
import { movementRows } from "./movements.ts";
import type { Organisation } from "./organisations.ts";
import { inventOrganisations } from "./organisations.ts";
import type { Household } from "./people.ts";
import { inventHouseholds } from "./people.ts";
import { randomFrom } from "./random.ts";

/** The demo county: who lives there, who pays them and what was agreed. */
export interface County {
  readonly households: readonly Household[];
  readonly organisations: readonly Organisation[];
  readonly agreements: Agreements;
  /** The rows of the movements file, which are made once. */
  movements(): readonly (readonly string[])[];
}

const seed = 530424;

/** The same county at each run. */
export function inventCounty(): County {
  const random = randomFrom(seed);
  const households = inventHouseholds(random);
  const organisations = inventOrganisations(random);
  const agreements = inventAgreements(random, households, organisations);
  let rows: ReturnType<County["movements"]> | undefined;
  const movements = () => (rows ??= movementRows(random, agreements));
  return { households, organisations, agreements, movements };
}
