import type { ClaimStep } from "../../../events/programme-finance-words.ts";
import { claimSteps } from "../../../events/programme-finance-words.ts";
import { filledText, id, may, moneyOrZero, ref, words } from "../columns.ts";
import type { Facts } from "../facts.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { household } from "../things.ts";
import { fen, freeOf } from "./balances.ts";
import { policy } from "./finance-things.ts";
import { notBeforeSteps } from "./ordered.ts";
import { programmeOf, standingNaming, standingRow } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { householdsAmong } from "./told.ts";

const columns = {
  step: id("步骤编号", "the step's own id"),
  claim: id("赔案编号", "the claim; 报案 opens the number"),
  kind: words<ClaimStep>("步骤", "which step", claimSteps),
  by: filledText("经办人", "who took it", 200),
  amount: moneyOrZero("金额", "what is claimed, assessed or paid"),
  policy: may(ref("保单编号", "the policy that it is under; of 报案", policy)),
  household: may(ref("户编号", "who is paid where it is not 投保人; of 报案", household)),
  ...rowColumns,
};

type JudgedStep = Judged<typeof columns>;

function taken({ row, facts }: JudgedStep): readonly ProgrammeRow<"claims">[] {
  return standingNaming(programmeOf(facts), `claim/${row.claim}`, "claims");
}

function isUnknown(judged: JudgedStep): string | false {
  const isOpen = judged.row.kind === "report" || taken(judged).length > 0;
  return !isOpen && "赔案编号 is not opened by a 报案";
}

/** What may come after the last step of a claim. */
const next: Readonly<Record<ClaimStep, readonly ClaimStep[]>> = {
  report: ["assess"],
  assess: ["pay", "reject"],
  pay: ["pay"],
  reject: [],
};

function isOutOfOrder(judged: JudgedStep): string | false {
  const last = taken(judged).at(-1)?.data.kind as ClaimStep | undefined;
  const allowed = last === undefined ? (["report"] as const) : next[last];
  if (allowed.some((one) => one === judged.row.kind)) return false;
  return allowed.length === 0
    ? "the claim was rejected"
    : `${allowed.map((one) => claimSteps[one]).join(" or ")} comes next`;
}

/** The policy that a claim is under: 报案 names it. */
function policyOf(judged: JudgedStep): ProgrammeRow<"policies"> {
  const { row, facts } = judged;
  const under = row.policy ?? taken(judged)[0]?.data.under ?? "";
  const found = standingRow(programmeOf(facts), "policies", under);
  if (found === undefined) throw new Error("judged: a policy that a claim names stands");
  return found;
}

function isAboveCover(judged: JudgedStep): string | false {
  const { row, facts } = judged;
  if (row.kind !== "pay") return false;
  const { balances } = programmeOf(facts);
  const paid = fen(row.amount);
  if (paid > freeOf(balances, `policies/${policyOf(judged).id}`)) {
    return "more would be paid under the policy than its 保额";
  }
  const isAbove = paid > freeOf(balances, `claim/${row.claim}`);
  return isAbove && "more would be paid of the claim than it was assessed at";
}

/** The household that is paid, where it is one: 户编号 of 报案, else 投保人. */
function payeeOf(judged: JudgedStep, facts: Facts): string | undefined {
  const opener = taken(judged)[0];
  if (opener !== undefined) return opener.data.payee;
  return householdsAmong(facts, judged.row.household ?? policyOf(judged).data.insured)[0];
}

/** Rows of claims.csv: what is claimed under a policy, assessed and paid. */
export const claims = rowKind({
  ...ofProgramme("claims"),
  summary: "Record a step of a claim under a policy",
  columns,
  personal: rowPersonal,
  id: "step",
  key: keys.claimStep,
  by: "kind",
  needs: { report: ["policy"] },
  only: { report: ["policy", "household"] },
  rules: [
    ["ClaimUnknown", "claim", isUnknown],
    "policy",
    "household",
    ["StepOutOfOrder", "kind", isOutOfOrder],
    notBefore("policy"),
    notBeforeSteps("claims"),
    ["ClaimAboveCover", "amount", isAboveCover],
  ],
  records: (judged) => {
    const { facts } = judged;
    const { id: under, data: insurance } = policyOf(judged);
    const payee = payeeOf(judged, facts);
    const households = householdsAmong(facts, payee, insurance.insured);
    const { insurer } = insurance;
    const data = { ...statedBy(judged), under, payee, insurer, households };
    return { stream: streams.programme(), type: "ClaimStepTaken", data };
  },
  examples: [
    {
      step: "PA-00001",
      claim: "PAH-00001",
      kind: "report",
      by: "示例",
      amount: "3000.00",
      policy: "BXD-00001",
      date: "2026-07-01",
    },
  ],
});
