import type { Pool } from "pg";
import type { EventLog } from "../log/event-log.ts";
import type { Projector } from "./project.ts";

/** Every vault item that an event refers to, with the event's position, as the read models say. */
export const vaultReferences = `
  SELECT position, personal AS item FROM read.members
  UNION ALL SELECT position, account FROM read.payee_accounts
  UNION ALL SELECT position, free FROM read.organisations WHERE free IS NOT NULL
  UNION ALL SELECT position, free FROM read.contracts WHERE free IS NOT NULL
  UNION ALL SELECT position, note FROM read.trail WHERE note IS NOT NULL
  UNION ALL SELECT position, note FROM read.ledger_notes`;

/**
 * Removes vault items whose events were never recorded because of a crash: those over a day old
 * that nothing refers to once the projections have reached the head of the log. Returns how many.
 */
export async function sweepVault(pool: Pool, log: EventLog, projector: Projector): Promise<number> {
  const { rows } = await pool.query<{ cutoff: Date }>("SELECT now() - interval '1 day' AS cutoff");
  await projector.reach((await log.head()).position);
  const { rowCount } = await pool.query(
    `DELETE FROM vault_items v WHERE created_at < $1
       AND NOT EXISTS (SELECT 1 FROM (${vaultReferences}) AS r WHERE r.item = v.item)`,
    [rows[0]?.cutoff],
  );
  return rowCount ?? 0;
}
