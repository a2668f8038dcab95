import type { Cells } from "../acts.ts";
import { staff } from "../plan-steps.ts";
import { parameters } from "../../src/domain/parameters.ts";
import { county } from "../villages.ts";

/** The county's own pack, invented, beside the delivered one of its plan of 2021. */
export const ownPack = "huaning-demo-2025";

const scaled = ["烟", "畜", "果", "菜", "药"];

const pack = {
  id: ownPack,
  division: county.code,
  from: "2025-01-01",
  source: { title: "华宁县利益联结实施细则（示例，虚构）", number: "华示发〔2024〕1号" },
  parameters: {
    "award.rates": {
      ...{ 生产合作: "120.00", 股份合作: "180.00", 订单帮扶: "100.00" },
      ...{ 生产托管: "120.00", 劳务合作: "80.00", 土地流转: "60.00" },
    },
    "subsidy.caps": { 龙头企业: "1500000.00", 合作社: "900000.00", 大户: "200000.00" },
    "industry.scaled": scaled,
    "industry.list": [...parameters["industry.list"].base, ...scaled],
    "industry.leading": ["果", "菜"],
    "coverage.target": { "2025-12-31": "1", "2026-12-31": "1" },
    "ratio.floor": { 2024: "0.65", 2025: "0.7", 2026: "0.7" },
    "case.days": { 投诉: 30, 举报: 60, 争议: 45, 违约: 60, 检查: 90, 巡查: 90, 舆情: 15 },
    "dibao.line": "5820.00",
  },
  rules: {},
  clauses: {
    "award.rates": "三(一)：按绑定形式和户数奖补",
    "subsidy.caps": "三(二)：分对象补助上限",
    "industry.scaled": "二(一)：烟、畜、果、菜、药",
    "industry.list": "二(一)：烟、畜、果、菜、药",
    "industry.leading": "二(二)：果、菜两个主导产业",
    "coverage.target": "一：应纳尽纳",
    "ratio.floor": "三(三)：涉农整合资金用于产业不低于70%",
    "case.days": "五(二)：办理时限",
    "dibao.line": "四(三)：农村低保年标准（示例）",
  },
};

/** The packs that the programme is judged by. */
export const packRows: readonly Cells[] = ["huaning-2021", JSON.stringify(pack)].map((said) => ({
  政策包: said,
  经办人: staff.bureau,
}));
