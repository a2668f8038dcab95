import { z } from "zod";
import { legNames, uncountedLegNames } from "../../events/legs.ts";
import { periodWords } from "../words/instants.ts";
import { negate } from "../domain/decimal.ts";
import { legLabel } from "../words/legs.ts";
import { grouped } from "../words/numbers.ts";
import { ends, income, knownAtExample, text } from "./answer.ts";
import type { KnownAt, Period, Readable } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import { question } from "./define.ts";
import { household, organisation, period } from "./parameters.ts";
import type { Asked, Found, Presentation } from "./define.ts";
import type { Block, Column } from "./presentation.ts";
import { csvOf } from "./presentation.ts";

const answer = z
  .object({
    household: z.string().optional(),
    organisation: z.string().optional().describe("in place of a household"),
    from: text,
    to: text,
    knownAt: ends.knownAt,
    ...income,
  })
  .extend({ demo: ends.demo, standstill: ends.standstill })
  .meta({
    id: "Statement",
    examples: [
      {
        household: "5399990010000001",
        from: "2026-01-01",
        to: null,
        ...knownAtExample,
        legs: { rent: "385.20" },
        total: "385.20",
        due: { dividend: "56.23" },
        outstanding: { dividend: "56.23" },
      },
    ],
  });

/** What one household received, by leg: `sunshine statement HOUSEHOLD`. */
export const statementQuestion = question({
  name: "statement",
  summary: "Money a household received, by leg",
  description: "From and to are days of 业务日期 and included; legs that are zero are left out.",
  about: "household",
  right: "masked",
  own: true,
  path: "/v1/households/:household/statement",
  parameters: { household, ...period },
  answer,
  ask: async (ledger, { household: number, from, to }, knownAt) => ({
    ...(await statementOf(ledger, number, knownAt, { from, to })),
    from: from ?? null,
    to: to ?? null,
  }),
  verb: {
    summary: "money one household received, by leg",
    description:
      "Money one household or organisation received, and what is due to it by plans, by leg, by " +
      "业务日期.",
    show: statementShown,
  },
});

/** What an organisation received as a beneficiary of plans. */
export const organisationStatementQuestion = question({
  name: "organisationStatement",
  summary: "Money an organisation received as a beneficiary of plans, by leg",
  description: "From and to are days of 业务日期 and included; legs that are zero are left out.",
  about: "county",
  right: "sums",
  path: "/v1/organisations/:organisation/statement",
  parameters: { organisation, ...period },
  answer,
  ask: async (ledger, { organisation: number, from, to }, knownAt) => ({
    ...(await organisationStatement(ledger, number, knownAt, { from, to })),
    from: from ?? null,
    to: to ?? null,
  }),
});

/** That of a household, or of an organisation where no household has the number. */
async function statementOf(
  ledger: Readable,
  number: string,
  knownAt: KnownAt,
  of: Period,
): Promise<Income & { household?: string; organisation?: string }> {
  try {
    return await statement(ledger, number, knownAt, of);
  } catch (unknown) {
    if (!(unknown instanceof Unknown)) throw unknown;
    return organisationStatement(ledger, number, knownAt, of).catch(() => {
      throw unknown;
    });
  }
}

function statementShown(asked: Asked<Period>): Presentation<Found<typeof answer>> {
  return {
    csv: (found) =>
      csvOf(
        [
          { name: "household", value: (row) => row.household ?? row.organisation },
          ...incomeColumns(asked),
        ],
        [found],
      ),
    people: ({
      household: number,
      organisation: entity,
      legs,
      total,
      costs = {},
      notCounted = {},
      due,
      outstanding,
    }) => [
      number === undefined
        ? `主体 Organisation ${entity ?? ""}, ${periodWords(asked.told)}`
        : `户 Household ${number}, ${periodWords(asked.told)}`,
      "",
      {
        titles: [{ title: "收入 received" }, { title: "yuan", align: "right" }],
        rows: [
          ...legNames
            .filter((leg) => legs[leg] !== undefined)
            .map((leg) => [legLabel(leg), grouped(legs[leg] ?? "")]),
          ["合计 total", grouped(total)],
        ],
      },
      ...sumsShown("成本 costs", costs),
      ...sumsShown("不计入收入 not counted as income", notCounted),
      ...sumsShown("应付 due in the period", due),
      ...sumsShown("未付 outstanding", outstanding),
      "",
    ],
  };
}

function sumsShown(title: string, sums: Income["legs"]): readonly Block[] {
  const rows = [...legNames, ...uncountedLegNames].flatMap((leg) =>
    sums[leg] === undefined ? [] : [[legLabel(leg), grouped(sums[leg])]],
  );
  return rows.length === 0
    ? []
    : ["", { titles: [{ title }, { title: "yuan", align: "right" }], rows }];
}

/** Money received and due by leg, in yuan with two decimals; legs that are zero are left out. */
export interface Income {
  readonly legs: Readonly<Record<string, string>>;
  readonly total: string;
  /** What was spent on production, positive; absent where nothing was. */
  readonly costs?: Readonly<Record<string, string>> | undefined;
  /** What was received or kept back and is no income, signed; absent where nothing was. */
  readonly notCounted?: Readonly<Record<string, string>> | undefined;
  /** What became due of plans in the period. */
  readonly due: Readonly<Record<string, string>>;
  /** What was ever due until its end and is not paid. */
  readonly outstanding: Readonly<Record<string, string>>;
}

/** What one household received. */
export interface HouseholdIncome extends Income {
  readonly household: string;
}

/** The sum of a leg as the database gives it; no leg stands for a household without income. */
export interface LegRow {
  readonly leg: string | null;
  readonly amount: string;
  /** What it is of; money received where it is not given. */
  readonly of?: "received" | "due" | "outstanding" | null;
}

const inPeriod = `effective >= coalesce($3, '-infinity'::date)
  AND effective <= coalesce($4, 'infinity'::date)`;

/** Due in the period, and outstanding at its end, of postings that `whose` tells apart. */
function owingBy(whose: string): string {
  return `
    SELECT leg, sum(amount)::text AS amount, 'due' AS of FROM read.postings
    WHERE ${whose} AND side = 'due' AND position <= $2 AND ${inPeriod} GROUP BY leg
    UNION ALL
    SELECT leg, sum(amount)::text, 'outstanding' FROM read.postings
    WHERE ${whose} AND side IN ('due', 'settled') AND position <= $2
      AND effective <= coalesce($4, 'infinity'::date) GROUP BY leg`;
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
      SELECT NULL AS leg, '0' AS amount, 'received' AS of FROM read.households
      WHERE household = $1 AND position <= $2
      UNION ALL
      SELECT leg, sum(amount)::text, 'received' FROM read.postings
      WHERE side = 'household' AND household = $1 AND asset = 'CNY' AND position <= $2
        AND ${inPeriod}
      GROUP BY leg
      UNION ALL ${owingBy("household = $1")}`,
    values: [household, position, from ?? null, to ?? null],
  });
  if (!rows.some(({ leg }) => leg === null)) {
    throw new Unknown("HouseholdUnknown", "no household of this number is registered");
  }
  return { household, ...incomeOf(rows) };
}

/** What an organisation received as a beneficiary. Throws `Unknown` for one not known by then. */
async function organisationStatement(
  { pool }: Readable,
  entity: string,
  { position }: KnownAt,
  { from, to }: Period,
): Promise<Income & { readonly organisation: string }> {
  const own = "household IS NULL AND organisation = $1";
  const { rows } = await pool.query<LegRow>({
    name: "organisation-statement",
    text: `
      SELECT NULL AS leg, '0' AS amount, 'received' AS of FROM read.organisations
      WHERE organisation = $1 AND position <= $2
      UNION ALL
      SELECT leg, sum(amount)::text, 'received' FROM read.postings
      WHERE ${own} AND side = 'entity' AND asset = 'CNY' AND position <= $2 AND ${inPeriod}
      GROUP BY leg
      UNION ALL ${owingBy(own)}`,
    values: [entity, position, from ?? null, to ?? null],
  });
  if (!rows.some(({ leg }) => leg === null)) {
    throw new Unknown("OrganisationUnknown", "no organisation of this number is registered");
  }
  return { organisation: entity, ...incomeOf(rows) };
}

/** The sums of one household or group. */
export function incomeOf(rows: readonly LegRow[]): Income {
  const sums = { legs: {}, costs: {}, notCounted: {}, due: {}, outstanding: {} } as Sums;
  for (const { leg, amount, of } of [...rows].sort(byLeg)) {
    if (leg === null || isZero(amount)) continue;
    if (of === "due" || of === "outstanding") sums[of][leg] = amount;
    else if (leg === "cost") sums.costs[leg] = negate(amount);
    else sums[uncounted.has(leg) ? "notCounted" : "legs"][leg] = amount;
  }
  const { legs, costs, notCounted, due, outstanding } = sums;
  return {
    legs,
    total: sum(Object.values(legs)),
    ...(Object.keys(costs).length === 0 ? {} : { costs }),
    ...(Object.keys(notCounted).length === 0 ? {} : { notCounted }),
    due,
    outstanding,
  };
}

type Sums = Readonly<
  Record<"legs" | "costs" | "notCounted" | "due" | "outstanding", Record<string, string>>
>;

const uncounted: ReadonlySet<string> = new Set(uncountedLegNames);

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

/** The columns of sums; in CSV with what was asked, and a leg that is zero is written so. */
export function incomeColumns({
  told: { from, to },
  knownAt: { position },
}: Asked<Period>): readonly Column<Income>[] {
  return [
    { name: "from", value: () => from },
    { name: "to", value: () => to },
    { name: "knownAt", value: () => position.toString() },
    ...legNames.map(
      (leg): Column<Income> => ({
        name: leg,
        title: legLabel(leg),
        align: "right",
        value: ({ legs }) => legs[leg] ?? "0.00",
        show: ({ legs }) => grouped(legs[leg] ?? "–"),
      }),
    ),
    {
      name: "total",
      title: "合计 total",
      align: "right",
      value: ({ total }) => total,
      show: ({ total }) => grouped(total),
    },
    ...uncountedLegNames.map(
      (leg): Column<Income> => ({
        name: leg,
        value: ({ costs = {}, notCounted = {} }) => costs[leg] ?? notCounted[leg] ?? "0.00",
      }),
    ),
  ];
}
