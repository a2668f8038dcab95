import { z } from "zod";
import type { Post, Told } from "./define.ts";
import {
  asItIs,
  day,
  event,
  fingerprint,
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
import { reasonWords } from "./reasons.ts";
import { accountOf, postPaid, tellsOfLines } from "./steps.ts";

const category = "bank";

/** As a bank writes it: at least two decimals. */
const bankAmount = z.string().regex(/^(0|[1-9]\d{0,17})\.\d{2,17}$/);
/** Money with its sign. */
const signed = z.string().regex(/^-?(0|[1-9]\d{0,14})\.\d{2}$/);
const move = z.object({ day, amount: signed }).strict();

/** What is known of a payment that something is said of. */
const ofPaymentFirst = {
  payment: identifier,
  plan: identifier,
  version: z.int().min(1),
  line: z.int().min(1),
  household: identifier.optional(),
  organisation: identifier.optional(),
  person: identifier.optional(),
  leg: identifier,
  organisationPaying: identifier,
  /** What its beneficiary has received by this, and on which days. */
  moves: z.array(move),
  /** In version 1: since when it is in transit no more. */
  clearedOn: day.optional(),
};

const ofPayment = {
  ...ofPaymentFirst,
  /** What is in transit by this, and no more, and on which days. */
  transit: z.array(move).optional(),
};

/** What an entry does to a payment. */
const booking = z.enum(["credit", "return", "returnUndone"]);
/** Besides, a status may reject it. */
const says = z.enum([...booking.options, "rejection"]);

const entryFirst = {
  what: z.literal("entry"),
  entry: identifier,
  account: identifier,
  direction: z.enum(["CRDT", "DBIT"]),
  amount: bankAmount,
  day,
  /** It stands in a statement, whose balances it is a part of. */
  inStatement: z.boolean(),
  /** It matched, it did not, or it is one of an earlier file. */
  state: z.enum(["matched", "unmatched", "again"]),
  /** Why it did not match. */
  reason: identifier.optional(),
  /** Vault item with what the bank writes about it. */
  sealed: vaultItem.optional(),
};

const entry = {
  ...entryFirst,
  /** Besides: it is one of an earlier file that did not match, and fits now. */
  state: z.enum(["matched", "unmatched", "again", "fits"]),
  /** What it would do, had it matched, and the kind of file that told it. */
  does: says.optional(),
  source: identifier.optional(),
  /** The payment that it is about, or the batch that it books in one sum. */
  names: z
    .object({
      payment: identifier.optional(),
      batch: identifier.optional(),
      count: z.int().min(0).optional(),
      total: bankAmount.optional(),
      /** Why the money came back. */
      reason: identifier.optional(),
    })
    .strict()
    .optional(),
};

const paymentFirst = {
  what: z.literal("payment"),
  entry: identifier,
  /** The kind of file that says it, without its version. */
  source: identifier,
  amount: money,
  day,
  effect: z.enum(["accepted", "credited", "rejected", "returned", "returnUndone", "confirmed"]),
  /** It was rejected with its whole group or payment information. */
  isWhole: z.boolean().optional(),
  /** The reason of a return or a rejection. */
  reason: identifier.optional(),
  /** In version 1: it is in transit again since then. */
  sentAgainOn: day.optional(),
  ...ofPaymentFirst,
};

const payment = {
  ...paymentFirst,
  ...ofPayment,
  /** What is confirmed. */
  confirms: booking.optional(),
  /** It was answered before it was accepted: its state is another. */
  isBehind: z.boolean().optional(),
};

const toldLineFirst = z.union([z.object(entryFirst).strict(), z.object(paymentFirst).strict()]);

/** What a file of a bank says of an entry, and what it says of payments by it. */
const toldLine = z.union([z.object(entry).strict(), z.object(payment).strict()]);

type ToldLine = z.infer<typeof toldLine>;

const statement = z
  .object({
    account: identifier,
    id: identifier,
    sequence: z.int().optional(),
    /** From 1; absent where the statement has one page. */
    page: z.int().min(1).optional(),
    isLast: z.boolean(),
    from: day.optional(),
    to: day.optional(),
    opening: signed.optional(),
    closing: signed.optional(),
  })
  .strict();

interface Moved {
  readonly household?: string | undefined;
  readonly organisation?: string | undefined;
  readonly leg: string;
  readonly organisationPaying: string;
  readonly moves: readonly z.infer<typeof move>[];
  readonly transit?: readonly z.infer<typeof move>[] | undefined;
  readonly clearedOn?: string | undefined;
  readonly sentAgainOn?: string | undefined;
}

function postTransit(of: Moved, amount: string, on: string, post: Post): void {
  const { leg, organisationPaying: payer } = of;
  post("transit", ...accountOf(of, payer), leg, yuan, amount, on);
  post("sent", null, payer, leg, yuan, turned(amount), on);
}

function postMoved(of: Moved, amount: string, post: Post): void {
  const { organisationPaying: payer, moves, transit = [], clearedOn, sentAgainOn } = of;
  for (const one of moves) postPaid({ ...of, amount: one.amount }, payer, post, one.day);
  for (const one of transit) postTransit(of, one.amount, one.day, post);
  if (clearedOn !== undefined) postTransit(of, turned(amount), clearedOn, post);
  if (sentAgainOn !== undefined) postTransit(of, amount, sentAgainOn, post);
}

const effects: Readonly<Record<string, string>> = {
  accepted: "银行已受理",
  credited: "已到账",
  rejected: "银行拒付",
  returned: "退票",
  returnUndone: "退票冲正",
  confirmed: "已确认",
};

/** A reason of ISO 20022 with its words; a bank's own speaks for itself. */
function reasonSaid(code: string): string {
  const known = reasonWords(code);
  return known === undefined ? code : `${code} ${known.chinese}`;
}

function tellsOfPayments(lines: readonly ToldLine[]): Told {
  const told = lines.filter((line) => line.what === "payment");
  return tellsOfLines(
    told.filter(({ effect, isBehind }) => effect !== "confirmed" && isBehind !== true),
    ({ payment, plan, line, leg, amount, effect, reason, day: on }) => {
      const why = reason === undefined ? "" : `（${reasonSaid(reason)}）`;
      const what = `${legOf(leg)?.name ?? leg} ${amount} 元`;
      const said = `${effects[effect] ?? effect}${why}`;
      return `计划 ${plan} 第 ${line} 行${what}${said}，${on}，付款 ${payment}`;
    },
  );
}

const settledFirst = {
  entry: identifier,
  by: identifier,
  date: day,
  free: freeText.optional(),
  account: identifier,
  amount: money,
  /** Absent where it is something else, which is said in words. */
  effect: z.enum(["credited", "returned", "confirmed"]).optional(),
  of: z.object(ofPaymentFirst).strict().optional(),
};

/** What a decision about an entry says, and taking it back. */
const settled = {
  ...settledFirst,
  effect: z.enum(["credited", "returned", "returnUndone", "rejected", "confirmed"]).optional(),
  /** What is confirmed. */
  confirms: booking.optional(),
  /** The kind of file that told the entry, and the day on which it was booked. */
  source: identifier.optional(),
  bookedOn: day.optional(),
  of: z.object(ofPayment).strict().optional(),
};

/** In version 1: it is in transit again since then. */
const sentAgain = { sentAgainOn: day.optional() };

function linesTold<L extends z.ZodType>(line: L) {
  return z.object({ list: identifier, lines: z.array(line) }).strict();
}

function fileRecorded<L extends z.ZodType>(line: L) {
  return z
    .object({
      kind: identifier,
      account: z.string(),
      messageId: identifier,
      createdOn: day.optional(),
      /** Of all that it says. */
      fingerprint,
      statements: z.array(statement),
      entries: z.int().min(0),
      ...listClosingOf(line),
      count: z.int().min(0),
    })
    .strict();
}

function givenUp<P extends z.ZodRawShape>(of: P) {
  return z
    .object({ by: identifier, date: day, amount: money, free: freeText.optional(), ...of })
    .strict();
}

/** Stream category `bank`: what banks say of an account, `bank-<账号>`. */
export const bankEvents = {
  BankLinesTold: event({
    category,
    key: "list",
    summary: "Lines that their closing event, later in this stream, makes count.",
    earlier: [{ data: linesTold(toldLineFirst), lift: asItIs }],
    data: linesTold(toldLine),
    tells: nobody,
    posts: nothing,
  }),
  BankFileRecorded: event({
    category,
    key: "bankfile",
    summary: "What a bank's file says of payments and of an account (银行回单、对账单).",
    earlier: [{ data: fileRecorded(toldLineFirst), lift: asItIs }],
    data: fileRecorded(toldLine),
    tells: ({ lines }) => tellsOfPayments(lines),
    posts: ({ lines }, post) => {
      for (const line of lines) {
        if (line.what !== "payment") continue;
        postMoved(line, line.amount, post);
      }
    },
    reference: "messageId",
    parts: "BankLinesTold",
  }),
  EntrySettled: event({
    category,
    key: "entry",
    summary: "Somebody decides that an entry which matched nothing is a payment's, or no payment.",
    earlier: [{ data: z.object(settledFirst).strict(), lift: asItIs }],
    data: z.object(settled).strict(),
    tells: ({ of, amount, effect }) =>
      of?.household === undefined || effect === undefined
        ? []
        : [
            [
              of.household,
              `计划 ${of.plan} 第 ${of.line} 行 ${amount} 元核对：${effects[effect] ?? effect}，` +
                `付款 ${of.payment}`,
            ],
          ],
    posts: ({ of, amount }, post) => {
      if (of !== undefined) postMoved(of, amount, post);
    },
    reference: "entry",
  }),
  SettlementUndone: event({
    category,
    key: "entry",
    summary: "A decision about an entry is taken back: it is open again.",
    earlier: [{ data: z.object({ ...settledFirst, ...sentAgain }).strict(), lift: asItIs }],
    data: z.object({ ...settled, ...sentAgain }).strict(),
    tells: ({ of, amount }) =>
      of?.household === undefined
        ? []
        : [[of.household, `计划 ${of.plan} 第 ${of.line} 行 ${amount} 元核对撤销`]],
    posts: ({ of, amount, sentAgainOn }, post) => {
      if (of !== undefined) postMoved({ ...of, sentAgainOn }, amount, post);
    },
    reference: "entry",
  }),
  PaymentGivenUp: event({
    category,
    key: "payment",
    summary: "A payment that the bank never answered is given up, and counts as rejected.",
    earlier: [{ data: givenUp(ofPaymentFirst), lift: asItIs }],
    data: givenUp(ofPayment),
    tells: ({ household, plan, line, amount }) =>
      household === undefined
        ? []
        : [[household, `计划 ${plan} 第 ${line} 行 ${amount} 元银行未答复，按拒付处理`]],
    posts: (data, post) => {
      postMoved(data, data.amount, post);
    },
    reference: "payment",
  }),
  GivingUpUndone: event({
    category,
    key: "payment",
    summary: "A payment that was given up is open again.",
    data: givenUp(ofPayment),
    tells: ({ household, plan, line, amount }) =>
      household === undefined
        ? []
        : [[household, `计划 ${plan} 第 ${line} 行 ${amount} 元按拒付处理撤销`]],
    posts: (data, post) => {
      postMoved(data, data.amount, post);
    },
    reference: "payment",
  }),
};
