import type { Cells } from "../acts.ts";
import type { Organisation } from "../organisations.ts";
import { randomFrom } from "../random.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";

/** What single entities have promised beside the common duty of all. */
const promised = `
  主体编号 年度 责任类型 目标值 项目编号 合同编号 业务日期
  @华宁蔬菜 2025 租金金额 20000 HN-XM-01 - 2025-01-20
  @华宁蔬菜 2025 用工户数 10 HN-XM-01 - 2025-01-20
  @盘溪柑桔 2025 收购金额 150000 HN-XM-02 - 2025-02-06
  @盘溪柑桔 2025 返利金额 1000 - HN-XY-51 2025-02-06
  @青龙烤烟 2025 收购金额 200000 HN-XM-03 - 2025-02-06
  @青龙蓝莓 2025 分红金额 5000 HN-XM-08 - 2025-02-10
  @华宁冷链 2025 工资金额 900000 HN-XM-07 - 2025-02-10
  @华宁乡村旅游 2025 支付总额 60000 HN-XM-09 - 2024-12-20
  @华宁建设工程 2025 用工户数 5 HN-XM-13 - 2025-02-20
  @华宁建设工程 2026 用工户数 5 HN-XM-25 - 2026-02-20
  @通红甸黑山羊 2025 带动户数 5 HN-XM-04 - 2025-02-06
  @通红甸黑山羊 2026 带动户数 20 - - 2026-01-20
`;

/** `duties`: every cooperative and enterprise has households to reach, in both years. */
export function dutyRows(cast: Cast): readonly Cells[] {
  const all = [2025, 2026].flatMap((year) =>
    dutiful(cast).map(({ number, kind }) => ({
      ...{ 主体编号: number, 年度: String(year), 责任类型: "带动户数" },
      目标值: kind === "农民专业合作社" ? "15" : "10",
      业务日期: `${year}-01-15`,
    })),
  );
  return numbered("责任编号", "HN-ZR", [...all, ...cast.rows(promised)]);
}

function dutiful({ county }: Cast): readonly Organisation[] {
  return county.organisations.filter(({ kind }) => kind !== "银行" && kind !== "村集体经济组织");
}

/** `entity-years`: what every entity reports of 2025, and some of 2024. */
export function entityYearRows(cast: Cast): readonly Cells[] {
  const random = randomFrom(53042406);
  const reports = cast.county.organisations.flatMap(({ number, kind }, at): readonly Cells[] => {
    if (kind === "银行") return [];
    const isVillage = kind === "村集体经济组织";
    const years = isVillage || at % 3 === 0 ? [2024, 2025] : [2025];
    return years.map((year): Cells => {
      const turnover = isVillage ? random.int(8, 90) * 10_000 : random.int(60, 900) * 10_000;
      const isLoss = random.chance(12);
      const result = Math.floor(turnover / random.int(8, 25));
      const employed = isVillage ? random.int(2, 9) : random.int(12, 80);
      const hired = random.chance(55) ? random.int(1, 8) : 0;
      return {
        ...{ 主体编号: number, 年度: String(year), 营业收入: String(turnover) },
        ...{ 利润: isLoss ? "0" : String(result), 亏损: isLoss ? String(result) : "0" },
        ...{ 从业人数: String(employed), 贫困从业人数: String(Math.ceil(employed * 0.4)) },
        ...{ 新招人数: String(hired), 新招贫困人数: String(Math.ceil(hired / 2)) },
        业务日期: `${year}-12-31`,
      };
    });
  });
  // It was paid by the programme and hired nobody poor, which the ledger remarks.
  const builder = cast.rows(`
    主体编号 年度 营业收入 利润 亏损 从业人数 贫困从业人数 新招人数 新招贫困人数 业务日期
    @华宁建设工程 2025 6200000 410000 0 64 18 7 0 2025-12-31
    @通红甸黑山羊 2025 380000 21000 0 14 11 2 2 2025-12-31
    @宁州普氏家庭农场 2025 260000 0 14000 9 5 1 1 2025-12-31
  `);
  return numbered("年报编号", "HN-NB", [...reports, ...builder]);
}

/** `sanctions`: one is over, one runs, one was taken back; a case stands behind two. */
export const sanctions = `
  惩戒编号 主体编号 事由 起始日期 终止日期 案件编号 业务日期
  HN-CF-01 @华宁绿源 套取补贴，伪造收购台账 2025-05-20 - HN-AJ-07 2025-05-20
  HN-CF-02 @盘溪金果 拒不兑付农户分红 2025-08-01 2027-07-31 - 2025-08-01
  HN-CF-03 @华宁光伏 逾期未付租金 2026-09-10 2027-03-09 HN-AJ-04 2026-09-10
  HN-CF-04 @宁州普氏家庭农场 误录 2026-04-01 - - 2026-04-01
`;
