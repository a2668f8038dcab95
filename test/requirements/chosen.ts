// A project that an entity runs, from 入库 to 批准.
import type { CountyRow } from "../support/county.ts";
import type { Step } from "../support/given.ts";
import { row } from "../support/programme-rows.ts";
import { stepOf } from "../support/short-rows.ts";

/** A project for which an entity applied and was chosen, and that is linked and approved. */
export function chosen(
  project: string,
  entity: string,
  link: CountyRow,
  terms: CountyRow = {},
): readonly Step[] {
  return [
    row("projects", { 项目编号: project, ...terms }),
    stepOf(project, "入库", "2025-01-12"),
    stepOf(project, "申请", "2025-01-13", { 主体编号: entity }),
    stepOf(project, "遴选", "2025-01-14", { 主体编号: entity }),
    stepOf(project, "联结", "2025-01-15", link),
    stepOf(project, "批准", "2025-01-20"),
  ];
}
