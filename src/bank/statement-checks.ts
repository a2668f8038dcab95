import { amountOfUnits, unitsOf } from "./amount.ts";
import type { Balance, Check, Counted, StatementEndItem } from "./bank-item.ts";
import type { Judged, StatementDraft, Tally } from "./statement-draft.ts";

/** The balances between which the entries of a statement, or of a page of it, lie. */
export interface Bounds {
  readonly opening?: string | undefined;
  readonly closing?: string | undefined;
  readonly hasOtherCurrency: boolean;
}

/** Ends a statement: its balances, what was counted, and the checks that can be made of it. */
export function statementEnd(draft: StatementDraft, sequence: Check | undefined): StatementEndItem {
  const { opening, closing, hasOtherCurrency } = boundsOf(draft);
  const booked = counted(draft.booked);
  const hasOther = hasOtherCurrency || draft.hasOtherCurrency;
  const balance = balanceCheck({ opening, closing, booked, hasOtherCurrency: hasOther });
  const checks = [balance, summaryCheck(draft), judged("batch", draft.batches), sequence];
  return {
    item: "statementEnd",
    balances: draft.balances,
    opening,
    closing,
    booked,
    checks: checks.filter((check) => check !== undefined),
  };
}

/**
 * Opening and closing balance of a statement that comes whole: the first OPBD, else PRCD, and the
 * last CLBD. Of one that comes in pages: the first page begins there and ends with its last ITBD,
 * the last ends there and begins with its first ITBD, one between them has both. Where a page tells
 * OPBD and CLBD, they are the whole statement's, and the page has no bounds.
 */
export function boundsOf({ balances, page, currency }: StatementDraft): Bounds {
  const of = (type: string): readonly Balance[] => balances.filter((one) => one.type === type);
  const first = of("OPBD")[0] ?? of("PRCD")[0];
  const last = of("CLBD").at(-1);
  const between = of("ITBD");
  const isWhole = page === undefined || (page.number <= 1 && page.isLast);
  let opening = first;
  let closing = last;
  if (!isWhole && first !== undefined && last !== undefined) return { hasOtherCurrency: false };
  if (!isWhole) {
    // One ITBD of a page in the middle does not say which end it is.
    const isSure = between.length > 1 || first !== undefined || last !== undefined;
    if (isSure && page.number > 1) opening ??= between[0];
    if (isSure && !page.isLast) closing ??= between.at(-1);
  }
  const isOther = (one: Balance | undefined): boolean =>
    one?.currency !== undefined && one.currency !== currency;
  return {
    opening: opening && signed(opening),
    closing: closing && signed(closing),
    hasOtherCurrency: isOther(opening) || isOther(closing),
  };
}

function signed({ amount, direction }: Balance): string {
  return amountOfUnits(direction === "DBIT" ? -unitsOf(amount) : unitsOf(amount));
}

function counted({ credits, creditUnits, debits, debitUnits }: Tally): Counted {
  const [creditSum, debitSum] = [amountOfUnits(creditUnits), amountOfUnits(debitUnits)];
  return { credits, creditSum, debits, debitSum };
}

/**
 * Whether opening + booked credits − booked debits = closing, of a statement or of several pages of
 * one whose sums were added; undefined where a bound is not known.
 */
export function balanceCheck(of: {
  readonly opening?: string | undefined;
  readonly closing?: string | undefined;
  readonly booked: Pick<Counted, "creditSum" | "debitSum">;
  readonly hasOtherCurrency?: boolean;
}): Check | undefined {
  const { opening, closing, booked } = of;
  if (opening === undefined || closing === undefined) return undefined;
  if (of.hasOtherCurrency === true) {
    return { check: "balance", ok: false, detail: "amounts are in several currencies" };
  }
  const { creditSum, debitSum } = booked;
  const units = unitsOf(opening) + unitsOf(creditSum) - unitsOf(debitSum);
  const ok = units === unitsOf(closing);
  const sum = `${opening} + ${creditSum} - ${debitSum} = ${amountOfUnits(units)}`;
  return { check: "balance", ok, detail: ok ? sum : `${sum}, not ${closing}` };
}

/** A summary is of all entries or of those booked. That of one page of several is not judged. */
function summaryCheck(draft: StatementDraft): Check | undefined {
  const { summary, page, all, booked } = draft;
  if (page !== undefined && !(page.number <= 1 && page.isLast)) return undefined;
  const faults = [all, booked].map((tally) => summaryFaults(summary, tally));
  if (faults[0] === undefined) return undefined;
  const ok = faults.some((found) => found?.length === 0);
  return { check: "summary", ok, detail: ok ? undefined : faults[0].join("; ") };
}

function summaryFaults(summary: StatementDraft["summary"], tally: Tally): string[] | undefined {
  const { credits, creditUnits, debits, debitUnits } = tally;
  const found = {
    all: { count: credits + debits, sum: amountOfUnits(creditUnits + debitUnits) },
    credits: { count: credits, sum: amountOfUnits(creditUnits) },
    debits: { count: debits, sum: amountOfUnits(debitUnits) },
  };
  const faults: string[] = [];
  let isTold = false;
  for (const name of ["all", "credits", "debits"] as const) {
    const [told, has] = [summary[name], found[name]];
    if (told.count === undefined && told.sum === undefined) continue;
    isTold = true;
    const words = name === "all" ? "entries" : name;
    if (told.count !== undefined && told.count !== has.count) {
      faults.push(`${told.count} ${words} told, ${has.count} found`);
    }
    if (told.sum !== undefined && told.sum !== has.sum) {
      faults.push(`${words} of ${told.sum} told, of ${has.sum} found`);
    }
  }
  return isTold ? faults : undefined;
}

function judged(check: Check["check"], { times, failures, details }: Judged): Check | undefined {
  if (times === 0) return undefined;
  if (failures === 0) return { check, ok: true };
  const more = failures > details.length ? `; and ${failures - details.length} more` : "";
  return { check, ok: false, detail: details.join("; ") + more };
}
