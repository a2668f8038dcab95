import type { Batch, Payment } from "./payment.ts";
import { checked, cut, nameCharactersMax, paymentFault } from "./payment.ts";

/** The versions of pain.001 that are written. */
export const painVersions = ["pain.001.001.03", "pain.001.001.09"] as const;
/** A version of pain.001. */
export type PainVersion = (typeof painVersions)[number];

const textCharactersMax = 140;
const notProvided = element("Othr", textElement("Id", "NOTPROVIDED"));

/**
 * The pain.001 of a batch, piece by piece: one payment information, whose id is `<batch>-1`, in
 * CNY, booked payment by payment where the bank does as it is asked. Accounts are `Othr/Id`, for no
 * account in China has an IBAN; a bank without a name is `NOTPROVIDED`. Throws where payments are
 * not as `checked` asks.
 */
export async function* painText(
  version: PainVersion,
  batch: Batch,
  payments: AsyncIterable<Payment> | Iterable<Payment>,
): AsyncGenerator<string> {
  const total = textElement("NbOfTxs", String(batch.count)) + textElement("CtrlSum", batch.sum);
  const payer = textElement("Nm", cut(batch.payer.name, nameCharactersMax));
  yield '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${version}"><CstmrCdtTrfInitn>\n` +
    element(
      "GrpHdr",
      textElement("MsgId", batch.batch),
      textElement("CreDtTm", batch.createdAt),
      total,
      element("InitgPty", payer),
    ) +
    "\n<PmtInf>" +
    textElement("PmtInfId", `${batch.batch}-1`) +
    textElement("PmtMtd", "TRF") +
    textElement("BtchBookg", "false") +
    total +
    executionDay(version, batch.on) +
    element("Dbtr", payer) +
    account("DbtrAcct", batch.payer.account) +
    agent("DbtrAgt", batch.payer.bank) +
    "\n";
  for await (const payment of checked(batch, payments, paymentFault)) yield transfer(payment);
  yield "</PmtInf></CstmrCdtTrfInitn></Document>\n";
}

function executionDay(version: PainVersion, day: string): string {
  switch (version) {
    case "pain.001.001.03":
      return textElement("ReqdExctnDt", day);
    case "pain.001.001.09":
      return element("ReqdExctnDt", textElement("Dt", day));
  }
}

function transfer({ endToEndId, amount, bank, holder, account: payee, text }: Payment): string {
  const remittance = cut(text ?? "", textCharactersMax);
  const transaction = element(
    "CdtTrfTxInf",
    element("PmtId", textElement("InstrId", endToEndId), textElement("EndToEndId", endToEndId)),
    element("Amt", `<InstdAmt Ccy="CNY">${amount}</InstdAmt>`),
    agent("CdtrAgt", bank),
    element("Cdtr", textElement("Nm", holder)),
    account("CdtrAcct", payee),
    remittance === "" ? "" : element("RmtInf", textElement("Ustrd", remittance)),
  );
  return `${transaction}\n`;
}

function account(name: string, id: string): string {
  return element(name, element("Id", element("Othr", textElement("Id", id))));
}

/** A bank, which is told by its name alone; the name decides nothing, so it may be cut. */
function agent(name: string, bank = ""): string {
  const known = cut(bank, nameCharactersMax);
  const inside = known === "" ? notProvided : textElement("Nm", known);
  return element(name, element("FinInstnId", inside));
}

function element(name: string, ...inside: readonly string[]): string {
  return `<${name}>${inside.join("")}</${name}>`;
}

function textElement(name: string, text: string): string {
  return `<${name}>${text.replace(/[&<>]/g, escaped)}</${name}>`;
}

function escaped(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
