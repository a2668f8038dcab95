// Rows of three villages in Huaning: households, entities, what binds them, and who does what.
import type { CountyRow } from "./county.ts";
import type { Step } from "./given.ts";
import { row } from "./programme-rows.ts";

/** Households by the letter of their village and a number: `A1` lives in 落梅村. */
export const h = (name: string): string => {
  const village = { A: "530424101201", B: "530424101202", C: "530424102201" }[name.charAt(0)];
  return `${village ?? ""}00000${name.slice(1)}`;
};

/** The villages as reports name them. */
export const villages = {
  A: "华宁县/青龙镇/落梅村",
  B: "华宁县/青龙镇/海镜村",
  C: "华宁县/宁州街道/甸尾村",
} as const;

/** The 户主 of a household, with a status. */
export const household = (name: string, status: string, terms: CountyRow = {}): Step => {
  const place = villages[name.charAt(0) as keyof typeof villages].split("/");
  const [county = "", township = "", village = ""] = place;
  return [
    "roster",
    {
      ...{ 县: county, 乡: township, 行政村: village, 自然村: "一组" },
      ...{ 户编号: h(name), 人编号: `${h(name)}01`, 姓名: "某", 证件号码: "539999" },
      ...{ 与户主关系: "户主", 户类型: status, ...terms },
    },
  ];
};

/** An entity of a class and a division. */
export const entity = (id: string, kind: string, division: string): Step => [
  "organisations",
  { 主体编号: id, 名称: `${id}的名称`, 类型: kind, 行政区划: division },
];

/** A household bound to an entity. */
export const bound = (
  id: string,
  household: string,
  organisation: string,
  terms: CountyRow,
): Step => {
  return row("bindings", { 绑定编号: id, 户编号: h(household), 主体编号: organisation, ...terms });
};

/** What a household said of its conditions and its will. */
export const stated = (id: string, household: string, date: string, terms: CountyRow = {}): Step =>
  row("conditions", { 记录编号: id, 户编号: h(household), 业务日期: date, ...terms });

/** An activity of a kind. */
export const held = (id: string, kind: string, date: string, terms: CountyRow): Step =>
  row("activities", { 活动编号: id, 活动类型: kind, 业务日期: date, ...terms });

/** A step of the round of 落梅村, unless the terms say otherwise. */
export const round = (
  id: string,
  step: string,
  date: string,
  by: string,
  terms: CountyRow = {},
): Step =>
  row("rounds", {
    ...{ 步骤编号: id, 步骤: step, 业务日期: date, 经办人: by, 行政区划: "530424101201" },
    ...terms,
  });
