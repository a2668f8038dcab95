// Policy packs: what is malformed, which pack answers, what the delivered ones say, how days of a
// notice are counted and a quorum is judged.
import { test } from "tap";
import { deliveredPacks } from "../../src/domain/delivered-packs.ts";
import type { Pack } from "../../src/domain/packs.ts";
import { isQuorate, packSchema, parameterOn, turnOn } from "../../src/domain/packs.ts";
import { parameters, turnable } from "../../src/domain/parameters.ts";
import type { ParameterName } from "../../src/domain/parameters.ts";
import { noticeDays, yearsWithoutHolidays } from "../../src/domain/working-days.ts";

const pack: Pack = {
  id: "p",
  from: "2025-01-01",
  source: { title: "办法", number: "1号" },
  parameters: { "notice.days": 7 },
  rules: {},
  clauses: { "notice.days": "第三条" },
};

const clause = (name: string) => ({ [name]: "条" });

void test("a policy pack", (t) => {
  t.equal(packSchema.safeParse(pack).success, true);
  const whole = { ...pack, division: "53042400", until: "2025-01-01" };
  for (const [what, found] of [
    ["a division of 8 digits", whole],
    ["an end before its start", { ...pack, until: "2024-12-31" }],
    ["no day", { ...pack, from: "2025-02-29" }],
    ["a day of another form", { ...pack, from: "2025/01/01" }],
    ["a name without clause", { ...pack, clauses: {} }],
    ["a clause of an unknown name", { ...pack, clauses: { ...pack.clauses, ...clause("other") } }],
    [
      "a clause of an inherited name",
      { ...pack, clauses: { ...pack.clauses, ...clause("toString") } },
    ],
    ["a name inherited", { ...pack, parameters: { toString: 1 }, clauses: clause("toString") }],
    ["an unknown name", { ...pack, parameters: { days: 7 }, clauses: clause("days") }],
    ["another type", { ...pack, parameters: { "notice.days": "7" } }],
    ["half a day", { ...pack, parameters: { "notice.days": 7.5 } }],
    [
      "a code without mark",
      { ...pack, rules: { BasisMissing: "off" }, clauses: clause("BasisMissing") },
    ],
    [
      "more than a part",
      { ...pack, parameters: { "quorum.present": "4/3" }, clauses: clause("quorum.present") },
    ],
    [
      "nothing of nothing",
      { ...pack, parameters: { "quorum.present": "1/0" }, clauses: clause("quorum.present") },
    ],
    [
      "a ratio as number",
      { ...pack, parameters: { "patronage.floor": 0.6 }, clauses: clause("patronage.floor") },
    ],
    ["no source", { ...pack, source: {} }],
    ["another member", { ...pack, more: 1 }],
    ["an empty id", { ...pack, id: "" }],
  ] as const)
    t.equal(packSchema.safeParse(found).success, false, `with ${what} is malformed`);
  for (const [name, value] of [
    ["quorum.present", "1/2"],
    ["quorum.agreed", "0.5"],
    ["patronage.floor", "0.6"],
    ["holidays", ["2025-01-01"]],
    ["notice.working", true],
  ] as const) {
    const found = { ...pack, parameters: { [name]: value }, clauses: clause(name) };
    t.equal(packSchema.safeParse(found).success, true, `may say ${name}`);
  }
  t.end();
});

void test("base/1", (t) => {
  for (const [name, { schema, base }] of Object.entries(parameters))
    t.strictSame(schema.parse(base), base, `has ${name} of its type`);
  t.strictSame(parameterOn("notice.days", "2025-03-01", "530424", []), {
    value: 10,
    pack: "base/1",
  });
  t.end();
});

void test("of several packs", (t) => {
  const says = (id: string, days: number, more: Partial<Pack> = {}): Pack => ({
    ...pack,
    id,
    parameters: { "notice.days": days },
    ...more,
  });
  const answer = (packs: readonly Pack[], day = "2025-06-01", division = "530424001") =>
    parameterOn("notice.days", day, division, packs).value;
  const everywhere = says("a", 1);
  const county = says("b", 2, { division: "530424" });
  const province = says("c", 3, { division: "53", from: "2025-05-01" });
  t.equal(answer([everywhere, county, province]), 2, "the longest division answers");
  t.equal(answer([county, province, everywhere]), 2, "in whatever order they were recorded");
  t.equal(answer([county, province, everywhere], "2025-06-01", "5305"), 3);
  t.equal(answer([county, province, everywhere], "2025-06-01", ""), 1, "without a division");
  t.equal(answer([county], "2025-06-01", "53042"), 10, "a division begins the row's");
  const later = says("d", 4, { division: "530424", from: "2025-03-01" });
  t.equal(answer([later, county]), 4, "then the latest from");
  t.equal(answer([later, county], "2025-02-28"), 2, "of those in force");
  const again = says("e", 5, { division: "530424", from: "2025-03-01" });
  t.equal(answer([later, again]), 5, "then the one recorded last");
  const ended = says("f", 6, { division: "530424001", until: "2025-05-31" });
  t.equal(answer([county, ended], "2025-05-31"), 6, "until its last day");
  t.equal(answer([county, ended], "2025-06-01"), 2, "and no longer");
  const other: Pack = {
    ...county,
    parameters: { "settle.days": 5 },
    clauses: clause("settle.days"),
  };
  t.equal(answer([everywhere, other]), 1, "that names the parameter");
  t.strictSame(parameterOn("notice.days", "2025-06-01", "530424001", [county]), {
    value: 2,
    pack: "b",
    clause: "第三条",
  });
  t.end();
});

void test("a delivered pack", (t) => {
  for (const delivered of deliveredPacks)
    t.strictSame(packSchema.parse(delivered), delivered, `${delivered.id} is well formed`);
  const on = <N extends ParameterName>(name: N, division = "469002100") =>
    parameterOn(name, "2025-09-26", division, deliveredPacks).value;
  const counting = {
    working: on("notice.working"),
    holidays: on("holidays"),
    workdays: on("workdays"),
  };
  t.equal(on("notice.days"), 7);
  t.equal(on("notice.days", "530424"), 10, "holds in its division alone");
  // 26 September, 28 (worked), 29, 30, 9 October, 10, 11 (worked).
  t.equal(noticeDays(counting, "2025-09-26", "2025-10-10"), 6, "knows the holidays of October");
  t.equal(noticeDays(counting, "2025-09-26", "2025-10-11"), 7, "and the day worked for them");
  // Of 2025 there are 248 working days, of 2026 too: 365 less weekends and holidays, and made up.
  t.equal(noticeDays(counting, "2025-01-01", "2025-12-31"), 248);
  t.equal(noticeDays(counting, "2026-01-01", "2026-12-31"), 248);
  for (const day of counting.workdays)
    t.match(new Date(day).getUTCDay(), /^[06]$/, `${day} is of a weekend`);
  t.strictSame(yearsWithoutHolidays(counting, "2025-12-20", "2027-01-10"), ["2027"]);
  t.end();
});

void test("what a delivered pack says", (t) => {
  const value = (name: ParameterName, day: string, division: string): unknown =>
    parameterOn(name, day, division, deliveredPacks).value;
  const cases: readonly (readonly [ParameterName, string, string, unknown])[] = [
    ["loan.shares", "2014-01-01", "520123", true],
    ["loan.shares", "2013-12-31", "520123", false],
    ["loan.shares", "2020-03-30", "231002001", true],
    ["loan.shares", "2018-11-01", "6501", false],
    ["loan.shares.from", "2018-11-01", "6501", "2018-11-01"],
    ["loan.shares.from", "2018-10-31", "6501", "1949-10-01"],
    ["industry.scaled", "2021-01-01", "530424", ["烟", "畜", "果", "菜", "药"]],
    ["industry.scaled", "2026-01-01", "530424", []],
    ["round.due", "2021-01-01", "530424", "10-31"],
    ["coverage.target", "2025-12-31", "530424", { "2025-12-31": "1" }],
  ];
  for (const [name, day, division, wanted] of cases)
    t.strictSame(value(name, day, division), wanted, `${name} on ${day} in ${division}`);
  const list = value("industry.list", "2021-01-01", "530424") as string[];
  t.equal(list.length, parameters["industry.list"].base.length + 5, "gains what is scaled");
  t.equal((value("project.steps", "2018-11-01", "65") as string[]).length, 7);
  for (const [code, division, wanted] of [
    ["GuaranteeForbidden", "5201", "off"],
    ["GuaranteeForbidden", "530424", "refuse"],
    ["ParticipationMissing", "5201", "off"],
    ["TitleMissing", "231002", "refuse"],
    ["TitleMissing", "2310", "report"],
    ["TermsMissing", "231002", "refuse"],
    ["TenderMissing", "65", "refuse"],
    ["ModeMissing", "4301", "refuse"],
    ["ModeMissing", "", "report"],
  ] as const)
    t.equal(turnOn(code, "2021-06-01", division, deliveredPacks).value, wanted, code);
  t.equal(turnable.size, 55, "codes with a mark");
  t.throws(() => turnOn("PlanUnknown", "2021-06-01", "", deliveredPacks));
  t.end();
});

void test("parameters of the programme", (t) => {
  const cases: readonly (readonly [ParameterName, unknown, unknown])[] = [
    ["microcredit.limit", "30000.00", "30000"],
    ["microcredit.limit", "0.00", 30_000],
    ["loan.months", [6, 6], [60, 12]],
    ["premium.band", ["0.5", "1.2"], ["1.2", "0.5"]],
    ["rates.spread", ["0", "10"], ["0.5"]],
    ["ratio.floor", { 2021: "0.5" }, { "21": "0.5" }],
    ["coverage.target", { "2025-12-31": "1" }, { "2025-02-30": "1" }],
    ["round.due", "02-29", "02-30"],
    ["dibao.line", null, "0"],
    ["dibao.line", "6000.00", 6_000],
    ["subsidy.caps", { 合计: "100.00" }, { 合计: 100 }],
    ["archive", { 申报审批: ["入库"] }, { 申报审批: "入库" }],
    ["case.days", { 投诉: 15 }, { 投诉: "15" }],
    ["loan.shares", true, "true"],
    ["C41.limits", ["500000.00"], ["500000"]],
  ];
  for (const [name, good, bad] of cases) {
    const of = (value: unknown) => ({
      ...pack,
      parameters: { [name]: value },
      clauses: clause(name),
    });
    t.ok(packSchema.safeParse(of(good)).success, `${name} ${JSON.stringify(good)}`);
    t.notOk(packSchema.safeParse(of(bad)).success, `${name} ${JSON.stringify(bad)}`);
  }
  const turned = { ...pack, parameters: {}, rules: { NotAccepted: "off" } };
  t.ok(packSchema.safeParse({ ...turned, clauses: clause("NotAccepted") }).success);
  t.notOk(packSchema.safeParse({ ...turned, clauses: {} }).success, "a rule without clause");
  t.end();
});

void test("days of a notice", (t) => {
  const calendar = { working: false, holidays: ["2025-03-05"], workdays: [] };
  t.equal(noticeDays(calendar, "2025-03-05", "2025-03-14"), 10, "are counted with both ends");
  t.equal(noticeDays(calendar, "2025-03-05", "2025-03-05"), 1);
  t.equal(noticeDays(calendar, "2025-03-05", "2025-03-01"), 0, "are none after the end");
  t.equal(noticeDays(calendar, "2024-02-28", "2024-03-01"), 3, "with the leap day");
  t.strictSame(yearsWithoutHolidays(calendar, "2025-01-01", "2026-01-01"), []);
  const working = { working: true, holidays: ["2025-03-05"], workdays: ["2025-03-08"] };
  t.equal(noticeDays(working, "2025-03-03", "2025-03-09"), 5, "Monday to Friday, less and plus");
  t.equal(noticeDays(working, "2025-03-08", "2025-03-08"), 1, "a Saturday that is worked");
  t.equal(noticeDays(working, "2025-03-09", "2025-03-09"), 0, "no Sunday");
  t.equal(noticeDays(working, "2025-03-05", "2025-03-01"), 0);
  const both = { ...working, holidays: ["2025-03-08"] };
  t.equal(noticeDays(both, "2025-03-08", "2025-03-08"), 1, "worked, where a day is in both");
  t.equal(noticeDays({ ...working, holidays: [] }, "1969-12-29", "1970-01-04"), 5);
  t.end();
});

void test("a quorum", (t) => {
  const base = { present: "2/3", agreed: "1/2" };
  const isMet = (due: number, present: number, agreed: number) =>
    isQuorate({ due, present, agreed }, base);
  // The sample's meetings.
  t.equal(isMet(17, 12, 10), true);
  t.equal(isMet(30, 19, 19), false, "fewer than two thirds were there");
  t.equal(isMet(30, 31, 20), false, "more than were due");
  t.equal(isMet(30, 20, 10), false, "half is not more than half");
  t.equal(isMet(30, 20, 11), true, "two thirds are enough");
  t.equal(isMet(30, 20, 21), false, "more agreed than were there");
  t.equal(isMet(0, 0, 0), false, "nobody");
  t.equal(isMet(999_999, 666_665, 400_000), false, "a third of a person short");
  t.equal(isQuorate({ due: 10, present: 5, agreed: 3 }, { present: "0.5", agreed: "0.6" }), false);
  t.equal(isQuorate({ due: 10, present: 5, agreed: 4 }, { present: "0.5", agreed: "0.6" }), true);
  t.end();
});
