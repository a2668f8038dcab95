// The reports of finance, assets, cases and 低保 of a county that was added up by hand.
import { type Test, test } from "tap";
import { financed } from "../support/financed-county.ts";
import type { TestLedger } from "../support/ledger.ts";
import { ask, report, sums } from "../support/reporting.ts";
import { reportedLedger } from "../support/reported-county.ts";

const spring = { on: "2025-05-15" };
const end = { on: "2025-12-31" };

test("reports of finance, assets and cases", async (t) => {
  const ledger = await reportedLedger(t, financed);
  await t.test("loans", (tt) => loans(tt, ledger));
  await t.test("funds against risk", (tt) => riskFund(tt, ledger));
  await t.test("herds", (tt) => herd(tt, ledger));
  await t.test("insurance", (tt) => insurance(tt, ledger));
  await t.test("assets", (tt) => assets(tt, ledger));
  await t.test("cases", (tt) => cases(tt, ledger));
  await t.test("低保", (tt) => dibao(tt, ledger));
  await t.test("an entity that borrows", (tt) => entity(tt, ledger));
  await t.test("remarks and tenure", (tt) => recorded(tt, ledger));
  await t.test("divisions", (tt) => divisions(tt, ledger));
  await t.test("every figure is the sum of its facts", (tt) => sums(tt, ledger, { entity: "O1" }));
  t.ok((await ledger.verify()).ok, "and the ledger is whole");
});

async function loans(t: Test, ledger: TestLedger): Promise<void> {
  const found = await report(ledger, "loans", spring);
  t.strictSame(found.rows, [
    {
      ...{ row: "K1", kind: "小额信贷", live: "13000.00", due: "2028-02-01", overdue: 0 },
      ...{ published: "2025-02-10", subsidies: "326.25", participation: "2025-03-05" },
    },
    {
      ...{ row: "K2", kind: "主体贷款", live: "30000.00", due: "2028-02-01", overdue: 0 },
      ...{ published: null, subsidies: "0.00", participation: null },
    },
    {
      // Of 12 months and two more, to the last day of the shorter month.
      ...{ row: "K3", kind: "产业贷款", live: "6000.00", due: "2025-02-28", overdue: 76 },
      ...{ published: null, subsidies: "0.00", participation: null },
    },
  ]);
  // 43,000 to 15,000.
  t.strictSame(found.total, {
    ...{ rows: 3, live: "49000.00", subsidies: "326.25", leverage: "2.8667" },
  });
  const later = await report(ledger, "loans", end);
  t.match(later.rows[0], { live: "15000.00" }, "a repayment was taken back");
  t.strictSame(later.total, {
    ...{ rows: 3, live: "51000.00", subsidies: "426.25", leverage: "3.0000" },
  });
  const explained = await ask(ledger, "loans", { ...end, explain: "K1" });
  const live = {
    value: "15000.00",
    facts: [
      { fact: "loans/K1", value: "30000.00" },
      { fact: "loan-steps/还款", value: "-10000.00" },
      { fact: "loan-steps/代偿", value: "-5000.00" },
    ],
  };
  t.match(explained, { figures: { live } });
  const dueThen = await report(ledger, "loans", { on: "2025-02-28" });
  t.match(dueThen.rows[2], { overdue: 0 }, "on the day itself it is not overdue");
  const before = await report(ledger, "loans", { on: "2024-12-19" });
  t.match(before.rows, [{ row: "K3", due: "2024-12-31" }], "before it was extended");
  t.match(before.total, { leverage: null });
}

async function riskFund(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "risk-fund", spring);
  t.strictSame(rows, [
    {
      ...{ row: "YA", kind: "县级风险保障金", in: { 存入: "1000.00", 收益: "12.34" } },
      ...{ out: { 赔付: "250.00" }, balance: "762.34" },
    },
    {
      ...{ row: "YC", kind: "贷款风险补偿金", in: { 存入: "20000.00" } },
      ...{ out: { 代偿: "5000.00" }, balance: "15000.00" },
    },
  ]);
  t.strictSame(total, {
    ...{ rows: 2, in: { 存入: "21000.00", 收益: "12.34" } },
    ...{ out: { 代偿: "5000.00", 赔付: "250.00" }, balance: "15762.34" },
  });
  const later = await report(ledger, "risk-fund", end);
  t.match(later.rows[0], { out: { 赔付: "200.00" }, balance: "812.34" }, "one was taken back");
  t.strictSame((await report(ledger, "risk-fund", { on: "2025-01-19" })).rows, []);
}

async function herd(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "herd", end);
  const none = { lent: 0, born: 0, taken: 0, given: 0, returned: 0, died: 0, sold: 0, owed: 0 };
  t.strictSame(rows, [
    {
      ...{ row: "BA/H1", ...none, lent: 10, born: 4, given: 3, died: 1, sold: 2, held: 8 },
      owed: 3,
    },
    { row: "BA/H2", ...none, taken: 3, returned: 2, held: 1 },
  ]);
  t.strictSame(total, {
    ...{ rows: 2, lent: 10, born: 4, taken: 3, given: 3, returned: 2, died: 1, sold: 2 },
    ...{ held: 9, owed: 3 },
  });
  const before = await report(ledger, "herd", { on: "2025-05-01" });
  t.match(before.rows[0], { returned: 1, held: 7, owed: 2 }, "what was taken back counted");
}

async function insurance(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "insurance", spring);
  t.strictSame(rows, [
    {
      ...{ row: "农业保险", policies: 2, cover: "6000.00", premium: "300.00" },
      ...{ subsidies: "230.50", claims: "250.00", households: 1, of: 3, ratio: "0.3333" },
    },
    {
      ...{ row: "特色保险", policies: 1, cover: "300.00", premium: "30.00" },
      ...{ subsidies: "0.00", claims: "0.00", households: 1, of: 3, ratio: "0.3333" },
    },
  ]);
  t.strictSame(total, {
    ...{ rows: 2, policies: 3, cover: "6300.00", premium: "330.00", subsidies: "230.50" },
    ...{ claims: "250.00", households: 2, of: 6, ratio: "0.3333" },
  });
  const later = await report(ledger, "insurance", end);
  t.match(later.rows, [{ row: "农业保险", claims: "150.00" }], "a claim was taken back");
  t.equal(later.rows.length, 1, "a policy that has ended is not live");
  const both = await report(ledger, "insurance", { on: "2025-03-31" });
  t.match(both.rows[0], { policies: 3, households: 2 }, "before one was taken back");
}

async function assets(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "assets", spring);
  const rights = {
    ...{ 所有权: "村集体", 经营权: "O1", 收益权: "项目农户" },
    ...{ 分配权: "村集体", 处置权: "县", 监督权: "乡镇" },
  };
  const own = {
    ...{ row: "ZC1", name: "大棚", class: "经营性", value: "1000.00", valued: "900.00" },
    ...{ project: "X1", state: "闲置", rights: { ...rights, 收益权: "H1" } },
    ...{ income: "750.00", idle: 14 },
  };
  const other = {
    ...{ row: "ZC2", name: "水池", class: "经营性", value: "50.00", valued: null },
    ...{ project: null, state: "建设", rights: { ...rights, 所有权: "H1" } },
    ...{ income: "0.00", idle: 0 },
  };
  t.strictSame(rows, [own, other]);
  t.strictSame(total, { rows: 2, value: "1050.00", valued: "900.00", income: "750.00" });
  const states = async (on: string) => {
    const [found] = (await report(ledger, "assets", { on })).rows;
    return [found?.["state"], found?.["idle"], found?.["income"]];
  };
  t.strictSame(await states("2025-03-01"), ["建设", 0, "0.00"]);
  t.strictSame(await states("2025-06-30"), ["损毁", 60, "750.00"], "it is idle still");
  t.strictSame(await states("2025-12-31"), ["运营", 0, "600.00"], "an income was taken back");
  t.strictSame(await states("2026-01-31"), ["运营", 0, "700.00"], "of another year");
  const explained = await ask(ledger, "assets", { ...end, explain: "ZC1" });
  const facts = ["income/SY1", "income/SY2", "income/SY3", "corrections/G6"];
  t.match(explained, { figures: { income: { facts: facts.map((fact) => ({ fact })) } } });
}

async function cases(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "cases", spring);
  const none = { findings: 0, rectified: 0, ordered: "0.00", recovered: "0.00" };
  t.strictSame(rows, [
    {
      ...{ row: "J1", type: "投诉", grade: null, state: "办结", age: 18, late: true },
      ...{ findings: 2, rectified: 1, ordered: "100.00", recovered: "60.50" },
    },
    {
      ...{ row: "J2", type: "舆情", grade: "重大", state: "受理", age: 75, late: false },
      ...none,
    },
    { row: "J3", type: "投诉", grade: null, state: null, age: 74, late: true, ...none },
  ]);
  t.strictSame(total, {
    ...{ rows: 3, findings: 2, rectified: 1, ordered: "100.00", recovered: "60.50" },
  });
  const before = await report(ledger, "cases", { on: "2025-03-06" });
  t.match(before.rows[0], {
    ...{ state: "整改", age: 14, late: false },
    ...{ findings: 2, rectified: 2, ordered: "0.00" },
  });
}

async function dibao(t: Test, ledger: TestLedger): Promise<void> {
  const { rows, total } = await report(ledger, "dibao", end);
  const none = { in: false, perHead: "0.00", aboveLine: false, leftWithout: false };
  t.strictSame(
    rows,
    [
      { row: "H3", ...none, in: true, perHead: "100.00", aboveLine: true },
      { row: "H5", ...none, leftWithout: true },
    ],
    "H4 left it and is bound, H6 is out since another year",
  );
  t.strictSame(total, { rows: 2, perHead: "33.33" });
  const keys = async (on: string) => {
    return (await report(ledger, "dibao", { on })).rows.map(({ row }) => row);
  };
  t.strictSame(await keys("2025-07-10"), ["H3"], "six months are not over");
  t.strictSame(await keys("2025-07-11"), ["H3", "H5"], "from the first time that it was out");
  t.strictSame(await keys("2025-01-09"), ["H3", "H4", "H5"]);
}

async function entity(t: Test, ledger: TestLedger): Promise<void> {
  const { rows } = await report(ledger, "entity", { id: "O1", ...end });
  t.match(rows, [{ row: "O1", loans: "30000.00", subsidies: "260.00" }]);
  const all = await report(ledger, "entities", spring);
  const own = all.rows.find(({ row }) => row === "O1");
  t.match(own, { loans: "30000.00", subsidies: "160.00" }, "what was paid by then");
  const next = await report(ledger, "entity", { id: "O1", year: "2026" });
  t.match(next.rows, [{ loans: "30000.00", subsidies: "0.00" }], "of the year");
  const bank = all.rows.find(({ row }) => row === "O3");
  t.match(bank, { loans: "0.00" }, "what it lends it does not owe");
}

async function recorded(t: Test, ledger: TestLedger): Promise<void> {
  const remarks = await report(ledger, "remarks", { year: "2025" });
  t.strictSame(
    remarks.rows.map(({ row }) => row),
    ["assets/ZC2/TermsMissing", "contracts/C2/TermsMissing", "subsidies/U4/PremiumSubsidyLow"],
  );
  const told = { from: "2025-03-01", to: "2025-03-10" };
  const found = (await ask(ledger, "tenure", told)) as unknown as {
    readonly opening: Readonly<Record<string, object>>;
    readonly closing: Readonly<Record<string, object>>;
    readonly changes: readonly { readonly kind: string; readonly id: string }[];
  };
  for (const name of ["loans", "cases"]) {
    const of = async (on: string) => (await report(ledger, name, { on })).total;
    t.strictSame(found.opening[name], await of("2025-02-28"), name);
    t.strictSame(found.closing[name], await of("2025-03-10"), name);
  }
  const kinds = new Set(found.changes.map(({ kind }) => kind));
  t.strictSame(
    [...kinds],
    [
      ...["activities", "loan-steps", "claims", "risk-fund", "herd", "asset-steps"],
      ...["cases", "case-steps"],
    ],
  );
  t.match(found.changes[1], { id: "还款", day: "2025-03-01", amount: "10000.00" });
}

async function divisions(t: Test, ledger: TestLedger): Promise<void> {
  const of = async (name: string, division: string) => {
    return (await report(ledger, name, { ...spring, division })).rows.map(({ row }) => row);
  };
  const village = "华宁县/青龙镇/落梅村民委员会";
  t.strictSame(await of("loans", village), ["K1", "K3"], "an entity's is the county's");
  t.strictSame(await of("herd", village), ["BA/H1", "BA/H2"]);
  await t.rejects(of("cases", "无"), { code: "DivisionUnknown" });
}
