import type { PaidLegName } from "../../events/legs.ts";
import { legs, paidLegNames } from "../../events/legs.ts";
import {
  decimal,
  digits,
  id,
  may,
  money,
  day,
  neededDay,
  neededDecimal,
  neededMoney,
  neededText,
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
  reversal: "冲销",
} as const;

/** What a movement is. */
export type MovementType = keyof typeof movementTypes;

const paid = paidLegNames.join(", ").replace(/, ([^,]*)$/, " and $1");
const underContract = `needed by ${paidLegNames.join(", ")} and shares`;

const shortTextMax = 64;

/** The columns of movements.csv that the ledger knows, by the field of a command. */
export const movementColumns = {
  reference: id("业务编号", "the movement's own id: what is recorded once"),
  type: words<MovementType>("业务类型", "what happened", movementTypes),
  date: day("业务日期", ""),
  household: may(id("户编号", underContract)),
  organisation: may(
    id("主体编号", "needed by all but reversal, where it is the original's if filled"),
  ),
  contract: may(id("合同编号", underContract)),
  register: may(id("股权登记簿", "needed by shares and dividend")),
  quantity: may(decimal("数量", `needed by ${paid}`)),
  price: may(decimal("单价", `needed by ${paid}`)),
  amount: may(money("金额", "as 主体编号; a dividend's whole pool")),
  capital: may(text("资本类型", "needed by shares; any text")),
  period: may(text("所属期", "the period it is for; any text", shortTextMax)),
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
export type MovementCommand = SharesCommand | PaymentCommand | DividendCommand | ReversalCommand;

const always = ["业务编号", "业务类型", "业务日期", "所属期", "凭证号"];
const payment = ["户编号", "主体编号", "合同编号", "数量", "单价", "金额"];
const readByPayment: ReadonlySet<string> = new Set([...always, ...payment]);
const readBy: Readonly<Record<Exclude<MovementType, PaidLegName>, ReadonlySet<string>>> = {
  shares: new Set([...always, "户编号", "主体编号", "合同编号", "股权登记簿", "金额", "资本类型"]),
  dividend: new Set([...always, "主体编号", "股权登记簿", "金额"]),
  reversal: new Set([...always, "原业务编号"]),
};

function columnsRead(type: MovementType): ReadonlySet<string> {
  return type in readBy ? readBy[type as keyof typeof readBy] : readByPayment;
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
  const free = freeTextOf(row, columnsRead(type), known);
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
  if (type === "dividend") {
    return {
      type,
      reference,
      date,
      period,
      voucher,
      free,
      organisation: neededId(row, "主体编号", problems),
      register: neededId(row, "股权登记簿", problems),
      pool: neededMoney(row, "金额", problems),
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
    quantity: neededDecimal(row, "数量", problems),
    price: neededDecimal(row, "单价", problems),
    amount: neededMoney(row, "金额", problems),
  };
}
