import type { Act, Cells } from "../acts.ts";
import type { County } from "../county.ts";
import { actOf } from "../plan-steps.ts";
import { activityRows } from "./activities.ts";
import { allocations, refunds, tilted } from "./allocations.ts";
import { assetRights, assets, assetSteps } from "./assets.ts";
import { closerBindings, entityBindings, householdBindings, remarkedBindings } from "./bindings.ts";
import type { Cast } from "./cast.ts";
import { castOf, joined, numbered } from "./cast.ts";
import { correctionRows, endRows } from "./closing.ts";
import { programmeAmendments, programmeContracts } from "./contracts.ts";
import { disbursementRows, reimbursements } from "./disbursements.ts";
import { moreEntities } from "./entities.ts";
import { dutyRows, entityYearRows, sanctions } from "./entity-records.ts";
import { fundRefunds, funds, models } from "./funds.ts";
import { incomes } from "./incomes.ts";
import type { Interest } from "./interest.ts";
import { interestOf } from "./interest.ts";
import { claimRows, policyRows, subsidyRows } from "./insurance.ts";
import { playedLater } from "./later.ts";
import { linkedBy } from "./linkage.ts";
import { guarantees, loanRows, loanStepRows } from "./loans.ts";
import { programmeMovements } from "./movements.ts";
import type { Officers } from "./officers.ts";
import { inventOfficers } from "./officers.ts";
import { packRows } from "./packs.ts";
import { postsWorked } from "./posts.ts";
import { cancelled, projectStepRows } from "./project-steps.ts";
import { projectRows } from "./projects.ts";
import { registered } from "./registration.ts";
import { herdFlows, riskFlows } from "./risk.ts";
import { roundRows } from "./rounds.ts";
import { shareMovements, sharesOfLoan } from "./shares.ts";
import { cases, caseStepRows, liquidationRows } from "./supervision.ts";

/** What of the programme rests on the quarters, and comes when they are paid. */
export function programmeLater(county: County): readonly Act[] {
  return playedLater(castOf(county));
}

/**
 * The programme of the demo county from November 2024 to October 2026, an act a kind of row in an
 * order in which everything that a row names is there. It comes before the months of 2025 are
 * closed.
 */
export function playProgramme(county: County): readonly Act[] {
  const cast = castOf(county);
  const officers = inventOfficers(cast);
  const bindings = householdBindings(cast);
  const closer = closerBindings(bindings);
  const loans = loanRows(cast);
  const loanSteps = loanStepRows(cast, loans);
  const interest = interestOf(loans);
  return [
    ...actOf("packs", packRows),
    ...actOf("organisations", moreEntities),
    ...actOf("officers", officers.rows),
    ...boundAndAsked(cast, officers, bindings, closer.begun),
    ...projectsOf(cast, bindings),
    ...moneyOf(cast, interest),
    ...earningsOf(cast),
    ...actOf("activities", activityRows(cast, officers, bindings)),
    ...financeOf(cast, loans, loanSteps, interest),
    ...supervisionOf(cast),
    ...actOf("ends", endRows(cast, closer.ends)),
    ...actOf("corrections", correctionRows(cast, loanSteps.at(-1))),
  ];
}

/** What households said, to whom they are bound, and the rounds in which both are looked at. */
function boundAndAsked(
  cast: Cast,
  officers: Officers,
  bindings: readonly Cells[],
  closer: readonly Cells[],
): readonly Act[] {
  const conditions = registered(cast, bindings);
  const others = [...entityBindings(cast), ...remarkedBindings(cast), ...closer];
  return [
    ...actOf("conditions", conditions.first),
    ...actOf("bindings", [...bindings, ...others]),
    ...actOf("conditions", conditions.rounds),
    ...actOf("rounds", roundRows(cast, officers, conditions.rounds)),
  ];
}

/** Projects with their steps, the assets that they leave, and what is agreed about these. */
function projectsOf(cast: Cast, bindings: readonly Cells[]): readonly Act[] {
  const projects = projectRows(cast);
  const link = (project: Cells) => linkedBy(cast, bindings, project);
  return [
    ...actOf("models", cast.rows(models)),
    ...actOf("projects", projects),
    ...actOf("project-steps", projectStepRows(cast, projects, link)),
    ...actOf("assets", joined(cast.rows(assets), "资产编号", cast.rows(assetRights))),
    ...actOf("contracts", programmeContracts(cast)),
    ...actOf("amendments", cast.rows(programmeAmendments)),
    ...actOf("duties", dutyRows(cast)),
  ];
}

/** Funds, what is allocated and paid of them, what was spent of it, and what goes back. */
function moneyOf(cast: Cast, interest: readonly Interest[]): readonly Act[] {
  const rows = joined(cast.rows(allocations), "安排编号", cast.rows(tilted));
  const back = [...cast.rows(fundRefunds), ...cast.rows(refunds)];
  return [
    ...actOf("funds", cast.rows(funds)),
    ...actOf("allocations", rows),
    ...actOf("disbursements", disbursementRows(cast, interest)),
    ...actOf("reimbursements", cast.rows(reimbursements)),
    ...actOf("refunds", back),
    ...actOf("project-steps", [cancelled]),
    ...actOf("entity-years", entityYearRows(cast)),
  ];
}

/** What assets and contracts bring in, and what households are paid. */
function earningsOf(cast: Cast): readonly Act[] {
  const steps = assetSteps.flatMap((table) => cast.rows(table));
  const posts = postsWorked(cast);
  return [
    ...actOf("asset-steps", numbered("步骤编号", "HN-CB", byDay(steps))),
    ...actOf("income", cast.rows(incomes)),
    ...actOf("posts", posts.attended),
    ...actOf("movements", [
      ...[...programmeMovements(cast), ...posts.paid, ...shareMovements(cast)],
    ]),
  ];
}

/** Loans, insurance, funds against risk and herds. */
function financeOf(
  cast: Cast,
  loans: readonly Cells[],
  loanSteps: readonly Cells[],
  interest: readonly Interest[],
): readonly Act[] {
  const policies = policyRows(cast);
  const flows = cast.rows(riskFlows);
  const comesFirst = (row: Cells): boolean => row["方向"] === "存入";
  return [
    ...actOf("risk-fund", flows.filter(comesFirst)),
    ...actOf("loans", loans),
    ...actOf("guarantees", cast.rows(guarantees)),
    ...actOf("loan-steps", loanSteps),
    ...actOf(
      "risk-fund",
      flows.filter((row) => !comesFirst(row)),
    ),
    ...actOf("policies", policies),
    ...actOf("claims", claimRows(cast)),
    ...actOf("subsidies", subsidyRows(cast, interest, policies)),
    ...actOf("herd", cast.rows(herdFlows)),
    ...actOf("movements", sharesOfLoan(cast)),
  ];
}

/** Cases, what comes of them, and the end of a cooperative. */
function supervisionOf(cast: Cast): readonly Act[] {
  return [
    ...actOf("cases", cast.rows(cases)),
    ...actOf("case-steps", caseStepRows(cast)),
    ...actOf("sanctions", cast.rows(sanctions)),
    ...actOf("liquidation", liquidationRows(cast)),
  ];
}

function byDay(rows: readonly Cells[]): readonly Cells[] {
  const day = (row: Cells): string => row["业务日期"] ?? "";
  return [...rows].sort((a, b) => (day(a) < day(b) ? -1 : day(a) > day(b) ? 1 : 0));
}
