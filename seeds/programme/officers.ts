import type { Cells } from "../acts.ts";
import { familyName, givenName } from "../names.ts";
import { randomFrom } from "../random.ts";
import { townships } from "../villages.ts";
import type { Cast } from "./cast.ts";
import { numbered, villages } from "./cast.ts";

/** Who holds a post. */
export interface Officers {
  readonly rows: readonly Cells[];
  /** The name of the 信息员 of a village, a township or the county, by its code. */
  readonly reporter: (place: string) => string;
  /** 任职编号 of technicians, by the township that they are of. */
  readonly technicians: ReadonlyMap<string, readonly string[]>;
}

/** 信息员 on three levels, leaders, cadres and technicians; all names are invented. */
export function inventOfficers(cast: Cast): Officers {
  const random = randomFrom(53042405);
  const used = new Set<string>();
  const name = (minorityPercent = 10): string => {
    for (;;) {
      const one = familyName(random, minorityPercent) + givenName(random, random.chance(60));
      if (used.has(one)) continue;
      used.add(one);
      return one;
    }
  };
  const rows: Cells[] = [];
  const add = (级别: string, 行政区划: string, 职务: string, 姓名: string, more: Cells = {}) =>
    rows.push({ 级别, 行政区划, 职务, 姓名, 业务日期: "2025-01-02", ...more });
  add("县", "530424", "信息员", name());
  add("县", "530424", "公职人员", name(), { 部门: "县农业农村局" });
  for (const { code, minorityPercent } of townships) {
    add("乡镇", code, "信息员", name(minorityPercent));
    for (let at = 0; at < 4; at++) add("乡镇", code, "技术员", name(minorityPercent));
  }
  villages.forEach(({ township: { minorityPercent }, village: { code } }, at) => {
    add("村", code, "信息员", name(minorityPercent));
    const leaders = [1, 2, 0, 1, 4, 3, 1][at % 7] ?? 0;
    for (let nth = 0; nth < leaders; nth++) add("村", code, "致富带头人", name(minorityPercent));
    if (at % 2 === 0) add("村", code, "第一书记", name(), { 终止日期: "2027-05-31" });
    if (at % 2 === 0) add("村", code, "驻村干部", name());
    if (at % 3 === 0) add("村", code, "村干部", name(minorityPercent));
    if (at % 3 === 1) add("村", code, "监督员", name(minorityPercent));
  });
  const leader = name();
  const place = { 级别: "村", 行政区划: villages[30]?.village.code ?? "", 业务日期: "2025-03-01" };
  const operating = { ...place, 姓名: leader, 主体编号: cast.entity("盘溪蓝莓") };
  // One person operates what it watches over, which the ledger remarks.
  rows.push({ ...operating, 职务: "领办人" }, { ...operating, 职务: "监督员" });
  rows.push({ ...place, 职务: "其他", 姓名: name(), 说明: "护林员代表" });
  const all = numbered("任职编号", "HN-RZ", rows);
  const technicians = new Map<string, string[]>();
  for (const { 行政区划: code = "", 职务: post, 任职编号: id = "" } of all) {
    if (post === "技术员") technicians.set(code, [...(technicians.get(code) ?? []), id]);
  }
  const reporters = all.filter((row) => row["职务"] === "信息员");
  return {
    rows: all,
    reporter: (code) => reporters.find((row) => row["行政区划"] === code)?.["姓名"] ?? "",
    technicians,
  };
}
