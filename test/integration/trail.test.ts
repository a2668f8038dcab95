// A household's trail shows a payment whole: what was decided about its list, by whom, where it
// hung, what was objected and answered, what was paid, came back and was paid again – and nothing
// of anybody else.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "iconv-lite";
import { type Test, test } from "tap";
import { projections } from "../../projections/index.ts";
import { rebuild } from "../../src/app/rebuild.ts";
import { formatNamed } from "../../src/bank/bank-file.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import { importBankFile, noBankImport } from "../../src/payments/bank-import.ts";
import { instruct } from "../../src/payments/instruct.ts";
import type { TrailEntry } from "../../src/queries/trail.ts";
import { trail } from "../../src/queries/trail.ts";
import type { CountyRow } from "../support/county.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { basis, income, plan, step } from "../support/plan-rows.ts";
import * as rows from "../support/rows.ts";

interface County {
  readonly ledger: TestLedger;
  readonly folder: string;
  recorded(kind: KindName, more: readonly CountyRow[]): Promise<void>;
  /** Records steps of a plan, with the hash of its list where they name it. */
  steps(of: string, ...more: readonly (readonly [string, CountyRow?])[]): Promise<void>;
  trailOf(household: string, position?: bigint): Promise<TrailEntry[]>;
  /** What a household's trail says since a position. */
  said(household: string, since: bigint): Promise<string[]>;
  head(): Promise<bigint>;
}

/** Three households, two of which are in the plan JH1. */
async function county(t: Test): Promise<County> {
  const ledger = await testLedger(t);
  const folder = await mkdtemp(join(tmpdir(), "sunshine-trail-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const recorded = async (kind: KindName, more: readonly CountyRow[]): Promise<void> => {
    const found = await send(ledger.handler, kind, more);
    t.strictSame(new Set(found), new Set(["recorded"]), kind);
  };
  const accounts = [1, 2, 3].map((n) => ({ 银行账号: `621700000000000${String(n)}` }));
  await recorded(
    "roster",
    accounts.map((account, at) => ({ ...rows.person(at + 1), ...account })),
  );
  await recorded("organisations", [rows.organisation()]);
  await recorded("income", [income({ 可分配金额: "1000" })]);
  await recorded("plans", [plan({ 说明理由: "有" })]);
  await recorded("basis", [basis("N1"), basis("N2", { 户编号: "H2" })]);
  const reads = (after: bigint, position: bigint, household: string) =>
    trail(ledger, household, { position, at: null }, { after, max: 1_000 });
  const head = async () => (await ledger.caughtUp()).position;
  const steps: County["steps"] = async (of, ...more) => {
    for (const [kind, terms] of more) {
      await ledger.caughtUp();
      const { rows: lists } = await ledger.pool.query<{ hash: string }>(
        "SELECT hash FROM read.lists WHERE plan = $1 ORDER BY version DESC LIMIT 1",
        [of],
      );
      const named = kind === "公示" || kind === "批准" ? { 清单哈希: lists[0]?.hash ?? "" } : {};
      const row = step(kind, { 计划编号: of, ...named, ...terms });
      await recorded("steps", [{ ...row, 步骤编号: `${of} ${String(await head())}` }]);
    }
  };
  return {
    ledger,
    folder,
    recorded,
    steps,
    head,
    trailOf: async (household, position) => reads(0n, position ?? (await head()), household),
    said: async (household, since) => {
      const entries = await reads(since, await head(), household);
      return entries.map(({ summary }) => summary);
    },
  };
}

/** A bank's answer to a batch, in the format of its example profile. */
async function answered(
  { ledger, folder }: County,
  by: readonly (readonly [payment: string, household: string, code: string])[],
  on: string,
): Promise<void> {
  const first = by[0]?.[0] ?? "";
  const batch = first.replace(/-\d+$/, "");
  const accounts: Readonly<Record<string, string>> = { H1: "1", H2: "2", H3: "3" };
  const lines = by.map(
    ([payment, household, code], at) =>
      `${String(at + 1)}|621700000000000${accounts[household] ?? ""}|` +
      `某|50.00|${payment}|${code}|`,
  );
  const good = by.filter(([, , code]) => code === "0000").length;
  const count = String(by.length);
  const sum = (of: number): string => `${String(of * 50)}.00`;
  const opening = [batch, count, sum(by.length), on, String(good), sum(good)].join("|");
  const path = join(folder, `${batch}.txt`);
  await writeFile(path, encode(`${[opening, ...lines].join("\r\n")}\r\n`, "gb18030"));
  const profile = formatNamed("example-gbk");
  if (profile === undefined || typeof profile === "string") throw new Error("it is a profile");
  const result = noBankImport();
  await importBankFile(ledger, path, { name: "answer", actor: "test", profile }, result);
  if (result.refused.length > 0) throw new Error(JSON.stringify(result.refused));
}

/** Instructs what is due of JH1, and answers with the payments by household. */
async function instructed({ ledger }: County, on: string): Promise<Map<string, string>> {
  const { submitter, projector, log, pool, vault } = ledger;
  const reads = { pool, log, vault };
  const wishes = { plans: ["JH1"], account: "53", by: "出纳", on, profile: "example-gbk" };
  const format = formatNamed("example-gbk");
  if (format === undefined) throw new Error("it is a profile");
  const of = { submitter, projector, log, reads };
  const done = await instruct(of, format, wishes, { actor: "test" });
  if ("code" in done) throw new Error(done.message);
  const { rows: payments } = await pool.query<{ payment: string; household: string }>(
    "SELECT payment, household FROM read.payments WHERE batch = $1",
    [done.batch.batch],
  );
  return new Map(payments.map(({ payment, household }) => [household, payment]));
}

/** The trail as known at each position since one, and page by page, is that of all time. */
async function heldAtAll(t: Test, { trailOf, head, ledger }: County, since: bigint): Promise<void> {
  const last = await head();
  for (const household of ["H1", "H2", "H3"]) {
    const whole = await trailOf(household);
    for (let at = since; at <= last; at++) {
      const upTo = whole.filter(({ position }) => BigInt(position) <= at);
      t.strictSame(await trailOf(household, at), upTo, `${household} at ${String(at)}`);
    }
    for (const max of [1, 2, 5]) {
      const pages: TrailEntry[] = [];
      for (let after = 0n; ; after = BigInt(pages.at(-1)?.position ?? 0)) {
        const known = { position: last, at: null };
        const found = await trail(ledger, household, known, { after, max });
        pages.push(...found);
        if (found.length < max) break;
      }
      t.strictSame(pages, whole, `${household}, ${String(max)} a page`);
    }
  }
}

const order = [["决议"], ["审核"], ["公示"]] as const;
const others = /H2|YY2|成员 2|62170000000000002/;

test("a household's trail", { timeout: 300_000 }, async (t) => {
  await t.test("shows a payment whole", async (t) => {
    const of = await county(t);
    const { steps, said, head, trailOf, ledger } = of;
    const since = await head();
    await steps("JH1", ["定案"], ...order);
    await steps("JH1", ["公示", { 级别: "县", 业务日期: "2025-02-05", 截止日期: "2025-02-14" }]);
    await steps("JH1", ["异议", { 户编号: "H2", 异议编号: "YY2" }], ["异议"]);
    await steps("JH1", ["答复", { 异议编号: "YY2", 说明: "H2 查实" }], ["答复"]);
    await steps("JH1", ["公示结束", { 业务日期: "2025-02-15" }], ["批准"]);
    const first = await instructed(of, "2025-02-20");
    const [p1 = "", p2 = ""] = [first.get("H1"), first.get("H2")];
    await answered(
      of,
      [
        [p1, "H1", "0003"],
        [p2, "H2", "0000"],
      ],
      "2025-02-21",
    );
    await steps("JH1", ["重发", { 业务日期: "2025-02-22" }]);
    const second = await instructed(of, "2025-02-23");
    const p3 = second.get("H1") ?? "";
    await answered(of, [[p3, "H1", "0000"]], "2025-02-24");
    await steps("JH1", ["追回", { 业务日期: "2025-02-25", 金额: "50.00" }]);
    const batch = (payment: string): string => payment.replace(/-\d+$/, "");
    t.strictSame(await said("H1", since), [
      "收益 SY1：O1，2025-01-10，所属期 2024，可分配 1000.00 元；计划：2025-01-10，按基数，" +
        "分配 100.00 元，村级程序；定案：计划 JH1 第 1 版第 1 行，分红 50.00 元",
      "计划 JH1 第 1 版决议：应到 30 人，实到 20 人，同意 11 人，主持人 丙",
      "计划 JH1 第 1 版审核同意：乡政府",
      "计划 JH1 第 1 版公示：村级，公开栏（公开栏），2025-02-04 至 2025-02-13",
      "计划 JH1 第 1 版公示：县级，公开栏（公开栏），2025-02-05 至 2025-02-14",
      "计划 JH1 第 1 版异议 YY1",
      "计划 JH1 第 1 版异议 YY1 答复：不成立",
      "计划 JH1 第 1 版公示结束",
      "批准：县局，计划 JH1 第 1 行，应付分红 50.00 元",
      `批次 ${batch(p1)} 代发：计划 JH1 第 1 行，分红 50.00 元，付款 ${p1}`,
      `计划 JH1 第 1 行分红 50.00 元退票（AC04 账户已销户），2025-02-21，付款 ${p1}`,
      "计划 JH1 第 1 行重发，此前代发 1 次",
      `批次 ${batch(p3)} 代发：计划 JH1 第 1 行，分红 50.00 元，付款 ${p3}`,
      `计划 JH1 第 1 行分红 50.00 元已到账，2025-02-24，付款 ${p3}`,
      "计划 JH1 第 1 行追回分红 50.00 元，凭证 PZ1",
    ]);
    t.notMatch(JSON.stringify(await trailOf("H1")), others, "and nothing of its neighbour");
    t.strictSame(
      (await said("H2", since)).filter((words) => words.includes("异议")),
      [
        "计划 JH1 异议 YY2",
        "计划 JH1 第 1 版异议 YY1",
        "计划 JH1 异议 YY2 答复：不成立",
        "计划 JH1 第 1 版异议 YY1 答复：不成立",
      ],
    );
    t.strictSame(await said("H3", since), [], "a household without a line is told nothing");
    await t.test("as known at each position", (t) => heldAtAll(t, of, since));
    const before = await trailOf("H1");
    await rebuild(ledger.pool, ledger.log, projections);
    t.strictSame(await trailOf("H1"), before, "and is derived anew as it was");
    t.match(await ledger.verify(), { ok: true });
    const { rows: transit } = await ledger.pool.query(
      "SELECT sum(amount)::text AS sum FROM read.postings WHERE side = 'transit'",
    );
    t.strictSame(transit, [{ sum: "0.00" }], "what came back is in transit no more");
  });

  await t.test("says what became of lists that fell", async (t) => {
    const of = await county(t);
    const { steps, said, head, recorded, trailOf } = of;
    await steps("JH1", ["定案"], ["决议"]);
    const since = await head();
    const sentBack = { 意见: "退回", 说明: "H1 的基数有误" };
    await steps("JH1", ["审核", sentBack]);
    await recorded("basis", [basis("N3", { 户编号: "H1", 基数: "0", 替换: "N1" })]);
    const later = (kind: string, day: string, terms: CountyRow = {}) =>
      [kind, { 业务日期: day, ...terms }] as const;
    await steps(
      "JH1",
      later("定案", "2025-03-01"),
      later("决议", "2025-03-02"),
      later("审核", "2025-03-03"),
      later("公示", "2025-03-04", { 截止日期: "2025-03-13" }),
      later("异议", "2025-03-05", { 户编号: "H3" }),
      later("答复", "2025-03-06", { 结论: "成立" }),
    );
    await recorded("basis", [basis("N4", { 户编号: "H1" })]);
    await steps("JH1", later("定案", "2025-03-07"));
    await steps("JH1", later("撤销", "2025-03-08"));
    const ofH1 = await said("H1", since);
    t.strictSame(
      ofH1.filter((words) => !words.includes("定案")),
      [
        "计划 JH1 第 1 版审核退回：乡政府，名单作废",
        "计划 JH1 基数 0",
        "计划 JH1 基数 1",
        "撤销：计划 JH1",
      ],
      "to whom was not in the list between",
    );
    t.strictSame(
      (await said("H2", since)).filter((words) => !words.includes("定案")),
      [
        "计划 JH1 第 1 版审核退回：乡政府，名单作废",
        "计划 JH1 第 2 版决议：应到 30 人，实到 20 人，同意 11 人，主持人 丙",
        "计划 JH1 第 2 版审核同意：乡政府",
        "计划 JH1 第 2 版公示：村级，公开栏（公开栏），2025-03-04 至 2025-03-13",
        "计划 JH1 第 2 版异议成立，名单作废",
        "撤销：计划 JH1",
      ],
      "and to whom was, nothing of who objected",
    );
    t.notMatch(JSON.stringify(await trailOf("H2")), /基数有误|H3|YY1/);
    await heldAtAll(t, of, since);
  });

  await t.test("says nothing of a plan that is given up while no list stands", async (t) => {
    const { steps, said, head } = await county(t);
    await steps("JH1", ["定案"], ["决议"], ["审核", { 意见: "退回", 说明: "重来" }]);
    const since = await head();
    await steps("JH1", ["撤销"]);
    t.strictSame(await said("H1", since), []);
  });
});
