import type { Receipts } from "../pools.ts";

/**
 * What assets and contracts of the programme brought in, beside the incomes that the quarters
 * divide. Two thirds of the last rent of the garden are still to come.
 */
export const incomes = `
  收益编号 主体编号 业务日期 所属期 可分配金额 到账金额 合同编号 资产编号 凭证号
  HN-SY-21 @华宁光伏 2025-07-08 2025下半年 36000 38000 HN-XY-02 HN-ZC-02 SY-250708
  HN-SY-22 @华宁光伏 2026-01-08 2026上半年 36000 38000 HN-XY-02 HN-ZC-02 SY-260108
  HN-SY-23 @华宁乡村旅游 2026-07-06 2026年 30000 30000 HN-XY-03 HN-ZC-03 SY-260706
  HN-SY-24 @华宁蔬菜 2026-10-10 2026下半年 20000 20000 HN-XY-01 HN-ZC-01 SY-261010
  HN-SY-25 @宁州普氏家庭农场 2026-06-02 2026二季度 8500 9000 HN-XY-04 HN-ZC-04 SY-260602
  HN-SY-26 @宁州普氏家庭农场 2026-06-02 2026二季度 8500 9000 HN-XY-04 HN-ZC-04 SY-260602
`;

/** What the incomes of the quarters come from, by 收益编号: more came in than is divided. */
export const receipts: Receipts = {
  "HN-SY-02": { 资产编号: "HN-ZC-02", 合同编号: "HN-XY-02", 到账金额: "38000" },
  "HN-SY-06": { 资产编号: "HN-ZC-03", 合同编号: "HN-XY-03", 到账金额: "45000" },
  "HN-SY-07": { 资产编号: "HN-ZC-05", 合同编号: "HN-XY-11" },
  "HN-SY-08": { 资产编号: "HN-ZC-01", 合同编号: "HN-XY-01", 到账金额: "70000" },
};
