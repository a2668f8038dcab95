import type {
  Direction,
  EntryTold,
  PaymentTold,
  StatementTold,
  TransactionTold,
} from "../domain/distribution/bank-told.ts";

/**
 * What a bank's file says, piece by piece and in its order, so that a file of any size passes in
 * flat memory. A file begins with `message`. A statement follows as `statement`, then its entries –
 * each as `entry`, its transactions, `entryEnd` – and `statementEnd`. A status report follows as
 * `groupStatus`, `informationStatus` and `payment`; an answer of a profile as `payment` alone. An
 * answer of a profile ends with `answerEnd`. Amounts are canonical (`amount.ts`): at least two
 * decimals, more where the bank wrote more that say something. Days are `YYYY-MM-DD`. What a bank
 * left out is absent.
 */
export type BankItem =
  | MessageItem
  | StatementItem
  | EntryItem
  | TransactionItem
  | EntryEndItem
  | StatementEndItem
  | GroupStatusItem
  | InformationStatusItem
  | PaymentItem
  | AnswerEndItem;

/** What file this is. */
export interface MessageItem {
  readonly item: "message";
  /** `camt.053.001.02`, `camt.053` where the file names no version, or the name of a profile. */
  readonly kind: string;
  /** The bank's id of it; the batch where it is an answer of a profile. */
  readonly messageId: string;
  /** Day of its creation; the date that the answer of a profile says of itself. */
  readonly createdOn?: string | undefined;
}

/** A statement (053), a report (052) or a notification (054) of one account begins. */
export interface StatementItem extends Omit<StatementTold, "opening" | "closing" | "entries"> {
  readonly item: "statement";
  /** Of the account, else of its first balance or entry; empty where the file names none. */
  readonly currency: string;
  readonly createdOn?: string | undefined;
}

/** An entry begins; `entryEnd` follows once all its transactions have. */
export interface EntryItem
  extends Pick<
    EntryTold,
    "amount" | "currency" | "direction" | "status" | "isReversal" | "bookedOn"
  > {
  readonly item: "entry";
  /** Its place in the file, from 1, whatever the statement. */
  readonly place: number;
  /** The bank's reference (AcctSvcrRef). */
  readonly reference?: string | undefined;
  /** NtryRef, which may be no more than a number within the statement. */
  readonly entryReference?: string | undefined;
  /** A day of booking is written, and cannot be read. */
  readonly isDayUnreadable?: boolean | undefined;
  readonly valueOn?: string | undefined;
  /** `PMNT/RCDT/RRTN`, or the bank's own code. */
  readonly code?: string | undefined;
}

/** A transaction of the entry before it. */
export interface TransactionItem extends Omit<TransactionTold, "isReturn" | "reason"> {
  readonly item: "transaction";
  /** The bank's reference of the transaction. */
  readonly reference?: string | undefined;
  readonly code?: string | undefined;
  /** Whether it has RtrInf. */
  readonly hasReturnInformation: boolean;
  /**
   * Where it has RtrInf, or is a credit whose code is a return (`…/RRTN`): the ISO code, else the
   * bank's own, else a code known from `reasons.ts` that stands in the text, else `NARR`.
   */
  readonly returnReason?: string | undefined;
}

/** The entry has ended. */
export interface EntryEndItem extends Pick<EntryTold, "batch" | "text"> {
  readonly item: "entryEnd";
  /** How many transactions it had. */
  readonly transactions: number;
}

/** A balance; its day is absent where it cannot be read. */
export interface Balance {
  /** `OPBD`, `CLBD`, `PRCD`, `ITBD`, … or the bank's own. */
  readonly type: string;
  readonly amount: string;
  readonly currency?: string | undefined;
  readonly direction: Direction;
  readonly date?: string | undefined;
}

/** A check that could be made; what cannot be judged is no check. */
export interface Check {
  readonly check: "balance" | "summary" | "batch" | "sequence";
  readonly ok: boolean;
  readonly detail?: string | undefined;
}

/** Entries counted, with the sums of credits and debits. */
export interface Counted {
  readonly credits: number;
  readonly creditSum: string;
  readonly debits: number;
  readonly debitSum: string;
}

/** The statement has ended. */
export interface StatementEndItem extends Pick<StatementTold, "opening" | "closing"> {
  readonly item: "statementEnd";
  readonly balances: readonly Balance[];
  /** The entries with status BOOK. */
  readonly booked: Counted;
  readonly checks: readonly Check[];
}

/** What the bank says of an instruction as a whole. */
export interface GroupStatusItem {
  readonly item: "groupStatus";
  readonly messageId?: string | undefined;
  /** The kind of the instruction: `pain.001.001.03`. */
  readonly kind?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly text?: string | undefined;
}

/** What the bank says of one payment information of the instruction. */
export interface InformationStatusItem {
  readonly item: "informationStatus";
  readonly paymentInformationId?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly text?: string | undefined;
}

/** What the bank says of one payment. */
export interface PaymentItem extends PaymentTold {
  readonly item: "payment";
  /** A status of ISO 20022; `credited` or `returned` in an answer of a profile. */
  readonly status: string;
  readonly text?: string | undefined;
  /** The account and the holder, where the answer of a profile says them. */
  readonly account?: string | undefined;
  readonly holder?: string | undefined;
}

/** The answer of a profile has ended. */
export interface AnswerEndItem {
  readonly item: "answerEnd";
  readonly checks: readonly Check[];
}

/**
 * ENTRY, the name by which an entry is decided on: `<account>/<the bank's reference>`, where it has
 * none `<account>/<message id>.<its place in the file>`.
 */
export function entryName(account: string, messageId: string, entry: EntryItem): string {
  return `${account}/${entry.reference ?? `${messageId}.${entry.place}`}`;
}
