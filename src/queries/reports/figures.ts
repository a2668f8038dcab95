import { z } from "zod";
import { fromUnits, perTenThousand, roundedQuotient } from "../../domain/decimal.ts";
import { amount, shares } from "../answer.ts";

/** What a sum is of: things, fen, or ten-thousandths of a share or kilogram. */
export type Unit = "count" | "money" | "quantity";

const decimals: Readonly<Record<Unit, 0 | 2 | 4>> = { count: 0, money: 2, quantity: 4 };

/** A sum as answers have it: counts are numbers, all else exact texts. */
export type Said = number | string;

/** A sum in its smallest units as answers have it. */
export function said(unit: Unit, units: bigint): Said {
  return unit === "count" ? Number(units) : fromUnits(units, decimals[unit]);
}

/** A figure that is a sum of facts. */
export interface SumFigure {
  readonly kind: "sum";
  readonly unit: Unit;
  /** It is null where nothing adds to it. */
  readonly orNull?: true;
}

/** Sums by a name that the facts bring along; a name that comes to nothing is left out. */
export interface NamedFigure {
  readonly kind: "named";
  readonly unit: Unit;
}

/** One sum over another, computed anew in totals; null over nothing. */
export interface ShareFigure {
  readonly kind: "ratio";
  /** The figures that are divided, by their whole names; its own parts where none are named. */
  readonly parts?: readonly [of: string, over: string];
  /** It is divided by what that figure comes to in all rows. */
  readonly isOfAll?: true;
  /** It is money for each thing, half up to the fen. */
  readonly isMoney?: true;
  /** What its own parts are sums of. */
  readonly unit: Unit;
  /** What the second of them is a sum of, where that is another. */
  readonly overUnit?: Unit;
}

/** A text, a day, a flag or a list: given beside the sums, and in no total. */
export interface BesideFigure {
  readonly kind: "beside";
  readonly schema: z.ZodType;
  /** It is an amount or a rate as text: a number in tables. */
  readonly isNumber?: true;
}

/** What a row says under one name. */
export type Figure = SumFigure | NamedFigure | ShareFigure | BesideFigure | FigureGroup;

/** Figures that stand together under one name. */
export interface FigureGroup {
  readonly kind: "group";
  readonly of: Figures;
}

/** The figures of a row by name, in the order of answers. */
export type Figures = Readonly<Record<string, Figure>>;

/** So many things. */
export const count: SumFigure = { kind: "sum", unit: "count" };
/** Yuan. */
export const money: SumFigure = { kind: "sum", unit: "money" };
/** Yuan, or null where nothing is known of it. */
export const moneyOrNull: SumFigure = { kind: "sum", unit: "money", orNull: true };
/** Shares or kilograms. */
export const quantity: SumFigure = { kind: "sum", unit: "quantity" };

/** Sums by name. */
export function named(unit: Unit): NamedFigure {
  return { kind: "named", unit };
}

/** One figure over another, by their whole names. */
export function ratio(of: string, over: string): ShareFigure {
  return { kind: "ratio", unit: "count", parts: [of, over] };
}

/** Money for each of some things, by the whole names of both; null over nothing. */
export function moneyEach(of: string, over: string): ShareFigure {
  return { kind: "ratio", unit: "count", parts: [of, over], isMoney: true };
}

/** The same of parts that are no figures of the row; facts name them `x.of` and `x.over`. */
export const moneyEachOfParts: ShareFigure = {
  ...{ kind: "ratio", unit: "money", overUnit: "count", isMoney: true },
};

/** A ratio of parts that are no figures of the row; facts name them `x.of` and `x.over`. */
export function ratioOf(unit: Unit): ShareFigure {
  return { kind: "ratio", unit };
}

/** What a figure of a row is of that of all rows. */
export function shareOfAll(figure: string): ShareFigure {
  return { kind: "ratio", unit: "count", parts: [figure, figure], isOfAll: true };
}

/** A value that is given beside the sums. */
export function beside(schema: z.ZodType): BesideFigure {
  return { kind: "beside", schema };
}

/** An amount or a rate, as text, that is given beside the sums. */
export function besideNumber(schema: z.ZodType): BesideFigure {
  return { kind: "beside", schema, isNumber: true };
}

/** Figures that stand together under one name. */
export function group(of: Figures): FigureGroup {
  return { kind: "group", of };
}

/** Money by how many days it is old. */
export const agesFigure = group({ "0-30": money, "31-60": money, "61-90": money, "90+": money });

/** The age of something by its days to D, as `agesFigure` names it. */
export function ageOf(days: number): string {
  if (days <= 30) return "0-30";
  if (days <= 60) return "31-60";
  return days <= 90 ? "61-90" : "90+";
}

/** Sums in their smallest units, by the whole name of a figure: `goal.all`. */
export type Sums = ReadonlyMap<string, bigint>;

/** What a row says beside its sums, by the whole name of a figure. */
export type Beside = Readonly<Record<string, unknown>>;

/** What a row says. */
export interface RowSaid {
  readonly sums: Sums;
  /** The sums of all rows; its own where it is the total. */
  readonly all?: Sums;
  /** Undefined for a total: nothing stands beside its sums. */
  readonly values: Beside | undefined;
}

/** The members of a row, or of a total. */
export function membersOf(
  figures: Figures,
  { sums, all = sums, values }: RowSaid,
  within = "",
): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [own, figure] of Object.entries(figures)) {
    const name = within + own;
    if (figure.kind === "group") {
      const inner = membersOf(figure.of, { sums, all, values }, `${name}.`);
      if (Object.keys(inner).length > 0) members[own] = inner;
    } else if (figure.kind !== "beside") members[own] = memberOf(name, figure, sums, all);
    else if (values !== undefined) members[own] = values[name] ?? null;
  }
  return members;
}

function memberOf(
  name: string,
  figure: SumFigure | NamedFigure | ShareFigure,
  sums: Sums,
  all: Sums,
): unknown {
  if (figure.kind === "sum") {
    const sum = sums.get(name);
    return sum === undefined && figure.orNull === true ? null : said(figure.unit, sum ?? 0n);
  }
  if (figure.kind === "named") {
    const prefix = `${name}.`;
    const own: string[] = [];
    for (const [one, sum] of sums) if (sum !== 0n && one.startsWith(prefix)) own.push(one);
    const members: Record<string, Said> = {};
    for (const one of own.sort(byCodePoint)) {
      members[one.slice(prefix.length)] = said(figure.unit, sums.get(one) ?? 0n);
    }
    return members;
  }
  const [ofName, overName] = partsOf(name, figure);
  const of = sums.get(ofName) ?? 0n;
  const over = (figure.isOfAll === true ? all : sums).get(overName) ?? 0n;
  if (over === 0n) return null;
  return figure.isMoney === true
    ? said("money", roundedQuotient(of, over))
    : perTenThousand(of, over);
}

/** The names of what a ratio divides. */
export function partsOf(name: string, { parts }: ShareFigure): readonly [string, string] {
  return parts ?? [`${name}.of`, `${name}.over`];
}

/** What a sum that has a name of its own is a sum of, and where its facts stand. */
export interface SumNamed {
  readonly name: string;
  readonly unit: Unit;
  /** The whole name that facts give it. */
  readonly facts: string;
  /** It is the sum over all rows. */
  readonly isOfAll?: boolean;
}

/** Every sum of a row as `--explain` names it; ratios as their two parts. */
export function sumsNamed(figures: Figures, known: Iterable<string>): SumNamed[] {
  const names = [...known];
  const units = new Map<string, Unit>();
  const all: SumNamed[] = [];
  const add = (name: string, unit: Unit, facts = name, isOfAll = false): void => {
    units.set(name, unit);
    all.push({ name, unit, facts, isOfAll });
  };
  const shareParts: (readonly [string, ShareFigure])[] = [];
  const walk = (of: Figures, within: string): void => {
    for (const [own, figure] of Object.entries(of)) {
      const name = within + own;
      if (figure.kind === "group") walk(figure.of, `${name}.`);
      else if (figure.kind === "sum") add(name, figure.unit);
      else if (figure.kind === "named") {
        for (const one of names.filter((each) => each.startsWith(`${name}.`)).sort()) {
          add(one, figure.unit);
        }
      } else if (figure.kind !== "beside") shareParts.push([name, figure]);
    }
  };
  walk(figures, "");
  for (const [name, figure] of shareParts) {
    partsOf(name, figure).forEach((facts, at) => {
      const own = at === 1 ? (figure.overUnit ?? figure.unit) : figure.unit;
      const unit = units.get(facts) ?? own;
      const isOfAll = at === 1 && figure.isOfAll === true;
      add(`${name}.${at === 0 ? "of" : "over"}`, unit, facts, isOfAll);
    });
  }
  return all;
}

/** Whether a row says nothing: zeros, nulls, flags that are not set, empty texts and lists. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0) return true;
  if (typeof value === "string") return /^(-?0(\.0+)?)?$/.test(value);
  if (typeof value !== "object") return false;
  return Object.values(value).every(isNothing);
}

const schemas: Readonly<Record<Unit, z.ZodType>> = {
  count: z.int(),
  money: amount,
  quantity: shares,
};
const ratioText = z.string().nullable().describe("4 decimals, half up; null over nothing");

/** How answers are described: the figures of a row, or of a total. */
export function schemaOf(figures: Figures, isTotal: boolean): Record<string, z.ZodType> {
  const members = Object.entries(figures).flatMap(([name, figure]): [string, z.ZodType][] => {
    switch (figure.kind) {
      case "group": {
        const inner = schemaOf(figure.of, isTotal);
        return Object.keys(inner).length === 0 ? [] : [[name, z.object(inner)]];
      }
      case "sum": {
        const schema = schemas[figure.unit];
        return [[name, figure.orNull === true ? schema.nullable() : schema]];
      }
      case "named":
        return [[name, z.record(z.string(), schemas[figure.unit])]];
      case "ratio":
        return [[name, figure.isMoney === true ? amount.nullable() : ratioText]];
      case "beside":
        return isTotal ? [] : [[name, figure.schema]];
    }
  });
  return Object.fromEntries(members);
}

const surrogate = /[\ud800-\udfff]/;

/** The order of rows and names: by code point, which UTF-16 keeps but for rare characters. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
