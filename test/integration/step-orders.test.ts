// Every step that the machine does not allow where a plan stands is refused with StepOutOfOrder: at
// each stage that a plan of each procedure comes to, by the real handler and its log.
import { type Test, test } from "tap";
import type { ProcedureName, StepName } from "../../events/schemes.ts";
import { procedures, stepNames } from "../../events/schemes.ts";
import { mayCome } from "../../src/domain/distribution/step-machine.ts";
import { plansAt } from "../../src/queries/plan-states.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { draft, give, hashOf, pay, paying, settle, stepOf } from "../support/paying-county.ts";

const kinds = Object.entries(stepNames) as [StepName, string][];
/** Where a plan may be driven to besides, once it stands at a stage. */
type Turn = "none" | "cancelled" | "sentBack" | "upheld";

/** Sends every step that may not come now; answers where the plan stands. */
async function refuseOthers(t: Test, ledger: TestLedger, plan: string, paid = 0) {
  const { position } = await ledger.caughtUp();
  const [standing] = await plansAt(ledger.pool, position, [plan]);
  if (standing === undefined) throw new Error("the plan is there");
  const { state } = standing;
  const illegal = kinds.filter(([kind]) => {
    const row = { kind, level: "village", date: "2025-02-10", objection: "YY1" };
    return !mayCome({ state, row } as never, () => paid);
  });
  const hash = { 清单哈希: "0".repeat(64) };
  const own = { 步骤编号: `${plan} out of order` };
  const rows = illegal.map(([, name]) => ({ ...stepOf(plan, name, hash), ...own }));
  const found = await send(ledger.handler, "steps", rows);
  const where = `${state.stage}${paid > 0 ? ", paid" : ""}`;
  t.strictSame(
    Object.fromEntries(illegal.map(([, name], at) => [name, found[at]])),
    Object.fromEntries(illegal.map(([, name]) => [name, "StepOutOfOrder"])),
    `${where}: ${illegal.length} steps`,
  );
  t.equal((await ledger.log.head()).position, position, "and nothing is recorded");
  return { stage: state.stage, refused: illegal.length };
}

/** A plan is taken through its order and then turned; all else is refused meanwhile. */
async function walk(
  t: Test,
  ledger: TestLedger,
  procedure: ProcedureName,
  [last, turn]: readonly [number, Turn],
): Promise<Set<string>> {
  const { name, order } = procedures[procedure];
  const plan = `JH-${procedure}-${last}-${turn}`;
  const own = paying(ledger);
  const terms = { 程序: name };
  await draft(own, {
    plan,
    basis: new Map([
      [1, "1"],
      [2, "2"],
    ]),
    pool: "100",
    terms,
  });
  const reached = new Set<string>();
  const look = async (paid = 0) => {
    const { stage } = await refuseOthers(t, ledger, plan, paid);
    reached.add(paid > 0 ? `${stage}, paid` : stage);
  };
  const go = async (kind: StepName, more = {}): Promise<void> => {
    const hash = kind === "notice" || kind === "approve" ? await hashOf(own, plan) : "";
    const hashes = hash === "" ? {} : { 清单哈希: hash };
    await give(own, "steps", [stepOf(plan, stepNames[kind], { ...hashes, ...more })]);
  };
  await look();
  for (const kind of order.slice(0, last)) {
    await go(kind);
    await look();
  }
  switch (turn) {
    case "none":
      await pay(own, [plan]);
      await look(2);
      break;
    case "cancelled":
      await go("cancel", { 业务日期: "2025-03-18" });
      await look();
      break;
    case "sentBack": {
      const kind = order[last];
      if (kind !== "review" && kind !== "approve") throw new Error("neither is sent back");
      await go(kind, { 意见: "退回", 说明: "重来" });
      await look();
      break;
    }
    case "upheld":
      await go("object", { 异议编号: `YY-${plan}` });
      await go("answer", { 异议编号: `YY-${plan}`, 结论: "成立" });
      await look();
      break;
  }
  return reached;
}

for (const procedure of Object.keys(procedures) as ProcedureName[]) {
  test(`every illegal order of ${procedures[procedure].name}`, async (t) => {
    const ledger = await testLedger(t);
    await settle(paying(ledger), 2);
    const order: readonly StepName[] = procedures[procedure].order;
    const ways: (readonly [number, Turn])[] = [[order.length, "none"]];
    order.forEach((kind, at) => {
      ways.push([at, "cancelled"]);
      if (kind === "review" || kind === "approve") ways.push([at, "sentBack"]);
      if (kind === "notice") ways.push([at + 1, "upheld"]);
    });
    ways.push([order.length, "cancelled"]);
    const reached = new Set<string>();
    for (const way of ways) {
      for (const stage of await walk(t, ledger, procedure, way)) reached.add(stage);
    }
    // Drafted, one stage a step, approved and paid, cancelled.
    t.equal(reached.size, order.length + 3, [...reached].join(" "));
  });
}
