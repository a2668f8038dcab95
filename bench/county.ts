import { kindOf } from "../src/domain/kinds.ts";

/**
 * How large an invented county is. There is a contract for every ten households, of which two
 * fifths are leases, a quarter orders, a quarter labour and a tenth share contracts with a register
 * each.
 */
export interface CountySize {
  readonly households: number;
  readonly movements: number;
}

/** A size with the fifty movements a household that the benches are about. */
export function countyOf(movements: number): CountySize {
  return { households: Math.max(40, Math.round(movements / 50)), movements };
}

/** The kinds of the county's files, in the order in which they build on each other. */
export type CountyKind = "roster" | "organisations" | "contracts" | "movements";

/** The columns of each file, as a bureau has them. */
export const columns: Readonly<Record<CountyKind, readonly string[]>> = {
  roster: [
    "县",
    "乡",
    "行政村",
    "自然村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "人数",
    "与户主关系",
    "健康状况",
    "劳动技能",
    "户类型",
    "监测对象类型",
    "开户行",
    "银行账号",
    "开户名",
  ],
  organisations: ["主体编号", "名称", "类型", "统一社会信用代码", "行政区划"],
  contracts: [
    "合同编号",
    "合同类型",
    "户编号",
    "主体编号",
    "签订日期",
    "起始日期",
    "终止日期",
    "数量",
    "计量单位",
    "单价",
    "保护价",
    "股权登记簿",
    "每股金额",
  ],
  movements: [
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
  ],
};

/** The rows of a file, cells in the order of its columns; the same at each run. */
export function rowsOf(kind: CountyKind, size: CountySize): Generator<string[]> {
  switch (kind) {
    case "roster":
      return rosterRows(size);
    case "organisations":
      return organisationRows(size);
    case "contracts":
      return contractRows(size);
    case "movements":
      return movementRows(size, 0);
  }
}

/** Rows as commands, parsed as an import parses them. Throws on a row that is not well formed. */
export function* commandsOf(kind: CountyKind, rows: Iterable<string[]>): Generator {
  const type = kindOf(kind);
  const names = columns[kind];
  for (const row of rows) {
    const cells: Record<string, string> = {};
    for (let i = 0; i < names.length; i++) cells[names[i] ?? ""] = row[i] ?? "";
    const parsed = type.parse({ cells });
    if (!parsed.ok) throw new Error(`the invented row ${parsed.key}: ${parsed.refusal.message}`);
    yield parsed.command;
  }
}

/** Items in lists of at most `max`. */
export function* inBatches<T>(items: Iterable<T>, max: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < max) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A file as CSV text, a piece at a time. No cell here needs quotes. */
export function* csvOf(kind: CountyKind, size: CountySize): Generator<string> {
  yield `${columns[kind].join(",")}\n`;
  for (const rows of inBatches(rowsOf(kind, size), 1_000)) {
    yield rows.map((row) => `${row.join(",")}\n`).join("");
  }
}

/** A number from 0 up to but not including 1, the same sequence for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const digits = (value: number, length: number): string => value.toString().padStart(length, "0");

/** The 户编号 of a household by its place in the county. */
export function householdAt(place: number): string {
  return `530424${digits(place, 10)}`;
}

const organisationAt = (place: number): string => `ORG-${digits(place + 1, 4)}`;
const contractAt = (place: number): string => `HT-${digits(place + 1, 6)}`;
const registerAt = (place: number): string => `GQ-${digits(place + 1, 5)}`;

const townships = ["宁州街道", "盘溪镇", "华溪镇", "青龙镇", "通红甸乡"];
const relations = ["户主", "配偶"];
const banks = ["农村信用社", "农业银行", "邮储银行"];
const statuses = ["脱贫户", "监测户", "一般户"];

function* rosterRows({ households }: CountySize): Generator<string[]> {
  for (let place = 0; place < households; place++) {
    const village = place % 77;
    for (const [at, relation] of relations.entries()) {
      const account = at === 0 ? `6223${digits(place, 15)}` : "";
      yield [
        "华宁县",
        townships[village % townships.length] ?? "",
        `第${village + 1}村民委员会`,
        `第${(place % 9) + 1}村民小组`,
        householdAt(place),
        `${householdAt(place)}0${at + 1}`,
        `户${place}成员${at + 1}`,
        `539999${digits(place, 11)}${at}`,
        "2",
        relation,
        "健康",
        "普通劳动力",
        statuses[place % statuses.length] ?? "",
        "",
        account === "" ? "" : (banks[place % banks.length] ?? ""),
        account,
        account === "" ? "" : `户${place}成员1`,
      ];
    }
  }
}

function contractsIn({ households }: CountySize): number {
  return Math.max(20, Math.round(households / 200) * 20);
}

/** How many organisations a county has. */
export function organisationsIn(size: CountySize): number {
  return Math.ceil(contractsIn(size) / 10);
}

function* organisationRows(size: CountySize): Generator<string[]> {
  for (let place = 0; place < organisationsIn(size); place++) {
    const kind = place % 3 === 0 ? "龙头企业" : "农民专业合作社";
    const code = `91530424${digits(place, 9)}X`;
    yield [organisationAt(place), `示例主体${place + 1}`, kind, code, "530424"];
  }
}

/** Terms of one contract; prices in fen, quantities in hundredths. */
interface Contract {
  readonly kind: "lease" | "order" | "labour" | "shares";
  readonly contract: string;
  readonly organisation: string;
  readonly household: string;
  readonly register: string;
  readonly quantity: number;
  readonly price: number;
}

const kindNames = {
  lease: "土地流转",
  order: "订单收购",
  labour: "劳务",
  shares: "入股",
} as const;

function contractsOf(size: CountySize): Contract[] {
  const random = randomFrom(530_424);
  return Array.from({ length: contractsIn(size) }, (_, place) => {
    const turn = place % 20;
    const kind = turn < 8 ? "lease" : turn < 13 ? "order" : turn < 18 ? "labour" : "shares";
    const bound = kind === "lease";
    const prices = { lease: 30_000, order: 150, labour: 8_000, shares: 10_000 };
    const spread = { lease: 50_000, order: 3_000, labour: 6_000, shares: 0 };
    return {
      kind,
      contract: contractAt(place),
      organisation: organisationAt(place % organisationsIn(size)),
      household: bound ? householdAt(Math.floor(random() * size.households)) : "",
      register: kind === "shares" ? registerAt(place) : "",
      quantity: bound ? 50 + Math.floor(random() * 1_000) : 0,
      price: prices[kind] + Math.floor(random() * spread[kind]),
    };
  });
}

function decimal(hundredths: number): string {
  return `${Math.floor(hundredths / 100)}.${digits(hundredths % 100, 2)}`;
}

/** The rows of its contracts. */
export function* contractRows(size: CountySize): Generator<string[]> {
  for (const { kind, contract, organisation, household, register, ...terms } of contractsOf(size)) {
    const price = decimal(terms.price);
    const quantity = kind === "lease" ? decimal(terms.quantity) : "";
    const paid = kind === "lease" || kind === "labour" ? price : "";
    const [floor, par] = [kind === "order" ? price : "", kind === "shares" ? price : ""];
    const unit = { lease: "亩", order: "公斤", labour: "日", shares: "" }[kind];
    yield [
      contract,
      kindNames[kind],
      household,
      organisation,
      "2024-12-20",
      "2025-01-01",
      "",
      quantity,
      unit,
      paid,
      floor,
      register,
      par,
    ];
  }
}

/** Of a thousand movements so many are of a type; one in two thousand is a dividend. */
const shares = { wage: 450, order: 850, rent: 930, issue: 994.5, dividend: 995 } as const;
const days = 700;
const notes = ["已核对", "现金支付", "代领", "补发上月"];

/** Movements without end or, where the size says so, so many; references start after `from`. */
export function* movementRows(size: CountySize, from: number): Generator<string[]> {
  const random = randomFrom(20_250_101 + from);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const contracts = contractsOf(size);
  const of = (kind: Contract["kind"]) => contracts.filter((contract) => contract.kind === kind);
  const [labour, order, lease, issuing] = [of("labour"), of("order"), of("lease"), of("shares")];
  const issued = new Set<Contract>();
  const paid: string[] = [];
  for (let i = 0; i < size.movements; i++) {
    const reference = `YW-${digits(from + i + 1, 9)}`;
    const day = dayAt(Math.floor((i / size.movements) * days));
    const tail = [
      random() < 0.8 ? day.slice(0, 7) : "",
      `PZ${digits(i % 1_000_000, 6)}`,
      "",
      random() < 0.08 ? pick(notes) : "",
    ];
    const household = householdAt(Math.floor(random() * size.households));
    const drawn = random() * 1_000;
    if (drawn < shares.wage) {
      const days = 100 + 50 * pickUpTo(50);
      yield payment(reference, "工资", pick(labour), household, days, 0, day, tail);
      paid.push(reference);
    } else if (drawn < shares.order) {
      const [quantity, above] = [100 + pickUpTo(40_000), pickUpTo(200)];
      yield payment(reference, "订单收购", pick(order), household, quantity, above, day, tail);
    } else if (drawn < shares.rent || (issued.size === 0 && drawn >= shares.issue)) {
      const lent = pick(lease);
      yield payment(reference, "租金", lent, lent.household, lent.quantity, 0, day, tail);
    } else if (drawn < shares.issue) {
      const contract = pick(issuing);
      issued.add(contract);
      yield issue(reference, contract, household, 1 + pickUpTo(300), day, tail);
    } else if (drawn < shares.dividend || paid.length === 0) {
      yield dividend(reference, pick([...issued]), 100_000 + pickUpTo(5_000_000), day, tail);
    } else {
      const [original] = paid.splice(Math.floor(random() * paid.length), 1);
      const [, voucher, , note] = tail;
      yield reversal(reference, original ?? "", day, voucher ?? "", note ?? "");
    }
    // Most reversals take back what is not long past.
    if (paid.length > 20_000) paid.splice(0, 10_000);
  }
  function pickUpTo(limit: number): number {
    return Math.floor(random() * limit);
  }
}

function reversal(...[reference, original, day, voucher, note]: string[]): string[] {
  const unneeded = (count: number) => Array.from({ length: count }, () => "");
  const cells = [reference, "冲销", ...unneeded(4), day, ...unneeded(5), voucher, original, note];
  return cells.map((cell) => cell ?? "");
}

function dayAt(place: number): string {
  return new Date(Date.UTC(2025, 0, 1 + place)).toISOString().slice(0, 10);
}

function payment(
  reference: string,
  type: string,
  { contract, organisation, price }: Contract,
  household: string,
  quantity: number,
  above: number,
  day: string,
  tail: readonly string[],
): string[] {
  const paid = price + above;
  // Half up to the fen, as the contract of the ledger says.
  const amount = Math.floor((quantity * paid + 50) / 100);
  const terms = [decimal(quantity), decimal(paid), decimal(amount)];
  return [reference, type, household, organisation, contract, "", day, ...terms, "", ...tail];
}

function issue(
  reference: string,
  { contract, organisation, register, price }: Contract,
  household: string,
  count: number,
  day: string,
  tail: readonly string[],
): string[] {
  const amount = decimal(count * price);
  return [
    reference,
    "折股",
    household,
    organisation,
    contract,
    register,
    day,
    "",
    "",
    amount,
    "财政量化资金",
    ...tail,
  ];
}

function dividend(
  reference: string,
  { organisation, register }: Contract,
  pool: number,
  day: string,
  tail: readonly string[],
): string[] {
  return [
    reference,
    "分红",
    "",
    organisation,
    "",
    register,
    day,
    "",
    "",
    decimal(pool),
    "",
    ...tail,
  ];
}
