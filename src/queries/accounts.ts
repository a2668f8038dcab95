import type { KnownAt, ReadableWithVault } from "./as-of.ts";

/** An account as last recorded; personal data. */
export interface Account {
  readonly number: string;
  /** Null where the row that named the number named nobody. */
  readonly holder: string | null;
}

/** A member of a household, as far as that matters for whose account counts. */
export interface AccountMember {
  readonly person: string;
  /** 与户主关系 */
  readonly relation: string | null;
}

/** The accounts of a household's members, and the household's own: one of them. */
export interface HouseholdAccounts {
  readonly byPerson: ReadonlyMap<string, Account>;
  readonly household: Account | undefined;
}

interface ItemRow {
  readonly person: string;
  readonly item: string;
  /** Recorded as this household's, by a version that recorded accounts of households. */
  readonly ofHousehold: boolean;
}

/** 与户主关系 of the head of a household. */
const head = "户主";

/**
 * The accounts of the members of a household as known then; members are given in the order of their
 * numbers. The household's is that of its head, and without a head that of the first member. Where
 * an early version recorded an account of the household and none of the head – it left out those
 * that were the household's already – that one is the household's while its member is.
 */
export async function accountsOf(
  { pool, vault }: Pick<ReadableWithVault, "pool" | "vault">,
  household: string,
  members: readonly AccountMember[],
  { position }: KnownAt,
): Promise<HouseholdAccounts> {
  const { rows } = await pool.query<ItemRow>(
    `SELECT person, account AS item, position, false AS "ofHousehold" FROM read.member_accounts
     WHERE person = ANY($1) AND position <= $2
     UNION ALL
     SELECT m.person, p.account, p.position, p.household = $3 FROM read.members m
     JOIN read.payee_accounts p ON p.household = m.household
       AND p.position > m.position AND p.position <= $2
     -- the row that named it is that of the member recorded directly before it
     WHERE m.person = ANY($1) AND NOT EXISTS (
       SELECT 1 FROM read.members later WHERE later.household = m.household
         AND later.position > m.position AND later.position < p.position)
     ORDER BY position`,
    [members.map(({ person }) => person), position, household],
  );
  const items = await vault.read(rows.map(({ item }) => item));
  const cells = new Map<string, AccountCells>();
  for (const { person, item } of rows) {
    cells.set(person, filledIn(cells.get(person), items.get(item) ?? {}));
  }
  const byPerson = new Map<string, Account>();
  for (const [person, { number, holder }] of cells) {
    if (number !== undefined) byPerson.set(person, { number, holder: holder ?? null });
  }
  const first = members.find(({ relation }) => relation === head) ?? members[0];
  const early = rows.findLast(({ ofHousehold }) => ofHousehold);
  const own = byPerson.get(first?.person ?? "") ?? byPerson.get(early?.person ?? "");
  return { byPerson, household: own };
}

/** What is known of an account, cell by cell. */
export interface AccountCells {
  readonly number?: string | undefined;
  readonly holder?: string | undefined;
}

/** What is known with one row more: a row with a number says who holds it, too, or that nobody. */
export function filledIn(
  known: AccountCells = {},
  row: Readonly<Record<string, unknown>>,
): AccountCells {
  const holder = textOf(row["开户名"]);
  const number = textOf(row["银行账号"]);
  if (number !== undefined) return { number, holder };
  return { number: known.number, holder: holder ?? known.holder };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
