import type { Pool } from "pg";
import { Unknown } from "../as-of.ts";

/**
 * The households that are known at a position (`$1`): where each lives, and its 户类型 and
 * 监测对象类型 as the row of its 户主 states them, else that of the lowest 人编号. A row of the
 * roster leaves the household's status as it states it, so that the status before the record of a
 * person is that of the person's row; nearly all households have one status alone.
 */
export const rosterQuery = `
  WITH latest AS MATERIALIZED (
    SELECT DISTINCT ON (household) * FROM read.household_status
    WHERE position <= $1 ORDER BY household DESC, position DESC),
  changed AS MATERIALIZED (
    SELECT household FROM read.household_status WHERE position <= $1
    GROUP BY household HAVING count(*) > 1)
  SELECT household, position, county, township, village, hamlet, status, monitoring
  FROM latest l WHERE NOT EXISTS (SELECT FROM changed c WHERE c.household = l.household)
  UNION ALL
  SELECT l.household, l.position, l.county, l.township, l.village, l.hamlet,
    head.status, head.monitoring
  FROM changed JOIN latest l USING (household)
  LEFT JOIN LATERAL (
    SELECT s.status, s.monitoring
    FROM (
      SELECT DISTINCT ON (person) person, position, household, relation FROM read.members
      WHERE position <= $1 AND person IN (
        SELECT person FROM read.members WHERE household = l.household)
      ORDER BY person, position DESC) AS m
    CROSS JOIN LATERAL (
      SELECT status, monitoring FROM read.household_status s
      WHERE s.household = m.household AND s.position < m.position
      ORDER BY s.position DESC LIMIT 1) AS s
    WHERE m.household = l.household
    ORDER BY coalesce(m.relation = '户主', false) DESC, m.person LIMIT 1
  ) AS head ON true`;

/** Where each household lives, as known at a position (`$1`). */
export const placesQuery = `
  SELECT DISTINCT ON (household) household, position, county, township, village, hamlet
  FROM read.household_status WHERE position <= $1 ORDER BY household DESC, position DESC`;

/** Where a household of the roster lives, from the village on, as rows of reports name it. */
export const placeKeys = {
  village: "county || '/' || township || '/' || village",
  township: "county || '/' || township",
  county: "county",
} as const;

/** Whether a household of the roster lives in an area, such as `$4`; null: all there is. */
export function isInArea(area: string): string {
  const keys = Object.values(placeKeys).join(", ");
  return `(${area}::text IS NULL OR ${area} IN (${keys}))`;
}

/** A household as the roster has it. */
export interface HouseholdKnown {
  readonly household: string;
  readonly position: bigint;
  readonly county: string;
  readonly township: string;
  readonly village: string;
  readonly hamlet: string | null;
  /** 户类型 and 监测对象类型 */
  readonly status: string | null;
  readonly monitoring: string | null;
  /** `县/乡/行政村` */
  readonly place: string;
}

/**
 * A place: `县`, `县/乡` or `县/乡/行政村`; `""` is in every county and in nothing below.
 */
export type Place = string;

/** Whether something that lies in a place lies in an area; an area of undefined is all there is. */
export function liesIn(place: Place, area: Place | undefined): boolean {
  if (area === undefined || place === area) return true;
  return place === "" ? !area.includes("/") : place.startsWith(`${area}/`);
}

/** The roster at a position. */
export interface Roster {
  /** In the order of their numbers. */
  readonly households: ReadonlyMap<string, HouseholdKnown>;
  /** The place that a code of a division stands for; where there is no code, the county. */
  placeOf(code: string | null | undefined): Place;
}

/** The roster as it is known at a position. */
export async function rosterAt(pool: Pool, position: bigint): Promise<Roster> {
  const { rows } = await pool.query<Omit<HouseholdKnown, "place">>(
    `SELECT * FROM (${rosterQuery}) AS r ORDER BY household`,
    [position],
  );
  const all = rows.map((row) => ({ ...row, place: placeIn(row) }));
  const counties = new Set(all.map(({ county }) => county));
  const county = counties.size === 1 ? ([...counties][0] ?? "") : "";
  const byCode = new Map<string, Place>();
  return {
    households: new Map(all.map((one) => [one.household, one])),
    placeOf(code) {
      if (code == null || code === "") return county;
      const known = byCode.get(code);
      if (known !== undefined) return known;
      const within = all.filter(({ household }) => household.startsWith(code));
      const place = smallestWith(within.map((one) => one.place)) ?? county;
      byCode.set(code, place);
      return place;
    },
  };
}

/** What a row says of where it lies. */
export interface Lying {
  readonly household?: string | null | undefined;
  /** 行政区划 */
  readonly division?: string | null | undefined;
  /** Whom it concerns besides. */
  readonly households?: readonly string[] | undefined;
}

/**
 * Where a row lies: where its 户编号 is recorded, else in its 行政区划, else where a household is
 * that it concerns, else in the county.
 */
export function placeOfRow({ households, placeOf }: Roster, row: Lying): Place {
  const own = households.get(row.household ?? "");
  if (own !== undefined) return own.place;
  if (row.division != null) return placeOf(row.division);
  const concerned = row.households?.find((one) => households.has(one)) ?? "";
  return households.get(concerned)?.place ?? placeOf(undefined);
}

/** The same of a row as the read models keep it. */
export function placeOfStored(
  roster: Roster,
  { households, ...row }: Omit<Lying, "households"> & { readonly households: string | null },
): Place {
  // A step of a project counts households under this name, where other rows name them.
  const said: unknown = households === null ? [] : JSON.parse(households);
  const concerned = Array.isArray(said) ? (said as readonly string[]) : [];
  return placeOfRow(roster, { ...row, households: concerned });
}

function placeIn({ county, township, village }: Omit<HouseholdKnown, "place">): string {
  return `${county}/${township}/${village}`;
}

/** The smallest place with all villages; undefined where there is none. */
export function smallestWith(villages: readonly string[]): Place | undefined {
  const [first, ...others] = villages.map((village) => village.split("/"));
  if (first === undefined) return undefined;
  const differing = first.findIndex((part, at) => others.some((other) => other[at] !== part));
  const parts = differing < 0 ? first : first.slice(0, differing);
  return parts.length === 0 ? undefined : parts.join("/");
}

/**
 * The area that `--division` names: a place of the roster, or the one that a code stands for.
 * Throws `Unknown` where there is none such.
 */
export async function areaAsked(
  pool: Pool,
  position: bigint,
  division: string | undefined,
): Promise<Place | undefined> {
  if (division === undefined) return undefined;
  const { rows } = await pool.query<Omit<HouseholdKnown, "place"> & { isWithin: boolean }>(
    `SELECT county, township, village, bool_or(starts_with(household, $2)) AS "isWithin"
     FROM (${placesQuery}) AS r
     GROUP BY county, township, village`,
    [position, division],
  );
  const villages = rows.map(placeIn);
  const isCode = /^\d+$/.test(division);
  if (!isCode) {
    if (villages.some((village) => liesIn(village, division))) return division;
  } else {
    const within = rows.filter(({ isWithin }) => isWithin);
    const place = smallestWith((within.length === 0 ? rows : within).map(placeIn));
    if (place !== undefined) return place;
  }
  throw new Unknown("DivisionUnknown", "no division of this name or code is in the roster");
}

/**
 * The digits of a division, 2, 4, 6 or 9, the most, with which the numbers of all households in an
 * area begin; `""` where they begin with none.
 */
export async function digitsOf(
  pool: Pool,
  position: bigint,
  area: Place | undefined,
): Promise<string> {
  const { rows } = await pool.query<{ first: string | null; last: string | null }>(
    area === undefined
      ? `SELECT min(household) AS first, max(household) AS last
         FROM read.household_status WHERE position <= $1`
      : `SELECT min(household) AS first, max(household) AS last
         FROM (${placesQuery}) AS r WHERE ${isInArea("$2")}`,
    area === undefined ? [position] : [position, area],
  );
  const { first, last } = rows[0] ?? {};
  if (first == null || last == null) return "";
  const fits = [9, 6, 4, 2].find((length) => {
    const start = first.slice(0, length);
    return start.length === length && /^\d+$/.test(start) && last.startsWith(start);
  });
  return first.slice(0, fits ?? 0);
}
