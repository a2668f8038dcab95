import type { DutyKind } from "../../../events/programme-words.ts";
import { dutyKinds } from "../../../events/programme-words.ts";
import type { Column } from "../columns.ts";
import { count, id, may, money, ref, words, year } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import { rowKind } from "../kind.ts";
import { textOf } from "../row.ts";
import { contract, organisation } from "../things.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { project } from "./things.ts";

const kind = words<DutyKind>("责任类型", "what it has promised", dutyKinds);

/** The words of duties that count households; all others are money. */
const countsHouseholds: ReadonlySet<string> = new Set([dutyKinds.households, dutyKinds.employed]);

/** 目标值: households where 责任类型 counts them, else yuan. */
function targetOf(): Column<string> {
  const amount = money("目标值", "what it has promised: households, or yuan");
  const households = count(amount.column, amount.means, [1, 999_999_999]);
  return {
    ...amount,
    form: "by 责任类型 a whole number, or yuan above zero with at most 2 decimals, as a text",
    read: (row, problems) =>
      countsHouseholds.has(textOf(row, kind.column, []))
        ? String(households.read(row, problems))
        : amount.read(row, problems),
  };
}

const columns = {
  duty: id("责任编号", "the duty's own id"),
  organisation: ref("主体编号", "who has promised", organisation),
  year: year("年度", "the calendar year in which it is done"),
  kind,
  target: targetOf(),
  project: may(ref("项目编号", "for which project, where it is for one", project)),
  contract: may(ref("合同编号", "by which contract, where it is by one", contract)),
  ...rowColumns,
};

/** Rows of duties.csv: what entities have promised to do for households in a year. */
export const duties = rowKind({
  ...ofProgramme("duties"),
  summary: "Record what an entity has promised to do for households in a year",
  columns,
  personal: rowPersonal,
  id: "duty",
  key: keys.duty,
  rules: ["organisation", "project", "contract", notBefore("project")],
  records: (judged) => ({
    stream: streams.programme(),
    type: "DutyAssumed",
    data: statedBy(judged),
  }),
  examples: [
    {
      duty: "ZR-00001",
      organisation: "ORG-001",
      year: "2026",
      kind: "households",
      target: "5",
      date: "2026-01-15",
    },
  ],
});
