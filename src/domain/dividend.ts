import type { z } from "zod";
import type { dividendLine } from "../../events/define.ts";
import { registerEvents } from "../../events/register.ts";
import type { ShareMovement, Shareholder } from "../../events/share-movements.ts";
import { recordedShareKind, shareKinds } from "../../events/share-movements.ts";
import { fromUnits, toUnits } from "./decimal.ts";
import { fold } from "./fold.ts";
import type { Timeline } from "./timeline.ts";
import { changeFrom, emptyTimeline, heldAt, leastFrom } from "./timeline.ts";

/** What one holder gets of a divided pool. */
export type DividendLine = z.infer<typeof dividendLine>;

/** The rule by which a pool is divided, as the event names it. */
export const dividendRule = "largest-remainder/holder-ascending";

/** Holdings by number, in ten-thousandths of a share. */
type Held = ReadonlyMap<string, bigint>;
const nobody: Held = new Map();

/**
 * Divides a pool (yuan, two decimals) over holdings of households and of organisations: floor to
 * the fen, then one fen each to the largest remainders, ties by number ascending (by UTF-16 code
 * units), organisations after all households. The lines add up to the pool and stand in that order.
 * Holders of nothing get no line.
 */
export function dividePool(
  pool: string,
  households: Held,
  organisations: Held = nobody,
): DividendLine[] {
  const fen = toUnits(pool, 2);
  let held = 0n;
  for (const shares of households.values()) held += shares;
  for (const shares of organisations.values()) held += shares;
  if (held === 0n) return [];
  const partOf = (holder: Shareholder, shares: bigint) => {
    const product = fen * shares;
    return { holder, shares, fen: product / held, remainder: product % held };
  };
  const parts = [
    ...inOrder(households).map(([household, shares]) => partOf({ household }, shares)),
    ...inOrder(organisations).map(([shareholder, shares]) => partOf({ shareholder }, shares)),
  ];
  let left = fen;
  for (const part of parts) left -= part.fen;
  // The sort is stable: equal remainders keep the ascending numbers.
  const byRemainder = [...parts].sort((a, b) => compare(b.remainder, a.remainder));
  for (const part of byRemainder.slice(0, Number(left))) part.fen += 1n;
  return parts.map(({ holder, shares, fen: amount }) => ({
    amount: fromUnits(amount, 2),
    ...holder,
    shares: fromUnits(shares, 4),
  }));
}

function inOrder(held: Held): (readonly [string, bigint])[] {
  return [...held].filter(([, shares]) => shares > 0n).sort(([a], [b]) => (a < b ? -1 : 1));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Shares of one register by number, day by day, in ten-thousandths. */
interface Holdings {
  readonly households: Map<string, Timeline>;
  readonly organisations: Map<string, Timeline>;
}

/** Who holds how much of a register: issues, movements and their reversals, folded. */
export const holdings = fold(
  registerEvents,
  (): Holdings => ({ households: new Map(), organisations: new Map() }),
  {
    ShareContractSigned: "same",
    ShareContractAmended: "same",
    SharesIssuedForCapital: ({ households }, { data, effectiveDate }) => {
      change(households, data.household, effectiveDate, toUnits(data.shares, 4));
    },
    ShareIssueReversed: ({ households }, { data, effectiveDate }) => {
      change(households, data.household, effectiveDate, -toUnits(data.shares, 4));
    },
    AssetQuantified: moved("quantification"),
    CapitalIncreased: moved("increase"),
    SharesWithdrawn: moved("withdrawal"),
    SharesTransferred: moved("transfer"),
    SharesAdjusted: moved("adjustment"),
    SharesInherited: moved("inheritance"),
    ShareMovementReversed: (state, { data, effectiveDate }) => {
      const { does } = recordedShareKind(data.movement);
      for (const [holder, units] of changesBy(does, data)) {
        changeOf(state, holder, effectiveDate, -units);
      }
    },
    DividendLinesListed: "same",
    DividendDeclared: "same",
    DividendReversed: "same",
  },
);

function moved(kind: keyof typeof shareKinds) {
  const { does } = shareKinds[kind];
  return (
    state: Holdings,
    { data, effectiveDate }: { readonly data: ShareMovement; readonly effectiveDate: string },
  ): void => {
    for (const [holder, units] of changesBy(does, data)) {
      changeOf(state, holder, effectiveDate, units);
    }
  };
}

/** What a movement of shares changes: of whom, by how many ten-thousandths. */
export function changesBy(
  does: "issues" | "withdraws" | "transfers",
  { household, shareholder, toHousehold, toShareholder, shares }: ShareMovement,
): (readonly [holder: Shareholder, units: bigint])[] {
  const units = toUnits(shares, 4);
  const holder = { household, shareholder };
  if (does === "issues") return [[holder, units]];
  if (does === "withdraws") return [[holder, -units]];
  return [
    [holder, -units],
    [{ household: toHousehold, shareholder: toShareholder }, units],
  ];
}

function changeOf(state: Holdings, holder: Shareholder, day: string, units: bigint): void {
  const { household, shareholder = "" } = holder;
  if (household === undefined) change(state.organisations, shareholder, day, units);
  else change(state.households, household, day, units);
}

function change(of: Map<string, Timeline>, number: string, day: string, units: bigint): void {
  const held = of.get(number) ?? emptyTimeline();
  of.set(number, held);
  changeFrom(held, day, units);
}

/**
 * Whether changes on a day would leave somebody with less than nothing at the end of it or of a
 * later day.
 */
export function leavesLess(
  state: Holdings,
  day: string,
  changes: readonly (readonly [holder: Shareholder, units: bigint])[],
): boolean {
  return changes.some(([holder]) => {
    let own = 0n;
    for (const [one, units] of changes) if (isSame(one, holder)) own += units;
    return own < 0n && leastFrom(timelineOf(state, holder), day) + own < 0n;
  });
}

function timelineOf(
  { households, organisations }: Holdings,
  { household, shareholder = "" }: Shareholder,
): Timeline {
  const known =
    household === undefined ? organisations.get(shareholder) : households.get(household);
  return known ?? emptyTimeline();
}

function isSame(one: Shareholder, other: Shareholder): boolean {
  return one.household === other.household && one.shareholder === other.shareholder;
}

/** What each holder has at the end of a day, in ten-thousandths; holders of nothing left out. */
export function heldOn(
  { households, organisations }: Holdings,
  day: string,
): { readonly households: Held; readonly organisations: Held } {
  return { households: sumsOn(households, day), organisations: sumsOn(organisations, day) };
}

function sumsOn(changes: ReadonlyMap<string, Timeline>, day: string): Held {
  const sums = new Map<string, bigint>();
  for (const [number, own] of changes) {
    const sum = heldAt(own, day);
    if (sum > 0n) sums.set(number, sum);
  }
  return sums;
}
