import type { Pool } from "pg";
import { z } from "zod";
import type { AssetRight } from "../../../events/asset-words.ts";
import { assetClasses, assetRights, assetStates } from "../../../events/asset-words.ts";
import { dayNumber } from "../../domain/calendar.ts";
import { fen } from "../../domain/programme/balances.ts";
import type { AssetState } from "../../domain/programme/asset-state.ts";
import { assetStateOn } from "../../domain/programme/asset-state.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import type { Amount } from "./counting.ts";
import { collect, isWithin } from "./counting.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, money, moneyOrNull } from "./figures.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report } from "./report.ts";
import { liesIn, placeOfRow } from "./roster.ts";

const words: Readonly<Record<string, string>> = assetClasses;
const rights = Object.entries(assetRights) as readonly (readonly [AssetRight, string])[];
const holders = z.object(Object.fromEntries(rights.map(([, word]) => [word, z.string()])));
const text = z.string().nullable();

/** What each asset is worth, who has which right in it, and what it yields: `report assets`. */
export const assetsReport: Report = {
  name: "assets",
  summary: "What each asset is worth, what has become of it, who has which right, what it yields",
  rows: "资产编号",
  time: "day",
  figures: {
    name: beside(z.string()),
    class: beside(z.string().describe("资产类别")),
    value: money,
    valued: moneyOrNull,
    project: beside(text),
    state: beside(z.string()),
    rights: beside(holders.describe("who holds each")),
    income: money,
    idle: beside(z.int().describe("days since its 闲置, while it is idle")),
  },
  find: async ({ pool, position, on, year, area, roster }) => {
    const known = await programmeAt(pool, position, ["assets", "asset-steps"]);
    const places = await roster();
    const { facts, add } = collect();
    const besides = new Map<string, Beside>();
    for (const asset of known.all("assets")) {
      const { id, data } = asset;
      const place = placeOfRow(places, { division: data.division });
      if (!counts(asset, on) || !liesIn(place, area)) continue;
      add(id, "value", [{ ...known.factOf(asset), value: fen(data.value) }]);
      const state = assetStateOn(known.programme, asset, on);
      const { valuedBy } = state;
      if (valuedBy !== undefined) {
        add(id, "valued", [{ ...known.factOf(valuedBy), value: fen(valuedBy.data.value ?? "0") }]);
      }
      besides.set(id, assetSaid(asset, state, on));
    }
    const incomes = await receivedAt(pool, position);
    for (const { asset, day, ...amount } of incomes) {
      const isOfYear = isWithin(day, { from: `${year}-01-01`, to: on });
      if (isOfYear && besides.has(asset)) add(asset, "income", [amount]);
    }
    return { facts: listed(facts), beside: besides };
  },
};

function assetSaid({ data }: ProgrammeRow<"assets">, of: AssetState, on: string) {
  const { name, class: kind, project } = data;
  const { state, idleSince, rights: held } = of;
  return {
    name,
    class: words[kind] ?? kind,
    project: project ?? null,
    state: assetStates[state],
    rights: Object.fromEntries(rights.map(([right, word]) => [word, held[right]])),
    idle: idleSince === undefined ? 0 : dayNumber(on) - dayNumber(idleSince),
  };
}

/** 到账金额 of an income that names an asset, or what takes it back. */
interface Received extends Amount {
  readonly asset: string;
  readonly day: string;
}

/** What came in by assets; where 到账金额 is empty, what may be distributed of it. */
async function receivedAt(pool: Pool, position: bigint): Promise<readonly Received[]> {
  const { rows } = await pool.query<Omit<Received, "value"> & { value: string }>(
    `WITH named AS (
       SELECT income, position, effective, asset, coalesce(received, available) * 100 AS fen
       FROM read.incomes WHERE position <= $1 AND asset IS NOT NULL)
     SELECT asset, 'income/' || income AS fact, position, effective AS day,
       trunc(fen)::text AS value
     FROM named
     UNION ALL
     SELECT asset, 'corrections/' || correction, c.position, c.effective, trunc(-fen)::text
     FROM named JOIN read.programme_corrections c ON c.kind = 'income' AND c.id = income
     WHERE c.position <= $1`,
    [position],
  );
  return rows.map(({ value, ...row }) => ({ ...row, value: BigInt(value) }));
}
