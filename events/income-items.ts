// Where each leg stands in the classifications by which counties, statisticians and the monitoring
// register report income (requirements, rules 2.9), as data that reports read.
import type { LegName, UncountedLegName } from "./legs.ts";
import { branches, programmes } from "./movements.ts";

/** A class by what an amount rests on: whether that is on an asset. */
interface ByAsset {
  readonly onAsset: string;
  readonly otherwise: string;
}

/** An item of the register whose name ends with a detail of the movement. */
interface ByDetail {
  readonly begins: string;
  readonly by: "branch" | "programme";
}

/** Where a leg stands. A class that is absent does not have the leg. */
interface IncomeItems {
  /** The five types of the county's policy. */
  readonly s3?: string | ByAsset;
  /** The four sources of disposable income of the statistics bureau. */
  readonly nbs?: string;
  /** What a household receives on the leg, as an item of the monitoring register. */
  readonly register?: string | ByDetail;
  /** What it pays on the leg, which is taken off; the register writes it as positive. */
  readonly registerPaid?: string | ByDetail;
}

const [operating, wages, property, transfers] = [
  "经营净收入",
  "工资性收入",
  "财产净收入",
  "转移净收入",
];
const onAssetOrPolicy: ByAsset = { onAsset: "资产性", otherwise: "政策性" };
const earned: ByDetail = { begins: "生产经营性01", by: "branch" };
const spent: ByDetail = { begins: "生产经营性02", by: "branch" };
const given: IncomeItems = { s3: onAssetOrPolicy, nbs: transfers, register: "转移性10" };

/** Every leg in every classification; advances and capital stand in none. */
const incomeItems: Readonly<Record<LegName | UncountedLegName, IncomeItems>> = {
  order: { s3: "经营性", nbs: operating, register: earned },
  rebate: { s3: "经营性", nbs: operating, register: earned },
  wage: { s3: "工资性", nbs: wages, register: "工资性" },
  post: { s3: onAssetOrPolicy, nbs: wages, register: "工资性" },
  rent: { s3: "生产性", nbs: property, register: "财产性02" },
  plot: { s3: "生产性", nbs: operating, register: earned, registerPaid: spent },
  policy: {
    s3: "政策性",
    nbs: transfers,
    register: { begins: "转移性", by: "programme" },
  },
  subsidy: given,
  award: given,
  relief: given,
  dividend: { s3: "资产性", nbs: property, register: "财产性01" },
  fixed: { s3: "资产性", nbs: property, register: "财产性01" },
  custody: { s3: "资产性", nbs: property, register: "财产性02" },
  claim: { s3: "其他", nbs: transfers, register: "转移性10" },
  cost: { nbs: operating, registerPaid: spent },
  training: { register: "不计入01" },
  medical: { register: "不计入02" },
  housing: { register: "不计入03" },
  advance: {},
  capital: {},
};

/** What of a movement decides where it stands. */
export interface ItemAsked {
  readonly leg: LegName | UncountedLegName;
  /** Whether the household received it; otherwise it paid. */
  readonly isReceived: boolean;
  /** The line's income or the movement's contract is about an asset. */
  readonly isOnAsset: boolean;
  /** A name of `branches`; undefined: other. */
  readonly branch?: string | undefined;
  /** A name of `programmes`. */
  readonly programme?: string | undefined;
}

/** Where an amount stands in each classification; undefined where that does not have it. */
export interface ItemFound {
  readonly s3: string | undefined;
  readonly nbs: string | undefined;
  readonly register: string | undefined;
}

/** Where an amount stands. Throws for a branch or a programme that this program does not know. */
export function itemsOf(asked: ItemAsked): ItemFound {
  const { s3, nbs, register, registerPaid } = incomeItems[asked.leg];
  return {
    s3: typeof s3 === "object" ? s3[asked.isOnAsset ? "onAsset" : "otherwise"] : s3,
    nbs,
    register: itemOf(asked.isReceived ? register : registerPaid, asked),
  };
}

function itemOf(
  item: string | ByDetail | undefined,
  { branch = "other", programme = "" }: ItemAsked,
): string | undefined {
  if (item === undefined || typeof item === "string") return item;
  if (item.by === "branch") {
    if (!Object.hasOwn(branches, branch)) throw new Error(`an unknown branch, ${branch}`);
    return item.begins + branches[branch as keyof typeof branches];
  }
  const at = Object.keys(programmes).indexOf(programme);
  if (at < 0) throw new Error(`an unknown programme, ${programme}`);
  return item.begins + String(at + 1).padStart(2, "0");
}
