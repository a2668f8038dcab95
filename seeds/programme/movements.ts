import type { Cells } from "../acts.ts";
import { decimal, fenOf, units, yuan } from "../exact.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";
import { salesOfYear } from "./sales.ts";

/** What was paid under contracts of the programme. */
const underContracts = `
  业务类型 户编号 主体编号 合同编号 数量 单价 利润 起始日期 终止日期 金额 业务日期
  托管收益 ~普茶寨村.3 @宁州肉牛 HN-XY-21 - - 7200 - - 3600 2025-11-20
  托管收益 ~普茶寨村.6 @宁州肉牛 HN-XY-22 - - 4100 - - 2050 2025-11-20
  托管收益 ~磨沙塘村.2 @盘溪蔬菜 HN-XY-23 2.5 860 - - - 2150 2026-01-12
  托管收益 ~磨沙塘村.8 @盘溪蔬菜 HN-XY-24 4 880 - - - 3520 2025-12-15
  托管收益 ~落梅村.4 @青龙蓝莓 HN-XY-15 - - 5000 - - 2000 2025-12-10
  托管收益 ~落梅村.9 @青龙蓝莓 HN-XY-16 - - 5000 - - 2000 2025-12-10
  托管收益 ~冲麦村.6 @宁州肉牛 HN-XY-17 - - 3300 - - 1155 2026-03-05
  退本 ~落梅村.9 @青龙蓝莓 HN-XY-16 - - - - - 4000 2026-07-20
  固定收益 ~小寨村.2 @华宁陶瓷 HN-XY-12 - - - 2025-01-01 2025-12-31 1000 2025-12-31
  固定收益 ~小寨村.5 @华宁陶瓷 HN-XY-13 - - - 2025-01-01 2025-12-31 750 2025-12-31
  固定收益 ~小寨村.5 @华宁陶瓷 HN-XY-13 - - - 2026-01-01 2026-06-30 371.92 2026-07-02
  固定收益 ~新庄社区.7 @华宁冷链 HN-XY-14 - - - 2025-07-01 2025-12-31 1966.03 2025-12-31
  退本 ~小寨村.2 @华宁陶瓷 HN-XY-12 - - - - - 20000 2026-01-15
  承包费 ~吗达村.1 @华宁蔬菜 HN-XY-31 3 600 - - - 1800 2025-03-28
  承包费 ~吗达村.4 @华宁蔬菜 HN-XY-32 2.5 600 - - - 1500 2025-03-30
  承包费 ~吗达村.6 @华宁蔬菜 HN-XY-33 4 600 - - - 2400 2025-03-30
  承包费 ~吗达村.1 @华宁蔬菜 HN-XY-31 3 600 - - - 1800 2026-03-27
  承包费 ~吗达村.6 @华宁蔬菜 HN-XY-33 2 600 - - - 1200 2026-04-10
  承包费 ~法果村.2 @宁州食用菌 HN-XY-34 1.2 1500 - - - 1800 2025-03-20
  工资 ~吗达村.9 @华宁建设工程 HN-XY-61 22 130 - - - 2860 2025-04-28
  工资 ~吗达村.11 @华宁建设工程 HN-XY-61 24 130 - - - 3120 2025-05-28
  工资 ~法高村.3 @华宁建设工程 HN-XY-61 20 130 - - - 2600 2025-06-28
  工资 ~法高村.5 @华宁建设工程 HN-XY-61 18.5 130 - - - 2405 2025-06-28
  工资 ~法高村.7 @华宁建设工程 HN-XY-61 21 130 - - - 2730 2025-06-28
`;

/** What households earned on plots that they rented again, what it cost, what was advanced. */
const ofProduction = `
  业务类型 户编号 主体编号 合同编号 经营类别 金额 业务日期
  地块收入 ~吗达村.1 @华宁蔬菜 HN-XY-31 种植 9600 2025-10-20
  地块收入 ~吗达村.4 @华宁蔬菜 HN-XY-32 种植 7250 2025-10-22
  地块收入 ~吗达村.6 @华宁蔬菜 HN-XY-33 种植 11800 2025-10-22
  地块收入 ~吗达村.1 @华宁蔬菜 HN-XY-31 种植 10400 2026-09-28
  地块收入 ~法果村.2 @宁州食用菌 HN-XY-34 种植 6900 2025-11-18
  成本 ~吗达村.1 - - 种植 2600 2025-06-10
  成本 ~吗达村.6 - - 种植 3100 2025-06-12
  成本 ~普茶寨村.3 - - 养殖 900 2025-08-02
  成本 ~甫甸社区.4 - - 林业 450 2025-09-15
  成本 ~小得勒村.2 - - 其他 300 2026-02-15
  垫付 ~落梅村.12 @青龙烤烟 - - 1200 2025-03-15
  垫付 ~落梅村.14 @青龙烤烟 - - 900 2025-03-15
  垫付 ~落梅村.14 @青龙烤烟 - - 900 2025-03-16
  垫付 ~下街社区.2 @盘溪柑桔 - - 1500 2026-02-20
  扣回 ~落梅村.12 @青龙烤烟 - - 1200 2025-09-20
  扣回 ~落梅村.14 @青龙烤烟 - - 500 2025-09-20
`;

/** Lasting public benefits, of every 补助项目; one is shared with an entity by an agreement. */
const ofPolicies = `
  业务类型 户编号 补助项目 金额 主体编号 总额 分成比例 材料 业务日期
  政策补助 ~西门社区.3 计划生育金 960 - - - - 2025-06-20
  政策补助 ~西门社区.4 低保金 1470 - - - - 2025-03-20
  政策补助 ~西门社区.5 特困供养金 2100 - - - - 2025-03-20
  政策补助 ~西门社区.6 养老保险金 1560 - - - - 2025-06-20
  政策补助 ~小得勒村.5 生态补偿 720 @通红甸核桃 1200 0.6 #退耕收益共享协议 2025-09-10
  政策补助 ~小得勒村.7 残疾人补贴 1080 - - - - 2025-09-10
  政策补助 ~落梅村.3 农业补贴 642.5 - - - - 2025-05-30
  政策补助 ~落梅村.6 高龄补贴 600 - - - - 2025-09-28
  政策补助 ~月红寨村.4 水库移民补贴 600 - - - - 2025-12-05
  政策补助 ~月红寨村.9 其他 200 - - - - 2026-01-28
`;

/** Single benefits, by what they are given for; aid for one purpose counts as no income. */
const ofGrounds = `
  业务类型 户编号 依据 金额 主体编号 业务日期
  补贴 ~山岐村.2 生产 800 - 2025-05-16
  补贴 ~山岐村.4 政策 500 - 2025-05-16
  奖补 ~红岩村.3 劳动 1000 @青龙烤烟 2025-11-26
  救助 ~红岩村.8 困难 3000 - 2026-01-12
  培训补助 ~红岩村.5 - 450 - 2025-08-20
  医疗救助 ~独家村.4 - 6200 - 2025-10-16
  住房补助 ~独家村.6 - 14000 - 2026-03-18
`;

/** Losses, borne by those who operate. */
const losses = `
  业务类型 主体编号 项目编号 资产编号 金额 业务日期
  项目亏损 @华溪肉牛 HN-XM-05 - 46000 2025-12-31
  项目亏损 @宁州食用菌 - HN-ZC-04 12800 2026-03-31
`;

/** Movements of the programme other than those of shares and of posts. */
export function programmeMovements(cast: Cast): readonly Cells[] {
  const tables = [underContracts, ofProduction, ofPolicies, ofGrounds, losses];
  const rows = [...tables.flatMap((table) => cast.rows(table)), ...rebates(cast)].map((row) => ({
    ...row,
    ...(row["业务类型"] === "工资" && { 人编号: `${row["户编号"] ?? ""}01` }),
  }));
  const all = numbered("业务编号", "HN-YD", rows);
  const twice = all.filter(({ 金额, 业务类型 }) => 业务类型 === "垫付" && 金额 === "900")[1];
  return [...all, { ...takingBack("HN-YD-9001", twice), 业务日期: "2025-03-18" }];
}

function takingBack(number: string, original: Cells | undefined): Cells {
  return {
    ...{ 业务编号: number, 业务类型: "冲销", 原业务编号: original?.["业务编号"] ?? "" },
    备注: "重复登记",
  };
}

/** 返利 for what was sold in 2025: a half of it in the year, the rest in the next. */
function rebates(cast: Cast): readonly Cells[] {
  const sold = salesOfYear(cast.county, "2025");
  return [
    ["盘溪柑桔", "HN-XY-51", "0.12"],
    ["青龙烤烟", "HN-XY-52", "0.9"],
    ["宁州蔬菜", "HN-XY-53", "0.08"],
  ].flatMap(([entity = "", contract = "", price = ""]) => {
    const organisation = cast.entity(entity);
    return [...sold(organisation)].slice(0, 40).flatMap(([household, kilograms]) => {
      const half = (kilograms / 20_000n) * 10_000n;
      const own = { 业务类型: "返利", 户编号: household, 主体编号: organisation, 单价: price };
      return [
        [half, "2025-11-30"],
        [kilograms - half, "2026-01-25"],
      ].flatMap(([quantity, day]): readonly Cells[] => {
        if (typeof quantity !== "bigint" || quantity === 0n) return [];
        const said = { 合同编号: contract, 所属期: "2025", 经营类别: "种植" };
        const amount = yuan(fenOf(quantity, units(price)));
        const dated = { 数量: decimal(quantity), 金额: amount, 业务日期: String(day) };
        return [{ ...own, ...said, ...dated }];
      });
    });
  });
}
