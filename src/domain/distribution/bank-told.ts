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

/** A statement or a notification of one account. */
export interface StatementTold {
  readonly account: string;
  readonly id: string;
  readonly sequence?: number | undefined;
  readonly page?: { readonly number: number; readonly isLast: boolean } | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
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
  readonly direction: "CRDT" | "DBIT";
  readonly status: "BOOK" | "PDNG" | "INFO";
  readonly isReversal: boolean;
  readonly bookedOn?: string | undefined;
  readonly text?: string | undefined;
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
  readonly place: number;
  readonly messageId?: string | undefined;
  readonly paymentInformationId?: string | undefined;
  readonly instructionId?: string | undefined;
  readonly endToEndId?: string | undefined;
  readonly amount?: string | undefined;
  readonly currency?: string | undefined;
  readonly direction?: "CRDT" | "DBIT" | undefined;
  readonly isReturn: boolean;
  readonly reason?: string | undefined;
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
  readonly place: number;
  readonly paymentInformationId?: string | undefined;
  readonly endToEndId?: string | undefined;
  readonly instructionId?: string | undefined;
  /** Its own; absent where it has none. */
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly amount?: string | undefined;
  readonly on?: string | undefined;
}
