import iconv from "iconv-lite";
import { byteOrderMark } from "../exchange/text-encoding.ts";
import type { Batch, Payment, PaymentFault } from "./payment.ts";
import { checked, cut, isWritable, nameCharactersMax, paymentFault } from "./payment.ts";
import type { CellName, Layout, Profile, TextLayout, TotalName } from "./profile.ts";

const textCharactersMax = 60;

/** The fault of a payment in the instruction of a profile; null where it has none. */
export function profileFault({ instruction }: Profile, payment: Payment): PaymentFault | null {
  const fault = paymentFault(payment);
  if (fault !== null || instruction.format === "sheet") return fault;
  if (!fits(instruction, payment.account)) return "AccountUnwritable";
  return fits(instruction, payment.holder) ? null : "HolderUnwritable";
}

/** Whether a cell can be written as it is: nothing is quoted, and nothing replaced. */
function fits({ delimiter, encoding }: TextLayout, text: string): boolean {
  if (text.includes(delimiter) || !isWritable(text)) return false;
  return encoding !== "gbk" || iconv.decode(iconv.encode(text, "gbk"), "gbk") === text;
}

/** The rows of a sheet: the titles, then a row a payment. */
export async function* sheetCells(
  profile: Profile,
  batch: Batch,
  payments: AsyncIterable<Payment> | Iterable<Payment>,
): AsyncGenerator<readonly string[]> {
  yield profile.instruction.columns.map(({ title }) => title);
  for await (const cells of cellsOf(profile, batch, payments)) yield cells;
}

/** The bytes of a text file, line by line. Throws where payments are not as `checked` asks. */
export async function* textBytes(
  profile: Profile,
  layout: TextLayout,
  batch: Batch,
  payments: AsyncIterable<Payment> | Iterable<Payment>,
): AsyncGenerator<Buffer> {
  const end = layout.lineEnd === "CRLF" ? "\r\n" : "\n";
  const encoding = layout.encoding === "utf-8-bom" ? "utf-8" : layout.encoding;
  const line = (cells: readonly string[]): Buffer =>
    iconv.encode(cells.join(layout.delimiter) + end, encoding);
  if (layout.encoding === "utf-8-bom") yield byteOrderMark("utf-8-bom");
  if (layout.first !== undefined) yield line(layout.first.map((is) => totalOf(is, batch)));
  if (layout.titles) yield line(layout.columns.map(({ title }) => title));
  for await (const cells of cellsOf(profile, batch, payments)) yield line(cells);
  if (layout.last !== undefined) yield line(layout.last.map((is) => totalOf(is, batch)));
}

async function* cellsOf(
  profile: Profile,
  batch: Batch,
  payments: AsyncIterable<Payment> | Iterable<Payment>,
): AsyncGenerator<readonly string[]> {
  let number = 0;
  const faultOf = (payment: Payment): PaymentFault | null => profileFault(profile, payment);
  for await (const payment of checked(batch, payments, faultOf)) {
    number += 1;
    const { instruction } = profile;
    yield instruction.columns.map(({ is }) => cellOf(is, instruction, batch, payment, number));
  }
}

function cellOf(
  is: CellName,
  layout: Layout,
  { batch, on }: Batch,
  payment: Payment,
  number: number,
): string {
  switch (is) {
    case "batch":
      return batch;
    case "date":
      return on;
    case "number":
      return String(number);
    case "account":
    case "holder":
    case "amount":
    case "endToEndId":
      return payment[is];
    case "bank":
      return loose(layout, payment.bank, nameCharactersMax);
    case "text":
      return loose(layout, payment.text, textCharactersMax);
    case "resultCode":
    case "resultText":
    case "empty":
      return "";
  }
}

/** What decides nothing: cut, and without what cannot be written. */
function loose(layout: Layout, text = "", charactersMax: number): string {
  const line = cut(text, charactersMax);
  if (layout.format === "sheet") return line;
  return Array.from(line, (character) => (fits(layout, character) ? character : " ")).join("");
}

function totalOf(is: TotalName, { batch, on, count, sum }: Batch): string {
  switch (is) {
    case "batch":
      return batch;
    case "date":
      return on;
    case "count":
      return String(count);
    case "total":
      return sum;
    case "creditedCount":
    case "creditedTotal":
    case "empty":
      return "";
  }
}
