// Files of finance through the real handler: rows rest on those before them in their file, what is
// taken back counts no more, households see what concerns them, nothing personal is in the open.
import { type Test, test } from "tap";
import type { ProgrammeKind } from "../../events/programme.ts";
import { trail } from "../../src/queries/trail.ts";
import type { Step } from "../support/given.ts";
import {
  bound,
  claimStep,
  compensation,
  financeRow,
  flow,
  herdFlow,
  insurer,
  loanStep,
  opens,
  payment,
  toEntity,
} from "../support/finance-rows.ts";
import { importing } from "../support/importing.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { county, row } from "../support/programme-rows.ts";
import { wage } from "../support/rows.ts";

async function countyLedger(t: Test): Promise<TestLedger> {
  const ledger = await testLedger(t);
  for (const [kind, cells] of [...county, insurer, ...bound]) {
    t.strictSame(await send(ledger.handler, kind, [cells]), ["recorded"]);
  }
  return ledger;
}

test("files of finance", async (t) => {
  const ledger = await countyLedger(t);
  const file = async (kind: ProgrammeKind, ...steps: Step[]) => {
    const { recorded, refused, remarks } = await importing(t, ledger, kind, steps);
    return [recorded, ...refused, ...remarks];
  };
  const limited = financeRow("loans", { 贷款编号: "K3", 金额: "20000.01" });
  t.strictSame(
    await file(
      "loans",
      financeRow("loans"),
      limited,
      financeRow("loans", toEntity),
      financeRow("loans", { 贷款编号: "K4", 户编号: "H2", 收款方: "H2" }),
    ),
    [3, "K3 LoanAboveLimit", "K1 CompensationMissing", "K4 CompensationMissing"],
  );
  t.strictSame(
    await file(
      "risk-fund",
      compensation,
      opens("县级风险保障金"),
      flow("赔付", { ...payment, 金额: "600" }),
      flow("赔付", { ...payment, 流水编号: "Y9", 金额: "400.01" }),
    ),
    [3, "Y9 FundInsufficient"],
  );
  const given = financeRow("guarantees");
  t.strictSame(
    await file("guarantees", given, financeRow("guarantees", { 担保编号: "J2", 贷款编号: "K1" })),
    [1, "J2 GuaranteeForbidden"],
  );
  t.strictSame(
    await file(
      "loan-steps",
      loanStep("审查"),
      loanStep("还款", { 金额: "20000" }),
      loanStep("代偿"),
      loanStep("核销", { 金额: "0.01" }),
      loanStep("代偿", { 步骤编号: "P2", 贷款编号: "K2", 账户编号: "", 担保编号: "J1" }),
    ),
    [4, "核销 LoanOverpaid"],
  );
  t.strictSame(
    await file("loans", financeRow("loans", { 贷款编号: "K3", 业务日期: "2025-03-01" })),
    [1],
    "what is repaid leaves room, and there is a fund by now",
  );
  const subsidy = financeRow("subsidies");
  t.strictSame(
    await file("subsidies", subsidy, financeRow("subsidies", { 贴补编号: "U2", 金额: "1" })),
    [1, "U2 DaysPaid"],
  );
  t.strictSame(
    await file("policies", financeRow("policies"), financeRow("policies", { 保单编号: "I2" })),
    [2],
  );
  t.strictSame(
    await file(
      "claims",
      claimStep("报案", { 户编号: "H2" }),
      claimStep("定损"),
      claimStep("赔付", { 金额: "500.01" }),
      claimStep("赔付"),
    ),
    [3, "赔付 ClaimAboveCover"],
  );
  t.strictSame(
    await file(
      "herd",
      herdFlow("借出"),
      herdFlow("转借", { 头数: "6", 受让户编号: "H2" }),
      herdFlow("死亡", { 头数: "5" }),
    ),
    [2, "死亡 HeadsInsufficient"],
  );
  t.strictSame(await file("ends", row("ends", { 原表: "guarantees", 原编号: "J1" })), [1]);
  const back = (原表: string, 原编号: string) =>
    row("corrections", { 更正编号: `G ${原表}`, 原表, 原编号, 业务日期: "2025-06-01" });
  t.strictSame(
    await file(
      "corrections",
      back("loans", "K4"),
      back("claims", "定损"),
      back("risk-fund", "Y1"),
      back("herd", "转借"),
      back("guarantees", "J1"),
    ),
    [2, "G claims DependentsExist", "G risk-fund DependentsExist", "G guarantees DependentsExist"],
  );

  const { position } = await ledger.caughtUp();
  const told = await trail(ledger, "H2", { position, at: null }, { after: 0n, max: 100 });
  t.strictSame(
    told.slice(4).map(({ summary }) => summary),
    [
      "放款小额信贷 30000.00 元（K4）",
      "贷款 K2 三户联保（J1）",
      "赔案 CA 报案 500.00 元（报案）",
      "赔案 CA 定损 500.00 元（定损）",
      "赔案 CA 赔付 500.00 元（赔付）",
      "借养 BA 转借 6 头（转借）",
      "终止 W1：guarantees J1",
      "更正 G loans：撤回 loans K4",
      "更正 G herd：撤回 herd 转借",
    ],
    "the household sees its loan, its guarantee, its claim and its animals",
  );
  t.ok((await ledger.verify()).ok);
});

test("a subsidy for an entity rests on what it paid", async (t) => {
  const ledger = await countyLedger(t);
  const give = async ([kind, cells]: Step) => (await send(ledger.handler, kind, [cells]))[0];
  for (const one of [
    financeRow("loans", toEntity),
    row("duties", { 责任类型: "工资金额", 目标值: "100" }),
    row("duties", { 责任编号: "Z2", 年度: "2026" }),
  ]) {
    t.equal(await give(one), "recorded");
  }
  const subsidy = financeRow("subsidies", {
    类型: "企业贴息",
    贷款编号: "K2",
    金额: "225",
    业务日期: "2026-03-01",
  });
  t.equal(await give(subsidy), "DutyUnmet");
  t.strictSame(await send(ledger.handler, "movements", [wage("M1")]), ["recorded"]);
  t.equal(await give(subsidy), "recorded");
});

test("who answers for a loan and what is said of it", async (t) => {
  const ledger = await countyLedger(t);
  const mark = "PRIV8Q";
  const rows = [
    financeRow("loans", { 备注: `备${mark}` }),
    loanStep("审查", { 意见: `意${mark}` }),
    loanStep("责任", { 责任人: `丁${mark}` }),
    financeRow("policies", { 说明: `说${mark}`, 别名: mark }),
  ];
  for (const [kind, cells] of rows) {
    t.strictSame(await send(ledger.handler, kind, [cells]), ["recorded"]);
  }
  await ledger.caughtUp();
  const found = await ledger.pool.query<{ found: string }>(
    `SELECT 'events' AS found FROM events WHERE strpos(body::text, $1) > 0
     UNION ALL SELECT 'rows' FROM read.programme_rows WHERE strpos(data::text, $1) > 0`,
    [mark],
  );
  t.strictSame(found.rows, [], "lies in the vault alone");
  t.ok((await ledger.verify()).ok);
});
