import type { SubsidyKind } from "../../../events/programme-finance-words.ts";
import { loanKinds, subsidyKinds } from "../../../events/programme-finance-words.ts";
import { daysInclusive } from "../calendar.ts";
import { day, id, may, money, ref, words } from "../columns.ts";
import { interestInFen, toUnits } from "../decimal.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { fen } from "./balances.ts";
import { unmetDuty } from "./duties-done.ts";
import { organisationListed } from "./entities.ts";
import { loan, policy } from "./finance-things.ts";
import { programmeOf, standingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import {
  endAfterStart,
  exactlyOne,
  notBefore,
  ofProgramme,
  rowColumns,
  rowPersonal,
  statedBy,
} from "./rows.ts";
import { disbursement } from "./things.ts";
import { householdsAmong } from "./told.ts";

const columns = {
  subsidy: id("贴补编号", "the row's own id"),
  kind: words<SubsidyKind>("类型", "of an interest or of a premium, and by whom", subsidyKinds),
  loan: may(ref("贷款编号", "the loan whose interest it is; this or 保单编号", loan)),
  policy: may(ref("保单编号", "the policy whose premium it is; this or 贷款编号", policy)),
  amount: money("金额", "what is paid"),
  from: day("起始日期", "first day that it is for"),
  to: day("终止日期", "last day that it is for"),
  disbursement: may(ref("拨付编号", "the disbursement that it is paid by", disbursement)),
  ...rowColumns,
};

type JudgedSubsidy = Judged<typeof columns>;

/** The loan whose interest it is; undefined for a premium. */
function loanOf({ of }: JudgedSubsidy): ProgrammeRow<"loans"> | undefined {
  return of.loan as ProgrammeRow<"loans"> | undefined;
}

function policyOf({ of }: JudgedSubsidy): ProgrammeRow<"policies"> | undefined {
  return of.policy as ProgrammeRow<"policies"> | undefined;
}

/** The subsidies of the same loan or policy that stand. */
function others({ row, facts }: JudgedSubsidy): readonly ProgrammeRow<"subsidies">[] {
  const name = row.loan === undefined ? `policies/${row.policy ?? ""}` : `loans/${row.loan}`;
  return standingNaming(programmeOf(facts), name, "subsidies");
}

/** What was paid of one type, in fen. */
function paidOf(judged: JudgedSubsidy, kind: SubsidyKind): bigint {
  return others(judged).reduce(
    (sum, { data }) => (data.kind === kind ? sum + fen(data.amount) : sum),
    0n,
  );
}

function isDoubled(judged: JudgedSubsidy): string | false {
  const { row } = judged;
  const isOther = others(judged).some(({ data }) => data.kind !== row.kind);
  return row.loan !== undefined && isOther && "the loan has a subsidy of the other type";
}

function isOfOtherKind(judged: JudgedSubsidy): string | false {
  const { row, policy: rules } = judged;
  const lent = loanOf(judged)?.data;
  if (lent === undefined) return false;
  if (row.kind === "enterpriseInterest") {
    return lent.household !== undefined && "企业贴息 is for an entity's loan";
  }
  const word = loanKinds[lent.kind as keyof typeof loanKinds];
  return !rules.value("subsidy.kinds").includes(word) && "贷款种类 has no 贴息";
}

function isDutyUnmet(judged: JudgedSubsidy): string | false {
  const organisation = loanOf(judged)?.data.organisation;
  if (organisation === undefined) return false;
  return unmetDuty({ organisation, day: judged.row.date }, judged.facts);
}

const [listedCode, , isListed] = organisationListed;

function isBorrowerListed(judged: JudgedSubsidy): string | false {
  const organisation = loanOf(judged)?.data.organisation;
  return isListed({ row: { organisation, date: judged.row.date }, facts: judged.facts });
}

function isDayPaid(judged: JudgedSubsidy): string | false {
  const { loan: lent, from, to } = judged.row;
  const isOverlapping = others(judged).some(({ data }) => data.from <= to && data.to >= from);
  return lent !== undefined && isOverlapping && "a day of it was paid before";
}

/** What may be paid of the interest on a loan for all days that were paid and these, in fen. */
function interestFor(judged: JudgedSubsidy, lent: ProgrammeRow<"loans">): bigint {
  const { row, policy: rules } = judged;
  const days = others(judged).reduce(
    (sum, { data }) => (data.kind === row.kind ? sum + daysInclusive(data.from, data.to) : sum),
    daysInclusive(row.from, row.to),
  );
  const rate = row.kind === "enterpriseInterest" ? rules.value("subsidy.rate") : lent.data.rate;
  return interestInFen(fen(lent.data.amount), rate, days, 360);
}

/** What of a premium a subsidy is for: all of it, or what the insured has paid, in fen. */
function premiumFor(judged: JudgedSubsidy, taken: ProgrammeRow<"policies">): bigint {
  const premium = fen(taken.data.premium);
  return judged.row.kind === "premium" ? premium : premium - paidOf(judged, "premium");
}

function isAboveLimit(judged: JudgedSubsidy): string | false {
  const { row } = judged;
  const paid = paidOf(judged, row.kind) + fen(row.amount);
  const [lent, taken] = [loanOf(judged), policyOf(judged)];
  if (lent !== undefined) {
    return paid > interestFor(judged, lent) && "more would be paid than the interest of the days";
  }
  const isAbove = taken !== undefined && paid > premiumFor(judged, taken);
  return isAbove && "more would be paid than the premium";
}

function isTooLow(judged: JudgedSubsidy): string | false {
  const { row, policy: rules } = judged;
  const taken = policyOf(judged);
  if (taken === undefined) return false;
  const paid = paidOf(judged, row.kind) + fen(row.amount);
  const part = toUnits(rules.value("premium.subsidy"), 6);
  const isLow = paid * 1_000_000n < premiumFor(judged, taken) * part;
  return isLow && "less would be paid than the part of the premium that is to be";
}

/** Which of the two a type is of. */
const needs: Readonly<Record<SubsidyKind, readonly ("loan" | "policy")[]>> = {
  interest: ["loan"],
  enterpriseInterest: ["loan"],
  premium: ["policy"],
  ownPremium: ["policy"],
};

/** Rows of subsidies.csv: public money for the interest on a loan or the premium of a policy. */
export const subsidies = rowKind({
  ...ofProgramme("subsidies"),
  summary: "Record a subsidy of an interest or of a premium",
  columns,
  personal: rowPersonal,
  id: "subsidy",
  key: keys.subsidy,
  surveys: true,
  by: "kind",
  needs,
  checks: [exactlyOne(["loan", "贷款编号"], ["policy", "保单编号"]), endAfterStart],
  rules: [
    "loan",
    "policy",
    "disbursement",
    notBefore("loan", "policy", "disbursement"),
    ["SubsidyDoubled", "kind", isDoubled],
    ["KindMismatch", "kind", isOfOtherKind],
    ["DutyUnmet", "loan", isDutyUnmet],
    [listedCode, "loan", isBorrowerListed],
    ["DaysPaid", "from", isDayPaid],
    ["SubsidyAboveLimit", "amount", isAboveLimit],
    ["PremiumSubsidyLow", "amount", isTooLow],
  ],
  records: (judged) => {
    const households = householdsAmong(
      judged.facts,
      loanOf(judged)?.data.household,
      policyOf(judged)?.data.insured,
    );
    const data = { ...statedBy(judged), households };
    return { stream: streams.programme(), type: "FinanceSubsidyPaid", data };
  },
  examples: [
    {
      subsidy: "TX-00001",
      kind: "interest",
      loan: "DK-00001",
      amount: "543.75",
      from: "2026-02-10",
      to: "2026-05-10",
      date: "2026-05-20",
    },
  ],
});
