// Messages of banks, each with parts left out and in some bank's style, read by the ledger and by a
// plain reader of trees: the same document, or both refuse. Then the same bytes damaged: a document
// or the one error. `BANK_FILES=20000` makes as many; a failure is its seed again.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import tap, { test } from "tap";
import type { BankDocument } from "../../src/bank/bank-document.ts";
import { collectDocument } from "../../src/bank/bank-document.ts";
import type { BankItem } from "../../src/bank/bank-item.ts";
import { readMessage } from "../../src/bank/message-reader.ts";
import { NotABankFile } from "../../src/bank/not-a-bank-file.ts";
import type { Style } from "../support/bank-messages.ts";
import {
  encoded,
  mutated,
  plainStyle,
  randomMessage,
  randomStyle,
  written,
} from "../support/bank-messages.ts";
import { sampleFiles, samplesFolder, withoutSamples } from "../support/bank-samples.ts";
import { randomSource } from "../support/county.ts";
import { readPlainly, Refused } from "../support/plain-bank-reader.ts";

tap.setTimeout(7_200_000);
const seed = Number(process.env["PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
/** `BANK_ENTRIES=1000000` makes messages so long, in hundreds. */
const entriesMax = Number(process.env["BANK_ENTRIES"] ?? 5_000);
const filesMax = Number(process.env["BANK_FILES"] ?? 400);

/** Bytes in chunks of any length. */
async function* chunked(bytes: Buffer, lengthMax: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += lengthMax) {
    yield await Promise.resolve(bytes.subarray(at, at + lengthMax));
  }
}

/** Undefined where the file is refused; any other error is one. */
async function read(bytes: Buffer, lengthMax = 65_536): Promise<BankDocument | undefined> {
  try {
    return await collectDocument(readMessage(chunked(bytes, lengthMax)));
  } catch (error) {
    if (error instanceof NotABankFile) return undefined;
    throw error;
  }
}

/** The document as JSON has it, its checks without words. */
function bare(document: BankDocument | undefined): unknown {
  if (document === undefined) return undefined;
  const withoutWords = (key: string, value: unknown): unknown =>
    key === "detail" ? undefined : value;
  return JSON.parse(JSON.stringify(document, withoutWords));
}

function plainly(xml: string): unknown {
  try {
    return JSON.parse(JSON.stringify(readPlainly(xml)));
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

void test("two readers say the same", async (t) => {
  t.comment(`PROPERTY_SEED=${seed}`);
  const random = randomSource(seed);
  let refused = 0;
  for (let at = 0; at < filesMax; at++) {
    const message = randomMessage(random);
    const isChanged = random.below(2) === 0;
    const body = isChanged ? mutated(random, message.body) : message.body;
    const style = randomStyle(random);
    const bytes = encoded(written(message.kind, body, style), style);
    const inUtf8: Style = { ...style, encoding: "utf-8" };
    const expected = plainly(written(message.kind, body, inUtf8));
    const found = bare(
      await read(bytes, random.pick([...(at % 20 === 0 ? [1] : []), 97, 511, 65_536])),
    );
    if (found === undefined) refused += 1;
    if (isDeepStrictEqual(found, expected)) continue;
    t.strictSame(found, expected, `file ${at}`);
    t.comment(written(message.kind, body, inUtf8));
    break;
  }
  t.ok(refused < filesMax / 2, `most are read: ${refused} of ${filesMax} refused`);
});

void test("two readers say the same of real files", { skip: withoutSamples }, async (t) => {
  for (const file of sampleFiles) {
    const bytes = await readFile(join(samplesFolder, file));
    t.strictSame(bare(await read(bytes)), plainly(bytes.toString()), file);
  }
});

/** A few bytes changed, taken away, doubled or put in, or the end cut off. */
function damaged(random: ReturnType<typeof randomSource>, whole: Buffer): Buffer {
  let bytes = whole;
  for (let times = random.pick([1, 1, 2, 3]); times > 0; times--) {
    const at = random.below(bytes.length + 1);
    const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
    const length = random.pick([1, 2, 10, 100]);
    const parts = [
      [before],
      [before, behind.subarray(length)],
      [before, behind.subarray(0, length), behind],
      [before, Buffer.from([random.below(256)]), behind.subarray(1)],
      [before, Buffer.from(String(random.below(10))), behind.subarray(1)],
      [before, Buffer.from(random.pick(["A", "z", " ", "\n"])), behind.subarray(1)],
      [before, Buffer.from(random.pick(insertions)), behind],
    ];
    bytes = Buffer.concat(random.pick(parts));
  }
  return bytes;
}

const insertions = [
  ...["<", ">", "&", "&amp;", "&lol;", "]]>", "<![CDATA[", "<!--", "-->", "<?", "<!DOCTYPE x>"],
  ...["</Ntry>", "<Ntry>", "<Ntry/>", "<x:y/>", ' xmlns=""', "\0", "\ufffe", "９", "é".repeat(99)],
  ...[
    '<!DOCTYPE a [<!ENTITY b "cc">]>',
    "<Amt>1</Amt>",
    "<constructor/>",
    "<__proto__>1</__proto__>",
  ],
];

void test("a damaged file is a document or refused", async (t) => {
  t.comment(`PROPERTY_SEED=${seed}`);
  const random = randomSource(seed + 1);
  const own = Array.from({ length: 20 }, () => {
    const { kind, body } = randomMessage(random);
    const style = random.below(2) === 0 ? plainStyle : randomStyle(random);
    return encoded(written(kind, body, style), style);
  });
  const samples = await Promise.all(sampleFiles.map((file) => readFile(join(samplesFolder, file))));
  let [documents, refused] = [0, 0];
  for (let at = 0; at < filesMax * 2; at++) {
    const bytes = damaged(random, random.pick([...own, ...samples]));
    const found = await read(bytes, random.pick([13, 4096, 65_536]));
    if (found === undefined) refused += 1;
    else documents += 1;
  }
  t.ok(documents > 0 && refused > 0, `${documents} documents, ${refused} refused`);
});

/** The text of a message with `count` times what `one` writes, in pieces. */
async function* long(head: string, one: (at: number) => string, tail: string) {
  yield Buffer.from(head);
  for (let at = 0; at < entriesMax; at += 100) {
    const pieces = Array.from({ length: 100 }, (_, more) => one(at + more));
    yield await Promise.resolve(Buffer.from(pieces.join("")));
  }
  yield Buffer.from(tail);
}

const uri = (kind: string): string => `xmlns="urn:iso:std:iso:20022:tech:xsd:${kind}"`;
const groupHeader = "<GrpHdr><MsgId>M1</MsgId></GrpHdr>";
const acct = "<Id>S1</Id><Acct><Id><Othr><Id>5300</Id></Othr></Id><Ccy>CNY</Ccy></Acct>";
const statementHead =
  `<Document ${uri("camt.053.001.08")}><BkToCstmrStmt>${groupHeader}<Stmt>${acct}` +
  ["OPBD", "CLBD"]
    .map(
      (code) =>
        `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">${
          code === "OPBD" ? entriesMax : 0
        }</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>`,
    )
    .join("");
const statementTail = "</Stmt></BkToCstmrStmt></Document>";
const entryHead = (sum: number): string =>
  `<Ntry><Amt Ccy="CNY">${sum}.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>`;
const one = (at: number): string =>
  `<TxDtls><Refs><EndToEndId>B1-${at}</EndToEndId></Refs><Amt Ccy="CNY">1</Amt>` +
  "<RmtInf><Ustrd>二〇二五年第一季度土地租金</Ustrd></RmtInf></TxDtls>";

const longs = {
  "a statement of many entries": long(
    statementHead,
    (at) => `${entryHead(1)}<NtryDtls>${one(at)}</NtryDtls></Ntry>`,
    statementTail,
  ),
  "an entry of many transactions": long(
    `${statementHead}${entryHead(entriesMax)}<NtryDtls>`,
    one,
    `</NtryDtls></Ntry>${statementTail}`,
  ),
  "a report of many statuses": long(
    `<Document ${uri("pain.002.001.10")}><CstmrPmtStsRpt>${groupHeader}<OrgnlPmtInfAndSts>`,
    (at) =>
      `<TxInfAndSts><OrgnlEndToEndId>B1-${at}</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>`,
    "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>",
  ),
};

for (const [words, bytes] of Object.entries(longs)) {
  void test(`${words} passes in flat memory`, async (t) => {
    const before = process.memoryUsage().rss;
    let [told, peak] = [0, before];
    let last: BankItem | undefined;
    for await (const item of readMessage(bytes)) {
      if (item.item === "transaction" || item.item === "payment") told += 1;
      last = item;
      if (told % 50_000 === 0 && told > 0) peak = Math.max(peak, process.memoryUsage().rss);
    }
    t.equal(told, entriesMax, "all of it");
    if (last?.item === "statementEnd")
      t.strictSame(
        last.checks.map(({ ok }) => ok),
        [true],
      );
    const grown = (peak - before) / 1024 ** 2;
    t.ok(grown < 200, `in ${Math.round(grown)} MiB more than before`);
  });
}
