/**
 * Random counties for property tests: files shaped like those of the contract, with valid rows of
 * every kind and many ways to break each rule. The same options give the same county.
 */
import { movementNeeds } from "./reference-model.ts";

/** Cells by column header; an absent column is an empty cell. */
export type CountyRow = Record<string, string>;

/** What to make: the seed (its lowest 32 bits count), households and rows of movements. */
export interface CountyOptions {
  readonly seed: number;
  readonly households: number;
  readonly movements: number;
}

/** The rows of the files, in file order, without headers; rows may be empty. */
export interface County {
  readonly roster: readonly CountyRow[];
  readonly organisations: readonly CountyRow[];
  readonly contracts: readonly CountyRow[];
  readonly amendments: readonly CountyRow[];
  readonly movements: readonly CountyRow[];
}

/** The kinds of the files, in the order in which they build on each other. */
export const countyKinds = [
  "roster",
  "organisations",
  "contracts",
  "amendments",
  "movements",
] as const;
/** One of them. */
export type CountyKind = (typeof countyKinds)[number];

/** The columns of each file, as in the sample and with columns the ledger does not know. */
export const countyColumns = {
  roster: [
    ...["县", "乡", "行政村", "自然村", "户编号", "人编号", "姓名", "证件号码", "人数"],
    ...["与户主关系", "健康状况", "劳动技能", "户类型", "监测对象类型", "户联系电话"],
    ...["开户行", "银行账号", "开户名", "录入员"],
  ],
  organisations: [
    ...["主体编号", "名称", "类型", "统一社会信用代码", "行政区划", "开户行", "银行账号", "开户名"],
    "录入员",
  ],
  contracts: [
    ...["合同编号", "合同类型", "户编号", "主体编号", "签订日期", "起始日期", "终止日期"],
    ...["数量", "计量单位", "单价", "保护价", "股权登记簿", "每股金额"],
  ],
  amendments: [
    ...["变更编号", "合同编号", "变更类型", "生效日期", "合同类型", "户编号", "主体编号"],
    ...["签订日期", "起始日期", "终止日期", "数量", "单价", "保护价", "股权登记簿", "每股金额"],
    ...["备注", "录入员"],
  ],
  movements: [
    ...["业务编号", "业务类型", "户编号", "主体编号", "合同编号", "股权登记簿", "业务日期"],
    ...["数量", "单价", "金额", "资本类型", "所属期", "凭证号", "原业务编号", "备注", "经办人"],
  ],
} as const;

/** The rows numbered as a spreadsheet counts, the header being row 1. */
export function numbered(rows: readonly CountyRow[]): { row: number; cells: CountyRow }[] {
  return rows.map((cells, index) => ({ row: index + 2, cells }));
}

/** The rows as CSV with a header and LF; cells are quoted where they must be. */
export function toCsv(rows: readonly CountyRow[], columns: readonly string[]): string {
  const lines = rows.map((row) => columns.map((column) => quoted(row[column] ?? "")).join(","));
  return [columns.join(","), ...lines, ""].join("\n");
}

function quoted(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Choices that a seed decides. */
export interface Random {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

/** mulberry32: small, fast, and the same on every machine. */
export function randomSource(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (limit: number): number => Math.floor(unit() * limit);
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    pick: (list) => {
      const item = list[below(list.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    chance: (probability) => unit() < probability,
  };
}

type ContractType = "土地流转" | "订单收购" | "劳务" | "入股";

interface ContractPlan {
  readonly id: string;
  readonly type: ContractType;
  readonly organisation: string;
  /** Empty when the contract is open to every household. */
  readonly household: string;
  /** Days as indices into `days`; the last day when the end is open. */
  readonly start: number;
  readonly end: number;
  /** In 1/10,000 yuan. */
  readonly price: number;
  readonly register: string;
}

/** A price that holds under a contract from a day on. */
interface PriceChange {
  readonly contract: string;
  readonly day: number;
  readonly price: number;
}

interface RegisterPlan {
  readonly id: string;
  readonly organisation: string;
  /** Who may hold; empty for a register that stays without shares. */
  readonly members: readonly string[];
  /** Whether everybody gets the same number of shares, so that remainders tie. */
  readonly even: boolean;
}

interface SentMovement {
  /** The row before it was broken. */
  readonly clean: CountyRow;
  readonly cells: CountyRow;
  readonly day: number;
}

interface Draft {
  readonly random: Random;
  readonly households: readonly string[];
  readonly organisations: readonly string[];
  readonly registers: RegisterPlan[];
  readonly contracts: ContractPlan[];
  readonly contractRows: CountyRow[];
  readonly priceChanges: PriceChange[];
  readonly sentAmendments: CountyRow[];
  readonly sent: SentMovement[];
  readonly sentByType: Map<string, SentMovement[]>;
}

const days: readonly string[] = Array.from({ length: 365 * 5 + 1 }, (_, index) => {
  return new Date(Date.UTC(2024, 6, 1 + index)).toISOString().slice(0, 10);
});

const lastDay = days.length - 1;
const daySet: ReadonlySet<string> = new Set(days);

function dayOf(index: number): string {
  return days[Math.min(Math.max(index, 0), lastDay)] ?? "";
}

const surnames = ["李", "王", "张", "韩", "沈", "孔", "姜", "褚", "吕", "钱"];
const givenNames = [
  "英",
  "刚",
  "艳珍",
  "杰梅",
  "云",
  "桂静",
  "春莲",
  "军明",
  "强杰",
  "国华",
  "玉秀",
];
const relations = ["配偶", "之子", "之女", "之母", "之父"];
const health = ["健康", "长期慢性病", "残疾", "患有大病"];
const skills = ["普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "无劳动力"];
const householdTypes = ["脱贫户", "监测户", "一般农户"];
const villages = [
  ["宁州街道", "新庄社区居民委员会", "001008"],
  ["宁州街道", "暮车村民委员会", "001217"],
  ["盘溪镇", "法高村民委员会", "102215"],
  ["华溪镇", "独家村村民委员会", "103202"],
  ["青龙镇", "落梅村民委员会", "104206"],
  ["通红甸彝族苗族乡", "山羊母村民委员会", "201203"],
] as const;

const unknownHousehold = "5304249990019999";
const unknownIds = ["constructor", "toString", "未登记", "X-404"];

/** A well-formed ID number of an area code that belongs to no county. */
function idNumber(random: Random): string {
  const birthday = `${random.between(1945, 2019)}${two(random.between(1, 12))}`;
  const digits = `539999${birthday}${two(random.between(1, 28))}${random.between(100, 999)}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return digits + ("10X98765432"[sum % 11] ?? "");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function personName(random: Random): string {
  return random.pick(surnames) + random.pick(givenNames);
}

/** Spaces around some cells, which change nothing. */
function spaced(random: Random, row: CountyRow): CountyRow {
  const copy = { ...row };
  for (const column of Object.keys(copy)) {
    if (copy[column] !== "" && random.chance(0.2)) copy[column] = ` ${copy[column] ?? ""}  `;
  }
  return copy;
}

function householdRows(random: Random, index: number): CountyRow[] {
  const [township, village, code] = random.pick(villages);
  const household = `530424${code}${String(index).padStart(4, "0")}`;
  const size = random.between(1, 5);
  const shared = {
    县: "华宁县",
    乡: township,
    行政村: village,
    自然村: `第${random.between(1, 9)}村民小组`,
    户编号: household,
    人数: String(size),
    户类型: random.pick(householdTypes),
  };
  return Array.from({ length: size }, (_, member) => {
    const name = personName(random);
    const account = { 开户行: "农村信用社", 银行账号: `62235${index + 10_000}2`, 开户名: name };
    return {
      ...shared,
      人编号: `${household}${two(member + 1)}`,
      姓名: name,
      证件号码: idNumber(random),
      与户主关系: member === 0 ? "户主" : random.pick(relations),
      健康状况: random.pick(health),
      劳动技能: random.pick(skills),
      ...(member === 0 ? account : {}),
      ...(random.chance(0.05) ? { 录入员: "甲" } : {}),
    };
  });
}

/** What a later row may say of somebody's account, or of whose counts. */
function laterAccount(random: Random, person: CountyRow): CountyRow {
  const number = `6217${random.between(100_000, 999_999)}${random.between(1_000, 9_999)}`;
  const kinds: readonly CountyRow[] = [
    { 银行账号: number, 开户名: person["姓名"] ?? "" },
    { 银行账号: number, 开户名: "", 开户行: "农业银行" },
    { 银行账号: "", 开户名: "", 开户行: "" },
    { 银行账号: "", 开户名: personName(random) },
    { 与户主关系: random.pick(["户主", "配偶"]) },
  ];
  return { ...person, ...random.pick(kinds) };
}

/** A later row about somebody: again, changed, back again, elsewhere, unknown column, refused. */
function laterPersonRow(random: Random, rows: readonly CountyRow[], first: CountyRow): CountyRow {
  const person = random.pick(rows);
  const kind = random.below(11);
  if (kind > 7) return laterAccount(random, person);
  if (kind === 0) return spaced(random, person);
  if (kind === 1) return { ...person, 健康状况: random.pick(health) };
  if (kind === 2) return { ...person, 户联系电话: `139${random.between(10_000_000, 99_999_999)}` };
  if (kind === 3) return { ...person, 录入员: random.pick(["乙", "丙"]) };
  if (kind === 4) return { ...person, 人编号: random.pick(["", "  "]) };
  if (kind === 5) return {};
  if (kind === 6 && person["与户主关系"] !== "户主") {
    return { ...person, 户编号: first["户编号"] ?? "", 乡: first["乡"] ?? "" };
  }
  return { ...person, 开户行: random.pick(["农村信用社", "农业银行"]) };
}

function rosterOf(random: Random, count: number): { rows: CountyRow[]; households: string[] } {
  const rows: CountyRow[] = [];
  const heads: CountyRow[] = [];
  for (let index = 0; index < count; index += 1) {
    const members = householdRows(random, index);
    heads.push(...members.slice(0, 1));
    rows.push(...members);
  }
  const initial = [...rows];
  for (let later = 0; later < initial.length / 10 + 5; later += 1) {
    rows.push(laterPersonRow(random, initial, random.pick(heads)));
  }
  const person = random.pick(heads);
  const renamed = { ...person, 姓名: `${person["姓名"] ?? ""}乐` };
  rows.push(renamed, person, renamed, spaced(random, renamed));
  return { rows, households: heads.map((head) => head["户编号"] ?? "") };
}

function organisationsOf(random: Random, count: number): CountyRow[] {
  const rows: CountyRow[] = Array.from({ length: count }, (_, index) => ({
    主体编号: `ORG-${String(index + 1).padStart(3, "0")}`,
    名称: `华宁第${index + 1}专业合作社（示例）`,
    类型: random.pick(["农民专业合作社", "龙头企业"]),
    统一社会信用代码: `91530424${random.between(100_000_000, 999_999_999)}X`,
    行政区划: "530424",
  }));
  const first = random.pick(rows);
  const changed = { ...first, 名称: '华宁"改名", 公司（示例）' };
  const nobody = { ...first, 主体编号: "" };
  const paid = { ...first, 开户行: "农信", 银行账号: "6200000000000000011" };
  const odd = { ...paid, 银行账号: random.pick(["6.2E+18", "#N/A", "#未知"]) };
  const noted = { ...changed, 录入员: "甲" };
  return [...rows, spaced(random, first), changed, first, {}, nobody, noted, paid, odd, paid];
}

const pricesOf: Readonly<Record<ContractType, readonly number[]>> = {
  土地流转: [3_000_000, 5_100_000, 8_000_000, 4_505_000, 3_333_333],
  订单收购: [21_000, 148_000, 62_500, 305_000, 18_000, 1, 99_999],
  劳务: [900_000, 1_005_000, 999_900, 855_000, 1_112_225, 990_150],
  入股: [1_000_000, 10_000, 5_000_000, 3_330_000, 16_000_000, 625, 3_000, 125_000, 70_000],
};

const priceColumnOf: Readonly<Record<ContractType, string>> = {
  土地流转: "单价",
  订单收购: "保护价",
  劳务: "单价",
  入股: "每股金额",
};

const unitOf: Readonly<Record<ContractType, string>> = {
  土地流转: "亩",
  订单收购: "公斤",
  劳务: "日",
  入股: "",
};

/** Units of 1/10^scale as a decimal, trailing zeros kept down to `keep` decimals. */
function decimal(units: bigint | number, scale: number, keep = 0): string {
  const digits = String(units).padStart(scale + 1, "0");
  let fraction = digits.slice(-scale);
  while (fraction.length > keep && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
  return digits.slice(0, -scale) + (fraction === "" ? "" : `.${fraction}`);
}

function contractRow(random: Random, plan: ContractPlan): CountyRow {
  return {
    合同编号: plan.id,
    合同类型: plan.type,
    户编号: plan.household,
    主体编号: plan.organisation,
    签订日期: "2024-06-20",
    起始日期: dayOf(plan.start),
    终止日期: plan.end === lastDay ? "" : dayOf(plan.end),
    数量: plan.type === "土地流转" ? decimal(random.between(1, 99_999), 4) : "",
    计量单位: unitOf[plan.type],
    [priceColumnOf[plan.type]]: decimal(plan.price, 4, random.pick([0, 2])),
    股权登记簿: plan.register,
  };
}

interface ContractTerms {
  readonly household?: string;
  readonly register?: string;
}

/** A contract of the plan, with a term that is open, closed, or a single day. */
function newContract(
  draft: Draft,
  type: ContractType,
  organisation: string,
  terms: ContractTerms = {},
): ContractPlan {
  const { random } = draft;
  const start = random.between(30, 500);
  const end = random.pick([lastDay, lastDay, start + 1000, start + 730, start + 365, start]);
  return {
    id: `HT-${String(draft.contractRows.length + 1).padStart(5, "0")}`,
    type,
    organisation,
    household: terms.household ?? "",
    start,
    end: Math.min(end, lastDay),
    price: random.pick(pricesOf[type]),
    register: terms.register ?? "",
  };
}

function addContract(draft: Draft, plan: ContractPlan): void {
  draft.contracts.push(plan);
  draft.contractRows.push(contractRow(draft.random, plan));
}

function someMembers(draft: Draft): string[] {
  const count = draft.random.pick([1, 2, 3, 7, 12, 30]);
  return Array.from({ length: count }, () => draft.random.pick(draft.households));
}

/** A register with its contracts: often two or three, at other prices, some for one household. */
function addRegister(draft: Draft, organisation: string, members: readonly string[]): void {
  const { random } = draft;
  const id = `GQ-${two(draft.registers.length + 1)}`;
  draft.registers.push({ id, organisation, members, even: random.chance(0.3) });
  if (random.chance(0.2)) {
    const other = random.pick(draft.organisations);
    const never = newContract(draft, "入股", other, { register: id, household: unknownHousehold });
    draft.contractRows.push(contractRow(random, never));
  }
  addContract(draft, newContract(draft, "入股", organisation, { register: id }));
  if (random.chance(0.5)) {
    addContract(draft, newContract(draft, "入股", organisation, { register: id }));
  }
  if (members.length > 0 && random.chance(0.5)) {
    const household = random.pick(members);
    addContract(draft, newContract(draft, "入股", organisation, { register: id, household }));
  }
}

function addContracts(draft: Draft): void {
  const { random, organisations, households } = draft;
  for (const organisation of organisations) {
    for (const type of ["订单收购", "劳务"] as const) {
      addContract(draft, newContract(draft, type, organisation));
      const household = random.pick(households);
      if (random.chance(0.5)) addContract(draft, newContract(draft, type, organisation));
      if (random.chance(0.5)) {
        addContract(draft, newContract(draft, type, organisation, { household }));
      }
    }
    if (random.chance(0.8)) addRegister(draft, organisation, someMembers(draft));
  }
  addRegister(draft, random.pick(organisations), []);
  addRegister(draft, random.pick(organisations), someMembers(draft));
  const leases = Math.ceil(households.length / 2);
  for (let lease = 0; lease < leases; lease += 1) {
    const household = random.pick(households);
    addContract(draft, newContract(draft, "土地流转", random.pick(organisations), { household }));
  }
}

const malformedNumbers = [
  ...["", "  ", "abc", "NaN", "Infinity", "0", "0.00", "0.0000", "-1", "-0.01", "+5", "+5.00"],
  ...["1e3", "1E2", "1,000.00", "1，000", "１２３.00", "１２", "¥5", "5元", ".5", "5.", "1 000"],
  ...["0x10", "1_000", "1000000000000000", "1000000000000000.00", "一百", "1.2.3", "-", "1.00001"],
  ...["0.00001", "2.50000", "9999999999999999", "''5", "5%", "１．5", "1/2", "null"],
];
const malformedMoney = [...malformedNumbers, "1.234", "12.345", "300.000", "0.001", "5.0000"];
const malformedDays = [
  ...["", " ", "2025-02-29", "2025-13-01", "2025-00-10", "2025-01-00", "2025/6/31", "2025-3-1"],
  ...[
    "20250301",
    "2025.3.1",
    "2025年3月1日",
    "２０２５-03-01",
    "25/3/1",
    "2025/3",
    "昨天",
    "2025-04-31",
  ],
  ...["2025/2/29", "2100-02-29", "2025/13/1", "2025/1/32", "2025-1/1", "2025/0/1", "01/03/2025"],
  ...["1949-09-30", "2200/1/1", "1025-03-01", "2025-03-01 25:00", "2025-03-01T00:00:00Z"],
];
const malformedIds = [
  ...["", "  ", "5.39999E+17", "6.2e17", "5E+15", "#N/A", "#REF!", "#未知", "#DIV/0!", "########"],
  ...["H\u200b1", "\ufeffH1", "H1\u202c", "Ｈ1", "YW-１", "H\u00ad1", "\u0085H1", "H".repeat(201)],
];

/** Contracts that are refused, sent again, or for another entity's register. */
function oddContractRow(draft: Draft): CountyRow {
  const { random, contracts } = draft;
  const id = `HT-${String(draft.contractRows.length + 1).padStart(5, "0")}`;
  const plan = random.pick(contracts);
  const row = contractRow(random, plan);
  const fresh = { ...row, 合同编号: id };
  const price = priceColumnOf[plan.type];
  const again = draft.contractRows.find((sent) => sent["合同编号"] === plan.id) ?? row;
  const startAgain = (again["起始日期"] ?? "").split("-").map(Number).join("/");
  const priceAgain = decimal(plan.price, 4, 4);
  const kinds: readonly (() => CountyRow)[] = [
    () => spaced(random, again),
    () => ({ ...again, 起始日期: startAgain, [price]: priceAgain, 计量单位: "公顷" }),
    () => ({ ...again, 主体编号: random.pick(draft.organisations), [price]: "1" }),
    () => ({ ...again, [price]: random.pick(malformedNumbers) }),
    () => ({ ...fresh, [price]: random.pick(malformedNumbers), 主体编号: "ORG-999" }),
    () => ({ ...fresh, 起始日期: random.pick(malformedDays) }),
    () => ({ ...fresh, 起始日期: "2025-03-02", 终止日期: "2025-03-01" }),
    () => ({ ...fresh, 终止日期: "2025-02-29" }),
    () => ({ ...fresh, 签订日期: "2025-02-30" }),
    () => ({ ...fresh, 户编号: unknownHousehold, 主体编号: "ORG-999" }),
    () => ({ ...fresh, 主体编号: "ORG-999", 股权登记簿: random.pick(draft.registers).id }),
    () => ({ ...fresh, 主体编号: "constructor" }),
    () => ({ ...fresh, 合同编号: "" }),
    () => ({ ...fresh, 主体编号: "" }),
    () => ({ ...fresh, 合同类型: random.pick(["", "借款", "租金"]) }),
    () => ({ ...contractRow(random, foreignRegister(draft)), 合同编号: id }),
    () => ({}),
  ];
  return random.pick(kinds)();
}

function foreignRegister(draft: Draft): ContractPlan {
  const { random, organisations, registers } = draft;
  const register = random.pick(registers);
  const others = organisations.filter((id) => id !== register.organisation);
  return newContract(draft, "入股", random.pick(others), { register: register.id });
}

/** Now and then a refused number is used for a good contract. */
function addOddContracts(draft: Draft): void {
  const { random, contractRows, contracts } = draft;
  for (let odd = 0; odd < 40; odd += 1) contractRows.push(oddContractRow(draft));
  for (let reused = 0; reused < 3; reused += 1) {
    const type = random.pick(["订单收购", "劳务"] as const);
    const plan = newContract(draft, type, random.pick(draft.organisations));
    contractRows.push({ ...contractRow(random, plan), 单价: "", 保护价: "" });
    contractRows.push(contractRow(random, plan));
    contracts.push(plan);
  }
}

/** What an amendment of a contract may say, with its 变更类型 and often a price. */
function draftAmendment(draft: Draft, plan: ContractPlan, day: number): CountyRow {
  const { random, households } = draft;
  const price = random.pick(pricesOf[plan.type]);
  const priced = { [priceColumnOf[plan.type]]: decimal(price, 4, random.pick([0, 2])) };
  const change = (from: number, row: CountyRow): CountyRow => {
    draft.priceChanges.push({ contract: plan.id, day: from, price });
    return { ...row, ...priced };
  };
  const later = dayOf(day + random.pick([0, 30, 300, 900]));
  const kinds: readonly (() => CountyRow)[] = [
    () => change(day, { 变更类型: "补充协议" }),
    () => change(day, { 变更类型: "补充协议" }),
    () => change(day, { 变更类型: "补充协议", 终止日期: random.pick(["-", later]) }),
    () => ({ 变更类型: "补充协议", 终止日期: random.pick(["-", later, later]) }),
    () => ({ 变更类型: "补充协议", 户编号: random.pick(households), 数量: "3.5" }),
    () => ({ 变更类型: "补充协议", 起始日期: random.pick([later, dayOf(plan.start - 5)]) }),
    () => ({ 变更类型: "终止" }),
    () => change(day, { 变更类型: "终止", 终止日期: dayOf(day) }),
    () => change(0, { 变更类型: "更正" }),
    () => change(0, { 变更类型: "更正", 签订日期: "2024/6/1" }),
    () => ({ 变更类型: "更正", 起始日期: dayOf(plan.start + random.pick([-30, -1, 1, 60])) }),
    () => ({ 变更类型: "更正", 终止日期: random.pick(["-", later, dayOf(plan.start)]) }),
    () => ({ 变更类型: "更正", 户编号: random.pick(households) }),
  ];
  return random.pick(kinds)();
}

const amendmentBreakages: readonly ((draft: Draft, plan: ContractPlan) => CountyRow)[] = [
  ({ random }) => ({ 生效日期: random.pick(malformedDays) }),
  ({ random }) => ({ 终止日期: random.pick(malformedDays.filter((day) => day.trim() !== "")) }),
  ({ random }) => ({ 单价: random.pick(malformedNumbers.filter((text) => text.trim() !== "")) }),
  ({ random }) => ({ 变更类型: random.pick(["", "变更", "constructor", "补充"]) }),
  () => ({ 变更编号: "" }),
  () => ({ 合同编号: " " }),
  () => ({ 起始日期: "2025-03-02", 终止日期: "2025-03-01" }),
  () => ({ 变更类型: "补充协议", 终止日期: "2024-01-01" }),
  () => ({ 变更类型: "终止", 终止日期: "-" }),
  ({ random }) => ({ 户编号: random.pick([unknownHousehold, ...unknownIds]) }),
  ({ random, contractRows }) => ({
    合同编号: random.pick(["HT-99999", random.pick(contractRows)["合同编号"] ?? "", ...unknownIds]),
  }),
  ({ random }) => ({ 合同类型: random.pick(["土地流转", "劳务", "入股", "借款"]) }),
  ({ random, organisations }) => ({ 主体编号: random.pick([...organisations, "ORG-999"]) }),
  ({ random, registers }) => ({ 股权登记簿: random.pick(registers).id }),
  (_, { start, end }) => ({ 生效日期: dayOf(start - 1), 终止日期: dayOf(end) }),
  (_, { end }) => ({ 生效日期: dayOf(end + 1) }),
];

/** What an amendment states of its contract that no amendment changes. */
function agreed(plan: ContractPlan): CountyRow {
  return { 合同类型: plan.type, 主体编号: plan.organisation, 股权登记簿: plan.register };
}

function newAmendment(draft: Draft, sequence: number): CountyRow {
  const { random, contracts, sentAmendments } = draft;
  // Contracts are amended again and again, also on a day that was there before.
  const few = contracts.slice(0, 1 + Math.ceil(contracts.length / 4));
  const before = random.chance(0.3) ? sentAmendments.at(-1) : undefined;
  const plan =
    contracts.find(({ id }) => id === before?.["合同编号"]) ??
    random.pick(random.chance(0.6) ? few : contracts);
  const again = days.indexOf(before?.["生效日期"] ?? "");
  const day = again >= 0 && random.chance(0.5) ? again : dayWithin(random, plan);
  return {
    变更编号: `BG-${String(sequence).padStart(5, "0")}`,
    合同编号: plan.id,
    生效日期: dayOf(day),
    ...(random.chance(0.2) ? agreed(plan) : {}),
    ...draftAmendment(draft, plan, day),
    ...(random.chance(0.1) ? { 备注: "双方签字" } : {}),
    ...(random.chance(0.2) ? random.pick(amendmentBreakages)(draft, plan) : {}),
  };
}

/** Now and then a row is sent again: as it was, written otherwise, or with other content. */
function amendmentsOf(draft: Draft): CountyRow[] {
  const { random, contracts, sentAmendments } = draft;
  const rows: CountyRow[] = [];
  const count = 20 + contracts.length;
  while (rows.length < count) {
    const sent = sentAmendments.length > 0 && random.chance(0.12);
    const row = sent ? random.pick(sentAmendments) : newAmendment(draft, rows.length + 1);
    const again: readonly (() => CountyRow)[] = [
      () => spaced(random, row),
      () => ({ ...row, 生效日期: dayRewritten(random, row["生效日期"] ?? ""), 录入员: "甲" }),
      () => ({ ...row, 签订日期: "2024-06-02" }),
      () => ({}),
    ];
    rows.push(sent ? random.pick(again)() : row);
    if (!sent) sentAmendments.push(row);
  }
  return rows;
}

/** A price of the contract, mostly that of the day. */
function priceOn({ random, priceChanges }: Draft, plan: ContractPlan, day: number): number {
  const held = priceChanges
    .filter((one) => one.contract === plan.id && one.day <= day)
    .sort((a, b) => a.day - b.day)
    .at(-1);
  return held !== undefined && random.chance(0.85) ? held.price : plan.price;
}

type Period = Pick<ContractPlan, "start" | "end">;

/** A day in force, often the first or the last. */
function dayWithin(random: Random, { start, end }: Period): number {
  if (random.chance(0.05)) return start;
  if (random.chance(0.05)) return end;
  return random.between(start, Math.min(end, start + 700));
}

function contractFor(draft: Draft, type: ContractType): ContractPlan {
  const { random, contracts } = draft;
  for (;;) {
    const plan = random.pick(contracts);
    if (plan.type === type) return plan;
  }
}

function amountOf(quantity: number | bigint, price: number | bigint): bigint {
  return (BigInt(quantity) * BigInt(price) + 500_000n) / 1_000_000n;
}

interface Drafted {
  readonly cells: CountyRow;
  readonly day: number;
  readonly contract?: ContractPlan;
}

const valuedTypes = { 租金: "土地流转", 订单收购: "订单收购", 工资: "劳务" } as const;

/** Rent, produce or a wage, with quantities that often end in half a fen. */
function draftValued(draft: Draft, type: keyof typeof valuedTypes): Drafted {
  const { random } = draft;
  const contract = contractFor(draft, valuedTypes[type]);
  const handy = [5_000, 10_000, 20_000, 60_000, 105_000, 220_000, 500, 2_500, 12_500, 333_333];
  let quantity = random.chance(0.5) ? random.pick(handy) : random.between(1_000, 9_999_999);
  const day = dayWithin(random, contract);
  let price = BigInt(priceOn(draft, contract, day));
  if (type === "订单收购") {
    price += BigInt(random.pick([0, 0, 1, 50, 500, 12_345, 100_000]));
    if (random.chance(0.003)) {
      quantity = 10_000;
      price = 9_999_999_999_999_999_900n;
    }
  }
  let amount = amountOf(quantity, price);
  if (amount === 0n) {
    quantity = 99_990_000;
    amount = amountOf(quantity, price);
  }
  const cells = {
    业务类型: type,
    户编号: contract.household || random.pick(draft.households),
    主体编号: contract.organisation,
    合同编号: contract.id,
    业务日期: dayOf(day),
    数量: decimal(quantity, 4),
    单价: decimal(price, 4),
    金额: decimal(amount, 2, 2),
  };
  return { cells, day, contract };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Capital that divides into shares exactly: the smallest step is `step`/10,000 of a share. */
function draftShares(draft: Draft): Drafted {
  const { random } = draft;
  const contract = contractFor(draft, "入股");
  const register = draft.registers.find((plan) => plan.id === contract.register);
  if (register === undefined || register.members.length === 0) return draftDividend(draft);
  const day = dayWithin(random, contract);
  const price = priceOn(draft, contract, day);
  const step = 1_000_000 / greatestDivisor(price, 1_000_000);
  const least = Math.ceil(1_000_000 / price / step);
  const count = random.pick([least, least * 7, least + random.below(100_000)]);
  const shares = step * (register.even ? Math.ceil(100_000 / step) : count);
  const cells = {
    业务类型: "折股",
    户编号: contract.household || random.pick(register.members),
    主体编号: contract.organisation,
    合同编号: contract.id,
    股权登记簿: contract.register,
    业务日期: dayOf(day),
    金额: decimal((BigInt(shares) * BigInt(price)) / 1_000_000n, 2, 2),
    资本类型: random.pick(["林权", "现金", "土地经营权", "财政量化资金"]),
  };
  return { cells, day, contract };
}

function draftDividend(draft: Draft): Drafted {
  const { random } = draft;
  const register = random.pick(draft.registers);
  const day = random.chance(0.1) ? random.below(200) : random.between(200, lastDay);
  const pool = random.chance(0.3) ? random.between(1, 40) : random.between(100, 30_000_000);
  const cells: CountyRow = {
    业务类型: "分红",
    主体编号: register.organisation,
    股权登记簿: register.id,
    业务日期: dayOf(day),
    金额: decimal(pool, 2, 2),
  };
  if (random.chance(0.2)) cells["合同编号"] = "HT-99999";
  return { cells, day };
}

/** What a reversal may name of the movement that it takes back. */
const namedAgain = ["户编号", "主体编号", "合同编号", "金额"];

function draftReversal(draft: Draft): Drafted {
  const { random, sent, sentByType } = draft;
  const liked = sentByType.get(random.pick(["折股", "分红", "冲销", "工资"])) ?? sent;
  const original = random.pick(random.chance(0.5) ? liked : sent);
  const late = random.pick([0, 0, 1, 30, 300]);
  const day = Math.min(original.day + late, lastDay);
  const cells: CountyRow = {
    业务类型: "冲销",
    业务日期: dayOf(day),
    原业务编号: original.cells["业务编号"] ?? "",
    备注: random.pick(["", "录入错误"]),
  };
  for (const column of namedAgain) {
    const own = neededColumns(original.cells).includes(column) && original.cells[column];
    if (own && random.chance(0.3)) cells[column] = own;
  }
  return { cells, day };
}

const typeWeights = [
  ...["折股", "折股", "租金", "租金", "订单收购", "订单收购", "订单收购", "工资", "工资", "工资"],
];

function draftMovement(draft: Draft): Drafted {
  const { random, sent } = draft;
  if (random.chance(0.07)) return draftDividend(draft);
  if (sent.length > 0 && random.chance(0.09)) return draftReversal(draft);
  const type = random.pick(typeWeights);
  if (type === "租金" || type === "订单收购" || type === "工资") return draftValued(draft, type);
  return draftShares(draft);
}

/** A way to break a drafted row, in place. */
type Breakage = (draft: Draft, cells: CountyRow, drafted: Drafted) => void;

function neededColumns(cells: CountyRow): readonly string[] {
  return movementNeeds.get(cells["业务类型"] ?? "") ?? [];
}

function malformedValue(random: Random, column: string): string {
  if (column === "业务日期") return random.pick(malformedDays);
  if (column === "金额") return random.pick(malformedMoney);
  if (column === "数量" || column === "单价") return random.pick(malformedNumbers);
  return random.pick(malformedIds);
}

/** Cells that no type of movement needs, and are malformed all the same. */
const unreadable: Breakage = ({ random }, cells) => {
  const ways: readonly (() => void)[] = [
    () => (cells["凭证号"] = random.pick(["1.2E+17", "9".repeat(65)])),
    () => (cells["所属期"] = random.pick(["#VALUE!", "期".repeat(65)])),
    () => (cells["备注"] = random.pick(["#NAME?", "注".repeat(22_000)])),
    () => (cells["经办人"] = "#未知"),
    () => (cells[random.pick(["原业务编号", "股权登记簿", "资本类型", "数量"])] = "#N/A"),
  ];
  random.pick(ways)();
};

const malform: Breakage = ({ random }, cells) => {
  const column = random.pick(["业务日期", "业务日期", "业务编号", ...neededColumns(cells)]);
  const value = malformedValue(random, column);
  if (value === "" && random.chance(0.5)) Reflect.deleteProperty(cells, column);
  else cells[column] = value;
};

const changeType: Breakage = ({ random }, cells) => {
  const unknown = ["分配", "", "租 金", "工资2", "constructor"];
  cells["业务类型"] = random.pick([...unknown, ...movementNeeds.keys()]);
};

const takeReference: Breakage = ({ random, sent }, cells) => {
  if (sent.length > 0) cells["业务编号"] = random.pick(sent).cells["业务编号"] ?? "";
};

const householdUnknown: Breakage = ({ random }, cells) => {
  cells["户编号"] = random.pick([unknownHousehold, ...unknownIds]);
};

const organisationUnknown: Breakage = ({ random }, cells) => {
  cells["主体编号"] = random.pick(["ORG-999", "org-001", ...unknownIds]);
};

const contractUnknown: Breakage = ({ random, contractRows }, cells) => {
  const refusedPerhaps = random.pick(contractRows)["合同编号"] ?? "";
  cells["合同编号"] = random.pick(["HT-99999", refusedPerhaps, ...unknownIds]);
};

const registerUnknown: Breakage = ({ random }, cells) => {
  cells["股权登记簿"] = random.pick(["GQ-99", "gq-01", ...unknownIds]);
};

const householdOther: Breakage = ({ random, households }, cells) => {
  cells["户编号"] = random.pick(households);
};

const organisationOther: Breakage = ({ random, organisations }, cells) => {
  cells["主体编号"] = random.pick(organisations);
};

const contractOther: Breakage = ({ random, contracts }, cells) => {
  cells["合同编号"] = random.pick(contracts).id;
};

const registerOther: Breakage = ({ random, registers }, cells) => {
  cells["股权登记簿"] = random.pick(registers).id;
};

const outOfForce: Breakage = ({ random }, cells, { contract, day }) => {
  const { start, end } = contract ?? { start: day, end: day };
  const before = random.pick([start - 1, start - 1, start - 30]);
  cells["业务日期"] = dayOf(random.chance(0.5) ? before : end + random.pick([1, 1, 365]));
};

const unrelatedDay: Breakage = ({ random }, cells) => {
  cells["业务日期"] = dayOf(random.below(days.length));
};

const priceOther: Breakage = ({ random }, cells, { contract }) => {
  const price = (contract?.price ?? 10_000) + random.pick([-1, 1, -100, 100, -10_000]);
  cells["单价"] = decimal(Math.max(price, 1), 4);
};

/** The price changes and the amount follows it. */
const priceAndAmountOther: Breakage = (draft, cells, drafted) => {
  priceOther(draft, cells, drafted);
  const [quantity, price] = [Number(cells["数量"]), Number(cells["单价"])];
  if (!(quantity > 0) || !Number.isFinite(quantity)) return;
  const amount = amountOf(Math.round(quantity * 10_000), Math.round(price * 10_000));
  cells["金额"] = decimal(amount > 0n ? amount : 1n, 2, 2);
};

/** A fen more or less, as when a half was rounded down. */
const amountOther: Breakage = ({ random }, cells) => {
  const digits = (cells["金额"] ?? "").replace(".", "");
  if (!/^[0-9]{1,15}$/.test(digits)) return;
  const fen = BigInt(digits) + random.pick([-1n, -1n, 1n, 100n]);
  cells["金额"] = decimal(fen > 0n ? fen : 1n, 2, 2);
};

const originalUnknown: Breakage = ({ random, sent }, cells) => {
  const spelled = sent[0]?.cells["业务编号"]?.trim().toLowerCase() ?? "";
  const own = cells["业务编号"] ?? "";
  cells["原业务编号"] = random.pick(["YW-9999999", own, spelled, ...unknownIds]);
};

const beforeOriginal: Breakage = ({ random }, cells, { day }) => {
  cells["业务日期"] = dayOf(day - random.pick([1, 2, 31, 301, 400]));
};

/** An earlier reversal is what this one reverses, or it has the same original. */
const reverseReversal: Breakage = ({ random, sentByType }, cells) => {
  const earlier = random.pick(sentByType.get("冲销") ?? [{ clean: cells, cells, day: 0 }]);
  const column = random.pick(["业务编号", "原业务编号", "原业务编号"]);
  cells["原业务编号"] = earlier.cells[column] ?? "";
  cells["业务日期"] = dayOf(earlier.day + random.below(3));
};

/** A household, entity or contract of somewhere, or an amount that is not the original's. */
const originalOther: Breakage = (draft, cells, drafted) => {
  const { random, sent } = draft;
  const column = random.pick(namedAgain);
  cells[column] = random.pick(sent).cells[column] ?? "";
  if (column === "金额") amountOther(draft, cells, drafted);
};

const breakagesOfContract = [
  ...[malform, malform, unreadable, changeType, takeReference, householdUnknown],
  organisationUnknown,
  ...[contractUnknown, householdOther, organisationOther, contractOther, outOfForce, outOfForce],
  ...[unrelatedDay, amountOther, amountOther],
];

const breakagesOf: ReadonlyMap<string, readonly Breakage[]> = new Map([
  ["折股", [...breakagesOfContract, registerUnknown, registerOther, amountOther, amountOther]],
  ["租金", [...breakagesOfContract, priceOther, priceAndAmountOther]],
  ["工资", [...breakagesOfContract, priceOther, priceAndAmountOther]],
  ["订单收购", [...breakagesOfContract, priceOther, priceOther, priceAndAmountOther]],
  [
    "分红",
    [
      ...[malform, changeType, takeReference, organisationUnknown, organisationOther],
      ...[registerUnknown, registerOther, unrelatedDay, unrelatedDay, amountOther],
    ],
  ],
  [
    "冲销",
    [
      ...[malform, changeType, takeReference, originalUnknown, beforeOriginal, beforeOriginal],
      ...[reverseReversal, reverseReversal, reverseReversal],
      ...[originalOther, originalOther, originalOther],
    ],
  ],
]);

/** What a type does not need is filled with anything, which nobody judges. */
function fillUnneeded(draft: Draft, cells: CountyRow): void {
  const { random } = draft;
  const needed = neededColumns(cells);
  const junk = ["GQ-99", "HT-99999", "abc", "-1", "0", "1.00001", "１２３", "5304249990019999"];
  for (const column of [
    "户编号",
    "主体编号",
    "合同编号",
    "股权登记簿",
    "数量",
    "金额",
    "原业务编号",
  ]) {
    if (!needed.includes(column) && random.chance(0.3)) cells[column] = random.pick(junk);
  }
}

const remarks = ["已核对", "改后重报", '含"引号"、逗号,与\n换行', "=1+1", "  "];

function decorate(draft: Draft, cells: CountyRow, day: number): void {
  const { random } = draft;
  cells["所属期"] = dayOf(day).slice(0, random.pick([4, 7]));
  cells["凭证号"] = `PZ${draft.sent.length}`;
  if (random.chance(0.1)) cells["备注"] = random.pick(remarks);
  if (random.chance(0.1)) cells["经办人"] = random.pick(["甲", "乙"]);
  if (random.chance(0.08)) fillUnneeded(draft, cells);
}

function newReference(random: Random, sequence: number): string {
  if (random.chance(0.98)) return `YW-${String(sequence).padStart(7, "0")}`;
  const odd = [`yw-${sequence}`, `0${sequence}`, `5304240000000000${sequence}`, `业务 ${sequence}`];
  return random.pick([...odd, "__proto__", "constructor", "hasOwnProperty", String(sequence)]);
}

/** The number written otherwise: zeros at its ends, spaces around. */
function numberRewritten(random: Random, text: string, decimals: number): string {
  const match = /^ *([0-9]{1,13})(?:\.([0-9]+))? *$/.exec(text);
  if (match === null || (match[2] ?? "").length > decimals) return text;
  const bare = (match[2] ?? "").replace(/0+$/, "");
  const fraction = bare.padEnd(random.between(bare.length, decimals), "0");
  const whole = random.pick(["", "", "0", "00"]) + (match[1] ?? "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

function dayRewritten(random: Random, text: string): string {
  const match = /^(20[0-9]{2})[-/]([0-9]{1,2})[-/]([0-9]{1,2})$/.exec(text.trim());
  if (match === null || !daySet.has(text.trim())) return text;
  const slashed = `${match[1] ?? ""}/${Number(match[2])}/${Number(match[3])}`;
  return random.pick([slashed, slashed, text.trim()]);
}

/** The same content in other writing; unneeded columns keep theirs but for spaces. */
function rewritten(random: Random, row: CountyRow): CountyRow {
  const copy: CountyRow = { ...row, 经办人: random.pick(["", "丙"]) };
  const needed = neededColumns(copy);
  for (const [column, decimals] of [
    ["数量", 4],
    ["单价", 4],
    ["金额", 2],
  ] as const) {
    const text = copy[column];
    if (text !== undefined && needed.includes(column)) {
      copy[column] = numberRewritten(random, text, decimals);
    }
  }
  if (copy["业务日期"] !== undefined) copy["业务日期"] = dayRewritten(random, copy["业务日期"]);
  return spaced(random, copy);
}

/** The content of a row that was sent, changed in one place. */
function altered(random: Random, row: CountyRow): CountyRow {
  const copy = { ...row };
  const column = random.pick([
    "所属期",
    "凭证号",
    "备注",
    "资本类型",
    "原业务编号",
    "业务日期",
    "金额",
  ]);
  if (column === "业务日期") copy[column] = dayOf(random.below(days.length));
  else if (column === "金额") copy[column] = decimal(random.between(1, 999_999), 2);
  else copy[column] = `${(copy[column] ?? "").trim()}改`;
  return copy;
}

/** A row that was sent is sent again: as it was, written otherwise, altered, or corrected. */
function sentAgain(draft: Draft): { cells: CountyRow; day: number; clean: CountyRow } {
  const { random, sent } = draft;
  const recent = sent.slice(-50);
  const { cells, clean, day } = random.pick(random.chance(0.7) ? recent : sent);
  const kinds: readonly (() => CountyRow)[] = [
    () => ({ ...cells }),
    () => rewritten(random, cells),
    () => rewritten(random, cells),
    () => altered(random, cells),
    () => ({ ...clean }),
    () => rewritten(random, clean),
  ];
  return { cells: random.pick(kinds)(), clean, day };
}

function newMovement(draft: Draft, sequence: number): SentMovement {
  const { random } = draft;
  const drafted = draftMovement(draft);
  const clean: CountyRow = { 业务编号: newReference(random, sequence), ...drafted.cells };
  decorate(draft, clean, drafted.day);
  const broken = { ...clean };
  const breakages = breakagesOf.get(clean["业务类型"] ?? "") ?? [];
  if (random.chance(0.25)) {
    const count = random.pick([1, 1, 1, 2, 2, 3]);
    for (let broke = 0; broke < count; broke += 1) random.pick(breakages)(draft, broken, drafted);
  }
  const cells = random.chance(0.05) ? rewritten(random, broken) : broken;
  return { clean, cells, day: drafted.day };
}

function movementsOf(draft: Draft, count: number): CountyRow[] {
  const { random, sent, sentByType } = draft;
  const rows: CountyRow[] = [];
  while (rows.length < count) {
    if (random.chance(0.004)) {
      rows.push(random.pick([{}, { 业务编号: "", 业务类型: "" }, { 经办人: "甲" }]));
      continue;
    }
    const again = sent.length > 0 && random.chance(0.08);
    const movement = again ? sentAgain(draft) : newMovement(draft, rows.length + 1);
    rows.push(movement.cells);
    if (again) continue;
    sent.push(movement);
    const type = movement.clean["业务类型"] ?? "";
    const ofType = sentByType.get(type) ?? [];
    sentByType.set(type, ofType);
    ofType.push(movement);
  }
  return rows;
}

/**
 * A county with its files in the order of import: roster, organisations, contracts, amendments,
 * movements. It needs at least one household and gives exactly `movements` rows of movements.
 */
export function randomCounty({ seed, households, movements }: CountyOptions): County {
  const random = randomSource(seed);
  const roster = rosterOf(random, households);
  const organisations = organisationsOf(random, Math.min(40, 4 + Math.ceil(households / 20)));
  const known = new Set(organisations.map((row) => row["主体编号"] ?? ""));
  known.delete("");
  const draft: Draft = {
    random,
    households: [...new Set(roster.households)],
    organisations: [...known].filter((id) => id === id.trim() && id.startsWith("ORG")),
    registers: [],
    contracts: [],
    contractRows: [],
    priceChanges: [],
    sentAmendments: [],
    sent: [],
    sentByType: new Map(),
  };
  addContracts(draft);
  addOddContracts(draft);
  return {
    roster: roster.rows,
    organisations,
    contracts: draft.contractRows,
    amendments: amendmentsOf(draft),
    movements: movementsOf(draft, movements),
  };
}
