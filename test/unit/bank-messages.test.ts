import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import { after, test } from "tap";
import { amountOfUnits, isMoney, parseAmount, unitsOf } from "../../src/bank/amount.ts";
import { bankDay } from "../../src/bank/bank-day.ts";
import type { BankDocument } from "../../src/bank/bank-document.ts";
import { collectDocument, hasFailedCheck } from "../../src/bank/bank-document.ts";
import { readBankFile } from "../../src/bank/bank-file.ts";
import type { BankItem } from "../../src/bank/bank-item.ts";
import { NotABankFile } from "../../src/bank/not-a-bank-file.ts";
import { reasonWords } from "../../events/reasons.ts";
import { reasonIn } from "../../src/bank/reasons.ts";
import { balanceCheck } from "../../src/bank/statement-checks.ts";
import { projectRoot } from "../../src/root.ts";
import { sampleFiles, samplesFolder, withoutSamples } from "../support/bank-samples.ts";

const folder = await mkdtemp(join(tmpdir(), "sunshine-bank-"));
after(() => rm(folder, { recursive: true }));
let files = 0;

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(folder, `${++files}.xml`);
  await writeFile(path, content);
  return path;
}

async function show(content: string | Buffer): Promise<BankDocument> {
  const path = await fileOf(content);
  const document = await collectDocument(readBankFile(path));
  return JSON.parse(JSON.stringify(document)) as BankDocument;
}

async function items(content: string): Promise<BankItem[]> {
  const path = await fileOf(content);
  const all: BankItem[] = [];
  for await (const item of readBankFile(path)) all.push(item);
  return all;
}

/** Why a file is refused, and `read` where it is not. */
async function why(content: string | Buffer): Promise<string> {
  try {
    await show(content);
    return "read";
  } catch (error) {
    if (error instanceof NotABankFile) return error.because;
    throw error;
  }
}

const head = "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2025-04-03T23:30:00Z</CreDtTm></GrpHdr>";
const account = "<Id>S1</Id><Acct><Id><Othr><Id>5300</Id></Othr></Id><Ccy>CNY</Ccy></Acct>";
const document = (kind: string, inside: string): string =>
  `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${kind}">${inside}</Document>`;
const statement = (inside: string, kind = "camt.053.001.02"): string =>
  document(kind, `<BkToCstmrStmt>${head}<Stmt>${account}${inside}</Stmt></BkToCstmrStmt>`);
const balance = (type: string, amount: string, direction = "CRDT"): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">${amount}</Amt>` +
  `<CdtDbtInd>${direction}</CdtDbtInd><Dt><Dt>2025-04-03</Dt></Dt></Bal>`;
const entry = (amount: string, inside = "", status = "BOOK", direction = "DBIT"): string =>
  `<Ntry><Amt Ccy="CNY">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Sts>${status}</Sts>` +
  `${inside}</Ntry>`;
const details = (inside: string): string => `<NtryDtls>${inside}</NtryDtls>`;
const transaction = (inside: string): string => `<TxDtls>${inside}</TxDtls>`;
const report = (inside: string, kind = "pain.002.001.03"): string =>
  document(kind, `<CstmrPmtStsRpt>${head}${inside}</CstmrPmtStsRpt>`);

test("an amount as a bank writes it", (t) => {
  const read = ["1", "0.5", "007.00", "18.150", "5442.09000", "-0.00", "+3.", ".5", "0.00500"];
  const said = ["1.00", "0.50", "7.00", "18.15", "5442.09", "0.00", "3.00", "0.50", "0.005"];
  t.strictSame(read.map(parseAmount), said, "is canonical, with at least two decimals");
  const exact = "123456789012345678.12345678901234567";
  t.equal(parseAmount(exact), exact, "keeps 18 digits and 17 decimals");
  t.equal(amountOfUnits(unitsOf(exact)), exact, "and so does a sum");
  t.equal(amountOfUnits(unitsOf("-0.05") + unitsOf("0.01")), "-0.04", "below zero too");
  const others = ["", ".", "-", "1,00", "1e3", "１", "0x1", "1 000", `1${"0".repeat(18)}`];
  t.strictSame(
    others.map(parseAmount),
    others.map(() => null),
    "is nothing else",
  );
  t.strictSame(["1.00", "0.005"].map(isMoney), [true, false], "is money with whole fen");
  t.end();
});

test("a day as a bank writes it", (t) => {
  t.equal(bankDay("2025-04-03"), "2025-04-03", "is the day of a date");
  t.equal(bankDay("2025-04-03+08:00"), "2025-04-03", "whatever its time zone");
  t.equal(bankDay("2025-04-03T23:30:00Z"), "2025-04-04", "is the day in Shanghai of an instant");
  t.equal(bankDay("2025-04-03T23:30:00+0800"), "2025-04-03", "with a zone in any form");
  t.equal(bankDay("2025-07-23T00:00:00.000000000"), "2025-07-23", "is what is written without");
  const others = ["2025-02-30", "0000-00-00", "2025-04-03T99:00:00Z", "03.04.2025", "9999-12-31"];
  t.strictSame(
    others.map(bankDay),
    others.map(() => undefined),
    "is nothing else",
  );
  t.end();
});

test("a statement", async (t) => {
  const said = await show(
    statement(
      balance("OPBD", "10") +
        balance("CLBD", "9.00") +
        entry(
          "1.00",
          "<RvslInd>1</RvslInd><BookgDt><DtTm>2025-04-03T20:00:00Z</DtTm></BookgDt>" +
            "<AcctSvcrRef>R1</AcctSvcrRef>" +
            details(
              "<Btch><MsgId>B1</MsgId><NbOfTxs>1</NbOfTxs><TtlAmt Ccy='CNY'>1</TtlAmt></Btch>" +
                transaction("<Refs><EndToEndId>B1-1</EndToEndId></Refs>"),
            ) +
            "<AddtlNtryInf>代发</AddtlNtryInf>",
        ) +
        entry("5.00", "", "PDNG"),
    ),
  );
  t.strictSame(
    said,
    {
      kind: "camt.053.001.02",
      messageId: "M1",
      statements: [
        {
          id: "S1",
          account: "5300",
          currency: "CNY",
          balances: [
            { type: "OPBD", amount: "10.00", direction: "CRDT", date: "2025-04-03" },
            { type: "CLBD", amount: "9.00", direction: "CRDT", date: "2025-04-03" },
          ],
          entries: [
            {
              entry: "5300/R1",
              reference: "R1",
              amount: "1.00",
              direction: "DBIT",
              status: "BOOK",
              bookedOn: "2025-04-04",
              reversal: true,
              batch: { messageId: "B1", count: 1, total: "1.00" },
              transactions: [{ endToEndId: "B1-1", text: "代发" }],
            },
            {
              entry: "5300/M1.2",
              amount: "5.00",
              direction: "DBIT",
              status: "PDNG",
              reversal: false,
              transactions: [],
            },
          ],
          checks: [
            { check: "balance", ok: true, detail: "10.00 + 0.00 - 1.00 = 9.00" },
            { check: "batch", ok: true },
          ],
        },
      ],
      payments: [],
    } as unknown as BankDocument,
    "says what the contract's table says",
  );
});

test("what real banks do wrong is read", async (t) => {
  const whole = statement(entry("1"));
  const [expected] = (await show(whole)).statements;
  const same = async (content: string | Buffer, words: string): Promise<void> => {
    t.strictSame((await show(content)).statements[0], expected, words);
  };
  await same(`\ufeff\n \n<?xml version="1.0"?>${whole}`, "a mark and blank lines before it");
  const declared = whole.replace("xmlns=", "Xmlns=");
  await same(`<?xml version="1.0" encoding="utf-16"?>${whole}`, "UTF-8 that is said to be UTF-16");
  await same(Buffer.from(`\ufeff${whole}`, "utf16le"), "UTF-16");
  await same(Buffer.from(whole, "utf16le"), "UTF-16 without a mark");
  await same(Buffer.from(`\ufeff${whole}`, "utf16le").swap16(), "UTF-16, the high byte first");
  await same(declared, "a namespace that is misspelt");
  t.equal((await show(declared)).kind, "camt.053.001.02", "with its version");
  await same(whole.replace(/ xmlns="[^"]*"/, ""), "no namespace");
  t.equal((await show(whole.replace(/ xmlns="[^"]*"/, ""))).kind, "camt.053", "without a version");
  const prefixed = whole.replace(/<(\/?)(\w)/g, "<$1n:$2").replace("xmlns=", "xmlns:n=");
  await same(prefixed, "a prefix");
  await same(`<Envelope xmlns="urn:x"><AppHdr/>${whole}</Envelope>`, "an envelope");
  const named = whole.replace("S1", "对账单·一");
  const foreign = '<x:Amt xmlns:x="urn:x">9</x:Amt><Unknown><Amt>8</Amt></Unknown>';
  await same(whole.replace("<Ntry>", `<Ntry>${foreign}`), "elements of another namespace");
  const chinese = iconv.encode(`<?xml version="1.0" encoding="GBK"?>${named}`, "gbk");
  t.equal((await show(chinese)).statements[0]?.id, "对账单·一", "GBK");
});

test("a version is read as its schema has it", async (t) => {
  const status = (await show(statement(entry("1", "", "<Cd>BOOK</Cd>"), "camt.053.001.08")))
    .statements[0]?.entries[0]?.status;
  t.equal(status, "BOOK", "a status that is a choice, from version 8 on");
  const own = entry("1", "", "<Prtry>X</Prtry>");
  t.equal((await show(statement(own))).statements[0]?.entries[0]?.status, "INFO", "a bank's own");
  const future = (await show(statement(entry("1", "", "FUTR")))).statements[0]?.entries[0];
  t.equal(future?.status, "PDNG", "one of a day to come");
  const first = document(
    "camt.052.001.01",
    `<BkToCstmrAcctRptV01>${head}<Rpt><Id>S1</Id><Acct><Id><PrtryAcct><Id>5300</Id></PrtryAcct>` +
      `</Id></Acct>${entry("1", `<Btch><NbOfTxs>2</NbOfTxs></Btch>${transaction("")}`)}</Rpt>` +
      "</BkToCstmrAcctRptV01>",
  );
  const [old] = (await show(first)).statements;
  t.equal(old?.entries[0]?.transactions.length, 1, "version 1 has transactions in the entry");
  t.strictSame(old?.checks[0]?.ok, false, "and the batch");
  const answers = document(
    "pain.002.001.02",
    `<pain.002.001.02>${head}<OrgnlGrpInfAndSts><OrgnlMsgId>B1</OrgnlMsgId></OrgnlGrpInfAndSts>` +
      "<TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><StsRsn>" +
      "<Cd>AC01</Cd></StsRsn></StsRsnInf></TxInfAndSts></pain.002.001.02>",
  );
  const payments = [{ endToEndId: "E1", status: "RJCT", reason: "AC01" }];
  t.strictSame((await show(answers)).payments, payments, "pain.002 of version 2");
});

test("a return says why", async (t) => {
  const reason = async (inside: string, direction = "CRDT", code = ""): Promise<unknown> => {
    const whole = entry("1", code + details(transaction(inside)), "BOOK", direction);
    const found = (await show(statement(whole))).statements[0]?.entries[0]?.transactions[0];
    return [found?.returnReason, found?.text];
  };
  const information = (inside: string): string => `<RtrInf>${inside}</RtrInf>`;
  const code = "<Rsn><Cd>AC04</Cd></Rsn>";
  t.strictSame(await reason(information(code)), ["AC04", undefined], "by the ISO code");
  const own = information("<Rsn><Prtry>R02</Prtry></Rsn><AddtlInf>已销户</AddtlInf>");
  t.strictSame(await reason(own), ["R02", "已销户"], "else by the bank's own");
  const said = information("<AddtlInf>AC06 冻结</AddtlInf>");
  t.strictSame(await reason(said), ["AC06", "AC06 冻结"], "else by a code in the text");
  t.strictSame(await reason(information("")), ["NARR", undefined], "else by nothing");
  const returned =
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn>" +
    "</BkTxCd>";
  const remittance = "<RmtInf><Ustrd>退回</Ustrd><Ustrd>户名不符</Ustrd></RmtInf>";
  const byCode = await reason(remittance, "CRDT", returned);
  t.strictSame(byCode, ["NARR", "退回 户名不符"], "where only the code of a credit says so");
  const debit = await reason(remittance, "DBIT", returned);
  t.strictSame(debit, [undefined, "退回 户名不符"], "a debit of that code is none");
  const both = `${remittance}${information(`${code}<AddtlInf>甲</AddtlInf><AddtlInf>乙</AddtlInf>`)}`;
  t.strictSame(await reason(both), ["AC04", "甲 乙"], "the text of the return comes first");
});

test("checks", async (t) => {
  const checks = async (inside: string): Promise<unknown> => {
    const shown = await show(statement(inside));
    const [first] = shown.statements;
    const failed = first?.checks.some(({ ok }) => !ok) === true;
    t.equal(hasFailedCheck(shown), failed, "a failed check is seen");
    return first?.checks.map(({ check, ok, detail }) => `${check} ${String(ok)}: ${detail ?? ""}`);
  };
  const closing = balance("OPBD", "1") + balance("CLBD", "0.50", "DBIT");
  t.strictSame(
    await checks(closing + entry("1.00") + entry("9", "", "INFO")),
    ["balance false: 1.00 + 0.00 - 1.00 = 0.00, not -0.50"],
    "a balance that does not follow",
  );
  const total = (name: string, count: number, sum: string): string =>
    `<${name}><NbOfNtries>${count}</NbOfNtries><Sum>${sum}</Sum></${name}>`;
  const summary = (inside: string): string => `<TxsSummry>${inside}</TxsSummry>`;
  const entries = entry("1.00") + entry("2", "", "BOOK", "CRDT") + entry("4", "", "PDNG");
  t.strictSame(
    await checks(summary(total("TtlNtries", 3, "7")) + entries),
    ["summary true: "],
    "a summary of all",
  );
  t.strictSame(
    await checks(summary(total("TtlNtries", 2, "3") + total("TtlCdtNtries", 1, "2")) + entries),
    ["summary true: "],
    "a summary of those booked",
  );
  t.strictSame(
    await checks(summary(total("TtlDbtNtries", 1, "5.01")) + entries),
    ["summary false: 1 debits told, 2 found; debits of 5.01 told, of 5.00 found"],
    "a summary of neither",
  );
  const batch = (count: number, sum: string): string =>
    `<Btch><NbOfTxs>${count}</NbOfTxs><TtlAmt Ccy="CNY">${sum}</TtlAmt></Btch>`;
  const money = (amount: string): string => transaction(`<Amt Ccy="CNY">${amount}</Amt>`);
  const batched = (amount: string, inside: string): string => entry(amount, details(inside));
  t.strictSame(
    await checks(batched("3", batch(2, "3") + money("1") + money("2"))),
    ["batch true: "],
    "a batch of its transactions",
  );
  t.strictSame(
    await checks(batched("3", batch(3, "3") + money("1") + money("1"))),
    [
      "batch false: entry 1: a batch of 3 has 2 transactions; " +
        "entry 1: a batch of 3.00 has transactions of 2.00",
    ],
    "a batch of others",
  );
  t.strictSame(
    await checks(batched("3", batch(7, "4"))),
    ["batch false: entry 1: a batch of 4.00 is booked as 3.00"],
    "a batch that is booked as another sum",
  );
  t.strictSame(await checks(batched("3", batch(7, "3"))), ["batch true: "], "a batch in one sum");
  const two = details(batch(1, "1")) + details(batch(1, "2"));
  const several = (await show(statement(entry("3", two)))).statements[0];
  t.equal(several?.entries[0]?.batch, undefined, "an entry of two batches is none of them");
  t.strictSame(several?.checks, [], "and neither is the entry's sum");
});

test("pages and numbers", async (t) => {
  const page = (number: number, isLast: boolean, inside: string, seq = 4): string =>
    `<Stmt><Id>S1</Id><StmtPgntn><PgNb>${number}</PgNb><LastPgInd>${String(isLast)}</LastPgInd>` +
    `</StmtPgntn><ElctrncSeqNb>${seq}</ElctrncSeqNb>${account.replace("<Id>S1</Id>", "")}` +
    `${inside}</Stmt>`;
  const checks = async (...pages: string[]): Promise<string[][]> => {
    const inside = `<BkToCstmrStmt>${head}${pages.join("")}</BkToCstmrStmt>`;
    const { statements } = await show(document("camt.053.001.02", inside));
    return statements.map((one) => one.checks.map(({ check, ok }) => `${check} ${String(ok)}`));
  };
  const firstPage = balance("OPBD", "9") + balance("ITBD", "8") + entry("1");
  const lastPage = balance("ITBD", "8") + balance("CLBD", "6") + entry("2");
  t.strictSame(
    await checks(page(1, false, firstPage), page(2, true, lastPage)),
    [["balance true"], ["balance true", "sequence true"]],
    "of one statement follow each other",
  );
  t.strictSame(
    await checks(page(1, false, firstPage), page(3, true, lastPage)),
    [["balance true"], ["balance true", "sequence false"]],
    "one that is missing is seen",
  );
  t.strictSame(
    await checks(page(2, false, balance("ITBD", "8") + entry("1"))),
    [[]],
    "one balance of a page in the middle does not say which it is",
  );
  const whole = balance("OPBD", "9") + balance("CLBD", "6");
  t.strictSame(
    await checks(page(1, false, whole + entry("1"))),
    [[]],
    "balances of the whole statement do not judge a page",
  );
  t.strictSame(
    await checks(page(1, true, whole + entry("3")), page(1, true, balance("OPBD", "7"), 6)),
    [["balance true"], ["sequence false"]],
    "a number and a balance that do not follow",
  );
  t.strictSame(
    balanceCheck({
      opening: "9.00",
      closing: "6.00",
      booked: { creditSum: "0.00", debitSum: "3.00" },
    }),
    { check: "balance", ok: true, detail: "9.00 + 0.00 - 3.00 = 6.00" },
    "the sums of pages are judged together",
  );
});

test("a status report", async (t) => {
  const group = (inside: string): string =>
    `<OrgnlGrpInfAndSts><OrgnlMsgId>B1</OrgnlMsgId>${inside}</OrgnlGrpInfAndSts>`;
  const because = (code: string): string => `<StsRsnInf><Rsn><Cd>${code}</Cd></Rsn></StsRsnInf>`;
  const payment = (id: string, inside: string): string =>
    `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId>${inside}</TxInfAndSts>`;
  const information = (inside: string): string =>
    `<OrgnlPmtInfAndSts><OrgnlPmtInfId>B1-1</OrgnlPmtInfId>${inside}</OrgnlPmtInfAndSts>`;
  const whole = report(
    group("<GrpSts>PART</GrpSts>") +
      information(
        `<PmtInfSts>RJCT</PmtInfSts>${because("AM04")}` +
          payment("E1", "<TxSts>ACSC</TxSts><AccptncDtTm>2025-04-03T20:00:00Z</AccptncDtTm>") +
          payment("E2", `<TxSts>RJCT</TxSts>${because("BE01")}`) +
          payment("E3", ""),
      ),
  );
  t.strictSame((await show(whole)).payments, [
    { endToEndId: "E1", status: "ACSC" },
    { endToEndId: "E2", status: "RJCT", reason: "BE01" },
    { endToEndId: "E3", status: "RJCT", reason: "AM04" },
  ]);
  const told = await items(whole);
  t.strictSame(
    told.map(({ item }) => item),
    ["message", "groupStatus", "informationStatus", "payment", "payment", "payment"],
    "is told in the order of its closeness",
  );
  t.match(told[0], { createdOn: "2025-04-04" }, "with the day in Shanghai");
  t.match(told[3], { on: "2025-04-04", paymentInformationId: "B1-1" });
  const only = await show(report(group("") + information("<PmtInfSts>RJCT</PmtInfSts>")));
  t.strictSame(only.original, { messageId: "B1", status: "RJCT" }, "of a payment information");
});

test("what is no bank's file is refused", async (t) => {
  const whole = statement(entry("1"));
  const refusals: readonly (readonly [string, string | Buffer, string])[] = [
    ["nothing", "", "Empty"],
    ["blanks", " \n", "Empty"],
    ["a text", "hello", "NotXml"],
    ["gzip", gzipSync(whole), "NotXml"],
    ["a zip", Buffer.from("504b0304140000000800", "hex"), "NotXml"],
    ["a web page", "<!DOCTYPE html><html><body>502</body></html>", "Doctype"],
    ["a web page without a type", "<html><body>502<br></body></html>", "NotWellFormed"],
    ["other XML", "<a/>", "OtherMessage"],
    ["an instruction", document("pain.001.001.03", "<CstmrCdtTrfInitn/>"), "OtherMessage"],
    ["a foreign namespace", whole.replace(/urn:iso[^"]*/, "urn:x"), "OtherMessage"],
    ["another message's namespace", whole.replace("camt.053", "camt.054"), "OtherMessage"],
    ["two messages", `<a>${whole}${whole}</a>`, "OtherMessage"],
    ["a cut file", whole.slice(0, -9), "NotWellFormed"],
    ["something behind the end", `${whole}<a/>`, "NotWellFormed"],
    ["an unknown entity", whole.replace("S1", "&lol;"), "NotWellFormed"],
    [
      "entities",
      `<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]>${whole.replace("S1", "&c;")}`,
      "Doctype",
    ],
    [
      "too deep",
      whole.replace("<Ntry>", `<Ntry>${"<x>".repeat(99)}${"</x>".repeat(99)}`),
      "TooDeep",
    ],
    ["deep without end", "<x>".repeat(1_000_000), "TooDeep"],
    ["a long text", whole.replace("S1", "a".repeat(10_001)), "TooLong"],
    ["a long id", whole.replace("S1", "a".repeat(141)), "TooLong"],
    ["a long comment", `<!--${"a".repeat(3_000_000)}--><a/>`, "TooLong"],
    ["a long attribute", `<a b="${"a".repeat(3_000_000)}"/>`, "TooLong"],
    ["bytes that are no UTF-8", Buffer.from([0x3c, 0x61, 0xff, 0x3e]), "Encoding"],
    ["an encoding of nobody", `<?xml version="1.0" encoding="EBCDIC"?>${whole}`, "Encoding"],
    ["no header", whole.replace(head, ""), "Incomplete"],
    ["no id", whole.replace("<MsgId>M1</MsgId>", ""), "Incomplete"],
    ["no statement", statement("").replace(/<Stmt>.*<\/Stmt>/, ""), "Incomplete"],
    ["no account", whole.replace(/<Acct>.*<\/Acct>/, ""), "Incomplete"],
    ["an entry without an amount", whole.replace(/<Amt.*<\/Amt>/, ""), "Incomplete"],
    [
      "an entry without a direction",
      whole.replace(/<CdtDbtInd>DBIT<.CdtDbtInd>/, ""),
      "Incomplete",
    ],
    ["an entry without a status", whole.replace("<Sts>BOOK</Sts>", ""), "Incomplete"],
    ["an unknown status", statement(entry("1", "", "DONE")), "ValueUnreadable"],
    ["an amount below zero", statement(entry("-1")), "ValueUnreadable"],
    ["an amount with a comma", statement(entry("1,00")), "ValueUnreadable"],
    ["a report of nothing", report(""), "Incomplete"],
  ];
  for (const [words, content, because] of refusals) t.equal(await why(content), because, words);
  const found = await Promise.allSettled([collectDocument(readBankFile(join(folder, "absent")))]);
  t.match(found, [{ reason: { because: "FileUnreadable" } }], "a file that is not there");
  const itself = await Promise.allSettled([collectDocument(readBankFile(folder))]);
  t.match(itself, [{ reason: { because: "FileUnreadable" } }], "a folder");
});

test("a message repeats nothing of the file", async (t) => {
  const secret = "6223174946917394390";
  const broken = [`<a>${secret}`, statement(entry(secret + secret)), statement(`<x a=${secret}>`)];
  for (const content of broken) {
    const path = await fileOf(content);
    const reason: unknown = await collectDocument(readBankFile(path)).catch((e: unknown) => e);
    t.ok(reason instanceof NotABankFile && !reason.message.includes(secret));
  }
});

/** What a document says, as short as in `samples.json`. */
function digest(of: BankDocument): unknown {
  const { kind, messageId, original, statements, payments } = of;
  const words = (...some: (string | undefined)[]): string =>
    some.filter((one) => one !== undefined).join(" ");
  if (kind.startsWith("pain")) {
    const said = payments.map((one) => words(one.endToEndId, one.status, one.reason));
    const about = words(original?.messageId, original?.status, original?.reason);
    return { kind, messageId, original: about, payments: said };
  }
  const sum = (one: BankDocument["statements"][number], direction: string): string =>
    amountOfUnits(
      one.entries
        .filter((listed) => listed.direction === direction)
        .reduce((units, { amount }) => units + unitsOf(amount), 0n),
    );
  const shown = statements.map((one) => ({
    id: one.id,
    account: one.account,
    currency: one.currency,
    sequence: one.sequence ?? null,
    page: one.page ?? null,
    balances: one.balances.length,
    entries: one.entries.length,
    transactions: one.entries.flatMap(({ transactions }) => transactions).length,
    credits: sum(one, "CRDT"),
    debits: sum(one, "DBIT"),
    checks: one.checks.map(({ check, ok }) => (ok ? check : `${check} fails`)).join(", "),
  }));
  return { kind, messageId, statements: shown };
}

test("files of banks say what was written down", { skip: withoutSamples }, async (t) => {
  const golden = join(projectRoot, "test", "golden", "bank", "samples.json");
  const expected = JSON.parse(await readFile(golden, "utf8")) as Record<string, unknown>;
  t.strictSame(sampleFiles, Object.keys(expected).sort(), "each of them");
  for (const path of sampleFiles) {
    const said = await collectDocument(readBankFile(join(samplesFolder, path))).then(
      digest,
      (error: unknown) => ({ refused: error instanceof NotABankFile ? error.because : error }),
    );
    t.strictSame(said, expected[path], path);
  }
});

test("reasons have words", (t) => {
  t.equal(reasonWords("BE01")?.chinese, "户名不符");
  t.equal(reasonWords("AC04")?.english, "Account closed");
  t.equal(reasonWords("R02"), undefined, "a bank's own has none");
  t.equal(reasonIn("退回:AC06,不动户"), "AC06", "a code in a text is found");
  t.equal(reasonIn("XAC06 ac06 AB99"), undefined, "by itself, as it is written, if it is known");
  t.end();
});
