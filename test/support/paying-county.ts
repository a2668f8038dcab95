// A county of one cooperative and households with accounts, whose plans by 县级 are brought to
// approval and paid through a bank.
import { writeFile } from "node:fs/promises";
import { instruct, type Instructed } from "../../src/payments/instruct.ts";
import type { BankImportResult } from "../../src/payments/bank-import.ts";
import { importBankFile, noBankImport } from "../../src/payments/bank-import.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import type { Ledger } from "../../src/ledger.ts";
import { publicList } from "../../src/queries/lists.ts";
import { resolveKnownAt } from "../../src/queries/as-of.ts";
import type { CountyRow } from "./county.ts";
import type { TestLedger } from "./ledger.ts";
import { send } from "./ledger.ts";
import * as planRows from "./plan-rows.ts";
import * as rows from "./rows.ts";

/** The account that pays. */
export const payer = "53001616030000000000";

/** What paying needs of a ledger, of a test or of a process. */
export type PayingLedger = Pick<Ledger, "handler" | "submitter" | "projector" | "reads" | "log">;

/** A ledger of a test as paying needs it. */
export function paying({ handler, submitter, projector, pool, log, vault }: TestLedger) {
  return { handler, submitter, projector, log, reads: { pool, log, vault } };
}

/** The account of the n-th household, or another one. */
export const accountOf = (n: number, nth = 0): string => `62${nth}${String(n).padStart(10, "0")}`;

/** The row of the n-th household's head; `more` says what is otherwise. */
export const head = (n: number, more: CountyRow = {}): CountyRow => ({
  ...{ ...rows.person(n), 与户主关系: "户主", 姓名: `户${n}`, 银行账号: accountOf(n) },
  ...{ 开户名: `户${n}`, ...more },
});

/** Gives rows; each must be recorded. */
export async function give(
  { handler }: Pick<PayingLedger, "handler">,
  kind: KindName,
  some: readonly CountyRow[],
): Promise<void> {
  const found = await send(handler, kind, some);
  const at = found.findIndex((one) => one !== "recorded" && one !== "alreadyRecorded");
  if (at >= 0) throw new Error(`${kind}: ${found[at] ?? ""}: ${JSON.stringify(some[at])}`);
}

/** Households 1 to `count`, and the cooperative. */
export async function settle(ledger: PayingLedger, count: number): Promise<void> {
  await give(
    ledger,
    "roster",
    Array.from({ length: count }, (_, at) => head(at + 1)),
  );
  await give(ledger, "organisations", [rows.organisation()]);
}

/** A plan over 基数 of some households, all of an income of its own. */
export interface PlanToPay {
  readonly plan: string;
  /** Of each household by its number. */
  readonly basis: ReadonlyMap<number, string>;
  readonly pool: string;
  readonly terms?: CountyRow;
  /** What its income says besides. */
  readonly earned?: CountyRow;
}

/** Income, plan and basis rows of a plan. */
export async function draft(ledger: PayingLedger, of: PlanToPay): Promise<void> {
  const { plan, basis, pool, terms = {}, earned = {} } = of;
  const own = { 收益编号: `SY-${plan}` };
  await give(ledger, "income", [planRows.income({ ...own, 可分配金额: pool, ...earned })]);
  const named = { ...own, 计划编号: plan, 分配金额: pool, 程序: "县级", 说明理由: "有" };
  await give(ledger, "plans", [planRows.plan({ ...named, ...terms })]);
  await give(
    ledger,
    "basis",
    [...basis].map(([n, amount]) =>
      planRows.basis(`${plan}-${n}`, { 计划编号: plan, 户编号: `H${n}`, 基数: amount }),
    ),
  );
}

/** A step of a plan. */
export function stepOf(plan: string, kind: string, more: CountyRow = {}): CountyRow {
  const step = planRows.step(kind, { 计划编号: plan, ...more });
  return { ...step, 步骤编号: `${plan} ${more["户编号"] ?? ""} ${step["步骤编号"] ?? ""}` };
}

/** The hash of the list of a plan that stands. */
export async function hashOf({ log, projector, reads }: PayingLedger, plan: string) {
  const knownAt = await resolveKnownAt({ pool: reads.pool, log });
  await projector.reach(knownAt.position);
  return (await publicList(reads.pool, { plan }, knownAt)).hash;
}

/** From a drafted plan to its approved list. */
export async function approve(ledger: PayingLedger, plan: string): Promise<void> {
  await give(ledger, "steps", [stepOf(plan, "定案"), stepOf(plan, "决议")]);
  const hash = { 清单哈希: await hashOf(ledger, plan) };
  await give(ledger, "steps", [
    ...[stepOf(plan, "公示", hash), stepOf(plan, "公示结束"), stepOf(plan, "批准", hash)],
  ]);
}

/** Instructs plans as the command does. */
export async function pay(
  ledger: PayingLedger,
  plans: readonly string[],
  on = "2025-03-03",
): Promise<Instructed | Refusal> {
  const profile = "pain.001.001.03" as const;
  const wishes = { plans, account: payer, by: "出纳", on, profile };
  return instruct(ledger, profile, wishes, { actor: "test" });
}

/** Imports the text of a bank's file as the command does. */
export async function tell(
  ledger: PayingLedger,
  path: string,
  text: string | Buffer,
): Promise<BankImportResult> {
  await writeFile(path, text);
  const result = noBankImport();
  await importBankFile(ledger, path, { name: "file", actor: "test" }, result);
  return result;
}
