import type { HerdAction } from "../../../events/programme-finance-words.ts";
import { herdActions } from "../../../events/programme-finance-words.ts";
import { count, filledText, id, may, ref, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { household, organisation } from "../things.ts";
import { herdOpener, notBeforeOpener } from "./opened.ts";
import { programmeOf } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { herdChanges, wouldOverdraw } from "./timelines.ts";
import { householdsAmong } from "./told.ts";

const columns = {
  flow: id("流水编号", "the row's own id"),
  herd: id("借养编号", "the herd; 借出 opens the number"),
  kind: words<HerdAction>("动作", "what becomes of them", herdActions),
  heads: count("头数", "how many", [1, 999_999]),
  household: ref("户编号", "who holds them", household),
  breed: may(filledText("品种", "of which breed; of 借出", 200)),
  organisation: may(ref("主体编号", "whose they are; of 借出", organisation)),
  promised: may(count("约定返还", "heads that are to come back; of 借出", [1, 999_999])),
  recipient: may(ref("受让户编号", "who holds them from then on; of 转借", household)),
  ...rowColumns,
};

type JudgedFlow = Judged<typeof columns>;

/** The row by which the herd was lent, where it was. */
function openerOf({ row, facts }: JudgedFlow): ProgrammeRow<"herd"> | undefined {
  return herdOpener(programmeOf(facts), row.herd);
}

/** Rows of herd.csv: animals that are lent to households. */
export const herd = rowKind({
  ...ofProgramme("herd"),
  summary: "Record animals that are lent to a household, and what becomes of them",
  columns,
  personal: rowPersonal,
  id: "flow",
  key: keys.herdFlow,
  by: "kind",
  needs: { lend: ["breed", "organisation"], passOn: ["recipient"] },
  only: { lend: ["breed", "organisation", "promised"], passOn: ["recipient"] },
  rules: [
    [
      "HerdUnknown",
      "herd",
      (judged) =>
        judged.row.kind !== "lend" &&
        openerOf(judged) === undefined &&
        "借养编号 is not opened by a 借出",
    ],
    "household",
    "organisation",
    "recipient",
    [
      "StepOutOfOrder",
      "kind",
      (judged) =>
        judged.row.kind === "lend" && openerOf(judged) !== undefined && "it was lent already",
    ],
    notBeforeOpener(openerOf),
    [
      "HeadsInsufficient",
      "heads",
      ({ row, facts }) =>
        wouldOverdraw(programmeOf(facts).timelines, herdChanges(row), row.date) &&
        "the household would hold too few",
    ],
  ],
  records: (judged) => {
    const { row, facts } = judged;
    const households = householdsAmong(facts, row.household, row.recipient);
    const data = { ...statedBy(judged), households };
    return { stream: streams.programme(), type: "HerdMoved", data };
  },
  examples: [
    {
      flow: "JY-00001",
      herd: "JYH-00001",
      kind: "lend",
      heads: "10",
      household: "5399990010000001",
      breed: "黑山羊",
      organisation: "ORG-001",
      date: "2026-03-05",
    },
  ],
});
