// Which step may come at which stage of a plan, by which day: the machine against a second opinion
// that is written out plainly (contract part 2, Order).
import { type Test, test } from "tap";
import type { ProcedureName, StepName } from "../../events/schemes.ts";
import { procedures, stepNames } from "../../events/schemes.ts";
import type { PlanStage, PlanState } from "../../src/domain/distribution/plan-state.ts";
import { planStages } from "../../src/domain/distribution/plan-state.ts";
import type { Stepping } from "../../src/domain/distribution/step-machine.ts";
import { mayCome, nextStep, notBefore } from "../../src/domain/distribution/step-machine.ts";

/** The stages that a plan of each procedure comes to, and the one step of its order at each. */
const orders: Readonly<Record<ProcedureName, readonly (readonly [PlanStage, string])[]>> = {
  village: [
    ["drafted", "定案"],
    ["frozen", "决议"],
    ["resolved", "审核"],
    ["reviewed", "公示"],
    ["noticed", "公示结束"],
    ["noticeEnded", "批准"],
    ["approved", ""],
    ["cancelled", ""],
  ],
  township: [
    ["drafted", "定案"],
    ["frozen", "审核"],
    ["reviewed", "公示"],
    ["noticed", "公示结束"],
    ["noticeEnded", "批准"],
    ["approved", ""],
    ["cancelled", ""],
  ],
  county: [
    ["drafted", "定案"],
    ["frozen", "决议"],
    ["resolved", "公示"],
    ["noticed", "公示结束"],
    ["noticeEnded", "批准"],
    ["approved", ""],
    ["cancelled", ""],
  ],
};

/** What may come besides, whatever the procedure, before anything was paid. */
const besides: Readonly<Record<PlanStage, string>> = {
  drafted: "撤销",
  frozen: "撤销",
  resolved: "撤销",
  reviewed: "撤销",
  noticed: "公示 异议 答复 撤销",
  noticeEnded: "撤销",
  approved: "暂停 放行 停发 改户 重发 追回 撤销",
  cancelled: "",
};

const listed = new Set<PlanStage>(planStages.filter((stage) => !/drafted|cancelled/.test(stage)));

/** A plan at a stage: it hangs at the village from the 4th to the 13th, approved on the 15th. */
function planAt(procedure: ProcedureName, stage: PlanStage): PlanState {
  const notices = /^(noticed|noticeEnded|approved)$/.test(stage)
    ? [{ level: "village", from: "2025-02-04", until: "2025-02-13" }]
    : [];
  const list = { version: 1, hash: "", sum: 1n, frozenBy: "甲", notices, takenBack: 0n };
  const approved = stage === "approved" ? { approvedBy: "戊", approvedOn: "2025-02-15" } : {};
  const objection = { names: {}, filedBy: "丁", filedOn: "2025-02-05", state: "open" } as const;
  return {
    plan: { procedure } as PlanState["plan"],
    stage,
    list: listed.has(stage) ? { ...list, ...approved } : undefined,
    version: 1,
    lastDay: "2025-02-08",
    latestDay: "2025-02-20",
    objections: new Map([["YY1", objection]]),
    holds: { lines: new Set(), whole: new Map() },
    lines: new Map(),
  };
}

function stepping(state: PlanState, kind: StepName, more: object = {}): Stepping {
  const row = { kind, level: "county", date: "2025-02-10", objection: "YY1", ...more };
  return { state, row } as unknown as Stepping;
}

const kinds = Object.entries(stepNames) as [StepName, string][];

for (const procedure of Object.keys(procedures) as ProcedureName[]) {
  test(`a plan by ${procedures[procedure].name}`, (t: Test) => {
    for (const [stage, next] of orders[procedure]) {
      const state = planAt(procedure, stage);
      const found = nextStep(state);
      t.equal(found === undefined ? "" : stepNames[found], next, `after ${stage}`);
      for (const [kind, name] of kinds) {
        const wanted = name === next || besides[stage].split(" ").includes(name);
        const may = (paid: number) => mayCome(stepping(state, kind), () => paid);
        t.equal(may(0), wanted, `${stage}: ${name}`);
        const isStopped = kind === "cancel";
        t.equal(may(1), wanted && !isStopped, `${stage}: ${name} once something was paid`);
      }
    }
    t.end();
  });
}

test("every procedure ends in approval, and has its list hung", (t) => {
  for (const [name, { order }] of Object.entries(procedures)) {
    const steps = orders[name as ProcedureName].map(([, step]) => step).filter((one) => one !== "");
    t.strictSame(
      order.map((step) => stepNames[step]),
      steps,
      name,
    );
  }
  t.end();
});

test("a notice that is put up again", (t) => {
  const state = planAt("village", "noticed");
  const may = (more: object) => mayCome(stepping(state, "notice", more), () => 0);
  t.ok(may({ level: "county", date: "2025-02-13" }), "until the last day of the one that runs");
  t.notOk(may({ level: "county", date: "2025-02-14" }));
  t.notOk(may({ level: "village", date: "2025-02-05" }), "not at a level where it hangs");
  t.end();
});

test("the day that a step may not be dated before", (t) => {
  const day = (stage: PlanStage, kind: StepName, ofLine = "", more = {}) =>
    notBefore(stepping(planAt("village", stage), kind, more), () => ofLine);
  for (const kind of procedures.village.order) {
    t.equal(day("reviewed", kind), "2025-02-08", `${stepNames[kind]}: that of the step before it`);
  }
  t.equal(day("noticed", "object"), "2025-02-04", "异议: that of the first 公示");
  t.equal(day("noticed", "answer"), "2025-02-05", "答复: that of its 异议");
  t.equal(day("noticed", "answer", "", { objection: "YY9" }), "", "答复 to none: the rule says so");
  t.equal(day("reviewed", "cancel"), "2025-02-20", "撤销: the latest of any");
  for (const kind of ["hold", "release", "stop", "changePayee", "reissue", "recover"] as const) {
    t.equal(day("approved", kind), "2025-02-15", `${stepNames[kind]}: that of 批准`);
    t.equal(day("approved", kind, "2025-02-14"), "2025-02-15");
    t.equal(day("approved", kind, "2025-02-16"), "2025-02-16", "or the last day of its line");
  }
  t.end();
});
