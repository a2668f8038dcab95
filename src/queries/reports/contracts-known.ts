import type { Pool } from "pg";

/** Between whom a contract is. */
export interface ContractKnown {
  readonly contract: string;
  readonly kind: string;
  readonly organisation: string;
  readonly household: string | null;
  readonly position: bigint;
}

/** Every contract that is known at a position, by number. */
export async function contractsAt(
  pool: Pool,
  position: bigint,
): Promise<ReadonlyMap<string, ContractKnown>> {
  const { rows } = await pool.query<ContractKnown>(
    `SELECT contract, kind, organisation, household, position FROM read.contracts
     WHERE position <= $1`,
    [position],
  );
  return new Map(rows.map((row) => [row.contract, row]));
}
