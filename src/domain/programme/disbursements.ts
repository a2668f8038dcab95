import { bindingForms, fundWays, grantLegs } from "../../../events/programme-words.ts";
import { digits, filledText, id, may, money, ref, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { household, organisation } from "../things.ts";
import { notAccepted } from "./acceptance.ts";
import { balanceOf, fen, freeOf } from "./balances.ts";
import { unmetDuty } from "./duties-done.ts";
import { boundTo, classOf, dutiesOf, householdsOf, organisationListed } from "./entities.ts";
import { programmeOf, standingNaming, standingRow } from "./programme.ts";
import { hasTakenBy } from "./project-state.ts";
import { exactlyOne, notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { allocation, disbursement } from "./things.ts";

/** 凭证号 has at most so many characters. */
const voucherMax = 64;

/** The number of a voucher, which must be there. */
export function voucherColumn() {
  const of = digits("凭证号", "the number of its voucher", voucherMax);
  const filled = filledText(of.column, of.means, voucherMax);
  const read: typeof of.read = (row, problems) => {
    const before = problems.length;
    const found = filled.read(row, problems);
    return problems.length > before ? found : of.read(row, problems);
  };
  return { ...of, read };
}

const columns = {
  disbursement: id("拨付编号", "the disbursement's own id"),
  allocation: ref("安排编号", "the allocation that it is paid out of", allocation),
  amount: money("金额", "what is paid"),
  voucher: voucherColumn(),
  organisation: may(ref("主体编号", "to whom; this or 户编号", organisation)),
  household: may(ref("户编号", "to whom; this or 主体编号", household)),
  leg: may(words<keyof typeof grantLegs>("收入类别", "what it is to the household", grantLegs)),
  ...rowColumns,
};

type JudgedDisbursement = Judged<typeof columns>;

function isAboveAllocation({ row, facts }: JudgedDisbursement): string | false {
  const free = freeOf(programmeOf(facts).balances, `allocations/${row.allocation}`);
  return fen(row.amount) > free && "金额 is above what is free of the allocation";
}

function isNotAccepted({ row, of, facts, policy }: JudgedDisbursement): string | false {
  const { way, project } = of.allocation.data;
  const word = fundWays[way as keyof typeof fundWays];
  if (!policy.value("accept.ways").includes(word)) return false;
  return notAccepted(programmeOf(facts), project, row.date, policy);
}

function isDutyUnmet({ row, of, facts }: JudgedDisbursement): string | false {
  const { organisation: entity, date } = row;
  if (entity === undefined || of.allocation.data.way !== "interest") return false;
  return unmetDuty({ organisation: entity, day: date }, facts);
}

/** What awards for bindings an entity has had in the calendar year, with this row, in fen. */
function awardsInYear({ row, facts }: JudgedDisbursement, entity: string): bigint {
  const programme = programmeOf(facts);
  const year = row.date.slice(0, 4);
  const paid = standingNaming(programme, `organisations/${entity}`, "disbursements").filter(
    ({ data }) =>
      data.date.startsWith(year) &&
      standingRow(programme, "allocations", data.allocation)?.data.way === "bindingAward",
  );
  return paid.reduce(
    (sum, { id: one }) => sum + balanceOf(programme.balances, `disbursements/${one}`).net,
    fen(row.amount),
  );
}

function isAboveRate(judged: JudgedDisbursement): string | false {
  const { row, of, facts, policy } = judged;
  const { organisation: entity, date } = row;
  if (entity === undefined || of.allocation.data.way !== "bindingAward") return false;
  const rates = Object.entries(policy.value("award.rates"));
  if (rates.length === 0) return false;
  const programme = programmeOf(facts);
  const forms = new Map(Object.entries<string>(bindingForms).map(([name, word]) => [word, name]));
  const most = rates.reduce((sum, [word, rate]) => {
    const bound = householdsOf(programme, entity, date, forms.get(word) ?? "");
    return sum + fen(rate) * BigInt(bound.size);
  }, 0n);
  return awardsInYear(judged, entity) > most && "the awards of the year are above the rate";
}

function isWithoutDuty({ row, facts }: JudgedDisbursement): string | false {
  const { organisation: entity, date } = row;
  if (entity === undefined) return false;
  const duties = dutiesOf(programmeOf(facts), entity, date.slice(0, 4));
  return duties.length === 0 && "the entity has no duty of the year of 业务日期";
}

function isTooSmall(judged: JudgedDisbursement): string | false {
  const { row, facts, policy } = judged;
  const { organisation: entity, date } = row;
  if (entity === undefined || classOf(entity, judged) !== "cooperative") return false;
  const least = policy.value("coop.size");
  const bound = boundTo(programmeOf(facts), entity, date);
  return bound.size < least && `fewer than ${least} households are bound to the cooperative`;
}

/** Rows of disbursements.csv: money of an allocation that is paid out. */
export const disbursements = rowKind({
  ...ofProgramme("disbursements"),
  summary: "Pay money of an allocation out",
  columns,
  personal: rowPersonal,
  id: "disbursement",
  key: keys.disbursement,
  surveys: true,
  checks: [
    exactlyOne(["organisation", "主体编号"], ["household", "户编号"]),
    ["leg", (row) => row.household !== undefined && row.leg === undefined && "收入类别 is needed"],
  ],
  rules: [
    "allocation",
    "organisation",
    "household",
    notBefore("allocation"),
    ["AllocationExceeded", "amount", isAboveAllocation],
    [
      "ProjectNotApproved",
      "allocation",
      ({ row, of, facts }) =>
        !hasTakenBy(programmeOf(facts), of.allocation.data.project, "approve", row.date) &&
        "the project has no 批准 by the day",
    ],
    ["NotAccepted", "allocation", isNotAccepted],
    organisationListed,
    ["DutyUnmet", "organisation", isDutyUnmet],
    [
      "EvidenceMissing",
      "documents",
      ({ row, of }) =>
        of.allocation.data.way === "bindingAward" &&
        row.documents === undefined &&
        "绑定奖补 needs 材料",
    ],
    ["AwardAboveRate", "amount", isAboveRate],
    ["DutyMissing", "organisation", isWithoutDuty],
    ["CooperativeTooSmall", "organisation", isTooSmall],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "FundsDisbursed",
    data: {
      ...statedBy(judged),
      fund: judged.of.allocation.data.fund,
      project: judged.of.allocation.data.project,
    },
  }),
  examples: [
    {
      disbursement: "BF-00001",
      allocation: "AP-00001",
      amount: "100000.00",
      voucher: "PZ-0101",
      organisation: "ORG-001",
      date: "2026-03-01",
    },
  ],
});

const reimbursementColumns = {
  reimbursement: id("报账编号", "the row's own id"),
  disbursement: ref("拨付编号", "the disbursement that it accounts for", disbursement),
  amount: money("金额", "what was spent"),
  voucher: voucherColumn(),
  purpose: filledText("用途", "what it was spent on", 1_000),
  ...rowColumns,
};

/** Rows of reimbursements.csv: what an entity has spent of what was paid to it. */
export const reimbursements = rowKind({
  ...ofProgramme("reimbursements"),
  summary: "Account for a part of a disbursement",
  columns: reimbursementColumns,
  personal: rowPersonal,
  id: "reimbursement",
  key: keys.reimbursement,
  rules: [
    "disbursement",
    notBefore("disbursement"),
    [
      "KindMismatch",
      "disbursement",
      ({ of }) =>
        of.disbursement.data.household !== undefined && "the disbursement is a household's",
    ],
    [
      "DisbursementExceeded",
      "amount",
      ({ row, facts }) => {
        const free = freeOf(programmeOf(facts).balances, `disbursements/${row.disbursement}`);
        return fen(row.amount) > free && "金额 is above what is free of the disbursement";
      },
    ],
    [
      "PurposeForbidden",
      "purpose",
      ({ row, policy }) => {
        const holds = (word: string) => row.purpose.includes(word);
        const isForbidden = policy.value("C23.words").some(holds);
        const isAllowed = isForbidden && policy.value("C23.allowed").some(holds);
        return isForbidden && !isAllowed && "用途 holds a word that is forbidden";
      },
    ],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "ExpenseReimbursed",
    data: statedBy(judged),
  }),
  examples: [
    {
      reimbursement: "BZ-00001",
      disbursement: "BF-00001",
      amount: "60000.00",
      voucher: "PZ-0102",
      purpose: "大棚钢架",
      date: "2026-04-01",
    },
  ],
});
