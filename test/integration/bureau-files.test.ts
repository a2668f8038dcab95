// Files as bureaus make them, over HTTP: each as its README says, and its refused rows sent back.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Test } from "tap";
import { after, test } from "tap";
import type { BureauFile } from "../support/bureau-files.ts";
import { baseFiles, bureauAnswers, bureauFiles, bureauStatement } from "../support/bureau-files.ts";
import type { TestService } from "../support/service.ts";
import { testService } from "../support/service.ts";
import { inlineRow, workbookParts, writeParts } from "../support/xlsx.ts";

interface Answer {
  readonly status?: number;
  readonly code?: string;
  readonly detail?: string;
  readonly rows: number;
  readonly recorded: number;
  readonly refused: readonly { readonly row: number; readonly code: string; message: string }[];
  readonly refusedTotal: number;
  readonly sheets?: readonly object[];
  readonly stopped?: { readonly row: number; readonly code: string; readonly message: string };
  readonly notTried?: readonly string[];
  readonly rejected?: string;
}

// Another test looks at what uploads leave in the folder for temporary files.
const folder = await mkdtemp(join(tmpdir(), "sunshine-bureau-"));
process.env["TMPDIR"] = folder;
after(() => rm(folder, { recursive: true, force: true }));

const octets = { "content-type": "application/octet-stream" };
const bytesOf = (file: string): Buffer => readFileSync(join(bureauFiles, file));

/** A form of several parts: a file where a name is given, else a field. */
function form(...parts: readonly { field: string; file?: string; content: string | Buffer }[]) {
  const boundary = "----parts";
  const body = parts.flatMap(({ field, file, content }) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"`),
    Buffer.from(file === undefined ? "\r\n\r\n" : `; filename="${file}"\r\n\r\n`),
    Buffer.from(content),
    Buffer.from("\r\n"),
  ]);
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([...body, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

async function send(service: TestService, kind: string, file: string, content: Buffer) {
  const { body, headers } = form({ field: "file", file, content });
  const { statusCode, payload } = await service.post(`/v1/imports/${kind}`, body, headers);
  return { statusCode, answer: JSON.parse(payload) as Answer };
}

async function withBase(t: Test): Promise<TestService> {
  const service = await testService(t);
  for (const [kind, file] of baseFiles) {
    const { answer } = await send(service, kind, file, bytesOf(file));
    t.match(answer, { refused: [] }, file);
  }
  return service;
}

function checkAnswer(t: Test, wanted: BureauFile, statusCode: number, answer: Answer): void {
  const { file, recorded = 0, refused = [], sheets, stopped, error } = wanted;
  if (error !== undefined) {
    t.equal(statusCode, 422);
    t.match(answer, { code: error.code, detail: error.message });
    return;
  }
  t.equal(statusCode, stopped === undefined ? 200 : 422);
  t.match(answer, { rows: recorded + refused.length, recorded, refusedTotal: refused.length });
  t.match(
    answer.refused,
    refused.map(([row, code, message]) => ({ file, row, code, message })),
  );
  t.equal(answer.refused.length, refused.length);
  t.strictSame(answer.sheets, sheets && [{ file, ...sheets }]);
  if (stopped === undefined) {
    t.equal("stopped" in answer, false);
  } else {
    t.match(answer, { code: stopped.code, status: 422, detail: stopped.message });
    t.match(answer.stopped, { file, ...stopped });
    t.strictSame(answer.notTried, []);
  }
}

test("files of bureaus over HTTP", async (t) => {
  const service = await withBase(t);
  for (const wanted of bureauAnswers) {
    const { kind, file, refused = [] } = wanted;
    await t.test(file, async (t) => {
      const { statusCode, answer } = await send(service, kind, file, bytesOf(file));
      checkAnswer(t, wanted, statusCode, answer);
      if (refused.length === 0) {
        t.equal(answer.rejected, undefined);
        return;
      }
      const rejected = await service.get(answer.rejected ?? "");
      const isWorkbook = file.endsWith(".xlsx");
      t.match(rejected.headers["content-type"], isWorkbook ? /spreadsheetml/ : /csv/);
      t.match(rejected.headers["content-disposition"], isWorkbook ? /\.xlsx"/ : /\.csv"/);
      const back = await send(service, kind, "back", rejected.rawPayload);
      t.match(back.answer, { rows: refused.length, recorded: 0, refusedTotal: refused.length });
      t.strictSame(
        back.answer.refused.map(({ code }) => code),
        refused.map(([, code]) => code),
        "its refused rows are refused again",
      );
    });
  }

  await t.test("record each movement once", async (t) => {
    await service.ledger.projector.reach((await service.ledger.log.head()).position);
    const { household, wage } = bureauStatement;
    const found = await service.get(`/v1/households/${household}/statement`);
    t.match(found.json(), { legs: { wage } });
  });
});

test("a sheet is read by its name", async (t) => {
  const service = await withBase(t);
  const months = bytesOf("months.xlsx");
  const read = { read: "3月", notRead: ["1月", "2月"] };
  const asked = encodeURIComponent("3月");
  const { payload } = await service.post(`/v1/imports/movements?sheet=${asked}`, months, octets);
  t.match(JSON.parse(payload), { recorded: 1, sheets: [read] });
  for (const order of [0, 1]) {
    const parts = [
      { field: "sheet", content: "2月" },
      { field: "file", file: "months.xlsx", content: months },
    ];
    const { body, headers } = form(...(order === 0 ? parts : parts.reverse()));
    const answer = await service.post("/v1/imports/movements", body, headers);
    const found = { sheets: [{ file: "months.xlsx", read: "2月", notRead: ["1月", "3月"] }] };
    t.match(
      answer.json(),
      { recorded: 1 - order, ...found },
      "as a field before or after the file",
    );
  }
  const unknown = await service.post("/v1/imports/movements?sheet=x", months, octets);
  t.match(unknown.json(), { status: 422, code: "FileMalformed", detail: /it has 1月, 2月, 3月/ });
  const csv = await service.post("/v1/imports/movements?sheet=x", bytesOf("twice.csv"), octets);
  t.match(csv.json(), { status: 422, code: "FileMalformed", detail: /has no sheets/ });
  const key = { ...octets, "idempotency-key": "one" };
  const [first, other] = [
    await service.post("/v1/imports/movements", months, key),
    await service.post(`/v1/imports/movements?sheet=${asked}`, months, key),
  ];
  t.match(first.json(), { recorded: 1 });
  t.match(other.json(), { code: "IdempotencyKeyReused" }, "another sheet is another request");
});

test("a form with several files is read whole, one answer each", async (t) => {
  const service = await withBase(t);
  const names = ["refused-then-quote.csv", "html.xls", "floats.xlsx", "twice.csv"];
  const { body, headers } = form(
    ...names.map((file) => ({ field: "files", file, content: bytesOf(file) })),
  );
  const { statusCode, payload } = await service.post("/v1/imports/movements", body, headers);
  t.equal(statusCode, 200);
  const { answers } = JSON.parse(payload) as { answers: Record<string, unknown>[] };
  t.match(answers, [
    { file: names[0], error: { status: 422, recorded: 1, stopped: { row: 4 } } },
    { file: names[1], error: { status: 422, code: "FileMalformed" } },
    { file: names[2], recorded: 5, refusedTotal: 0, sheets: [{ read: "Sheet1" }] },
    { file: names[3], recorded: 1, refusedTotal: 2, rejected: String },
  ]);
  t.equal(answers.length, names.length);
  const many = Array.from({ length: 11 }, (_, at) => {
    return { field: "files", file: `${at}.csv`, content: "业务编号\n" };
  });
  const over = form(...many);
  const tooMany = await service.post("/v1/imports/movements", over.body, over.headers);
  t.equal(tooMany.statusCode, 413);
  t.match(tooMany.json(), { detail: "a form takes at most 10 files" });
});

test("a file that is no table has an answer of the same members", async (t) => {
  const service = await withBase(t);
  for (const [name, content] of [
    ["web.xls", Buffer.from("<html><table></table></html>")],
    ["none.csv", Buffer.from("a,b\n1,2\n")],
  ] as const) {
    const { statusCode, answer } = await send(service, "movements", name, content);
    t.equal(statusCode, 422);
    t.match(answer, { code: "FileMalformed", rows: 0, recorded: 0, refused: [], refusedTotal: 0 });
    t.match(answer.stopped, { file: name, code: "FileMalformed", message: /\S/ });
    t.strictSame(answer.notTried, []);
    t.equal(answer.rejected, undefined);
  }
  const path = join(folder, "sheets.xlsx");
  await writeParts(path, workbookParts({ rows: inlineRow(1, ["说明"]) }));
  const { answer } = await send(service, "movements", "sheets.xlsx", readFileSync(path));
  t.match(answer, { sheets: [{ file: "sheets.xlsx", read: String, notRead: [] }] });
});

test("an import that the end of the service ends says what was recorded", async (t) => {
  const service = await withBase(t);
  const rows = Array.from({ length: 60_000 }, (_, at) => `县,乡,村,E${at},E${at},名,,户主`);
  const text = `县,乡,行政村,户编号,人编号,姓名,证件号码,与户主关系\n${rows.join("\n")}\n`;
  const answered = send(service, "roster", "long.csv", Buffer.from(text));
  const { log } = service.ledger;
  const before = (await log.head()).position;
  while ((await log.head()).position === before) await sleep(20);
  await service.app.close();
  const { statusCode, answer } = await answered;
  t.equal(statusCode, 503);
  t.match(answer, { code: "NotReady", stopped: { file: "long.csv", code: "NotReady" } });
  t.ok(answer.recorded > 0 && answer.recorded < rows.length, `${answer.recorded} of them`);
});

test("an answer lists the first thousand refused rows and counts all", async (t) => {
  const service = await withBase(t);
  const text = `业务编号\n${Array.from({ length: 1_500 }, (_, at) => `M${at}`).join("\n")}\n`;
  const { answer } = await send(service, "movements", "many.csv", Buffer.from(text));
  t.match(answer, { rows: 1_500, refusedTotal: 1_500 });
  t.equal(answer.refused.length, 1_000);
  const back = await service.get(answer.rejected ?? "");
  t.equal(back.payload.trim().split("\n").length, 1_501);
});

test("a workbook that is damaged behind some rows says what was recorded", async (t) => {
  const service = await withBase(t);
  const header = ["户编号", "人编号"];
  const person = (row: number) => inlineRow(row, [`H${row}`, `P${row}`]);
  const rows = Array.from({ length: 6_000 }, (_, at) => person(at + 2)).join("");
  const missing = '<row r="6002"><c r="A6002" t="s"><v>7</v></c></row>';
  const path = join(folder, "big.xlsx");
  await writeParts(path, workbookParts({ rows: inlineRow(1, header) + rows + missing }));
  const { statusCode, answer } = await send(service, "roster", "big.xlsx", readFileSync(path));
  t.equal(statusCode, 422);
  t.match(answer, { rows: 6_000, recorded: 6_000, stopped: { row: 6_002 }, notTried: [] });
});

test("a JSON command holds no cell that is unknown", async (t) => {
  const service = await withBase(t);
  const wage = {
    reference: "J-1",
    type: "wage",
    date: "2025-03-01 08:30",
    household: "'5399990001",
    organisation: "ZT-1",
    contract: "HT-W1",
    quantity: "2",
    price: "130",
    amount: "260",
  };
  for (const [field, text, detail] of [
    ["note", "#N/A", /备注 is an error cell/],
    ["voucher", "1.2E+17", /凭证号 is a number like/],
    ["reference", "J\u200b-1", /业务编号 holds .*U\+200B/],
    ["capital", "#未知", /资本类型 is #未知/],
  ] as const) {
    const { statusCode, payload } = await service.post("/v1/movements", { ...wage, [field]: text });
    t.equal(statusCode, 400);
    t.match(JSON.parse(payload), { code: "MalformedField", detail });
  }
  t.equal((await service.post("/v1/movements", wage)).statusCode, 201);
  t.equal(
    (await service.post("/v1/movements", { ...wage, household: "5399990001" })).statusCode,
    200,
  );
});
