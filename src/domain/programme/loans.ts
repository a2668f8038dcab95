import { loanKinds, loanSecurities } from "../../../events/programme-finance-words.ts";
import { count, filledText, id, may, money, ratio, ref, words } from "../columns.ts";
import { toUnits } from "../decimal.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { household, organisation, party } from "../things.ts";
import { fen } from "./balances.ts";
import { boundTo, classOf, householdsOf } from "./entities.ts";
import { livePrincipal } from "./loan-state.ts";
import { accountOpener } from "./opened.ts";
import { countingNaming, programmeOf, rowsNaming } from "./programme.ts";
import { exactlyOne, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { accountName, heldOn } from "./timelines.ts";
import { householdsAmong } from "./told.ts";

type LoanKind = keyof typeof loanKinds;

const columns = {
  loan: id("贷款编号", "the loan's own id"),
  kind: words<LoanKind>("贷款种类", "which kind of loan", loanKinds),
  household: may(ref("户编号", "who borrows; this or 主体编号", household)),
  organisation: may(ref("主体编号", "who borrows; this or 户编号", organisation)),
  bank: ref("银行编号", "the bank that lends, by its 主体编号", organisation),
  amount: money("金额", "what is lent"),
  months: count("期限月", "for how many months", [1, 999_999]),
  rate: ratio("年利率", "a year"),
  benchmark: ratio("基准利率", "the benchmark rate of the day, a year"),
  security: words<keyof typeof loanSecurities>("担保方式", "how it is secured", loanSecurities),
  purpose: filledText("用途", "what it is for", 1_000),
  payee: ref("收款方", "to whom it is paid: 户编号 or 主体编号", party),
  cycle: may(filledText("产业周期", "how long the industry takes; any text", 200)),
  user: may(ref("用款方", "the entity that uses it", organisation)),
  bankShare: may(ratio("银行分担", "the part of a loss that the bank bears")),
  insurerShare: may(ratio("保险分担", "the part that the insurer bears")),
  fundShare: may(ratio("基金分担", "the part that a fund against risk bears")),
  ...rowColumns,
};

type JudgedLoan = Judged<typeof columns>;

function isOfOtherKind(judged: JudgedLoan): string | false {
  const { kind, household: borrower, bank } = judged.row;
  if (kind === "micro" && borrower === undefined) return "a 小额信贷 is a household's";
  if (kind === "entity" && borrower !== undefined) return "a 主体贷款 is an entity's";
  return classOf(bank, judged) !== "bank" && "银行编号 is no 银行";
}

/** Live principal of loans of the same kind and borrower on the day, this one included. */
function principalWith({ row, facts }: JudgedLoan): bigint {
  const programme = programmeOf(facts);
  const { household: of, organisation: by, kind, date } = row;
  const name = of === undefined ? `organisations/${by ?? ""}` : `households/${of}`;
  const same = rowsNaming(programme, name, "loans").filter(
    ({ data }) => data.kind === kind && data.household === of && data.organisation === by,
  );
  return same.reduce((sum, one) => sum + livePrincipal(programme, one, date), fen(row.amount));
}

function isAboveLimit(judged: JudgedLoan): string | false {
  const { row, policy } = judged;
  if (row.kind !== "micro") return false;
  const limit = policy.value("microcredit.limit");
  return principalWith(judged) > fen(limit) && `live principal would be above ${limit}`;
}

function isAboveHouseholds(judged: JudgedLoan): string | false {
  const { row, facts, policy } = judged;
  if (row.kind !== "entity" || row.organisation === undefined) return false;
  const each = policy.value("loan.perHousehold");
  const { size } = householdsOf(programmeOf(facts), row.organisation, row.date);
  return (
    principalWith(judged) > fen(each) * BigInt(size) &&
    `live principal would be above ${each} for each of its households`
  );
}

function isTooLong({ row, policy }: JudgedLoan): string | false {
  const most = policy.value("microcredit.months");
  return row.kind === "micro" && row.months > most && `期限月 is above ${most}`;
}

function isOutOfBand({ row, policy }: JudgedLoan): string | false {
  if (row.kind === "micro" || row.cycle !== undefined) return false;
  const [least, most] = policy.value("loan.months");
  const isWithin = row.months >= least && row.months <= most;
  return !isWithin && `期限月 is not from ${least} to ${most}, and there is no 产业周期`;
}

function isAboveBenchmark({ row, policy }: JudgedLoan): string | false {
  if (!policy.value("loan.benchmark").includes(loanKinds[row.kind])) return false;
  return toUnits(row.rate, 6) > toUnits(row.benchmark, 6) && "年利率 is above 基准利率";
}

function isUsedByAnother({ row, facts }: JudgedLoan): string | false {
  const { household: borrower, user, date } = row;
  if (borrower === undefined || user === undefined) return false;
  const programme = programmeOf(facts);
  if (boundTo(programme, user, date).has(borrower)) return false;
  const activities = countingNaming(programme, `households/${borrower}`, "activities", date);
  const takesPart = activities.some(
    ({ data }) => data.kind === "participation" && data.organisation === user,
  );
  return !takesPart && "the household is neither bound to 用款方 nor takes part in what it does";
}

function isShareNotWhole({ row }: JudgedLoan): string | false {
  const shares = [row.bankShare, row.insurerShare, row.fundShare].filter(
    (one) => one !== undefined,
  );
  const sum = shares.reduce((all, one) => all + toUnits(one, 6), 0n);
  return shares.length > 0 && sum !== 1_000_000n && "银行分担, 保险分担 and 基金分担 are not 1";
}

/** Whether no 贷款风险补偿金 holds anything at the end of the day. */
function isUncompensated({ row, facts }: JudgedLoan): string | false {
  if (row.kind !== "micro") return false;
  const programme = programmeOf(facts);
  const stated = rowsNaming(programme, "account-kind/compensation", "risk-fund");
  const accounts = new Set(
    stated.flatMap((one) =>
      accountOpener(programme, one.data.account) === one ? one.data.account : [],
    ),
  );
  const isThere = [...accounts].some(
    (one) => heldOn(programme.timelines, accountName(one), row.date) > 0n,
  );
  return !isThere && "no 贷款风险补偿金 has a balance on the day";
}

/** Rows of loans.csv: what a bank has lent to a household or an entity. */
export const loans = rowKind({
  ...ofProgramme("loans"),
  summary: "Record a loan to a household or an entity",
  columns,
  personal: rowPersonal,
  id: "loan",
  key: keys.loan,
  checks: [exactlyOne(["household", "户编号"], ["organisation", "主体编号"])],
  rules: [
    "household",
    "organisation",
    "bank",
    "payee",
    "user",
    ["KindMismatch", "kind", isOfOtherKind],
    ["LoanAboveLimit", "amount", isAboveLimit],
    ["TermAboveLimit", "months", isTooLong],
    [
      "GuaranteeForbidden",
      "security",
      ({ row }) =>
        row.kind === "micro" && row.security !== "credit" && "a 小额信贷 needs no security: 信用",
    ],
    ["RateAboveBenchmark", "rate", isAboveBenchmark],
    ["TermOutOfBand", "months", isOutOfBand],
    ["LoanAboveHouseholds", "amount", isAboveHouseholds],
    ["ParticipationMissing", "user", isUsedByAnother],
    ["ShareNotWhole", "bankShare", isShareNotWhole],
    ["CompensationMissing", "kind", isUncompensated],
  ],
  records: (judged) => {
    const { row, facts } = judged;
    const households = householdsAmong(facts, row.household, row.payee);
    const data = { ...statedBy(judged), households };
    return { stream: streams.programme(), type: "LoanGranted", data };
  },
  examples: [
    {
      loan: "DK-00001",
      kind: "micro",
      household: "5399990010000001",
      bank: "ORG-002",
      amount: "50000.00",
      months: "36",
      rate: "0.0435",
      benchmark: "0.0435",
      security: "credit",
      purpose: "养牛",
      payee: "5399990010000001",
      date: "2026-02-10",
    },
  ],
});
