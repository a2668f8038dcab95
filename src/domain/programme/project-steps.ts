import { projectSteps as stepNames } from "../../../events/programme-words.ts";
import { isInForce, termsOf } from "../contract.ts";
import { isSamePerson } from "../distribution/people.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { organisationListed } from "./entities.ts";
import { notBeforeSteps } from "./ordered.ts";
import { isLive, programmeOf, standingRow } from "./programme.ts";
import {
  projectStepChecks,
  projectStepColumns,
  projectStepNeeds,
  projectStepReads,
} from "./project-step-columns.ts";
import type { ProjectState } from "./project-state.ts";
import { allocatedTo, hasTaken, outOfOrder, projectState } from "./project-state.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { notBefore, ofProgramme, rowPersonal, statedBy } from "./rows.ts";

type JudgedStep = Judged<typeof projectStepColumns>;

function stateFor({ row, facts }: JudgedStep): ProjectState {
  return projectState(programmeOf(facts), row.project);
}

function unchosenOf({ unchosen }: JudgedStep["row"]): readonly string[] {
  return unchosen?.split("、") ?? [];
}

function isUnchosenUnknown({ row, facts }: JudgedStep): string | false {
  const unknown = unchosenOf(row).some((one) => facts.known(keys.organisation(one)) === undefined);
  return unknown && "未选主体 names one that is not in the register";
}

function isNotApplied(judged: JudgedStep): string | false {
  const { row } = judged;
  if (row.kind !== "select") return false;
  const applied = new Set(
    stateFor(judged).steps.flatMap(({ data }) => (data.kind === "apply" ? data.organisation : [])),
  );
  const all = [row.organisation ?? "", ...unchosenOf(row)];
  return all.some((one) => !applied.has(one)) && "one of these has not applied";
}

function isSelectedByTheSame(judged: JudgedStep): string | false {
  if (judged.row.kind !== "approve") return false;
  const selected = stateFor(judged).steps.findLast(({ data }) => data.kind === "select");
  return isSamePerson(selected?.data.by, judged.row.by) && "经办人 is that of 遴选";
}

/** Whether what a 联结 names holds on a day: a binding that is live, a contract in force. */
function isLinked({ data }: ProgrammeRow<"project-steps">, { row, facts }: JudgedStep): boolean {
  const programme = programmeOf(facts);
  if (data.binding !== undefined) {
    const binding = standingRow(programme, "bindings", data.binding);
    return binding !== undefined && isLive(programme, binding, row.date);
  }
  const signed = facts.known(keys.contract(data.contract ?? ""));
  return signed !== undefined && isInForce(termsOf(signed, row.date), row.date);
}

function isUnlinked(judged: JudgedStep): string | false {
  if (judged.row.kind !== "start") return false;
  const { operator, steps } = stateFor(judged);
  const links = steps.filter(({ data }) => data.kind === "link");
  const isMissing = operator !== undefined && !links.some((one) => isLinked(one, judged));
  return isMissing && "no 联结 is live or in force on the day";
}

function isUntitled(judged: JudgedStep): string | false {
  if (judged.row.kind !== "start") return false;
  const { ownership, equity, debt, operatedBy } = stateFor(judged).project.data;
  const isWhole = [ownership, equity, debt, operatedBy].every((one) => (one ?? "") !== "");
  return !isWhole && "产权, 股权, 债权 and 经营责任主体 of the project are not all filled";
}

function isConstruction({ project }: ProjectState): boolean {
  return project.data.nature === "construction";
}

function isUntendered(judged: JudgedStep): string | false {
  if (judged.row.kind !== "start") return false;
  const state = stateFor(judged);
  const isTendered = hasTaken(state, "tender") || hasTaken(state, "procure");
  return isConstruction(state) && !isTendered && "a 建设 has neither 招标 nor 采购";
}

function isIncomplete(judged: JudgedStep): string | false {
  const { row, policy } = judged;
  if (row.kind !== "archive" || row.class === undefined) return false;
  const state = stateFor(judged);
  const taken = new Set<string>(
    state.steps.map(({ data }) => stepNames[data.kind as keyof typeof stepNames]),
  );
  const word = projectStepColumns.class.values?.[row.class] ?? "";
  const needed = policy.value("archive")[word] ?? [];
  const isAudited = row.class !== "execution" || !isConstruction(state) || hasTaken(state, "audit");
  const missing = needed.find((step) => !taken.has(step)) ?? (isAudited ? undefined : "工程审计");
  return missing !== undefined && `${missing} is missing`;
}

function isAnnouncedByFew(judged: JudgedStep): string | false {
  const { row, policy } = judged;
  if (row.kind !== "archive" || row.class !== "execution") return false;
  const channels = stateFor(judged).steps.flatMap(({ data }) =>
    data.kind === "announce" ? (data.channels?.split("、") ?? []) : [],
  );
  const least = policy.value("notice.channels");
  return new Set(channels).size < least && `公告 has fewer than ${least} different 渠道`;
}

/** Rows of project-steps.csv: what is decided and done about a project, step by step. */
export const projectSteps = rowKind({
  ...ofProgramme("project-steps"),
  summary: "Record a step of a project",
  columns: projectStepColumns,
  personal: rowPersonal,
  id: "step",
  key: keys.projectStep,
  by: "kind",
  needs: projectStepNeeds,
  only: projectStepReads,
  checks: projectStepChecks,
  rules: [
    "project",
    "organisation",
    ["OrganisationUnknown", "unchosen", isUnchosenUnknown],
    "binding",
    "contract",
    "household",
    [
      "StepOutOfOrder",
      "kind",
      (judged) => outOfOrder(stateFor(judged), judged.row.kind, judged.policy),
    ],
    notBefore("project", "binding"),
    notBeforeSteps("project-steps"),
    ["NotApplied", "organisation", isNotApplied],
    organisationListed,
    ["SamePerson", "by", isSelectedByTheSame],
    ["LinkageMissing", "kind", isUnlinked],
    ["TitleMissing", "kind", isUntitled],
    ["TenderMissing", "kind", isUntendered],
    ["ArchiveIncomplete", "class", isIncomplete],
    ["ChannelsFew", "class", isAnnouncedByFew],
    [
      "FundsOut",
      "kind",
      ({ row, facts }) =>
        row.kind === "cancel" &&
        allocatedTo(programmeOf(facts), row.project) > 0n &&
        "money is still allocated to the project",
    ],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "ProjectStepTaken",
    data: { ...statedBy(judged), unchosen: judged.row.unchosen?.split("、") },
  }),
  examples: [
    {
      step: "XB-00001",
      project: "XM-00001",
      kind: "bank",
      by: "示例",
      date: "2026-01-12",
    },
  ],
});
