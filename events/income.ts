import { z } from "zod";
import {
  asItIs,
  day,
  decimal4,
  event,
  freeText,
  identifier,
  money,
  nobody,
  nothing,
  ratio,
} from "./define.ts";
import { corrected, rowEvent, tellsCorrected } from "./programme-row.ts";
import { stepEvents } from "./steps.ts";

const category = "income";

/** What an income has said since its first version. */
const recorded = {
  income: identifier,
  organisation: identifier,
  date: day,
  period: z.string(),
  available: money,
  contract: identifier.optional(),
  asset: identifier.optional(),
  voucher: z.string().optional(),
  free: freeText.optional(),
};

/**
 * Stream category `income`: what came in for distribution, `income-<收益编号>`, with every plan to
 * divide it: how much of it is given away is decided in one stream.
 */
export const incomeEvents = {
  IncomeRecorded: event({
    category,
    key: "income",
    summary: "An entity has income that may be distributed (可分配收益).",
    earlier: [{ data: z.object(recorded).strict(), lift: asItIs }],
    data: z
      .object({
        ...recorded,
        /** 到账金额: what came in; absent where that is what may be distributed. */
        received: money.optional(),
      })
      .strict(),
    tells: nobody,
    posts: nothing,
    reference: "income",
  }),
  IncomeCorrected: rowEvent({
    category,
    key: "correction",
    summary: "An income is taken back whole: no plan may divide it any more (更正).",
    reference: "correction",
    data: corrected,
    tells: tellsCorrected,
  }),
  PlanDrafted: event({
    category,
    key: "plan",
    summary: "How a part of an income is to be divided: scheme, pool, procedure (分配计划).",
    data: z
      .object({
        plan: identifier,
        income: identifier,
        organisation: identifier,
        date: day,
        /** A name of `schemeNames`. */
        scheme: identifier,
        pool: money,
        /** A name of `procedures`. */
        procedure: identifier,
        /** A name of `legs`. */
        leg: identifier,
        /** 按户: an account a household; 按人: each person's own. */
        payee: z.enum(["household", "person"]),
        /** 说明理由 is given; it lies in the vault. */
        isReasoned: z.boolean(),
        period: z.string().optional(),
        register: identifier.optional(),
        /** 基准日 */
        heldOn: day.optional(),
        ratio: ratio.optional(),
        from: day.optional(),
        to: day.optional(),
        /** yuan a unit of 基数 */
        price: decimal4.optional(),
        rate: ratio.optional(),
        yearDays: z.enum(["360", "365"]).optional(),
        floorPrice: decimal4.optional(),
        free: freeText.optional(),
      })
      .strict(),
    tells: nobody,
    posts: nothing,
    reference: "plan",
  }),
  ...stepEvents,
};
