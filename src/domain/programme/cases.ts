import { caseGrades, caseKinds, caseSources } from "../../../events/supervision-words.ts";
import { divisionCode, filledText, id, may, ref, words } from "../columns.ts";
import { linesOf } from "../distribution/list-lines.ts";
import { linePayments, standingOf } from "../distribution/payments.ts";
import { isHeld, planState } from "../distribution/plan-state.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { contract, household, organisation, plan, register } from "../things.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { project } from "./things.ts";

const columns = {
  case: id("案件编号", "the case's own id"),
  kind: words<keyof typeof caseKinds>("类型", "what kind of case", caseKinds),
  source: words<keyof typeof caseSources>("来源", "how it came to be known", caseSources),
  household: may(ref("户编号", "which household it is about", household)),
  organisation: may(ref("主体编号", "which entity it is about", organisation)),
  project: may(ref("项目编号", "which project it is about", project)),
  plan: may(ref("计划编号", "which plan it is about", plan)),
  contract: may(ref("合同编号", "which contract it is about", contract)),
  register: may(ref("股权登记簿", "which register it is about", register)),
  division: may(divisionCode("行政区划", "where: code of the administrative division")),
  grade: may(words<keyof typeof caseGrades>("等级", "how grave, of a 舆情", caseGrades)),
  ...rowColumns,
};

const personal = {
  content: filledText("内容", "what it says; kept in the vault, compared"),
  ...rowPersonal,
};

/** What a case may be about, of which it names one at the least. */
const subjects = [
  ...(["household", "organisation", "project", "plan", "contract", "register"] as const),
  "division",
] as const;

type JudgedCase = Judged<typeof columns>;

/** Whether a 争议 about a plan has no line of its household that is held. */
function isNotHeld({ row, facts }: JudgedCase): string | false {
  const { kind, household: whose, plan: about } = row;
  if (kind !== "dispute" || whose === undefined || about === undefined) return false;
  const drafted = plan.known(facts, about)?.data;
  if (drafted === undefined) throw new Error("looked up: a plan that is recorded");
  const state = planState(drafted, facts);
  const { version } = state;
  const isAnyHeld = [...linesOf(drafted, version, facts).values()].some((line) => {
    if (line.household !== whose) return false;
    const asked = { plan: about, version, line: line.line };
    const payments = facts.survey(linePayments, asked) ?? { total: 0 };
    const standing = standingOf(state, line, payments);
    // Before the list is approved a hold stays with the beneficiary.
    return standing === "held" || (standing === "listed" && isHeld(state.holds, line));
  });
  return !isAnyHeld && "no line of the household in the plan is held";
}

/** Rows of cases.csv: what is complained of, disputed, or met by an inspection. */
export const cases = rowKind({
  ...ofProgramme("cases"),
  right: "cases",
  summary: "Record a case of supervision",
  columns,
  personal,
  id: "case",
  key: keys.case,
  surveys: true,
  checks: [
    [
      "household",
      (row) =>
        subjects.every((subject) => row[subject] === undefined) &&
        "one at the least of what the case is about is filled",
    ],
  ],
  rules: [
    "household",
    "organisation",
    "project",
    "plan",
    "contract",
    "register",
    notBefore("project", "plan"),
    [
      "GradeMissing",
      "grade",
      ({ row }) => row.kind === "opinion" && row.grade === undefined && "a 舆情 needs its 等级",
    ],
    ["DisputeNotHeld", "plan", isNotHeld],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "CaseRecorded",
    data: statedBy(judged),
  }),
  examples: [
    {
      case: "AJ-00001",
      kind: "complaint",
      source: "hotline",
      content: "示例",
      organisation: "ORG-001",
      date: "2026-03-20",
    },
  ],
});
