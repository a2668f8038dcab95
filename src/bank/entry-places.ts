import type { Direction } from "../domain/distribution/bank-told.ts";
import type { BankCode } from "./bank-code.ts";
import { codeOf, codePlace } from "./bank-code.ts";
import { bankDay } from "./bank-day.ts";
import type { BankItem, EntryItem } from "./bank-item.ts";
import { batchJudge } from "./batch-check.ts";
import type { CodeOrOwn, Money } from "./message-values.ts";
import {
  codePlaces,
  directionLeaf,
  idLeaf,
  incomplete,
  isTrue,
  joined,
  moneyLeaf,
  unreadable,
} from "./message-values.ts";
import type { StatementDraft } from "./statement-draft.ts";
import { count } from "./statement-draft.ts";
import { newTransaction, transactionItem, transactionPlaces } from "./transaction-places.ts";
import type { Place } from "./xml-places.ts";
import { branch, leaf } from "./xml-places.ts";

/** What entries need of the statement that they stand in. */
interface Around {
  /** The place of the next entry of the file. */
  nextPlace(): number;
  statement(): StatementDraft;
  /** Tells the statement, if that was not done; its currency may be that of its first entry. */
  begin(currency: string | undefined): void;
  tell(item: BankItem): void;
}

/** An entry that is being read; what the bank wrote first stays. */
interface EntryDraft {
  told?: EntryItem | undefined;
  reference?: string | undefined;
  entryReference?: string | undefined;
  money?: Money | undefined;
  direction?: Direction | undefined;
  isReversal?: boolean | undefined;
  readonly status: CodeOrOwn;
  bookedOn?: string | undefined;
  isDayUnreadable: boolean;
  valueOn?: string | undefined;
  readonly code: BankCode;
  transactions: number;
  hasCharges: boolean;
  text?: string | undefined;
}

const statuses: ReadonlyMap<string, EntryItem["status"]> = new Map([
  ["BOOK", "BOOK"],
  ["PDNG", "PDNG"],
  ["FUTR", "PDNG"],
  ["INFO", "INFO"],
]);

/** The place of an entry, `Ntry`. */
export function entryPlaces({ nextPlace, statement, begin, tell }: Around): Place {
  let entry = newEntry();
  let transaction = newTransaction();
  const batch = batchJudge();

  const told = (): EntryItem => (entry.told ??= tellHead());
  const tellHead = (): EntryItem => {
    const item = entryItem(entry, nextPlace());
    begin(item.currency);
    countIn(statement(), item);
    tell(item);
    return item;
  };
  const transactions = branch(
    transactionPlaces(() => transaction),
    {
      open() {
        told();
        transaction = newTransaction();
      },
      close() {
        entry.transactions += 1;
        const item = transactionItem(transaction, entry.transactions, told());
        batch.transaction(item);
        tell(item);
      },
    },
  );
  const batchBranch = branch(batch.places, { open: batch.open });
  const details = branch(
    { Btch: batchBranch, TxDtls: transactions },
    { open: batch.begin, close: () => batch.end(told(), statement()) },
  );
  const inside = {
    ...headPlaces(() => entry),
    NtryDtls: details,
    // Where version 1 has them.
    Btch: batchBranch,
    TxDtls: transactions,
  };
  return branch(inside, {
    open() {
      entry = newEntry();
      batch.reset();
    },
    close() {
      batch.end(told(), statement());
      batch.endEntry(told(), entry.hasCharges, statement());
      const { transactions, text } = entry;
      tell({ item: "entryEnd", batch: batch.only(), transactions, text });
    },
  });
}

function newEntry(): EntryDraft {
  return { status: {}, code: {}, transactions: 0, hasCharges: false, isDayUnreadable: false };
}

function headPlaces(entry: () => EntryDraft): Record<string, Place> {
  const booked = leaf((text) => {
    const day = bankDay(text);
    entry().bookedOn ??= day;
    entry().isDayUnreadable ||= day === undefined;
  });
  const value = leaf((text) => (entry().valueOn ??= bankDay(text)));
  return {
    NtryRef: idLeaf((id) => (entry().entryReference ??= id)),
    AcctSvcrRef: idLeaf((id) => (entry().reference ??= id)),
    Amt: moneyLeaf("Amt", (money) => (entry().money ??= money)),
    CdtDbtInd: directionLeaf((direction) => (entry().direction ??= direction)),
    RvslInd: leaf((text) => (entry().isReversal ??= isTrue(text))),
    // A code up to version 7, a choice from version 8 on.
    Sts: branch(
      codePlaces(() => entry().status),
      { text: (text) => (entry().status.code ??= text) },
    ),
    BookgDt: branch({ Dt: booked, DtTm: booked }),
    ValDt: branch({ Dt: value, DtTm: value }),
    BkTxCd: codePlace(() => entry().code),
    Chrgs: branch({}, { open: () => (entry().hasCharges = true) }),
    AddtlNtryInf: leaf((text) => (entry().text = joined(entry().text, text))),
  };
}

/** The entry as it is told. Throws where what it books cannot be known. */
function entryItem(entry: EntryDraft, place: number): EntryItem {
  const { money, direction, status, reference, entryReference, bookedOn, valueOn } = entry;
  if (money === undefined || direction === undefined) {
    throw incomplete("an entry has no amount or no direction");
  }
  return {
    item: "entry",
    place,
    reference,
    entryReference,
    ...money,
    direction,
    status: statusOf(status),
    isReversal: entry.isReversal ?? false,
    bookedOn,
    ...(bookedOn === undefined && entry.isDayUnreadable && { isDayUnreadable: true }),
    valueOn,
    code: codeOf(entry.code),
  };
}

/** A bank's own status books nothing; an unknown one of the ISO list may. */
function statusOf({ code, own }: CodeOrOwn): EntryItem["status"] {
  if (code === undefined && own !== undefined) return "INFO";
  if (code === undefined) throw incomplete("an entry has no status");
  const status = statuses.get(code);
  if (status === undefined) throw unreadable("Sts");
  return status;
}

function countIn(statement: StatementDraft, entry: EntryItem): void {
  const { direction, amount, currency, status } = entry;
  if (currency !== undefined && currency !== statement.currency) statement.hasOtherCurrency = true;
  count(statement.all, direction, amount);
  if (status === "BOOK") count(statement.booked, direction, amount);
}
