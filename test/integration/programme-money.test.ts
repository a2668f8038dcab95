// Money of the programme in double entry: from a fund to a project to whom it is paid, and back;
// what a household receives of it stands in its statement.
import { test } from "tap";
import { journalText } from "../../src/exchange/journal.ts";
import { journalPostings } from "../../src/queries/journal.ts";
import { statement } from "../../src/queries/statement.ts";
import { send, testLedger } from "../support/ledger.ts";
import { claimStep, financeRow, flow, insurer, opens, payment } from "../support/finance-rows.ts";
import { county, projectStep, row } from "../support/programme-rows.ts";

test("from a fund to a household's statement, and back", async (t) => {
  const ledger = await testLedger(t);
  const aid = (id: string, leg: string, amount: string) =>
    row("disbursements", { 拨付编号: id, 户编号: "H1", 收入类别: leg, 金额: amount });
  const back = { 业务日期: "2026-02-01" };
  for (const [kind, cells] of [
    ...county,
    row("funds"),
    row("projects"),
    projectStep("入库", "2025-01-12"),
    projectStep("批准", "2025-01-20"),
    row("allocations"),
    row("disbursements", { 主体编号: "O1" }),
    aid("D2", "补贴", "120"),
    aid("D3", "住房补助", "60"),
    row("refunds", { 拨付编号: "D1" }),
    row("refunds", { 退回编号: "T2", 拨付编号: "D2", 金额: "20.01", ...back }),
    row("refunds", { 退回编号: "T3", 安排编号: "A1", 金额: "70", ...back }),
    row("corrections", { 更正编号: "G1", 原表: "disbursements", 原编号: "D3", ...back }),
  ]) {
    t.strictSame(await send(ledger.handler, kind, [cells]), ["recorded"], kind);
  }
  const { position } = await ledger.caughtUp();
  const known = { position, at: null };
  const period = (from: string, to: string) => statement(ledger, "H1", known, { from, to });
  t.match(await period("2025-01-01", "2025-12-31"), {
    legs: { subsidy: "120.00" },
    total: "120.00",
    notCounted: { housing: "60.00" },
  });
  t.match(await period("2026-01-01", "2026-12-31"), {
    legs: { subsidy: "-20.01" },
    total: "-20.01",
    notCounted: { housing: "-60.00" },
  });

  const sums = new Map<string, number>();
  let journal = "";
  const source = { registers: [], amendments: [], remarks: [] };
  const postings = journalPostings(ledger, known);
  for await (const chunk of journalText({ ...source, postings })) journal += chunk;
  for (const [, account = "", amount] of journal.matchAll(/^ {4}(\S+) {2}CNY (\S+)$/gm)) {
    sums.set(account, (sums.get(account) ?? 0) + Math.round(Number(amount) * 100));
  }
  t.strictSame(Object.fromEntries(sums), {
    "fund:F1": -43_000,
    "project:X1": 43_000 - 25_000 - 9_999,
    "organisation:O1": 25_000,
    "household:H1:subsidy": 9_999,
    "household:H1:housing": 0,
  });
  t.match(journal, /2026-02-01 \(G1\) RowCorrected/, "a row stands under its own number");
  t.ok((await ledger.verify()).ok);
});

test("claims, funds against risk and liquidations pay on their legs", async (t) => {
  const ledger = await testLedger(t);
  const last = { 原表: "claims", 原编号: "P2", 业务日期: "2026-02-01" };
  for (const [kind, cells] of [
    ...county,
    insurer,
    financeRow("policies"),
    claimStep("报案"),
    claimStep("定损", { 金额: "500" }),
    claimStep("赔付", { 步骤编号: "P1", 金额: "300" }),
    claimStep("赔付", { 步骤编号: "P2", 金额: "200" }),
    opens("县级风险保障金"),
    flow("赔付", { ...payment, 金额: "40.05" }),
    row("corrections", last),
    row("liquidation"),
    row("liquidation", { 流水编号: "LQ2", 动作: "支付", 金额: "60.5", 凭证号: "PZ9" }),
  ]) {
    t.strictSame(await send(ledger.handler, kind, [cells]), ["recorded"], kind);
  }
  const { position } = await ledger.caughtUp();
  const known = { position, at: null };
  const year = { from: "2025-01-01", to: "2025-12-31" };
  t.match(await statement(ledger, "H1", known, year), { legs: { claim: "540.05" } });
  t.match(await statement(ledger, "H1", known, {}), {
    legs: { claim: "340.05" },
    total: "340.05",
    notCounted: { capital: "60.50" },
  });
  t.ok((await ledger.verify()).ok);
});
