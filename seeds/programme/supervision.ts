import type { Cells } from "../acts.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";

/** Cases of every 类型 and 来源 but those about plans, which come later. */
export const cases = `
  案件编号 类型 来源 内容 户编号 主体编号 项目编号 合同编号 股权登记簿 行政区划 等级 业务日期
  HN-AJ-01 投诉 12317 收购款被多扣 ~落梅村.14 @青龙烤烟 - - - - - 2025-09-25
  HN-AJ-02 舆情 媒体 短视频称牛舍空置 - @华溪肉牛 HN-XM-05 - - - 较大 2025-11-03
  HN-AJ-03 检查 检查 年度项目抽查 - - HN-XM-05 - - - - 2025-12-02
  HN-AJ-04 违约 线索 光伏租金逾期 - @华宁光伏 - HN-XY-02 - - - 2026-08-06
  HN-AJ-05 巡查 检查 乡镇资产巡查 - - - - - %红坡村 - 2025-01-12
  HN-AJ-06 舆情 媒体 网帖称道路塌方 - - HN-XM-13 - - - 一般 2026-09-03
  HN-AJ-07 举报 来信 伪造收购台账套取补贴 - @华宁绿源 - - - - - 2025-03-10
  HN-AJ-08 争议 走访 转包地块四至不清 ~吗达村.4 @华宁蔬菜 - HN-XY-32 - - - 2026-04-20
  HN-AJ-09 投诉 走访 山羊死亡责任 ~山羊母村.2 @通红甸黑山羊 - - - - - 2025-12-01
  HN-AJ-10 舆情 媒体 合作社欠分红 - @盘溪金果 - - - - 重大 2025-07-20
  HN-AJ-11 争议 来信 股权继承份额 ~新庄社区.4 - - - HN-GQ-101 - - 2026-04-20
`;

/** What was done about them: 发现问题 is known by its own 步骤编号. */
const steps = [
  `
  案件编号 步骤编号 步骤 经办人 业务日期
  HN-AJ-01 HN-AB-0101 受理 普干事 2025-09-26
  HN-AJ-01 HN-AB-0102 核实 普干事 2025-09-29
  HN-AJ-01 HN-AB-0112 办结 李局长 2025-10-24
  HN-AJ-02 HN-AB-0201 受理 普干事 2025-11-03
  HN-AJ-02 HN-AB-0202 核实 李局长 2025-11-06
  HN-AJ-02 HN-AB-0203 办结 李局长 2025-11-12
  HN-AJ-02 HN-AB-0204 复核 方科长 2026-01-08
  HN-AJ-02 HN-AB-0205 办结 李局长 2026-01-20
  HN-AJ-03 HN-AB-0301 受理 方科长 2025-12-02
  HN-AJ-04 HN-AB-0401 受理 普干事 2026-08-07
  HN-AJ-05 HN-AB-0501 受理 普干事 2025-01-12
  HN-AJ-05 HN-AB-0505 办结 李局长 2025-02-20
  HN-AJ-06 HN-AB-0601 受理 普干事 2026-09-03
  HN-AJ-07 HN-AB-0701 受理 方科长 2025-03-11
  HN-AJ-07 HN-AB-0702 核实 方科长 2025-03-28
  HN-AJ-07 HN-AB-0709 办结 方科长 2025-06-20
  HN-AJ-08 HN-AB-0801 受理 普干事 2026-04-21
  HN-AJ-08 HN-AB-0803 办结 普干事 2026-05-28
  HN-AJ-11 HN-AB-1101 受理 普干事 2026-04-21
  HN-AJ-11 HN-AB-1102 办结 普干事 2026-05-06
  HN-AJ-10 HN-AB-1001 受理 方科长 2025-07-20
  HN-AJ-10 HN-AB-1002 核实 方科长 2025-07-24
  `,
  `
  案件编号 步骤编号 步骤 经办人 条款 金额 业务日期
  HN-AJ-01 HN-AB-0103 发现问题 普干事 收购合同第四条 1860 2025-10-08
  HN-AJ-03 HN-AB-0302 发现问题 方科长 项目管理办法第十九条 0 2025-12-04
  HN-AJ-03 HN-AB-0303 发现问题 方科长 项目管理办法第二十二条 40000 2025-12-04
  HN-AJ-05 HN-AB-0502 发现问题 普干事 资产管理办法第八条 0 2025-01-12
  HN-AJ-07 HN-AB-0703 发现问题 方科长 补助资金管理办法第三条 52000 2025-04-15
  `,
  `
  案件编号 步骤编号 步骤 经办人 问题编号 结论 业务日期
  HN-AJ-01 HN-AB-0104 整改 马书记 HN-AB-0103 - 2025-10-12
  HN-AJ-01 HN-AB-0105 复查 普干事 HN-AB-0103 不通过 2025-10-14
  HN-AJ-01 HN-AB-0106 整改 马书记 HN-AB-0103 - 2025-10-16
  HN-AJ-01 HN-AB-0107 复查 普干事 HN-AB-0103 通过 2025-10-18
  HN-AJ-03 HN-AB-0304 整改 杨文书 HN-AB-0302 - 2026-01-20
  HN-AJ-03 HN-AB-0305 复查 方科长 HN-AB-0302 通过 2026-02-06
  HN-AJ-05 HN-AB-0503 整改 马书记 HN-AB-0502 - 2025-02-02
  HN-AJ-05 HN-AB-0504 复查 普干事 HN-AB-0502 通过 2025-02-16
  `,
  `
  案件编号 步骤编号 步骤 经办人 问题编号 责任人 去向 裁决 业务日期
  HN-AJ-07 HN-AB-0704 处理决定 李局长 HN-AB-0703 厂负责人 - - 2025-05-16
  HN-AJ-07 HN-AB-0705 移送 李局长 - - 司法 - 2025-05-20
  HN-AJ-10 HN-AB-1003 移送 李局长 - - 纪检 - 2025-08-04
  HN-AJ-08 HN-AB-0802 仲裁 普干事 - - - 以实测图为准 2026-05-20
  `,
  `
  案件编号 步骤编号 步骤 经办人 对象 金额 凭证号 业务日期
  HN-AJ-01 HN-AB-0108 追缴 李局长 @青龙烤烟 1860 - 2025-10-19
  HN-AJ-01 HN-AB-0109 追缴到账 钱出纳 - 1000 ZJ-251020 2025-10-20
  HN-AJ-01 HN-AB-0110 追缴到账 钱出纳 - 860 ZJ-251022 2025-10-22
  HN-AJ-07 HN-AB-0706 追缴 李局长 @华宁绿源 52000 - 2025-05-22
  HN-AJ-07 HN-AB-0707 追缴到账 钱出纳 - 30000 ZJ-250610 2025-06-10
  `,
];

/** `case-steps` in the order of their days. */
export function caseStepRows(cast: Cast): readonly Cells[] {
  const all = steps.flatMap((table) => cast.rows(table));
  return [...all].sort((a, b) => order(a, b, "业务日期") || order(a, b, "步骤编号"));
}

function order(a: Cells, b: Cells, column: string): number {
  const [left = "", right = ""] = [a[column], b[column]];
  return left < right ? -1 : left > right ? 1 : 0;
}

const claims = `
  动作 顺位 债权人 金额 凭证号 业务日期
  申报 法定债务 华宁县税务局 18600 - 2025-09-10
  申报 法定债务 @华宁农村信用 46000 - 2025-09-10
  申报 贫困村户 ~下街社区.5 3200 - 2025-09-12
  申报 贫困村户 ~下街社区.8 4100 - 2025-09-12
  申报 贫困村户 @盘溪下街社区 12000 - 2025-09-12
  申报 其他 盘溪农资门市 9800 - 2025-09-15
  支付 法定债务 华宁县税务局 18600 QS-251101 2025-11-01
  支付 法定债务 @华宁农村信用 46000 QS-251101 2025-11-01
  支付 贫困村户 ~下街社区.5 3200 QS-251201 2025-12-01
  支付 贫困村户 ~下街社区.8 2500 QS-251201 2025-12-01
`;

/** `liquidation`: statutory debts come first, then households; the money ends with these. */
export function liquidationRows(cast: Cast): readonly Cells[] {
  const entity = cast.entity("盘溪金果");
  const rows = cast.rows(claims).map((row) => ({ 主体编号: entity, ...row }));
  return numbered("流水编号", "HN-QS", rows);
}
