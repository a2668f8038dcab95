import { fundWays, yesOrNo } from "../../../events/programme-words.ts";
import { filledText, id, may, money, orElse, ref, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { organisation } from "../things.ts";
import { fen, freeOf } from "./balances.ts";
import { organisationListed } from "./entities.ts";
import { programmeOf } from "./programme.ts";
import { allocatedTo, hasTaken, hasTakenBy, projectState } from "./project-state.ts";
import { notBefore, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";
import { fund, project } from "./things.ts";

const columns = {
  allocation: id("安排编号", "the allocation's own id"),
  project: ref("项目编号", "the project that has it", project),
  fund: ref("资金编号", "the fund that it is a part of", fund),
  way: words<keyof typeof fundWays>("资金方式", "how it is used", fundWays),
  amount: money("金额", "what is allocated"),
  organisation: may(ref("主体编号", "the entity that it is for", organisation)),
  group: may(filledText("对象类别", "whom it is for; any text, by which packs may cap it", 200)),
  tilt: orElse(
    words<keyof typeof yesOrNo>("倾斜", "more than its share; 否 where empty", yesOrNo),
    "no",
  ),
  ...rowColumns,
};

/** The key of `subsidy.caps` for all of a project's money. */
const capOfAll = "合计";

type JudgedAllocation = Judged<typeof columns>;

/** Σ net of the project in fen with this row, of one kind of recipient where it is given. */
function allocatedWith({ row, facts }: JudgedAllocation, group?: string): bigint {
  return allocatedTo(programmeOf(facts), row.project, group) + fen(row.amount);
}

function isAboveFund({ row, facts }: JudgedAllocation): string | false {
  const free = freeOf(programmeOf(facts).balances, `funds/${row.fund}`);
  return fen(row.amount) > free && "金额 is above what is free of the fund";
}

function isAbovePlan(judged: JudgedAllocation): string | false {
  const { row, facts } = judged;
  const { planned } = projectState(programmeOf(facts), row.project);
  const isAbove = planned !== undefined && allocatedWith(judged) > planned;
  return isAbove && "the project would have more than its 计划金额";
}

function isAboveCap(judged: JudgedAllocation): string | false {
  const { row, policy } = judged;
  const caps = policy.value("subsidy.caps");
  const own = row.group === undefined ? undefined : caps[row.group];
  if (own !== undefined && allocatedWith(judged, row.group) > fen(own)) {
    return "the project would have more for this 对象类别 than may be";
  }
  const all = caps[capOfAll];
  const isAbove = all !== undefined && allocatedWith(judged) > fen(all);
  return isAbove && "the project would have more in all than may be";
}

/** Rows of allocations.csv: a part of a fund for a project. */
export const allocations = rowKind({
  ...ofProgramme("allocations"),
  summary: "Allocate a part of a fund to a project",
  columns,
  personal: rowPersonal,
  id: "allocation",
  key: keys.allocation,
  rules: [
    "project",
    "fund",
    "organisation",
    notBefore("project", "fund"),
    ["FundExceeded", "amount", isAboveFund],
    [
      "ProjectCancelled",
      "project",
      ({ row, facts }) =>
        hasTaken(projectState(programmeOf(facts), row.project), "cancel") &&
        "the project is cancelled",
    ],
    [
      "ProjectNotInBank",
      "project",
      ({ row, facts }) =>
        !hasTakenBy(programmeOf(facts), row.project, "bank", row.date) &&
        "the project has no 入库 by the day",
    ],
    ["PlanExceeded", "amount", isAbovePlan],
    organisationListed,
    ["ClassCapExceeded", "amount", isAboveCap],
    [
      "ReasonMissing",
      "tilt",
      ({ row, has }) =>
        row.tilt === "yes" &&
        (!has(rowPersonal.explanation.column) || row.documents === undefined) &&
        "倾斜 needs 说明 and 材料",
    ],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "FundsAllocated",
    data: statedBy(judged),
  }),
  examples: [
    {
      allocation: "AP-00001",
      project: "XM-00001",
      fund: "ZJ-00001",
      way: "direct",
      amount: "200000.00",
      date: "2026-02-01",
    },
  ],
});
