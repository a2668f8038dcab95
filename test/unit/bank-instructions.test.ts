import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { XmlDocument, XsdValidator } from "libxml2-wasm";
import { after, test } from "tap";
import type { BankDocument } from "../../src/bank/bank-document.ts";
import { collectDocument, hasFailedCheck } from "../../src/bank/bank-document.ts";
import { readBankFile } from "../../src/bank/bank-file.ts";
import { exampleProfiles } from "../../src/bank/profile.ts";
import type { InstructionFormat } from "../../src/bank/instruction-file.ts";
import {
  instructionFault,
  paymentsMax,
  writeInstruction,
} from "../../src/bank/instruction-file.ts";
import type { PainVersion } from "../../src/bank/pain-instruction.ts";
import { painVersions } from "../../src/bank/pain-instruction.ts";
import type { Batch, Payment } from "../../src/bank/payment.ts";
import { openTable } from "../../src/exchange/table-reader.ts";
import { projectRoot } from "../../src/root.ts";
import { samplesFolder } from "../support/bank-samples.ts";
import { randomSource } from "../support/county.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-instructions-"));
after(() => rm(folder, { recursive: true }));
let files = 0;

const [sheetProfile, textProfile] = exampleProfiles;
if (sheetProfile === undefined || textProfile === undefined) throw new Error("two examples");

function batchOf(payments: readonly Payment[], bank?: string): Batch {
  const fen = payments.reduce((sum, { amount }) => sum + BigInt(amount.replace(".", "")), 0n);
  const digits = String(fen).padStart(3, "0");
  return {
    batch: "PC-2025-0001",
    createdAt: "2025-04-03T09:30:00+08:00",
    on: "2025-04-03",
    payer: { name: "某县财政局 & 惠农专户", account: "53001616030000000000", bank },
    count: payments.length,
    sum: `${digits.slice(0, -2)}.${digits.slice(-2)}`,
  };
}

const people: readonly Payment[] = [
  { endToEndId: "PC-1-1", account: "6223364478042346679", holder: "𠮷杰娟", amount: "4.00" },
  {
    endToEndId: "PC-1-2",
    account: "6223066220144610400",
    holder: "买买提·吐尔逊",
    amount: "750.61",
    bank: "某农村商业银行",
    text: "2025年一季度分红",
  },
  { endToEndId: "PC-1-3", account: "0012", holder: "A&B <有限> 公司", amount: "1234567890123.45" },
];

async function write(format: InstructionFormat, payments = people): Promise<string> {
  const path = join(folder, `${++files}`);
  await writeInstruction(path, format, batchOf(payments), payments);
  return path;
}

const schemas: Readonly<Record<PainVersion, string>> = {
  "pain.001.001.03": "pain.001.001.03.generic.xsd",
  "pain.001.001.09": "pain.001.001.09.xsd",
};

/** What is wrong with a file by the schema of its version; the empty text where nothing is. */
function invalid(version: PainVersion, xml: Buffer): string {
  const schema = XmlDocument.fromBuffer(readFileSync(join(samplesFolder, "xsd", schemas[version])));
  const validator = XsdValidator.fromDoc(schema);
  const document = XmlDocument.fromBuffer(xml);
  try {
    validator.validate(document);
    return "";
  } catch (error) {
    return String(error);
  } finally {
    document.dispose();
    validator.dispose();
    schema.dispose();
  }
}

const withoutSchemas = !existsSync(join(samplesFolder, "xsd")) && `no schemas in ${samplesFolder}`;

test("a pain.001 is valid by its schema", { skip: withoutSchemas }, async (t) => {
  const random = randomSource(20_250_403);
  const texts = ["张", "买买提·吐尔逊", "𠮷", "<&>]]>\"'", "a b", "（代）", "ß", "字".repeat(140)];
  const any = (): Payment => ({
    endToEndId: random.pick(["A", "a-Z-0-9", "E".repeat(35)]),
    account: random.pick(["1", "6223364478042346679", "9".repeat(34), "一折通-01"]),
    holder: random.pick(texts),
    amount: random.pick(["0.01", "999999999999999.99", "10.10"]),
    bank: random.pick(["", " ", ...texts, "行".repeat(200)]),
    text: random.pick(["", "\n", ...texts, "多\u0000行\r\n文".repeat(99)]),
  });
  for (const version of painVersions) {
    for (let times = 0; times < 30; times++) {
      const payments = Array.from({ length: random.between(1, 5) }, any);
      const xml = await readFile(await write(version, payments));
      const found = invalid(version, xml);
      if (found !== "") t.equal(found, "", xml.toString());
    }
    t.equal(invalid(version, await readFile(await write(version))), "", version);
    const broken = (await readFile(await write(version))).toString().replace("TRF", "XYZ");
    t.not(invalid(version, Buffer.from(broken)), "", "and the schema does refuse");
  }
});

test("a pain.001 says what is to be paid", async (t) => {
  const [path] = [await write("pain.001.001.03")];
  const xml = await readFile(path, "utf8");
  t.match(xml, "<MsgId>PC-2025-0001</MsgId>");
  t.match(xml, "<PmtInfId>PC-2025-0001-1</PmtInfId>", "one payment information a batch");
  const total = "<NbOfTxs>3</NbOfTxs><CtrlSum>1234567890878.06</CtrlSum>";
  t.equal(xml.split(total).length, 3, "count and sum, twice");
  t.match(xml, "<ReqdExctnDt>2025-04-03</ReqdExctnDt>");
  t.match(
    await readFile(await write("pain.001.001.09"), "utf8"),
    "<ReqdExctnDt><Dt>2025-04-03</Dt>",
  );
  t.match(
    xml,
    "<CdtTrfTxInf><PmtId><InstrId>PC-1-1</InstrId><EndToEndId>PC-1-1</EndToEndId></PmtId>" +
      '<Amt><InstdAmt Ccy="CNY">4.00</InstdAmt></Amt>' +
      "<CdtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></CdtrAgt>" +
      "<Cdtr><Nm>𠮷杰娟</Nm></Cdtr>" +
      "<CdtrAcct><Id><Othr><Id>6223364478042346679</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>",
  );
  t.match(xml, "<FinInstnId><Nm>某农村商业银行</Nm></FinInstnId>");
  t.match(xml, "<RmtInf><Ustrd>2025年一季度分红</Ustrd></RmtInf>");
  t.equal((await stat(path)).mode & 0o777, 0o600, "for its owner alone");
});

test("the examples are as the contract has them", async (t) => {
  const bytes = await readFile(await write(textProfile));
  const text = new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  const lines = [
    "PC-2025-0001|3|1234567890878.06|2025-04-03",
    "1|6223364478042346679|𠮷杰娟|4.00|PC-1-1",
    "2|6223066220144610400|买买提·吐尔逊|750.61|PC-1-2",
    "3|0012|A&B <有限> 公司|1234567890123.45|PC-1-3",
  ];
  t.equal(text, lines.map((line) => `${line}\r\n`).join(""), "example-gbk");
  const path = await write(sheetProfile);
  const table = await openTable(path, { idColumn: "摘要", known: ["摘要"] });
  const rows: unknown[] = [];
  for await (const batch of table.batches(10)) rows.push(...batch.map(({ cells }) => cells));
  await table.close();
  t.strictSame(table.header, ["批次号", "日期", "序号", "账号", "户名", "金额", "摘要"], "a sheet");
  t.strictSame(rows, [
    ["PC-2025-0001", "2025-04-03", "1", "6223364478042346679", "𠮷杰娟", "4.00", "PC-1-1"],
    ["PC-2025-0001", "2025-04-03", "2", "6223066220144610400", "买买提·吐尔逊", "750.61", "PC-1-2"],
    ["PC-2025-0001", "2025-04-03", "3", "0012", "A&B <有限> 公司", "1234567890123.45", "PC-1-3"],
  ]);
  t.equal(table.sheets?.read, "付款");
});

const outside = join(
  projectRoot,
  ...["..", "shared", "contract", "sample-distribution", "make_answer.py"],
);
const withoutOutside = !existsSync(outside) && `${outside} is not there`;

test("another program finds the payments", { skip: withoutOutside }, async (t) => {
  for (const format of [...painVersions, textProfile]) {
    const path = await write(format);
    for (const { endToEndId, account, holder, amount } of people) {
      const words = [outside, "payment", path, account, holder, amount];
      const found = execFileSync("python3", words, { encoding: "utf8" }).trim();
      t.equal(found, endToEndId, `in ${typeof format === "string" ? format : format.profile}`);
    }
  }
});

test("another program's answers are read", { skip: withoutOutside }, async (t) => {
  const answers = async (format: InstructionFormat, told: object): Promise<BankDocument> => {
    const [plan, out] = [join(folder, `${++files}.json`), join(folder, `${++files}.answer`)];
    await writeFile(plan, JSON.stringify(told));
    execFileSync("python3", [outside, "bank", plan, out, `B=${await write(format)}`]);
    const profile = typeof format === "string" ? undefined : format;
    return collectDocument(readBankFile(out, profile));
  };
  const pay = people.map(({ account, holder, amount }) => {
    return { pay: { batch: "B", account, holder, amount } };
  });
  const entries = [
    { ref: "1", amount: 400, dir: "DBIT", status: "BOOK", booked: "2025-04-05" },
    { ref: "2", amount: 75_061, dir: "CRDT", status: "BOOK", booked: "2025-04-06", words: "退" },
  ].map((one, at) => ({
    ...one,
    txs: [{ ...pay[at], amount: one.amount, ...(at === 1 && { return: { code: "AC04" } }) }],
  }));
  const account = "53001616030000000000";
  const days = { from: "2025-04-01", to: "2025-04-30" };
  const statement = { kind: "camt.053", id: "T1", account, seq: 4, ...days, entries };
  const sums = { opening: 100_000, closing: 174_661 };
  const shown = await answers("pain.001.001.03", { ...statement, ...sums, page: [1, false] });
  const [only] = shown.statements;
  t.match(only, { sequence: 4, page: 1, account, checks: [{ check: "balance", ok: true }] });
  t.match(only?.entries, [
    { entry: `${account}/1`, transactions: [{ endToEndId: "PC-1-1", amount: "4.00" }] },
    { transactions: [{ endToEndId: "PC-1-2", returnReason: "AC04", text: "退" }] },
  ]);
  const flawed = await answers("pain.001.001.09", { ...statement, ...sums, flaw: "closing" });
  t.equal(hasFailedCheck(flawed), true, "a closing balance that is wrong by a fen");
  const total = { of: "B", count: 3, total: 400 };
  const [booked] = entries;
  const batched = { ...booked, batch: total, txs: [] };
  const notified = { ...statement, kind: "camt.054", entries: [batched] };
  const whole = await answers("pain.001.001.03", notified);
  t.match(whole.statements[0]?.entries[0]?.batch, { messageId: "PC-2025-0001", total: "4.00" });
  t.equal(hasFailedCheck(whole), false);
  const wrong = await answers("pain.001.001.03", { ...notified, flaw: "batch" });
  t.equal(hasFailedCheck(wrong), true, "the total of a batch that is wrong by a fen");
  const lines = pay.map((one, at) => ({ ...one, status: at === 0 ? "RJCT" : "ACSC" }));
  const status = { kind: "pain.002", id: "S1", batch: "B", created: "2025-04-04" };
  const said = { ...status, group: "PART", info: null, reason: null, lines };
  const reported = await answers("pain.001.001.03", said);
  t.match(reported.original, { messageId: "PC-2025-0001", status: "PART" });
  t.strictSame(
    reported.payments.map((one) => one.status),
    ["RJCT", "ACSC", "ACSC"],
  );
  const coded = pay.map((one, at) => ({ ...one, code: at === 0 ? "0000" : "0002" }));
  const results = { kind: "example-gbk", batch: "B", day: "2025-04-15", lines: coded };
  const known = await answers(textProfile, results);
  t.equal(known.messageId, "PC-2025-0001");
  t.match(known.payments, [{ status: "credited" }, { reason: "BE01" }, { reason: "BE01" }]);
  t.match(known.checks, [{ check: "batch", ok: true }]);
});

test("what cannot be written as it is has a fault", (t) => {
  const [payment] = people as readonly [Payment];
  const fault = (change: Partial<Payment>, format: InstructionFormat = "pain.001.001.03") =>
    instructionFault(format, { ...payment, ...change });
  t.equal(fault({}), null);
  t.equal(fault({ holder: "字".repeat(140) }), null, "140 characters are not too many");
  t.equal(fault({ holder: "𠮷".repeat(140) }), null, "by code points");
  t.equal(fault({ holder: "字".repeat(141) }), "HolderTooLong", "a name is never cut");
  t.equal(fault({ holder: " " }), "HolderMissing");
  t.equal(fault({ holder: "张\u0007三" }), "HolderUnwritable");
  t.equal(fault({ holder: "张\ud842" }), "HolderUnwritable");
  t.equal(fault({ account: "" }), "AccountMissing");
  t.equal(fault({ account: "9".repeat(35) }), "AccountTooLong");
  t.equal(fault({ account: "1\n2" }), "AccountUnwritable");
  t.equal(fault({ holder: "张|三" }), null, "a delimiter is a character like others in XML");
  t.equal(fault({ holder: "张|三" }, sheetProfile), null, "and in a sheet");
  t.equal(fault({ holder: "张|三" }, textProfile), "HolderUnwritable", "but parts cells");
  t.equal(fault({ account: "1|2" }, textProfile), "AccountUnwritable");
  const { instruction } = textProfile;
  if (instruction.format !== "text") throw new Error("example-gbk is text");
  const gbk = { ...textProfile, instruction: { ...instruction, encoding: "gbk" as const } };
  t.equal(fault({}, textProfile), null, "GB18030 has every character");
  t.equal(fault({}, gbk), "HolderUnwritable", "GBK has not");
  t.equal(paymentsMax(sheetProfile), 1_048_575, "a sheet has a last row");
  t.end();
});

test("a file is whole or not there", async (t) => {
  const own = await mkdtemp(join(folder, "own-"));
  const path = join(own, "instruction");
  await writeFile(path, "before");
  const batch = batchOf(people);
  const [first] = people as readonly [Payment];
  const wrong: readonly (readonly [string, Batch, readonly Payment[]])[] = [
    ["a payment less", batch, people.slice(1)],
    ["another sum", { ...batch, sum: "1.00" }, people],
    ["a batch of other characters", { ...batch, batch: "批次" }, people],
    ["an id of other characters", { ...batch, count: 1 }, [{ ...first, endToEndId: "53_1" }]],
    ["nothing to be paid", { ...batch, count: 1, sum: "0.00" }, [{ ...first, amount: "0.00" }]],
    ["a fault", { ...batch, count: 1, sum: "4.00" }, [{ ...first, holder: "" }]],
  ];
  for (const [words, about, payments] of wrong) {
    for (const format of ["pain.001.001.03", textProfile, sheetProfile] as const) {
      await t.rejects(writeInstruction(path, format, about, payments), words);
    }
  }
  t.equal(await readFile(path, "utf8"), "before", "the older file is untouched");
  t.strictSame(await readdir(own), ["instruction"], "and nothing else is left");
});
