import { z } from "zod";
import { counted, grouped } from "../words/numbers.ts";
import { ends, knownAtExample, shares } from "./answer.ts";
import type { AssetRightsHeld } from "./asset-rights.ts";
import { assetRightsHeldBy } from "./asset-rights.ts";
import type { KnownAt, Readable } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import { question } from "./define.ts";
import { household, idText, on, register } from "./parameters.ts";
import type { Block, Column } from "./presentation.ts";
import { csvOf, tableOf } from "./presentation.ts";

/**
 * Shares with exactly four decimals, by register or by holder; nothing held is left out. Who holds
 * rights in assets has these, too.
 */
export type Ownership =
  | {
      readonly registers: Readonly<Record<string, string>>;
      readonly assets?: AssetRightsHeld | undefined;
    }
  | { readonly holders: Readonly<Record<string, string>>; readonly shares: string };

const assets = z
  .record(z.string(), z.array(z.string()))
  .optional()
  .describe("the rights held in assets, by 资产编号; left out where there are none");

/** The shares of one household. */
export const householdOwnershipQuestion = question({
  name: "household-ownership",
  summary: "The shares a household holds, by register, and its rights in assets",
  description: "Shares with four decimals; nothing held is left out.",
  about: "household",
  right: "masked",
  own: true,
  path: "/v1/households/:household/ownership",
  parameters: { household, on },
  answer: z
    .object({ registers: z.record(z.string(), shares), assets, ...ends })
    .meta({ examples: [{ registers: { "GQ-01": "12.5000" }, ...knownAtExample }] }),
  ask: async (ledger, told, knownAt) => {
    const owned = await ownership(ledger, told.household, knownAt, told.on);
    if ("registers" in owned) return owned;
    throw new Unknown("HouseholdUnknown", "no household of this number is registered");
  },
});

/** The holders of one register. */
export const registerOwnershipQuestion = question({
  name: "register-ownership",
  summary: "Who holds the shares of a register",
  description: "Shares with four decimals by household or organisation, and their sum.",
  about: "register",
  right: "sums",
  path: "/v1/registers/:register/ownership",
  parameters: { register, on },
  answer: z.object({ holders: z.record(z.string(), shares), shares, ...ends }).meta({
    examples: [
      { holders: { "5399990010000001": "12.5000" }, shares: "12.5000", ...knownAtExample },
    ],
  }),
  ask: async (ledger, told, knownAt) => {
    const owned = await ownership(ledger, told.register, knownAt, told.on).catch(
      (error: unknown) => {
        if (error instanceof Unknown) return undefined;
        throw error;
      },
    );
    if (owned !== undefined && "holders" in owned) return owned;
    throw new Unknown("RegisterUnknown", "no register of this number is known");
  },
});

/** Any of them, for the command line: `sunshine ownership HOUSEHOLD|ORGANISATION|REGISTER`. */
export const ownershipQuestion = question({
  name: "ownership",
  summary: "The shares of a household, an organisation or a register, and rights in assets",
  description:
    "Shares with four decimals by register, or by holder with their sum; of a household or an " +
    "organisation the rights that it holds in assets, too.",
  about: "household",
  right: "masked",
  parameters: {
    id: {
      schema: idText,
      words: {
        flags: "<household|organisation|register>",
        means: "户编号, 主体编号 or 股权登记簿",
      },
    },
    on,
  },
  answer: z.object({
    owned: z.union([
      z.object({ registers: z.record(z.string(), shares), assets }),
      z.object({ holders: z.record(z.string(), shares), shares }),
    ]),
  }),
  ask: async (ledger, told, knownAt) => ({
    owned: await ownership(ledger, told.id, knownAt, told.on),
  }),
  verb: {
    summary: "shares a household holds, or who holds a register",
    description:
      "Shares that a household or an organisation holds, by register, or that a register's " +
      "holders have.",
    show: ({ told }) => ({
      json: ({ owned }) => [owned],
      csv: ({ owned }) => csvOf(columns(owned, told.id), held(owned)),
      people: ({ owned }) => {
        const when = told.on === undefined ? "" : ` at the end of ${told.on}`;
        const rows = held(owned);
        const table = tableOf(columns(owned, told.id), rows);
        const what =
          "registers" in owned
            ? `${told.id} holds shares in ${counted(rows.length, "register")}${when}.`
            : `股权登记簿 Register ${told.id} has ${counted(rows.length, "holder")}${when}.`;
        const total = "holders" in owned ? [["合计 total", grouped(owned.shares)]] : [];
        const shown = rows.length === 0 ? [] : ["", { ...table, rows: [...table.rows, ...total] }];
        return [what, ...shown, ...assetsShown(owned), ""];
      },
    }),
  },
});

/** The rights in assets, as people read them; nothing where there are none. */
function assetsShown(owned: Ownership): Block[] {
  const held = "registers" in owned ? Object.entries(owned.assets ?? {}) : [];
  if (held.length === 0) return [];
  const titles = [{ title: "资产 asset" }, { title: "权利 rights" }];
  return ["", { titles, rows: held.map(([asset, rights]) => [asset, rights.join("、")]) }];
}

type Held = readonly [other: string, shares: string];

function held(owned: Ownership): readonly Held[] {
  return Object.entries("registers" in owned ? owned.registers : owned.holders);
}

/** Columns of a holder's registers or of a register's holders; the other side is for CSV. */
function columns(owned: Ownership, id: string): readonly Column<Held>[] {
  const other = ([name]: Held) => name;
  const asked = () => id;
  const sides: readonly Column<Held>[] =
    "registers" in owned
      ? [
          { name: "register", title: "股权登记簿 register", value: other },
          { name: "household", value: asked },
        ]
      : [
          { name: "register", value: asked },
          { name: "household", title: "持股 holder", value: other },
        ];
  return [
    ...sides,
    {
      name: "shares",
      title: "股 shares",
      align: "right",
      value: ([, count]) => count,
      show: ([, count]) => grouped(count),
    },
  ];
}

/**
 * What a household or an organisation holds in each register, with its rights in assets, or who
 * holds a register, at the end of a day (all days where it is undefined). Throws `Unknown` where
 * the id is nobody's.
 */
export async function ownership(
  readable: Readable,
  id: string,
  knownAt: KnownAt,
  day?: string,
): Promise<Ownership> {
  const { rows } = await readable.pool.query<{
    household: boolean;
    register: boolean;
    organisation: boolean;
  }>(
    `SELECT
       EXISTS (SELECT 1 FROM read.households WHERE household = $1 AND position <= $2) AS household,
       EXISTS (SELECT 1 FROM read.contracts
         WHERE kind = 'shares' AND register = $1 AND position <= $2) AS register,
       EXISTS (SELECT 1 FROM read.organisations
         WHERE organisation = $1 AND position <= $2) AS organisation`,
    [id, knownAt.position],
  );
  const found = rows[0];
  const isHousehold = found?.household === true;
  if (!isHousehold && found?.register === true) return holdersOf(readable, id, knownAt, day);
  if (!isHousehold && found?.organisation !== true) {
    const message = "no household, organisation or register of this number is known";
    throw new Unknown("HouseholdUnknown", message);
  }
  const own = isHousehold ? ownHousehold : ownOrganisation;
  const rights = await assetRightsHeldBy(readable, id, knownAt, day);
  return {
    registers: await heldBy(readable, own, id, knownAt, day),
    ...(Object.keys(rights).length > 0 && { assets: rights }),
  };
}

/** The postings of a holder, $1: those of an organisation's own shares name no household. */
const ownHousehold = "side = 'household' AND household = $1";
const ownOrganisation = "side = 'entity' AND household IS NULL AND organisation = $1";

async function heldBy(
  { pool }: Readable,
  own: string,
  number: string,
  { position }: KnownAt,
  day?: string,
): Promise<Readonly<Record<string, string>>> {
  const { rows } = await pool.query<{ register: string; shares: string }>(
    `SELECT substr(asset, 8) AS register, sum(amount)::numeric(60, 4)::text AS shares
     FROM read.postings
     WHERE ${own} AND leg = 'shares' AND position <= $2
       AND effective <= coalesce($3, 'infinity'::date)
     GROUP BY asset HAVING sum(amount) <> 0 ORDER BY asset`,
    [number, position, day ?? null],
  );
  return Object.fromEntries(rows.map((row) => [row.register, row.shares]));
}

async function holdersOf(
  { pool }: Readable,
  number: string,
  { position }: KnownAt,
  day?: string,
): Promise<Ownership> {
  const { rows } = await pool.query<{ holder: string | null; shares: string }>(
    `SELECT holder, sum(amount)::numeric(60, 4)::text AS shares FROM read.postings
       CROSS JOIN LATERAL (
         SELECT CASE WHEN side = 'entity' THEN organisation ELSE household END AS holder) AS whose
     WHERE leg = 'shares' AND side IN ('household', 'entity') AND asset = 'shares:' || $1
       AND position <= $2 AND effective <= coalesce($3, 'infinity'::date)
     GROUP BY GROUPING SETS ((holder), ()) HAVING sum(amount) <> 0 ORDER BY holder`,
    [number, position, day ?? null],
  );
  const holders: Record<string, string> = {};
  let total = "0.0000";
  for (const { holder, shares: count } of rows) {
    if (holder === null) total = count;
    else holders[holder] = count;
  }
  return { holders, shares: total };
}
