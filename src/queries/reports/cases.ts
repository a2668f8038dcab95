import { z } from "zod";
import { caseGrades, caseKinds, caseSteps } from "../../../events/supervision-words.ts";
import { dayNumber } from "../../domain/calendar.ts";
import { fen } from "../../domain/programme/balances.ts";
import type { CaseState } from "../../domain/programme/case-state.ts";
import { caseState } from "../../domain/programme/case-state.ts";
import { rowsNaming } from "../../domain/programme/programme.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import { amountsOf, collect } from "./counting.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, count, money } from "./figures.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report, ReportAsked } from "./report.ts";
import { liesIn, placeOfRow } from "./roster.ts";

type Words = Readonly<Record<string, string>>;

const kindWords: Words = caseKinds;
const gradeWords: Words = caseGrades;
const stepWords: Words = caseSteps;
const text = z.string().nullable();

/** How far each case of supervision has come: `report cases`. */
export const casesReport: Report = {
  name: "cases",
  summary: "How far each case of supervision has come, and what came back by it",
  rows: "案件编号",
  time: "day",
  figures: {
    type: beside(z.string().describe("类型")),
    grade: beside(text.describe("等级")),
    state: beside(text.describe("the last step; null before any")),
    age: beside(z.int().describe("days to 办结, or to the day asked about")),
    late: beside(z.boolean()),
    findings: count,
    rectified: count,
    ordered: money,
    recovered: money,
  },
  find: async (asked) => {
    const { pool, position, on, area } = asked;
    const known = await programmeAt(pool, position, ["cases", "case-steps"]);
    const roster = await asked.roster();
    const { facts, add, count: one } = collect();
    const besides = new Map<string, Beside>();
    for (const row of known.all("cases")) {
      const { id, data } = row;
      if (!counts(row, on) || !liesIn(placeOfRow(roster, data), area)) continue;
      const { programme } = known;
      const state = caseState(programme, id, on);
      besides.set(id, caseSaid(row, state, asked));
      for (const step of rowsNaming(programme, `cases/${id}`, "case-steps")) {
        const { kind, amount = "0" } = step.data;
        const finding = state.findings.get(step.id);
        if (finding !== undefined) one(id, "findings", known.factOf(step));
        if (finding?.isRectified === true) one(id, "rectified", known.factOf(step));
        if (kind !== "order" && kind !== "recover") continue;
        const figure = kind === "order" ? "ordered" : "recovered";
        add(id, figure, amountsOf(known, step, fen(amount), { to: on }));
      }
    }
    return { facts: listed(facts), beside: besides };
  },
};

function caseSaid(
  { data }: ProgrammeRow<"cases">,
  { stage, last }: CaseState,
  { on, value }: ReportAsked,
): Beside {
  const type = kindWords[data.kind] ?? data.kind;
  const end = stage === "closed" ? (last?.data.date ?? on) : on;
  const age = dayNumber(end) - dayNumber(data.date);
  const most = value("case.days")[type];
  return {
    type,
    grade: data.grade === undefined ? null : (gradeWords[data.grade] ?? data.grade),
    state: last === undefined ? null : (stepWords[last.data.kind] ?? last.data.kind),
    age,
    late: most !== undefined && age > most,
  };
}
