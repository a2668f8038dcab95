// Random funds, allocations, disbursements, accounts of them, refunds, sanctions and corrections:
// each is judged a second time by a plain model that adds everything up anew. PROGRAMME_ROWS says
// how many rows, PROPERTY_SEED the seed.
import { test } from "tap";
import type { CountyRow } from "../support/county.ts";
import { randomSource } from "../support/county.ts";
import { longHistory } from "../support/long-history.ts";
import { county, projectStep, row } from "../support/programme-rows.ts";

const count = Number(process.env["PROGRAMME_ROWS"] ?? 3_000);
const seed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
const { below, pick } = randomSource(seed);

type Table = "funds" | "allocations" | "disbursements" | "reimbursements" | "refunds";

/** Money as the plain model knows it: what it hangs on, and whether it was taken back. */
interface Money {
  readonly table: Table;
  readonly id: string;
  readonly parent: Money | undefined;
  /** In fen. */
  readonly amount: number;
  readonly day: string;
  readonly isHouseholds: boolean;
  /** To whom it is allocated or paid. */
  readonly organisation: string | undefined;
  readonly children: Money[];
  isTakenBack: boolean;
}

/** A sanction of an entity, with the day from which on it counts no more. */
interface Sanction {
  readonly organisation: string;
  readonly day: string;
  readonly from: string;
  readonly to: string;
  takenBackOn?: string;
}

const all = new Map<string, Money>();
const sanctions = new Map<string, Sanction>();
const isListed = (organisation: string | undefined, on: string): boolean =>
  [...sanctions.values()].some(
    (one) =>
      one.organisation === organisation &&
      one.day <= on &&
      !(one.takenBackOn !== undefined && one.takenBackOn <= on) &&
      one.from <= on &&
      on <= one.to,
  );
const standing = (of: Money, table: (of: Table) => boolean): Money[] =>
  of.children.filter((child) => !child.isTakenBack && table(child.table));
const sum = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0);
const isRefund = (table: Table): boolean => table === "refunds";
const net = (of: Money): number =>
  of.amount - sum(standing(of, isRefund).map(({ amount }) => amount));
const free = (of: Money): number =>
  net(of) - sum(standing(of, (table) => !isRefund(table)).map(net));

const columns: Readonly<Record<Table, readonly [id: string, unknown: string, above: string]>> = {
  funds: ["资金编号", "FundUnknown", "FundExceeded"],
  allocations: ["安排编号", "AllocationUnknown", "AllocationExceeded"],
  disbursements: ["拨付编号", "DisbursementUnknown", "DisbursementExceeded"],
  reimbursements: ["报账编号", "", ""],
  refunds: ["退回编号", "", ""],
};
const above: Readonly<Partial<Record<Table, Table>>> = {
  allocations: "funds",
  disbursements: "allocations",
  reimbursements: "disbursements",
};

/** What a new row should be told; it stands in the model where it is recorded. */
function expected(money: Omit<Money, "children" | "isTakenBack" | "parent">, parent: string) {
  const over = all.get(parent);
  const { table } = money;
  if (table !== "funds") {
    const of = parent.split("/")[0] as Table;
    if (over === undefined || over.isTakenBack) return columns[of][1];
    if (money.day < over.day) return "DateBefore";
    if (table === "reimbursements" && over.isHouseholds) return "KindMismatch";
    if (money.amount > free(over)) return isRefund(table) ? "ReturnExceeded" : columns[of][2];
    if (isListed(money.organisation, money.day)) return "OrganisationListed";
  }
  const recorded = { ...money, parent: over, children: [], isTakenBack: false };
  all.set(`${table}/${money.id}`, recorded);
  names[table].push(`${table}/${money.id}`);
  over?.children.push(recorded);
  return "recorded";
}

/** What a correction should be told. */
function corrected(name: string, day: string): string {
  const sanction = sanctions.get(name);
  if (sanction !== undefined) {
    if (day < sanction.day) return "DateBefore";
    if (sanction.takenBackOn !== undefined) return "AlreadyReversed";
    sanction.takenBackOn = day;
    return "recorded";
  }
  const of = all.get(name);
  if (of === undefined) return "OriginalUnknown";
  if (day < of.day) return "DateBefore";
  if (of.isTakenBack) return "AlreadyReversed";
  if (standing(of, () => true).length > 0) return "DependentsExist";
  const over = of.parent;
  const giver = isRefund(of.table) ? over?.parent : undefined;
  if (giver !== undefined && of.amount > free(giver)) return columns[giver.table][2];
  of.isTakenBack = true;
  return "recorded";
}

const day = (): string => `2025-02-${String(1 + below(20)).padStart(2, "0")}`;
const yuan = (fen: number): string => (fen / 100).toFixed(2);
const names: Readonly<Record<Table, string[]>> = {
  funds: [],
  allocations: [],
  disbursements: [],
  reimbursements: [],
  refunds: [],
};

/** A name of a table, most often one that is there. */
function named(table: Table): string {
  const there = names[table];
  return there.length === 0 || below(20) === 0 ? `${table}/none` : pick(there);
}

test("random rows of money", (t) => {
  t.comment(`PROPERTY_SEED=${seed}`);
  const history = longHistory();
  const before = [
    ...county,
    row("projects"),
    projectStep("入库", "2025-01-12"),
    projectStep("批准", "2025-01-20"),
  ];
  for (const [kind, cells] of before) {
    if ("code" in history.give(kind, cells)) throw new Error(`refused: ${JSON.stringify(cells)}`);
  }
  const told = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const [what, cells, wanted] = randomRow(n);
    const decided = history.give(what, cells);
    const found = "code" in decided ? decided.code : "recorded";
    told.set(wanted, (told.get(wanted) ?? 0) + 1);
    if (found !== wanted) {
      t.equal(found, wanted, `row ${n}: ${what} ${JSON.stringify(cells)}`);
      break;
    }
  }
  for (const money of all.values()) {
    if (!money.isTakenBack && free(money) < 0) t.fail(`${money.table}/${money.id} is overdrawn`);
  }
  const codes = [
    ...["recorded", "FundUnknown", "AllocationUnknown", "DisbursementUnknown", "DateBefore"],
    ...["KindMismatch", "FundExceeded", "AllocationExceeded", "DisbursementExceeded"],
    ...["ReturnExceeded", "OriginalUnknown", "AlreadyReversed", "DependentsExist"],
    "OrganisationListed",
  ];
  for (const code of codes) t.ok(told.has(code), `${code} is met`);
  t.end();
});

/** A sanction of a few days. */
function randomSanction(n: number): readonly [string, CountyRow, string] {
  const [date, [from = "", to = ""]] = [day(), [day(), day()].sort()];
  const organisation = pick(["O1", "O2"]);
  sanctions.set(`sanctions/N${n}`, { organisation, day: date, from, to });
  const days = { 业务日期: date, 起始日期: from, 终止日期: to };
  return [
    "sanctions",
    { ...row("sanctions")[1], 惩戒编号: `N${n}`, 主体编号: organisation, ...days },
    "recorded",
  ];
}

function randomRow(n: number): readonly [string, CountyRow, string] {
  if (below(100) === 0) return randomSanction(n);
  const table = pick<Table | "corrections">([
    ...(["funds", "allocations", "allocations", "disbursements", "disbursements"] as const),
    ...(["reimbursements", "refunds", "corrections"] as const),
  ]);
  const date = day();
  const common = { 业务日期: date };
  if (table === "corrections") {
    const listing = [...sanctions.keys()];
    const of =
      listing.length > 0 && below(8) === 0
        ? pick(listing)
        : named(pick(Object.keys(columns) as Table[]));
    const [原表 = "", 原编号 = ""] = of.split("/");
    const cells = { 更正编号: `G${n}`, 原表, 原编号, 说明: "重复", 经办人: "甲", ...common };
    return [table, cells, corrected(of, date)];
  }
  const of = table === "refunds" ? pick(["funds", "allocations", "disbursements"]) : above[table];
  const parent = of === undefined ? "" : named(of as Table);
  const room = all.get(parent);
  // Often to the fen what is free, or one more.
  const most = Math.max(room === undefined ? 100_000 : free(room), 0);
  const amount = Math.max(1, pick([most, most + 1, 1 + below(most + 1), 1 + below(most + 1)]));
  const isHouseholds = table === "disbursements" && below(3) === 0;
  const isGiven =
    table === "disbursements" ? !isHouseholds : table === "allocations" && below(2) === 0;
  const organisation = isGiven ? pick(["O1", "O2"]) : undefined;
  const money = { table, id: `M${n}`, amount, day: date, isHouseholds, organisation };
  const [, id = ""] = parent.split("/");
  const whose = isHouseholds ? { 户编号: "H1", 收入类别: "补贴" } : {};
  const cells: CountyRow = {
    ...row(table)[1],
    [columns[table][0]]: money.id,
    金额: yuan(amount),
    ...common,
    ...whose,
    ...(organisation !== undefined && { 主体编号: organisation }),
    ...(of !== undefined && { [columns[of as Table][0]]: id }),
  };
  return [table, cells, expected(money, parent)];
}
