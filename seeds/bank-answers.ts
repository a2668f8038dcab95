import type { Direction } from "../src/domain/distribution/bank-told.ts";
import { yuan } from "./exact.ts";

/** A payment that a bank speaks of. */
export interface PaidLine {
  readonly payment: string;
  readonly fen: bigint;
}

/** An entry of a bank's account. */
export interface BankEntry {
  readonly reference: string;
  readonly day: string;
  readonly direction: Direction;
  readonly fen: bigint;
  /** The batch that it books, with its lines. */
  readonly batch?: string;
  readonly lines?: readonly PaidLine[];
  /** Why its lines came back (ISO 20022), with what the bank writes of it. */
  readonly returned?: readonly [code: string, words: string];
  readonly words?: string;
}

/** What a bank says of a month of an account, in the words of camt.053. */
export interface BankStatement {
  readonly id: string;
  readonly account: string;
  readonly sequence: number;
  readonly from: string;
  readonly to: string;
  readonly openingFen: bigint;
  readonly entries: readonly BankEntry[];
}

/** A status report: every line is accepted but those that are rejected, each for a reason. */
export function statusReport(
  id: string,
  day: string,
  batch: string,
  lines: readonly PaidLine[],
  rejected: ReadonlyMap<string, string>,
): string {
  const statuses = lines.map(({ payment }) => {
    const reason = rejected.get(payment);
    const why = reason === undefined ? "" : tag("StsRsnInf", tag("Rsn", tag("Cd", reason)));
    const status = tag("TxSts", reason === undefined ? "ACCP" : "RJCT");
    return tag("TxInfAndSts", tag("OrgnlEndToEndId", payment), status, why);
  });
  const group = [tag("OrgnlMsgId", batch), tag("OrgnlMsgNmId", "pain.001.001.03")];
  const isWhole = rejected.size === 0;
  return message(
    "pain.002.001.03",
    tag(
      "CstmrPmtStsRpt",
      header(id, day),
      tag("OrgnlGrpInfAndSts", ...group, tag("GrpSts", isWhole ? "ACCP" : "PART")),
      tag("OrgnlPmtInfAndSts", tag("OrgnlPmtInfId", `${batch}-1`), ...(isWhole ? [] : statuses)),
    ),
  );
}

/** A notification of entries of an account. */
export function notification(
  id: string,
  account: string,
  day: string,
  entries: readonly BankEntry[],
): string {
  const inside = [tag("Id", id), created(day), accountOf(account), ...entries.map(entryOf)];
  const outer = tag("BkToCstmrDbtCdtNtfctn", header(id, day), tag("Ntfctn", ...inside));
  return message("camt.054.001.02", outer);
}

/** A statement with its balances. */
export function statement(of: BankStatement): string {
  const { id, account, sequence, from, to, openingFen, entries } = of;
  const closingFen = closingOf(of);
  const inside = [
    ...[tag("Id", id), tag("ElctrncSeqNb", String(sequence)), created(to)],
    tag("FrToDt", tag("FrDtTm", `${from}T00:00:00+08:00`), tag("ToDtTm", `${to}T23:59:59+08:00`)),
    ...[accountOf(account), balance("OPBD", openingFen, from), balance("CLBD", closingFen, to)],
    ...entries.map(entryOf),
  ];
  return message("camt.053.001.02", tag("BkToCstmrStmt", header(id, to), tag("Stmt", ...inside)));
}

/** What an account holds when its statement ends. */
export function closingOf({
  openingFen,
  entries,
}: Pick<BankStatement, "openingFen" | "entries">): bigint {
  return entries.reduce(
    (sum, { direction, fen }) => (direction === "CRDT" ? sum + fen : sum - fen),
    openingFen,
  );
}

function entryOf(entry: BankEntry): string {
  const { reference, day, direction, fen, batch, lines = [], returned, words } = entry;
  const count = tag("NbOfTxs", String(lines.length));
  const booked =
    batch === undefined ? "" : tag("Btch", tag("MsgId", batch), count, money("TtlAmt", fen));
  const back =
    returned === undefined
      ? ""
      : tag("RtrInf", tag("Rsn", tag("Cd", returned[0])), tag("AddtlInf", returned[1]));
  const transactions = lines.map((line) =>
    tag(
      "TxDtls",
      tag("Refs", tag("EndToEndId", line.payment)),
      tag("AmtDtls", tag("TxAmt", money("Amt", line.fen))),
      back,
    ),
  );
  const details = booked + transactions.join("");
  return tag(
    "Ntry",
    ...[money("Amt", fen), tag("CdtDbtInd", direction), tag("Sts", "BOOK")],
    ...[tag("BookgDt", tag("Dt", day)), tag("ValDt", tag("Dt", day))],
    tag("AcctSvcrRef", reference),
    details === "" ? "" : tag("NtryDtls", details),
    words === undefined ? "" : tag("AddtlNtryInf", words),
  );
}

function balance(type: string, fen: bigint, day: string): string {
  return tag(
    "Bal",
    tag("Tp", tag("CdOrPrtry", tag("Cd", type))),
    money("Amt", fen),
    tag("CdtDbtInd", "CRDT"),
    tag("Dt", tag("Dt", day)),
  );
}

function accountOf(account: string): string {
  return tag("Acct", tag("Id", tag("Othr", tag("Id", account))), tag("Ccy", "CNY"));
}

function header(id: string, day: string): string {
  return tag("GrpHdr", tag("MsgId", id), created(day));
}

function created(day: string): string {
  return tag("CreDtTm", `${day}T18:00:00+08:00`);
}

function money(name: string, fen: bigint): string {
  return `<${name} Ccy="CNY">${yuan(fen)}</${name}>`;
}

/** Values hold nothing that XML would have escaped. */
function tag(name: string, ...inside: readonly string[]): string {
  return `<${name}>${inside.join("")}</${name}>`;
}

function message(kind: string, body: string): string {
  const names = `xmlns="urn:iso:std:iso:20022:tech:xsd:${kind}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document ${names}>${body}</Document>\n`;
}
