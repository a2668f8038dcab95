import { z } from "zod";
import type { Told } from "./define.ts";
import { day, identifier, money, turned, yuan } from "./define.ts";
import {
  claimSteps,
  guaranteeKinds,
  herdActions,
  insuranceKinds,
  loanKinds,
  loanSteps,
  riskDirections,
  subsidyKinds,
} from "./programme-finance-words.ts";
import { householdOrOrganisation, rowEvent } from "./programme-row.ts";

/** 经办人 */
const by = identifier;
/** A rate above 0 and at most 1, canonical, at most 6 decimals. */
const rate = z.string().regex(/^(1|0\.\d{0,5}[1-9])$/);
const count = z.int().min(1);
const words = z.string().optional();
/** Whom the row concerns: whom it names, and whose loan or policy it is about; each once. */
const households = z.array(identifier);

interface Concerned {
  readonly households: readonly string[];
}

/** The sentence for every household that a row concerns. */
function tellsAll({ households: all }: Concerned, sentence: string): Told {
  return all.map((one) => [one, sentence] as const);
}

function wordOf(all: Readonly<Record<string, string>>, name: string): string {
  return all[name] ?? name;
}

/** ` 100.00 元`, or nothing where there is no amount. */
function inYuan(amount: string | undefined): string {
  return amount === undefined ? "" : ` ${amount} 元`;
}

/** Loans and what becomes of them. */
const loanEvents = {
  LoanGranted: rowEvent({
    key: "loan",
    summary: "A bank lends to a household or an entity (放款).",
    reference: "loan",
    data: {
      loan: identifier,
      /** A name of `loanKinds`. */
      kind: identifier,
      ...householdOrOrganisation,
      bank: identifier,
      amount: money,
      /** 期限月 */
      months: count,
      rate,
      /** 基准利率 */
      benchmark: rate,
      /** A name of `loanSecurities`. */
      security: identifier,
      /** 用途 */
      purpose: z.string(),
      /** 收款方: a household or an organisation. */
      payee: identifier,
      /** 产业周期 */
      cycle: words,
      /** 用款方 */
      user: identifier.optional(),
      /** 银行分担, 保险分担 and 基金分担 */
      bankShare: rate.optional(),
      insurerShare: rate.optional(),
      fundShare: rate.optional(),
      households,
    },
    tells: (said) =>
      tellsAll(said, `放款${wordOf(loanKinds, said.kind)} ${said.amount} 元（${said.loan}）`),
  }),
  LoanStepTaken: rowEvent({
    key: "loanstep",
    summary: "A step of a loan: it is reviewed, repaid, extended, compensated (贷款步骤).",
    reference: "step",
    data: {
      step: identifier,
      loan: identifier,
      /** A name of `loanSteps`. */
      kind: identifier,
      by,
      unit: words,
      place: words,
      channels: words,
      until: day.optional(),
      amount: money.optional(),
      /** 付款方: a household or an organisation. */
      payer: identifier.optional(),
      guarantee: identifier.optional(),
      account: identifier.optional(),
      /** 月数 */
      months: count.optional(),
      /** A name of `extensionCauses`. */
      cause: identifier.optional(),
      households,
    },
    tells: (said) => {
      const { loan, kind, amount, step } = said;
      return tellsAll(said, `贷款 ${loan} ${wordOf(loanSteps, kind)}${inYuan(amount)}（${step}）`);
    },
  }),
  FinanceSubsidyPaid: rowEvent({
    key: "subsidy",
    summary: "A part of an interest or of a premium is paid from public money (贴补).",
    reference: "subsidy",
    data: {
      subsidy: identifier,
      /** A name of `subsidyKinds`. */
      kind: identifier,
      loan: identifier.optional(),
      policy: identifier.optional(),
      amount: money,
      from: day,
      to: day,
      disbursement: identifier.optional(),
      households,
    },
    tells: (said) => {
      const { subsidy, kind, amount, loan, policy } = said;
      const about = loan === undefined ? `保单 ${policy ?? ""}` : `贷款 ${loan}`;
      return tellsAll(said, `${about} ${wordOf(subsidyKinds, kind)} ${amount} 元（${subsidy}）`);
    },
  }),
  GuaranteeGiven: rowEvent({
    key: "guarantee",
    summary: "Somebody answers for a loan (担保).",
    reference: "guarantee",
    data: {
      guarantee: identifier,
      loan: identifier,
      /** A name of `guaranteeKinds`. */
      kind: identifier,
      /** 担保人: households and organisations. */
      guarantors: z.array(identifier),
      to: day.optional(),
      households,
    },
    tells: (said) => {
      const { guarantee, loan, kind } = said;
      return tellsAll(said, `贷款 ${loan} ${wordOf(guaranteeKinds, kind)}（${guarantee}）`);
    },
  }),
};

/** Policies of insurers, and what is claimed under them. */
const insuranceEvents = {
  InsuranceTaken: rowEvent({
    key: "policy",
    summary: "An insurer covers a household or an entity (保单).",
    reference: "policy",
    data: {
      policy: identifier,
      /** A name of `insuranceKinds`. */
      kind: identifier,
      insurer: identifier,
      /** 投保人: a household or an organisation. */
      insured: identifier,
      /** 保额 and 保费 */
      cover: money,
      premium: money,
      from: day,
      to: day,
      loan: identifier.optional(),
      /** 责任 */
      covers: z.array(z.string()).optional(),
      /** 基准费率 and 费率 */
      benchmark: rate.optional(),
      rate: rate.optional(),
      households,
    },
    tells: (said) => {
      const { policy, kind, cover, premium } = said;
      const sentence = `${wordOf(insuranceKinds, kind)}保额 ${cover} 元，保费 ${premium} 元`;
      return tellsAll(said, `${sentence}（保单 ${policy}）`);
    },
  }),
  ClaimStepTaken: rowEvent({
    key: "claimstep",
    summary: "A step of a claim under a policy, from 报案 to 赔付 or 拒赔 (理赔).",
    reference: "step",
    data: {
      step: identifier,
      claim: identifier,
      /** A name of `claimSteps`. */
      kind: identifier,
      by,
      amount: money,
      /** Of 报案: the policy, and whom it is paid to where that is not the insured. */
      policy: identifier.optional(),
      household: identifier.optional(),
      /** Of every step: the policy that the claim is under, and the household that is paid. */
      under: identifier,
      payee: identifier.optional(),
      /** Whose policy it is. */
      insurer: identifier,
      households,
    },
    tells: (said) => {
      const { claim, kind, amount, step } = said;
      return tellsAll(said, `赔案 ${claim} ${wordOf(claimSteps, kind)} ${amount} 元（${step}）`);
    },
    posts: ({ kind, amount, payee, insurer }, post) => {
      if (kind !== "pay" || payee === undefined || amount === "0.00") return;
      post("household", payee, insurer, "claim", yuan, amount);
      post("organisation", null, insurer, "claim", yuan, turned(amount));
    },
  }),
};

/** Money against risk, and animals that are lent. */
const reserveEvents = {
  RiskFundMoved: rowEvent({
    key: "riskflow",
    summary: "Money comes into a fund against risk, or goes out of it (风险金).",
    reference: "flow",
    data: {
      flow: identifier,
      account: identifier,
      /** A name of `riskDirections`. */
      kind: identifier,
      amount: money,
      /** Of the row that opens the account; a name of `riskAccountKinds`. */
      accountKind: identifier.optional(),
      division: words,
      ...householdOrOrganisation,
      by: by.optional(),
      /** 复核人 */
      reviewer: identifier.optional(),
      loan: identifier.optional(),
      households,
    },
    tells: (said) => {
      const { flow, account, kind, amount } = said;
      const sentence = `风险金 ${account} ${wordOf(riskDirections, kind)} ${amount} 元`;
      return tellsAll(said, `${sentence}（${flow}）`);
    },
    posts: ({ kind, amount, household }, post) => {
      if (kind !== "pay" || household === undefined) return;
      post("household", household, null, "claim", yuan, amount);
      post("outside", null, null, "claim", yuan, turned(amount));
    },
  }),
  HerdMoved: rowEvent({
    key: "herdflow",
    summary: "Animals are lent to a household, and what becomes of them (借养).",
    reference: "flow",
    data: {
      flow: identifier,
      herd: identifier,
      /** A name of `herdActions`. */
      kind: identifier,
      heads: count,
      household: identifier,
      /** Of 借出: 品种, whose they are, and 约定返还. */
      breed: words,
      organisation: identifier.optional(),
      promised: count.optional(),
      /** 受让户编号 */
      recipient: identifier.optional(),
      households,
    },
    tells: (said) => {
      const { flow, herd, kind, heads } = said;
      return tellsAll(said, `借养 ${herd} ${wordOf(herdActions, kind)} ${heads} 头（${flow}）`);
    },
  }),
};

/** Loans, insurance, funds against risk and herds. */
export const financeEvents = { ...loanEvents, ...insuranceEvents, ...reserveEvents };
