import type { Cells } from "../acts.ts";
import { daysAfter } from "../exact.ts";
import { staff } from "../plan-steps.ts";
import type { Cast } from "./cast.ts";
import { joined, numbered } from "./cast.ts";

/** Loans with a story of their own. */
const told = `
  贷款编号 贷款种类 户编号 主体编号 金额 期限月 年利率 基准利率 担保方式 用途 收款方 用款方 业务日期
  HN-DK-111 产业贷款 ~新庄社区.10 - 40000 72 0.042 0.031 抵押 核桃 ~新庄社区.10 - 2025-10-20
  HN-DK-101 主体贷款 - @青龙蓝莓 300000 24 0.0385 0.0385 保证 蓝莓基地 @青龙蓝莓 - 2025-03-18
  HN-DK-102 项目贷款 - @华宁冷链 800000 36 0.036 0.036 抵押 冷链设备 @华宁冷链 - 2025-04-10
  HN-DK-103 创业担保贷款 ~右所社区.4 - 100000 24 0.03 0.031 保证 农家乐 ~右所社区.4 - 2025-05-12
  HN-DK-104 再贷款 - @通红甸天门冬 200000 24 0.0325 0.0325 质押 种苗 @通红甸天门冬 - 2025-05-20
  HN-DK-105 产业贷款 ~山羊母村.3 - 80000 18 0.045 0.031 保证 养羊 ~山羊母村.3 @通红甸黑山羊 2025-06-05
  HN-DK-106 小额信贷 ~落梅村.20 - 30000 12 0.031 0.031 信用 烤烟 ~落梅村.20 - 2024-11-20
  HN-DK-107 小额信贷 ~海关社区.6 - 50000 24 0.031 0.031 信用 蓝莓 ~海关社区.6 - 2024-12-10
  HN-DK-108 小额信贷 ~大婆左村.14 - 40000 18 0.031 0.031 信用 附子 ~大婆左村.14 - 2025-01-22
  HN-DK-109 小额信贷 ~小寨村.16 - 20000 12 0.031 0.031 信用 养牛 ~小寨村.16 - 2024-12-18
  HN-DK-110 主体贷款 - @盘溪柑桔 500000 24 0.0385 0.0385 抵押 分选线 @盘溪柑桔 - 2026-03-20
`;

/** Walnuts bear after six years: the loan is for longer than others are. */
const cycles = `
  贷款编号 产业周期
  HN-DK-111 核桃六年挂果
`;

/** Who bears what of a loss. */
const shared = { 银行分担: "0.5", 保险分担: "0.2", 基金分担: "0.3" } as const;

const villages = [
  ...["西门社区", "右所社区", "吗达村", "法果村", "盘江社区", "九甸村"],
  ...["独家村", "黑牛白村", "落梅村", "斗居村", "所梅早村", "小得勒村"],
];

/** Small loans without a story: three in each of twelve villages. */
function plain(cast: Cast): readonly Cells[] {
  return Array.from({ length: 36 }, (_, at): Cells => {
    const village = villages[at % villages.length] ?? "";
    const borrower = cast.village(village)[9 + Math.floor(at / villages.length)]?.number ?? "";
    return {
      ...{ 贷款编号: `HN-DK-${String(at + 1).padStart(3, "0")}`, 贷款种类: "小额信贷" },
      ...{ 户编号: borrower, 金额: ["20000", "30000", "50000"][at % 3] ?? "" },
      ...{ 期限月: at % 4 === 0 ? "24" : "36", 年利率: "0.031", 基准利率: "0.031" },
      ...{ 担保方式: "信用", 用途: "发展产业", 收款方: borrower, ...(at % 5 === 0 && shared) },
      业务日期: daysAfter("2025-02-10", at * 14),
    };
  });
}

/** `loans`: to households and to entities, by one bank. */
export function loanRows(cast: Cast): readonly Cells[] {
  const bank = cast.entity("华宁农村信用");
  const withCycles = joined(cast.rows(told), "贷款编号", cast.rows(cycles));
  return [...plain(cast), ...withCycles].map((row) => ({ ...row, 银行编号: bank }));
}

const later = `
  贷款编号 步骤 金额 付款方 账户编号 担保编号 月数 原因 单位 材料 业务日期
  HN-DK-106 付息 465 ~落梅村.20 - - - - - - 2025-05-20
  HN-DK-106 还款 8000 ~落梅村.20 - - - - - - 2025-11-18
  HN-DK-106 逾期 - - - - - - - - 2025-11-25
  HN-DK-106 代偿 22000 - HN-FX-02 - - - - - 2026-02-10
  HN-DK-106 追偿 9000 - - - - - - - 2026-07-01
  HN-DK-107 付息 775 ~海关社区.6 - - - - - - 2025-06-10
  HN-DK-107 续贷 - - - - 12 - - #风险可控认定书 2026-09-20
  HN-DK-108 展期 - - - - 6 自然灾害 - - 2026-07-15
  HN-DK-011 展期 - - - - 6 市场 - - 2026-08-03
  HN-DK-012 展期 - - - - 6 疾病 - - 2026-08-20
  HN-DK-013 展期 - - - - 3 其他客观 - - 2026-09-01
  HN-DK-109 还款 12000 ~小寨村.16 - - - - - - 2025-12-10
  HN-DK-109 逾期 - - - - - - - - 2025-12-25
  HN-DK-109 核销 5000 - - - - - 华宁农村信用合作联社 - 2026-09-18
  HN-DK-105 还款 30000 ~山羊母村.3 - - - - - - 2026-06-02
  HN-DK-105 代偿 5000 - - HN-DN-01 - - - - 2026-09-10
  HN-DK-101 还款 100000 @青龙蓝莓 - - - - - - 2026-03-18
  HN-DK-102 付息 28800 @华宁冷链 - - - - - - 2026-04-10
  HN-DK-103 还款 50000 ~右所社区.4 - - - - - - 2026-05-12
  HN-DK-003 还款 15000 ~吗达村.10 - - - - - - 2025-12-15
  HN-DK-003 还款 15000 ~吗达村.10 - - - - - - 2025-12-16
`;

/** `loan-steps`: each loan is reviewed, answered for and published before what comes of it. */
export function loanStepRows(cast: Cast, loans: readonly Cells[]): readonly Cells[] {
  const first = loans.flatMap(({ 贷款编号 = "", 业务日期: day = "" }, at): readonly Cells[] => {
    const own = { 贷款编号, 经办人: staff.clerk };
    const notice = { 地点: "村务公开栏", 渠道: "公开栏、微信群", 截止日期: daysAfter(day, 16) };
    const review = { 单位: "信用社信贷部", 意见: "同意发放" };
    return [
      { ...own, 步骤: "审查", ...review, 业务日期: day },
      { ...own, 步骤: "责任", 责任人: staff.cashier, 业务日期: day },
      ...(at % 12 === 6 ? [] : [{ ...own, 步骤: "公示", ...notice, 业务日期: daysAfter(day, 7) }]),
    ];
  });
  const rows = [...first, ...cast.rows(later).map((row) => ({ 经办人: staff.cashier, ...row }))];
  return numbered("步骤编号", "HN-DB", rows);
}

/** `guarantees`, of every kind; small loans to households have none. */
export const guarantees = `
  担保编号 贷款编号 担保类型 担保人 终止日期 业务日期
  HN-DN-01 HN-DK-105 三户联保 ~山羊母村.3、~山羊母村.4、~山羊母村.5 - 2025-06-05
  HN-DN-02 HN-DK-101 成员联保 ~落梅村.1、~落梅村.2、~海镜社区.3、~海镜社区.7 - 2025-03-18
  HN-DN-03 HN-DK-102 融资担保 @华宁融资担保 2028-04-10 2025-04-10
  HN-DN-04 HN-DK-102 房产反担保 @华宁冷链 - 2025-04-10
  HN-DN-05 HN-DK-103 工资反担保 ~右所社区.9 - 2025-05-12
  HN-DN-06 HN-DK-104 三权反担保 @通红甸天门冬 - 2025-05-20
`;
