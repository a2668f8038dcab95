import type { JsonObject } from "../../encoding/canonical.ts";
import type { EventData } from "../../../events/index.ts";
import { daysInclusive } from "../calendar.ts";
import { day, filledText, id, may, text } from "../columns.ts";
import type { DecidedEvent, Facts, Survey } from "../facts.ts";
import { keys, streams } from "../facts.ts";
import type { DecideContext, Kind } from "../kind.ts";
import { refuseClosed } from "../period.ts";
import { policyFor } from "../policy.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { Parsed, Row, SealedText } from "../row.ts";
import { keyOf } from "../row.ts";
import { sealText } from "../sealing.ts";
import type { PaymentFacts } from "./bank-facts.ts";
import { isMoney, isSameAmount } from "./bank-matching.ts";
import type { Outcome } from "./bank-payment.ts";
import { PaymentJudged } from "./bank-payment.ts";
import type { Direction } from "./bank-told.ts";
import { divisionOf } from "./division.ts";
import type { Says } from "./payment-history.ts";
import { givenUpSource } from "./payment-history.ts";

/** An entry that fits no payment, and what was decided about it. */
export interface OpenEntry {
  readonly entry: string;
  readonly account: string;
  readonly direction: Direction;
  readonly amount: string;
  readonly day: string;
  readonly isUnmatched: boolean;
  /** The kind of file that told it, without its version. */
  readonly source: string;
  /** What it does to the payment that it is of; absent where an early version recorded it. */
  readonly does?: Says;
}

interface EntryAsked extends JsonObject {
  readonly entry: string;
  readonly payment: string;
}

/** Asks for an entry and for a payment. */
export const entryFacts: Survey<
  EntryAsked,
  { readonly entry?: OpenEntry; readonly payment?: PaymentFacts }
> = { name: "entry-facts", categories: ["batch", "bank", "income"] };

/** What decides about an entry; its fields in the API. */
const columns = {
  entry: id("流水号", "the entry as an import named it, or a payment that is given up"),
  to: may(id("付款", "the payment that it is: `<batch>/<EndToEndId>`")),
  as: may(filledText("说明", "what else it is, in words; `rejected` gives a payment up", 1_000)),
  undo: may(text("撤销", "`yes` takes the decision back", 3)),
  by: filledText("经办人", "who decides", 200),
  reason: filledText("理由", "why", 1_000),
  date: day("业务日期", "when"),
};

/** A decision about an entry, well formed. */
export interface SettleCommand {
  readonly entry: string;
  readonly to: string | undefined;
  readonly as: string | undefined;
  readonly isUndo: boolean;
  readonly by: string;
  readonly reason: string;
  readonly date: string;
}

/** Decides about an entry that matched nothing, or gives a payment up. */
export const settlements: Kind<SettleCommand> = {
  name: "settlements",
  summary: "Decide about a bank's entry that fits no payment",
  right: "pay",
  columns,
  idColumn: columns.entry.column,
  isFile: false,
  mostlyNew: false,
  surveys: true,
  examples: [
    {
      entry: "53001616030000000000/000000000013",
      as: "财政拨款",
      by: "示例",
      reason: "与银行核对",
      date: "2026-04-04",
    },
  ],
  parse: parseSettling,
  decide: decideSettling,
};

function parseSettling(row: Row): Parsed<SettleCommand> {
  const problems: Refusal[] = [];
  const [entry, to] = [columns.entry.read(row, problems), columns.to.read(row, problems)];
  const [as, undo] = [columns.as.read(row, problems), columns.undo.read(row, problems)];
  const [by, reason] = [columns.by.read(row, problems), columns.reason.read(row, problems)];
  const date = columns.date.read(row, problems);
  const isUndo = undo !== undefined;
  const said = [to !== undefined, as !== undefined, isUndo].filter((one) => one).length;
  if (said !== 1) {
    problems.push(refuse("MalformedField", "exactly one of 付款, 说明 and 撤销 is filled", "付款"));
  }
  const [first] = problems;
  if (first !== undefined) {
    return { ok: false, key: keyOf(row, columns.entry.column), refusal: first };
  }
  return { ok: true, command: { entry, to, as, isUndo, by, reason, date } };
}

/** The EndToEndId of a payment named as `<batch>/<EndToEndId>`. */
export function paymentNamed(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function decideSettling(
  command: SettleCommand,
  { facts, sealing }: DecideContext,
): DecidedEvent[] | Refusal {
  const { entry, to, as, reason, date } = command;
  const closed = refuseClosed(date, facts);
  if (closed !== undefined) return closed;
  const settled = settledAs(facts.known(keys.entry(entry)));
  const payment = settled?.of?.payment ?? paymentNamed(to ?? entry);
  const asked = { entry, payment };
  const found = facts.survey(entryFacts, asked);
  if (found === undefined) return [];
  const words = { reason, ...(as !== undefined && { as }) };
  const sealed = sealText({ compared: words, extra: {} }, undefined, sealing);
  const decided = decide(command, { ...found, settled }, sealed?.sealed, facts);
  if (!("code" in decided) && sealed !== undefined) sealing.keep(sealed.item);
  return "code" in decided ? decided : [decided];
}

/** What is known of an entry, of the payment it is about, and of the decision that stands. */
interface Found {
  readonly entry?: OpenEntry;
  readonly payment?: PaymentFacts;
  readonly settled: Settled | undefined;
}

function decide(
  command: SettleCommand,
  { entry, payment, settled }: Found,
  free: SealedText | undefined,
  facts: Facts,
): DecidedEvent | Refusal {
  const { to, as, isUndo } = command;
  if (entry === undefined && as === "rejected" && isNamed(payment, command.entry)) {
    return givenUp(command, payment, free, facts);
  }
  if (entry === undefined && isUndo && isNamed(payment, command.entry)) {
    return givenUpNoMore(command, payment, free, facts);
  }
  if (entry === undefined) {
    return refuse("EntryUnknown", "no entry of this name is recorded", "流水号");
  }
  if (isUndo) return undone(command, { entry, settled, ...(payment && { payment }) }, free, facts);
  const closed = refuseClosed(entry.day, facts);
  if (closed !== undefined) return closed;
  if (!entry.isUnmatched || settled !== undefined)
    return refuse("EntryUnknown", "the entry is not open: it is matched or decided", "流水号");
  const at = {
    stream: streams.bank(entry.account),
    key: keys.entry(entry.entry),
    nth: facts.count(keys.entry(entry.entry)),
    effectiveDate: command.date,
  };
  const own = { entry: entry.entry, by: command.by, date: command.date, free };
  const amount = isMoney(entry.amount) ? entry.amount : "0.00";
  const data = { ...own, account: entry.account, amount };
  if (to === undefined) return { ...at, type: "EntrySettled", data };
  if (!isNamed(payment, to)) {
    return refuse("LineUnknown", "no payment of this name was instructed", "付款");
  }
  if (!isSameAmount(entry.amount, payment.amount)) {
    return refuse("AmountMismatch", `the payment is of ${payment.amount}`, "付款");
  }
  const outcome = outcomeOf(entry, payment);
  if (outcome === undefined || typeof outcome === "string") {
    return refuse("PaymentAnswered", "the payment is answered already", "付款");
  }
  const { effect, confirms, source } = outcome;
  if (effect === "accepted") throw new Error("what is decided answers a payment");
  const of = ofPayment(outcome);
  return {
    ...at,
    type: "EntrySettled",
    data: { ...data, effect, confirms, source, bookedOn: entry.day, of },
  };
}

/** What an entry does to the payment that it is decided to be of. */
function outcomeOf(entry: OpenEntry, payment: PaymentFacts): Outcome | undefined {
  const does = entry.does ?? (entry.direction === "DBIT" ? "credit" : "return");
  const judged = new PaymentJudged(payment);
  const { isBooked, isOpen } = judged.history;
  const said = saidBy(entry);
  // A status is decided on where nothing has answered the payment, a debit where none is booked.
  if (entry.entry.startsWith("status/") && !isOpen) return undefined;
  if (does === "rejection") return judged.rejected(said, false);
  return does === "credit" && isBooked ? undefined : judged.booked(does, said);
}

function isNamed(payment: PaymentFacts | undefined, name: string): payment is PaymentFacts {
  return payment !== undefined && name === `${payment.batch}/${payment.payment}`;
}

type OfPayment = NonNullable<EventData<"EntrySettled">["of"]>;

function ofPayment(of: OfPayment): OfPayment {
  const { payment, plan, version, line, household, organisation, person, leg } = of;
  const { organisationPaying, moves, transit } = of;
  return {
    ...{ payment, plan, version, line, household, organisation, person, leg },
    ...{ organisationPaying, moves, transit },
  };
}

type Settled = EventData<"EntrySettled">;

/** The decision about an entry that stands. */
function settledAs(known: { readonly type: string; readonly data: unknown } | undefined) {
  return known?.type === "EntrySettled" ? (known.data as Settled) : undefined;
}

function undone(
  { by, date }: SettleCommand,
  { entry, settled, payment }: Found & { readonly entry: OpenEntry },
  free: SealedText | undefined,
  facts: Facts,
): DecidedEvent | Refusal {
  const closed = refuseClosed(entry.day, facts);
  if (closed !== undefined) return closed;
  if (settled === undefined) {
    return refuse("EntryUnknown", "nothing is decided about the entry", "流水号");
  }
  if (payment !== undefined && hasGoneOn(payment)) return goneOn;
  const { account, amount, effect, confirms, source, bookedOn } = settled;
  const of =
    payment === undefined || effect === undefined
      ? settled.of && { ...settled.of, moves: [], transit: [], clearedOn: undefined }
      : ofPayment(new PaymentJudged(payment).withdrawn(effect, saidBy(entry)));
  const key = keys.entry(entry.entry);
  return {
    ...{ stream: streams.bank(account), key, nth: facts.count(key) },
    effectiveDate: date,
    type: "SettlementUndone",
    data: {
      entry: entry.entry,
      ...{ by, date, free, account, amount, effect, confirms, source, bookedOn, of },
    },
  };
}

/** Its line was paid again, stopped or recovered: what that rests on stays. */
function hasGoneOn({ isPaidAgain, isStopped, isRecovered }: PaymentFacts): boolean {
  return isPaidAgain || isStopped || isRecovered;
}

const goneOn = refuse(
  "PaymentAnswered",
  "the line was paid again, stopped or recovered since",
  "流水号",
);

function saidBy({ entry, source, day: on }: OpenEntry) {
  return { entry, source, day: on };
}

function givenUp(
  { by, date }: SettleCommand,
  payment: PaymentFacts,
  free: SealedText | undefined,
  facts: Facts,
): DecidedEvent | Refusal {
  const { instructedOn, payer } = payment;
  const judged = new PaymentJudged(payment);
  if (!judged.history.isOpen) {
    return refuse("PaymentAnswered", "the payment is answered already", "流水号");
  }
  const days = policyFor(date, divisionOf(payer, facts), facts).value("settle.days");
  const passed = daysInclusive(instructedOn, date) - 1;
  if (passed < days) {
    return refuse("TooEarly", `${passed} days have passed, and ${days} are the least`, "业务日期");
  }
  const outcome = judged.rejected({ entry: "", source: givenUpSource, day: date }, false);
  if (outcome === undefined || typeof outcome === "string") throw new Error("it is open");
  const at = ofGivingUp(payment, date, facts);
  const data = { by, date, free, amount: outcome.amount, ...ofPayment(outcome) };
  return { ...at, type: "PaymentGivenUp", data };
}

/** A payment that was given up is open again. */
function givenUpNoMore(
  { by, date }: SettleCommand,
  payment: PaymentFacts,
  free: SealedText | undefined,
  facts: Facts,
): DecidedEvent | Refusal {
  const given = payment.tellings.findLast(({ source }) => source === givenUpSource);
  if (given === undefined || given.isWithdrawn === true) {
    return refuse("EntryUnknown", "the payment is not given up", "流水号");
  }
  const closed = refuseClosed(given.day, facts);
  if (closed !== undefined) return closed;
  if (hasGoneOn(payment)) return goneOn;
  const outcome = new PaymentJudged(payment).withdrawn("rejected", given);
  const at = ofGivingUp(payment, date, facts);
  const data = { by, date, free, amount: outcome.amount, ...ofPayment(outcome) };
  return { ...at, type: "GivingUpUndone", data };
}

function ofGivingUp({ payment, batch }: PaymentFacts, effectiveDate: string, facts: Facts) {
  const key = keys.payment(payment);
  return { stream: streams.batch(batch), key, nth: facts.count(key), effectiveDate };
}
