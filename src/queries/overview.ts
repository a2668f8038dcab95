import { z } from "zod";
import { uncountedLegNames } from "../../events/legs.ts";
import { amount } from "./answer.ts";
import type { KnownAt, Readable } from "./as-of.ts";
import { question } from "./define.ts";

/** What the first page says. */
export const overviewQuestion = question({
  name: "overview",
  summary: "How much is recorded, and money by year and leg",
  description: "Counts and sums over everything. It reads whole tables.",
  about: "county",
  right: "open",
  parameters: {},
  answer: z.object({
    households: z.int(),
    members: z.int(),
    organisations: z.int(),
    contracts: z.int(),
    registers: z.int(),
    money: z.record(z.string(), z.record(z.string(), amount)),
  }),
  ask: (ledger, _told, knownAt) => overview(ledger, knownAt),
});

/** What the first page says: how much is recorded, and money by leg and year. */
export interface Overview {
  readonly households: number;
  readonly members: number;
  readonly organisations: number;
  readonly contracts: number;
  readonly registers: number;
  /** Year → leg → yuan with two decimals, by 业务日期. */
  readonly money: Record<string, Record<string, string>>;
}

/** Counts and sums over everything known then; reads whole tables, so callers keep the answer. */
export async function overview({ pool }: Readable, { position }: KnownAt): Promise<Overview> {
  const { rows: counts } = await pool.query<Record<string, bigint>>(
    `SELECT
       (SELECT count(*) FROM read.households WHERE position <= $1) AS households,
       (SELECT count(DISTINCT person) FROM read.members WHERE position <= $1) AS members,
       (SELECT count(DISTINCT organisation) FROM read.organisations
         WHERE position <= $1) AS organisations,
       (SELECT count(*) FROM read.contracts WHERE position <= $1) AS contracts,
       (SELECT count(DISTINCT register) FROM read.contracts
         WHERE kind = 'shares' AND position <= $1) AS registers`,
    [position],
  );
  const { rows: sums } = await pool.query<{ year: string; leg: string; amount: string }>(
    `SELECT to_char(effective, 'YYYY') AS year, leg, sum(amount)::text AS amount
     FROM read.postings
     WHERE side = 'household' AND asset = 'CNY' AND position <= $1
       AND leg <> ALL ($2)
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [position, uncountedLegNames],
  );
  const money: Record<string, Record<string, string>> = {};
  for (const { year, leg, amount } of sums) (money[year] ??= {})[leg] = amount;
  const count = (name: string) => Number(counts[0]?.[name] ?? 0n);
  return {
    households: count("households"),
    members: count("members"),
    organisations: count("organisations"),
    contracts: count("contracts"),
    registers: count("registers"),
    money,
  };
}
