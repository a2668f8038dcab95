import { pendingFile } from "../exchange/pending-file.ts";
import { rowsMax } from "../exchange/table.ts";
import type { TextSheet } from "../exchange/xlsx-writer.ts";
import { textSheet } from "../exchange/xlsx-writer.ts";
import type { PainVersion } from "./pain-instruction.ts";
import { painText } from "./pain-instruction.ts";
import type { Batch, Payment, PaymentFault } from "./payment.ts";
import { paymentFault } from "./payment.ts";
import type { Profile } from "./profile.ts";
import { profileFault, sheetCells, textBytes } from "./profile-instruction.ts";

/** In what an instruction is written: a version of pain.001, or a bank's own profile. */
export type InstructionFormat = PainVersion | Profile;

const bufferedBytesMax = 256 * 1024;
const sheetName = "付款";

/**
 * Why a payment cannot be written in a format; null where it can. To be asked before a batch is
 * made: what has a fault is not paid in this format.
 */
export function instructionFault(format: InstructionFormat, payment: Payment): PaymentFault | null {
  return typeof format === "string" ? paymentFault(payment) : profileFault(format, payment);
}

/** The most payments that one file of a format holds: a sheet has so many rows below its titles. */
export function paymentsMax(format: InstructionFormat): number {
  const isSheet = typeof format !== "string" && format.instruction.format === "sheet";
  return isSheet ? rowsMax - 1 : 999_999_999;
}

/**
 * Writes the instruction of a batch, in flat memory and of mode 600; the file is in its place once
 * it is whole, and nothing is there before. Throws where a payment has a fault, count and sum are
 * not those of the payments, or ids and amounts are malformed – a bug, for all that is known before
 * – and what the system throws.
 */
export async function writeInstruction(
  path: string,
  format: InstructionFormat,
  batch: Batch,
  payments: AsyncIterable<Payment> | Iterable<Payment>,
): Promise<void> {
  if (batch.count > paymentsMax(format)) throw new Error("a file of this format holds fewer");
  const file = pendingFile(path);
  const isSheet = typeof format !== "string" && format.instruction.format === "sheet";
  const sheet = textSheet(sheetName);
  try {
    let waiting: Buffer[] = [];
    let size = 0;
    const flush = (): void => {
      file.append(Buffer.concat(waiting));
      waiting = [];
      size = 0;
    };
    for await (const bytes of instructionBytes(format, batch, payments, sheet)) {
      waiting.push(bytes);
      size += bytes.length;
      if (size >= bufferedBytesMax) flush();
    }
    flush();
    await file.put(isSheet ? sheet.pack : undefined);
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** The bytes of the file; of a workbook those of its rows. */
async function* instructionBytes(
  format: InstructionFormat,
  batch: Batch,
  payments: AsyncIterable<Payment> | Iterable<Payment>,
  sheet: TextSheet,
): AsyncGenerator<Buffer> {
  if (typeof format === "string") {
    for await (const text of painText(format, batch, payments)) yield Buffer.from(text);
    return;
  }
  const { instruction } = format;
  if (instruction.format === "text") {
    yield* textBytes(format, instruction, batch, payments);
    return;
  }
  for await (const cells of sheetCells(format, batch, payments)) {
    yield Buffer.from(sheet.row(cells));
  }
}
