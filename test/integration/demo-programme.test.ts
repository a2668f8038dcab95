// The demo county with its whole programme, on one ledger: what its rows are is in
// `test/unit/seeds.test.ts`; here they are recorded, and every report answers over them.
import { tmpdir } from "node:os";
import { t as suite, test } from "tap";
import { inventCounty } from "../../seeds/county.ts";
import { writeDemoCounty } from "../../seeds/demo-county.ts";
import { receipts } from "../../seeds/programme/incomes.ts";
import { playProgramme, programmeLater } from "../../seeds/programme/programme.ts";
import { countLoaded, importDemo } from "../../src/app/demo.ts";
import { play } from "../../src/cli/demo-acts.ts";
import { mayHaveProgramme, playDemoProgramme } from "../../src/cli/demo-programme.ts";
import { playDemoQuarters } from "../../src/cli/demo-quarters.ts";
import type { Ledger } from "../../src/ledger.ts";
import { reports } from "../../src/queries/reports/reports.ts";
import type { TestLedger } from "../support/ledger.ts";
import { send, testLedger } from "../support/ledger.ts";
import { ask, report, sumsOfAll } from "../support/reporting.ts";

const today = "2026-11-02";
/** What reports of something are asked of. */
const ids: Readonly<Record<string, string>> = {
  ...{ shares: "HN-GQ-101", members: "HN-ZT-005", entity: "HN-ZT-026" },
  "fund-trace": "funds/HN-ZJ-02",
};
/** When most of the programme is done. */
const on = "2026-10-31";

const tested = await testLedger(suite);
const ledger = playable(tested);

function playable({ pool, log, vault, handler, submitter, projector }: TestLedger): Ledger {
  const reads = { pool, log, vault };
  const parts = { pool, log, vault, handler, submitter, projector, reads };
  return parts as unknown as Ledger;
}

test("the programme is played behind the files and around the quarters", async (t) => {
  const projecting = new AbortController();
  const running = tested.projector.run(projecting.signal, (error) => {
    throw error;
  });
  await importDemo(tested.handler, async (folder) => ({ ...(await writeDemoCounty(folder)) }));
  t.equal(await mayHaveProgramme(ledger), true);
  const stopped = new AbortController();
  const { signal } = stopped;
  const onProgress = (done: number): void => {
    if (done > 5_000) stopped.abort();
  };
  const first = playDemoProgramme(ledger, "before", { signal, onProgress });
  await t.rejects(first, "stopped in the middle of it");
  t.equal(await mayHaveProgramme(ledger), true, "it has begun");
  await playDemoProgramme(ledger, "before");
  await playDemoQuarters(ledger, { today, receipts });
  await playDemoProgramme(ledger, "after");
  await tested.caughtUp();
  projecting.abort();
  await running;
  await countLoaded(tested.pool);
});

test("nothing of it is recorded again", async (t) => {
  const { position } = await tested.log.head();
  await playDemoProgramme(ledger, "before");
  await playDemoQuarters(ledger, { today, receipts });
  await playDemoProgramme(ledger, "after");
  const county = inventCounty();
  for (const act of [...playProgramme(county), ...programmeLater(county)]) {
    await play(ledger, tmpdir(), act);
  }
  t.equal((await tested.log.head()).position, position);
});

test("where the quarters were paid without it there is none", async (t) => {
  const older = await testLedger(t);
  const of = { 主体编号: "O1", 名称: "社", 类型: "农民专业合作社", 行政区划: "530424" };
  await send(older.handler, "organisations", [of]);
  const income = { 收益编号: "HN-SY-01", 主体编号: "O1", 业务日期: "2025-01-08" };
  await send(older.handler, "income", [{ ...income, 所属期: "2025", 可分配金额: "1" }]);
  t.equal(await mayHaveProgramme(playable(older)), false);
});

test("every report answers rows, whose figures are the sums of their facts", async (t) => {
  for (const { name, by = [], ...declared } of reports) {
    const told = { id: ids[name], on };
    if (!("find" in declared)) {
      const { edges = [], changes = [] } = await ask(tested, name, told);
      t.ok([edges, changes].flat().length > 0, `${name} has something to say`);
      continue;
    }
    for (const one of [undefined, ...by]) {
      t.ok((await sumsOfAll(t, tested, name, { ...told, by: one })) > 0, `${name} has rows`);
    }
  }
});

test("a row is explained as all of them are", async (t) => {
  const told = { on };
  const { rows } = await report(tested, "income-types", told);
  for (const row of rows.filter((_, at) => at % 1_201 === 600)) {
    const { figures } = (await ask(tested, "income-types", { ...told, explain: row.row })) as {
      readonly figures: Readonly<Record<string, { readonly value: unknown }>>;
    };
    t.equal(figures["net"]?.value, row["net"], row.row);
  }
});

test("money goes from a fund to a household's card, and back", async (t) => {
  const trace = async (id: string) => {
    const { edges } = await ask(tested, "fund-trace", { id, on: "2025-12-31" });
    return (edges as { from: string; to: string }[]).map(({ from, to }) => `${from} ${to}`);
  };
  const forwards = await trace("funds/HN-ZJ-02");
  const way = [
    "funds/HN-ZJ-02 projects/HN-XM-01",
    "projects/HN-XM-01 assets/HN-ZC-01",
    "assets/HN-ZC-01 income/HN-SY-08",
    "income/HN-SY-08 plans/HN-JH-08",
  ];
  for (const edge of way) t.ok(forwards.includes(edge), edge);
  const paid = forwards.find((edge) => edge.startsWith("plans/HN-JH-08 households/"));
  const household = paid?.split(" ")[1] ?? "";
  const backwards = await trace(household);
  for (const edge of [...way, paid ?? ""]) t.ok(backwards.includes(edge), `back: ${edge}`);
});

test("remarks are a handful, each on purpose", async (t) => {
  const told = { from: "2024-11-01", to: on };
  const { rows } = await report(tested, "remarks", told);
  const own = rows.filter(({ row }) => !/^(movements\/HN-YW|contracts\/HN-HT)-/.test(row));
  const codes = own.map(({ row }) => row.split("/")[2]);
  t.ok(own.length >= 10 && own.length <= 25, "beside those of the county's files");
  t.ok(new Set(codes).size >= 10, "by ten rules and more");
});

test("verify", async (t) => {
  const { ok, differences } = await tested.verify();
  t.equal(ok, true, "finds everything in order");
  t.strictSame(differences, []);
});
