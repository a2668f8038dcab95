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

/** Whether money came to the account or went from it. */
export type Direction = "CRDT" | "DBIT";

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

/** One of the pages that a statement comes in, from 1. */
export interface Page {
  readonly number: number;
  readonly isLast: boolean;
}

/** A statement (053), a report (052) or a notification (054) of one account begins. */
export interface StatementItem {
  readonly item: "statement";
  /** Where it names none, the message's. */
  readonly id: string;
  readonly account: string;
  /** Of the account, else of its first balance or entry; empty where the file names none. */
  readonly currency: string;
  /** The electronic sequence number, else the legal one. */
  readonly sequence?: number | undefined;
  /** Of the statement, where it has pages of its own, else of the message. */
  readonly page?: Page | undefined;
  readonly createdOn?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** An entry begins; `entryEnd` follows once all its transactions have. */
export interface EntryItem {
  readonly item: "entry";
  /** Its place in the file, from 1, whatever the statement. */
  readonly place: number;
  /** The bank's reference (AcctSvcrRef). */
  readonly reference?: string | undefined;
  /** NtryRef, which may be no more than a number within the statement. */
  readonly entryReference?: string | undefined;
  readonly amount: string;
  readonly currency?: string | undefined;
  readonly direction: Direction;
  /** One to be booked on a day to come (FUTR) is `PDNG`; one of a bank's own status is `INFO`. */
  readonly status: "BOOK" | "PDNG" | "INFO";
  readonly isReversal: boolean;
  readonly bookedOn?: string | undefined;
  /** A day of booking is written, and cannot be read. */
  readonly isDayUnreadable?: boolean | undefined;
  readonly valueOn?: string | undefined;
  /** `PMNT/RCDT/RRTN`, or the bank's own code. */
  readonly code?: string | undefined;
}

/** A transaction of the entry before it. */
export interface TransactionItem {
  readonly item: "transaction";
  /** Its place in the entry, from 1. */
  readonly place: number;
  readonly messageId?: string | undefined;
  readonly paymentInformationId?: string | undefined;
  readonly instructionId?: string | undefined;
  /** Absent where the bank wrote NOTPROVIDED. */
  readonly endToEndId?: string | undefined;
  /** The bank's reference of the transaction. */
  readonly reference?: string | undefined;
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly code?: string | undefined;
  /** Whether it has RtrInf. */
  readonly hasReturnInformation: boolean;
  /**
   * Where it has RtrInf, or is a credit whose code is a return (`…/RRTN`): the ISO code, else the
   * bank's own, else a code known from `reasons.ts` that stands in the text, else `NARR`.
   */
  readonly returnReason?: string | undefined;
  /** What the return says, else the remittance, else what is added to the transaction. */
  readonly text?: string | undefined;
}

/** A batch that an entry books. */
export interface BookedBatch {
  readonly messageId?: string | undefined;
  readonly paymentInformationId?: string | undefined;
  readonly count?: number | undefined;
  readonly total?: string | undefined;
}

/** The entry has ended. */
export interface EntryEndItem {
  readonly item: "entryEnd";
  /** Absent where an entry books several batches: none of them is the entry. */
  readonly batch?: BookedBatch | undefined;
  /** How many transactions it had. */
  readonly transactions: number;
  /** What is added to the entry: the text of its transactions that have none. */
  readonly text?: string | undefined;
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
export interface StatementEndItem {
  readonly item: "statementEnd";
  readonly balances: readonly Balance[];
  /** Below zero where the account is overdrawn; of this page alone, where that is known. */
  readonly opening?: string | undefined;
  readonly closing?: string | undefined;
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
export interface PaymentItem {
  readonly item: "payment";
  /** Its place in the file, from 1. */
  readonly place: number;
  readonly paymentInformationId?: string | undefined;
  readonly instructionId?: string | undefined;
  readonly endToEndId?: string | undefined;
  /**
   * A status of ISO 20022, that of the payment information or group where the payment has none of
   * its own; `credited` or `returned` in an answer of a profile.
   */
  readonly status: string;
  /** The ISO code, else the bank's own, else `NARR` where there is a text. */
  readonly reason?: string | undefined;
  readonly text?: string | undefined;
  readonly amount?: string | undefined;
  /** The day of AccptncDtTm; the date that the answer of a profile says. */
  readonly on?: string | undefined;
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
