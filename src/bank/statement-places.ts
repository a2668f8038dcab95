import { bankDay } from "./bank-day.ts";
import type { BankItem } from "./bank-item.ts";
import { balancesMax } from "./bank-limits.ts";
import { entryPlaces } from "./entry-places.ts";
import type { MessageHeader } from "./message-header.ts";
import type { CodeOrOwn } from "./message-values.ts";
import {
  codePlaces,
  countLeaf,
  directionLeaf,
  idLeaf,
  incomplete,
  moneyLeaf,
  pageBranch,
  sumLeaf,
} from "./message-values.ts";
import { NotABankFile } from "./not-a-bank-file.ts";
import type { DraftBalance, StatementDraft } from "./statement-draft.ts";
import { newStatement } from "./statement-draft.ts";
import { sequenceJudge } from "./sequence.ts";
import { statementEnd } from "./statement-checks.ts";
import type { Place } from "./xml-places.ts";
import { branch, leaf } from "./xml-places.ts";

/**
 * The places of a statement message (camt.052, 053, 054) of any version below its message element.
 * Version 1 has the transactions of an entry, and its batch, directly in it.
 */
export function statementPlaces(header: MessageHeader, tell: (item: BankItem) => void): Place {
  let statement: StatementDraft = newStatement();
  let statements = 0;
  let entries = 0;
  const judgeSequence = sequenceJudge();

  const begin = (currency?: string): void => {
    if (statement.isTold) return;
    statement.isTold = true;
    const { account, page = header.page(), sequence, legalSequence } = statement;
    const messageId = header.messageId();
    const { id = messageId } = statement;
    if (account === undefined) throw incomplete("a statement names no account");
    statement.id = id;
    statement.page = page;
    statement.currency ??= statement.balances[0]?.currency ?? currency ?? "";
    tell({
      item: "statement",
      id,
      account,
      currency: statement.currency,
      sequence: sequence ?? legalSequence,
      page,
      createdOn: statement.createdOn,
      from: statement.from,
      to: statement.to,
    });
  };
  const entry = entryPlaces({
    nextPlace: () => ++entries,
    statement: () => statement,
    begin,
    tell,
  });
  const whole = branch(
    { ...headPlaces(() => statement), Ntry: entry },
    {
      open: () => (statement = newStatement()),
      close() {
        statements += 1;
        begin();
        tell(statementEnd(statement, judgeSequence(statement)));
      },
    },
  );
  const inside = { GrpHdr: header.place, Stmt: whole, Rpt: whole, Ntfctn: whole };
  return branch(inside, {
    close() {
      if (statements === 0) throw incomplete("it has no statement");
    },
  });
}

function headPlaces(statement: () => StatementDraft): Record<string, Place> {
  const page = pageBranch((told) => (statement().page ??= told));
  const created = leaf((text) => (statement().createdOn ??= bankDay(text)));
  const from = leaf((text) => (statement().from ??= bankDay(text)));
  const to = leaf((text) => (statement().to ??= bankDay(text)));
  const account = idLeaf((id) => (statement().account ??= id));
  const other = branch({ Id: account });
  const accountId = { IBAN: account, BBAN: account, UPIC: account, PrtryAcct: other, Othr: other };
  return {
    Id: idLeaf((id) => (statement().id ??= id)),
    StmtPgntn: page,
    RptPgntn: page,
    NtfctnPgntn: page,
    ElctrncSeqNb: countLeaf("ElctrncSeqNb", (number) => (statement().sequence ??= number)),
    LglSeqNb: countLeaf("LglSeqNb", (number) => (statement().legalSequence ??= number)),
    CreDtTm: created,
    FrToDt: branch({ FrDtTm: from, ToDtTm: to, FrDt: from, ToDt: to }),
    Acct: branch({
      Id: branch(accountId),
      Prxy: branch({ Id: account }),
      Ccy: idLeaf((currency) => (statement().currency ??= currency)),
    }),
    Bal: balanceBranch(statement),
    TxsSummry: summaryBranch(statement),
  };
}

function balanceBranch(statement: () => StatementDraft): Place {
  let type: CodeOrOwn = {};
  let balance: DraftBalance = {};
  const code = codePlaces(() => type);
  const day = leaf((text) => (balance.date ??= bankDay(text)));
  const inside = {
    Tp: branch({ ...code, CdOrPrtry: branch(code) }),
    Amt: moneyLeaf("Amt", (money) => (balance.money ??= money)),
    CdtDbtInd: directionLeaf((direction) => (balance.direction ??= direction)),
    Dt: branch({ Dt: day, DtTm: day }),
  };
  return branch(inside, {
    open() {
      type = {};
      balance = {};
    },
    close() {
      const { money, direction, date } = balance;
      const name = type.code ?? type.own;
      if (money === undefined || direction === undefined || name === undefined) {
        throw incomplete("a balance has no type, amount or direction");
      }
      const { balances } = statement();
      if (balances.length >= balancesMax) {
        throw new NotABankFile("TooLong", `a statement has over ${balancesMax} balances`);
      }
      balances.push({ type: name, ...money, direction, date });
    },
  });
}

function summaryBranch(statement: () => StatementDraft): Place {
  const total = (name: "all" | "credits" | "debits"): Place =>
    branch({
      NbOfNtries: countLeaf("NbOfNtries", (count) => (statement().summary[name].count ??= count)),
      Sum: sumLeaf("Sum", (sum) => (statement().summary[name].sum ??= sum)),
    });
  return branch({
    TtlNtries: total("all"),
    TtlCdtNtries: total("credits"),
    TtlDbtNtries: total("debits"),
  });
}
