import type { ProjectStep } from "../../../events/programme-words.ts";
import { projectSteps } from "../../../events/programme-words.ts";
import type { Policy } from "../policy.ts";
import { balanceOf, fen } from "./balances.ts";
import type { Programme } from "./programme.ts";
import { countingNaming, standingNaming, standingRow } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";

/** The steps that come in the order of their rank; 联结 comes in its rank or later. */
const ranks: Readonly<Partial<Record<ProjectStep, number>>> = {
  bank: 1,
  apply: 2,
  select: 3,
  assess: 4,
  link: 5,
  decide: 6,
  approve: 7,
  file: 8,
  start: 9,
  complete: 10,
  accept: 11,
  confirm: 11,
  audit: 12,
  evaluate: 13,
  archive: 14,
};

/** The ranked steps that may be taken more than once. */
const repeated: ReadonlySet<string> = new Set(["apply", "link", "accept", "confirm", "archive"]);

/** The name of a step by its word, as policy packs name it. */
const stepOfWord: ReadonlyMap<string, ProjectStep> = new Map(
  Object.entries(projectSteps).map(([name, word]) => [word, name as ProjectStep]),
);

/** A step of a project, as it is recorded. */
type Taken = ProgrammeRow<"project-steps">;

/** A project and its steps, whatever their days. */
export interface ProjectState {
  readonly project: ProgrammeRow<"projects">;
  readonly steps: readonly Taken[];
  /** 主体编号 of 遴选, else of the project. */
  readonly operator: string | undefined;
  /** 计划金额 in fen, as last changed and filed; undefined where there is none. */
  readonly planned: bigint | undefined;
  /** Where a change of 计划金额 that is not filed stands. */
  readonly change: "requested" | "approved" | undefined;
}

/** The state of a project that is recorded. */
export function projectState(programme: Programme, id: string): ProjectState {
  const project = standingRow(programme, "projects", id);
  if (project === undefined) throw new Error("looked up: a project that is recorded");
  const steps = standingNaming(programme, `projects/${id}`, "project-steps");
  const { planned } = project.data;
  const changed = changeOf(steps);
  return {
    project,
    steps,
    operator: lastOf(steps, "select")?.data.organisation ?? project.data.organisation,
    planned: changed.filed ?? (planned === undefined ? undefined : fen(planned)),
    change: changed.open,
  };
}

function changeOf(steps: readonly Taken[]): {
  readonly filed: bigint | undefined;
  readonly open: ProjectState["change"];
} {
  let open: ProjectState["change"];
  let asked: bigint | undefined;
  let filed: bigint | undefined;
  for (const { data } of steps) {
    if (data.kind === "requestChange") [open, asked] = ["requested", fen(data.planned ?? "0")];
    else if (data.kind === "approveChange") open = "approved";
    else if (data.kind === "fileChange") [open, filed] = [undefined, asked];
  }
  return { filed, open };
}

/** Who operates a project by a day: 主体编号 of its 遴选, else of the project. */
export function operatorBy(
  programme: Programme,
  project: ProgrammeRow<"projects">,
  day: string,
): string | undefined {
  const selected = lastOf(stepsBy(programme, project.id, day), "select");
  return selected?.data.organisation ?? project.data.organisation;
}

/** What states 计划金额 of a project by a day, as last changed and filed; its amount in fen. */
export function plannedBy(
  programme: Programme,
  project: ProgrammeRow<"projects">,
  day: string,
): { readonly row: ProgrammeRow; readonly amount: bigint } {
  const steps = stepsBy(programme, project.id, day);
  const { filed } = changeOf(steps);
  const row = filed === undefined ? project : (lastOf(steps, "fileChange") ?? project);
  return { row, amount: filed ?? fen(project.data.planned ?? "0") };
}

/** How far a project has come by a day, and whether it has succeeded. */
export interface ProjectOutcome {
  /** Its 批准, unless it is cancelled. */
  readonly approved: Taken | undefined;
  /** Its 绩效. */
  readonly evaluated: Taken | undefined;
  /** It is completed, what each unit found last is 合格, and its 绩效 is 达标. */
  readonly isSuccess: boolean;
}

/** What became of a project by a day. */
export function projectOutcome(programme: Programme, project: string, day: string): ProjectOutcome {
  const steps = stepsBy(programme, project, day);
  const isCancelled = lastOf(steps, "cancel") !== undefined;
  const approved = isCancelled ? undefined : lastOf(steps, "approve");
  const evaluated = lastOf(steps, "evaluate");
  const found = new Map<string, string>();
  for (const { data } of steps) {
    if (data.kind === "accept") found.set(data.unit ?? "", data.opinion ?? "");
  }
  const isAccepted = found.size > 0 && [...found.values()].every((one) => one === "passed");
  return {
    approved,
    evaluated,
    isSuccess:
      approved !== undefined &&
      lastOf(steps, "complete") !== undefined &&
      isAccepted &&
      evaluated?.data.opinion === "reached",
  };
}

/** The last step of a name. */
function lastOf(steps: readonly Taken[], kind: ProjectStep): Taken | undefined {
  return steps.findLast(({ data }) => data.kind === kind);
}

/** Whether a step of a name was taken. */
export function hasTaken({ steps }: Pick<ProjectState, "steps">, kind: ProjectStep): boolean {
  return lastOf(steps, kind) !== undefined;
}

/** Whether a step of a name counts for a project by a day. */
export function hasTakenBy(
  programme: Programme,
  project: string,
  kind: ProjectStep,
  day: string,
): boolean {
  return stepsBy(programme, project, day).some(({ data }) => data.kind === kind);
}

/** The steps of a project that count by a day. */
export function stepsBy(programme: Programme, project: string, day: string): readonly Taken[] {
  return countingNaming(programme, `projects/${project}`, "project-steps", day);
}

/** Why a step may not come now (`StepOutOfOrder`), or false. */
export function outOfOrder(state: ProjectState, kind: ProjectStep, policy: Policy): string | false {
  if (hasTaken(state, "cancel")) return "the project is cancelled";
  const rank = ranks[kind];
  if (rank !== undefined) return outOfRank(state, kind, rank, policy);
  if (kind === "cancel") return false;
  if (!hasTaken(state, "approve")) return "the project is not approved";
  const { change } = state;
  if (kind === "requestChange") return change !== undefined && "a change is open already";
  if (kind === "approveChange") return change !== "requested" && "no change is requested";
  return kind === "fileChange" && change !== "approved" && "no change is approved";
}

function outOfRank(
  state: ProjectState,
  kind: ProjectStep,
  rank: number,
  policy: Policy,
): string | false {
  const { steps, operator } = state;
  const last = steps.reduce((most, { data }) => Math.max(most, rankOf(data.kind)), 0);
  if (rank < last && kind !== "link") return "a later step was taken already";
  if (!repeated.has(kind) && hasTaken(state, kind)) return "it was taken already";
  const hasEntity = operator !== undefined || hasTaken(state, "apply");
  const needed = [
    ...policy.value("project.steps"),
    ...(hasEntity ? policy.value("project.steps.entity") : []),
  ];
  const missing = needed.find((word) => {
    const step = stepOfWord.get(word);
    const before = step === undefined ? 0 : rankOf(step);
    return step !== undefined && before > 0 && before < rank && !hasTaken(state, step);
  });
  return missing !== undefined && `${missing} comes before it`;
}

function rankOf(kind: string): number {
  return ranks[kind as ProjectStep] ?? 0;
}

/** The allocations of a project that were not taken back, of one kind of recipient if given. */
function allocationsOf(
  programme: Programme,
  project: string,
  group?: string,
): readonly ProgrammeRow<"allocations">[] {
  const all = standingNaming(programme, `projects/${project}`, "allocations");
  return group === undefined ? all : all.filter(({ data }) => data.group === group);
}

/** Σ net of the allocations of a project in fen, of one kind of recipient if given. */
export function allocatedTo(programme: Programme, project: string, group?: string): bigint {
  return allocationsOf(programme, project, group).reduce(
    (sum, { id }) => sum + balanceOf(programme.balances, `allocations/${id}`).net,
    0n,
  );
}
