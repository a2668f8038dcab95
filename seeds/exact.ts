const unitsPerOne = 10_000n;

/** A decimal of at most 4 places as ten-thousandths: `"2.35"` is `23500n`. */
export function units(decimal: string): bigint {
  const [whole = "", fraction = ""] = decimal.split(".");
  if (fraction.length > 4) throw new Error(`over 4 decimals: ${decimal}`);
  return BigInt(whole + fraction.padEnd(4, "0"));
}

/** Ten-thousandths as the shortest decimal. */
export function decimal(value: bigint): string {
  const fraction = String(value % unitsPerOne)
    .padStart(4, "0")
    .replace(/0+$/, "");
  const whole = String(value / unitsPerOne);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Fen as yuan with 2 decimals. */
export function yuan(fen: bigint): string {
  return `${String(fen / 100n)}.${String(fen % 100n).padStart(2, "0")}`;
}

/** Quantity × price, both in ten-thousandths, half up to the fen. */
export function fenOf(quantity: bigint, price: bigint): bigint {
  return (quantity * price + 500_000n) / 1_000_000n;
}

/** A day as YYYY-MM-DD. */
export function day(year: number, month: number, dayOfMonth: number): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${String(year)}-${two(month)}-${two(dayOfMonth)}`;
}

/** The day `count` days after `date`. */
export function daysAfter(date: string, count: number): string {
  const dayMs = 86_400_000;
  return new Date(Date.parse(`${date}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);
}

/** A file's text: a header, then a row a line; values hold no comma, quote or line break. */
export function csv(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((row) => `${row.join(",")}\n`).join("");
}
