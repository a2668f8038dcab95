import { z } from "zod";
import {
  day,
  event,
  freeText,
  identifier,
  listClosingOf,
  money,
  nobody,
  nothing,
  turned,
  vaultItem,
  yuan,
} from "./define.ts";
import { legOf } from "./legs.ts";
import { accountOf, tellsOfLines } from "./steps.ts";

const category = "batch";

/** One payment of a batch: a line of a list, and where it is paid to. */
const instructedLine = z
  .object({
    /** EndToEndId. */
    payment: identifier,
    plan: identifier,
    version: z.int().min(1),
    line: z.int().min(1),
    household: identifier.optional(),
    organisation: identifier.optional(),
    person: identifier.optional(),
    leg: identifier,
    organisationPaying: identifier,
    amount: money,
    /** Vault item with account and holder. */
    sealed: vaultItem,
  })
  .strict();

/** Stream category `batch`: what a bank is told to pay, `batch-<批次号>`. */
export const batchEvents = {
  BatchLinesInstructed: event({
    category,
    key: "list",
    summary: "Payments that their closing event, later in this stream, instructs.",
    data: z.object({ list: identifier, lines: z.array(instructedLine) }).strict(),
    tells: nobody,
    posts: nothing,
  }),
  BatchInstructed: event({
    category,
    key: "batch",
    summary: "A bank is told to pay the due lines of plans from an account (代发指令).",
    data: z
      .object({
        batch: identifier,
        /** The account that pays. */
        account: identifier,
        by: identifier,
        date: day,
        /** The format of the instruction: `pain.001.001.03` or a bank's profile. */
        profile: identifier,
        plans: z.array(identifier),
        free: freeText.optional(),
        ...listClosingOf(instructedLine),
      })
      .strict(),
    tells: ({ batch, lines }) =>
      tellsOfLines(lines, ({ payment, plan, line, leg, amount }) => {
        const what = `${legOf(leg)?.name ?? leg} ${amount} 元`;
        return `批次 ${batch} 代发：计划 ${plan} 第 ${line} 行，${what}，付款 ${payment}`;
      }),
    posts: ({ lines }, post) => {
      for (const line of lines) {
        const { leg, amount, organisationPaying: payer } = line;
        post("transit", ...accountOf(line, payer), leg, yuan, amount);
        post("sent", null, payer, leg, yuan, turned(amount));
      }
    },
    reference: "batch",
    parts: "BatchLinesInstructed",
  }),
};
