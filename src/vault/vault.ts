import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Pool } from "pg";
import type { JsonObject } from "../../events/canonical.ts";
import { canonical } from "../../events/canonical.ts";
import type { Statement } from "../database/pool.ts";
import type { VaultKeys } from "./keys.ts";

/** Something for the vault, named by its content, so that writing it again changes nothing. */
export interface VaultItem {
  readonly item: string;
  /** Whose key encrypts it; undefined: the ledger's own. */
  readonly household: string | undefined;
  readonly content: JsonObject;
}

/** The store of personal data: written before its event, never rebuilt, encrypted by household. */
export interface Vault {
  /** Names an item by its content (HMAC-SHA256); writes nothing yet. */
  name(household: string | undefined, content: JsonObject): VaultItem;
  /** HMAC-SHA256 of content under the ledger's key, 16 bytes, base64url. */
  fingerprint(content: JsonObject): string;
  /** Encrypts and stores items; those that are there already stay as they are. */
  write(items: readonly VaultItem[]): Promise<void>;
  /**
   * What `write` does, as a statement that another transaction of the same database can take along.
   */
  statement(items: readonly VaultItem[]): Promise<Statement>;
  /** Decrypts items; unknown ones are absent. */
  read(items: readonly string[]): Promise<Map<string, Record<string, unknown>>>;
}

const householdKeysMax = 20_000;

/** The vault in PostgreSQL: AES-256-GCM, a key a household, each wrapped by the master key. */
export function openVault(pool: Pool, keys: VaultKeys): Vault {
  const opened = new Map<string, Buffer>();
  return {
    name: (household, content) => {
      const named: JsonObject = { household, content };
      return { item: mac(keys.items, canonical(named)), household, content };
    },
    fingerprint: remembering((text) => mac(keys.fingerprints, text)),
    write: async (items) => {
      if (items.length > 0) await pool.query(await statementFor(pool, keys, opened, items));
    },
    statement: (items) => statementFor(pool, keys, opened, items),
    read: (items) => readItems(pool, keys, opened, items),
  };
}

const fingerprintsMax = 2_000;
const fingerprintLengthMax = 100;

/** The same few notes stand in thousands of rows. */
function remembering(fingerprint: (text: string) => string): Vault["fingerprint"] {
  const made = new Map<string, string>();
  return (content) => {
    const text = canonical(content);
    let found = made.get(text);
    if (found !== undefined) return found;
    found = fingerprint(text);
    if (text.length > fingerprintLengthMax) return found;
    if (made.size >= fingerprintsMax) made.clear();
    made.set(text, found);
    return found;
  };
}

function mac(key: Buffer, text: string): string {
  const digest = createHmac("sha256", key).update(text).digest();
  return digest.subarray(0, 16).toString("base64url");
}

async function statementFor(
  pool: Pool,
  keys: VaultKeys,
  opened: Map<string, Buffer>,
  items: readonly VaultItem[],
): Promise<Statement> {
  const households = items.flatMap(({ household }) => (household === undefined ? [] : [household]));
  const own = await openHouseholdKeys(pool, keys, opened, new Set(households), true);
  const sealed = items.map(({ item, household, content }) => {
    const key = household === undefined ? keys.ledger : own.get(household);
    if (key === undefined) throw new Error("a household key was not opened");
    return encrypt(key, item, canonical(content));
  });
  return {
    text: insertItems,
    values: [
      items.map(({ item }) => item),
      items.map(({ household }) => household ?? null),
      sealed,
    ],
  };
}

const insertItems = `
  INSERT INTO vault_items (item, household, sealed)
  SELECT DISTINCT ON (item) * FROM unnest($1::text[], $2::text[], $3::bytea[])
    AS i (item, household, sealed)
  -- what lay there unused is in use again: it must not be swept
  ON CONFLICT (item) DO UPDATE SET created_at = now()`;

/**
 * The keys of these households, making new ones where allowed. They are remembered in `opened`,
 * which another call may empty at any time, so that what is answered is a map of its own.
 */
async function openHouseholdKeys(
  pool: Pool,
  keys: VaultKeys,
  opened: Map<string, Buffer>,
  households: ReadonlySet<string>,
  mayCreate: boolean,
): Promise<Map<string, Buffer>> {
  if (opened.size > householdKeysMax) opened.clear();
  const found = new Map<string, Buffer>();
  for (const household of households) {
    const key = opened.get(household);
    if (key !== undefined) found.set(household, key);
  }
  const fetchMissing = async (): Promise<string[]> => {
    const missing = [...households].filter((household) => !found.has(household));
    if (missing.length === 0) return missing;
    const { rows } = await pool.query<{ household: string; wrapped: Buffer }>({
      name: "vault-keys",
      text: "SELECT household, wrapped FROM vault_keys WHERE household = ANY($1::text[])",
      values: [missing],
    });
    for (const { household, wrapped } of rows) {
      const key = decrypt(keys.wrapping, household, wrapped);
      opened.set(household, key);
      found.set(household, key);
    }
    return missing.filter((household) => !found.has(household));
  };
  const fresh = await fetchMissing();
  if (fresh.length === 0 || !mayCreate) return found;
  const wrapped = fresh.map((household) => encrypt(keys.wrapping, household, randomBytes(32)));
  await pool.query(
    `INSERT INTO vault_keys (household, wrapped)
     SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT (household) DO NOTHING`,
    [fresh, wrapped],
  );
  // Another process may have been first: what lies there counts.
  await fetchMissing();
  return found;
}

async function readItems(
  pool: Pool,
  keys: VaultKeys,
  opened: Map<string, Buffer>,
  items: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  const found = new Map<string, Record<string, unknown>>();
  if (items.length === 0) return found;
  const { rows } = await pool.query<{ item: string; household: string | null; sealed: Buffer }>(
    "SELECT item, household, sealed FROM vault_items WHERE item = ANY($1::text[])",
    [items],
  );
  const households = rows.flatMap(({ household }) => (household === null ? [] : [household]));
  const own = await openHouseholdKeys(pool, keys, opened, new Set(households), false);
  for (const { item, household, sealed } of rows) {
    const key = household === null ? keys.ledger : own.get(household);
    if (key === undefined) continue;
    const content = decrypt(key, item, sealed).toString("utf8");
    found.set(item, JSON.parse(content) as Record<string, unknown>);
  }
  return found;
}

const nonceBytes = 12;
let nonces = Buffer.alloc(0);

/** Random bytes come many at a time: asking for them costs more than they do. */
function nextNonce(): Buffer {
  if (nonces.length === 0) nonces = randomBytes(256 * nonceBytes);
  const nonce = nonces.subarray(0, nonceBytes);
  nonces = nonces.subarray(nonceBytes);
  return nonce;
}

/** AES-256-GCM with a random nonce: 12 bytes nonce, 16 bytes tag, then the text. */
export function encrypt(key: Buffer, boundTo: string, text: string | Buffer): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(boundTo));
  const body = Buffer.concat([
    typeof text === "string" ? cipher.update(text, "utf8") : cipher.update(text),
    cipher.final(),
  ]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Undoes `encrypt`; throws when key or binding are not the ones it was encrypted under. */
export function decrypt(key: Buffer, boundTo: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, 12));
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
}
