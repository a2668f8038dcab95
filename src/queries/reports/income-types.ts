import type { Pool } from "pg";
import { yuan } from "../../../events/define.ts";
import { itemsOf } from "../../../events/income-items.ts";
import type { LegName, UncountedLegName } from "../../../events/legs.ts";
import { uncountedLegNames } from "../../../events/legs.ts";
import { countsBy } from "../counting-rows.ts";
import type { Fact, FactSource } from "./facts.ts";
import { selected, together } from "./facts.ts";
import { count, money, moneyEach, named } from "./figures.ts";
import { postingName } from "./posting-names.ts";
import type { Report, ReportAsked } from "./report.ts";
import { isInArea, placeKeys, placesQuery } from "./roster.ts";
import { areTermsOf, termsKnown } from "./terms-known.ts";

/** The keys of rows, by what they are by. */
const keys = { household: "household", ...placeKeys } as const;

/** Whether a household is one of those asked about (`$5`); null: all there are. */
const isAsked = "($5::text[] IS NULL OR household = ANY($5))";

/** The households of an area (`$4`) with the keys of their rows, and the period (`$2` to `$3`). */
function livingIn(by: string | undefined): string {
  const key = keys[(by ?? "household") as keyof typeof keys];
  return `
    lived AS MATERIALIZED (
      SELECT household, position, ${key} AS row FROM (${placesQuery}) AS r
      WHERE ${isInArea("$4")} AND ${isAsked})`;
}

const inPeriod = "position <= $1 AND effective BETWEEN $2 AND $3";

/** From when on a household has both been trained and had a 反租倒包 in force. */
const lastingSince = `
  lasting AS MATERIALIZED (
    SELECT t.household, min(greatest(trained.day, t.in_force_from, t.since)) AS day
    FROM (
      SELECT r.data->>'household' COLLATE "C" AS household, min(r.effective) AS day
      FROM read.programme_rows r
      WHERE r.kind = 'activities' AND r.data->>'kind' = 'training'
        AND ${countsBy("r", "activities", { day: "$3" })}
      GROUP BY 1) AS trained
    JOIN terms t ON t.household = trained.household
    JOIN read.contracts c ON c.contract = t.contract AND c.kind = 'subleaseBack'
    WHERE greatest(trained.day, t.in_force_from, t.since)
      <= least(t.in_force_to, t.before - 1, 'infinity')
    GROUP BY t.household)`;

/** What movements and rows of the programme posted to households in the period. */
const posted = `(
  SELECT household, position, effective, leg, amount FROM read.postings
  WHERE side = 'household' AND asset = '${yuan}' AND ${inPeriod} AND ${isAsked}
    AND position NOT IN (
    SELECT position FROM read.line_money WHERE side = 'received' AND household IS NOT NULL))`;

/** Of a posting: that its details, its day or its contract say where it stands. */
const isByItself = `(leg IN ('post', 'plot') OR position IN (SELECT position FROM details))`;

/** The same, with all that its leg tells the place of added up. */
const postedTogether = `(
  SELECT household, NULL::bigint AS position, NULL::date AS effective, leg,
    sum(amount) AS amount
  FROM ${posted} AS p WHERE NOT ${isByItself} GROUP BY household, leg
  UNION ALL
  SELECT * FROM ${posted} AS p WHERE ${isByItself})`;

/**
 * What households received and paid in the period: lines of plans line by line, all else posting by
 * posting where facts are named, otherwise together. What takes a movement back stands where that
 * does, and so counts by its day.
 */
function received(isNamed: boolean): string {
  const [fact, from, trail] = isNamed
    ? [
        postingName,
        posted,
        "LEFT JOIN read.trail t ON t.household = p.household AND t.position = p.position",
      ]
    : ["NULL", postedTogether, ""];
  return `
    details AS MATERIALIZED (
      SELECT d.position, d.is_paid, coalesce(o.branch, d.branch) AS branch,
        coalesce(o.programme, d.programme) AS programme, o.effective AS day
      FROM read.income_details d LEFT JOIN read.income_details o ON o.reference = d.reverses
      WHERE d.position <= $1 AND d.effective BETWEEN $2 AND $3),
    facts AS (
      SELECT p.household, ${fact} AS fact, p.position, p.leg, p.amount,
        coalesce(d.is_paid, false) AS is_paid, d.branch, d.programme,
        p.leg = 'post' AND EXISTS (
          SELECT FROM read.postings o JOIN terms t USING (contract)
          WHERE o.position = p.position AND o.household = p.household AND o.leg = p.leg
            AND t.asset IS NOT NULL AND ${areTermsOf("p.effective")}) AS is_on_asset,
        coalesce(d.day, p.effective) AS day
      FROM ${from} AS p
      LEFT JOIN details d ON d.position = p.position ${trail}
      UNION ALL
      SELECT m.household, m.fact, m.position, plan.leg, m.amount, false, NULL, NULL,
        i.asset IS NOT NULL, m.effective
      FROM (
        SELECT * FROM read.line_money
        WHERE side = 'received' AND household IS NOT NULL AND ${inPeriod}) AS m
      JOIN read.plans plan USING (plan) JOIN read.incomes i ON i.income = plan.income)`;
}

/** An amount of one fact, or of many that stand in the same place. */
interface Received {
  readonly row: string;
  readonly leg: LegName | UncountedLegName;
  readonly isPaid: boolean;
  readonly branch: string | null;
  readonly programme: string | null;
  readonly isOnAsset: boolean;
  /** Its day is one on which the household is trained and leases back. */
  readonly isLasting: boolean;
  /** In fen, signed. */
  readonly amount: string;
}

const place = `l.row, f.leg, f.is_paid AS "isPaid", f.branch, f.programme,
  f.is_on_asset AS "isOnAsset", coalesce(f.day >= s.day, false) AS "isLasting"`;
const joined = "facts f JOIN lived l USING (household) LEFT JOIN lasting s USING (household)";

const uncounted: ReadonlySet<string> = new Set(uncountedLegNames);

/** The legs that a figure sums. */
const ofLegs: Readonly<Record<string, string>> = {
  order: "first",
  custody: "first",
  rebate: "second",
  rent: "initial",
  wage: "initial",
};

/** The figures that an amount is a part of, by where it stands; −1 where it is taken off one. */
function figuresOf(
  place: Omit<Received, "row" | "amount">,
): readonly (readonly [string, bigint])[] {
  const { leg, isPaid, isOnAsset, isLasting, branch, programme } = place;
  const items = itemsOf({
    ...{ leg, isOnAsset, isReceived: !isPaid },
    branch: branch ?? undefined,
    programme: programme ?? undefined,
  });
  const found: [string, bigint][] = [];
  if (items.s3 !== undefined) found.push([`s3.${items.s3}`, 1n]);
  if (items.nbs !== undefined) found.push([`nbs.${items.nbs}`, 1n]);
  if (items.register !== undefined) found.push([`register.${items.register}`, isPaid ? -1n : 1n]);
  if (leg === "cost" || !uncounted.has(leg)) found.push(["net", 1n]);
  else found.push([`notCounted.${leg}`, 1n]);
  const own = ofLegs[leg];
  if (own !== undefined) found.push([own, 1n]);
  if (leg === "plot" && isLasting) found.push(["sustainable", 1n]);
  return found;
}

/** The same, worked out once for all that stands in one place. */
function figuresByPlace(): typeof figuresOf {
  const known = new Map<string, ReturnType<typeof figuresOf>>();
  return (place) => {
    const { leg, isPaid, isOnAsset, isLasting, branch, programme } = place;
    const name = [leg, isPaid, isOnAsset, isLasting, branch, programme].join();
    const figures = known.get(name) ?? figuresOf(place);
    known.set(name, figures);
    return figures;
  };
}

function receivedFacts(pool: Pool, by: string | undefined, values: readonly unknown[]): FactSource {
  const known = (isNamed: boolean) =>
    `WITH ${livingIn(by)}, ${termsKnown}, ${lastingSince}, ${received(isNamed)}`;
  return {
    async sums() {
      const { rows } = await pool.query<Received>(
        `${known(false)}
         SELECT ${place}, (sum(f.amount) * 100)::bigint::text AS amount FROM ${joined}
         GROUP BY 1, 2, 3, 4, 5, 6, 7`,
        [...values],
      );
      const figures = figuresByPlace();
      return rows.flatMap((received) => {
        const sum = BigInt(received.amount);
        return figures(received).map(
          ([figure, sign]) => [received.row, figure, sum * sign] as const,
        );
      });
    },
    async of(wanted) {
      const { rows } = await pool.query<Received & { fact: string; position: bigint }>(
        `${known(true)}
         SELECT ${place}, f.fact, f.position, (f.amount * 100)::bigint::text AS amount
         FROM ${joined} WHERE $6::text IS NULL OR l.row = $6`,
        [...values, wanted ?? null],
      );
      const figures = figuresByPlace();
      return rows.flatMap((received) => {
        const { row, fact, position, amount } = received;
        return figures(received).map(([figure, sign]): Fact => {
          return { row, figure, fact, position, value: BigInt(amount) * sign };
        });
      });
    },
  };
}

/** What was delivered, at the protected price of the contract on the day; and the persons. */
function besides(pool: Pool, by: string | undefined, values: readonly unknown[]): FactSource {
  const delivered = (of: string, sign: string) => `
    SELECT l.row, 'movements/' || ${of} AS fact,
      ${sign}(round(d.kilograms * t.floor_price, 2) * 100)::bigint AS "atFloor"`;
  const atFloor = `
    JOIN lived l ON l.household = d.household
    JOIN terms t ON t.contract = d.contract AND ${areTermsOf("d.effective")}`;
  return together([
    selected(
      pool,
      `WITH ${livingIn(by)}, ${termsKnown}
       ${delivered("d.reference", "")}, d.position
       FROM read.deliveries d ${atFloor}
       WHERE d.position <= $1 AND d.effective BETWEEN $2 AND $3
       UNION ALL
       ${delivered("r.reversal", "-")}, r.position
       FROM read.delivery_reversals r JOIN read.deliveries d ON d.reference = r.reference ${atFloor}
       WHERE r.position <= $1 AND r.effective BETWEEN $2 AND $3`,
      values,
      ["atFloor"],
    ),
    selected(
      pool,
      `WITH ${livingIn(by)}
       SELECT l.row, 'roster/' || m.person AS fact, m.position, 1 AS persons
       FROM (SELECT DISTINCT ON (person) person, position, household FROM read.members
         WHERE position <= $1 ORDER BY person, position DESC) AS m
       JOIN lived l ON l.household = m.household WHERE ($2::date, $3::date) IS NOT NULL`,
      values,
      ["persons"],
    ),
  ]);
}

/** What households earned, all or some of them, and the persons they are. */
export function incomeFacts(
  { pool, position, from, on, area, by }: ReportAsked,
  households?: readonly string[],
): FactSource {
  const values = [position, from, on, area ?? null, households ?? null];
  return together([receivedFacts(pool, by, values), besides(pool, by, values)]);
}

/** What households earned, as each classification has it: `report income-types`. */
export const incomeTypesReport: Report = {
  name: "income-types",
  summary: "What households earned, by the classes of the county, the statistics and the register",
  rows: "household, village (县/乡/行政村), township or county",
  time: "period",
  by: ["village", "township", "county"],
  figures: {
    s3: named("money"),
    nbs: named("money"),
    register: named("money"),
    net: money,
    persons: count,
    perHead: moneyEach("net", "persons"),
    first: money,
    atFloor: money,
    second: money,
    initial: money,
    sustainable: money,
    notCounted: named("money"),
  },
  find: (asked) => Promise.resolve({ facts: incomeFacts(asked) }),
};
