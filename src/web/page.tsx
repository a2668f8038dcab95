import type { ComponentChildren, VNode } from "preact";
import { render } from "preact-render-to-string";
import { legNames, legOf } from "../../events/legs.ts";
import { inShanghai } from "../words/instants.ts";
import { legLabel } from "../words/legs.ts";
import { grouped } from "../words/numbers.ts";
import { sumMoney } from "../domain/decimal.ts";
import type { KnownAt } from "../queries/as-of.ts";
import type { Standstill } from "../app/project.ts";
import type { Site } from "./define.ts";

/** What every page says around its own content. */
export interface Frame extends Site {
  readonly title: string;
  readonly titleEnglish: string;
  /** What the page includes; undefined where it shows nothing of the ledger. */
  readonly knownAt?: KnownAt | undefined;
}

/** Chinese first, English beside it. */
export function Both({ zh, en }: { readonly zh: string; readonly en: string }): VNode {
  return (
    <>
      {zh} <span lang="en">{en}</span>
    </>
  );
}

/** A whole page as HTML. */
export function htmlOf(frame: Frame, content: ComponentChildren): string {
  const { title, titleEnglish, demo, standstill, version, knownAt } = frame;
  const html = render(
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · 阳光账本 Sunshine Ledger`}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <p class="name">
            <a href="/">
              <Both zh="阳光账本" en="Sunshine Ledger" />
            </a>
          </p>
          <h1>
            <Both zh={title} en={titleEnglish} />
          </h1>
          {knownAt !== undefined && <p>{knownAtText(knownAt)}</p>}
        </header>
        <main>
          {demo && <DemoNotice />}
          {standstill !== undefined && <StandstillNotice standstill={standstill} />}
          {content}
        </main>
        <footer>
          <p>
            阳光账本 <span lang="en">sunshine-ledger {version}</span>
          </p>
        </footer>
      </body>
    </html>,
  );
  return `<!doctype html>${html}`;
}

/** A plan's number, which leads to its page. */
export function PlanLink({ plan }: { readonly plan: string }): VNode {
  return <a href={`/plans/${encodeURIComponent(plan)}`}>{plan}</a>;
}

/** A table that is moved sideways where the screen is narrow, by keyboard too. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

/** Names in Chinese and English, each with what stands for it; without those that have nothing. */
export function FactList({
  facts,
}: {
  readonly facts: readonly (readonly [zh: string, en: string, value: ComponentChildren])[];
}): VNode {
  return (
    <dl class="facts">
      {facts.map(
        ([zh, en, value]) =>
          value !== null && (
            <>
              <dt>
                <Both zh={zh} en={en} />
              </dt>
              <dd>{value}</dd>
            </>
          ),
      )}
    </dl>
  );
}

/** The head of a table: each column in Chinese and English, and whether it holds numbers. */
export function Head({
  columns,
}: {
  readonly columns: readonly (readonly [zh: string, en: string, holds?: "number"])[];
}): VNode {
  return (
    <thead>
      <tr>
        {columns.map(([zh, en, holds]) => (
          <th scope="col" class={holds} key={en}>
            <Both zh={zh} en={en} />
          </th>
        ))}
      </tr>
    </thead>
  );
}

function StandstillNotice({ standstill }: { readonly standstill: Standstill }): VNode {
  const { position, event, stream, since } = standstill;
  return (
    <section class="notice" role="alert" aria-label="停在一处">
      <p>
        自 {inShanghai(since.toISOString())} 起，各表停在第 {grouped(position)} 个位置：第{" "}
        {grouped(event)} 个位置的事件（{stream}）不能读取，之后的记录未计入。{" "}
        <span lang="en">
          The read models stand still at position {grouped(position)}: the event at position{" "}
          {grouped(event)} cannot be read, and nothing after it is included.
        </span>
      </p>
    </section>
  );
}

function DemoNotice(): VNode {
  return (
    <section class="notice" aria-label="演示数据">
      <p>
        演示数据：这是虚构的演示县，人员、证件号和金额都是编造的。{" "}
        <span lang="en">
          Demo: an invented county; its people, numbers and amounts are made up.
        </span>
      </p>
    </section>
  );
}

/** What a page includes, in words. */
function knownAtText({ position, at }: KnownAt): string {
  if (at === null) return "尚无记录 Nothing is recorded yet";
  return `截至第 ${grouped(position)} 条记录，${inShanghai(at)}（北京时间） As known at this position`;
}

/** Years and legs of money as a table with sums; amounts in yuan. */
export function MoneyTable({
  caption,
  captionEnglish,
  money,
}: {
  readonly caption: string;
  readonly captionEnglish: string;
  readonly money: Readonly<Record<string, Readonly<Record<string, string>>>>;
}): VNode {
  const years = Object.keys(money).sort();
  const found = new Set(Object.values(money).flatMap((sums) => Object.keys(sums)));
  const shown = [...legNames, ...[...found].filter((leg) => legOf(leg) === undefined).sort()];
  const amount = (year: string, leg: string) => money[year]?.[leg] ?? "0.00";
  if (years.length === 0) {
    return (
      <p>
        <Both zh="尚无收入记录。" en="No money is recorded." />
      </p>
    );
  }
  return (
    <Scroll label={caption}>
      <table>
        <caption>
          <Both zh={caption} en={captionEnglish} />
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <Both zh="年度" en="Year" />
            </th>
            {shown.map((leg) => (
              <LegHead leg={leg} key={leg} />
            ))}
            <th scope="col" class="number">
              <Both zh="合计" en="Total" />
            </th>
          </tr>
        </thead>
        <tbody>
          {years.map((year) => (
            <tr key={year}>
              <th scope="row">{year}</th>
              {shown.map((leg) => (
                <Amount yuan={amount(year, leg)} key={leg} />
              ))}
              <Amount yuan={sumMoney(shown.map((leg) => amount(year, leg)))} total />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              <Both zh="合计" en="Total" />
            </th>
            {shown.map((leg) => (
              <Amount yuan={sumMoney(years.map((year) => amount(year, leg)))} key={leg} />
            ))}
            <Amount
              yuan={sumMoney(years.flatMap((year) => shown.map((leg) => amount(year, leg))))}
            />
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}

function LegHead({ leg }: { readonly leg: string }): VNode {
  const [name = leg, english] = legLabel(leg).split(" ");
  return (
    <th scope="col" class="number">
      {english === undefined ? name : <Both zh={name} en={english} />}
    </th>
  );
}

function Amount({
  yuan,
  total = false,
}: {
  readonly yuan: string;
  readonly total?: boolean;
}): VNode {
  return <td class={total ? "number total" : "number"}>{yuan === "0.00" ? "–" : grouped(yuan)}</td>;
}

/** Where a household is looked up. */
export function HouseholdForm({ number = "" }: { readonly number?: string }): VNode {
  const title = { zh: "查一户", en: "Look up a household" };
  const label = { zh: "户编号", en: "household number" };
  return (
    <LookUpForm
      action="/households"
      method="post"
      title={title}
      label={label}
      number={number}
      digits={true}
    />
  );
}

/** Where a contract is looked up. */
export function ContractForm({ number = "" }: { readonly number?: string }): VNode {
  const title = { zh: "查合同", en: "Look up a contract" };
  const label = { zh: "合同编号", en: "contract number" };
  return (
    <LookUpForm
      action="/contracts"
      method="get"
      title={title}
      label={label}
      number={number}
      digits={false}
    />
  );
}

interface Words {
  readonly zh: string;
  readonly en: string;
}

function LookUpForm({
  action,
  method,
  title,
  label,
  number,
  digits,
}: {
  readonly action: string;
  /** By POST what is asked for stands in no address. */
  readonly method: "get" | "post";
  readonly title: Words;
  readonly label: Words;
  readonly number: string;
  /** Whether the number is one of digits, for the keyboard of a phone. */
  readonly digits: boolean;
}): VNode {
  return (
    <section class="screen">
      <h2>
        <Both {...title} />
      </h2>
      <form action={action} method={method} role="search">
        <label>
          <Both {...label} />
          <input
            type="text"
            name="number"
            value={number}
            required
            maxLength={200}
            autocomplete="off"
            inputMode={digits ? "numeric" : "text"}
          />
        </label>
        <button type="submit">查询 Search</button>
      </form>
    </section>
  );
}
