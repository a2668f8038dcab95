import type { Recorded } from "../kind.ts";
import { hasOpenDispute } from "../programme/case-state.ts";
import { programmeOf } from "../programme/programme.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import { holderKey } from "./holder.ts";
import type { KeptLine } from "./list-lines.ts";
import { lineFor, linesOf } from "./list-lines.ts";
import type { LinePayments, LineStanding } from "./payments.ts";
import { linePayments, payeeAccounts, standingOf } from "./payments.ts";
import { isSamePerson } from "./people.ts";
import { hasBecomeDue } from "./plan-state.ts";
import { stepColumns } from "./step-columns.ts";
import { filled, streamOf, toldBy } from "./step-in-order.ts";
import type { Stepping } from "./step-machine.ts";

/** A step of one line, with that line and what was paid of it. */
interface LineStepping extends Stepping {
  readonly line: KeptLine;
  readonly payments: LinePayments;
  readonly standing: LineStanding;
}

const noPayments: LinePayments = { total: 0 };

/** 暂停, 放行, 停发, 改户, 重发 or 追回. */
export function lineStepRecorded(stepping: Stepping): Recorded | Refusal {
  const { row, state, facts } = stepping;
  const { plan, version } = state;
  const line = lineFor(linesOf(plan, version, facts), row);
  if (line === undefined) {
    return refuse("LineUnknown", "the list has no line of this beneficiary", "户编号");
  }
  const asked = { plan: plan.plan, version, line: line.line };
  const payments = facts.survey(linePayments, asked) ?? noPayments;
  const standing = standingOf(state, line, payments);
  const of: LineStepping = { ...stepping, line, payments, standing };
  switch (row.kind) {
    case "hold":
      return holdRecorded(of);
    case "release":
      return releaseRecorded(of);
    case "stop":
      return stopRecorded(of);
    case "changePayee":
      return changeRecorded(of);
    case "reissue":
      return reissueRecorded(of);
    case "recover":
      return recoveryRecorded(of);
    case "freeze":
    case "resolve":
    case "review":
    case "notice":
    case "object":
    case "answer":
    case "endNotice":
    case "approve":
    case "cancel":
      throw new Error("a step of another sort");
  }
}

/** What the event of a line's step says. */
function toldOf(of: LineStepping) {
  const { state, line } = of;
  const { household, organisation, person, amount } = line;
  return {
    ...toldBy(of),
    version: state.version,
    line: line.line,
    ...{ household, organisation, person, amount },
    organisationPaying: state.plan.organisation,
    leg: state.plan.leg,
  };
}

function mayBePaid(standing: LineStanding): boolean {
  return standing === "due" || standing === "returned" || standing === "rejected";
}

function holdRecorded(of: LineStepping): Recorded | Refusal {
  if (!mayBePaid(of.standing)) return notOpen(of, "due, returned or rejected");
  return { stream: streamOf(of), type: "LineHeld", data: toldOf(of) };
}

function notOpen({ standing }: LineStepping, needed: string): Refusal {
  return refuse("LineNotOpen", `the line is ${standing}, and not ${needed}`, "户编号");
}

function releaseRecorded(of: LineStepping): Recorded | Refusal {
  const { standing, state, line, facts } = of;
  if (standing !== "held") {
    return refuse("LineNotHeld", `the line is ${standing}, and not held`, "户编号");
  }
  const { household } = line;
  const isDisputed =
    household !== undefined &&
    hasOpenDispute(programmeOf(facts), `plans/${state.plan.plan}`, (said) => {
      return said.household === household;
    });
  if (isDisputed) {
    const message = "a case 争议 of the household about this plan is not 办结";
    return refuse("DisputeOpen", message, "户编号");
  }
  const data = { ...toldOf(of), becomesDue: !hasBecomeDue(state, line) };
  return { stream: streamOf(of), type: "LineReleased", data };
}

function stopRecorded(of: LineStepping): Recorded | Refusal {
  const { standing, state, row, line } = of;
  if (!mayBePaid(standing) && standing !== "held") {
    return notOpen(of, "due, held, returned or rejected");
  }
  if (isSamePerson(row.by, state.list?.approvedBy)) {
    return refuse("SamePerson", "经办人 has approved this list", stepColumns.by.column);
  }
  const documents = filled(row.documents).split(" ");
  const data = { ...toldOf(of), documents, wasDue: hasBecomeDue(state, line) };
  return { stream: streamOf(of), type: "LineStopped", data };
}

function changeRecorded(of: LineStepping): Recorded | Refusal {
  const { row, state, line, payments, standing, facts, seal } = of;
  const cameBack = payments.last?.state === "rejected" || payments.last?.state === "returned";
  const mayChange = payments.total === 0 ? !line.isPayable : cameBack;
  if (standing === "void" || standing === "recovered" || !mayChange) {
    const message = "the line did not come back, and it has an account";
    return refuse("LineNotReturned", message, "户编号");
  }
  if (isSamePerson(row.by, row.reviewedBy)) {
    return refuse("SamePerson", "复核人 is 经办人", "复核人");
  }
  const sealed = state.lines.get(holderKey(line))?.sealed ?? line.sealed;
  const { household, organisation, person } = line;
  const asked = { household, organisation, person, payee: state.plan.payee, sealed };
  const accounts = facts.survey(payeeAccounts, asked);
  const { now, was } = accounts ?? { now: undefined, was: undefined };
  const item = now && seal(household, now);
  // Changed by a row before it of the same import, it lies in no vault yet.
  const isSame = item === sealed || (now?.account === was?.account && now?.holder === was?.holder);
  if (now === undefined || item === undefined || now.account === "" || isSame) {
    const message = "the account recorded now is the one before, or there is none";
    return refuse("AccountUnchanged", message, "户编号");
  }
  const data = {
    ...toldOf(of),
    payments: payments.total,
    reviewedBy: filled(row.reviewedBy),
    sealed: item,
  };
  return { stream: streamOf(of), type: "PayeeChanged", data };
}

function reissueRecorded(of: LineStepping): Recorded | Refusal {
  const { standing, payments } = of;
  if (standing !== "returned" && standing !== "rejected") {
    const message = `the line is ${standing}, and neither returned nor rejected`;
    return refuse("LineNotReturned", message, "户编号");
  }
  const data = { ...toldOf(of), payments: payments.total };
  return { stream: streamOf(of), type: "LineReissued", data };
}

function recoveryRecorded(of: LineStepping): Recorded | Refusal {
  const { standing, row, line } = of;
  if (standing !== "credited") {
    return refuse("LineNotCredited", `the line is ${standing}, and not credited`, "户编号");
  }
  if (row.amount !== line.amount) {
    return refuse("AmountMismatch", `金额 is not the line's (${line.amount})`, "金额");
  }
  const data = { ...toldOf(of), voucher: filled(row.voucher) };
  return { stream: streamOf(of), type: "LineRecovered", data };
}
