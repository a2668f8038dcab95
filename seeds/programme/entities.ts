import type { Cells } from "../acts.ts";
import { creditCode } from "../organisations.ts";
import { randomFrom } from "../random.ts";
import { county } from "../villages.ts";

const names: readonly (readonly [number: string, name: string, kind: string])[] = [
  ["HN-ZT-101", "华宁农业保险有限公司（示例）", "保险公司"],
  ["HN-ZT-102", "华宁融资担保有限公司（示例）", "融资担保公司"],
  ["HN-ZT-103", "玉溪诚评资产评估有限公司（示例）", "评估公司"],
  ["HN-ZT-104", "宁州普氏家庭农场（示例）", "家庭农场"],
  ["HN-ZT-105", "华宁县农业技术推广站（示例）", "事业单位"],
  ["HN-ZT-106", "华宁绿源农产品加工厂（示例）", "加工企业"],
  ["HN-ZT-107", "盘溪金果种植专业合作社（示例）", "农民专业合作社"],
  ["HN-ZT-108", "华宁建设工程有限公司（示例）", "施工企业"],
  ["HN-ZT-109", "通红甸黑山羊养殖专业合作社（示例）", "农民专业合作社"],
];

/** Organisations that the programme needs beside those of the county's files; all invented. */
export const moreEntities: readonly Cells[] = inventMore();

function inventMore(): readonly Cells[] {
  const random = randomFrom(53042401);
  return names.map(([主体编号, 名称, 类型]) => ({
    ...{ 主体编号, 名称, 类型, 行政区划: county.code },
    统一社会信用代码: creditCode(类型 === "农民专业合作社" ? "93" : "91", random),
  }));
}
