import type { CaseStep } from "../../../events/supervision-words.ts";
import { caseSteps } from "../../../events/supervision-words.ts";
import { fen } from "./balances.ts";
import type { Programme } from "./programme.ts";
import { standingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/** A finding of a case, and what was done about it. */
interface Finding {
  /** 经办人 of each 整改 of it. */
  readonly rectifiedBy: string[];
  /** A 复查 has passed it, or a 处理决定 was taken. */
  isSettled: boolean;
}

/** Where a case stands, by its steps that were not taken back. */
export interface CaseState {
  stage: "recorded" | "open" | "closed";
  /** By the step by which it was found. */
  readonly findings: Map<string, Finding>;
  /** Σ 追缴 and Σ 追缴到账, in fen. */
  ordered: bigint;
  recovered: bigint;
}

/** The state of a case. */
export function caseState(programme: Programme, id: string): CaseState {
  const state: CaseState = { stage: "recorded", findings: new Map(), ordered: 0n, recovered: 0n };
  for (const step of standingNaming(programme, `cases/${id}`, "case-steps")) take(state, step);
  return state;
}

/** Changes a case by one of its steps. */
function take(state: CaseState, { id, data }: ProgrammeRow<"case-steps">): void {
  const kind = data.kind as CaseStep;
  const finding = state.findings.get(data.finding ?? "");
  const amount = data.amount === undefined ? 0n : fen(data.amount);
  if (kind === "close") state.stage = "closed";
  else state.stage = "open";
  if (kind === "find") state.findings.set(id, { rectifiedBy: [], isSettled: false });
  if (kind === "order") state.ordered += amount;
  if (kind === "recover") state.recovered += amount;
  if (finding === undefined) return;
  if (kind === "rectify") finding.rectifiedBy.push(data.by);
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

/** Whether a household has a dispute about a plan that is not closed. */
export function hasOpenDispute(programme: Programme, plan: string, household: string): boolean {
  return standingNaming(programme, `plans/${plan}`, "cases").some(
    ({ id, data }) =>
      data.kind === "dispute" &&
      data.household === household &&
      caseState(programme, id).stage !== "closed",
  );
}
