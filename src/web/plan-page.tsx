import { z } from "zod";
import { Hash } from "../notice/parts.tsx";
import type { KnownAt } from "../queries/as-of.ts";
import { Unknown } from "../queries/as-of.ts";
import type { Found } from "../queries/define.ts";
import { idText } from "../queries/parameters.ts";
import type { PlanOnWeb } from "../queries/plan-on-web.ts";
import { planOnWebQuestion } from "../queries/plan-on-web.ts";
import { plansQuestion } from "../queries/plans.ts";
import { grouped } from "../words/numbers.ts";
import { objectionWords, stageWords, standingWords } from "../words/plans.ts";
import type { Site } from "./define.ts";
import { page } from "./define.ts";
import { Both, FactList, Head, htmlOf, PlanLink, Scroll } from "./page.tsx";

type PlanHead = Found<(typeof plansQuestion)["answer"]>["plans"][number];
type Shown = Omit<PlanOnWeb, "knownAt" | "demo" | "standstill">;

/** What is shown of one plan. */
interface PlanShown {
  readonly knownAt: KnownAt;
  readonly plan: Shown;
  /** The line after which its lines go on here. */
  readonly after: number;
}

/** All plans and where they stand. */
export const plansPage = page({
  path: "/plans",
  right: "sums",
  unindexed: true,
  parameters: z.unknown(),
  ask: async (visit) => {
    const [knownAt, { plans }] = await Promise.all([visit.knownAt(), visit.ask(plansQuestion, {})]);
    return { knownAt, plans };
  },
  show: ({ knownAt, plans }, site) =>
    htmlOf(
      { ...site, title: "分配计划", titleEnglish: "Plans", knownAt },
      <section class="long">
        {plans.length === 0 ? (
          <p>
            <Both zh="没有分配计划。" en="No plan is drafted." />
          </p>
        ) : (
          <Plans plans={plans} />
        )}
      </section>,
    ),
});

/** One plan: its steps, objections, lines and payments. */
export const planPage = page({
  path: "/plans/:plan",
  right: "masked",
  unindexed: true,
  parameters: z.object({
    plan: idText.catch(""),
    after: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
      .catch(0),
  }),
  ask: async (visit, { plan: number, after }): Promise<PlanShown | undefined> => {
    try {
      const [knownAt, plan] = await Promise.all([
        visit.knownAt(),
        visit.ask(planOnWebQuestion, { plan: number, after }),
      ]);
      return { knownAt, plan, after };
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return undefined;
    }
  },
  found: (shown) => shown !== undefined,
  show: (shown, site) => (shown === undefined ? showNone(site) : showPlan(shown, site)),
});

function Plans({ plans }: { readonly plans: readonly PlanHead[] }) {
  return (
    <Scroll label="分配计划">
      <table>
        <caption>
          <Both zh="金额单位：元" en="amounts in yuan" />
        </caption>
        <Head
          columns={[
            ["计划", "Plan"],
            ["状态", "State"],
            ["收益", "Income"],
            ["分配方式", "Scheme"],
            ["分配金额", "Pool", "number"],
            ["行数", "Lines", "number"],
            ["名单合计", "Sum", "number"],
          ]}
        />
        <tbody>
          {plans.map(({ plan, state, income, scheme, pool, list }) => (
            <tr key={plan}>
              <th scope="row">
                <PlanLink plan={plan} />
              </th>
              <td class="whole">
                <Both {...stageWords[state]} />
              </td>
              <td>{income}</td>
              <td class="whole">{scheme}</td>
              <td class="number">{grouped(pool)}</td>
              <td class="number">{list === null ? "–" : grouped(list.count)}</td>
              <td class="number">{list === null ? "–" : grouped(list.sum)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function showNone(site: Site): string {
  return htmlOf(
    { ...site, title: "分配计划", titleEnglish: "Plan" },
    <section class="notice" role="alert">
      <p>
        <Both zh="没有这个编号的计划。" en="No plan of this number is drafted." />
      </p>
    </section>,
  );
}

function showPlan({ knownAt, plan, after }: PlanShown, site: Site): string {
  return htmlOf(
    { ...site, title: `分配计划 ${plan.plan}`, titleEnglish: "Plan", knownAt },
    <>
      <Facts plan={plan} />
      <Steps steps={plan.steps} />
      {plan.objections.length > 0 && <Objections objections={plan.objections} />}
      {plan.list !== null && <Lines plan={plan} after={after} />}
      <p class="screen">
        <a href="/plans">
          <Both zh="所有计划" en="All plans" />
        </a>
      </p>
    </>,
  );
}

function Facts({ plan }: { readonly plan: Shown }) {
  const { list } = plan;
  const facts = [
    ["状态", "state", <Both key="state" {...stageWords[plan.state]} />],
    [
      "收益",
      "income",
      `${plan.income}，主体 ${plan.organisation}，${plan.receivedOn}，` +
        `可分配 ${grouped(plan.available)} 元`,
    ],
    ["拟定日期", "drafted", plan.date],
    ["所属期", "period", plan.period],
    ["收入类别", "leg", plan.leg],
    ["分配方式", "scheme", plan.scheme],
    ["程序", "procedure", plan.procedure],
    ["分配金额", "pool", `${grouped(plan.pool)} 元`],
    [
      "名单",
      "list",
      list && `第 ${list.version} 版，${grouped(list.count)} 行，合计 ${grouped(list.sum)} 元`,
    ],
    ["清单哈希", "hash", list && <Hash key="hash" groups={list.hash.match(/.{8}/g) ?? []} />],
  ] as const;
  return (
    <section>
      <h2>
        <Both zh="计划" en="Plan" />
      </h2>
      <FactList facts={facts} />
      {plan.hasNotice && (
        <p>
          <a href={`/notices/${encodeURIComponent(plan.plan)}`}>
            <Both zh="公示页" en="Its notice" />
          </a>
        </p>
      )}
    </section>
  );
}

function Steps({ steps }: { readonly steps: Shown["steps"] }) {
  return (
    <section class="long">
      <h2>
        <Both zh="步骤" en="Steps" />
      </h2>
      {steps.length === 0 ? (
        <p>
          <Both zh="还没有步骤。" en="There is no step yet." />
        </p>
      ) : (
        <Scroll label="步骤">
          <table>
            <caption>
              <Both
                zh="按记录先后；材料列出文件哈希（SHA-256）的前八位"
                en="as recorded; documents by the first eight digits of their SHA-256"
              />
            </caption>
            <Head
              columns={[
                ["日期", "Date"],
                ["步骤", "Step"],
                ["内容", "What"],
                ["经办人", "By"],
                ["材料", "Documents"],
                ["步骤编号", "Number"],
              ]}
            />
            <tbody>
              {steps.map(({ step, id, date, by, line, words, documents }) => (
                <tr key={id}>
                  <td class="whole">{date}</td>
                  <th scope="row" class="whole">
                    {step}
                  </th>
                  <td>{words ?? (line === null ? "–" : `第 ${line} 行`)}</td>
                  <td class="whole">{by}</td>
                  <td>
                    {documents.length === 0
                      ? "–"
                      : documents.map((hash) => (
                          <code key={hash} title={hash}>
                            {hash.slice(0, 8)}{" "}
                          </code>
                        ))}
                  </td>
                  <td class="whole">{id}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Objections({ objections }: { readonly objections: Shown["objections"] }) {
  return (
    <section>
      <h2>
        <Both zh="异议" en="Objections" />
      </h2>
      <Scroll label="异议">
        <table>
          <Head
            columns={[
              ["异议编号", "Objection"],
              ["提出日期", "Filed"],
              ["结论", "Outcome"],
            ]}
          />
          <tbody>
            {objections.map(({ objection, on, state }) => (
              <tr key={objection}>
                <th scope="row">{objection}</th>
                <td class="whole">{on}</td>
                <td class="whole">
                  <Both {...objectionWords[state]} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Lines({ plan, after }: { readonly plan: Shown; readonly after: number }) {
  const path = `/plans/${encodeURIComponent(plan.plan)}`;
  return (
    <section class="long">
      <h2>
        <Both zh="名单与付款" en="Lines and payments" />
      </h2>
      <Scroll label="名单与付款">
        <table class="lines">
          <caption>
            <Both
              zh="姓名已遮盖；金额单位：元"
              en={`names are masked; amounts in yuan${after > 0 ? "; continued" : ""}`}
            />
          </caption>
          <Head
            columns={[
              ["行", "Line", "number"],
              ["姓名（名称）", "Name"],
              ["乡镇、村", "Village"],
              ["金额", "Amount", "number"],
              ["状态", "State"],
              ["付款", "Payments"],
            ]}
          />
          <LineRows lines={plan.lines} />
          {plan.list !== null && (
            <tfoot>
              <tr>
                <th scope="row" colSpan={3}>
                  <Both zh={`名单合计 ${grouped(plan.list.count)} 行`} en="sum of the whole list" />
                </th>
                <td class="number">{grouped(plan.list.sum)}</td>
                <td />
                <td />
              </tr>
            </tfoot>
          )}
        </table>
      </Scroll>
      {plan.next !== null && (
        <p class="screen">
          <a href={`${path}?after=${plan.next}`}>
            <Both zh="后面的行" en="Later lines" />
          </a>
        </p>
      )}
    </section>
  );
}

function LineRows({ lines }: { readonly lines: Shown["lines"] }) {
  return (
    <tbody>
      {lines.map((line) => (
        <tr key={line.line}>
          <th scope="row" class="number">
            {line.line}
          </th>
          <td>{line.shown}</td>
          <td>{line.village}</td>
          <td class="number">{grouped(line.amount)}</td>
          <td class="whole">
            <Both {...standingWords[line.state]} />
          </td>
          <td>
            <Payments payments={line.payments} />
          </td>
        </tr>
      ))}
    </tbody>
  );
}

function Payments({ payments }: { readonly payments: Shown["lines"][number]["payments"] }) {
  if (payments.length === 0) return <>–</>;
  return (
    <>
      {payments.map(({ payment, batch, on, state, day, reason }) => (
        <div key={payment}>
          {on} 批次 {batch}：{standingWords[state].zh} {day === on ? "" : day}
          {reason !== null && `（${reason}）`}
        </div>
      ))}
    </>
  );
}
