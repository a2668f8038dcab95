// Movements of shares other than 折股, as data: their columns, events, sentences and postings.
import { z } from "zod";
import type { EventType, Post, Told } from "./define.ts";
import { decimal4, event, freeText, identifier, money, shares, turned, yuan } from "./define.ts";
import { remark } from "./programme-row.ts";

/** What such a movement may say besides its number, day, period, voucher and notes. */
export const shareFields = {
  /** Who holds the shares, or gets them: a household or an organisation. */
  household: identifier,
  shareholder: identifier,
  /** The entity whose shares they are. */
  organisation: identifier,
  contract: identifier,
  register: identifier,
  asset: identifier,
  shares,
  amount: money,
  /** 资本类型 */
  capital: z.string(),
  /** Who gets them from the holder. */
  toHousehold: identifier,
  toShareholder: identifier,
  loan: identifier,
  /** SHA-256 of documents, with a blank between two. */
  documents: z.string(),
};

/** The name of one of them. */
export type ShareField = keyof typeof shareFields;

/** A kind of movement of shares. */
export interface ShareKind {
  /** 业务类型 in a bureau's files. */
  readonly name: string;
  /** The event that records it. */
  readonly event: string;
  /** Whether shares come into being, are given back, or go from one holder to another. */
  readonly does: "issues" | "withdraws" | "transfers";
  readonly needs: readonly ShareField[];
  readonly may: readonly ShareField[];
  /** 说明 is needed; it lies in the vault. */
  readonly isExplained?: true;
  /** 股数 follows from 金额 and 每股金额. */
  readonly isBought?: true;
}

const transfer = {
  does: "transfers",
  needs: ["organisation", "register", "shares"],
  may: ["household", "shareholder", "toHousehold", "toShareholder", "documents"],
} as const;

/** Every kind, by the name that events, commands and answers use. */
export const shareKinds = {
  quantification: {
    name: "量化",
    event: "AssetQuantified",
    does: "issues",
    needs: ["organisation", "contract", "register", "asset", "shares"],
    may: ["household", "shareholder", "documents"],
  },
  increase: {
    name: "增资",
    event: "CapitalIncreased",
    does: "issues",
    needs: ["household", "organisation", "contract", "register", "amount", "capital"],
    may: ["loan", "documents"],
    isBought: true,
  },
  withdrawal: {
    name: "退股",
    event: "SharesWithdrawn",
    does: "withdraws",
    needs: ["organisation", "contract", "register", "shares", "amount"],
    may: ["household", "shareholder", "documents"],
  },
  transfer: { ...transfer, name: "转让", event: "SharesTransferred" },
  adjustment: { ...transfer, name: "调整", event: "SharesAdjusted", isExplained: true },
  inheritance: {
    ...transfer,
    name: "继承",
    event: "SharesInherited",
    needs: [...transfer.needs, "documents"],
    may: ["household", "shareholder", "toHousehold", "toShareholder"],
  },
} as const satisfies Readonly<Record<string, ShareKind>>;

/** The name of a kind. */
export type ShareKindName = keyof typeof shareKinds;

/** The events that record these kinds. */
export type ShareEventName = (typeof shareKinds)[ShareKindName]["event"];

/** The names of the kinds, in the order of every table. */
export const shareKindNames = Object.keys(shareKinds) as readonly ShareKindName[];

/** A kind of movement of shares, with what it may say of itself. */
export function shareKindOf(name: ShareKindName): ShareKind {
  return shareKinds[name];
}

/** The kind of a recorded movement. Throws where this program knows none: it is an older one. */
export function recordedShareKind(name: string): ShareKind {
  if (Object.hasOwn(shareKinds, name)) return shareKindOf(name as ShareKindName);
  throw new Error(`a movement of shares of an unknown kind, ${name}`);
}

/** Whether the holder of shares is named by a kind, and may be an organisation. */
export function namesHolder({ may }: ShareKind): boolean {
  return may.includes("shareholder");
}

/** A household or an organisation that holds shares. */
export interface Shareholder {
  readonly household?: string | undefined;
  readonly shareholder?: string | undefined;
}

/** What every one of these movements comes to, whatever else it says. */
export interface ShareMovement extends Shareholder {
  readonly organisation: string;
  readonly register: string;
  readonly shares: string;
  readonly amount?: string | undefined;
  readonly toHousehold?: string | undefined;
  readonly toShareholder?: string | undefined;
}

/** Posts shares of a holder: what an organisation holds stands without a household. */
export function postHeld(
  { household, shareholder }: Shareholder,
  { organisation, register }: { readonly organisation: string; readonly register: string },
  held: string,
  post: Post,
): void {
  const asset = `shares:${register}`;
  if (household !== undefined) post("household", household, organisation, "shares", asset, held);
  else post("entity", null, shareholder ?? null, "shares", asset, held);
}

/** Posts shares that are issued; negative where they go back to the register. */
export function postIssued(
  { organisation, register }: { readonly organisation: string; readonly register: string },
  issued: string,
  post: Post,
): void {
  post("register", null, organisation, "shares", `shares:${register}`, turned(issued));
}

const same = (amount: string): string => amount;

/** Postings of a movement of shares, or with `turned` those that take it back. */
export function postShares(
  { does, isBought }: ShareKind,
  movement: ShareMovement,
  post: Post,
  sign: (amount: string) => string = same,
): void {
  const { household, shareholder, organisation, shares: count, amount } = movement;
  const [moved, holder] = [sign(count), { household, shareholder }];
  if (does === "transfers") {
    const { toHousehold, toShareholder } = movement;
    const recipient = { household: toHousehold, shareholder: toShareholder };
    postHeld(holder, movement, turned(moved), post);
    postHeld(recipient, movement, moved, post);
    return;
  }
  const issued = does === "issues" ? moved : turned(moved);
  postHeld(holder, movement, issued, post);
  postIssued(movement, issued, post);
  if (amount === undefined) return;
  const money = sign(amount);
  if (isBought === true) {
    post("organisation", null, organisation, "capital", yuan, money);
    post("capital", household ?? null, organisation, "capital", yuan, turned(money));
    return;
  }
  if (household === undefined) post("entity", null, shareholder ?? null, "capital", yuan, money);
  else post("household", household, organisation, "capital", yuan, money);
  post("organisation", null, organisation, "capital", yuan, turned(money));
}

/** The same sentence for each household that a movement concerns; each once. */
function tellsBoth(
  { household, toHousehold }: Partial<Pick<ShareMovement, "household" | "toHousehold">>,
  sentence: string,
): Told {
  const concerned = [household, toHousehold].filter((one) => one !== undefined);
  return [...new Set(concerned)].map((one) => [one, sentence] as const);
}

const tail = {
  period: z.string().optional(),
  voucher: z.string().optional(),
  free: freeText.optional(),
};

/** What the event of such a movement says; which of it, its kind decides. */
export type ShareMovementData = z.output<z.ZodObject<typeof tail>> &
  Partial<Readonly<Record<ShareField, string | undefined>>> & {
    readonly reference: string;
    readonly organisation: string;
    readonly register: string;
    readonly shares: string;
    /** 每股金额 of 量化: what a share came to. */
    readonly parValue?: string | undefined;
    readonly remarks?: z.output<typeof remark>[] | undefined;
  };

function schemaOf(kind: ShareKindName): z.ZodType<ShareMovementData> {
  const { needs, may } = shareKindOf(kind);
  const fields: Record<string, z.ZodType> = { shares };
  for (const field of needs) fields[field] = shareFields[field];
  for (const field of may) fields[field] = shareFields[field].optional();
  if (kind === "quantification") fields["parValue"] = decimal4;
  return z
    .object({ reference: identifier, ...fields, remarks: z.array(remark).optional(), ...tail })
    .strict() as unknown as z.ZodType<ShareMovementData>;
}

/** The event that records a movement of shares. */
export function shareEvent(
  kind: ShareKindName,
  summary: string,
): EventType<z.ZodType<ShareMovementData>, "movement"> {
  const own = shareKindOf(kind);
  return event({
    category: "register",
    key: "movement",
    summary,
    data: schemaOf(kind),
    tells: (data) => tellsBoth(data, sentenceOf(own, data)),
    posts: (data, post) => {
      postShares(own, data, post);
    },
    reference: "reference",
  });
}

function sentenceOf({ name }: ShareKind, said: ShareMovementData): string {
  const { household, shareholder, register, toHousehold, toShareholder } = said;
  const holder = household === undefined ? `主体 ${shareholder ?? ""}` : `户 ${household}`;
  const recipient =
    toHousehold === undefined ? toShareholder && `主体 ${toShareholder}` : `户 ${toHousehold}`;
  const parts = [
    register,
    recipient && `${holder} 至 ${recipient}`,
    said.asset && `资产 ${said.asset}`,
    said.capital,
    said.amount && `${said.amount} 元`,
    `主体 ${said.organisation}`,
    said.contract && `合同 ${said.contract}`,
  ].filter((part) => part !== undefined && part !== "");
  return `${name} ${said.shares} 股（${parts.join("，")}）`;
}

/** What takes such a movement back. */
export const shareMovementReversed = event({
  category: "register",
  key: "movement",
  summary: "An earlier movement of shares is taken back whole (冲销).",
  data: z
    .object({
      reference: identifier,
      reverses: identifier,
      /** A name of `shareKinds`, a table that grows without a new version. */
      movement: identifier,
      household: identifier.optional(),
      shareholder: identifier.optional(),
      organisation: identifier,
      contract: identifier.optional(),
      register: identifier,
      shares,
      amount: money.optional(),
      /** Of 量化: what was quantified, and what a share came to. */
      asset: identifier.optional(),
      parValue: decimal4.optional(),
      toHousehold: identifier.optional(),
      toShareholder: identifier.optional(),
      ...tail,
    })
    .strict(),
  tells: (data) => {
    const { name } = recordedShareKind(data.movement);
    const { reverses, shares: count, register } = data;
    return tellsBoth(data, `冲销 ${reverses}：${name} ${count} 股（${register}）`);
  },
  posts: (data, post) => {
    postShares(recordedShareKind(data.movement), data, post, turned);
  },
  reference: "reference",
});
