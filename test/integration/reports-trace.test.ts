// Where money came from and whom it reached, in a county that was added up by hand: two funds pay
// for a project, which leaves an asset; what it earns is divided and half of it is credited.
import { type Test, test } from "tap";
import type { CountyRow } from "../support/county.ts";
import type { Step } from "../support/given.ts";
import { paidCounty } from "../support/paid-county.ts";
import { projectStep, row } from "../support/programme-rows.ts";
import { ask } from "../support/reporting.ts";
import { labourContract, wage } from "../support/rows.ts";

const funded: readonly Step[] = [
  ["organisations", { 主体编号: "O1", 名称: "合作社", 类型: "农民专业合作社" }],
  row("funds"),
  row("funds", { 资金编号: "F2" }),
  row("projects"),
  projectStep("入库", "2025-01-12"),
  projectStep("批准", "2025-01-20"),
  row("allocations", { 金额: "320" }),
  row("allocations", { 安排编号: "A2", 资金编号: "F2", 金额: "200" }),
  row("refunds", { 安排编号: "A1", 金额: "20" }),
  row("disbursements", { 主体编号: "O1", 金额: "150" }),
  row("disbursements", { 拨付编号: "D2", 安排编号: "A2", 主体编号: "O1", 金额: "70" }),
  row("disbursements", { 拨付编号: "D3", 户编号: "H2", 收入类别: "补贴", 金额: "50" }),
  row("refunds", { 退回编号: "T2", 拨付编号: "D3", 金额: "0.01" }),
  row("bindings"),
  ["contracts", labourContract()],
  projectStep("联结", "2025-02-16", { 绑定编号: "L1" }, "B"),
  projectStep("联结", "2025-02-16", { 合同编号: "C2" }, "C"),
  row("assets", { 项目编号: "X1", 原值: "999.99" }),
  ["movements", wage("W1")],
  ["movements", wage("W2", "H2")],
];

interface Edge extends CountyRow {
  readonly from: string;
  readonly to: string;
}

void test("a trace", async (t) => {
  const { testing, lines, books } = await paidCounty(t, 2, "30", {
    before: funded,
    earned: { 资产编号: "ZC1", 到账金额: "30.01" },
  });
  await books({ lines: lines.slice(0, 1) });
  const trace = async (tt: Test, id: string, on = "2025-12-31") => {
    const { nodes, edges } = (await ask(testing, "fund-trace", { id, on })) as unknown as {
      readonly nodes: readonly { readonly node: string }[];
      readonly edges: readonly Edge[];
    };
    const ends = new Set([id, ...edges.flatMap(({ from, to }) => [from, to])]);
    tt.strictSame(new Set(nodes.map(({ node }) => node)), ends, `${id}: nodes are its ends`);
    const said = edges.map(({ from, to, amount, part }) => {
      return `${from} ${to} ${String(amount)} ${String(part)}`;
    });
    return { nodes, edges: said };
  };
  await t.test("of a fund, with its part", async (tt) => {
    const { nodes, edges } = await trace(tt, "funds/F1");
    tt.strictSame(edges, [
      "assets/ZC1 income/SY-JH1 30.01 18.01",
      "bindings/L1 households/H1 null null",
      "contracts/C2 households/H1 100.00 60.00",
      "contracts/C2 households/H2 100.00 60.00",
      "funds/F1 projects/X1 300.00 300.00",
      "income/SY-JH1 plans/JH1 30.00 18.00",
      "plans/JH1 households/H1 10.00 6.00",
      "projects/X1 assets/ZC1 999.99 599.99",
      "projects/X1 bindings/L1 null null",
      "projects/X1 contracts/C2 null null",
      "projects/X1 households/H2 49.99 49.99",
      "projects/X1 organisations/O1 220.00 150.00",
    ]);
    tt.match(nodes, [
      { node: "assets/ZC1", name: "大棚" },
      ...["bindings/L1", "contracts/C2", "funds/F1", "households/H1", "households/H2"].map(
        (node) => ({ node }),
      ),
      ...["income/SY-JH1", "organisations/O1", "plans/JH1"].map((node) => ({ node })),
      { node: "projects/X1", name: "大棚", industry: "种植业" },
    ]);
    const early = await trace(tt, "funds/F1", "2025-02-14");
    tt.strictSame(early.edges, ["funds/F1 projects/X1 320.00 320.00"], "what counts on the day");
  });
  await t.test("of a household, backwards", async (tt) => {
    const { edges } = await trace(tt, "households/H2");
    tt.strictSame(edges, [
      "contracts/C2 households/H2 100.00 null",
      "funds/F1 projects/X1 300.00 null",
      "funds/F2 projects/X1 200.00 null",
      "projects/X1 contracts/C2 null null",
      "projects/X1 households/H2 49.99 null",
    ]);
  });
  await t.test("of an organisation, with its own movements", async (tt) => {
    const { edges } = await trace(tt, "organisations/O1");
    tt.strictSame(edges, [
      "funds/F1 projects/X1 300.00 null",
      "funds/F2 projects/X1 200.00 null",
      "income/SY-JH1 plans/JH1 30.00 null",
      "organisations/O1 households/H1 100.00 null",
      "organisations/O1 households/H2 100.00 null",
      "organisations/O1 income/SY-JH1 30.01 null",
      "plans/JH1 households/H1 10.00 null",
      "projects/X1 organisations/O1 220.00 null",
    ]);
  });
  await t.test("of what is in between, both ways", async (tt) => {
    const { edges } = await trace(tt, "assets/ZC1");
    tt.strictSame(edges, [
      "assets/ZC1 income/SY-JH1 30.01 null",
      "funds/F1 projects/X1 300.00 null",
      "funds/F2 projects/X1 200.00 null",
      "income/SY-JH1 plans/JH1 30.00 null",
      "plans/JH1 households/H1 10.00 null",
      "projects/X1 assets/ZC1 999.99 null",
    ]);
    await tt.rejects(trace(tt, "assets/ZC9"), { code: "RowUnknown" });
    await tt.rejects(trace(tt, "无"), { code: "RowUnknown" });
  });
  t.ok((await testing.verify()).ok);
});
