import type { KnownAt, Readable } from "./as-of.ts";
import { Unknown } from "./as-of.ts";

/** Shares with exactly four decimals, by register or by household; nothing held is left out. */
export type Ownership =
  | { readonly registers: Readonly<Record<string, string>> }
  | { readonly holders: Readonly<Record<string, string>>; readonly shares: string };

/**
 * What a household holds in each register, or who holds a register, at the end of a day (all days
 * where it is undefined). Throws `Unknown` where the id is neither a household's nor a register's.
 */
export async function ownership(
  readable: Readable,
  id: string,
  knownAt: KnownAt,
  on?: string,
): Promise<Ownership> {
  const { rows } = await readable.pool.query<{ household: boolean; register: boolean }>(
    `SELECT
       EXISTS (SELECT 1 FROM read.households WHERE household = $1 AND position <= $2) AS household,
       EXISTS (SELECT 1 FROM read.contracts
         WHERE kind = 'shares' AND register = $1 AND position <= $2) AS register`,
    [id, knownAt.position],
  );
  if (rows[0]?.household === true) return heldBy(readable, id, knownAt, on);
  if (rows[0]?.register === true) return holdersOf(readable, id, knownAt, on);
  throw new Unknown("HouseholdUnknown", "no household or register of this number is known");
}

async function heldBy(
  { pool }: Readable,
  household: string,
  { position }: KnownAt,
  on?: string,
): Promise<Ownership> {
  const { rows } = await pool.query<{ register: string; shares: string }>(
    `SELECT substr(asset, 8) AS register, sum(amount)::numeric(60, 4)::text AS shares
     FROM read.postings
     WHERE side = 'household' AND household = $1 AND leg = 'shares' AND position <= $2
       AND effective <= coalesce($3, 'infinity'::date)
     GROUP BY asset HAVING sum(amount) <> 0 ORDER BY asset`,
    [household, position, on ?? null],
  );
  return { registers: Object.fromEntries(rows.map(({ register, shares }) => [register, shares])) };
}

async function holdersOf(
  { pool }: Readable,
  register: string,
  { position }: KnownAt,
  on?: string,
): Promise<Ownership> {
  const { rows } = await pool.query<{ household: string | null; shares: string }>(
    `SELECT household, sum(amount)::numeric(60, 4)::text AS shares FROM read.postings
     WHERE leg = 'shares' AND side = 'household' AND asset = 'shares:' || $1 AND position <= $2
       AND effective <= coalesce($3, 'infinity'::date)
     GROUP BY GROUPING SETS ((household), ()) HAVING sum(amount) <> 0 ORDER BY household`,
    [register, position, on ?? null],
  );
  const holders: Record<string, string> = {};
  let total = "0.0000";
  for (const { household, shares } of rows) {
    if (household === null) total = shares;
    else holders[household] = shares;
  }
  return { holders, shares: total };
}
