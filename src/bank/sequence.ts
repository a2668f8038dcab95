import type { Page } from "../domain/distribution/bank-told.ts";
import type { Check } from "./bank-item.ts";
import { accountsMax } from "./bank-limits.ts";
import { boundsOf } from "./statement-checks.ts";
import type { StatementDraft } from "./statement-draft.ts";

/** What a statement leaves for the next one of its account. */
interface Before {
  readonly id: string | undefined;
  readonly sequence: number | undefined;
  readonly page: Page | undefined;
  readonly closing: string | undefined;
  readonly year: string | undefined;
}

/**
 * Compares each statement of a file with the one before it of the same account: its number is the
 * next (a new year may begin at 1) or, on the next page, the same; its opening balance is the last
 * closing one; no page is missing. What lies in other files is not known here, so the first of an
 * account is not judged.
 */
export function sequenceJudge(): (draft: StatementDraft) => Check | undefined {
  const accounts = new Map<string, Before>();
  return (draft) => {
    const account = draft.account ?? "";
    const before = accounts.get(account);
    const { opening, closing } = boundsOf(draft);
    const sequence = draft.sequence ?? draft.legalSequence;
    const year = (draft.to ?? draft.createdOn)?.slice(0, 4);
    const now = { id: draft.id, sequence, page: draft.page, closing, year };
    if (before !== undefined || accounts.size < accountsMax) accounts.set(account, now);
    if (before === undefined) return undefined;
    const faults = [pageFault(before, now), numberFault(before, now)];
    if (opening !== undefined && before.closing !== undefined) {
      const differs = opening !== before.closing;
      faults.push(differs ? `opens with ${opening} after ${before.closing}` : null);
    }
    const judged = faults.filter((fault) => fault !== undefined);
    if (judged.length === 0) return undefined;
    const found = judged.filter((fault) => fault !== null);
    return {
      check: "sequence",
      ok: found.length === 0,
      detail: found.length === 0 ? undefined : found.join("; "),
    };
  };
}

/** Undefined where there is nothing to judge, null where nothing is missing. */
function pageFault(before: Before, now: Before): string | null | undefined {
  const isNext = isNextPage(before, now);
  if (before.page !== undefined && !before.page.isLast) {
    return isNext ? null : `page ${before.page.number + 1} is missing`;
  }
  return isNext ? null : undefined;
}

function isNextPage(before: Before, now: Before): boolean {
  if (before.page === undefined || now.page === undefined || before.page.isLast) return false;
  return now.id === before.id && now.page.number === before.page.number + 1;
}

function numberFault(before: Before, now: Before): string | null | undefined {
  if (before.sequence === undefined || now.sequence === undefined) return undefined;
  if (isNextPage(before, now)) {
    return now.sequence === before.sequence ? null : "the pages have different numbers";
  }
  if (now.sequence === before.sequence + 1) return null;
  const isNewYear = now.sequence === 1 && now.year !== before.year;
  return isNewYear ? null : `number ${now.sequence} after ${before.sequence}`;
}
