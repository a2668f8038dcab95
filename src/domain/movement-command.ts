import type { PaidLegName } from "../../events/legs.ts";
import { legs, paidLegNames } from "../../events/legs.ts";
import type { MovementField, MovementKindName } from "../../events/movements.ts";
import type { ShareField, ShareKindName } from "../../events/share-movements.ts";
import {
  namesHolder,
  shareKindNames,
  shareKindOf,
  shareKinds,
} from "../../events/share-movements.ts";
import {
  branches,
  grounds,
  movementKindNames,
  movementKindOf,
  movementKinds,
  programmes,
} from "../../events/movements.ts";
import {
  decimal,
  digits,
  documents,
  id,
  may,
  money,
  day,
  neededDay,
  neededDecimal,
  neededMoney,
  neededText,
  ratio,
  shareCount,
  text,
  words,
} from "./columns.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { FreeText, Parsed, Row } from "./row.ts";
import {
  checkCells,
  checkDigits,
  checkLength,
  freeTextOf,
  isEmpty,
  keyOf,
  neededId,
  textOf,
} from "./row.ts";

/** What movements are, by the name used in code: 业务类型 in files. */
export const movementTypes = {
  shares: "折股",
  ...(Object.fromEntries(paidLegNames.map((leg) => [leg, legs[leg].name])) as Record<
    PaidLegName,
    string
  >),
  dividend: legs.dividend.name,
  ...(Object.fromEntries(
    movementKindNames.map((kind) => [kind, movementKinds[kind].name]),
  ) as Record<MovementKindName, string>),
  ...(Object.fromEntries(shareKindNames.map((kind) => [kind, shareKinds[kind].name])) as Record<
    ShareKindName,
    string
  >),
  loss: "项目亏损",
  reversal: "冲销",
} as const;

/** What a movement is. */
export type MovementType = keyof typeof movementTypes;

const shortTextMax = 64;

/** Kinds that are declared as data, each with the fields that it needs and may have. */
const declared: readonly {
  readonly type: MovementType;
  readonly needs: readonly string[];
  readonly may: readonly string[];
}[] = [
  ...movementKindNames.map((type) => ({ type, ...fieldsNamed(movementKindOf(type)) })),
  ...shareKindNames.map((type) => ({ type, ...fieldsNamed(shareKindOf(type)) })),
];

function fieldsNamed({ needs, may: others }: Record<"needs" | "may", readonly string[]>) {
  return { needs, may: others };
}

/** Which movements need a field and which may have it, for people. */
function neededBy(field: MovementField | ShareField, others: readonly MovementType[] = []): string {
  const needing = declared.filter(({ needs }) => needs.includes(field)).map(({ type }) => type);
  const allowed = declared.filter(({ may: some }) => some.includes(field)).map(({ type }) => type);
  const names = [...others, ...needing].map((type) => movementTypes[type]).join(" ");
  const may = allowed.map((type) => movementTypes[type]).join(" ");
  const needed = names === "" ? "" : `needed by ${names}`;
  return [needed, may === "" ? "" : `read of ${may}`].filter((part) => part !== "").join("; ");
}

const underContract = ["shares", ...paidLegNames] as const;

/** The columns of movements.csv that the ledger knows, by the field of a command. */
export const movementColumns = {
  reference: id("业务编号", "the movement's own id: what is recorded once"),
  type: words<MovementType>("业务类型", "what happened", movementTypes),
  date: day("业务日期", ""),
  household: may(id("户编号", neededBy("household", underContract))),
  organisation: may(
    id(
      "主体编号",
      `${neededBy("organisation", [...underContract, "dividend"])}; ` +
        "of 冲销 the original's if filled",
    ),
  ),
  contract: may(id("合同编号", neededBy("contract", underContract))),
  register: may(id("股权登记簿", neededBy("register", ["shares", "dividend"]))),
  asset: may(id("资产编号", `${neededBy("asset")}; of 项目亏损 it or 项目编号`)),
  shares: may(shareCount("股数", neededBy("shares"))),
  quantity: may(decimal("数量", neededBy("quantity", paidLegNames))),
  price: may(decimal("单价", neededBy("price", paidLegNames))),
  amount: may(money("金额", "needed by all but 冲销, as 主体编号; a dividend's whole pool")),
  capital: may(text("资本类型", `${neededBy("capital", ["shares"])}; any text`)),
  loan: may(id("贷款编号", "of 折股 and 增资: what was borrowed for it")),
  shareholder: may(id("持股主体编号", `${neededBy("shareholder")}: who holds, where no 户编号 is`)),
  toHousehold: may(id("受让户编号", `${neededBy("toHousehold")}: who gets them`)),
  toShareholder: may(id("受让主体编号", `${neededBy("toShareholder")}, where no 受让户编号 is`)),
  person: may(id("人编号", "of 工资 and 公益岗位: who worked")),
  branch: may(
    words("经营类别", `${neededBy("branch")} and of 订单收购; 其他 where empty`, branches),
  ),
  from: may(day("起始日期", `${neededBy("from")}: the first day that is paid for`)),
  to: may(day("终止日期", `${neededBy("to")}: the last day that is paid for`)),
  profit: may(money("利润", `${neededBy("profit")}, under a contract with 分成比例`)),
  programme: may(words("补助项目", neededBy("programme"), programmes)),
  total: may(money("总额", `${neededBy("total")}, where it is shared with 主体编号`)),
  share: may(ratio("分成比例", `${neededBy("share")}, likewise: the household's part`)),
  ground: may(words("依据", `${neededBy("ground")}: what it is given for`, grounds)),
  documents: may(documents("材料", `${neededBy("documents")} and of 折股: what it rests on`)),
  project: may(id("项目编号", "of 项目亏损: the project, where no 资产编号 is")),
  period: may(
    text("所属期", "the period it is for; any text, of 返利 beginning with the year", shortTextMax),
  ),
  voucher: may(digits("凭证号", "the number of its voucher", shortTextMax)),
  original: may(id("原业务编号", "needed by reversal: the movement it takes back, whole")),
  explanation: may(text("说明", "needed by 调整: why; kept in the vault, compared")),
  note: may(text("备注", "personal data: kept in the vault, compared, never listed in the open")),
};

const known: ReadonlySet<string> = new Set(
  Object.values(movementColumns).map(({ column }) => column),
);
const typeOf = new Map(
  Object.entries(movementTypes).map(([type, word]) => [word, type as MovementType]),
);

interface Common {
  /** 业务编号: the row's own id and the key under which it is recorded once. */
  readonly reference: string;
  /** 业务日期 */
  readonly date: string;
  readonly period: string | undefined;
  readonly voucher: string | undefined;
  readonly free: FreeText | undefined;
}

/** 折股: capital becomes shares. */
export interface SharesCommand extends Common {
  readonly type: "shares";
  readonly household: string;
  readonly organisation: string;
  readonly contract: string;
  readonly register: string;
  readonly amount: string;
  readonly capital: string;
  readonly loan: string | undefined;
  readonly documents: string | undefined;
}

/** 租金, 订单收购 or 工资: money for land, produce or labour. */
export interface PaymentCommand extends Common {
  readonly type: PaidLegName;
  readonly household: string;
  readonly organisation: string;
  readonly contract: string;
  readonly quantity: string;
  readonly price: string;
  readonly amount: string;
  /** 经营类别 of produce, a name of `branches`; undefined: other. */
  readonly branch: string | undefined;
  /** 人编号 of a wage. */
  readonly person: string | undefined;
}

/** A movement of a kind that `movementKinds` declares. */
export interface KindCommand extends Common {
  readonly type: MovementKindName;
  readonly fields: KindFields;
}

/** What it says: the fields that its kind needs are there. */
export type KindFields = Partial<Readonly<Record<MovementField, string>>> & {
  readonly household: string;
  readonly amount: string;
};

/** A movement of shares of a kind that `shareKinds` declares. */
export interface ShareMovementCommand extends Common {
  readonly type: ShareKindName;
  readonly moves: MovedShares;
}

/** What it says: the fields that its kind needs are there. */
export type MovedShares = Partial<Readonly<Record<ShareField, string>>> & {
  readonly organisation: string;
  readonly register: string;
};

/** 项目亏损: an entity bears a loss. */
export interface LossCommand extends Common {
  readonly type: "loss";
  readonly organisation: string;
  readonly amount: string;
  readonly project: string | undefined;
  readonly asset: string | undefined;
  /** What stands in 户编号: a household bears none. */
  readonly household: string | undefined;
}

/** 分红: a pool shared over a register. */
export interface DividendCommand extends Common {
  readonly type: "dividend";
  readonly organisation: string;
  readonly register: string;
  readonly pool: string;
}

/** 冲销: an earlier movement taken back whole. */
export interface ReversalCommand extends Common {
  readonly type: "reversal";
  readonly original: string;
}

/** One thing that happened, well formed; whether it may be recorded is for `decideMovement`. */
export type MovementCommand =
  | SharesCommand
  | PaymentCommand
  | DividendCommand
  | KindCommand
  | ShareMovementCommand
  | LossCommand
  | ReversalCommand;

const always = ["业务编号", "业务类型", "业务日期", "所属期", "凭证号"];
const payment = ["户编号", "主体编号", "合同编号", "数量", "单价", "金额"];
const readBy: Readonly<Record<MovementType, ReadonlySet<string>>> = {
  rent: new Set([...always, ...payment]),
  order: new Set([...always, ...payment, "经营类别"]),
  wage: new Set([...always, ...payment, "人编号"]),
  shares: new Set([
    ...[...always, "户编号", "主体编号", "合同编号", "股权登记簿", "金额", "资本类型"],
    ...["贷款编号", "材料"],
  ]),
  dividend: new Set([...always, "主体编号", "股权登记簿", "金额"]),
  ...(Object.fromEntries(
    movementKindNames.map((kind) => [kind, new Set([...always, ...columnsOfKind(kind)])]),
  ) as unknown as Record<MovementKindName, ReadonlySet<string>>),
  ...(Object.fromEntries(
    shareKindNames.map((kind) => [kind, new Set([...always, ...columnsOfShareKind(kind)])]),
  ) as unknown as Record<ShareKindName, ReadonlySet<string>>),
  loss: new Set([...always, "主体编号", "金额", "项目编号", "资产编号", "户编号"]),
  reversal: new Set([...always, "原业务编号"]),
};

function columnsOfKind(kind: MovementKindName): string[] {
  const { needs, may: others } = movementKindOf(kind);
  return [...needs, ...others].map((field) => movementColumns[field].column);
}

function columnsOfShareKind(kind: ShareKindName): string[] {
  const { needs, may: others } = shareKindOf(kind);
  return [...needs, ...others].map((field) => movementColumns[field].column);
}

/**
 * Parses a row of movements.csv; refuses it with `MalformedField`, naming the first column at
 * fault.
 */
export function parseMovement(row: Row): Parsed<MovementCommand> {
  const problems: Refusal[] = [];
  checkCells(row, known, problems, movementColumns.note.column);
  // What is looked at next takes long where a row is too long.
  if (problems.length > 0) return refusedRow(row, problems);
  const reference = neededId(row, "业务编号", problems);
  const type = typeOf.get(textOf(row, "业务类型", problems));
  if (type === undefined) {
    const message = `业务类型 is not one of ${[...typeOf.keys()].join(" ")}`;
    problems.push(refuse("MalformedField", message, "业务类型"));
  }
  const command = type && parseByType(row, type, reference, problems);
  if (problems.length > 0) return refusedRow(row, problems);
  if (command === undefined) throw new Error("a malformed row has a reason");
  return { ok: true, command };
}

function refusedRow(row: Row, problems: readonly Refusal[]): Parsed<MovementCommand> {
  return { ok: false, key: keyOf(row, "业务编号"), refusal: problems[0] as Refusal };
}

/** A text of any row that may be empty. */
function shortText(row: Row, column: string, problems: Refusal[]): string | undefined {
  if (isEmpty(row, column)) return undefined;
  const text = textOf(row, column, problems);
  checkLength(column, text, shortTextMax, problems);
  return text;
}

const paidTypes: ReadonlySet<string> = new Set(paidLegNames);

/**
 * Members are written out: V8 is slow to make and to read objects that are put together from
 * others.
 */
function parseByType(
  row: Row,
  type: MovementType,
  reference: string,
  problems: Refusal[],
): MovementCommand {
  const date = neededDay(row, "业务日期", problems);
  const period = shortText(row, "所属期", problems);
  const voucher = shortText(row, "凭证号", problems);
  if (voucher !== undefined) checkDigits("凭证号", voucher, problems);
  const free = freeTextOf(row, readBy[type], known);
  if (type === "shares") {
    return {
      type,
      reference,
      date,
      period,
      voucher,
      free,
      household: neededId(row, "户编号", problems),
      organisation: neededId(row, "主体编号", problems),
      contract: neededId(row, "合同编号", problems),
      register: neededId(row, "股权登记簿", problems),
      amount: neededMoney(row, "金额", problems),
      capital: neededText(row, "资本类型", problems),
      loan: movementColumns.loan.read(row, problems),
      documents: movementColumns.documents.read(row, problems),
    };
  }
  if (type === "reversal") {
    return {
      type,
      reference,
      date,
      period,
      voucher,
      free,
      original: neededId(row, "原业务编号", problems),
    };
  }
  if (!paidTypes.has(type)) {
    return parseRare(row, type, { reference, date, period, voucher, free }, problems);
  }
  const paid = type as PaidLegName;
  return {
    type: paid,
    reference,
    date,
    period,
    voucher,
    free,
    household: neededId(row, "户编号", problems),
    organisation: neededId(row, "主体编号", problems),
    contract: neededId(row, "合同编号", problems),
    quantity: neededDecimal(row, "数量", problems),
    price: neededDecimal(row, "单价", problems),
    amount: neededMoney(row, "金额", problems),
    branch: paid === "order" ? movementColumns.branch.read(row, problems) : undefined,
    person: paid === "wage" ? movementColumns.person.read(row, problems) : undefined,
  };
}

/** Movements of which fewer come than of payments. */
function parseRare(
  row: Row,
  type: MovementType,
  common: Common,
  problems: Refusal[],
): MovementCommand {
  if (type === "dividend") {
    const organisation = neededId(row, "主体编号", problems);
    const register = neededId(row, "股权登记簿", problems);
    return { type, ...common, organisation, register, pool: neededMoney(row, "金额", problems) };
  }
  if (type in movementKinds) {
    const kind = type as MovementKindName;
    const fields = fieldsOf(row, kind, common.period, problems);
    return { type: kind, ...common, fields };
  }
  if (type in shareKinds) {
    const kind = type as ShareKindName;
    return { type: kind, ...common, moves: movedShares(row, kind, problems) };
  }
  if (type === "loss") {
    const loss = {
      organisation: neededId(row, "主体编号", problems),
      amount: neededMoney(row, "金额", problems),
      project: movementColumns.project.read(row, problems),
      asset: movementColumns.asset.read(row, problems),
      household: movementColumns.household.read(row, problems),
    };
    checkOneOf(["项目编号", loss.project], ["资产编号", loss.asset], problems);
    return { type, ...common, ...loss };
  }
  throw new Error(`a movement of type ${type} is parsed before`);
}

const beginsWithYear = /^\d{4}/;

/** What a movement of a kind says, by field; other columns are its notes. */
function fieldsOf(
  row: Row,
  kind: MovementKindName,
  period: string | undefined,
  problems: Refusal[],
): KindFields {
  const { needs, may: others, isOfYear } = movementKindOf(kind);
  const fields: Partial<Record<MovementField, string | undefined>> = {};
  for (const field of needs) fields[field] = movementColumns[field].read(row, problems, true);
  for (const field of others) fields[field] = movementColumns[field].read(row, problems);
  if (isOfYear === true && !beginsWithYear.test(period ?? "")) {
    const message = "所属期 is needed, and begins with the four digits of a year";
    problems.push(refuse("MalformedField", message, "所属期"));
  }
  if (fields.from !== undefined && fields.to !== undefined && fields.to < fields.from) {
    problems.push(refuse("MalformedField", "终止日期 is before 起始日期", "终止日期"));
  }
  return fields as KindFields;
}

/** What a movement of shares says, by field; other columns are its notes. */
function movedShares(row: Row, kind: ShareKindName, problems: Refusal[]): MovedShares {
  const own = shareKindOf(kind);
  const fields: Partial<Record<ShareField, string | undefined>> = {};
  for (const field of own.needs) fields[field] = movementColumns[field].read(row, problems, true);
  for (const field of own.may) fields[field] = movementColumns[field].read(row, problems);
  const { household, shareholder, toHousehold, toShareholder } = fields;
  if (namesHolder(own)) {
    checkOneOf(["户编号", household], ["持股主体编号", shareholder], problems);
  }
  if (own.does === "transfers") {
    checkOneOf(["受让户编号", toHousehold], ["受让主体编号", toShareholder], problems);
  }
  if (own.isExplained === true) neededText(row, "说明", problems);
  return fields as MovedShares;
}

type Filled = readonly [column: string, value: string | undefined];

/** Of two columns exactly one is filled. */
function checkOneOf([a, one]: Filled, [b, other]: Filled, problems: Refusal[]): void {
  if ((one === undefined) !== (other === undefined)) return;
  problems.push(refuse("MalformedField", `exactly one of ${a} and ${b} is filled`, a));
}
