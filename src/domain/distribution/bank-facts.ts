import type { JsonObject } from "../../encoding/canonical.ts";
import type { Survey } from "../facts.ts";
import type { Direction } from "./bank-told.ts";
import type { HolderNames } from "./holder.ts";
import type { Booking, PaymentTelling } from "./payment-history.ts";

/** A payment and what has been said of it. */
export interface PaymentFacts extends HolderNames {
  readonly payment: string;
  readonly batch: string;
  readonly plan: string;
  readonly version: number;
  readonly line: number;
  readonly leg: string;
  readonly payer: string;
  readonly amount: string;
  readonly instructedOn: string;
  /** What has been said of it, in the order of recording. */
  readonly tellings: readonly PaymentTelling[];
  readonly isRecovered: boolean;
  readonly isStopped: boolean;
  /** Another payment of the same line came after it. */
  readonly isPaidAgain: boolean;
}

/** A batch of ours. */
export interface BatchFacts {
  readonly batch: string;
  readonly account: string;
}

/** What is known of an account by its statements. */
export interface AccountFacts {
  readonly account: string;
  /** Batches have been instructed from it. */
  readonly isOurs: boolean;
  /** The last whole statement. */
  readonly last?: {
    readonly closing?: string;
    readonly sequence?: number;
    readonly year?: string;
  };
  /** Pages of a statement whose last page has not come. */
  readonly pages?: {
    readonly id: string;
    readonly sequence?: number;
    readonly count: number;
    readonly closing?: string;
  };
}

/** All that a bank's file is judged on. */
export interface BankFacts {
  readonly accounts: readonly AccountFacts[];
  readonly batches: readonly BatchFacts[];
  readonly payments: readonly PaymentFacts[];
  /** Entries that were told before. */
  readonly entries: readonly string[];
  /** Entries that did not fit those payments or batches, and about which nothing is decided. */
  readonly pending: readonly PendingEntry[];
}

/** An entry that fits nothing yet: what is told later may make it fit. */
export interface PendingEntry {
  readonly entry: string;
  readonly account: string;
  readonly direction: Direction;
  readonly amount: string;
  readonly day: string;
  /** The kind of file that told it, without its version. */
  readonly source: string;
  readonly does: Booking;
  readonly names: EntryNames;
}

/** The payment that an entry is about, or the batch that it books in one sum. */
export interface EntryNames {
  readonly payment?: string | undefined;
  readonly batch?: string | undefined;
  readonly count?: number | undefined;
  readonly total?: string | undefined;
  /** Why the money came back. */
  readonly reason?: string | undefined;
}

interface FactsAsked extends JsonObject {
  readonly accounts: readonly string[];
  /** Payments by their ids. */
  readonly payments: readonly string[];
  /** Batches with all their payments. */
  readonly batches: readonly string[];
  readonly entries: readonly string[];
}

/** Asks for what a bank's file is judged on. */
export const bankFacts: Survey<FactsAsked, BankFacts> = {
  name: "bank-facts",
  categories: ["batch", "bank", "income"],
};
