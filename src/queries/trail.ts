import { z } from "zod";
import { inShanghai } from "../words/instants.ts";
import { maskNotes } from "../words/masks.ts";
import { counted } from "../words/numbers.ts";
import { ends, pageOf, text } from "./answer.ts";
import type { KnownAt, ReadableWithVault } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import { question } from "./define.ts";
import { household, pageByPosition } from "./parameters.ts";
import type { Block, CsvTable } from "./presentation.ts";
import { csvOf } from "./presentation.ts";

/** Everything recorded about one household: `sunshine trail HOUSEHOLD`. */
export const trailQuestion = question({
  name: "trail",
  summary: "Everything recorded about a household, oldest first",
  description: "Notes come from the vault; long numbers in them are masked.",
  about: "household",
  right: "masked",
  own: true,
  path: "/v1/households/:household/trail",
  parameters: { household, ...pageByPosition },
  answer: z
    .object({
      household: z.string(),
      entries: z.array(
        z.object({
          position: z.string(),
          event: z.string(),
          type: z.string(),
          recordedAt: z.string(),
          effectiveDate: z.string(),
          actor: z.string(),
          summary: z.string(),
          reference: z.string().optional(),
          note: z.record(z.string(), z.string()).optional(),
        }),
      ),
      next: text.describe("a position: give it as `after` for the next page; null after the last"),
      ...ends,
    })
    .meta({ id: "Trail" }),
  ask: async (ledger, { household: number, ...asked }, knownAt) => {
    const { items, next } = await pageOf<TrailEntry>(
      asked,
      ({ position }) => position,
      (after, max) => trail(ledger, number, knownAt, { after: BigInt(after), max }),
    );
    return { household: number, entries: items, next };
  },
  verb: {
    summary: "everything recorded about one household",
    description: "Everything recorded about one household, oldest first.",
    join: (pages) => ({
      household: pages[0]?.household ?? "",
      entries: pages.flatMap(({ entries }) => entries),
      next: null,
    }),
    show: ({ told }) => ({
      json: ({ entries }) => [{ household: told.household, entries }],
      csv: ({ entries }) => trailTable(told.household, entries),
      people: ({ entries }) => trailWords(told.household, entries),
    }),
  },
});

function trailTable(number: string, entries: readonly TrailEntry[]): CsvTable {
  return csvOf(
    [
      { name: "household", value: () => number },
      { name: "position", value: ({ position }) => position },
      { name: "event", value: ({ event }) => event },
      { name: "type", value: ({ type }) => type },
      { name: "recordedAt", value: ({ recordedAt }) => recordedAt },
      { name: "effectiveDate", value: ({ effectiveDate }) => effectiveDate },
      { name: "actor", value: ({ actor }) => actor },
      { name: "reference", value: ({ reference }) => reference },
      { name: "summary", value: ({ summary }) => summary },
      { name: "note", value: ({ note }) => noteWords(note).join("; ") },
    ],
    entries,
  );
}

function trailWords(number: string, entries: readonly TrailEntry[]): Block[] {
  return [
    `户 Household ${number}: ${counted(entries.length, "entry", "entries")}, oldest first`,
    "",
    {
      titles: [
        { title: "业务日期" },
        { title: "摘要 what" },
        { title: "编号 reference" },
        { title: "recorded" },
        { title: "by" },
        { title: "position", align: "right" },
      ],
      rows: entries.map((entry) => [
        entry.effectiveDate,
        [entry.summary, ...noteWords(entry.note)].join("\n"),
        entry.reference ?? "",
        inShanghai(entry.recordedAt),
        entry.actor,
        entry.position,
      ]),
    },
    "",
  ];
}

function noteWords(note: TrailEntry["note"]): string[] {
  return Object.entries(note ?? {}).map(([column, words]) => `${column}: ${words}`);
}

/** One thing that happened to a household. */
export interface TrailEntry {
  readonly position: string;
  /** The event's id. */
  readonly event: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly effectiveDate: string;
  readonly actor: string;
  readonly summary: string;
  /** 业务编号, 合同编号 or 变更编号 where there is one. */
  readonly reference?: string | undefined;
  /** Words of the row, by column, from the vault; long numbers are masked. */
  readonly note?: Readonly<Record<string, string>> | undefined;
}

interface TrailRow {
  readonly position: bigint;
  readonly event: string;
  readonly type: string;
  readonly recorded_at: Date;
  readonly effective: string;
  readonly actor: string;
  readonly summary: string;
  readonly reference: string | null;
  readonly note: string | null;
}

/**
 * A household's whole trail as known then, oldest first: at most `max` entries after a position.
 * Throws `Unknown` for a household not registered by then.
 */
export async function trail(
  { pool, vault }: ReadableWithVault,
  number: string,
  knownAt: KnownAt,
  { after, max }: { readonly after: bigint; readonly max: number },
): Promise<TrailEntry[]> {
  const { rowCount } = await pool.query(
    "SELECT 1 FROM read.households WHERE household = $1 AND position <= $2",
    [number, knownAt.position],
  );
  if (rowCount === 0) {
    throw new Unknown("HouseholdUnknown", "no household of this number is registered");
  }
  const { rows } = await pool.query<TrailRow>(
    `SELECT position, event, type, recorded_at, effective, actor, summary, reference, note
     FROM read.trail WHERE household = $1 AND position > $2 AND position <= $3
     ORDER BY position LIMIT $4`,
    [number, after, knownAt.position, max],
  );
  const notes = await vault.read(rows.flatMap(({ note }) => (note === null ? [] : [note])));
  return rows.map((row) => {
    const note = row.note === null ? undefined : notes.get(row.note);
    return {
      position: row.position.toString(),
      event: row.event,
      type: row.type,
      recordedAt: row.recorded_at.toISOString(),
      effectiveDate: row.effective,
      actor: row.actor,
      summary: row.summary,
      ...(row.reference === null ? {} : { reference: row.reference }),
      ...(note === undefined ? {} : { note: maskNotes(note) }),
    };
  });
}
