import type { EventName } from "../events/index.ts";
import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** What a movement may name, by the kind of its row. */
const named = { asset: "assets", loan: "loans", project: "projects" } as const;

const movements: ReadonlySet<EventName> = new Set<EventName>([
  "SharesIssuedForCapital",
  "CapitalIncreased",
  "AssetQuantified",
  "LossRecorded",
]);
const reversals: ReadonlySet<EventName> = new Set<EventName>([
  "ShareIssueReversed",
  "ShareMovementReversed",
  "LossReversed",
]);

/** What is read of such an event. */
interface Said {
  readonly reference: string;
  readonly reverses?: string;
  readonly asset?: string;
  readonly loan?: string;
  readonly project?: string;
}

/**
 * Which movements name an asset, a loan or a project (`assets/ZC1`), and which movements of these
 * kinds are taken back: a row of the programme on which one rests is not taken back.
 */
export const mentions: Projection = {
  name: "mentions",
  version: 1,
  tables: [
    {
      name: "mentions",
      columns: { position: "bigint", reference: id, thing: id },
      primaryKey: "position, thing",
      indexes: { mentions_thing: "(thing)" },
    },
    {
      name: "mentions_ended",
      columns: { position: "bigint", reference: id },
      primaryKey: "reference",
      indexes: {},
    },
  ],
  invariants: [
    {
      holds: "a movement that names something was recorded before it is taken back",
      breaches: `SELECT 'movement ' || m.reference || ' was taken back before it was made' AS breach
        FROM {schema}.mentions m
        JOIN {schema}.mentions_ended e USING (reference)
        WHERE e.position <= m.position LIMIT 20`,
    },
  ],
  project({ type, data, position }, write) {
    if (movements.has(type)) {
      const said = data as Said;
      for (const [field, kind] of Object.entries(named)) {
        const thing = said[field as keyof typeof named];
        if (thing !== undefined) write("mentions", [position, said.reference, `${kind}/${thing}`]);
      }
    } else if (reversals.has(type)) {
      write("mentions_ended", [position, (data as Said).reverses]);
    }
  },
};
