// The rules of cases, their steps and liquidations, and what a dispute keeps from being paid: every
// code has a row that it meets, and one that just passes.
import { test } from "tap";
import { caseSteps } from "../../../events/supervision-words.ts";
import { randomSource } from "../../support/county.ts";
import type { Given, Step } from "../../support/given.ts";
import { basis, income, plan, step as planStep, surveysOf } from "../../support/plan-rows.ts";
import { codesOf, countyAfter, judged, pack } from "../../support/programme-judged.ts";
import { caseStep, row } from "../../support/programme-rows.ts";
import { shareContract } from "../../support/rows.ts";

const correction = (table: string, original: string, terms: Record<string, string> = {}): Step =>
  row("corrections", { 原表: table, 原编号: original, ...terms });

test("a case", (t) => {
  const opinion = { 类型: "舆情", 来源: "媒体" };
  const about = (terms: Record<string, string>): Step => row("cases", { 户编号: "", ...terms });
  judged(t, [
    { code: "MalformedField", refused: about({}), passes: about({ 行政区划: "53" }) },
    { code: "MalformedField", refused: row("cases", { 内容: "" }), passes: row("cases") },
    { code: "MalformedField", refused: row("cases", { 来源: "电话" }), passes: row("cases") },
    { code: "HouseholdUnknown", refused: about({ 户编号: "H9" }), passes: about({ 户编号: "H6" }) },
    {
      code: "OrganisationUnknown",
      refused: row("cases", { 主体编号: "O9", 项目编号: "X9" }),
      passes: row("cases", { 主体编号: "O5" }),
    },
    {
      code: "ProjectUnknown",
      refused: about({ 项目编号: "X1" }),
      passes: about({ 项目编号: "X1" }),
      passesAfter: [row("projects")],
    },
    {
      code: "PlanUnknown",
      refused: about({ 计划编号: "JH1", 合同编号: "C9" }),
      passes: about({ 计划编号: "JH1" }),
      passesAfter: [
        ["income", income()],
        ["plans", plan()],
      ],
    },
    {
      code: "ContractUnknown",
      refused: about({ 合同编号: "C9", 股权登记簿: "R9" }),
      passes: about({ 合同编号: "C2" }),
    },
    {
      code: "RegisterUnknown",
      refused: about({ 股权登记簿: "R1" }),
      passes: about({ 股权登记簿: "R1" }),
      passesAfter: [["contracts", shareContract("C1", "O1", "R1")]],
    },
    {
      code: "DateBefore",
      after: [row("projects")],
      refused: about({ 项目编号: "X1", 业务日期: "2025-01-09" }),
      passes: about({ 项目编号: "X1", 业务日期: "2025-01-10" }),
    },
    {
      code: "GradeMissing",
      refused: row("cases", opinion),
      passes: row("cases", { ...opinion, 等级: "一般" }),
    },
    {
      code: "CaseUnknown",
      refused: row("sanctions", { 案件编号: "J1", 业务日期: "2025-02-20" }),
      passes: row("sanctions", { 案件编号: "J1", 业务日期: "2025-02-20" }),
      passesAfter: [row("cases")],
    },
    {
      code: "CaseUnknown",
      after: [row("cases"), correction("cases", "J1")],
      refused: caseStep("受理", "2025-04-21"),
      passes: caseStep("受理", "2025-04-21", { 案件编号: "J2" }),
      passesAfter: [row("cases", { 案件编号: "J2" })],
    },
    {
      code: "DateBefore",
      after: [row("cases")],
      refused: row("sanctions", { 案件编号: "J1", 业务日期: "2025-02-19" }),
      passes: row("sanctions", { 案件编号: "J1", 业务日期: "2025-02-20" }),
    },
  ]);
  const recorded = countyAfter([row("cases")]).events.at(-1);
  t.notMatch(JSON.stringify(recorded), /不公/, "what it says lies in the vault");
  t.end();
});

const accepted = [row("cases"), caseStep("受理", "2025-02-21")];
const found = [...accepted, caseStep("发现问题", "2025-02-22", {}, "W1")];
const rectified = [...found, caseStep("整改", "2025-02-23", { 问题编号: "W1" })];

test("steps of a case", (t) => {
  const of = { 问题编号: "W1" };
  const other = [
    row("cases", { 案件编号: "J2" }),
    caseStep("受理", "2025-02-21", { 案件编号: "J2" }, "J2 受理"),
    caseStep("发现问题", "2025-02-22", { 案件编号: "J2" }, "W2"),
  ];
  judged(t, [
    {
      code: "CaseUnknown",
      refused: caseStep("受理", "2025-02-21"),
      passes: caseStep("受理", "2025-02-21"),
      passesAfter: [row("cases")],
    },
    {
      code: "MalformedField",
      after: accepted,
      refused: caseStep("发现问题", "2025-02-22", { 金额: "" }),
      passes: caseStep("发现问题", "2025-02-22", { 对象: "不判" }),
    },
    {
      code: "MalformedField",
      after: accepted,
      refused: caseStep("追缴", "2025-02-22", { 金额: "0.00" }),
      passes: caseStep("追缴", "2025-02-22", { 金额: "0.01" }),
    },
    {
      code: "MalformedField",
      after: found,
      refused: caseStep("处理决定", "2025-02-23", { ...of, 责任人: "" }),
      passes: caseStep("处理决定", "2025-02-23", of),
    },
    {
      code: "MalformedField",
      after: accepted,
      refused: caseStep("仲裁", "2025-02-22", { 裁决: "" }),
      passes: caseStep("仲裁", "2025-02-22"),
    },
    {
      code: "MalformedField",
      after: accepted,
      refused: caseStep("移送", "2025-02-22", { 去向: "公安" }),
      passes: caseStep("移送", "2025-02-22", { 去向: "司法" }),
    },
    {
      code: "PartyUnknown",
      after: [row("cases")],
      refused: caseStep("追缴", "2025-02-22", { 对象: "某某" }),
      passes: caseStep("追缴", "2025-02-22", { 对象: "H6" }),
      passesAfter: [caseStep("受理", "2025-02-21")],
    },
    {
      code: "DateBefore",
      after: [row("cases")],
      refused: caseStep("受理", "2025-02-19"),
      passes: caseStep("受理", "2025-02-20"),
    },
    {
      code: "DateBefore",
      after: accepted,
      refused: caseStep("发现问题", "2025-02-20"),
      passes: caseStep("发现问题", "2025-02-21"),
    },
    {
      code: "FindingUnknown",
      after: [...found, ...other],
      refused: caseStep("整改", "2025-02-23", { 问题编号: "W2" }),
      passes: caseStep("整改", "2025-02-23", { 问题编号: "W1" }),
    },
    {
      code: "FindingUnknown",
      after: [...found, correction("case-steps", "W1")],
      refused: caseStep("处理决定", "2025-02-23", of),
      passes: caseStep("处理决定", "2025-02-23", { 问题编号: "W3" }),
      passesAfter: [caseStep("发现问题", "2025-02-23", {}, "W3")],
    },
    {
      code: "SamePerson",
      after: rectified,
      refused: caseStep("复查", "2025-02-24", { ...of, 经办人: " 甲" }),
      passes: caseStep("复查", "2025-02-24", of),
    },
    {
      code: "RecoveryExceeded",
      after: [...accepted, caseStep("追缴", "2025-02-22", { 金额: "99.99" })],
      refused: caseStep("追缴到账", "2025-02-23"),
      passes: caseStep("追缴到账", "2025-02-23"),
      passesAfter: [caseStep("追缴", "2025-02-23", { 金额: "0.01" })],
    },
    {
      code: "CaseOpenFinding",
      after: [...rectified, caseStep("复查", "2025-02-24", { ...of, 结论: "不通过" })],
      refused: caseStep("办结", "2025-02-25"),
      passes: caseStep("办结", "2025-02-25"),
      passesAfter: [caseStep("复查", "2025-02-25", of)],
    },
    {
      code: "CaseOpenFinding",
      after: [...found, caseStep("发现问题", "2025-02-22", {}, "W2")],
      refused: caseStep("办结", "2025-02-25"),
      passes: caseStep("办结", "2025-02-25"),
      passesAfter: [
        caseStep("处理决定", "2025-02-24", of),
        caseStep("处理决定", "2025-02-24", { 问题编号: "W2" }, "W2 处理决定"),
      ],
    },
    {
      code: "DependentsExist",
      after: found,
      refused: correction("case-steps", "受理 2025-02-21"),
      passes: correction("case-steps", "W1"),
    },
    {
      code: "DependentsExist",
      after: accepted,
      refused: correction("cases", "J1"),
      passes: correction("cases", "J1", { 更正编号: "G2" }),
      passesAfter: [correction("case-steps", "受理 2025-02-21")],
    },
    {
      code: "DependentsExist",
      after: [row("cases"), row("sanctions", { 案件编号: "J1", 业务日期: "2025-02-20" })],
      refused: correction("cases", "J1"),
      passes: correction("cases", "J1", { 更正编号: "G2" }),
      passesAfter: [correction("sanctions", "N1")],
    },
  ]);
  const decided = countyAfter([...found, caseStep("处理决定", "2025-02-23", of)]).events.at(-1);
  t.notMatch(JSON.stringify(decided), /王某/, "who is responsible lies in the vault");
  t.end();
});

/** What was done in a case so far, as a plain model keeps it. */
interface Done {
  readonly name: string;
  readonly id: string;
  readonly finding: string;
}

/** Whether a step may come after others: the order of the contract, said once more. */
function mayCome(before: readonly Done[], { name, finding }: Done): boolean {
  const order = [...before.map((done) => done.name), name].join(" ");
  const isInOrder = /^受理( (?!受理|办结|复核)\S+| 办结 复核)*( 办结)?$/.test(order);
  const isRectified = before.some((done) => done.name === "整改" && done.finding === finding);
  return isInOrder && (name !== "复查" || isRectified);
}

test("any order of the steps of a case", (t) => {
  const seed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
  t.comment(`PROPERTY_SEED=${seed}`);
  const { pick } = randomSource(seed);
  const told = new Map<string, number>();
  for (let walk = 0; walk < 40; walk++) {
    const done: Done[] = [];
    let history: Given = countyAfter([row("cases")]);
    for (let n = 0; n < 10; n++) {
      const findings = done.filter(({ name }) => name === "发现问题").map(({ id }) => id);
      const finding = pick([...findings, "W0"]);
      const next: [Done, Step][] = [];
      for (const name of Object.values(caseSteps)) {
        const made: Done = { name, id: `${n} ${name}`, finding };
        const step = caseStep(name, "2025-02-21", { 问题编号: finding }, made.id);
        const codes = codesOf(history.when(...step));
        const said = codes.includes("StepOutOfOrder");
        const place = `${done.map((one) => one.name).join(" ")} → ${name}`;
        if (said === mayCome(done, made)) t.fail(`${place}: ${codes.join(" ")}`);
        const what = said ? `not ${name}` : name;
        told.set(what, (told.get(what) ?? 0) + 1);
        if (codes.length === 0) next.push([made, step]);
      }
      const [made, step] = pick(next);
      done.push(made);
      history = history.and(step);
    }
  }
  for (const name of Object.values(caseSteps)) {
    t.ok(told.has(name) && told.has(`not ${name}`), `${name} was in order, and out of it`);
  }
  t.end();
});

/** A plan of 100 yuan for H1 and H2 that is approved, and its lines held where said. */
function planAfter(...steps: readonly Step[]): Given {
  let now = countyAfter(
    [
      ["income", income()],
      ["plans", plan({ 说明理由: "平分" })],
      ["basis", basis("M1")],
      ["basis", basis("M2", { 户编号: "H2" })],
    ],
    surveysOf(),
  );
  for (const name of ["定案", "决议", "审核", "公示", "公示结束", "批准"]) {
    const frozen = now.events.find(({ type }) => type === "ListFrozen");
    const hash = frozen?.type === "ListFrozen" ? frozen.data.hash : "";
    const hashed = /公示$|批准/.test(name) ? { 清单哈希: hash } : {};
    now = now.and(["steps", planStep(name, hashed)]);
  }
  return now.and(...steps);
}

test("a dispute about a plan", (t) => {
  const hold: Step = ["steps", planStep("暂停")];
  const release: Step = ["steps", planStep("放行", { 业务日期: "2025-03-01" })];
  const dispute = (terms: Record<string, string> = {}): Step =>
    row("cases", { 类型: "争议", 来源: "走访", 计划编号: "JH1", ...terms });
  const held = planAfter(hold);
  const outcome = (of: Given, ...steps: readonly Step[]): string =>
    of.and(...steps).outcome(...release);

  t.equal(outcome(held), "recorded");
  t.equal(outcome(held, dispute()), "DisputeOpen", "while nobody has accepted it, either");
  t.equal(outcome(held, dispute(), caseStep("受理", "2025-02-21")), "DisputeOpen");
  const closed = [dispute(), caseStep("受理", "2025-02-21"), caseStep("办结", "2025-02-22")];
  t.equal(outcome(held, ...closed), "recorded", "closed");
  t.equal(outcome(held, ...closed, caseStep("复核", "2025-02-23")), "DisputeOpen", "open anew");
  t.equal(outcome(held, dispute({ 户编号: "H2" })), "recorded", "another's");
  t.equal(outcome(held, dispute({ 类型: "投诉" })), "recorded", "no dispute");
  t.equal(outcome(held, dispute({ 计划编号: "" })), "recorded", "about no plan");
  t.equal(outcome(held, dispute(), correction("cases", "J1")), "recorded", "taken back");
  t.equal(outcome(planAfter(), dispute()), "LineNotHeld", "the last of all");

  const said = (of: Given, terms: Record<string, string> = {}) =>
    codesOf(of.when(...dispute(terms)));
  t.strictSame(said(held), []);
  t.strictSame(said(planAfter()), ["DisputeNotHeld"]);
  t.strictSame(said(held, { 户编号: "H2" }), ["DisputeNotHeld"]);
  t.strictSame(said(held, { 户编号: "H3" }), ["DisputeNotHeld"], "it has no line");
  t.strictSame(said(held.and(release)), ["DisputeNotHeld"], "released since");
  t.strictSame(said(held, { 户编号: "", 主体编号: "O1" }), [], "of no household");
  t.strictSame(said(planAfter(), { 类型: "投诉" }), [], "no dispute");
  const refusing = planAfter(pack({}, { DisputeNotHeld: "refuse" }));
  t.equal(refusing.outcome(...dispute()), "DisputeNotHeld", "a pack may refuse it");
  t.end();
});

test("a liquidation", (t) => {
  const entry = (id: string, terms: Record<string, string>): Step =>
    row("liquidation", { 流水编号: id, ...terms });
  const pay = (terms: Record<string, string> = {}): Step =>
    entry("LQ9", { 动作: "支付", 业务日期: "2025-03-02", ...terms });
  const debt = { 顺位: "法定债务", 债权人: "税务局" };
  const other = { 顺位: "其他", 债权人: "某 公司" };
  const collective: Step = [
    "organisations",
    { 主体编号: "O6", 名称: "O6", 类型: "村集体经济组织", 行政区划: "539999" },
  ];
  judged(t, [
    {
      code: "OrganisationUnknown",
      refused: row("liquidation", { 主体编号: "O9", 债权人: "某某" }),
      passes: row("liquidation"),
    },
    {
      code: "PartyUnknown",
      refused: row("liquidation", { 债权人: "某某" }),
      passes: row("liquidation", { 债权人: "某某", 顺位: "其他" }),
    },
    {
      code: "KindMismatch",
      after: [collective],
      refused: row("liquidation", { 债权人: "O1" }),
      passes: row("liquidation", { 债权人: "O6" }),
    },
    {
      code: "MalformedField",
      refused: row("liquidation", { 债权人: "" }),
      passes: row("liquidation"),
    },
    {
      code: "ClaimExceeded",
      after: [row("liquidation"), entry("LQ2", { 债权人: "H2" })],
      refused: pay({ 金额: "100.01" }),
      passes: pay({ 金额: "100.01" }),
      passesAfter: [entry("LQ3", { 金额: "0.01" })],
    },
    {
      code: "ClaimExceeded",
      after: [entry("LQ1", other), pay({ ...other, 流水编号: "LQ2", 金额: "60" })],
      refused: pay({ ...other, 债权人: "某公司", 金额: "40.01" }),
      passes: pay({ ...other, 债权人: "某公司", 金额: "40" }),
    },
    {
      code: "ClaimExceeded",
      after: [entry("LQ1", { ...other, 债权人: "H1" })],
      refused: pay(),
      passes: pay({ 顺位: "其他" }),
    },
    {
      code: "RankOutOfOrder",
      after: [
        row("liquidation"),
        entry("LQ2", debt),
        pay({ ...debt, 流水编号: "LQ3", 金额: "99.99" }),
      ],
      refused: pay(),
      passes: pay(),
      passesAfter: [pay({ ...debt, 流水编号: "LQ4", 金额: "0.01" })],
    },
    {
      code: "RankOutOfOrder",
      after: [entry("LQ1", other), entry("LQ2", { 债权人: "H2" })],
      refused: pay(other),
      passes: pay(other),
      passesAfter: [correction("liquidation", "LQ2")],
    },
    {
      code: "RankOutOfOrder",
      after: [entry("LQ1", other), entry("LQ2", {})],
      refused: pay(other),
      passes: pay({ ...other, 主体编号: "O4" }),
      passesAfter: [entry("LQ3", { ...other, 主体编号: "O4" })],
    },
    {
      code: "ClaimExceeded",
      after: [row("liquidation"), entry("LQ2", { 金额: "50" }), pay({ 金额: "60" })],
      refused: correction("liquidation", "LQ1"),
      passes: correction("liquidation", "LQ2"),
    },
  ]);
  const closed: Step = ["months", { 月份: "2025-03", 经办人: "甲" }];
  const after = countyAfter([closed], { "month-reasons": () => [] });
  t.equal(after.outcome(...row("liquidation")), "PeriodClosed");
  t.equal(after.outcome(...row("liquidation", { 业务日期: "2025-04-01" })), "recorded");
  t.equal(after.outcome(...row("cases", { 业务日期: "2025-03-01" })), "recorded", "no money");
  const recorded = countyAfter([entry("LQ1", other)]).events.at(-1);
  t.notMatch(JSON.stringify(recorded), /公司/, "the name of a creditor lies in the vault");
  t.end();
});
