import type { Cells } from "../acts.ts";
import { units, yuan } from "../exact.ts";

/** Interest of 2025 that a borrower gets back. */
export interface Interest {
  readonly loan: string;
  readonly kind: "贴息" | "企业贴息";
  readonly from: string;
  readonly to: string;
  /** Yuan. */
  readonly amount: string;
  /** The disbursement by which it is paid, on the day, and to whom. */
  readonly disbursement: string;
  readonly day: string;
  readonly borrower: Cells;
}

const lastDay = "2025-12-20";
const paidOn = "2025-12-21";
/** What an enterprise gets back of its interest, a year. */
const enterpriseRate = "0.03";

/** Interest of days of 2025, of small loans, loans to entities and those for projects. */
export function interestOf(loans: readonly Cells[]): readonly Interest[] {
  const subsidised = loans.filter(({ 贷款种类: kind = "", 业务日期: from = "" }) => {
    const isSubsidised = ["小额信贷", "主体贷款", "项目贷款"].includes(kind);
    return isSubsidised && from > "2025" && from < "2025-11";
  });
  return subsidised.map((row, at) => {
    const { 贷款编号: loan = "", 业务日期: from = "", 金额: lent = "", 年利率: rate = "" } = row;
    const { 户编号: household, 主体编号: organisation = "" } = row;
    const isEnterprise = row["贷款种类"] === "项目贷款";
    return {
      ...{ loan, kind: isEnterprise ? "企业贴息" : "贴息", from, to: lastDay, day: paidOn },
      amount: interest(lent, isEnterprise ? enterpriseRate : rate, from, lastDay),
      disbursement: `HN-BF-${401 + at}`,
      borrower:
        household === undefined
          ? { 主体编号: organisation }
          : { 户编号: household, 收入类别: "补贴" },
    };
  });
}

/** `subsidies` of it. */
export function interestSubsidies(interest: readonly Interest[]): readonly Cells[] {
  return interest.map(({ loan, kind, from, to, amount, disbursement, day }) => ({
    ...{ 类型: kind, 贷款编号: loan, 拨付编号: disbursement, 金额: amount },
    ...{ 起始日期: from, 终止日期: to, 业务日期: day },
  }));
}

/** Interest in yuan for days, both counted, a 360th of a year each; cut to the fen. */
function interest(amount: string, rate: string, from: string, to: string): string {
  const dayMs = 86_400_000;
  const days = BigInt((Date.parse(to) - Date.parse(from)) / dayMs) + 1n;
  return yuan((units(amount) * units(rate) * days) / (360n * 1_000_000n));
}
