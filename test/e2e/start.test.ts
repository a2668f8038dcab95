// The whole service with the demo county, killed while it is being loaded, and stopped at the end.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { t as suite, test } from "tap";
import { writeDemoCounty } from "../../seeds/demo-county.ts";
import { lastDemoMovement } from "../../src/app/demo.ts";
import { demoLine } from "../../src/cli/output.ts";
import { openEmbedded, runningServer } from "../../src/database/embedded.ts";
import { createPool } from "../../src/database/pool.ts";
import type { Running } from "../support/sunshine.ts";
import { answerHere, npmStart, ready, start, sunshineHere } from "../support/sunshine.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-e2e-start-"));
suite.teardown(() => rm(folder, { recursive: true, force: true }));
const data = join(folder, "data");

test("the service with the demo county", async (t) => {
  const port = 20_000 + (process.pid % 20_000);
  const url = `http://127.0.0.1:${port}`;
  const env = { PORT: String(port) };
  const serve = () => start(["start", "--data", data, "--json"], { env });

  await t.test("says that it is loading", async (t) => {
    const killed = serve();
    t.equal(await healthOf(killed, url, (status) => status === 503), 503);
    await recorded(5_000n);
    killed.child.kill("SIGKILL");
    await killed.ended;
  });

  await t.test("says so while the county plays its programme", async (t) => {
    const killed = serve();
    await hasKey("condition:HN-DJ-2000");
    killed.child.kill("SIGKILL");
    t.not((await killed.ended).status, 0);
  });

  await t.test("says so while the county pays its quarters, too", async (t) => {
    const killed = serve();
    await hasKey("batch:HN-PC-2025Q2-1");
    killed.child.kill("SIGKILL");
    t.not((await killed.ended).status, 0);
  });

  const service = serve();
  t.teardown(() => service.child.kill("SIGKILL"));

  await t.test("is ready once the demo is loaded, also after it was killed", async (t) => {
    t.equal(await healthOf(service, url, (status) => status === 200), 200);
    const health = await fetch(`${url}/health`);
    t.match(await health.json(), { demo: true });
  });

  await t.test("has other verbs beside it, which say that it is a demo", async (t) => {
    const { status, document } = await answerHere(["verify", "--data", data]);
    t.equal(status, 0);
    t.match(document, { ok: true, demo: true });
    const household = await answerHere(["statement", "nobody", "--data", data]);
    t.equal(household.status, 1);
    const sums = await sunshineHere(["statements", "--by", "township", "--data", data]);
    t.match(sums.stdout, demoLine);
    const csv = await sunshineHere(["statements", "--by", "township", "--csv", "--data", data]);
    t.match(csv.stdout, /total,(\w+,)*demo\n(.*,true\n)+$/);
    const roster = join(folder, "one.csv");
    const header = "县,乡,行政村,户编号,人编号,姓名,证件号码,与户主关系";
    await writeFile(roster, `${header}\n县,乡,村,E2E-1,E2E-1-1,名,,户主\n`);
    const imported = await answerHere(["import", "roster", roster, "--data", data]);
    t.match(imported.document, { recorded: 1, demo: true });
  });

  await t.test("has paid four quarters, each to zero", async (t) => {
    const words = ["reconcile", "--data", data];
    t.match((await answerHere(words)).document, {
      instructed: { lines: 353 },
      ...{ accepted: { lines: 0 }, credited: { lines: 346 }, rejected: { lines: 2 } },
      ...{ returned: { lines: 4 }, recovered: { lines: 1 }, open: { lines: 0 } },
      ...{ unmatched: [], accounts: [{ difference: "0.00" }], zero: true },
    });
    const plans = await sunshineHere(["plans", "--state", "approved", "--data", data, "--json"]);
    t.equal(plans.stdout.trimEnd().split("\n").length, 10, "and two plans wait to be paid");
    const closed = await answerHere(["close", "2025-12", "--by", "甲", "--data", data]);
    t.match(closed.document, { closed: true }, "and all its months are closed");
  });

  await t.test("keeps its port", async (t) => {
    const { status, document } = await answerHere(["start", "--data", join(folder, "other")], {
      env,
    });
    t.equal(status, 2);
    t.match(document, { error: { code: "PortInUse", message: String(port) } });
    t.equal(await runningServer(join(folder, "other")), null, "and nothing is left running");
  });

  await t.test("stops cleanly", async (t) => {
    const began = Date.now();
    service.child.kill("SIGTERM");
    const { status, stdout } = await service.ended;
    t.equal(status, 0);
    t.ok(Date.now() - began < 20_000, "within 20 s");
    t.match(JSON.parse(stdout), { url, docs: `${url}/docs`, data, demo: true });
    t.equal(await runningServer(data), null, "and lets go of the database");
  });

  await t.test("is ready at once when it is started again", async (t) => {
    const again = serve();
    t.equal(await healthOf(again, url, (status) => status === 200), 200);
    again.child.kill("SIGINT");
    t.equal((await again.ended).status, 0);
  });
});

test("a ledger without the demo", async (t) => {
  const empty = join(folder, "empty");
  const env = { PORT: "0" };
  const service = start(["start", "--no-demo", "--data", empty, "--json"], { env });
  t.teardown(() => service.child.kill("SIGKILL"));
  await ready(service);
  const { stdout } = await sunshineHere(["statements", "--data", empty, "--json"]);
  t.equal(stdout, "", "is empty");
  service.child.kill("SIGTERM");
  const { status, stdout: said } = await service.ended;
  t.equal(status, 0);
  t.notMatch(said, "demo");
});

test("npm start hands on the signal that stops it", async (t) => {
  const own = join(folder, "npm");
  const service = npmStart(["--no-demo", "--data", own, "--json"], { env: { PORT: "0" } });
  t.teardown(() => service.child.kill("SIGKILL"));
  await ready(service);
  service.child.kill("SIGTERM");
  const { stdout } = await service.ended;
  t.match(JSON.parse(stdout), { data: own });
  t.equal(await runningServer(own), null, "and nothing is left running");
});

test("the demo county's last movement is the one its loading is judged by", async (t) => {
  const { movements } = await writeDemoCounty(join(folder, "files"));
  const lines = (await readFile(movements, "utf8")).trimEnd().split("\n");
  t.match(lines.at(-1), new RegExp(`^${lastDemoMovement},`));
});

/** Waits until /health answers as wanted; answers 0 when the service has ended instead. */
async function healthOf(
  service: Running,
  url: string,
  wanted: (status: number) => boolean,
): Promise<number> {
  while (service.child.exitCode === null && service.child.signalCode === null) {
    const status = await fetch(`${url}/health`).then(
      (response) => response.status,
      () => 0,
    );
    if (wanted(status)) return status;
    await sleep(100);
  }
  return 0;
}

/** Waits until that much is recorded. */
async function recorded(wanted: bigint): Promise<void> {
  await hasRow("SELECT 1 FROM log_head WHERE position >= $1", wanted);
}

/** Waits until something is recorded under a key. */
async function hasKey(wanted: string): Promise<void> {
  await hasRow("SELECT 1 FROM events WHERE key = $1", wanted);
}

async function hasRow(sql: string, value: unknown): Promise<void> {
  const server = await openEmbedded(data);
  const pool = createPool(server.connectionString, { applicationName: "e2e", max: 1 });
  while ((await pool.query(sql, [value])).rowCount === 0) await sleep(20);
  await pool.end();
  await server.release();
}
