import {
  bindingForms,
  bindingGrades,
  bindingLevels,
  helpModes,
  yesOrNo,
} from "../../../events/programme-words.ts";
import { day, filledText, id, may, ref, sha256, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { household, organisation } from "../things.ts";
import { industriesOf } from "./conditions.ts";
import type { OrganisationClass } from "./entities.ts";
import { classOf } from "./entities.ts";
import { endAfterStart, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

const columns = {
  binding: id("绑定编号", "the binding's own id"),
  level: words<keyof typeof bindingLevels>("层级", "who is bound to 主体编号", bindingLevels),
  organisation: ref("主体编号", "the entity that it is bound to", organisation),
  form: words<keyof typeof bindingForms>("绑定形式", "how", bindingForms),
  grade: words<keyof typeof bindingGrades>("紧密程度", "how closely", bindingGrades),
  household: may(ref("户编号", "the household, of a 农户", household)),
  counterparty: may(ref("对方主体编号", "the other entity, of any other 层级", organisation)),
  from: may(day("起始日期", "first day; 业务日期 where empty")),
  to: may(day("终止日期", "last day; open where empty")),
  industry: may(filledText("产业", "the industry", 200)),
  mode: may(words<keyof typeof helpModes>("帮扶方式", "how it is helped", helpModes)),
  consent: may(sha256("同意书", "the household's consent, by SHA-256")),
  member: may(words<keyof typeof yesOrNo>("成员", "whether it is a member", yesOrNo)),
  contribution: may(filledText("出资", "what it has put in; any text", 200)),
  ...rowColumns,
};

type JudgedBinding = Judged<typeof columns>;

/** To whom a household may be bound. */
const hosts: ReadonlySet<OrganisationClass> = new Set([
  ...(["cooperative", "collective", "farm", "enterprise"] as const),
]);

function isOfOtherKind(judged: JudgedBinding): string | false {
  const { level, organisation: entity, counterparty } = judged.row;
  if (level === "household") {
    return (
      !hosts.has(classOf(entity, judged)) &&
      "主体编号 is neither a 合作社, a 村集体, a 农场 nor an 企业"
    );
  }
  if (level !== "cooperative" || counterparty === undefined) return false;
  if (classOf(counterparty, judged) !== "cooperative") return "对方主体编号 is no 合作社";
  return classOf(entity, judged) !== "enterprise" && "主体编号 is no 企业";
}

function isOtherIndustry({ row, facts }: JudgedBinding): string | false {
  const { level, household: bound, industry } = row;
  if (level !== "household" || bound === undefined || industry === undefined) return false;
  const stated = industriesOf(bound, facts);
  return (
    stated.length > 0 && !stated.includes(industry) && "产业 is none that the household stated"
  );
}

/** Rows of bindings.csv: who is bound to which entity. */
export const bindings = rowKind({
  ...ofProgramme("bindings"),
  summary: "Bind a household or a cooperative to an entity",
  columns,
  personal: rowPersonal,
  id: "binding",
  key: keys.binding,
  by: "level",
  needs: { household: ["household"], cooperative: ["counterparty"], other: ["counterparty"] },
  only: { household: ["household"], cooperative: ["counterparty"], other: ["counterparty"] },
  checks: [endAfterStart],
  rules: [
    "organisation",
    "household",
    "counterparty",
    ["KindMismatch", "level", isOfOtherKind],
    [
      "ConsentMissing",
      "consent",
      ({ row }) =>
        row.level === "household" && row.consent === undefined && "a 农户 needs its 同意书",
    ],
    [
      "ModeMissing",
      "mode",
      ({ row }) => row.level === "household" && row.mode === undefined && "a 农户 has no 帮扶方式",
    ],
    ["IndustryMismatch", "industry", isOtherIndustry],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "PartiesBound",
    data: statedBy(judged),
  }),
  examples: [
    {
      binding: "BD-00001",
      level: "household",
      organisation: "ORG-001",
      form: "production",
      grade: "dividend",
      household: "5399990010000001",
      mode: "direct",
      consent: "0".repeat(64),
      date: "2026-01-20",
    },
  ],
});
