/** Whether money came to the account or went from it. */
export type Direction = "CRDT" | "DBIT";

/** What a bank's file says, read whole: what is judged and recorded together. */
export interface BankFileTold {
  /** Without its version: `camt.053`, `pain.002`, or the name of a profile. */
  readonly kind: string;
  readonly messageId: string;
  readonly createdOn?: string | undefined;
  /** SHA-256, hex, over all that the file says, whatever of it is judged. */
  readonly content: string;
  readonly statements: readonly StatementTold[];
  readonly report?: ReportTold | undefined;
  /** A check of balances, summaries or totals that failed, in words. */
  readonly disagreement?: string | undefined;
}

/** One of the pages that a statement comes in, from 1. */
export interface Page {
  readonly number: number;
  readonly isLast: boolean;
}

/** A statement or a notification of one account. */
export interface StatementTold {
  readonly account: string;
  /** Where it names none, the message's. */
  readonly id: string;
  /** The electronic sequence number, else the legal one. */
  readonly sequence?: number | undefined;
  /** Of the statement, where it has pages of its own, else of the message. */
  readonly page?: Page | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Below zero where the account is overdrawn; of this page alone, where that is known. */
  readonly opening?: string | undefined;
  readonly closing?: string | undefined;
  readonly entries: readonly EntryTold[];
}

/** An entry of an account. */
export interface EntryTold {
  /** `<account>/<the bank's reference, else its place>`. */
  readonly entry: string;
  readonly hasReference: boolean;
  readonly amount: string;
  /** As the bank writes it, where it does. */
  readonly currency?: string | undefined;
  readonly direction: Direction;
  /** One to be booked on a day to come (FUTR) is `PDNG`; one of a bank's own status is `INFO`. */
  readonly status: "BOOK" | "PDNG" | "INFO";
  readonly isReversal: boolean;
  readonly bookedOn?: string | undefined;
  /** What is added to the entry: the text of its transactions that have none. */
  readonly text?: string | undefined;
  /** Absent where an entry books several batches: none of them is the entry. */
  readonly batch?: BatchTold | undefined;
  readonly transactions: readonly TransactionTold[];
}

/** A batch that an entry books. */
export interface BatchTold {
  readonly messageId?: string | undefined;
  readonly paymentInformationId?: string | undefined;
  readonly count?: number | undefined;
  readonly total?: string | undefined;
}

/** A transaction of an entry. */
export interface TransactionTold {
  /** Its place in the entry, from 1. */
  readonly place: number;
  readonly messageId?: string | undefined;
  readonly paymentInformationId?: string | undefined;
  readonly instructionId?: string | undefined;
  /** Absent where the bank wrote NOTPROVIDED. */
  readonly endToEndId?: string | undefined;
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly isReturn: boolean;
  readonly reason?: string | undefined;
  /** What the return says, else the remittance, else what is added to the transaction. */
  readonly text?: string | undefined;
}

/** What a bank says of instructions. */
export interface ReportTold {
  readonly originals: readonly StatusTold[];
  readonly informations: readonly StatusTold[];
  readonly payments: readonly PaymentTold[];
}

/** A status of a whole group (`id` is its message) or of a payment information. */
export interface StatusTold {
  readonly id: string;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
}

/** A status of one payment. */
export interface PaymentTold {
  /** Its place in the file, from 1. */
  readonly place: number;
  readonly paymentInformationId?: string | undefined;
  readonly endToEndId?: string | undefined;
  readonly instructionId?: string | undefined;
  /** Its own, else that of its payment information or group; absent where none has any. */
  readonly status?: string | undefined;
  /** The status is not its own. */
  readonly isInherited?: true | undefined;
  /** The ISO code, else the bank's own, else `NARR` where there is a text. */
  readonly reason?: string | undefined;
  readonly amount?: string | undefined;
  /** The day of AccptncDtTm; the date that the answer of a profile says. */
  readonly on?: string | undefined;
}
