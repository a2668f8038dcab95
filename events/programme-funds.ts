import { z } from "zod";
import { identifier, money } from "./define.ts";
import { householdOrOrganisation, rowEvent, tellsNamed } from "./programme-row.ts";
import { grantLegs } from "./programme-words.ts";

const voucher = z.string();

/** Money of the programme: from a fund to whom it is paid, and back. */
export const fundEvents = {
  FundRecorded: rowEvent({
    key: "fund",
    summary: "Money is given for the programme, from one source (资金).",
    reference: "fund",
    data: {
      fund: identifier,
      /** A name of `fundSources`. */
      source: identifier,
      /** A name of `fundTiers`. */
      tier: identifier,
      year: z.string(),
      /** 文号 */
      number: z.string(),
      amount: money,
    },
  }),
  FundsAllocated: rowEvent({
    key: "allocation",
    summary: "A part of a fund is allocated to a project (资金安排).",
    reference: "allocation",
    data: {
      allocation: identifier,
      project: identifier,
      fund: identifier,
      /** A name of `fundWays`. */
      way: identifier,
      amount: money,
      organisation: identifier.optional(),
      /** 对象类别: whom it is for; any text. */
      group: z.string().optional(),
      /** 倾斜: more than its share, for a reason. */
      tilt: identifier.optional(),
    },
  }),
  FundsDisbursed: rowEvent({
    key: "disbursement",
    summary: "Money of an allocation is paid out, to an entity or a household (拨付).",
    reference: "disbursement",
    data: {
      disbursement: identifier,
      allocation: identifier,
      amount: money,
      voucher,
      ...householdOrOrganisation,
      /** 收入类别 of a household's: a name of `grantLegs`. */
      leg: identifier.optional(),
      /** Of its allocation. */
      fund: identifier,
      project: identifier,
    },
    tells: ({ disbursement, amount, household, leg = "" }) => {
      const words: Readonly<Record<string, string>> = grantLegs;
      return tellsNamed({ household }, `拨付${words[leg] ?? leg} ${amount} 元（${disbursement}）`);
    },
  }),
  ExpenseReimbursed: rowEvent({
    key: "reimbursement",
    summary: "An entity accounts for a part of what was paid to it (报账).",
    reference: "reimbursement",
    data: {
      reimbursement: identifier,
      disbursement: identifier,
      amount: money,
      voucher,
      /** 用途 */
      purpose: z.string(),
    },
  }),
  FundsRefunded: rowEvent({
    key: "refund",
    summary: "Money is given back, or an allocation is cut (退回).",
    reference: "refund",
    data: {
      refund: identifier,
      fund: identifier.optional(),
      allocation: identifier.optional(),
      disbursement: identifier.optional(),
      amount: money,
      voucher,
      /** What has it again, `funds/ZJ-1`: the fund of an allocation, the allocation of one paid. */
      returnsTo: identifier.optional(),
      /** To whom the disbursement was. */
      ...householdOrOrganisation,
    },
    tells: ({ refund, amount, household }) =>
      tellsNamed({ household }, `退回拨付 ${amount} 元（${refund}）`),
  }),
};
