import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { test } from "tap";
import { serve } from "../../src/http/server.ts";
import { stylesheet } from "../../src/web/stylesheet.ts";
import { hostilePlan, planned, seedPlan } from "../support/plan-county.ts";
import { findBrowser } from "../support/programs.ts";
import { testService } from "../support/service.ts";

const [household] = planned;
const planPath = `/plans/${encodeURIComponent(hostilePlan)}`;
const form = { "content-type": "application/x-www-form-urlencoded" };

test("pages", async (t) => {
  const service = await testService(t, { demo: true });
  const { seed, get, post, ledger } = service;
  await seed();
  const lookUp = (number: string) => post("/households", `number=${number}`, form);

  t.test("the first page says what is recorded", async (st) => {
    const { payload, headers } = await get("/");
    st.equal(headers["content-type"], "text/html; charset=utf-8");
    st.match(payload, "虚构的演示县");
    st.match(payload, ledger.identity()?.ledger ?? "?");
    for (const figure of ["40", "148", "8", "38", "6"]) st.match(payload, `<dd>${figure}</dd>`);
    st.match(payload, "148,092.80", "rent of 2025");
    for (const path of ["/docs", "/openapi.json", "/health", "/metrics"]) {
      st.match(payload, `href="${path}"`);
      st.equal((await get(path)).statusCode, 200, path);
    }
  });

  t.test("the first page is worked out again when something is recorded", async (st) => {
    const { position } = (
      await post("/v1/organisations", { organisation: "ORG-P", name: "<b>甲</b>" })
    ).json<{ position: string }>();
    await ledger.projector.reach(BigInt(position));
    const pages = await Promise.all(Array.from({ length: 20 }, () => get("/")));
    for (const { payload } of pages) st.match(payload, "<dd>9</dd>");
  });

  t.test("a household's page shows no name and no number whole", async (st) => {
    const { payload, statusCode } = await lookUp(household);
    st.equal(statusCode, 200);
    for (const shown of ["李*红", "**************3743", "GQ-02", "49,648.04", "盘溪镇"]) {
      st.match(payload, shown);
    }
    st.notMatch(/<title>(.*?)<\/title>/.exec(payload)?.[1] ?? household, /\d/);
    st.notMatch(payload, /李强红|沈英芳|539999\d{8}|6223571324751830420|慢性病/);
  });

  t.test("a number that is not known, or no number, leads back to the form", async (st) => {
    const unknown = await lookUp("%3Cscript%3Ealert(1)%3C/script%3E");
    st.equal(unknown.statusCode, 404);
    st.match(unknown.payload, "没有这个户编号");
    st.notMatch(unknown.payload, "<script");
    for (const url of ["/households", `/households?number=${household}`]) {
      const { statusCode, payload } = await get(url);
      st.equal(statusCode, 200, url);
      st.notMatch(payload, household, "an address does not look anybody up");
    }
    for (const bad of ["%00", "x".repeat(300), "GQ-01", `${household}&after=x`]) {
      const { statusCode } = await lookUp(bad);
      st.ok(statusCode === 404 || statusCode === 200, `${bad} ${statusCode}`);
    }
    st.equal((await lookUp("1&number=2")).statusCode, 400, "two numbers are refused");
  });

  t.test("a plan's page shows its steps, objections and lines, and nobody whole", async (st) => {
    await seedPlan(service);
    const list = await get("/plans");
    st.match(list.payload, `<a href="${planPath}">JH-&lt;b>1&amp;2&lt;/b></a>`);
    const { payload, statusCode, headers } = await get(planPath);
    st.equal(statusCode, 200);
    st.equal(headers["x-robots-tag"], "noindex, noarchive");
    for (const shown of ["公示中", "第 1 版，2 行，合计 100.00 元", "主持人 赵支书", "镇政府"]) {
      st.match(payload, shown);
    }
    for (const shown of ["0f0f0f0f", "村级，公开栏（张榜），2025-02-04 至 2025-02-13"]) {
      st.match(payload, shown);
    }
    for (const shown of ["YY-1", "未答复", "欧***", "李**", "50.00", "BZ-5"]) {
      st.match(payload, shown);
    }
    st.match(payload, `href="/notices/${encodeURIComponent(hostilePlan)}"`);
    st.notMatch(payload, /<b>|李强红|欧阳|6223571324751830420|530424102215000/);
    const later = (await get(`${planPath}?after=1`)).payload;
    st.ok(later.includes("<td>李**") && !later.includes("<td>张**"), "lines after the first");
    st.match((await lookUp(household)).payload, `href="${planPath}"`, "its household leads there");
    for (const bad of ["/plans/JH-404", "/plans/%00", `${planPath}?after=x`]) {
      const found = await get(bad);
      st.equal(found.statusCode, bad.includes("after") ? 200 : 404, bad);
    }
  });

  t.test("every page is plain, well-formed HTML that anybody can use", async (st) => {
    const contracts = ["/contracts", "/contracts?number=HT-00001"];
    const plans = ["/plans", planPath, "/plans/JH-404"];
    for (const url of ["/", "/households", ...contracts, ...plans, household]) {
      const { payload } = url === household ? await lookUp(household) : await get(url);
      st.match(payload, /^<!doctype html><html lang="zh-CN">/);
      st.equal(payload.match(/<h1[ >]/g)?.length, 1, "one heading of the first level");
      st.equal(payload.match(/<main[ >]/g)?.length, 1);
      st.match(payload, '<meta name="viewport" content="width=device-width, initial-scale=1"/>');
      st.notMatch(payload, /<script|style="|\son[a-z]+="/, "no script, no inline style");
      const cells = payload.match(/<th[ >]/g)?.length ?? 0;
      st.equal(payload.match(/<th scope="(col|row)"/g)?.length ?? 0, cells, "headers have a scope");
      st.equal(payload.match(/<input/g)?.length, payload.match(/<label/g)?.length);
    }
    const css = await get("/style.css");
    st.equal(css.headers["content-type"], "text/css; charset=utf-8");
    st.equal(css.payload, stylesheet);
  });

  t.test("a page that cannot be shown says so", async (st) => {
    await ledger.pool.query("ALTER SCHEMA read RENAME TO away");
    const { statusCode, payload } = await lookUp(household);
    await ledger.pool.query("ALTER SCHEMA away RENAME TO read");
    st.equal(statusCode, 503);
    st.match(payload, "暂时无法显示");
    st.notMatch(payload, /schema|relation "/);
  });
});

const inlined = `<style>${stylesheet}</style>`;
const browser = findBrowser();
const skip =
  browser === undefined && "no Chromium here: apt-get install chromium, or name one in CHROMIUM";

test("pages in a browser", { skip, timeout: 240_000 }, async (t) => {
  const service = await testService(t, { demo: true });
  const { seed, post, ledger } = service;
  await seed();
  await seedPlan(service);
  const served = await serve(ledger, { host: "127.0.0.1", port: 0, logLevel: "silent" });
  const folder = await mkdtemp(join(tmpdir(), "sunshine-page-"));
  t.teardown(async () => {
    await served.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async (path: string, ...more: string[]) => {
    const common = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"];
    const quiet = ["--disable-background-networking", "--no-first-run", "--enable-logging=stderr"];
    const profile = `--user-data-dir=${join(folder, "profile")}`;
    const url = path.startsWith("file:") ? path : `${served.url}${path}`;
    const args = [...common, ...quiet, profile, ...more, url];
    return promisify(execFile)(browser ?? "", args, {
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
    });
  };
  // No address looks a household up, so its page is opened as it was answered, with its style.
  const shown = join(folder, "household.html");
  const { payload } = await post("/households", `number=${household}`, form);
  await writeFile(
    shown,
    payload.replace(/<link rel="stylesheet"[^>]*>/, () => inlined),
  );
  for (const [name, path] of [
    ["overview", "/"],
    ["household", `file://${shown}`],
    ["contract", "/contracts?number=HT-00001"],
    ["plans", "/plans"],
    ["plan", planPath],
  ] as const) {
    const { stdout, stderr } = await open(path, "--dump-dom");
    t.match(stdout, "阳光账本");
    t.notMatch(stderr, /CONSOLE|Content Security Policy/, "the browser has nothing to complain of");
    for (const [size, device] of [
      ["1100,1600", "desk"],
      ["500,1600", "phone"],
    ]) {
      const file = join(folder, `${name}-${device ?? ""}.png`);
      await open(path, `--window-size=${size ?? ""}`, `--screenshot=${file}`);
      const picture = await readFile(file);
      t.equal(picture.subarray(1, 4).toString(), "PNG");
      t.ok(picture.length > 20_000, `${name} on a ${device ?? ""} shows something`);
    }
    const sheet = join(folder, `${name}.pdf`);
    await open(path, `--print-to-pdf=${sheet}`);
    t.equal((await readFile(sheet)).subarray(0, 5).toString(), "%PDF-");
  }
  const docs = await open("/docs", "--virtual-time-budget=10000", "--dump-dom");
  t.match(docs.stdout, "/v1/movements", "the reference is drawn from what is served here");
  t.notMatch(docs.stderr, "Content Security Policy");
});
