// What households earn, by its types: R51 to R57.
import type { CountyRow } from "../support/county.ts";
import { head } from "../support/paying-county.ts";
import { hash, paid, postContract, row } from "../support/programme-rows.ts";
import { purchaseContract } from "../support/rows.ts";
import { bought, contract, counted, countySteps, earned } from "../support/short-rows.ts";
import { moved, planned, planSteps, waged } from "../support/short-rows.ts";
import type { Requirement } from "./requirement.ts";
import { answered, credited, given, recorded, refused } from "./requirement.ts";
import { remarked, reported } from "./requirement.ts";

const year = { year: "2025" };

/** A rebate on kilograms of 2025, half a yuan each. */
const rebate = (kilograms: string, amount: string) =>
  moved("FL1", "返利", {
    ...{ 主体编号: "O1", 合同编号: "K1", 所属期: "2025", 数量: kilograms, 单价: "0.5" },
    ...{ 金额: amount, 经营类别: "种植" },
  });

/** A contractor's fee for two mu. */
const plotFee = (price: string, amount: string) =>
  moved("CB1", "承包费", {
    ...{ 主体编号: "O1", 合同编号: "K4", 数量: "2", 单价: price, 金额: amount },
  });

/** A subsidy of 100.01 yuan for the environment, of which the household has 65 %. */
const shared = (amount: string, terms: CountyRow = {}) =>
  moved("ZC1", "政策补助", {
    ...{ 主体编号: "O1", 补助项目: "生态补偿", 总额: "100.01", 分成比例: "0.65" },
    ...{ 金额: amount, ...terms },
  });

const hired = (id: string, poor: string) =>
  row("entity-years", { 年报编号: id, 新招人数: "3", 新招贫困人数: poor });

const post = (id: string, days: string, amount: string) =>
  moved(id, "公益岗位", {
    ...{ 主体编号: "O1", 合同编号: "GW1", 数量: days, 单价: "80", 金额: amount, 人编号: "P1" },
  });

/** A plan that gives H1 and H2 shares of an income of 30 yuan, and all its steps. */
const subsidised = (n: string) => [
  planned({
    ...{ 计划编号: `JH${n}`, 收益编号: `SY${n}`, 分配金额: "30", 程序: "县级" },
    ...{ 收入类别: "补贴", 业务日期: "2025-01-20" },
  }),
  counted(`${n}-1`, "H1", "1", { 计划编号: `JH${n}` }),
  counted(`${n}-2`, "H2", "2", { 计划编号: `JH${n}` }),
  ...planSteps(countySteps, `JH${n}`),
];

const yielded = { 可分配金额: "30", 业务日期: "2025-01-20" };

/** The requirements of this part of the inventory. */
export const incomeTypes: readonly Requirement[] = [
  {
    id: "R51",
    source: "S3",
    asks: "Order farming at a floor price raises what households earn by their own trade.",
    shows: "Sales at the floor and a rebate on them are trade income, and costs are taken off it.",
    example: [
      given(["contracts", purchaseContract()], contract("K1", "盈余返还", { 返还比例: "0.1" })),
      refused("PriceBelowFloor", bought("SG1", { 单价: "1.9999", 金额: "20" })),
      recorded(bought("SG1", { 经营类别: "种植" })),
      refused("QuantityExceeded", rebate("10.0001", "5")),
      recorded(rebate("10", "5")),
      recorded(moved("CB9", "成本", { 金额: "7.5", 经营类别: "种植" })),
      reported("income-types", year, "H1", {
        s3: { 经营性: "25.00" },
        nbs: { 经营净收入: "17.50" },
        register: { 生产经营性01种植: "25.00", 生产经营性02种植: "7.50" },
        net: "17.50",
      }),
      answered(
        "statement",
        { household: "H1" },
        { legs: { order: "20.00", rebate: "5.00" }, total: "25.00", costs: { cost: "7.50" } },
      ),
    ],
  },
  {
    id: "R52",
    source: "S3",
    asks: "An entity that gets public money must hire poor households first, and pays wages.",
    shows: "Who worked is named, and a funded entity that hires nobody poor is remarked.",
    example: [
      given(...paid, row("conditions", { 户类型: "脱贫户" })),
      recorded(row("duties", { 责任类型: "用工户数" })),
      refused("PersonUnknown", waged("GZ1", "H1", { 人编号: "P2" })),
      recorded(waged("GZ1", "H1", { 人编号: "P1" })),
      recorded(waged("GZ2", "H3", { 人编号: "P3" })),
      remarked("HiringUnmet", hired("E1", "0")),
      given(row("corrections", { 原表: "entity-years", 原编号: "E1", 业务日期: "2025-12-31" })),
      recorded(hired("E2", "1")),
      reported("entity", { id: "O1", ...year }, "O1", {
        paid: { wage: "200.00" },
        poorWages: "0.5000",
        duties: [{ duty: "Z1", target: 2, done: 2, met: true }],
      }),
    ],
  },
  {
    id: "R53",
    source: "S3",
    asks: "Land that was let is contracted back, and poor households farm it.",
    shows:
      "Rent comes in, the fee goes out at the contract's price, and the crop stands on the plot.",
    example: [
      given(
        contract("L1", "土地流转", { 户编号: "H1", 数量: "2", 单价: "500" }),
        contract("K4", "反租倒包", { 户编号: "H1", 数量: "2", 单价: "600" }),
      ),
      recorded(
        moved("ZJ1", "租金", {
          ...{ 主体编号: "O1", 合同编号: "L1", 数量: "2", 单价: "500", 金额: "1000" },
        }),
      ),
      refused("PriceNotContract", plotFee("599.9999", "1200")),
      recorded(plotFee("600", "1200")),
      recorded(
        moved("DK1", "地块收入", {
          ...{ 主体编号: "O1", 合同编号: "K4", 金额: "3000", 经营类别: "种植" },
        }),
      ),
      reported("income-types", year, "H1", {
        s3: { 生产性: "2800.00" },
        nbs: { 财产净收入: "1000.00", 经营净收入: "1800.00" },
        register: {
          ...{ 财产性02: "1000.00", 生产经营性01种植: "3000.00" },
          生产经营性02其他: "1200.00",
        },
      }),
      answered(
        "statement",
        { household: "H1" },
        { legs: { rent: "1000.00", plot: "1800.00" }, total: "2800.00" },
      ),
    ],
  },
  {
    id: "R54",
    source: "S3",
    asks: "Policy support for land and the like may be shared by household and entity, as agreed.",
    shows: "A shared support needs its agreement, and the household's part is right to the fen.",
    example: [
      refused("AgreementMissing", shared("65.01")),
      refused("AmountMismatch", shared("65", { 材料: hash })),
      recorded(shared("65.01", { 材料: hash })),
      recorded(moved("ZC2", "政策补助", { 补助项目: "农业补贴", 金额: "20" })),
      reported("income-types", year, "H1", {
        s3: { 政策性: "85.01" },
        nbs: { 转移净收入: "85.01" },
        register: { 转移性05: "65.01", 转移性07: "20.00" },
      }),
    ],
  },
  {
    id: "R55",
    source: "S3",
    asks: "What projects leave as assets earns an income for households.",
    shows: "What a plan pays out of an asset is asset income; out of no asset it is policy income.",
    example: [
      given(...[1, 2].map((n) => ["roster", head(n)] as const), ...paid),
      recorded(row("assets", { 项目编号: "X1", 业务日期: "2025-01-15" })),
      recorded(earned({ ...yielded, 资产编号: "ZC1", 到账金额: "40" })),
      given(earned({ ...yielded, 收益编号: "SY2" }), ...subsidised("1"), ...subsidised("2")),
      credited(["JH1", "JH2"], ["H1"]),
      reported("income-types", year, "H1", {
        s3: { 资产性: "10.00", 政策性: "10.00" },
        nbs: { 转移净收入: "20.00" },
        net: "20.00",
      }),
      reported("income-types", year, "H2", { net: "0.00" }),
      reported("assets", { on: "2025-01-19" }, "ZC1", { project: "X1", income: "0.00" }),
      reported("assets", { on: "2025-01-20" }, "ZC1", { income: "40.00" }),
    ],
  },
  {
    id: "R56",
    source: "S2",
    asks: "Income of assets reaches people through work for the village: cleaning, guarding, care.",
    shows: "A post is paid for the days that were attended and no more, out of the asset.",
    note: "C19 comes with the checks.",
    example: [
      given(row("assets")),
      recorded(["contracts", { ...postContract, 资产编号: "ZC1" }]),
      refused("AttendanceMissing", post("GW-1", "0.5", "40")),
      recorded(row("posts")),
      refused("AttendanceMissing", post("GW-1", "22.0001", "1760.01")),
      recorded(post("GW-1", "22", "1760")),
      refused("AttendanceMissing", post("GW-2", "0.5", "40")),
      reported("income-types", year, "H1", {
        s3: { 资产性: "1760.00" },
        nbs: { 工资性收入: "1760.00" },
        register: { 工资性: "1760.00" },
      }),
    ],
  },
  {
    id: "R57",
    source: "S2",
    asks: "Small public works, production awards, work for relief and labour subsidies are used.",
    shows: "Each is a kind of its own that says what it is given for; a plan may pay awards, too.",
    example: [
      recorded(row("projects", { 名称: "村道维修", 产业: "配套基础设施" })),
      refused("MalformedField", moved("JB1", "奖补", { 金额: "150" })),
      recorded(moved("JB1", "奖补", { 依据: "生产", 金额: "150", 主体编号: "O1" })),
      recorded(moved("BT1", "补贴", { 依据: "劳动", 金额: "80" })),
      recorded(moved("JZ1", "救助", { 依据: "困难", 金额: "40" })),
      given(earned()),
      refused("MalformedField", planned({ 收入类别: "奖金" })),
      recorded(planned({ 收入类别: "奖补" })),
      answered(
        "statement",
        { household: "H1" },
        { legs: { award: "150.00", subsidy: "80.00", relief: "40.00" }, total: "270.00" },
      ),
      reported("income-types", year, "H1", {
        s3: { 政策性: "270.00" },
        register: { 转移性10: "270.00" },
      }),
    ],
  },
];
