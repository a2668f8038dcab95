// Where public money comes from and how it is spent: R58 to R73.
import type { CountyRow } from "../support/county.ts";
import { bound, compensation, financeRow, flow, insurer, lent } from "../support/finance-rows.ts";
import type { Step } from "../support/given.ts";
import { pack } from "../support/programme-judged.ts";
import { approved, hash, projectStep, row } from "../support/programme-rows.ts";
import { h } from "../support/huaning-rows.ts";
import { dividend, person, shareContract, shareIssue } from "../support/rows.ts";
import { another, counted, dutyOfO2, earned, planned } from "../support/short-rows.ts";
import { planStep, stepsOf, titled, toO2 } from "../support/short-rows.ts";
import type { Deed, Requirement } from "./requirement.ts";
import { answered, given, recorded, refused, remarked, reported } from "./requirement.ts";

/** An allocation of the approved project, spent in a way. */
const spent = (id: string, way: string, amount: string, terms: CountyRow = {}): Step =>
  row("allocations", { 安排编号: id, 资金方式: way, 金额: amount, ...terms });

/** A way of spending whose money waits until the work is accepted. */
const waits = (way: string, n: number): Deed[] => [
  recorded(spent(`A${n}`, way, "100")),
  refused("NotAccepted", toO2(`D${n}`, "100", { 安排编号: `A${n}` })),
];

const accepted = (unit: string, date = "2025-02-21") =>
  projectStep("验收", date, { 单位: unit }, `${unit} ${date}`);

/** What three departments accepted. */
const byThree = ["乡村振兴局", "财政局", "审计局"].map((unit) => accepted(unit));

/** What the money of D7 pays of a premium of 100 yuan. */
const premium = financeRow("subsidies", {
  ...{ 贴补编号: "U2", 类型: "保费补贴", 贷款编号: "", 保单编号: "I1", 拨付编号: "D7" },
  金额: "80",
});

/** The work of the approved project is done. */
const done = [projectStep("开工", "2025-02-02"), projectStep("完工", "2025-02-20")];

const award = (amount: string, date: string, terms: CountyRow = {}): Step =>
  row("disbursements", { 主体编号: "O1", 金额: amount, 业务日期: date, ...terms });

/** A fund that gathers money of several lines for farming, of a year. */
const gathered = (year: string, amount: string): Step =>
  row("funds", {
    ...{ 资金编号: `F${year}`, 资金来源: "涉农整合", 年度: year, 金额: amount },
    业务日期: `${year}-01-05`,
  });

const ofClass = (id: string, name: string, amount: string): Step =>
  row("allocations", { 安排编号: id, 对象类别: name, 金额: amount });

/** A cooperative may be as small as a pack of a division says. */
const coopSize = (size: number, division: string, terms: CountyRow = {}): Step =>
  pack({ "coop.size": size }, {}, { id: `P-${division}`, division, ...terms });

const paidAccount = { 账户编号: "YC", 贷款编号: "K1", 业务日期: "2025-03-01" };
const noneUnreported = { "0-30": "0.00", "31-60": "0.00", "61-90": "0.00", "90+": "0.00" };

/** The requirements of this part of the inventory. */
export const funds: readonly Requirement[] = [
  {
    id: "R58",
    source: "S2, S3, S1",
    asks: "Money of every source is told apart and traced, also where sources are mixed.",
    shows: "Each fund names source, level, year and document; a mixed asset is parted pro rata.",
    example: [
      refused("MalformedField", row("funds", { 资金来源: "彩票" })),
      refused("MalformedField", row("funds", { 文号: "" })),
      recorded(row("funds")),
      recorded(row("funds", { 资金编号: "F2", 资金来源: "涉农整合", 级次: "省" })),
      given(...approved.slice(1), row("allocations", { 金额: "100" })),
      given(row("allocations", { 安排编号: "A2", 资金编号: "F2", 金额: "200" })),
      given(toO2("D1", "50"), row("assets", { 项目编号: "X1", 原值: "100" })),
      reported("fund-trace", { id: "funds/F1", on: "2025-12-31" }, "answer", {
        edges: [
          { from: "funds/F1", to: "projects/X1", amount: "100.00", part: "100.00" },
          { from: "projects/X1", to: "assets/ZC1", amount: "100.00", part: "33.33" },
          { from: "projects/X1", to: "organisations/O2", amount: "50.00", part: "50.00" },
        ],
      }),
      reported("fund-trace", { id: "funds/F2", on: "2025-12-31" }, "answer", {
        edges: [
          { from: "funds/F2", to: "projects/X1", amount: "200.00", part: "200.00" },
          { from: "projects/X1", to: "assets/ZC1", amount: "100.00", part: "66.67" },
          { from: "projects/X1", to: "organisations/O2", amount: "50.00", part: "0.00" },
        ],
      }),
    ],
  },
  {
    id: "R59",
    source: "S0",
    asks: "Build first, awards, interest subsidies, private works and bought services are used.",
    shows: "Each way has its gate: acceptance, evidence that it worked, or a duty that is met.",
    note: "Building first stands in R64.",
    example: [
      given(...approved, ...done, ...lent, insurer, financeRow("policies")),
      ...waits("以奖代补", 2),
      ...waits("民办公助", 3),
      ...waits("购买服务", 4),
      recorded(spent("A5", "绑定奖补", "100")),
      refused("EvidenceMissing", toO2("D5", "100", { 安排编号: "A5" })),
      recorded(spent("A6", "贷款贴息", "100")),
      refused("DutyUnmet", toO2("D6", "100", { 安排编号: "A6" })),
      recorded(spent("A7", "保费补贴", "80")),
      given(dutyOfO2, ...byThree, accepted("县纪委"), projectStep("农户确认", "2025-02-22")),
      recorded(toO2("D4", "100", { 安排编号: "A4" })),
      recorded(toO2("D5", "100", { 安排编号: "A5", 材料: hash })),
      recorded(toO2("D6", "100", { 安排编号: "A6" })),
      recorded(financeRow("subsidies", { 拨付编号: "D6", 金额: "100" })),
      given(toO2("D7", "80", { 安排编号: "A7" })),
      recorded(premium),
    ],
  },
  {
    id: "R60",
    source: "S3",
    asks: "Direct aid, subsidies, asset income, helpers' own money and training are ways to help.",
    shows: "A helper's own money and training are funds and ways like others, each shown apart.",
    example: [
      recorded(row("funds", { 资金来源: "帮扶责任人", 级次: "社会" })),
      given(...approved.slice(1)),
      refused("MalformedField", spent("A1", "发放现金", "100")),
      recorded(spent("A1", "携资结对", "300")),
      recorded(spent("A2", "培训", "60")),
      recorded(spent("A3", "保费补贴", "40")),
      recorded(spent("A4", "资产收益", "100")),
      recorded(row("disbursements", { 户编号: "H1", 收入类别: "奖补", 金额: "300" })),
      recorded(
        row("disbursements", {
          ...{ 拨付编号: "D2", 安排编号: "A2", 户编号: "H1", 收入类别: "培训补助", 金额: "60" },
        }),
      ),
      answered(
        "statement",
        { household: "H1" },
        { legs: { award: "300.00" }, total: "300.00", notCounted: { training: "60.00" } },
      ),
      reported("programme", { year: "2025" }, "M1", {
        ...{ allocated: "500.00", disbursed: "360.00", sources: { 帮扶责任人: "500.00" } },
      }),
    ],
  },
  {
    id: "R61",
    source: "S1",
    asks: "Entities get awards by form of binding and households bound, where the effect is plain.",
    shows: "An award is at most the rate of each form times the households bound on that day.",
    note: "S1 gives no figures: the rule sleeps until a county's pack sets them.",
    example: [
      given(...approved, spent("A1", "绑定奖补", "500"), ...bound, row("duties")),
      given(row("bindings", { 绑定编号: "L5", 户编号: "H5", 绑定形式: "股份合作" })),
      given(pack({ "award.rates": { 生产合作: "60.00", 股份合作: "100.00" } })),
      refused("EvidenceMissing", award("340", "2025-03-01")),
      refused("AwardAboveRate", award("340.01", "2025-03-01", { 材料: hash })),
      given(row("ends", { 原编号: "L5", 业务日期: "2025-06-30" })),
      refused("AwardAboveRate", award("340", "2025-07-01", { 材料: hash })),
      recorded(award("340", "2025-06-30", { 材料: hash })),
      refused("AwardAboveRate", award("0.01", "2025-06-30", { 拨付编号: "D2", 材料: hash })),
      reported("entity", { id: "O1", year: "2025" }, "O1", {
        ...{ received: { 绑定奖补: "340.00" }, bound: 4 },
      }),
    ],
  },
  {
    id: "R62",
    source: "S1",
    asks: "Half of integrated farm funds goes to industry in 2021, more each year, 70 % in 2025.",
    shows: "The report holds each year to its floor: 70 % is enough, a fen less is not.",
    county: [["roster", person(1, h("A1"))]],
    example: [
      recorded(["packs", { 政策包: "huaning-2021", 经办人: "甲" }]),
      recorded(gathered("2025", "1000")),
      given(...["2021", "2022", "2023", "2024"].map((year) => gathered(year, "100"))),
      given(
        ...another("X1", { 行政区划: "530424" }),
        ...another("X2", { 行政区划: "530424", 产业: "非产业" }),
      ),
      recorded(row("allocations", { 资金编号: "F2025", 金额: "700" })),
      recorded(
        row("allocations", {
          ...{ 安排编号: "A2", 项目编号: "X2", 资金编号: "F2025" },
          金额: "250",
        }),
      ),
      reported("fund-ratio", { on: "2025-03-31" }, "2025", {
        ...{ integrated: "1000.00", industry: "700.00", ratio: "0.7000", floor: "0.7000" },
        met: true,
      }),
      given(row("refunds", { 安排编号: "A1", 金额: "0.01" })),
      reported("fund-ratio", { on: "2025-04-10" }, "2025", {
        ...{ industry: "699.99", ratio: "0.7000", met: false },
      }),
      ...["0.5000", "0.5500", "0.6000", "0.6500"].map((floor, n) =>
        reported("fund-ratio", { on: "2025-12-31" }, String(2021 + n), { floor, met: false }),
      ),
    ],
  },
  {
    id: "R63",
    source: "S0",
    asks: "Objects of support get different rates, within the total that was filed.",
    shows: "A pack sets a cap for each class and one for all; each holds to the fen.",
    note: "The policy that is filed with the province is the pack with its source.",
    example: [
      given(...approved),
      recorded(pack({ "subsidy.caps": { 农户: "100.00", 企业: "400.00", 合计: "450.00" } })),
      refused("ClassCapExceeded", ofClass("A1", "农户", "100.01")),
      recorded(ofClass("A1", "农户", "100")),
      refused("ClassCapExceeded", ofClass("A2", "企业", "350.01")),
      recorded(ofClass("A2", "企业", "350")),
      refused("ClassCapExceeded", ofClass("A3", "合作社", "0.01")),
    ],
  },
  {
    id: "R64",
    source: "S0",
    asks: "Money follows when four departments accepted the work and households confirmed it.",
    shows: "A payment waits for the last department, and for a household that says it is true.",
    example: [
      given(...approved, ...done, spent("A1", "先建后补", "500"), dutyOfO2, ...byThree),
      refused("NotAccepted", toO2("D1", "300")),
      recorded(accepted("县纪委")),
      refused("NotAccepted", toO2("D1", "300")),
      recorded(projectStep("农户确认", "2025-02-23", { 意见: "不属实" })),
      refused("NotAccepted", toO2("D1", "300")),
      recorded(projectStep("农户确认", "2025-03-01", { 户编号: "H2" })),
      refused("NotAccepted", toO2("D1", "300", { 业务日期: "2025-02-28" })),
      recorded(toO2("D1", "300", { 业务日期: "2025-03-01" })),
    ],
  },
  {
    id: "R65",
    source: "S0",
    asks: "Money may go to entities directly, and they account for it.",
    shows: "No more is accounted for than was paid, and what is not yet is shown by its age.",
    example: [
      given(...approved, row("allocations"), dutyOfO2),
      recorded(toO2("D1", "300")),
      given(row("disbursements", { 拨付编号: "D2", 户编号: "H1", 收入类别: "补贴", 金额: "20" })),
      refused("KindMismatch", row("reimbursements", { 拨付编号: "D2", 金额: "20" })),
      recorded(row("reimbursements")),
      refused("DisbursementExceeded", row("reimbursements", { 报账编号: "B2", 金额: "200.01" })),
      recorded(row("reimbursements", { 报账编号: "B2", 金额: "150" })),
      reported("funds", { on: "2025-05-30" }, "F1", {
        ...{ disbursed: "320.00", reported: "250.00" },
        unreported: { ...noneUnreported, "61-90": "50.00" },
      }),
      reported("funds", { on: "2025-05-31" }, "F1", {
        unreported: { ...noneUnreported, "90+": "50.00" },
      }),
    ],
  },
  {
    id: "R66",
    source: "S0",
    asks: "Funds become shares of poor households, who have dividends by the share.",
    shows: "A pool is divided by shares to the last fen, the fen to the largest remainders.",
    example: [
      given(["contracts", shareContract()], ...bound),
      recorded(["movements", { ...shareIssue("ZG1"), 资本类型: "财政量化资金" }]),
      recorded(["movements", { ...shareIssue("ZG2", "H2", "200"), 资本类型: "财政量化资金" }]),
      recorded(["movements", { ...shareIssue("ZG3", "H3", "400"), 资本类型: "财政量化资金" }]),
      given(earned()),
      recorded(planned({ 分配方式: "按股", 股权登记簿: "R1", 基准日: "2025-02-01" })),
      refused("BasisNotYet", planStep("定案", { 业务日期: "2025-01-31" })),
      recorded(planStep("定案")),
      answered(
        "plan",
        { plan: "JH1" },
        {
          lines: [
            { household: "H1", basis: "100.0000", amount: "14.29" },
            { household: "H2", basis: "200.0000", amount: "28.57" },
            { household: "H3", basis: "400.0000", amount: "57.14" },
          ],
        },
      ),
      recorded(["movements", dividend("FH1")]),
      answered("statement", { household: "H2" }, { legs: { dividend: "2.86" } }),
    ],
  },
  {
    id: "R67",
    source: "S0",
    asks: "Money against the risk of loans lies in a special account that is closed.",
    shows: "What is in the account pays for loans that are lost, for nothing else and no more.",
    example: [
      recorded(compensation),
      given(financeRow("loans")),
      recorded(flow("收益", { 账户编号: "YC", 金额: "25.5" })),
      refused("UseForbidden", flow("使用", { ...paidAccount, 主体编号: "O1" })),
      refused("UseForbidden", flow("退还", { ...paidAccount, 主体编号: "O1" })),
      refused("FundInsufficient", flow("代偿", { ...paidAccount, 金额: "1025.51" })),
      recorded(flow("代偿", { ...paidAccount, 金额: "1025.50" })),
      reported("risk-fund", { on: "2025-03-01" }, "YC", {
        ...{ kind: "贷款风险补偿金", in: { 存入: "1000.00", 收益: "25.50" } },
        ...{ out: { 代偿: "1025.50" }, balance: "0.00" },
      }),
    ],
  },
  {
    id: "R68",
    source: "S3",
    asks: "Money goes to projects and is managed and accounted for by project.",
    shows: "What one project was given cannot be spent from another; each has its own trace.",
    note: "The journal keeps each project as an account of its own, `project:…`.",
    example: [
      given(...approved, ...another("X2"), dutyOfO2),
      recorded(row("allocations")),
      recorded(row("allocations", { 安排编号: "A2", 项目编号: "X2", 金额: "300" })),
      refused("AllocationExceeded", toO2("D1", "500.01")),
      recorded(toO2("D1", "500")),
      recorded(toO2("D2", "0.01", { 安排编号: "A2" })),
      recorded(row("reimbursements", { 金额: "500" })),
      reported("funds", { on: "2025-12-31" }, "F1", {
        ...{ allocated: "800.00", disbursed: "500.01", reported: "500.00", free: "200.00" },
      }),
      reported("fund-trace", { id: "projects/X2", on: "2025-12-31" }, "answer", {
        edges: [
          { from: "funds/F1", to: "projects/X2", amount: "300.00", part: null },
          { from: "projects/X2", to: "organisations/O2", amount: "0.01", part: null },
        ],
      }),
    ],
  },
  {
    id: "R69",
    source: "S3",
    asks: "Only projects from the project bank are funded.",
    shows: "No money is allocated before the day on which the project came into the bank.",
    example: [
      given(row("funds"), row("projects")),
      refused("ProjectNotInBank", row("allocations")),
      recorded(projectStep("入库", "2025-02-02")),
      refused("ProjectNotInBank", row("allocations", { 业务日期: "2025-02-01" })),
      recorded(row("allocations", { 业务日期: "2025-02-02" })),
    ],
  },
  {
    id: "R70",
    source: "S3",
    asks: "A changed plan is approved and filed, and what must be is procured.",
    shows: "More than planned waits for the change to be filed, and work for a procurement.",
    example: [
      given(row("funds"), ["packs", { 政策包: "xj-2018-draft", 经办人: "甲" }]),
      given(
        row("projects", { 行政区划: "653101", 项目性质: "建设", 计划金额: "800", ...titled }),
        ...stepsOf("X1", "入库 风险评估 批准 备案", "2025-01-20"),
      ),
      recorded(projectStep("变更申请", "2025-01-21")),
      recorded(projectStep("变更批准", "2025-01-22")),
      refused("PlanExceeded", row("allocations", { 金额: "900" })),
      recorded(projectStep("变更备案", "2025-01-23")),
      refused("PlanExceeded", row("allocations", { 金额: "900.01" })),
      recorded(row("allocations", { 金额: "900" })),
      refused("TenderMissing", projectStep("开工", "2025-02-02")),
      recorded(projectStep("采购", "2025-02-02")),
      recorded(projectStep("招标", "2025-02-02")),
      recorded(projectStep("开工", "2025-02-02")),
    ],
  },
  {
    id: "R71",
    source: "S2",
    asks: "The district's income is divided by its leading group, and may favour key villages.",
    shows: "A plan of the county needs the group's decision; to favour one needs words and papers.",
    example: [
      given(...approved),
      refused("ReasonMissing", row("allocations", { 倾斜: "是", 说明: "重点村" })),
      recorded(row("allocations", { 倾斜: "是", 说明: "重点村", 材料: hash })),
      given(earned()),
      recorded(planned({ 程序: "县级" })),
      given(counted("M1", "H1", "1"), planStep("定案")),
      refused("StepOutOfOrder", planStep("公示")),
      refused("QuorumNotMet", planStep("决议", { 同意人数: "10" })),
      recorded(planStep("决议", { 同意人数: "11" })),
      recorded(planStep("公示")),
    ],
  },
  {
    id: "R72",
    source: "S3",
    asks: "Standards are set by each county, and by its townships where they may.",
    shows: "How small a cooperative may be is the township's rule, after its end the county's.",
    example: [
      given(row("funds"), ...another("X1"), ...another("X2", { 行政区划: "539999001" })),
      given(...bound.slice(0, 2), row("duties"), row("allocations")),
      given(row("allocations", { 安排编号: "A2", 项目编号: "X2" })),
      recorded(coopSize(3, "539999")),
      recorded(coopSize(2, "539999001", { until: "2025-06-30" })),
      remarked("CooperativeTooSmall", award("1", "2025-06-30")),
      recorded(award("1", "2025-06-30", { 拨付编号: "D2", 安排编号: "A2" })),
      remarked("CooperativeTooSmall", award("1", "2025-07-01", { 拨付编号: "D3", 安排编号: "A2" })),
      answered(
        "packInForce",
        { on: "2025-06-30", division: "539999001" },
        { parameters: { "coop.size": { value: 2, pack: "P-539999001" } } },
      ),
    ],
  },
  {
    id: "R73",
    source: "S3",
    asks: "Industries that plainly raise incomes are supported, and others where they do.",
    shows: "An industry outside the list of the place needs a reason that is written down.",
    example: [
      recorded(row("projects", { 产业: "林果业" })),
      refused("IndustryNotListed", row("projects", { 项目编号: "X2", 产业: "烟" })),
      recorded(row("projects", { 项目编号: "X2", 产业: "烟", 选择理由: "带动增收" })),
      recorded(["packs", { 政策包: "huaning-2021", 经办人: "甲" }]),
      refused("IndustryNotListed", row("projects", { 项目编号: "X3", 产业: "烟" })),
      recorded(row("projects", { 项目编号: "X3", 产业: "烟", 行政区划: "530424101" })),
    ],
  },
];
