import type { Pool } from "pg";
import type { Vault } from "../vault/vault.ts";
import { accountsOf, filledIn } from "./accounts.ts";
import type { AccountCells } from "./accounts.ts";

/** Who is asked about: a household, and the person whose own account counts where one is named. */
export interface PayeeAsked {
  readonly household?: string | null;
  readonly organisation?: string | null;
  readonly person?: string | null;
}

/** To whom, and where, a line is paid, as recorded; "" where nothing is. */
export interface Payee {
  readonly name: string;
  readonly account: string;
  /** 开户名, where empty the name. */
  readonly holder: string;
  readonly village: string;
  readonly status: string;
}

interface HouseholdRow {
  readonly township: string | null;
  readonly village: string | null;
  readonly status: string | null;
  readonly person: string | null;
  readonly relation: string | null;
  readonly personal: string | null;
  readonly items: readonly string[] | null;
}

interface OrganisationRow {
  readonly name: string | null;
  readonly division: string | null;
  readonly free: string | null;
}

/** Asked about at once. */
const chunkMax = 2_000;

/** The payees of many, in the order in which they are asked about, as known at a position. */
export async function payeesFor(
  from: { readonly pool: Pool; readonly vault: Vault },
  asked: readonly PayeeAsked[],
  position: bigint,
): Promise<Payee[]> {
  const found: Payee[] = [];
  for (let at = 0; at < asked.length; at += chunkMax) {
    found.push(...(await payeesOfChunk(from, asked.slice(at, at + chunkMax), position)));
  }
  return found;
}

async function payeesOfChunk(
  { pool, vault }: { readonly pool: Pool; readonly vault: Vault },
  asked: readonly PayeeAsked[],
  position: bigint,
): Promise<Payee[]> {
  const households = asked.filter(({ household }) => household != null);
  const organisations = asked.flatMap(({ organisation }) => organisation ?? []);
  const own = await ofHouseholds(pool, households, position);
  const others = await ofOrganisations(pool, organisations, position);
  const items = [
    ...own.flatMap(({ personal, items: accounts }) => [personal ?? [], accounts ?? []].flat()),
    ...others.flatMap(({ free }) => free ?? []),
  ];
  const contents = await vault.read(items);
  const content = (item: string): Readonly<Record<string, unknown>> => contents.get(item) ?? {};
  const early = await hasEarlyAccounts(pool);
  const [nextOwn, nextOther] = [own.values(), others.values()];
  const payees: Payee[] = [];
  for (const one of asked) {
    if (one.household == null) {
      payees.push(payeeOfOrganisation(taken(nextOther.next()), content));
      continue;
    }
    const row = taken(nextOwn.next());
    const payee = payeeOfHousehold(row, content);
    const isKnown = payee.account !== "" || !early || row.person === null;
    payees.push(isKnown ? payee : await withEarlyAccount(one, row, payee));
  }
  return payees;

  /** What a version has recorded that knew accounts of households alone. */
  async function withEarlyAccount(
    { household, person }: PayeeAsked,
    { person: head, relation }: HouseholdRow,
    payee: Payee,
  ): Promise<Payee> {
    if (household == null || head === null) return payee;
    const known = { position, at: null };
    const members = [{ person: head, relation }];
    const accounts = await accountsOf({ pool, vault }, household, members, known);
    const account = person == null ? accounts.household : accounts.byPerson.get(head);
    if (account === undefined) return payee;
    return { ...payee, account: account.number, holder: account.holder ?? payee.name };
  }
}

function taken<T>({ value, done }: IteratorResult<T>): T {
  if (done === true) throw new Error("there is a row for each that is asked about");
  return value;
}

async function ofHouseholds(
  pool: Pool,
  asked: readonly PayeeAsked[],
  position: bigint,
): Promise<readonly HouseholdRow[]> {
  if (asked.length === 0) return [];
  const { rows } = await pool.query<HouseholdRow>({
    name: "payees-of-households",
    text: `SELECT s.township, s.village, s.status, m.person, m.relation, m.personal, a.items
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (household, person, n)
      LEFT JOIN LATERAL (
        SELECT township, village, status FROM read.household_status
        WHERE household = asked.household AND position <= $3
        ORDER BY position DESC LIMIT 1) AS s ON true
      LEFT JOIN LATERAL (
        SELECT latest.* FROM (
          SELECT person FROM read.members
          WHERE asked.person IS NULL AND household = asked.household AND position <= $3
          UNION SELECT asked.person WHERE asked.person IS NOT NULL) AS ever
        CROSS JOIN LATERAL (
          SELECT person, household, relation, personal FROM read.members
          WHERE person = ever.person AND position <= $3
          ORDER BY position DESC LIMIT 1) AS latest
        WHERE latest.household = asked.household OR asked.person IS NOT NULL
        ORDER BY (latest.relation IS NOT DISTINCT FROM '户主') DESC, latest.person LIMIT 1
      ) AS m ON true
      LEFT JOIN LATERAL (
        SELECT array_agg(account ORDER BY position) AS items FROM read.member_accounts
        WHERE person = m.person AND position <= $3) AS a ON true
      ORDER BY asked.n`,
    values: [
      asked.map(({ household }) => household),
      asked.map(({ person }) => person ?? null),
      position,
    ],
  });
  return rows;
}

async function ofOrganisations(
  pool: Pool,
  asked: readonly string[],
  position: bigint,
): Promise<readonly OrganisationRow[]> {
  if (asked.length === 0) return [];
  const { rows } = await pool.query<OrganisationRow>({
    name: "payees-of-organisations",
    text: `SELECT o.name, o.division, o.free
      FROM unnest($1::text[]) WITH ORDINALITY AS asked (organisation, n)
      LEFT JOIN LATERAL (
        SELECT name, division, free FROM read.organisations
        WHERE organisation = asked.organisation AND position <= $2
        ORDER BY position DESC LIMIT 1) AS o ON true
      ORDER BY asked.n`,
    values: [asked, position],
  });
  return rows;
}

async function hasEarlyAccounts(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query("SELECT 1 FROM read.payee_accounts LIMIT 1");
  return rowCount === 1;
}

type ContentOf = (item: string) => Readonly<Record<string, unknown>>;

function payeeOfHousehold(
  { township, village, status, personal, items }: HouseholdRow,
  content: ContentOf,
): Payee {
  const name = textOf(personal === null ? undefined : content(personal)["姓名"]);
  let cells: AccountCells = {};
  for (const item of items ?? []) cells = filledIn(cells, content(item));
  return {
    name,
    account: cells.number ?? "",
    holder: cells.holder ?? name,
    village: `${township ?? ""}${village ?? ""}`,
    status: status ?? "",
  };
}

function payeeOfOrganisation({ name, division, free }: OrganisationRow, content: ContentOf): Payee {
  const { 银行账号: account, 开户名: holder } = free === null ? {} : content(free);
  const called = name ?? "";
  return {
    name: called,
    account: textOf(account),
    holder: textOf(holder) || called,
    village: division ?? "",
    status: "",
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The texts of a vault item by name, "" for each that it does not have. */
export function textsIn<const N extends string>(
  item: Readonly<Record<string, unknown>> | undefined,
  ...names: readonly N[]
): Record<N, string> {
  const texts = names.map((name) => [name, textOf(item?.[name])]);
  return Object.fromEntries(texts) as Record<N, string>;
}
