import { z } from "zod";
import { legNames } from "../../events/legs.ts";
import { sumMoney } from "../domain/decimal.ts";
import { periodWords } from "../words/instants.ts";
import { legLabel } from "../words/legs.ts";
import { counted, grouped } from "../words/numbers.ts";
import { ends, income, knownAtSaid, pageOf, text } from "./answer.ts";
import type { KnownAt, Period, Readable } from "./as-of.ts";
import type { Asked, Found, Presentation } from "./define.ts";
import { question } from "./define.ts";
import { pageById, period } from "./parameters.ts";
import type { Column } from "./presentation.ts";
import { csvOf, tableOf } from "./presentation.ts";
import type { HouseholdIncome, Income, LegRow } from "./statement.ts";
import { incomeColumns, incomeOf } from "./statement.ts";

const groupings = ["village", "township", "organisation"] as const;

/** What statements are summed up by. */
export type Grouping = (typeof groupings)[number];

/** Sums of a village, a township or an organisation. */
export interface GroupIncome extends Income {
  /** The group's columns: county, township and village, or organisation and its name. */
  readonly group: Readonly<Record<string, string>>;
  readonly households: number;
}

const groupColumns: Readonly<Record<Grouping, readonly string[]>> = {
  village: ["county", "township", "village"],
  township: ["county", "township"],
  organisation: ["organisation", "name"],
};

const answer = z
  .object({
    from: text,
    to: text,
    items: z.array(
      z.union([
        z.object({ household: z.string(), ...income }),
        z.object({
          group: z.record(z.string(), z.string()).describe("its place, or organisation and name"),
          households: z.int(),
          ...income,
        }),
      ]),
    ),
    next: text,
    ...ends,
  })
  .meta({ id: "Statements" });

/** What every household or group of households received: `sunshine statements`. */
export const statementsQuestion = question({
  name: "statements",
  summary: "Money received, of every household or summed up",
  description:
    "Without `by` a page of households, those without income too; with `by` all sums at " +
    "once, by where the households live or by who paid.",
  about: "county",
  right: "sums",
  path: "/v1/statements",
  parameters: {
    by: {
      schema: z.enum(groupings).optional(),
      words: { flags: "--by <group>", means: "sum up instead", choices: groupings },
    },
    ...period,
    ...pageById,
  },
  answer,
  secondsMax: 300,
  ask: async (ledger, { by, from, to, after, limit }, knownAt) => {
    const head = { from: from ?? null, to: to ?? null };
    if (by !== undefined) {
      return { ...head, items: await statementsBy(ledger, by, knownAt, { from, to }), next: null };
    }
    const page = await pageOf<HouseholdIncome>(
      { after, limit },
      ({ household }) => household,
      (last, max) => {
        const of = { after: last, pageMax: max };
        return firstOf(statements(ledger, knownAt, { from, to }, of), max);
      },
    );
    return { ...head, ...page };
  },
  verb: {
    summary: "money every household received, or sums of them",
    description: "Money every household ever registered received, or sums of it, by leg.",
    show: (asked) =>
      asked.told.by === undefined ? householdsShown(asked) : groupsShown(asked, asked.told.by),
  },
});

async function firstOf<T>(items: AsyncIterable<T>, max: number): Promise<T[]> {
  const first: T[] = [];
  for await (const item of items) {
    first.push(item);
    if (first.length === max) break;
  }
  return first;
}

type Answer = Found<typeof answer>;

function householdsShown(asked: Asked<Period>): Presentation<Answer> {
  const all = totals();
  const columns: readonly Column<HouseholdIncome>[] = [
    { name: "household", title: "户 household", value: ({ household }) => household },
    ...incomeColumns(asked),
  ];
  const households = ({ items }: Answer) => items.filter((item) => "household" in item);
  return {
    json: (found) =>
      households(found).map(({ household, ...sums }) => ({
        household,
        ...asDocument(asked),
        ...sums,
      })),
    csv: (found) => csvOf(columns, households(found)),
    people: (found) => {
      const page = households(found);
      page.forEach(all.add);
      return page.length === 0 ? [] : [tableOf(columns, page)];
    },
    end: () => ["", all.words("household", "households", asked.told)],
  };
}

function groupsShown(asked: Asked<Period>, by: Grouping): Presentation<Answer> {
  const all = totals();
  const households: Column<GroupIncome> = {
    name: "households",
    title: "户 households",
    align: "right",
    value: (sum) => sum.households,
    show: (sum) => grouped(sum.households),
  };
  // An organisation pays households of many places: how many is not counted.
  const counts = by === "organisation" ? [] : [households];
  const columns: readonly Column<GroupIncome>[] = [
    ...groupColumns[by].map(
      (name): Column<GroupIncome> => ({
        name,
        title: groupTitles[name] ?? name,
        value: ({ group }) => group[name],
      }),
    ),
    ...counts,
    ...incomeColumns(asked),
  ];
  const groups = ({ items }: Answer) => items.filter((item) => "group" in item);
  return {
    json: (found) =>
      groups(found).map(({ group, households: count, ...sums }) => ({
        ...group,
        ...(counts.length === 0 ? {} : { households: count }),
        ...asDocument(asked),
        ...sums,
      })),
    csv: (found) => csvOf(columns, groups(found)),
    people: (found) => {
      groups(found).forEach(all.add);
      return [tableOf(columns, groups(found))];
    },
    end: () => ["", all.words(by, plurals[by], asked.told)],
  };
}

/** What was asked for, as every statement repeats it. */
function asDocument({ told: { from, to }, knownAt }: Asked<Period>) {
  return { from: from ?? null, to: to ?? null, knownAt: knownAtSaid(knownAt) };
}

const groupTitles: Readonly<Record<string, string>> = {
  county: "县 county",
  township: "乡 township",
  village: "村 village",
  organisation: "主体 organisation",
  name: "名称 name",
};

const plurals: Readonly<Record<Grouping, string>> = {
  village: "villages",
  township: "townships",
  organisation: "organisations",
};

/** A running sum by leg of what is shown. */
function totals() {
  const sums: Record<string, string> = {};
  let count = 0;
  let sum = "0.00";
  return {
    add: ({ legs, total }: Income): void => {
      count += 1;
      sum = sumMoney([sum, total]);
      for (const [leg, received] of Object.entries(legs)) {
        sums[leg] = sumMoney([sums[leg] ?? "0.00", received]);
      }
    },
    words: (one: string, many: string, asked: Period): string => {
      const legs = legNames.map((leg) => `${legLabel(leg)} ${grouped(sums[leg] ?? "0.00")}`);
      return (
        `${counted(count, one, many)}, ${periodWords(asked)}, in yuan: ` +
        `${legs.join(" · ")} · 合计 total ${grouped(sum)}`
      );
    },
  };
}

/** Statements of every household registered by then, in order of number, a page at a time. */
export async function* statements(
  readable: Readable,
  { position }: KnownAt,
  { from, to }: Period,
  { after = "", pageMax = 2_000 }: { readonly after?: string; readonly pageMax?: number } = {},
): AsyncGenerator<HouseholdIncome> {
  for (let last = after; ; ) {
    const { rows } = await readable.pool.query<LegRow & { household: string }>({
      name: "statements",
      text: `
        WITH page AS (
          SELECT household FROM read.households
          WHERE household > $1 AND position <= $2 ORDER BY household LIMIT $5)
        SELECT page.household, p.leg, coalesce(sum(p.amount), 0)::text AS amount,
          'received' AS of
        FROM page LEFT JOIN read.postings p
          ON p.side = 'household' AND p.household = page.household AND p.asset = 'CNY'
          AND p.position <= $2
          AND p.effective >= coalesce($3, '-infinity'::date)
          AND p.effective <= coalesce($4, 'infinity'::date)
        GROUP BY page.household, p.leg
        UNION ALL
        SELECT household, leg, coalesce(sum(amount) FILTER (
          WHERE side = 'due' AND effective >= coalesce($3, '-infinity'::date)), 0)::text, 'due'
        FROM page JOIN read.postings USING (household)
        WHERE side IN ('due', 'settled') AND read.postings.position <= $2
          AND effective <= coalesce($4, 'infinity'::date)
        GROUP BY household, leg
        UNION ALL
        SELECT household, leg, sum(amount)::text, 'outstanding'
        FROM page JOIN read.postings USING (household)
        WHERE side IN ('due', 'settled') AND read.postings.position <= $2
          AND effective <= coalesce($4, 'infinity'::date)
        GROUP BY household, leg
        ORDER BY household`,
      values: [last, position, from ?? null, to ?? null, pageMax],
    });
    let count = 0;
    for (const [household, legs] of groupBy(rows, (row) => row.household)) {
      count += 1;
      last = household;
      yield { household, ...incomeOf(legs) };
    }
    if (count < pageMax) return;
  }
}

function groupBy<Row>(rows: readonly Row[], by: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(by(row));
    if (group === undefined) groups.set(by(row), [row]);
    else group.push(row);
  }
  return groups;
}

// Where each household lived by what was known then.
const places = `
  SELECT DISTINCT ON (household) household, county, township, village
  FROM read.household_status WHERE position <= $1 ORDER BY household, position DESC`;

const organisationNames = `
  SELECT DISTINCT ON (organisation) organisation, name
  FROM read.organisations WHERE position <= $1 ORDER BY organisation, position DESC`;

const inPeriod = `effective >= coalesce($2, '-infinity'::date)
  AND effective <= coalesce($3, 'infinity'::date)`;

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
    `WITH g AS (${groups}), moved AS (
       SELECT household, organisation, leg, 'received' AS of, sum(amount) AS amount
       FROM read.postings
       WHERE side = 'household' AND asset = 'CNY' AND position <= $1 AND ${inPeriod}
       GROUP BY household, organisation, leg
       UNION ALL
       SELECT household, organisation, leg, 'due', sum(amount) FROM read.postings
       WHERE side = 'due' AND household IS NOT NULL AND position <= $1 AND ${inPeriod}
       GROUP BY household, organisation, leg
       UNION ALL
       SELECT household, organisation, leg, 'outstanding', sum(amount) FROM read.postings
       WHERE side IN ('due', 'settled') AND household IS NOT NULL AND position <= $1
         AND effective <= coalesce($3, 'infinity'::date)
       GROUP BY household, organisation, leg)
     SELECT ${listed}, p.leg, p.of, coalesce(sum(p.amount), 0)::text AS amount,
       ${by === "organisation" ? "0" : "count(DISTINCT g.household)"}::bigint AS households
     FROM g LEFT JOIN moved p ON ${joined}
     GROUP BY GROUPING SETS ((${listed}, p.leg, p.of), (${listed})) ORDER BY ${listed}`,
    [position, from ?? null, to ?? null],
  );
  const found = groupBy(rows, (row) => columns.map((column) => row[column] ?? "").join("\u0000"));
  return [...found.values()].map((legs) => {
    const group = Object.fromEntries(columns.map((column) => [column, legs[0]?.[column] ?? ""]));
    const households = legs.reduce((most, row) => Math.max(most, Number(row.households)), 0);
    return { group, households, ...incomeOf(legs) };
  });
}
