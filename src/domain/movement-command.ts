import type { PaidLegName } from "../../events/legs.ts";
import { legs, paidLegNames } from "../../events/legs.ts";
import type { MovementField, MovementKindName } from "../../events/movements.ts";
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
  reversal: "冲销",
} as const;

/** What a movement is. */
export type MovementType = keyof typeof movementTypes;

const shortTextMax = 64;

/** Which movements need a field and which may have it, for people. */
function neededBy(field: MovementField, others: readonly MovementType[] = []): string {
  const needing = movementKindNames.filter((kind) => movementKindOf(kind).needs.includes(field));
  const allowed = movementKindNames.filter((kind) => movementKindOf(kind).may.includes(field));
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
  register: may(id("股权登记簿", "needed by shares and dividend")),
  quantity: may(decimal("数量", neededBy("quantity", paidLegNames))),
  price: may(decimal("单价", neededBy("price", paidLegNames))),
  amount: may(money("金额", "needed by all but 冲销, as 主体编号; a dividend's whole pool")),
  capital: may(text("资本类型", "needed by shares; any text")),
  person: may(id("人编号", "of 工资: who worked")),
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
  documents: may(documents("材料", `${neededBy("documents")}, likewise: the agreement`)),
  period: may(
    text("所属期", "the period it is for; any text, of 返利 beginning with the year", shortTextMax),
  ),
  voucher: may(digits("凭证号", "the number of its voucher", shortTextMax)),
  original: may(id("原业务编号", "needed by reversal: the movement it takes back, whole")),
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
  | ReversalCommand;

const always = ["业务编号", "业务类型", "业务日期", "所属期", "凭证号"];
const payment = ["户编号", "主体编号", "合同编号", "数量", "单价", "金额"];
const readBy: Readonly<Record<MovementType, ReadonlySet<string>>> = {
  rent: new Set([...always, ...payment]),
  order: new Set([...always, ...payment, "经营类别"]),
  wage: new Set([...always, ...payment, "人编号"]),
  shares: new Set([...always, "户编号", "主体编号", "合同编号", "股权登记簿", "金额", "资本类型"]),
  dividend: new Set([...always, "主体编号", "股权登记簿", "金额"]),
  ...(Object.fromEntries(
    movementKindNames.map((kind) => [kind, new Set([...always, ...columnsOfKind(kind)])]),
  ) as unknown as Record<MovementKindName, ReadonlySet<string>>),
  reversal: new Set([...always, "原业务编号"]),
};

function columnsOfKind(kind: MovementKindName): string[] {
  const { needs, may: others } = movementKindOf(kind);
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
    };
  }
  // Fewer of these come than of payments.
  const common = () => ({ reference, date, period, voucher, free });
  if (type === "dividend") {
    const organisation = neededId(row, "主体编号", problems);
    const register = neededId(row, "股权登记簿", problems);
    return { type, ...common(), organisation, register, pool: neededMoney(row, "金额", problems) };
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
  if (type in movementKinds) {
    const kind = type as MovementKindName;
    const fields = fieldsOf(row, kind, period, problems);
    return { type: kind, ...common(), fields };
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
