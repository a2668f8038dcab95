import { stepNames } from "../../../events/schemes.ts";
import { isStep, stepKinds } from "../../../events/steps.ts";
import type { KnownEvent } from "../facts.ts";
import { keys } from "../facts.ts";
import type { Judged, Recorded } from "../kind.ts";
import { rowKind } from "../kind.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import { holderKey } from "./holder.ts";
import { linePayments, planPayments } from "./payments.ts";
import { planState } from "./plan-state.ts";
import { lineStepRecorded } from "./step-of-line.ts";
import { freezeRecorded, orderStepRecorded } from "./step-in-order.ts";
import { stepChecks, stepColumns, stepNeeds, stepPersonal, stepReads } from "./step-columns.ts";
import { lineSteps } from "./step-columns.ts";
import { lineFor, linesOf } from "./list-lines.ts";
import type { Stepping } from "./step-machine.ts";
import { mayCome, notBefore } from "./step-machine.ts";

/** What a recorded step says, by the fields of a row. */
function said({ type, data }: KnownEvent): Readonly<Record<string, unknown>> {
  const own: Readonly<Record<string, unknown>> = data;
  const documents = own["documents"] as readonly string[] | undefined;
  const fields = { ...own, documents: documents?.join(" ") };
  if (type === "ListSentBack") return { ...fields, kind: data.from, opinion: "sentBack" };
  const kind = isStep(type) ? stepKinds[type] : undefined;
  const opinion = kind === "review" || kind === "approve" ? "agreed" : undefined;
  // Whom an objection is about stands in its answer, too, which does not name it.
  const names = kind === "answer" ? { household: undefined, organisation: undefined } : {};
  const amount = kind === "recover" ? own["amount"] : undefined;
  const hash = kind === "freeze" ? undefined : own["hash"];
  return {
    ...fields,
    ...names,
    ...(kind === "answer" && { person: undefined }),
    amount,
    hash,
    kind,
    opinion,
  };
}

function recorded(judged: Judged<typeof stepColumns>): Recorded | Refusal {
  const { row, of, facts } = judged;
  const state = planState(of.plan.data, facts);
  const stepping: Stepping = { ...judged, state };
  const paid = () => facts.survey(planPayments, { plan: row.plan }) ?? 0;
  if (!mayCome(stepping, paid)) {
    const message = `步骤 ${stepNames[row.kind]} may not come now: the plan is ${state.stage}`;
    return refuse("StepOutOfOrder", message, stepColumns.kind.column);
  }
  const first = notBefore(stepping, () => lastDayOfLine(stepping));
  if (row.date < first) {
    const message = `业务日期 is before what it follows (${first})`;
    return refuse("DateBefore", message, stepColumns.date.column);
  }
  if (row.kind === "freeze") return freezeRecorded(stepping);
  return lineSteps.has(row.kind) ? lineStepRecorded(stepping) : orderStepRecorded(stepping);
}

/** The last day of what was done with a line: a step of its own, or a payment. */
function lastDayOfLine({ row, state, facts }: Stepping): string {
  const { plan, version } = state;
  const line = lineFor(linesOf(plan, version, facts), row);
  if (line === undefined) return "";
  const own = state.lines.get(holderKey(row))?.lastDay ?? "";
  const asked = { plan: row.plan, version, line: line.line };
  const paid = facts.survey(linePayments, asked)?.last?.day ?? "";
  return paid > own ? paid : own;
}

/** Rows of steps.csv: what is decided, published and done about a plan, step by step. */
export const steps = rowKind({
  name: "steps",
  summary: "Record a step of a plan",
  right: "record",
  columns: stepColumns,
  personal: stepPersonal,
  id: "step",
  key: keys.step,
  date: "date",
  by: "kind",
  needs: stepNeeds,
  only: stepReads,
  checks: stepChecks,
  rules: ["plan"],
  surveys: true,
  said,
  records: recorded,
  examples: [
    { step: "BZ-00001", plan: "JH-00001", kind: "freeze", date: "2026-03-01", by: "示例" },
  ],
});
