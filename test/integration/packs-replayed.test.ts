// The same rows under three policies: by what is written down everywhere, by 东安区's rules of 2020
// and by Xinjiang's draft of 2018. What was recorded under one stays as it was when another comes.
import { type Test, test } from "tap";
import { rebuild } from "../../src/app/rebuild.ts";
import { projections } from "../../projections/index.ts";
import { ownership } from "../../src/queries/ownership.ts";
import { statement } from "../../src/queries/statement.ts";
import type { Step } from "../support/given.ts";
import { financeRow } from "../support/finance-rows.ts";
import { importing } from "../support/importing.ts";
import type { TestLedger } from "../support/ledger.ts";
import { testLedger } from "../support/ledger.ts";
import { county, projectStep, row } from "../support/programme-rows.ts";
import { shareContract, shareIssue } from "../support/rows.ts";
import { report } from "../support/reporting.ts";

/** Where the rows lie, and the pack that is added there. */
const policies = {
  base: { division: "530400", pack: undefined },
  dongan: { division: "231002", pack: "dongan-2020" },
  xinjiang: { division: "650100", pack: "xj-2018-draft" },
} as const;
type Policy = keyof typeof policies;

/** The same rows in another division: numbers of households begin with it. */
function lyingIn(division: string, [kind, cells]: Step): Step {
  const moved = Object.entries(cells).map(([column, text]) => [
    column,
    text.replaceAll("539999", division).replaceAll(/^H(\d)$/g, `${division}000000000$1`),
  ]);
  return [kind, Object.fromEntries(moved) as Step[1]];
}

const added = (pack: string): Step => ["packs", { 政策包: pack, 经办人: "甲" }];
const untitled = { 承办方式: "自建" };
const titled = { 产权: "村集体", 股权: "无", 债权: "无", 经营责任主体: "O1" };
const second = { 项目编号: "X2" };

/** What is recorded before, the same everywhere. */
const before: readonly Step[] = [
  ...county,
  ["contracts", { ...shareContract(), 户编号: "H1" }],
  financeRow("loans"),
  row("projects", { 项目性质: "建设" }),
  row("projects", { ...second, ...titled, 项目性质: "建设" }),
  projectStep("入库", "2025-01-12"),
  projectStep("入库", "2025-01-12", second, "X2 入库"),
];

const recorded = "recorded";
/** Rows, and what becomes of each: `recorded`, a code, or a code with † where it is a remark. */
const judged: readonly (readonly [Step, Readonly<Record<Policy, string>>])[] = [
  [
    [
      "contracts",
      { 合同编号: "C8", 合同类型: "劳务", 主体编号: "O1", 起始日期: "2025-01-01", 单价: "9" },
    ],
    { base: "TermsMissing†", dongan: "TermsMissing", xinjiang: "TermsMissing†" },
  ],
  [
    ["movements", { ...shareIssue("M1"), 资本类型: "贷款", 贷款编号: "K1" }],
    { base: "SharesFromLoan", dongan: recorded, xinjiang: "SharesFromLoan" },
  ],
  [
    projectStep("批准", "2025-01-20"),
    { base: recorded, dongan: recorded, xinjiang: "StepOutOfOrder" },
  ],
  [
    projectStep("风险评估", "2025-01-14", second, "X2 风险评估"),
    { base: recorded, dongan: recorded, xinjiang: recorded },
  ],
  [
    projectStep("批准", "2025-01-21", second, "X2 批准"),
    { base: recorded, dongan: recorded, xinjiang: recorded },
  ],
  [
    projectStep("备案", "2025-01-22", second, "X2 备案"),
    { base: recorded, dongan: recorded, xinjiang: recorded },
  ],
  [
    projectStep("开工", "2025-02-01", untitled),
    { base: "TitleMissing† TenderMissing†", dongan: "TitleMissing", xinjiang: "StepOutOfOrder" },
  ],
  [
    projectStep("开工", "2025-02-01", second, "X2 开工"),
    { base: "TenderMissing†", dongan: "TenderMissing†", xinjiang: "TenderMissing" },
  ],
  [
    row("assets", { 动态管理: "" }),
    { base: "TermsMissing†", dongan: "TermsMissing", xinjiang: "TermsMissing†" },
  ],
];

async function outcomeOf(t: Test, ledger: TestLedger, step: Step): Promise<string> {
  const said = await importing(t, ledger, step[0], [step]);
  const code = (words: string): string => words.split(" ").at(-1) ?? "";
  if (said.refused.length > 0) return said.refused.map(code).join(" ");
  if (said.alreadyRecorded > 0) return "alreadyRecorded";
  return said.remarks.map((one) => `${code(one)}†`).join(" ") || recorded;
}

async function judge(t: Test, policy: Policy): Promise<TestLedger> {
  const { division, pack } = policies[policy];
  const ledger = await testLedger(t);
  if (pack !== undefined) t.equal(await outcomeOf(t, ledger, added(pack)), recorded);
  for (const step of before) await outcomeOf(t, ledger, lyingIn(division, step));
  for (const [step, expected] of judged) {
    const own = lyingIn(division, step);
    t.equal(
      await outcomeOf(t, ledger, own),
      expected[policy],
      `${policy}: ${step[0]} ${Object.values(step[1]).join(" ")}`,
    );
  }
  return ledger;
}

for (const policy of Object.keys(policies) as Policy[]) {
  test(`rows under ${policy}`, async (t) => {
    const ledger = await judge(t, policy);
    const { ok, differences } = await ledger.verify();
    t.ok(ok, differences.join("; "));
  });
}

/** All that the ledger says of what was recorded. */
async function told(ledger: TestLedger, division: string) {
  const knownAt = await ledger.caughtUp();
  const household = `${division}0000000001`;
  const remarks = await report(ledger, "remarks", { year: "2025" });
  return {
    statement: await statement(ledger, household, knownAt, {}),
    ownership: await ownership(ledger, "R1", knownAt),
    remarks: remarks.rows,
    programme: (await report(ledger, "programme", { year: "2025" })).rows,
  };
}

test("what was recorded stays as it was when a pack comes", async (t) => {
  const { division, pack } = policies.dongan;
  const ledger = await testLedger(t);
  const steps = [...before, ...judged.map(([step]) => step)].map((step) => lyingIn(division, step));
  const first: string[] = [];
  for (const step of steps) first.push(await outcomeOf(t, ledger, step));
  const was = await told(ledger, division);
  t.equal(await outcomeOf(t, ledger, added(pack)), recorded);
  t.strictSame(await told(ledger, division), was, "what was said is said again");
  const again: string[] = [];
  for (const step of steps) again.push(await outcomeOf(t, ledger, step));
  const changed = steps.flatMap(([kind, cells], at) => {
    if (first[at] === again[at]) return [];
    const wasRefused = first[at]?.endsWith("†") === false && first[at] !== recorded;
    if (!wasRefused && again[at] === "alreadyRecorded") return [];
    return [`${kind} ${Object.values(cells)[0] ?? ""}: ${first[at] ?? ""}, now ${again[at] ?? ""}`];
  });
  t.strictSame(
    changed,
    ["movements M1: SharesFromLoan, now recorded"],
    "rows that were recorded are so still; those that were refused are judged by the new pack",
  );
  await rebuild(ledger.pool, ledger.log, projections);
  const { ok, differences } = await ledger.verify();
  t.ok(ok, differences.join("; "));
  t.strictSame((await told(ledger, division)).remarks, was.remarks);
});
