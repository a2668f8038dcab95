import type { AssetRight } from "../../events/asset-words.ts";
import { assetRights } from "../../events/asset-words.ts";
import type { KnownAt, Readable } from "./as-of.ts";
import { countsBy } from "./counting-rows.ts";

/** The rights in assets that somebody holds, by 资产编号, each by its word in files. */
export type AssetRightsHeld = Readonly<Record<string, string[]>>;

const rightNames = Object.keys(assetRights) as readonly AssetRight[];

/** The rights in a row of assets as rows: which right, and who holds it. */
const stated = rightNames.map((right) => `('${right}', r.data->>'${right}')`).join(", ");

/** Rows of a kind that count at the end of a day ($2), as known at a position ($3). */
function counting(kind: string): string {
  return `SELECT r.* FROM read.programme_rows r
    WHERE r.kind = '${kind}'
      AND ${countsBy("r", kind, { position: "$3", day: "coalesce($2, 'infinity'::date)" })}`;
}

/**
 * The rights that a household or an organisation holds at the end of a day (all days where it is
 * undefined): as the asset was recorded, and since then by the last step that gave each away.
 */
export async function assetRightsHeldBy(
  { pool }: Readable,
  holder: string,
  { position }: KnownAt,
  day?: string,
): Promise<AssetRightsHeld> {
  const { rows } = await pool.query<{ asset: string; held: readonly AssetRight[] }>(
    `WITH assets AS (${counting("assets")}),
       given AS (
         SELECT r.position, r.id AS asset, held.name, held.holder
         FROM assets r CROSS JOIN LATERAL (VALUES ${stated}) AS held (name, holder)
         UNION ALL
         SELECT r.position, r.data->>'asset',
           CASE WHEN r.data ? 'operator' THEN 'operation' ELSE r.data->>'right' END,
           coalesce(r.data->>'operator', r.data->>'holder')
         FROM (${counting("asset-steps")}) r
         WHERE r.data ? 'operator' OR r.data ? 'holder'),
       standing AS (
         SELECT DISTINCT ON (asset, name) asset, name, holder FROM given
         ORDER BY asset, name, position DESC)
     SELECT asset, array_agg(name) AS held FROM standing
     WHERE holder = $1 AND asset IN (SELECT id FROM assets)
     GROUP BY asset ORDER BY asset`,
    [holder, day ?? null, position],
  );
  return Object.fromEntries(
    rows.map(({ asset, held }) => [
      asset,
      rightNames.filter((right) => held.includes(right)).map((right) => assetRights[right]),
    ]),
  );
}
