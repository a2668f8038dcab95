import { z } from "zod";
import type { Overview } from "../queries/overview.ts";
import { overviewQuestion } from "../queries/overview.ts";
import { grouped } from "../words/numbers.ts";
import type { Kept, Running, Site } from "./define.ts";
import { page } from "./define.ts";
import { Both, ContractForm, FactList, HouseholdForm, htmlOf, MoneyTable } from "./page.tsx";

/** What the first page shows. */
interface OverviewShown {
  readonly running: Running;
  readonly kept: Kept<Overview>;
}

const engines: Readonly<Record<string, string>> = {
  postgres: "PostgreSQL",
  eventstoredb: "EventStoreDB",
};

const next = [
  ["/plans", "分配计划", "plans, their lists and payments"],
  ["/notices", "公示", "lists that hang in public"],
  ["/docs", "接口文档", "the API, to read and try"],
  ["/openapi.json", "接口描述", "OpenAPI 3.1"],
  ["/health", "运行状况", "whether it can answer"],
  ["/metrics", "运行指标", "numbers for Prometheus"],
] as const;

const hints = `npx sunshine import roster 名册.csv
npx sunshine import movements 业务.xlsx
npx sunshine statements --by village
npx sunshine verify`;

/** The first page: what runs here, how much is recorded, where to go on. */
export const overviewPage = page({
  path: "/",
  right: "open",
  parameters: z.unknown(),
  unopened: true,
  ask: async (visit) => ({
    running: await visit.running(),
    kept: await visit.kept(overviewQuestion),
  }),
  show: showOverview,
});

function showOverview({ running, kept }: OverviewShown, site: Site): string {
  const overview = kept.answer;
  return htmlOf(
    { ...site, title: "总览", titleEnglish: "Overview", knownAt: kept.knownAt },
    <>
      {!running.ready && (
        <section class="notice" role="status">
          <p>
            <Both
              zh="正在载入数据，下面的数字还会变化。"
              en="The ledger is being loaded; the figures below will still change."
            />
          </p>
        </section>
      )}
      <Counts overview={overview} />
      <section>
        <h2>
          <Both zh="农户收到的钱" en="Money received by households" />
        </h2>
        <MoneyTable
          caption="按业务日期的年度和收入类别，单位：元"
          captionEnglish="by year of 业务日期 and leg, in yuan"
          money={overview.money}
        />
      </section>
      <HouseholdForm />
      <ContractForm />
      <WhatRuns running={running} version={site.version} />
      <section class="screen">
        <h2>
          <Both zh="接下来" en="Where to go on" />
        </h2>
        <ul>
          {next.map(([path, zh, en]) => (
            <li key={path}>
              <a href={path}>
                <code>{path}</code>
              </a>{" "}
              <Both zh={zh} en={en} />
            </li>
          ))}
        </ul>
        <pre>{hints}</pre>
      </section>
    </>,
  );
}

function Counts({ overview }: { readonly overview: Overview }) {
  const counts = [
    ["户", "households", overview.households],
    ["人", "members", overview.members],
    ["经营主体", "organisations", overview.organisations],
    ["合同", "contracts", overview.contracts],
    ["股权登记簿", "registers", overview.registers],
  ] as const;
  return (
    <section>
      <h2>
        <Both zh="登记在册" en="On record" />
      </h2>
      <dl class="counts">
        {counts.map(([zh, en, count]) => (
          <div key={en}>
            <dt>
              <Both zh={zh} en={en} />
            </dt>
            <dd>{grouped(count)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function WhatRuns({
  running: { engine, identity, head, projected },
  version,
}: {
  readonly running: Running;
  readonly version: string;
}) {
  const facts = [
    ["版本", "version", version],
    ["存储引擎", "engine", engines[engine] ?? engine],
    ["账本编号", "ledger id", identity?.ledger ?? "尚未开账 not opened yet"],
    ["最后一条记录", "position", grouped(head)],
    ["已汇总到", "projected", grouped(projected)],
  ] as const;
  return (
    <section>
      <h2>
        <Both zh="正在运行" en="What runs here" />
      </h2>
      <FactList facts={facts} />
    </section>
  );
}
