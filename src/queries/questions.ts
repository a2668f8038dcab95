import { contractQuestion, contractsQuestion } from "./contracts.ts";
import type { Question } from "./define.ts";
import { householdQuestion, incomeByYearQuestion } from "./household.ts";
import { overviewQuestion } from "./overview.ts";
import {
  householdOwnershipQuestion,
  ownershipQuestion,
  registerOwnershipQuestion,
} from "./ownership.ts";
import { noticeOnWebQuestion, noticeQuestion, noticesQuestion } from "./notice.ts";
import { fullListQuestion, publicListQuestion } from "./lists.ts";
import { nextStepQuestion } from "./next-step.ts";
import { packInForceQuestion, packsQuestion } from "./packs.ts";
import { planQuestion, plansQuestion } from "./plans.ts";
import { reconcileQuestion } from "./reconcile.ts";
import { reportQuestions } from "./reports/reports.ts";
import { householdsQuestion, organisationsQuestion } from "./registers.ts";
import { organisationStatementQuestion, statementQuestion } from "./statement.ts";
import { statementsQuestion } from "./statements.ts";
import { trailQuestion } from "./trail.ts";

/** Every question that the ledger answers, in the order of the reference. */
export const questions: readonly Question[] = [
  householdQuestion,
  statementQuestion,
  organisationStatementQuestion,
  householdOwnershipQuestion,
  registerOwnershipQuestion,
  ownershipQuestion,
  trailQuestion,
  householdsQuestion,
  organisationsQuestion,
  contractsQuestion,
  contractQuestion,
  statementsQuestion,
  plansQuestion,
  planQuestion,
  publicListQuestion,
  fullListQuestion,
  nextStepQuestion,
  reconcileQuestion,
  noticeQuestion,
  noticeOnWebQuestion,
  noticesQuestion,
  packsQuestion,
  packInForceQuestion,
  ...reportQuestions,
  incomeByYearQuestion,
  overviewQuestion,
];
