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
export function parsePositive(text: string, decimalsMax: 2 | 4): string | null {
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

/** Ten-thousandths in one. */
const scale = 10_000;

/**
 * A decimal with at most four decimals as a double in ten-thousandths; -1 where that is not exact.
 * Products are computed in doubles while they stay below 2^53, which is exact and saves most of the
 * time that amounts take in a bulk import; beyond that decimal.js computes.
 */
function tenThousandths(decimal: string): number {
  const { length } = decimal;
  if (length > 13) return -1;
  let units = 0;
  let decimals = -1;
  for (let i = 0; i < length; i++) {
    const digit = decimal.charCodeAt(i) - 48;
    if (digit >= 0 && digit <= 9) units = units * 10 + digit;
    else if (digit === -2 && decimals < 0) decimals = length - i - 1;
    else return -1;
  }
  if (decimals > 4) return -1;
  for (let i = Math.max(decimals, 0); i < 4; i++) units *= 10;
  return Number.isSafeInteger(units) ? units : -1;
}

/** quantity × price in yuan, half up to the fen. */
export function amountOf(quantity: string, price: string): string {
  const left = tenThousandths(quantity);
  const right = tenThousandths(price);
  const product = left * right;
  if (left < 0 || right < 0 || !Number.isSafeInteger(product)) {
    return new Exact(quantity).times(price).toFixed(2, Decimal.ROUND_HALF_UP);
  }
  const perFen = (scale * scale) / 100;
  const rest = product % perFen;
  const fen = (product - rest) / perFen + (rest * 2 >= perFen ? 1 : 0);
  const cents = fen % 100;
  return `${(fen - cents) / 100}.${cents < 10 ? "0" : ""}${cents}`;
}

/** Whether `left` is below `right`. */
export function isBelow(left: string, right: string): boolean {
  const low = tenThousandths(left);
  const high = tenThousandths(right);
  return low < 0 || high < 0 ? new Exact(left).lessThan(right) : low < high;
}

/** amount ÷ par value with exactly four decimals; null when four decimals cannot hold it. */
export function sharesFor(amount: string, parValue: string): string | null {
  const paid = tenThousandths(amount) * scale;
  const par = tenThousandths(parValue);
  if (paid > 0 && par > 0 && Number.isSafeInteger(paid)) {
    if (paid % par !== 0) return null;
    const units = paid / par;
    const rest = units % scale;
    return `${(units - rest) / scale}.${String(rest).padStart(4, "0")}`;
  }
  const issued = new Exact(amount).dividedBy(parValue).toDecimalPlaces(4, Decimal.ROUND_DOWN);
  if (issued.isZero() || !issued.times(parValue).equals(amount)) return null;
  return issued.toFixed(4);
}

/** An exact decimal as a whole number of its smallest units (4 decimals: ten-thousandths). */
export function toUnits(decimal: string, decimals: number): bigint {
  return BigInt(new Exact(decimal).times(new Exact(10).pow(decimals)).toFixed(0));
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
