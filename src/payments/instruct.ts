import { randomInt } from "node:crypto";
import type { InstructionFormat } from "../bank/instruction-file.ts";
import { instructionFault, writeInstruction } from "../bank/instruction-file.ts";
import type { Payment } from "../bank/payment.ts";
import type { SkippedLine } from "../domain/distribution/instruct.ts";
import { plansNamed, planSeparator } from "../domain/distribution/instruct.ts";
import type { Refusal } from "../domain/refusal.ts";
import { refuse } from "../domain/refusal.ts";
import type { BatchCard } from "../queries/batches.ts";
import { batchCard, batchPayments, dueLines, skippedLines } from "../queries/batches.ts";
import { textsIn } from "../queries/payees.ts";
import type { Ledger } from "../ledger.ts";
import type { CommandContext } from "../write/commands.ts";
import { submitRow } from "../write/submit-row.ts";

/** What is to be instructed. */
export interface InstructWishes {
  /** The batch's own id; a new one where it is absent. */
  readonly batch?: string;
  readonly plans: readonly string[];
  readonly account: string;
  readonly by: string;
  readonly on: string;
  readonly profile: string;
}

/** A batch that was instructed. */
export interface Instructed {
  readonly batch: BatchCard;
  readonly skipped: readonly SkippedLine[];
  readonly position: bigint;
}

const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** An id for a batch: its day and some letters that nobody guesses. */
export function newBatchId(on: string): string {
  const own = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join("");
  return `PC${on.replaceAll("-", "")}-${own}`;
}

/** Instructs the due lines of plans; a refusal records nothing. */
export async function instruct(
  ledger: Pick<Ledger, "submitter" | "projector" | "reads" | "log">,
  format: InstructionFormat,
  wishes: InstructWishes,
  context: CommandContext,
): Promise<Instructed | Refusal> {
  const fault = await faultIn(ledger, format, wishes.plans);
  if (fault !== undefined) return fault;
  const id = wishes.batch ?? newBatchId(wishes.on);
  const cells = {
    批次号: id,
    计划编号: wishes.plans.join(planSeparator),
    付款账号: wishes.account,
    经办人: wishes.by,
    执行日期: wishes.on,
    格式: wishes.profile,
  };
  const done = await submitRow(ledger, "instructions", cells, context);
  if ("code" in done) return done;
  const isNew = done.status === "recorded";
  const { position } = isNew ? done : await ledger.log.head();
  await ledger.projector.reach(position);
  const batch = await batchCard(ledger.reads.pool, id, position);
  if (batch === undefined) throw new Error("a batch that was recorded is there");
  const before = isNew ? position - 1n : position;
  const skipped = await skippedLines(ledger.reads.pool, wishes.plans, before);
  return { batch, skipped, position };
}

/** What of the lines that are due the format cannot hold: nobody is paid in another name. */
async function faultIn(
  { reads, log, projector }: Pick<Ledger, "projector" | "reads" | "log">,
  format: InstructionFormat,
  plans: readonly string[],
): Promise<Refusal | undefined> {
  const { position } = await log.head();
  await projector.reach(position);
  const lines = await dueLines(reads.pool, plansNamed(plans.join(planSeparator)), position);
  const items = await reads.vault.read(lines.map(({ sealed }) => sealed));
  for (const { plan, line, amount, sealed } of lines) {
    const { account, holder } = textsIn(items.get(sealed), "account", "holder");
    const fault = instructionFault(format, { endToEndId: "1", account, holder, amount });
    if (fault === null) continue;
    return refuse("MalformedField", `计划 ${plan} 第 ${line} 行 cannot be written: ${fault}`);
  }
  return undefined;
}

const chunkMax = 1_000;

/** Writes the instruction of a batch, in flat memory. */
export async function writeBatch(
  { reads }: Pick<Ledger, "reads">,
  batch: BatchCard,
  format: InstructionFormat,
  payerName: string,
  file: string,
): Promise<void> {
  const { batch: id, on, account, count, sum, recordedAt } = batch;
  const of = { batch: id, on, count, sum, createdAt: recordedAt };
  const payer = { name: payerName, account };
  await writeInstruction(file, format, { ...of, payer }, payments());

  async function* payments(): AsyncGenerator<Payment> {
    for (let after = 0; ; ) {
      const rows = await batchPayments(reads.pool, id, after, chunkMax);
      const items = await reads.vault.read(rows.map(({ sealed }) => sealed));
      for (const { payment, amount, sealed, number } of rows) {
        after = number;
        yield { endToEndId: payment, amount, ...textsIn(items.get(sealed), "account", "holder") };
      }
      if (rows.length < chunkMax) return;
    }
  }
}
