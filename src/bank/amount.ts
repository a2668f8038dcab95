import { fromUnits } from "../domain/decimal.ts";

/** Digits before the point; the schemas end at 18 in all. */
const wholeDigitsMax = 18;
/** Decimals that a bank may write; the widest type of the schemas has as many. */
const decimalsMax = 17;
const moneyDecimals = 2;

const usual = /^(?:0|[1-9]\d{0,17})\.\d\d$/;
const lexical = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/**
 * An amount as a bank writes it (`xs:decimal`), in canonical form: no needless zeros, at least two
 * decimals, a sign only below zero. Nothing is rounded: what has more than two decimals that say
 * something keeps them (`"0.005"`), and so equals no amount of money. Null when it is no number, or
 * has over 18 digits before the point or 17 behind it.
 */
export function parseAmount(text: string): string | null {
  if (usual.test(text)) return text;
  const match = lexical.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = ""] = match;
  if (whole === "" && fraction === "") return null;
  const digits = whole.replace(/^0+/, "");
  const decimals = fraction.replace(/0+$/, "");
  if (digits.length > wholeDigitsMax || decimals.length > decimalsMax) return null;
  const isBelowZero = sign === "-" && (digits !== "" || decimals !== "");
  const sum = `${digits === "" ? "0" : digits}.${decimals.padEnd(moneyDecimals, "0")}`;
  return isBelowZero ? `-${sum}` : sum;
}

/** A canonical amount as a whole number of its smallest units, 10⁻¹⁷. */
export function unitsOf(amount: string): bigint {
  const point = amount.indexOf(".");
  const decimals = amount.slice(point + 1).padEnd(decimalsMax, "0");
  return BigInt(amount.slice(0, point) + decimals);
}

/** A whole number of smallest units as a canonical amount. */
export function amountOfUnits(units: bigint): string {
  const text = fromUnits(units, decimalsMax);
  const point = text.indexOf(".") + 1;
  return text.slice(0, point) + text.slice(point).replace(/0+$/, "").padEnd(moneyDecimals, "0");
}

/** Whether a canonical amount is one of whole fen. */
export function isMoney(amount: string): boolean {
  return amount.length - amount.indexOf(".") === moneyDecimals + 1;
}
