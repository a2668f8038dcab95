/** The weight of each line, by its place from 0: a whole number, 0 or more. */
export type WeightOf = (at: number) => bigint;

const uint64Max = 2n ** 64n - 1n;

/**
 * The method W (contract part 2): divides a pool, in fen, over `count` weights. Each gets pool ×
 * weight ÷ total floored to the fen; the fen that are left go, one each, to the largest remainders
 * pool × weight modulo total, compared as whole numbers, of equal ones to the first. The amounts,
 * in fen, add up to the pool; a weight of 0 gets 0. Null where the weights add up to 0.
 *
 * Memory: 24 bytes a line while it runs, of which the amounts stay, 8; where the total is above 64
 * bits the remainders are numbers of their own.
 */
export function divideByWeights(
  pool: bigint,
  count: number,
  weightOf: WeightOf,
): BigInt64Array | null {
  const total = totalOf(count, weightOf);
  if (total === 0n) return null;
  const amounts = new BigInt64Array(count);
  const remainders = total <= uint64Max ? new BigUint64Array(count) : new Array<bigint>(count);
  let left = pool;
  for (let at = 0; at < count; at++) {
    const product = pool * weightOf(at);
    const floor = product / total;
    amounts[at] = floor;
    remainders[at] = product - floor * total;
    left -= floor;
  }
  giveFen(amounts, remainders, Number(left));
  return amounts;
}

/** One fen each to the `fen` largest remainders, of equal ones to the first. */
function giveFen(
  amounts: BigInt64Array,
  remainders: BigUint64Array | readonly bigint[],
  fen: number,
): void {
  if (fen === 0) return;
  // Only the smallest remainder that still gets a fen is looked for: no line needs to be moved.
  const ascending =
    remainders instanceof BigUint64Array
      ? remainders.slice().sort()
      : [...remainders].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const least = ascending[ascending.length - fen] as bigint;
  let equal = fen;
  for (let at = ascending.length - 1; (ascending[at] as bigint) > least; at--) equal -= 1;
  for (let at = 0; at < amounts.length; at++) {
    const remainder = remainders[at] as bigint;
    if (remainder < least || (remainder === least && equal-- <= 0)) continue;
    amounts[at] = (amounts[at] as bigint) + 1n;
  }
}

function totalOf(count: number, weightOf: WeightOf): bigint {
  let total = 0n;
  for (let at = 0; at < count; at++) total += weightOf(at);
  return total;
}

/** How one line of a division by weights came to its amount; amounts in fen. */
export interface Share {
  readonly weight: bigint;
  readonly total: bigint;
  /** Lines whose weight is above 0. */
  readonly sharers: number;
  readonly floor: bigint;
  /** pool × weight modulo total. */
  readonly remainder: bigint;
  /** Fen that were left after all were floored. */
  readonly left: bigint;
  /** Which in number the remainder is, from the largest, ties in the order of lines; from 1. */
  readonly rank: bigint;
  readonly amount: bigint;
}

/**
 * The share of the line at a place, computed without {@link divideByWeights}: the rank is counted.
 * The weights must not all be 0.
 */
export function shareOf(pool: bigint, count: number, weightOf: WeightOf, place: number): Share {
  const total = totalOf(count, weightOf);
  const weight = weightOf(place);
  const [floor, remainder] = [(pool * weight) / total, (pool * weight) % total];
  let left = pool;
  let rank = 1n;
  let sharers = 0;
  for (let at = 0; at < count; at++) {
    const other = weightOf(at);
    if (other > 0n) sharers += 1;
    const product = pool * other;
    left -= product / total;
    const rest = product % total;
    if (rest > remainder || (rest === remainder && at < place)) rank += 1n;
  }
  const amount = rank <= left ? floor + 1n : floor;
  return { weight, total, sharers, floor, remainder, left, rank, amount };
}
