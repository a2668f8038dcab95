import type { Cells } from "../acts.ts";
import type { County } from "../county.ts";
import type { Household } from "../people.ts";
import { documentHash } from "../plan-steps.ts";
import { townships } from "../villages.ts";
import { moreEntities } from "./entities.ts";

/** Who and what the programme is about: everything that its tables call by a name. */
export interface Cast {
  readonly county: County;
  /** 主体编号 of the organisation whose name begins so. */
  readonly entity: (name: string) => string;
  /** Households of a village, by what people call it. */
  readonly village: (short: string) => readonly Household[];
  /** The rows of a table, what its cells call by a name put into words of the ledger. */
  readonly rows: (table: string) => readonly Cells[];
}

/** The villages of the county with their townships, in the order of their codes. */
export const villages = townships.flatMap((township) =>
  township.villages.map((village) => ({ township, village })),
);

/** The cast of the demo county. */
export function castOf(county: County): Cast {
  const entities = [
    ...county.organisations.map(({ number, name }) => [name, number] as const),
    ...moreEntities.map(({ 主体编号: number = "", 名称: name = "" }) => [name, number] as const),
  ];
  const entity = (name: string): string => {
    return found(
      entities.find(([one]) => one.startsWith(name)),
      name,
    )[1];
  };
  const village = (short: string): readonly Household[] => {
    const all = county.households.filter((one) => one.village.short === short);
    if (all.length === 0) throw new Error(`the demo county has no ${short}`);
    return all;
  };
  const cell = (text: string): string => {
    const rest = text.slice(1);
    if (text.startsWith("@")) return entity(rest);
    if (text.startsWith("%")) return placeCode(rest);
    if (text.startsWith("#")) return documentHash(rest);
    if (text.startsWith("~")) return numberIn(village, rest);
    return text;
  };
  const rows = (text: string): readonly Cells[] =>
    table(text).map((row) => {
      const cells = Object.entries(row).map(([column, said]) => {
        return [column, said.split("、").map(cell).join("、")] as const;
      });
      return Object.fromEntries(cells);
    });
  return { county, entity, village, rows };
}

/**
 * A table in plain text: a line of columns, then a line a row, cells parted by blanks; `-` leaves a
 * cell out. In cells `@NAME` is the organisation whose name begins so, `%NAME` the code of a
 * village or township, `~NAME.3` the third household of a village and `~NAME.3.1` the first person
 * in it, `#WORDS` the hash of a document; several stand with 、 between.
 */
function table(text: string): readonly Cells[] {
  const [header = [], ...lines] = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return lines.map((line) => {
    if (line.length !== header.length)
      throw new Error(`not as wide as its header: ${line.join(" ")}`);
    const cells = header.map((column, at) => [column, line[at] ?? ""] as const);
    return Object.fromEntries(cells.filter(([, said]) => said !== "-"));
  });
}

/** Rows with more cells, those of the row of a second table with the same number. */
export function joined(
  rows: readonly Cells[],
  column: string,
  more: readonly Cells[],
): readonly Cells[] {
  const byNumber = new Map(more.map((row) => [row[column], row]));
  return rows.map((row) => ({ ...row, ...byNumber.get(row[column]) }));
}

/** Numbers rows in their order: `HN-ZR-0001`. */
export function numbered(column: string, prefix: string, rows: readonly Cells[]): readonly Cells[] {
  return rows.map((row, at) => ({ [column]: `${prefix}-${fourDigits(at + 1)}`, ...row }));
}

function fourDigits(number: number): string {
  return String(number).padStart(4, "0");
}

function placeCode(name: string): string {
  const places = townships.flatMap((one) => [one, ...one.villages]);
  return found(
    places.find((one) => one.name === name || one.short === name),
    name,
  ).code;
}

/** 户编号 of `吗达村.3`, or 人编号 of `吗达村.3.1`. */
function numberIn(village: Cast["village"], text: string): string {
  const [name = "", household, person] = text.split(".");
  const one = found(village(name)[Number(household) - 1], text);
  return person === undefined ? one.number : found(one.people[Number(person) - 1], text).number;
}

function found<T>(one: T | undefined, name: string): T {
  if (one === undefined) throw new Error(`the demo county has no ${name}`);
  return one;
}
