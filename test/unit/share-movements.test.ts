// Movements of shares of households and organisations, and losses: every rule that each can break,
// what passes by a hair, and what a reversal takes back.
import { test } from "tap";
import { eventType } from "../../events/index.ts";
import type { DecidedEvent } from "../../src/domain/facts.ts";
import { heldOn, holdings } from "../../src/domain/dividend.ts";
import type { CountyRow } from "../support/county.ts";
import type { Given, Step } from "../support/given.ts";
import { isEvents, surveyed } from "../support/given.ts";
import { shareSurveys } from "../support/share-surveys.ts";
import { codesOf, pack } from "../support/programme-judged.ts";
import { hash, row as programmeRow } from "../support/programme-rows.ts";
import * as rows from "../support/rows.ts";

const history = surveyed(
  shareSurveys,
  ["roster", rows.person(1)],
  ["roster", rows.person(2)],
  ["organisations", { ...rows.organisation("O1"), 类型: "合作社" }],
  ["organisations", { ...rows.organisation("O2"), 类型: "村集体" }],
  ["contracts", { ...rows.shareContract(), 终止日期: "2025-12-31" }],
  ["contracts", { ...rows.shareContract("C4", "O2", "R2"), 每股金额: "0.3" }],
  ["contracts", { ...rows.shareContract("C5"), 户编号: "H1" }],
  ["contracts", rows.labourContract()],
  ["movements", rows.shareIssue("S1")],
  ["movements", rows.dividend("D1", "30")],
);

const row = (type: string, cells: CountyRow): CountyRow => ({
  ...{ 业务编号: "M1", 业务类型: type, 业务日期: "2025-06-01", 主体编号: "O1", 股权登记簿: "R1" },
  ...cells,
});
const increase = row("增资", { 户编号: "H1", 合同编号: "C1", 金额: "30", 资本类型: "分红" });
const withdrawal = row("退股", { 户编号: "H1", 合同编号: "C1", 股数: "100", 金额: "100" });
const transfer = row("转让", { 户编号: "H1", 受让主体编号: "O2", 股数: "100" });
const adjustment = row("调整", { 户编号: "H1", 受让户编号: "H2", 股数: "40.5", 说明: "动态" });
const inheritance = row("继承", { 户编号: "H1", 受让户编号: "H2", 股数: "1", 材料: hash });

function eventOf(given: Given, cells: CountyRow): DecidedEvent {
  const decided = given.when("movements", cells);
  if (!isEvents(decided)) throw new Error(`${decided.code}: ${decided.message}`);
  const [event] = decided;
  if (event === undefined) throw new Error("it is recorded already");
  return event;
}

function posted({ type, data }: DecidedEvent): string[] {
  const found: string[] = [];
  eventType(type).posts(data as never, (side, household, organisation, leg, asset, amount) => {
    found.push([side, household ?? organisation, leg, asset, amount].join(" "));
  });
  return found;
}

function held(given: Given, day: string): Record<string, string> {
  const state = holdings.start();
  for (const event of given.events) {
    if (event.stream === "register-R1") holdings.apply(state, event);
  }
  const { households, organisations } = heldOn(state, day);
  return Object.fromEntries([...households, ...organisations].map(([id, n]) => [id, String(n)]));
}

const moved = (...cells: readonly CountyRow[]): Given =>
  history.and(...cells.map((one, i): Step => ["movements", { ...one, 业务编号: `T${i}` }]));

void test("a movement of shares", (t) => {
  for (const [cells, event, postings] of [
    [
      increase,
      "CapitalIncreased",
      [
        "household H1 shares shares:R1 30.0000",
        "register O1 shares shares:R1 -30.0000",
        "organisation O1 capital CNY 30.00",
        "capital H1 capital CNY -30.00",
      ],
    ],
    [
      withdrawal,
      "SharesWithdrawn",
      [
        "household H1 shares shares:R1 -100.0000",
        "register O1 shares shares:R1 100.0000",
        "household H1 capital CNY 100.00",
        "organisation O1 capital CNY -100.00",
      ],
    ],
    [
      transfer,
      "SharesTransferred",
      ["household H1 shares shares:R1 -100.0000", "entity O2 shares shares:R1 100.0000"],
    ],
    [
      adjustment,
      "SharesAdjusted",
      ["household H1 shares shares:R1 -40.5000", "household H2 shares shares:R1 40.5000"],
    ],
    [
      inheritance,
      "SharesInherited",
      ["household H1 shares shares:R1 -1.0000", "household H2 shares shares:R1 1.0000"],
    ],
  ] as const) {
    const recorded = eventOf(history, cells);
    t.equal(recorded.type, event);
    t.equal(recorded.stream, "register-R1");
    t.strictSame(posted(recorded), postings, `${event} is posted`);
    const after = history.and(["movements", cells]);
    t.equal(after.outcome("movements", cells), "alreadyRecorded", `${event} again`);
    for (const column of ["股数", "金额", "受让户编号", "说明", "材料"].filter(
      (one) => cells[one],
    )) {
      const other = column === "材料" ? "b".repeat(64) : column === "受让户编号" ? "H1" : "7";
      const outcome = after.outcome("movements", { ...cells, [column]: other });
      t.equal(outcome, "ReferenceConflict", `${event}: other ${column}`);
    }
    const back = { ...rows.reversal("B1", "M1"), 业务日期: "2025-06-01" };
    const turned = postings.map((line) =>
      line.includes(" -") ? line.replace(" -", " ") : line.replace(/ ([\d.]+)$/, " -$1"),
    );
    t.strictSame(posted(eventOf(after, back)), turned, `${event} is taken back`);
    const whole = after.and(["movements", back]);
    t.strictSame(held(whole, "2025-12-31"), { H1: "1000000" });
    t.equal(whole.outcome("movements", { ...back, 业务编号: "B2" }), "AlreadyReversed");
  }
  t.end();
});

void test("a movement of shares that breaks", (t) => {
  const late = { 业务日期: "2026-01-01" };
  const toBoth = { 受让户编号: "H2", 受让主体编号: "O2" };
  for (const [cells, all] of [
    [
      increase,
      {
        ...{ MalformedField: { 户编号: "" }, HouseholdUnknown: { 户编号: "H9" } },
        ...{ OrganisationUnknown: { 主体编号: "O9" }, ContractUnknown: { 合同编号: "K9" } },
        ...{ RegisterUnknown: { 股权登记簿: "R9" }, ContractMismatch: { 合同编号: "C2" } },
        ...{ ContractNotInForce: late, LoanUnknown: { 贷款编号: "L9" } },
        DividendMissing: { 金额: "30.01" },
      },
    ],
    [
      withdrawal,
      {
        ...{ MalformedField: { 持股主体编号: "O2" }, HouseholdUnknown: { 户编号: "H9" } },
        ...{ OrganisationUnknown: { 主体编号: "O9" }, ContractUnknown: { 合同编号: "K9" } },
        ...{ RegisterUnknown: { 股权登记簿: "R9" }, ContractMismatch: { 主体编号: "O2" } },
        ...{ ContractNotInForce: { 业务日期: "2024-12-31" }, AmountMismatch: { 金额: "99.99" } },
        SharesInsufficient: { 股数: "100.0001" },
      },
    ],
    [
      transfer,
      {
        ...{ MalformedField: toBoth, HouseholdUnknown: { 户编号: "H9" } },
        ...{ OrganisationUnknown: { 受让主体编号: "O9" }, RegisterUnknown: { 股权登记簿: "R9" } },
        ...{ ContractMismatch: { 主体编号: "O2" }, SharesInsufficient: { 股数: "100.0001" } },
      },
    ],
    [
      adjustment,
      {
        ...{ MalformedField: { 说明: "" }, HouseholdUnknown: { 受让户编号: "H9" } },
        ...{ OrganisationUnknown: { 主体编号: "O9" }, RegisterUnknown: { 股权登记簿: "R9" } },
        SharesInsufficient: { 业务日期: "2025-01-31" },
      },
    ],
    [inheritance, { MalformedField: { 材料: "" }, SharesInsufficient: { 股数: "100.0001" } }],
  ] as readonly (readonly [CountyRow, Record<string, CountyRow>])[]) {
    const codes = Object.keys(all);
    for (const [i, code] of codes.entries()) {
      const name = `${cells["业务类型"] ?? ""}: ${code}`;
      t.equal(history.outcome("movements", { ...cells, ...all[code] }), code, name);
      for (const later of codes.slice(i + 1)) {
        const both = { ...cells, ...all[later], ...all[code] };
        t.equal(history.outcome("movements", both), code, `${name} before ${later}`);
      }
    }
  }
  t.end();
});

void test("by a hair", (t) => {
  const late = "2026-03-01";
  const toHeld = { ...transfer, 业务编号: "T9", 户编号: "", 持股主体编号: "O2", 受让主体编号: "" };
  for (const [why, given, cells, wanted] of [
    ["a withdrawal after the end", history, { ...withdrawal, 业务日期: late }, "recorded"],
    ["an increase after the end", history, { ...increase, 业务日期: late }, "ContractNotInForce"],
    ["another amount with 材料", history, { ...withdrawal, 金额: "1", 材料: hash }, "recorded"],
    ["the day of the issue", history, { ...transfer, 业务日期: "2025-02-01" }, "recorded"],
    [
      "given away later",
      moved(transfer),
      { ...withdrawal, 业务日期: "2025-03-01" },
      "SharesInsufficient",
    ],
    [
      "what is left is enough on every later day",
      moved({ ...transfer, 股数: "60" }),
      { ...withdrawal, 业务日期: "2025-03-01", 股数: "40", 金额: "40" },
      "recorded",
    ],
    ["by an organisation", moved(transfer), { ...toHeld, 受让户编号: "H2" }, "recorded"],
    ["before it had them", history, { ...toHeld, 受让户编号: "H2" }, "SharesInsufficient"],
    ["to itself", history, { ...transfer, 受让主体编号: "", 受让户编号: "H1" }, "recorded"],
    [
      "of an organisation under another's contract",
      moved(transfer),
      { ...withdrawal, 合同编号: "C5", 户编号: "", 持股主体编号: "O2" },
      "ContractMismatch",
    ],
    [
      "an organisation that gives back",
      moved(transfer),
      { ...withdrawal, 户编号: "", 持股主体编号: "O2" },
      "recorded",
    ],
    [
      "the issue of what was given away",
      moved(transfer),
      rows.reversal("B1", "S1"),
      "SharesInsufficient",
    ],
    [
      "a transfer of what was given on",
      moved(transfer, { ...toHeld, 受让户编号: "H2" }),
      { ...rows.reversal("B1", "T0"), 业务日期: "2025-06-01" },
      "SharesInsufficient",
    ],
    [
      "all dividends are put in once",
      moved(increase),
      { ...increase, 金额: "0.01" },
      "DividendMissing",
    ],
    [
      "the rest of them",
      moved({ ...increase, 金额: "29.99" }),
      { ...increase, 金额: "0.01" },
      "recorded",
    ],
    [
      "what was put in is taken back",
      moved(increase).and(["movements", { ...rows.reversal("B1", "T0"), 业务日期: "2025-06-01" }]),
      increase,
      "recorded",
    ],
    [
      "a dividend that was taken back",
      history.and(["movements", rows.reversal("B1", "D1")]),
      increase,
      "DividendMissing",
    ],
    [
      "of another entity",
      history,
      { ...increase, 主体编号: "O2", 合同编号: "C4", 股权登记簿: "R2" },
      "DividendMissing",
    ],
    [
      "no whole number of shares",
      history,
      { ...increase, 主体编号: "O2", 合同编号: "C4", 股权登记簿: "R2", 金额: "0.01" },
      "SharesNotExact",
    ],
  ] as const) {
    t.equal(given.outcome("movements", cells), wanted, why);
  }
  t.end();
});

void test("a dividend is shared over households and organisations", (t) => {
  const given = moved({ ...transfer, 股数: "60" });
  const event = eventOf(given, { ...rows.dividend("D2", "0.05"), 业务日期: "2025-06-01" });
  t.match(event.data, {
    lines: [
      { household: "H1", shares: "40.0000", amount: "0.02" },
      { shareholder: "O2", shares: "60.0000", amount: "0.03" },
    ],
    sum: "0.05",
  });
  t.strictSame(posted(event), [
    "household H1 dividend CNY 0.02",
    "entity O2 dividend CNY 0.03",
    "organisation O1 dividend CNY -0.05",
  ]);
  t.end();
});

/** Codes of the remarks of a row, or of its refusal. */
const codes = (given: Given, cells: CountyRow) => codesOf(given.when("movements", cells));

void test("what packs turn of capital that becomes shares", (t) => {
  const issue = { ...rows.shareIssue("S9"), 业务日期: "2025-06-01" };
  const own = { ...issue, 合同编号: "C5" };
  const bound = programmeRow("bindings");
  t.strictSame(codes(history, issue), ["ShareConsentMissing"], "an open contract names nobody");
  t.strictSame(codes(history, own), [], "a contract of its own is enough");
  t.strictSame(codes(history.and(bound), issue), [], "and so is a binding with its consent");
  const elsewhere = programmeRow("bindings", { 主体编号: "O2" });
  t.strictSame(codes(history.and(elsewhere), issue), ["ShareConsentMissing"], "to that entity");
  const ended = history.and(bound, programmeRow("ends", { 业务日期: "2025-05-31" }));
  t.strictSame(codes(ended, issue), ["ShareConsentMissing"], "that is live");
  const lasting = history.and(bound, programmeRow("ends", { 业务日期: "2025-06-01" }));
  t.strictSame(codes(lasting, issue), []);
  const lot = { ...own, 资本类型: "林权" };
  t.strictSame(codes(history, lot), ["LotNotValued"]);
  t.strictSame(codes(history, { ...lot, 材料: hash }), []);
  t.strictSame(codes(history, { ...own, 资本类型: "林木" }), []);
  const lent = { ...own, 资本类型: "贷款" };
  t.strictSame(codes(history, lent), ["SharesFromLoan"]);
  t.ok(!isEvents(history.when("movements", lent)), "is refused");
  t.strictSame(codes(history, { ...lent, 贷款编号: "L9" }), ["LoanUnknown"]);
  const allowed = history.and(pack({ "loan.shares": true }));
  const passed = eventOf(allowed, lent);
  t.equal(passed.pack, "base/1 test-loan.shares", "the event says under which pack");
  const reported = history.and(pack({}, { SharesFromLoan: "report", ShareConsentMissing: "off" }));
  t.strictSame(codes(reported, { ...lent, 合同编号: "C1" }), ["SharesFromLoan"]);
  const refused = history.and(pack({}, { LotNotValued: "refuse" }));
  t.equal(refused.outcome("movements", { ...lot, 合同编号: "C1" }), "LotNotValued");
  const elsewherePack = pack({}, { LotNotValued: "refuse" }, { division: "53" });
  t.strictSame(codes(history.and(elsewherePack), lot), ["LotNotValued"], "of another division");
  t.equal(history.and(elsewherePack).outcome("movements", lot), "recorded");
  t.strictSame(codes(history, { ...increase, 资本类型: "林权" }), [
    "LotNotValued",
    "ShareConsentMissing",
  ]);
  const remarked = eventOf(history, issue);
  t.match(remarked.data, { remarks: [{ code: "ShareConsentMissing", field: "户编号" }] });
  const after = history.and(["movements", issue]);
  t.equal(after.outcome("movements", issue), "alreadyRecorded", "a remark is no content");
  t.end();
});

void test("who bears a loss", (t) => {
  const project = programmeRow("projects", { 主体编号: "O2", 选择理由: "合适" });
  const given = history.and(project, programmeRow("projects", { 项目编号: "X2" }));
  const loss: CountyRow = {
    ...{ 业务编号: "M1", 业务类型: "项目亏损", 业务日期: "2025-06-01", 主体编号: "O1" },
    ...{ 金额: "500", 项目编号: "X2" },
  };
  const recorded = eventOf(given, loss);
  t.equal(recorded.type, "LossRecorded");
  t.strictSame(posted(recorded), [], "moves no money");
  for (const [cells, wanted] of [
    [{ 项目编号: "" }, "MalformedField"],
    [{ 资产编号: "Z1" }, "MalformedField"],
    [{ 主体编号: "O9" }, "OrganisationUnknown"],
    [{ 项目编号: "X9" }, "ProjectUnknown"],
    [{ 项目编号: "", 资产编号: "Z9" }, "AssetUnknown"],
    [{ 户编号: "H1" }, "LossNotHouseholds"],
    [{ 户编号: "H1", 主体编号: "O2" }, "LossNotHouseholds"],
    [{ 主体编号: "O2" }, "LossNotVillages"],
    [{ 主体编号: "O2", 项目编号: "X1" }, "recorded"],
  ] as const) {
    t.equal(given.outcome("movements", { ...loss, ...cells }), wanted, wanted);
  }
  const off = given.and(pack({}, { LossNotVillages: "report" }));
  t.strictSame(codes(off, { ...loss, 主体编号: "O2" }), ["LossNotVillages"]);
  const after = given.and(["movements", loss]);
  t.equal(after.outcome("movements", loss), "alreadyRecorded");
  t.equal(after.outcome("movements", { ...loss, 户编号: "H1" }), "ReferenceConflict");
  const back = { ...rows.reversal("B1", "M1"), 业务日期: "2025-06-01" };
  t.equal(eventOf(after, back).type, "LossReversed");
  t.equal(
    after.and(["movements", back]).outcome("movements", { ...back, 业务编号: "B2" }),
    "AlreadyReversed",
  );
  t.end();
});
