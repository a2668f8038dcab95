// The rules of funds, models, projects, allocations, disbursements, reimbursements and refunds:
// every code has a row that it meets, and one that just passes.
import { test } from "tap";
import { approved, hash, paid, projectStep, row } from "../../support/programme-rows.ts";
import { judged, pack } from "../../support/programme-judged.ts";

const duty = row("duties");
const bound = [1, 2, 3, 4, 5].map((n) =>
  row("bindings", { 绑定编号: `L${n}`, 户编号: `H${n}`, 业务日期: "2025-03-01" }),
);

test("a row of money", (t) => {
  judged(t, [
    {
      code: "MalformedField",
      refused: row("funds", { 资金来源: "彩票" }),
      passes: row("funds", { 资金来源: "其他" }),
    },
    {
      code: "MalformedField",
      refused: row("funds", { 年度: "25" }),
      passes: row("funds", { 年度: "2025" }),
    },
    {
      code: "ReferenceConflict",
      after: [row("funds")],
      refused: row("funds", { 金额: "1000.01" }),
      passes: row("funds", { 资金编号: "F2", 金额: "1000.01" }),
    },
    {
      code: "MalformedField",
      after: [...paid],
      refused: row("refunds", { 资金编号: "F1", 安排编号: "A1" }),
      passes: row("refunds", { 资金编号: "F1" }),
    },
    {
      code: "MalformedField",
      after: [...approved, row("allocations")],
      refused: row("disbursements", { 户编号: "H1" }),
      passes: row("disbursements", { 户编号: "H1", 收入类别: "补贴" }),
    },
    {
      code: "MalformedField",
      after: [...approved, row("allocations")],
      refused: row("disbursements", { 户编号: "H1", 收入类别: "补贴", 主体编号: "O1" }),
      passes: row("disbursements", { 主体编号: "O1" }),
    },
  ]);
  t.end();
});

test("a project", (t) => {
  const proposed = row("models", { 名称: "新模式" });
  const recommended = row("models", {
    步骤编号: "MS2",
    步骤: "县批准",
    业务日期: "2025-01-10",
  });
  judged(t, [
    {
      code: "MalformedField",
      refused: row("models"),
      passes: row("models", { 名称: "新模式" }),
    },
    {
      code: "ModelUnknown",
      refused: row("models", { 步骤: "县推荐" }),
      passes: row("models", { 步骤: "县推荐" }),
      passesAfter: [row("models", { 步骤编号: "MS0", 名称: "新模式" })],
    },
    {
      code: "StepOutOfOrder",
      after: [proposed],
      refused: row("models", { 步骤编号: "MS2", 步骤: "市州核实" }),
      passes: row("models", { 步骤编号: "MS2", 步骤: "县批准" }),
    },
    {
      code: "StepOutOfOrder",
      refused: row("models", { 模式编号: "M6", 名称: "又一次" }),
      passes: row("models", { 名称: "新模式" }),
    },
    {
      code: "DateBefore",
      after: [proposed],
      refused: row("models", { 步骤编号: "MS2", 步骤: "县推荐", 业务日期: "2025-01-05" }),
      passes: row("models", { 步骤编号: "MS2", 步骤: "县推荐", 业务日期: "2025-01-06" }),
    },
    {
      code: "ModelUnknown",
      refused: row("projects", { 模式编号: "M7" }),
      passes: row("projects", { 模式编号: "M6" }),
    },
    {
      code: "OrganisationUnknown",
      refused: row("projects", { 主体编号: "O9" }),
      passes: row("projects", { 主体编号: "O1" }),
    },
    {
      code: "DateBefore",
      after: [proposed, recommended],
      refused: row("projects", { 模式编号: "M7", 业务日期: "2025-01-05" }),
      passes: row("projects", { 模式编号: "M7", 业务日期: "2025-01-10" }),
    },
    {
      code: "ModelNotRecognised",
      after: [proposed, recommended],
      refused: row("projects", { 模式编号: "M7", 业务日期: "2025-01-09" }),
      passes: row("projects", { 模式编号: "M7", 业务日期: "2025-01-10" }),
    },
    {
      code: "IndustryNotListed",
      refused: row("projects", { 产业: "烟" }),
      passes: row("projects", { 产业: "烟", 选择理由: "本地" }),
    },
    {
      code: "ReasonMissing",
      refused: row("projects", { 技术难度: "低", 市场风险: "低", 主体编号: "O1" }),
      passes: row("projects", { 技术难度: "低", 市场风险: "中", 主体编号: "O1" }),
    },
    {
      code: "MalformedField",
      refused: row("projects", { 行政区划: "53999" }),
      passes: row("projects", { 行政区划: "53" }),
    },
  ]);
  t.end();
});

test("an allocation", (t) => {
  const caps = pack({ "subsidy.caps": { 农户: "100.00", 合计: "450.00" } });
  judged(t, [
    {
      code: "ProjectUnknown",
      after: [...approved],
      refused: row("allocations", { 项目编号: "X9", 资金编号: "F9" }),
      passes: row("allocations"),
    },
    {
      code: "FundUnknown",
      after: [...approved],
      refused: row("allocations", { 资金编号: "F9", 主体编号: "O9" }),
      passes: row("allocations"),
    },
    {
      code: "OrganisationUnknown",
      after: [...approved],
      refused: row("allocations", { 主体编号: "O9", 业务日期: "2025-01-01" }),
      passes: row("allocations", { 主体编号: "O1" }),
    },
    {
      code: "DateBefore",
      after: [...approved],
      refused: row("allocations", { 业务日期: "2025-01-09", 金额: "2000" }),
      passes: row("allocations", { 业务日期: "2025-01-12" }),
    },
    {
      code: "FundExceeded",
      after: [...approved, row("projects", { 项目编号: "X2" }), row("allocations")],
      refused: row("allocations", { 安排编号: "A2", 项目编号: "X2", 金额: "500.01" }),
      passes: row("allocations", { 安排编号: "A2", 项目编号: "X2", 金额: "500" }),
      passesAfter: [projectStep("入库", "2025-01-12", { 项目编号: "X2", 步骤编号: "X2 入库" })],
    },
    {
      code: "ProjectCancelled",
      after: [...approved, projectStep("取消", "2025-03-01")],
      refused: row("allocations"),
      passes: row("allocations"),
      passesAfter: [row("corrections", { 原表: "project-steps", 原编号: "取消 2025-03-01" })],
    },
    {
      code: "ProjectNotInBank",
      after: [row("funds"), row("projects"), projectStep("入库", "2025-02-02")],
      refused: row("allocations"),
      passes: row("allocations", { 业务日期: "2025-02-02" }),
    },
    {
      code: "PlanExceeded",
      after: [...approved, row("allocations")],
      refused: row("allocations", { 安排编号: "A2", 金额: "300.01" }),
      passes: row("allocations", { 安排编号: "A2", 金额: "300" }),
    },
    {
      code: "PlanExceeded",
      after: [
        ...approved,
        projectStep("变更申请", "2025-01-21"),
        projectStep("变更批准", "2025-01-22"),
      ],
      refused: row("allocations", { 金额: "900" }),
      passes: row("allocations", { 金额: "900" }),
      passesAfter: [projectStep("变更备案", "2025-01-23")],
    },
    {
      code: "OrganisationListed",
      after: [...approved, row("sanctions", { 终止日期: "2025-02-28" })],
      refused: row("allocations", { 主体编号: "O1", 业务日期: "2025-02-28" }),
      passes: row("allocations", { 主体编号: "O1", 业务日期: "2025-03-01" }),
    },
    {
      code: "ClassCapExceeded",
      after: [...approved, caps],
      refused: row("allocations", { 对象类别: "农户", 金额: "100.01" }),
      passes: row("allocations", { 对象类别: "农户", 金额: "100" }),
    },
    {
      code: "ClassCapExceeded",
      after: [...approved, caps, row("allocations", { 对象类别: "企业", 金额: "400" })],
      refused: row("allocations", { 安排编号: "A2", 对象类别: "农户", 金额: "50.01" }),
      passes: row("allocations", { 安排编号: "A2", 对象类别: "农户", 金额: "50" }),
    },
    {
      code: "ReasonMissing",
      after: [...approved],
      refused: row("allocations", { 倾斜: "是", 说明: "重点村" }),
      passes: row("allocations", { 倾斜: "是", 说明: "重点村", 材料: hash }),
    },
  ]);
  t.end();
});

test("a disbursement", (t) => {
  const award = [...approved, row("allocations", { 资金方式: "绑定奖补" })];
  const interest = [...approved, row("allocations", { 资金方式: "贷款贴息" })];
  const rates = pack({ "award.rates": { 生产合作: "60.00" } });
  const toO1 = { 主体编号: "O1" };
  judged(t, [
    {
      code: "AllocationUnknown",
      after: [...approved],
      refused: row("disbursements", { 主体编号: "O9" }),
      passes: row("disbursements", toO1),
      passesAfter: [row("allocations")],
    },
    {
      code: "OrganisationUnknown",
      after: [...approved, row("allocations")],
      refused: row("disbursements", { 主体编号: "O9" }),
      passes: row("disbursements", toO1),
    },
    {
      code: "HouseholdUnknown",
      after: [...approved, row("allocations")],
      refused: row("disbursements", { 户编号: "H9", 收入类别: "救助" }),
      passes: row("disbursements", { 户编号: "H6", 收入类别: "救助" }),
    },
    {
      code: "DateBefore",
      after: [...approved, row("allocations")],
      refused: row("disbursements", { ...toO1, 业务日期: "2025-01-31", 金额: "600" }),
      passes: row("disbursements", { ...toO1, 业务日期: "2025-02-01" }),
    },
    {
      code: "AllocationExceeded",
      after: [...paid],
      refused: row("disbursements", { ...toO1, 拨付编号: "D2", 金额: "200.01" }),
      passes: row("disbursements", { ...toO1, 拨付编号: "D2", 金额: "200" }),
    },
    {
      code: "ProjectNotApproved",
      after: [
        row("funds"),
        row("projects"),
        projectStep("入库", "2025-01-12"),
        row("allocations"),
        projectStep("批准", "2025-03-02"),
      ],
      refused: row("disbursements", toO1),
      passes: row("disbursements", { ...toO1, 业务日期: "2025-03-02" }),
    },
    {
      code: "OrganisationListed",
      after: [...approved, row("allocations"), row("sanctions", { 业务日期: "2025-03-02" })],
      refused: row("disbursements", { ...toO1, 业务日期: "2025-03-02" }),
      passes: row("disbursements", toO1),
    },
    {
      code: "DutyUnmet",
      after: interest,
      refused: row("disbursements", toO1),
      passes: row("disbursements", toO1),
      passesAfter: [duty],
    },
    {
      code: "EvidenceMissing",
      after: award,
      refused: row("disbursements", { 户编号: "H1", 收入类别: "奖补" }),
      passes: row("disbursements", { 户编号: "H1", 收入类别: "奖补", 材料: hash }),
    },
    {
      code: "AwardAboveRate",
      after: [...award, rates, ...bound],
      refused: row("disbursements", { ...toO1, 金额: "300.01", 材料: hash }),
      passes: row("disbursements", { ...toO1, 金额: "300", 材料: hash }),
    },
    {
      code: "DutyMissing",
      isReported: true,
      after: [...approved, row("allocations"), ...bound],
      refused: row("disbursements", toO1),
      passes: row("disbursements", toO1),
      passesAfter: [duty],
    },
    {
      code: "CooperativeTooSmall",
      isReported: true,
      after: [...approved, row("allocations"), duty, ...bound],
      refused: row("disbursements", { ...toO1, 业务日期: "2025-02-28" }),
      passes: row("disbursements", { ...toO1, 业务日期: "2025-03-01" }),
    },
  ]);
  t.end();
});

test("a disbursement that waits for the work to be accepted", (t) => {
  const done = [
    ...approved,
    projectStep("开工", "2025-02-02"),
    projectStep("完工", "2025-02-20"),
    row("allocations", { 资金方式: "先建后补" }),
  ];
  const by = (unit: string, date: string, 意见 = "合格") =>
    projectStep("验收", date, { 单位: unit, 意见 }, `${unit} ${date}`);
  const three = [
    by("乡村振兴局", "2025-02-21"),
    by("财政局", "2025-02-21"),
    by("审计局", "2025-02-21"),
  ];
  const paidOut = row("disbursements", { 主体编号: "O1" });
  judged(t, [
    {
      code: "NotAccepted",
      after: [...done, ...three, projectStep("农户确认", "2025-02-22")],
      refused: paidOut,
      passes: paidOut,
      passesAfter: [by("县纪委", "2025-03-01")],
    },
    {
      code: "NotAccepted",
      after: [
        ...done,
        ...three,
        by("县监委", "2025-02-21"),
        projectStep("农户确认", "2025-02-22"),
        by("财政局", "2025-02-23", "不合格"),
      ],
      refused: paidOut,
      passes: paidOut,
      passesAfter: [by("财政局", "2025-02-24")],
    },
    {
      code: "NotAccepted",
      after: [
        ...done,
        ...three,
        by("县监委", "2025-02-21"),
        projectStep("农户确认", "2025-02-22"),
        projectStep("农户确认", "2025-02-23", { 意见: "不属实" }),
      ],
      refused: paidOut,
      passes: paidOut,
      passesAfter: [projectStep("农户确认", "2025-03-01", { 户编号: "H2" })],
    },
  ]);
  t.end();
});

test("what comes back, and what is accounted for", (t) => {
  const toHousehold = row("disbursements", {
    拨付编号: "D2",
    户编号: "H1",
    收入类别: "补贴",
    金额: "50",
  });
  judged(t, [
    {
      code: "DisbursementUnknown",
      after: [...paid],
      refused: row("reimbursements", { 拨付编号: "D9" }),
      passes: row("reimbursements"),
    },
    {
      code: "DateBefore",
      after: [...paid],
      refused: row("reimbursements", { 业务日期: "2025-02-28" }),
      passes: row("reimbursements", { 业务日期: "2025-03-01" }),
    },
    {
      code: "KindMismatch",
      after: [...paid, toHousehold],
      refused: row("reimbursements", { 拨付编号: "D2", 金额: "1000" }),
      passes: row("reimbursements"),
    },
    {
      code: "DisbursementExceeded",
      after: [...paid, row("reimbursements")],
      refused: row("reimbursements", { 报账编号: "B2", 金额: "200.01" }),
      passes: row("reimbursements", { 报账编号: "B2", 金额: "200" }),
    },
    {
      code: "PurposeForbidden",
      after: [...paid],
      refused: row("reimbursements", { 用途: "接待费" }),
      passes: row("reimbursements", { 用途: "公益活动接待费" }),
    },
    {
      code: "ReturnExceeded",
      after: [...paid, row("reimbursements")],
      refused: row("refunds", { 拨付编号: "D1", 金额: "200.01" }),
      passes: row("refunds", { 拨付编号: "D1", 金额: "200" }),
    },
    {
      code: "ReturnExceeded",
      after: [...paid],
      refused: row("refunds", { 安排编号: "A1", 金额: "200.01" }),
      passes: row("refunds", { 安排编号: "A1", 金额: "200" }),
    },
    {
      code: "ReturnExceeded",
      after: [...paid],
      refused: row("refunds", { 资金编号: "F1", 金额: "500.01" }),
      passes: row("refunds", { 资金编号: "F1", 金额: "500" }),
    },
    {
      code: "DateBefore",
      after: [...paid],
      refused: row("refunds", { 拨付编号: "D1", 业务日期: "2025-02-28" }),
      passes: row("refunds", { 拨付编号: "D1", 业务日期: "2025-03-01" }),
    },
    {
      code: "FundUnknown",
      after: [...paid],
      refused: row("refunds", { 资金编号: "F9" }),
      passes: row("refunds", { 资金编号: "F1" }),
    },
  ]);
  t.end();
});
