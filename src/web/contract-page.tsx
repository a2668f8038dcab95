import { z } from "zod";
import { amendmentName, statedTerms } from "../../events/terms.ts";
import type { KnownAt } from "../queries/as-of.ts";
import { Unknown } from "../queries/as-of.ts";
import type { AmendmentEntry, ContractCard, TermsPeriod } from "../queries/contracts.ts";
import { contractKindLabel, contractQuestion } from "../queries/contracts.ts";
import { idText } from "../queries/parameters.ts";
import { inShanghai } from "../words/instants.ts";
import { grouped } from "../words/numbers.ts";
import type { Site } from "./define.ts";
import { page } from "./define.ts";
import { Both, ContractForm, FactList, Head, htmlOf, Scroll } from "./page.tsx";

/** What is shown of one contract. */
interface ContractShown {
  readonly knownAt: KnownAt;
  readonly card: ContractCard;
}

/** The form alone, with the number that led back to it. */
interface FormShown {
  readonly asked: string | undefined;
}

const numberMax = 200;

/** One contract: its terms by date and its amendments; or the form to look it up. */
export const contractPage = page({
  path: "/contracts",
  right: "sums",
  parameters: z.object({ number: z.string().optional().catch(undefined) }),
  ask: async (visit, { number: asked }): Promise<ContractShown | FormShown> => {
    const number = idText.safeParse(asked?.trim());
    if (!number.success || number.data === "") return { asked: asked?.slice(0, numberMax) };
    try {
      const [knownAt, card] = await Promise.all([
        visit.knownAt(),
        visit.ask(contractQuestion, { contract: number.data }),
      ]);
      return { knownAt, card };
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      return { asked: number.data };
    }
  },
  found: (shown) => "card" in shown || shown.asked === undefined || shown.asked === "",
  show: (shown, site) => ("card" in shown ? showContract(shown, site) : showForm(shown, site)),
});

function showContract({ knownAt, card }: ContractShown, site: Site): string {
  return htmlOf(
    { ...site, title: `合同 ${card.contract}`, titleEnglish: "Contract", knownAt },
    <>
      <Agreed card={card} />
      <TermsByDate terms={card.terms} />
      <Amendments amendments={card.amendments} />
      <ContractForm />
    </>,
  );
}

function showForm({ asked }: FormShown, site: Site): string {
  return htmlOf(
    { ...site, title: "查合同", titleEnglish: "Look up a contract" },
    <>
      {asked !== undefined && (
        <section class="notice" role="alert">
          <p>
            <Both zh="没有这个编号的合同。" en="No contract of this number is recorded." />
          </p>
        </section>
      )}
      <ContractForm number={asked ?? ""} />
    </>,
  );
}

function Agreed({ card: { kind, organisation, register } }: { readonly card: ContractCard }) {
  const facts = [
    ["合同类型", "type", contractKindLabel(kind)],
    ["主体编号", "organisation", organisation],
    ["股权登记簿", "register", register],
  ] as const;
  return (
    <section>
      <h2>
        <Both zh="合同" en="Agreement" />
      </h2>
      <FactList facts={facts} />
    </section>
  );
}

const amounts = [
  ["数量", "Quantity", "quantity"],
  ["单价", "Price", "price"],
  ["保护价", "Floor price", "floorPrice"],
  ["每股金额", "Par value", "parValue"],
  ["本金", "Principal", "principal"],
  ["分成比例", "Share of profit", "profitShare"],
  ["返还比例", "Share of surplus", "returnRatio"],
  ["年利率", "Rate a year", "rate"],
  ["付款周期", "Months an instalment", "everyMonths"],
  ["每期金额", "Instalment", "instalment"],
] as const;

const words = [
  ["标的", "What is kept", "subject"],
  ["计息基础", "Days of a year", "yearDays"],
  ["岗位", "Post", "post"],
  ["首付日期", "First instalment", "firstDueOn"],
  ["资产编号", "Asset", "asset"],
  ["用工时间", "When there is work", "workTime"],
  ["工资发放方式", "How wages are paid", "wagePayment"],
] as const;

function TermsByDate({ terms }: { readonly terms: readonly TermsPeriod[] }) {
  const isStated = ([, , name]: (typeof amounts | typeof words)[number]) =>
    terms.some((held) => held[name] !== null);
  const shown = amounts.filter(isStated);
  const said = words.filter(isStated);
  return (
    <section>
      <h2>
        <Both zh="各期条款" en="Terms by date" />
      </h2>
      <Scroll label="各期条款">
        <table>
          <caption>
            <Both zh="首尾两日都有效；价格单位：元" en="both days included; prices in yuan" />
          </caption>
          <Head
            columns={[
              ["自", "From"],
              ["至", "To"],
              ["户编号", "Household"],
              ...shown.map(([zh, en]) => [zh, en, "number"] as const),
              ...said.map(([zh, en]) => [zh, en] as const),
            ]}
          />
          <tbody>
            {terms.map((held) => (
              <tr key={held.from}>
                <th scope="row" class="whole">
                  {held.from}
                </th>
                <td class="whole">{held.to ?? <Both zh="不定" en="open" />}</td>
                <td>{held.household ?? <Both zh="不限" en="any" />}</td>
                {shown.map(([, en, name]) => (
                  <td class="number" key={en}>
                    {grouped(held[name] ?? "–")}
                  </td>
                ))}
                {said.map(([, en, name]) => (
                  <td key={en}>{held[name] ?? "–"}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Amendments({ amendments }: { readonly amendments: readonly AmendmentEntry[] }) {
  return (
    <section class="long">
      <h2>
        <Both zh="合同变更" en="Amendments" />
      </h2>
      {amendments.length === 0 ? (
        <p>
          <Both zh="没有变更。" en="It has not been amended." />
        </p>
      ) : (
        <Scroll label="合同变更">
          <table>
            <caption>
              <Both zh="按记录先后" en="in the order in which they were recorded" />
            </caption>
            <Head
              columns={[
                ["变更编号", "Amendment"],
                ["变更类型", "Kind"],
                ["生效日期", "Effective"],
                ["内容", "What"],
                ["记录时间", "Recorded"],
                ["记录号", "Position", "number"],
              ]}
            />
            <tbody>
              {amendments.map(({ amendment, change, effective, stated, recordedAt, position }) => (
                <tr key={amendment}>
                  <th scope="row">{amendment}</th>
                  <td class="whole">{amendmentName(change)}</td>
                  <td class="whole">{effective}</td>
                  <td>{statedTerms(stated).join("，") || "–"}</td>
                  <td class="whole">{inShanghai(recordedAt)}</td>
                  <td class="number">{grouped(position)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
