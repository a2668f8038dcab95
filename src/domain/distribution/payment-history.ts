import type { PaymentState } from "./payments.ts";

/** What says something of a payment: an entry or a status of a kind of file, on a day. */
export interface Telling {
  readonly entry: string;
  /** The kind of file, without its version. */
  readonly source: string;
  readonly day: string;
}

/** What says it where somebody has given a payment up. */
export const givenUpSource = "settled";

/** What a booked entry may say of a payment. */
export type Booking = "credit" | "return" | "returnUndone";

/** What may be said of a payment that did not match: a status may also reject it. */
export type Says = Booking | "rejection";

/** Something that was said of a payment, as it is recorded. */
export interface PaymentTelling extends Telling {
  readonly effect: "accepted" | "credited" | "rejected" | "returned" | "returnUndone" | "confirmed";
  /** What it confirms; absent where an early version recorded it. */
  readonly confirms?: Booking | undefined;
  /** A decision that it was said is taken back. */
  readonly isWithdrawn?: boolean | undefined;
  /** It was rejected with its whole group or payment information. */
  readonly isWhole?: boolean | undefined;
  /** Why it came back or was rejected. */
  readonly reason?: string | undefined;
}

/** Money that moves on a day: to where it is counted, or from there. */
export interface Move {
  readonly day: string;
  readonly isOut: boolean;
}

/** One credit, return or reversal: a file of another kind may tell it under a name of its own. */
class Occurrence {
  readonly day: string;
  readonly reason: string | undefined;
  private readonly names: Map<string, string>;

  constructor({ source, entry, day, reason }: PaymentTelling) {
    this.day = day;
    this.reason = reason;
    this.names = new Map([[source, entry]]);
  }

  /** Whether an entry of a statement or a notification says so, and no status alone. */
  get isBooked(): boolean {
    return [...this.names.keys()].some(isBooking);
  }

  isTold(entry: string): boolean {
    return [...this.names.values()].includes(entry);
  }

  /** A status speaks of whatever has been; of entries each kind of file tells one. */
  isFor({ source, entry }: Telling): boolean {
    return this.isTold(entry) || !isBooking(source) || !this.names.has(source);
  }

  confirm({ source, entry }: Telling): void {
    if (!this.names.has(source)) this.names.set(source, entry);
  }
}

/** Whether a kind of file books, and does not only say. */
export function isBooking(source: string): boolean {
  return source.startsWith("camt.");
}

/**
 * All that was said of a payment. What it has come to, and the money that it moves on each day,
 * follow from what was said and never from the order in which it was.
 */
export class PaymentHistory {
  private credit: Occurrence | undefined;
  private readonly returns: Occurrence[] = [];
  private readonly undone: Occurrence[] = [];
  /** Money that came back when the line was recovered already: it moves nothing. */
  private readonly late: Occurrence[] = [];
  private rejection: PaymentTelling | undefined;
  private acceptance: Telling | undefined;

  constructor(tellings: Iterable<PaymentTelling> = []) {
    for (const one of tellings) this.record(one);
  }

  get isAccepted(): boolean {
    return this.acceptance !== undefined;
  }

  get isCredited(): boolean {
    return this.credit !== undefined;
  }

  /** Whether a booked entry, and no status alone, credits it. */
  get isBooked(): boolean {
    return this.credit?.isBooked === true;
  }

  get isRejected(): boolean {
    return this.rejection !== undefined;
  }

  /** Rejected by somebody who gave it up, and not by the bank. */
  get isGivenUp(): boolean {
    return this.rejection?.source === givenUpSource;
  }

  /** Nothing was said of it but that it is accepted. */
  get isOpen(): boolean {
    return !this.isCredited && !this.isRejected && this.back === undefined;
  }

  /** The day of the return that holds: one that was not taken back. */
  get back(): string | undefined {
    return this.lastReturn()?.day;
  }

  /** What brought it to its state; undefined while nothing has. */
  get answer(): Pick<PaymentTelling, "day" | "reason"> | undefined {
    return this.lastReturn() ?? this.credit ?? this.rejection ?? this.acceptance;
  }

  /** Its state is that it was rejected, and with its whole group or payment information. */
  get isRejectedWhole(): boolean {
    return this.state === "rejected" && this.rejection?.isWhole === true;
  }

  /** It came back when its line was recovered already. */
  get isBackLate(): boolean {
    return this.late.length > 0;
  }

  get state(): PaymentState {
    if (this.back !== undefined) return "returned";
    if (this.isCredited) return "credited";
    if (this.isRejected) return "rejected";
    return this.isAccepted ? "accepted" : "instructed";
  }

  /** Whether this tells once more what was told before. */
  hasTold(what: Booking, said: Telling): boolean {
    return this.among(what).some((one) => one.isFor(said));
  }

  record(telling: PaymentTelling): void {
    const { effect } = telling;
    if (telling.isWithdrawn === true) {
      this.withdraw(telling);
      return;
    }
    switch (effect) {
      case "accepted":
        this.acceptance ??= telling;
        break;
      case "rejected":
        this.rejection = telling;
        break;
      case "credited":
        this.credit = new Occurrence(telling);
        break;
      case "returned":
        this.returns.push(new Occurrence(telling));
        break;
      case "returnUndone":
        this.undone.push(new Occurrence(telling));
        break;
      case "confirmed":
        this.confirm(telling);
        break;
    }
  }

  /** What its beneficiary receives, and gives back when it is returned. */
  received(): readonly Move[] {
    const { credit, returns } = this;
    if (credit === undefined) return [];
    return [
      { day: credit.day, isOut: false },
      ...returns.map(({ day }) => ({ day, isOut: true })),
      ...this.undoings().map((day) => ({ day, isOut: false })),
    ];
  }

  /**
   * It leaves transit with its first answer, and is there again when a return is taken back and
   * nothing else answers it.
   */
  inTransit(): readonly Move[] {
    const answers = [this.credit?.day, this.rejection?.day].flatMap((day) => day ?? []);
    const events = [
      ...answers.map((day) => ({ day, isUndoing: false, isLasting: true })),
      ...this.returns.map(({ day }) => ({ day, isUndoing: false, isLasting: false })),
      ...this.undoings().map((day) => ({ day, isUndoing: true, isLasting: false })),
    ].sort((one, other) => compare(one.day, other.day));
    const moves: Move[] = [];
    let [isIn, isAnswered] = [true, false];
    for (const { day, isUndoing, isLasting } of events) {
      isAnswered ||= isLasting;
      const wasIn = isIn;
      isIn = isUndoing && !isAnswered;
      if (isIn !== wasIn) moves.push({ day, isOut: !isIn });
    }
    return moves;
  }

  /** The return that holds, of several the last. */
  private lastReturn(): Occurrence | undefined {
    if (this.returns.length <= this.undone.length) return undefined;
    return this.returns.reduce((last, one) => (one.day >= last.day ? one : last));
  }

  /** The days on which returns were taken back: no more of them than there are returns. */
  private undoings(): string[] {
    const days = this.undone.map(({ day }) => day).sort(compare);
    return days.slice(0, this.returns.length);
  }

  private among(what: Booking): readonly Occurrence[] {
    switch (what) {
      case "credit":
        return this.credit === undefined ? [] : [this.credit];
      case "return":
        return [...this.returns, ...this.late];
      case "returnUndone":
        return this.undone;
    }
  }

  private confirm(telling: PaymentTelling): void {
    const what = telling.confirms ?? this.guessed();
    const known = this.among(what);
    const same = known.find((one) => one.isTold(telling.entry));
    const found = same ?? known.find((one) => one.isFor(telling));
    if (found !== undefined) found.confirm(telling);
    else if (what === "return") this.late.push(new Occurrence(telling));
  }

  /** What an early version meant that did not say what is confirmed. */
  private guessed(): Booking {
    return this.returns.length > this.undone.length ? "return" : "credit";
  }

  private withdraw({ effect, entry }: PaymentTelling): void {
    const isOf = (one: Occurrence): boolean => one.isTold(entry);
    if (effect === "credited" && this.credit !== undefined && isOf(this.credit)) {
      this.credit = undefined;
    }
    if (effect === "rejected" && this.rejection?.entry === entry) this.rejection = undefined;
    if (effect === "returned") takeFirst(this.returns, isOf);
    if (effect === "returnUndone") takeFirst(this.undone, isOf);
    if (effect === "confirmed") takeFirst(this.late, isOf);
  }
}

function takeFirst<T>(from: T[], isOf: (one: T) => boolean): void {
  const at = from.findIndex(isOf);
  if (at !== -1) from.splice(at, 1);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What has to move so that there is what ought to be, where something else was before. */
export function movesBetween(before: readonly Move[], after: readonly Move[]): Move[] {
  const left = [...before];
  const added = after.filter((move) => {
    const at = left.findIndex(({ day, isOut }) => day === move.day && isOut === move.isOut);
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
  return [...added, ...left.map(({ day, isOut }) => ({ day, isOut: !isOut }))];
}
