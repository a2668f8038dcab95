import type { Pool } from "pg";
import { z } from "zod";
import { amount, ends } from "./answer.ts";
import type { KnownAt, ReadableWithVault } from "./as-of.ts";
import { Unknown } from "./as-of.ts";
import { question } from "./define.ts";
import type { Vault } from "../vault/vault.ts";
import { plan } from "./parameters.ts";
import { textsIn } from "./payees.ts";
import { planAt } from "./plans.ts";

const hash = z.string().describe("SHA-256 in hex");

const leaf = {
  amount,
  commit: hash,
  line: z.number(),
  shown: z.string().describe("the name, masked"),
  village: z.string(),
};

const opening = {
  account: z.string(),
  holder: z.string(),
  household: z.string().describe("户编号 or 主体编号"),
  name: z.string(),
  person: z.string(),
  salt: z.string(),
  status: z.string(),
};

const manifest = {
  plan: z.string(),
  version: z.number(),
  count: z.number(),
  sum: amount,
  root: hash.describe("Merkle tree hash of the leaves, RFC 6962"),
  hash: hash.describe("清单哈希"),
};

const parameters = {
  plan,
  version: {
    schema: z
      .string()
      .regex(/^[1-9]\d{0,5}$/)
      .transform(Number)
      .optional()
      .describe("a version of the list; otherwise the one that stands"),
    words: { flags: "--version <n>", means: "a version; otherwise the list that stands" },
  },
};

/** The copy of a list that anybody may see: its leaves. */
export const publicListQuestion = question({
  name: "publicList",
  summary: "The public copy of a list",
  description: "The leaves of the list's hash: masked names, and nothing that opens them.",
  about: "county",
  right: "sums",
  path: "/v1/plans/:plan/list/public",
  parameters,
  answer: z.object({ ...manifest, lines: z.array(z.object(leaf)), ...ends }).meta({
    id: "PublicList",
  }),
  ask: (ledger, told, knownAt) => publicList(ledger.pool, told, knownAt),
});

/** The copy of a list with what its leaves commit to. */
export const fullListQuestion = question({
  name: "fullList",
  summary: "The full copy of a list",
  description: "Its leaves with what each commits to: names, accounts and salts.",
  about: "county",
  right: "unmasked",
  path: "/v1/plans/:plan/list/full",
  parameters,
  answer: z
    .object({ ...manifest, lines: z.array(z.object({ ...leaf, ...opening })), ...ends })
    .meta({ id: "FullList" }),
  ask: (ledger, told, knownAt) => fullList(ledger, told, knownAt),
});

interface ListAsked {
  readonly plan: string;
  readonly version?: number | undefined;
}

type Manifest = z.output<z.ZodObject<typeof manifest>>;
type Leaf = z.output<z.ZodObject<typeof leaf>>;
type FullLine = Leaf & z.output<z.ZodObject<typeof opening>>;

/** A list whose lines are read page by page, in their order: one of any length in flat memory. */
export type PagedList = Manifest & {
  pages(): AsyncIterable<readonly Leaf[]>;
  /** The lines of all pages, one by one. */
  lines(): AsyncIterable<Leaf>;
};

/** A copy of a list. Throws `Unknown` for a plan, or a list of it, that is not there. */
export async function pagedList(
  from: Pick<ReadableWithVault, "pool" | "vault">,
  copy: "public" | "full",
  asked: ListAsked,
  knownAt: KnownAt,
): Promise<PagedList> {
  const found = await manifestOf(from.pool, asked, knownAt);
  const pages = () => (copy === "full" ? fullPages(from, found) : leaves(from.pool, found));
  return {
    ...found,
    pages,
    async *lines() {
      for await (const page of pages()) yield* page;
    },
  };
}

async function* leaves(pool: Pool, found: Manifest): AsyncGenerator<Leaf[]> {
  for await (const rows of pagesOf(pool, found)) yield rows.map(leafOf);
}

async function* fullPages(
  { pool, vault }: Pick<ReadableWithVault, "pool" | "vault">,
  found: Manifest,
): AsyncGenerator<FullLine[]> {
  for await (const rows of pagesOf(pool, found)) yield fullLines(vault, rows);
}

/** The public copy of a list. Throws `Unknown` for a plan, or a list of it, that is not there. */
export async function publicList(
  pool: Pool,
  asked: ListAsked,
  knownAt: KnownAt,
): Promise<Manifest & { lines: Leaf[] }> {
  const found = await manifestOf(pool, asked, knownAt);
  const lines: Leaf[] = [];
  for await (const page of leaves(pool, found)) lines.push(...page);
  return { ...found, lines };
}

/** The full copy, likewise. */
export async function fullList(
  from: Pick<ReadableWithVault, "pool" | "vault">,
  asked: ListAsked,
  knownAt: KnownAt,
): Promise<Manifest & { lines: FullLine[] }> {
  const found = await manifestOf(from.pool, asked, knownAt);
  const lines: FullLine[] = [];
  for await (const page of fullPages(from, found)) lines.push(...page);
  return { ...found, lines };
}

const sealedTexts = ["account", "holder", "name", "salt", "status"] as const;

async function fullLines(vault: Vault, rows: readonly LineRow[]): Promise<FullLine[]> {
  const items = await vault.read(rows.map(({ sealed }) => sealed));
  return rows.map((row) => {
    const { household, organisation, person, sealed } = row;
    const { account, holder, name, salt, status } = textsIn(items.get(sealed), ...sealedTexts);
    return {
      ...leafOf(row),
      account,
      holder,
      household: household ?? organisation ?? "",
      name,
      person: person ?? "",
      salt,
      status,
    };
  });
}

async function manifestOf(
  pool: Pool,
  { plan: number, version }: ListAsked,
  { position }: KnownAt,
): Promise<Manifest> {
  const { state } = await planAt(pool, number, position);
  const wanted = version ?? state.list?.version;
  const { rows } = await pool.query<Manifest>(
    `SELECT plan, version, count, sum::text AS sum, root, hash FROM read.lists
     WHERE plan = $1 AND version = $2 AND position <= $3`,
    [number, wanted ?? null, position],
  );
  const [found] = rows;
  if (found !== undefined) return found;
  const which = version === undefined ? "no list stands" : `there is no version ${version}`;
  throw new Unknown("ListMissing", `${which} of this plan's list`);
}

interface LineRow extends Leaf {
  readonly household: string | null;
  readonly organisation: string | null;
  readonly person: string | null;
  readonly sealed: string;
}

const pageLines = 2_000;

/** The lines of a list in their order, page by page. */
async function* pagesOf(
  pool: Pool,
  { plan: number, version, count }: Pick<Manifest, "plan" | "version" | "count">,
): AsyncGenerator<LineRow[]> {
  for (let after = 0; after < count; after += pageLines) {
    const { rows } = await pool.query<LineRow>({
      name: "list-lines",
      text: `SELECT line, amount::text AS amount, commit, shown, village, household, organisation,
          person, sealed
        FROM read.list_lines
        WHERE plan = $1 AND version = $2 AND line > $3 AND line <= $3 + $4 ORDER BY line`,
      values: [number, version, after, pageLines],
    });
    yield rows;
  }
}

function leafOf({ amount: of, commit, line, shown, village }: LineRow): Leaf {
  return { amount: of, commit, line, shown, village };
}
