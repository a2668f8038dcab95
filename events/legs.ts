// Legs of income and kinds of contract, as data: schemas, postings, trail, rules, words, pages and
// the API read them here.

/** A leg of income: one of the ways by which money reaches a household. */
export interface Leg {
  /** What the bureaus call it. */
  readonly name: string;
  /** Set for a leg that is paid under a contract, row by row. */
  readonly paid?: PaidLeg;
}

/** How a leg is paid under a contract: a quantity at a price. */
export interface PaidLeg {
  /** The event that records a payment. */
  readonly event: string;
  /** What the quantity is counted in. */
  readonly unit: string;
  /** The kind of contract it needs. */
  readonly under: ContractKindName;
  /** What the contract says of the price: the price itself, or the lowest one. */
  readonly price: "theContracts" | "atLeastTheFloor";
}

/** What is agreed by contract, and which columns such a contract needs. */
export interface ContractKind {
  /** 合同类型 in a bureau's files. */
  readonly name: string;
  readonly needs: readonly ContractTermName[];
  /** Of these exactly one is needed. */
  readonly needsOneOf?: readonly ContractTermName[];
  /** Terms of this kind alone, which it need not state. */
  readonly may?: readonly OwnTermName[];
}

/** Terms that some kinds of contract alone have: under others their column is a note. */
export const ownTermNames = [
  "subject",
  "principal",
  "rate",
  "yearDays",
  "post",
  "workTime",
  "wagePayment",
] as const;

/** One of them. */
export type OwnTermName = (typeof ownTermNames)[number];

/** A term that a kind of contract may need. */
export type ContractTermName =
  | OwnTermName
  | "household"
  | "quantity"
  | "price"
  | "floorPrice"
  | "profitShare"
  | "returnRatio"
  | "asset"
  | "everyMonths"
  | "firstDueOn"
  | "instalment";

/** Kinds of contract recorded as `ContractSigned`, by the name that events and answers use. */
export const contractKinds = {
  lease: { name: "土地流转", needs: ["household", "quantity", "price"] },
  order: { name: "订单收购", needs: ["floorPrice"] },
  labour: { name: "劳务", needs: ["price"], may: ["workTime", "wagePayment"] },
  custody: {
    name: "托管",
    needs: ["household", "subject", "quantity"],
    needsOneOf: ["price", "profitShare"],
  },
  entrusted: { name: "委托帮扶", needs: ["household", "principal", "profitShare"] },
  subleaseBack: { name: "反租倒包", needs: ["household", "quantity", "price"] },
  fixedReturn: { name: "固定收益", needs: ["principal", "rate", "yearDays"] },
  post: { name: "公益岗位", needs: ["post", "price"] },
  patronage: { name: "盈余返还", needs: ["returnRatio"] },
  assetLease: { name: "资产租赁", needs: ["asset", "everyMonths", "firstDueOn", "instalment"] },
  service: { name: "服务", needs: [] },
} as const satisfies Readonly<Record<string, ContractKind>>;

/** The name of a kind of contract under which money is paid. */
export type ContractKindName = keyof typeof contractKinds;

/** A kind of contract, with what it may say of itself. */
export function contractKindOf(name: ContractKindName): ContractKind {
  return contractKinds[name];
}

/** The names of the kinds of contract under which money is paid. */
export const contractKindNames = Object.keys(contractKinds) as readonly ContractKindName[];

/** What a contract about shares is called; it is recorded as `ShareContractSigned`. */
export const shareContractName = "入股";

/** Every leg, in the order of every table, by the name that events, postings and answers use. */
export const legs = {
  rent: {
    name: "租金",
    paid: { event: "RentPaid", unit: "亩", under: "lease", price: "theContracts" },
  },
  order: {
    name: "订单收购",
    paid: { event: "ProducePurchased", unit: "公斤", under: "order", price: "atLeastTheFloor" },
  },
  wage: {
    name: "工资",
    paid: { event: "WagePaid", unit: "日", under: "labour", price: "theContracts" },
  },
  rebate: { name: "返利" },
  dividend: { name: "分红" },
  fixed: { name: "固定收益" },
  post: { name: "公益岗位" },
  subsidy: { name: "补贴" },
  award: { name: "奖补" },
  relief: { name: "救助" },
  custody: { name: "托管收益" },
  plot: { name: "地块收入" },
  policy: { name: "政策补助" },
  claim: { name: "保险赔付" },
} as const satisfies Readonly<Record<string, Leg>>;

/**
 * What is posted to a household like a leg and is no income: aid for one purpose, inputs in kind
 * that are kept back later, what it spends to earn, and capital that it gets back.
 */
export const uncountedLegs = {
  training: { name: "培训补助" },
  medical: { name: "医疗救助" },
  housing: { name: "住房补助" },
  advance: { name: "垫付" },
  cost: { name: "成本" },
  capital: { name: "退还本金" },
} as const satisfies Readonly<Record<string, Leg>>;

/** The name of such a leg. */
export type UncountedLegName = keyof typeof uncountedLegs;

/** The names of these legs, in the order of every table. */
export const uncountedLegNames = Object.keys(uncountedLegs) as readonly UncountedLegName[];

/** The name of a leg. */
export type LegName = keyof typeof legs;

/** The name of a leg that is paid under a contract. */
export type PaidLegName = {
  [N in LegName]: (typeof legs)[N] extends { readonly paid: PaidLeg } ? N : never;
}[LegName];

/** The events that record payments. */
export type PaymentEventName = (typeof legs)[PaidLegName]["paid"]["event"];

/** The names of the legs, in the order of every table. */
export const legNames = Object.keys(legs) as readonly LegName[];

/** The names of the legs that are paid under a contract. */
export const paidLegNames = legNames.filter((name) => "paid" in legs[name]) as PaidLegName[];

/** Every leg, counted as income or not. */
const allLegs: Readonly<Record<string, Leg>> = { ...legs, ...uncountedLegs };

/** The leg of a name; undefined where this program knows none. */
export function legOf(name: string): Leg | undefined {
  return Object.hasOwn(allLegs, name) ? allLegs[name] : undefined;
}

/** What a kind of contract is called; its own name where this program knows none. */
export function contractKindName(kind: string): string {
  return Object.hasOwn(contractKinds, kind) ? contractKinds[kind as ContractKindName].name : kind;
}
