import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** The policy packs that were put in force, and what each says, as recorded. */
export const packs: Projection = {
  name: "packs",
  version: 1,
  tables: [
    {
      name: "packs",
      columns: { pack: id, position: "bigint", division: "text", starts: "date", ends: "date" },
      primaryKey: "pack",
      indexes: {},
    },
    {
      name: "pack_values",
      columns: {
        pack: id,
        /** `parameter` or `rule` */
        sort: "text",
        name: id,
        position: "bigint",
        /** A parameter's in JSON; of a rule `refuse`, `report` or `off`. */
        value: "text",
        clause: "text",
      },
      primaryKey: "pack, sort, name",
      indexes: {},
    },
  ],
  invariants: [
    {
      holds: "a pack does not end before it starts, and what it says is a pack's",
      breaches: `SELECT 'pack ' || pack || ' ends before it starts' AS breach
        FROM {schema}.packs WHERE ends < starts
        UNION ALL
        SELECT 'pack ' || pack || ' says something and was never recorded'
        FROM {schema}.pack_values v
        WHERE NOT EXISTS (SELECT 1 FROM {schema}.packs p WHERE p.pack = v.pack)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    if (event.type !== "PackAdded") return;
    const { position } = event;
    const { pack, division, from, until, parameters, rules, clauses } = event.data;
    write("packs", [pack, position, division, from, until]);
    const sorts = [
      ["parameter", parameters],
      ["rule", rules],
    ] as const;
    for (const [sort, values] of sorts) {
      for (const [name, value] of Object.entries(values)) {
        write("pack_values", [pack, sort, name, position, value, clauses[name]]);
      }
    }
  },
};
