import { accounts } from "./accounts.ts";
import { contractTerms } from "./contract-terms.ts";
import { contracts } from "./contracts.ts";
import type { Projection } from "./define.ts";
import { households } from "./households.ts";
import { organisations } from "./organisations.ts";
import { postings } from "./postings.ts";
import { trail } from "./trail.ts";
import { vaultReferences } from "./vault-references.ts";

/** Every read model. It is the only list of them. */
export const projections: readonly Projection[] = [
  postings,
  households,
  accounts,
  organisations,
  contracts,
  contractTerms,
  trail,
  vaultReferences,
];
