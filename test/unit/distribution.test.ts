// The rules of incomes, plans, basis rows and steps, without a server: every refusal has a row that
// it meets, and one that just passes.
import { type Test, test } from "tap";
import type { DecidedEvent } from "../../src/domain/facts.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import type { CountyRow } from "../support/county.ts";
import type { Given, Step } from "../support/given.ts";
import { isEvents, surveyed } from "../support/given.ts";
import type { Said } from "../support/plan-rows.ts";
import { basis, income, plan, step, surveysOf } from "../support/plan-rows.ts";
import * as rows from "../support/rows.ts";

const county: readonly Step[] = [
  ["roster", rows.person(1)],
  ["roster", rows.person(2)],
  ["roster", rows.person(3)],
  ["organisations", rows.organisation("O1")],
  ["organisations", rows.organisation("O2")],
  ["contracts", rows.shareContract("C1", "O1", "R1")],
  ["contracts", rows.shareContract("C5", "O2", "R2")],
];
const drafted: readonly Step[] = [
  ["income", income()],
  ["plans", plan({ 说明理由: "村民会议" })],
];
const divided: readonly Step[] = [
  ["basis", basis("M1")],
  ["basis", basis("M2", { 户编号: "H2" })],
  ["basis", basis("M3", { 户编号: "H3" })],
];

const world = (said: Said, ...more: readonly Step[]): Given =>
  surveyed(surveysOf(said), ...county, ...more);

/** A plan with three lines, after the steps that are named; 公示 and 批准 name the list's hash. */
function after(kinds: readonly (string | CountyRow)[], said: Said = {}): Given {
  let now = world(said, ...drafted, ...divided);
  for (const one of kinds) {
    const row = typeof one === "string" ? step(one) : one;
    now = now.and(["steps", { ...hashed(now, row), ...row }]);
  }
  return now;
}

function hashed(of: Given, row: CountyRow): CountyRow {
  return /公示$|批准/.test(row["步骤"] ?? "") ? { 清单哈希: hashIn(of) } : {};
}

function hashIn({ events }: Given): string {
  const frozen = events.findLast(({ type }) => type === "ListFrozen");
  return frozen?.type === "ListFrozen" ? frozen.data.hash : "";
}

const sentBack: readonly (string | CountyRow)[] = [
  "定案",
  "决议",
  step("审核", { 意见: "退回", 说明: "人数不对" }),
];
const upTo = (last: string): string[] => {
  const order = ["定案", "决议", "审核", "公示", "公示结束", "批准"];
  return order.slice(0, order.indexOf(last) + 1);
};

type Outcome = readonly [outcome: string, row: CountyRow, of: Given, what?: string];

function judge(t: Test, kind: KindName, outcomes: readonly Outcome[]): void {
  for (const [wanted, row, of, what] of outcomes) {
    const full = kind === "steps" ? { ...hashed(of, row), ...row } : row;
    t.equal(of.outcome(kind, full), wanted, `${wanted}: ${what ?? JSON.stringify(row)}`);
  }
  t.end();
}

const ok = "recorded";

test("an income", (t) => {
  const empty = world({});
  const has = world({}, ["income", income({ 备注: "甲" })]);
  const closed = closing(empty, "2025-01");
  judge(t, "income", [
    [ok, income(), empty],
    [ok, income({ 合同编号: "C1", 资产编号: "ZC1", 凭证号: "PZ1" }), empty],
    ["MalformedField", income({ 所属期: "" }), empty],
    ["MalformedField", income({ 可分配金额: "0" }), empty],
    ["MalformedField", income({ 可分配金额: "1.001" }), empty],
    ["MalformedField", income({ 到账金额: "99.99" }), empty],
    [ok, income({ 到账金额: "100" }), empty],
    [ok, income({ 到账金额: "100.01" }), empty],
    ["alreadyRecorded", income({ 备注: "甲", 到账金额: "" }), has],
    ["ReferenceConflict", income({ 备注: "甲", 到账金额: "120" }), has],
    [ok, income({ 可分配金额: "0.01" }), empty],
    ["alreadyRecorded", income({ 可分配金额: "100.00", 备注: " 甲 " }), has],
    ["ReferenceConflict", income({ 可分配金额: "100.01", 备注: "甲" }), has],
    ["ReferenceConflict", income({ 备注: "乙" }), has],
    ["PeriodClosed", income({ 业务日期: "2025-01-31", 主体编号: "O9" }), closed],
    [ok, income({ 业务日期: "2025-02-01" }), closed],
    ["OrganisationUnknown", income({ 主体编号: "O9", 合同编号: "C9" }), empty],
    ["ContractUnknown", income({ 合同编号: "C9" }), empty],
    ["ContractMismatch", income({ 合同编号: "C5" }), empty],
    [ok, income({ 合同编号: "C5", 主体编号: "O2" }), empty],
  ]);
});

/** The same where a month is closed. */
function closing(of: Given, month: string): Given {
  const data = { month, by: "甲" };
  const event: DecidedEvent = {
    stream: "period-months",
    type: "MonthClosed",
    data,
    key: `month:${month}`,
    nth: 0,
    effectiveDate: `${month}-28`,
  };
  return of.with(event);
}

test("a plan", (t) => {
  const has = world({}, ["income", income()]);
  const byTrade = {
    分配方式: "按交易量",
    比例: "0.6",
    起始日期: "2024-01-01",
    终止日期: "2024-12-31",
    股权登记簿: "R1",
    基准日: "2024-12-31",
  };
  const fixed = {
    分配方式: "固定收益",
    年利率: "0.05",
    计息基础: "360",
    起始日期: "2024-01-01",
    终止日期: "2024-12-31",
  };
  judge(t, "plans", [
    [ok, plan(), has],
    ["MalformedField", plan({ 分配方式: "按什么" }), has],
    ["MalformedField", plan({ 收入类别: "工资" }), has],
    ["MalformedField", plan({ 分配方式: "按股" }), has, "按股 without its register"],
    ["MalformedField", plan({ 分配方式: "定额" }), has],
    [ok, plan({ 分配方式: "定额", 单价: "0.0001" }), has],
    [ok, plan({ 单价: "not a price" }), has, "columns of another 分配方式 are not judged"],
    ["MalformedField", plan({ ...byTrade, 比例: "1.000001" }), has],
    [ok, plan({ ...byTrade, 比例: "1" }), has],
    ["MalformedField", plan({ ...byTrade, 比例: "0.6000001" }), has],
    ["RatioBelowFloor", plan({ ...byTrade, 比例: "0.599999" }), has],
    [ok, plan(byTrade), has],
    ["MalformedField", plan({ ...fixed, 计息基础: "364" }), has],
    ["MalformedField", plan({ ...fixed, 终止日期: "2023-12-31" }), has],
    [ok, plan({ ...fixed, 终止日期: "2024-01-01" }), has],
    ["MalformedField", plan({ 发放方式: "按村" }), has],
    [ok, plan({ 发放方式: "按人" }), has],
    ["ReferenceConflict", plan({ 分配金额: "99" }), has.and(["plans", plan()])],
    ["alreadyRecorded", plan({ 发放方式: "按户" }), has.and(["plans", plan()])],
    ["ReferenceConflict", plan({ 说明理由: "有" }), has.and(["plans", plan()])],
    ["PeriodClosed", plan({ 收益编号: "SY9" }), closing(has, "2025-01")],
    ["IncomeUnknown", plan({ 收益编号: "SY9", 业务日期: "2024-01-01" }), has],
    ["DateBefore", plan({ 业务日期: "2025-01-09" }), has],
    ["RegisterUnknown", plan({ ...byTrade, 股权登记簿: "R9", 比例: "0.1" }), has],
    ["ContractMismatch", plan({ ...byTrade, 股权登记簿: "R2", 比例: "0.1" }), has],
  ]);
});

test("a basis row", (t) => {
  const has = world({}, ...drafted);
  const stated = has.and(["basis", basis("M1")]);
  const shares = { 分配方式: "按股", 股权登记簿: "R1", 基准日: "2025-01-10", 计划编号: "JH2" };
  const byShares = has.and(["plans", plan(shares)]);
  const out = stated.and(["basis", basis("M2", { 基数: "0", 替换: "M1" })]);
  const twice = stated.and(["basis", basis("M2", { 基数: "2", 替换: "M1" })]);
  const frozen = after(["定案"]);
  const ofPerson = { 人编号: "P1" };
  judge(t, "basis", [
    [ok, basis("M1"), has],
    ["MalformedField", basis("M1", { 基数: "0" }), has],
    ["MalformedField", basis("M1", { 基数: "0.0000" }), has],
    ["MalformedField", basis("M1", { 主体编号: "O1" }), has],
    ["MalformedField", basis("M1", { 户编号: "" }), has],
    [ok, basis("M1", { 户编号: "", 主体编号: "O2" }), has],
    ["MalformedField", basis("M1", { 优先级: "0" }), has],
    ["MalformedField", basis("M1", { 优先级: "10" }), has],
    ["MalformedField", basis("M1", { 优先级: "5.0" }), has],
    [ok, basis("M1", { 优先级: "9", 系数: "0.0001" }), has],
    ["alreadyRecorded", basis("M1", { 系数: "1.0", 优先级: "5", 基数: "1.0000" }), stated],
    ["ReferenceConflict", basis("M1", { 系数: "1.1" }), stated],
    ["PlanUnknown", basis("M1", { 计划编号: "JH9", 户编号: "H9" }), has],
    ["SchemeTakesNoBasis", basis("M1", { 计划编号: "JH2", 户编号: "H9" }), byShares],
    ["PlanFrozen", basis("M9", { 户编号: "H9" }), frozen],
    ["PlanFrozen", basis("M9", { 户编号: "H9" }), after(["撤销"])],
    [ok, basis("M9", { 户编号: "H3", 替换: "M3" }), after(sentBack)],
    ["HouseholdUnknown", basis("M1", { 户编号: "H9", 人编号: "P9" }), has],
    ["OrganisationUnknown", basis("M1", { 户编号: "", 主体编号: "O9", 人编号: "P9" }), has],
    ["PersonUnknown", basis("M1", { 人编号: "P2" }), has],
    ["PersonUnknown", basis("M1", { 户编号: "", 主体编号: "O1", 人编号: "P1" }), has],
    [ok, basis("M1", ofPerson), has],
    ["OriginalUnknown", basis("M2", { 替换: "M9" }), stated],
    ["OriginalUnknown", basis("M2", { 替换: "M1", 户编号: "H2" }), stated],
    ["OriginalUnknown", basis("M2", { 替换: "M1", ...ofPerson }), stated],
    ["OriginalUnknown", basis("M3", { 替换: "M1" }), twice, "replaced already"],
    [ok, basis("M3", { 替换: "M2" }), twice],
    ["DuplicateBeneficiary", basis("M2"), stated],
    ["DuplicateBeneficiary", basis("M3"), twice],
    [ok, basis("M2", ofPerson), stated, "a person of the household is another"],
    [ok, basis("M3"), out, "who was taken out comes back without 替换"],
    ["OriginalUnknown", basis("M3", { 替换: "M1" }), out],
    ["MalformedField", basis("M3", { 基数: "0" }), out],
  ]);
});

test("定案", (t) => {
  const none = world({}, ...drafted);
  const equal = world({}, ["income", income()], ["plans", plan()], ...divided);
  const one = world({}, ["income", income()], ["plans", plan()], ["basis", basis("M1")]);
  const byShares = { 分配方式: "按股", 股权登记簿: "R1", 基准日: "2025-02-02" };
  const holders = [
    {
      household: "H1",
      basis: "1",
      name: "某",
      account: "62",
      holder: "某",
      village: "",
      status: "",
    },
  ];
  const ofShares = world({ holders }, ["income", income()], ["plans", plan(byShares)]);
  const floor = (price: string, pool = "100") => {
    const terms = { 分配方式: "保底分红", 保底单价: price, 分配金额: pool };
    return world({}, ["income", income()], ["plans", plan(terms)], ...divided);
  };
  const other = (pool: string) =>
    after(["定案"]).and(
      ["plans", plan({ 计划编号: "JH2", 分配方式: "定额", 单价: pool, 分配金额: pool })],
      ["basis", basis("N1", { 计划编号: "JH2" })],
    );
  const spare = world(
    {},
    ["income", income({ 可分配金额: "100.01" })],
    ["plans", plan({ 说明理由: "村民会议" })],
    ...divided,
    ["steps", step("定案")],
    ["plans", plan({ 计划编号: "JH2", 分配方式: "定额", 单价: "0.01", 分配金额: "0.01" })],
    ["basis", basis("N1", { 计划编号: "JH2" })],
  );
  const ofSecond = step("定案", { 计划编号: "JH2", 步骤编号: "B2" });
  /** A plan of 50.00 on an income of 99.99 under a contract that gives a part of it away. */
  const shared = (ratio: string, pool: string) =>
    world(
      {},
      [
        "contracts",
        {
          合同编号: "C20",
          合同类型: "盈余返还",
          主体编号: "O1",
          返还比例: ratio,
          起始日期: "2025-01-10",
          终止日期: "2025-12-31",
        },
      ],
      ["income", income({ 可分配金额: "99.99", 合同编号: "C20" })],
      ["plans", plan({ 分配金额: pool, 说明理由: "村民会议" })],
      ...divided,
    );
  judge(t, "steps", [
    ["BasisMissing", step("定案"), none],
    ["BasisNotYet", step("定案"), ofShares],
    [ok, step("定案", { 业务日期: "2025-02-02" }), ofShares, "on the day itself"],
    ["ReasonMissing", step("定案"), equal],
    [ok, step("定案", { 说明: "村民会议" }), equal],
    [ok, step("定案"), one, "a single beneficiary needs no reason"],
    ["PoolTooSmall", step("定案"), floor("33.335")],
    [ok, step("定案"), floor("33.3349")],
    ["IncomeExceeded", ofSecond, other("0.01")],
    [ok, ofSecond, spare, "to the last fen"],
    [ok, step("定案"), shared("0.5", "50"), "49.995, half up"],
    ["RatioExceeded", step("定案"), shared("0.5", "50.01")],
    ["RatioExceeded", step("定案"), shared("0.499999", "50")],
    [ok, step("定案"), shared("1", "99.99")],
  ]);
});

test("决议 and 审核", (t) => {
  const frozen = after(["定案"]);
  const counts = (due: string, present: string, agreed: string): CountyRow =>
    step("决议", { 应到人数: due, 实到人数: present, 同意人数: agreed });
  const resolved = after(["定案", "决议"]);
  judge(t, "steps", [
    [ok, counts("30", "20", "11"), frozen, "two thirds and one over half"],
    ["QuorumNotMet", counts("30", "19", "19"), frozen],
    ["QuorumNotMet", counts("30", "20", "10"), frozen, "half exactly"],
    ["QuorumNotMet", counts("30", "31", "31"), frozen],
    ["QuorumNotMet", counts("30", "20", "21"), frozen],
    ["QuorumNotMet", counts("0", "0", "0"), frozen],
    [ok, counts("3", "2", "2"), frozen],
    ["MalformedField", counts("3.0", "2", "2"), frozen],
    ["MalformedField", step("决议", { 材料: "会议记录.txt" }), frozen],
    ["SamePerson", step("审核", { 经办人: "甲" }), resolved],
    ["SamePerson", step("审核", { 经办人: " 甲　" }), resolved, "blanks do not count"],
    ["SamePerson", step("审核", { 经办人: "丙" }), resolved, "who led the assembly"],
    [ok, step("审核"), resolved],
    ["MalformedField", step("审核", { 意见: "退回" }), resolved, "退回 without 说明"],
    ["SamePerson", step("审核", { 意见: "退回", 说明: "误", 经办人: "甲" }), resolved],
  ]);
});

test("公示 until its end", (t) => {
  const reviewed = after(upTo("审核"));
  const hash = hashIn(reviewed);
  const off = `${hash.slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`;
  const noticed = after(upTo("公示"));
  const objected = noticed.and(["steps", step("异议", { 户编号: "H1" })]);
  const unnamed = noticed.and(["steps", step("异议")]);
  const answered = objected.and(["steps", step("答复")]);
  const again = { 步骤编号: "B9", 异议编号: "YY9" };
  const second = step("公示", { 步骤编号: "B9", 级别: "县" });
  judge(t, "steps", [
    ["ListChanged", step("公示", { 清单哈希: off, 举报电话: "12317" }), reviewed],
    ["MalformedField", step("公示", { 清单哈希: hash.toUpperCase() }), reviewed],
    ["NoticeIncomplete", step("公示", { 举报电话: "12317", 截止日期: "2025-02-04" }), reviewed],
    ["NoticeIncomplete", step("公示", { 举报电话: "0873-5620000" }), reviewed],
    ["NoticeIncomplete", step("公示", { 举报电话: "123170" }), reviewed],
    ["NoticeTooShort", step("公示", { 截止日期: "2025-02-12" }), reviewed, "nine days"],
    [ok, step("公示"), reviewed, "ten days"],
    [ok, second, noticed, "at another level"],
    ["StepOutOfOrder", { ...second, 级别: "村" }, noticed, "at the same level"],
    [ok, { ...second, 业务日期: "2025-02-13", 截止日期: "2025-02-22" }, noticed],
    ["StepOutOfOrder", { ...second, 业务日期: "2025-02-14", 截止日期: "2025-02-28" }, noticed],
    ["NoticeNotRunning", step("异议", { 业务日期: "2025-02-14", 户编号: "H9" }), noticed],
    [ok, step("异议", { 业务日期: "2025-02-13" }), noticed, "on the last day"],
    ["HouseholdUnknown", step("异议", { 户编号: "H9" }), noticed],
    ["OrganisationUnknown", step("异议", { 主体编号: "O9" }), noticed],
    ["MalformedField", step("异议", { 户编号: "H1", 主体编号: "O1" }), noticed],
    ["MalformedField", step("异议", { 人编号: "P1" }), noticed],
    ["ObjectionConflict", step("异议", { 步骤编号: "B9" }), objected],
    [ok, step("异议", again), objected],
    ["ObjectionUnknown", step("答复", { 异议编号: "YY9", 经办人: "丁" }), objected],
    ["ObjectionAnswered", step("答复", { 步骤编号: "B9", 经办人: "丁" }), answered],
    ["LineUnknown", step("答复", { 结论: "搁置", 经办人: "丁" }), unnamed],
    [ok, step("答复", { 结论: "搁置" }), objected],
    ["SamePerson", step("答复", { 经办人: "丁 " }), objected],
    ["MalformedField", step("答复", { 说明: "" }), objected],
    ["NoticeRunning", step("公示结束", { 业务日期: "2025-02-13" }), objected],
    ["ObjectionOpen", step("公示结束"), objected],
    [ok, step("公示结束"), answered],
  ]);
});

test("批准 and what comes after it", (t) => {
  const ended = after(upTo("公示结束"));
  const hash = hashIn(ended);
  const off = `${hash.slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`;
  const approved = after(upTo("批准"));
  const held = approved.and(["steps", step("暂停")]);
  const paid = (state: "credited" | "returned" | "rejected" | "instructed", more: Said = {}) => {
    const last = { state, isRejectedWhole: false, day: "2025-02-16" } as const;
    return after(upTo("批准"), { payments: { total: 1, last }, paid: 1, ...more });
  };
  const changed = { accounts: { now: "63", was: "62" } };
  const nobody = { 户编号: "", 主体编号: "O2" };
  judge(t, "steps", [
    ["ListChanged", step("批准", { 清单哈希: off, 经办人: "甲" }), ended],
    ["SamePerson", step("批准", { 经办人: "甲" }), ended],
    [ok, step("批准"), ended],
    [ok, step("批准", { 意见: "退回", 说明: "误" }), ended],
    ["LineUnknown", step("暂停", nobody), approved],
    ["MalformedField", step("暂停", { 户编号: "" }), approved],
    ["MalformedField", step("暂停", { 主体编号: "O1" }), approved],
    [ok, step("暂停"), approved],
    ["LineNotOpen", step("暂停", { 步骤编号: "B9" }), held],
    ["LineNotOpen", step("暂停"), paid("credited")],
    [ok, step("暂停"), paid("returned")],
    ["LineNotHeld", step("放行"), approved],
    [ok, step("放行"), held],
    ["LineNotOpen", step("停发", { 经办人: "戊" }), paid("instructed")],
    ["SamePerson", step("停发", { 经办人: "戊" }), approved],
    [ok, step("停发"), held],
    ["LineNotReturned", step("改户", { 复核人: "甲" }), after(upTo("批准"), changed)],
    ["SamePerson", step("改户", { 复核人: " 甲" }), paid("returned", changed)],
    ["AccountUnchanged", step("改户"), paid("returned")],
    ["AccountUnchanged", step("改户"), paid("rejected", { accounts: { now: "", was: "62" } })],
    [ok, step("改户"), paid("returned", changed)],
    [ok, step("改户"), after(upTo("批准"), { ...changed, without: ["H1"] }), "it had no account"],
    ["LineNotReturned", step("重发"), approved],
    [ok, step("重发"), paid("rejected")],
    ["LineNotCredited", step("追回", { 金额: "1" }), paid("returned")],
    ["AmountMismatch", step("追回", { 金额: "33.33" }), paid("credited")],
    [ok, step("追回"), paid("credited")],
    ["DateBefore", step("追回", { 业务日期: "2025-02-15" }), paid("credited")],
    ["StepOutOfOrder", step("撤销"), paid("credited")],
    [ok, step("撤销"), approved],
    ["PeriodClosed", step("撤销"), closing(approved, "2025-02")],
    ["PeriodClosed", step("撤销", { 计划编号: "JH9" }), closing(approved, "2025-03")],
    ["PlanUnknown", step("撤销", { 计划编号: "JH9" }), approved],
  ]);
});

test("a step that is recorded", (t) => {
  const approved = after(upTo("批准"));
  for (const kind of upTo("批准")) {
    const row = { ...hashed(approved, step(kind)), ...step(kind) };
    t.equal(approved.outcome("steps", row), "alreadyRecorded", kind);
    const other = { ...row, 经办人: "庚" };
    t.equal(approved.outcome("steps", other), "ReferenceConflict", `${kind} by another`);
  }
  const frozen = approved.when("steps", step("撤销"));
  if (!isEvents(frozen)) throw new Error(frozen.code);
  const [event] = frozen;
  t.match(event, { type: "PlanCancelled", data: { count: 3, sum: "100.00" } }, "takes back all");
  t.end();
});

test("what was held when a list was approved", (t) => {
  const held = after([
    ...upTo("公示"),
    step("异议", { 户编号: "H1" }),
    step("答复", { 结论: "搁置" }),
    "公示结束",
    "批准",
  ]);
  const due = held.events.at(-1);
  t.match(due, { type: "ListApproved", data: { count: 2, sum: "66.66" } }, "is not due");
  const released = held.when("steps", step("放行"));
  t.match(released, [{ type: "LineReleased", data: { becomesDue: true, amount: "33.34" } }]);
  const stopped = held.when("steps", step("停发"));
  t.match(stopped, [{ type: "LineStopped", data: { wasDue: false } }]);
  const later = held.and(
    ["steps", step("放行")],
    ["steps", step("停发", { 业务日期: "2025-02-18" })],
  );
  t.match(later.events.at(-1), { data: { wasDue: true } });
  t.end();
});
