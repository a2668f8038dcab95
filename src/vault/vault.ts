import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Pool } from "pg";
import type { JsonObject } from "../encoding/canonical.ts";
import { canonical } from "../encoding/canonical.ts";
import type { Statement } from "../database/pool.ts";
import type { VaultKeys } from "./keys.ts";

/** An item of the vault, named by its content, so that writing it again changes nothing. */
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
   * `write` as a statement that another transaction of the same database can carry, for at most
   * {@link statementItemsMax} items.
   */
  statement(items: readonly VaultItem[]): Promise<Statement>;
  /** Decrypts items; unknown ones are absent. */
  read(items: readonly string[]): Promise<Map<string, Record<string, unknown>>>;
}

/** The most items of one statement: all of a long list are more than one can carry. */
export const statementItemsMax = 5_000;

/** The vault in PostgreSQL: AES-256-GCM, a key a household, each wrapped by the master key. */
export function openVault(pool: Pool, keys: VaultKeys): Vault {
  const own = new HouseholdKeys(pool, keys.wrapping);
  return {
    name: (household, content) => {
      const named: JsonObject = { content, household };
      return { item: mac(keys.items, canonical(named)), household, content };
    },
    fingerprint: (content) => mac(keys.fingerprints, canonical(content)),
    write: async (items) => {
      for (let at = 0; at < items.length; at += statementItemsMax) {
        const some = items.slice(at, at + statementItemsMax);
        await pool.query(await statementFor(keys.ledger, own, some));
      }
    },
    statement: (items) => statementFor(keys.ledger, own, items),
    read: (items) => readItems(pool, keys.ledger, own, items),
  };
}

function mac(key: Buffer, text: string): string {
  const digest = createHmac("sha256", key).update(text).digest();
  return digest.subarray(0, 16).toString("base64url");
}

/** Items encrypted in one turn of the event loop. */
const turnItems = 100;

async function statementFor(
  ledgerKey: Buffer,
  householdKeys: HouseholdKeys,
  items: readonly VaultItem[],
): Promise<Statement> {
  const households = items.flatMap(({ household }) => (household === undefined ? [] : [household]));
  const own = await householdKeys.openOrMake(new Set(households));
  const sealed: Buffer[] = [];
  for (const { item, household, content } of items) {
    // Between two turns, rows of the batch before go on to the server.
    if (sealed.length % turnItems === turnItems - 1) await setImmediate();
    const key = household === undefined ? ledgerKey : own.get(household);
    if (key === undefined) throw new Error("a household key was not opened");
    sealed.push(encrypt(key, item, canonical(content)));
  }
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

const openedMax = 20_000;
/**
 * With at most this many keys missing, as for single commands, keys are read ahead: `readAhead` for
 * each. Without it most groups of single commands wait for a key: over HTTP they are a quarter
 * slower (decision 11).
 */
const fewMissing = 16;
const readAhead = 100;
/** The most keys read ahead that nobody has asked for yet; beyond it none are read ahead. */
const aheadMax = 20_000;

/**
 * The keys of households, one for each, wrapped by the master key. Keys that were asked for are
 * kept unwrapped; those read ahead are kept wrapped until they are asked for.
 */
class HouseholdKeys {
  private readonly ahead = new Map<string, Buffer>();
  private readonly opened = new Map<string, Buffer>();
  private readonly pool: Pool;
  private readonly wrapping: Buffer;

  constructor(pool: Pool, wrapping: Buffer) {
    this.pool = pool;
    this.wrapping = wrapping;
  }

  /** The keys of the households that have one. */
  async open(households: ReadonlySet<string>): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const missing = this.collect(households, found);
    if (missing.length > 0) await this.fetch(missing, 1, found);
    return found;
  }

  /** The keys of all; made for households that have none. */
  async openOrMake(households: ReadonlySet<string>): Promise<Map<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const missing = this.collect(households, found);
    if (missing.length === 0) return found;
    // Neighbouring households are usually asked for soon: a query for each would delay every
    // append.
    const fits = this.ahead.size + missing.length * readAhead <= aheadMax;
    const each = missing.length <= fewMissing && fits ? readAhead : 1;
    const fresh = await this.fetch(missing, each, found);
    if (fresh.length === 0) return found;
    const wrapped = fresh.map((household) => encrypt(this.wrapping, household, randomBytes(32)));
    await this.pool.query(
      `INSERT INTO vault_keys (household, wrapped)
       SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT (household) DO NOTHING`,
      [fresh, wrapped],
    );
    // Another process may have made a key first: the one in the database counts.
    await this.fetch(fresh, 1, found);
    return found;
  }

  /** Adds the keys in memory to `found`; returns the households whose keys are not. */
  private collect(households: Iterable<string>, found: Map<string, Buffer>): string[] {
    const missing: string[] = [];
    for (const household of households) {
      const key = this.opened.get(household) ?? this.unwrap(household);
      if (key === undefined) missing.push(household);
      else found.set(household, key);
    }
    return missing;
  }

  private unwrap(household: string): Buffer | undefined {
    const wrapped = this.ahead.get(household);
    if (wrapped === undefined) return undefined;
    const key = decrypt(this.wrapping, household, wrapped);
    this.ahead.delete(household);
    this.opened.set(household, key);
    return key;
  }

  /**
   * Fetches, for each of these, `each` keys from its own on in the order of households. Adds theirs
   * to `found`; returns the households that have none.
   */
  private async fetch(
    households: readonly string[],
    each: number,
    found: Map<string, Buffer>,
  ): Promise<string[]> {
    if (this.opened.size > openedMax) this.opened.clear();
    const { rows } = await this.pool.query<{ household: string; wrapped: Buffer }>({
      name: "vault-keys",
      text: `SELECT k.household, k.wrapped FROM unnest($1::text[]) AS wanted (household),
        LATERAL (SELECT household, wrapped FROM vault_keys
          WHERE household >= wanted.household ORDER BY household LIMIT $2) AS k`,
      values: [households, each],
    });
    for (const { household, wrapped } of rows) {
      if (!this.opened.has(household)) this.ahead.set(household, wrapped);
    }
    return this.collect(households, found);
  }
}

async function readItems(
  pool: Pool,
  ledgerKey: Buffer,
  householdKeys: HouseholdKeys,
  items: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  const found = new Map<string, Record<string, unknown>>();
  if (items.length === 0) return found;
  const { rows } = await pool.query<{ item: string; household: string | null; sealed: Buffer }>(
    "SELECT item, household, sealed FROM vault_items WHERE item = ANY($1::text[])",
    [items],
  );
  const households = rows.flatMap(({ household }) => (household === null ? [] : [household]));
  const own = await householdKeys.open(new Set(households));
  for (const { item, household, sealed } of rows) {
    const key = household === null ? ledgerKey : own.get(household);
    if (key === undefined) continue;
    const content = decrypt(key, item, sealed).toString("utf8");
    found.set(item, JSON.parse(content) as Record<string, unknown>);
  }
  return found;
}

const nonceBytes = 12;
let nonces = Buffer.alloc(0);

/** Drawn many at a time: a draw costs more than what it draws. */
function nextNonce(): Buffer {
  if (nonces.length === 0) nonces = randomBytes(1_000 * nonceBytes);
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
