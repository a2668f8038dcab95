import type { Cells } from "../acts.ts";
import { documentHash } from "../plan-steps.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";

const register = "HN-GQ-101";
const contract = "HN-XY-81";

/** What became of the shares later. */
const later = `
  业务类型 户编号 股数 金额 资本类型 受让 说明 材料 合同 业务日期
  增资 ~新庄社区.1 - 30 现金 - - - 是 2026-03-10
  增资 ~新庄社区.8 - 24 现金 - - - 是 2026-03-10
  增资 ~新庄社区.9 - 15 现金 - - - 是 2026-03-11
  转让 ~新庄社区.1 10 - - ~新庄社区.2 - - - 2026-03-20
  转让 ~新庄社区.7 5 - - @宁州新庄社区 - - - 2026-03-24
  调整 ~新庄社区.3 40 - - ~新庄社区.41 脱贫户动态调整 #新庄股权调整名单 - 2026-04-15
  继承 ~新庄社区.4 80 - - ~新庄社区.42 - #新庄继承公证书 - 2026-05-12
  退股 ~新庄社区.5 80 8000 - - - - 是 2026-06-18
  退股 ~新庄社区.6 20 1900 - - - #新庄退股协商决议 是 2026-06-18
  折股 ~新庄社区.12 - 5000 林权 - - #新庄林权评估报告 是 2025-11-05
  折股 ~新庄社区.13 - 2000 实物 - - - 是 2025-11-05
`;

/** Shares that a household bought with what it had borrowed, which is no small loan. */
export function sharesOfLoan(cast: Cast): readonly Cells[] {
  return cast.rows(`
    业务编号 业务类型 户编号 主体编号 合同编号 股权登记簿 金额 资本类型 贷款编号 业务日期
    HN-YF-9001 折股 ~新庄社区.10 @宁州新庄社区 ${contract} ${register} 15000 贷款 HN-DK-111 2025-12-08
  `);
}

/** Sorting machines of a village that became shares: of 40 households and of a neighbour. */
export function shareMovements(cast: Cast): readonly Cells[] {
  const own = { 主体编号: cast.entity("宁州新庄社区"), 股权登记簿: register };
  const quantified = { ...own, 业务类型: "量化", 合同编号: contract, 资产编号: "HN-ZC-06" };
  const day = { 业务日期: "2025-09-20", 材料: documentHash("分拣设备量化方案") };
  const issued = cast
    .village("新庄社区")
    .slice(0, 40)
    .map(({ number }): Cells => ({ ...quantified, ...day, 户编号: number, 股数: "80" }));
  const neighbour = { ...quantified, ...day, 持股主体编号: cast.entity("宁州马鞍山社区") };
  const rows = cast.rows(later).map(({ 合同: isUnder, 受让: recipient, ...row }) => ({
    ...{ ...own, ...row },
    ...(isUnder === "是" && { 合同编号: contract }),
    ...(recipient?.startsWith("HN-ZT") === true
      ? { 受让主体编号: recipient }
      : recipient !== undefined && { 受让户编号: recipient }),
  }));
  const dividend = { ...own, 业务类型: "分红", 金额: "12000", 业务日期: "2026-01-25" };
  return numbered("业务编号", "HN-YF", [
    ...[...issued, { ...neighbour, 股数: "800" }],
    { ...dividend, 所属期: "2025", 凭证号: "FH-260125" },
    ...rows,
  ]);
}
