import type { ContractTerms } from "./contract.ts";
import type { Facts } from "./facts.ts";
import { liveNaming, programmeOf, standingRow } from "./programme/programme.ts";
import type { Refusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";
import type { Turning } from "./turning.ts";

/** Capital that becomes shares, by 折股 or 增资. */
export interface SharesBought {
  readonly date: string;
  readonly household: string;
  readonly organisation: string;
  /** 资本类型 */
  readonly capital: string;
  readonly loan: string | undefined;
  readonly documents: string | undefined;
}

/** 资本类型 of what is borrowed. */
const borrowed = "贷款";

/**
 * What packs turn of capital that becomes shares, behind all else that may be wrong with it. Each
 * is asked only where it may be broken: most rows of a file are of land with its papers.
 */
export function capitalTurned(
  bought: SharesBought,
  terms: ContractTerms,
  facts: Facts,
  turning: Turning,
): Refusal | undefined {
  return (
    turning.turned(lotNotValued(bought, turning)) ??
    turning.turned(consentMissing(bought, terms, facts)) ??
    turning.turned(fromLoan(bought, facts, turning))
  );
}

/** What is put in as a thing is valued, and the valuation is there. */
function lotNotValued({ capital, documents }: SharesBought, { policy }: Turning) {
  if (documents !== undefined || !policy.value("shares.inKind").includes(capital)) return undefined;
  const message = "what is put in is a thing, and 材料 does not say by what it was valued";
  return refuse("LotNotValued", message, "材料");
}

/** Who puts it in has agreed: by a contract of its own, or by a binding with its consent. */
function consentMissing(
  { household, organisation, date }: SharesBought,
  terms: ContractTerms,
  facts: Facts,
): Refusal | undefined {
  if (terms.household === household) return undefined;
  const bindings = liveNaming(programmeOf(facts), `households/${household}`, "bindings", date);
  const hasAgreed = bindings.some(
    ({ data }) =>
      data.household === household &&
      data.organisation === organisation &&
      data.consent !== undefined,
  );
  if (hasAgreed) return undefined;
  const message = "neither the contract names the household nor is a binding with its 同意书 live";
  return refuse("ShareConsentMissing", message, "户编号");
}

/** What is borrowed for shares is a loan that is recorded. */
export function loanUnknown(loan: string | undefined, facts: Facts): Refusal | undefined {
  if (loan === undefined || standingRow(programmeOf(facts), "loans", loan)) return undefined;
  return refuse("LoanUnknown", "贷款编号 is not recorded", "贷款编号");
}

/**
 * Shares are not bought with a loan, unless packs allow it, or the loan is no 小额信贷 or was lent
 * before packs forbade it.
 */
function fromLoan(
  { capital, loan }: SharesBought,
  facts: Facts,
  { policy }: Turning,
): Refusal | undefined {
  if (capital !== borrowed || policy.value("loan.shares")) return undefined;
  const lent = loan === undefined ? undefined : standingRow(programmeOf(facts), "loans", loan);
  if (lent !== undefined) {
    const isOld = lent.data.date < policy.value("loan.shares.from");
    if (lent.data.kind !== "micro" || isOld) return undefined;
  }
  return refuse("SharesFromLoan", "资本类型 is a loan, by which no shares are bought", "资本类型");
}
