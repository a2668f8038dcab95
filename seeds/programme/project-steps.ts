import type { Cells } from "../acts.ts";
import { daysAfter } from "../exact.ts";
import { documentHash, staff } from "../plan-steps.ts";
import type { Cast } from "./cast.ts";
import { numbered } from "./cast.ts";
import type { Linkage } from "./linkage.ts";

/** Steps with the days from a project's own day to each. */
const courses = {
  built:
    "入库 5 申请 15 申请 17 遴选 30 风险评估 36 联结 45 决策 50 批准 60 备案 66 公告 70 招标 80 " +
    "开工 88 标识牌 92 完工 180 公告 184 验收 190 农户确认 196 工程审计 205 绩效 300 归档 310",
  run:
    "入库 5 申请 12 申请 13 遴选 24 风险评估 30 联结 40 决策 44 批准 52 备案 58 采购 62 开工 66 " +
    "公告 70 完工 150 验收 158 农户确认 162 绩效 260 归档 270",
  public:
    "入库 5 决策 15 批准 30 备案 36 公告 38 招标 45 开工 55 完工 150 验收 160 农户确认 165 " +
    "工程审计 175 绩效 240 归档 250",
  given: "入库 5 决策 12 批准 24 公告 28 开工 30 完工 120 验收 130 农户确认 135 绩效 200",
  paid: "入库 3 决策 8 批准 14 备案 20 公告 24",
  garden:
    "入库 7 申请 14 申请 15 申请 16 遴选 22 风险评估 28 联结 80 决策 84 批准 88 备案 92 公告 94 " +
    "招标 102 开工 107 标识牌 112 变更申请 141 变更批准 148 变更备案 151 完工 214 公告 216 " +
    "验收 219 农户确认 226 工程审计 234 绩效 397 归档 400",
} as const;

/** How a project runs, and how far it has come. */
interface Run {
  readonly course: keyof typeof courses;
  /** Who applies beside the operator and is not selected. */
  readonly rivals?: readonly string[];
  /** The last step that was taken; all of the course where it is not given. */
  readonly to?: string;
  /** What 绩效 found: households that were reached, and what they gained. */
  readonly result?: readonly [households: number, income: number];
}

const runs: Readonly<Record<string, Run>> = {
  "HN-XM-01": { course: "garden", rivals: ["@华宁食用菌", "@宁州蔬菜"], result: [64, 196_000] },
  "HN-XM-02": { course: "run", rivals: ["@华溪柑桔"], result: [131, 322_500] },
  "HN-XM-03": { course: "run", rivals: ["@宁州烤烟"], result: [90, 224_000] },
  "HN-XM-04": { course: "run", rivals: ["@通红甸肉牛"], result: [42, 101_200] },
  "HN-XM-05": { course: "run", rivals: ["@宁州肉牛"], to: "绩效", result: [22, 61_000] },
  "HN-XM-06": { course: "built", rivals: ["@盘溪食用菌"], result: [51, 158_000] },
  "HN-XM-07": { course: "built", rivals: ["@华宁陶瓷"], to: "绩效", result: [83, 208_000] },
  "HN-XM-08": { course: "run", rivals: ["@盘溪蓝莓"], to: "绩效", result: [43, 121_000] },
  "HN-XM-09": { course: "built", rivals: ["@华宁陶瓷"], result: [30, 92_400] },
  "HN-XM-10": { course: "built", rivals: ["@青龙蓝莓"], to: "工程审计" },
  "HN-XM-11": { course: "run", rivals: ["@青龙天门冬"], to: "农户确认" },
  "HN-XM-12": { course: "given", result: [58, 88_000] },
  "HN-XM-13": { course: "public", result: [212, 0] },
  "HN-XM-14": { course: "public", to: "工程审计" },
  "HN-XM-15": { course: "given", result: [60, 75_600] },
  "HN-XM-16": { course: "paid" },
  "HN-XM-17": { course: "paid" },
  "HN-XM-18": { course: "paid" },
  "HN-XM-19": { course: "given", to: "农户确认" },
  "HN-XM-20": { course: "public", to: "公告" },
  "HN-XM-21": { course: "built", rivals: ["@华宁蔬菜"], to: "标识牌" },
  "HN-XM-22": { course: "run", rivals: ["@通红甸核桃"], to: "公告" },
  "HN-XM-23": { course: "built", rivals: ["@通红甸天门冬"], to: "农户确认" },
  "HN-XM-24": { course: "built", rivals: ["@宁州食用菌"], to: "标识牌" },
  "HN-XM-25": { course: "public", to: "批准" },
};

/** A project is given up when its money has been given back. */
export const cancelled: Cells = {
  ...{ 步骤编号: "HN-XB-9001", 项目编号: "HN-XM-20", 步骤: "取消", 业务日期: "2025-07-25" },
  ...{ 经办人: staff.bureau, 说明: "屋顶承重不达标" },
};

const departments = ["县乡村振兴局", "县财政局", "县审计局", "县纪委监委"];
const archives = ["申报审批", "组织实施", "统计监测"];

/** What the rows of a step are made of. */
interface Stepping extends Linkage {
  readonly cast: Cast;
  readonly project: Cells;
  readonly run: Run;
}

/** Steps of the projects, as far as each has come. */
export function projectStepRows(
  cast: Cast,
  projects: readonly Cells[],
  linkOf: (project: Cells) => Linkage,
): readonly Cells[] {
  const rows = projects.flatMap((project) => {
    const run = runs[project["项目编号"] ?? ""];
    if (run === undefined) throw new Error("every project has its run");
    const stepping = { cast, project, run, ...linkOf(project) };
    const tokens = courses[run.course].split(" ");
    const steps = tokens.flatMap((step, at) => {
      return at % 2 === 0 ? [[step, Number(tokens[at + 1])] as const] : [];
    });
    const last = steps.findLastIndex(([step]) => step === (run.to ?? steps.at(-1)?.[0]));
    const before = new Map<string, number>();
    return steps.slice(0, last + 1).flatMap(([step, days]): readonly Cells[] => {
      const day = daysAfter(project["业务日期"] ?? "", days);
      const nth = before.get(step) ?? 0;
      before.set(step, nth + 1);
      return saidOf(step, stepping, nth).map((said) => ({
        ...{ 项目编号: project["项目编号"] ?? "", 步骤: step, 业务日期: day },
        ...{ 经办人: staff.clerk, ...said },
      }));
    });
  });
  return numbered("步骤编号", "HN-XB", rows);
}

function saidOf(step: string, stepping: Stepping, nth: number): readonly Cells[] {
  const { project, run, link, cast } = stepping;
  const { 项目编号: id = "", 主体编号: operator = "", 行政区划: place = "" } = project;
  const paper = (what: string): Cells => ({ 材料: documentHash(`${id} ${what}`) });
  const rivals = (run.rivals ?? []).map((name) => cast.entity(name.slice(1)));
  switch (step) {
    case "申请":
      return [{ 主体编号: [operator, ...rivals][nth] ?? "", ...paper(`申请书 ${nth}`) }];
    case "遴选":
      return [
        {
          ...{ 主体编号: operator, 未选主体: rivals.join("、"), 经办人: staff.head },
          ...{ 说明: "带动户数和方案评分第一", ...paper("评审记录") },
        },
      ];
    case "风险评估":
      return [{ 说明: "市场和自然风险可控，已有保单和订单", ...paper("风险评估报告") }];
    case "联结":
      return [link];
    case "决策":
      return [{ 程序: place.length === 12 ? "村级" : "乡镇", ...paper("会议记录") }];
    case "批准":
      return [{ 单位: "华宁县人民政府", 经办人: staff.bureau }];
    case "备案":
      return [{ 单位: "玉溪市农业农村局", 经办人: staff.bureau }];
    case "招标":
    case "采购":
      return [{ 单位: "华宁建设工程有限公司（示例）", ...paper("中标通知书") }];
    case "开工":
      return [{ 承办方式: startedBy(run.course) }];
    case "标识牌":
      return [{ 地点: "项目点入口" }];
    default:
      return saidLater(step, stepping, nth, paper);
  }
}

/** What the steps say that come when work is under way or done. */
function saidLater(
  step: string,
  { project, run, confirming }: Stepping,
  nth: number,
  paper: (what: string) => Cells,
): readonly Cells[] {
  const { 项目编号: id = "", 业务日期: day = "" } = project;
  const [households, income] = run.result ?? [0, 0];
  switch (step) {
    case "公告":
      return [
        {
          ...{ 级别: levelOf(project, nth), 地点: "公开栏", 截止日期: daysAfter(day, 420) },
          // One project hangs on one board alone, which its archive is remarked for.
          渠道: id === "HN-XM-04" ? "公开栏" : "公开栏、微信群、政府网站",
        },
      ];
    case "变更申请":
      return [{ 计划金额: "1320000", 说明: "增建一套水肥一体化设施" }];
    case "变更批准":
      return [{ 单位: "华宁县人民政府", 经办人: staff.bureau }];
    case "变更备案":
      return [{ 单位: "玉溪市农业农村局", 经办人: staff.bureau }];
    case "验收":
      return accepted(id);
    case "农户确认":
      return confirming.map((户编号, at) => ({
        ...{ 户编号, 经办人: staff.team, 意见: at === 2 && id === "HN-XM-05" ? "不属实" : "属实" },
      }));
    case "工程审计":
      return [{ 单位: "县审计局", 意见: "合格", ...paper("审计报告") }];
    case "绩效":
      return [
        {
          ...{ 意见: id === "HN-XM-05" ? "未达标" : "达标", 户数: String(households) },
          ...{ 增收: String(income), ...paper("绩效评价") },
        },
      ];
    case "归档":
      return archives.map((类别) => ({ 类别, 部门: "县农业农村局" }));
    default:
      return [{}];
  }
}

/** The garden failed its first look, and the cattle sheds every one of them. */
function accepted(project: string): readonly Cells[] {
  const passed = departments.map((单位) => ({
    ...{ 单位, 意见: project === "HN-XM-05" && 单位 === "县审计局" ? "不合格" : "合格" },
  }));
  const failed = { 单位: "县审计局", 意见: "不合格", 说明: "水肥设备数量与合同不符" };
  return project === "HN-XM-01" ? [failed, ...passed] : passed;
}

/** Where a project is announced: where it is decided, and when it is done at its own place. */
function levelOf({ 行政区划: place = "" }: Cells, nth: number): string {
  if (nth > 0) return "项目点";
  return place.length === 12 ? "村" : place.length === 9 ? "乡镇" : "县";
}

function startedBy(course: Run["course"]): string {
  const ways = { built: "招标", run: "委托", public: "承包", given: "自建", paid: "自建" } as const;
  return course === "garden" ? "采购" : ways[course];
}
