// Kinds of movement that are not on the hot path, as data: events, columns, rules, sentences and
// postings read them here.
import { z } from "zod";
import type { EventType } from "./define.ts";
import {
  day,
  decimal4,
  event,
  freeText,
  identifier,
  money,
  ratio,
  turned,
  yuan,
} from "./define.ts";
import { remark } from "./programme-row.ts";
import type { ContractKindName, LegName, UncountedLegName } from "./legs.ts";

/** Branches of a household's production, by the name that events and answers use: 经营类别. */
export const branches = {
  crops: "种植",
  forestry: "林业",
  livestock: "养殖",
  other: "其他",
} as const satisfies Readonly<Record<string, string>>;

/** What a benefit is given for: 依据. */
export const grounds = {
  labour: "劳动",
  production: "生产",
  hardship: "困难",
  policy: "政策",
} as const satisfies Readonly<Record<string, string>>;

/** Programmes of lasting public benefits, in the order of the monitoring register: 补助项目. */
export const programmes = {
  familyPlanning: "计划生育金",
  allowance: "低保金",
  destitute: "特困供养金",
  pension: "养老保险金",
  ecology: "生态补偿",
  disability: "残疾人补贴",
  farming: "农业补贴",
  oldAge: "高龄补贴",
  reservoir: "水库移民补贴",
  other: "其他",
} as const satisfies Readonly<Record<string, string>>;

/** What such a movement may say besides its number, day, period, voucher and notes. */
export const movementFields = {
  household: identifier,
  organisation: identifier,
  contract: identifier,
  /** mu, kilograms or heads, by the kind */
  quantity: decimal4,
  /** yuan a unit */
  price: decimal4,
  amount: money,
  /** A name of `branches`; absent: other. */
  branch: identifier,
  /** The first and the last day that are paid for. */
  from: day,
  to: day,
  /** 利润, yuan, of which the household gets its share. */
  profit: money,
  /** A name of `programmes`. */
  programme: identifier,
  /** 总额, yuan, of what is shared with an organisation. */
  total: money,
  /** Who worked. */
  person: identifier,
  /** 分成比例: the household's part of it. */
  share: ratio,
  /** A name of `grounds`. */
  ground: identifier,
  /** SHA-256 of documents, with a blank between two. */
  documents: z.string(),
};

/** The name of one of them. */
export type MovementField = keyof typeof movementFields;

/** A kind of movement. */
export interface MovementKind {
  /** 业务类型 in a bureau's files. */
  readonly name: string;
  /** The event that records it. */
  readonly event: string;
  /** The stream category of its event: where what its rules sum lies together. */
  readonly stream: "contract" | "household";
  /** What it is posted to. */
  readonly leg: LegName | UncountedLegName;
  /** Whether the household receives or pays it. */
  readonly household: "receives" | "pays";
  /** Whether the organisation that it names is the other side; otherwise nobody of the ledger's. */
  readonly isWithOrganisation: boolean;
  readonly needs: readonly MovementField[];
  readonly may: readonly MovementField[];
  /** It needs 所属期, whose first four digits are a year. */
  readonly isOfYear?: true;
  /** The kinds of contract under which it comes. */
  readonly under?: readonly ContractKindName[];
  /** It may come after the contract's end, by its last terms. */
  readonly mayComeLate?: true;
  /** 单价 is the contract's. */
  readonly isAtPrice?: true;
  /** What 金额 follows from, see `src/domain/movement-rules.ts`. */
  readonly amount: "quantity × price" | "share of profit" | "interest" | "share of total" | "free";
  /** What it may not exceed together with what was recorded before it. */
  readonly limit?: "kilograms sold" | "days unpaid" | "advance owed" | "principal" | "attendance";
  /** A policy pack may have one of its rules report, which its event then says. */
  readonly isRemarked?: true;
}

const underContract = ["household", "organisation", "contract"] as const;
const atPrice = [...underContract, "quantity", "price", "amount"] as const;

const aid = {
  stream: "household",
  household: "receives",
  isWithOrganisation: false,
  needs: ["household", "amount"],
  may: [],
  amount: "free",
} as const;

const given = {
  ...aid,
  isWithOrganisation: true,
  needs: ["household", "ground", "amount"],
  may: ["organisation"],
} as const;

const advanced = {
  ...aid,
  leg: "advance",
  isWithOrganisation: true,
  needs: ["household", "organisation", "amount"],
} as const;

/** Every kind, by the name that events, commands and answers use. */
export const movementKinds = {
  rebate: {
    name: "返利",
    event: "RebatePaid",
    // What a household has sold and got back for it lies under many contracts.
    stream: "household",
    leg: "rebate",
    household: "receives",
    isWithOrganisation: true,
    needs: atPrice,
    may: ["branch"],
    isOfYear: true,
    under: ["patronage"],
    mayComeLate: true,
    amount: "quantity × price",
    limit: "kilograms sold",
  },
  custody: {
    name: "托管收益",
    event: "CustodyIncomePaid",
    stream: "contract",
    leg: "custody",
    household: "receives",
    isWithOrganisation: true,
    needs: [...underContract, "amount"],
    may: ["profit", "quantity", "price"],
    under: ["custody", "entrusted"],
    mayComeLate: true,
    amount: "share of profit",
  },
  fixed: {
    name: "固定收益",
    event: "FixedReturnPaid",
    stream: "contract",
    leg: "fixed",
    household: "receives",
    isWithOrganisation: true,
    needs: [...underContract, "from", "to", "amount"],
    may: [],
    under: ["fixedReturn"],
    mayComeLate: true,
    amount: "interest",
    limit: "days unpaid",
  },
  post: {
    name: "公益岗位",
    event: "PostPaid",
    stream: "contract",
    leg: "post",
    household: "receives",
    isWithOrganisation: true,
    needs: atPrice,
    may: ["person"],
    under: ["post"],
    isAtPrice: true,
    amount: "quantity × price",
    limit: "attendance",
    isRemarked: true,
  },
  plotFee: {
    name: "承包费",
    event: "PlotFeePaid",
    stream: "contract",
    leg: "plot",
    household: "pays",
    isWithOrganisation: true,
    needs: atPrice,
    may: [],
    under: ["subleaseBack"],
    isAtPrice: true,
    amount: "quantity × price",
  },
  plot: {
    name: "地块收入",
    event: "PlotIncomePaid",
    stream: "contract",
    leg: "plot",
    household: "receives",
    isWithOrganisation: true,
    needs: [...underContract, "amount"],
    may: ["branch"],
    under: ["subleaseBack"],
    amount: "free",
  },
  policy: {
    ...aid,
    name: "政策补助",
    event: "PolicyBenefitPaid",
    leg: "policy",
    needs: ["household", "programme", "amount"],
    may: ["organisation", "total", "share", "documents"],
    amount: "share of total",
  },
  subsidy: { ...given, name: "补贴", event: "SubsidyPaid", leg: "subsidy" },
  award: { ...given, name: "奖补", event: "AwardPaid", leg: "award" },
  relief: { ...given, name: "救助", event: "ReliefPaid", leg: "relief" },
  training: { ...aid, name: "培训补助", event: "TrainingAidPaid", leg: "training" },
  medical: { ...aid, name: "医疗救助", event: "MedicalAidPaid", leg: "medical" },
  housing: { ...aid, name: "住房补助", event: "HousingAidPaid", leg: "housing" },
  advance: { ...advanced, name: "垫付", event: "AdvanceGiven" },
  deduction: {
    ...advanced,
    name: "扣回",
    event: "AdvanceDeducted",
    household: "pays",
    limit: "advance owed",
  },
  cost: {
    ...aid,
    name: "成本",
    event: "CostIncurred",
    leg: "cost",
    household: "pays",
    may: ["branch"],
  },
  principal: {
    name: "退本",
    event: "PrincipalReturned",
    stream: "contract",
    leg: "capital",
    household: "receives",
    isWithOrganisation: true,
    needs: [...underContract, "amount"],
    may: [],
    under: ["entrusted", "fixedReturn"],
    mayComeLate: true,
    amount: "free",
    limit: "principal",
  },
} as const satisfies Readonly<Record<string, MovementKind>>;

/** The name of a kind. */
export type MovementKindName = keyof typeof movementKinds;

/** The events that record these kinds. */
export type MovementEventName = (typeof movementKinds)[MovementKindName]["event"];

/** The names of the kinds, in the order of every table. */
export const movementKindNames = Object.keys(movementKinds) as readonly MovementKindName[];

/** A kind of movement, with what it may say of itself. */
export function movementKindOf(name: MovementKindName): MovementKind {
  return movementKinds[name];
}

/** The kind of a name; undefined where this program knows none. */
export function movementKindNamed(name: string): MovementKind | undefined {
  return Object.hasOwn(movementKinds, name) ? movementKindOf(name as MovementKindName) : undefined;
}

/** The kind of a recorded movement. Throws where this program knows none: it is an older one. */
export function recordedKind(name: string): MovementKind {
  const kind = movementKindNamed(name);
  if (kind === undefined) throw new Error(`a movement of an unknown kind, ${name}`);
  return kind;
}

const always = {
  reference: identifier,
  period: z.string().optional(),
  voucher: z.string().optional(),
  free: freeText.optional(),
};

/** What such an event says; which of it, its kind decides. */
export type MovementData = z.output<z.ZodObject<typeof always>> &
  Partial<Readonly<Record<MovementField, string | undefined>>> & {
    readonly household: string;
    readonly amount: string;
    readonly remarks?: z.output<typeof remark>[] | undefined;
  };

/** The schema of what a kind needs and may say, and of nothing else. */
function schemaOf(kind: MovementKindName): z.ZodType<MovementData> {
  const { needs, may, isRemarked } = movementKindOf(kind);
  const fields: Record<string, z.ZodType> = {};
  if (isRemarked === true) fields["remarks"] = z.array(remark).optional();
  for (const field of needs) fields[field] = movementFields[field];
  for (const field of may) fields[field] = movementFields[field].optional();
  return z.object({ ...always, ...fields }).strict() as unknown as z.ZodType<MovementData>;
}

/** What is posted: for whom, with whom, under which contract, how much. */
interface Money {
  readonly household: string;
  readonly organisation?: string | undefined;
  readonly contract?: string | undefined;
  readonly amount: string;
}

/** Postings of a movement of a kind, or with `sign` those that take it back. */
export function postMovement(
  { leg, household: does, isWithOrganisation }: MovementKind,
  { household, organisation, contract, amount }: Money,
  post: Parameters<EventType["posts"]>[1],
  sign: (amount: string) => string = (same) => same,
): void {
  const moved = sign(does === "receives" ? amount : turned(amount));
  const other = isWithOrganisation ? (organisation ?? null) : null;
  post("household", household, other, leg, yuan, moved, undefined, { contract });
  post(other === null ? "outside" : "organisation", null, other, leg, yuan, turned(moved));
}

/** The event that records a movement of a kind. */
export function movementEvent(
  kind: MovementKindName,
  summary: string,
): EventType<z.ZodType<MovementData>, "movement"> {
  const own = movementKindOf(kind);
  return event({
    category: own.stream,
    key: "movement",
    summary,
    data: schemaOf(kind),
    tells: (data) => [[data.household, `${own.name} ${data.amount} 元${inBrackets(data)}`]],
    posts: (data, post) => {
      postMovement(own, data, post);
    },
    reference: "reference",
  });
}

/** What a movement says besides its amount, in words; empty where that is nothing. */
function inBrackets(said: MovementData): string {
  const { quantity, price, from, to, profit, total, share, programme, ground, branch } = said;
  const { organisation, contract, person } = said;
  const parts = [
    quantity && price && `${quantity} × ${price} 元`,
    from && to && `${from} 至 ${to}`,
    person && `人 ${person}`,
    profit && `利润 ${profit} 元`,
    total && share && `总额 ${total} 元 × ${share}`,
    programme && wordOf(programmes, programme),
    ground && `依据 ${wordOf(grounds, ground)}`,
    branch && wordOf(branches, branch),
    organisation && `主体 ${organisation}`,
    contract && `合同 ${contract}`,
  ].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? "" : `（${parts.join("，")}）`;
}

/** The word of a name; the name itself where this program knows none. */
function wordOf(words: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(words, name) ? (words[name] ?? name) : name;
}
