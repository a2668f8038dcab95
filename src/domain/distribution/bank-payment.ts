import type { EventData } from "../../../events/index.ts";
import type { PaymentFacts } from "./bank-facts.ts";
import type { Booking, Move, PaymentTelling, Telling } from "./payment-history.ts";
import { movesBetween, PaymentHistory } from "./payment-history.ts";

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

const effects = { credit: "credited", return: "returned", returnUndone: "returnUndone" } as const;

/**
 * A payment while a file is judged: what has been said of it before, and by the file so far. The
 * state follows from all that was said, whatever its order.
 */
export class PaymentJudged {
  readonly facts: PaymentFacts;
  readonly history: PaymentHistory;

  constructor(facts: PaymentFacts) {
    this.facts = facts;
    this.history = new PaymentHistory(facts.tellings);
  }

  accept(said: Said): PaymentLine | undefined {
    const { isAccepted, isOpen } = this.history;
    if (isAccepted) return undefined;
    const line = this.told({ ...said, effect: "accepted" });
    return isOpen ? line : { ...line, isBehind: true };
  }

  rejected(said: Said, isWhole: boolean): Outcome | undefined {
    const { isBooked, isRejected, isGivenUp, isCredited } = this.history;
    if (isBooked) return "Contradicts";
    if ((isRejected && !isGivenUp) || isCredited) return undefined;
    return this.told({ ...said, effect: "rejected", isWhole });
  }

  /** Why a credit, a return or a reversal does not fit; undefined where it does. */
  objection(what: Booking, said: Telling): Unmatched | undefined {
    const { history, facts } = this;
    if (history.hasTold(what, said)) return undefined;
    switch (what) {
      case "credit":
        if (history.isCredited) return "AlreadyCredited";
        return history.isRejected && (facts.isPaidAgain || facts.isStopped)
          ? "Contradicts"
          : undefined;
      case "return":
        return history.back !== undefined || history.isBackLate ? "AlreadyReturned" : undefined;
      case "returnUndone":
        return history.back === undefined || facts.isPaidAgain || facts.isStopped
          ? "Contradicts"
          : undefined;
    }
  }

  /** A debit was booked for it, its money has come back, or its last return is taken back. */
  booked(what: Booking, said: Said): Outcome {
    const objection = this.objection(what, said);
    if (objection !== undefined) return objection;
    const isLate = what === "return" && this.facts.isRecovered;
    return this.history.hasTold(what, said) || isLate
      ? this.told({ ...said, effect: "confirmed", confirms: what })
      : this.told({ ...said, effect: effects[what] });
  }

  /** What an entry was taken to say of it, it did not say. */
  withdrawn(effect: PaymentLine["effect"], said: Said): PaymentLine {
    return this.told({ ...said, effect, isWithdrawn: true });
  }

  private told(telling: PaymentTelling): PaymentLine {
    const { facts, history } = this;
    const before = [history.received(), history.inTransit()] as const;
    history.record(telling);
    const moves = this.signed(movesBetween(before[0], history.received()));
    const transit = this.signed(movesBetween(before[1], history.inTransit()));
    const { payment, plan, version, line, household, organisation, person, leg, amount } = facts;
    const { entry, source, day, effect, confirms, isWhole, reason } = telling;
    return {
      what: "payment",
      ...{ entry, source, amount, day, effect, confirms, isWhole, reason },
      ...{ payment, plan, version, line, household, organisation, person, leg },
      organisationPaying: facts.payer,
      ...{ moves, transit },
    };
  }

  private signed(moves: readonly Move[]): PaymentLine["moves"] {
    const { amount } = this.facts;
    return moves.map(({ day, isOut }) => ({ day, amount: isOut ? `-${amount}` : amount }));
  }
}
