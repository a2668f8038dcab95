import type { ProgrammeEventName, ProgrammeKind } from "../../../events/programme.ts";
import { programmeEvents, programmeKinds } from "../../../events/programme.ts";
import type { Facts, KnownEvent } from "../facts.ts";
import { streams } from "../facts.ts";
import { fold } from "../fold.ts";
import type { Balances } from "./balances.ts";
import { moveBalances } from "./balances.ts";
import { namesOf } from "./names.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { counts } from "./recorded-row.ts";
import type { Timelines } from "./timelines.ts";
import { moveTimelines } from "./timelines.ts";

/** All rows of the programme, those that were taken back too. */
export interface Programme {
  /** By kind and id: `funds/ZJ-1`. */
  readonly rows: Map<string, ProgrammeRow>;
  /** By what they name and by their kind, in the order of recording. */
  readonly naming: Map<string, Map<ProgrammeKind, ProgrammeRow[]>>;
  /** What funds, allocations and disbursements have and what of it is used. */
  readonly balances: Balances;
  /** What funds against risk and herds hold day by day. */
  readonly timelines: Timelines;
}

const record = (programme: Programme, { type, data }: KnownEvent<ProgrammeEventName>): void => {
  const kind = programmeKinds[type];
  const said: Readonly<Record<string, unknown>> = data;
  const id = String(said[programmeEvents[type].reference ?? ""]);
  const row = { kind, id, data, takenBackOn: undefined } as ProgrammeRow;
  programme.rows.set(`${kind}/${id}`, row);
  for (const name of namesOf(kind, said)) {
    const named = programme.naming.get(name) ?? new Map<ProgrammeKind, ProgrammeRow[]>();
    programme.naming.set(name, named);
    const rows = named.get(kind) ?? [];
    named.set(kind, rows);
    rows.push(row);
  }
  moveBalances(programme.balances, row, 1n);
  moveTimelines(programme.timelines, row, [1n, row.data.date]);
};

const takeBack = (programme: Programme, event: KnownEvent<"RowCorrected">): void => {
  record(programme, event);
  const { table, original, date } = event.data;
  const row = programme.rows.get(`${table}/${original}`);
  if (row === undefined) throw new Error("decided: what is taken back is recorded");
  row.takenBackOn = date;
  moveBalances(programme.balances, row, -1n);
  moveTimelines(programme.timelines, row, [-1n, date]);
};

/** What the events of the programme come to. */
export const programmeFold = fold(
  programmeEvents,
  (): Programme => ({
    rows: new Map(),
    naming: new Map(),
    balances: new Map(),
    timelines: new Map(),
  }),
  {
    FundRecorded: record,
    ModelStepTaken: record,
    ProjectRecorded: record,
    ProjectStepTaken: record,
    FundsAllocated: record,
    FundsDisbursed: record,
    ExpenseReimbursed: record,
    FundsRefunded: record,
    PartiesBound: record,
    AttendanceRecorded: record,
    ConditionsStated: record,
    ActivityHeld: record,
    OfficerAppointed: record,
    DutyAssumed: record,
    EntityYearReported: record,
    OrganisationSanctioned: record,
    RoundStepTaken: record,
    LoanGranted: record,
    LoanStepTaken: record,
    FinanceSubsidyPaid: record,
    GuaranteeGiven: record,
    InsuranceTaken: record,
    ClaimStepTaken: record,
    RiskFundMoved: record,
    HerdMoved: record,
    AssetRecorded: record,
    AssetStepTaken: record,
    CaseRecorded: record,
    CaseStepTaken: record,
    LiquidationEntered: record,
    RowEnded: record,
    RowCorrected: takeBack,
  },
);

/** All rows of the programme that are recorded so far. */
export function programmeOf(facts: Facts): Programme {
  return facts.state(programmeFold, streams.programme());
}

/** The row of a kind and id, unless it was taken back. */
export function standingRow<K extends ProgrammeKind>(
  { rows }: Programme,
  kind: K,
  id: string,
): ProgrammeRow<K> | undefined {
  const row = rows.get(`${kind}/${id}`);
  return row?.takenBackOn === undefined ? (row as ProgrammeRow<K>) : undefined;
}

/** The rows of a kind that name something, `funds/ZJ-1`, those that were taken back too. */
export function rowsNaming<K extends ProgrammeKind>(
  { naming }: Programme,
  name: string,
  kind: K,
): readonly ProgrammeRow<K>[] {
  return (naming.get(name)?.get(kind) ?? []) as ProgrammeRow<K>[];
}

/** Those of them that were not taken back, whatever their days. */
export function standingNaming<K extends ProgrammeKind>(
  programme: Programme,
  name: string,
  kind: K,
): readonly ProgrammeRow<K>[] {
  return rowsNaming(programme, name, kind).filter((row) => row.takenBackOn === undefined);
}

/** Those of them that count on a day. */
export function countingNaming<K extends ProgrammeKind>(
  programme: Programme,
  name: string,
  kind: K,
  day: string,
): readonly ProgrammeRow<K>[] {
  return rowsNaming(programme, name, kind).filter((row) => counts(row, day));
}

/** A kind of row that may end. */
export type EndingKind = "bindings" | "officers" | "sanctions" | "guarantees";

/** Whether a row that may end is live on a day: it counts, has begun and has not ended. */
export function isLive(programme: Programme, row: ProgrammeRow<EndingKind>, day: string): boolean {
  const { to, date } = row.data;
  const from = "from" in row.data ? row.data.from : undefined;
  if (!counts(row, day) || day < (from ?? date)) return false;
  if (to !== undefined && day > to) return false;
  const ends = countingNaming(programme, `${row.kind}/${row.id}`, "ends", day);
  return ends.every(({ data }) => day <= data.date);
}

/** Rows of a kind that name something and are live on a day. */
export function liveNaming<K extends EndingKind>(
  programme: Programme,
  name: string,
  kind: K,
  day: string,
): readonly ProgrammeRow<K>[] {
  return rowsNaming(programme, name, kind).filter((row) => isLive(programme, row, day));
}
