import { amendments } from "./amendment.ts";
import { basisRows } from "./distribution/basis.ts";
import { bankFiles } from "./distribution/bank-file.ts";
import { months } from "./distribution/close.ts";
import { settlements } from "./distribution/settle.ts";
import { instructions } from "./distribution/instruct.ts";
import { incomes } from "./distribution/income.ts";
import { plans } from "./distribution/plan.ts";
import { steps } from "./distribution/steps.ts";
import { contracts } from "./contract.ts";
import { roster } from "./household.ts";
import type { Kind } from "./kind.ts";
import { movements } from "./movement.ts";
import { organisations } from "./organisation.ts";
import { packs } from "./pack-command.ts";
import { activities } from "./programme/activities.ts";
import { allocations } from "./programme/allocations.ts";
import { assetSteps } from "./programme/asset-steps.ts";
import { assets } from "./programme/assets.ts";
import { bindings } from "./programme/bindings.ts";
import { claims } from "./programme/claims.ts";
import { caseSteps } from "./programme/case-steps.ts";
import { cases } from "./programme/cases.ts";
import { conditions } from "./programme/conditions.ts";
import { corrections } from "./programme/corrections.ts";
import { disbursements, reimbursements } from "./programme/disbursements.ts";
import { duties } from "./programme/duties.ts";
import { ends } from "./programme/ends.ts";
import { entityYears } from "./programme/entity-years.ts";
import { funds } from "./programme/funds.ts";
import { guarantees } from "./programme/guarantees.ts";
import { herd } from "./programme/herd.ts";
import { loanSteps } from "./programme/loan-steps.ts";
import { loans } from "./programme/loans.ts";
import { liquidation } from "./programme/liquidation.ts";
import { models } from "./programme/models.ts";
import { officers } from "./programme/officers.ts";
import { policies } from "./programme/policies.ts";
import { posts } from "./programme/posts.ts";
import { projectSteps } from "./programme/project-steps.ts";
import { projects } from "./programme/projects.ts";
import { refunds } from "./programme/refunds.ts";
import { riskFund } from "./programme/risk-fund.ts";
import { rounds } from "./programme/rounds.ts";
import { sanctions } from "./programme/sanctions.ts";
import { subsidies } from "./programme/subsidies.ts";

/**
 * Every kind of command, in the order in which they build on each other. It is the only list of
 * them.
 */
export const kinds: readonly Kind[] = [
  roster,
  organisations,
  contracts,
  amendments,
  movements,
  incomes,
  plans,
  basisRows,
  steps,
  instructions,
  bankFiles,
  settlements,
  months,
  packs,
  funds,
  models,
  conditions,
  bindings,
  posts,
  officers,
  projects,
  cases,
  caseSteps,
  sanctions,
  duties,
  projectSteps,
  allocations,
  disbursements,
  reimbursements,
  refunds,
  assets,
  assetSteps,
  activities,
  entityYears,
  rounds,
  loans,
  guarantees,
  policies,
  claims,
  riskFund,
  loanSteps,
  subsidies,
  herd,
  liquidation,
  ends,
  corrections,
];

/** The name of a kind. */
export type KindName = Kind["name"];

/** The names of the kinds that come in files, in the order in which they are imported. */
export const fileKinds: readonly KindName[] = kinds
  .filter(({ isFile }) => isFile)
  .map(({ name }) => name);

const byName = new Map(kinds.map((kind) => [kind.name, kind]));

/** The kind of a name that is known to be one. */
export function kindOf(name: KindName): Kind {
  const kind = byName.get(name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
}
