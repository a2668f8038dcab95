import { activityKinds } from "../../../events/programme-words.ts";
import { count, divisionCode, filledText, id, may, ref, text, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { household, notOfHousehold, organisation, plan } from "../things.ts";
import { exactlyOne, notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { officer } from "./things.ts";

type Kind = keyof typeof activityKinds;

const columns = {
  activity: id("活动编号", "the row's own id"),
  kind: words<Kind>("活动类型", "what was done", activityKinds),
  by: filledText("经办人", "who did it", 200),
  household: may(ref("户编号", "with which household", household)),
  person: may(id("人编号", "with which person of it")),
  organisation: may(ref("主体编号", "with which entity", organisation)),
  division: may(divisionCode("行政区划", "where: code of the administrative division")),
  plan: may(ref("计划编号", "about which plan", plan)),
  officer: may(ref("任职编号", "by which officer", officer)),
  persons: may(count("人数", "how many took part", [1, 999_999_999])),
  result: may(text("结果", "what came of it; any text", 1_000)),
  seed: may(filledText("种子", "by which the checked were drawn", 200)),
  ...rowColumns,
};

type Column = keyof typeof columns;
type JudgedActivity = Judged<typeof columns>;

/** What an activity must name; of a 技能培训 and a 跟踪走访 the checks say it. */
const needs: Readonly<Record<Kind, readonly Column[]>> = {
  schooling: ["household", "person"],
  training: [],
  employment: ["household", "person"],
  joining: ["household", "organisation"],
  participation: ["household", "organisation", "documents"],
  guidance: ["household"],
  technicianPaired: ["division", "officer"],
  visit: [],
  leaderTraining: ["organisation"],
  sampling: ["seed", "division"],
  attendance: ["plan", "officer"],
};

function isPersonUnknown({ row, facts }: JudgedActivity): string | false {
  return row.person !== undefined && notOfHousehold(row.person, row.household, facts);
}

/** Rows of activities.csv: who was trained, employed, visited, guided or checked. */
export const activities = rowKind({
  ...ofProgramme("activities"),
  summary: "Record a training, a visit, a check or another activity",
  columns,
  personal: rowPersonal,
  id: "activity",
  key: keys.activity,
  by: "kind",
  needs,
  checks: [
    [
      "person",
      ({ kind, household: of, person, organisation: by, persons }) => {
        const isOfPerson = of !== undefined && person !== undefined;
        const isOfEntity = by !== undefined && persons !== undefined;
        const isMissing = kind === "training" && !isOfPerson && !isOfEntity;
        return isMissing && "a 技能培训 names 户编号 and 人编号, or 主体编号 and 人数";
      },
    ],
    exactlyOne(
      ["household", "户编号"],
      ["organisation", "主体编号"],
      ({ kind }: { readonly kind: Kind }) => kind === "visit",
    ),
  ],
  rules: [
    "household",
    ["PersonUnknown", "person", isPersonUnknown],
    "organisation",
    "plan",
    "officer",
    notBefore("plan", "officer"),
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "ActivityHeld",
    data: statedBy(judged),
  }),
  examples: [
    {
      activity: "HD-00001",
      kind: "guidance",
      by: "示例",
      household: "5399990010000001",
      date: "2026-03-15",
    },
  ],
});
