import { day, filledText, id, may, ref } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import { rowKind } from "../kind.ts";
import { organisation } from "../things.ts";
import {
  endAfterStart,
  notBefore,
  ofProgramme,
  rowColumns,
  rowPersonal,
  statedBy,
} from "./rows.ts";
import { supervisionCase } from "./things.ts";

const columns = {
  sanction: id("惩戒编号", "the sanction's own id"),
  organisation: ref("主体编号", "whom it is against", organisation),
  reason: filledText("事由", "why", 1_000),
  from: may(day("起始日期", "first day; 业务日期 where empty")),
  to: may(day("终止日期", "last day; open where empty")),
  case: may(ref("案件编号", "the case that led to it", supervisionCase)),
  ...rowColumns,
};

/** Rows of sanctions.csv: who may have no support, and how long. */
export const sanctions = rowKind({
  ...ofProgramme("sanctions"),
  summary: "Record a sanction of an entity",
  columns,
  personal: rowPersonal,
  id: "sanction",
  key: keys.sanction,
  checks: [endAfterStart],
  rules: ["organisation", "case", notBefore("case")],
  records: (judged) => ({
    stream: streams.programme(),
    type: "OrganisationSanctioned",
    data: statedBy(judged),
  }),
  examples: [
    { sanction: "CJ-00001", organisation: "ORG-001", reason: "套取资金", date: "2026-04-10" },
  ],
});
