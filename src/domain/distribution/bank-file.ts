import type { Members } from "../../encoding/canonical.ts";
import { sumMoney } from "../decimal.ts";
import type { DecidedEvent, Facts } from "../facts.ts";
import { keys, streams } from "../facts.ts";
import type { DecideContext, Kind } from "../kind.ts";
import { listOf } from "../list.ts";
import { refuseClosed } from "../period.ts";
import type { Refusal } from "../refusal.ts";
import { refuse } from "../refusal.ts";
import type { AccountFacts, BankFacts } from "./bank-facts.ts";
import { bankFacts } from "./bank-facts.ts";
import { judgeFile } from "./bank-judging.ts";
import { batchNamed, batchOf, isMoney, knownOf } from "./bank-matching.ts";
import type { ToldLine } from "./bank-payment.ts";
import type { BankFileTold, StatementTold } from "./bank-told.ts";

/** A bank's file, read whole. */
export interface BankFileCommand {
  readonly file: BankFileTold;
}

/** A bank's file: statements, notifications, status reports and answers of profiles. */
export const bankFiles: Kind<BankFileCommand> = {
  name: "bank",
  summary: "Record what a bank's file says of payments",
  right: "pay",
  columns: {},
  idColumn: "",
  isFile: false,
  isInternal: true,
  mostlyNew: false,
  surveys: true,
  examples: [],
  parse: () => {
    throw new Error("a bank's file is no row");
  },
  decide: decideBankFile,
};

/** The account that a file is known by; a status report has none. */
export function accountOfFile({ statements }: BankFileTold): string {
  return statements[0]?.account ?? "";
}

function decideBankFile(
  { file }: BankFileCommand,
  { facts, sealing, today }: DecideContext,
): DecidedEvent[] | Refusal {
  if (file.kind === "camt.052") {
    return refuse("NotFinal", "an account report (camt.052) is not final: import the statement");
  }
  const account = accountOfFile(file);
  const key = keys.bankFile(file.kind, account, file.messageId);
  const fingerprint = sealing.fingerprint({ content: file.content });
  const recorded = facts.own(key);
  if (recorded !== undefined) {
    const early: Members<ReturnType<typeof judgedEarly>> = judgedEarly(file);
    const fingerprints = [fingerprint, sealing.fingerprint(early)];
    if (fingerprints.includes(recorded.data.fingerprint)) return [];
    return refuse("ReferenceConflict", "this message is recorded with other content");
  }
  const known = facts.survey(bankFacts, askedOf(file));
  if (known === undefined) return [];
  const refusal = refusalOf(file, known, facts);
  if (refusal !== undefined) return refusal;
  const judged = judgeFile(file, knownOf(known), { today, facts });
  const lines = judged.map(({ line, text }): ToldLine => {
    if (line.what !== "entry" || line.state !== "unmatched" || text === undefined) return line;
    const item = sealing.name(undefined, { text });
    sealing.keep(item);
    return { ...line, sealed: item.item };
  });
  const { kind, messageId, createdOn } = file;
  const statements = file.statements.map(statementSaid);
  const entries = file.statements.reduce((sum, one) => sum + one.entries.length, 0);
  const list = listOf(key, lines as never);
  const data = {
    ...{ kind, account, messageId, createdOn, fingerprint, statements, entries },
    ...{ ...list, lines, sum: sumMoney(amountsOf(lines)) },
  };
  const own = account === "" ? (known.batches[0]?.account ?? "") : account;
  const at = { key, nth: 0, effectiveDate: dayOf(file, lines, today) };
  return [{ ...at, stream: streams.bank(own), type: "BankFileRecorded", data }];
}

/** What an early version judged of a file, and fingerprinted in place of all that it says. */
function judgedEarly({ content: _, statements, report, ...file }: BankFileTold) {
  return {
    ...file,
    statements: statements.map(({ entries, ...statement }) => ({
      ...statement,
      entries: entries.map(({ currency: _entry, transactions, ...entry }) => ({
        ...entry,
        transactions: transactions.map(({ currency: _own, ...transaction }) => transaction),
      })),
    })),
    report: report && {
      ...report,
      payments: report.payments.map(
        ({ paymentInformationId: _id, isInherited: _inherited, ...payment }) => payment,
      ),
    },
  };
}

function* amountsOf(lines: readonly ToldLine[]): Generator<string> {
  for (const { what, amount } of lines) {
    if (what === "entry" && isMoney(amount)) yield amount;
  }
}

function dayOf(file: BankFileTold, lines: readonly ToldLine[], today: string): string {
  const days = lines.map(({ day }) => day);
  return days.reduce((last, day) => (day > last ? day : last), "") || (file.createdOn ?? today);
}

function statementSaid({ account, id, sequence, page, from, to, ...of }: StatementTold) {
  const [opening, closing] = [of.opening, of.closing].map((one) =>
    one !== undefined && /^-?\d+\.\d\d$/.test(one) ? one : undefined,
  );
  const isLast = page?.isLast ?? true;
  return { account, id, sequence, page: page?.number, isLast, from, to, opening, closing };
}

/** What a file asks about: whatever it may speak of. */
function askedOf({ statements, report }: BankFileTold) {
  const payments = new Set<string>();
  const batches = new Set<string>();
  const entries = new Set<string>();
  const note = (set: Set<string>, ...ids: readonly (string | undefined)[]): void => {
    for (const id of ids) if (id !== undefined && id !== "") set.add(id);
  };
  const noteBatch = (...ids: readonly (string | undefined)[]): void => {
    for (const id of ids) if (id !== undefined) note(batches, id, batchNamed(id));
  };
  for (const entry of statements.flatMap((one) => one.entries)) {
    note(entries, entry.entry);
    if (entry.batch !== undefined) noteBatch(batchOf(entry.batch));
    for (const told of entry.transactions) {
      note(payments, told.endToEndId, told.instructionId);
      noteBatch(told.messageId, told.paymentInformationId);
    }
  }
  for (const told of report?.payments ?? []) note(payments, told.endToEndId, told.instructionId);
  for (const { id } of [...(report?.originals ?? []), ...(report?.informations ?? [])]) {
    noteBatch(id);
  }
  const accounts = [...new Set(statements.map(({ account }) => account))];
  return { accounts, payments: [...payments], batches: [...batches], entries: [...entries] };
}

/** Why a file is not recorded, the first that applies (contract, Files). */
function refusalOf(file: BankFileTold, known: BankFacts, facts: Facts): Refusal | undefined {
  // The answer of a profile is one of a batch; other files name what they speak of.
  const isAnswer = file.report !== undefined && !file.kind.startsWith("pain.");
  if (isAnswer && !known.batches.some(({ batch }) => batch === file.messageId)) {
    return refuse("NotOurs", "the file answers no batch of ours");
  }
  const isOurs =
    known.accounts.some((account) => account.isOurs) ||
    known.batches.length > 0 ||
    known.payments.length > 0;
  if (!isOurs) return refuse("NotOurs", "the file speaks of no account and no batch of ours");
  if (file.disagreement !== undefined) return refuse("SumsDisagree", file.disagreement);
  const gap = file.kind === "camt.053" ? gapIn(file, known.accounts) : undefined;
  if (gap !== undefined) return refuse("StatementGap", gap);
  for (const { entries } of file.statements) {
    for (const { bookedOn, status } of entries) {
      const closed =
        bookedOn === undefined || status !== "BOOK" ? undefined : refuseClosed(bookedOn, facts);
      if (closed === undefined) continue;
      return refuse("PeriodClosed", "an entry is booked in a month that is closed");
    }
  }
  return undefined;
}

/** What is missing before the statements of a file, in words. */
function gapIn(file: BankFileTold, accounts: readonly AccountFacts[]): string | undefined {
  const now = new Map(accounts.map((account) => [account.account, account]));
  for (const statement of file.statements) {
    const { account, id, sequence, page, closing, to } = statement;
    const before = now.get(account) ?? { account, isOurs: false };
    const gap = gapBefore(statement, before);
    if (gap !== undefined) return gap;
    const year = to?.slice(0, 4);
    const last = { ...filled({ closing, sequence, year }) };
    const pages = { id, count: page?.number ?? 1, ...filled({ sequence, closing }) };
    if (page?.isLast === false) now.set(account, { ...before, pages });
    else now.set(account, { account, isOurs: before.isOurs, last });
  }
  return undefined;
}

function filled<T extends object>(of: T): { [N in keyof T]?: Exclude<T[N], undefined> } {
  const known = Object.entries(of).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [N in keyof T]?: Exclude<T[N], undefined> };
}

function gapBefore(
  { id, sequence, page, opening, to }: StatementTold,
  { last, pages }: AccountFacts,
): string | undefined {
  const number = page?.number ?? 1;
  if (number > 1) {
    if (pages?.id !== id || pages.count !== number - 1) return `page ${number - 1} is missing`;
    return isOther(opening, pages.closing)
      ? "a page does not go on where the last ended"
      : undefined;
  }
  if (pages !== undefined) return "the last pages of the statement before are missing";
  if (isOther(opening, last?.closing)) {
    return "the opening balance is not the last closing balance";
  }
  if (sequence === undefined || last?.sequence === undefined) return undefined;
  const isNewYear = sequence === 1 && (to?.slice(0, 4) ?? "") > (last.year ?? "");
  if (sequence === last.sequence + 1 || isNewYear) return undefined;
  return `the statement is number ${sequence}, and the last was ${last.sequence}`;
}

function isOther(opening: string | undefined, closing: string | undefined): boolean {
  return opening !== undefined && closing !== undefined && opening !== closing;
}
