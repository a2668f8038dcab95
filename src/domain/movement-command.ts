import { parseDay } from "./calendar.ts";
import { asMoney, parsePositive } from "./decimal.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { FreeText, Parsed, Row } from "./row.ts";
import { cell, checkStorable, freeTextOf, neededId, refuseLossy } from "./row.ts";

/** The columns of movements.csv that the ledger knows. */
export const movementColumns: ReadonlySet<string> = new Set([
  "业务编号",
  "业务类型",
  "户编号",
  "主体编号",
  "合同编号",
  "股权登记簿",
  "业务日期",
  "数量",
  "单价",
  "金额",
  "资本类型",
  "所属期",
  "凭证号",
  "原业务编号",
  "备注",
]);

/** 业务类型 → the name used in code. */
export const movementTypes = {
  折股: "shares",
  租金: "rent",
  订单收购: "order",
  工资: "wage",
  分红: "dividend",
  冲销: "reversal",
} as const;

/** The legs of income whose payment stands under a contract. */
export type PaymentLeg = "rent" | "order" | "wage";

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
  readonly type: PaymentLeg;
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
const columnsRead: Record<MovementCommand["type"], ReadonlySet<string>> = {
  shares: new Set([...always, "户编号", "主体编号", "合同编号", "股权登记簿", "金额", "资本类型"]),
  rent: new Set([...always, ...payment]),
  order: new Set([...always, ...payment]),
  wage: new Set([...always, ...payment]),
  dividend: new Set([...always, "主体编号", "股权登记簿", "金额"]),
  reversal: new Set([...always, "原业务编号"]),
};

/**
 * Parses a row of movements.csv; refuses it with `MalformedField`, naming the first column at
 * fault.
 */
export function parseMovement(row: Row): Parsed<MovementCommand> {
  const problems: Refusal[] = [];
  checkStorable(row, problems);
  const reference = neededId(row, "业务编号", problems);
  const written = cell(row, "业务类型");
  if (!Object.hasOwn(movementTypes, written)) {
    const message = "业务类型 is not one of 折股 租金 订单收购 工资 分红 冲销";
    return malformed(reference, problems, refuse("MalformedField", message, "业务类型"));
  }
  const type = movementTypes[written as keyof typeof movementTypes];
  const command = parseByType(row, type, reference, problems);
  refuseLossy(row, ["凭证号"], problems);
  if (problems.length > 0) return malformed(reference, problems);
  return { ok: true, command };
}

function malformed<C>(key: string, problems: Refusal[], last?: Refusal): Parsed<C> {
  const refusal = problems[0] ?? last;
  if (refusal === undefined) throw new Error("a malformed row has a reason");
  return { ok: false, key, refusal };
}

/**
 * Members are written out: an object that is put together from another is slow to make and to read.
 */
function parseByType(
  row: Row,
  type: MovementCommand["type"],
  reference: string,
  problems: Refusal[],
): MovementCommand {
  const date = neededDay(row, "业务日期", problems);
  const period = cell(row, "所属期") || undefined;
  const voucher = cell(row, "凭证号") || undefined;
  const free = freeTextOf(row, columnsRead[type], movementColumns);
  switch (type) {
    case "shares":
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
    case "rent":
    case "order":
    case "wage":
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
    case "dividend":
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
    case "reversal":
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
}

/** A text column that must not be empty. */
export function neededText(row: Row, column: string, problems: Refusal[]): string {
  const text = cell(row, column);
  if (text === "") problems.push(refuse("MalformedField", `${column} is needed`, column));
  return text;
}

/** A day that must be there, as YYYY-MM-DD. */
export function neededDay(row: Row, column: string, problems: Refusal[]): string {
  const text = cell(row, column);
  const day = parseDay(text);
  if (day !== null) return day;
  const message =
    text === "" ? `${column} is needed` : `${column} is not a day (YYYY-MM-DD or YYYY/M/D)`;
  problems.push(refuse("MalformedField", message, column));
  return "";
}

/** A quantity, price or par value above zero with at most four decimals, canonical. */
export function neededDecimal(row: Row, column: string, problems: Refusal[]): string {
  return number(row, column, 4, problems);
}

/** An amount above zero with at most two decimals, written with exactly two. */
export function neededMoney(row: Row, column: string, problems: Refusal[]): string {
  const parsed = number(row, column, 2, problems);
  return parsed === "" ? "" : asMoney(parsed);
}

function number(row: Row, column: string, most: 2 | 4, problems: Refusal[]): string {
  const text = cell(row, column);
  const parsed = row.lossy?.has(column) ? null : parsePositive(text, most);
  if (parsed !== null) return parsed;
  const rule = `digits with at most ${most} decimals, above zero, 15 digits before the point`;
  const message = text === "" ? `${column} is needed` : `${column} is not a number: ${rule}`;
  problems.push(refuse("MalformedField", message, column));
  return "";
}
