import type { Act, Cells, DemoPayment, Paid } from "./acts.ts";
import type { BankEntry } from "./bank-answers.ts";
import { closingOf, notification, statement, statusReport } from "./bank-answers.ts";
import type { County } from "./county.ts";
import { daysAfter, yuan } from "./exact.ts";
import type { Organisation } from "./organisations.ts";
import { organisationRows, organisationsHeader } from "./organisations.ts";
import type { Household } from "./people.ts";
import { rosterHeader, rosterRows } from "./people.ts";
import { actOf, approved, heldBack, lineStep, putRight, staff, StepRows } from "./plan-steps.ts";
import type { Division, Quarter, Receipts } from "./pools.ts";
import { quartersOf } from "./pools.ts";

/** The last month that is closed: with it everything is done. */
export const lastDemoMonth = "2025-12";

/** 收益编号 of the first income: with it the quarters begin. */
export const firstIncome = "HN-SY-01";

/** The account that pays; no bank's numbers begin with 9999. */
const account = "99990000000000530424";
const openingFen = 5_000_000n;

/**
 * Four quarters of 2025 in which incomes of the demo county go from pools to bank cards: all ways
 * to divide, the three procedures, objections of each outcome, lists that fall, lines held,
 * released and stopped, payments that come back for six reasons and go out again, one recovered,
 * each quarter reconciled to zero and its months closed. They come after the files of the county.
 * `receipts` says by 收益编号 what else incomes say: what came in, under which contract.
 */
export function playQuarters(county: County, receipts: Receipts = {}): readonly Act[] {
  const quarters = quartersOf(county, receipts);
  const steps = new StepRows();
  return quarters.flatMap((quarter) => [
    ...actOf(
      "organisations",
      quarter.divisions.flatMap(({ shares }) => accountOpened(shares)),
    ),
    ...approved(quarter, steps),
    ...steps.act(heldBack(quarter)),
    ...paidFirst(quarter),
    ...months(quarters, quarter.months[0], quarter.months[1]),
    ...actOf("roster", quarter.divisions.flatMap(accountsChanged)),
    ...steps.act(putRight(quarter)),
    ...instructed(quarter, batchOf(quarter, 2), `${quarter.months[2]}-10`),
    ...steps.afterPaying(recovered(quarter)),
    ...months(quarters, quarter.months[2]),
    ...settled(quarter),
    ...quarter.months.map((month): Act => ({ do: "close", month, by: staff.bureau })),
  ]);
}

function batchOf({ name }: Quarter, nth: number): string {
  return `HN-PC-${name}-${nth}`;
}

function instructed({ divisions }: Quarter, batch: string, on: string): readonly Act[] {
  const plans = divisions.map(({ plan }) => plan);
  return [{ do: "instruct", batch, plans, account, by: staff.cashier, on }];
}

/** The first batch of a quarter, and what the bank says of it at once. */
function paidFirst(quarter: Quarter): readonly Act[] {
  const batch = batchOf(quarter, 1);
  const day = `${quarter.months[1]}-10`;
  const [status, notice] = [`${batch}-ZT`, `${batch}-TZ`];
  return [
    ...instructed(quarter, batch, day),
    {
      ...{ do: "bank", kind: "pain.002", account: "", message: status },
      text: (paid) => {
        const rejected = new Map(
          rejections(quarter).map(([of, code]) => [paymentOf(paid, batch, of).payment, code]),
        );
        return statusReport(status, day, batch, inBatch(paid, batch), rejected);
      },
    },
    {
      ...{ do: "bank", kind: "camt.054", account, message: notice },
      text: (paid) => {
        const entries = [booked(quarter, 1, paid), ...returns(quarter, paid, "camt.054")];
        return notification(notice, account, daysAfter(day, 5), entries);
      },
    },
  ];
}

/** A beneficiary of a plan. */
type Of = readonly [plan: string, household: Household];

/** Whom the bank rejects before it pays, and why. */
function rejections({ divisions }: Quarter): readonly (readonly [Of, string])[] {
  return divisions.flatMap(({ plan, back }) => {
    if (back?.by !== "pain.002") return [];
    return [[[plan, back.household], back.reason[0]]] as const;
  });
}

function inBatch(paid: Paid, batch: string): readonly DemoPayment[] {
  return paid.filter((one) => one.batch === batch);
}

function paymentOf(paid: Paid, batch: string, [plan, household]: Of): DemoPayment {
  const found = inBatch(paid, batch).find((one) => {
    return one.plan === plan && one.beneficiary === household.number;
  });
  if (found === undefined) throw new Error(`${plan} pays ${household.number} in ${batch}`);
  return found;
}

/** The debit of a batch: all of it that the bank has not rejected. */
function booked(quarter: Quarter, nth: 1 | 2, paid: Paid): BankEntry {
  const batch = batchOf(quarter, nth);
  const rejected = nth === 1 ? rejections(quarter) : [];
  const not = new Set(rejected.map(([of]) => paymentOf(paid, batch, of).payment));
  const lines = inBatch(paid, batch).filter(({ payment }) => !not.has(payment));
  const fen = lines.reduce((sum, line) => sum + line.fen, 0n);
  const day = `${quarter.months[nth]}-11`;
  return { reference: `HN-${day}-1`, day, direction: "DBIT", fen, batch, lines };
}

/** What comes back of the first batch, of files of a kind or of all. */
function returns({ divisions, ...quarter }: Quarter, paid: Paid, by?: string): BankEntry[] {
  const day = `${quarter.months[1]}-14`;
  const batch = batchOf({ divisions, ...quarter }, 1);
  return divisions.flatMap(({ plan, back }, at): BankEntry[] => {
    if (back === undefined || back.by === "pain.002") return [];
    if (by !== undefined && back.by !== by) return [];
    const line = paymentOf(paid, batch, [plan, back.household]);
    const own = { reference: `HN-${day}-${at + 1}`, day, fen: line.fen };
    return [{ ...own, direction: "CRDT", lines: [line], returned: back.reason }];
  });
}

function poolFen({ divisions }: Quarter): bigint {
  return divisions.reduce((sum, { pool }) => sum + BigInt(pool) * 100n, 0n);
}

const fundedOn = (month: string): string => `${month}-05`;
const recoveredOn = (month: string): string => `${month}-16`;

/** What is booked on the account in a month, by what was paid. */
function entriesOf(quarter: Quarter, month: string, paid: Paid): readonly BankEntry[] {
  const [first, second] = quarter.months;
  if (month === first) {
    const day = fundedOn(month);
    const own = { reference: `HN-${day}-1`, day, fen: poolFen(quarter) };
    return [{ ...own, direction: "CRDT", words: "财政拨入分配资金" }];
  }
  if (month === second) return [booked(quarter, 1, paid), ...returns(quarter, paid)];
  const back = quarter.divisions.flatMap((of): BankEntry[] => {
    if (of.recovered === undefined) return [];
    const day = recoveredOn(month);
    const { fen } = paymentOf(paid, batchOf(quarter, 1), [of.plan, of.recovered]);
    return [{ reference: `HN-${day}-1`, day, direction: "CRDT", fen, words: "现金缴回" }];
  });
  return [booked(quarter, 2, paid), ...back];
}

/** The statements of months, with what only people can say of their entries. */
function months(quarters: readonly Quarter[], ...names: readonly string[]): readonly Act[] {
  const all = quarters.flatMap((quarter) => quarter.months.map((month) => ({ quarter, month })));
  return names.map((name): Act => {
    const at = all.findIndex(({ month }) => month === name);
    const [from, next] = [`${name}-01`, daysAfter(`${name}-28`, 4)];
    const to = daysAfter(`${next.slice(0, 7)}-01`, -1);
    const message = `HN-DZ-${name}`;
    const text = (paid: Paid): string => {
      const own = { id: message, account, sequence: at + 1, from, to };
      let opening = openingFen;
      for (const { quarter, month } of all.slice(0, at)) {
        const entries = entriesOf(quarter, month, paid);
        opening = closingOf({ openingFen: opening, entries });
      }
      const last = all[at];
      const entries = last === undefined ? [] : entriesOf(last.quarter, last.month, paid);
      return statement({ ...own, openingFen: opening, entries });
    };
    return { do: "bank", kind: "camt.053", account, message, text };
  });
}

/** What people say of entries that name no payment. */
function settled(quarter: Quarter): readonly Act[] {
  const [first, , third] = quarter.months;
  const { cashier } = staff;
  const funding: Act = {
    do: "settle",
    entry: `${account}/HN-${fundedOn(first)}-1`,
    decision: () => ({
      ...{ 说明: "财政拨款", 经办人: cashier, 理由: "拨款文件与回单一致" },
      业务日期: fundedOn(first),
    }),
  };
  const back = quarter.divisions.flatMap(({ plan, recovered: household }): Act[] => {
    if (household === undefined) return [];
    const batch = batchOf(quarter, 1);
    const decision = (paid: Paid): Cells => ({
      付款: `${batch}/${paymentOf(paid, batch, [plan, household]).payment}`,
      ...{ 经办人: cashier, 理由: "缴回款与追回凭证一致", 业务日期: recoveredOn(third) },
    });
    return [{ do: "settle", entry: `${account}/HN-${recoveredOn(third)}-1`, decision }];
  });
  return [funding, ...back];
}

/** 追回 of what was paid to somebody who should not have had it. */
function recovered(quarter: Quarter): readonly ((paid: Paid) => Cells)[] {
  return quarter.divisions.flatMap(({ plan, recovered: household }) => {
    if (household === undefined) return [];
    const step = lineStep(plan, household, "追回", `${quarter.months[2]}-12`);
    return [
      (paid: Paid): Cells => {
        const { fen } = paymentOf(paid, batchOf(quarter, 1), [plan, household]);
        return {
          ...step,
          金额: yuan(fen),
          凭证号: `ZH${quarter.name}-01`,
          说明: "重复享受，已缴回",
        };
      },
    ];
  });
}

/** People whose account is another now, as the roster says it. */
function accountsChanged({ back, opens }: Division): readonly Cells[] {
  const mended = back?.then === "改户" ? [withAccount(back.household, 0)] : [];
  if (opens === undefined) return mended;
  const { household, person } = opens;
  return [...mended, withAccount(household, household.people.indexOf(person))];
}

/** The row of a person, with another account than before. */
function withAccount(household: Household, place: number): Cells {
  const row = rosterRows([household])[place] ?? [];
  const cells = Object.fromEntries(rosterHeader.map((column, at) => [column, row[at] ?? ""]));
  const number = `9998${household.account.slice(4, -1)}${place}`;
  const name = household.people[place]?.name ?? "";
  return { ...cells, 开户行: "农村信用社", 银行账号: number, 开户名: name };
}

function accountOpened(organisation: Organisation | undefined): readonly Cells[] {
  if (organisation === undefined) return [];
  const row = organisationRows([organisation])[0] ?? [];
  const cells = Object.fromEntries(
    organisationsHeader.map((column, at) => [column, row[at] ?? ""]),
  );
  const own = { 银行账号: `9997${organisation.credit.slice(8, 16)}`, 开户名: organisation.name };
  return [{ ...cells, 开户行: "农村信用社", ...own }];
}
