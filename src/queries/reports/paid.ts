import type { Pool } from "pg";
import { yuan } from "../../../events/define.ts";
import type { PaidLeg } from "../../domain/programme/duties-done.ts";
import type { FactSource } from "./facts.ts";
import { selectedByName } from "./facts.ts";
import type { Days } from "./asked.ts";
import { postingName } from "./posting-names.ts";

/** Money that households received in the year to D from entities, or one: `$1` to `$4`. */
const received = `
  FROM read.postings p
  WHERE p.side = 'household' AND p.asset = '${yuan}' AND p.position <= $1
    AND p.effective BETWEEN $2 AND $3 AND p.organisation IS NOT NULL
    AND ($4::text IS NULL OR p.organisation = $4)`;

/** What is asked: the days, and whose payments. */
export interface PaidAsked extends Days {
  readonly pool: Pool;
  readonly position: bigint;
  readonly organisation: string | null;
}

function valuesOf({ position, year, on, organisation }: PaidAsked): readonly unknown[] {
  return [position, `${year}-01-01`, on, organisation];
}

/** What entities paid households, by leg, and how many they paid: `paid.wage`, `helped`. */
export function paidFacts(asked: PaidAsked): FactSource {
  return selectedByName(
    asked.pool,
    `SELECT p.organisation AS row, ${postingName} AS fact, p.position, 'paid.' || p.leg AS figure,
       p.amount * 100 AS value
     FROM (SELECT * ${received}) AS p
     LEFT JOIN read.trail t ON t.household = p.household AND t.position = p.position
     UNION ALL
     SELECT p.organisation, 'households/' || p.household, max(p.position), 'helped', 1
     ${received} GROUP BY p.organisation, p.household HAVING sum(p.amount) > 0`,
    valuesOf(asked),
  );
}

/** What entities paid each household on each leg in the year to D, where it is not nothing. */
export async function paidByEntity(
  asked: PaidAsked,
): Promise<ReadonlyMap<string, readonly PaidLeg[]>> {
  const { rows } = await asked.pool.query<PaidLeg & { organisation: string }>(
    `SELECT organisation, household, leg, sum(amount)::text AS amount ${received}
     GROUP BY organisation, household, leg HAVING sum(amount) <> 0`,
    [...valuesOf(asked)],
  );
  const byEntity = new Map<string, PaidLeg[]>();
  for (const { organisation, ...paid } of rows) {
    const own = byEntity.get(organisation);
    if (own === undefined) byEntity.set(organisation, [paid]);
    else own.push(paid);
  }
  return byEntity;
}
