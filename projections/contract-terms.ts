import type { EventData } from "../events/index.ts";
import type { DatedTerms, DayTerms } from "../events/terms.ts";
import { openEnd, periodsOf } from "../events/terms.ts";
import type { ColumnValue, ProjectedEvent, Projection, WriteRow } from "./define.ts";

const id = 'text COLLATE "C"';

/** The columns of what contracts state since the second version of amendments, in their order. */
export const laterTermColumns = {
  subject: "text",
  principal: "numeric",
  profit_share: "numeric",
  return_ratio: "numeric",
  rate: "numeric",
  year_days: "text",
  post: "text",
  every_months: "integer",
  first_due_on: "date",
  instalment: "numeric",
  asset: id,
  work_time: "text",
  wage_payment: "text",
};

/** Their values, in the order of the columns. */
export function laterTermsOf(of: DayTerms): ColumnValue[] {
  return [
    of.subject,
    of.principal,
    of.profitShare,
    of.returnRatio,
    of.rate,
    of.yearDays,
    of.post,
    of.everyMonths,
    of.firstDueOn,
    of.instalment,
    of.asset,
    of.workTime,
    of.wagePayment,
  ];
}

/** Terms of a contract, as they stand in both tables. */
const terms = {
  household: id,
  signed_on: "date",
  in_force_from: "date",
  in_force_to: "date",
  quantity: "numeric",
  price: "numeric",
  floor_price: "numeric",
  par_value: "numeric",
  ...laterTermColumns,
};

/**
 * The terms of contracts by date, on both clocks. Each event about a contract writes all that is
 * known of its terms from then on, as periods that cover every day: those of a day, as known at a
 * position, are of the last event up to there and of the period with the day
 * (`since` ≤ day < `before`). Beside them what each amendment stated; an end that it leaves open is
 * `infinity`.
 */
export const contractTerms: Projection = {
  name: "contract_terms",
  version: 2,
  tables: [
    {
      name: "contract_terms",
      columns: {
        contract: id,
        position: "bigint",
        line: "integer",
        since: "date",
        before: "date",
        ...terms,
      },
      primaryKey: "contract, position, line",
      indexes: {},
    },
    {
      name: "contract_amendments",
      columns: {
        amendment: id,
        position: "bigint",
        contract: id,
        change: id,
        effective: "date",
        recorded_at: "timestamptz(3)",
        ...terms,
      },
      primaryKey: "amendment",
      indexes: { contract_amendments_contract: "(contract, position)" },
    },
  ],
  invariants: [
    {
      holds: "the terms of a contract, as known at any position, cover every day once",
      breaches: `SELECT DISTINCT 'the terms of contract ' || contract || ' of event ' || position
          || ' do not cover every day once' AS breach
        FROM (SELECT *, lag(before) OVER every AS ended, lead(since) OVER every AS next
          FROM {schema}.contract_terms
          WINDOW every AS (PARTITION BY contract, position ORDER BY line)) AS t
        WHERE since IS DISTINCT FROM ended OR before IS DISTINCT FROM next
          OR (since IS NULL) <> (line = 0) OR since >= before LIMIT 20`,
    },
    {
      holds: "every contract has terms, and every amendment a contract",
      // A projection may be ahead of the others; rows above the lowest checkpoint are left out.
      breaches: `SELECT breach FROM (
          SELECT position, 'contract ' || contract || ' has no terms' AS breach
          FROM {schema}.contracts c
          WHERE NOT EXISTS (SELECT 1 FROM {schema}.contract_terms t
            WHERE t.contract = c.contract AND t.position = c.position)
          UNION ALL
          SELECT position, 'amendment ' || amendment || ' is one of an unknown contract'
          FROM {schema}.contract_amendments a
          WHERE NOT EXISTS (SELECT 1 FROM {schema}.contracts c
            WHERE c.contract = a.contract AND c.position < a.position)) AS missing
        WHERE position <= (SELECT min(position) FROM projections) LIMIT 20`,
    },
  ],
  project(event, write) {
    if (event.type === "ContractSigned" || event.type === "ShareContractSigned") {
      writeTerms(event.data.contract, event.position, [event.data], write);
    } else if (event.type === "ContractAmended" || event.type === "ShareContractAmended") {
      writeTerms(event.data.contract, event.position, event.data.terms, write);
      writeAmendment(event, event.data, write);
    }
  },
};

function writeTerms(
  contract: string,
  position: bigint,
  byDate: readonly DatedTerms[],
  write: WriteRow,
): void {
  periodsOf(byDate).forEach(({ since, before, terms: of }, line) => {
    write("contract_terms", [contract, position, line, since, before, ...columnsOf(of)]);
  });
}

function columnsOf(of: DayTerms): ColumnValue[] {
  const { household, signedOn, from, to, quantity, price, floorPrice, parValue } = of;
  const first = [household, signedOn, from, to, quantity, price, floorPrice, parValue];
  return [...first, ...laterTermsOf(of)];
}

function writeAmendment(
  { position, meta }: ProjectedEvent,
  data: EventData<"ContractAmended">,
  write: WriteRow,
): void {
  const { amendment, contract, change, effective, to } = data;
  const stated = to === openEnd ? { ...data, to: "infinity" } : data;
  write("contract_amendments", [
    amendment,
    position,
    contract,
    change,
    effective,
    meta.recordedAt,
    ...columnsOf(stated),
  ]);
}
