// A second reader of a bank's messages, written apart from the ledger's: the whole tree, by another
// parser of XML, and a function for each part of the document.
import { XmlCData, XmlDocument, XmlElement, XmlText } from "libxml2-wasm";

interface Tree {
  readonly name: string;
  readonly text: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly inside: readonly Tree[];
}

/** A refusal: the file is none of a bank's. */
export class Refused extends Error {}

function refuse(): never {
  throw new Refused();
}

function treeOf(node: XmlElement, uri: string): Tree {
  const inside: Tree[] = [];
  let text = "";
  for (let child = node.firstChild; child !== null; child = child.next) {
    if (child instanceof XmlElement) {
      if (child.namespaceUri === uri) inside.push(treeOf(child, uri));
    } else if (child instanceof XmlText || child instanceof XmlCData) text += child.content;
  }
  const attributes = new Map(node.attrs.map((one) => [one.name, one.value]));
  return { name: node.name, text: text.trim(), attributes, inside };
}

const all = (tree: Tree | undefined, ...path: string[]): Tree[] =>
  path.reduce<Tree[]>(
    (trees, name) => trees.flatMap((one) => one.inside.filter((child) => child.name === name)),
    tree === undefined ? [] : [tree],
  );
const first = (tree: Tree | undefined, ...path: string[]): string | undefined =>
  all(tree, ...path).find(({ text }) => text !== "")?.text;

function id(tree: Tree | undefined, ...path: string[]): string | undefined {
  if (all(tree, ...path).some(({ text }) => text.length > 140)) refuse();
  return first(tree, ...path);
}

interface Money {
  readonly units: bigint;
  readonly currency: string | undefined;
}

function decimal(text: string): bigint {
  const found = /^([+-]?)(\d*)\.?(\d*)$/.exec(text);
  if (!found || `${found[2] ?? ""}${found[3] ?? ""}` === "") return refuse();
  const whole = (found[2] ?? "").replace(/^0*/, "");
  const fraction = (found[3] ?? "").replace(/0*$/, "");
  if (whole.length > 18 || fraction.length > 17) refuse();
  const units = BigInt(whole + fraction.padEnd(17, "0"));
  return found[1] === "-" ? -units : units;
}

function moneys(tree: Tree | undefined, ...path: string[]): Money[] {
  const trees = all(tree, ...path).filter(({ text }) => text !== "");
  return trees.map(({ text, attributes }) => {
    const units = decimal(text);
    if (units < 0n) refuse();
    return { units, currency: attributes.get("Ccy") };
  });
}

function shown(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(18, "0");
  const decimals = digits.slice(-17).replace(/0+$/, "").padEnd(2, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -17)}.${decimals}`;
}

function whole(tree: Tree | undefined, ...path: string[]): number | undefined {
  const found = all(tree, ...path).filter(({ text }) => text !== "");
  if (found.some(({ text }) => !/^\d{1,15}(\.0*)?$/.test(text))) refuse();
  return found[0] && Number(found[0].text);
}

function way(tree: Tree | undefined): string | undefined {
  const found = all(tree, "CdtDbtInd").filter(({ text }) => text !== "");
  if (found.some(({ text }) => text !== "CRDT" && text !== "DBIT")) refuse();
  return found[0]?.text;
}

function dayOf(text: string): string | undefined {
  const date = text.slice(0, 10);
  const noon = new Date(`${date}T12:00:00Z`);
  const isDay = !Number.isNaN(noon.getTime()) && noon.toISOString().slice(0, 10) === date;
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || !isDay) return undefined;
  if (!/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return date;
  return new Date(Date.parse(text) + 8 * 3_600_000).toISOString().slice(0, 10);
}

function day(tree: Tree | undefined, name: string): string | undefined {
  const within = all(tree, name).flatMap(({ inside }) => inside);
  const written = within.filter((one) => /^Dt(Tm)?$/.test(one.name) && one.text !== "");
  return written.map(({ text }) => dayOf(text)).find((found) => found !== undefined);
}

function code(tree: Tree | undefined): string | undefined {
  const domain = (...path: string[]): string | undefined => id(tree, "BkTxCd", "Domn", ...path);
  const parts = [domain("Cd"), domain("Fmly", "Cd"), domain("Fmly", "SubFmlyCd")];
  const told = parts.filter((part) => part !== undefined).join("/");
  const own = id(tree, "BkTxCd", "Prtry", "Cd");
  return told === "" ? own : told;
}

const joined = (trees: Tree[]): string | undefined => {
  const texts = trees.map(({ text }) => text).filter((text) => text !== "");
  return texts.length === 0 ? undefined : texts.join(" ");
};

function transaction(tree: Tree, entry: Entry) {
  const told = [
    moneys(tree, "Amt")[0],
    moneys(tree, "AmtDtls", "TxAmt", "Amt")[0],
    moneys(tree, "AmtDtls", "InstdAmt", "Amt")[0],
  ].filter((one) => one !== undefined);
  const money = told.find(({ currency }) => currency === entry.currency) ?? told[0];
  const returned = all(tree, "RtrInf");
  const direction = way(tree);
  const text =
    joined(all(tree, "RtrInf", "AddtlInf")) ??
    joined(all(tree, "RmtInf", "Ustrd")) ??
    joined(all(tree, "AddtlTxInf"));
  const own = code(tree) ?? entry.code;
  const isReturn =
    returned.length > 0 ||
    (own?.endsWith("/RRTN") === true && (direction ?? entry.direction) === "CRDT");
  const said = id(tree, "RtrInf", "Rsn", "Cd") ?? id(tree, "RtrInf", "Rsn", "Prtry");
  const inText = /\bAC04\b/.exec(text ?? "")?.[0];
  for (const name of ["MsgId", "AcctSvcrRef"]) id(tree, "Refs", name);
  const endToEndIds = all(tree, "Refs", "EndToEndId").filter(({ text }) => text !== "");
  id(tree, "Refs", "EndToEndId");
  return {
    money,
    shown: {
      endToEndId: endToEndIds.find((one) => one.text !== "NOTPROVIDED")?.text,
      instructionId: id(tree, "Refs", "InstrId"),
      paymentInformationId: id(tree, "Refs", "PmtInfId"),
      amount: money && shown(money.units),
      direction,
      returnReason: isReturn ? (said ?? inText ?? "NARR") : undefined,
      text: text ?? joined(all(entry.tree, "AddtlNtryInf")),
    },
  };
}

interface Entry {
  readonly tree: Tree;
  readonly units: bigint;
  readonly currency: string | undefined;
  readonly direction: string;
  readonly status: string;
  readonly code: string | undefined;
}

const statuses: Readonly<Record<string, string>> = {
  BOOK: "BOOK",
  PDNG: "PDNG",
  FUTR: "PDNG",
  INFO: "INFO",
};

function entryOf(tree: Tree): Entry {
  const [money] = moneys(tree, "Amt");
  const direction = way(tree);
  const direct = id(tree, "Sts");
  const own = direct ?? id(tree, "Sts", "Cd") ?? refuse();
  const known = Object.hasOwn(statuses, own) ? statuses[own] : undefined;
  if (money === undefined || direction === undefined) return refuse();
  id(tree, "NtryRef");
  return { tree, ...money, direction, status: known ?? refuse(), code: code(tree) };
}

function shownEntry(entry: Entry, place: number, account: string, messageId: string) {
  const { tree } = entry;
  const batches: boolean[] = [];
  // Version 1 has batch and transactions directly in the entry.
  const isDirect = [...all(tree, "Btch"), ...all(tree, "TxDtls")].length > 0;
  const parts = isDirect ? [tree] : all(tree, "NtryDtls");
  const told = parts.flatMap((part) => all(part, "Btch"));
  const transactions = parts.flatMap((part) => {
    const within = all(part, "TxDtls").map((one) => transaction(one, entry));
    const [batch] = all(part, "Btch").slice(-1);
    for (const one of all(part, "Btch")) batchOf(one);
    if (batch !== undefined && within.length > 0) {
      const { count, money } = batchOf(batch);
      if (count !== undefined) batches.push(count === within.length);
      const isAll = within.every((one) => one.money?.currency === within[0]?.money?.currency);
      const isTold = within.every((one) => one.money !== undefined);
      if (money && isAll && isTold && within[0]?.money?.currency === money.currency) {
        const sum = within.reduce((units, one) => units + (one.money?.units ?? 0n), 0n);
        batches.push(sum === money.units);
      }
    }
    return within;
  });
  const only = told.length === 1 && told[0] !== undefined ? batchOf(told[0]) : undefined;
  const isCharged = all(tree, "Chrgs").length > 0;
  if (only?.money && !isCharged && only.money.currency === entry.currency) {
    batches.push(only.money.units === entry.units);
  }
  const reference = id(tree, "AcctSvcrRef");
  return {
    batches,
    shown: {
      entry: `${account}/${reference ?? `${messageId}.${place}`}`,
      reference,
      amount: shown(entry.units),
      direction: entry.direction,
      status: entry.status,
      bookedOn: day(tree, "BookgDt"),
      valueOn: day(tree, "ValDt"),
      reversal: /^(true|1)$/.test(first(tree, "RvslInd") ?? ""),
      code: entry.code,
      batch: only && {
        messageId: only.messageId,
        paymentInformationId: only.paymentInformationId,
        count: only.count,
        total: only.money && shown(only.money.units),
      },
      transactions: transactions.map((one) => one.shown),
    },
  };
}

function batchOf(tree: Tree) {
  return {
    messageId: id(tree, "MsgId"),
    paymentInformationId: id(tree, "PmtInfId"),
    count: whole(tree, "NbOfTxs"),
    money: moneys(tree, "TtlAmt")[0],
  };
}

function pageOf(trees: Tree[]) {
  const pages = trees.map((tree) => ({
    number: whole(tree, "PgNb"),
    isLast: first(tree, "LastPgInd"),
  }));
  const page = pages.find(({ number, isLast }) => number !== undefined && isLast !== undefined);
  return page && { number: page.number ?? 0, isLast: /^(true|1)$/.test(page.isLast ?? "") };
}

function balanceOf(tree: Tree) {
  const types = ["Cd", "Prtry"].map((name) => {
    const [direct, within] = [id(tree, "Tp", name), id(tree, "Tp", "CdOrPrtry", name)];
    return direct ?? within;
  });
  const [money] = moneys(tree, "Amt");
  const direction = way(tree);
  const type = types[0] ?? types[1];
  if (money === undefined || direction === undefined || type === undefined) return refuse();
  const signed = direction === "DBIT" ? -money.units : money.units;
  return { type, direction, date: day(tree, "Dt"), ...money, signed };
}

function statement(tree: Tree, around: Around) {
  const { message, messagePage, entriesBefore } = around;
  const entries = all(tree, "Ntry").map(entryOf);
  const accounts = all(tree, "Acct", "Id").flatMap(({ inside }) => inside);
  const account = accounts
    .flatMap((one) => (/^(Othr|PrtryAcct)$/.test(one.name) ? id(one, "Id") : ibanOf(one)))
    .find((found) => found !== undefined);
  const page = pageOf(all(tree, around.pages)) ?? messagePage;
  const balances = all(tree, "Bal").map(balanceOf);
  const currency = id(tree, "Acct", "Ccy") ?? balances[0]?.currency ?? entries[0]?.currency ?? "";
  const legal = whole(tree, "LglSeqNb");
  const sequence = whole(tree, "ElctrncSeqNb") ?? legal;
  if (account === undefined) return refuse();
  const listed = entries.map((one, at) =>
    shownEntry(one, entriesBefore + at + 1, account, message),
  );
  const booked = entries.filter(({ status }) => status === "BOOK");
  const inOther = entries.some((one) => (one.currency ?? currency) !== currency);
  const bounds = boundsOf(balances, page, currency);
  const checks: { check: string; ok: boolean }[] = [];
  if (bounds.opening !== undefined && bounds.closing !== undefined) {
    const moved = booked.reduce(
      (units, one) => units + (one.direction === "CRDT" ? one.units : -one.units),
      bounds.opening,
    );
    const ok = !inOther && !bounds.inOther && moved === bounds.closing;
    checks.push({ check: "balance", ok });
  }
  const summary = summaryOf(tree, entries, booked);
  const isOne = page === undefined || (page.number <= 1 && page.isLast);
  if (summary !== undefined && isOne) checks.push({ check: "summary", ok: summary });
  const batches = listed.flatMap((one) => one.batches);
  if (batches.length > 0) checks.push({ check: "batch", ok: batches.every((ok) => ok) });
  const statementId = id(tree, "Id") ?? message;
  return {
    closing: bounds.closing,
    opening: bounds.opening,
    page,
    year: (first2(tree, ["FrToDt", "ToDtTm"], ["CreDtTm"]) ?? "").slice(0, 4),
    shown: {
      id: statementId,
      account,
      currency,
      sequence,
      page: page?.number,
      balances: balances.map(({ type, units, direction, date }) => {
        return { type, amount: shown(units), direction, date };
      }),
      entries: listed.map((one) => one.shown),
      checks,
    },
  };
}

function ibanOf(tree: Tree): string | undefined {
  if (tree.name !== "IBAN" || tree.text === "") return undefined;
  return tree.text.length > 140 ? refuse() : tree.text;
}

/** The day of the first of these that is one. */
function first2(tree: Tree, ...paths: string[][]): string | undefined {
  for (const path of paths) {
    const days = all(tree, ...path).map(({ text }) => dayOf(text));
    const found = days.find((one) => one !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Around {
  readonly message: string;
  readonly messagePage: ReturnType<typeof pageOf>;
  readonly pages: string;
  readonly entriesBefore: number;
}

type PlainBalance = ReturnType<typeof balanceOf>;

function boundsOf(balances: PlainBalance[], page: ReturnType<typeof pageOf>, currency: string) {
  const of = (...types: string[]): PlainBalance[] =>
    types.flatMap((type) => balances.filter((one) => one.type === type));
  const [open] = of("OPBD").length > 0 ? of("OPBD") : of("PRCD");
  const close = of("CLBD").at(-1);
  const between = of("ITBD");
  let [opening, closing] = [open, close];
  if (page !== undefined && !(page.number <= 1 && page.isLast)) {
    if (open !== undefined && close !== undefined) return { inOther: false };
    if (open !== undefined || close !== undefined || between.length >= 2) {
      if (page.number > 1) opening ??= between[0];
      if (!page.isLast) closing ??= between.at(-1);
    }
  }
  const inOther = [opening, closing].some((one) => (one?.currency ?? currency) !== currency);
  return { opening: opening?.signed, closing: closing?.signed, inOther };
}

function summaryOf(tree: Tree, entries: Entry[], booked: Entry[]): boolean | undefined {
  const ways = { TtlNtries: /./, TtlCdtNtries: /CRDT/, TtlDbtNtries: /DBIT/ };
  const isTold = Object.keys(ways).some((name) =>
    ["NbOfNtries", "Sum"].some((part) => first(tree, "TxsSummry", name, part) !== undefined),
  );
  const agrees = (some: Entry[]): boolean =>
    Object.entries(ways).every(([name, direction]) => {
      const these = some.filter((one) => direction.test(one.direction));
      const count = whole(tree, "TxsSummry", name, "NbOfNtries");
      const sums = all(tree, "TxsSummry", name, "Sum").filter(({ text }) => text !== "");
      const [sum] = sums.map(({ text }) => decimal(text));
      const units = these.reduce((total, one) => total + one.units, 0n);
      return (count ?? these.length) === these.length && (sum ?? units) === units;
    });
  const ok = [agrees(entries), agrees(booked)].includes(true);
  for (const name of Object.keys(ways)) whole(tree, "TxsSummry", name, "NbOfNtries");
  return isTold ? ok : undefined;
}

type PlainStatement = ReturnType<typeof statement>;

function addSequence(statements: PlainStatement[]): void {
  statements.forEach((now, at) => {
    const earlier = statements
      .slice(0, at)
      .filter((one) => one.shown.account === now.shown.account);
    const before = earlier.at(-1);
    if (before === undefined) return;
    const isNext =
      before.page !== undefined &&
      now.page !== undefined &&
      !before.page.isLast &&
      before.shown.id === now.shown.id &&
      now.page.number === before.page.number + 1;
    const judged: boolean[] = [];
    if (before.page?.isLast === false) judged.push(isNext);
    if (before.shown.sequence !== undefined && now.shown.sequence !== undefined) {
      const isNewYear = now.shown.sequence === 1 && now.year !== before.year;
      const isIn = now.shown.sequence === before.shown.sequence + 1 || isNewYear;
      judged.push(isNext ? now.shown.sequence === before.shown.sequence : isIn);
    }
    if (now.opening !== undefined && before.closing !== undefined) {
      judged.push(now.opening === before.closing);
    }
    const check = { check: "sequence", ok: judged.every((ok) => ok) };
    if (judged.length > 0) now.shown.checks.push(check);
  });
}

function reasonOf(tree: Tree): string | undefined {
  const [cd, own] = [id(tree, "StsRsnInf", "Rsn", "Cd"), id(tree, "StsRsnInf", "Rsn", "Prtry")];
  const hasText = all(tree, "StsRsnInf", "AddtlInf").some(({ text }) => text !== "");
  return cd ?? own ?? (hasText ? "NARR" : undefined);
}

function report(body: Tree) {
  const groups = all(body, "OrgnlGrpInfAndSts").map((tree) => {
    const [messageId, status] = [id(tree, "OrgnlMsgId"), id(tree, "GrpSts")];
    id(tree, "OrgnlMsgNmId");
    return { messageId, status, reason: reasonOf(tree) };
  });
  const group = groups.at(-1);
  const informations = all(body, "OrgnlPmtInfAndSts").map((tree) => {
    id(tree, "OrgnlPmtInfId");
    return { tree, status: id(tree, "PmtInfSts"), reason: reasonOf(tree) };
  });
  if (groups.length + informations.length === 0) return refuse();
  const payments = informations.flatMap((information) =>
    all(information.tree, "TxInfAndSts").flatMap((tree) => {
      for (const name of ["OrgnlPmtInfId", "OrgnlInstrId"]) id(tree, name);
      const own = { status: id(tree, "TxSts"), reason: reasonOf(tree) };
      const said = [own, information, group].find((one) => one?.status !== undefined);
      const [money] = [
        ...moneys(tree, "OrgnlTxRef", "Amt", "InstdAmt"),
        ...moneys(tree, "OrgnlTxRef", "Amt", "EqvtAmt", "Amt"),
      ];
      const amount = money && shown(money.units);
      const endToEndId = id(tree, "OrgnlEndToEndId");
      if (said?.status === undefined) return [];
      return { endToEndId, status: said.status, reason: said.reason, amount };
    }),
  );
  const [one] = informations;
  const isSame = informations.every(({ status }) => status === one?.status);
  const from = group?.status !== undefined ? group : isSame ? one : undefined;
  return {
    original: { messageId: group?.messageId, status: from?.status, reason: from?.reason },
    statements: [],
    payments,
  };
}

const families: Readonly<Record<string, readonly string[]>> = {
  BkToCstmrAcctRpt: ["camt.052", "Rpt", "RptPgntn"],
  BkToCstmrStmt: ["camt.053", "Stmt", "StmtPgntn"],
  BkToCstmrDbtCdtNtfctn: ["camt.054", "Ntfctn", "NtfctnPgntn"],
  CstmrPmtStsRpt: ["pain.002"],
};

/** The document that `bank show` answers, its checks without words; throws `Refused`. */
export function readPlainly(xml: string): unknown {
  const document = XmlDocument.fromBuffer(Buffer.from(xml));
  try {
    const { root } = document;
    const tree = treeOf(root, root.namespaceUri);
    const familyOf = ({ name }: Tree): string => name.replace(/V01$/, "");
    const bodies = tree.inside.filter((one) => Object.hasOwn(families, familyOf(one)));
    const [body] = bodies;
    if (body === undefined || bodies.length > 1) return refuse();
    const [family = "", inner = "", pages = ""] = families[familyOf(body)] ?? [];
    const said = root.namespaceUri === "" ? (root.attr("Xmlns")?.value ?? "") : root.namespaceUri;
    const kind = /[a-z]{4}\.\d{3}\.\d{3}\.\d{2}/.exec(said)?.[0] ?? family;
    const headers = all(body, "GrpHdr");
    const messageId = id(body, "GrpHdr", "MsgId");
    if (messageId === undefined || first(headers[0], "MsgId") === undefined) return refuse();
    if (!kind.startsWith(family) || body.inside[0]?.name !== "GrpHdr") return refuse();
    const about = inner === "" ? report(body) : undefined;
    if (about !== undefined) return { kind, messageId, ...about };
    const messagePage = pageOf(all(body, "GrpHdr", "MsgPgntn"));
    const statements: PlainStatement[] = [];
    let entriesBefore = 0;
    for (const one of all(body, inner)) {
      statements.push(statement(one, { message: messageId, messagePage, pages, entriesBefore }));
      entriesBefore += all(one, "Ntry").length;
    }
    if (statements.length === 0) return refuse();
    addSequence(statements);
    return { kind, messageId, statements: statements.map((one) => one.shown), payments: [] };
  } finally {
    document.dispose();
  }
}
