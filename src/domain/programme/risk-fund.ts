import type { RiskDirection } from "../../../events/programme-finance-words.ts";
import { riskAccountKinds, riskDirections } from "../../../events/programme-finance-words.ts";
import { divisionCode, filledText, id, may, money, ref, words } from "../columns.ts";
import { isSamePerson } from "../distribution/people.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { household, organisation } from "../things.ts";
import { account, loan } from "./finance-things.ts";
import { accountOpener, notBeforeOpener } from "./opened.ts";
import { programmeOf } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { exactlyOne, notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { riskChanges, wouldOverdraw } from "./timelines.ts";
import { householdsAmong } from "./told.ts";

type AccountKind = keyof typeof riskAccountKinds;

const columns = {
  flow: id("流水编号", "the row's own id"),
  account: id("账户编号", "the account; its first 存入 opens the number"),
  kind: words<RiskDirection>("方向", "what comes in, or goes out", riskDirections),
  amount: money("金额", "how much"),
  accountKind: may(words<AccountKind>("账户类型", "of the first 存入", riskAccountKinds)),
  division: may(divisionCode("行政区划", "whose account it is; of the first 存入")),
  household: may(ref("户编号", "whom it is paid to", household)),
  by: may(filledText("经办人", "who pays it out", 200)),
  reviewer: may(filledText("复核人", "who reviewed that; somebody else", 200)),
  loan: may(ref("贷款编号", "the loan that is compensated", loan)),
  organisation: may(ref("主体编号", "who uses it, or has it again; or 户编号", organisation)),
  ...rowColumns,
};

type Column = keyof typeof columns;
type JudgedFlow = Judged<typeof columns>;

/** The columns that a direction reads, beside those of every row. */
const reads: Readonly<Record<RiskDirection, readonly Column[]>> = {
  deposit: ["accountKind", "division"],
  yield: [],
  regain: [],
  pay: ["household", "by", "reviewer"],
  compensate: ["loan"],
  use: ["organisation", "household"],
  giveBack: ["organisation", "household"],
};

/** The types of account that a direction is of; the others are of all. */
const accountsOf: Readonly<Partial<Record<RiskDirection, readonly AccountKind[]>>> = {
  pay: ["guarantee"],
  compensate: ["compensation", "mutual"],
  use: ["pooled"],
  giveBack: ["mutual", "pooled"],
};

/** The row that opened the account, where that is open. */
function openerOf({ row, facts }: JudgedFlow): ProgrammeRow<"risk-fund"> | undefined {
  return accountOpener(programmeOf(facts), row.account);
}

function isUndescribed(judged: JudgedFlow): string | false {
  const { kind, accountKind, division } = judged.row;
  if (kind !== "deposit" || openerOf(judged) !== undefined) return false;
  const isWhole = accountKind !== undefined && division !== undefined;
  return !isWhole && "the first 存入 of an account needs 账户类型 and 行政区划";
}

function isForbidden(judged: JudgedFlow): string | false {
  const { kind } = judged.row;
  const opened = openerOf(judged)?.data.accountKind as AccountKind | undefined;
  const allowed = accountsOf[kind];
  const isOther = allowed !== undefined && opened !== undefined && !allowed.includes(opened);
  return isOther && `${riskDirections[kind]} is of accounts of another 账户类型`;
}

function isOverdrawn({ row, facts }: JudgedFlow): string | false {
  const { timelines } = programmeOf(facts);
  return (
    wouldOverdraw(timelines, riskChanges(row), row.date) && "the account would hold too little"
  );
}

const [unknownCode, unknownWords] = account.unknown;

/** Rows of risk-fund.csv: money against risk that comes in and goes out. */
export const riskFund = rowKind({
  ...ofProgramme("risk-fund"),
  summary: "Record money that comes into a fund against risk, or goes out of it",
  columns,
  personal: rowPersonal,
  id: "flow",
  key: keys.riskFlow,
  by: "kind",
  needs: { pay: [...reads.pay, "documents"], compensate: ["loan"] },
  only: reads,
  checks: [
    exactlyOne(
      ["organisation", "主体编号"],
      ["household", "户编号"],
      ({ kind }: { readonly kind: RiskDirection }) => kind === "use" || kind === "giveBack",
    ),
  ],
  rules: [
    // Whether a row is the first of its account shows only in what is recorded.
    ["MalformedField", "accountKind", isUndescribed],
    [
      unknownCode,
      "account",
      (judged) =>
        judged.row.kind !== "deposit" &&
        openerOf(judged) === undefined &&
        `${columns.account.column} ${unknownWords}`,
    ],
    "household",
    "loan",
    "organisation",
    notBeforeOpener(openerOf),
    notBefore("loan"),
    ["UseForbidden", "kind", isForbidden],
    [
      "SamePerson",
      "reviewer",
      ({ row }) => isSamePerson(row.by, row.reviewer) && "复核人 is 经办人",
    ],
    ["FundInsufficient", "amount", isOverdrawn],
  ],
  records: (judged) => {
    const { row, of, facts } = judged;
    const lent = of.loan as ProgrammeRow<"loans"> | undefined;
    const households = householdsAmong(facts, row.household, lent?.data.household);
    const data = { ...statedBy(judged), households };
    return { stream: streams.programme(), type: "RiskFundMoved", data };
  },
  examples: [
    {
      flow: "FX-00001",
      account: "FXJ-00001",
      kind: "deposit",
      amount: "500000.00",
      accountKind: "compensation",
      division: "539999",
      date: "2026-01-08",
    },
  ],
});
