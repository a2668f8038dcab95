import { fromUnits, toUnits } from "./decimal.ts";
import type { Survey } from "./facts.ts";

/** Whose dividends from whom. */
export interface DividendsAsked {
  readonly household: string;
  readonly organisation: string;
  readonly [name: string]: string;
}

/**
 * What a household received as dividends of an entity, by movements and credited lines of plans,
 * less what it has put into more shares (增资), in yuan; below zero where dividends were taken
 * back since. A batch that asks it is decided when all before it are recorded: its own movements
 * are what is on the way.
 */
export const dividendsLeft: Survey<DividendsAsked, string> = {
  name: "dividends-left",
  categories: ["register", "income", "batch", "bank"],
  with: (left, { household, organisation }, { type, data }) => {
    let fen = toUnits(left, 2);
    if (type === "DividendDeclared" || type === "DividendReversed") {
      if (data.organisation !== organisation) return left;
      for (const line of data.lines) {
        if (line.household !== household) continue;
        fen += type === "DividendDeclared" ? toUnits(line.amount, 2) : -toUnits(line.amount, 2);
      }
      return fromUnits(fen, 2);
    }
    if (type !== "CapitalIncreased" && type !== "ShareMovementReversed") return left;
    if (data.household !== household || data.organisation !== organisation) return left;
    if (type === "CapitalIncreased") fen -= toUnits(data.amount ?? "0", 2);
    else if (data.movement === "increase") fen += toUnits(data.amount ?? "0", 2);
    return fromUnits(fen, 2);
  },
};

/** Which asset was quantified. */
export interface QuantifiedAsked {
  readonly asset: string;
  readonly [name: string]: string;
}

/** What the shares came to into which an asset was quantified, in 10⁻⁸ yuan, as `dividendsLeft`. */
export const quantifiedOf: Survey<QuantifiedAsked, string> = {
  name: "quantified-of-asset",
  categories: ["register"],
  with: (sum, { asset }, { type, data }) => {
    if (type !== "AssetQuantified" && type !== "ShareMovementReversed") return sum;
    if (data.asset !== asset || data.parValue === undefined) return sum;
    const value = toUnits(data.shares, 4) * toUnits(data.parValue, 4);
    return String(BigInt(sum) + (type === "AssetQuantified" ? value : -value));
  },
};

/** What something is worth, in yuan, as `quantifiedOf` counts it. */
export function worthOf(value: string): bigint {
  return toUnits(value, 4) * 10_000n;
}
