// Random movements of shares with their reversals, decided by the ledger and by a plain model that
// has every day of the calendar in a table: nobody ever holds less than nothing, what goes from one
// to another is neither more nor less, and dividends come to their pool.
import fc from "fast-check";
import { test } from "tap";
import type { CountyRow } from "../support/county.ts";
import type { Given } from "../support/given.ts";
import { isEvents, surveyed } from "../support/given.ts";
import { shareSurveys } from "../support/share-surveys.ts";
import * as rows from "../support/rows.ts";
import type { ShareAct } from "../support/plain-shares.ts";
import { PlainShares, shareDays } from "../support/plain-shares.ts";

const base = surveyed(
  shareSurveys,
  ["roster", rows.person(1)],
  ["roster", rows.person(2)],
  ["organisations", rows.organisation("O1")],
  ["organisations", rows.organisation("O2")],
  ["organisations", rows.organisation("H1")],
  ["contracts", rows.shareContract()],
);

/** Two households and two organisations, of which one has the number of a household. */
const holders = ["户H1", "户H2", "主O2", "主H1"] as const;
const day = fc.constantFrom(...shareDays);
const holder = fc.constantFrom(...holders);
const count = fc.integer({ min: 1, max: 30 });
const acts = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant("issue"), day, from: fc.constantFrom("户H1", "户H2"), count }),
    fc.record({ does: fc.constant("withdraw"), day, from: holder, count }),
    fc.record({
      does: fc.constantFrom("转让", "调整", "继承"),
      ...{ day, from: holder, to: holder, count },
    }),
    fc.record({ does: fc.constant("dividend"), day, count }),
    fc.record({ does: fc.constant("increase"), day, from: fc.constantFrom("户H1", "户H2"), count }),
    fc.record({ does: fc.constant("reversal"), day, of: fc.nat(30) }),
  ),
  { minLength: 12, maxLength: 40 },
);

const cell = (who: string, household: string, organisation: string): CountyRow =>
  who.startsWith("户") ? { [household]: who.slice(1) } : { [organisation]: who.slice(1) };

function rowOf({ does, day: date, from = "", to = "", of = 0, count: n = 0 }: ShareAct, i: number) {
  const common: CountyRow = {
    ...{ 业务编号: `M${i}`, 业务日期: date, 主体编号: "O1", 股权登记簿: "R1" },
    ...cell(from, "户编号", "持股主体编号"),
  };
  const number = String(n);
  const money = { 合同编号: "C1", 金额: number };
  switch (does) {
    case "issue":
      return { ...common, 业务类型: "折股", ...money, 资本类型: "现金" };
    case "increase":
      return { ...common, 业务类型: "增资", ...money, 资本类型: "分红" };
    case "withdraw":
      return { ...common, 业务类型: "退股", ...money, 股数: number };
    case "dividend":
      return { ...rows.dividend(`M${i}`, `${n}.07`), 业务日期: date };
    case "reversal":
      return { ...rows.reversal(`M${i}`, `M${of}`), 业务日期: date };
    default:
      return {
        ...common,
        ...{ 业务类型: does, 股数: number, 说明: "调", 材料: "a".repeat(64) },
        ...cell(to, "受让户编号", "受让主体编号"),
      };
  }
}

/** What the ledger says of a row, and what it divides a dividend into. */
function decided(given: Given, row: CountyRow): { code: string; lines?: string[]; after: Given } {
  const events = given.when("movements", row);
  if (!isEvents(events)) return { code: events.code, after: given };
  const after = given.and(["movements", row]);
  const [event] = events;
  if (event?.type !== "DividendDeclared") return { code: "recorded", after };
  const lines = event.data.lines.map(({ household, shareholder = "", shares, amount }) => {
    return `${household === undefined ? `主${shareholder}` : `户${household}`} ${shares} ${amount}`;
  });
  return { code: "recorded", lines, after };
}

void test("movements of shares as a plain model has them", (t) => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(acts, (all) => {
      const plain = new PlainShares();
      let given = base;
      all.forEach((one: ShareAct, i) => {
        const act = { ...one, of: i === 0 ? 0 : (one.of ?? 0) % i };
        const { code, lines, after } = decided(given, rowOf(act, i));
        const wanted = plain.judge(act, i);
        if (code !== wanted.code) throw new Error(`M${i}: ${code}, not ${wanted.code}`);
        if (String(lines) !== String(wanted.lines)) throw new Error(`M${i}: ${String(lines)}`);
        plain.check();
        given = after;
        const name = `${act.does} ${code}`;
        seen.set(name, (seen.get(name) ?? 0) + 1);
      });
    }),
    { numRuns: Number(process.env["SHARES"] ?? 250) },
  );
  for (const name of [
    ...["issue recorded", "increase recorded", "withdraw recorded", "转让 recorded"],
    ...["reversal recorded", "reversal SharesInsufficient", "increase DividendMissing"],
    ...["withdraw SharesInsufficient", "继承 SharesInsufficient", "dividend recorded"],
  ]) {
    t.ok((seen.get(name) ?? 0) > 0, name);
  }
  t.end();
});
