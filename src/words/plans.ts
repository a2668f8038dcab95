import type { LineStanding } from "../domain/distribution/payments.ts";
import type { PlanStage } from "../domain/distribution/plan-state.ts";

/** A word in both languages. */
export interface BothWords {
  readonly zh: string;
  readonly en: string;
}

/** Where a plan stands, in words. */
export const stageWords: Readonly<Record<PlanStage, BothWords>> = {
  drafted: { zh: "已拟定", en: "drafted" },
  frozen: { zh: "已定案", en: "frozen" },
  resolved: { zh: "已决议", en: "resolved" },
  reviewed: { zh: "已审核", en: "reviewed" },
  noticed: { zh: "公示中", en: "noticed" },
  noticeEnded: { zh: "公示结束", en: "notice ended" },
  approved: { zh: "已批准", en: "approved" },
  cancelled: { zh: "已撤销", en: "cancelled" },
};

/** What a line or a payment has come to, in words. */
export const standingWords: Readonly<Record<LineStanding, BothWords>> = {
  listed: { zh: "在册", en: "listed" },
  held: { zh: "暂停", en: "held" },
  due: { zh: "应付", en: "due" },
  instructed: { zh: "已发指令", en: "instructed" },
  accepted: { zh: "银行已受理", en: "accepted" },
  credited: { zh: "已到账", en: "credited" },
  returned: { zh: "退票", en: "returned" },
  rejected: { zh: "拒付", en: "rejected" },
  recovered: { zh: "已追回", en: "recovered" },
  void: { zh: "作废", en: "void" },
};

/** What an objection has come to, in words. */
export const objectionWords: Readonly<Record<"open" | "upheld" | "dismissed" | "held", BothWords>> =
  {
    open: { zh: "未答复", en: "open" },
    upheld: { zh: "成立", en: "upheld" },
    dismissed: { zh: "不成立", en: "dismissed" },
    held: { zh: "搁置", en: "held" },
  };
