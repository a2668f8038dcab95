import type { Question } from "../define.ts";
import { assetsReport } from "./assets.ts";
import { arrearsReport } from "./arrears.ts";
import { benefitRateReport } from "./benefit-rate.ts";
import { casesReport } from "./cases.ts";
import { coverageReport } from "./coverage.ts";
import { dibaoReport } from "./dibao.ts";
import { entitiesReport, entityReport } from "./entities.ts";
import { fundRatioReport } from "./fund-ratio.ts";
import { fundTraceReport } from "./fund-trace.ts";
import { fundsReport } from "./funds.ts";
import { herdReport } from "./herd.ts";
import { insuranceReport } from "./insurance.ts";
import { loansReport } from "./loans.ts";
import { incomeTypesReport } from "./income-types.ts";
import { programmeReport } from "./programme.ts";
import { remarksReport } from "./remarks.ts";
import type { AnyReport } from "./report.ts";
import { questionOf } from "./report.ts";
import { riskFundReport } from "./risk-fund.ts";
import { membersReport } from "./members.ts";
import { ratesReport } from "./rates.ts";
import { roundsReport } from "./rounds.ts";
import { sharesReport } from "./shares.ts";
import { tenureReport } from "./tenure.ts";
import { villagesReport } from "./villages.ts";

/** Every report of the programme, in the order of the reference. */
export const reports: readonly AnyReport[] = [
  coverageReport,
  fundRatioReport,
  fundsReport,
  assetsReport,
  fundTraceReport,
  incomeTypesReport,
  arrearsReport,
  sharesReport,
  membersReport,
  ratesReport,
  benefitRateReport,
  entityReport,
  entitiesReport,
  programmeReport,
  villagesReport,
  roundsReport,
  loansReport,
  riskFundReport,
  herdReport,
  insuranceReport,
  dibaoReport,
  casesReport,
  remarksReport,
  tenureReport,
];

/** The questions that they are. */
export const reportQuestions: readonly Question[] = reports.map(questionOf);
