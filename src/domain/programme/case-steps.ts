import type { CaseStep } from "../../../events/supervision-words.ts";
import { caseSteps as stepNames } from "../../../events/supervision-words.ts";
import { recheckOutcomes, transferDestinations } from "../../../events/supervision-words.ts";
import { filledText, id, may, moneyOrZero, ref, text, words } from "../columns.ts";
import { isSamePerson } from "../distribution/people.ts";
import { keys, streams } from "../facts.ts";
import type { Cells, Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { fen } from "./balances.ts";
import type { CaseState } from "./case-state.ts";
import { caseOutOfOrder, caseState } from "./case-state.ts";
import { voucherColumn } from "./disbursements.ts";
import { notBeforeSteps } from "./ordered.ts";
import { isNoParty, partyOf } from "./parties.ts";
import { programmeOf } from "./programme.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { supervisionCase } from "./things.ts";

const nameMax = 200;

const columns = {
  step: id("步骤编号", "the step's own id; of 发现问题 that of the finding"),
  case: ref("案件编号", "the case that it is a step of", supervisionCase),
  kind: words<CaseStep>("步骤", "which step", stepNames),
  by: filledText("经办人", "who took it", nameMax),
  clause: may(filledText("条款", "what the finding is against", 1_000)),
  amount: may(moneyOrZero("金额", "yuan; 0 for a finding that is not of money")),
  finding: may(id("问题编号", "the finding: 步骤编号 of its 发现问题")),
  outcome: may(
    words<keyof typeof recheckOutcomes>("结论", "what the 复查 has found", recheckOutcomes),
  ),
  destination: may(
    words<keyof typeof transferDestinations>("去向", "to whom it goes", transferDestinations),
  ),
  party: may(id("对象", "from whom money is to come back: 户编号 or 主体编号")),
  voucher: may(voucherColumn()),
  ...rowColumns,
};

const personal = {
  responsible: text("责任人", "personal data: kept in the vault, compared"),
  ruling: text("裁决", "how it was arbitrated; kept in the vault, compared"),
  ...rowPersonal,
};

type Column = keyof typeof columns;
type JudgedStep = Judged<typeof columns>;

/** The columns that a step reads, beside those of every step; all of them must be filled. */
const reads = {
  accept: [],
  verify: [],
  find: ["clause", "amount"],
  rectify: ["finding"],
  recheck: ["finding", "outcome"],
  decide: ["finding"],
  arbitrate: [],
  transfer: ["destination"],
  order: ["party", "amount"],
  recover: ["amount", "voucher"],
  close: [],
  reopen: [],
} as const satisfies Readonly<Record<CaseStep, readonly Column[]>>;

/** What of a step lies in the vault and must be filled. */
const told: Readonly<Partial<Record<CaseStep, string>>> = {
  decide: personal.responsible.column,
  arbitrate: personal.ruling.column,
};

function stateFor({ row, facts }: JudgedStep): CaseState {
  return caseState(programmeOf(facts), row.case);
}

function isFindingUnknown(judged: JudgedStep): string | false {
  const { finding } = judged.row;
  const isUnknown = finding !== undefined && !stateFor(judged).findings.has(finding);
  return isUnknown && "问题编号 is no finding of the case";
}

function isRecheckedByTheSame(judged: JudgedStep): string | false {
  const { kind, finding, by } = judged.row;
  if (kind !== "recheck") return false;
  const { rectifiedBy = [] } = stateFor(judged).findings.get(finding ?? "") ?? {};
  return rectifiedBy.some((one) => isSamePerson(one, by)) && "经办人 is that of its 整改";
}

function isAboveOrdered(judged: JudgedStep): string | false {
  const { kind, amount } = judged.row;
  if (kind !== "recover" || amount === undefined) return false;
  const { ordered, recovered } = stateFor(judged);
  return recovered + fen(amount) > ordered && "more would have come back than was ordered";
}

function hasOpenFinding(judged: JudgedStep): string | false {
  if (judged.row.kind !== "close") return false;
  const open = [...stateFor(judged).findings.values()].some(({ isSettled }) => !isSettled);
  return open && "a finding has neither passed a 复查 nor a 处理决定";
}

/** Rows of case-steps.csv: what is done about a case, step by step. */
export const caseSteps = rowKind({
  ...ofProgramme("case-steps"),
  right: "cases",
  summary: "Record a step of a case",
  columns,
  personal,
  id: "step",
  key: keys.caseStep,
  by: "kind",
  needs: reads,
  only: reads,
  checks: [
    [
      "kind",
      ({ kind }: Cells<typeof columns>, isFilled) => {
        const column = told[kind];
        return column !== undefined && !isFilled(column) && `${column} is needed`;
      },
    ],
    [
      "amount",
      ({ kind, amount }) =>
        kind !== "find" && amount === "0.00" && "金额 is above zero but for a finding",
    ],
  ],
  rules: [
    "case",
    ["PartyUnknown", "party", ({ row, facts }) => isNoParty("对象", row.party, facts)],
    ["StepOutOfOrder", "kind", (judged) => caseOutOfOrder(stateFor(judged), judged.row)],
    notBefore("case"),
    notBeforeSteps("case-steps"),
    ["FindingUnknown", "finding", isFindingUnknown],
    ["SamePerson", "by", isRecheckedByTheSame],
    ["RecoveryExceeded", "amount", isAboveOrdered],
    ["CaseOpenFinding", "kind", hasOpenFinding],
  ],
  records: (judged) => {
    const { row, facts } = judged;
    const party = row.party === undefined ? {} : partyOf(row.party, facts);
    return {
      stream: streams.programme(),
      type: "CaseStepTaken",
      data: { ...statedBy(judged), ...party },
    };
  },
  examples: [
    { step: "AB-00001", case: "AJ-00001", kind: "accept", by: "示例", date: "2026-03-21" },
  ],
});
