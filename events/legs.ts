/** A leg of income: one of the ways by which money reaches a household. */
export interface Leg {
  /** What the bureaus call it. */
  readonly name: string;
  /** What its quantity is counted in, for legs that are a quantity × a price. */
  readonly unit?: string;
}

/** Every leg, in the order of every table, by the name that events, postings and answers use. */
export const legs = {
  rent: { name: "租金", unit: "亩" },
  order: { name: "订单收购", unit: "公斤" },
  wage: { name: "工资", unit: "日" },
  dividend: { name: "分红" },
} as const satisfies Readonly<Record<string, Leg>>;

/** The name of a leg. */
export type LegName = keyof typeof legs;

/** The names of the legs, in the order of every table. */
export const legNames = Object.keys(legs) as readonly LegName[];

/** The leg of a name, undefined where it is none. */
export function legOf(name: string): Leg | undefined {
  return Object.hasOwn(legs, name) ? legs[name as LegName] : undefined;
}

/** A kind of contract: what is agreed, and which leg is paid under it. */
export interface ContractKind {
  /** 合同类型 in a bureau's files. */
  readonly type: string;
  /** What the trail calls such a contract. */
  readonly name: string;
  /** The leg that is paid under it; none where it is about shares. */
  readonly leg?: LegName;
}

/** Every kind of contract, by the name that events and answers use. */
export const contractKinds = {
  lease: { type: "土地流转", name: "土地流转", leg: "rent" },
  order: { type: "订单收购", name: "订单收购", leg: "order" },
  labour: { type: "劳务", name: "劳务", leg: "wage" },
  shares: { type: "入股", name: "入股" },
} as const satisfies Readonly<Record<string, ContractKind>>;

/** The name of a kind of contract. */
export type ContractKindName = keyof typeof contractKinds;
