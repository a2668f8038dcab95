import type { Pool } from "pg";
import { z } from "zod";
import type { PackTerms } from "../../domain/packs.ts";
import { parameterOn } from "../../domain/packs.ts";
import type { ParameterName, ParameterValue } from "../../domain/parameters.ts";
import { ends } from "../answer.ts";
import type { KnownAt, ReadableWithVault } from "../as-of.ts";
import { Unknown } from "../as-of.ts";
import type { Question } from "../define.ts";
import { question as declare } from "../define.ts";
import { packsSaying } from "../packs.ts";
import type { Parameters } from "../parameters.ts";
import { idText } from "../parameters.ts";
import type { Days, Time, TimeTold } from "./asked.ts";
import { commonParameters, contradiction, daysOf, timeParameters } from "./asked.ts";
import type { Declared, Found } from "./facts.ts";
import { explanationOf, rowsOf } from "./facts.ts";
import { schemaOf } from "./figures.ts";
import type { Place, Roster } from "./roster.ts";
import { areaAsked, digitsOf, rosterAt } from "./roster.ts";

/** What a report is asked, and what it finds its facts with. */
export interface ReportAsked extends Days {
  /** The id that it is of; `""` where it is of none. */
  readonly id: string;
  readonly by: string | undefined;
  /** What lies in it; undefined: all there is. */
  readonly area: Place | undefined;
  readonly ledger: ReadableWithVault;
  readonly pool: Pool;
  readonly position: bigint;
  /** What a parameter says on D, or on another day. */
  value<N extends ParameterName>(name: N, day?: string): ParameterValue<N>;
  /** The roster, read once. */
  roster(): Promise<Roster>;
}

/**
 * A report of the programme, declared once: its rows are sums of facts, so that what explains a
 * figure adds up to it.
 */
export interface Report extends Head, Declared {
  /** Throws `Unknown` where what it is of is not known. */
  find(asked: ReportAsked): Promise<Found>;
}

/** What every report says of itself. */
interface Head {
  /** What it is asked by: `report fund-ratio`. */
  readonly name: string;
  readonly summary: string;
  /** What the keys of its rows are. */
  readonly rows: string;
  readonly time: Time;
  /** What its id is of, where it has one. */
  readonly of?: string;
  /** What else its rows may be by. */
  readonly by?: readonly string[];
}

/** A report that has other members in place of rows and total; nothing explains it row by row. */
export interface WholeReport extends Head {
  readonly members: Readonly<Record<string, z.ZodType>>;
  /** The member, a list of objects, that is its table. */
  readonly list: string;
  readonly columns: readonly string[];
  answer(asked: ReportAsked, told: ReportTold): Promise<Readonly<Record<string, unknown>>>;
}

/** Any report. */
export type AnyReport = Report | WholeReport;

/** What a report was told. */
export interface ReportTold extends TimeTold {
  readonly id?: string | undefined;
  readonly division?: string | undefined;
  readonly by?: string | undefined;
  readonly explain?: string | undefined;
}

/** The answer of a report, or of what explains one of its rows. */
export type ReportAnswer = Readonly<Record<string, unknown>>;

/** Answers a report as it is known at a position. */
export async function answerOf(
  report: AnyReport,
  ledger: ReadableWithVault,
  told: ReportTold,
  { position }: KnownAt,
): Promise<ReportAnswer> {
  const { name, time } = report;
  const days = daysOf(told);
  const asked = await askedOf(ledger, told, days, position);
  const head = {
    report: name,
    ...(told.id !== undefined && { id: told.id }),
    ...(told.division !== undefined && { division: told.division }),
    ...(time === "period" ? { from: days.from, to: days.on } : { on: days.on }),
    position: position.toString(),
  };
  const { explain } = told;
  if (!("find" in report)) {
    if (explain !== undefined) throw noSuchRow();
    return { ...head, ...(await report.answer(asked, told)) };
  }
  const found = await report.find(asked);
  if (explain === undefined) return { ...head, ...(await rowsOf(report, found)) };
  const figures = await explanationOf(report, found, explain);
  if (figures === undefined) throw noSuchRow();
  return { report: name, row: explain, figures };
}

function noSuchRow(): Unknown {
  return new Unknown("RowUnknown", "the report has no such row");
}

/** What a report is asked about some days, as known at a position. */
export async function askedOf(
  ledger: ReadableWithVault,
  told: Omit<ReportTold, keyof TimeTold>,
  days: Days,
  position: bigint,
): Promise<ReportAsked> {
  const { pool } = ledger;
  const area = await areaAsked(pool, position, told.division);
  const packs = await packsSaying(pool, position);
  const digits = await digitsOf(pool, position, area);
  let roster: Promise<Roster> | undefined;
  return {
    ...days,
    ...{ ledger, pool, position, area },
    id: told.id ?? "",
    by: told.by,
    value: (name, day = days.on) => saidOn(name, day, digits, packs),
    roster: () => (roster ??= rosterAt(pool, position)),
  };
}

function saidOn<N extends ParameterName>(
  name: N,
  day: string,
  digits: string,
  packs: readonly PackTerms[],
): ParameterValue<N> {
  return parameterOn(name, day, digits, packs).value;
}

/** The parameters of a report by name. */
export function parametersOf({ time, by, of }: AnyReport): Parameters {
  const parameters: Record<string, Parameters[string]> = {};
  if (of !== undefined) {
    parameters["id"] = { schema: idText.describe(of), words: { flags: "<id>", means: of } };
  }
  Object.assign(parameters, timeParameters[time]);
  if (by !== undefined) {
    parameters["by"] = {
      schema: z
        .enum(by as [string, ...string[]])
        .optional()
        .describe("rows by these instead"),
      words: { flags: "--by <group>", means: "rows by these instead", choices: by },
    };
  }
  return { ...parameters, ...commonParameters };
}

const said = z.union([z.int(), z.string()]);

/** What the question of a report is called: `reportFundRatio`. */
export function questionNameOf({ name }: AnyReport): string {
  return `report-${name}`.replace(/-(.)/g, (_, first: string) => first.toUpperCase());
}

/** A report as a question, with a route of its own: `/v1/report/fund-ratio`. */
export function questionOf(report: AnyReport): Question {
  const { name, summary, rows, time, of } = report;
  const question = questionNameOf(report);
  const day = z.string().optional();
  return declare({
    name: question,
    summary,
    description:
      `Rows by ${rows}. A row of nothing is left out; the total sums the rows, ratios anew. ` +
      "With `explain` the facts that the figures of one row are sums of, in place of rows.",
    about: "county",
    right: "sums",
    path: of === undefined ? `/v1/report/${name}` : `/v1/report/${name}/:id`,
    parameters: parametersOf(report),
    contradiction,
    answer: z
      .object({
        report: z.literal(name),
        ...(of !== undefined && { id: z.string().optional() }),
        division: z.string().optional(),
        ...(time === "period" ? { from: day, to: day } : { on: day }),
        position: z.string().optional(),
        ...membersSchema(report),
        row: z.string().optional().describe("the row that is explained"),
        figures: z
          .record(
            z.string(),
            z.object({
              value: said,
              facts: z.array(z.object({ fact: z.string(), position: z.string(), value: said })),
            }),
          )
          .optional(),
        demo: ends.demo,
        standstill: ends.standstill,
      })
      .meta({ id: question.charAt(0).toUpperCase() + question.slice(1) }),
    secondsMax: 300,
    ask: (ledger, told, knownAt) => answerOf(report, ledger, told, knownAt) as never,
  });
}

function membersSchema(report: AnyReport): Record<string, z.ZodType> {
  if (!("find" in report)) {
    const members = Object.entries(report.members);
    return Object.fromEntries(members.map(([name, schema]) => [name, schema.optional()]));
  }
  const { figures, ofTotal = {} } = report;
  const total = { ...schemaOf(figures, true), ...schemaOf(ofTotal, false) };
  return {
    rows: z.array(z.object({ row: z.string(), ...schemaOf(figures, false) })).optional(),
    total: z.object({ rows: z.int(), ...total }).optional(),
  };
}
