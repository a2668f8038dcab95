// What callers are told, and how soon, when the database is locked, silent or full, and that
// nothing is lost or doubled afterwards.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LightMyRequestResponse } from "fastify";
import type { Test } from "tap";
import { test } from "tap";
import { verify } from "../../src/app/verify.ts";
import { openLedger } from "../../src/compose.ts";
import { parseConfig } from "../../src/config.ts";
import { createPool } from "../../src/database/pool.ts";
import { buildServer } from "../../src/http/server.ts";
import type { Ledger } from "../../src/ledger.ts";
import { keys } from "../../src/domain/facts.ts";
import { cutLine } from "../support/cut-line.ts";
import { testDatabase } from "../support/database.ts";

/** Within this time every caller has an answer, whatever has become of the database. */
const answeredMs = 30_000;
const household = "5399990010000001";
const roster = "县,乡,行政村,户编号,人编号,姓名,证件号码,与户主关系\n";

type Post = (url: string, body: object | string, key?: string) => Promise<LightMyRequestResponse>;

interface Running {
  readonly ledger: Ledger;
  readonly get: (url: string) => Promise<LightMyRequestResponse>;
  readonly post: Post;
  /** Errors that the projector was told of. */
  readonly projecting: unknown[];
}

/** A service as `sunshine start` runs it, over a line to a database of this test. */
async function service(t: Test, connectionString: string): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), "sunshine-limits-"));
  const keyFile = join(folder, "vault.key");
  await writeFile(keyFile, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600 });
  const ledger = await openLedger({
    dataDir: folder,
    config: parseConfig({ DATABASE_URL: connectionString, VAULT_KEY_FILE: keyFile }),
    applicationName: `sunshine start ${process.pid}`,
    longLived: true,
  });
  await ledger.open({ demo: false });
  const app = buildServer(ledger, { logLevel: "silent" });
  await app.ready();
  const stop = new AbortController();
  const projecting: unknown[] = [];
  const running = ledger.projector.run(stop.signal, (error) => projecting.push(error));
  t.teardown(async () => {
    stop.abort();
    await app.close();
    await Promise.race([running, sleep(5_000)]);
    await ledger.close();
    await rm(folder, { recursive: true, force: true });
  });
  const post: Post = (url, body, key) =>
    app.inject({
      method: "POST",
      url,
      headers: {
        "content-type": typeof body === "string" ? "text/csv" : "application/json",
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      payload: body,
    });
  const get = (url: string) => app.inject({ method: "GET", url });
  t.equal((await post("/v1/imports/roster", person("P0"))).statusCode, 200);
  await ledger.projector.reach((await ledger.log.head()).position);
  return { ledger, get, post, projecting };
}

function person(id: string): string {
  return `${roster}某县,某乡,某村,${household},${id},张三,,户主\n`;
}

const organisation = { organisation: "ORG-LIMIT", name: "甲合作社" };

/** Every kind of request at once; which of them failed, and how. */
async function askAll(t: Test, { get, post }: Running) {
  const began = performance.now();
  const asked = {
    command: post("/v1/organisations", organisation),
    keyed: post("/v1/organisations", { ...organisation, organisation: "ORG-KEY" }, "key-1"),
    import: post("/v1/imports/roster", person("P1")),
    page: get("/"),
    household: get(`/households?number=${household}`),
    question: get(`/v1/households/${household}/statement`),
    sums: get("/v1/statements"),
    trail: get(`/v1/households/${household}/trail`),
    position: get("/v1/position"),
    metrics: get("/metrics"),
    health: get("/health"),
  };
  const failed: Record<string, string> = {};
  await Promise.all(
    Object.entries(asked).map(async ([name, asking]) => {
      const answer = await asking;
      t.ok(performance.now() - began < answeredMs, `${name} is answered within half a minute`);
      if (answer.statusCode < 300) return;
      t.equal(answer.statusCode, 503, `${name} is answered with 503: ${answer.payload}`);
      t.match(answer.headers["retry-after"], /^\d+$/, `${name} says when to try again`);
      const isPage = !String(answer.headers["content-type"]).includes("problem+json");
      failed[name] = isPage ? "page" : answer.json<{ code: string }>().code;
      if (!isPage) t.ok(answer.json<{ detail: string }>().detail, `${name} says why`);
    }),
  );
  return failed;
}

/** Sends everything again: what came before is there once, and the ledger is in order. */
async function isWhole(t: Test, { ledger, get, post, projecting }: Running): Promise<void> {
  const until = performance.now() + 60_000;
  for (;;) {
    const health = await get("/health");
    if (health.statusCode === 200) break;
    if (performance.now() > until) throw new Error(`it does not recover: ${health.payload}`);
    await sleep(500);
  }
  const keyed = { ...organisation, organisation: "ORG-KEY" };
  for (const [body, key] of [[organisation], [keyed, "key-1"]] as const) {
    let again = await post("/v1/organisations", body, key);
    for (; again.statusCode === 409 && performance.now() < until; await sleep(1_000)) {
      again = await post("/v1/organisations", body, key);
    }
    t.ok(again.statusCode === 200 || again.statusCode === 201, again.payload);
  }
  t.equal((await post("/v1/imports/roster", person("P1"))).statusCode, 200);
  const found = await ledger.log.find([
    keys.organisation("ORG-LIMIT"),
    keys.organisation("ORG-KEY"),
    keys.person("P1"),
  ]);
  t.equal(found.size, 3);
  const { position } = await ledger.log.head();
  for (let at = 0n; at < position && performance.now() < until; await sleep(200)) {
    at = await ledger.projector.position();
  }
  t.equal(await ledger.projector.position(), position, "the read models come along again");
  const { pool, log, projections } = ledger;
  t.match(await verify(pool, log, projections, position), { ok: true, events: Number(position) });
  t.ok(projecting.length < 40, "the projector does not spin");
}

const locks = [
  ["events, log_head", "ACCESS EXCLUSIVE", "the log", ["command", "keyed", "import", "position"]],
  ["events", "EXCLUSIVE", "the log", ["command", "keyed", "import"]],
  ["read.postings, read.households", "ACCESS EXCLUSIVE", "read models", ["question", "page"]],
  ["projections", "ACCESS EXCLUSIVE", "read models", ["page", "question", "position"]],
  ["vault_items, vault_keys", "ACCESS EXCLUSIVE", "the vault", ["import"]],
  ["idempotency_keys", "ACCESS EXCLUSIVE", "the memory of requests", ["keyed"]],
] as const;

void test("while another session locks tables", { timeout: 200_000 }, async (t) => {
  t.jobs = locks.length;
  const cases = locks.map(([tables, mode, part, stuck]) =>
    t.test(`${tables}, ${mode}`, async (t) => {
      const { connectionString } = await testDatabase(t);
      const running = await service(t, connectionString);
      const other = createPool(connectionString, { max: 1, applicationName: "maintenance" });
      t.teardown(() => other.end());
      const session = await other.connect();
      await session.query(`BEGIN; LOCK TABLE ${tables} IN ${mode} MODE`);
      const health = await running.get("/health");
      t.match(health.json(), { status: 503, code: "NotReady" });
      t.match(health.json<{ detail: string }>().detail, part, "health says which part");
      const failed = await askAll(t, running);
      for (const name of stuck) t.ok(failed[name], `${name} cannot be answered`);
      await session.query("ROLLBACK");
      session.release();
      await isWhole(t, running);
    }),
  );
  await Promise.all(cases);
});

void test("while another session holds rows", { timeout: 200_000 }, async (t) => {
  t.jobs = 2;
  const held = [
    ["SELECT FROM log_head FOR UPDATE", true],
    ["SELECT FROM projections FOR UPDATE", false],
  ] as const;
  const cases = held.map(([rows, stuck]) =>
    t.test(rows, async (t) => {
      const { connectionString } = await testDatabase(t);
      const running = await service(t, connectionString);
      const other = createPool(connectionString, { max: 1, applicationName: "maintenance" });
      t.teardown(() => other.end());
      const session = await other.connect();
      await session.query(`BEGIN; ${rows}`);
      const asking = askAll(t, running);
      let detail = "";
      const until = performance.now() + answeredMs;
      while (detail === "" && performance.now() < until) {
        await sleep(250);
        const health = await running.get("/health");
        if (health.statusCode === 503) ({ detail } = health.json<{ detail: string }>());
      }
      t.match(detail, /held up|stood still/, "health says so");
      t.equal((await asking)["command"] !== undefined, stuck);
      await session.query("ROLLBACK");
      session.release();
      await isWhole(t, running);
    }),
  );
  await Promise.all(cases);
});

void test("while the database says nothing", { timeout: 280_000 }, async (t) => {
  t.jobs = 3;
  const open = async (t: Test) => {
    const { connectionString } = await testDatabase(t);
    const line = await cutLine(connectionString);
    const running = await service(t, line.connectionString);
    t.teardown(() => line.close());
    return { line, running };
  };

  const cases = [
    t.test("everything is answered, and goes on when it speaks again", async (t) => {
      const { line, running } = await open(t);
      line.cut();
      const failed = await askAll(t, running);
      for (const name of ["command", "keyed", "import", "page", "question", "health"]) {
        t.ok(failed[name], `${name} is not answered as if nothing were`);
      }
      line.mend();
      await isWhole(t, running);
    }),

    t.test("an append that was under way may be recorded, and is so once", async (t) => {
      const { line, running } = await open(t);
      // The connection that appends is kept for a moment: what is sent on it meets a cut line.
      await running.post("/v1/organisations", { ...organisation, organisation: "ORG-BEFORE" });
      line.cut();
      const began = performance.now();
      const answers = await Promise.all([
        running.post("/v1/organisations", organisation),
        running.post("/v1/imports/roster", person("P1")),
      ]);
      t.ok(performance.now() - began < answeredMs);
      for (const answer of answers) {
        t.match(answer.json(), { status: 503 });
        t.match(answer.json<{ code: string }>().code, /AppendAmbiguous|Unavailable|TimedOut/);
      }
      line.mend();
      await isWhole(t, running);
    }),

    t.test("connections that are lost without a word are replaced", async (t) => {
      const { line, running } = await open(t);
      line.lose();
      await askAll(t, running);
      await isWhole(t, running);
    }),
  ];
  await Promise.all(cases);
});
