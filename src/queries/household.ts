import { z } from "zod";
import { uncountedLegNames } from "../../events/legs.ts";
import type { Account, AccountMember } from "./accounts.ts";
import { accountsOf } from "./accounts.ts";
import type { PageAsked } from "./answer.ts";
import { amount, ends, pageOf, text } from "./answer.ts";
import type { KnownAt, Readable, ReadableWithVault } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import { question } from "./define.ts";
import { household, limitMax, pageById } from "./parameters.ts";

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
    "number. Members come by number: ask again with `after` set to `next` until that is null.",
  about: "household",
  right: "masked",
  path: "/v1/households/:household",
  parameters: { household, ...pageById },
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
      next: text.describe("a person: give it as `after` for more members; null after the last"),
      ...ends,
    })
    .meta({ id: "Household" }),
  ask: async (ledger, told, knownAt) => {
    const card = await householdCard(ledger, told.household, knownAt, told);
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
  /** Those whose last known household it is, by number: a page of them. */
  readonly members: readonly Member[];
  /** The last of them, where there are more. */
  readonly next: string | null;
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
  asked: PageAsked = { after: "", limit: limitMax },
): Promise<HouseholdCard> {
  const { position } = knownAt;
  const { rows } = await pool.query<Omit<HouseholdCard, "account" | "members" | "next">>(
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
  const payees = await payeesOf({ pool }, number, knownAt);
  const { items: members, next } = await pageOf<Member>(
    asked,
    ({ person }) => person,
    (after, max) => membersOf({ pool, vault }, number, knownAt, { after, max }),
  );
  const accounts = await accountsOf({ pool, vault }, number, payees, knownAt);
  return { ...card, account: maskAccount(accounts.household), members, next };
}

/** Those whose last known household it is: `$1` as known at `$2`. */
const currentMembers = `SELECT person, relation, skill, personal FROM (
    SELECT DISTINCT ON (person) person, household, relation, skill, personal
    FROM read.members
    WHERE position <= $2 AND person IN (
      SELECT person FROM read.members WHERE household = $1 AND position <= $2)
    ORDER BY person, position DESC) AS latest
  WHERE household = $1`;

/** Members by number, at most so many after one. */
async function membersOf(
  { pool, vault }: Pick<ReadableWithVault, "pool" | "vault">,
  number: string,
  knownAt: KnownAt,
  { after, max }: { readonly after: string; readonly max: number },
): Promise<Member[]> {
  const { rows: members } = await pool.query<MemberRow>(
    `${currentMembers} AND person > $3 ORDER BY person LIMIT $4`,
    [number, knownAt.position, after, max],
  );
  const [known, accounts] = await Promise.all([
    vault.read(members.map(({ personal }) => personal)),
    accountsOf({ pool, vault }, number, members, knownAt),
  ]);
  return members.map(({ personal, ...member }) => {
    const { 姓名: name, 证件号码: idNumber } = known.get(personal) ?? {};
    return {
      ...member,
      name: typeof name === "string" ? maskName(name) : null,
      idNumber: typeof idNumber === "string" ? maskEnd(idNumber) : null,
      account: maskAccount(accounts.byPerson.get(member.person)),
    };
  });
}

/**
 * The members whose account may be the household's: its head or the first by number, and whose an
 * early version recorded as the household's last. They are told apart by `accountsOf`.
 */
async function payeesOf(
  { pool }: Pick<Readable, "pool">,
  number: string,
  { position }: KnownAt,
): Promise<AccountMember[]> {
  const { rows } = await pool.query<AccountMember>(
    `WITH current AS (${currentMembers})
     (SELECT person, relation FROM current
      ORDER BY (relation IS NOT DISTINCT FROM '户主') DESC, person LIMIT 1)
     UNION ALL
     (SELECT c.person, c.relation FROM current c
      JOIN read.members m ON m.person = c.person
      JOIN read.payee_accounts p ON p.household = m.household
        AND p.position > m.position AND p.position <= $2
      WHERE p.household = $1 AND NOT EXISTS (
        SELECT 1 FROM read.members later WHERE later.household = m.household
          AND later.position > m.position AND later.position < p.position)
      ORDER BY p.position DESC LIMIT 1)`,
    [number, position],
  );
  return rows;
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
       AND leg <> ALL ($3)
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [number, position, uncountedLegNames],
  );
  const years: Record<string, Record<string, string>> = {};
  for (const { year, leg, amount } of rows) (years[year] ??= {})[leg] = amount;
  return years;
}
