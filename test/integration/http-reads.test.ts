import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { maskEnd, maskName } from "../../src/queries/household.ts";
import { questions } from "../../src/queries/questions.ts";
import { sample, testService } from "../support/service.ts";

interface Sums {
  readonly legs: Readonly<Record<string, string>>;
  readonly total: string;
}

interface Expected {
  readonly statements: Readonly<Record<string, Readonly<Record<string, Sums>>>>;
  readonly ownership: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly registers: Readonly<Record<string, { holders: number; shares: string }>>;
  readonly ownershipOn: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const expected = JSON.parse(readFileSync(join(sample, "expected.json"), "utf8")) as Expected;
const household = "5304241040010015";

test("reads of the sample county", async (t) => {
  const { seed, get, post, ledger } = await testService(t);
  await seed();
  const head = (await ledger.log.head()).position.toString();

  t.test("statements are those worked out apart", async (st) => {
    for (const [number, years] of Object.entries(expected.statements)) {
      for (const [year, { legs, total }] of Object.entries(years)) {
        const period = year === "all" ? "" : `?from=${year}-01-01&to=${year}/12/31`;
        const { payload } = await get(`/v1/households/${number}/statement${period}`);
        const answer = JSON.parse(payload) as Record<string, unknown>;
        if (JSON.stringify(answer["legs"]) !== JSON.stringify(legs) || answer["total"] !== total) {
          st.fail(`${number} in ${year}`, { found: answer, wanted: { legs, total } });
        }
      }
    }
    const all = (await get(`/v1/households/${household}/statement`)).json<object>();
    st.strictSame(
      Object.keys(all),
      ["household", "from", "to", "knownAt", "legs", "total", "due", "outstanding"],
      "and keys have one order",
    );
    st.match(all, { from: null, to: null, knownAt: { position: head } });
  });

  t.test("ownership is what was worked out apart", async (st) => {
    for (const [number, registers] of Object.entries(expected.ownership)) {
      const { payload } = await get(`/v1/households/${number}/ownership`);
      st.strictSame((JSON.parse(payload) as { registers: object }).registers, registers);
    }
    for (const [day, households] of Object.entries(expected.ownershipOn)) {
      const [number = "", registers] = Object.entries(households)[0] ?? [];
      const { payload } = await get(`/v1/households/${number}/ownership?on=${day}`);
      st.strictSame((JSON.parse(payload) as { registers: object }).registers, registers);
    }
    for (const [register, { holders, shares }] of Object.entries(expected.registers)) {
      const answer = (await get(`/v1/registers/${register}/ownership`)).json<{
        holders: object;
        shares: string;
      }>();
      st.equal(Object.keys(answer.holders).length, holders);
      st.equal(answer.shares, shares);
    }
  });

  t.test("lists come a page at a time", async (st) => {
    for (const [list, id, count] of [
      ["households", "household", 40],
      ["organisations", "organisation", 8],
      ["contracts", "contract", 38],
      ["statements", "household", 40],
    ] as const) {
      const found: string[] = [];
      let pages = 0;
      for (let after: string | null = ""; after !== null; pages++) {
        const { payload } = await get(`/v1/${list}?limit=7&after=${encodeURIComponent(after)}`);
        const page = JSON.parse(payload) as {
          items: Record<string, string>[];
          next: string | null;
        };
        st.ok(page.items.length <= 7);
        found.push(...page.items.map((item) => item[id] ?? ""));
        after = page.next;
      }
      st.equal(found.length, count);
      st.equal(pages, Math.ceil(count / 7));
      st.strictSame(found, [...new Set(found)].sort());
    }
    const positions: string[] = [];
    for (let after: string | null = "0"; after !== null; ) {
      const page: { entries: { position: string }[]; next: string | null } = (
        await get(`/v1/households/${household}/trail?limit=5&after=${after}`)
      ).json();
      positions.push(...page.entries.map(({ position }) => position));
      after = page.next;
    }
    const whole = (await get(`/v1/households/${household}/trail?limit=1000`)).json<{
      entries: { position: string }[];
      next: null;
    }>();
    st.strictSame(
      positions,
      whole.entries.map(({ position }) => position),
    );
    st.equal(whole.next, null);
  });

  t.test("sums of groups are the sums of their households", async (st) => {
    const sum = (items: readonly Sums[]) =>
      items.reduce((fen, { total }) => fen + BigInt(total.replace(".", "")), 0n);
    const all = (await get("/v1/statements?limit=1000")).json<{ items: Sums[] }>();
    for (const by of ["village", "township", "organisation"]) {
      const groups = (await get(`/v1/statements?by=${by}`)).json<{ items: Sums[]; next: null }>();
      st.equal(sum(groups.items), sum(all.items), by);
      st.equal(groups.next, null);
    }
  });

  t.test("a card masks names and numbers", async (st) => {
    const { payload } = await get("/v1/households/5304241022150000");
    const card = JSON.parse(payload) as { members: object[]; township: string };
    st.equal(card.township, "盘溪镇");
    st.match(card.members, [
      { person: "530424102215000001", name: "李*红", idNumber: "**************3743" },
      { name: "沈*芳", relation: "配偶" },
      { name: "李*华", idNumber: "**************579X" },
    ]);
    st.notMatch(payload, /李强红|539999194806113743|6223571324751830420|慢性病/);
    st.equal(maskName("李红"), "李*");
    st.equal(maskName("李"), "*");
    st.equal(maskName("欧阳小红"), "欧**红");
    st.equal(maskEnd("12345678"), "********");
  });

  t.test("answers are as known then", async (st) => {
    const url = `/v1/households/${household}/statement`;
    const before = (await get(`${url}?knownAt=${head}`)).json<Sums>();
    const recorded = await post("/v1/movements", {
      reference: "R-1",
      type: "order",
      date: "2025-06-01",
      household,
      organisation: "ORG-001",
      contract: "HT-00014",
      quantity: "10",
      price: "9",
      amount: "90",
      note: "代领人 539999199001010000",
    });
    const { position } = recorded.json<{ position: string }>();
    const after = (await get(`${url}?atLeast=${position}`)).json<Sums>();
    const fen = ({ total }: Sums) => BigInt(total.replace(".", ""));
    st.equal(fen(after) - fen(before), 9_000n);
    st.strictSame((await get(`${url}?knownAt=${head}`)).json(), before);
    const { at } = (await get(`/v1/position`)).json<{ at: string }>();
    const known = (await get(`${url}?knownAt=${encodeURIComponent(at)}`)).json<Sums>();
    st.strictSame(known.total, after.total);
    const long = await get(`${url}?knownAt=2020-01-01T00:00:00Z`);
    st.match(long.json(), { status: 404, code: "HouseholdUnknown" });
    const { payload } = await get(
      `/v1/households/${household}/trail?knownAt=${position}&limit=1000`,
    );
    st.match(payload, "代领人 **************0000", "notes show no number whole");
    st.notMatch(payload, "539999199001010000");
  });

  t.test("what is not known is a problem", async (st) => {
    for (const [url, status, code] of [
      ["/v1/households/nope", 404, "HouseholdUnknown"],
      ["/v1/households/nope/statement", 404, "HouseholdUnknown"],
      ["/v1/households/nope/ownership", 404, "HouseholdUnknown"],
      ["/v1/households/GQ-01/ownership", 404, "HouseholdUnknown"],
      ["/v1/households/nope/trail", 404, "HouseholdUnknown"],
      ["/v1/registers/nope/ownership", 404, "RegisterUnknown"],
      ["/v1/contracts/nope", 404, "ContractUnknown"],
      ["/v1/contracts/HT-00001?knownAt=1", 404, "ContractUnknown"],
      ["/v1/contracts/HT-00001?on=2025-02-30", 400, "MalformedRequest"],
      ["/v1/contracts?on=soon", 400, "MalformedRequest"],
      [`/v1/registers/${household}/ownership`, 404, "RegisterUnknown"],
      ["/v1/households?knownAt=99999999", 404, "PositionUnknown"],
      ["/v1/households?knownAt=99999999999999999999", 400, "MalformedRequest"],
      ["/v1/households?knownAt=yesterday", 400, "MalformedRequest"],
      ["/v1/households?knownat=1", 400, "MalformedRequest"],
      ["/v1/households?atLeast=-1", 400, "MalformedRequest"],
      ["/v1/households?limit=0", 400, "MalformedRequest"],
      ["/v1/households?limit=1001", 400, "MalformedRequest"],
      ["/v1/households?after=%00", 400, "MalformedRequest"],
      ["/v1/households?after=a&after=b", 400, "MalformedRequest"],
      [`/v1/households/${household}/statement?from=2025-02-30`, 400, "MalformedRequest"],
      ["/v1/statements?from=2025-02-01&to=2025-01-01", 400, "MalformedRequest"],
      [`/v1/households/${household}/trail?after=x`, 400, "MalformedRequest"],
      ["/v1/statements?by=county", 400, "MalformedRequest"],
      ["/v1/imports/rejected/7b0c2a8e-0000-4000-8000-000000000000", 404, "NotFound"],
    ] as const) {
      const answer = await get(url);
      st.equal(answer.statusCode, status, url);
      st.equal(answer.json<{ code: string }>().code, code, url);
      st.match(answer.headers["content-type"], "application/problem+json");
    }
  });
});

test("a read that must include what is not projected yet", async (t) => {
  const { seed, get, post, ledger } = await testService(t, { projecting: false });
  await seed();
  const { projected } = (await get("/v1/position")).json<{ projected: string }>();
  const recorded = await post("/v1/organisations", { organisation: "ORG-R", name: "甲" });
  const { position } = recorded.json<{ position: string }>();
  const now = (await get("/v1/organisations")).json<{ knownAt: { position: string } }>();
  t.equal(now.knownAt.position, projected, "otherwise an answer says what it includes");
  const waiting = get(`/v1/organisations?atLeast=${position}&limit=1000`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await ledger.projector.reach(BigInt(position));
  t.match((await waiting).payload, "ORG-R");
  const beyond = String(BigInt(position) + 1n);
  const began = Date.now();
  const [late, known] = await Promise.all([
    get(`/v1/organisations?atLeast=${beyond}`),
    get(`/v1/organisations?knownAt=${beyond}`),
  ]);
  t.match(late.json(), { status: 503, code: "NotProjectedYet" });
  t.equal(late.headers["retry-after"], "2");
  t.ok(Date.now() - began > 9_000);
  t.equal(known.statusCode, 404);
});

/** What some routes must be asked with. */
const needed: Readonly<Record<string, string>> = { "/v1/packs/in-force": "?on=2026-03-03&" };

test("what is still to come", async (t) => {
  const { get, seed } = await testService(t);
  await seed();
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const cases = [
    ["99999999", 404, "PositionUnknown"],
    [soon, 404, "PositionUnknown"],
    ["9999-12-31T23:59:59Z", 404, "PositionUnknown"],
    ["9999-12-31T23:59:59-01:00", 400, "MalformedRequest"],
    ["0001-01-01T00:00:00+08:00", 400, "MalformedRequest"],
    ["0000-06-01T00:00:00Z", 400, "MalformedRequest"],
    ["10000-01-01T00:00:00Z", 400, "MalformedRequest"],
  ] as const;
  const routes = questions.flatMap(({ path }) => (path === undefined ? [] : [path]));
  t.ok(routes.length > 8);
  for (const route of routes) {
    for (const [knownAt, status, code] of cases) {
      const url = `${route.replace(/:\w+/g, "x")}${needed[route] ?? "?"}`;
      const answer = await get(`${url}knownAt=${encodeURIComponent(knownAt)}`);
      t.match(answer.json(), { status, code }, `${url} as known at ${knownAt}`);
    }
    if (!route.endsWith("statements")) continue;
    for (const day of ["0000-01-01", "10000-01-01"]) {
      t.match((await get(`${route}?from=${day}`)).json(), { status: 400 }, day);
    }
  }
  const now = await get(`/v1/households?knownAt=${encodeURIComponent(new Date().toISOString())}`);
  t.equal(now.statusCode, 200, "the present is known, once it has gone by");
});

test("a clock that is far ahead of the database's", async (t) => {
  const { get, post, ledger } = await testService(t);
  const right = Date.now;
  t.teardown(() => {
    Date.now = right;
  });
  const body = (name: string) => ({ organisation: name, name: "甲" });
  t.equal((await post("/v1/organisations", body("ORG-1"))).statusCode, 201);
  const { position } = await ledger.log.head();
  const soon = new Date(right() + 60_000).toISOString();
  Date.now = () => right() + 301_000;
  for (const headers of [{}, { "idempotency-key": "one" }]) {
    const refused = await post("/v1/organisations", body("ORG-2"), headers);
    t.match(refused.json(), { status: 503, code: "ClockAhead", detail: "clock" });
    t.match(refused.headers["retry-after"], /^\d+$/);
  }
  t.equal((await ledger.log.head()).position, position, "nothing is recorded");
  const url = `/v1/households?knownAt=${encodeURIComponent(soon)}`;
  t.match((await get(url)).json(), { status: 404, code: "PositionUnknown" });
  Date.now = () => right() + 290_000;
  t.equal((await post("/v1/organisations", body("ORG-3"))).statusCode, 201);
  Date.now = right;
  const key = { "idempotency-key": "one" };
  t.equal((await post("/v1/organisations", body("ORG-2"), key)).statusCode, 201);
});
