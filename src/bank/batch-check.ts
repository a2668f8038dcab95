import type { BatchTold } from "../domain/distribution/bank-told.ts";
import { amountOfUnits, unitsOf } from "./amount.ts";
import type { EntryItem, TransactionItem } from "./bank-item.ts";
import type { Money } from "./message-values.ts";
import { countLeaf, idLeaf, moneyLeaf } from "./message-values.ts";
import type { StatementDraft } from "./statement-draft.ts";
import { judge } from "./statement-draft.ts";
import type { Place } from "./xml-places.ts";

interface BatchDraft {
  messageId?: string | undefined;
  paymentInformationId?: string | undefined;
  count?: number | undefined;
  money?: Money | undefined;
}

/** The transactions that stand beside a batch; an amount that is not told leaves the sum open. */
interface Beside {
  count: number;
  units: bigint;
  currency?: string | undefined;
  isOpen: boolean;
}

/**
 * Reads the batches of an entry, `Btch`, and holds each against the transactions that stand beside
 * it: their count and, where all of them tell an amount in the batch's currency, their sum. The
 * total of the only batch of an entry is also the entry's amount, in one currency and without
 * charges.
 */
export function batchJudge() {
  let batch: BatchDraft | undefined;
  let beside = none();
  let batches: BatchDraft[] = [];
  let batchCount = 0;
  const places: Readonly<Record<string, Place>> = {
    MsgId: idLeaf((id) => batch && (batch.messageId ??= id)),
    PmtInfId: idLeaf((id) => batch && (batch.paymentInformationId ??= id)),
    NbOfTxs: countLeaf("NbOfTxs", (count) => batch && (batch.count ??= count)),
    TtlAmt: moneyLeaf("TtlAmt", (money) => batch && (batch.money ??= money)),
  };
  const begin = (): void => {
    batch = undefined;
    beside = none();
  };
  return {
    places,
    /** A batch begins. */
    open(): void {
      batch = {};
      batchCount += 1;
      batches = batchCount === 1 ? [batch] : [];
    },
    /** Details of an entry begin, in which a batch and transactions may stand. */
    begin,
    transaction({ amount, currency }: TransactionItem): void {
      beside.count += 1;
      beside.currency ??= currency;
      if (amount === undefined || currency !== beside.currency) beside.isOpen = true;
      else beside.units += unitsOf(amount);
    },
    /** They have ended. */
    end(entry: EntryItem, { batches: judged }: StatementDraft): void {
      const faults = batch === undefined ? [] : besideFaults(batch, beside);
      for (const fault of faults) judge(judged, fault && `entry ${entry.place}: ${fault}`);
      begin();
    },
    /** The entry has ended. */
    endEntry(entry: EntryItem, hasCharges: boolean, { batches: judged }: StatementDraft): void {
      const money = batches[0]?.money;
      if (money === undefined || hasCharges || money.currency !== entry.currency) return;
      const { amount } = money;
      const differs = amount !== entry.amount;
      const fault = `entry ${entry.place}: a batch of ${amount} is booked as ${entry.amount}`;
      judge(judged, differs ? fault : undefined);
    },
    /** The batch that the entry is, where it is one. */
    only(): BatchTold | undefined {
      const [first] = batches;
      if (first === undefined) return undefined;
      const { messageId, paymentInformationId, count, money } = first;
      return { messageId, paymentInformationId, count, total: money?.amount };
    },
    /** Another entry begins. */
    reset(): void {
      begin();
      batches = [];
      batchCount = 0;
    },
  };
}

function none(): Beside {
  return { count: 0, units: 0n, isOpen: false };
}

/** What was judged: undefined where it agrees, otherwise what does not. */
function besideFaults({ count, money }: BatchDraft, beside: Beside): (string | undefined)[] {
  const faults: (string | undefined)[] = [];
  if (beside.count === 0) return faults;
  if (count !== undefined) {
    const differs = count !== beside.count;
    faults.push(differs ? `a batch of ${count} has ${beside.count} transactions` : undefined);
  }
  if (money !== undefined && !beside.isOpen && beside.currency === money.currency) {
    const sum = amountOfUnits(beside.units);
    const differs = sum !== money.amount;
    faults.push(differs ? `a batch of ${money.amount} has transactions of ${sum}` : undefined);
  }
  return faults;
}
