// Codes that policy packs turn: by the day, by the division of a row, and what the event keeps.
import { test } from "tap";
import type { CountyRow } from "../../support/county.ts";
import type { Step } from "../../support/given.ts";
import { isEvents } from "../../support/given.ts";
import { codesOf, countyAfter, pack } from "../../support/programme-judged.ts";
import { person } from "../../support/rows.ts";
import { approved, paid, projectStep, row } from "../../support/programme-rows.ts";

const above = row("allocations", { 安排编号: "A2", 金额: "300.01" });
const history = [...approved, row("allocations")];

/** What is said of a row under a pack, and the packs that its event keeps. */
function under(packs: readonly Step[], of: Step, before: readonly Step[] = history) {
  const decided = countyAfter([...packs, ...before]).when(...of);
  const kept = isEvents(decided) ? decided.map((event) => event.pack) : [];
  return { codes: codesOf(decided), isRecorded: isEvents(decided), kept };
}

test("a code that a pack turns", (t) => {
  const turned = (turn: string, terms: CountyRow = {}) => pack({}, { PlanExceeded: turn }, terms);
  const refused = { codes: ["PlanExceeded"], isRecorded: false, kept: [] };
  const id = "base/1 test-PlanExceeded";
  t.strictSame(under([], above), refused, "refuses where no pack says otherwise");
  t.strictSame(
    under([turned("report")], above),
    { codes: ["PlanExceeded"], isRecorded: true, kept: [id] },
    "reports",
  );
  t.strictSame(
    under([turned("off")], above),
    { codes: [], isRecorded: true, kept: [id] },
    "is off",
  );
  t.strictSame(
    under([turned("off", { until: "2025-01-31" })], above),
    refused,
    "until its last day",
  );
  t.strictSame(
    under([turned("off", { division: "53", until: "2025-02-01" })], above).isRecorded,
    true,
    "in its division, on its last day",
  );
  t.strictSame(under([turned("off", { division: "52" })], above), refused, "in no other division");
  t.strictSame(
    under([pack({}, { DutyMissing: "refuse" })], row("disbursements", { 主体编号: "O1" })),
    { codes: ["DutyMissing"], isRecorded: false, kept: [] },
    "what reports may refuse",
  );
  t.end();
});

test("a row says again what it was recorded with", (t) => {
  const recorded = countyAfter([...paid, pack({}, { DutyMissing: "refuse" })]);
  t.equal(recorded.outcome(...row("disbursements", { 主体编号: "O1" })), "alreadyRecorded");
  t.end();
});

test("the division of a row", (t) => {
  // Each pack turns a code that the row meets off, in one division alone.
  const off = (code: string, division: string) => [pack({}, { [code]: "off" }, { division })];
  const cases: readonly (readonly [string, string, Step, readonly Step[], string])[] = [
    ["DutyMissing", "5399", row("disbursements", { 主体编号: "O1" }), history, "of its project"],
    ["ModeMissing", "539999", row("bindings", { 帮扶方式: "", 户编号: "53999912" }), [], "户编号"],
    ["TitleMissing", "539999", projectStep("开工", "2025-02-01"), approved, "of its project"],
    [
      "SupervisorOperates",
      "539999001",
      row("officers", { 任职编号: "R2", 职务: "领办人" }),
      [row("officers")],
      "行政区划",
    ],
    ["HiringUnmet", "539999", row("entity-years", { 新招人数: "1" }), paid, "of its entity"],
  ];
  const household: Step = ["roster", person(9, "53999912")];
  for (const [code, division, of, before, what] of cases) {
    const all = [household, ...before];
    t.ok(under([], of, all).codes.includes(code), `${code} is met`);
    t.notOk(under(off(code, division), of, all).codes.includes(code), `${code}: ${what}`);
    t.ok(under(off(code, "5300"), of, all).codes.includes(code), `${code}: not of another`);
  }
  t.end();
});
