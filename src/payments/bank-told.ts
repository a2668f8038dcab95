import { createHash } from "node:crypto";
import { readBankFile } from "../bank/bank-file.ts";
import type { BankItem, EntryItem, TransactionItem } from "../bank/bank-item.ts";
import { entryName } from "../bank/bank-item.ts";
import { NotABankFile } from "../bank/not-a-bank-file.ts";
import type { Profile } from "../bank/profile.ts";
import type { Json, Members } from "../encoding/canonical.ts";
import { canonical } from "../encoding/canonical.ts";
import type {
  BankFileTold,
  EntryTold,
  PaymentTold,
  StatementTold,
  StatusTold,
  TransactionTold,
} from "../domain/distribution/bank-told.ts";

/** A statement while its entries are read. */
type Open<T> = { -readonly [N in keyof T]: T[N] };

/** Reads a bank's file whole. Throws `NotABankFile`. */
export async function bankFileTold(path: string, profile?: Profile): Promise<BankFileTold> {
  const reader = new ToldReader();
  for await (const item of readBankFile(path, profile)) reader.take(item);
  return reader.told();
}

/** Puts the pieces of a file together. */
class ToldReader {
  private message = { kind: "", messageId: "", createdOn: undefined as string | undefined };
  private readonly statements: StatementTold[] = [];
  private statement: (Open<StatementTold> & { entries: EntryTold[] }) | undefined;
  private entry: EntryItem | undefined;
  private transactions: TransactionTold[] = [];
  private readonly originals: StatusTold[] = [];
  private readonly informations: StatusTold[] = [];
  private readonly payments: PaymentTold[] = [];
  private disagreement: string | undefined;
  private readonly content = createHash("sha256");

  take(item: BankItem): void {
    this.content.update(`${canonical(contentOf(item))}\n`);
    switch (item.item) {
      case "message": {
        const { kind, messageId, createdOn } = item;
        this.message = { kind: withoutVersion(kind), messageId, createdOn };
        break;
      }
      case "statement": {
        const { account, id, sequence, page, from, to } = item;
        this.statement = { account, id, sequence, page, from, to, entries: [] };
        break;
      }
      case "entry":
        // Booked on no day it would count on another.
        if (item.status === "BOOK" && item.isDayUnreadable === true) {
          throw new NotABankFile("ValueUnreadable", "a day of BookgDt cannot be read");
        }
        this.entry = item;
        this.transactions = [];
        break;
      case "transaction":
        this.transactions.push(transactionTold(item));
        break;
      case "entryEnd": {
        const { statement, entry } = this;
        if (statement === undefined || entry === undefined) break;
        const { batch, text } = item;
        const own = entryTold(entry, entryName(statement.account, this.message.messageId, entry));
        statement.entries.push({ ...own, batch, text, transactions: this.transactions });
        break;
      }
      case "statementEnd": {
        const { opening, closing, checks } = item;
        this.note(checks);
        if (this.statement !== undefined) {
          this.statements.push({ ...this.statement, opening, closing });
        }
        break;
      }
      case "groupStatus":
      case "informationStatus": {
        const isGroup = item.item === "groupStatus";
        const id = isGroup ? item.messageId : item.paymentInformationId;
        const { status, reason } = item;
        const statuses = isGroup ? this.originals : this.informations;
        if (id !== undefined) statuses.push({ id, status, reason });
        break;
      }
      case "payment": {
        const { place, paymentInformationId, endToEndId, instructionId } = item;
        const { status, isInherited, reason, amount, on } = item;
        const ids = { paymentInformationId, endToEndId, instructionId };
        this.payments.push({ place, ...ids, status, isInherited, reason, amount, on });
        break;
      }
      case "answerEnd":
        this.note(item.checks);
        // An answer of a profile is known by the batch that it answers.
        this.originals.push({ id: this.message.messageId });
        break;
    }
  }

  told(): BankFileTold {
    const { originals, informations, payments, statements, disagreement } = this;
    const isReport = statements.length === 0;
    const report = isReport ? { originals, informations, payments } : undefined;
    const content = this.content.digest("hex");
    return { ...this.message, content, statements, report, disagreement };
  }

  /** Sequences are held against what is recorded. */
  private note(checks: readonly { check: string; ok: boolean; detail?: string | undefined }[]) {
    const failed = checks.find(({ check, ok }) => !ok && check !== "sequence");
    this.disagreement ??= failed && `${failed.check}: ${failed.detail ?? "the sums disagree"}`;
  }
}

function withoutVersion(kind: string): string {
  return kind.replace(/\.001\..*$/, "");
}

/** What an item says, but for what is found by reckoning on it, and for the version of its kind. */
function contentOf(item: Members<BankItem>): Json {
  switch (item.item) {
    case "message":
      return { ...item, kind: withoutVersion(item.kind) };
    case "statementEnd":
      return { item: item.item, balances: item.balances };
    case "answerEnd":
      return { item: item.item };
    case "statement":
    case "entry":
    case "transaction":
    case "entryEnd":
    case "groupStatus":
    case "informationStatus":
      return item;
    case "payment": {
      // Whose its status is follows from the others.
      const { isInherited: _, ...said } = item;
      return said;
    }
  }
}

function entryTold(item: EntryItem, name: string): Omit<EntryTold, "transactions"> {
  const { amount, currency, direction, status, isReversal, bookedOn, reference } = item;
  const hasReference = reference !== undefined;
  return { entry: name, hasReference, amount, currency, direction, status, isReversal, bookedOn };
}

function transactionTold(item: TransactionItem): TransactionTold {
  const { place, messageId, paymentInformationId, instructionId, endToEndId } = item;
  const { amount, currency, direction, hasReturnInformation, returnReason, text } = item;
  return {
    ...{ place, messageId, paymentInformationId, instructionId, endToEndId },
    ...{ amount, currency, direction },
    isReturn: hasReturnInformation,
    reason: returnReason,
    text,
  };
}
