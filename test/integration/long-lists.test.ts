// A list of thousands of lines is recorded, projected and approved some lines at a time, and is the
// same list: whatever is recorded meanwhile, and whatever an attempt that ended has left.
import { type Test, test } from "tap";
import { hashList } from "../support/list-hash.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import type { AppendRequest, EventLog } from "../../src/log/event-log.ts";
import { fullList } from "../../src/queries/lists.ts";
import type { CountyRow } from "../support/county.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { basis, income, plan, step } from "../support/plan-rows.ts";
import * as rows from "../support/rows.ts";

/** Households of two persons each, but for the first: one that has two lines is cut nowhere. */
const households = 1_600;
/** A line for each person, and for the cooperative; more than are held until the list is closed. */
const lines = households * 2 - 1 + 1;
const parts = Math.ceil(lines / 500) - 1;

const household = (n: number): string => `H${String(n).padStart(5, "0")}`;

function* persons(): Generator<CountyRow> {
  for (let n = 1; n < households * 2; n++) yield rows.person(n, household(Math.ceil((n + 1) / 2)));
}

/** A plan over all of them, drafted. */
async function county(t: Test, wrap?: (log: EventLog) => EventLog): Promise<TestLedger> {
  const ledger = await testLedger(t, wrap);
  const recorded = async (kind: KindName, more: readonly CountyRow[]): Promise<void> => {
    const found = await send(ledger.handler, kind, more);
    t.strictSame([...new Set(found)], ["recorded"], kind);
  };
  const all = [...persons()];
  await recorded("roster", all);
  await recorded("organisations", [rows.organisation()]);
  await recorded("income", [income({ 可分配金额: "1000" })]);
  await recorded("plans", [plan({ 说明理由: "有" })]);
  const own = all.map((row, at) =>
    basis(`N${at}`, { 户编号: row["户编号"] ?? "", 人编号: row["人编号"] ?? "" }),
  );
  await recorded("basis", [...own, basis("O", { 户编号: "", 主体编号: "O1" })]);
  return ledger;
}

const listed = (ledger: TestLedger) =>
  ledger.caughtUp().then((known) => fullList(ledger, { plan: "JH1" }, known));

/** The list is whole, and what stands is what is derived from the log. */
async function isSound(t: Test, ledger: TestLedger): Promise<string> {
  const list = await listed(ledger);
  t.equal(list.count, lines);
  t.equal(list.sum, "100.00");
  const found = hashList("JH1", list.version, list.lines);
  t.match({ root: found.manifest.root, hash: found.hash }, { root: list.root, hash: list.hash });
  t.match(await ledger.verify(), { ok: true, differences: [] });
  return list.hash;
}

const isPart = ({ type }: { readonly type: string }): boolean => type === "ListLinesFrozen";

test("a very long list is recorded, projected and approved some lines at a time", async (t) => {
  const appends: number[] = [];
  const ledger = await county(t, (log) => ({
    ...log,
    append: (request) => {
      const frozen = request.events.filter(isPart).length;
      if (frozen > 0) appends.push(frozen);
      return log.append(request);
    },
  }));
  t.strictSame(await send(ledger.handler, "steps", [step("定案")]), ["recorded"]);
  t.strictSame(appends, [4, parts - 4], "the first before the last were made");
  const hash = await isSound(t, ledger);
  const more = [
    step("决议"),
    step("审核"),
    step("公示", { 清单哈希: hash }),
    step("公示结束"),
    step("批准", { 清单哈希: hash }),
    step("暂停", { 户编号: household(1), 人编号: "P1" }),
  ];
  t.strictSame(
    await send(ledger.handler, "steps", more),
    more.map(() => "recorded"),
  );
  t.strictSame(
    await send(ledger.handler, "steps", [step("定案"), ...more]),
    [step("定案"), ...more].map(() => "alreadyRecorded"),
  );
  await isSound(t, ledger);
  const { rows: due } = await ledger.pool.query<object>(
    `SELECT count(*)::int AS postings, count(DISTINCT line)::int AS lines, max(line) AS last,
       sum(amount) FILTER (WHERE side = 'due') AS due
     FROM read.postings WHERE side IN ('due', 'owed')`,
  );
  t.strictSame(due, [
    { postings: 2 * lines, lines: 2 * lines, last: 2 * lines - 1, due: "100.00" },
  ]);
  const { rows: told } = await ledger.pool.query<object>(
    `SELECT type, count(*)::int AS households,
       count(*) FILTER (WHERE summary LIKE '%行%行%')::int AS two
     FROM read.trail WHERE type IN ('ListFrozen', 'ListApproved') GROUP BY type ORDER BY type`,
  );
  const each = { households, two: households - 1 };
  t.strictSame(told, [
    { type: "ListApproved", ...each },
    { type: "ListFrozen", ...each },
  ]);
});

/** A log to which something happens before the first appends of parts. */
function disturbed(meanwhile: (nth: number) => Promise<unknown>) {
  let appends = 0;
  return (log: EventLog): EventLog => ({
    ...log,
    get lastOfOthers() {
      return log.lastOfOthers;
    },
    append: async (request: AppendRequest) => {
      if (request.events.some(isPart)) await meanwhile((appends += 1));
      return log.append(request);
    },
  });
}

test("others record in the stream of a list while it is made, again and again", async (t) => {
  const others: TestLedger["handler"][] = [];
  const ledger = await county(
    t,
    // Twice behind its first parts; the third time nothing is recorded ahead, and all is in vain.
    disturbed(async (nth) => {
      const [other] = others;
      if (nth > 3 || other === undefined) return;
      const row = plan({ 计划编号: `JH-${nth}`, 说明理由: "有" });
      t.strictSame(await send(other, "plans", [row]), ["recorded"]);
    }),
  );
  others.push(ledger.another());
  t.strictSame(await send(ledger.handler, "steps", [step("定案")]), ["recorded"]);
  await isSound(t, ledger);
});

test("what an attempt has left that ended in the middle means nothing", async (t) => {
  const ledger = await county(
    t,
    disturbed((nth) => (nth === 2 ? Promise.reject(new Error("ended")) : Promise.resolve())),
  );
  await t.rejects(send(ledger.handler, "steps", [step("定案")]), /ended/);
  const known = await ledger.caughtUp();
  await t.rejects(fullList(ledger, { plan: "JH1" }, known), "there is no list");
  t.strictSame(await send(ledger.another(), "steps", [step("定案")]), ["recorded"]);
  await isSound(t, ledger);
  const { rows: left } = await ledger.pool.query<{ nth: number }>(
    "SELECT max(nth)::int AS nth FROM events WHERE type = 'ListLinesFrozen'",
  );
  t.strictSame(left, [{ nth: 4 + parts - 1 }], "its parts stand in the log before the others");
});
