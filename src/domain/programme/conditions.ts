import { presence, yesOrNo } from "../../../events/programme-words.ts";
import { filledText, id, may, ref, several, words } from "../columns.ts";
import type { Facts } from "../facts.ts";
import { keys, streams } from "../facts.ts";
import { rowKind } from "../kind.ts";
import { household } from "../things.ts";
import { programmeOf, standingNaming } from "./programme.ts";
import { ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

const columns = {
  condition: id("记录编号", "the row's own id"),
  household: ref("户编号", "the household", household),
  conditions: words<keyof typeof presence>("产业条件", "whether it can", presence),
  willingness: words<keyof typeof presence>("发展意愿", "whether it wants to", presence),
  industries: may(several("产业", "the industries that it can do or wants to")),
  status: may(filledText("户类型", "its status; any text", 200)),
  monitoring: may(filledText("监测对象类型", "its kind of monitoring; any text", 200)),
  allowance: may(words<keyof typeof yesOrNo>("低保", "whether it has the allowance", yesOrNo)),
  ...rowColumns,
};

/** The industries of the last `conditions` of a household, by day, then as recorded. */
export function industriesOf(of: string, facts: Facts): readonly string[] {
  const rows = standingNaming(programmeOf(facts), `households/${of}`, "conditions");
  const [first, ...others] = rows;
  const last = others.reduce(
    (latest, row) => (latest !== undefined && row.data.date < latest.data.date ? latest : row),
    first,
  );
  return last?.data.industries ?? [];
}

/** Rows of conditions.csv: what a household can do and wants, and its status. */
export const conditions = rowKind({
  ...ofProgramme("conditions"),
  summary: "State what a household can do for an industry and wants",
  columns,
  personal: rowPersonal,
  id: "condition",
  key: keys.condition,
  rules: ["household"],
  records: (judged) => ({
    stream: streams.programme(),
    type: "ConditionsStated",
    data: { ...statedBy(judged), industries: judged.row.industries?.split("、") },
  }),
  examples: [
    {
      condition: "TJ-00001",
      household: "5399990010000001",
      conditions: "present",
      willingness: "present",
      industries: "种植业、养殖业",
      date: "2026-01-18",
    },
  ],
});
