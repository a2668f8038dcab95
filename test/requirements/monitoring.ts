// Monitoring and registration: R134 to R151.
import type { CountyRow } from "../support/county.ts";
import type { Step } from "../support/given.ts";
import { basis, income, plan, step as planStep } from "../support/plan-rows.ts";
import { pack } from "../support/programme-judged.ts";
import { approved, projectStep, row } from "../support/programme-rows.ts";
import {
  bound,
  entity,
  h,
  held,
  household,
  round,
  stated,
  villages,
} from "../support/huaning-rows.ts";
import { person } from "../support/rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

/** Codes of villages A and B, and of their township. */
const [codeA, codeB, township] = ["530424101201", "530424101202", "530424101"];

/** Huaning: four households of two villages, a cooperative, an enterprise and the county's pack. */
const huaning: readonly Step[] = [
  household("A1", "脱贫户"),
  household("A2", "", { 监测对象类型: "边缘易致贫户" }),
  household("B1", "脱贫户"),
  household("B2", "低收入户"),
  entity("O1", "农民专业合作社", codeA),
  entity("O2", "龙头企业", "530424"),
  ["packs", { 政策包: "huaning-2021", 经办人: "甲" }],
];

/** An enterprise stands behind a cooperative. */
const chained = (id: string, cooperative: string, date: string, terms: CountyRow = {}): Step =>
  row("bindings", {
    ...{ 绑定编号: id, 层级: "合作社", 户编号: "", 对方主体编号: cooperative },
    ...{ 主体编号: "O2", 帮扶方式: "", 业务日期: date, ...terms },
  });

/** The steps of a round in village A from 采集 to 反馈. */
const collected = round("Q1", "采集", "2025-10-10", "甲");
const submitted = round("Q2", "上报", "2025-10-11", "甲");
const entered = round("Q3", "录入", "2025-10-12", "乙");
const reviewed = round("Q4", "审核", "2025-10-13", "丙");
const fedBack = round("Q5", "反馈", "2025-10-14", "乙");

/** The same in village B. */
const elsewhere = [collected, submitted, entered, reviewed, fedBack].map(
  ([kind, cells]): Step => [
    kind,
    { ...cells, 步骤编号: `B ${cells["步骤"] ?? ""}`, 行政区划: codeB },
  ],
);

const reporter = (id: string, level: string, division: string, terms: CountyRow = {}): Step =>
  row("officers", {
    ...{ 任职编号: id, 职务: "信息员", 级别: level, 行政区划: division, 姓名: id, ...terms },
  });

const coverage: readonly Requirement[] = [
  {
    id: "R134",
    source: "S1",
    asks: "By the end of 2025 all poor households that can and will are bound on both levels.",
    shows: "Of two that can and will, none, one and both are covered as the two levels are bound.",
    note: "C43, which holds what a bureau reports against this, comes with the checks.",
    county: huaning,
    example: [
      recorded(stated("K1", "A1", "2025-01-20")),
      recorded(stated("K2", "B1", "2025-01-20", { 发展意愿: "无" })),
      recorded(stated("K3", "B2", "2025-01-20")),
      recorded(bound("L1", "A1", "O1", { 业务日期: "2025-02-01" })),
      recorded(chained("L2", "O1", "2025-03-01")),
      recorded(bound("L3", "B2", "O1", { 业务日期: "2025-12-31" })),
      reported("coverage", { on: "2025-02-28" }, "total", {
        goal: { all: 3, unknown: 0, eligible: 2, covered: 0, ratio: "0.0000" },
        target: null,
      }),
      reported("coverage", { on: "2025-03-01" }, "total", {
        goal: { eligible: 2, covered: 1, ratio: "0.5000" },
      }),
      reported("coverage", { on: "2025-12-31" }, villages.B, {
        goal: { all: 2, eligible: 1, covered: 1, ratio: "1.0000" },
      }),
      reported("coverage", { on: "2025-12-31" }, "total", {
        goal: { eligible: 2, covered: 2, ratio: "1.0000" },
        target: "1.0000",
      }),
    ],
  },
  {
    id: "R135",
    source: "S1",
    asks: "The register of households and bindings reaches down to the villagers' group.",
    shows: "Households count in the group that the roster has them in, and move with it.",
    county: huaning,
    example: [
      recorded(household("A3", "一般户", { 自然村: "二组" })),
      given(
        bound("L1", "A1", "O1", {}),
        bound("L2", "A3", "O1", {}),
        chained("L3", "O1", "2025-02-01"),
      ),
      reported("coverage", { on: "2025-12-31", by: "group" }, `${villages.A}/一组`, {
        ...{ households: 2, assessed: { all: 2, covered: 1 }, grades: { 契约: 1 } },
      }),
      reported("coverage", { on: "2025-12-31", by: "group" }, `${villages.A}/二组`, {
        ...{ households: 1, assessed: { all: 0, covered: 0 }, grades: { 契约: 1 } },
      }),
      recorded(household("A1", "脱贫户", { 自然村: "二组" })),
      reported("coverage", { on: "2025-12-31", by: "group" }, `${villages.A}/二组`, {
        ...{ households: 2, assessed: { all: 1, covered: 1 }, grades: { 契约: 2 } },
      }),
    ],
  },
  {
    id: "R142",
    source: "S1",
    asks: "Whether what a cooperative does fits what its households grow and raise is looked at.",
    shows: "A binding in another industry than the household's is remarked until it changes.",
    county: huaning,
    example: [
      recorded(stated("K1", "A1", "2025-01-10", { 产业: "养殖业" })),
      recorded(stated("K2", "A2", "2025-01-10", { 产业: "养殖业、种植业" })),
      remarked("IndustryMismatch", bound("L1", "A1", "O1", { 产业: "种植业" })),
      recorded(bound("L2", "A2", "O1", { 产业: "种植业" })),
      reported("remarks", { year: "2025" }, "bindings/L1/IndustryMismatch", { message: /产业/ }),
      recorded(stated("K3", "A1", "2025-03-01", { 产业: "种植业" })),
      reported("coverage", { on: "2025-02-28" }, villages.A, { mismatched: 1 }),
      reported("coverage", { on: "2025-03-01" }, villages.A, { mismatched: 0 }),
    ],
  },
  {
    id: "R143",
    source: "S1",
    asks: "Each industry of scale has at least one enterprise with a cooperative that leads it.",
    shows:
      "烟 has a chain, 畜 only a cooperative until an enterprise stands behind it, 药 neither.",
    county: huaning,
    example: [
      given(entity("O4", "农民专业合作社", codeB)),
      recorded(bound("L1", "A1", "O1", { 产业: "烟" })),
      recorded(bound("L2", "B1", "O4", { 产业: "畜" })),
      recorded(chained("L3", "O1", "2025-02-01")),
      recorded(chained("L4", "O4", "2025-06-01")),
      reported("programme", { on: "2025-05-31" }, "total", {
        industries: {
          烟: { cooperatives: 1, chains: 1 },
          畜: { cooperatives: 1, chains: 0 },
          药: { cooperatives: 0, chains: 0 },
        },
      }),
      reported("programme", { on: "2025-06-01" }, "total", {
        industries: { 畜: { cooperatives: 1, chains: 1 } },
      }),
    ],
  },
  {
    id: "R145",
    source: "S1",
    asks: "Assessed: all poor and watched households covered, half of merged funds for industry.",
    shows: "The assessment has its own households, and its half beside the year's higher floor.",
    county: huaning,
    example: [
      given(
        row("funds", { 资金来源: "涉农整合" }),
        row("projects"),
        projectStep("入库", "2025-01-12"),
      ),
      recorded(bound("L1", "A2", "O1", {})),
      recorded(chained("L2", "O1", "2025-02-01")),
      reported("coverage", { on: "2025-12-31" }, "total", {
        goal: { all: 3, covered: 0 },
        assessed: { all: 3, covered: 1, ratio: "0.3333" },
      }),
      recorded(row("allocations", { 金额: "499.99" })),
      recorded(row("allocations", { 安排编号: "A2", 金额: "0.01", 业务日期: "2025-02-02" })),
      reported("fund-ratio", { on: "2025-02-01" }, "2025", {
        ...{ integrated: "1000.00", industry: "499.99", ratio: "0.5000" },
        ...{ assessed: "0.5000", assessedMet: false },
      }),
      reported("fund-ratio", { on: "2025-02-02" }, "2025", {
        ...{ industry: "500.00", ratio: "0.5000", floor: "0.7000", met: false },
        ...{ assessed: "0.5000", assessedMet: true },
      }),
    ],
  },
  {
    id: "R146",
    source: "S1",
    asks: "What is known of households in industry is reported regularly and kept up to date.",
    shows: "A1 is stale over a year after it was asked; B2 is assessed from the day it is watched.",
    county: huaning,
    example: [
      recorded(stated("K1", "A1", "2024-06-01")),
      reported("coverage", { on: "2025-05-31" }, villages.A, { assessed: { all: 2 }, stale: 1 }),
      reported("coverage", { on: "2025-06-02" }, villages.A, { assessed: { all: 2 }, stale: 2 }),
      recorded(stated("K2", "A1", "2025-06-02")),
      reported("coverage", { on: "2025-06-02" }, villages.A, { stale: 1 }),
      recorded(stated("K3", "B2", "2025-07-01", { 监测对象类型: "突发严重困难户" })),
      reported("coverage", { on: "2025-06-30" }, villages.B, { assessed: { all: 1 }, stale: 1 }),
      reported("coverage", { on: "2025-07-01" }, villages.B, { assessed: { all: 2 }, stale: 1 }),
    ],
  },
];

const rounds: readonly Requirement[] = [
  {
    id: "R136",
    source: "S1",
    asks: "Each October what poor and watched households do is collected, and the list adjusted.",
    shows: "A round that ends on 31 October is in time, one that ends on the next day is late.",
    note: "C37, which lists the villages whose round is late, comes with the checks.",
    county: huaning,
    example: [
      recorded(collected),
      recorded(stated("K1", "A2", "2025-10-10")),
      recorded(stated("K2", "A1", "2025-10-09")),
      given(submitted, entered, reviewed),
      refused("StepOutOfOrder", round("Q6", "完成", "2025-10-31", "丙", { 变化户数: "1" })),
      given(fedBack),
      recorded(round("Q6", "完成", "2025-10-31", "丙", { 变化户数: "1" })),
      given(...elsewhere),
      recorded(round("B6", "完成", "2025-11-01", "丙", { 行政区划: codeB })),
      reported("rounds", { year: "2025" }, villages.A, {
        ...{ 采集: "2025-10-10", 完成: "2025-10-31", changed: 1, counted: 1, late: false },
      }),
      reported("rounds", { year: "2025" }, villages.B, {
        ...{ 完成: "2025-11-01", changed: 0, counted: 0, late: true },
      }),
    ],
  },
  {
    id: "R137",
    source: "S1",
    asks: "Each village has one information officer, who hands its adjusted list to the township.",
    shows: "On the day that a round is due village A has one officer, B none; in June A had two.",
    note: "C37a, which lists villages with none or several, comes with the checks.",
    county: huaning,
    example: [
      recorded(reporter("李四", "村", codeA)),
      recorded(reporter("王五", "村", codeA, { 业务日期: "2025-06-01" })),
      recorded(row("ends", { 原表: "officers", 原编号: "李四" })),
      reported("villages", { on: "2025-05-31" }, villages.A, { officers: 1 }),
      reported("villages", { on: "2025-06-30" }, villages.A, { officers: 2 }),
      reported("villages", { on: "2025-07-01" }, villages.A, { officers: 1 }),
      reported("villages", { on: "2025-07-01" }, villages.B, { officers: 0 }),
      recorded(collected),
      recorded(submitted),
      reported("rounds", { year: "2025" }, villages.A, { 上报: "2025-10-11", officers: 1 }),
      reported("rounds", { year: "2025" }, villages.B, { 上报: null, officers: 0 }),
    ],
  },
  {
    id: "R138",
    source: "S1",
    asks: "The township's officer enters the adjusted lists and tells the village what changed.",
    shows: "Nothing is entered before it is handed in, nor told back before it is reviewed.",
    county: huaning,
    example: [
      recorded(reporter("乙", "乡镇", township)),
      given(collected),
      refused("StepOutOfOrder", entered),
      recorded(submitted),
      refused("DateBefore", round("Q3", "录入", "2025-10-10", "乙")),
      recorded(entered),
      refused("StepOutOfOrder", fedBack),
      recorded(reviewed),
      recorded(fedBack),
      reported("rounds", { year: "2025" }, villages.A, {
        ...{ 上报: "2025-10-11", 录入: "2025-10-12", 反馈: "2025-10-14", 完成: null, late: true },
      }),
    ],
  },
  {
    id: "R139",
    source: "S1",
    asks: "The county's officer reviews what was entered, so that the figures are right.",
    shows: "Who collected may not enter, and who collected or entered may not review.",
    county: huaning,
    example: [
      recorded(reporter("丙", "县", "530424")),
      given(collected, submitted),
      refused("SamePerson", round("Q3", "录入", "2025-10-12", "甲")),
      given(entered),
      refused("SamePerson", round("Q4", "审核", "2025-10-13", "乙")),
      refused("SamePerson", round("Q4", "审核", "2025-10-13", "甲")),
      recorded(reviewed),
      reported("rounds", { on: "2025-10-13" }, villages.A, {
        ...{ 录入: "2025-10-12", 审核: "2025-10-13", 反馈: null },
      }),
    ],
  },
  {
    id: "R140",
    source: "S1",
    asks: "Besides watching online, officials check at random in the field.",
    shows: "A random check is not written down without the seed that its sample was drawn by.",
    note: "`sample`, which draws the same households again from the seed, comes with the checks.",
    county: huaning,
    example: [
      refused("MalformedField", held("V1", "随机核查", "2025-05-06", { 行政区划: township })),
      refused("MalformedField", held("V1", "随机核查", "2025-05-06", { 种子: "20250506" })),
      recorded(
        held("V1", "随机核查", "2025-05-06", {
          ...{ 行政区划: township, 种子: "20250506", 人数: "2", 结果: "一户不符" },
        }),
      ),
      recorded(
        row("cases", {
          ...{ 类型: "检查", 来源: "检查", 户编号: h("A1"), 业务日期: "2025-05-07" },
        }),
      ),
      reported("tenure", { from: "2025-05-06", to: "2025-05-07" }, "answer", {
        closing: { cases: { rows: 1 } },
        changes: [
          { kind: "activities", id: "V1", day: "2025-05-06" },
          { kind: "cases", id: "J1", day: "2025-05-07" },
        ],
      }),
    ],
  },
];

const roster: readonly Requirement[] = [
  {
    id: "R141",
    source: "S1",
    asks: "Entities stand in a roster; how they do is followed regularly, and risks seen in time.",
    shows: "An entity is stale 181 days after it was last visited, and reports a year once.",
    county: huaning,
    example: [
      recorded(row("entity-years", { 营业收入: "5000", 利润: "0", 亏损: "300" })),
      refused("YearReported", row("entity-years", { 年报编号: "E2" })),
      reported("entities", { on: "2025-05-31" }, "O1", { followed: null, stale: true }),
      recorded(held("V1", "跟踪走访", "2025-06-01", { 主体编号: "O1", 结果: "经营平稳" })),
      reported("entities", { on: "2025-11-28" }, "O1", { followed: 180, stale: false }),
      reported("entities", { on: "2025-11-29" }, "O1", { followed: 181, stale: true }),
      reported("entities", { on: "2025-11-29" }, "O2", { name: "O2的名称", class: "企业" }),
    ],
  },
  {
    id: "R144",
    source: "S1",
    asks: "Who leads an entity is trained at least once a year, and its workers learn the trade.",
    shows: "Three of four workers are trained; the training of its head counts for its year alone.",
    county: huaning,
    example: [
      given(row("entity-years", { 从业人数: "4" })),
      refused("MalformedField", held("V1", "技能培训", "2025-05-01", { 主体编号: "O1" })),
      recorded(held("V1", "技能培训", "2025-05-01", { 主体编号: "O1", 人数: "3" })),
      reported("entities", { year: "2025" }, "O1", {
        ...{ trained: 0, skilled: { n: 3, of: 4, ratio: "0.7500" } },
      }),
      recorded(held("V2", "负责人培训", "2025-12-31", { 主体编号: "O1" })),
      reported("entities", { on: "2025-12-30" }, "O1", { trained: 0 }),
      reported("entities", { on: "2025-12-31" }, "O1", { trained: 1 }),
      reported("entities", { on: "2026-01-01" }, "O1", { trained: 0, skilled: { n: 0, of: 0 } }),
    ],
  },
  {
    id: "R147",
    source: "S0",
    asks: "Leading industries reach towns, villages and households; each family has one person in.",
    shows: "烟 reaches one of two towns; who was only trained does not count, who then works does.",
    note: "The 50, 70 and 80 per cent are read off the ratios; no row is refused for them.",
    county: huaning,
    example: [
      given(household("A3", "一般户"), household("C1", "脱贫户")),
      given(pack({ "industry.leading": ["烟"] })),
      recorded(bound("L1", "A1", "O1", { 产业: "烟", 成员: "是" })),
      recorded(held("V1", "技能培训", "2025-03-06", { 户编号: h("A2"), 人编号: `${h("A2")}01` })),
      recorded(held("V2", "就业", "2025-07-01", { 户编号: h("A2"), 人编号: `${h("A2")}01` })),
      recorded(held("V3", "技能培训", "2025-03-06", { 户编号: h("B1"), 人编号: `${h("B1")}01` })),
      recorded(
        held("V4", "中职及以上就读", "2025-09-01", { 户编号: h("C1"), 人编号: `${h("C1")}01` }),
      ),
      reported("programme", { year: "2025" }, "total", {
        leading: {
          烟: {
            towns: { n: 1, of: 2, ratio: "0.5000" },
            villages: { n: 1, of: 2, ratio: "0.5000" },
            households: { n: 1, of: 3, ratio: "0.3333" },
          },
        },
      }),
      reported("villages", { on: "2025-06-30" }, villages.A, {
        ...{ industries: 1, onePerson: { n: 1, of: 2, ratio: "0.5000" } },
      }),
      reported("villages", { on: "2025-07-01" }, villages.A, { onePerson: { n: 2, of: 2 } }),
      reported("villages", { on: "2025-12-31" }, villages.B, { onePerson: { n: 0, of: 1 } }),
      reported("villages", { on: "2025-12-31" }, villages.C, { onePerson: { n: 1, of: 1 } }),
    ],
  },
  {
    id: "R148",
    source: "S2",
    asks: "Projects are exact to the village, and help exact to the household and the person.",
    shows: "A line names household and person and is published with its village, and no name.",
    example: [
      given(["roster", person(7, "H1")], ["income", income()]),
      recorded(row("projects", { 行政区划: "539999001001" })),
      recorded(["plans", plan({ 发放方式: "按人" })]),
      refused("MalformedField", ["basis", basis("MX1", { 户编号: "" })]),
      refused("PersonUnknown", ["basis", basis("MX1", { 人编号: "P2" })]),
      recorded(["basis", basis("MX1", { 人编号: "P1" })]),
      recorded(["basis", basis("MX2", { 人编号: "P7", 基数: "3" })]),
      recorded(["steps", planStep("定案")]),
      answered(
        "plan",
        { plan: "JH1" },
        {
          lines: [
            { line: 1, household: "H1", person: "P1", amount: "25.00" },
            { line: 2, household: "H1", person: "P7", amount: "75.00" },
          ],
        },
      ),
      answered(
        "publicList",
        { plan: "JH1" },
        {
          count: 2,
          lines: [
            { line: 1, shown: "*", village: "青龙镇落梅村民委员会", amount: "25.00" },
            { line: 2, shown: "*", village: "青龙镇落梅村民委员会", amount: "75.00" },
          ],
        },
      ),
    ],
  },
  {
    id: "R149",
    source: "S4",
    asks: "Each year projects, funds, other money, entities and people are counted.",
    shows: "A project of 2025 with money of two sources, paid to an entity and a household of two.",
    example: [
      given(
        ["roster", person(7, "H1")],
        row("projects", { 项目编号: "X0", 年度: "2024", 业务日期: "2024-01-10" }),
      ),
      given(...approved),
      recorded(row("funds", { 资金编号: "F2", 资金来源: "社会捐赠", 级次: "社会" })),
      recorded(row("allocations")),
      recorded(row("allocations", { 安排编号: "A2", 资金编号: "F2", 金额: "100" })),
      given(row("disbursements", { 主体编号: "O1" })),
      recorded(
        row("disbursements", {
          ...{ 拨付编号: "D2", 安排编号: "A2", 户编号: "H1", 收入类别: "补贴", 金额: "40" },
        }),
      ),
      reported("programme", { year: "2025" }, "M1", {
        ...{ projects: 1, planned: "800.00", allocated: "600.00", disbursed: "340.00" },
        ...{ sources: { 衔接资金: "500.00", 社会捐赠: "100.00" } },
        ...{ entities: 1, households: 1, persons: 2, share: "1.0000" },
      }),
      reported("programme", { year: "2024" }, "M1", { projects: 1, allocated: "0.00" }),
    ],
  },
  {
    id: "R150",
    source: "S1",
    asks: "Each duty has a department that leads and departments that answer for it.",
    shows: "Projects are summed by the department that leads; a row's department is its content.",
    note: "Which department answers for what is text in the clauses of the county's pack.",
    county: huaning,
    example: [
      recorded(row("funds", { 部门: "县财政局" })),
      refused("ReferenceConflict", row("funds", { 部门: "县农业农村局" })),
      recorded(
        row("projects", {
          ...{ 牵头部门: "县农业农村局", 责任部门: "青龙镇、县乡村振兴局", 计划金额: "800" },
        }),
      ),
      recorded(row("projects", { 项目编号: "X2", 牵头部门: "县林草局", 计划金额: "30" })),
      reported("programme", { year: "2025", by: "department" }, "县农业农村局", {
        ...{ projects: 1, planned: "800.00" },
      }),
      reported("programme", { year: "2025", by: "department" }, "县林草局", { planned: "30.00" }),
      answered(
        "packInForce",
        { on: "2025-06-30", division: "530424" },
        {
          parameters: { "round.due": { value: "10-31", pack: "huaning-2021", clause: /二\(三\)/ } },
        },
      ),
    ],
  },
  {
    id: "R151",
    source: "S3",
    asks: "Each village has a technician of its own, who guides the households that do industry.",
    shows: "A pairing needs an officer; a visit counts for a household that is bound, in its year.",
    county: huaning,
    example: [
      given(bound("L1", "A1", "O1", {})),
      refused("MalformedField", held("V1", "技术结对", "2025-02-05", { 行政区划: codeA })),
      refused(
        "OfficerUnknown",
        held("V1", "技术结对", "2025-02-05", { 行政区划: codeA, 任职编号: "R3" }),
      ),
      recorded(row("officers", { 任职编号: "R3", 职务: "技术员", 行政区划: codeA })),
      recorded(held("V1", "技术结对", "2025-02-05", { 行政区划: codeA, 任职编号: "R3" })),
      recorded(held("V2", "技能培训", "2025-03-01", { 户编号: h("A1"), 人编号: `${h("A1")}01` })),
      recorded(held("V3", "技术指导", "2025-03-05", { 户编号: h("A1") })),
      recorded(held("V4", "技术指导", "2025-03-05", { 户编号: h("A2") })),
      reported("villages", { on: "2025-02-04" }, villages.A, { technician: false, guided: 0 }),
      reported("villages", { on: "2025-12-31" }, villages.A, { technician: true, guided: 1 }),
      reported("villages", { on: "2026-01-01" }, villages.A, { technician: true, guided: 0 }),
      reported("villages", { on: "2025-12-31" }, villages.B, { technician: false }),
    ],
  },
];

/** The requirements of this part of the inventory. */
export const monitoring: readonly Requirement[] = [...coverage, ...rounds, ...roster];
