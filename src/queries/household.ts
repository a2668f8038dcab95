import { z } from "zod";
import type { Account } from "./accounts.ts";
import { accountsOf } from "./accounts.ts";
import { amount, ends, text } from "./answer.ts";
import type { KnownAt, Readable, ReadableWithVault } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import { question } from "./define.ts";
import { household } from "./parameters.ts";

const account = z
  .object({
    number: z.string().describe("masked but for the last four characters"),
    holder: text.describe("masked; null where nobody is named"),
  })
  .nullable();

/** The card of one household. */
export const householdQuestion = question({
  name: "household",
  summary: "The card of a household: place, status, members",
  description:
    "Names, ID and account numbers are masked: 李*红, and the last four characters. The " +
    "household's account is that of its head, without one that of the member with the lowest " +
    "number.",
  about: "household",
  right: "masked",
  path: "/v1/households/:household",
  parameters: { household },
  answer: z
    .object({
      household: z.string(),
      registeredOn: z.string(),
      county: text,
      township: text,
      village: text,
      group: text,
      size: text.describe("人数, as last stated"),
      status: text.describe("户类型"),
      monitoring: text.describe("监测对象类型"),
      identifiedOn: text,
      riskRemoved: text,
      account: account.describe("that money for the household goes to; null where none is known"),
      members: z.array(
        z.object({
          person: z.string(),
          relation: text,
          skill: text,
          name: text.describe("masked: 李*红"),
          idNumber: text.describe("masked but for the last four characters"),
          account,
        }),
      ),
      ...ends,
    })
    .meta({ id: "Household" }),
  ask: async (ledger, told, knownAt) => {
    const card = await householdCard(ledger, told.household, knownAt);
    return { ...card, members: [...card.members] };
  },
});

/** What one household received in each year, for its page. */
export const incomeByYearQuestion = question({
  name: "income-by-year",
  summary: "Money a household received, by year and leg",
  description: "Years are those of 业务日期; legs without money are left out.",
  about: "household",
  right: "masked",
  own: true,
  parameters: { household },
  answer: z.object({ years: z.record(z.string(), z.record(z.string(), amount)) }),
  ask: async (ledger, told, knownAt) => ({
    years: await incomeByYear(ledger, told.household, knownAt),
  }),
});

/** A member of a household; name and ID number come from the vault and are masked. */
export interface Member {
  readonly person: string;
  readonly relation: string | null;
  readonly skill: string | null;
  /** 李*红; null where the vault has none, or has it no more. */
  readonly name: string | null;
  /** All but the last four characters masked. */
  readonly idNumber: string | null;
  readonly account: Account | null;
}

/** A household's card of the register, as last stated. */
export interface HouseholdCard {
  readonly household: string;
  readonly registeredOn: string;
  readonly county: string | null;
  readonly township: string | null;
  readonly village: string | null;
  readonly group: string | null;
  readonly size: string | null;
  readonly status: string | null;
  readonly monitoring: string | null;
  readonly identifiedOn: string | null;
  readonly riskRemoved: string | null;
  /** Number and holder are masked. */
  readonly account: Account | null;
  /** Those whose last known household it is, by number. */
  readonly members: readonly Member[];
}

interface MemberRow {
  readonly person: string;
  readonly relation: string | null;
  readonly skill: string | null;
  readonly personal: string;
}

/** The card of one household as known then. Throws `Unknown` for one not registered by then. */
export async function householdCard(
  { pool, vault }: ReadableWithVault,
  number: string,
  knownAt: KnownAt,
): Promise<HouseholdCard> {
  const { position } = knownAt;
  const { rows } = await pool.query<Omit<HouseholdCard, "account" | "members">>(
    `SELECT h.household, h.effective AS "registeredOn", s.county, s.township, s.village,
       s.hamlet AS "group", s.size, s.status, s.monitoring, s.identified_on AS "identifiedOn",
       s.risk_removed AS "riskRemoved"
     FROM read.households h
     LEFT JOIN LATERAL (
       SELECT * FROM read.household_status
       WHERE household = h.household AND position <= $2
       ORDER BY position DESC LIMIT 1) AS s ON true
     WHERE h.household = $1 AND h.position <= $2`,
    [number, position],
  );
  const [card] = rows;
  if (card === undefined) {
    throw new Unknown("HouseholdUnknown", "no household of this number is registered");
  }
  const { rows: members } = await pool.query<MemberRow>(
    `SELECT person, relation, skill, personal FROM (
       SELECT DISTINCT ON (person) person, household, relation, skill, personal
       FROM read.members
       WHERE position <= $2 AND person IN (
         SELECT person FROM read.members WHERE household = $1 AND position <= $2)
       ORDER BY person, position DESC) AS latest
     WHERE household = $1 ORDER BY person`,
    [number, position],
  );
  const [known, accounts] = await Promise.all([
    vault.read(members.map(({ personal }) => personal)),
    accountsOf({ pool, vault }, number, members, knownAt),
  ]);
  return {
    ...card,
    account: maskAccount(accounts.household),
    members: members.map(({ personal, ...member }) => {
      const { 姓名: name, 证件号码: idNumber } = known.get(personal) ?? {};
      return {
        ...member,
        name: typeof name === "string" ? maskName(name) : null,
        idNumber: typeof idNumber === "string" ? maskEnd(idNumber) : null,
        account: maskAccount(accounts.byPerson.get(member.person)),
      };
    }),
  };
}

function maskAccount(of: Account | undefined): Account | null {
  if (of === undefined) return null;
  const { number, holder } = of;
  return { number: maskEnd(number), holder: holder === null ? null : maskName(holder) };
}

/** A name with all but its first and last character masked; of two the last is masked. */
export function maskName(name: string): string {
  const [first = "", ...rest] = Array.from(name);
  if (rest.length < 2) return `${rest.length === 0 ? "" : first}*`;
  return `${first}${"*".repeat(rest.length - 1)}${rest.at(-1) ?? ""}`;
}

/** A number with all but its last four characters masked; a short one is masked whole. */
export function maskEnd(number: string): string {
  const shown = number.length > 8 ? 4 : 0;
  return "*".repeat(number.length - shown) + number.slice(number.length - shown);
}

/** What a household received by year of 业务日期 and leg, in yuan with two decimals. */
export async function incomeByYear(
  { pool }: Readable,
  number: string,
  { position }: KnownAt,
): Promise<Record<string, Record<string, string>>> {
  const { rows } = await pool.query<{ year: string; leg: string; amount: string }>(
    `SELECT to_char(effective, 'YYYY') AS year, leg, sum(amount)::text AS amount
     FROM read.postings
     WHERE side = 'household' AND household = $1 AND asset = 'CNY' AND position <= $2
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [number, position],
  );
  const years: Record<string, Record<string, string>> = {};
  for (const { year, leg, amount } of rows) (years[year] ??= {})[leg] = amount;
  return years;
}
