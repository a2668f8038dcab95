import { roundSteps } from "../../../events/programme-words.ts";
import { count, divisionCode, filledText, id, may, ref, words, year } from "../columns.ts";
import { isSamePerson } from "../distribution/people.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { organisation } from "../things.ts";
import { roundOf } from "./names.ts";
import { notBeforeSteps } from "./ordered.ts";
import { programmeOf, standingNaming } from "./programme.ts";
import type { ProgrammeRow } from "./recorded-row.ts";
import { exactlyOne, ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

type RoundStep = keyof typeof roundSteps;

const columns = {
  step: id("步骤编号", "the step's own id"),
  year: year("年度", "the year of the round"),
  division: may(divisionCode("行政区划", "the village, 12 digits; this or 主体编号", [12])),
  organisation: may(ref("主体编号", "the entity; this or 行政区划", organisation)),
  kind: words<RoundStep>("步骤", "which step", roundSteps),
  by: filledText("经办人", "who took it", 200),
  changed: may(count("变化户数", "households of which something has changed")),
  ...rowColumns,
};

type JudgedStep = Judged<typeof columns>;

const order = Object.keys(roundSteps) as readonly RoundStep[];

function taken({ row, facts }: JudgedStep): readonly ProgrammeRow<"rounds">[] {
  return standingNaming(programmeOf(facts), roundOf(row), "rounds");
}

/** Each step once, in their order; nobody but a village reports. */
function isOutOfOrder(judged: JudgedStep): string | false {
  const { row } = judged;
  const steps = row.division === undefined ? order.filter((one) => one !== "report") : order;
  const next = steps[taken(judged).length];
  if (row.kind === next) return false;
  return next === undefined ? "the round is done" : `${roundSteps[next]} comes next`;
}

/** Those whose work a step checks, so that another has to take it. */
const checked: Readonly<Partial<Record<RoundStep, readonly RoundStep[]>>> = {
  enter: ["collect"],
  review: ["collect", "enter"],
};

function isBySame(judged: JudgedStep): string | false {
  const { kind, by } = judged.row;
  const before = taken(judged).filter(
    ({ data }) => checked[kind]?.includes(data.kind as RoundStep) === true,
  );
  return (
    before.some(({ data }) => isSamePerson(data.by, by)) && "经办人 is that of an earlier step"
  );
}

/** Rows of rounds.csv: how what villages and entities have is collected in a year. */
export const rounds = rowKind({
  ...ofProgramme("rounds"),
  summary: "Record a step of a round of collecting",
  columns,
  personal: rowPersonal,
  id: "step",
  key: keys.roundStep,
  checks: [exactlyOne(["division", "行政区划"], ["organisation", "主体编号"])],
  rules: [
    "organisation",
    ["StepOutOfOrder", "kind", isOutOfOrder],
    notBeforeSteps("rounds"),
    ["SamePerson", "by", isBySame],
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "RoundStepTaken",
    data: statedBy(judged),
  }),
  examples: [
    {
      step: "LC-00001",
      year: "2026",
      division: "539999001001",
      kind: "collect",
      by: "示例",
      date: "2026-10-10",
    },
  ],
});
