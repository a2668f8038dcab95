// Movements of shares through the whole ledger: what holders have, what statements, journals and
// plans make of it, and limits that rows of the same file count towards.
import { test } from "tap";
import { journalText } from "../../src/exchange/journal.ts";
import { journalPostings } from "../../src/queries/journal.ts";
import { ownership } from "../../src/queries/ownership.ts";
import { statement } from "../../src/queries/statement.ts";
import type { CountyRow } from "../support/county.ts";
import { send, testLedger } from "../support/ledger.ts";
import * as rows from "../support/rows.ts";

const row = (id: string, type: string, cells: CountyRow): CountyRow => ({
  ...{ 业务编号: id, 业务类型: type, 业务日期: "2025-06-01", 主体编号: "O1", 股权登记簿: "R1" },
  ...cells,
});
const increase = (id: string, amount: string) =>
  row(id, "增资", { 户编号: "H1", 合同编号: "C1", 金额: amount, 资本类型: "分红" });

void test("shares of households and organisations", async (t) => {
  const ledger = await testLedger(t);
  const { handler } = ledger;
  await send(handler, "roster", [rows.person(1), rows.person(2)]);
  await send(handler, "organisations", [rows.organisation(), rows.organisation("O2")]);
  await send(handler, "contracts", [{ ...rows.shareContract(), 户编号: "H1" }]);
  const outcomes = await send(handler, "movements", [
    increase("Z1", "1"),
    rows.shareIssue("S1"),
    row("S2", "转让", { 户编号: "H1", 受让主体编号: "O2", 股数: "60" }),
    { ...rows.dividend("D1", "50"), 业务日期: "2025-06-02" },
    increase("Z2", "20.01"),
    increase("Z3", "15"),
    increase("Z4", "5.01"),
    rows.reversal("B1", "S1"),
    row("S3", "退股", { 户编号: "H1", 合同编号: "C1", 股数: "5", 金额: "5" }),
    row("S4", "调整", { 持股主体编号: "O2", 受让户编号: "H2", 股数: "10", 说明: "动态管理" }),
  ]);
  t.strictSame(outcomes, [
    ...["DividendMissing", "recorded", "recorded", "recorded", "DividendMissing", "recorded"],
    ...["DividendMissing", "SharesInsufficient", "recorded", "recorded"],
  ]);
  t.strictSame(await send(ledger.another(), "movements", [increase("Z5", "5.01")]), [
    "DividendMissing",
  ]);
  t.strictSame(await send(ledger.another(), "movements", [increase("Z6", "5")]), ["recorded"]);

  const knownAt = await ledger.caughtUp();
  t.strictSame(await ownership(ledger, "R1", knownAt), {
    holders: { H1: "55.0000", H2: "10.0000", O2: "50.0000" },
    shares: "115.0000",
  });
  t.strictSame(await ownership(ledger, "O2", knownAt), { registers: { R1: "50.0000" } });
  t.strictSame(await ownership(ledger, "O2", knownAt, "2025-05-31"), { registers: {} });
  t.strictSame(await ownership(ledger, "H1", knownAt, "2025-05-31"), {
    registers: { R1: "100.0000" },
  });
  t.match(await statement(ledger, "H1", knownAt, {}), {
    legs: { dividend: "20.00" },
    total: "20.00",
    notCounted: { capital: "5.00" },
  });

  let journal = "";
  const source = { registers: ["R1"], amendments: [], remarks: [] };
  for await (const chunk of journalText({ ...source, postings: journalPostings(ledger, knownAt) }))
    journal += chunk;
  for (const line of [
    'household:H1:shares:R1  -60.0000 "R1"',
    'organisation:O2:shares:R1  60.0000 "R1"',
    "organisation:O2:received:dividend  CNY 30.00",
    'register:R1:issued  5.0000 "R1"',
    "household:H1:capital  CNY 5.00",
    "capital:H1:R1  CNY -15.00",
  ]) {
    t.ok(journal.includes(`    ${line}\n`), line);
  }
  const { ok, differences } = await ledger.verify();
  t.ok(ok, differences.join("; "));
});
