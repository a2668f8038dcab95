import type { Projection, ProjectedEvent } from "./define.ts";

const id = 'text COLLATE "C"';

/**
 * The trail of a household: every event that concerns it, said in a sentence of the bureau's
 * language.
 */
export const trail: Projection = {
  name: "trail",
  version: 1,
  tables: [
    {
      name: "trail",
      columns: {
        household: id,
        position: "bigint",
        event: id,
        type: id,
        recorded_at: "timestamptz(3)",
        effective: "date",
        actor: "text",
        summary: "text",
        reference: id,
        note: id,
      },
      primaryKey: "household, position",
      indexes: { trail_note: "(note) WHERE note IS NOT NULL" },
    },
    {
      name: "ledger_notes",
      columns: { position: "bigint", note: id },
      primaryKey: "position",
      indexes: { ledger_notes_note: "(note)" },
    },
  ],
  invariants: [
    {
      holds: "what is posted to a household stands in its trail",
      // Where a projection is ahead of the others, its last rows are not looked at.
      breaches: `SELECT 'the trail of household ' || household || ' lacks event ' || position
          AS breach
        FROM {schema}.postings p
        WHERE household IS NOT NULL AND position <= (SELECT min(position) FROM projections)
          AND NOT EXISTS (SELECT 1 FROM {schema}.trail t
            WHERE t.household = p.household AND t.position = p.position)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    const { position, meta } = event;
    const { reference, note, told } = retell(event);
    for (const [household, summary] of told) {
      write("trail", [
        household,
        position,
        event.id,
        event.type,
        meta.recordedAt,
        meta.effectiveDate,
        meta.actor,
        summary,
        reference,
        note,
      ]);
    }
    if (note !== undefined && told.length === 0) write("ledger_notes", [position, note]);
  },
};

interface Retold {
  readonly reference?: string;
  readonly note?: string | undefined;
  /** Household and what the event says to it. */
  readonly told: readonly (readonly [household: string, summary: string])[];
}

const kinds = { lease: "土地流转", order: "订单收购", labour: "劳务", shares: "入股" } as const;
const legs = { rent: "租金", order: "订单收购", wage: "工资" } as const;

function retell(event: ProjectedEvent): Retold {
  switch (event.type) {
    case "HouseholdRegistered":
      return { told: [[event.data.household, "登记入户"]] };
    case "HouseholdStatusRecorded": {
      const { household, township, village, status, monitoring } = event.data;
      const said = [township + village, status, monitoring].filter(Boolean).join("，");
      return { told: [[household, `户情：${said}`]] };
    }
    case "MemberRecorded": {
      const { household, person, relation, from } = event.data;
      const who = `成员 ${person}${relation === undefined ? "" : `（${relation}）`}`;
      if (from === undefined) return { told: [[household, `${who}登记`]] };
      return {
        told: [
          [household, `${who}由户 ${from} 迁入`],
          [from, `${who}迁往户 ${household}`],
        ],
      };
    }
    case "PayeeAccountRecorded":
      return { told: [[event.data.household, "收款账户登记"]] };
    case "ContractSigned":
      return signed(event.data, kinds[event.data.kind]);
    case "ShareContractSigned":
      return signed(event.data, kinds.shares);
    case "RentPaid":
      return paid(event.data, "租金", "亩");
    case "ProducePurchased":
      return paid(event.data, "订单收购", "公斤");
    case "WagePaid":
      return paid(event.data, "工资", "日");
    case "PaymentReversed": {
      const { household, leg, amount, reverses } = event.data;
      const summary = `冲销 ${reverses}：${legs[leg]} −${amount} 元`;
      return of(event.data, [[household, summary]]);
    }
    case "SharesIssuedForCapital": {
      const { household, register, shares, amount, capital } = event.data;
      const summary = `折股 ${shares} 股（${register}），${capital} ${amount} 元`;
      return of(event.data, [[household, summary]]);
    }
    case "ShareIssueReversed": {
      const { household, register, shares, reverses } = event.data;
      return of(event.data, [[household, `冲销 ${reverses}：折股 −${shares} 股（${register}）`]]);
    }
    case "DividendDeclared": {
      const { register, lines } = event.data;
      return of(
        event.data,
        lines.map(({ household, shares, amount }) => [
          household,
          `分红 ${amount} 元（${register}，${shares} 股）`,
        ]),
      );
    }
    case "DividendReversed": {
      const { reverses, lines } = event.data;
      return of(
        event.data,
        lines.map(({ household, amount }) => [household, `冲销 ${reverses}：分红 −${amount} 元`]),
      );
    }
    case "OrganisationRegistered":
    case "OrganisationDetailsCorrected":
    case "LedgerOpened":
    case "DividendLinesListed":
      return { told: [] };
  }
}

interface Referring {
  readonly reference: string;
  readonly free?: { readonly item: string } | undefined;
}

function of({ reference, free }: Referring, told: Retold["told"]): Retold {
  return { reference, note: free?.item, told };
}

function signed(
  data: { contract: string; organisation: string; household?: string | undefined } & {
    free?: { item: string } | undefined;
  },
  kind: string,
): Retold {
  const { contract, organisation, household, free } = data;
  const summary = `签订${kind}合同 ${contract}（主体 ${organisation}）`;
  return { reference: contract, note: free?.item, told: household ? [[household, summary]] : [] };
}

function paid(
  data: Referring & {
    household: string;
    organisation: string;
    contract: string;
    quantity: string;
    price: string;
    amount: string;
  },
  name: string,
  unit: string,
): Retold {
  const { household, organisation, contract, quantity, price, amount } = data;
  const terms = `${quantity} ${unit} × ${price} 元，主体 ${organisation}，合同 ${contract}`;
  return of(data, [[household, `${name} ${amount} 元（${terms}）`]]);
}
