/** One payment of an instruction. */
export interface Payment {
  /** 1 to 35 of `A–Z a–z 0–9 -`; also the instruction id. */
  readonly endToEndId: string;
  readonly account: string;
  /** The holder of the account, which is never cut. */
  readonly holder: string;
  /** Above zero, with two decimals. */
  readonly amount: string;
  /** The name of the bank of the account, where it is known. */
  readonly bank?: string | undefined;
  /** What the payee reads; cut where it is too long. */
  readonly text?: string | undefined;
}

/** All payments of an instruction together. */
export interface Batch {
  /** 1 to 33 of `A–Z a–z 0–9 -`: the id of the message, which the payment information adds to. */
  readonly batch: string;
  /** When the instruction is made, ISO 8601 with a time zone: `2025-04-03T09:30:00+08:00`. */
  readonly createdAt: string;
  /** The day on which it is to be carried out. */
  readonly on: string;
  readonly payer: {
    readonly name: string;
    readonly account: string;
    readonly bank?: string | undefined;
  };
  /** How many payments follow, and their sum with two decimals. */
  readonly count: number;
  readonly sum: string;
}

/**
 * Why a payment cannot be written in a format as it is: nothing that decides who is paid is ever
 * cut or replaced. A name or account that is empty, is longer than the format allows (a name 140
 * characters, an account 34), or has a character that the format or its encoding cannot hold: a
 * control character, half a surrogate pair, in a delimited file the delimiter.
 */
export type PaymentFault =
  | "AccountMissing"
  | "AccountTooLong"
  | "AccountUnwritable"
  | "HolderMissing"
  | "HolderTooLong"
  | "HolderUnwritable";

/** Characters of a name in ISO 20022, by code points. */
export const nameCharactersMax = 140;
/** Characters of an account in ISO 20022. */
export const accountCharactersMax = 34;

/** What no format can hold. */
// eslint-disable-next-line no-control-regex -- control characters are what cannot be held
const control = /[\0-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]/u;

/** Whether a text has none of the characters that no format can hold. */
export function isWritable(text: string): boolean {
  return text.isWellFormed() && !control.test(text);
}

/** How many characters a text has, by code points. */
export function charactersOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The first characters of a text, by code points, on one line and without what cannot be held. */
export function cut(text: string, charactersMax: number): string {
  const line = text
    .toWellFormed()
    .replace(/\s+/g, " ")
    .replaceAll(new RegExp(control.source, "gu"), "");
  return Array.from(line.trim()).slice(0, charactersMax).join("").trim();
}

/** The fault of a payment in any format; null where it has none. */
export function paymentFault({ account, holder }: Payment): PaymentFault | null {
  if (account.trim() === "") return "AccountMissing";
  if (charactersOf(account) > accountCharactersMax) return "AccountTooLong";
  if (!isWritable(account)) return "AccountUnwritable";
  if (holder.trim() === "") return "HolderMissing";
  if (charactersOf(holder) > nameCharactersMax) return "HolderTooLong";
  return isWritable(holder) ? null : "HolderUnwritable";
}

const endToEndId = /^[A-Za-z0-9-]{1,35}$/;
const batchId = /^[A-Za-z0-9-]{1,33}$/;
const money = /^(?:0|[1-9]\d{0,14})\.\d\d$/;

/**
 * Passes payments on and throws where one of them, or all together, is not what was said of them:
 * what decides is asked `faultOf` first, so this is a bug and no refusal.
 */
export async function* checked(
  batch: Batch,
  payments: AsyncIterable<Payment> | Iterable<Payment>,
  faultOf: (payment: Payment) => PaymentFault | null,
): AsyncGenerator<Payment> {
  if (!batchId.test(batch.batch)) throw new Error("a batch id is of A-Z a-z 0-9 -");
  let count = 0;
  let fen = 0n;
  for await (const payment of payments) {
    const fault = faultOf(payment);
    if (fault !== null) throw new Error(`payment ${count + 1}: ${fault}`);
    if (!endToEndId.test(payment.endToEndId)) throw new Error("an EndToEndId is of A-Z a-z 0-9 -");
    const { amount } = payment;
    if (!money.test(amount) || amount === "0.00") throw new Error("an amount is above zero");
    count += 1;
    fen += BigInt(amount.replace(".", ""));
    yield payment;
  }
  const isSum = fen === BigInt(batch.sum.replace(".", ""));
  if (count !== batch.count || !isSum) throw new Error("count and sum are of the payments");
}
