import { z } from "zod";

/** Money in yuan, zero or more, canonical: digits, a point, two decimals (`"385.20"`). */
export const money = z.string().regex(/^(0|[1-9]\d{0,14})\.\d{2}$/);
/**
 * A quantity, price or number of shares, zero or more, canonical: no trailing zeros, at most 4
 * decimals.
 */
export const decimal4 = z.string().regex(/^(0|[1-9]\d{0,14})(\.\d{0,3}[1-9])?$/);
/** A number of shares with exactly four decimals. */
export const shares = z.string().regex(/^(0|[1-9]\d*)\.\d{4}$/);
/** A ratio or rate above 0 and at most 1, canonical, at most 6 decimals. */
export const ratio = z.string().regex(/^(1|0\.\d{0,5}[1-9])$/);
/** A day of the calendar in Asia/Shanghai, YYYY-MM-DD. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** A SHA-256 in hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** An identifier as the bureau gave it: any text that is not empty. */
export const identifier = z.string().min(1);
/** Name of an item of the vault of personal data; the event itself never holds its content. */
export const vaultItem = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/**
 * HMAC-SHA256 under the ledger's own key, first 16 bytes, base64url: equal content has the same
 * one.
 */
export const fingerprint = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/**
 * Free text of a row (备注, columns its type does not need, unknown columns), which lies in the
 * vault. The fingerprint covers what belongs to the row's content, so not unknown columns; it is
 * absent where there is no such text.
 */
export const freeText = z.object({ item: vaultItem, fingerprint: fingerprint.optional() }).strict();

/** One line of a divided pool as its first version was: households alone held shares. */
export const firstDividendLine = z
  .object({ household: identifier, shares, amount: money })
  .strict();

/** One line of a divided pool: of a household, or of an organisation that holds shares. */
export const dividendLine = z
  .object({
    household: identifier.optional(),
    shareholder: identifier.optional(),
    shares,
    amount: money,
  })
  .strict();

/**
 * A list may be longer than one event can carry (1 MiB in EventStoreDB). Its first lines are then
 * recorded in `earlier` events of the type that `parts` names, directly before it in the same
 * stream and with the same `list`. The closing event carries the last lines, and count, sum and
 * hash of all. Without a closing event the parts mean nothing.
 */
export const listClosing = listClosingOf(dividendLine);
/** The same of the first version of a line. */
export const firstListClosing = listClosingOf(firstDividendLine);

/** What an event says of a list whose lines it closes. */
export function listClosingOf<L extends z.ZodType>(line: L) {
  return {
    list: identifier,
    earlier: z.int().min(0),
    lines: z.array(line),
    count: z.int().min(1),
    sum: money,
    /** SHA-256, hex, over the canonical encoding of all lines in order. */
    linesHash: sha256,
  };
}

/**
 * Whom an event concerns and the sentence for each: household and sentence, in Chinese. A household
 * stands there once.
 */
export type Told = readonly (readonly [household: string, sentence: string])[];

/**
 * What an event tells of a whole list: it concerns every household that has a line there and no
 * sentence of its own. Nothing in it is of one household or person.
 */
export interface ListTold {
  readonly plan: string;
  /** Undefined for the list that stands before the event, where one does. */
  readonly version: number | undefined;
  readonly sentence: string;
}

/** The event concerns no household. */
export const nobody = (): Told => [];

/** Whose account a posting belongs to, see `projections/postings.ts`. */
export type Side =
  | "household"
  | "organisation"
  | "capital"
  | "register"
  | "entity"
  | "due"
  | "settled"
  | "owed"
  | "transit"
  | "sent"
  | "outside"
  | "fund"
  | "project"
  | "grantee";

/**
 * Adds one posting of an event. `amount` is a canonical decimal, with a minus where money leaves.
 */
export type Post = (
  side: Side,
  household: string | null,
  organisation: string | null,
  leg: string,
  asset: string,
  amount: string,
  /** YYYY-MM-DD, where it is not that of the event. */
  day?: string,
  /** What money it is. */
  of?: PostedOf,
) => void;

/**
 * The fund that money of the programme comes from, and the project that it is for; the contract
 * that a household is paid under.
 */
export interface PostedOf {
  readonly fund?: string | undefined;
  readonly project?: string | undefined;
  readonly contract?: string | undefined;
}

/** A posting as an event keeps it that takes another event back. */
export const storedPosting = z
  .object({
    side: identifier,
    household: identifier.optional(),
    organisation: identifier.optional(),
    leg: identifier,
    asset: identifier,
    /** With a minus where money leaves. */
    amount: z.string(),
    fund: identifier.optional(),
    project: identifier.optional(),
  })
  .strict();

/** The event moves no money and no shares. */
export const nothing = (): void => undefined;

/** The asset of money. */
export const yuan = "CNY";

/** A canonical decimal with its sign turned. */
export function turned(amount: string): string {
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

/** An older version of an event: its schema, frozen, and how its data become those of the next. */
export interface EarlierVersion {
  readonly data: z.ZodType;
  lift(data: never): unknown;
}

/** A lift that changes nothing: what the earlier version allows, the next allows too. */
export const asItIs = (data: unknown): unknown => data;

/** The declaration of one type of event. */
export interface EventDeclaration<S extends z.ZodType, Key extends string> {
  readonly category: string;
  /** The space of keys it is recorded under: the word before the colon. */
  readonly key: Key;
  readonly summary: string;
  /** Released versions before the latest, oldest first; none is ever changed or removed. */
  readonly earlier?: readonly EarlierVersion[];
  /** The latest version. */
  readonly data: S;
  /** Every household that it concerns, each with a sentence. */
  tells(data: z.output<S>): Told;
  /** What it tells of a whole list, where it is a step of one. */
  tellsList?(data: z.output<S>): ListTold | undefined;
  /** Its postings, which sum to zero in each asset. */
  posts(data: z.output<S>, post: Post): void;
  /** The member that holds the number by which people know it, where there is one. */
  readonly reference?: keyof z.output<S> & string;
  /** The type of the events that hold the first lines of a long list. */
  readonly parts?: string;
  /**
   * How many postings each line has, where the lines of one household stand together: such a list
   * may be projected some lines at a time.
   */
  readonly postingsPerLine?: number;
}

/** One type of event: its declaration, and its schemas by version, oldest first. */
export interface EventType<Latest extends z.ZodType = z.ZodType, Key extends string = string>
  extends EventDeclaration<Latest, Key> {
  readonly versions: readonly z.ZodType[];
}

/** Declares a type of event. */
export function event<S extends z.ZodType, const Key extends string>(
  declared: EventDeclaration<S, Key>,
): EventType<S, Key> {
  const earlier = (declared.earlier ?? []).map(({ data }) => data);
  return { ...declared, versions: [...earlier, declared.data] };
}
