import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { after, test } from "tap";
import { inventCounty } from "../../seeds/county.ts";
import { writeDemoCounty } from "../../seeds/demo-county.ts";
import { lastCorrection } from "../../seeds/programme/closing.ts";
import { lastCaseStep } from "../../seeds/programme/later.ts";
import { playProgramme, programmeLater } from "../../seeds/programme/programme.ts";
import { lastDemoMonth, playQuarters } from "../../seeds/quarters.ts";
import { programmeKinds } from "../../events/programme.ts";
import type { Act, Cells, Paid } from "../../seeds/acts.ts";
import { kindOf } from "../../src/domain/kinds.ts";

type Row = Readonly<Record<string, string>>;

const folder = await mkdtemp(join(tmpdir(), "demo-county-"));
const files = await writeDemoCounty(folder);
const read = async (file: string): Promise<readonly Row[]> =>
  parse<Row>(await readFile(file, "utf8"), { columns: true });
const roster = await read(files.roster);
const organisations = await read(files.organisations);
const contracts = await read(files.contracts);
const amendments = await read(files.amendments);
const movements = await read(files.movements);
const byNumber = (rows: readonly Row[], key: string): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [value(row, key), row]));
const households = new Set(roster.map((row) => value(row, "户编号")));
const knownOrganisations = byNumber(organisations, "主体编号");
const knownContracts = byNumber(contracts, "合同编号");

after(() => rm(folder, { recursive: true }));

function value(row: Row, column: string): string {
  const found = row[column];
  if (found === undefined) throw new Error(`no column ${column}`);
  return found;
}

/** A number of the contract's form as ten-thousandths. */
function tenThousandths(text: string, decimals: 2 | 4): bigint {
  const match = /^(\d{1,15})(?:\.(\d+))?$/.exec(text);
  const fraction = match?.[2] ?? "";
  if (match === null || fraction.length > decimals) throw new Error(`malformed: ${text}`);
  const number = BigInt((match[1] ?? "") + fraction.padEnd(4, "0"));
  if (number <= 0n) throw new Error(`not above zero: ${text}`);
  return number;
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && date.toISOString().startsWith(text);
}

/** The first rule of the contract that a movement breaks after what came before; "" when none. */
function refusal(row: Row, before: Before): string {
  const kind = value(row, "业务类型");
  if (!isDay(value(row, "业务日期"))) return "MalformedField";
  if (kind === "冲销") return reversalRefusal(row, before);
  const organisation = value(row, "主体编号");
  if (!knownOrganisations.has(organisation)) return "OrganisationUnknown";
  if (kind === "分红") return dividendRefusal(row, before);
  if (!households.has(value(row, "户编号"))) return "HouseholdUnknown";
  const contract = knownContracts.get(value(row, "合同编号"));
  if (contract === undefined) return "ContractUnknown";
  const fitting = { 折股: "入股", 租金: "土地流转", 订单收购: "订单收购", 工资: "劳务" }[kind];
  if (fitting === undefined) return "MalformedField";
  const binds = value(contract, "户编号");
  if (value(contract, "合同类型") !== fitting) return "ContractMismatch";
  if (value(contract, "主体编号") !== organisation) return "ContractMismatch";
  if (binds !== "" && binds !== value(row, "户编号")) return "ContractMismatch";
  if (!isInForce(contract, value(row, "业务日期"))) return "ContractNotInForce";
  return kind === "折股" ? sharesRefusal(row, contract) : priceRefusal(row, contract);
}

interface Before {
  readonly rows: ReadonlyMap<string, Row>;
  readonly reversed: ReadonlySet<string>;
  readonly shares: ReadonlyMap<string, bigint>;
}

function isInForce(contract: Row, date: string): boolean {
  const end = value(contract, "终止日期");
  return value(contract, "起始日期") <= date && (end === "" || date <= end);
}

function reversalRefusal(row: Row, before: Before): string {
  const original = before.rows.get(value(row, "原业务编号"));
  if (original === undefined || value(original, "业务类型") === "冲销") return "OriginalUnknown";
  if (value(original, "业务日期") > value(row, "业务日期")) return "OriginalUnknown";
  return before.reversed.has(value(original, "业务编号")) ? "AlreadyReversed" : "";
}

function dividendRefusal(row: Row, before: Before): string {
  const register = value(row, "股权登记簿");
  const opened = contracts.find((contract) => value(contract, "股权登记簿") === register);
  if (opened === undefined) return "RegisterUnknown";
  if (value(opened, "主体编号") !== value(row, "主体编号")) return "ContractMismatch";
  tenThousandths(value(row, "金额"), 2);
  return (before.shares.get(register) ?? 0n) > 0n ? "" : "NoShares";
}

function sharesRefusal(row: Row, contract: Row): string {
  if (value(row, "资本类型") === "") return "MalformedField";
  if (value(row, "股权登记簿") !== value(contract, "股权登记簿")) return "ContractMismatch";
  const par = tenThousandths(value(contract, "每股金额"), 4);
  const amount = tenThousandths(value(row, "金额"), 2);
  return (amount * 10_000n) % par === 0n ? "" : "SharesNotExact";
}

function priceRefusal(row: Row, contract: Row): string {
  const quantity = tenThousandths(value(row, "数量"), 4);
  const price = tenThousandths(value(row, "单价"), 4);
  const amount = tenThousandths(value(row, "金额"), 2);
  if (value(row, "业务类型") === "订单收购") {
    if (price < tenThousandths(value(contract, "保护价"), 4)) return "PriceBelowFloor";
  } else if (price !== tenThousandths(value(contract, "单价"), 4)) return "PriceNotContract";
  const product = quantity * price;
  const fen = product / 1_000_000n + (product % 1_000_000n >= 500_000n ? 1n : 0n);
  return fen * 100n === amount ? "" : "AmountMismatch";
}

function checkDigit(digits: string): string {
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += Number(digits[at]) * (2 ** (17 - at) % 11);
  return "10X98765432".charAt(sum % 11);
}

function hasCreditCheck(code: string): boolean {
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  let sum = 0;
  let weight = 1;
  for (const character of code.slice(0, 17)) {
    sum += alphabet.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return code.length === 18 && code[17] === alphabet[(31 - (sum % 31)) % 31];
}

void test("the roster", (t) => {
  t.ok(households.size >= 3200, "holds over 3,200 households");
  const numbers = new Set(roster.map((row) => value(row, "人编号")));
  t.equal(numbers.size, roster.length, "names each person once");
  t.equal(byNumber(roster, "证件号码").size, roster.length, "has no identity number twice");
  t.equal(new Set(roster.map((row) => value(row, "乡"))).size, 5, "covers every township");
  const villages = new Set(roster.map((row) => value(row, "户编号").slice(0, 12)));
  t.equal(villages.size, 77, "covers every village and community");
  const unsound: Row[] = [];
  for (const row of roster) {
    const identity = value(row, "证件号码");
    const birth = identity.slice(6, 14).replace(/^(....)(..)(..)$/, "$1-$2-$3");
    const isSound =
      /^539999\d{11}[\dX]$/.test(identity) &&
      identity[17] === checkDigit(identity) &&
      isDay(birth) &&
      /^\d{16}$/.test(value(row, "户编号")) &&
      /^\d{18}$/.test(value(row, "人编号")) &&
      value(row, "人编号").startsWith(value(row, "户编号"));
    if (!isSound) unsound.push(row);
  }
  t.strictSame(unsound, [], "is of the contract's form, its check digits right");
  const heads = roster.filter((row) => value(row, "与户主关系") === "户主");
  t.equal(heads.length, households.size, "has one head a household");
  t.ok(heads.every((row) => /^9999\d{15}$/.test(value(row, "银行账号"))));
  t.equal(byNumber(heads, "银行账号").size, heads.length, "has no account twice");
  t.end();
});

void test("relatives", (t) => {
  const born = (row: Row): number => Number(value(row, "证件号码").slice(6, 10));
  const isMale = (row: Row): boolean => Number(value(row, "证件号码")[16]) % 2 === 1;
  const heads = byNumber(
    roster.filter((row) => value(row, "与户主关系") === "户主"),
    "户编号",
  );
  const unsound: Row[] = [];
  for (const row of roster) {
    const head = heads.get(value(row, "户编号")) ?? row;
    const relation = value(row, "与户主关系");
    const younger = born(row) - born(head);
    const isSound =
      relation === "配偶"
        ? isMale(row) !== isMale(head) && Math.abs(younger) <= 6
        : /^之(子|女)$/.test(relation)
          ? isMale(row) === (relation === "之子") && younger >= 20
          : /^之(父|母)$/.test(relation)
            ? isMale(row) === (relation === "之父") && younger <= -19
            : true;
    if (!isSound) unsound.push(row);
  }
  t.strictSame(unsound, [], "have an age and sex that fit their relation");
  t.end();
});

void test("organisations and contracts", (t) => {
  t.equal(knownOrganisations.size, organisations.length, "no organisation's number comes twice");
  t.equal(knownContracts.size, contracts.length, "no contract's number comes twice");
  t.ok(organisations.length >= 55 && organisations.length <= 70);
  t.ok(organisations.every((row) => value(row, "名称").endsWith("（示例）")));
  t.ok(organisations.every((row) => /^(9[13]|N2)539999/.test(value(row, "统一社会信用代码"))));
  t.equal(byNumber(organisations, "名称").size, organisations.length);
  t.ok(organisations.every((row) => hasCreditCheck(value(row, "统一社会信用代码"))));
  const kinds = new Set<string>();
  const unsound: Row[] = [];
  for (const row of contracts) {
    const kind = value(row, "合同类型");
    kinds.add(`${kind}${value(row, "户编号") === "" ? "" : "·户"}`);
    const start = value(row, "起始日期");
    const end = value(row, "终止日期");
    const isSound =
      knownOrganisations.has(value(row, "主体编号")) &&
      isDay(start) &&
      (end === "" || (isDay(end) && end >= start)) &&
      (value(row, "户编号") === "" || households.has(value(row, "户编号")));
    if (!isSound) unsound.push(row);
    if (kind === "土地流转") tenThousandths(value(row, "数量"), 4);
    if (kind === "土地流转" || kind === "劳务") tenThousandths(value(row, "单价"), 4);
    if (kind === "订单收购") tenThousandths(value(row, "保护价"), 4);
    if (kind === "入股") tenThousandths(value(row, "每股金额"), 4);
  }
  t.strictSame(unsound, []);
  t.strictSame([...kinds].sort(), [
    "入股",
    "劳务",
    "劳务·户",
    "土地流转·户",
    "订单收购",
    "订单收购·户",
  ]);
  t.end();
});

void test("movements, judged in file order", (t) => {
  const rows = new Map<string, Row>();
  const reversed = new Set<string>();
  const shares = new Map<string, bigint>();
  const refused: string[] = [];
  let lastDate = "";
  for (const row of movements) {
    const number = value(row, "业务编号");
    const code = rows.has(number) ? "ReferenceConflict" : refusal(row, { rows, reversed, shares });
    if (code !== "") refused.push(`${number} ${code}`);
    if (value(row, "业务日期") < lastDate) refused.push(`${number} out of order`);
    lastDate = value(row, "业务日期");
    rows.set(number, row);
    const original = rows.get(value(row, "原业务编号"));
    if (original !== undefined) reversed.add(value(original, "业务编号"));
    const counted = original ?? row;
    if (value(counted, "业务类型") === "折股") {
      const fen = tenThousandths(value(counted, "金额"), 2) * (original === undefined ? 1n : -1n);
      const register = value(counted, "股权登记簿");
      shares.set(register, (shares.get(register) ?? 0n) + fen);
    }
  }
  t.strictSame(refused, [], "none is refused");
  t.ok(movements.length >= 30_000 && movements.length <= 40_000, "are 30,000 to 40,000");
  t.ok(value(movements[0] ?? {}, "业务日期") >= "2024-11-01" && lastDate <= "2026-10-31");
  const kinds = new Set(movements.map((row) => value(row, "业务类型")));
  t.strictSame([...kinds].sort(), ["冲销", "分红", "工资", "折股", "租金", "订单收购"].sort());
  const capital = new Set(movements.map((row) => value(row, "资本类型")));
  for (const kind of ["现金", "财政量化资金", "土地经营权", "林权", "设施设备"])
    t.ok(capital.has(kind));
  const paid = new Set(
    movements
      .filter((row) => value(row, "业务类型") === "分红")
      .map((row) => value(row, "股权登记簿")),
  );
  t.equal(
    paid.size,
    contracts.filter((row) => value(row, "合同类型") === "入股").length,
    "every register pays",
  );
  t.ok(reversed.size >= 20, "some are taken back");
  t.end();
});

void test("amendments are of leases in force, and of terms that no movement is judged by", (t) => {
  const lastDay =
    [...movements]
      .map((row) => value(row, "业务日期"))
      .sort()
      .at(-1) ?? "";
  const numbers = new Set(amendments.map((row) => value(row, "变更编号")));
  t.equal(numbers.size, amendments.length, "each has a number of its own");
  const kinds = new Set(amendments.map((row) => value(row, "变更类型")));
  t.strictSame([...kinds].sort(), ["更正", "终止", "补充协议"].sort());
  for (const row of amendments) {
    const contract = knownContracts.get(value(row, "合同编号"));
    const day = value(row, "生效日期");
    if (contract === undefined || !isInForce(contract, day)) t.fail(value(row, "变更编号"));
    const isCorrection = value(row, "变更类型") === "更正";
    t.ok(isCorrection ? value(row, "单价") === "" : day > lastDay, "changes no movement");
  }
  t.end();
});

void test("a second run writes the same bytes", async (t) => {
  const again = await writeDemoCounty(join(folder, "again"));
  for (const key of Object.keys(files) as (keyof typeof files)[]) {
    const [first, second] = await Promise.all([readFile(files[key]), readFile(again[key])]);
    t.ok(first.equals(second), key);
  }
});

const saidBy = (rows: (Act & { readonly do: "rows" })["rows"], paid: Paid): readonly Cells[] =>
  typeof rows === "function" ? rows(paid) : rows;

void test("what is played behind the files", (t) => {
  const acts = playQuarters(inventCounty());
  const payment = { batch: "", plan: "", beneficiary: "", payment: "", fen: 1n };
  const rowsOf = (kind: string) =>
    acts.flatMap((act) => (act.do === "rows" && act.kind === kind ? [act.rows] : []));
  const plans = rowsOf("plans").flatMap((rows) => saidBy(rows, []));
  const every = (column: string) => [...new Set(plans.map((row) => row[column]))].sort();
  t.strictSame(
    every("分配方式"),
    ["按股", "按基数", "阶梯", "按人口", "按交易量", "定额", "固定收益", "保底分红"].sort(),
  );
  t.strictSame(every("程序"), ["村级", "乡镇", "县级"].sort());
  const paid = Array.from({ length: 2 }, (_, at) => ({ ...payment, payment: String(at) }));
  const steps = rowsOf("steps").flatMap((rows) => {
    try {
      return saidBy(rows, paid);
    } catch {
      return [{ 步骤: "追回" }];
    }
  });
  const some = (column: string) => new Set(steps.map((row: Row) => row[column]));
  t.ok(["成立", "不成立", "搁置"].every((outcome) => some("结论").has(outcome)));
  t.ok(some("意见").has("退回"));
  t.ok(["暂停", "放行", "停发", "改户", "重发", "追回"].every((kind) => some("步骤").has(kind)));
  const ends = acts.flatMap((act) => (act.do === "close" ? [act.month] : []));
  t.equal(ends.length, 12, "every month of the year is closed");
  t.equal(ends.at(-1), lastDemoMonth, "the last one is the one its playing is judged by");
  t.end();
});

/** Words of columns that do not occur, and why. */
const left: ReadonlyMap<string, string> = new Map([
  ["allocations 倾斜 否", "it is what an empty cell says"],
  ["loan-steps 原因 主观", "refused: CauseMissing"],
  ["contracts 合同类型 土地流转", "in the county's files"],
  ["contracts 合同类型 订单收购", "in the county's files"],
  ["movements 业务类型 租金", "in the county's files"],
  ["movements 业务类型 订单收购", "in the county's files"],
]);

const programme = (): readonly Act[] => {
  const county = inventCounty();
  return [...playProgramme(county), ...programmeLater(county)];
};
const acts = programme();

void test("what the programme says", (t) => {
  const rows = new Map<string, Cells[]>();
  for (const act of acts) {
    if (act.do !== "rows") throw new Error("the programme is rows");
    rows.set(act.kind, [...(rows.get(act.kind) ?? []), ...saidBy(act.rows, [])]);
  }
  const kinds = [...Object.values(programmeKinds), "contracts", "movements"];
  const missing = kinds.flatMap((kind) =>
    Object.values(kindOf(kind).columns).flatMap(({ column, values = {} }) => {
      if (kind === "corrections" && column === "原表") return [];
      const said = new Set(rows.get(kind)?.map((row) => row[column]));
      return Object.values(values).flatMap((word) => {
        return said.has(word) ? [] : [`${kind} ${column} ${word}`];
      });
    }),
  );
  for (const kind of kinds) t.ok(rows.has(kind), `has ${kind}`);
  t.strictSame(missing.sort(), [...left.keys()].sort(), "every step, type and word but a few");
  for (const [kind, own] of rows) {
    const numbers = own.map((row) => row[kindOf(kind).idColumn]);
    if (kind !== "packs") t.equal(new Set(numbers).size, own.length, `numbers ${kind} once`);
  }
  t.match(rows.get("corrections")?.at(-1), { 更正编号: lastCorrection });
  t.match(rows.get("case-steps")?.at(-1), { 步骤编号: lastCaseStep });
  t.equal(rows.get("projects")?.length, 25);
  t.end();
});

void test("a second run invents the same programme", (t) => {
  const said = (all: readonly Act[]): string =>
    JSON.stringify(all.map((act) => (act.do === "rows" ? saidBy(act.rows, []) : act)));
  t.ok(said(acts) === said(programme()));
  t.end();
});
