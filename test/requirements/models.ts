// Models and operating methods: R1 to R28.
import { projectStep, row } from "../support/programme-rows.ts";
import type { Requirement } from "./requirement.ts";
import { given, recorded, refused, reported } from "./requirement.ts";

/** The requirements of this part of the inventory. */
export const models: readonly Requirement[] = [
  {
    id: "R1",
    source: "S0",
    asks: "Every project names its model, one of six or one that was explored and recognised.",
    shows: "A project under a model of its own is refused until the model is recognised.",
    example: [
      refused("ModelUnknown", row("projects", { 模式编号: "M7" })),
      recorded(row("models", { 名称: "庭院经济" })),
      refused("ModelNotRecognised", row("projects", { 模式编号: "M7" })),
      recorded(
        row("models", { 步骤编号: "MS2", 步骤: "县批准", 业务日期: "2025-01-07", 名称: "" }),
      ),
      recorded(row("projects", { 模式编号: "M7", 计划金额: "800" })),
      given(row("projects", { 项目编号: "X2" }), projectStep("入库", "2025-01-12")),
      reported("programme", { year: "2025" }, "M7", { projects: 1, planned: "800.00" }),
      reported("programme", { year: "2025" }, "total", { rows: 2, projects: 2 }),
    ],
  },
];
