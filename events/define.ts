import { z } from "zod";

/**
 * Money in yuan, canonical: digits, a point, two decimals (`"385.20"`); also below zero for lines.
 */
export const money = z.string().regex(/^(0|[1-9]\d{0,14})\.\d{2}$/);
/** A quantity, price or number of shares above zero, canonical: no trailing zeros, ≤ 4 decimals. */
export const decimal4 = z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{0,3}[1-9])?$/);
/** A number of shares with exactly four decimals. */
export const shares = z.string().regex(/^(0|[1-9]\d*)\.\d{4}$/);
/** A day of the calendar in Asia/Shanghai, YYYY-MM-DD. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** An identifier as the bureau gave it: any text that is not empty. */
export const identifier = z.string().min(1);
/** Name of an item of the vault of personal data; the event itself never holds its content. */
export const vaultItem = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/** HMAC-SHA256 under the ledger's own key, first 16 bytes, base64url: tells equal from unequal. */
export const fingerprint = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/**
 * Free text of a row (备注, columns its type does not need, unknown columns): it lies in the vault.
 * The fingerprint covers what makes the row's content (not unknown columns); absent where that is
 * nothing.
 */
export const freeText = z.object({ item: vaultItem, fingerprint: fingerprint.optional() }).strict();

/** One line of a divided pool. */
export const dividendLine = z.object({ household: identifier, shares, amount: money }).strict();

/**
 * A list may be longer than one event can carry (1 MiB in EventStoreDB). Its first lines then stand
 * in `earlier` events directly before in the same stream that carry the same `list`; the closing
 * event carries the last lines and count, sum and hash of all. Without the closing event they mean
 * nothing.
 */
export const listClosing = {
  list: identifier,
  earlier: z.int().min(0),
  lines: z.array(dividendLine),
  count: z.int().min(1),
  sum: money,
  /** SHA-256, hex, over the canonical encoding of all lines in order. */
  linesHash: z.string().regex(/^[0-9a-f]{64}$/),
};

/** One type of event: its schemas by version, oldest first, and how an old one is lifted. */
export interface EventType<Latest extends z.ZodType = z.ZodType> {
  readonly category: string;
  readonly summary: string;
  readonly versions: readonly z.ZodType[];
  readonly latest: Latest;
  /** `upcasters[n]` lifts the data of version n + 1 to version n + 2. */
  readonly upcasters: readonly ((data: never) => unknown)[];
}

/** Declares a type of event that has had one version so far. */
export function firstVersion<S extends z.ZodType>(
  category: string,
  summary: string,
  schema: S,
): EventType<S> {
  return { category, summary, versions: [schema], latest: schema, upcasters: [] };
}
