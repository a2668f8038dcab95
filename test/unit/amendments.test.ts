// What amendments make of a contract, without a server: refusals and their order, which terms hold
// on which day, and what movements are judged by.
import { test } from "tap";
import { eventType, liftEvent } from "../../events/index.ts";
import { changingDaysMax } from "../../src/domain/amendment.ts";
import type { ContractEvent } from "../../src/domain/contract.ts";
import { termsOf } from "../../src/domain/contract.ts";
import type { DecidedEvent } from "../../src/domain/facts.ts";
import { refusalCodes } from "../../src/domain/refusal.ts";
import type { CountyRow } from "../support/county.ts";
import type { Given, Step } from "../support/given.ts";
import { given, isEvents } from "../support/given.ts";
import * as rows from "../support/rows.ts";

const lease: CountyRow = {
  合同编号: "L1",
  合同类型: "土地流转",
  户编号: "H1",
  主体编号: "O1",
  起始日期: "2025-01-01",
  终止日期: "2026-12-31",
  数量: "2",
  单价: "600",
};

const base = given(
  ["roster", rows.person(1)],
  ["roster", rows.person(2)],
  ["organisations", rows.organisation("O1")],
  ["organisations", rows.organisation("O2")],
  ["contracts", lease],
  ["contracts", rows.labourContract("C2")],
  ["contracts", rows.shareContract("C1", "O1", "R1")],
  ["contracts", rows.shareContract("C5", "O2", "R2")],
);

const change = (id: string, terms: CountyRow): CountyRow => ({
  变更编号: id,
  合同编号: "L1",
  变更类型: "补充协议",
  生效日期: "2026-01-01",
  ...terms,
});
const dearer = change("A1", { 单价: "700" });

const rent = (reference: string, terms: CountyRow): CountyRow => ({
  业务编号: reference,
  业务类型: "租金",
  业务日期: "2025-06-30",
  户编号: "H1",
  主体编号: "O1",
  合同编号: "L1",
  数量: "1",
  单价: "600",
  金额: terms["单价"] ?? "600",
  ...terms,
});

function eventsOf(of: Given, row: CountyRow): readonly DecidedEvent[] {
  const decided = of.when("amendments", row);
  if (!isEvents(decided)) throw new Error(decided.code);
  return decided;
}

/** The days from the first to the last of these on which terms change, with the terms. */
function heldUnder(of: Given, ...amendments: readonly CountyRow[]): string[] {
  const after = of.and(...amendments.map((row): Step => ["amendments", row]));
  const newest = after.events.findLast(({ key }) => key === "contract:L1") as ContractEvent;
  const said: string[] = [];
  for (let month = 0; month < 60; month++) {
    const day = new Date(Date.UTC(2024, 10 + month, 1)).toISOString().slice(0, 10);
    const { from, to, price = "", household = "" } = termsOf(newest, day);
    const isInForce = from <= day && (to === undefined || day <= to);
    const terms = isInForce ? `${household} ${price}` : "not in force";
    if (said.at(-1)?.endsWith(terms) !== true) said.push(`${day.slice(0, 7)} ${terms}`);
  }
  return said;
}

void test("an amendment", async (t) => {
  await t.test("is recorded about its contract, in the stream of that", (t) => {
    const [agreed] = eventsOf(base, dearer);
    t.match(agreed, {
      type: "ContractAmended",
      stream: "contract-L1",
      key: "contract:L1",
      nth: 1,
      once: "amendment:A1",
      effectiveDate: "2026-01-01",
    });
    const [shares] = eventsOf(base, change("A1", { 合同编号: "C1", 每股金额: "2" }));
    t.match(shares, { type: "ShareContractAmended", stream: "register-R1", nth: 1 });
    for (const event of [agreed, shares]) {
      t.ok(event && liftEvent(event.type, 1, JSON.parse(JSON.stringify(event.data))), "as stored");
    }
    t.end();
  });

  await t.test("again is recorded already, in whatever writing", (t) => {
    const after = base.and(["amendments", dearer], ["amendments", change("A2", { 数量: "3" })]);
    const outcome = (row: CountyRow) => after.outcome("amendments", row);
    t.equal(outcome(dearer), "alreadyRecorded");
    t.equal(outcome({ ...dearer, 单价: "0700.00", 生效日期: "2026/1/1" }), "alreadyRecorded");
    t.equal(outcome({ ...dearer, 经办: "n" }), "alreadyRecorded", "unknown columns do not count");
    t.equal(outcome({ ...dearer, 单价: "701" }), "ReferenceConflict");
    t.equal(outcome({ ...dearer, 终止日期: "-" }), "ReferenceConflict");
    t.equal(outcome({ ...dearer, 主体编号: "O1" }), "ReferenceConflict", "so is what stays");
    t.equal(outcome({ ...dearer, 合同编号: "C2" }), "ReferenceConflict");
    t.equal(after.outcome("contracts", lease), "alreadyRecorded", "a contract is what was signed");
    t.equal(after.outcome("contracts", { ...lease, 单价: "700" }), "ReferenceConflict");
    t.end();
  });

  await t.test("is well formed or malformed", (t) => {
    const malformed: readonly CountyRow[] = [
      { 变更编号: "" },
      { 合同编号: " " },
      { 变更类型: "" },
      { 变更类型: "变更" },
      { 生效日期: "" },
      { 生效日期: "2026-02-30" },
      { 终止日期: "--" },
      { 终止日期: "0" },
      { 起始日期: "-" },
      { 合同类型: "借款" },
      { 单价: "0" },
      { 单价: "1e3" },
      { 保护价: "x" },
      { 起始日期: "2026-06-02", 终止日期: "2026-06-01" },
      { 终止日期: "2025-12-31" },
      { 变更类型: "终止", 终止日期: "2026-01-02" },
      { 变更类型: "终止", 终止日期: "-" },
    ];
    for (const broken of malformed) {
      const outcome = base.outcome("amendments", { ...dearer, ...broken });
      t.equal(outcome, "MalformedField", JSON.stringify(broken));
    }
    for (const [kind, wanted] of [
      ["补充协议", "MalformedField"],
      ["更正", "MalformedField"],
      ["终止", "recorded"],
    ] as const) {
      const none = change("A1", { 变更类型: kind, 主体编号: "O1", 备注: "n" });
      t.equal(base.outcome("amendments", none), wanted, `a ${kind} that changes nothing`);
    }
    t.equal(base.outcome("amendments", { ...dearer, 终止日期: "2026/1/1" }), "recorded");
    t.end();
  });

  t.test("is refused in the order of precedence", (t) => {
    const after = base.and(["amendments", change("X1", { 单价: "650" })]);
    const breakages: Readonly<Record<string, CountyRow>> = {
      MalformedField: { 每股金额: "0" },
      ReferenceConflict: { 变更编号: "X1" },
      HouseholdUnknown: { 户编号: "H9" },
      ContractUnknown: { 合同编号: "C9" },
      ContractMismatch: { 主体编号: "O2" },
      ContractNotInForce: { 生效日期: "2027-01-01" },
    };
    const codes = refusalCodes.filter((code) => code in breakages);
    t.equal(codes.length, Object.keys(breakages).length);
    for (const [i, code] of codes.entries()) {
      for (const later of codes.slice(i)) {
        const row = { ...dearer, ...breakages[later], ...breakages[code] };
        t.equal(after.outcome("amendments", row), code, `${code} before ${later}`);
      }
    }
    for (const other of [{ 合同类型: "劳务" }, { 股权登记簿: "R1" }]) {
      const outcome = after.outcome("amendments", { ...dearer, ...other });
      t.equal(outcome, "ContractMismatch", JSON.stringify(other));
    }
    const own = { 合同类型: "土地流转", 主体编号: "O1", 户编号: "H1", 股权登记簿: "" };
    t.equal(after.outcome("amendments", { ...dearer, ...own }), "recorded", "what stays may stand");
    t.end();
  });
});

void test("from 生效日期 on the new terms hold, before it the old ones", (t) => {
  t.strictSame(heldUnder(base, dearer), [
    "2024-11 not in force",
    "2025-01 H1 600",
    "2026-01 H1 700",
    "2027-01 not in force",
  ]);
  const late = change("A2", { 生效日期: "2025-07-01", 单价: "650", 终止日期: "-" });
  const wanted = ["2024-11 not in force", "2025-01 H1 600", "2025-07 H1 650", "2026-01 H1 700"];
  t.strictSame(heldUnder(base, dearer, late), wanted, "recorded later, of an earlier day");
  t.strictSame(heldUnder(base, late, dearer), wanted, "the order of recording does not matter");
  const sameDay = change("A3", { 单价: "720" });
  t.equal(heldUnder(base, dearer, sameDay)[2], "2026-01 H1 720", "but on one day the last counts");
  t.equal(heldUnder(base, sameDay, dearer)[2], "2026-01 H1 700");
  const other = change("A4", { 户编号: "H2" });
  t.equal(heldUnder(base, dearer, other)[2], "2026-01 H2 700", "what is not filled stays");
  t.end();
});

void test("a 更正 holds from 起始日期 on", (t) => {
  const corrected = change("A2", { 变更类型: "更正", 生效日期: "2026-06-01", 单价: "610" });
  const wanted = ["2025-01 H1 610", "2026-01 H1 700", "2027-01 not in force"];
  t.strictSame(heldUnder(base, dearer, corrected).slice(1), wanted, "a supplement stays");
  t.strictSame(heldUnder(base, corrected, dearer).slice(1), wanted);
  const earlier = { 变更类型: "更正", 起始日期: "2024-12-01" };
  t.equal(heldUnder(base, change("A2", earlier))[1], "2024-12 H1 600");
  const outside = { ...earlier, 生效日期: "2024-12-01" };
  t.equal(base.outcome("amendments", change("A2", outside)), "recorded", "inside as corrected");
  const shorter = { 变更类型: "更正", 终止日期: "2025-12-31", 生效日期: "2026-03-01" };
  t.equal(base.outcome("amendments", change("A2", shorter)), "recorded", "inside as known");
  t.equal(
    base.outcome("amendments", change("A2", { 变更类型: "更正", 起始日期: "2027-01-01" })),
    "ContractNotInForce",
    "never in force is no contract",
  );
  t.end();
});

void test("a 终止 ends a contract, whatever was agreed for later", (t) => {
  const ended = change("A2", { 变更类型: "终止", 生效日期: "2025-09-30" });
  const longer = change("A3", { 单价: "700", 终止日期: "2028-12-31" });
  const wanted = ["2024-11 not in force", "2025-01 H1 600", "2025-10 not in force"];
  t.strictSame(heldUnder(base, ended), wanted);
  t.strictSame(heldUnder(base, longer, ended), wanted);
  const after = base.and(["amendments", ended]);
  t.equal(after.outcome("amendments", longer), "ContractNotInForce");
  const undone = change("A4", { 生效日期: "2025-09-30", 终止日期: "-" });
  t.strictSame(
    heldUnder(base, longer, ended, undone),
    ["2024-11 not in force", "2025-01 H1 600", "2026-01 H1 700"],
    "until a supplement of the same day says otherwise",
  );
  const last = rent("M1", { 业务日期: "2025-09-30" });
  t.equal(after.outcome("movements", last), "recorded", "its day is the last in force");
  const next = { ...last, 业务日期: "2025-10-01" };
  t.equal(after.outcome("movements", next), "ContractNotInForce");
  t.end();
});

void test("an end that is moved before what was agreed for later takes that back", (t) => {
  const longer = change("A1", { 生效日期: "2026-06-01", 终止日期: "2028-12-31" });
  const shorter = change("A2", { 生效日期: "2025-07-01", 终止日期: "2025-12-31" });
  const ends = ["2024-11 not in force", "2025-01 H1 600", "2026-01 not in force"];
  t.strictSame(heldUnder(base, longer, shorter), ends, "no gap is left");
  t.equal(base.and(["amendments", shorter]).outcome("amendments", longer), "ContractNotInForce");
  t.end();
});

void test("a start that is put off leaves days without terms", (t) => {
  const later = change("A1", { 生效日期: "2025-01-01", 起始日期: "2025-04-01" });
  t.equal(heldUnder(base, later)[1], "2025-04 H1 600");
  const after = base.and(["amendments", later]);
  const within = change("A2", { 生效日期: "2025-02-01", 单价: "1" });
  t.equal(after.outcome("amendments", within), "ContractNotInForce");
  t.end();
});

void test("a movement is judged by the terms of its day, as known when it is recorded", (t) => {
  const paid = rent("M1", { 业务日期: "2026-06-30" });
  const dear = rent("M2", { 业务日期: "2026-06-30", 单价: "700" });
  t.equal(base.outcome("movements", paid), "recorded");
  t.equal(base.outcome("movements", dear), "PriceNotContract");
  const after = base.and(["movements", paid], ["amendments", dearer]);
  t.equal(after.outcome("movements", paid), "alreadyRecorded", "what was recorded stays");
  t.equal(after.outcome("movements", { ...paid, 业务编号: "M3" }), "PriceNotContract");
  t.equal(after.outcome("movements", dear), "recorded");
  t.equal(after.outcome("movements", rent("M3", {})), "recorded", "before 生效日期 the old price");
  const moved = after.and(["amendments", change("A2", { 户编号: "H2" })]);
  t.equal(moved.outcome("movements", dear), "ContractMismatch");
  t.equal(moved.outcome("movements", { ...dear, 户编号: "H2" }), "recorded");
  t.equal(moved.outcome("movements", rent("M3", {})), "recorded", "H1's until then");
  t.equal(moved.outcome("movements", rows.reversal("M4", "M1")), "OriginalUnknown");
  const back = { ...rows.reversal("M4", "M1"), 业务日期: "2026-07-01" };
  t.equal(moved.outcome("movements", back), "recorded", "and what is taken back is the original");
  const par = base.and(["amendments", change("A1", { 合同编号: "C1", 每股金额: "3" })]);
  t.equal(par.outcome("movements", rows.shareIssue("S1")), "recorded", "1 yuan a share then");
  const issued = { ...rows.shareIssue("S1"), 业务日期: "2026-02-01" };
  t.equal(par.outcome("movements", issued), "SharesNotExact", "3 yuan a share now");
  t.equal(par.outcome("movements", { ...issued, 金额: "99" }), "recorded");
  t.end();
});

void test("an amendment concerns whom the contract binds or bound", (t) => {
  const told = (of: Given, row: CountyRow) =>
    eventsOf(of, row).flatMap(({ type, data }) => eventType(type).tells(data as never));
  t.strictSame(told(base, change("A1", { 单价: "700", 终止日期: "-" })), [
    ["H1", "补充协议 A1：土地流转合同 L1（主体 O1），自 2026-01-01 起，终止日期 不定，单价 700"],
  ]);
  t.strictSame(told(base, change("A1", { 变更类型: "终止" })), [
    ["H1", "终止 A1：土地流转合同 L1（主体 O1），最后一日 2026-01-01"],
  ]);
  const corrected = change("A1", { 变更类型: "更正", 户编号: "H2" });
  const sentence = "更正 A1：土地流转合同 L1（主体 O1），自始，户编号 H2";
  t.strictSame(told(base, corrected), [
    ["H1", sentence],
    ["H2", sentence],
  ]);
  t.strictSame(
    told(base.and(["amendments", corrected]), change("A2", { 数量: "3" })).map(([who]) => who),
    ["H2"],
  );
  t.strictSame(told(base, change("A1", { 合同编号: "C1", 每股金额: "2" })), [], "open to all");
  t.end();
});

void test(`the terms of a contract change on ${changingDaysMax} days at most`, (t) => {
  const day = (i: number) => new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
  const many = Array.from({ length: changingDaysMax - 1 }, (_, i): Step => {
    return ["amendments", change(`A${i}`, { 生效日期: day(i), 单价: String(i + 1) })];
  });
  const full = base.and(...many);
  const further = change("B1", { 生效日期: day(changingDaysMax), 单价: "9" });
  t.match(full.when("amendments", further), { code: "MalformedField", field: "合同编号" });
  t.equal(
    full.outcome("amendments", { ...further, 生效日期: day(1) }),
    "recorded",
    "on one of them",
  );
  const [event] = eventsOf(full, { ...further, 生效日期: day(1) });
  t.ok(JSON.stringify(event?.data).length < 50_000);
  t.end();
});
