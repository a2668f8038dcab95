import type { CaseStep } from "../../../events/supervision-words.ts";
import { caseSteps } from "../../../events/supervision-words.ts";
import { fen } from "./balances.ts";
import type { Programme } from "./programme.ts";
import { countingNaming, standingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/** A finding of a case, and what was done about it. */
interface Finding {
  /** 经办人 of each 整改 of it. */
  readonly rectifiedBy: string[];
  /** There is a 整改 of it, and the last 复查, if any came after it, has passed it. */
  isRectified: boolean;
  /** A 复查 has passed it, or a 处理决定 was taken. */
  isSettled: boolean;
}

/** Where a case stands, by its steps. */
export interface CaseState {
  stage: "recorded" | "open" | "closed";
  /** The step that came last. */
  last: ProgrammeRow<"case-steps"> | undefined;
  /** By the step by which it was found. */
  readonly findings: Map<string, Finding>;
  /** Σ 追缴 and Σ 追缴到账, in fen. */
  ordered: bigint;
  recovered: bigint;
}

/** The state of a case: by its steps that were not taken back, or by those that count on a day. */
export function caseState(programme: Programme, id: string, day?: string): CaseState {
  const state: CaseState = {
    ...{ stage: "recorded", last: undefined, findings: new Map(), ordered: 0n, recovered: 0n },
  };
  const name = `cases/${id}`;
  const steps =
    day === undefined
      ? standingNaming(programme, name, "case-steps")
      : countingNaming(programme, name, "case-steps", day);
  for (const step of steps) take(state, step);
  return state;
}

/** Changes a case by one of its steps. */
function take(state: CaseState, step: ProgrammeRow<"case-steps">): void {
  const { id, data } = step;
  state.last = step;
  const kind = data.kind as CaseStep;
  const finding = state.findings.get(data.finding ?? "");
  const amount = data.amount === undefined ? 0n : fen(data.amount);
  if (kind === "close") state.stage = "closed";
  else state.stage = "open";
  if (kind === "find")
    state.findings.set(id, { rectifiedBy: [], isRectified: false, isSettled: false });
  if (kind === "order") state.ordered += amount;
  if (kind === "recover") state.recovered += amount;
  if (finding === undefined) return;
  if (kind === "rectify") {
    finding.rectifiedBy.push(data.by);
    finding.isRectified = true;
  }
  if (kind === "recheck") finding.isRectified = data.outcome === "passed";
  const isPassed = kind === "recheck" && data.outcome === "passed";
  if (kind === "decide" || isPassed) finding.isSettled = true;
}

/**
 * Why a step of a case may not come now (`StepOutOfOrder`), or false: 受理 comes first and once, 办结
 * ends, 复核 opens anew what has ended, and all else comes between.
 */
export function caseOutOfOrder(
  { stage, findings }: CaseState,
  { kind, finding }: { readonly kind: CaseStep; readonly finding: string | undefined },
): string | false {
  if (kind === "accept") return stage !== "recorded" && "the case was accepted already";
  if (stage === "recorded") return `${caseSteps.accept} comes before it`;
  if (kind === "reopen") return stage !== "closed" && "the case is open";
  if (stage === "closed") return "the case is closed";
  const isRectified = (findings.get(finding ?? "")?.rectifiedBy.length ?? 0) > 0;
  return kind === "recheck" && !isRectified && `${caseSteps.rectify} of it comes before it`;
}

/** Whether something, `plans/JH-1`, is named by a dispute that is not closed and is one of some. */
export function hasOpenDispute(
  programme: Programme,
  name: string,
  isOne: (said: ProgrammeRow<"cases">["data"]) => boolean,
): boolean {
  return standingNaming(programme, name, "cases").some(
    ({ id, data }) =>
      data.kind === "dispute" && isOne(data) && caseState(programme, id).stage !== "closed",
  );
}
