import { Decimal } from "decimal.js";

/**
 * The one constructor for exact decimals. decimal.js keeps 20 significant digits unless told
 * otherwise and would lose fen in silence; 100 hold every product and quotient of two 19-digit
 * values.
 */
const Exact = Decimal.clone({ precision: 100, rounding: Decimal.ROUND_HALF_UP });

const plain = /^(\d+)(?:\.(\d+))?$/;

/**
 * A number as the contract writes it, `digits[.digits]` above zero with at most 15 digits before
 * the point and `decimalsMax` after it, in canonical form without needless zeros; null when it is
 * not one.
 */
export function parsePositive(text: string, decimalsMax: 2 | 4 | 6): string | null {
  const match = plain.exec(text);
  if (match === null) return null;
  const [, whole = "", fraction = ""] = match;
  if (whole.length > 15 || fraction.length > decimalsMax) return null;
  const integer = whole.replace(/^0+(?=\d)/, "");
  const decimals = fraction.replace(/0+$/, "");
  if (integer === "0" && decimals === "") return null;
  return decimals === "" ? integer : `${integer}.${decimals}`;
}

/** A canonical decimal as money: exactly two decimals. */
export function asMoney(decimal: string): string {
  return withDecimals(decimal, 2);
}

/** A canonical decimal with exactly `decimals` digits after the point; it must not have more. */
export function withDecimals(decimal: string, decimals: number): string {
  const point = decimal.indexOf(".");
  if (point < 0) return `${decimal}.${"0".repeat(decimals)}`;
  const missing = decimals - (decimal.length - point - 1);
  if (missing < 0) throw new Error(`more than ${decimals} decimals`);
  return missing === 0 ? decimal : decimal + "0".repeat(missing);
}

/** quantity × price in yuan, half up to the fen. */
export function amountOf(quantity: string, price: string): string {
  const perFen = 1_000_000n;
  const product = toUnits(quantity, 4) * toUnits(price, 4);
  return fromUnits((product + perFen / 2n) / perFen, 2);
}

/** The part of money that a ratio says, half up to the fen. */
export function partOf(amount: string, ratio: string): string {
  const perFen = 1_000_000n;
  return fromUnits((toUnits(amount, 2) * toUnits(ratio, 6) + perFen / 2n) / perFen, 2);
}

/** Interest on money at a rate a year of `yearDays` days, for so many days, half up to the fen. */
export function interestOf(
  principal: string,
  rate: string,
  days: number,
  yearDays: number,
): string {
  return fromUnits(interestInFen(toUnits(principal, 2), rate, days, yearDays), 2);
}

/** The same of a principal in fen, in fen. */
export function interestInFen(
  principal: bigint,
  rate: string,
  days: number,
  yearDays: number,
): bigint {
  const product = principal * toUnits(rate, 6) * BigInt(days);
  return roundedQuotient(product, 1_000_000n * BigInt(yearDays));
}

/** Whether `left` is below `right`. */
export function isBelow(left: string, right: string): boolean {
  return toUnits(left, 4) < toUnits(right, 4);
}

/** amount ÷ par value with exactly four decimals; null when four decimals cannot hold it. */
export function sharesFor(amount: string, parValue: string): string | null {
  const paid = toUnits(amount, 4) * 10_000n;
  const par = toUnits(parValue, 4);
  return paid % par === 0n ? fromUnits(paid / par, 4) : null;
}

/** A canonical decimal as a whole number of its smallest units (4 decimals: ten-thousandths). */
export function toUnits(decimal: string, decimals: number): bigint {
  const point = decimal.indexOf(".");
  if (point < 0) return BigInt(decimal) * powerOfTen(decimals);
  const missing = decimals - (decimal.length - point - 1);
  const digits = BigInt(decimal.slice(0, point) + decimal.slice(point + 1));
  return digits * powerOfTen(missing);
}

const powersOfTen = [1n, 10n, 100n, 1_000n, 10_000n, 100_000n, 1_000_000n];

function powerOfTen(exponent: number): bigint {
  const power = powersOfTen[exponent];
  if (power === undefined) throw new Error(`${exponent} is no number of missing decimals`);
  return power;
}

/** A whole number of smallest units as a decimal with exactly `decimals` digits. */
export function fromUnits(units: bigint, decimals: number): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The sum of money values, with two decimals. */
export function sumMoney(amounts: Iterable<string>): string {
  let sum = new Exact(0);
  for (const amount of amounts) sum = sum.plus(amount);
  return sum.toFixed(2);
}

/** Money with the sign turned. */
export function negate(amount: string): string {
  if (amount.startsWith("-")) return amount.slice(1);
  return /^0(\.0*)?$/.test(amount) ? amount : `-${amount}`;
}

/** Part ÷ whole with exactly four decimals, half up, exactly. */
export function perTenThousand(part: bigint, whole: bigint): string {
  return fromUnits(roundedQuotient(part * 10_000n, whole), 4);
}

/** Half up, away from zero where it is negative; the divisor is above zero. */
export function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  if (dividend < 0n) return -roundedQuotient(-dividend, divisor);
  return (2n * dividend + divisor) / (2n * divisor);
}
