import type { StepName } from "../../../events/schemes.ts";
import type { Judged } from "../kind.ts";
import type { stepColumns } from "./step-columns.ts";
import { lineSteps } from "./step-columns.ts";
import type { PlanStage, PlanState } from "./plan-state.ts";
import { lastNoticeDay, orderOf } from "./plan-state.ts";

/** A step that is judged, with the plan that it is a step of. */
export interface Stepping extends Judged<typeof stepColumns> {
  readonly state: PlanState;
}

/** What a step in the order of a procedure makes of its list. */
const stageAfter: Readonly<Partial<Record<StepName, PlanStage>>> = {
  freeze: "frozen",
  resolve: "resolved",
  review: "reviewed",
  notice: "noticed",
  endNotice: "noticeEnded",
  approve: "approved",
};

/**
 * The step that comes next in a plan's order; undefined where it has come to its end or is
 * cancelled.
 */
export function nextStep(plan: PlanState): StepName | undefined {
  if (plan.stage === "cancelled") return undefined;
  const order = orderOf(plan);
  return order[order.findIndex((name) => stageAfter[name] === plan.stage) + 1];
}

/**
 * Whether a step may come now. Steps of the order come one after the other; a notice is put up
 * again at another level while one runs; objections come while it runs, answers until it has ended;
 * steps of a line come after approval; and a plan is cancelled while nothing of it was ever paid.
 */
export function mayCome({ state, row }: Stepping, paid: () => number): boolean {
  const { stage } = state;
  const { kind } = row;
  if (kind === "cancel") return stage !== "cancelled" && paid() === 0;
  if (kind === "object" || kind === "answer") return stage === "noticed";
  if (lineSteps.has(kind)) return stage === "approved";
  if (kind === "notice" && stage === "noticed") return isOtherLevel(state, row);
  return nextStep(state) === kind;
}

function isOtherLevel({ list }: PlanState, { level, date }: Stepping["row"]): boolean {
  const isHung = list?.notices.some((notice) => notice.level === level) ?? false;
  return !isHung && date <= lastNoticeDay(list);
}

/** The day that a step may not be dated before; `ofLine` is the last day of its line. */
export function notBefore({ state, row }: Stepping, ofLine: () => string): string {
  const { list } = state;
  switch (row.kind) {
    case "freeze":
    case "resolve":
    case "review":
    case "notice":
    case "endNotice":
    case "approve":
      return state.lastDay;
    case "object":
      return list?.notices[0]?.from ?? "";
    case "answer":
      return state.objections.get(row.objection ?? "")?.filedOn ?? "";
    case "hold":
    case "release":
    case "stop":
    case "changePayee":
    case "reissue":
    case "recover": {
      const approved = list?.approvedOn ?? "";
      const last = ofLine();
      return last > approved ? last : approved;
    }
    case "cancel":
      return state.latestDay;
  }
}
