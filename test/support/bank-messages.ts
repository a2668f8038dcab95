import iconv from "iconv-lite";
import type { randomSource } from "./county.ts";

type Random = ReturnType<typeof randomSource>;

/** An element: its text, or its children. */
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly inside: string | Element[];
}

/** How a message is written as bytes. */
export interface Style {
  readonly prefix: string;
  readonly namespace: "declared" | "misspelt" | "absent";
  readonly encoding: "utf-8" | "utf-8-bom" | "utf-16le" | "gbk" | "said-utf-16";
  readonly isSpaced: boolean;
  readonly hasComments: boolean;
  readonly hasCdata: boolean;
}

/** As most banks write. */
export const plainStyle: Style = {
  prefix: "",
  namespace: "declared",
  encoding: "utf-8",
  isSpaced: false,
  hasComments: false,
  hasCdata: false,
};

/** An element of a name with children, those that are undefined left out. */
export function element(name: string, ...inside: (Element | undefined)[]): Element {
  return { name, inside: inside.filter((one) => one !== undefined) };
}

/** An element of a name with a text. */
export function text(name: string, inside: string, attributes?: Record<string, string>): Element {
  return attributes === undefined ? { name, inside } : { name, inside, attributes };
}

/** A message with all that its kind has, some of it left out, and what real banks do wrong. */
export function randomMessage(random: Random): { readonly kind: string; readonly body: Element } {
  const version = random.between(1, 12);
  const family = random.pick(["camt.052", "camt.053", "camt.053", "camt.054", "pain.002"]);
  const kind = `${family}.001.${String(version).padStart(2, "0")}`;
  if (family === "pain.002") {
    return { kind: kind.replace(/0[12]$/, "03"), body: statusReport(random) };
  }
  const [outer = "", inner = ""] = containers[family] ?? [];
  const page = random.below(4) === 0 ? pagination(random, "MsgPgntn") : undefined;
  const statements = Array.from({ length: random.between(1, 3) }, () =>
    statement(random, inner, version),
  );
  const name = version === 1 ? `${outer}V01` : outer;
  return { kind, body: element(name, header(random, page), ...statements) };
}

const containers: Readonly<Record<string, readonly string[]>> = {
  "camt.052": ["BkToCstmrAcctRpt", "Rpt"],
  "camt.053": ["BkToCstmrStmt", "Stmt"],
  "camt.054": ["BkToCstmrDbtCdtNtfctn", "Ntfctn"],
};

function header(random: Random, page?: Element): Element {
  return element("GrpHdr", text("MsgId", word(random)), day(random, "CreDtTm"), page);
}

function word(random: Random): string {
  return random.pick(["MSG-1", "B1", "B1-1", "账户已销户 AC04", "a&b<c>", "买买提·吐尔逊", "0007"]);
}

function maybe<T>(random: Random, one: () => T): T | undefined {
  return random.below(3) === 0 ? undefined : one();
}

function day(random: Random, name: string): Element {
  const time = random.pick(["T10:15:00+08:00", "T23:30:00Z", "T10:15:00", "T00:00:00.000000000"]);
  return text(name, `2025-0${random.between(1, 9)}-1${random.below(10)}${time}`);
}

function date(random: Random, name: string): Element {
  const written = random.pick(["2025-04-01", "2025-04-30", "2025-02-30", "2025-04-01+08:00"]);
  return random.below(3) === 0
    ? element(name, day(random, "DtTm"))
    : element(name, text("Dt", written));
}

function amount(random: Random, name = "Amt"): Element {
  const written = ["100", "0.5", "12.30", "7.00000", "0.0000000000001", "+3.", ".25", "100.00"];
  const currency = random.below(8) === 0 ? "EUR" : "CNY";
  return text(name, random.pick(written), { Ccy: currency });
}

function direction(random: Random): Element {
  return text("CdtDbtInd", random.pick(["CRDT", "DBIT"]));
}

function pagination(random: Random, name: string): Element {
  const last = random.pick(["true", "false", "1"]);
  return element(name, text("PgNb", String(random.between(1, 3))), text("LastPgInd", last));
}

function statement(random: Random, name: string, version: number): Element {
  const page = name === "Ntfctn" ? "NtfctnPgntn" : `${name}Pgntn`;
  const id = random.pick(["IBAN", "Othr"]);
  const account = text(id === "IBAN" ? "IBAN" : "Id", random.pick(["5300", "5301"]));
  return element(
    name,
    text("Id", word(random)),
    random.below(3) === 0 ? pagination(random, page) : undefined,
    maybe(random, () => text("ElctrncSeqNb", random.pick(["1", "2", "0003"]))),
    maybe(random, () => text("LglSeqNb", "7")),
    maybe(random, () => day(random, "CreDtTm")),
    maybe(random, () => element("FrToDt", day(random, "FrDtTm"), day(random, "ToDtTm"))),
    element(
      "Acct",
      element("Id", id === "IBAN" ? account : element("Othr", account)),
      maybe(random, () => text("Ccy", "CNY")),
    ),
    ...Array.from({ length: random.below(4) }, () => balance(random)),
    random.below(4) === 0 ? summary(random) : undefined,
    ...Array.from({ length: random.below(4) }, () => entry(random, version)),
  );
}

function balance(random: Random): Element {
  const code = text("Cd", random.pick(["OPBD", "CLBD", "PRCD", "ITBD", "CLAV"]));
  return element(
    "Bal",
    element("Tp", element("CdOrPrtry", code)),
    amount(random),
    direction(random),
    maybe(random, () => date(random, "Dt")),
  );
}

function summary(random: Random): Element {
  const total = (name: string): Element =>
    element(name, text("NbOfNtries", String(random.below(3))), text("Sum", "100.0"));
  return element(
    "TxsSummry",
    total("TtlNtries"),
    maybe(random, () => total("TtlCdtNtries")),
  );
}

function bankCode(random: Random): Element {
  const family = element("Fmly", text("Cd", "RCDT"), text("SubFmlyCd", random.pick(["RRTN", "X"])));
  const domain = element("Domn", text("Cd", "PMNT"), family);
  return element(
    "BkTxCd",
    maybe(random, () => domain),
    maybe(random, () => element("Prtry", text("Cd", "N196"))),
  );
}

function entry(random: Random, version: number): Element {
  const code = random.pick(["BOOK", "BOOK", "PDNG", "INFO", "FUTR"]);
  return element(
    "Ntry",
    maybe(random, () => text("NtryRef", "1")),
    amount(random),
    direction(random),
    maybe(random, () => text("RvslInd", random.pick(["true", "false", "1"]))),
    version < 8 ? text("Sts", code) : element("Sts", text("Cd", code)),
    maybe(random, () => date(random, "BookgDt")),
    maybe(random, () => date(random, "ValDt")),
    maybe(random, () => text("AcctSvcrRef", word(random))),
    bankCode(random),
    random.below(6) === 0 ? element("Chrgs") : undefined,
    ...Array.from({ length: random.pick([0, 1, 1, 1, 2]) }, () => details(random)).flatMap((one) =>
      version === 1 && typeof one.inside !== "string" ? one.inside : one,
    ),
    maybe(random, () => text("AddtlNtryInf", " 批量 代发 ")),
  );
}

function details(random: Random): Element {
  const batch = element(
    "Btch",
    maybe(random, () => text("MsgId", "B1")),
    maybe(random, () => text("PmtInfId", "B1-1")),
    maybe(random, () => text("NbOfTxs", String(random.below(3)))),
    maybe(random, () => amount(random, "TtlAmt")),
  );
  return element(
    "NtryDtls",
    random.below(2) === 0 ? batch : undefined,
    ...Array.from({ length: random.below(3) }, () => transaction(random)),
  );
}

function transaction(random: Random): Element {
  const of = (name: string): Element => element(name, amount(random));
  const reason = random.pick([text("Cd", "AC04"), text("Prtry", "R02")]);
  const information = element(
    "RtrInf",
    maybe(random, () => element("Rsn", reason)),
    maybe(random, () => text("AddtlInf", word(random))),
  );
  return element(
    "TxDtls",
    element(
      "Refs",
      maybe(random, () => text("MsgId", "B1")),
      maybe(random, () => text("AcctSvcrRef", "R1")),
      maybe(random, () => text("PmtInfId", "B1-1")),
      maybe(random, () => text("InstrId", "B1-7")),
      maybe(random, () => text("EndToEndId", random.pick(["B1-7", "NOTPROVIDED"]))),
    ),
    maybe(random, () => amount(random)),
    maybe(random, () => direction(random)),
    maybe(random, () => element("AmtDtls", of("InstdAmt"), of("TxAmt"))),
    maybe(random, () => bankCode(random)),
    maybe(random, () => element("RmtInf", text("Ustrd", word(random)), text("Ustrd", "二"))),
    random.below(3) === 0 ? information : undefined,
    maybe(random, () => text("AddtlTxInf", "附言")),
  );
}

function statusReport(random: Random): Element {
  const status = (name: string): Element =>
    text(name, random.pick(["ACCP", "ACSP", "ACSC", "PART", "RJCT", "PDNG"]));
  const because = (): Element =>
    element(
      "StsRsnInf",
      maybe(random, () => element("Rsn", random.pick([text("Cd", "AM04"), text("Prtry", "7")]))),
      maybe(random, () => text("AddtlInf", word(random))),
    );
  const payment = (): Element =>
    element(
      "TxInfAndSts",
      maybe(random, () => text("OrgnlInstrId", "I-1")),
      maybe(random, () => text("OrgnlEndToEndId", "E-1")),
      maybe(random, () => status("TxSts")),
      maybe(random, because),
      maybe(random, () => day(random, "AccptncDtTm")),
      maybe(random, () =>
        element("OrgnlTxRef", element("Amt", amount(random, random.pick(["InstdAmt"])))),
      ),
    );
  const information = (): Element =>
    element(
      "OrgnlPmtInfAndSts",
      text("OrgnlPmtInfId", "B1-1"),
      maybe(random, () => status("PmtInfSts")),
      maybe(random, because),
      ...Array.from({ length: random.below(4) }, payment),
    );
  return element(
    "CstmrPmtStsRpt",
    header(random),
    element(
      "OrgnlGrpInfAndSts",
      maybe(random, () => text("OrgnlMsgId", "B1")),
      text("OrgnlMsgNmId", "pain.001.001.03"),
      maybe(random, () => status("GrpSts")),
      maybe(random, because),
    ),
    ...Array.from({ length: random.below(3) }, information),
  );
}

/** An element is taken away, stands twice or says something else. */
export function mutated(random: Random, whole: Element): Element {
  const all: Element[] = [];
  const collect = (one: Element): void => {
    all.push(one);
    if (typeof one.inside !== "string") one.inside.forEach(collect);
  };
  collect(whole);
  const target = random.pick(all.slice(1));
  const change = random.below(3);
  const said = random.pick(["", "-1", "x", "1e5", "9".repeat(150)]);
  const visit = (one: Element): Element[] => {
    const inside = typeof one.inside === "string" ? one.inside : one.inside.flatMap(visit);
    const same = { ...one, inside };
    if (one !== target) return [same];
    if (change === 0) return [];
    return change === 1 ? [same, same] : [{ ...same, inside: said }];
  };
  return visit(whole)[0] ?? whole;
}

/** A style of some bank. */
export function randomStyle(random: Random): Style {
  return {
    prefix: random.pick(["", "", "ns0:", "文:"]),
    namespace: random.pick(["declared", "declared", "declared", "misspelt", "absent"]),
    encoding: random.pick(["utf-8", "utf-8-bom", "utf-16le", "gbk", "said-utf-16"] as const),
    isSpaced: random.below(2) === 0,
    hasComments: random.below(4) === 0,
    hasCdata: random.below(4) === 0,
  };
}

/** The text of a message; its declaration says the encoding of its style. */
export function written(kind: string, body: Element, style: Style): string {
  const prefix = style.namespace === "declared" ? style.prefix : "";
  const uri = `urn:iso:std:iso:20022:tech:xsd:${kind}`;
  const names = { declared: prefix === "" ? "xmlns" : `xmlns:${prefix.slice(0, -1)}` };
  const attribute = { ...names, misspelt: "Xmlns", absent: "" }[style.namespace];
  const said = { "utf-8": "UTF-8", "utf-8-bom": "utf-8", gbk: "GBK" };
  const encoding = { ...said, "utf-16le": "UTF-16", "said-utf-16": "utf-16" }[style.encoding];
  const root = `${prefix}Document`;
  const opened = attribute === "" ? `<${root}>` : `<${root} ${attribute}="${uri}">`;
  const inside = xml(body, prefix, style, 1);
  return `<?xml version="1.0" encoding="${encoding}"?>\n${opened}${inside}</${root}>\n`;
}

/** The bytes of a text in the encoding of its style. */
export function encoded(xmlText: string, { encoding }: Style): Buffer {
  switch (encoding) {
    case "utf-8":
    case "said-utf-16":
      return Buffer.from(xmlText);
    case "utf-8-bom":
      return Buffer.from(`\ufeff${xmlText}`);
    case "utf-16le":
      return Buffer.from(`\ufeff${xmlText}`, "utf16le");
    case "gbk":
      return iconv.encode(xmlText, "gbk");
  }
}

function xml(one: Element, prefix: string, style: Style, depth: number): string {
  const space = style.isSpaced ? `\n${"\t".repeat(depth)}` : "";
  const attributes = Object.entries(one.attributes ?? {}).map(([name, value]) => {
    return ` ${name}="${value}"`;
  });
  const name = prefix + one.name;
  const comment = style.hasComments ? "<!-- 注 < & -->" : "";
  const inside =
    typeof one.inside === "string"
      ? leafText(one.inside, style)
      : one.inside.map((child) => xml(child, prefix, style, depth + 1)).join("") + space;
  return `${space}${comment}<${name}${attributes.join("")}>${inside}</${name}>`;
}

function leafText(inside: string, { hasCdata, isSpaced }: Style): string {
  if (hasCdata) return `<![CDATA[${inside}]]>`;
  const blank = isSpaced ? "\n " : "";
  const escaped = inside.replace(/[&<>]/g, (found) => `&#x${found.charCodeAt(0).toString(16)};`);
  return blank + escaped + blank;
}
