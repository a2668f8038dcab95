import type { Direction, Page } from "../domain/distribution/bank-told.ts";
import { idCharactersMax, textCharactersMax } from "./bank-limits.ts";
import { parseAmount } from "./amount.ts";
import { NotABankFile } from "./not-a-bank-file.ts";
import type { Place } from "./xml-places.ts";
import { branch, leaf } from "./xml-places.ts";

/** An amount with the currency that is written beside it. */
export interface Money {
  readonly amount: string;
  readonly currency: string | undefined;
}

/** A code of the ISO lists, or one of the bank's own. */
export interface CodeOrOwn {
  code?: string | undefined;
  own?: string | undefined;
}

/** An id or a code. Throws where it is longer than any. */
export function idLeaf(take: (id: string) => void): Place {
  return leaf((text) => {
    if (text.length > idCharactersMax) {
      throw new NotABankFile("TooLong", `an id has over ${idCharactersMax} characters`);
    }
    take(text);
  });
}

/** `Amt` and its kin. Throws where it is no amount, or one below zero. */
export function moneyLeaf(name: string, take: (money: Money) => void): Place {
  return leaf((text, attribute) => {
    const amount = parseAmount(text);
    if (amount === null || amount.startsWith("-")) throw unreadable(name);
    take({ amount, currency: attribute("Ccy") });
  });
}

/** A sum, which may be below zero. Throws where it is none. */
export function sumLeaf(name: string, take: (sum: string) => void): Place {
  return leaf((text) => {
    const sum = parseAmount(text);
    if (sum === null) throw unreadable(name);
    take(sum);
  });
}

/** `CdtDbtInd`. Throws where it is neither. */
export function directionLeaf(take: (direction: Direction) => void): Place {
  return leaf((text) => {
    if (text !== "CRDT" && text !== "DBIT") throw unreadable("CdtDbtInd");
    take(text);
  });
}

const wholeNumber = /^\d{1,15}(?:\.0*)?$/;

/** A count or a number. Throws where it is none. */
export function countLeaf(name: string, take: (count: number) => void): Place {
  return leaf((text) => {
    if (!wholeNumber.test(text)) throw unreadable(name);
    take(Number(text));
  });
}

/** `MsgPgntn`, `StmtPgntn` and their kin; one that is not whole tells nothing. */
export function pageBranch(take: (page: Page) => void): Place {
  let number: number | undefined;
  let isLast: boolean | undefined;
  const inside = {
    PgNb: countLeaf("PgNb", (count) => (number ??= count)),
    LastPgInd: leaf((text) => (isLast ??= isTrue(text))),
  };
  return branch(inside, {
    open() {
      number = undefined;
      isLast = undefined;
    },
    close() {
      if (number !== undefined && isLast !== undefined) take({ number, isLast });
    },
  });
}

/** A choice of `Cd` and `Prtry`; what was taken first stays. */
export function codePlaces(taken: () => CodeOrOwn): Readonly<Record<"Cd" | "Prtry", Place>> {
  return {
    Cd: idLeaf((code) => (taken().code ??= code)),
    Prtry: idLeaf((own) => (taken().own ??= own)),
  };
}

/** A text after another, with a blank between. Throws where both are longer than any. */
export function joined(text: string | undefined, more: string): string {
  const whole = text === undefined ? more : `${text} ${more}`;
  if (whole.length > textCharactersMax) {
    throw new NotABankFile("TooLong", "the texts of a transaction are longer than any bank writes");
  }
  return whole;
}

/** `true` and `1`. */
export function isTrue(text: string): boolean {
  return text === "true" || text === "1";
}

/** The error for a value on which something rests. */
export function unreadable(name: string): NotABankFile {
  return new NotABankFile("ValueUnreadable", `a value of ${name} cannot be read`);
}

/** The error for a part that is needed. */
export function incomplete(what: string): NotABankFile {
  return new NotABankFile("Incomplete", `the file is incomplete: ${what}`);
}
