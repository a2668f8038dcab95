import { turned } from "../../../events/define.ts";
import type { EventData } from "../../../events/index.ts";
import type { PaymentFacts, Telling } from "./bank-facts.ts";

/** A line of a bank's file as its event has it. */
export type ToldLine = EventData<"BankFileRecorded">["lines"][number];

/** What a file says of one payment. */
export type PaymentLine = Extract<ToldLine, { what: "payment" }>;

/** Why an entry matched nothing (contract, Matching). */
export type Unmatched =
  | "NotOurs"
  | "NotInstructed"
  | "AmountDiffers"
  | "AlreadyCredited"
  | "AlreadyReturned"
  | "Contradicts"
  | "Ambiguous";

/** What comes of something that is said of a payment: a line about it, or that it does not fit. */
export type Outcome = PaymentLine | Unmatched;

/** What is said of a payment: by which entry or status of which kind of file, on which day. */
export interface Said extends Telling {
  readonly reason?: string | undefined;
}

const answers: ReadonlySet<string> = new Set(["credited", "returned", "rejected"]);

/**
 * A payment while a file is judged: what has been said of it before, and by the file so far. The
 * state follows from all that was said, whatever its order.
 */
export class PaymentJudged {
  readonly facts: PaymentFacts;
  private credit: Telling | undefined;
  private back: Telling | undefined;
  private isRejected: boolean;
  private isAccepted: boolean;
  /** It is in transit until it is credited, returned or rejected for the first time. */
  private isInTransit: boolean;

  constructor(facts: PaymentFacts) {
    this.facts = facts;
    this.credit = facts.credit;
    this.back = facts.back;
    this.isRejected = facts.isRejected;
    this.isAccepted = facts.isAccepted;
    this.isInTransit = this.isOpen;
  }

  /** Whether a booked entry, and no status alone, credits it. */
  private get isBooked(): boolean {
    return this.credit?.source.startsWith("camt.") === true;
  }

  /** Nothing was said of it but that it is accepted. */
  private get isOpen(): boolean {
    return this.credit === undefined && this.back === undefined && !this.isRejected;
  }

  get wasRejected(): boolean {
    return this.isRejected;
  }

  accept(said: Said): Outcome | undefined {
    if (this.isAccepted || !this.isOpen) return undefined;
    this.isAccepted = true;
    return this.line("accepted", said, []);
  }

  /** A debit was booked for it, or a status says that it was. */
  credited(said: Said): Outcome {
    const { amount, isPaidAgain, isStopped } = this.facts;
    if (this.credit !== undefined) {
      return this.isSame(this.credit, said) ? this.confirmed("credit", said) : "AlreadyCredited";
    }
    if (this.isRejected && (isPaidAgain || isStopped)) return "Contradicts";
    this.credit = said;
    const moves = [{ day: said.day, amount }];
    if (this.back !== undefined) moves.push({ day: this.back.day, amount: `-${amount}` });
    return this.line("credited", said, moves);
  }

  /** Its money has come back. */
  returned(said: Said): Outcome {
    const { amount, isRecovered } = this.facts;
    if (isRecovered) return this.line("confirmed", said, []);
    if (this.back !== undefined) {
      return this.isSame(this.back, said) ? this.confirmed("back", said) : "AlreadyReturned";
    }
    this.back = said;
    const moves = this.credit === undefined ? [] : [{ day: said.day, amount: `-${amount}` }];
    return this.line("returned", said, moves);
  }

  /** Its last return is taken back. */
  returnUndone(said: Said): Outcome {
    if (this.back === undefined) return "Contradicts";
    this.back = undefined;
    const moves = this.credit === undefined ? [] : [{ day: said.day, amount: this.facts.amount }];
    return this.sentAgain(this.line("returnUndone", said, moves), said.day);
  }

  /** In transit once more, if nothing else that was said of it answers it. */
  private sentAgain(line: PaymentLine, day: string): PaymentLine {
    if (!this.isOpen) return line;
    this.isInTransit = true;
    return { ...line, sentAgainOn: day };
  }

  /** What was told as its credit was none. A return that was booked since is one of nothing. */
  creditUndone(said: Said): PaymentLine {
    const { amount } = this.facts;
    this.credit = undefined;
    const moves = [{ day: said.day, amount: turned(amount) }];
    if (this.back !== undefined) moves.push({ day: this.back.day, amount });
    return this.sentAgain(this.line("confirmed", said, moves), said.day);
  }

  rejected(said: Said, isWhole: boolean): Outcome | undefined {
    if (this.isBooked) return "Contradicts";
    if (this.isRejected || this.credit !== undefined) return undefined;
    this.isRejected = true;
    return { ...this.line("rejected", said, []), isWhole };
  }

  /** Two files of different kinds speak of one thing; of one kind, under one reference alone. */
  private isSame(before: Telling, said: Said): boolean {
    return before.entry === said.entry || !before.source.startsWith("camt.") || !isBooking(said);
  }

  private confirmed(which: "credit" | "back", said: Said): Outcome {
    // From here on it is known by its entry: another one is another credit or return.
    if (isBooking(said)) this[which] = { ...said, day: this[which]?.day ?? said.day };
    return this.line("confirmed", said, []);
  }

  private line(
    effect: PaymentLine["effect"],
    { entry, source, day, reason }: Said,
    moves: PaymentLine["moves"],
  ): PaymentLine {
    const { facts } = this;
    const { payment, plan, version, line, household, organisation, person, leg, amount } = facts;
    const clears = this.isInTransit && answers.has(effect);
    if (clears) this.isInTransit = false;
    return {
      what: "payment",
      ...{ entry, source, amount, day, effect, reason },
      ...{ payment, plan, version, line, household, organisation, person, leg },
      organisationPaying: facts.payer,
      moves,
      ...(clears && { clearedOn: day }),
    };
  }
}

function isBooking({ source }: Telling): boolean {
  return source.startsWith("camt.");
}
