import { z } from "zod";
import type { Side } from "./define.ts";
import { identifier, storedPosting } from "./define.ts";
import { assetEvents } from "./programme-assets.ts";
import { entityEvents } from "./programme-entities.ts";
import { financeEvents } from "./programme-finance.ts";
import { fundEvents } from "./programme-funds.ts";
import { projectEvents } from "./programme-projects.ts";
import { corrected, rowEvent, tellsCorrected } from "./programme-row.ts";
import { supervisionEvents } from "./programme-supervision.ts";

/** What takes rows back, and what ends them. */
const closingEvents = {
  RowCorrected: rowEvent({
    key: "correction",
    summary: "A row is taken back whole: from that day on it counts no more (更正).",
    reference: "correction",
    earlier: [corrected],
    data: {
      ...corrected,
      /** Those of the row, with their signs turned; absent where it moved no money. */
      postings: z.array(storedPosting).optional(),
    },
    tells: tellsCorrected,
    posts: ({ postings = [] }, post) => {
      for (const { side, household, organisation, leg, asset, amount, ...of } of postings) {
        const [whose, whom] = [household ?? null, organisation ?? null];
        post(side as Side, whose, whom, leg, asset, amount, undefined, of);
      }
    },
  }),
  RowEnded: rowEvent({
    key: "ending",
    summary: "A binding, an office, a sanction or a guarantee ends with this day (终止).",
    reference: "ending",
    data: {
      ending: identifier,
      table: identifier,
      original: identifier,
      households: z.array(identifier),
    },
    tells: ({ ending, table, original, households }) =>
      households.map((one) => [one, `终止 ${ending}：${table} ${original}`] as const),
  }),
};

/**
 * Stream category `programme`: one stream, `programme-all`, of every row of the programme: its
 * rules sum and look over rows of many kinds, whatever their days.
 */
export const programmeEvents = {
  ...fundEvents,
  ...projectEvents,
  ...entityEvents,
  ...financeEvents,
  ...assetEvents,
  ...supervisionEvents,
  ...closingEvents,
};

/** The kind of row that each event is recorded from, as files and routes name it. */
export const programmeKinds = {
  FundRecorded: "funds",
  ModelStepTaken: "models",
  ProjectRecorded: "projects",
  ProjectStepTaken: "project-steps",
  FundsAllocated: "allocations",
  FundsDisbursed: "disbursements",
  ExpenseReimbursed: "reimbursements",
  FundsRefunded: "refunds",
  PartiesBound: "bindings",
  AttendanceRecorded: "posts",
  ConditionsStated: "conditions",
  ActivityHeld: "activities",
  OfficerAppointed: "officers",
  DutyAssumed: "duties",
  EntityYearReported: "entity-years",
  OrganisationSanctioned: "sanctions",
  RoundStepTaken: "rounds",
  LoanGranted: "loans",
  LoanStepTaken: "loan-steps",
  FinanceSubsidyPaid: "subsidies",
  GuaranteeGiven: "guarantees",
  InsuranceTaken: "policies",
  ClaimStepTaken: "claims",
  RiskFundMoved: "risk-fund",
  HerdMoved: "herd",
  AssetRecorded: "assets",
  AssetStepTaken: "asset-steps",
  CaseRecorded: "cases",
  CaseStepTaken: "case-steps",
  LiquidationEntered: "liquidation",
  RowCorrected: "corrections",
  RowEnded: "ends",
} as const satisfies Readonly<Record<keyof typeof programmeEvents, string>>;

/** The name of a type of event of the programme. */
export type ProgrammeEventName = keyof typeof programmeKinds;

/** The name of a kind of row of the programme. */
export type ProgrammeKind = (typeof programmeKinds)[ProgrammeEventName];

const eventsByKind = new Map(
  Object.entries(programmeKinds).map(([type, kind]) => [kind, type as ProgrammeEventName]),
);

/** The event that a kind of row is recorded as. */
export function programmeEventOf(kind: ProgrammeKind): ProgrammeEventName {
  const type = eventsByKind.get(kind);
  if (type === undefined) throw new Error("every kind of row has its event");
  return type;
}

/** Whether an event is one of the programme. */
export function isOfProgramme(type: string): type is ProgrammeEventName {
  return Object.hasOwn(programmeKinds, type);
}
