import { contractQuestion, contractsQuestion } from "./contracts.ts";
import type { Question } from "./define.ts";
import { householdQuestion, incomeByYearQuestion } from "./household.ts";
import { overviewQuestion } from "./overview.ts";
import {
  householdOwnershipQuestion,
  ownershipQuestion,
  registerOwnershipQuestion,
} from "./ownership.ts";
import { householdsQuestion, organisationsQuestion } from "./registers.ts";
import { statementQuestion } from "./statement.ts";
import { statementsQuestion } from "./statements.ts";
import { trailQuestion } from "./trail.ts";

/** Every question that the ledger answers, in the order of the reference. */
export const questions: readonly Question[] = [
  householdQuestion,
  statementQuestion,
  householdOwnershipQuestion,
  registerOwnershipQuestion,
  ownershipQuestion,
  trailQuestion,
  householdsQuestion,
  organisationsQuestion,
  contractsQuestion,
  contractQuestion,
  statementsQuestion,
  incomeByYearQuestion,
  overviewQuestion,
];
