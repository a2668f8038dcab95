import type { Cells } from "../acts.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";

const taken = `
  更正编号 原表 原编号 说明 经办人 业务日期
  HN-GZ-01 reimbursements HN-BX-021 与上月凭证重复 钱出纳 2025-08-10
  HN-GZ-02 income HN-SY-26 同一笔租金重复登记 杨文书 2026-06-04
  HN-GZ-03 sanctions HN-CF-04 主体录错 李局长 2026-04-08
  HN-GZ-04 assets HN-ZC-12 不属项目资产 普干事 2026-01-12
`;

/** 更正编号 of the last row that is taken back: with it the programme is played. */
export const lastCorrection = "HN-GZ-05";

/**
 * `corrections`: what was wrong is taken back, and the true row stands under another number. The
 * last one is of a repayment that was entered twice.
 */
export function correctionRows(cast: Cast, repaidTwice: Cells | undefined): readonly Cells[] {
  const last = {
    ...{ 更正编号: lastCorrection, 原表: "loan-steps", 原编号: repaidTwice?.["步骤编号"] ?? "" },
    ...{ 说明: "重复登记还款", 经办人: "钱出纳", 业务日期: "2025-12-19" },
  };
  return [...cast.rows(taken), last];
}

const ended = `
  原表 原编号 说明 业务日期
  officers HN-RZ-0030 调离 2025-06-30
  officers HN-RZ-0031 任期届满 2025-12-31
  sanctions HN-CF-01 整改到位解除 2026-05-19
  guarantees HN-DN-05 还款过半解除 2026-06-30
`;

/** `ends`: of officers, a sanction and a guarantee, and of bindings that became closer. */
export function endRows(cast: Cast, bindings: readonly Cells[]): readonly Cells[] {
  return numbered("终止编号", "HN-ZZ", [...bindings, ...cast.rows(ended)]);
}
