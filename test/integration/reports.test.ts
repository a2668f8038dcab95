// The reports of a county that was added up by hand, and what must hold of every one of them: what
// explains a figure adds up to it, and the total to its rows.
import { type Test, test } from "tap";
import { villages } from "../support/huaning-rows.ts";
import type { TestLedger } from "../support/ledger.ts";
import { paidCounty } from "../support/paid-county.ts";
import { reportedLedger } from "../support/reported-county.ts";
import { ask, report, sums } from "../support/reporting.ts";

/** What the reports of something are asked of. */
const ids: Readonly<Record<string, string>> = { entity: "O1" };

test("reports", async (t) => {
  const ledger = await reportedLedger(t);
  await t.test("coverage", (tt) => coverage(tt, ledger));
  await t.test("funds", (tt) => funds(tt, ledger));
  await t.test("villages and rounds", (tt) => places(tt, ledger));
  await t.test("entities and projects", (tt) => entities(tt, ledger));
  await t.test("benefit-rate", (tt) => benefitRate(tt, ledger));
  await t.test("tenure", (tt) => tenure(tt, ledger));
  await t.test("remarks", (tt) => remarks(tt, ledger));
  await t.test("divisions", (tt) => divisions(tt, ledger));
  await t.test("every figure is the sum of its facts", (tt) => sums(tt, ledger, ids));
  t.ok((await ledger.verify()).ok, "and the ledger is whole");
});

test("how much of what is due reaches households", async (t) => {
  const { testing, lines, books } = await paidCounty(t, 3, "60");
  await books({ lines: lines.slice(0, 1) });
  const due = { of: 3, n: 1, ratio: "0.3333" };
  const money = { of: "60.00", n: "10.00", ratio: "0.1667" };
  const paid = await report(testing, "benefit-rate", { on: "2025-12-31" });
  t.match(paid.total, { rows: 0, households: due, money });
  const before = await report(testing, "benefit-rate", { on: "2025-03-03" });
  t.match(before.total, { households: { of: 3, n: 0 }, money: { of: "60.00", n: "0.00" } });
  const next = await report(testing, "benefit-rate", { on: "2026-01-01" });
  t.match(next.total, { households: { of: 0 }, money: { of: "0.00" } }, "due in another year");
  t.ok((await testing.verify()).ok);
});

async function coverage(t: Test, ledger: TestLedger): Promise<void> {
  const { position, ...found } = await ask(ledger, "coverage", { on: "2025-06-30" });
  t.match(position, /^\d+$/);
  const empty = { mismatched: 0, stale: 0 };
  const [b, c, a] = [villages.B, villages.C, villages.A];
  const target = {
    report: "coverage",
    on: "2025-06-30",
    rows: [
      {
        ...{ row: c, households: 1 },
        goal: { all: 1, unknown: 1, eligible: 0, covered: 0, ratio: null },
        assessed: { all: 1, covered: 0, ratio: "0.0000" },
        ...{ grades: {}, mismatched: 0, stale: 1 },
      },
      {
        ...{ row: b, households: 2 },
        goal: { all: 2, unknown: 0, eligible: 1, covered: 0, ratio: "0.0000" },
        assessed: { all: 1, covered: 1, ratio: "1.0000" },
        ...{ grades: { 股权: 1 }, ...empty },
      },
      {
        ...{ row: a, households: 3 },
        goal: { all: 1, unknown: 0, eligible: 1, covered: 1, ratio: "1.0000" },
        assessed: { all: 2, covered: 1, ratio: "0.5000" },
        ...{ grades: { 分红: 1, 契约: 1 }, mismatched: 1, stale: 1 },
      },
    ],
    total: {
      ...{ rows: 3, households: 6 },
      goal: { all: 4, unknown: 1, eligible: 2, covered: 1, ratio: "0.5000" },
      assessed: { all: 4, covered: 2, ratio: "0.5000" },
      ...{ grades: { 分红: 1, 契约: 1, 股权: 1 }, mismatched: 1, stale: 2, target: null },
    },
  };
  t.strictSame(found, target);
  const ended = await report(ledger, "coverage", { on: "2025-07-01", by: "township" });
  t.match(ended.rows, [
    { row: "华宁县/宁州街道", households: 1 },
    { row: "华宁县/青龙镇", households: 5, assessed: { covered: 1 }, grades: { 契约: 1 } },
  ]);
  t.notMatch(ended.rows[1], { grades: { 股权: 1 } }, "an end is the last day");
  const year = await report(ledger, "coverage", { on: "2025-12-31", by: "group" });
  t.strictSame(
    year.rows.map(({ row }) => row),
    [`${c}/一组`, `${b}/一组`, `${a}/一组`, `${a}/二组`],
  );
  t.match(year.total, { target: "1.0000" }, "of the pack of the county");
  const before = await report(ledger, "coverage", { on: "2023-12-31" });
  t.match(before.total, { goal: { unknown: 4, eligible: 0, ratio: null } });
}

async function funds(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "funds", { on: "2025-04-30" });
  const ages = { "0-30": "0.00", "31-60": "180.00", "61-90": "0.00", "90+": "0.00" };
  t.strictSame(rows, [
    {
      ...{ row: "F1", source: "涉农整合", granted: "1000.00", allocated: "650.00" },
      ...{ disbursed: "350.00", reported: "120.00", free: "350.00", unreported: ages },
    },
    {
      ...{ row: "F2", source: "衔接资金", granted: "500.00", allocated: "0.00" },
      ...{ disbursed: "0.00", reported: "0.00", free: "500.00" },
      unreported: { ...ages, "31-60": "0.00" },
    },
  ]);
  t.match(total, { rows: 2, granted: "1500.00", free: "850.00", unreported: ages });
  const later = await report(ledger, "funds", { year: "2025" });
  t.match(later.rows[0], {
    reported: "100.00",
    unreported: { "31-60": "0.00", "90+": "200.00" },
  });
  const ratio = await report(ledger, "fund-ratio", { on: "2025-04-30" });
  t.strictSame(ratio, {
    ...{ report: "fund-ratio", on: "2025-04-30" },
    position: (ratio as unknown as { position: string }).position,
    rows: [
      {
        ...{ row: "2025", integrated: "1000.00", industry: "550.00", ratio: "0.5500" },
        ...{ floor: "0.7000", met: false, assessed: "0.5000", assessedMet: true },
      },
    ],
    total: { rows: 1, integrated: "1000.00", industry: "550.00", ratio: "0.5500" },
  });
}

async function places(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "villages", { on: "2025-12-31" });
  t.strictSame(rows, [
    {
      ...{ row: villages.C, leaders: 0, leadersOk: false, officers: 0, technician: false },
      ...{ guided: 0, industries: 0, cooperatives: 0, enterprises: 0, collective: "0.00" },
      onePerson: { n: 0, of: 1, ratio: "0.0000" },
    },
    {
      ...{ row: villages.B, leaders: 0, leadersOk: false, officers: 0, technician: false },
      ...{ guided: 0, industries: 0, cooperatives: 0, enterprises: 0, collective: "0.00" },
      onePerson: { n: 0, of: 1, ratio: "0.0000" },
    },
    {
      ...{ row: villages.A, leaders: 1, leadersOk: true, officers: 1, technician: true },
      ...{ guided: 1, industries: 1, cooperatives: 1, enterprises: 1, collective: "1234.56" },
      onePerson: { n: 2, of: 2, ratio: "1.0000" },
    },
  ]);
  t.match(total, { rows: 3, collective: "1234.56", onePerson: { n: 2, of: 4, ratio: "0.5000" } });
  const trained = await report(ledger, "villages", { on: "2025-06-30" });
  t.match(trained.rows[2], { onePerson: { n: 1, of: 2 } }, "training alone is no job");

  const rounds = await report(ledger, "rounds", { year: "2025" });
  const steps = { 采集: null, 上报: null, 录入: null, 审核: null, 反馈: null, 完成: null };
  t.strictSame(rounds.rows, [
    { row: villages.C, ...steps, changed: 0, counted: 0, officers: 0, late: true },
    { row: villages.B, ...steps, changed: 0, counted: 0, officers: 0, late: true },
    {
      ...{ row: villages.A, 采集: "2025-10-10", 上报: "2025-10-11", 录入: "2025-10-12" },
      ...{ 审核: "2025-10-13", 反馈: "2025-10-14", 完成: "2025-11-01" },
      ...{ changed: 1, counted: 1, officers: 1, late: true },
    },
  ]);
  t.strictSame(rounds.total, { rows: 3, changed: 1, counted: 1, officers: 1 });
  const early = await report(ledger, "rounds", { on: "2025-10-12" });
  t.strictSame(
    early.rows.map(({ row, 录入: entered, late }) => [row, entered, late]),
    [[villages.A, "2025-10-12", false]],
    "a row of nothing is left out",
  );
}

async function entities(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "entities", { year: "2025" });
  const nothing = {
    ...{ received: {}, subsidies: "0.00", loans: "0.00", projects: 0, planned: "0.00" },
    ...{ bound: 0, helped: 0, paid: {}, poorWages: null, duties: [], sanctions: 0 },
    ...{ arrears: "0.00", trained: 0, skilled: { n: 0, of: 0, ratio: null } },
    ...{ followed: null, reviewed: null, stale: true, noDuty: false, noHelp: false },
  };
  const one = {
    ...{ row: "O1", name: "O1的名称", class: "合作社", ...nothing },
    ...{ received: { 直补: "300.00" }, projects: 1, planned: "100.00", bound: 1, helped: 2 },
    ...{ paid: { wage: "200.00" }, poorWages: "0.5000", trained: 1, followed: 213 },
    duties: [
      { duty: "Z1", target: 2, done: 1, met: false },
      { duty: "Z2", target: "200.00", done: "200.00", met: true },
    ],
    skilled: { n: 3, of: 4, ratio: "0.7500" },
  };
  t.strictSame(rows, [
    one,
    { row: "O2", name: "O2的名称", class: "企业", ...nothing, bound: 2, sanctions: 1 },
    {
      ...{ row: "O3", name: "O3的名称", class: "村集体", ...nothing },
      skilled: { n: 0, of: 5, ratio: "0.0000" },
    },
  ]);
  t.strictSame(total, {
    ...{ rows: 3, received: { 直补: "300.00" }, subsidies: "0.00", loans: "0.00", projects: 1 },
    ...{ planned: "100.00", bound: 3, helped: 2, paid: { wage: "200.00" }, poorWages: "0.5000" },
    ...{ sanctions: 1, arrears: "0.00", trained: 1 },
    skilled: { n: 3, of: 9, ratio: "0.3333" },
  });
  const own = await report(ledger, "entity", { id: "O1", year: "2025" });
  t.match(own, { id: "O1" });
  t.strictSame(own.rows, [one]);
  const figures = { "paid.wage": { facts: [{ fact: "movements/YW-1" }, { fact: /YW-2/ }] } };
  const explained = ask(ledger, "entity", { id: "O1", year: "2025", explain: "O1" });
  t.match(await explained, { figures });
  await t.rejects(report(ledger, "entity", { id: "O9" }), { code: "OrganisationUnknown" });

  const programme = await report(ledger, "programme", { year: "2025" });
  t.strictSame(programme.rows, [
    {
      ...{ row: "M1", projects: 2, planned: "1000.00", allocated: "550.00", disbursed: "350.00" },
      ...{ share: "1.0000", sources: { 涉农整合: "550.00" } },
      ...{ entities: 1, households: 1, persons: 1 },
    },
    {
      ...{ row: "M2", projects: 1, planned: "0.00", allocated: "100.00", disbursed: "0.00" },
      ...{ share: "0.0000", sources: { 涉农整合: "100.00" } },
      ...{ entities: 0, households: 0, persons: 0 },
    },
  ]);
  const none = { cooperatives: 0, chains: 0 };
  t.match(programme.total, {
    ...{ rows: 2, projects: 3, share: "1.0000" },
    industries: { 烟: { cooperatives: 1, chains: 1 }, 畜: none, 果: none, 菜: none, 药: none },
    ...{ leading: {}, moved: [{ from: "契约", to: "分红", n: 1 }] },
  });
  const keys = async (by: string) => {
    const found = await report(ledger, "programme", { year: "2025", by });
    return found.rows.map(({ row }) => row);
  };
  t.strictSame(await keys("operator"), ["", "O1"]);
  t.strictSame(await keys("township"), ["华宁县", "华宁县/宁州街道", "华宁县/青龙镇"]);
  t.strictSame(await keys("industry"), ["种植业", "非产业"]);
  t.strictSame(await keys("department"), ["", "农业农村局"]);
}

async function benefitRate(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "benefit-rate", { on: "2025-07-01" });
  const nothing = { households: 0, income: "0.00" };
  t.strictSame(rows, [
    {
      ...{ row: "X1", target: { households: 4, income: "600.00" } },
      ...{ result: { households: 3, income: "500.50" }, started: 1, succeeded: 1 },
    },
    { row: "X2", target: nothing, result: nothing, started: 1, succeeded: 0 },
  ]);
  t.strictSame(total, {
    ...{ rows: 2, target: { households: 4, income: "600.00" } },
    ...{ result: { households: 3, income: "500.50" }, started: 2, succeeded: 1 },
    projects: { of: 2, n: 1, ratio: "0.5000" },
    households: { of: 0, n: 0, ratio: null },
    money: { of: "0.00", n: "0.00", ratio: null },
  });
  const before = await report(ledger, "benefit-rate", { on: "2025-06-30" });
  t.match(before.total, { projects: { of: 2, n: 0, ratio: "0.0000" } }, "not yet evaluated");
}

async function tenure(t: Test, ledger: TestLedger): Promise<void> {
  const told = { from: "2025-03-01", to: "2025-04-30" };
  const found = await ask(ledger, "tenure", told);
  t.strictSame(Object.keys(found), [
    ...["report", "from", "to", "position", "opening", "closing", "changes"],
  ]);
  // 绩效 counts households, where other rows name them.
  const summer = await ask(ledger, "tenure", { from: "2025-07-01", to: "2025-07-01" });
  t.match(summer["changes"], [{ id: "V4" }, { kind: "project-steps", id: "绩效 2025-07-01" }]);
  const { opening, closing, changes } = found as unknown as {
    readonly opening: Readonly<Record<string, object>>;
    readonly closing: Readonly<Record<string, object>>;
    readonly changes: readonly { readonly kind: string; readonly id: string }[];
  };
  t.match(opening, { funds: { disbursed: "0.00", free: "800.00" }, coverage: { households: 6 } });
  t.match(closing, { funds: { disbursed: "350.00", free: "850.00" } });
  t.strictSame(opening["coverage"], (await report(ledger, "coverage", { on: "2025-02-28" })).total);
  t.strictSame(closing["programme"], (await report(ledger, "programme", { on: told.to })).total);
  t.strictSame(
    changes.map(({ kind, id }) => `${kind}/${id}`),
    [
      ...["disbursements/D1", "disbursements/D2", "reimbursements/B1", "reimbursements/B2"],
      ...["refunds/T1", "activities/V2", "activities/V3"],
    ],
  );
  t.match(changes[0], { day: "2025-03-01", position: /^\d+$/, amount: "300.00" });
}

async function remarks(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "remarks", { year: "2025" });
  const codes = rows.map(({ row }) => row);
  t.strictSame(codes, [
    "bindings/L4/ModeMissing",
    "bindings/L5/IndustryMismatch",
    "contracts/C2/TermsMissing",
    "disbursements/D1/CooperativeTooSmall",
    "disbursements/D1/DutyMissing",
    "project-steps/开工 2025-05-10/TitleMissing",
  ]);
  t.match(rows[0], { message: /帮扶方式/, position: /^\d+$/ });
  t.strictSame(total, { rows: 6 });
  const spring = await report(ledger, "remarks", { from: "2025-02-02", to: "2025-03-01" });
  t.equal(spring.rows.length, 2, "by their days");
}

async function divisions(t: Test, ledger: TestLedger): Promise<void> {
  const of = async (name: string, division: string) => {
    const { rows } = await report(ledger, name, { division, on: "2025-06-30" });
    return rows.map(({ row }) => row);
  };
  t.strictSame(await of("coverage", "华宁县/青龙镇"), [villages.B, villages.A]);
  t.strictSame(await of("coverage", "530424101"), [villages.B, villages.A], "by a code");
  t.strictSame(await of("coverage", "530424101202"), [villages.B]);
  t.strictSame(await of("coverage", "华宁县"), [villages.C, villages.B, villages.A]);
  t.strictSame(await of("villages", "华宁县/宁州街道/甸尾村"), [villages.C]);
  t.strictSame(await of("funds", "530424"), ["F1", "F2"], "a fund lies in the county");
  t.strictSame(await of("funds", "华宁县/青龙镇"), []);
  await t.rejects(of("coverage", "华宁"), { code: "DivisionUnknown" });
  await t.rejects(of("coverage", "华宁县/无"), { code: "DivisionUnknown" });
}
