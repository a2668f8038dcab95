import type { Cells } from "../acts.ts";
import { staff } from "../plan-steps.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";
import type { Interest } from "./interest.ts";
import { interestSubsidies } from "./interest.ts";

/** Policies with a story of their own, of every 险种. */
const told = `
  保单编号 险种 投保人 保额 保费 起始日期 终止日期 贷款编号 责任 基准费率 费率 业务日期
  HN-BP-201 特色保险 @盘溪柑桔 600000 24000 2025-04-01 2026-03-31 - 冻灾、雹灾 - - 2025-03-28
  HN-BP-202 特色保险 @盘溪柑桔 600000 24000 2026-04-01 2027-03-31 - 冻灾、雹灾 - - 2026-03-28
  HN-BP-203 农业保险 @青龙烤烟 400000 16000 2025-05-01 2026-04-30 - 雹灾、旱灾 - - 2025-04-26
  HN-BP-211 深贫保 ~小得勒村.4 20000 120 2025-04-01 2026-03-31 - 收益、意外事故 0.01 0.006 2025-03-25
  HN-BP-212 深贫保 ~小得勒村.9 20000 130 2026-04-01 2027-03-31 - 收益、意外事故 0.01 0.0065 2026-03-25
  HN-BP-213 深贫保 ~山羊母村.8 20000 120 2025-04-01 2026-03-31 - 意外事故 0.01 0.006 2025-03-25
  HN-BP-221 小贷险 ~吗达村.10 30000 560 2025-03-12 2026-03-11 HN-DK-003 - - - 2025-03-12
  HN-BP-222 小贷险 ~大婆左村.14 40000 900 2025-01-22 2026-01-21 HN-DK-108 - - - 2025-01-22
  HN-BP-231 商业保险 ~西门社区.7 50000 380 2025-06-01 2026-05-31 - - - - 2025-05-28
  HN-BP-232 商业保险 ~西门社区.8 50000 380 2026-06-01 2027-05-31 - - - - 2026-05-28
  HN-BP-241 家庭综合险 ~独家村.3 80000 160 2026-01-01 2026-12-31 - - - - 2025-12-26
`;

const villages = ["落梅村", "斗居村", "所梅早村", "独家村", "盘江社区", "法果村"];

/** `policies`: 农业保险 for ten households in each of six villages, in both years, and others. */
export function policyRows(cast: Cast): readonly Cells[] {
  const farming = [2025, 2026].flatMap((year) =>
    villages.flatMap((village) =>
      cast
        .village(village)
        .slice(0, 10)
        .map(
          ({ number }): Cells => ({
            ...{ 险种: "农业保险", 投保人: number, 保额: "6000", 保费: "240" },
            ...{ 起始日期: `${year}-03-01`, 终止日期: `${year + 1}-02-28` },
            业务日期: `${year}-02-24`,
          }),
        ),
    ),
  );
  const insurer = cast.entity("华宁农业保险");
  return [...numbered("保单编号", "HN-BA", farming), ...cast.rows(told)].map((row) => ({
    ...{ 保险人: insurer, ...row },
  }));
}

const ofPremiums = `
  类型 保单编号 金额 起始日期 终止日期 拨付编号 业务日期
  保费补贴 HN-BP-201 19200 2025-04-01 2026-03-31 HN-BF-020 2025-04-02
  自缴再补 HN-BP-201 3900 2025-04-01 2026-03-31 HN-BF-020 2025-04-02
  保费补贴 HN-BP-203 8000 2025-05-01 2026-04-30 HN-BF-020 2025-05-06
  保费补贴 HN-BP-202 19200 2026-04-01 2027-03-31 HN-BF-027 2026-04-02
`;

/** `subsidies`: of interest, and of premiums; one of these is less than it should be. */
export function subsidyRows(
  cast: Cast,
  interest: readonly Interest[],
  policies: readonly Cells[],
): readonly Cells[] {
  const premiums = policies.flatMap((policy): readonly Cells[] => {
    const { 保单编号 = "", 险种: kind, 起始日期 = "", 终止日期 = "" } = policy;
    if (kind !== "农业保险" || !保单编号.startsWith("HN-BA")) return [];
    const year = 起始日期.slice(0, 4);
    const paid = { 起始日期, 终止日期, 业务日期: `${year}-03-16` };
    const disbursement = year === "2025" ? "HN-BF-020" : "HN-BF-027";
    return [{ 类型: "保费补贴", 保单编号, 金额: "192", 拨付编号: disbursement, ...paid }];
  });
  return numbered("贴补编号", "HN-TB", [
    ...interestSubsidies(interest),
    ...premiums,
    ...cast.rows(ofPremiums),
  ]);
}

/** What is claimed under policies: paid in two parts, to another, rejected, still open. */
export const claims = `
  赔案编号 步骤 金额 保单编号 户编号 业务日期
  HN-PA-01 报案 5200 HN-BA-0003 - 2025-07-12
  HN-PA-01 定损 4600 - - 2025-07-20
  HN-PA-01 赔付 3000 - - 2025-08-04
  HN-PA-01 赔付 1600 - - 2025-09-02
  HN-PA-02 报案 60000 HN-BP-201 - 2026-02-03
  HN-PA-02 定损 42000 - - 2026-02-20
  HN-PA-02 赔付 42000 - - 2026-03-06
  HN-PA-03 报案 6000 HN-BP-211 ~小得勒村.4 2025-10-08
  HN-PA-03 定损 2400 - - 2025-10-20
  HN-PA-03 赔付 2400 - - 2025-11-03
  HN-PA-04 报案 3000 HN-BA-0012 - 2025-08-16
  HN-PA-04 定损 0 - - 2025-08-22
  HN-PA-04 拒赔 0 - - 2025-08-30
  HN-PA-05 报案 4800 HN-BA-0071 - 2026-10-12
`;

/** `claims`, with who took each step. */
export function claimRows(cast: Cast): readonly Cells[] {
  const rows = cast.rows(claims).map((row) => ({ 经办人: staff.cashier, ...row }));
  return numbered("步骤编号", "HN-PB", rows);
}
