import type { Direction } from "../domain/distribution/bank-told.ts";
import type { BankCode } from "./bank-code.ts";
import { codeOf, codePlace, isReturnCode } from "./bank-code.ts";
import type { EntryItem, TransactionItem } from "./bank-item.ts";
import type { CodeOrOwn, Money } from "./message-values.ts";
import { codePlaces, directionLeaf, idLeaf, joined, moneyLeaf } from "./message-values.ts";
import { reasonIn } from "./reasons.ts";
import type { Place } from "./xml-places.ts";
import { branch, leaf } from "./xml-places.ts";

/** A transaction that is being read; what the bank wrote first stays. */
export interface TransactionDraft {
  messageId?: string | undefined;
  paymentInformationId?: string | undefined;
  instructionId?: string | undefined;
  endToEndId?: string | undefined;
  reference?: string | undefined;
  money?: Money | undefined;
  transactionMoney?: Money | undefined;
  instructedMoney?: Money | undefined;
  direction?: Direction | undefined;
  readonly code: BankCode;
  hasReturnInformation: boolean;
  readonly reason: CodeOrOwn;
  returnText?: string | undefined;
  remittance?: string | undefined;
  added?: string | undefined;
}

/** A transaction of which nothing is known yet. */
export function newTransaction(): TransactionDraft {
  return { code: {}, hasReturnInformation: false, reason: {} };
}

/** What may stand in a transaction, `TxDtls`. */
export function transactionPlaces(draft: () => TransactionDraft): Readonly<Record<string, Place>> {
  const reason = branch(codePlaces(() => draft().reason));
  const returnText = leaf((text) => (draft().returnText = joined(draft().returnText, text)));
  const remittance = leaf((text) => (draft().remittance = joined(draft().remittance, text)));
  const transaction = moneyLeaf("TxAmt", (money) => (draft().transactionMoney ??= money));
  const instructed = moneyLeaf("InstdAmt", (money) => (draft().instructedMoney ??= money));
  return {
    Refs: branch({
      MsgId: idLeaf((id) => (draft().messageId ??= id)),
      AcctSvcrRef: idLeaf((id) => (draft().reference ??= id)),
      PmtInfId: idLeaf((id) => (draft().paymentInformationId ??= id)),
      InstrId: idLeaf((id) => (draft().instructionId ??= id)),
      EndToEndId: idLeaf((id) => {
        if (id !== "NOTPROVIDED") draft().endToEndId ??= id;
      }),
    }),
    Amt: moneyLeaf("Amt", (money) => (draft().money ??= money)),
    CdtDbtInd: directionLeaf((direction) => (draft().direction ??= direction)),
    AmtDtls: branch({
      TxAmt: branch({ Amt: transaction }),
      InstdAmt: branch({ Amt: instructed }),
    }),
    BkTxCd: codePlace(() => draft().code),
    RmtInf: branch({ Ustrd: remittance }),
    // Version 1 says RtrRsn and AddtlRtrRsnInf.
    RtrInf: branch(
      { Rsn: reason, RtrRsn: reason, AddtlInf: returnText, AddtlRtrRsnInf: returnText },
      { open: () => (draft().hasReturnInformation = true) },
    ),
    AddtlTxInf: leaf((text) => (draft().added = joined(draft().added, text))),
  };
}

/** The transaction as it is told. */
export function transactionItem(
  draft: TransactionDraft,
  place: number,
  entry: EntryItem,
): TransactionItem {
  const { messageId, paymentInformationId, instructionId, endToEndId, reference } = draft;
  const code = codeOf(draft.code);
  const direction = draft.direction;
  const text = draft.returnText ?? draft.remittance ?? draft.added;
  const isReturn =
    draft.hasReturnInformation ||
    (isReturnCode(code ?? entry.code) && (direction ?? entry.direction) === "CRDT");
  return {
    item: "transaction",
    place,
    messageId,
    paymentInformationId,
    instructionId,
    endToEndId,
    reference,
    ...moneyOf(draft, entry.currency),
    direction,
    code,
    hasReturnInformation: draft.hasReturnInformation,
    returnReason: isReturn ? returnReason(draft.reason, text) : undefined,
    text,
  };
}

/** Of its amounts the first in the currency of the entry, else the first. */
function moneyOf(draft: TransactionDraft, currency: string | undefined): Partial<Money> {
  const { money, transactionMoney, instructedMoney } = draft;
  const told = [money, transactionMoney, instructedMoney].filter((one) => one !== undefined);
  return told.find((one) => one.currency === currency) ?? told[0] ?? {};
}

function returnReason({ code, own }: CodeOrOwn, text: string | undefined): string {
  return code ?? own ?? reasonIn(text ?? "") ?? "NARR";
}
