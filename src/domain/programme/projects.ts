import { projectNatures, projectRisks } from "../../../events/programme-words.ts";
import {
  count,
  divisionCode,
  filledText,
  id,
  may,
  money,
  orElse,
  ref,
  text,
  words,
  year,
} from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { organisation } from "../things.ts";
import { isRecognised } from "./models.ts";
import { programmeOf } from "./programme.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { model } from "./things.ts";

const textMax = 200;
const households = [1, 999_999_999] as const;

const columns = {
  project: id("项目编号", "the project's own id"),
  name: filledText("名称", "what it is called", textMax),
  year: year("年度", "the year it is planned for"),
  division: divisionCode("行政区划", "where it is: code of the administrative division"),
  industry: filledText("产业", "the industry", textMax),
  model: ref("模式编号", "the model of benefit linkage", model),
  organisation: may(ref("主体编号", "who is to operate it, where that is known", organisation)),
  method: may(text("运行方法", "how it is run; any text", textMax)),
  nature: orElse(
    words<keyof typeof projectNatures>("项目性质", "其他 where empty", projectNatures),
    "other",
  ),
  difficulty: may(words<keyof typeof projectRisks>("技术难度", "", projectRisks)),
  risk: may(words<keyof typeof projectRisks>("市场风险", "", projectRisks)),
  planned: may(money("计划金额", "what may be allocated to it")),
  targetHouseholds: may(count("目标户数", "households that it is to reach", households)),
  targetIncome: may(money("目标增收", "yuan that they are to gain")),
  leadDepartment: may(text("牵头部门", "the department that leads", textMax)),
  dutyDepartment: may(text("责任部门", "the department that answers for it", textMax)),
  ownership: may(text("产权", "whose the assets are", textMax)),
  equity: may(text("股权", "whose the shares are", textMax)),
  debt: may(text("债权", "whose the claims are", textMax)),
  operatedBy: may(text("经营责任主体", "who answers for the business", textMax)),
  ...rowColumns,
};

const reasonColumn = "选择理由";
const personal = {
  reason: text(reasonColumn, "why it was chosen; kept in the vault, compared"),
  ...rowPersonal,
};

type JudgedProject = Judged<typeof columns>;

function isUnlisted({ row, policy, has }: JudgedProject): string | false {
  const isListed = policy.value("industry.list").includes(row.industry);
  return !isListed && !has(reasonColumn) && "产业 is not listed, and there is no 选择理由";
}

function isUnreasoned({ row, has }: JudgedProject): string | false {
  const isPlain = row.difficulty === "low" && row.risk === "low";
  const isGiven = isPlain && row.organisation !== undefined;
  return isGiven && !has(reasonColumn) && "技术难度 and 市场风险 are 低, and no 选择理由 says why";
}

/** Rows of projects.csv: what the programme is to bring about, where and by which model. */
export const projects = rowKind({
  ...ofProgramme("projects"),
  summary: "Record a project",
  columns,
  personal,
  id: "project",
  key: keys.project,
  rules: [
    "model",
    "organisation",
    notBefore("model"),
    [
      "ModelNotRecognised",
      "model",
      ({ row, facts }) =>
        !isRecognised(programmeOf(facts), row.model, row.date) &&
        "模式编号 is neither recognised nor approved",
    ],
    ["IndustryNotListed", "industry", isUnlisted],
    ["ReasonMissing", "organisation", isUnreasoned],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "ProjectRecorded",
    data: statedBy(judged),
  }),
  examples: [
    {
      project: "XM-00001",
      name: "示例大棚",
      year: "2026",
      division: "539999",
      industry: "种植业",
      model: "M1",
      planned: "500000.00",
      date: "2026-01-10",
    },
  ],
});
