import type { Cells } from "../acts.ts";
import type { Cast } from "./cast.ts";
import { joined } from "./cast.ts";

/** Assets that are let, each by instalments. */
const leases = `
  合同编号 合同类型 主体编号 起始日期 终止日期 资产编号 付款周期 首付日期 每期金额 担保方
  HN-XY-01 资产租赁 @华宁蔬菜 2025-09-01 2028-08-31 HN-ZC-01 6 2025-09-30 70000 @华宁融资担保
  HN-XY-02 资产租赁 @华宁光伏 2024-11-01 2029-10-31 HN-ZC-02 6 2025-01-05 38000 -
  HN-XY-03 资产租赁 @华宁乡村旅游 2025-07-01 2030-06-30 HN-ZC-03 12 2025-07-05 45000 -
  HN-XY-04 资产租赁 @宁州普氏家庭农场 2026-05-01 2029-04-30 HN-ZC-04 3 2026-05-31 9000 -
`;

/** Money and animals that entities use for households, at a rate or for a share of the profit. */
const entrusted = `
  合同编号 合同类型 主体编号 户编号 起始日期 终止日期 本金 年利率 计息基础 分成比例 资产编号
  HN-XY-11 固定收益 @华宁冷链 - 2025-01-01 2027-12-31 1000000 0.06 360 - HN-ZC-05
  HN-XY-12 固定收益 @华宁陶瓷 ~小寨村.2 2025-01-01 2025-12-31 20000 0.05 365 - -
  HN-XY-13 固定收益 @华宁陶瓷 ~小寨村.5 2025-01-01 2026-12-31 15000 0.05 365 - -
  HN-XY-14 固定收益 @华宁冷链 ~新庄社区.7 2025-07-01 2027-06-30 30000 0.13 365 - -
  HN-XY-15 委托帮扶 @青龙蓝莓 ~落梅村.4 2025-01-01 2026-12-31 10000 - - 0.4 -
  HN-XY-16 委托帮扶 @青龙蓝莓 ~落梅村.9 2025-01-01 2026-12-31 10000 - - 0.4 -
  HN-XY-17 委托帮扶 @宁州肉牛 ~冲麦村.6 2025-03-01 2027-02-28 12000 - - 0.35 -
`;

/** Land and animals that are kept for households, and land that is let to them again. */
const kept = `
  合同编号 合同类型 主体编号 户编号 起始日期 终止日期 标的 数量 单价 分成比例
  HN-XY-21 托管 @宁州肉牛 ~普茶寨村.3 2025-01-01 2026-12-31 母牛 3 - 0.5
  HN-XY-22 托管 @宁州肉牛 ~普茶寨村.6 2025-01-01 2026-12-31 母牛 2 - 0.5
  HN-XY-23 托管 @盘溪蔬菜 ~磨沙塘村.2 2025-01-01 2025-12-31 菜地 2.5 860 -
  HN-XY-24 托管 @盘溪蔬菜 ~磨沙塘村.8 2025-01-01 2026-12-31 菜地 4 860 -
  HN-XY-31 反租倒包 @华宁蔬菜 ~吗达村.1 2025-02-01 2027-12-31 - 3 600 -
  HN-XY-32 反租倒包 @华宁蔬菜 ~吗达村.4 2025-02-01 2027-12-31 - 2.5 600 -
  HN-XY-33 反租倒包 @华宁蔬菜 ~吗达村.6 2025-02-01 2027-12-31 - 4 600 -
  HN-XY-34 反租倒包 @宁州食用菌 ~法果村.2 2025-03-01 2027-02-28 - 1.2 1500 -
`;

const instalments = `
  合同编号 付款周期 首付日期 每期金额
  HN-XY-31 12 2025-03-31 1800
  HN-XY-32 12 2025-03-31 1500
  HN-XY-33 12 2025-03-31 2400
`;

/** Posts, rebates, work and services. */
const others = `
  合同编号 合同类型 主体编号 起始日期 终止日期 岗位 单价 返还比例 用工时间 工资发放方式
  HN-XY-41 公益岗位 @通红甸大婆左村 2025-01-01 2026-12-31 护林 60 - - -
  HN-XY-42 公益岗位 @宁州城关社区 2025-01-01 2026-12-31 保洁 55 - - -
  HN-XY-51 盈余返还 @盘溪柑桔 2025-01-01 2026-12-31 - - 0.6 - -
  HN-XY-52 盈余返还 @青龙烤烟 2025-01-01 2026-12-31 - - 0.6 - -
  HN-XY-53 盈余返还 @宁州蔬菜 2025-01-01 2026-12-31 - - 0.25 - -
  HN-XY-61 劳务 @华宁建设工程 2025-02-01 2026-12-31 - 130 - 农闲时节 按月银行代发
  HN-XY-71 服务 @华宁县农业技术推广站 2025-01-01 2026-12-31 - - - - -
`;

/** Shares that the sorting machines of a village became; the post is paid from an asset. */
const shares = `
  合同编号 合同类型 主体编号 起始日期 股权登记簿 每股金额
  HN-XY-81 入股 @宁州新庄社区 2025-08-01 HN-GQ-101 100
`;

const postAssets = `
  合同编号 资产编号
  HN-XY-41 HN-ZC-02
`;

/** Contracts of the programme, beside those of the county's files. */
export function programmeContracts(cast: Cast): readonly Cells[] {
  const keptByInstalments = joined(cast.rows(kept), "合同编号", cast.rows(instalments));
  const posts = joined(cast.rows(others), "合同编号", cast.rows(postAssets));
  return [
    ...[...cast.rows(leases), ...cast.rows(entrusted), ...keptByInstalments],
    ...[...posts, ...cast.rows(shares)],
  ].map((row) => ({ ...row, 签订日期: row["起始日期"] ?? "" }));
}

/** What was changed in them later. */
export const programmeAmendments = `
  变更编号 合同编号 变更类型 生效日期 单价 每期金额 备注
  HN-BG-9001 HN-XY-03 补充协议 2026-07-01 - 48000 租金上调
  HN-BG-9002 HN-XY-04 补充协议 2026-08-01 - 9600 加建一间冷房
  HN-BG-9003 HN-XY-61 终止 2026-09-30 - - 工程结束
  HN-BG-9004 HN-XY-24 更正 2025-01-01 880 - 单价笔误
`;
