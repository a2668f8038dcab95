// An event that nobody can read: the read models stand still right before it, and all that is asked
// says so.
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { type Test, test } from "tap";
import { verify } from "../../src/app/verify.ts";
import { failureOf } from "../../src/cli/failure.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import { EventUnreadable } from "../../src/log/lists.ts";
import { questions } from "../../src/queries/questions.ts";
import * as rows from "../support/rows.ts";
import { send, testLedger } from "../support/ledger.ts";
import type { TestService } from "../support/service.ts";
import { testService } from "../support/service.ts";
import { fails } from "../support/fails.ts";

/** Records an event as another program might: of a version that nobody knows. */
async function recordUnreadable(pool: pg.Pool): Promise<bigint> {
  const { rows: heads } = await pool.query<{ position: bigint }>(
    "UPDATE log_head SET position = position + 1 RETURNING position",
  );
  const position = heads[0]?.position ?? 0n;
  await pool.query(
    `INSERT INTO events
     SELECT $1::bigint, 'stream-x', 0, type, 'key:x', 0, NULL, recorded_at, made.body,
       sha256(convert_to(made.body::text, 'UTF8'))
     FROM events, LATERAL (SELECT replace(replace(replace(body::text,
       '"version":1', '"version":99'),
       '"stream":"' || stream || '"', '"stream":"stream-x"'),
       '"key":"' || key || '"', '"key":"key:x"')::json AS body) AS made
     WHERE position = $1::bigint - 1`,
    [position],
  );
  return position;
}

void test("a projector before an event that cannot be read", async (t) => {
  const ledger = await testLedger(t);
  await send(ledger.handler, "roster", [rows.person(1), rows.person(2)]);
  await ledger.caughtUp();
  const before = await ledger.projector.position();
  await send(ledger.handler, "roster", [rows.person(3)]);
  const at = await recordUnreadable(ledger.pool);
  await send(ledger.handler, "roster", [rows.person(4)]);

  const reaching = ledger.caughtUp();
  await fails(t, reaching, EventUnreadable);
  await fails(t, reaching, new RegExp(`event ${at} .*stream stream-x`));
  t.equal(await ledger.projector.position(), at - 1n, "what stands before it is projected");
  t.ok(at - 1n > before);
  t.match(ledger.projector.standstill, { position: at - 1n, event: at, stream: "stream-x" });
  await ledger.projector.reach(at - 1n);
  t.equal(await count(ledger.pool), 3, "and nothing after it");

  const failure = failureOf(await reaching.catch((error: unknown) => error));
  t.match(failure, { code: "EventUnreadable", status: 1, message: /--known-at/ });

  const found = await verify(ledger.pool, ledger.log, [], at + 1n);
  t.equal(found.ok, false);

  await t.test("while another process holds the claim to project", async (t) => {
    const stop = new AbortController();
    const heard: unknown[] = [];
    const running = ledger.projector.run(stop.signal, (error) => heard.push(error));
    t.teardown(async () => {
      stop.abort();
      await running;
    });
    await until(() => heard.length > 0);
    await fails(t, ledger.caughtUp(), EventUnreadable);
    await sleep(1_500);
    t.equal(heard.length, 1, "it is told once");
  });
});

async function count(pool: pg.Pool): Promise<number> {
  const { rows: found } = await pool.query<{ count: bigint }>("SELECT count(*) FROM read.members");
  return Number(found[0]?.count);
}

async function until(isSo: () => boolean): Promise<void> {
  for (let looks = 0; !isSo() && looks < 200; looks++) await sleep(50);
}

void test("a service before an event that cannot be read", async (t) => {
  const service = await testService(t);
  const { ledger, get } = service;
  await service.seed();
  for (const kind of ["income", "plans", "steps"]) {
    const { statusCode } = await service.post(`/v1/${kind}`, kindOf(kind).examples[0]);
    t.equal(statusCode, 201, `the example of ${kind} is recorded`);
  }
  await ledger.projector.reach((await ledger.log.head()).position);
  t.equal((await get("/health")).statusCode, 200);
  const at = await recordUnreadable(ledger.pool);
  await until(() => ledger.projector.standstill !== undefined);
  await position(service);

  t.match((await get("/health")).json(), {
    code: "NotReady",
    detail: new RegExp(`stand still at position ${at - 1n}: event ${at} `),
  });
  const mark = {
    position: String(at - 1n),
    event: String(at),
    stream: "stream-x",
    why: new RegExp(`^event ${at} \\(`),
    since: /^\d{4}-/,
  };
  const ids = {
    household: "5304241022150000",
    contract: "HT-00001",
    register: "GQ-05",
    organisation: "ORG-002",
    plan: "JH-00001",
  };
  /** What reports of something are asked of. */
  const reported: Readonly<Record<string, string>> = {
    ...{ entity: "ORG-002", members: "ORG-002", shares: "GQ-05" },
    "fund-trace": "organisations%2FORG-002",
  };
  const paths = questions.flatMap(({ path }) =>
    path === undefined
      ? []
      : path
          .replace(
            /report\/([\w-]+)\/:id/,
            (_, name: string) => `report/${name}/${String(reported[name])}`,
          )
          .replaceAll(/:(\w+)/g, (_, name) => ids[name as keyof typeof ids]),
  );
  for (const path of ["/v1/position", ...paths]) {
    const url = path.endsWith("/in-force") ? `${path}?on=2026-03-03` : path;
    const answer = await get(url);
    // No notice of this plan hangs.
    t.equal(answer.statusCode, url.endsWith("/notice") ? 404 : 200, url);
    t.match(answer.json(), { standstill: mark }, `${url} says so`);
  }
  const unknown = await get("/v1/households/NOPE/statement");
  t.match(unknown.json(), { code: "HouseholdUnknown", standstill: { event: String(at) } });
  const late = await get(`/v1/households?atLeast=${at}`);
  t.match(late.json(), { code: "EventUnreadable", detail: /stream-x/ });
  const page = await get("/");
  t.match(page.body, /之后的记录未计入/);
  await saysInVerify(t, service, at);
});

async function position({ get }: TestService): Promise<void> {
  await get("/v1/position");
}

async function saysInVerify(t: Test, { ledger }: TestService, at: bigint): Promise<void> {
  const { pool, log, projections } = ledger;
  const found = await verify(pool, log, projections, at);
  t.equal(found.ok, false);
  t.match(found.differences.join("\n"), new RegExp(`stand still at position ${at - 1n}`));
  t.match(found.differences.join("\n"), /stream stream-x/);
}
