import { divideByWeights } from "./weights.ts";

/** 优先级 is 1 to 9; where empty, this. */
export const priorityDefault = 5;
const priorityMax = 9;

/** What becomes of the claims of one 优先级; amounts in fen. */
export interface ClaimClass {
  readonly priority: number;
  readonly claimed: bigint;
  /** What there was when the turn came to it. */
  readonly available: bigint;
  /** Each its claim; what is available divided over the claims; nothing. */
  readonly paid: "whole" | "divided" | "nothing";
}

/**
 * The classes of claims, ascending by 优先级, those without a claim left out. All are paid whole
 * when all claims fit in the pool; otherwise class by class, whole while they fit; where the money
 * ends what is left is divided, and classes after it get nothing (contract part 2, C).
 */
export function claimClasses(
  pool: bigint,
  claims: readonly bigint[],
  priorityOf: (at: number) => number,
): ClaimClass[] {
  const claimed = new Array<bigint | undefined>(priorityMax + 1);
  for (let at = 0; at < claims.length; at++) {
    const priority = priorityOf(at);
    if (!Number.isInteger(priority) || priority < 1 || priority > priorityMax)
      throw new Error("parsed: 优先级 is 1 to 9");
    claimed[priority] = (claimed[priority] ?? 0n) + (claims[at] as bigint);
  }
  const classes: ClaimClass[] = [];
  let available = pool;
  let isOver = false;
  for (const [priority, sum] of claimed.entries()) {
    if (sum === undefined) continue;
    const fits = sum <= available;
    const paid = isOver ? "nothing" : fits ? "whole" : "divided";
    classes.push({ priority, claimed: sum, available: isOver ? 0n : available, paid });
    if (fits && !isOver) available -= sum;
    else isOver = true;
  }
  return classes;
}

/**
 * The method C (contract part 2): what each claim gets of a pool, in fen. What is not claimed stays
 * in the pool, so the amounts add up to the smaller of the pool and the claims.
 */
export function payClaims(
  pool: bigint,
  claims: readonly bigint[],
  priorityOf: (at: number) => number,
): BigInt64Array {
  const amounts = new BigInt64Array(claims.length);
  const classes = claimClasses(pool, claims, priorityOf);
  const whole = new Set(classes.flatMap((one) => (one.paid === "whole" ? one.priority : [])));
  for (let at = 0; at < claims.length; at++) {
    if (whole.has(priorityOf(at))) amounts[at] = claims[at] as bigint;
  }
  const divided = classes.find(({ paid }) => paid === "divided");
  if (divided === undefined) return amounts;
  const { available, priority } = divided;
  const weightOf = (at: number) => (priorityOf(at) === priority ? (claims[at] as bigint) : 0n);
  const parts = divideByWeights(available, claims.length, weightOf);
  // A class that does not fit claims more than nothing, so its weights do not add up to 0.
  if (parts === null) throw new Error("a class that is divided has claims");
  for (let at = 0; at < claims.length; at++) {
    if (priorityOf(at) === priority) amounts[at] = parts[at] as bigint;
  }
  return amounts;
}
