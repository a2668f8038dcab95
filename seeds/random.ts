/** A source of choices that gives the same ones at each run; integers only. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True `percent` times in a hundred. */
  chance(percent: number): boolean;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** One of a list that is not empty, by its whole-number weights. */
  weighted<T>(list: readonly (readonly [item: T, weight: number])[]): T;
  /** `length` decimal digits. */
  digits(length: number): string;
}

/** Choices that follow from `seed` alone (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (low: number, high: number): number => low + (next() % (high - low + 1));
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error("nothing to pick from");
    return list[int(0, list.length - 1)] as T;
  };
  const weighted = <T>(list: readonly (readonly [item: T, weight: number])[]): T => {
    const total = list.reduce((sum, [, weight]) => sum + weight, 0);
    let left = int(1, total);
    for (const [item, weight] of list) {
      left -= weight;
      if (left <= 0) return item;
    }
    throw new Error("nothing to pick from");
  };
  return {
    int,
    chance: (percent) => int(1, 100) <= percent,
    pick,
    weighted,
    digits: (length) => Array.from({ length }, () => int(0, 9)).join(""),
  };
}
