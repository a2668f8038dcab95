import type { Pack } from "./packs.ts";
import type { ParameterName } from "./parameters.ts";
import { parameters } from "./parameters.ts";

/**
 * Days off in 2025 and 2026, of weekends too, as the General Office of the State Council published
 * them: 国办发明电〔2024〕12号 of 2024-11-12 and the notice on 2026 of 2025-11-04.
 */
const holidays = [
  ...["2025-01-01"],
  ...["2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31"],
  ...["2025-02-01", "2025-02-02", "2025-02-03", "2025-02-04"],
  ...["2025-04-04", "2025-04-05", "2025-04-06"],
  ...["2025-05-01", "2025-05-02", "2025-05-03", "2025-05-04", "2025-05-05"],
  ...["2025-05-31", "2025-06-01", "2025-06-02"],
  ...["2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04"],
  ...["2025-10-05", "2025-10-06", "2025-10-07", "2025-10-08"],
  ...["2026-01-01", "2026-01-02", "2026-01-03"],
  ...["2026-02-15", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19"],
  ...["2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23"],
  ...["2026-04-04", "2026-04-05", "2026-04-06"],
  ...["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05"],
  ...["2026-06-19", "2026-06-20", "2026-06-21"],
  ...["2026-09-25", "2026-09-26", "2026-09-27"],
  ...["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"],
  ...["2026-10-05", "2026-10-06", "2026-10-07"],
];

/** Days of weekends that are worked in their place, from the same notices. */
const workdays = [
  ...["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
  ...["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
];

const holidayClause = "国务院办公厅关于2025年、2026年部分节假日安排的通知";
const noticeClause = "公示期不少于7个工作日";

/** The same words for each of several names. */
function each<N extends string>(names: readonly N[], clause: string): Record<N, string> {
  return Object.fromEntries(names.map((name) => [name, clause])) as Record<N, string>;
}

/** What a source says as `base/1` has it: so a longer division's pack does not change it. */
function asBase(names: readonly ParameterName[]): Pack["parameters"] {
  return Object.fromEntries(names.map((name) => [name, parameters[name].base]));
}

const acceptance = ["accept.ways", "accept.departments", "accept.households"] as const;
const microcredit = ["microcredit.limit", "microcredit.months"] as const;
const entityCredit = ["loan.perHousehold", "loan.months", "subsidy.rate"] as const;
const premiums = ["premium.max", "premium.normal", "premium.subsidy", "premium.band"] as const;
const scaled = ["烟", "畜", "果", "菜", "药"];

/**
 * Packs that come with the ledger; each is in force once it is recorded. They say what the policies
 * of five places say (contract part 4, Policy packs), and `qionghai-2017` what those do not.
 *
 * `qionghai-2017`: 琼海 asks for seven working days (`rules.md` 2.1: seen as an excerpt, so its
 * wording is to be held against the official text). It is in force in the years whose holidays it
 * knows and no longer: without them a notice would look longer than it was.
 */
export const deliveredPacks: readonly Pack[] = [
  {
    id: "qionghai-2017",
    division: "469002",
    from: "2025-01-01",
    until: "2026-12-31",
    source: { title: "琼海市扶贫资金项目公告公示（2017-04-27），节假日据国务院办公厅通知" },
    parameters: { "notice.days": 7, "notice.working": true, holidays, workdays },
    rules: {},
    clauses: {
      "notice.days": noticeClause,
      "notice.working": noticeClause,
      holidays: holidayClause,
      workdays: holidayClause,
    },
  },
  {
    id: "guizhou-2014",
    division: "52",
    from: "2014-01-01",
    source: { title: "贵州省关于创新产业化扶贫利益联结机制的指导意见" },
    parameters: { "loan.shares": true, ...asBase(acceptance) },
    rules: { GuaranteeForbidden: "off", ParticipationMissing: "off" },
    clauses: {
      "loan.shares": "二(三)：农户贷款入股合作社或企业，按股分红",
      GuaranteeForbidden: "二(四)(六)：三户联保、成员联保、土地林权等抵押反担保",
      ParticipationMissing: "二(六)：农户贷款可由合作社或企业集中使用",
      ...each(acceptance, "三(五)：先建后补，经扶贫、财政、审计、监察等部门和农户验收后兑付"),
    },
  },
  {
    id: "huaning-2021",
    division: "530424",
    from: "2021-01-01",
    until: "2025-12-31",
    source: { title: "华宁县建立“双绑”利益联结机制推进产业帮扶全覆盖实施方案" },
    parameters: {
      "ratio.floor": { 2021: "0.5", 2022: "0.55", 2023: "0.6", 2024: "0.65", 2025: "0.7" },
      "coverage.target": { "2025-12-31": "1" },
      "industry.scaled": scaled,
      "industry.list": [...parameters["industry.list"].base, ...scaled],
      "round.due": "10-31",
    },
    rules: {},
    clauses: {
      "ratio.floor": "二(二)1：从2021年开始，每年安排不低于50%的涉农整合资金用于产业，后续每年增加",
      "coverage.target": "一：到2025年有产业发展条件和意愿的脱贫户、监测对象“双绑”全覆盖",
      "industry.scaled": "二(一)：烟、畜、果、菜、药等主导产业",
      "industry.list": "二(一)：烟、畜、果、菜、药等主导产业",
      "round.due": "二(三)：每年10月底前采集、录入产业帮扶信息",
    },
  },
  {
    id: "dongan-2020",
    division: "231002",
    from: "2020-03-30",
    source: { title: "关于进一步完善东安区扶贫产业项目带贫益贫长效机制的意见" },
    parameters: { "loan.shares": true },
    rules: { TitleMissing: "refuse", TermsMissing: "refuse" },
    clauses: {
      "loan.shares":
        "一(四)：通过土地承包经营权、扶贫量化资金、扶贫贷款等入股扶贫企业的形式获得收益",
      TitleMissing: "二(二)：明确项目资产的产权、股权、债权和经营责任主体",
      TermsMissing: "一(三)、(五)：明确劳务用工时间和工资发放方式；受益对象动态管理",
    },
  },
  {
    id: "xj-2018-draft",
    division: "65",
    from: "2018-11-01",
    source: { title: "新疆维吾尔自治区产业扶贫利益联结机制指导意见（征求意见稿）" },
    parameters: {
      "loan.shares": false,
      "loan.shares.from": "2018-11-01",
      ...asBase([...microcredit, ...entityCredit, "loan.benchmark", ...premiums]),
      "project.steps": ["入库", "风险评估", "批准", "备案", "开工", "完工", "验收"],
    },
    rules: { TenderMissing: "refuse" },
    clauses: {
      ...each(
        ["loan.shares", "loan.shares.from"],
        "六(三)2：新增扶贫小额信贷资金不能用于入股企业吃利差",
      ),
      ...each(microcredit, "六(三)1：5万元以下、3年以内、免担保免抵押、基准利率放贷"),
      ...each(entityCredit, "五(二)：按吸纳建档立卡贫困户的户数给予户均不超过5万元的信贷支持"),
      "loan.benchmark": "五(二)：基准利率放贷",
      ...each(premiums, "五(三)：保险费率与保费补贴"),
      "project.steps": "六(二)1、七：风险评估；项目审批、备案、验收",
      TenderMissing: "七(三)：基地建设项目按有关规定实行招标投标制、合同制和项目法人制",
    },
  },
  {
    id: "hunan-2016",
    division: "43",
    from: "2016-01-01",
    source: { title: "湖南省财政扶贫访谈（直接帮扶、委托帮扶、股份合作）" },
    parameters: {},
    rules: { ModeMissing: "refuse" },
    clauses: { ModeMissing: "第二问：直接帮扶、委托帮扶、股份合作三种方式" },
  },
];
