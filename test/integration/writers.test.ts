// What handlers do when others write too, when appends fail and when the server dies.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { test } from "tap";
import { importFile } from "../../src/app/import.ts";
import { verify } from "../../src/app/verify.ts";
import { openLedger } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import type { EventLog, RecordedEvent } from "../../src/log/event-log.ts";
import { postgresLog } from "../../src/log/postgres/postgres-log.ts";
import { resolveKnownAt } from "../../src/queries/as-of.ts";
import { statements } from "../../src/queries/statements.ts";
import { countyColumns, numbered, randomCounty, toCsv } from "../support/county.ts";
import type { TestLedger } from "../support/ledger.ts";
import { asBatch, send, testLedger } from "../support/ledger.ts";
import { nodeProgram } from "../support/node-program.ts";
import { referenceModel } from "../support/reference-model.ts";
import * as rows from "../support/rows.ts";
import { countyKinds } from "../support/county.ts";

const run = promisify(execFile);
const slowly =
  (ms: number) =>
  (log: EventLog): EventLog => ({
    ...log,
    append: async (request) => {
      await sleep(ms);
      return log.append(request);
    },
  });

void test("a handler", async (t) => {
  await t.test("keeps nothing of an append that failed", async (t) => {
    let failing = false;
    const ledger = await testLedger(t, (log) => ({
      ...log,
      append: async (request) => {
        if (failing) throw new Error("boom");
        return log.append(request);
      },
    }));
    failing = true;
    await t.rejects(send(ledger.handler, "roster", [rows.person(1)]), { message: "boom" });
    failing = false;
    t.strictSame(await send(ledger.handler, "roster", [rows.person(1)]), ["recorded"]);
    t.match(await ledger.verify(), { ok: true });
  });

  await t.test("decides a dividend on shares that are still being recorded", async (t) => {
    const ledger = await testLedger(t, slowly(150));
    await send(ledger.handler, "roster", [rows.person(1)]);
    await send(ledger.handler, "organisations", [rows.organisation()]);
    await send(ledger.handler, "contracts", [rows.shareContract()]);
    const sent = [rows.shareIssue("M1"), rows.dividend("M2"), rows.shareIssue("M3")].map((row) =>
      send(ledger.handler, "movements", [row]),
    );
    t.strictSame((await Promise.all(sent)).flat(), ["recorded", "recorded", "recorded"]);
    t.strictSame(await send(ledger.handler, "movements", [rows.dividend("M4")]), ["recorded"]);
    t.match(await ledger.verify(), { ok: true });
  });

  await t.test("notices what others record before it refuses or repeats", async (t) => {
    const ledger = await testLedger(t);
    const other = ledger.another();
    await send(ledger.handler, "organisations", [rows.organisation()]);
    await send(ledger.handler, "contracts", [rows.labourContract()]);
    const refused = await send(ledger.handler, "movements", [rows.wage("M1")]);
    t.strictSame(refused, ["HouseholdUnknown"]);
    const [one, two] = [rows.person(1), { ...rows.person(1), 姓名: "乙" }];
    await send(other, "roster", [one]);
    t.strictSame(await send(ledger.handler, "movements", [rows.wage("M1")]), ["recorded"]);
    t.strictSame(await send(ledger.handler, "roster", [one]), ["alreadyRecorded"]);
    t.strictSame(await send(other, "roster", [two]), ["recorded"]);
    t.strictSame(await send(ledger.handler, "roster", [one]), ["recorded"], "there and back again");
    t.strictSame(await send(other, "movements", [rows.wage("M1")]), ["alreadyRecorded"]);
    const again = { ...rows.wage("M1"), 凭证号: "2" };
    t.strictSame(await send(other, "movements", [again]), ["ReferenceConflict"]);
  });

  await t.test("takes no context that no reader could take", async (t) => {
    const ledger = await testLedger(t);
    const { batch } = asBatch("roster", [rows.person(1)]);
    for (const actor of ["", "a\u0000b", "\ud800", "x".repeat(201)]) {
      await t.rejects(ledger.handler.handle({ ...batch, contexts: [{ actor }] }), {
        name: "TypeError",
      });
    }
    const wrong = { actor: "a", correlation: "\u0000" };
    await t.rejects(ledger.handler.handle({ ...batch, contexts: [wrong] }));
    t.equal((await ledger.log.head()).position, 1n, "only the opening is recorded");
  });
});

void test("sixteen writers in four processes", async (t) => {
  const [processes, writers, rounds] = [4, 4, 12];
  const ledger = await testLedger(t);
  await send(ledger.handler, "roster", [rows.person(1)]);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.labourContract()]);
  const stop = new AbortController();
  const followed = [0n, 2n].map((after) => {
    const seen: bigint[] = [];
    const done = (async () => {
      for await (const events of postgresLog(ledger.pool).follow(after, stop.signal)) {
        seen.push(...events.map(({ position }) => position));
      }
    })();
    return { after, seen, done };
  });
  // A transaction with a number of its own that is left idle, as a maintenance script might be; and
  // one that holds the head for a while.
  const idle = await ledger.pool.connect();
  await idle.query("BEGIN; SELECT txid_current()");
  const holding = (async () => {
    await sleep(2_500);
    const client = await ledger.pool.connect();
    await client.query("BEGIN; SELECT FROM log_head FOR UPDATE");
    await sleep(300);
    await client.query("ROLLBACK");
    client.release();
  })();
  const { PATH = "", HOME = "" } = process.env;
  const master = ledger.master.toString("hex");
  const args = (name: string) => [
    ...[...nodeProgram("support/writer-child"), ledger.connectionString, master, name],
    ...[String(writers), String(rounds)],
  ];
  const said = await Promise.all(
    ["a", "b", "c", "d"]
      .slice(0, processes)
      .map((name) => run(process.execPath, args(name), { env: { PATH, HOME } })),
  );
  await holding;
  const outcomes = Object.assign(
    {},
    ...said.map(({ stdout }) => JSON.parse(stdout) as object),
  ) as Record<string, string>;

  await t.test("record what each of them has, and what all have, once", (t) => {
    const own = Object.entries(outcomes).filter(([name]) => !name.startsWith("shared"));
    t.equal(own.length, processes * writers * rounds);
    t.strictSame([...new Set(own.map(([, outcome]) => outcome))], ["recorded"]);
    for (let round = 0; round < rounds; round++) {
      const shared = Object.entries(outcomes).filter(([name]) =>
        name.startsWith(`shared-${round} `),
      );
      const count = (wanted: string) => shared.filter(([, outcome]) => outcome === wanted).length;
      t.equal(count("recorded"), 1);
      t.equal(count("alreadyRecorded"), processes * writers - 1);
    }
    t.end();
  });

  await t.test("are followed without a gap or a repetition", async (t) => {
    const { position } = await ledger.log.head();
    for (const { after, seen } of followed) {
      for (let i = 0; i < 300 && seen.at(-1) !== position; i++) await sleep(10);
      const wanted = Array.from(
        { length: Number(position - after) },
        (_, i) => after + BigInt(i) + 1n,
      );
      t.equal(seen.join(), wanted.join());
    }
    stop.abort();
    await Promise.all(followed.map(({ done }) => done));
  });

  await idle.query("ROLLBACK");
  idle.release();
  t.match(await ledger.verify(), { ok: true, differences: [] });
});

void test("a process whose connections are ended goes on", async (t) => {
  const ledger = await testLedger(t);
  const stop = new AbortController();
  const running = ledger.projector.run(stop.signal, () => undefined);
  await sleep(200);
  t.ok((await breakConnections(ledger, "true")) > 0, "connections are broken");
  t.strictSame(await send(ledger.handler, "roster", [rows.person(1)]), ["recorded"]);
  stop.abort();
  await running;
  t.match(await ledger.verify(), { ok: true });
});

/** Ends the connections of the ledger's database that `which` is true of; answers how many. */
async function breakConnections({ pool }: TestLedger, which: string): Promise<number> {
  const { rows: ended } = await pool.query<{ ended: boolean }>(
    `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND (${which})`,
  );
  return ended.filter((one) => one.ended).length;
}

void test("an append whose connection breaks is found again, and recorded once", async (t) => {
  const ledger = await testLedger(t);
  await send(ledger.handler, "organisations", [rows.organisation()]);
  await send(ledger.handler, "contracts", [rows.labourContract()]);
  await send(ledger.handler, "roster", [rows.person(1)]);
  const appending = "query LIKE '%INSERT INTO events%' OR query LIKE 'COPY events%'";
  const done = new AbortController();
  let broken = 0;
  const harass = (async () => {
    while (!done.signal.aborted) {
      broken += await breakConnections(ledger, `state <> 'idle' AND (${appending})`).catch(() => 0);
      await sleep(10);
    }
  })();
  // Until a few appends have been hit, and for some rounds at least.
  const outcomes: string[] = [];
  let rounds = 0;
  for (; rounds < 12 || (broken < 3 && rounds < 300); rounds++) {
    const many = Array.from({ length: 60 }, (_, i) => rows.wage(`M${rounds}-${i}`));
    for (;;) {
      const found = await send(ledger.handler, "movements", many).catch(() => undefined);
      if (found === undefined) continue;
      outcomes.push(...found);
      break;
    }
  }
  done.abort();
  await harass;
  t.ok(broken >= 3, `${broken} connections were broken while they appended`);
  t.equal(outcomes.length, rounds * 60);
  t.notOk(outcomes.some((outcome) => outcome !== "recorded" && outcome !== "alreadyRecorded"));
  const events: RecordedEvent[] = await ledger.log.read(0n, 50_000);
  const wages = events.filter(({ type }) => type === "WagePaid").map(({ key }) => key);
  t.equal(wages.length, rounds * 60, "each is there");
  t.equal(new Set(wages).size, rounds * 60, "once");
  t.match(await ledger.verify(), { ok: true, differences: [] });
});

void test("a database server killed during an import", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-postmaster-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const county = randomCounty({ seed: 5, households: 300, movements: 12_000 });
  // So that running it again changes nothing: one row a person, nothing that could come true later.
  const roster = county.roster.filter(
    (row, i, all) => all.findIndex((other) => other["人编号"] === row["人编号"]) === i,
  );
  const movements = county.movements.filter(
    (row) => row["业务类型"] === "工资" || row["业务类型"] === "租金",
  );
  const organisations = county.organisations.slice(0, 12);
  const files = { ...county, roster, organisations, amendments: [], movements };
  for (const kind of countyKinds) {
    await writeFile(join(folder, `${kind}.csv`), toCsv(files[kind], countyColumns[kind]));
  }
  const dataDir = join(folder, "data");
  const open = () => openLedger({ dataDir, config: parseConfig({}), applicationName: "crash" });
  const ledger = await open();
  await ledger.open({ demo: false });
  const importAll = async () => {
    for (const kind of countyKinds) {
      await importFile(ledger.handler, kind, join(folder, `${kind}.csv`), { actor: "clerk" });
    }
  };
  const pid = async () =>
    Number.parseInt(await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8"), 10);
  let [failed, kills] = [0, 0];
  const killing = (async () => {
    for (; kills < 2; kills++) {
      await sleep(700 + 900 * kills);
      process.kill(await pid(), "SIGKILL");
      await sleep(3_000);
    }
  })();
  for (let done = false; !done; ) {
    done = await importAll().then(
      () => kills === 2,
      () => false,
    );
    if (!done) failed += 1;
    if (!done) await sleep(200);
  }
  await killing;
  t.ok(failed > 0, `the import was begun ${failed + 1} times`);
  const model = referenceModel();
  model.importRoster(numbered(roster));
  model.importOrganisations(numbered(organisations));
  model.importContracts(numbered(files.contracts));
  model.importMovements(numbered(movements));
  const now = await resolveKnownAt(ledger);
  await ledger.projector.reach(now.position);
  const found: string[] = [];
  for await (const { household, total } of statements(ledger, now, {})) {
    found.push(`${household} ${total}`);
  }
  const households = [...model.households()].sort();
  const wanted = households.map((household) => `${household} ${model.statement(household).total}`);
  t.equal(found.join("\n"), wanted.join("\n"), "every statement is the model's");
  const checked = await verify(ledger.pool, ledger.log, ledger.projections, now.position);
  t.match(checked, { ok: true, differences: [] });
  await ledger.close();
});
