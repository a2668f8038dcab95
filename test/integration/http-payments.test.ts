// Verbs and files of payments over HTTP, where they are refused; test/e2e/distribution-sample plays
// what they record.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "tap";
import type { AnswerWords } from "../support/bank-answers.ts";
import { bankAnswer } from "../support/bank-answers.ts";
import { distributionSample } from "../support/distribution-sample.ts";
import { testService } from "../support/service.ts";

const xml = { "content-type": "application/xml" };

const statement: Partial<AnswerWords> = {
  kind: "camt.053",
  id: "ST-1",
  account: "5300",
  seq: 1,
  from: "2025-04-01",
  to: "2025-04-01",
  opening: 1_000,
  closing: 900,
  entries: [{ ref: "1", amount: 100, dir: "DBIT", status: "BOOK", booked: "2025-04-01", txs: [] }],
};

function message(more: Partial<AnswerWords> = {}): Buffer {
  return bankAnswer({ ...statement, ...more } as AnswerWords, new Map());
}

test("verbs of payments", async (t) => {
  const { post, get } = await testService(t);
  const instruct = { plans: ["JH-1"], account: "5300", by: "出纳员", on: "2025-04-03" };
  const settle = { entry: "5300/1", as: "财政拨款", by: "会计", reason: "核对", on: "2025-04-03" };

  t.test("are refused as the command line refuses them", async (st) => {
    const cases: [string, object, number, object][] = [
      ["instruct", instruct, 422, { code: "PlanUnknown", field: { name: "plans" } }],
      ["settle", settle, 422, { code: "EntryUnknown", field: { name: "entry" } }],
      ["settle", { ...settle, to: "B/1" }, 400, { code: "MalformedField", field: { name: "to" } }],
      ["settle", { ...settle, on: "4-3" }, 400, { code: "MalformedField", field: { name: "on" } }],
      ["close", { month: "2025-13", by: "局长" }, 400, { code: "MalformedField" }],
      ["instruct", { ...instruct, plans: [] }, 400, { code: "MalformedField" }],
      ["instruct", { ...instruct, by: 1 }, 400, { code: "MalformedField", field: { name: "by" } }],
      ["instruct", { ...instruct, profile: "x" }, 400, { field: { name: "profile" } }],
      ["instruct", { ...instruct, payer: "a\u0007" }, 400, { field: { name: "payer" } }],
      ["instruct", { ...instruct, file: "a" }, 400, { code: "MalformedField" }],
    ];
    for (const [verb, body, status, problem] of cases) {
      const found = await post(`/v1/${verb}`, body);
      st.equal(found.statusCode, status, `${verb} ${JSON.stringify(body)} ${found.payload}`);
      st.match(found.headers["content-type"], "application/problem+json");
      st.match(found.json(), problem);
    }
    const foreign = await post("/v1/close", { month: "2025-01", by: "局长" }, { origin: "null" });
    st.equal(foreign.statusCode, 403);
  });

  t.test("say why a month does not close, and close it once", async (st) => {
    const open = await post("/v1/close", { month: "2199-11", by: "局长" });
    st.match(open.json(), { month: "2199-11", closed: false, reasons: [/not over/] });
    const key = { "idempotency-key": "close" };
    const closed = await post("/v1/close", { month: "2025-01", by: "局长" }, key);
    st.match(closed.json(), { month: "2025-01", closed: true, reasons: [], position: String });
    const again = await post("/v1/close", { month: "2025-01", by: "局长" }, key);
    st.equal(again.headers["idempotency-replayed"], "true");
    st.equal(again.payload, closed.payload);
    const anew = await post("/v1/close", { month: "2025-01", by: "局长" });
    st.strictSame(anew.json(), { month: "2025-01", closed: true, reasons: [] });
  });

  t.test("list their formats, and know no batch that was not made", async (st) => {
    const profiles = (await get("/v1/profiles")).json<{ profile: string }[]>();
    const names = profiles.map(({ profile }) => profile);
    st.strictSame(names.slice(0, 2), ["pain.001.001.03", "pain.001.001.09"]);
    st.match(profiles[0], { profile: String, instruction: String, answer: String });
    for (const path of ["/v1/batches/PC-404/instruction", "/v1/reconcile?batch=PC-404"]) {
      st.match((await get(path)).json(), { status: 404, code: "BatchUnknown" }, path);
    }
  });
});

test("files of a bank", async (t) => {
  const limits = { bankBytesMax: 64 * 1024, shownBytesMax: 32 * 1024 };
  const { post, logged } = await testService(t, { limits });

  t.test("are shown without recording anything", async (st) => {
    const shown = await post("/v1/bank/show", message(), xml);
    st.equal(shown.statusCode, 200, shown.payload);
    st.match(shown.json(), {
      kind: "camt.053.001.02",
      messageId: "ST-1",
      statements: [{ account: "5300", entries: [{ entry: "5300/1", amount: /^1\.0/ }] }],
      payments: [],
    });
    const wrong = await post("/v1/bank/show", message({ flaw: "closing" }), xml);
    st.equal(wrong.statusCode, 200);
    st.match(wrong.payload, '"ok":false');
    const csv = await post("/v1/bank/show", "主体编号\nORG-1\n", { "content-type": "text/csv" });
    st.match(csv.json(), { status: 422, code: "NotABankFile" });
    const unknown = await post("/v1/bank/show?profile=none", message(), xml);
    st.match(unknown.json(), { status: 400, field: { name: "profile" } });
  });

  t.test("are refused each by itself", async (st) => {
    const refused = await post("/v1/imports/bank", message(), xml);
    st.equal(refused.statusCode, 200, refused.payload);
    st.match(refused.json(), { files: 1, refused: [{ code: "NotOurs" }], position: String });
    const form = new FormData();
    form.append("file", new Blob([message().toString("utf8")]), "一.xml");
    form.append("file", new Blob(["no"]), "二.xml");
    const request = new Request("http://localhost", { method: "POST", body: form });
    const type = { "content-type": request.headers.get("content-type") ?? "" };
    const body = Buffer.from(await request.arrayBuffer());
    const several = (await post("/v1/imports/bank", body, type)).json<{ refused: object[] }>();
    st.match(several, {
      files: 2,
      refused: [
        { file: "一.xml", code: "NotOurs" },
        { file: "二.xml", code: "NotABankFile" },
      ],
    });
    st.match((await post("/v1/bank/show", body, type)).json(), { code: "MalformedRequest" });
    const lines = await post("/v1/imports/bank", message(), {
      ...xml,
      accept: "application/x-ndjson",
    });
    st.match(JSON.parse(lines.payload), { files: 1, refused: [{ code: "NotOurs" }] });
    const json = await post("/v1/imports/bank", "{}");
    st.equal(json.statusCode, 415);
    const table = await post("/v1/imports/movements", "<a/>", xml);
    st.equal(table.statusCode, 415, "a table is no message");
  });

  t.test("are bounded", async (st) => {
    const large = Buffer.concat([message(), Buffer.alloc(64 * 1024, " ")]);
    for (const path of ["/v1/imports/bank", "/v1/bank/show"]) {
      st.match((await post(path, large, xml)).json(), { status: 413, code: "TooLarge" });
    }
  });

  t.test("put nothing of theirs into the log of the service", async (st) => {
    const words = await readFile(join(distributionSample, "05-pay/answer-4.json"), "utf8");
    const { entries } = JSON.parse(words) as { entries: { txs: { pay: { holder: string } }[] }[] };
    const holder = entries[0]?.txs[0]?.pay.holder ?? "";
    const told = { ...statement, account: holder };
    await post("/v1/imports/bank", message(told), xml);
    st.ok(holder.length > 1);
    st.notMatch(logged.join(""), holder);
  });
});
