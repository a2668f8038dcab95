import { toUnits } from "../decimal.ts";

/** amount × rate a year × days ÷ days of a year, half up to the fen; all amounts in fen. */
export function forDays(
  amount: bigint,
  rate: string,
  [days, yearDays]: readonly [days: number, yearDays: 360 | 365],
): bigint {
  const dividend = amount * toUnits(rate, 6) * BigInt(days);
  const divisor = 1_000_000n * BigInt(yearDays);
  return (dividend * 2n + divisor) / (divisor * 2n);
}
