import type { EventData, EventsUnder } from "../../events/index.ts";
import type { ContractKindName, ContractTermName, OwnTermName } from "../../events/legs.ts";
import {
  contractKindNames,
  contractKindOf,
  contractKinds,
  ownTermNames,
  shareContractName,
} from "../../events/legs.ts";
import type { DayTerms } from "../../events/terms.ts";
import { termNames, termsOn } from "../../events/terms.ts";
import {
  count,
  day,
  decimal,
  filledText,
  id,
  may,
  money,
  ratio,
  ref,
  text,
  words,
} from "./columns.ts";
import type { KnownEvent } from "./facts.ts";
import { keys, onces, streams } from "./facts.ts";
import type { Judged, Recorded } from "./kind.ts";
import { rowKind } from "./kind.ts";
import { divisionOf } from "./distribution/division.ts";
import { asset } from "./programme/things.ts";
import { household, organisation } from "./things.ts";

/** Terms of a contract, wherever it stands. */
export interface ContractTerms {
  /** A name of `contractKinds`, or `shares`. */
  readonly kind: string;
  readonly contract: string;
  readonly organisation: string;
  readonly household?: string | undefined;
  readonly from: string;
  readonly to?: string | undefined;
  readonly price?: string | undefined;
  readonly floorPrice?: string | undefined;
  readonly register?: string | undefined;
  readonly parValue?: string | undefined;
  readonly principal?: string | undefined;
  readonly profitShare?: string | undefined;
  readonly returnRatio?: string | undefined;
  readonly asset?: string | undefined;
  readonly rate?: string | undefined;
  readonly yearDays?: string | undefined;
}

/** The newest event about a contract, which answers all that is known of its terms. */
export type ContractEvent = KnownEvent<EventsUnder<"contract">>;

/** The contract as it was signed. */
export function signedOf(event: ContractEvent): EventData<"ContractAmended">["signed"] {
  if (event.type === "ContractSigned") return event.data;
  if (event.type === "ShareContractSigned") return { kind: "shares", ...event.data };
  return event.data.signed;
}

/** The terms of a day, as far as they are known. */
export function termsOf(event: ContractEvent, date: string): ContractTerms {
  if (event.type === "ContractSigned") return event.data;
  if (event.type === "ShareContractSigned") return { kind: "shares", ...event.data };
  const { kind, contract, organisation, register, from: signed } = event.data.signed;
  const { from = signed, ...terms } = termsOn(event.data.terms, date);
  return { kind, contract, organisation, register, from, ...terms };
}

/** Whether terms are in force on a day: from their first day to their last, both included. */
export function isInForce({ from = "", to }: DayTerms, date: string): boolean {
  return from <= date && (to === undefined || date <= to);
}

/** The days on which terms are in force, as a refusal says it. */
export function whenInForce({ from = "", to }: DayTerms): string {
  return `the contract is in force from ${from} ${to === undefined ? "on" : `to ${to}`}`;
}

const types = Object.fromEntries(contractKindNames.map((kind) => [kind, contractKinds[kind].name]));

/** Which kinds of contract need a column, for people. */
function neededBy(need: ContractTermName): string {
  const kinds = contractKindNames.filter((kind) => contractKindOf(kind).needs.includes(need));
  return `needed by ${kinds.join(", ").replace(/, ([^,]*)$/, " and $1")}`;
}

/** 合同类型: a name of `contractKinds`, or `shares`. */
export const contractKind = words<ContractKindName | "shares">("合同类型", "what is agreed", {
  ...(types as Record<ContractKindName, string>),
  shares: shareContractName,
});

/** The columns of instalments: a contract states all of them or none. */
export const instalmentTerms = ["everyMonths", "firstDueOn", "instalment"] as const;

/** Whether terms state a part of what an instalment needs. */
export function hasPartOfInstalments(terms: Pick<DayTerms, (typeof instalmentTerms)[number]>) {
  const stated = instalmentTerms.filter((name) => terms[name] !== undefined).length;
  return stated > 0 && stated < instalmentTerms.length;
}

/** Why a row with a part of them is refused. */
export const instalmentsWhole = `${instalmentTerms
  .map((name) => termNames[name])
  .join(" ")} stand together or not at all`;

/** Days of a year when interest is reckoned. */
export const yearDayNames = { 360: "360", 365: "365" } as const;

/** Months from one instalment to the next. */
export const monthsRange = [1, 999_999] as const;

/** Terms of a contract may stand in an event many times, by date. */
const termTextMax = 64;

/** A term in words. */
export function termText(column: string, means: string) {
  return filledText(column, means, termTextMax);
}

/** Terms that only some kinds of contract read, by kind. */
const ownTerms: Readonly<Record<string, readonly OwnTermName[]>> = Object.fromEntries(
  contractKindNames.map((name) => {
    const { needs, may: others = [] } = contractKindOf(name);
    return [name, [...others, ...ownTermNames.filter((term) => needs.includes(term))]];
  }),
);

/** Which of the terms of which a kind needs exactly one is missing or too many. */
function notOneOf(row: { readonly kind: string } & DayTerms): string | false {
  if (row.kind === "shares") return false;
  const { needsOneOf } = contractKindOf(row.kind as ContractKindName);
  if (needsOneOf === undefined) return false;
  const names = needsOneOf as readonly (keyof DayTerms & ContractTermName)[];
  const stated = names.filter((name) => row[name] !== undefined);
  const words = names.map((name) => termNames[name]).join(" or ");
  return stated.length !== 1 && `exactly one of ${words} is needed`;
}

const columns = {
  contract: id("合同编号", "the contract's own id"),
  kind: contractKind,
  organisation: ref("主体编号", "with whom", organisation),
  signedOn: may(day("签订日期", "")),
  from: day("起始日期", "first day in force"),
  to: may(day("终止日期", "last day in force, open where absent")),
  household: may(
    ref(
      "户编号",
      `${neededBy("household")}; where given, the contract is this household's alone`,
      household,
    ),
  ),
  quantity: may(decimal("数量", `${neededBy("quantity")}, in mu`)),
  price: may(decimal("单价", `${neededBy("price")}: of a unit (mu and year, day)`)),
  floorPrice: may(decimal("保护价", `${neededBy("floorPrice")}: of a unit (kilogram)`)),
  register: may(id("股权登记簿", "needed by shares: the register it opens or adds to")),
  parValue: may(decimal("每股金额", "needed by shares")),
  subject: may(termText("标的", `${neededBy("subject")}: what is kept for the household`)),
  principal: may(money("本金", neededBy("principal"))),
  profitShare: may(
    ratio("分成比例", `${neededBy("profitShare")}, and by custody without 单价: part of a profit`),
  ),
  returnRatio: may(ratio("返还比例", `${neededBy("returnRatio")}: part of a surplus`)),
  rate: may(ratio("年利率", neededBy("rate"))),
  yearDays: may(words("计息基础", `${neededBy("yearDays")}: days of a year`, yearDayNames)),
  post: may(termText("岗位", neededBy("post"))),
  everyMonths: may(
    count("付款周期", "months from one instalment to the next; all three or none", monthsRange),
  ),
  firstDueOn: may(day("首付日期", "when the first instalment falls due; all three or none")),
  instalment: may(money("每期金额", "yuan of an instalment; all three or none")),
  asset: may(ref("资产编号", `${neededBy("asset")}: the asset that it is about`, asset)),
  workTime: may(termText("用工时间", "of labour: when there is work")),
  wagePayment: may(termText("工资发放方式", "of labour: how wages are paid")),
};

/** 担保方: a name may be that of a person, so it lies in the vault. */
export const guarantor = text(
  "担保方",
  "who answers for the other side, by 主体编号 or name; kept in the vault, compared",
);

type JudgedContract = Judged<typeof columns>;

/** The contract that opened the register which a row names; undefined where there is none. */
function opener({ row: { register }, facts }: JudgedContract) {
  return register === undefined ? undefined : facts.first(onces.registerOpened(register));
}

function signed(judged: JudgedContract): Recorded {
  const { row, free } = judged;
  const { kind, register, parValue, ...terms } = row;
  const remarks = judged.remarks === undefined ? undefined : [...judged.remarks];
  if (kind !== "shares") {
    const data = { ...row, kind, free, remarks };
    return { stream: streams.contract(row.contract), type: "ContractSigned", data };
  }
  if (register === undefined || parValue === undefined) throw new Error("parsed: a share contract");
  const opens = opener(judged) === undefined;
  return {
    stream: streams.register(register),
    ...(opens ? { once: onces.registerOpened(register) } : {}),
    type: "ShareContractSigned",
    data: { ...terms, register, parValue, free, remarks },
  };
}

/** Rows of contracts.csv: an agreement and its terms, which are signed once. */
export const contracts = rowKind({
  name: "contracts",
  summary: "Record a contract and its terms",
  right: "record",
  columns,
  personal: { guarantor },
  id: "contract",
  key: keys.contract,
  date: "from",
  division: ({ household: bound, organisation: whose }, facts) => bound ?? divisionOf(whose, facts),
  by: "kind",
  needs: {
    ...Object.fromEntries(contractKindNames.map((kind) => [kind, contractKinds[kind].needs])),
    shares: ["register", "parValue"],
  },
  only: ownTerms,
  checks: [
    ["to", ({ from, to }) => to !== undefined && to < from && "终止日期 is before 起始日期"],
    ["price", notOneOf],
    ["everyMonths", (row) => hasPartOfInstalments(row) && instalmentsWhole],
  ],
  rules: [
    "household",
    "organisation",
    [
      "ContractMismatch",
      "register",
      (judged) => {
        const opened = opener(judged);
        const isOurs =
          (opened?.data.organisation ?? judged.row.organisation) === judged.row.organisation;
        return !isOurs && "股权登记簿 is another entity's";
      },
    ],
    "asset",
    [
      "TermsMissing",
      "workTime",
      ({ row }) =>
        row.kind === "labour" &&
        (row.workTime === undefined || row.wagePayment === undefined) &&
        "用工时间 and 工资发放方式 are not both agreed",
    ],
  ],
  said: (event) => ({ ...signedOf(event as ContractEvent) }),
  records: signed,
  examples: [
    {
      contract: "HT-00001",
      kind: "lease",
      organisation: "ORG-001",
      household: "5399990010000001",
      from: "2026-01-01",
      to: "2028-12-31",
      quantity: "5.91",
      price: "300",
    },
  ],
});
