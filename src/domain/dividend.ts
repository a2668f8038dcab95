import type { z } from "zod";
import type { dividendLine } from "../../events/define.ts";
import { registerEvents } from "../../events/register.ts";
import { fromUnits, toUnits } from "./decimal.ts";
import { fold } from "./fold.ts";

/** What one household gets of a divided pool. */
export type DividendLine = z.infer<typeof dividendLine>;

/** The rule by which a pool is divided, as the event names it. */
export const dividendRule = "largest-remainder/household-ascending";

/**
 * Divides a pool (yuan, two decimals) over holdings (ten-thousandths of a share): floor to the fen,
 * then one fen each to the largest remainders, ties by household number ascending (by UTF-16 code
 * units). The lines add up to the pool and stand in order of household number. Holders of nothing
 * get no line.
 */
export function dividePool(pool: string, holdings: ReadonlyMap<string, bigint>): DividendLine[] {
  const fen = toUnits(pool, 2);
  let held = 0n;
  for (const shares of holdings.values()) held += shares;
  if (held === 0n) return [];
  const parts = [...holdings]
    .filter(([, shares]) => shares > 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([household, shares]) => {
      const product = fen * shares;
      return { household, shares, fen: product / held, remainder: product % held };
    });
  let left = fen;
  for (const part of parts) left -= part.fen;
  // The sort is stable: equal remainders keep the ascending household numbers.
  const byRemainder = [...parts].sort((a, b) => compare(b.remainder, a.remainder));
  for (const part of byRemainder.slice(0, Number(left))) part.fen += 1n;
  return parts.map(({ household, shares, fen: amount }) => ({
    amount: fromUnits(amount, 2),
    household,
    shares: fromUnits(shares, 4),
  }));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Shares of one register by household, in ten-thousandths, each change with its day. */
interface Holdings {
  readonly changes: Map<string, { readonly day: string; readonly units: bigint }[]>;
}

/** Who holds how much of a register: issues and their reversals, folded. */
export const holdings = fold(registerEvents, (): Holdings => ({ changes: new Map() }), {
  ShareContractSigned: "same",
  ShareContractAmended: "same",
  SharesIssuedForCapital: ({ changes }, { data, effectiveDate }) => {
    change(changes, data.household, effectiveDate, toUnits(data.shares, 4));
  },
  ShareIssueReversed: ({ changes }, { data, effectiveDate }) => {
    change(changes, data.household, effectiveDate, -toUnits(data.shares, 4));
  },
  DividendLinesListed: "same",
  DividendDeclared: "same",
  DividendReversed: "same",
});

function change(changes: Holdings["changes"], household: string, day: string, units: bigint): void {
  const known = changes.get(household);
  if (known === undefined) changes.set(household, [{ day, units }]);
  else known.push({ day, units });
}

/**
 * What each household holds at the end of a day, in ten-thousandths; holders of nothing left out.
 */
export function heldOn({ changes }: Holdings, day: string): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [household, own] of changes) {
    let sum = 0n;
    for (const { day: since, units } of own) if (since <= day) sum += units;
    if (sum > 0n) sums.set(household, sum);
  }
  return sums;
}
