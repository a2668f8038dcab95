// What a bank answers to an instruction, made from what the sample says of it in plain words and
// from the instruction itself: EndToEndIds are the ledger's own.
import iconv from "iconv-lite";

/** A payment of an instruction, as the bank reads it. */
export interface Instructed {
  readonly endToEndId: string;
  readonly instructionId?: string;
  readonly account: string;
  readonly holder: string;
  readonly amount: string;
  readonly number?: string;
}

/** An instruction, as the bank reads it. */
export interface Instruction {
  readonly messageId: string;
  readonly informationId: string;
  readonly schema: string;
  /** The first line of a delimited file. */
  readonly head: readonly string[];
  readonly payments: readonly Instructed[];
}

/** A payment in the sample's words. */
interface Pay {
  readonly batch: string;
  readonly account: string;
  readonly holder: string;
  readonly amount: string;
}

interface TransactionWords {
  readonly pay?: Pay;
  readonly also?: Pay;
  readonly of?: string;
  readonly e2e?: string;
  readonly amount: number;
  readonly return?: { readonly code?: string; readonly prtry?: string; readonly text?: string };
}

interface EntryWords {
  readonly ref: string;
  readonly amount: number;
  readonly dir: string;
  readonly status: string;
  readonly booked: string;
  readonly reversal?: boolean;
  readonly words?: string;
  readonly batch?: { readonly of: string; readonly count: number; readonly total: number };
  readonly txs: readonly TransactionWords[];
}

/** What an answer of the sample says. */
export interface AnswerWords {
  readonly kind: string;
  readonly id: string;
  readonly batch: string;
  readonly created: string;
  readonly day: string;
  readonly group: string | null;
  readonly info: string | null;
  readonly reason: string | null;
  readonly lines: readonly {
    readonly pay: Pay;
    readonly status: string;
    readonly reason?: string;
    readonly day?: string;
    readonly code: string;
  }[];
  readonly stmt?: string;
  readonly account: string;
  readonly seq: number | null;
  readonly from: string;
  readonly to: string;
  readonly opening: number;
  readonly closing: number;
  readonly page?: readonly [number, boolean] | null;
  readonly flaw?: string;
  readonly entries: readonly EntryWords[];
}

type Instructions = ReadonlyMap<string, Instruction>;

function decoded(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

function valueIn(xml: string, name: string): string {
  return decoded(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1] ?? "");
}

/** Reads an instruction that `instruct` wrote: pain.001 or the example's delimited file. */
export function readInstruction(bytes: Buffer): Instruction {
  if (bytes[0] !== 0x3c) {
    const [head = [], ...rows] = iconv
      .decode(bytes, "gb18030")
      .split("\r\n")
      .filter((line) => line !== "")
      .map((line) => line.split("|"));
    const payments = rows.map(([number = "", account = "", holder = "", amount = "", id = ""]) => {
      return { number, account, holder, amount, endToEndId: id };
    });
    return { messageId: head[0] ?? "", informationId: "", schema: "", head, payments };
  }
  const xml = bytes.toString("utf8");
  const payments = xml
    .split("<CdtTrfTxInf>")
    .slice(1)
    .map((one) => ({
      endToEndId: valueIn(one, "EndToEndId"),
      instructionId: valueIn(one, "InstrId"),
      account: valueIn(one.slice(one.indexOf("<CdtrAcct>")), "Id"),
      holder: valueIn(one.slice(one.indexOf("<Cdtr>")), "Nm"),
      amount: valueIn(one, "InstdAmt"),
    }));
  return {
    messageId: valueIn(xml, "MsgId"),
    informationId: valueIn(xml, "PmtInfId"),
    schema: /xsd:([a-z0-9.]+)"/.exec(xml)?.[1] ?? "",
    head: [],
    payments,
  };
}

/** The one payment to an account and holder of an amount. */
export function paymentIn({ payments }: Instruction, pay: Omit<Pay, "batch">): Instructed {
  const fits = payments.filter(
    ({ account, holder, amount }) =>
      account === pay.account && holder === pay.holder && amount === pay.amount,
  );
  const [only] = fits;
  if (only === undefined || fits.length > 1) throw new Error(`${fits.length} payments fit`);
  return only;
}

type Inside = string | false | null | undefined;

function tag(name: string, ...inside: readonly Inside[]): string {
  return `<${name}>${inside.filter((one) => typeof one === "string").join("")}</${name}>`;
}

function text(name: string, value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  return tag(
    name,
    String(value).replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`),
  );
}

function money(name: string, fen: number): string {
  const [whole, rest] = [Math.floor(fen / 100), fen % 100];
  return `<${name} Ccy="CNY">${whole}.${String(rest).padStart(2, "0")}</${name}>`;
}

/** The bank's file that the sample tells of. */
export function bankAnswer(words: AnswerWords, instructions: Instructions): Buffer {
  if (words.kind === "example-gbk") return delimited(words, instructions);
  const isReport = words.kind === "pain.002";
  const schema = `${words.kind}.001.${isReport ? "03" : "02"}`;
  const body = isReport ? report(words, instructions) : statement(words, instructions);
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
      `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${schema}">${body}</Document>\n`,
  );
}

const nobody: Instruction = {
  messageId: "MSG-OF-NOBODY-1",
  informationId: "MSG-OF-NOBODY-1-1",
  schema: "pain.001.001.03",
  head: [],
  payments: [],
};

function report(words: AnswerWords, instructions: Instructions): string {
  const of = instructions.get(words.batch) ?? nobody;
  const why = (code: string | null | undefined): string =>
    typeof code === "string" ? tag("StsRsnInf", tag("Rsn", text("Cd", code))) : "";
  const lines = words.lines.map(({ pay, status, reason, day }) =>
    tag(
      "TxInfAndSts",
      text("OrgnlEndToEndId", paymentIn(of, pay).endToEndId),
      text("TxSts", status),
      why(reason),
      day !== undefined && text("AccptncDtTm", `${day}T10:00:00+08:00`),
    ),
  );
  const group = tag(
    "OrgnlGrpInfAndSts",
    text("OrgnlMsgId", of.messageId),
    text("OrgnlMsgNmId", of.schema),
    text("GrpSts", words.group),
    words.group !== null && why(words.reason),
  );
  const information = tag(
    "OrgnlPmtInfAndSts",
    text("OrgnlPmtInfId", of.informationId),
    text("PmtInfSts", words.info),
    words.info !== null && why(words.reason),
    ...lines,
  );
  return tag(
    "CstmrPmtStsRpt",
    tag("GrpHdr", text("MsgId", words.id), text("CreDtTm", `${words.created}T09:30:00+08:00`)),
    group,
    (lines.length > 0 || words.info !== null) && information,
  );
}

const containers: Readonly<Record<string, readonly [string, string]>> = {
  "camt.052": ["BkToCstmrAcctRpt", "Rpt"],
  "camt.053": ["BkToCstmrStmt", "Stmt"],
  "camt.054": ["BkToCstmrDbtCdtNtfctn", "Ntfctn"],
};

function statement(words: AnswerWords, instructions: Instructions): string {
  const { kind, page, from, to } = words;
  const [outer = "", inner = ""] = containers[kind] ?? [];
  const [isFirst, isFinal] = [page?.[0] === 1 || !page, page?.[1] === true || !page];
  const created = text("CreDtTm", `${to}T20:00:00+08:00`);
  const flaw = words.flaw === "closing" ? 1 : 0;
  const balances = [
    balance(isFirst ? "OPBD" : "ITBD", words.opening, from),
    balance(isFinal ? "CLBD" : "ITBD", words.closing + flaw, to),
  ];
  return tag(
    outer,
    tag(
      "GrpHdr",
      text("MsgId", words.id),
      created,
      page && tag("MsgPgntn", text("PgNb", page[0]), text("LastPgInd", String(page[1]))),
    ),
    tag(
      inner,
      text("Id", words.stmt ?? words.id),
      text("ElctrncSeqNb", words.seq),
      created,
      tag(
        "FrToDt",
        text("FrDtTm", `${from}T00:00:00+08:00`),
        text("ToDtTm", `${to}T23:59:59+08:00`),
      ),
      tag("Acct", tag("Id", tag("Othr", text("Id", words.account))), text("Ccy", "CNY")),
      ...(kind === "camt.054" ? [] : balances),
      ...words.entries.map((one) => entry(one, words.flaw, instructions)),
    ),
  );
}

function balance(kind: string, fen: number, day: string): string {
  return tag(
    "Bal",
    tag("Tp", tag("CdOrPrtry", text("Cd", kind))),
    money("Amt", Math.abs(fen)),
    text("CdtDbtInd", fen >= 0 ? "CRDT" : "DBIT"),
    tag("Dt", text("Dt", day)),
  );
}

function entry(of: EntryWords, flaw: string | undefined, instructions: Instructions): string {
  const { batch } = of;
  const booked = batch && instructions.get(batch.of);
  const sums =
    batch &&
    tag(
      "Btch",
      text("MsgId", booked?.messageId),
      text("PmtInfId", booked?.informationId),
      text("NbOfTxs", batch.count),
      money("TtlAmt", batch.total + (flaw === "batch" ? 1 : 0)),
      text("CdtDbtInd", of.dir),
    );
  const details = [sums, ...of.txs.map((one) => transaction(of, one, instructions))];
  return tag(
    "Ntry",
    text("NtryRef", of.ref),
    money("Amt", of.amount),
    text("CdtDbtInd", of.dir),
    of.reversal === true && text("RvslInd", "true"),
    text("Sts", of.status),
    tag("BookgDt", text("Dt", of.booked)),
    tag("ValDt", text("Dt", of.booked)),
    text("AcctSvcrRef", of.ref),
    details.some((one) => one !== undefined) && tag("NtryDtls", ...details),
    text("AddtlNtryInf", of.words),
  );
}

function transaction(
  { ref, words }: EntryWords,
  { pay, also, of, e2e, amount, return: back }: TransactionWords,
  instructions: Instructions,
): string {
  const found = (one: Pay | undefined): Instructed | undefined =>
    one && paymentIn(instructions.get(one.batch) ?? nobody, one);
  const reason =
    back?.code !== undefined
      ? tag("Rsn", text("Cd", back.code))
      : back?.prtry !== undefined && tag("Rsn", text("Prtry", back.prtry));
  return tag(
    "TxDtls",
    tag(
      "Refs",
      text("MsgId", instructions.get(of ?? "")?.messageId),
      text("AcctSvcrRef", ref),
      text("InstrId", found(also)?.instructionId),
      text("EndToEndId", found(pay)?.endToEndId ?? e2e ?? "NOTPROVIDED"),
    ),
    tag("AmtDtls", tag("TxAmt", money("Amt", amount))),
    words !== undefined && tag("RmtInf", text("Ustrd", words)),
    back && tag("RtrInf", reason, text("AddtlInf", back.text)),
  );
}

/** The answer of the example's delimited file. */
function delimited({ batch, day, lines }: AnswerWords, instructions: Instructions): Buffer {
  const of = instructions.get(batch) ?? nobody;
  const said = new Map(lines.map(({ pay, code }) => [paymentIn(of, pay).endToEndId, code]));
  const good = of.payments.filter(({ endToEndId }) => said.get(endToEndId) === "0000");
  const fen = good.reduce((sum, { amount }) => sum + Number(amount.replace(".", "")), 0);
  const head = [...of.head.slice(0, 3), day, String(good.length), (fen / 100).toFixed(2)];
  const rows = of.payments.map(({ number = "", account, holder, amount, endToEndId }) => {
    const code = said.get(endToEndId) ?? "";
    return [number, account, holder, amount, endToEndId, code, code === "0000" ? "成功" : "失败"];
  });
  return iconv.encode([head, ...rows].map((row) => `${row.join("|")}\r\n`).join(""), "gb18030");
}
