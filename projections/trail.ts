import { eventType } from "../events/index.ts";
import type { Projection } from "./define.ts";

const text = 'text COLLATE "C"';

/**
 * The trail of a household: every event that concerns it, as a sentence in Chinese. What concerns
 * all of a list stands once; who has a line there, the lists say.
 */
export const trail: Projection = {
  name: "trail",
  version: 2,
  tables: [
    {
      name: "trail",
      columns: {
        household: text,
        position: "bigint",
        event: text,
        type: text,
        recorded_at: "timestamptz(3)",
        effective: "date",
        actor: "text",
        summary: "text",
        reference: text,
        note: text,
      },
      primaryKey: "household, position",
      indexes: { trail_note: "(note) WHERE note IS NOT NULL" },
    },
    {
      // What concerns every household with a line in a list, a row a step.
      name: "list_trail",
      columns: {
        position: "bigint",
        plan: text,
        version: "integer",
        event: text,
        type: text,
        recorded_at: "timestamptz(3)",
        effective: "date",
        actor: "text",
        summary: "text",
        reference: text,
      },
      primaryKey: "position",
      indexes: { list_trail_list: "(plan, version, position)" },
    },
    {
      name: "ledger_notes",
      columns: { position: "bigint", note: text },
      primaryKey: "position",
      indexes: { ledger_notes_note: "(note)" },
    },
  ],
  invariants: [
    {
      holds: "what is posted to a household stands in its trail",
      // A projection may be ahead of the others; rows above the lowest checkpoint are left out.
      breaches: `SELECT 'the trail of household ' || household || ' lacks event ' || position
          AS breach
        FROM {schema}.postings p
        WHERE household IS NOT NULL AND position <= (SELECT min(position) FROM projections)
          AND NOT EXISTS (SELECT 1 FROM {schema}.trail t
            WHERE t.household = p.household AND t.position = p.position)
        LIMIT 20`,
    },
  ],
  takesLines: true,
  project({ type, data, id, position, meta, linesBefore }, write) {
    const { tells, tellsList, reference } = eventType(type);
    const told = tells(data as never);
    const ofList = tellsList?.(data as never);
    const said: Partial<Record<string, unknown>> & { readonly free?: FreeText | undefined } = data;
    const number = reference === undefined ? undefined : String(said[reference]);
    const note = number === undefined ? undefined : said.free?.item;
    for (const [household, sentence] of told) {
      write("trail", [
        household,
        position,
        id,
        type,
        meta.recordedAt,
        meta.effectiveDate,
        meta.actor,
        sentence,
        number,
        note,
      ]);
    }
    // What follows stands once, with the first lines: those of households come before all others.
    if (linesBefore > 0) return;
    if (ofList !== undefined) {
      const { plan, version, sentence } = ofList;
      const { recordedAt, effectiveDate, actor } = meta;
      const when = [recordedAt, effectiveDate, actor];
      write("list_trail", [position, plan, version, id, type, ...when, sentence, number]);
    }
    if (note !== undefined && told.length === 0) write("ledger_notes", [position, note]);
  },
};

interface FreeText {
  readonly item: string;
}
