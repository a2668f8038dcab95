import type { ProjectStep } from "../../../events/programme-words.ts";
import {
  archiveClasses,
  contractingWays,
  projectSteps,
  stepOpinions,
} from "../../../events/programme-words.ts";
import { noticeLevels } from "../../../events/schemes.ts";
import {
  count,
  day,
  filledText,
  id,
  may,
  money,
  moneyOrZero,
  ref,
  several,
  words,
} from "../columns.ts";
import type { Cells } from "../kind.ts";
import { contract, household, organisation } from "../things.ts";
import { exactlyOne, rowColumns, rowPersonal } from "./rows.ts";
import { binding, project } from "./things.ts";

const textMax = 200;

/** The columns of project-steps.csv. */
export const projectStepColumns = {
  step: id("步骤编号", "the step's own id"),
  project: ref("项目编号", "the project that it is a step of", project),
  kind: words<ProjectStep>("步骤", "which step", projectSteps),
  by: filledText("经办人", "who took it", textMax),
  organisation: may(ref("主体编号", "who applies or is selected", organisation)),
  unchosen: may(several("未选主体", "who applied and was not selected")),
  binding: may(ref("绑定编号", "the linkage; this or 合同编号", binding)),
  contract: may(ref("合同编号", "the linkage; this or 绑定编号", contract)),
  procedure: may(filledText("程序", "by which procedure it was decided", textMax)),
  unit: may(filledText("单位", "which unit decides, accepts or carries out", textMax)),
  contracting: may(
    words<keyof typeof contractingWays>("承办方式", "by whom it is carried out", contractingWays),
  ),
  household: may(ref("户编号", "who confirms", household)),
  opinion: may(words<keyof typeof stepOpinions>("意见", "what it says", stepOpinions)),
  households: may(count("户数", "households that were reached")),
  income: may(moneyOrZero("增收", "yuan that they gained")),
  class: may(words<keyof typeof archiveClasses>("类别", "what is archived", archiveClasses)),
  level: may(words<keyof typeof noticeLevels>("级别", "where it is announced", noticeLevels)),
  place: may(filledText("地点", "the place", textMax)),
  channels: may(several("渠道", "by which channels")),
  until: may(day("截止日期", "last day of the announcement")),
  planned: may(money("计划金额", "what may be allocated once the change is filed")),
  ...rowColumns,
};

/** A column of project-steps.csv by its name in JSON. */
type StepColumn = keyof typeof projectStepColumns;

/** The columns that a step reads, beside those of every step. */
export const projectStepReads = {
  bank: [],
  apply: ["organisation"],
  select: ["organisation", "unchosen"],
  assess: [],
  link: ["binding", "contract"],
  decide: ["procedure"],
  approve: ["unit"],
  file: ["unit"],
  start: ["contracting"],
  complete: [],
  accept: ["unit", "opinion"],
  confirm: ["household", "opinion"],
  audit: ["unit", "opinion"],
  evaluate: ["opinion", "households", "income"],
  archive: ["class"],
  tender: ["unit"],
  procure: ["unit"],
  sign: ["place"],
  announce: ["level", "place", "channels", "until"],
  requestChange: ["planned"],
  approveChange: ["unit"],
  fileChange: ["unit"],
  cancel: [],
} as const satisfies Readonly<Record<ProjectStep, readonly StepColumn[]>>;

/** Those of them that must be filled. */
export const projectStepNeeds: Readonly<Record<ProjectStep, readonly StepColumn[]>> = {
  ...projectStepReads,
  select: ["organisation"],
  assess: ["documents"],
  link: [],
  decide: ["procedure", "documents"],
  start: [],
};

/** Steps that say why. */
const explained: ReadonlySet<ProjectStep> = new Set([
  "select",
  "assess",
  "requestChange",
  "cancel",
]);

/** What the 意见 of a step may say. */
const opinionsOf: Readonly<Partial<Record<ProjectStep, readonly (keyof typeof stepOpinions)[]>>> = {
  accept: ["passed", "failed"],
  confirm: ["confirmed", "denied"],
  audit: ["passed", "failed"],
  evaluate: ["reached", "missed"],
};

type Row = Cells<typeof projectStepColumns>;

/** What must hold of a row by itself. */
export const projectStepChecks = [
  [
    "kind",
    ({ kind }: Row, isFilled: (column: string) => boolean) =>
      explained.has(kind) && !isFilled(rowPersonal.explanation.column) && "说明 is needed",
  ],
  [
    "opinion",
    ({ kind, opinion }: Row) =>
      opinion !== undefined &&
      opinionsOf[kind]?.includes(opinion) === false &&
      "意见 is not one of the step's",
  ],
  exactlyOne(["binding", "绑定编号"], ["contract", "合同编号"], ({ kind }: Row) => kind === "link"),
] as const;
