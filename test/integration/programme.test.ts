// Files of the programme through the real handler: rows rest on those before them in their file,
// remarks are answered, what is taken back counts no more, and nothing personal is in the open.
import { type Test, test } from "tap";
import type { ProgrammeKind } from "../../events/programme.ts";
import { trail } from "../../src/queries/trail.ts";
import type { Step } from "../support/given.ts";
import { importing } from "../support/importing.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { income, plan, step } from "../support/plan-rows.ts";
import { county, hash, projectStep, row } from "../support/programme-rows.ts";
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
