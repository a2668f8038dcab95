import type { ShareMovementData } from "../events/share-movements.ts";
import type { EventName } from "../events/index.ts";
import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** The kind of movement of shares that an event records. */
const kindOf: Partial<Readonly<Record<EventName, string>>> = {
  AssetQuantified: "quantification",
  CapitalIncreased: "increase",
  SharesWithdrawn: "withdrawal",
  SharesTransferred: "transfer",
  SharesAdjusted: "adjustment",
  SharesInherited: "inheritance",
};

/**
 * Movements of shares but 折股: who gave how many to whom. What takes one back is a row of its own
 * with the opposite sign.
 */
export const shareMovements: Projection = {
  name: "share-movements",
  version: 1,
  tables: [
    {
      name: "share_movements",
      columns: {
        position: "bigint",
        reference: id,
        reverses: id,
        effective: "date",
        movement: id,
        register: id,
        organisation: id,
        household: id,
        shareholder: id,
        to_household: id,
        to_shareholder: id,
        shares: "numeric",
        amount: "numeric",
        asset: id,
        par_value: "numeric",
        capital: "text",
      },
      primaryKey: "position",
      indexes: {
        share_movements_reference: "(reference)",
        share_movements_household: "(household, organisation) WHERE household IS NOT NULL",
        share_movements_register: "(register, effective, position)",
        share_movements_asset: "(asset) WHERE asset IS NOT NULL",
      },
    },
  ],
  invariants: [
    {
      holds: "a movement of shares names its holder, and one between two the other",
      breaches: `SELECT 'movement ' || reference || ' names no holder' AS breach
        FROM {schema}.share_movements
        WHERE num_nonnulls(household, shareholder) <> 1
          OR num_nonnulls(to_household, to_shareholder) <>
            CASE WHEN movement IN ('transfer', 'adjustment', 'inheritance') THEN 1 ELSE 0 END
        LIMIT 20`,
    },
  ],
  project({ type, data, position, meta }, write) {
    const isBack = type === "ShareMovementReversed";
    const movement = isBack ? data.movement : kindOf[type];
    if (movement === undefined) return;
    const said = data as ShareMovementData;
    const sign = (amount: string | undefined) => (isBack && amount ? `-${amount}` : amount);
    write("share_movements", [
      position,
      said.reference,
      isBack ? data.reverses : null,
      meta.effectiveDate,
      movement,
      said.register,
      said.organisation,
      said.household,
      said.shareholder,
      said.toHousehold,
      said.toShareholder,
      sign(said.shares),
      sign(said.amount),
      said.asset,
      said.parValue,
      said.capital,
    ]);
  },
};
