import { bankDay } from "./bank-day.ts";
import type { BankItem } from "./bank-item.ts";
import type { MessageHeader } from "./message-header.ts";
import type { CodeOrOwn } from "./message-values.ts";
import { codePlaces, idLeaf, incomplete, joined, moneyLeaf } from "./message-values.ts";
import type { Place } from "./xml-places.ts";
import { branch, leaf } from "./xml-places.ts";

/** What a status says beside itself. */
interface Said {
  status?: string | undefined;
  reason: CodeOrOwn;
  text?: string | undefined;
}

interface Information extends Said {
  id?: string | undefined;
  isTold: boolean;
}

interface Payment extends Said {
  informationId?: string | undefined;
  instructionId?: string | undefined;
  endToEndId?: string | undefined;
  amount?: string | undefined;
  on?: string | undefined;
}

/** A report that is being read; what the bank wrote first stays. */
interface Report {
  group: Said & { messageId?: string | undefined; kind?: string | undefined };
  information?: Information | undefined;
  payment: Payment;
  payments: number;
  tellsAnything: boolean;
  tell(item: BankItem): void;
}

/**
 * The places of a status report (pain.002) of any version below its message element. In versions 1
 * and 2 the statuses of payments stand beside those of the group, with `StsRsn` for `Rsn`.
 */
export function statusPlaces(header: MessageHeader, tell: (item: BankItem) => void): Place {
  const report: Report = {
    group: { reason: {} },
    payment: { reason: {} },
    payments: 0,
    tellsAnything: false,
    tell(item) {
      header.messageId();
      report.tellsAnything = true;
      tell(item);
    },
  };
  const payments = branch(
    paymentPlaces(() => report.payment),
    {
      open() {
        tellInformation(report);
        report.payment = { reason: {} };
      },
      close: () => tellPayment(report),
    },
  );
  const inside = {
    GrpHdr: header.place,
    OrgnlGrpInfAndSts: groupPlace(report),
    OrgnlPmtInfAndSts: informationPlace(report, payments),
    TxInfAndSts: payments,
  };
  return branch(inside, {
    close() {
      if (!report.tellsAnything) throw incomplete("it tells no status");
    },
  });
}

function groupPlace(report: Report): Place {
  const inside = {
    OrgnlMsgId: idLeaf((id) => (report.group.messageId ??= id)),
    OrgnlMsgNmId: idLeaf((kind) => (report.group.kind ??= kind)),
    GrpSts: idLeaf((status) => (report.group.status ??= status)),
    StsRsnInf: reasonPlace(() => report.group),
  };
  return branch(inside, {
    open: () => (report.group = { reason: {} }),
    close() {
      const { messageId, kind, status } = report.group;
      report.tell({ item: "groupStatus", messageId, kind, status, ...because(report.group) });
    },
  });
}

function informationPlace(report: Report, payments: Place): Place {
  const information = (): Information => (report.information ??= { reason: {}, isTold: false });
  const inside = {
    OrgnlPmtInfId: idLeaf((id) => (information().id ??= id)),
    PmtInfSts: idLeaf((status) => (information().status ??= status)),
    StsRsnInf: reasonPlace(information),
    TxInfAndSts: payments,
  };
  return branch(inside, {
    open: () => (report.information = { reason: {}, isTold: false }),
    close() {
      tellInformation(report);
      report.information = undefined;
    },
  });
}

function tellInformation({ information, tell }: Report): void {
  if (information === undefined || information.isTold) return;
  information.isTold = true;
  const { id, status } = information;
  tell({ item: "informationStatus", paymentInformationId: id, status, ...because(information) });
}

function tellPayment(report: Report): void {
  const { payment, information, group } = report;
  // The closest status counts, with its reason.
  const said = [payment, information, group].find((one) => one?.status !== undefined);
  if (said?.status === undefined) return;
  report.payments += 1;
  report.tell({
    item: "payment",
    place: report.payments,
    paymentInformationId: payment.informationId ?? information?.id,
    instructionId: payment.instructionId,
    endToEndId: payment.endToEndId,
    status: said.status,
    isInherited: said === payment ? undefined : true,
    ...because(said),
    amount: payment.amount,
    on: payment.on,
  });
}

function paymentPlaces(payment: () => Payment): Record<string, Place> {
  const amount = moneyLeaf("InstdAmt", (money) => (payment().amount ??= money.amount));
  return {
    OrgnlPmtInfId: idLeaf((id) => (payment().informationId ??= id)),
    OrgnlInstrId: idLeaf((id) => (payment().instructionId ??= id)),
    OrgnlEndToEndId: idLeaf((id) => {
      if (id !== "NOTPROVIDED") payment().endToEndId ??= id;
    }),
    TxSts: idLeaf((status) => (payment().status ??= status)),
    StsRsnInf: reasonPlace(payment),
    AccptncDtTm: leaf((text) => (payment().on ??= bankDay(text))),
    OrgnlTxRef: branch({ Amt: branch({ InstdAmt: amount, EqvtAmt: branch({ Amt: amount }) }) }),
  };
}

function reasonPlace(said: () => Said): Place {
  const code = branch(codePlaces(() => said().reason));
  const text = leaf((more) => (said().text = joined(said().text, more)));
  return branch({ Rsn: code, StsRsn: code, AddtlInf: text, AddtlStsRsnInf: text });
}

function because({ reason, text }: Said) {
  return { reason: reason.code ?? reason.own ?? (text === undefined ? undefined : "NARR"), text };
}
