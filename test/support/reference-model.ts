/**
 * A second opinion on the contract: simple, slow, and sharing nothing with the ledger. It judges
 * rows one by one with BigInt arithmetic and predicts each reply and each answer.
 */

/** A row of an input file: its number as a spreadsheet counts, and its cells by column header. */
export interface InputRow {
  readonly row: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** The codes of refusal, in the order in which they are judged. */
export const refusalCodes = [
  "MalformedField",
  "ReferenceConflict",
  "HouseholdUnknown",
  "OrganisationUnknown",
  "ContractUnknown",
  "RegisterUnknown",
  "OriginalUnknown",
  "ContractMismatch",
  "ContractNotInForce",
  "PriceNotContract",
  "PriceBelowFloor",
  "AmountMismatch",
  "SharesNotExact",
  "NoShares",
  "AlreadyReversed",
] as const;

/** One of the codes of refusal. */
export type RefusalCode = (typeof refusalCodes)[number];

/** A refused row: its number, its key (`""` when it has none) and the first rule it broke. */
export interface Refusal {
  readonly row: number;
  readonly key: string;
  readonly code: RefusalCode;
}

/** What an import answers; rows without any value are not among `rows`. */
export interface ImportReply {
  readonly rows: number;
  readonly recorded: number;
  readonly alreadyRecorded: number;
  readonly refused: readonly Refusal[];
}

/** Money received by leg, each with 2 decimals, legs of zero left out. */
export interface Statement {
  readonly legs: Readonly<Record<string, string>>;
  readonly total: string;
}

/** An account and who holds it. */
export interface Holder {
  readonly number: string;
  readonly name: string;
}

/** The holders of a register and its shares, each with 4 decimals. */
export interface Holders {
  readonly holders: Readonly<Record<string, string>>;
  readonly shares: string;
}

/** What a contract says on a day: whose alone it is, and its price with 4 decimals. */
export interface Terms {
  readonly household: string;
  readonly start: string;
  readonly end: string;
  readonly price: string;
}

/** The model: its imports change it, its questions do not. */
export interface ReferenceModel {
  importRoster(rows: readonly InputRow[]): ImportReply;
  importOrganisations(rows: readonly InputRow[]): ImportReply;
  importContracts(rows: readonly InputRow[]): ImportReply;
  importAmendments(rows: readonly InputRow[]): ImportReply;
  importMovements(rows: readonly InputRow[]): ImportReply;
  /** Money received on the days from `from` to `to`, both included. */
  statement(household: string, from?: string, to?: string): Statement;
  /** Shares by register at the end of the day `on`, or of all days. */
  ownership(household: string, on?: string): Readonly<Record<string, string>>;
  /** Shares by household at the end of the day `on`, or of all days. */
  holders(register: string, on?: string): Holders;
  /** What holds under a contract on a day; undefined where it is not in force then. */
  terms(contract: string, on: string): Terms | undefined;
  /** 银行账号 and 开户名 of a household, "" where nobody is named; undefined where it has none. */
  account(household: string): Holder | undefined;
  /** Every household ever registered, in the order of registration. */
  households(): readonly string[];
  /** Every person ever registered, in the order of registration. */
  persons(): readonly string[];
}

const rosterColumns = [
  ...["县", "乡", "行政村", "户编号", "人编号", "姓名", "证件号码", "与户主关系", "自然村", "人数"],
  ...["健康状况", "劳动技能", "户类型", "监测对象类型", "户联系电话", "人联系电话", "开户行"],
  ...["银行账号", "开户名", "首次识别时间", "风险是否消除"],
];
const organisationColumns = [
  ...["主体编号", "名称", "类型", "统一社会信用代码", "行政区划", "开户行", "银行账号", "开户名"],
];
const contractColumns = [
  ...["合同编号", "合同类型", "主体编号", "签订日期", "起始日期", "终止日期", "户编号", "数量"],
  ...["单价", "保护价", "股权登记簿", "每股金额"],
];
const amendmentColumns = ["变更编号", "变更类型", "生效日期", ...contractColumns];
const movementColumns = [
  ...["业务编号", "业务类型", "业务日期", "户编号", "主体编号", "合同编号", "股权登记簿", "数量"],
  ...["单价", "金额", "资本类型", "原业务编号", "所属期", "凭证号", "备注"],
];

const contractNeeds = new Map([
  ["土地流转", ["户编号", "数量", "单价"]],
  ["订单收购", ["保护价"]],
  ["劳务", ["单价"]],
  ["入股", ["股权登记簿", "每股金额"]],
]);

const valued = ["户编号", "主体编号", "合同编号", "数量", "单价", "金额"];

/** The columns that each 业务类型 needs, besides 业务编号, 业务类型 and 业务日期. */
export const movementNeeds: ReadonlyMap<string, readonly string[]> = new Map([
  ["折股", ["户编号", "主体编号", "合同编号", "股权登记簿", "金额", "资本类型"]],
  ["租金", valued],
  ["订单收购", valued],
  ["工资", valued],
  ["分红", ["主体编号", "股权登记簿", "金额"]],
  ["冲销", ["原业务编号"]],
]);

const fittingContract = new Map([
  ["折股", "入股"],
  ["租金", "土地流转"],
  ["订单收购", "订单收购"],
  ["工资", "劳务"],
]);

const legOf = new Map([
  ["租金", "rent"],
  ["订单收购", "order"],
  ["工资", "wage"],
]);

const dayColumns = new Set(["业务日期", "签订日期", "起始日期", "终止日期", "生效日期"]);
const numberDecimals = new Map([
  ["金额", 2],
  ["数量", 4],
  ["单价", 4],
  ["保护价", 4],
  ["每股金额", 4],
]);

const idColumns = new Set([
  ...["人编号", "户编号", "主体编号", "合同编号", "业务编号", "原业务编号", "股权登记簿"],
  "变更编号",
]);
const digitColumns = new Set([
  ...["证件号码", "银行账号", "户联系电话", "人联系电话", "凭证号", "统一社会信用代码"],
]);
const errors = new Set([
  ...["#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"],
  ...["#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "########"],
]);

/** The text of a cell, undefined where it is not known what it says. */
export function plainText(written: string): string | undefined {
  const cells = { cell: written };
  return allKnown(cells, ["cell"]) ? textOf(cells, "cell") : undefined;
}

/** Whether a row of a file is refused before anything that is recorded is asked. */
export function isMalformed(kind: string, cells: InputRow["cells"]): boolean {
  if (kind === "roster") return parsePerson(cells) === undefined;
  if (kind === "organisations") return parseOrganisation(cells) === undefined;
  if (kind === "contracts") return parseContract(cells) === undefined;
  if (kind === "amendments") return parseAmendment(cells) === undefined;
  return parseMovement(cells) === undefined;
}

/** A cell as it is read: without the blanks around it, and without the guard of a text. */
function textOf(cells: InputRow["cells"], column: string): string {
  const text = (cells[column] ?? "").replace(/^[^\S\ufeff]+/, "").replace(/[^\S\ufeff]+$/, "");
  const formula = /^="((?:[^"]|"")*)"$/.exec(text);
  if (formula !== null) return (formula[1] ?? "").replace(/""/g, '"').trim();
  const guarded = text.startsWith("'") ? text.slice(1) : "";
  return /^[0-9]+$/.test(guarded) || "=+-@'".includes(guarded.charAt(0) || "x") ? guarded : text;
}

/** Whether an id or a number of an account or the like can be told from every other. */
function isPlain(column: string, text: string): boolean {
  const isId = idColumns.has(column);
  if (!isId && !digitColumns.has(column)) return true;
  if (/^[0-9]+(\.[0-9]+)?[eE]\+[0-9]+$/.test(text)) return false;
  if (/^[0-9]+\.[0-9]+[eE][0-9]+$/.test(text)) return false;
  if (!isId) return true;
  return text.length <= 200 && !/[\p{Cc}\p{Cf}０-９Ａ-Ｚａ-ｚ]/u.test(text);
}

/** Whether no cell of these columns is an error, and none at all the mark of an unknown one. */
function allKnown(cells: InputRow["cells"], columns: readonly string[]): boolean {
  return Object.keys(cells).every((column) => {
    const text = textOf(cells, column);
    return text !== "#未知" && !(errors.has(text.toUpperCase()) && columns.includes(column));
  });
}

function notesFit(cells: InputRow["cells"], columns: readonly string[]): boolean {
  const notes = Object.keys(cells).filter((name) => name === "备注" || !columns.includes(name));
  const bytes = notes.map((name) => Buffer.from(textOf(cells, name)).length);
  return bytes.reduce((sum, length) => sum + length, 0) <= 65_536;
}

/** The number in units of its last allowed decimal, or undefined when malformed. */
function parseNumber(text: string, decimals: number): bigint | undefined {
  const match = /^([0-9]{1,15})(?:\.([0-9]+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = match[2] ?? "";
  if (fraction.length > decimals) return undefined;
  const units = BigInt((match[1] ?? "") + fraction.padEnd(decimals, "0"));
  return units > 0n ? units : undefined;
}

/** The day as YYYY-MM-DD, or undefined when malformed. */
function parseDay(written: string): string | undefined {
  const [text = "", time = "00:00"] = written.split(/ +|T/, 2);
  if (!/^([0-9]|[01][0-9]|2[0-3])(:[0-5][0-9]){1,2}(\.[0-9]+)?$/.test(time)) return undefined;
  const match =
    /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ??
    /^([0-9]{4})\/([0-9]{1,2})\/([0-9]{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (day < 1 || day > (lengths[month - 1] ?? 0)) return undefined;
  const iso = [match[1], String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
  return iso >= "1949-10-01" && iso <= "2199-12-31" ? iso : undefined;
}

/** The cell's value in one way of writing, or undefined when malformed or empty. */
function parseCell(column: string, text: string): string | undefined {
  if (dayColumns.has(column)) return parseDay(text);
  const decimals = numberDecimals.get(column);
  if (decimals !== undefined) return parseNumber(text, decimals)?.toString();
  return text === "" || !isPlain(column, text) ? undefined : text;
}

/**
 * The columns with those of `needed` parsed and the others as trimmed text, or undefined when a
 * needed one is malformed, or one of `judgedWhenFilled` is filled and malformed.
 */
function parseColumns(
  cells: InputRow["cells"],
  columns: readonly string[],
  needed: readonly string[],
  judgedWhenFilled: readonly string[] = [],
): Map<string, string> | undefined {
  if (!allKnown(cells, columns) || !notesFit(cells, columns)) return undefined;
  const content = new Map<string, string>();
  for (const column of columns) {
    const text = textOf(cells, column);
    const parsed = parseCell(column, text);
    if (needed.includes(column)) {
      if (parsed === undefined) return undefined;
      content.set(column, parsed);
      continue;
    }
    if (judgedWhenFilled.includes(column) && text !== "" && parsed === undefined) return undefined;
    content.set(column, text);
  }
  return content;
}

function fixed(units: bigint, decimals: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return `${units < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function fixedEntries(sums: ReadonlyMap<string, bigint>, decimals: number): Record<string, string> {
  const entries = [...sums].filter(([, units]) => units !== 0n);
  entries.sort(([a], [b]) => ascending(a, b));
  return Object.fromEntries(entries.map(([key, units]) => [key, fixed(units, decimals)]));
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function add(sums: Map<string, bigint>, key: string, units: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + units);
}

function sumOf(sums: ReadonlyMap<string, bigint>): bigint {
  return [...sums.values()].reduce((sum, units) => sum + units, 0n);
}

/** 数量 (4 decimals) × 单价 (4 decimals) in fen, half up. */
function amountFen(quantity: bigint, price: bigint): bigint {
  return (quantity * price + 500_000n) / 1_000_000n;
}

/** The pool's fen by household: floor, then one each to the largest remainders. */
function shareOut(pool: bigint, held: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const total = sumOf(held);
  const lines = [...held].map(([household, shares]) => ({
    household,
    fen: (pool * shares) / total,
    remainder: (pool * shares) % total,
  }));
  let left = lines.reduce((rest, line) => rest - line.fen, pool);
  lines.sort((a, b) => {
    if (a.remainder !== b.remainder) return a.remainder > b.remainder ? -1 : 1;
    return ascending(a.household, b.household);
  });
  for (const line of lines) {
    if (left === 0n) break;
    line.fen += 1n;
    left -= 1n;
  }
  return new Map(lines.map((line) => [line.household, line.fen]));
}

/** What may be otherwise from one day to another. */
interface Held {
  household: string;
  start: string;
  end: string;
  price: bigint;
}

interface Contract extends Readonly<Held> {
  readonly type: string;
  readonly organisation: string;
  readonly register: string;
  readonly content: string;
  /** In the order in which they were recorded. */
  readonly amended: readonly Amendment[];
}

interface Amendment {
  readonly id: string;
  readonly contract: string;
  readonly type: string;
  readonly day: string;
  /** The cells that are filled, parsed. */
  readonly filled: ReadonlyMap<string, string>;
  readonly content: string;
}

interface MoneyLine {
  readonly household: string;
  readonly leg: string;
  readonly date: string;
  readonly fen: bigint;
}

interface ShareLine {
  readonly household: string;
  readonly register: string;
  readonly date: string;
  readonly units: bigint;
}

interface Effects {
  readonly money: readonly MoneyLine[];
  readonly shares: readonly ShareLine[];
}

interface Recorded extends Effects, Movement {}

interface Person {
  readonly content: string;
  readonly household: string;
  readonly relation: string;
  readonly number: string;
  readonly name: string;
}

interface State {
  readonly persons: Map<string, Person>;
  readonly households: Set<string>;
  readonly organisations: Map<string, string>;
  readonly contracts: Map<string, Contract>;
  readonly amendments: Map<string, Amendment>;
  /** The entity of each register. */
  readonly registers: Map<string, string>;
  readonly movements: Map<string, Recorded>;
  readonly reversed: Set<string>;
  readonly moneyByHousehold: Map<string, MoneyLine[]>;
  readonly sharesByHousehold: Map<string, ShareLine[]>;
  readonly sharesByRegister: Map<string, ShareLine[]>;
}

type Outcome = "recorded" | "alreadyRecorded" | RefusalCode;

/** Judges each row that has a value, in order, and counts the outcomes. */
function importRows(
  rows: readonly InputRow[],
  keyColumn: string,
  judge: (cells: InputRow["cells"]) => Outcome,
): ImportReply {
  const refused: Refusal[] = [];
  const counts = { rows: 0, recorded: 0, alreadyRecorded: 0 };
  for (const { row, cells } of rows) {
    if (Object.keys(cells).every((column) => textOf(cells, column) === "")) continue;
    counts.rows += 1;
    const outcome = judge(cells);
    if (outcome === "recorded" || outcome === "alreadyRecorded") counts[outcome] += 1;
    else {
      const key = allKnown({ id: cells[keyColumn] ?? "" }, ["id"]) ? textOf(cells, keyColumn) : "";
      refused.push({ row, key, code: outcome });
    }
  }
  return { ...counts, refused };
}

function parsePerson(cells: InputRow["cells"]): Map<string, string> | undefined {
  const judged = ["证件号码", "银行账号", "户联系电话", "人联系电话"];
  return parseColumns(cells, rosterColumns, ["人编号", "户编号"], judged);
}

function judgePerson(state: State, cells: InputRow["cells"]): Outcome {
  const content = parsePerson(cells);
  if (content === undefined) return "MalformedField";
  const person = content.get("人编号") ?? "";
  const text = JSON.stringify([...content.values()]);
  const before = state.persons.get(person);
  if (before?.content === text) return "alreadyRecorded";
  const [household = "", relation = "", number = "", name = ""] = [
    "户编号",
    "与户主关系",
    "银行账号",
    "开户名",
  ].map((column) => content.get(column));
  state.persons.set(person, {
    content: text,
    household,
    relation,
    number: number || (before?.number ?? ""),
    name: number === "" ? name || (before?.name ?? "") : name,
  });
  state.households.add(household);
  return "recorded";
}

function parseOrganisation(cells: InputRow["cells"]): Map<string, string> | undefined {
  const judged = ["统一社会信用代码", "银行账号"];
  return parseColumns(cells, organisationColumns, ["主体编号"], judged);
}

/** The account in the row of the head, or of the lowest 人编号 where nobody is called so. */
function accountOf(state: State, household: string): Holder | undefined {
  const members = [...state.persons].filter(([, person]) => person.household === household);
  members.sort(([a], [b]) => ascending(a, b));
  const [, whose] = members.find(([, { relation }]) => relation === "户主") ?? members[0] ?? [];
  return whose === undefined || whose.number === "" ? undefined : whose;
}

function judgeOrganisation(state: State, cells: InputRow["cells"]): Outcome {
  const content = parseOrganisation(cells);
  if (content === undefined) return "MalformedField";
  const organisation = content.get("主体编号") ?? "";
  const text = JSON.stringify([...content.values()]);
  if (state.organisations.get(organisation) === text) return "alreadyRecorded";
  state.organisations.set(organisation, text);
  return "recorded";
}

function parseContract(cells: InputRow["cells"]): Contract | undefined {
  const type = textOf(cells, "合同类型");
  const typeNeeds = contractNeeds.get(type);
  if (typeNeeds === undefined) return undefined;
  const needed = ["合同编号", "合同类型", "主体编号", "起始日期", ...typeNeeds];
  const content = parseColumns(cells, contractColumns, needed, contractColumns);
  if (content === undefined) return undefined;
  const start = content.get("起始日期") ?? "";
  const end = parseDay(textOf(cells, "终止日期")) ?? "";
  if (end !== "" && end < start) return undefined;
  return {
    type,
    organisation: content.get("主体编号") ?? "",
    household: content.get("户编号") ?? "",
    register: content.get("股权登记簿") ?? "",
    start,
    end,
    price: BigInt(content.get(priceColumnOf(type)) ?? ""),
    content: JSON.stringify([...content.values()]),
    amended: [],
  };
}

function priceColumnOf(type: string): string {
  return { 订单收购: "保护价", 入股: "每股金额" }[type] ?? "单价";
}

function judgeContract(state: State, cells: InputRow["cells"]): Outcome {
  const id = textOf(cells, "合同编号");
  const contract = parseContract(cells);
  if (contract === undefined) return "MalformedField";
  const earlier = state.contracts.get(id);
  if (earlier !== undefined) {
    return earlier.content === contract.content ? "alreadyRecorded" : "ReferenceConflict";
  }
  const { household, organisation, register, type } = contract;
  if (household !== "" && !state.households.has(household)) return "HouseholdUnknown";
  if (!state.organisations.has(organisation)) return "OrganisationUnknown";
  const entity = state.registers.get(register);
  if (entity !== undefined && entity !== organisation) return "ContractMismatch";
  state.contracts.set(id, contract);
  if (type === "入股") state.registers.set(register, organisation);
  return "recorded";
}

const movable = [
  "户编号",
  "签订日期",
  "起始日期",
  "终止日期",
  "数量",
  "单价",
  "保护价",
  "每股金额",
];

const fixedColumns = ["合同类型", "主体编号", "股权登记簿"];

function parseAmendment(cells: InputRow["cells"]): Amendment | undefined {
  if (!allKnown(cells, amendmentColumns) || !notesFit(cells, amendmentColumns)) return undefined;
  const filled = new Map<string, string>();
  for (const column of amendmentColumns) {
    const text = textOf(cells, column);
    const isOpen = column === "终止日期" && text === "-";
    const parsed = isOpen ? text : parseCell(column, text);
    if (text !== "" && parsed === undefined) return undefined;
    if (parsed !== undefined) filled.set(column, parsed);
  }
  const [id, contract, day] = ["变更编号", "合同编号", "生效日期"].map((name) => filled.get(name));
  if (id === undefined || contract === undefined || day === undefined) return undefined;
  const type = filled.get("变更类型") ?? "";
  const agreed = filled.get("合同类型");
  if (agreed !== undefined && !contractNeeds.has(agreed)) return undefined;
  const [start = "", end = "-"] = [filled.get("起始日期"), filled.get("终止日期")];
  if (end !== "-" && end < start) return undefined;
  const names = [...movable, ...fixedColumns].some((column) => filled.has(column));
  const isWell = {
    补充协议: names && (end === "-" || end >= day),
    更正: names,
    终止: !filled.has("终止日期") || end === day,
  }[type];
  if (isWell !== true) return undefined;
  return { id, contract, type, day, filled, content: JSON.stringify([...filled]) };
}

/** The last day in force that an amendment states: "" for open, undefined where it says nothing. */
function endOf({ type, day, filled }: Amendment): string | undefined {
  const end = type === "终止" ? day : filled.get("终止日期");
  return end === "-" ? "" : end;
}

/**
 * What holds on a day: what was signed, put right by the corrections, and then what the others say
 * that are of that day or before, in the order of their days. An end does not count if what was
 * recorded later ends the contract before that amendment's own day.
 */
function heldOn({ amended, type, household, start, end, price }: Contract, day: string): Held {
  const held = { household, start, end, price };
  const apply = (amendment: Amendment): void => {
    const { filled } = amendment;
    const later = amended.slice(amended.indexOf(amendment) + 1).map(endOf);
    const isVoid =
      amendment.type !== "更正" &&
      later.some((other) => other !== undefined && other !== "" && other < amendment.day);
    held.household = filled.get("户编号") ?? held.household;
    held.start = filled.get("起始日期") ?? held.start;
    held.end = isVoid ? held.end : (endOf(amendment) ?? held.end);
    held.price = BigInt(filled.get(priceColumnOf(type)) ?? held.price);
  };
  amended.filter((one) => one.type === "更正").forEach(apply);
  const others = amended.filter((one) => one.type !== "更正" && one.day <= day);
  others.sort((a, b) => ascending(a.day, b.day));
  others.forEach(apply);
  return held;
}

function isInForce({ start, end }: Held, day: string): boolean {
  return start <= day && (end === "" || day <= end);
}

function judgeAmendment(state: State, cells: InputRow["cells"]): Outcome {
  const amendment = parseAmendment(cells);
  if (amendment === undefined) return "MalformedField";
  const { id, type, day, filled, content } = amendment;
  const earlier = state.amendments.get(id);
  if (earlier !== undefined) {
    return earlier.content === content ? "alreadyRecorded" : "ReferenceConflict";
  }
  const household = filled.get("户编号");
  if (household !== undefined && !state.households.has(household)) return "HouseholdUnknown";
  const contract = state.contracts.get(amendment.contract);
  if (contract === undefined) return "ContractUnknown";
  const fixed = [contract.type, contract.organisation, contract.register];
  for (const [at, column] of fixedColumns.entries()) {
    if ((filled.get(column) ?? fixed[at]) !== fixed[at]) return "ContractMismatch";
  }
  if (type !== "终止" && !movable.some((column) => filled.has(column))) return "MalformedField";
  const after = { ...contract, amended: [...contract.amended, amendment] };
  const days = [heldOn(contract, day), ...(type === "更正" ? [heldOn(after, day)] : [])];
  if (!days.some((held) => isInForce(held, day))) return "ContractNotInForce";
  const { start, end } = heldOn(after, day);
  if (end !== "" && end < start) return "ContractNotInForce";
  state.contracts.set(amendment.contract, after);
  state.amendments.set(id, amendment);
  return "recorded";
}

interface Movement {
  readonly reference: string;
  readonly type: string;
  readonly date: string;
  readonly household: string;
  readonly organisation: string;
  readonly contract: string;
  readonly register: string;
  readonly quantity: bigint;
  readonly price: bigint;
  readonly amount: bigint;
  /** 金额 as it stands there. */
  readonly saidAmount: string;
  readonly original: string;
  readonly content: string;
  readonly needs: (column: string) => boolean;
}

function parseMovement(cells: InputRow["cells"]): Movement | undefined {
  const type = textOf(cells, "业务类型");
  const typeNeeds = movementNeeds.get(type);
  if (typeNeeds === undefined) return undefined;
  const needed = ["业务编号", "业务类型", "业务日期", ...typeNeeds];
  const content = parseColumns(cells, movementColumns, needed, ["凭证号"]);
  if (content === undefined) return undefined;
  if ([content.get("凭证号"), content.get("所属期")].some((text = "") => text.length > 64)) {
    return undefined;
  }
  const text = (column: string): string => content.get(column) ?? "";
  const units = (column: string): bigint => (needed.includes(column) ? BigInt(text(column)) : 0n);
  return {
    reference: text("业务编号"),
    type,
    date: text("业务日期"),
    household: text("户编号"),
    organisation: text("主体编号"),
    contract: text("合同编号"),
    register: text("股权登记簿"),
    quantity: units("数量"),
    price: units("单价"),
    amount: units("金额"),
    saidAmount: textOf(cells, "金额"),
    original: text("原业务编号"),
    content: JSON.stringify([...content.values()]),
    needs: (column) => needed.includes(column),
  };
}

function mismatched(state: State, movement: Movement): boolean {
  if (movement.type === "分红") {
    return state.registers.get(movement.register) !== movement.organisation;
  }
  const contract = state.contracts.get(movement.contract);
  if (contract === undefined) return false;
  const { household } = heldOn(contract, movement.date);
  return (
    contract.type !== fittingContract.get(movement.type) ||
    contract.organisation !== movement.organisation ||
    (household !== "" && household !== movement.household) ||
    (movement.type === "折股" && contract.register !== movement.register)
  );
}

function outOfForce(state: State, movement: Movement): boolean {
  const contract = movement.needs("合同编号") && state.contracts.get(movement.contract);
  if (!contract) return false;
  return !isInForce(heldOn(contract, movement.date), movement.date);
}

/** The price under a movement's contract on its day. */
function priceOf(state: State, { contract, date }: Movement): bigint | undefined {
  const found = state.contracts.get(contract);
  return found && heldOn(found, date).price;
}

function originalUnknown(state: State, movement: Movement): boolean {
  const original = state.movements.get(movement.original);
  return original === undefined || original.type === "冲销" || original.date > movement.date;
}

/** Whether a 冲销 names a household, an entity or a contract that is not the original's. */
function otherThanOriginal(state: State, movement: Movement): boolean {
  const original = state.movements.get(movement.original);
  const said = [movement.household, movement.organisation, movement.contract];
  const own = [original?.household, original?.organisation, original?.contract];
  return ["户编号", "主体编号", "合同编号"].some(
    (column, at) => said[at] !== "" && (!original?.needs(column) || said[at] !== own[at]),
  );
}

function otherAmount(state: State, { original, saidAmount }: Movement): boolean {
  if (saidAmount === "") return false;
  const said = parseCell("金额", saidAmount);
  return said === undefined || BigInt(said) !== state.movements.get(original)?.amount;
}

/** The entries dated by `on` (all when undefined), summed by `key`. */
function heldBy(
  lines: readonly ShareLine[] | undefined,
  key: "household" | "register",
  on?: string,
): Map<string, bigint> {
  const held = new Map<string, bigint>();
  for (const line of lines ?? []) {
    if (on === undefined || line.date <= on) add(held, line[key], line.units);
  }
  for (const [id, units] of held) if (units === 0n) held.delete(id);
  return held;
}

function registerHeld(state: State, movement: Movement): Map<string, bigint> {
  return heldBy(state.sharesByRegister.get(movement.register), "household", movement.date);
}

/** 金额 ÷ 每股金额 × 10,000 with what is left over: 金额 is in fen, 每股金额 has 4 decimals. */
function sharesOf(state: State, movement: Movement): { units: bigint; exact: boolean } {
  const perShare = priceOf(state, movement) ?? 1n;
  const dividend = movement.amount * 100n * 10_000n;
  return { units: dividend / perShare, exact: dividend % perShare === 0n };
}

type Rule = readonly [RefusalCode, (state: State, movement: Movement) => boolean];

/** What a well-formed movement of a free number can break, in the order of the contract. */
const movementRules: readonly Rule[] = [
  ["HouseholdUnknown", (s, m) => m.needs("户编号") && !s.households.has(m.household)],
  ["OrganisationUnknown", (s, m) => m.needs("主体编号") && !s.organisations.has(m.organisation)],
  ["ContractUnknown", (s, m) => m.needs("合同编号") && !s.contracts.has(m.contract)],
  ["RegisterUnknown", (s, m) => m.needs("股权登记簿") && !s.registers.has(m.register)],
  ["OriginalUnknown", (s, m) => m.type === "冲销" && originalUnknown(s, m)],
  ["ContractMismatch", (s, m) => (m.type === "冲销" ? otherThanOriginal(s, m) : mismatched(s, m))],
  ["ContractNotInForce", outOfForce],
  [
    "PriceNotContract",
    (s, m) => (m.type === "租金" || m.type === "工资") && priceOf(s, m) !== m.price,
  ],
  ["PriceBelowFloor", (s, m) => m.type === "订单收购" && m.price < (priceOf(s, m) ?? 0n)],
  ["AmountMismatch", (_, m) => m.needs("数量") && m.amount !== amountFen(m.quantity, m.price)],
  ["AmountMismatch", (s, m) => m.type === "冲销" && otherAmount(s, m)],
  ["SharesNotExact", (s, m) => m.type === "折股" && !sharesOf(s, m).exact],
  ["NoShares", (s, m) => m.type === "分红" && sumOf(registerHeld(s, m)) === 0n],
  ["AlreadyReversed", (s, m) => m.type === "冲销" && s.reversed.has(m.original)],
];

function mirror(original: Recorded, date: string): Effects {
  return {
    money: original.money.map((line) => ({ ...line, date, fen: -line.fen })),
    shares: original.shares.map((line) => ({ ...line, date, units: -line.units })),
  };
}

function effectsOf(state: State, movement: Movement): Effects {
  const { type, household, register, date } = movement;
  const original = state.movements.get(movement.original);
  if (type === "冲销" && original !== undefined) return mirror(original, date);
  if (type === "折股") {
    const { units } = sharesOf(state, movement);
    return { money: [], shares: [{ household, register, date, units }] };
  }
  if (type === "分红") {
    const lines = shareOut(movement.amount, registerHeld(state, movement));
    const toLine = ([holder, fen]: [string, bigint]): MoneyLine => {
      return { household: holder, leg: "dividend", date, fen };
    };
    return { money: [...lines].map(toLine), shares: [] };
  }
  const line = { household, leg: legOf.get(type) ?? "", date, fen: movement.amount };
  return { money: [line], shares: [] };
}

function judgeMovement(state: State, cells: InputRow["cells"]): Outcome {
  const movement = parseMovement(cells);
  if (movement === undefined) return "MalformedField";
  const { reference, type, content } = movement;
  const earlier = state.movements.get(reference);
  if (earlier !== undefined) {
    return earlier.content === content ? "alreadyRecorded" : "ReferenceConflict";
  }
  const broken = movementRules.find(([, breaks]) => breaks(state, movement));
  if (broken !== undefined) return broken[0];
  const effects = effectsOf(state, movement);
  state.movements.set(reference, { ...movement, ...effects });
  if (type === "冲销") state.reversed.add(movement.original);
  for (const line of effects.money) append(state.moneyByHousehold, line.household, line);
  for (const line of effects.shares) {
    append(state.sharesByHousehold, line.household, line);
    append(state.sharesByRegister, line.register, line);
  }
  return "recorded";
}

/** An empty ledger as the contract describes it. */
export function referenceModel(): ReferenceModel {
  const state: State = {
    persons: new Map(),
    households: new Set(),
    organisations: new Map(),
    contracts: new Map(),
    amendments: new Map(),
    registers: new Map(),
    movements: new Map(),
    reversed: new Set(),
    moneyByHousehold: new Map(),
    sharesByHousehold: new Map(),
    sharesByRegister: new Map(),
  };
  return {
    importRoster: (rows) => importRows(rows, "人编号", (cells) => judgePerson(state, cells)),
    importOrganisations: (rows) =>
      importRows(rows, "主体编号", (cells) => judgeOrganisation(state, cells)),
    importContracts: (rows) => importRows(rows, "合同编号", (cells) => judgeContract(state, cells)),
    importAmendments: (rows) =>
      importRows(rows, "变更编号", (cells) => judgeAmendment(state, cells)),
    importMovements: (rows) => importRows(rows, "业务编号", (cells) => judgeMovement(state, cells)),
    statement: (household, from = "0000-01-01", to = "9999-12-31") => {
      const legs = new Map<string, bigint>();
      for (const line of state.moneyByHousehold.get(household) ?? []) {
        if (line.date >= from && line.date <= to) add(legs, line.leg, line.fen);
      }
      return { legs: fixedEntries(legs, 2), total: fixed(sumOf(legs), 2) };
    },
    ownership: (household, on) =>
      fixedEntries(heldBy(state.sharesByHousehold.get(household), "register", on), 4),
    holders: (register, on) => {
      const held = heldBy(state.sharesByRegister.get(register), "household", on);
      return { holders: fixedEntries(held, 4), shares: fixed(sumOf(held), 4) };
    },
    terms: (contract, on) => {
      const found = state.contracts.get(contract);
      const held = found && heldOn(found, on);
      if (held === undefined || !isInForce(held, on)) return undefined;
      return { ...held, price: fixed(held.price, 4) };
    },
    account: (household) => accountOf(state, household),
    households: () => [...state.households],
    persons: () => [...state.persons.keys()],
  };
}
