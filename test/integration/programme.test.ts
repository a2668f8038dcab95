// Files of the programme through the real handler: rows rest on those before them in their file,
// remarks are answered, what is taken back counts no more, and nothing personal is in the open.
import { type Test, test } from "tap";
import type { ProgrammeKind } from "../../events/programme.ts";
import { ownership } from "../../src/queries/ownership.ts";
import { trail } from "../../src/queries/trail.ts";
import type { Step } from "../support/given.ts";
import { importing } from "../support/importing.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { income, plan, step } from "../support/plan-rows.ts";
import { assetStep, caseStep, county, hash, projectStep, row } from "../support/programme-rows.ts";
import { wage } from "../support/rows.ts";

async function countyLedger(t: Test): Promise<TestLedger> {
  const ledger = await testLedger(t);
  for (const [kind, cells] of county) {
    t.strictSame(await send(ledger.handler, kind, [cells]), ["recorded"]);
  }
  return ledger;
}

test("files of the programme", async (t) => {
  const ledger = await countyLedger(t);
  const file = (kind: ProgrammeKind, ...steps: Step[]) => importing(t, ledger, kind, steps);
  const plain = { alreadyRecorded: 0, refused: [], remarks: [], rejected: "" };

  t.strictSame(await file("funds", row("funds"), row("funds", { 资金编号: "F2", 金额: "50" })), {
    ...plain,
    recorded: 2,
  });
  t.strictSame(await file("projects", row("projects", { 计划金额: "800" })), {
    ...plain,
    recorded: 1,
  });
  const steps = [projectStep("入库", "2025-01-12"), projectStep("批准", "2025-01-20")];
  t.strictSame(await file("project-steps", ...steps), { ...plain, recorded: 2 });
  t.strictSame(await file("project-steps", ...steps), {
    ...plain,
    recorded: 0,
    alreadyRecorded: 2,
  });

  const allocated = await file(
    "allocations",
    row("allocations"),
    row("allocations", { 安排编号: "A2", 金额: "300.01" }),
    row("allocations", { 安排编号: "A3", 金额: "300" }),
    row("allocations", { 安排编号: "A4", 金额: "0.01" }),
  );
  t.match(allocated, { recorded: 2, refused: ["A2 PlanExceeded", "A4 PlanExceeded"] });
  t.match(allocated.rejected, /A2.*PlanExceeded/, "and stands in the file of refused rows");

  const paidOut = await file(
    "disbursements",
    row("disbursements", { 主体编号: "O1" }),
    row("disbursements", { 拨付编号: "D2", 户编号: "H1", 收入类别: "补贴", 金额: "200" }),
    row("disbursements", { 拨付编号: "D3", 户编号: "H1", 收入类别: "补贴", 金额: "0.01" }),
  );
  t.match(paidOut, { recorded: 2, refused: ["D3 AllocationExceeded"] });
  t.strictSame(paidOut.remarks, ["D1 DutyMissing", "D1 CooperativeTooSmall"]);

  const corrected = await file(
    "corrections",
    row("corrections", { 原表: "allocations", 原编号: "A1" }),
    row("corrections", { 更正编号: "G2", 原表: "allocations", 原编号: "A3" }),
    row("corrections", { 更正编号: "G3", 原表: "disbursements", 原编号: "D2" }),
  );
  t.match(corrected, { recorded: 2, refused: ["G1 DependentsExist"] });

  const { position } = await ledger.caughtUp();
  const told = await trail(ledger, "H1", { position, at: null }, { after: 0n, max: 100 });
  t.strictSame(
    told.slice(-2).map(({ summary }) => summary),
    ["拨付补贴 200.00 元（D2）", "更正 G3：撤回 disbursements D2"],
    "the household sees what it was paid, and that it was taken back",
  );
  t.ok((await ledger.verify()).ok);
});

test("files of supervision", async (t) => {
  const ledger = await countyLedger(t);
  const file = (kind: ProgrammeKind, ...steps: Step[]) => importing(t, ledger, kind, steps);
  const told = await file(
    "cases",
    row("cases"),
    row("cases", { 案件编号: "J2", 户编号: "", 主体编号: "O1", 类型: "舆情" }),
    row("cases", { 案件编号: "J3", 户编号: "H9" }),
  );
  t.match(told, { recorded: 1, refused: ["J2 GradeMissing", "J3 HouseholdUnknown"] });
  const steps = [
    caseStep("受理", "2025-02-21"),
    caseStep("发现问题", "2025-02-22", {}, "W1"),
    caseStep("复查", "2025-02-23", { 问题编号: "W1" }),
    caseStep("办结", "2025-02-23"),
    caseStep("处理决定", "2025-02-23", { 问题编号: "W1" }),
    caseStep("追缴", "2025-02-24", { 对象: "H2" }),
    caseStep("办结", "2025-02-24"),
  ];
  t.match(await file("case-steps", ...steps), {
    recorded: 5,
    refused: ["复查 2025-02-23 StepOutOfOrder", "办结 2025-02-23 CaseOpenFinding"],
  });
  t.match(await file("case-steps", ...steps), { recorded: 0, alreadyRecorded: 5 });
  const sanction = row("sanctions", { 案件编号: "J1", 业务日期: "2025-02-25" });
  const other = row("sanctions", { 惩戒编号: "N2", 案件编号: "J2" });
  t.match(await file("sanctions", sanction, other), { recorded: 1, refused: ["N2 CaseUnknown"] });
  const paid = { 动作: "支付", 业务日期: "2025-03-02" };
  t.match(
    await file(
      "liquidation",
      row("liquidation"),
      row("liquidation", { 流水编号: "LQ2", 顺位: "法定债务", 债权人: "张PRIV8Q" }),
      row("liquidation", { 流水编号: "LQ3", ...paid }),
      row("liquidation", { 流水编号: "LQ4", 顺位: "法定债务", 债权人: "张PRIV8Q", ...paid }),
      row("liquidation", { 流水编号: "LQ5", ...paid }),
    ),
    { recorded: 4, refused: ["LQ3 RankOutOfOrder"] },
  );
  const { position } = await ledger.caughtUp();
  const page = { after: 0n, max: 100 };
  const sentences = async (household: string) =>
    (await trail(ledger, household, { position, at: null }, page)).map(({ summary }) => summary);
  t.strictSame((await sentences("H1")).slice(-3), [
    "监督案件 J1（投诉）",
    "清算申报（贫困村户）100.00 元，主体 O2（LQ1）",
    "清算支付（贫困村户）100.00 元，主体 O2（LQ5）",
  ]);
  t.equal((await sentences("H2")).at(-1), "案件 J1 追缴 100.00 元");
  const { rows } = await ledger.pool.query(
    "SELECT 1 FROM read.programme_rows WHERE strpos(data::text, 'PRIV8Q') > 0",
  );
  t.strictSame(rows, [], "the name of a creditor lies in the vault alone");
  t.ok((await ledger.verify()).ok);
});

test("files of assets, and who holds rights in them", async (t) => {
  const ledger = await countyLedger(t);
  const file = (kind: ProgrammeKind, ...steps: Step[]) => importing(t, ledger, kind, steps);
  const told = await file(
    "assets",
    row("assets", { 收益权: "H1", 分配权: "H1", 动态管理: "" }),
    row("assets", { 资产编号: "ZC2", 收益权: "H2" }),
    row("assets", { 资产编号: "ZC3", 收益权: "H9" }),
  );
  t.match(told, { recorded: 2, refused: ["ZC3 PartyUnknown"], remarks: ["ZC1 TermsMissing"] });
  const later = assetStep("权利变更", "2025-03-02", { 资产编号: "ZC2" }, "Z2");
  const steps = await file(
    "asset-steps",
    assetStep("移交", "2025-03-01"),
    assetStep("闲置", "2025-03-02"),
    assetStep("闲置", "2025-03-03"),
    later,
  );
  t.match(steps, {
    recorded: 3,
    refused: ["闲置 2025-03-03 StepOutOfOrder"],
    remarks: ["移交 2025-03-01 HolderDutyUnmet"],
  });
  const before = await ledger.caughtUp();
  const back = row("corrections", { 原表: "asset-steps", 原编号: "Z2", 业务日期: "2025-03-10" });
  t.match(await file("corrections", back), { recorded: 1 });
  const now = await ledger.caughtUp();
  const own = { registers: {}, assets: { ZC1: ["收益权", "分配权"] } };
  const both = { registers: {}, assets: { ...own.assets, ZC2: ["收益权"] } };
  t.strictSame(await ownership(ledger, "H1", now), own);
  t.strictSame(await ownership(ledger, "H1", before), both, "as known before the correction");
  t.strictSame(await ownership(ledger, "H1", now, "2025-03-09"), both, "until it is taken back");
  t.strictSame(await ownership(ledger, "H1", now, "2025-03-01"), own, "before it");
  t.strictSame(await ownership(ledger, "H1", now, "2025-02-14"), { registers: {} }, "nothing yet");
  t.match(await ownership(ledger, "H2", now), { assets: { ZC2: ["收益权"] } }, "has it again");
  t.strictSame(await ownership(ledger, "O1", now, "2025-02-28"), {
    registers: {},
    assets: { ZC1: ["经营权"], ZC2: ["经营权"] },
  });
  t.match(await ownership(ledger, "O1", now), { assets: { ZC2: ["经营权"] } });
  t.match(await ownership(ledger, "O2", now), { assets: { ZC1: ["经营权"] } }, "handed over");
  t.strictSame(await ownership(ledger, "O3", now), { registers: {} });
  await t.rejects(ownership(ledger, "nobody", now), { code: "HouseholdUnknown" });
  const page = { after: 0n, max: 100 };
  const entries = await trail(ledger, "H1", now, page);
  t.strictSame(
    entries.slice(-3).map(({ summary }) => summary),
    ["资产 ZC1 登记：收益权、分配权", "资产 ZC2 权利变更：收益权", "更正 G1：撤回 asset-steps Z2"],
  );
  t.ok((await ledger.verify()).ok);
});

test("an income that is taken back", async (t) => {
  const { handler, verify } = await countyLedger(t);
  const correction = row("corrections", { 原表: "income", 原编号: "SY1" });
  t.strictSame(await send(handler, "income", [income()]), ["recorded"]);
  t.strictSame(await send(handler, "plans", [plan()]), ["recorded"]);
  t.strictSame(await send(handler, "corrections", [correction[1]]), ["DependentsExist"]);
  t.strictSame(await send(handler, "steps", [step("撤销", { 说明: "重来" })]), ["recorded"]);
  t.strictSame(await send(handler, "corrections", [correction[1]]), ["recorded"]);
  const again = plan({ 计划编号: "JH2" });
  t.strictSame(await send(handler, "plans", [again]), ["IncomeUnknown"]);
  t.strictSame(
    await send(handler, "income", [income()]),
    ["alreadyRecorded"],
    "its number is used",
  );
  t.ok((await verify()).ok);
});

test("a duty of the year before rests on what was paid", async (t) => {
  const ledger = await countyLedger(t);
  const { handler } = ledger;
  const give = async ([kind, cells]: Step) => (await send(handler, kind, [cells]))[0];
  for (const given of [
    row("funds"),
    row("projects"),
    projectStep("入库", "2025-01-12"),
    projectStep("批准", "2025-01-20"),
    row("allocations", { 资金方式: "贷款贴息", 业务日期: "2026-02-01" }),
    row("duties", { 责任类型: "工资金额", 目标值: "300" }),
    row("duties", { 责任编号: "Z2", 年度: "2026" }),
  ]) {
    t.equal(await give(given), "recorded");
  }
  const paidOut = row("disbursements", { 主体编号: "O1", 业务日期: "2026-03-01" });
  t.equal(await give(paidOut), "DutyUnmet");
  await send(handler, "movements", [wage("M1"), wage("M2")]);
  t.equal(await give(paidOut), "DutyUnmet");
  await send(handler, "movements", [wage("M3")]);
  t.equal(await give(paidOut), "recorded");
});

test("names of officers and what is said in words", async (t) => {
  const ledger = await countyLedger(t);
  const mark = "PRIV8Q";
  await send(ledger.handler, "officers", [
    row("officers", { 姓名: `张${mark}`, 证件号码: `5399${mark}`, 备注: `备${mark}` })[1],
  ]);
  await send(ledger.handler, "funds", [row("funds", { 说明: `说${mark}`, 别名: mark })[1]]);
  await ledger.caughtUp();
  const { rows } = await ledger.pool.query<{ found: string }>(
    `SELECT 'events' AS found FROM events WHERE strpos(body::text, $1) > 0
     UNION ALL SELECT 'rows' FROM read.programme_rows WHERE strpos(data::text, $1) > 0`,
    [mark],
  );
  t.strictSame(rows, [], "lie in the vault alone");
  t.match(
    await send(ledger.handler, "activities", [
      row("activities", { 活动类型: "参与生产", 户编号: "H1", 主体编号: "O1", 材料: hash })[1],
    ]),
    ["recorded"],
  );
  t.ok((await ledger.verify()).ok);
});
