import { toUnits } from "../decimal.ts";
import type { BankFacts, PendingEntry } from "./bank-facts.ts";
import type { Outcome, Said, ToldLine, Unmatched } from "./bank-payment.ts";
import { PaymentJudged } from "./bank-payment.ts";
import type { Booking, Says } from "./payment-history.ts";
import type {
  BatchTold,
  Direction,
  EntryTold,
  PaymentTold,
  ReportTold,
  TransactionTold,
} from "./bank-told.ts";

/** What an instruction's payment information adds to its batch. */
const informationSuffix = "-1";

/** The batch that a MsgId or PmtInfId begins with. */
export function batchNamed(id: string): string {
  return id.endsWith(informationSuffix) ? id.slice(0, -informationSuffix.length) : id;
}

/** The payments and batches that a file may speak of, while it is judged. */
export interface Known {
  readonly payments: ReadonlyMap<string, PaymentJudged>;
  readonly byBatch: ReadonlyMap<string, readonly PaymentJudged[]>;
  readonly batches: ReadonlySet<string>;
  readonly entries: ReadonlySet<string>;
  readonly pending: readonly PendingEntry[];
}

/** What is known, as it is judged on. */
export function knownOf({ payments, batches, entries, pending }: BankFacts): Known {
  const judged = payments.map((facts) => new PaymentJudged(facts));
  const byBatch = new Map<string, PaymentJudged[]>();
  for (const one of judged) {
    const { batch } = one.facts;
    const own = byBatch.get(batch);
    if (own === undefined) byBatch.set(batch, [one]);
    else own.push(one);
  }
  return {
    payments: new Map(judged.map((one) => [one.facts.payment, one])),
    byBatch,
    batches: new Set(batches.map(({ batch }) => batch)),
    entries: new Set(entries),
    pending,
  };
}

/** A part of an entry that is matched by itself: a transaction, or the entry where it has none. */
export interface Unit {
  readonly name: string;
  readonly amount: string;
  /** The one that is paid in, where the bank writes none. */
  readonly currency?: string | undefined;
  readonly direction: Direction;
  readonly of: EntryTold;
  readonly transaction?: TransactionTold | undefined;
}

/** The parts of an entry. */
export function unitsOf(entry: EntryTold): Unit[] {
  const { transactions, direction, amount, currency } = entry;
  if (transactions.length === 0) {
    return [{ name: entry.entry, amount, currency, direction, of: entry }];
  }
  return transactions.map((transaction) => {
    const isOnly = transactions.length === 1;
    return {
      name: isOnly ? entry.entry : `${entry.entry}#${transaction.place}`,
      amount: transaction.amount ?? amount,
      currency: transaction.amount === undefined ? currency : transaction.currency,
      direction: transaction.direction ?? direction,
      of: entry,
      transaction,
    };
  });
}

/** All that is instructed is in yuan. */
const paidIn = "CNY";

/** The payment that a transaction is of, or why there is none. */
export function paymentOf(
  { transaction, amount, currency = paidIn }: Pick<Unit, "transaction" | "amount" | "currency">,
  known: Known,
): PaymentJudged | Unmatched {
  const { endToEndId = "", instructionId = "" } = transaction ?? {};
  const named = [endToEndId, instructionId].flatMap((id) => known.payments.get(id) ?? []);
  const [first, second] = named;
  if (first !== undefined && second !== undefined && first !== second) return "Ambiguous";
  const batches = [transaction?.paymentInformationId, transaction?.messageId]
    .flatMap((id) => (id === undefined ? [] : [batchNamed(id)]))
    .filter((id) => known.batches.has(id));
  if (first !== undefined) {
    if (batches.some((id) => id !== first.facts.batch)) return "Ambiguous";
    const isSame = currency === paidIn && isSameAmount(amount, first.facts.amount);
    return isSame ? first : "AmountDiffers";
  }
  const [batch] = batches;
  if (batch === undefined) return "NotOurs";
  // An id that we have never given names no line of ours; without one, the amount may.
  const isForeign = endToEndId !== "" || instructionId !== "";
  const fitting = (known.byBatch.get(batch) ?? []).filter(({ facts }) =>
    isSameAmount(amount, facts.amount),
  );
  if (isForeign || fitting.length === 0 || currency !== paidIn) return "NotInstructed";
  return fitting.length === 1 ? (fitting[0] as PaymentJudged) : "Ambiguous";
}

/** What a booked part of an entry does to what it is of. */
export function doesOf({ of, transaction, direction }: Omit<Unit, "name" | "amount">): Booking {
  if (direction === "DBIT" && of.isReversal) return "returnUndone";
  return direction === "CRDT" || transaction?.isReturn === true ? "return" : "credit";
}

/** What an entry says of the batch that it books in one sum. */
export interface BatchSum {
  readonly batch: string;
  readonly count?: number | undefined;
  readonly total: string;
}

/**
 * The payments that an entry books in one sum: all of its batch, or all that were not rejected
 * before; undefined where count and total are those of neither.
 */
export function batchBooked(
  { batch, count, total }: BatchSum,
  known: Known,
): readonly PaymentJudged[] | undefined {
  const all = known.byBatch.get(batch) ?? [];
  const isOf = (payments: readonly PaymentJudged[]): boolean => {
    let sum = 0n;
    for (const { facts } of payments) sum += toUnits(facts.amount, 2);
    const isCount = count === undefined || count === payments.length;
    return isCount && isMoney(total) && sum === toUnits(total, 2);
  };
  const open = all.filter(({ history }) => !history.isRejected);
  return [all, open].find((some) => some.length > 0 && isOf(some));
}

/** Whether an amount of a bank is whole fen. */
export function isMoney(amount: string): boolean {
  return /^\d+\.\d\d$/.test(amount);
}

/** Whether an amount of a bank is that of a payment. */
export function isSameAmount(amount: string, of: string): boolean {
  return isMoney(amount) && toUnits(amount, 2) === toUnits(of, 2);
}

/** The batch that an entry names. */
export function batchOf({ messageId, paymentInformationId }: BatchTold): string | undefined {
  const id = messageId ?? paymentInformationId;
  return id === undefined ? undefined : batchNamed(id);
}

const accepted = new Set(["RCVD", "PDNG", "ACCP", "ACTC", "ACSP", "ACWC"]);

/** What a status says of a payment; undefined where it answers nothing. */
export function saysOf(status: string | undefined): Says | undefined {
  if (status === "ACSC" || status === "credited") return "credit";
  if (status === "RJCT") return "rejection";
  return status === "returned" ? "return" : undefined;
}

/** What a status does to a payment; undefined where it changes nothing. */
export function statusOf(
  payment: PaymentJudged,
  status: string | undefined,
  said: Said,
  isWhole: boolean,
): Outcome | undefined {
  const says = saysOf(status);
  if (says === "rejection") return payment.rejected(said, isWhole);
  if (says !== undefined) return payment.booked(says, said);
  return status !== undefined && accepted.has(status) ? payment.accept(said) : undefined;
}

/** A payment of a report, with the status that counts for it: the closest to it. */
export interface Reported {
  readonly payment: PaymentJudged;
  readonly place: number;
  readonly status: string | undefined;
  readonly reason: string | undefined;
  readonly on: string | undefined;
  readonly isWhole: boolean;
  readonly amount?: string | undefined;
  /** Why what is said of it does not fit it. */
  readonly objection?: Unmatched | undefined;
}

/** Every payment that a report speaks of, and what it says of none of ours. */
export function reportedIn(
  report: ReportTold,
  known: Known,
): { readonly reported: Reported[]; readonly unknown: PaymentTold[] } {
  const reported: Reported[] = [];
  const unknown: PaymentTold[] = [];
  const spoken = new Set<PaymentJudged>();
  const whole = wholeStatuses(report);
  for (const told of report.payments) {
    const ids = [told.endToEndId ?? "", told.instructionId ?? ""];
    const payment = ids.map((id) => known.payments.get(id)).find((one) => one !== undefined);
    if (payment === undefined) {
      unknown.push(told);
      continue;
    }
    spoken.add(payment);
    const objection = misfit(told, payment, report, known);
    const of = told.status === undefined ? whole.get(payment.facts.batch) : undefined;
    const { status = of?.status, reason = of?.reason, place, on } = told;
    const isWhole = told.status === undefined || told.isInherited === true;
    const { amount } = told;
    reported.push({ payment, place, status, reason, on, isWhole, amount, objection });
  }
  // A payment information that we never gave is refused under a message of ours.
  for (const [nth, { id, status, reason }] of report.informations.entries()) {
    const isDecided = status !== undefined && !accepted.has(status);
    if (!isDecided || known.batches.has(batchNamed(id))) continue;
    unknown.push({ place: report.payments.length + nth + 1, status, reason });
  }
  let place = report.payments.length + report.informations.length;
  for (const [batch, { status, reason }] of whole) {
    for (const payment of known.byBatch.get(batch) ?? []) {
      if (spoken.has(payment)) continue;
      place += 1;
      reported.push({ payment, place, status, reason, on: undefined, isWhole: true });
    }
  }
  return { reported, unknown };
}

/** Why what a report says is not of a payment: another amount, or the ids of another batch. */
function misfit(
  { amount, paymentInformationId }: PaymentTold,
  { facts }: PaymentJudged,
  { originals }: ReportTold,
  known: Known,
): Unmatched | undefined {
  const ids =
    paymentInformationId === undefined ? originals.map(({ id }) => id) : [paymentInformationId];
  const batches = ids.map(batchNamed).filter((id) => known.batches.has(id));
  if (batches.length > 0 && !batches.includes(facts.batch)) return "Ambiguous";
  return amount === undefined || isSameAmount(amount, facts.amount) ? undefined : "AmountDiffers";
}

/** The status of each batch as a whole: that of its payment information, else of its group. */
function wholeStatuses({ originals, informations }: ReportTold) {
  const whole = new Map<string, { status: string | undefined; reason: string | undefined }>();
  for (const { id, status, reason } of [...originals, ...informations]) {
    if (status !== undefined) whole.set(batchNamed(id), { status, reason });
  }
  return whole;
}

/** What stands in a file of a part of an entry that has no fitting payment. */
export type EntryLine = Extract<ToldLine, { what: "entry" }>;
