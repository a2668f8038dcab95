import { z } from "zod";
import type { ProcedureName, SchemeName } from "../../events/schemes.ts";
import { procedures, schemeNames } from "../../events/schemes.ts";
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
  description:
    "A step of a plan concerns every household with a line in its list, and says what it says of " +
    "the list; 定案 says from which income and by which plan, too. Notes come from the vault; long " +
    "numbers in them are masked.",
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
          plan: z.string().optional().describe("计划编号, where it is a step of a plan"),
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
  /** 计划编号, where it is a step of a plan. */
  readonly plan?: string | undefined;
  /** Words of the row, by column, from the vault; long numbers are masked. */
  readonly note?: Readonly<Record<string, string>> | undefined;
}

interface TrailRow extends OriginRow {
  readonly position: bigint;
  readonly event: string;
  readonly type: string;
  readonly recorded_at: Date;
  readonly effective: string;
  readonly actor: string;
  readonly summary: string;
  readonly reference: string | null;
  readonly note: string | null;
  readonly plan: string | null;
}

/** Of a list that is frozen: where its money comes from and how it is divided; else null. */
interface OriginRow {
  readonly income: string | null;
  readonly organisation: string;
  readonly receivedOn: string;
  readonly period: string;
  readonly available: string;
  readonly drafted: string;
  readonly scheme: string;
  readonly pool: string;
  readonly procedure: string;
}

/**
 * What stands in a household's own trail ($1), and steps of lists in which it has a line, after a
 * position ($2) and as known at another ($3). A step that stands in both has a sentence for this
 * household. What names no version is of the list that stood: the last one, unless it was void.
 */
const concerning = `
  SELECT position, event, type, recorded_at, effective, actor, summary, reference, note
  FROM read.trail WHERE household = $1 AND position > $2 AND position <= $3
  UNION ALL
  SELECT position, event, type, recorded_at, effective, actor, summary, reference, NULL
  FROM (SELECT DISTINCT plan, version FROM read.list_lines
    WHERE household = $1 AND position <= $3) own
  JOIN read.list_trail step USING (plan)
  WHERE step.position > $2 AND step.position <= $3
    AND NOT EXISTS (SELECT 1 FROM read.trail t
      WHERE t.household = $1 AND t.position = step.position)
    AND CASE WHEN step.version IS NOT NULL THEN own.version = step.version
      ELSE own.version = (SELECT max(version) FROM read.lists l
          WHERE l.plan = step.plan AND l.position < step.position)
        AND NOT EXISTS (SELECT 1 FROM read.plan_steps v
          WHERE v.plan = step.plan AND v.version = own.version AND v.position < step.position
            AND (v.kind = 'sentBack' OR v.outcome = 'upheld'))
      END`;

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
    `SELECT entry.*, of.plan, i.income, i.organisation, i.effective AS "receivedOn", i.period,
       i.available::text AS available, p.effective AS drafted, p.scheme, p.pool::text AS pool,
       p.procedure
     FROM (SELECT * FROM (${concerning}) found ORDER BY position LIMIT $4) entry
     LEFT JOIN read.plan_steps of USING (position)
     LEFT JOIN read.plans p ON type = 'ListFrozen' AND p.plan = of.plan
     LEFT JOIN read.incomes i ON i.income = p.income
     ORDER BY position`,
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
      summary: `${originWords(row)}${row.summary}`,
      ...(row.reference === null ? {} : { reference: row.reference }),
      ...(row.plan === null ? {} : { plan: row.plan }),
      ...(note === undefined ? {} : { note: maskNotes(note) }),
    };
  });
}

/** Where the money of a list comes from, and how it is divided; "" for other events. */
function originWords(origin: OriginRow): string {
  const { income, organisation, receivedOn, period, available, drafted, pool } = origin;
  if (income === null) return "";
  const scheme = schemeNames[origin.scheme as SchemeName];
  const { name: procedure } = procedures[origin.procedure as ProcedureName];
  return (
    `收益 ${income}：${organisation}，${receivedOn}，所属期 ${period}，可分配 ${available} 元；` +
    `计划：${drafted}，${scheme}，分配 ${pool} 元，${procedure}程序；`
  );
}
