import type { EventData } from "../events/index.ts";
import type { Projection, ProjectedEvent, WriteRow } from "./define.ts";

/**
 * Double entry: every money event as postings that sum to zero in each asset. `side` is whose
 * account it is: `household` (what it received by leg, its shares), `organisation` (what it paid,
 * capital it was given), `capital` (what a household put in), `register` (shares issued).
 * Statements, ownership, sums and the exported journal are all sums over these rows.
 */
export const postings: Projection = {
  name: "postings",
  version: 1,
  tables: [
    {
      name: "postings",
      columns: {
        position: "bigint",
        line: "integer",
        effective: "date",
        side: 'text COLLATE "C"',
        household: 'text COLLATE "C"',
        organisation: 'text COLLATE "C"',
        leg: 'text COLLATE "C"',
        asset: 'text COLLATE "C"',
        amount: "numeric",
      },
      primaryKey: "position, line",
      indexes: {
        postings_household: `(household, asset, effective, position) INCLUDE (leg, amount)
          WHERE side = 'household'`,
        postings_shares: `(asset, effective, position) INCLUDE (household, amount)
          WHERE leg = 'shares' AND side = 'household'`,
      },
    },
  ],
  invariants: [
    {
      holds: "the postings of every event sum to zero in every asset",
      breaches: `SELECT 'event ' || position || ' does not sum to zero in ' || asset AS breach
        FROM {schema}.postings GROUP BY position, asset HAVING sum(amount) <> 0 LIMIT 20`,
    },
    {
      holds: "no household holds fewer than no shares",
      breaches: `SELECT 'household ' || household || ' holds ' || sum(amount) || ' of ' || asset
          AS breach
        FROM {schema}.postings WHERE leg = 'shares' AND side = 'household'
        GROUP BY household, asset HAVING sum(amount) < 0 LIMIT 20`,
    },
  ],
  project(event, write) {
    switch (event.type) {
      case "RentPaid":
        return paid(event, "rent", event.data, event.data.amount, write);
      case "ProducePurchased":
        return paid(event, "order", event.data, event.data.amount, write);
      case "WagePaid":
        return paid(event, "wage", event.data, event.data.amount, write);
      case "PaymentReversed":
        return paid(event, event.data.leg, event.data, mirrored(event.data.amount), write);
      case "SharesIssuedForCapital":
        return issued(event, event.data, (amount) => amount, write);
      case "ShareIssueReversed":
        return issued(event, event.data, mirrored, write);
      case "DividendDeclared":
        return shared(event, event.data, (amount) => amount, write);
      case "DividendReversed":
        return shared(event, event.data, mirrored, write);
      case "LedgerOpened":
      case "HouseholdRegistered":
      case "HouseholdStatusRecorded":
      case "MemberRecorded":
      case "PayeeAccountRecorded":
      case "OrganisationRegistered":
      case "OrganisationDetailsCorrected":
      case "ContractSigned":
      case "ShareContractSigned":
      case "DividendLinesListed":
        return;
    }
  },
};

/** A canonical decimal above zero with its sign turned. */
function mirrored(amount: string): string {
  return `-${amount}`;
}

function turned(amount: string): string {
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

const money = "CNY";

function paid(
  { position, meta }: ProjectedEvent,
  leg: string,
  { household, organisation }: { household: string; organisation: string },
  amount: string,
  write: WriteRow,
): void {
  const day = meta.effectiveDate;
  write("postings", [position, 0, day, "household", household, organisation, leg, money, amount]);
  write("postings", [
    position,
    1,
    day,
    "organisation",
    null,
    organisation,
    leg,
    money,
    turned(amount),
  ]);
}

function issued(
  { position, meta }: ProjectedEvent,
  data: EventData<"SharesIssuedForCapital"> | EventData<"ShareIssueReversed">,
  sign: (amount: string) => string,
  write: WriteRow,
): void {
  const day = meta.effectiveDate;
  const { household, organisation, register } = data;
  const [amount, shares] = [sign(data.amount), sign(data.shares)];
  const asset = `shares:${register}`;
  const rows = [
    ["household", household, organisation, "shares", asset, shares],
    ["register", null, organisation, "shares", asset, turned(shares)],
    ["organisation", null, organisation, "capital", money, amount],
    ["capital", household, organisation, "capital", money, turned(amount)],
  ] as const;
  rows.forEach((row, line) => write("postings", [position, line, day, ...row]));
}

function shared(
  { position, meta }: ProjectedEvent,
  data: EventData<"DividendDeclared"> | EventData<"DividendReversed">,
  sign: (amount: string) => string,
  write: WriteRow,
): void {
  const day = meta.effectiveDate;
  const { organisation, lines, pool } = data;
  let line = 0;
  for (const { household, amount } of lines) {
    if (amount === "0.00") continue;
    const received = sign(amount);
    write("postings", [
      position,
      line,
      day,
      "household",
      household,
      organisation,
      "dividend",
      money,
      received,
    ]);
    line += 1;
  }
  write("postings", [
    position,
    line,
    day,
    "organisation",
    null,
    organisation,
    "dividend",
    money,
    turned(sign(pool)),
  ]);
}
