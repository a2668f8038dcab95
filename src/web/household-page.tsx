import { z } from "zod";
import type { KnownAt } from "../queries/as-of.ts";
import { Unknown } from "../queries/as-of.ts";
import type { Found } from "../queries/define.ts";
import type { HouseholdCard } from "../queries/household.ts";
import { householdQuestion, incomeByYearQuestion } from "../queries/household.ts";
import { householdOwnershipQuestion } from "../queries/ownership.ts";
import { idText } from "../queries/parameters.ts";
import type { TrailEntry } from "../queries/trail.ts";
import { plansOfHouseholdQuestion } from "../queries/plan-on-web.ts";
import { trailQuestion } from "../queries/trail.ts";
import { inShanghai } from "../words/instants.ts";
import { grouped } from "../words/numbers.ts";
import { standingWords } from "../words/plans.ts";
import type { Site, Visit } from "./define.ts";
import { page } from "./define.ts";
import {
  Both,
  FactList,
  Head,
  HouseholdForm,
  htmlOf,
  MoneyTable,
  PlanLink,
  Scroll,
} from "./page.tsx";

type PlannedLine = Found<(typeof plansOfHouseholdQuestion)["answer"]>["lines"][number];

/** What is shown of one household; names and numbers are masked. */
interface HouseholdShown {
  readonly knownAt: KnownAt;
  readonly card: HouseholdCard;
  readonly money: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly shares: Readonly<Record<string, string>>;
  readonly planned: readonly PlannedLine[];
  readonly entries: readonly TrailEntry[];
  /** The position after which the trail goes on; null when it is all here. */
  readonly next: string | null;
  /** Whether the trail begins after entries of an earlier page. */
  readonly continued: boolean;
}

/** The form alone, with the number that led back to it. */
interface FormShown {
  readonly asked: string | undefined;
}

const trailMax = 200;
/** Of a household: far more than one has. */
const membersMax = 200;
const numberMax = 200;

/** One household: income by year and leg, shares, members, trail; or the form to look it up. */
export const householdPage = page({
  path: "/households",
  byPost: true,
  right: "masked",
  parameters: z.object({
    number: z.string().optional().catch(undefined),
    after: z
      .string()
      .regex(/^\d{1,18}$/)
      .catch("0"),
  }),
  ask: async (visit, { number: asked, after }): Promise<HouseholdShown | FormShown> => {
    const number = idText.safeParse(asked?.trim());
    if (!number.success || number.data === "") return { asked: asked?.slice(0, numberMax) };
    try {
      return await askHousehold(visit, number.data, after);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return { asked: number.data };
    }
  },
  found: (shown) => "card" in shown || shown.asked === undefined || shown.asked === "",
  show: (shown, site) => ("card" in shown ? showHousehold(shown, site) : showForm(shown, site)),
});

async function askHousehold(visit: Visit, household: string, after: string) {
  const knownAt = await visit.knownAt();
  const [card, { years: money }, { registers: shares }, { lines: planned }, { entries, next }] =
    await Promise.all([
      visit.ask(householdQuestion, { household, after: "", limit: membersMax }),
      visit.ask(incomeByYearQuestion, { household }),
      visit.ask(householdOwnershipQuestion, { household }),
      visit.ask(plansOfHouseholdQuestion, { household }),
      visit.ask(trailQuestion, { household, after, limit: trailMax }),
    ]);
  const continued = BigInt(after) > 0n;
  return { knownAt, card, money, shares, planned, entries, next, continued };
}

function showHousehold(shown: HouseholdShown, site: Site): string {
  const { knownAt, card, money, shares, planned } = shown;
  return htmlOf(
    { ...site, title: "户", titleEnglish: "Household", knownAt },
    <>
      <Card card={card} />
      <section>
        <h2>
          <Both zh="收到的钱" en="Money received" />
        </h2>
        <MoneyTable
          caption="按业务日期的年度和收入类别，单位：元"
          captionEnglish="by year of 业务日期 and leg, in yuan"
          money={money}
        />
      </section>
      <Shares shares={shares} />
      {planned.length > 0 && <Planned lines={planned} />}
      <Members card={card} />
      <Trail {...shown} />
      <HouseholdForm />
    </>,
  );
}

function showForm({ asked }: FormShown, site: Site): string {
  return htmlOf(
    { ...site, title: "查一户", titleEnglish: "Look up a household" },
    <>
      {asked !== undefined && (
        <section class="notice" role="alert">
          <p>
            <Both zh="名册里没有这个户编号。" en="No household of this number is registered." />
          </p>
        </section>
      )}
      <HouseholdForm number={asked ?? ""} />
    </>,
  );
}

function Card({ card }: { readonly card: HouseholdCard }) {
  const place = [card.county, card.township, card.village, card.group].filter(Boolean).join(" ");
  const facts = [
    ["户编号", "household", card.household],
    ["住址", "place", place],
    ["户类型", "status", card.status],
    ["监测对象类型", "monitoring", card.monitoring],
    ["首次识别时间", "identified", card.identifiedOn],
    ["风险是否消除", "risk removed", card.riskRemoved],
    ["入册日期", "registered", card.registeredOn],
    ["收款账户", "account", accountWords(card.account)],
  ] as const;
  return (
    <section>
      <h2>
        <Both zh="登记卡" en="Register card" />
      </h2>
      <FactList facts={facts.map(([zh, en, value]) => [zh, en, value === "" ? null : value])} />
    </section>
  );
}

function accountWords(account: HouseholdCard["account"]): string | null {
  return account && [account.number, account.holder].filter(Boolean).join(" ");
}

function Shares({ shares }: { readonly shares: Readonly<Record<string, string>> }) {
  const held = Object.entries(shares);
  return (
    <section>
      <h2>
        <Both zh="持有股份" en="Shares held" />
      </h2>
      {held.length === 0 ? (
        <p>
          <Both zh="没有股份。" en="No shares are held." />
        </p>
      ) : (
        <Scroll label="持有股份">
          <table>
            <Head
              columns={[
                ["股权登记簿", "Register"],
                ["股数", "Shares", "number"],
              ]}
            />
            <tbody>
              {held.map(([register, count]) => (
                <tr key={register}>
                  <th scope="row">{register}</th>
                  <td class="number">{grouped(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

function Planned({ lines }: { readonly lines: readonly PlannedLine[] }) {
  return (
    <section>
      <h2>
        <Both zh="分配计划" en="Plans" />
      </h2>
      <Scroll label="分配计划">
        <table>
          <caption>
            <Both zh="本户在现行名单中的各行，单位：元" en="lines in lists that stand, in yuan" />
          </caption>
          <Head
            columns={[
              ["计划", "Plan"],
              ["行", "Line", "number"],
              ["收入类别", "Leg"],
              ["金额", "Amount", "number"],
              ["状态", "State"],
            ]}
          />
          <tbody>
            {lines.map(({ plan, line, leg, amount, state }) => (
              <tr key={`${plan} ${line}`}>
                <th scope="row">
                  <PlanLink plan={plan} />
                </th>
                <td class="number">{line}</td>
                <td class="whole">{leg}</td>
                <td class="number">{grouped(amount)}</td>
                <td class="whole">
                  <Both {...standingWords[state]} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Members({ card }: { readonly card: HouseholdCard }) {
  return (
    <section>
      <h2>
        <Both zh="家庭成员" en="Members" />
      </h2>
      <Scroll label="家庭成员">
        <table>
          <caption>
            <Both zh="姓名、证件号码和账户已遮盖" en="names, ID and account numbers are masked" />
          </caption>
          <Head
            columns={[
              ["姓名", "Name"],
              ["与户主关系", "Relation"],
              ["证件号码", "ID number"],
              ["劳动技能", "Ability to work"],
              ["银行账号", "Account"],
            ]}
          />
          <tbody>
            {card.members.map(({ person, name, relation, idNumber, skill, account }) => (
              <tr key={person}>
                <th scope="row">{name ?? "–"}</th>
                <td>{relation ?? "–"}</td>
                <td>{idNumber ?? "–"}</td>
                <td>{skill ?? "–"}</td>
                <td>{account?.number ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {card.next !== null && (
        <p>
          <Both
            zh={`只列出前 ${membersMax} 人。`}
            en={`Only the first ${membersMax} are listed.`}
          />
        </p>
      )}
    </section>
  );
}

/** A number of a bank's entry, with the account before it. */
function isLong(reference: string | undefined): boolean {
  return (reference ?? "").length > 24;
}

function Trail({ card, entries, next, continued }: HouseholdShown) {
  return (
    <section class="long">
      <h2>
        <Both zh="全部记录" en="Trail" />
      </h2>
      <Scroll label="全部记录">
        <table>
          <caption>
            {continued ? (
              <Both zh="接上页" en="continued" />
            ) : (
              <Both zh="从最早的一条起" en="oldest first" />
            )}
          </caption>
          <Head
            columns={[
              ["业务日期", "Date"],
              ["内容", "What"],
              ["编号", "Reference"],
              ["记录时间", "Recorded"],
              ["记录号", "Position", "number"],
            ]}
          />
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.position}>
                <td class="whole">{entry.effectiveDate}</td>
                <td>{entry.summary}</td>
                <td class={isLong(entry.reference) ? "broken" : "whole"}>
                  {entry.reference ?? "–"}
                </td>
                <td class="whole">{inShanghai(entry.recordedAt)}</td>
                <td class="number">{grouped(entry.position)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {next !== null && (
        <form class="screen" action="/households" method="post">
          <input type="hidden" name="number" value={card.household} />
          <input type="hidden" name="after" value={next} />
          <button type="submit">后面的记录 Later entries</button>
        </form>
      )}
    </section>
  );
}
