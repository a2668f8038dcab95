import { officerLevels, officerPosts } from "../../../events/programme-words.ts";
import { day, digits, divisionCode, filledText, id, may, ref, words } from "../columns.ts";
import { bareName } from "../distribution/people.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { organisation } from "../things.ts";
import { liveNaming, programmeOf } from "./programme.ts";
import { endAfterStart, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

const columns = {
  officer: id("任职编号", "the row's own id"),
  level: words<keyof typeof officerLevels>("级别", "of which level", officerLevels),
  division: divisionCode("行政区划", "where: code of the administrative division"),
  post: words<keyof typeof officerPosts>("职务", "which post", officerPosts),
  from: may(day("起始日期", "first day; 业务日期 where empty")),
  to: may(day("终止日期", "last day; open where empty")),
  organisation: may(ref("主体编号", "of which entity", organisation)),
  ...rowColumns,
};

const personal = {
  name: filledText("姓名", "personal data: kept in the vault, compared", 200),
  idNumber: digits("证件号码", "personal data: kept in the vault, compared"),
  ...rowPersonal,
};

type JudgedOfficer = Judged<typeof columns>;

/** The fingerprint of a name: the same one for the same name, and told to nobody. */
function nameOf({ textOf, fingerprint }: JudgedOfficer): string {
  return fingerprint({ officer: bareName(textOf(personal.name.column) ?? "") });
}

/** The post that nobody may hold beside another. */
const against: Readonly<Record<string, string>> = {
  supervisor: "operator",
  operator: "supervisor",
};

function isBoth(judged: JudgedOfficer): string | false {
  const { row, facts } = judged;
  const other = against[row.post];
  const isLiveNow = (row.from ?? row.date) <= row.date && (row.to ?? row.date) >= row.date;
  if (other === undefined || !isLiveNow) return false;
  const live = liveNaming(programmeOf(facts), `name/${nameOf(judged)}`, "officers", row.date);
  const isOne = live.some(
    ({ data }) =>
      data.post === other &&
      (data.division === row.division ||
        (row.organisation !== undefined && data.organisation === row.organisation)),
  );
  return isOne && "the same name is live as 监督员 and 领办人";
}

/** Rows of officers.csv: who holds a post, where and how long. */
export const officers = rowKind({
  ...ofProgramme("officers"),
  summary: "Record who holds a post",
  columns,
  personal,
  id: "officer",
  key: keys.officer,
  checks: [endAfterStart],
  rules: ["organisation", ["SupervisorOperates", "post", isBoth]],
  records: (judged) => ({
    stream: streams.programme(),
    type: "OfficerAppointed",
    data: { ...statedBy(judged), nameFingerprint: nameOf(judged) },
  }),
  examples: [
    {
      officer: "RZ-00001",
      level: "village",
      division: "539999001001",
      name: "示例",
      post: "reporter",
      date: "2026-01-04",
    },
  ],
});
