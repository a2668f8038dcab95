// Policy packs put in force are what later rows are judged by, and no earlier ones; what each event
// was decided under stands in it. And each line of a frozen list explains itself, for every scheme.
import { type Test, test } from "tap";
import type { SchemeName } from "../../events/schemes.ts";
import { schemeNames } from "../../events/schemes.ts";
import { deliveredPacks } from "../../src/domain/delivered-packs.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import { packInForce, packsKnown } from "../../src/queries/packs.ts";
import { planAt, planQuestion } from "../../src/queries/plans.ts";
import type { CountyRow } from "../support/county.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { basis, income, plan, step } from "../support/plan-rows.ts";
import * as rows from "../support/rows.ts";

async function recorded(
  t: Test,
  { handler }: TestLedger,
  kind: KindName,
  more: readonly CountyRow[],
): Promise<void> {
  const found = await send(handler, kind, more);
  t.ok(
    found.every((one) => one === "recorded"),
    found.join(),
  );
}

/** A county of three households, one of whose cooperatives has an income. */
async function county(t: Test): Promise<TestLedger> {
  const ledger = await testLedger(t);
  const people = [1, 2, 3].map((n) => ({ ...rows.person(n), 户编号: `H${n}` }));
  await recorded(t, ledger, "roster", people);
  await recorded(t, ledger, "organisations", [rows.organisation()]);
  await recorded(t, ledger, "income", [income({ 可分配金额: "100000" })]);
  return ledger;
}

const packRow = (parts: object, by = "甲"): CountyRow => ({
  政策包: JSON.stringify({
    ...{ id: "P1", from: "2025-01-01", source: { title: "办法" }, rules: {} },
    ...{ parameters: { "notice.days": 5 }, clauses: { "notice.days": "三" } },
    ...parts,
  }),
  经办人: by,
});

const [delivered] = deliveredPacks;

test("a pack is in force once it is added, and once", async (t) => {
  const { handler, pool, caughtUp, verify } = await county(t);
  const rowsAndAnswers: readonly (readonly [CountyRow, string])[] = [
    [{ 政策包: delivered?.id ?? "", 经办人: "甲" }, "recorded"],
    [{ 政策包: delivered?.id ?? "", 经办人: "乙" }, "alreadyRecorded"],
    [{ 政策包: JSON.stringify(delivered), 经办人: "甲" }, "alreadyRecorded"],
    [packRow({}), "recorded"],
    [packRow({}, "乙"), "alreadyRecorded"],
    [packRow({ from: "2025-01-02" }), "ReferenceConflict"],
    [packRow({ id: "base/1" }), "ReferenceConflict"],
    [packRow({ id: "P2", until: "2024-12-31" }), "PackMalformed"],
    [packRow({ id: "P2", parameters: { "notice.weeks": 1 } }), "PackMalformed"],
    [packRow({ id: "P2", parameters: { "notice.days": "5" } }), "PackMalformed"],
    [packRow({ id: "P2", rules: { PlanUnknown: "off" } }), "PackMalformed"],
    [packRow({ id: "P2", clauses: {} }), "PackMalformed"],
    [packRow({ id: "P2", division: "469" }), "PackMalformed"],
    [packRow({ id: "P2", more: 1 }), "PackMalformed"],
    [{ 政策包: '{"id": "P2", "id": "P3"}', 经办人: "甲" }, "PackMalformed"],
    [{ 政策包: "base/1", 经办人: "甲" }, "PackMalformed"],
    [{ 政策包: "P1" }, "MalformedField"],
  ];
  for (const [row, answer] of rowsAndAnswers) {
    const [found] = await send(handler, "packs", [row]);
    t.match(found, answer, `${row["政策包"]?.slice(0, 60) ?? ""}: ${found ?? ""}`);
  }
  const { position } = await caughtUp();
  const known = await packsKnown(pool, position);
  t.strictSame(
    known.map(({ pack, division = "" }) => [pack, division]),
    [
      ["qionghai-2017", "469002"],
      ["P1", ""],
    ],
  );
  const days = async (on: string, division: string): Promise<unknown> =>
    (await packInForce(pool, { on, division }, position)).parameters["notice.days"];
  t.strictSame(await days("2024-12-31", ""), { value: 10, pack: "base/1" });
  t.strictSame(await days("2025-01-01", ""), { value: 5, pack: "P1", clause: "三" });
  t.match(await days("2025-01-01", "469002101"), { value: 7, pack: "qionghai-2017" });
  t.match(await days("2027-01-01", "469002101"), { value: 5, pack: "P1" });
  const before = BigInt(known[0]?.position ?? 0) - 1n;
  t.strictSame(await packsKnown(pool, before), [], "none was known before");
  t.equal((await verify()).ok, true);
});

test("a notice is judged by the pack that was recorded before it, and says so", async (t) => {
  const ledger = await county(t);
  await recorded(t, ledger, "plans", [plan({ 说明理由: "有" })]);
  await recorded(t, ledger, "basis", [basis("N1")]);
  await recorded(t, ledger, "steps", [step("定案"), step("决议"), step("审核")]);
  const { position } = await ledger.caughtUp();
  const { state } = await planAt(ledger.pool, "JH1", position);
  const short = step("公示", { 截止日期: "2025-02-08", 清单哈希: state.list?.hash ?? "" });
  t.strictSame(await send(ledger.handler, "steps", [short]), ["NoticeTooShort"]);
  await recorded(t, ledger, "packs", [packRow({})]);
  await recorded(t, ledger, "steps", [short]);
  const events = await ledger.log.read(0n, 1_000);
  const packs = Object.fromEntries(events.map(({ type, meta }) => [type, meta.pack]));
  t.match(packs, { ListResolved: "base/1", NoticePosted: "P1 base/1", PackAdded: "base/1" });
});

/** The terms of a plan by each scheme. */
const terms: Readonly<Record<SchemeName, CountyRow>> = {
  shares: { 股权登记簿: "R1", 基准日: "2025-02-01" },
  basis: {},
  tiers: {},
  heads: {},
  trade: {
    ...{ 股权登记簿: "R1", 基准日: "2025-02-01", 比例: "0.6" },
    ...{ 起始日期: "2025-01-01", 终止日期: "2025-01-31" },
  },
  unit: { 单价: "3.5" },
  fixed: { 年利率: "0.06", 计息基础: "365", 起始日期: "2024-01-01", 终止日期: "2024-12-31" },
  floor: { 保底单价: "0.25" },
};

test("every line of a list explains itself, by each scheme", async (t) => {
  const ledger = await county(t);
  await recorded(t, ledger, "contracts", [rows.shareContract(), rows.purchaseContract()]);
  await recorded(t, ledger, "movements", [
    ...[1, 2, 3].map((n) => ({ ...rows.shareIssue(`M${n}`, `H${n}`), 业务日期: "2025-01-15" })),
    { ...rows.purchase("M4", "H1"), 业务日期: "2025-01-16" },
  ]);
  for (const [scheme, more] of Object.entries(terms)) {
    const name = schemeNames[scheme as SchemeName];
    const own = { 计划编号: scheme, 分配方式: name, 说明理由: "有", ...more };
    await recorded(t, ledger, "plans", [plan(own)]);
    if (scheme !== "shares" && scheme !== "trade") {
      const each = [1, 2, 3].map((n) => {
        const what = { 户编号: `H${n}`, 基数: `${n}.5`, 优先级: String(n), 计划编号: scheme };
        return basis(`${scheme}${n}`, scheme === "heads" ? { ...what, 基数: String(n) } : what);
      });
      await recorded(t, ledger, "basis", each);
    }
    await recorded(t, ledger, "steps", [step("定案", { 计划编号: scheme, 步骤编号: scheme })]);
  }
  const knownAt = await ledger.caughtUp();
  const ask = (told: { plan: string; explain?: number }) =>
    planQuestion.ask(ledger, { explain: undefined, ...told }, knownAt);
  for (const scheme of Object.keys(terms)) {
    const { lines, explanation } = await ask({ plan: scheme });
    t.equal(explanation, undefined);
    t.ok(lines.length > 0);
    for (const { line, amount } of lines) {
      const { explanation: said } = await ask({ plan: scheme, explain: line });
      t.equal(said?.amount, amount, `${scheme} line ${line}: ${said?.steps.at(-1)?.zh ?? ""}`);
    }
    await t.rejects(ask({ plan: scheme, explain: lines.length + 1 }), { code: "LineUnknown" });
  }
  await recorded(t, ledger, "plans", [plan({ 说明理由: "有" })]);
  const after = await ledger.caughtUp();
  const none = planQuestion.ask(ledger, { plan: "JH1", explain: 1 }, after);
  await t.rejects(none, { code: "ListMissing" });
});
