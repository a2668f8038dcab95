// Every route, on both engines, in every state: nothing is a fault of ours, both say
// the same, and what PostgreSQL has is answered while an EventStoreDB log is away.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LightMyRequestResponse } from "fastify";
import { type Test, test } from "tap";
import { kinds } from "../../src/domain/kinds.ts";
import { pages } from "../../src/web/pages.ts";
import { eventStoreDbUrl, freshServer, unlessFresh } from "../contract/stores.ts";
import type { BreakableProxy } from "../support/breakable-proxy.ts";
import { breakableProxy } from "../support/breakable-proxy.ts";
import type { AnswerWords } from "../support/bank-answers.ts";
import { bankAnswer } from "../support/bank-answers.ts";
import { distributionSample } from "../support/distribution-sample.ts";
import type { LedgerPlace, TestService } from "../support/service.ts";
import { ledgerPlace, sample, testService } from "../support/service.ts";

const household = "5304241022150000";
const contract = "HT-00001";
const register = "GQ-05";

/** An engine under test, and the way to take its log away. */
interface Bench {
  readonly engine: "postgres" | "eventstoredb";
  readonly place: LedgerPlace;
  readonly away: BreakableProxy;
}

async function onPostgres(t: Test): Promise<Bench> {
  const place = await ledgerPlace(t);
  const url = new URL(place.env["DATABASE_URL"] ?? "");
  const host = url.searchParams.get("host") ?? url.hostname;
  const away = await breakableProxy(t, host, url.port);
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String(away.port);
  return {
    engine: "postgres",
    away,
    place: { ...place, env: { ...place.env, DATABASE_URL: url.href } },
  };
}

async function onEventStoreDb(t: Test): Promise<Bench> {
  const place = await ledgerPlace(t);
  await freshServer(t, place.env["DATABASE_URL"] ?? "");
  const url = new URL((eventStoreDbUrl ?? "").replace(/^esdb/, "http"));
  const away = await breakableProxy(t, url.hostname, Number(url.port || "2113"));
  const through = `esdb://127.0.0.1:${away.port}?tls=false`;
  const env = { ...place.env, LEDGER_LOG: "eventstoredb", EVENTSTOREDB_URL: through };
  return { engine: "eventstoredb", away, place: { ...place, env } };
}

const engines = [
  ["PostgreSQL", {}, onPostgres],
  ["EventStoreDB", unlessFresh, onEventStoreDb],
] as const;

/** How each route is asked; one that stands in no list fails the test. */
const asked: Record<
  string,
  { url?: string; body?: () => Promise<object | string> | object; type?: string }
> = {
  "GET /v1/households/:household": { url: `/v1/households/${household}` },
  "GET /v1/households/:household/statement": { url: `/v1/households/${household}/statement` },
  "GET /v1/households/:household/ownership": { url: `/v1/households/${household}/ownership` },
  "GET /v1/households/:household/trail": { url: `/v1/households/${household}/trail` },
  "GET /v1/organisations/:organisation/statement": { url: "/v1/organisations/ORG-001/statement" },
  "GET /v1/plans/:plan": { url: "/v1/plans/JH-00001" },
  "GET /v1/plans/:plan/list/full": { url: "/v1/plans/JH-00001/list/full" },
  "GET /v1/plans/:plan/list/public": { url: "/v1/plans/JH-00001/list/public" },
  "GET /v1/plans/:plan/notice": { url: "/v1/plans/JH-00001/notice" },
  "GET /plans/:plan": { url: "/plans/JH-00001" },
  "GET /notices/:plan": { url: "/notices/JH-00001" },
  "GET /v1/plans/:plan/steps/next": { url: "/v1/plans/JH-00001/steps/next" },
  "GET /v1/batches/:batch/instruction": { url: "/v1/batches/PC-NONE/instruction" },
  "GET /v1/contracts/:contract": { url: `/v1/contracts/${contract}` },
  "GET /v1/registers/:register/ownership": { url: `/v1/registers/${register}/ownership` },
  "GET /v1/report/entity/:id": { url: "/v1/report/entity/ORG-001" },
  "GET /v1/report/members/:id": { url: "/v1/report/members/ORG-001" },
  "GET /v1/report/shares/:id": { url: `/v1/report/shares/${register}` },
  "GET /v1/report/fund-trace/:id": { url: "/v1/report/fund-trace/organisations%2FORG-001" },
  "GET /v1/imports/rejected/:id": {
    url: "/v1/imports/rejected/00000000-0000-4000-8000-000000000000",
  },
  "POST /v1/imports/:kind": {
    url: "/v1/imports/organisations",
    body: () => readFile(join(sample, "organisations.csv"), "utf8"),
    type: "text/csv",
  },
  "GET /v1/packs/in-force": { url: "/v1/packs/in-force?on=2026-03-03" },
  "POST /v1/imports/bank": { body: bankFile, type: "application/xml" },
  "POST /v1/bank/show": { body: bankFile, type: "text/xml" },
  "POST /v1/instruct": {
    body: () => ({ plans: ["JH-00001"], account: "5300", by: "某人", on: "2026-04-03" }),
  },
  "POST /v1/settle": {
    body: () => ({ entry: "5300/1", as: "财政拨款", by: "某人", reason: "核对", on: "2026-04-03" }),
  },
  "POST /v1/close": { body: () => ({ month: "2199-11", by: "某人" }) },
  ...Object.fromEntries(
    kinds.map(({ name, examples }) => [
      `POST /v1/${name}`,
      { body: () => (examples as readonly object[])[0] ?? {} },
    ]),
  ),
  ...Object.fromEntries(
    pages.flatMap(({ path, byPost }) =>
      byPost === true
        ? [[`POST ${path}`, { body: () => "", type: "application/x-www-form-urlencoded" }] as const]
        : [],
    ),
  ),
};
/** Of the example's plan there is no notice and no batch yet. */
const absent = /rejected|\/notice$|\/batches\//;
/** Asks nothing of the ledger. */
const apart = "POST /v1/bank/show";

/** A report of a bank about a batch that nobody made. */
async function bankFile(): Promise<string> {
  const path = join(distributionSample, "05-pay/answer-3.json");
  const words = JSON.parse(await readFile(path, "utf8")) as AnswerWords;
  return bankAnswer(words, new Map()).toString("utf8");
}

/** Of the server itself and its reference: nothing of the ledger is in them. */
const still = /^(GET|POST) (\/docs.*|\/openapi\.json|\/style\.css|\/metrics|\*)$/;

type Answers = Map<string, LightMyRequestResponse>;

/** Asks every route there is, once. */
async function askAll({ app }: TestService, only = /^/): Promise<Answers> {
  const answers: Answers = new Map();
  const { paths } = (await app.inject("/openapi.json")).json<{ paths: Record<string, object> }>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const method of Object.keys(methods)) {
      const route = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
      if (!still.test(route) && only.test(route)) answers.set(route, await askOne(app, route));
    }
  }
  for (const { path, byPost } of pages) {
    for (const method of byPost === true ? ["GET", "POST"] : ["GET"]) {
      const route = `${method} ${path}`;
      if (only.test(route)) answers.set(route, await askOne(app, route));
    }
  }
  return answers;
}

async function askOne(app: TestService["app"], route: string): Promise<LightMyRequestResponse> {
  const [method = "", path = ""] = route.split(" ");
  const { url = path, body, type = "application/json" } = asked[route] ?? {};
  if (url.includes(":") || (method === "POST" && body === undefined)) {
    throw new Error(`${route} is not in the table of this test`);
  }
  const content = await body?.();
  return app.inject({
    method: method as "GET" | "POST",
    url,
    headers: content === undefined ? {} : { "content-type": type },
    ...(content === undefined
      ? {}
      : { payload: typeof content === "string" ? content : JSON.stringify(content) }),
  });
}

/**
 * An answer without what differs from run to run: positions, times, ids of requests, and what rests
 * on the ledger's own key, as the salts of a list and their hashes do.
 */
function shape({ statusCode, body, headers }: LightMyRequestResponse): string {
  const isJson = String(headers["content-type"]).includes("json");
  const hash = /<code class="hash">.*?<\/code>/g;
  const own = /PostgreSQL<|EventStoreDB<|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d[\d,:. -]*/g;
  if (!isJson) return `${statusCode} ${body.replaceAll(hash, "#").replaceAll(own, "#")}`;
  const passing = new Set([
    "position",
    "head",
    "projected",
    "at",
    "knownAt",
    "requestId",
    "recordedAt",
    ...["salt", "commit", "root", "hash"],
  ]);
  // What one append records of several streams, EventStoreDB orders as it comes.
  const sorted = (key: string, value: unknown): unknown =>
    passing.has(key) ? undefined : Array.isArray(value) ? value.toSorted(byText) : value;
  return `${statusCode} ${JSON.stringify(JSON.parse(body, sorted))}`;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function shapes(answers: Answers): Record<string, string> {
  return Object.fromEntries([...answers].map(([route, answer]) => [route, shape(answer)]));
}

/** What each engine has said in each state. */
const said = new Map<string, Record<string, string>>();

for (const [name, unless, bench] of engines) {
  test(`every route on ${name}`, { ...unless, timeout: 240_000 }, async (t) => {
    const { engine, place, away } = await bench(t);
    const faultless = (t: Test, answers: Answers): void => {
      for (const [route, { statusCode, body }] of answers) {
        t.ok(statusCode < 500 || statusCode === 503, `${route}: ${statusCode}`, { body });
      }
    };
    const same = (t: Test, state: string, answers: Answers): void => {
      const own = shapes(answers);
      said.set(`${engine} ${state}`, own);
      const other = said.get(`postgres ${state}`);
      t.strictSame(own, other, "both engines say the same");
    };

    await t.test("empty", async (t) => {
      const service = await testService(t, { place, opened: false });
      const answers = await askAll(service);
      faultless(t, answers);
      same(t, "empty", answers);
      for (const [route, { statusCode }] of answers) {
        if (/^(GET|POST) \/v1\/(?!imports\/rejected|position)/.test(route)) {
          t.equal(statusCode, 503, route);
        }
      }
    });

    await t.test("one event", async (t) => {
      const service = await testService(t, { place });
      const answers = await askAll(service, /^GET/);
      faultless(t, answers);
      same(t, "one event", answers);
      t.equal((await service.get("/health")).statusCode, 200);
    });

    let before: Record<string, string> = {};
    await t.test("the sample", async (t) => {
      const service = await testService(t, { place });
      await service.seed();
      for (const kind of ["income", "plans", "steps"]) {
        const { statusCode, body } = await askOne(service.app, `POST /v1/${kind}`);
        t.equal(statusCode, 201, `the example of ${kind} is recorded`, { body });
      }
      await service.ledger.projector.reach((await service.ledger.log.head()).position);
      const answers = await askAll(service, /^GET/);
      // What they record is projected when it is.
      for (const [route, answer] of await askAll(service, /^POST/)) answers.set(route, answer);
      faultless(t, answers);
      for (const [route, { statusCode, body }] of answers) {
        if (route.startsWith("GET /v1") && !absent.test(route)) {
          t.equal(statusCode, 200, route, { body });
        }
      }
      same(t, "sample", answers);
      await service.ledger.projector.reach((await service.ledger.log.head()).position);
      before = shapes(await askAll(service, /^GET/));
    });

    await t.test("restarted, away, and back", async (t) => {
      const service = await testService(t, { place });
      await service.ledger.projector.reach((await service.ledger.log.head()).position);
      t.strictSame(shapes(await askAll(service, /^GET/)), before, "it answers as before");
      away.shut();
      const began = performance.now();
      const first = await askAll(service, /^POST \/v1\/(organisations|imports)/);
      const gone = new Map([...first, ...(await askAll(service))]);
      t.ok(performance.now() - began < 200_000);
      faultless(t, gone);
      for (const [route, answer] of gone) {
        if (!route.startsWith("POST /v1") || route === apart) continue;
        t.equal(answer.statusCode, 503, route, { body: answer.body });
        t.ok(Number(answer.headers["retry-after"]) > 0, `${route} says when to try again`);
      }
      t.equal((await service.get("/health")).statusCode, 503);
      if (engine === "eventstoredb") {
        const reads = shapes(gone);
        for (const [route, answer] of Object.entries(before)) {
          if (/^GET \/(v1\/(?!position)|$|contracts|households)/.test(route)) {
            t.equal(reads[route], answer, `${route} is answered on`);
          }
        }
      }
      away.open();
      let isBack = false;
      for (let looks = 0; !isBack && looks < 60; looks++) {
        isBack = (await service.get("/health")).statusCode === 200;
        if (!isBack) await sleep(500);
      }
      t.ok(isBack, "it comes back by itself");
      t.strictSame(shapes(await askAll(service, /^GET/)), before);
      const recorded = await askAll(service, /^POST \/v1\/organisations/);
      for (const { statusCode, body } of recorded.values()) t.ok(statusCode < 300, body);
    });
  });
}
