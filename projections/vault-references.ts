import { vaultItemsOf } from "../events/vault-items.ts";
import type { ProjectedEvent, Projection } from "./define.ts";

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
  takesLines: true,
  project(event, write) {
    const items = new Set(vaultItemsOf(event));
    if (event.linesBefore > 0) {
      // What the event names besides its lines came with the first of them.
      const data = { ...event.data, lines: [] };
      for (const item of vaultItemsOf({ ...event, data } as ProjectedEvent)) items.delete(item);
    }
    for (const item of items) write("vault_references", [event.position, item]);
  },
};
