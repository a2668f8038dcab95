import { z } from "zod";
import { legNames } from "../../events/legs.ts";
import { periodWords } from "../words/instants.ts";
import { legLabel } from "../words/legs.ts";
import { grouped } from "../words/numbers.ts";
import { ends, income, knownAtExample, text } from "./answer.ts";
import type { KnownAt, Period, Readable } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import { question } from "./define.ts";
import { household, period } from "./parameters.ts";
import type { Asked, Found, Presentation } from "./define.ts";
import type { Column } from "./presentation.ts";
import { csvOf } from "./presentation.ts";

const answer = z
  .object({ household: z.string(), from: text, to: text, knownAt: ends.knownAt, ...income })
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
    ...(await statement(ledger, number, knownAt, { from, to })),
    from: from ?? null,
    to: to ?? null,
  }),
  verb: {
    summary: "money one household received, by leg",
    description: "Money one household received, by leg, by 业务日期.",
    show: statementShown,
  },
});

function statementShown(asked: Asked<Period>): Presentation<Found<typeof answer>> {
  return {
    csv: (found) =>
      csvOf(
        [{ name: "household", value: (row) => row.household }, ...incomeColumns(asked)],
        [found],
      ),
    people: ({ household: number, legs, total }) => [
      `户 Household ${number}, ${periodWords(asked.told)}`,
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
      "",
    ],
  };
}

/** Money received by leg, in yuan with two decimals; legs that are zero are left out. */
export interface Income {
  readonly legs: Readonly<Record<string, string>>;
  readonly total: string;
}

/** What one household received. */
export interface HouseholdIncome extends Income {
  readonly household: string;
}

/** The sum of a leg as the database gives it; no leg stands for a household without income. */
export interface LegRow {
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

/** The sums of one household or group. */
export function incomeOf(rows: readonly LegRow[]): Income {
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
  ];
}
