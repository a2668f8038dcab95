import type { LoanStep } from "../../../events/programme-finance-words.ts";
import {
  extensionCauses,
  loanSteps as stepNames,
} from "../../../events/programme-finance-words.ts";
import { count, day, filledText, id, may, money, ref, several, text, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { party } from "../things.ts";
import { fen, freeOf } from "./balances.ts";
import { reducingSteps } from "./finance-balances.ts";
import { account, guarantee, loan } from "./finance-things.ts";
import { monthsAdded } from "./loan-state.ts";
import { programmeOf } from "./programme.ts";
import { exactlyOne, notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { householdsAmong } from "./told.ts";

const textMax = 200;

const columns = {
  step: id("步骤编号", "the step's own id"),
  loan: ref("贷款编号", "the loan that it is a step of", loan),
  kind: words<LoanStep>("步骤", "which step", stepNames),
  by: filledText("经办人", "who took it", textMax),
  unit: may(filledText("单位", "which unit reviews it or writes it off", textMax)),
  place: may(filledText("地点", "where it is published", textMax)),
  channels: may(several("渠道", "by which channels")),
  until: may(day("截止日期", "last day of the publication")),
  amount: may(money("金额", "what is paid, or written off")),
  payer: may(ref("付款方", "who pays: 户编号 or 主体编号", party)),
  guarantee: may(ref("担保编号", "who compensates: this or 账户编号", guarantee)),
  account: may(ref("账户编号", "which fund compensates: this or 担保编号", account)),
  months: may(count("月数", "for how many months more", [1, 999_999])),
  cause: may(words<keyof typeof extensionCauses>("原因", "why it is extended", extensionCauses)),
  ...rowColumns,
};

const personal = {
  opinion: text("意见", "what the review says; kept in the vault, compared", 1_000),
  responsible: text("责任人", "who answers for it; kept in the vault, compared", textMax),
  ...rowPersonal,
};

/** The columns that a step reads, beside those of every step. */
const reads = {
  review: ["unit"],
  assign: [],
  publish: ["place", "channels", "until"],
  repay: ["amount", "payer"],
  payInterest: ["amount", "payer"],
  compensate: ["amount", "guarantee", "account"],
  recover: ["amount"],
  writeOff: ["amount", "unit"],
  overdue: [],
  renew: ["months"],
  extend: ["months", "cause"],
} as const satisfies Readonly<Record<LoanStep, readonly (keyof typeof columns)[]>>;

/** Steps that need a text which lies in the vault. */
const needsText: Readonly<Partial<Record<LoanStep, string>>> = {
  review: personal.opinion.column,
  assign: personal.responsible.column,
};

type JudgedStep = Judged<typeof columns>;

function isOverpaid({ row, facts }: JudgedStep): string | false {
  const { balances } = programmeOf(facts);
  const { kind, amount = "0.00" } = row;
  if (kind === "recover") {
    const isAbove = fen(amount) > freeOf(balances, `recourse/${row.loan}`);
    return isAbove && "more would come back than was compensated";
  }
  const isAbove = reducingSteps.has(kind) && fen(amount) > freeOf(balances, `loans/${row.loan}`);
  return isAbove && "more would be repaid, compensated and written off than was lent";
}

function isTooLong({ row, of, facts, policy }: JudgedStep): string | false {
  if (of.loan.data.kind !== "micro" || row.months === undefined) return false;
  const most = policy.value("loan.months.total");
  const all = of.loan.data.months + monthsAdded(programmeOf(facts), row.loan) + row.months;
  return all > most && `期限月 and all 月数 are above ${most}`;
}

/** Rows of loan-steps.csv: what becomes of a loan. */
export const loanSteps = rowKind({
  ...ofProgramme("loan-steps"),
  summary: "Record a step of a loan",
  columns,
  personal,
  id: "step",
  key: keys.loanStep,
  by: "kind",
  needs: { ...reads, compensate: ["amount"] },
  only: reads,
  checks: [
    exactlyOne(
      ["guarantee", "担保编号"],
      ["account", "账户编号"],
      ({ kind }: { readonly kind: LoanStep }) => kind === "compensate",
    ),
    [
      "kind",
      ({ kind }, isFilled) => {
        const column = needsText[kind];
        return column !== undefined && !isFilled(column) && `${column} is needed`;
      },
    ],
  ],
  rules: [
    "loan",
    "payer",
    "guarantee",
    "account",
    notBefore("loan", "guarantee", "account"),
    ["LoanOverpaid", "amount", isOverpaid],
    [
      "RenewalUncontrolled",
      "documents",
      ({ row }) =>
        row.kind === "renew" &&
        row.documents === undefined &&
        "续贷 needs 材料: that the risk was found to be under control",
    ],
    [
      "CauseMissing",
      "cause",
      ({ row }) => row.cause === "subjective" && "a 展期 needs an objective 原因",
    ],
    ["TermAboveLimit", "months", isTooLong],
  ],
  records: (judged) => {
    const { row, of, facts } = judged;
    const households = householdsAmong(facts, of.loan.data.household, row.payer);
    const data = { ...statedBy(judged), households };
    return { stream: streams.programme(), type: "LoanStepTaken", data };
  },
  examples: [
    {
      step: "DB-00001",
      loan: "DK-00001",
      kind: "repay",
      by: "示例",
      amount: "10000.00",
      payer: "5399990010000001",
      date: "2026-08-10",
    },
  ],
});
