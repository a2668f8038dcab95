import type { Cells } from "../acts.ts";
import { daysAfter } from "../exact.ts";
import type { Household } from "../people.ts";
import { documentHash } from "../plan-steps.ts";
import type { Cast } from "./cast.ts";
import type { Interest } from "./interest.ts";

/** What was paid to entities. */
const toEntities = `
  拨付编号 安排编号 金额 凭证号 主体编号 业务日期
  HN-BF-001 HN-AP-01 900000 BF-250001 @华宁蔬菜 2025-07-08
  HN-BF-002 HN-AP-02 300000 BF-250002 @华宁蔬菜 2025-03-20
  HN-BF-003 HN-AP-03 120000 BF-250003 @华宁蔬菜 2025-07-10
  HN-BF-004 HN-AP-04 300000 BF-250004 @盘溪柑桔 2025-07-04
  HN-BF-005 HN-AP-04 180000 BF-250005 @盘溪柑桔 2025-11-12
  HN-BF-006 HN-AP-05 100000 BF-250006 @盘溪柑桔 2025-07-04
  HN-BF-007 HN-AP-06 360000 BF-250007 @青龙烤烟 2025-07-06
  HN-BF-008 HN-AP-07 300000 BF-250008 @通红甸黑山羊 2025-04-02
  HN-BF-009 HN-AP-08 250000 BF-250009 @华溪肉牛 2025-04-03
  HN-BF-010 HN-AP-09 540000 BF-250010 @宁州食用菌 2025-08-14
  HN-BF-011 HN-AP-10 1000000 BF-250011 @华宁冷链 2025-05-06
  HN-BF-012 HN-AP-11 380000 BF-250012 @华宁冷链 2025-05-06
  HN-BF-013 HN-AP-12 430000 BF-250013 @青龙蓝莓 2025-05-12
  HN-BF-014 HN-AP-13 260000 BF-250014 @华宁乡村旅游 2025-06-04
  HN-BF-015 HN-AP-14 400000 BF-250015 @华宁乡村旅游 2025-03-04
  HN-BF-016 HN-AP-15 340000 BF-250016 @盘溪蓝莓 2025-08-26
  HN-BF-017 HN-AP-16 200000 BF-250017 @通红甸天门冬 2025-04-10
  HN-BF-018 HN-AP-18 880000 BF-250018 @华宁建设工程 2025-07-28
  HN-BF-019 HN-AP-19 690000 BF-250019 @华宁建设工程 2025-08-04
  HN-BF-020 HN-AP-23 90000 BF-250020 @华宁农业保险 2025-03-10
  HN-BF-022 HN-AP-25 400000 BF-250022 @华宁农村信用 2025-03-12
  HN-BF-023 HN-AP-24 20000 BF-250023 @通红甸天门冬 2025-09-18
  HN-BF-024 HN-AP-31 300000 BF-260001 @青龙核桃 2026-04-28
  HN-BF-025 HN-AP-32 620000 BF-260002 @通红甸附子 2026-08-18
  HN-BF-026 HN-AP-29 700000 BF-260003 @华宁冷链 2026-05-20
  HN-BF-027 HN-AP-23 60000 BF-260004 @华宁农业保险 2026-03-12
  HN-BF-028 HN-AP-37 30000 BF-260005 @宁州蔬菜 2026-04-14
`;

/** Awards for households that are bound, within the rates of the county's pack. */
const awards = `
  拨付编号 安排编号 金额 凭证号 主体编号 材料 业务日期
  HN-BF-041 HN-AP-22 9600 BF-250041 @盘溪柑桔 #绑定奖补核定表-盘溪柑桔 2025-11-20
  HN-BF-042 HN-AP-22 8800 BF-250042 @青龙烤烟 #绑定奖补核定表-青龙烤烟 2025-11-20
  HN-BF-043 HN-AP-22 7200 BF-250043 @宁州蔬菜 #绑定奖补核定表-宁州蔬菜 2025-11-20
  HN-BF-044 HN-AP-22 2000 BF-250044 @通红甸天门冬 #绑定奖补核定表-通红甸天门冬 2025-11-20
  HN-BF-045 HN-AP-22 1500 BF-250045 @宁州普氏家庭农场 #绑定奖补核定表-普氏农场 2025-11-21
`;

/** What entities spent of it, each with its voucher; of some they have accounted for a part. */
export const reimbursements = `
  报账编号 拨付编号 金额 凭证号 用途 业务日期
  HN-BX-001 HN-BF-001 620000 BX-250001 大棚钢架和薄膜 2025-07-20
  HN-BX-002 HN-BF-001 280000 BX-250002 水肥一体化设备 2025-08-12
  HN-BX-003 HN-BF-002 300000 BX-250003 土地平整 2025-04-18
  HN-BX-004 HN-BF-003 96000 BX-250004 机耕道 2025-09-02
  HN-BX-005 HN-BF-004 300000 BX-250005 苗木和有机肥 2025-08-01
  HN-BX-006 HN-BF-005 120000 BX-250006 分选设备 2025-12-08
  HN-BX-007 HN-BF-006 100000 BX-250007 滴灌 2025-08-02
  HN-BX-008 HN-BF-007 355000 BX-250008 烤房改造 2025-09-12
  HN-BX-009 HN-BF-008 252000 BX-250009 基础母羊 2025-04-22
  HN-BX-010 HN-BF-009 210000 BX-250010 牛舍 2025-07-15
  HN-BX-011 HN-BF-010 540000 BX-250011 出菇棚 2025-09-01
  HN-BX-012 HN-BF-011 940000 BX-250012 分拣线 2025-08-05
  HN-BX-013 HN-BF-012 350000 BX-250013 冷库机组 2025-08-06
  HN-BX-014 HN-BF-013 400000 BX-250014 苗木和管护 2025-10-10
  HN-BX-015 HN-BF-014 260000 BX-250015 驿站装修 2025-07-03
  HN-BX-016 HN-BF-015 400000 BX-250016 驿站主体 2025-06-20
  HN-BX-017 HN-BF-016 300000 BX-250017 采摘步道 2025-09-25
  HN-BX-018 HN-BF-017 150000 BX-250018 林下种苗 2025-06-30
  HN-BX-019 HN-BF-018 880000 BX-250019 路基路面 2025-08-20
  HN-BX-020 HN-BF-019 690000 BX-250020 管网和水池 2025-08-26
  HN-BX-021 HN-BF-017 15000 BX-250021 林下种苗 2025-07-02
  HN-BX-025 HN-BF-020 90000 BX-250025 承保清单对应保费 2025-06-30
  HN-BX-026 HN-BF-022 400000 BX-250026 存入风险补偿金专户 2025-03-14
  HN-BX-027 HN-BF-023 20000 BX-250027 贷款利息 2025-12-20
  HN-BX-022 HN-BF-024 180000 BX-260001 品种改接 2026-06-18
  HN-BX-023 HN-BF-025 500000 BX-260002 烘干线 2026-09-10
  HN-BX-024 HN-BF-026 260000 BX-260003 库体预付款 2026-07-15
`;

/** What was paid of an allocation to households, the same to each of some. */
interface Grants {
  readonly allocation: string;
  readonly leg: string;
  readonly amount: number;
  readonly day: string;
  readonly to: readonly Household[];
}

/**
 * `disbursements`: to entities, awards for bindings, and to households on each leg; with the
 * interest that borrowers get back.
 */
export function disbursementRows(cast: Cast, interest: readonly Interest[]): readonly Cells[] {
  const some = (village: string, from: number, count: number): readonly Household[] =>
    cast.village(village).slice(from, from + count);
  const grants: readonly Grants[] = [
    { ...grant("HN-AP-17", "培训补助", 1500, "2025-06-18"), to: some("西门社区", 0, 30) },
    { ...grant("HN-AP-17", "培训补助", 1500, "2025-06-19"), to: some("甸尾社区", 0, 28) },
    { ...grant("HN-AP-20", "补贴", 1200, "2025-05-20"), to: some("甸尾社区", 0, 34) },
    { ...grant("HN-AP-20", "补贴", 1400, "2025-05-21"), to: some("法果村", 0, 26) },
    { ...grant("HN-AP-21", "奖补", 1200, "2025-07-02"), to: some("甸尾社区", 0, 34) },
    { ...grant("HN-AP-21", "奖补", 1300, "2025-07-03"), to: some("法果村", 0, 26) },
    { ...grant("HN-AP-26", "救助", 1600, "2025-04-16"), to: some("黑牛白村", 0, 24) },
    { ...grant("HN-AP-27", "医疗救助", 2200, "2025-05-08"), to: some("小寨村", 3, 9) },
    { ...grant("HN-AP-27", "住房补助", 5000, "2025-05-09"), to: some("小寨村", 12, 6) },
  ];
  const toHouseholds = grants.flatMap(({ allocation, leg, amount, day, to }) =>
    to.map(({ number }) => ({ 安排编号: allocation, 户编号: number, 收入类别: leg, amount, day })),
  );
  return [
    ...cast.rows(toEntities),
    ...cast.rows(awards),
    ...interest.map(({ disbursement, amount, day, borrower }) => ({
      ...{ 拨付编号: disbursement, 安排编号: "HN-AP-24", 金额: amount, 业务日期: day, ...borrower },
      凭证号: disbursement.replace("HN-BF-", "BF-25"),
    })),
    ...toHouseholds.map(({ amount, day, ...row }, at) => ({
      ...{ 拨付编号: `HN-BF-${String(101 + at)}`, ...row, 金额: String(amount) },
      ...{ 凭证号: `BF-25${String(1001 + at)}`, 业务日期: daysAfter(day, at % 3) },
      材料: documentHash(`发放签领表 ${row.安排编号} ${row.收入类别}`),
    })),
  ];
}

function grant(allocation: string, leg: string, amount: number, day: string) {
  return { allocation, leg, amount, day };
}
