import type { Direction, Page } from "../domain/distribution/bank-told.ts";
import { unitsOf } from "./amount.ts";
import type { Balance } from "./bank-item.ts";
import { faultsNamedMax } from "./bank-limits.ts";
import type { Money } from "./message-values.ts";

/** A balance that is being read. */
export interface DraftBalance {
  money?: Money | undefined;
  direction?: Direction | undefined;
  date?: string | undefined;
}

/** Count and sum as a summary tells them. */
export interface DraftTotal {
  count?: number | undefined;
  sum?: string | undefined;
}

/** Entries counted while they pass. */
export interface Tally {
  credits: number;
  creditUnits: bigint;
  debits: number;
  debitUnits: bigint;
}

/**
 * A check that was made several times: how often it failed, and the first few failures in words.
 */
export interface Judged {
  times: number;
  failures: number;
  readonly details: string[];
}

/** A statement that is being read; what the bank wrote first stays. */
export interface StatementDraft {
  isTold: boolean;
  id?: string | undefined;
  account?: string | undefined;
  currency?: string | undefined;
  page?: Page | undefined;
  sequence?: number | undefined;
  legalSequence?: number | undefined;
  createdOn?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  readonly balances: Balance[];
  readonly summary: Readonly<Record<"all" | "credits" | "debits", DraftTotal>>;
  /** All entries, and those booked. */
  readonly all: Tally;
  readonly booked: Tally;
  /** Whether an entry is in another currency than the statement: its sums say nothing then. */
  hasOtherCurrency: boolean;
  readonly batches: Judged;
}

/** A statement of which nothing is known yet. */
export function newStatement(): StatementDraft {
  return {
    isTold: false,
    balances: [],
    summary: { all: {}, credits: {}, debits: {} },
    all: newTally(),
    booked: newTally(),
    hasOtherCurrency: false,
    batches: { times: 0, failures: 0, details: [] },
  };
}

function newTally(): Tally {
  return { credits: 0, creditUnits: 0n, debits: 0, debitUnits: 0n };
}

/** Counts an entry. */
export function count(tally: Tally, direction: Direction, amount: string): void {
  switch (direction) {
    case "CRDT":
      tally.credits += 1;
      tally.creditUnits += unitsOf(amount);
      break;
    case "DBIT":
      tally.debits += 1;
      tally.debitUnits += unitsOf(amount);
      break;
  }
}

/** Notes one more judgement, and its failure in words. */
export function judge(judged: Judged, failure: string | undefined): void {
  judged.times += 1;
  if (failure === undefined) return;
  judged.failures += 1;
  if (judged.details.length < faultsNamedMax) judged.details.push(failure);
}
