import type { Explained, Row } from "./facts.ts";
import type { Figures } from "./figures.ts";
import { byCodePoint } from "./figures.ts";
import type { AnyReport, ReportAnswer, WholeReport } from "./report.ts";

/** The answer of a report as a table. */
export interface ReportTable {
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
  /** The same columns of the total; undefined where a row is explained. */
  readonly total: readonly string[] | undefined;
}

/** A column by the whole name of its figure: `goal.all`. */
export interface ReportColumn {
  readonly name: string;
  /** Whether it holds amounts or counts. */
  readonly isAmount: boolean;
  /** Whether it holds texts, which stay what they are in a spreadsheet. */
  readonly isText: boolean;
}

interface Read extends ReportColumn {
  readonly path: readonly string[];
}

/** The table of a report, or of what explains one of its rows. */
export function reportTable(report: AnyReport, answer: ReportAnswer): ReportTable {
  const { figures: explained } = answer as { readonly figures?: Record<string, Explained> };
  if (explained !== undefined) return explanationTable(explained);
  if (!("find" in report)) return listTable(report, answer);
  const { rows = [], total = {} } = answer as {
    readonly rows?: readonly Row[];
    readonly total?: Readonly<Record<string, unknown>>;
  };
  const read = columnsOf(report.figures, [], rows);
  const cells = (of: object) => read.map(({ path }) => cellOf(valueAt(of, path)));
  return {
    columns: [{ name: "row", isAmount: false, isText: true }, ...read],
    rows: rows.map((row) => [row.row, ...cells(row)]),
    total: ["total", ...cells(total)],
  };
}

function columnsOf(figures: Figures, within: readonly string[], rows: readonly Row[]): Read[] {
  return Object.entries(figures).flatMap(([own, figure]): Read[] => {
    const path = [...within, own];
    const column = (at: readonly string[], isAmount: boolean, isText = !isAmount): Read => {
      return { name: at.join("."), isAmount, isText, path: at };
    };
    if (figure.kind === "group") return columnsOf(figure.of, path, rows);
    if (figure.kind === "beside") {
      const kinds = new Set(rows.map((row) => typeof valueAt(row, path)));
      const isNumber = figure.isNumber === true || (kinds.has("number") && !kinds.has("string"));
      return [column(path, isNumber, !isNumber && kinds.has("string"))];
    }
    if (figure.kind !== "named") return [column(path, true)];
    const names = new Set(rows.flatMap((row) => Object.keys(Object(valueAt(row, path)) as object)));
    return [...names].sort(byCodePoint).map((name) => column([...path, name], true));
  });
}

function valueAt(of: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (Object(at) as Record<string, unknown>)[name], of);
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function listTable({ list, columns }: WholeReport, answer: ReportAnswer): ReportTable {
  const items = (answer[list] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return {
    columns: columns.map((name) => {
      const isAmount = name === "amount" || name === "part";
      return { name, isAmount, isText: !isAmount };
    }),
    rows: items.map((item) => columns.map((name) => cellOf(item[name]))),
    total: undefined,
  };
}

function explanationTable(explained: Readonly<Record<string, Explained>>): ReportTable {
  return {
    columns: ["figure", "fact", "position", "value"].map((name) => {
      return { name, isAmount: name === "value", isText: name !== "value" };
    }),
    rows: Object.entries(explained).flatMap(([figure, { facts }]) =>
      facts.map(({ fact, position, value }) => [figure, fact, position, String(value)]),
    ),
    total: undefined,
  };
}
