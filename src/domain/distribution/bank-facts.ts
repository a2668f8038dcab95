import type { JsonObject } from "../../encoding/canonical.ts";
import type { Survey } from "../facts.ts";
import type { HolderNames } from "./holder.ts";

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
  readonly isAccepted: boolean;
  /** The entry or status that credits it, the kind of file that says so, and the day. */
  readonly credit?: Telling;
  /** Likewise the return that holds. */
  readonly back?: Telling;
  readonly isRejected: boolean;
  readonly isRecovered: boolean;
  readonly isStopped: boolean;
  /** Another payment of the same line came after it. */
  readonly isPaidAgain: boolean;
}

/** What says that a payment was credited or returned. */
export interface Telling {
  readonly entry: string;
  readonly source: string;
  readonly day: string;
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
