import type { BatchTold, Direction } from "../domain/distribution/bank-told.ts";
import type {
  Balance,
  BankItem,
  Check,
  EntryItem,
  GroupStatusItem,
  InformationStatusItem,
  TransactionItem,
} from "./bank-item.ts";
import { entryName } from "./bank-item.ts";

/** A transaction as `bank show` says it. */
export interface ShownTransaction {
  readonly endToEndId?: string | undefined;
  readonly instructionId?: string | undefined;
  readonly paymentInformationId?: string | undefined;
  readonly amount?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly returnReason?: string | undefined;
  /** That of the transaction, else of the entry. */
  readonly text?: string | undefined;
}

/** An entry as `bank show` says it; `entry` is the name by which it is decided on. */
export interface ShownEntry {
  readonly entry: string;
  readonly reference?: string | undefined;
  readonly amount: string;
  readonly direction: Direction;
  readonly status: EntryItem["status"];
  readonly bookedOn?: string | undefined;
  readonly valueOn?: string | undefined;
  readonly reversal: boolean;
  readonly code?: string | undefined;
  readonly batch?: BatchTold | undefined;
  readonly transactions: readonly ShownTransaction[];
}

/** A statement as `bank show` says it. */
export interface ShownStatement {
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  readonly sequence?: number | undefined;
  readonly page?: number | undefined;
  readonly balances: readonly Omit<Balance, "currency">[];
  readonly entries: readonly ShownEntry[];
  readonly checks: readonly Check[];
}

/** What the bank says of the instruction as a whole. */
export interface ShownOriginal {
  readonly messageId?: string | undefined;
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
}

/** What the bank says of a payment. */
export interface ShownPayment {
  readonly endToEndId?: string | undefined;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly amount?: string | undefined;
}

/**
 * What a bank's file says, whole: the answer of `bank show`. Members that are undefined are left
 * out. It has as many entries as the file, so what only passes over a file asks for items instead.
 */
export interface BankDocument {
  readonly kind: string;
  readonly messageId: string;
  /**
   * Of a status report: the status of the group, else the one that all payment informations have.
   */
  readonly original?: ShownOriginal | undefined;
  readonly statements: readonly ShownStatement[];
  readonly payments: readonly ShownPayment[];
  /** Of an answer of a profile, which has no statement. */
  readonly checks?: readonly Check[] | undefined;
}

/** A document that is being collected. */
interface Draft {
  kind: string;
  messageId: string;
  group?: GroupStatusItem;
  readonly informations: InformationStatusItem[];
  readonly statements: (ShownStatement & { entries: ShownEntry[] })[];
  entry?: EntryItem;
  transactions: TransactionItem[];
  readonly payments: ShownPayment[];
  checks?: readonly Check[];
}

/** Collects the items of a file into its document. Throws what the reading of the items throws. */
export async function collectDocument(items: AsyncIterable<BankItem>): Promise<BankDocument> {
  const empty = { informations: [], statements: [], transactions: [], payments: [] };
  const draft: Draft = { kind: "", messageId: "", ...empty };
  for await (const item of items) collect(draft, item);
  const { kind, messageId, statements, payments, checks } = draft;
  return { kind, messageId, original: originalOf(draft), statements, payments, checks };
}

/** Whether a check of the document failed. */
export function hasFailedCheck({ statements, checks = [] }: BankDocument): boolean {
  return [checks, ...statements.map((one) => one.checks)].flat().some(({ ok }) => !ok);
}

function collect(draft: Draft, item: BankItem): void {
  switch (item.item) {
    case "message":
      draft.kind = item.kind;
      draft.messageId = item.messageId;
      break;
    case "statement": {
      const { id, account, currency, sequence, page } = item;
      const head = { id, account, currency, sequence, page: page?.number };
      draft.statements.push({ ...head, balances: [], entries: [], checks: [] });
      break;
    }
    case "entry":
      draft.entry = item;
      draft.transactions = [];
      break;
    case "transaction":
      draft.transactions.push(item);
      break;
    case "entryEnd":
      endEntry(draft, item.batch, item.text);
      break;
    case "statementEnd":
      endStatement(draft, item.balances, item.checks);
      break;
    case "groupStatus":
      draft.group = item;
      break;
    case "informationStatus":
      draft.informations.push(item);
      break;
    case "payment": {
      const { endToEndId, status, reason, amount } = item;
      draft.payments.push({ endToEndId, status, reason, amount });
      break;
    }
    case "answerEnd":
      draft.checks = item.checks;
      break;
  }
}

function endEntry(draft: Draft, batch: BatchTold | undefined, text: string | undefined): void {
  const { entry, transactions, messageId } = draft;
  const statement = draft.statements.at(-1);
  if (statement === undefined || entry === undefined) throw new Error("items: an entry was begun");
  const { reference, amount, direction, status, bookedOn, valueOn, isReversal, code } = entry;
  statement.entries.push({
    entry: entryName(statement.account, messageId, entry),
    ...{ reference, amount, direction, status, bookedOn, valueOn },
    reversal: isReversal,
    code,
    batch,
    transactions: transactions.map((one) => shown(one, text)),
  });
}

function shown(transaction: TransactionItem, entryText: string | undefined): ShownTransaction {
  const { endToEndId, instructionId, paymentInformationId } = transaction;
  const { amount, direction, returnReason, text = entryText } = transaction;
  return {
    ...{ endToEndId, instructionId, paymentInformationId },
    ...{ amount, direction, returnReason, text },
  };
}

function endStatement(draft: Draft, told: readonly Balance[], checks: readonly Check[]): void {
  const begun = draft.statements.pop();
  if (begun === undefined) throw new Error("items: a statement was begun");
  const balances = told.map(({ type, amount, direction, date }) => {
    return { type, amount, direction, date };
  });
  draft.statements.push({ ...begun, balances, checks });
}

function originalOf({ group, informations }: Draft): ShownOriginal | undefined {
  if (group === undefined && informations.length === 0) return undefined;
  if (group?.status !== undefined) {
    const { messageId, status, reason } = group;
    return { messageId, status, reason };
  }
  const [first] = informations;
  const isOne = informations.every(({ status }) => status === first?.status);
  const { status, reason } = (isOne ? first : undefined) ?? {};
  return { messageId: group?.messageId, status, reason };
}
