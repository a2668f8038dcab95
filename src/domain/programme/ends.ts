import { id, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import type { EndingKind } from "./programme.ts";
import { programmeOf, standingNaming, standingRow } from "./programme.ts";
import { householdsNamed } from "./recorded-row.ts";
import { explainedPersonal, ofProgramme, originalRules, rowColumns, statedBy } from "./rows.ts";

const tables: Readonly<Record<EndingKind, string>> = {
  bindings: "bindings",
  officers: "officers",
  sanctions: "sanctions",
  guarantees: "guarantees",
};

const columns = {
  ending: id("终止编号", "the row's own id"),
  table: words<EndingKind>("原表", "the kind of the row that ends", tables),
  original: id("原编号", "its own id"),
  ...rowColumns,
};

type JudgedEnd = Judged<typeof columns>;

/** The row that ends, unless it was taken back. */
function originalOf({ row, facts }: JudgedEnd) {
  return standingRow(programmeOf(facts), row.table, row.original);
}

function isEnded(judged: JudgedEnd): string | false {
  const { row, facts } = judged;
  const name = `${row.table}/${row.original}`;
  if (standingNaming(programmeOf(facts), name, "ends").length > 0) return "it has ended already";
  const to = originalOf(judged)?.data.to;
  return to !== undefined && row.date > to && "业务日期 is after its 终止日期";
}

/** Rows of ends.csv: the last day of a binding, an office, a sanction or a guarantee. */
export const ends = rowKind({
  ...ofProgramme("ends"),
  summary: "End a binding, an office, a sanction or a guarantee with a day",
  columns,
  personal: explainedPersonal,
  id: "ending",
  key: keys.ending,
  rules: [
    ...originalRules("ends", (judged: JudgedEnd) => originalOf(judged)?.data.date),
    ["AlreadyEnded", "original", isEnded],
  ],
  records: (judged) => {
    const original = originalOf(judged);
    if (original === undefined) throw new Error("judged: the original is recorded");
    return {
      stream: streams.programme(),
      type: "RowEnded",
      data: { ...statedBy(judged), households: householdsNamed(original) },
    };
  },
  examples: [
    {
      ending: "ZZ-00001",
      table: "sanctions",
      original: "CJ-00001",
      explanation: "整改完毕",
      date: "2026-06-30",
    },
  ],
});
