import { z } from "zod";
import type { CommandKind } from "../write/commands.ts";
import { commandKinds } from "../write/commands.ts";
import { contractKinds } from "../domain/contract.ts";
import { movementTypes } from "../domain/movement-command.ts";
import type { Refusal } from "../domain/refusal.ts";
import { refuse } from "../domain/refusal.ts";
import type { Row } from "../domain/row.ts";
import type { ProblemField } from "./problem.ts";

/** A field of a command in JSON: the column it stands for and what it holds. */
type Fields = Readonly<Record<string, readonly [column: string, meaning: string]>>;

const number4 = "digits[.digits] above zero, at most 4 decimals, as a text";
const money = "yuan above zero with at most 2 decimals, as a text";
const day = "YYYY-MM-DD or YYYY/M/D";

const movements: Fields = {
  reference: ["业务编号", "the movement's own id: what is recorded once"],
  type: ["业务类型", "what happened"],
  date: ["业务日期", day],
  household: ["户编号", "needed by rent, order, wage and shares"],
  organisation: ["主体编号", "needed by all but reversal"],
  contract: ["合同编号", "needed by rent, order, wage and shares"],
  register: ["股权登记簿", "needed by shares and dividend"],
  quantity: ["数量", `needed by rent, order and wage: ${number4}`],
  price: ["单价", `needed by rent, order and wage: ${number4}`],
  amount: ["金额", `needed by all but reversal; a dividend's whole pool: ${money}`],
  capital: ["资本类型", "needed by shares; any text"],
  period: ["所属期", "the period it is for; any text"],
  voucher: ["凭证号", "the number of its voucher"],
  original: ["原业务编号", "needed by reversal: the movement it takes back, whole"],
  note: ["备注", "personal data: kept in the vault, compared, never listed in the open"],
};

const contracts: Fields = {
  contract: ["合同编号", "the contract's own id"],
  kind: ["合同类型", "what is agreed"],
  organisation: ["主体编号", "with whom"],
  household: ["户编号", "needed by lease; where given, the contract is this household's alone"],
  signedOn: ["签订日期", day],
  from: ["起始日期", `first day in force: ${day}`],
  to: ["终止日期", `last day in force, open where absent: ${day}`],
  quantity: ["数量", `needed by lease, in mu: ${number4}`],
  price: ["单价", `needed by lease (a mu a year) and labour (a day): ${number4}`],
  floorPrice: ["保护价", `needed by order (a kilogram): ${number4}`],
  register: ["股权登记簿", "needed by shares: the register it opens or adds to"],
  parValue: ["每股金额", `needed by shares: ${number4}`],
};

const organisations: Fields = {
  organisation: ["主体编号", "the organisation's own id"],
  name: ["名称", "its name"],
  kind: ["类型", "enterprise, cooperative, village collective …, as the bureau calls it"],
  creditCode: ["统一社会信用代码", "its unified social credit code"],
  division: ["行政区划", "code of the administrative division"],
};

const roster: Fields = {
  person: ["人编号", "the person's own id in the register"],
  household: ["户编号", "the household the person belongs to"],
  county: ["县", "county"],
  township: ["乡", "township"],
  village: ["行政村", "administrative village"],
  group: ["自然村", "hamlet or group"],
  name: ["姓名", "personal data"],
  idNumber: ["证件号码", "personal data"],
  size: ["人数", "how many the household has"],
  relation: ["与户主关系", "relation to the head of the household"],
  health: ["健康状况", "personal data"],
  skill: ["劳动技能", "ability to work"],
  status: ["户类型", "kind of household"],
  monitoring: ["监测对象类型", "kind of monitoring"],
  householdPhone: ["户联系电话", "personal data"],
  personPhone: ["人联系电话", "personal data"],
  bank: ["开户行", "bank of the account benefits are paid to"],
  account: ["银行账号", "personal data"],
  accountHolder: ["开户名", "personal data"],
  identifiedOn: ["首次识别时间", "when it was first identified"],
  riskRemoved: ["风险是否消除", "whether the risk is removed"],
};

const fields: Readonly<Record<CommandKind, Fields>> = {
  roster,
  organisations,
  contracts,
  movements,
};

/** Values that have a name of their own in JSON, by kind and field: name → as in files. */
const named: Readonly<
  Partial<Record<CommandKind, readonly [field: string, Readonly<Record<string, string>>]>>
> = {
  movements: ["type", inverse(movementTypes)],
  contracts: ["kind", inverse(contractKinds)],
};

const examples: Readonly<Record<CommandKind, readonly Readonly<Record<string, string>>[]>> = {
  roster: [
    {
      person: "539999001000000101",
      household: "5399990010000001",
      county: "示例县",
      township: "示例乡",
      village: "示例村",
      name: "示例",
      idNumber: "539999199001010000",
      relation: "户主",
      status: "脱贫户",
    },
  ],
  organisations: [
    { organisation: "ORG-001", name: "示例合作社", kind: "农民专业合作社", division: "539999" },
  ],
  contracts: [
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
  movements: [
    {
      reference: "YW-0000001",
      type: "rent",
      date: "2026-03-31",
      household: "5399990010000001",
      organisation: "ORG-001",
      contract: "HT-00001",
      quantity: "5.91",
      price: "300",
      amount: "1773.00",
      period: "2026",
      voucher: "PZ001",
    },
    { reference: "YW-0000002", type: "reversal", date: "2026-04-02", original: "YW-0000001" },
  ],
};

function inverse(names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).map(([column, name]) => [name, column]));
}

/** One command as JSON. */
export type CommandBody = Readonly<Record<string, string | undefined>> & {
  readonly extra?: Readonly<Record<string, string>> | undefined;
};

const extra = z
  .record(z.string(), z.string())
  .optional()
  .describe("columns the ledger does not know, kept as notes; personal data");

/** Commands in JSON by kind: texts under English names; unknown names are refused. */
export const commandBodies: Readonly<Record<CommandKind, z.ZodType>> = perKind(bodyOf);

function perKind<T>(make: (kind: CommandKind) => T): Readonly<Record<CommandKind, T>> {
  return Object.fromEntries(commandKinds.map((kind) => [kind, make(kind)])) as Record<
    CommandKind,
    T
  >;
}

function bodyOf(kind: CommandKind): z.ZodType {
  const [namedField, names] = named[kind] ?? [];
  const shape = Object.entries(fields[kind]).map(([name, [column, meaning]]) => {
    const type = name === namedField ? z.enum(Object.keys(names ?? {})) : z.string();
    return [name, type.optional().describe(`${column}: ${meaning}`)] as const;
  });
  return z.strictObject({ ...Object.fromEntries(shape), extra }).meta({ examples: examples[kind] });
}

interface Mapping {
  readonly name: string;
  readonly column: string;
  readonly values: Readonly<Record<string, string>> | undefined;
}

const mappings = perKind((kind): readonly Mapping[] =>
  Object.entries(fields[kind]).map(([name, [column]]) => ({
    name,
    column,
    values: named[kind]?.[0] === name ? named[kind][1] : undefined,
  })),
);

const columns = perKind((kind) => new Set(mappings[kind].map(({ column }) => column)));

/** A command in JSON as the row of a file; a refusal where `extra` names a known column. */
export function rowOf(kind: CommandKind, body: CommandBody): Row | Refusal {
  const cells: Record<string, string> = {};
  for (const { name, column, values } of mappings[kind]) {
    const text = body[name];
    if (text !== undefined) cells[column] = values?.[text] ?? text.trim();
  }
  for (const [name, text] of Object.entries(body.extra ?? {})) {
    const column = name.trim();
    const problem = columns[kind].has(column)
      ? "extra names a column that has a field of its own"
      : isStorable(column)
        ? undefined
        : "extra has a name that is too long or broken";
    if (problem !== undefined) return refuse("MalformedField", problem, "extra");
    cells[column] = text.trim();
  }
  return { cells };
}

function isStorable(name: string): boolean {
  return name.length <= 200 && name.isWellFormed() && !name.includes("\u0000");
}

/** The column that a field stands for. */
export function columnOf(kind: CommandKind, name: string): string | undefined {
  return fields[kind][name]?.[0];
}

/** A column at fault under both its names. */
export function fieldOf(kind: CommandKind, column: string | undefined): ProblemField | undefined {
  if (column === undefined) return undefined;
  const mapping = mappings[kind].find((known) => known.column === column);
  return mapping === undefined ? { name: column } : { name: mapping.name, column };
}
