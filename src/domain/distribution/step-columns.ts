import type { StepName, noticeLevels, objectionOutcomes } from "../../../events/schemes.ts";
import {
  noticeLevels as levels,
  objectionOutcomes as outcomes,
  stepNames,
} from "../../../events/schemes.ts";
import {
  count,
  day,
  digits,
  documents,
  filledText,
  id,
  may,
  money,
  ref,
  remark,
  sha256,
  text,
  words,
} from "../columns.ts";
import type { Judged } from "../kind.ts";
import { plan } from "../things.ts";

const nameMax = 200;
const shortTextMax = 64;
const phonesMax = 1_000;

/** The columns of steps.csv. */
export const stepColumns = {
  step: id("步骤编号", "the step's own id"),
  plan: ref("计划编号", "the plan that it is a step of", plan),
  kind: words<StepName>("步骤", "which step", stepNames),
  date: day("业务日期", "when it was taken"),
  by: filledText("经办人", "who took it", nameMax),
  expected: may(count("应到人数", "how many may vote")),
  present: may(count("实到人数", "how many came")),
  agreed: may(count("同意人数", "how many agreed")),
  documents: may(documents("材料", "what it rests on, by SHA-256")),
  host: may(filledText("主持人", "who led the assembly", nameMax)),
  unit: may(filledText("单位", "which unit reviews or approves", nameMax)),
  opinion: may(
    words<"agreed" | "sentBack">("意见", "what it says", { agreed: "同意", sentBack: "退回" }),
  ),
  level: may(words<keyof typeof noticeLevels>("级别", "where the list hangs", levels)),
  place: may(filledText("地点", "the place", nameMax)),
  channels: may(filledText("渠道", "by which channels", nameMax)),
  until: may(day("截止日期", "last day of the notice")),
  hash: may(sha256("清单哈希", "the hash of the frozen list")),
  phones: may(filledText("举报电话", "12317 and a local number", phonesMax)),
  objection: may(id("异议编号", "the objection's own number")),
  household: may(id("户编号", "whose line it is; this or 主体编号")),
  organisation: may(id("主体编号", "whose line it is; this or 户编号")),
  person: may(id("人编号", "the person of the household, where the line has one")),
  outcome: may(
    words<keyof typeof objectionOutcomes>("结论", "what became of the objection", outcomes),
  ),
  reviewedBy: may(filledText("复核人", "who has checked the new account", nameMax)),
  amount: may(money("金额", "the line's, which came back whole")),
  voucher: may(digits("凭证号", "the number of its voucher", shortTextMax)),
  period: may(text("所属期", "the period it is for; any text", shortTextMax)),
};

/** Columns whose text lies in the vault. */
export const stepPersonal = {
  explanation: text("说明", "why; kept in the vault, compared"),
  remark,
};

/** A column of steps.csv by its name in JSON. */
type StepColumn = keyof typeof stepColumns;

const ofLine = ["household", "organisation", "person"] as const;

/** The columns that a step reads, beside those of every step. */
export const stepReads: Readonly<Record<StepName, readonly StepColumn[]>> = {
  freeze: [],
  resolve: ["expected", "present", "agreed", "documents", "host"],
  review: ["unit", "opinion"],
  notice: ["level", "place", "channels", "until", "hash", "phones"],
  object: ["objection", ...ofLine],
  answer: ["objection", "outcome"],
  endNotice: [],
  approve: ["unit", "hash", "opinion"],
  hold: ofLine,
  release: ofLine,
  stop: ["documents", ...ofLine],
  changePayee: ["reviewedBy", ...ofLine],
  reissue: ofLine,
  recover: ["amount", "voucher", ...ofLine],
  cancel: [],
};

/** Those of them that must be filled. */
export const stepNeeds: Readonly<Record<StepName, readonly StepColumn[]>> = {
  ...stepReads,
  object: ["objection"],
  hold: [],
  release: [],
  stop: ["documents"],
  changePayee: ["reviewedBy"],
  reissue: [],
  recover: ["amount", "voucher"],
};

/** Steps that are of one line. */
export const lineSteps: ReadonlySet<StepName> = new Set([
  "hold",
  "release",
  "stop",
  "changePayee",
  "reissue",
  "recover",
]);

/** Steps that say why; sending back does, too. */
const explained: ReadonlySet<StepName> = new Set(["answer", "hold", "stop", "reissue", "cancel"]);

type Row = Judged<typeof stepColumns>["row"];

/** What must hold of a row by itself. */
export const stepChecks: readonly (readonly [
  StepColumn,
  (row: Row, isFilled: (column: string) => boolean) => string | false,
])[] = [
  [
    "kind",
    ({ kind, opinion }, isFilled) =>
      (explained.has(kind) || opinion === "sentBack") &&
      !isFilled(stepPersonal.explanation.column) &&
      "说明 is needed",
  ],
  [
    "household",
    ({ kind, household, organisation }) =>
      lineSteps.has(kind) &&
      (household === undefined) === (organisation === undefined) &&
      "a line is named by exactly one of 户编号 and 主体编号",
  ],
  [
    "household",
    ({ kind, household, organisation }) =>
      kind === "object" &&
      household !== undefined &&
      organisation !== undefined &&
      "at most one of 户编号 and 主体编号 is filled",
  ],
  [
    "person",
    ({ person, household }) =>
      person !== undefined && household === undefined && "人编号 stands without its 户编号",
  ],
];
