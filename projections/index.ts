import { accounts } from "./accounts.ts";
import { bank } from "./bank.ts";
import { contractTerms } from "./contract-terms.ts";
import { contracts } from "./contracts.ts";
import type { Projection } from "./define.ts";
import { deliveries } from "./deliveries.ts";
import { households } from "./households.ts";
import { incomeDetails } from "./income-details.ts";
import { lineMoney } from "./line-money.ts";
import { linkage } from "./linkage.ts";
import { lists } from "./lists.ts";
import { mentions } from "./mentions.ts";
import { organisations } from "./organisations.ts";
import { packs } from "./packs.ts";
import { payments } from "./payments.ts";
import { planSteps } from "./plan-steps.ts";
import { plans } from "./plans.ts";
import { postings } from "./postings.ts";
import { programmeRows } from "./programme-rows.ts";
import { remarks } from "./remarks.ts";
import { shareMovements } from "./share-movements.ts";
import { shareIssues } from "./share-issues.ts";
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
  deliveries,
  plans,
  lists,
  planSteps,
  payments,
  bank,
  packs,
  programmeRows,
  linkage,
  incomeDetails,
  lineMoney,
  mentions,
  remarks,
  shareMovements,
  shareIssues,
  trail,
  vaultReferences,
];
