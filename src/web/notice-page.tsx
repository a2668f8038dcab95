import { z } from "zod";
import { Code, Hash, Lines } from "../notice/parts.tsx";
import type { Sheet } from "../notice/sheet.ts";
import { remainsOf, sheetOf } from "../notice/sheet.ts";
import type { KnownAt } from "../queries/as-of.ts";
import { Unknown } from "../queries/as-of.ts";
import type { Found } from "../queries/define.ts";
import type { Notice, NoticeRemains } from "../queries/notice.ts";
import { noticeOnWebQuestion, noticesQuestion } from "../queries/notice.ts";
import { idText } from "../queries/parameters.ts";
import { dayNumber } from "../domain/calendar.ts";
import type { Site } from "./define.ts";
import { page } from "./define.ts";
import { Both, Head, htmlOf, Scroll } from "./page.tsx";

type Entries = Found<(typeof noticesQuestion)["answer"]>["notices"];

/** What is shown of one notice on a day. */
interface NoticeShown {
  readonly knownAt: KnownAt;
  readonly up: Notice | null;
  readonly remains: NoticeRemains | null;
  readonly today: string;
}

/** All lists that hang in public or did. */
export const noticesPage = page({
  path: "/notices",
  right: "open",
  unindexed: true,
  parameters: z.unknown(),
  ask: async (visit) => {
    const [knownAt, { notices }] = await Promise.all([
      visit.knownAt(),
      visit.ask(noticesQuestion, { today: visit.today() }),
    ]);
    return { knownAt, notices };
  },
  show: ({ knownAt, notices }, site) =>
    htmlOf(
      { ...site, title: "公示", titleEnglish: "Notices", knownAt },
      <section class="long">
        {notices.length === 0 ? (
          <p>
            <Both zh="没有公示。" en="No list was put up." />
          </p>
        ) : (
          <Entries notices={notices} />
        )}
      </section>,
    ),
});

/** One notice: its list while it hangs, then what stays. Unknown and not put up are one 404. */
export const noticePage = page({
  path: "/notices/:plan",
  right: "open",
  unindexed: true,
  parameters: z.object({ plan: idText.catch("") }),
  ask: async (visit, { plan }): Promise<NoticeShown | undefined> => {
    const today = visit.today();
    try {
      const [knownAt, found] = await Promise.all([
        visit.knownAt(),
        visit.ask(noticeOnWebQuestion, { plan, today }),
      ]);
      return { knownAt, ...found, today };
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return undefined;
    }
  },
  found: (shown) => shown !== undefined,
  show: (shown, site) => (shown === undefined ? showNone(site) : showNotice(shown, site)),
});

function Entries({ notices }: { readonly notices: Entries }) {
  return (
    <Scroll label="公示">
      <table>
        <Head
          columns={[
            ["计划", "Plan"],
            ["主体", "Entity"],
            ["收入类别", "Leg"],
            ["自", "From"],
            ["至", "To"],
            ["状态", "State"],
          ]}
        />
        <tbody>
          {notices.map(({ plan, entity, leg, from, until, isOver }) => (
            <tr key={plan}>
              <th scope="row">
                <a href={`/notices/${encodeURIComponent(plan)}`}>{plan}</a>
              </th>
              <td>{entity}</td>
              <td class="whole">{leg}</td>
              <td class="whole">{from}</td>
              <td class="whole">{until}</td>
              <td class="whole">
                {isOver ? <Both zh="已结束" en="over" /> : <Both zh="公示中" en="up" />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function showNone(site: Site): string {
  return htmlOf(
    { ...site, title: "公示", titleEnglish: "Notice" },
    <section class="notice" role="alert">
      <p>
        <Both zh="没有这个计划的公示。" en="No list of such a plan was put up." />
      </p>
    </section>,
  );
}

function showNotice({ knownAt, up, remains, today }: NoticeShown, site: Site): string {
  if (up !== null) return showUp(knownAt, up, today, site);
  if (remains === null) throw new Error("a notice hangs or something stays of it");
  const sheet = remainsOf(remains);
  return htmlOf(
    { ...site, title: `公示：${sheet.subject}`, titleEnglish: "Notice", knownAt },
    <section>
      <p>
        {remains.isUp ? (
          <Both zh="救助名单只在现场公示。" en="A list of relief hangs on the wall alone." />
        ) : (
          <Both zh="公示已结束，名单已撤下。" en="The notice is over; its list is taken down." />
        )}
      </p>
      <Facts sheet={sheet} />
    </section>,
  );
}

function showUp(knownAt: KnownAt, up: Notice, today: string, site: Site): string {
  const sheet = sheetOf(up);
  const until = up.notices.reduce((last, each) => (each.until > last ? each.until : last), "");
  const days = dayNumber(until) - dayNumber(today);
  return htmlOf(
    { ...site, title: `公示：${sheet.subject}`, titleEnglish: "Notice", knownAt },
    <>
      <section>
        <p>{sheet.opening}</p>
        <p>
          {days === 0 ? (
            <Both zh="今天是公示最后一天。" en="This is the last day." />
          ) : (
            <Both zh={`公示还剩 ${days} 天。`} en={`${days} more days.`} />
          )}
        </p>
        <Facts sheet={sheet} />
      </section>
      <section>
        <h2>
          <Both zh="异议" en="How to object" />
        </h2>
        {sheet.advice.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </section>
      <section class="long">
        <h2>
          <Both zh="名单" en="The list" />
        </h2>
        <Scroll label="名单">
          <Lines lines={up.lines} sum={up.sum} />
        </Scroll>
      </section>
    </>,
  );
}

/** Facts, hash and code. */
function Facts({ sheet }: { readonly sheet: Omit<Sheet, "opening" | "advice"> }) {
  return (
    <>
      <dl class="facts">
        {sheet.facts.map(({ name, value }) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
        <dt>清单哈希</dt>
        <dd>
          <Hash groups={sheet.hash} />
        </dd>
      </dl>
      <Code text={sheet.code} label="二维码：计划编号、版本和清单哈希" />
    </>
  );
}
