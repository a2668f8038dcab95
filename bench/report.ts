import { fromUnits, toUnits } from "../src/domain/decimal.ts";
import { kindOf, type KindName } from "../src/domain/kinds.ts";
import type { Ledger } from "../src/ledger.ts";
import { resolveKnownAt } from "../src/queries/as-of.ts";
import type { ReportAnswer } from "../src/queries/reports/report.ts";
import { answerOf } from "../src/queries/reports/report.ts";
import { reports } from "../src/queries/reports/reports.ts";
import type { CountySize } from "./county.ts";
import { contractRows, householdAt, organisationsIn } from "./county.ts";
import type { BenchFigure } from "./figure.ts";
import { percentile, rounded, secondsOf } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { handleAll, projectAll, vacuum } from "./ledger.ts";
import { onCounty } from "./statement.ts";

const events = 1_000_000;
const rounds = 9;
const projects = 20;
const document = "0f".repeat(32);

/** A report, and the SQL that somebody would write by hand for its figures over this county. */
interface Measured {
  readonly name: string;
  readonly told: Readonly<Record<string, string>>;
  readonly bare: string;
  /** Some sums of each, which are the same. */
  readonly sums: (answer: ReportAnswer) => readonly unknown[];
  readonly bareSums: (rows: readonly Found[]) => readonly unknown[];
}

type Found = Readonly<Record<string, string | bigint | null>>;

/**
 * The plain sums over the rows that a report reads. They know one clock, no corrections and nothing
 * that is taken back, for this county has none.
 */
const measured: readonly Measured[] = [
  {
    name: "coverage",
    told: { on: "2026-12-31" },
    bare: `SELECT county, township, village, count(*) AS households,
        count(*) FILTER (WHERE is_goal) AS goal,
        count(*) FILTER (WHERE is_goal AND last IS NULL) AS unknown,
        count(*) FILTER (WHERE is_goal AND is_able) AS eligible,
        count(*) FILTER (WHERE is_goal AND is_able AND is_bound) AS covered,
        count(*) FILTER (WHERE is_assessed) AS assessed,
        count(*) FILTER (WHERE is_assessed AND is_bound) AS assessed_covered,
        count(*) FILTER (WHERE is_assessed AND (last IS NULL OR last < '2025-12-31')) AS stale,
        sum(bindings) AS bindings, sum(by_contract) AS by_contract
      FROM (
        SELECT h.*, c.last, c.is_able, b.bindings, b.by_contract,
          b.household IS NOT NULL AS is_bound,
          h.status = '脱贫户' AS is_goal, h.status IN ('脱贫户', '监测户') AS is_assessed
        FROM (
          SELECT DISTINCT ON (household) household, county, township, village, status, monitoring
          FROM read.household_status ORDER BY household, position DESC) AS h
        LEFT JOIN (
          SELECT DISTINCT ON (household) household, effective AS last,
            conditions = 'present' AND willingness = 'present' AS is_able
          FROM read.conditions ORDER BY household, effective DESC, position DESC) AS c
          USING (household)
        LEFT JOIN (
          SELECT household, count(*) AS bindings,
            count(*) FILTER (WHERE grade = 'contract') AS by_contract
          FROM read.bindings
          WHERE level = 'household' AND starts <= '2026-12-31' AND organisation IN (
            SELECT counterparty FROM read.bindings WHERE level = 'cooperative')
          GROUP BY household) AS b USING (household)) AS of_household
      GROUP BY county, township, village`,
    sums: ({ total }) =>
      ["households", "goal.covered", "assessed.covered", "grades.契约"].map((figure) =>
        figureIn(total, figure),
      ),
    bareSums: (rows) =>
      ["households", "covered", "assessed_covered", "by_contract"].map((column) =>
        sumOf(rows, column),
      ),
  },
  {
    name: "fund-trace",
    told: { id: "funds/ZJ-1", on: "2026-12-31" },
    bare: `SELECT contract AS source, household AS target, sum(amount) AS amount FROM read.postings
      WHERE side = 'household' AND asset = 'CNY' AND contract IN (
        SELECT data->>'contract' FROM read.programme_rows WHERE kind = 'project-steps')
      GROUP BY contract, household
      UNION ALL
      SELECT project, household, sum(amount) FROM read.postings
      WHERE side = 'household' AND project IS NOT NULL GROUP BY project, household
      UNION ALL
      SELECT data->>'project', data->>'contract', NULL FROM read.programme_rows
      WHERE kind = 'project-steps' AND data ? 'contract'
      UNION ALL
      SELECT fund, project, -sum(amount) FROM read.postings WHERE side = 'fund'
      GROUP BY fund, project`,
    sums: ({ edges }) => [Array.isArray(edges) ? edges.length : 0],
    bareSums: (rows) => [rows.length],
  },
  {
    name: "income-types",
    told: { from: "2025-01-01", to: "2026-12-31" },
    bare: `SELECT household, leg, sum(amount) AS amount FROM read.postings
      WHERE side = 'household' AND asset = 'CNY'
        AND effective BETWEEN '2025-01-01' AND '2026-12-31' GROUP BY household, leg
      UNION ALL
      SELECT d.household, 'at floor', sum(round(d.kilograms * t.floor_price, 2))
      FROM read.deliveries d JOIN read.contract_terms t USING (contract)
      WHERE d.effective BETWEEN '2025-01-01' AND '2026-12-31' GROUP BY d.household
      UNION ALL
      SELECT household, 'persons', count(*) FROM read.members GROUP BY household`,
    sums: ({ total }) => [figureIn(total, "persons"), figureIn(total, "atFloor")],
    bareSums: (rows) => {
      const of = (name: string) => rows.filter(({ leg }) => leg === name);
      const atFloor = of("at floor").reduce(
        (sum, row) => sum + toUnits(String(row["amount"]), 2),
        0n,
      );
      return [sumOf(of("persons"), "amount"), fromUnits(atFloor, 2)];
    },
  },
];

/** A figure of a total by its whole name: `goal.all`. */
function figureIn(total: unknown, name: string): unknown {
  return name.split(".").reduce((value, member) => {
    return (value as Readonly<Record<string, unknown>> | undefined)?.[member];
  }, total);
}

function sumOf(rows: readonly Found[], column: string): bigint {
  return rows.reduce((sum, row) => sum + BigInt(row[column] ?? 0), 0n);
}

/** Milliseconds of reports that read nearly everything, beside plain sums over the same rows. */
export async function* reportOfAll(context: BenchContext): AsyncGenerator<BenchFigure> {
  const n = Math.max(5_000, context.scaled(events));
  yield* await onCounty(context, n, async (ledger, households) => {
    await giveProgramme(ledger, { households, movements: n });
    await projectAll(ledger);
    await vacuum(ledger.pool);
    const figures: BenchFigure[] = [];
    for (const one of measured) figures.push(await figureOf(ledger, one, n));
    return figures;
  });
}

async function figureOf(
  ledger: Ledger,
  { name, told, bare, sums, bareSums }: Measured,
  n: number,
): Promise<BenchFigure> {
  const report = reports.find((one) => one.name === name);
  if (report === undefined) throw new Error(`there is no report ${name}`);
  const ask = async () => answerOf(report, ledger, told, await resolveKnownAt(ledger));
  const sum = () => ledger.pool.query<Found>(bare);
  // That they say the same warms both up, too.
  const [mine, plain] = [sums(await ask()).join(), bareSums((await sum()).rows).join()];
  if (mine !== plain) throw new Error(`${name} says ${mine} and the plain SQL ${plain}`);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(1_000 * (await secondsOf(ask)));
    theirs.push(1_000 * (await secondsOf(sum)));
  }
  const [value, reference] = [percentile(ours, 0.5), percentile(theirs, 0.5)];
  return {
    bench: `report/${name}`,
    value: rounded(value),
    unit: "ms",
    reference: "plain SQL for the same figures over the same rows",
    referenceValue: rounded(reference),
    ratio: rounded(value / reference),
    n,
  };
}

/** A fund, projects that are linked to every contract, and bindings of every household. */
async function giveProgramme(ledger: Ledger, size: CountySize): Promise<void> {
  const give = (kind: KindName, rows: Rows) =>
    handleAll(ledger.handler, kind, commandsOf(kind, rows));
  const places = Array.from({ length: size.households }, (_, place) => place);
  const organisation = (place: number) => `ORG-${String(place + 1).padStart(4, "0")}`;
  const firms = Array.from({ length: organisationsIn(size) }, (_, place) => place);
  const [enterprises, cooperatives] = [
    firms.filter((place) => place % 3 === 0),
    firms.filter((place) => place % 3 !== 0),
  ];
  const of = (list: readonly number[], at: number) => organisation(list[at % list.length] ?? 0);
  const bound = { 绑定形式: "生产合作", 紧密程度: "契约", 业务日期: "2025-01-05" };
  await give(
    "conditions",
    places.map((place) => ({
      ...{ 记录编号: `TJ-${place}`, 户编号: householdAt(place), 业务日期: "2025-01-04" },
      ...{ 产业条件: "有", 发展意愿: "有" },
    })),
  );
  await give("bindings", [
    ...cooperatives.map((place, at) => ({
      ...{ ...bound, 绑定编号: `LH-${place}`, 层级: "合作社", 主体编号: of(enterprises, at) },
      对方主体编号: organisation(place),
    })),
    ...places.map((place) => ({
      ...{ ...bound, 绑定编号: `BD-${place}`, 层级: "农户", 主体编号: of(cooperatives, place) },
      ...{ 户编号: householdAt(place), 帮扶方式: "直接帮扶", 同意书: document },
    })),
  ]);
  await giveProjects(give, size, places);
}

type Rows = readonly Readonly<Record<string, string>>[];

async function giveProjects(
  give: (kind: KindName, rows: Rows) => Promise<void>,
  size: CountySize,
  places: readonly number[],
): Promise<void> {
  const fund = { 资金编号: "ZJ-1", 资金来源: "衔接资金", 级次: "县", 年度: "2025", 文号: "1号" };
  await give("funds", [{ ...fund, 金额: "100000000", 业务日期: "2025-01-05" }]);
  const ids = Array.from({ length: projects }, (_, at) => `XM-${at}`);
  await give(
    "projects",
    ids.map((id) => ({
      ...{ 项目编号: id, 名称: id, 年度: "2025", 行政区划: "530424", 产业: "种植业" },
      ...{ 模式编号: "M1", 业务日期: "2025-01-06" },
    })),
  );
  const step = (id: string, kind: string, date: string, more = {}) => ({
    ...{ 步骤编号: `${id} ${kind} ${Object.values(more).join()}`, 项目编号: id, 步骤: kind },
    ...{ 业务日期: date, 经办人: "甲", ...more },
  });
  await give(
    "project-steps",
    ids.map((id) => step(id, "入库", "2025-01-07")),
  );
  await give(
    "project-steps",
    ids.map((id) => step(id, "批准", "2025-01-08", { 单位: "县" })),
  );
  await give(
    "allocations",
    ids.map((id) => ({
      ...{ 安排编号: `AP-${id}`, 项目编号: id, 资金编号: "ZJ-1", 资金方式: "直补" },
      ...{ 金额: "5000000", 业务日期: "2025-01-09" },
    })),
  );
  const contracts = [...contractRows(size)].map(([contract = ""]) => contract);
  await give(
    "project-steps",
    contracts.map((contract, at) =>
      step(ids[at % projects] ?? "", "联结", "2025-01-10", { 合同编号: contract }),
    ),
  );
  await give(
    "disbursements",
    places.map((place) => ({
      ...{ 拨付编号: `BF-${place}`, 安排编号: `AP-XM-${place % projects}`, 金额: "100" },
      ...{ 凭证号: "PZ", 户编号: householdAt(place), 收入类别: "补贴", 业务日期: "2025-02-01" },
    })),
  );
}

function* commandsOf(kind: KindName, rows: Rows) {
  for (const cells of rows) {
    const parsed = kindOf(kind).parse({ cells });
    if (!parsed.ok) throw new Error(`the invented row ${parsed.key}: ${parsed.refusal.message}`);
    yield parsed.command;
  }
}
