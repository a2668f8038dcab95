import type { CountyRow } from "./county.ts";

/** A person. These rows are of a county of one cooperative, with register R1 under contract C1. */
export const person = (n: number, household = `H${n}`): CountyRow => ({
  县: "华宁县",
  乡: "青龙镇",
  行政村: "落梅村民委员会",
  户编号: household,
  人编号: `P${n}`,
  姓名: "某",
  证件号码: "539999",
});

/** An organisation. */
export const organisation = (id = "O1"): CountyRow => ({ 主体编号: id, 名称: "合作社" });

/** A share contract, 1 yuan a share. */
export const shareContract = (id = "C1", entity = "O1", register = "R1"): CountyRow => ({
  合同编号: id,
  合同类型: "入股",
  主体编号: entity,
  起始日期: "2025-01-01",
  股权登记簿: register,
  每股金额: "1",
});

/** A labour contract, 100 yuan a day. */
export const labourContract = (id = "C2", entity = "O1"): CountyRow => ({
  合同编号: id,
  合同类型: "劳务",
  主体编号: entity,
  起始日期: "2025-01-01",
  单价: "100",
});

/** A supplement that raises the day rate of a labour contract, from July on. */
export const supplement = (id: string, contract = "C2"): CountyRow => ({
  变更编号: id,
  合同编号: contract,
  变更类型: "补充协议",
  生效日期: "2025-07-01",
  单价: "120",
});

/** Capital that becomes shares of R1 under C1. */
export const shareIssue = (reference: string, household = "H1", amount = "100"): CountyRow => ({
  业务编号: reference,
  业务类型: "折股",
  业务日期: "2025-02-01",
  户编号: household,
  主体编号: "O1",
  合同编号: "C1",
  股权登记簿: "R1",
  金额: amount,
  资本类型: "现金",
});

/** A pool shared over a register of O1. */
export const dividend = (reference: string, pool = "10", register = "R1"): CountyRow => ({
  业务编号: reference,
  业务类型: "分红",
  业务日期: "2025-03-01",
  主体编号: "O1",
  股权登记簿: register,
  金额: pool,
});

/** A day's wage under C2. */
export const wage = (reference: string, household = "H1"): CountyRow => ({
  业务编号: reference,
  业务类型: "工资",
  业务日期: "2025-03-01",
  户编号: household,
  主体编号: "O1",
  合同编号: "C2",
  数量: "1",
  单价: "100",
  金额: "100",
});

/** Takes a movement back. */
export const reversal = (reference: string, original: string): CountyRow => ({
  业务编号: reference,
  业务类型: "冲销",
  业务日期: "2025-04-01",
  原业务编号: original,
});

/** A contract to buy produce at 2 yuan a kilogram or more. */
export const purchaseContract = (id = "C3", entity = "O1"): CountyRow => ({
  合同编号: id,
  合同类型: "订单收购",
  主体编号: entity,
  起始日期: "2025-01-01",
  保护价: "2",
});

/** Ten kilograms bought under C3. */
export const purchase = (reference: string, household = "H1"): CountyRow => ({
  业务编号: reference,
  业务类型: "订单收购",
  业务日期: "2025-03-01",
  户编号: household,
  主体编号: "O1",
  合同编号: "C3",
  数量: "10",
  单价: "2",
  金额: "20",
});
