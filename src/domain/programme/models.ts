import { modelSteps, recognisedModels } from "../../../events/programme-words.ts";
import { filledText, id, may, words } from "../columns.ts";
import { keys, streams } from "../facts.ts";
import type { Judged } from "../kind.ts";
import { rowKind } from "../kind.ts";
import { notBeforeSteps } from "./ordered.ts";
import type { Programme } from "./programme.ts";
import { countingNaming, programmeOf, standingNaming } from "./programme.ts";
import { ofProgramme, rowColumns, rowPersonal, statedBy } from "./rows.ts";

const columns = {
  step: id("步骤编号", "the step's own id"),
  model: id("模式编号", "the model of benefit linkage; 提出 opens the number"),
  kind: words<keyof typeof modelSteps>("步骤", "which step", modelSteps),
  name: may(filledText("名称", "what the model is called", 200)),
  by: filledText("经办人", "who took it", 200),
  ...rowColumns,
};

type JudgedStep = Judged<typeof columns>;

/** The step that must have been taken before another. */
const after: Readonly<Record<keyof typeof modelSteps, keyof typeof modelSteps | undefined>> = {
  propose: undefined,
  recommend: "propose",
  verify: "recommend",
  recognise: "verify",
  approve: "propose",
  file: "approve",
};

function takenOf({ row: { model }, facts }: JudgedStep): ReadonlySet<string> {
  const taken = standingNaming(programmeOf(facts), `model/${model}`, "models");
  return new Set(taken.map(({ data }) => data.kind));
}

function isUnknown(judged: JudgedStep): string | false {
  const { model, kind } = judged.row;
  const isKnown = recognisedModels.has(model) || takenOf(judged).size > 0;
  return kind !== "propose" && !isKnown && "模式编号 is not proposed";
}

function isOutOfOrder(judged: JudgedStep): string | false {
  const { model, kind } = judged.row;
  if (recognisedModels.has(model)) return "the model stands recognised without a step";
  const taken = takenOf(judged);
  if (taken.has(kind)) return `${modelSteps[kind]} was taken already`;
  const before = after[kind];
  return before !== undefined && !taken.has(before) && `${modelSteps[before]} comes before it`;
}

/** Whether a model may be used by a day: it was recognised or approved, or stands so. */
export function isRecognised(programme: Programme, model: string, day: string): boolean {
  if (recognisedModels.has(model)) return true;
  return countingNaming(programme, `model/${model}`, "models", day).some(
    ({ data }) => data.kind === "recognise" || data.kind === "approve",
  );
}

/** Rows of models.csv: how a model of benefit linkage comes to be recognised. */
export const models = rowKind({
  ...ofProgramme("models"),
  summary: "Record a step of a model of benefit linkage",
  columns,
  personal: rowPersonal,
  id: "step",
  key: keys.modelStep,
  by: "kind",
  needs: { propose: ["name"] },
  only: { propose: ["name"] },
  rules: [
    ["ModelUnknown", "model", isUnknown],
    ["StepOutOfOrder", "kind", isOutOfOrder],
    notBeforeSteps("models"),
  ],
  records: (judged) => ({
    stream: streams.programme(),
    type: "ModelStepTaken",
    data: statedBy(judged),
  }),
  examples: [
    {
      step: "MS-00001",
      model: "M7",
      kind: "propose",
      name: "示例模式",
      by: "示例",
      date: "2026-01-06",
    },
  ],
});
