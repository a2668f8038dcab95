import { fileKinds } from "../../src/domain/kinds.ts";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { t as suite, test } from "tap";
import { serve } from "../../src/http/server.ts";
import { sample, testLedgerAt, testService } from "../support/service.ts";

// A folder of its own, in which no other test leaves anything behind.
process.env["TMPDIR"] = mkdtempSync(join(tmpdir(), "http-imports-"));
process.once("exit", () => {
  rmSync(tmpdir(), { recursive: true, force: true });
});

interface Answer {
  readonly rows: number;
  readonly recorded: number;
  readonly alreadyRecorded: number;
  readonly refused: readonly Record<string, unknown>[];
  readonly position: string;
  readonly rejected?: string;
}

// Files of other tests that import meanwhile are not looked at.
const temporary = await mkdtemp(join(tmpdir(), "sunshine-imports-"));
process.env["TMPDIR"] = temporary;
suite.teardown(() => rm(temporary, { recursive: true, force: true }));
const csv = { "content-type": "text/csv" };
const file = (kind: string): Buffer => readFileSync(join(sample, `${kind}.csv`));

function form(content: string | Buffer, filename: string) {
  const boundary = "----test";
  const disposition = `form-data; name="file"; filename="${filename}"`;
  const head = `--${boundary}\r\nContent-Disposition: ${disposition}\r\n`;
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([
      Buffer.from(`${head}Content-Type: text/csv\r\n\r\n`),
      Buffer.from(content),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  };
}

test("files of the sample county", async (t) => {
  const { post, get, ledger, logged } = await testService(t);
  const expected = JSON.parse(readFileSync(join(sample, "expected.json"), "utf8")) as {
    refused: { row: number; 业务编号: string; code: string }[];
    again: { recorded: number; alreadyRecorded: number };
  };
  for (const kind of ["roster", "organisations", "contracts"] as const) {
    const { payload, statusCode } = await post(`/v1/imports/${kind}`, file(kind), csv);
    t.equal(statusCode, 200, payload);
  }
  const { body, headers } = form(file("movements"), "C:\\上报\\业务.csv");
  const answer = (await post("/v1/imports/movements", body, headers)).json<Answer>();
  t.match(answer, { rows: 606, recorded: 511, alreadyRecorded: 5 });
  t.strictSame(
    answer.refused.map(({ row, 业务编号, code }) => ({ row, 业务编号, code })),
    expected.refused,
  );
  t.strictSame(Object.keys(answer.refused[0] ?? {}), [
    "file",
    "row",
    "业务编号",
    "code",
    "message",
  ]);
  t.equal(answer.refused[0]?.["file"], "业务.csv");
  t.equal(answer.position, (await ledger.log.head()).position.toString());

  t.test("leave nothing behind but the refused rows", async (st) => {
    const rejected = await get(answer.rejected ?? "");
    st.equal(rejected.headers["content-type"], "text/csv");
    const lines = rejected.payload.trim().split("\r\n");
    st.equal(lines.length, expected.refused.length + 1);
    st.match(lines[0], /行号,拒绝代码,拒绝原因$/);
    for (const folder of await uploads()) {
      const { mode } = await stat(folder);
      st.equal(mode & 0o777, 0o700);
      for (const name of await readdir(folder)) {
        st.equal(name, "rejected.csv");
        st.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
      }
    }
  });

  t.test("tell their progress a line at a time", async (st) => {
    const asked = { ...csv, accept: "application/x-ndjson" };
    const { payload, headers: told } = await post(
      "/v1/imports/movements",
      file("movements"),
      asked,
    );
    st.match(told["content-type"], "application/x-ndjson");
    const lines = payload
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const { recorded, alreadyRecorded } = expected.again;
    st.match(lines[0], { progress: { rows: Number, bytes: Number, total: Number } });
    st.match(lines.at(-1), { rows: 606, recorded, alreadyRecorded });
    const broken = await post("/v1/imports/movements", '业务编号\n"a"b', asked);
    st.match(JSON.parse(broken.payload), { error: { code: "FileMalformed", status: 422 } });
  });

  t.test("under an Idempotency-Key are answered again as they were", async (st) => {
    const small = "主体编号,名称\nORG-K,甲\n";
    const key = { ...csv, "idempotency-key": "file-1" };
    const first = await post("/v1/imports/organisations", small, key);
    st.match(first.json(), { rows: 1, recorded: 1 });
    const again = await post("/v1/imports/organisations", small, key);
    st.equal(again.payload, first.payload);
    st.equal(again.headers["idempotency-replayed"], "true");
    const other = await post("/v1/imports/organisations", `${small}ORG-L,乙\n`, key);
    st.match(other.json(), { status: 422, code: "IdempotencyKeyReused" });
    const refused = { ...csv, "idempotency-key": "file-2" };
    const row = "合同编号,合同类型,主体编号,起始日期,保护价\nHT-K,订单收购,ORG-M,2025-01-01,1\n";
    st.match((await post("/v1/imports/contracts", row, refused)).json(), { recorded: 0 });
    await post("/v1/organisations", { organisation: "ORG-M" });
    st.match((await post("/v1/imports/contracts", row, refused)).json(), { recorded: 1 });
  });

  t.test("that cannot be read are refused", async (st) => {
    const cases: [Buffer | string, Record<string, string>, number, string][] = [
      ["", csv, 422, "FileMalformed"],
      ["a\u0000b", csv, 422, "FileMalformed"],
      ['业务编号,备注\n"a"b,c', csv, 422, "FileMalformed"],
      ["{}", {}, 415, "MediaTypeNotSupported"],
      ["x", { "content-type": "multipart/form-data" }, 400, "MalformedRequest"],
      ["x", { "content-type": "multipart/form-data; boundary=b" }, 400, "MalformedRequest"],
      ["--b--\r\n", { "content-type": "multipart/form-data; boundary=b" }, 400, "MalformedRequest"],
    ];
    for (const [payload, given, status, code] of cases) {
      const { statusCode, payload: problem } = await post("/v1/imports/movements", payload, given);
      st.equal(statusCode, status, `${JSON.stringify(given)} ${problem}`);
      st.equal((JSON.parse(problem) as { code: string }).code, code);
    }
    const cut = form("业务编号\nA", "a.csv");
    const short = await post("/v1/imports/movements", cut.body.subarray(0, -20), cut.headers);
    st.equal(short.statusCode, 400, short.payload);
    st.equal((await post("/v1/imports/people", "a", csv)).statusCode, 400);
  });

  t.test("put no name and no number into the log", (st) => {
    const text = logged.join("");
    for (const secret of ["李强红", "539999194806113743", "6223571324751830420", "业务.csv"]) {
      st.notMatch(text, secret);
    }
    st.end();
  });
});

test("an upload", async (t) => {
  const ledger = await testLedgerAt(t);
  await ledger.open({ demo: false });
  const limit = { limits: { uploadBytesMax: 8 * 1024 * 1024 } };
  const listening = { host: "127.0.0.1", port: 0, logLevel: "silent" };
  const served = await serve(ledger, { ...listening, ...limit });
  t.teardown(() => served.close());
  const before = await uploads();

  t.test("over the limit is refused while it arrives, and kept nowhere", async (st) => {
    const chunk = Buffer.alloc(1024 * 1024, "a,b\n");
    let sent = 0;
    const endless = new Readable({
      read() {
        this.push(sent++ < 100 ? chunk : null);
      },
    });
    const answer = await fetch(`${served.url}/v1/imports/movements`, {
      method: "POST",
      headers: csv,
      body: Readable.toWeb(endless) as ReadableStream,
      duplex: "half",
    } as RequestInit).catch((error: unknown) => error);
    // The connection may be closed before the client has read the answer.
    if (answer instanceof Response) st.equal(answer.status, 413);
    st.ok(sent < 100, "the rest is not read");
    endless.destroy();
    await settled(before);
    st.strictSame(await uploads(), before);
  });

  t.test("that is broken off is kept nowhere", async (st) => {
    const gone = new AbortController();
    const endless = new Readable({
      read() {
        setTimeout(() => this.push("户编号,人编号\n"), 5);
      },
    });
    const request = fetch(`${served.url}/v1/imports/roster`, {
      method: "POST",
      headers: csv,
      body: Readable.toWeb(endless) as ReadableStream,
      duplex: "half",
      signal: gone.signal,
    } as RequestInit);
    setTimeout(() => gone.abort(), 200);
    await st.rejects(request);
    endless.destroy();
    await settled(before);
    st.strictSame(await uploads(), before);
    st.equal((await fetch(`${served.url}/health`)).status, 200);
  });

  t.test("beside many others waits its turn", async (st) => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        fetch(`${served.url}/v1/imports/organisations`, {
          method: "POST",
          headers: csv,
          body: `主体编号\nORG-${i}\n`,
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    st.ok(statuses.includes(200));
    st.strictSame(
      statuses.filter((status) => status !== 200 && status !== 503),
      [],
    );
  });
});

/** The folders of uploads in the data folders of this test. */
async function uploads(): Promise<string[]> {
  const names = await readdir(tmpdir(), { recursive: true }).catch((error: unknown) => {
    // A folder that goes away while it is looked into.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (names === undefined) return uploads();
  return names
    .filter((name) => basename(name).startsWith("upload-"))
    .map((name) => join(tmpdir(), name));
}

/** Waits until the folders are those of before. */
async function settled(before: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 100 && (await uploads()).length > before.length; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("every kind has a file of its own", (t) => {
  t.strictSame([...fileKinds].sort(), [
    "activities",
    "allocations",
    "amendments",
    "asset-steps",
    "assets",
    "basis",
    "bindings",
    "case-steps",
    "cases",
    "claims",
    "conditions",
    "contracts",
    "corrections",
    "disbursements",
    "duties",
    "ends",
    "entity-years",
    "funds",
    "guarantees",
    "herd",
    "income",
    "liquidation",
    "loan-steps",
    "loans",
    "models",
    "movements",
    "officers",
    "organisations",
    "plans",
    "policies",
    "posts",
    "project-steps",
    "projects",
    "refunds",
    "reimbursements",
    "risk-fund",
    "roster",
    "rounds",
    "sanctions",
    "steps",
    "subsidies",
  ]);
  t.end();
});
