import { z } from "zod";
import { decimal4, event, freeText, identifier, nothing } from "./define.ts";

/** Stream category `basis`: what a plan is divided over, `basis-<计划编号>`. */
export const basisEvents = {
  BasisStated: event({
    category: "basis",
    key: "basis",
    summary: "What one beneficiary of a plan counts for; 0 takes the beneficiary out (分配基数).",
    data: z
      .object({
        basis: identifier,
        plan: identifier,
        household: identifier.optional(),
        organisation: identifier.optional(),
        person: identifier.optional(),
        amount: decimal4,
        factor: decimal4,
        priority: z.int().min(1).max(9),
        replaces: identifier.optional(),
        free: freeText.optional(),
      })
      .strict(),
    tells: ({ household, plan, amount }) =>
      household === undefined ? [] : [[household, `计划 ${plan} 基数 ${amount}`]],
    posts: nothing,
    reference: "basis",
  }),
};
