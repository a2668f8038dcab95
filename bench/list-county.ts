import { kindOf } from "../src/domain/kinds.ts";
import type { KindName } from "../src/domain/kinds.ts";
import { householdAt } from "./county.ts";

type Cells = Readonly<Record<string, string>>;

/** The plan that the bench freezes, and its list. */
export const plan = "JH-000001";
const [organisation, contract, register] = ["ORG-0001", "HT-000001", "GQ-00001"];

const digits = (value: number, length: number): string => value.toString().padStart(length, "0");

/** A county in which each of so many households holds shares of one cooperative. */
export function rowsOfHolders(holders: number): readonly (readonly [KindName, Iterable<Cells>])[] {
  return [
    ["roster", roster(holders)],
    ["organisations", [{ 主体编号: organisation, 名称: "示例合作社", 行政区划: "530424" }]],
    ["contracts", [shareContract]],
    ["movements", issues(holders)],
    ["income", [income]],
    ["plans", [drafted]],
  ];
}

function* roster(holders: number): Generator<Cells> {
  for (let place = 0; place < holders; place++) {
    yield {
      县: "华宁县",
      乡: "宁州街道",
      行政村: `第${(place % 77) + 1}村民委员会`,
      自然村: "第1村民小组",
      户编号: householdAt(place),
      人编号: `${householdAt(place)}01`,
      姓名: `户${place}成员1`,
      证件号码: `539999${digits(place, 12)}`,
      人数: "1",
      与户主关系: "户主",
      健康状况: "健康",
      劳动技能: "普通劳动力",
      户类型: place % 3 === 0 ? "脱贫户" : "一般农户",
      开户行: "农村信用社",
      银行账号: `6223${digits(place, 15)}`,
      开户名: `户${place}成员1`,
    };
  }
}

const shareContract: Cells = {
  合同编号: contract,
  合同类型: "入股",
  主体编号: organisation,
  签订日期: "2024-12-20",
  起始日期: "2025-01-01",
  股权登记簿: register,
  每股金额: "1",
};

/** Amounts between 1.00 and 10,000.00, spread so that remainders differ. */
function* issues(holders: number): Generator<Cells> {
  for (let place = 0; place < holders; place++) {
    yield {
      业务编号: `YW-${digits(place + 1, 9)}`,
      业务类型: "折股",
      户编号: householdAt(place),
      主体编号: organisation,
      合同编号: contract,
      股权登记簿: register,
      业务日期: "2025-01-15",
      金额: `${1 + ((place * 7_919) % 10_000)}.00`,
      资本类型: "现金",
      凭证号: `PZ${digits(place % 1_000_000, 6)}`,
    };
  }
}

const income: Cells = {
  收益编号: "SY-000001",
  主体编号: organisation,
  业务日期: "2025-12-31",
  所属期: "2025",
  可分配金额: "123456789.01",
};

const drafted: Cells = {
  计划编号: plan,
  收益编号: "SY-000001",
  分配方式: "按股",
  分配金额: "123456789.01",
  业务日期: "2026-01-04",
  程序: "村级",
  收入类别: "分红",
  股权登记簿: register,
  基准日: "2025-12-31",
};

/** The step that divides the pool and freezes the list. */
export const freezing: Cells = {
  步骤编号: "BZ-000001",
  计划编号: plan,
  步骤: "定案",
  业务日期: "2026-01-05",
  经办人: "甲",
};

/** Rows as commands. Throws on one that is not well formed. */
export function* commandsFrom(kind: KindName, rows: Iterable<Cells>): Generator {
  const { parse } = kindOf(kind);
  for (const cells of rows) {
    const parsed = parse({ cells });
    if (!parsed.ok) throw new Error(`the invented row ${parsed.key}: ${parsed.refusal.message}`);
    yield parsed.command;
  }
}
