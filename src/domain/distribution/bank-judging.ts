import { fromUnits, toUnits } from "../decimal.ts";
import type { Facts } from "../facts.ts";
import { lastClosedMonth, monthAfter } from "../period.ts";
import type { EntryNames, PendingEntry } from "./bank-facts.ts";
import type { BatchSum, EntryLine, Known, Unit } from "./bank-matching.ts";
import {
  batchBooked,
  batchOf,
  doesOf,
  isMoney,
  paymentOf,
  reportedIn,
  saysOf,
  statusOf,
  unitsOf,
} from "./bank-matching.ts";
import type { PaymentJudged, PaymentLine, Said, ToldLine, Unmatched } from "./bank-payment.ts";
import type { BankFileTold, Direction, EntryTold, StatementTold } from "./bank-told.ts";
import type { Booking } from "./payment-history.ts";

interface Judging {
  readonly today: string;
  readonly facts: Facts;
}

/** A line of the file as it is recorded. */
export interface JudgedLine {
  readonly line: ToldLine;
  /** What the bank writes about it. */
  readonly text?: string | undefined;
}

/** A part of what is booked, until it fits. */
interface Part {
  /** Makes it count: what is recorded of it and its payments; undefined while it does not fit. */
  fit(): readonly JudgedLine[] | undefined;
  /** Makes it count for the payments that it fits; undefined where that is none or all. */
  fitSome?(): Parted | undefined;
  /** What is recorded where it does not. */
  unfit(): readonly JudgedLine[];
}

interface Parted {
  readonly lines: readonly JudgedLine[];
  /** What is left of it: a part for each payment that objects. */
  readonly left: readonly Part[];
}

/**
 * What a file says, line by line. What fits nothing at first may fit by what stands behind it, or,
 * told by an earlier file, by what this one says: the order in which a bank tells decides nothing.
 */
export function judgeFile(file: BankFileTold, known: Known, judging: Judging): JudgedLine[] {
  const parts = bookedParts(file, known, judging);
  const lines = new Map<Part, readonly JudgedLine[]>();
  const report = file.report === undefined ? [] : reportLines(file, known, judging);
  parts.push(...known.pending.map((pending) => pendingPart(pending, known)));
  do fitAll(parts, lines);
  while (partOne(parts, lines));
  return parts.flatMap((part) => lines.get(part) ?? part.unfit()).concat(report);
}

type Lines = Map<Part, readonly JudgedLine[]>;

function fitAll(parts: readonly Part[], lines: Lines): void {
  let hasFitted = true;
  while (hasFitted) {
    hasFitted = false;
    for (const part of parts) {
      const found = lines.has(part) ? undefined : part.fit();
      if (found === undefined) continue;
      lines.set(part, found);
      hasFitted = true;
    }
  }
}

/** Makes the first that fits some of its payments count for those; false where there is none. */
function partOne(parts: Part[], lines: Lines): boolean {
  for (const part of parts) {
    const found = lines.has(part) ? undefined : part.fitSome?.();
    if (found === undefined) continue;
    lines.set(part, found.lines);
    parts.push(...found.left);
    return true;
  }
  return false;
}

/** Whom an entry is of, and what it does. */
interface Resolved {
  readonly unit: Unit;
  readonly does: Booking;
  readonly found: PaymentJudged | Unmatched;
}

/** A booked entry of a file. */
interface Entry {
  readonly of: EntryTold;
  readonly units: readonly Resolved[];
  /** The batch that it books in one sum, where it names no payment. */
  readonly sum: BatchSum | undefined;
  readonly line: Omit<EntryLine, "entry" | "amount" | "direction" | "state">;
  readonly isAgain: boolean;
  readonly source: string;
}

function bookedParts(file: BankFileTold, known: Known, { today }: Judging): Part[] {
  const entries = file.statements.flatMap((statement) => {
    const booked = statement.entries.filter(({ status }) => status === "BOOK");
    return booked.map((entry) => entryOf(file, statement, entry, known, today));
  });
  const others = new Set<PaymentJudged>();
  for (const { does, found } of entries.flatMap(({ units }) => units)) {
    if (typeof found !== "string" && does !== "credit") others.add(found);
  }
  const isSpoken = (payment: PaymentJudged): boolean => others.has(payment);
  return entries.flatMap((entry) => {
    const { sum } = entry;
    return sum === undefined ? unitParts(entry, known) : [batchPart(entry, sum, known, isSpoken)];
  });
}

function entryOf(
  file: BankFileTold,
  { account, to }: StatementTold,
  of: EntryTold,
  known: Known,
  today: string,
): Entry {
  const units = unitsOf(of).map((unit): Resolved => {
    return { unit, does: doesOf(unit), found: paymentOf(unit, known) };
  });
  const day = of.bookedOn ?? to ?? file.createdOn ?? today;
  const inStatement = file.kind === "camt.053";
  const isAgain = of.hasReference && known.entries.has(of.entry);
  const isNamed = units.some(({ found }) => typeof found !== "string");
  const sum = isNamed ? undefined : sumOf(of, known);
  const line = { what: "entry", account, day, inStatement } as const;
  return { of, units, sum, line, isAgain, source: file.kind };
}

/** The batch of ours that an entry books in one sum. */
function sumOf({ batch, amount, transactions }: EntryTold, known: Known): BatchSum | undefined {
  const id = batch === undefined ? undefined : batchOf(batch);
  if (batch === undefined || id === undefined || !known.batches.has(id)) return undefined;
  const namesPayments = transactions.some(
    ({ endToEndId, instructionId }) => endToEndId !== undefined || instructionId !== undefined,
  );
  return namesPayments
    ? undefined
    : { batch: id, count: batch.count, total: batch.total ?? amount };
}

function unitParts(entry: Entry, known: Known): Part[] {
  const rest = restOf(entry.of);
  const parts = entry.units.map((resolved) => unitPart(entry, resolved, known));
  if (rest === undefined) return parts;
  const at = { ...entry.line, ...rest, entry: `${entry.of.entry}#0` };
  const line = recordingOf(entry)(at, { reason: "AmountDiffers" });
  return [...parts, { fit: () => undefined, unfit: () => [{ line, text: entry.of.text }] }];
}

/** What an entry has moved beyond its transactions; undefined where that cannot be said. */
function restOf({ amount, direction, transactions }: EntryTold) {
  const signed = (of: string, way: Direction): bigint =>
    way === "CRDT" ? toUnits(of, 2) : -toUnits(of, 2);
  if (transactions.length === 0 || !isMoney(amount)) return undefined;
  let rest = signed(amount, direction);
  for (const one of transactions) {
    const of = one.amount ?? (transactions.length === 1 ? amount : "");
    if (!isMoney(of)) return undefined;
    rest -= signed(of, one.direction ?? direction);
  }
  if (rest === 0n) return undefined;
  return rest > 0n
    ? ({ amount: fromUnits(rest, 2), direction: "CRDT" } as const)
    : ({ amount: fromUnits(-rest, 2), direction: "DBIT" } as const);
}

function unitPart(entry: Entry, { unit, does, found }: Resolved, known: Known): Part {
  const { line, source, of } = entry;
  const { name, amount, direction, transaction } = unit;
  const at = { ...line, entry: name, amount, direction };
  const text = transaction?.text ?? of.text;
  if (typeof found === "string") {
    // It names a batch of ours, and a payment that is none of it.
    const id = of.batch === undefined ? undefined : batchOf(of.batch);
    const isOurs = found === "NotOurs" && id !== undefined && known.batches.has(id);
    const reason = isOurs ? "NotInstructed" : found;
    return {
      fit: () => undefined,
      unfit: () => [{ line: recordingOf(entry)(at, { reason, does }), text }],
    };
  }
  const said = { entry: name, source, day: line.day, reason: transaction?.reason };
  return paymentPart({ payment: found, does, said, text }, at, recordingOf(entry));
}

interface SaidOfPayment {
  readonly payment: PaymentJudged;
  readonly does: Booking;
  readonly said: Said;
  readonly text?: string | undefined;
}

/** How an entry is recorded: why it does not fit where it does not. */
type Recording = (at: EntryAt, why?: Why) => EntryLine;

/** What says something of one payment. */
function paymentPart(
  { payment, does, said, text }: SaidOfPayment,
  at: EntryAt,
  record: Recording,
): Part {
  return {
    fit: () => {
      const outcome = payment.booked(does, said);
      return typeof outcome === "string" ? undefined : [{ line: record(at) }, { line: outcome }];
    },
    unfit: () => {
      const reason = payment.objection(does, said) ?? "Contradicts";
      const names = { payment: payment.facts.payment, reason: said.reason };
      return [{ line: record(at, { reason, does, names }), text }];
    },
  };
}

/** An entry that books a batch in one sum. */
function batchPart(
  entry: Entry,
  sum: BatchSum,
  known: Known,
  isSpoken: (payment: PaymentJudged) => boolean,
): Part {
  const { line, source, of } = entry;
  const { entry: name, amount, direction, text } = of;
  const does = doesOf({ of, direction });
  const at = { ...line, entry: name, amount, direction };
  const said = { entry: name, source, day: line.day };
  const payments = () =>
    batchBooked(sum, known)?.filter((payment) => does !== "credit" || !isSpoken(payment));
  const record = recordingOf(entry);
  return {
    fit: () => {
      const told = bookedWhole(payments(), does, said);
      return told === undefined ? undefined : [{ line: record(at) }, ...told];
    },
    fitSome: () => {
      const found = parted(payments(), { at, does, said }, record);
      if (found === undefined) return undefined;
      const line = record({ ...at, amount: found.rest });
      return { lines: [{ line }, ...found.told], left: found.left };
    },
    unfit: () => {
      const [first] = payments() ?? [];
      const reason = first?.objection(does, said) ?? "AmountDiffers";
      return [{ line: record(at, { reason, does, names: sum }), text }];
    },
  };
}

/** What a batch that is booked in one sum says of its payments; undefined where one objects. */
function bookedWhole(
  payments: readonly PaymentJudged[] | undefined,
  does: Booking,
  said: Said,
): JudgedLine[] | undefined {
  if (payments?.some((one) => one.objection(does, said) !== undefined) !== false) return undefined;
  return payments.map((payment) => ({ line: lineOf(payment.booked(does, said)) }));
}

function lineOf(outcome: PaymentLine | Unmatched): PaymentLine {
  if (typeof outcome === "string") throw new Error("it did not object");
  return outcome;
}

interface SumSaid {
  readonly at: EntryAt;
  readonly does: Booking;
  readonly said: Said;
}

/** A batch of which some payments object: each of those is an entry, `<entry>#<its place>`. */
function parted(
  payments: readonly PaymentJudged[] | undefined,
  { at, does, said }: SumSaid,
  record: Recording,
): (Pick<Parted, "left"> & { told: JudgedLine[]; rest: string }) | undefined {
  const objections = (payments ?? []).map((payment) => payment.objection(does, said));
  if (payments === undefined || !objections.includes(undefined)) return undefined;
  let rest = toUnits(at.amount, 2);
  const told: JudgedLine[] = [];
  const left: Part[] = [];
  for (const [place, payment] of payments.entries()) {
    if (objections[place] === undefined) {
      told.push({ line: lineOf(payment.booked(does, said)) });
      continue;
    }
    const { amount } = payment.facts;
    rest -= toUnits(amount, 2);
    const entry = `${at.entry}#${place + 1}`;
    const own = { payment, does, said: { ...said, entry } };
    left.push(paymentPart(own, { ...at, entry, amount }, record));
  }
  return { told, left, rest: fromUnits(rest, 2) };
}

/** An entry of an earlier file that did not fit. */
function pendingPart(pending: PendingEntry, known: Known): Part {
  const { entry, account, direction, amount, day, source, does, names } = pending;
  const said = { entry, source, day, reason: names.reason };
  // It stands in the statement of its own file.
  const at = { what: "entry", entry, account, direction, amount, day, inStatement: false } as const;
  const { batch, count, total = amount } = names;
  const own = names.payment === undefined ? undefined : known.payments.get(names.payment);
  const payments = () => {
    if (batch !== undefined) return batchBooked({ batch, count, total }, known);
    return own === undefined ? undefined : [own];
  };
  const fits: JudgedLine = { line: { ...at, state: "fits" } };
  return {
    fit: () => {
      const told = bookedWhole(payments(), does, said);
      return told === undefined ? undefined : [fits, ...told];
    },
    fitSome: () => {
      const found = parted(payments(), { at, does, said }, (left, why) => {
        return {
          ...left,
          ...(why === undefined ? { state: "matched" } : { state: "unmatched", source }),
          ...why,
        };
      });
      return found && { lines: [fits, ...found.told], left: found.left };
    },
    unfit: () => [],
  };
}

/** An entry, but for what has come of it. */
type EntryAt = Omit<EntryLine, "state">;

interface Why {
  readonly reason: Unmatched;
  readonly does?: Booking;
  readonly names?: EntryNames;
}

function recordingOf({ isAgain, source }: Entry): Recording {
  return (at, why) => {
    if (isAgain) return { ...at, state: "again" };
    return why === undefined
      ? { ...at, state: "matched" }
      : { ...at, state: "unmatched", source, ...why };
  };
}

function reportLines(
  { report, createdOn, messageId, kind }: BankFileTold,
  known: Known,
  { today, facts }: Judging,
): JudgedLine[] {
  if (report === undefined) return [];
  const { reported, unknown } = reportedIn(report, known);
  const created = createdOn ?? today;
  const open = firstOpenDay(facts);
  const lines = reported.flatMap((one): JudgedLine[] => {
    const { payment, place, status, reason, on, isWhole, objection } = one;
    const told = on ?? created;
    const entry = `status/${messageId}#${place}`;
    const said = { entry, source: kind, day: told < open ? open : told, reason };
    const outcome = objection ?? statusOf(payment, status, said, isWhole);
    if (outcome === undefined) return [];
    if (typeof outcome !== "string") return [{ line: outcome }];
    const { amount, batch } = payment.facts;
    const at = { entry, account: batch, amount: one.amount ?? amount, day: said.day };
    return [{ line: statusLine(at, status, kind, outcome) }];
  });
  const foreign = unknown.map(({ place, status, amount = "0.00" }) => {
    const at = { entry: `status/${messageId}#${place}`, account: "status", amount, day: created };
    return { line: statusLine(at, status, kind, "NotInstructed") };
  });
  return [...lines, ...foreign];
}

/** What a status says that fits no payment, as an entry to be decided on. */
function statusLine(
  at: Pick<EntryLine, "entry" | "account" | "amount" | "day">,
  status: string | undefined,
  source: string,
  reason: Unmatched,
): EntryLine {
  const does = saysOf(status);
  const told = { what: "entry", direction: "DBIT", inStatement: false } as const;
  return { ...told, ...at, state: "unmatched", reason, does, source };
}

/** The first day of the month after the last that is closed, "" where none is. */
function firstOpenDay(facts: Facts): string {
  const last = lastClosedMonth(facts);
  return last === undefined ? "" : `${monthAfter(last)}-01`;
}
