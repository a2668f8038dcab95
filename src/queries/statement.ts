import type { KnownAt, Period, Readable } from "./as-of.ts";
import { Unknown } from "./as-of.ts";

/** Money received by leg, in yuan with two decimals; legs that are zero are left out. */
export interface Income {
  readonly legs: Readonly<Record<string, string>>;
  readonly total: string;
}

/** What one household received. */
export interface HouseholdIncome extends Income {
  readonly household: string;
}

/** Sums of a village, a township or an organisation. */
export interface GroupIncome extends Income {
  /** The group's columns: county, township and village, or organisation and its name. */
  readonly group: Readonly<Record<string, string>>;
  readonly households: number;
}

/** What statements are summed up by. */
export type Grouping = "village" | "township" | "organisation";

interface LegRow {
  readonly leg: string | null;
  readonly amount: string;
}

/** What one household received, by leg. Throws `Unknown` for one not registered by then. */
export async function statement(
  { pool }: Readable,
  household: string,
  { position }: KnownAt,
  { from, to }: Period,
): Promise<HouseholdIncome> {
  const { rows } = await pool.query<LegRow>({
    name: "statement",
    text: `
      SELECT NULL AS leg, '0' AS amount FROM read.households
      WHERE household = $1 AND position <= $2
      UNION ALL
      SELECT leg, sum(amount)::text FROM read.postings
      WHERE side = 'household' AND household = $1 AND asset = 'CNY' AND position <= $2
        AND effective >= coalesce($3, '-infinity'::date)
        AND effective <= coalesce($4, 'infinity'::date)
      GROUP BY leg`,
    values: [household, position, from ?? null, to ?? null],
  });
  if (!rows.some(({ leg }) => leg === null)) {
    throw new Unknown("HouseholdUnknown", "no household of this number is registered");
  }
  return { household, ...incomeOf(rows) };
}

function incomeOf(rows: readonly LegRow[]): Income {
  const legs: Record<string, string> = {};
  for (const { leg, amount } of [...rows].sort(byLeg)) {
    if (leg !== null && !isZero(amount)) legs[leg] = amount;
  }
  return { legs, total: sum(Object.values(legs)) };
}

function byLeg(a: LegRow, b: LegRow): number {
  return (a.leg ?? "") < (b.leg ?? "") ? -1 : 1;
}

function isZero(amount: string): boolean {
  return /^-?0(\.0*)?$/.test(amount);
}

/** Sum of amounts with two decimals each, as the database gave them. */
function sum(amounts: readonly string[]): string {
  let fen = 0n;
  for (const amount of amounts) fen += BigInt(amount.replace(".", ""));
  const sign = fen < 0n ? "-" : "";
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, "0");
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const pageMax = 2_000;

/** Statements of every household registered by then, in order of number, a page at a time. */
export async function* statements(
  readable: Readable,
  { position }: KnownAt,
  { from, to }: Period,
  after = "",
): AsyncGenerator<HouseholdIncome> {
  for (let last = after; ; ) {
    const { rows } = await readable.pool.query<LegRow & { household: string }>({
      name: "statements",
      text: `
        WITH page AS (
          SELECT household FROM read.households
          WHERE household > $1 AND position <= $2 ORDER BY household LIMIT $5)
        SELECT page.household, p.leg, coalesce(sum(p.amount), 0)::text AS amount
        FROM page LEFT JOIN read.postings p
          ON p.side = 'household' AND p.household = page.household AND p.asset = 'CNY'
          AND p.position <= $2
          AND p.effective >= coalesce($3, '-infinity'::date)
          AND p.effective <= coalesce($4, 'infinity'::date)
        GROUP BY page.household, p.leg ORDER BY page.household`,
      values: [last, position, from ?? null, to ?? null, pageMax],
    });
    let count = 0;
    for (const [household, legs] of grouped(rows, (row) => row.household)) {
      count += 1;
      last = household;
      yield { household, ...incomeOf(legs) };
    }
    if (count < pageMax) return;
  }
}

function grouped<Row>(rows: readonly Row[], by: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(by(row));
    if (group === undefined) groups.set(by(row), [row]);
    else group.push(row);
  }
  return groups;
}

const groupColumns: Record<Grouping, readonly string[]> = {
  village: ["county", "township", "village"],
  township: ["county", "township"],
  organisation: ["organisation", "name"],
};

// Where each household lived by what was known then.
const places = `
  SELECT DISTINCT ON (household) household, county, township, village
  FROM read.household_status WHERE position <= $1 ORDER BY household, position DESC`;

const organisationNames = `
  SELECT DISTINCT ON (organisation) organisation, name
  FROM read.organisations WHERE position <= $1 ORDER BY organisation, position DESC`;

/** Sums by village or township of the households, or by the organisation that paid. */
export async function statementsBy(
  { pool }: Readable,
  by: Grouping,
  { position }: KnownAt,
  { from, to }: Period,
): Promise<GroupIncome[]> {
  const columns = groupColumns[by];
  const listed = columns.map((column) => `g.${column}`).join(", ");
  const [groups, joined] =
    by === "organisation"
      ? [organisationNames, "p.organisation = g.organisation"]
      : [places, "p.household = g.household"];
  const { rows } = await pool.query<LegRow & Record<string, string> & { households: bigint }>(
    `WITH g AS (${groups}), received AS (
       SELECT household, organisation, leg, sum(amount) AS amount FROM read.postings
       WHERE side = 'household' AND asset = 'CNY' AND position <= $1
         AND effective >= coalesce($2, '-infinity'::date)
         AND effective <= coalesce($3, 'infinity'::date)
       GROUP BY household, organisation, leg)
     SELECT ${listed}, p.leg, coalesce(sum(p.amount), 0)::text AS amount,
       ${by === "organisation" ? "0" : "count(DISTINCT g.household)"}::bigint AS households
     FROM g LEFT JOIN received p ON ${joined}
     GROUP BY GROUPING SETS ((${listed}, p.leg), (${listed})) ORDER BY ${listed}`,
    [position, from ?? null, to ?? null],
  );
  const found = grouped(rows, (row) => columns.map((column) => row[column] ?? "").join("\u0000"));
  return [...found.values()].map((legs) => {
    const group = Object.fromEntries(columns.map((column) => [column, legs[0]?.[column] ?? ""]));
    const households = legs.reduce((most, row) => Math.max(most, Number(row.households)), 0);
    return { group, households, ...incomeOf(legs) };
  });
}
