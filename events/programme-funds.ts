import { z } from "zod";
import type { Post, PostedOf } from "./define.ts";
import { identifier, money, turned, yuan } from "./define.ts";
import { householdOrOrganisation, rowEvent, tellsNamed } from "./programme-row.ts";
import { grantLegs } from "./programme-words.ts";

const voucher = z.string();

/** Money between a fund and a project: with a minus it goes back. */
function postAllocated({ fund, project }: PostedOf, amount: string, post: Post): void {
  const of = { fund, project };
  post("fund", null, null, "funds", yuan, turned(amount), undefined, of);
  post("project", null, null, "funds", yuan, amount, undefined, of);
}

/** Money between a project and whom it is paid to: with a minus it goes back. */
function postDisbursed(
  paid: PostedOf & {
    readonly household?: string | undefined;
    readonly organisation?: string | undefined;
    readonly leg?: string | undefined;
  },
  amount: string,
  post: Post,
): void {
  const { household, organisation = null, leg = "funds", fund, project } = paid;
  const of = { fund, project };
  post("project", null, null, "funds", yuan, turned(amount), undefined, of);
  const side = household === undefined ? "grantee" : "household";
  post(side, household ?? null, organisation, leg, yuan, amount, undefined, of);
}

/** What a refund has said since its first version. */
const refunded = {
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
};

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
    posts: (data, post) => {
      postAllocated(data, data.amount, post);
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
    posts: (data, post) => {
      postDisbursed(data, data.amount, post);
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
    earlier: [refunded],
    data: {
      ...refunded,
      /** Of an allocation or a disbursement: what it was of; leg where a household received it. */
      of: z
        .object({ fund: identifier, project: identifier, leg: identifier.optional() })
        .strict()
        .optional(),
    },
    tells: ({ refund, amount, household }) =>
      tellsNamed({ household }, `退回拨付 ${amount} 元（${refund}）`),
    posts: ({ of, disbursement, household, organisation, amount }, post) => {
      if (of === undefined) return;
      if (disbursement === undefined) postAllocated(of, turned(amount), post);
      else postDisbursed({ ...of, household, organisation }, turned(amount), post);
    },
  }),
};
