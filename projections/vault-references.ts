import { vaultItemsOf } from "../events/vault-items.ts";
import type { Projection } from "./define.ts";

/**
 * Which event names which item of the vault. It is derived from the schemas of the events, so that
 * no event can be forgotten: what stands here is never swept, and what is missing in the vault is a
 * difference to `verify`.
 */
export const vaultReferences: Projection = {
  name: "vault_references",
  version: 1,
  tables: [
    {
      name: "vault_references",
      columns: { position: "bigint", item: 'text COLLATE "C"' },
      primaryKey: "position, item",
      indexes: { vault_references_item: "(item)" },
    },
  ],
  invariants: [
    {
      holds: "every note of the trail is a reference into the vault",
      // Where a projection is ahead of the others, its last rows are not looked at.
      breaches: `SELECT 'the note of event ' || position || ' is no reference' AS breach
        FROM {schema}.trail t
        WHERE note IS NOT NULL AND position <= (SELECT min(position) FROM projections)
          AND NOT EXISTS (SELECT 1 FROM {schema}.vault_references r WHERE r.item = t.note)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    for (const item of new Set(vaultItemsOf(event))) {
      write("vault_references", [event.position, item]);
    }
  },
};
