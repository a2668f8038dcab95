import type { ProjectedEvent, Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** What is known of a line beside its amounts. */
interface LineName {
  readonly plan: string;
  readonly version?: number;
  readonly line: number;
  readonly household?: string | undefined;
  readonly organisation?: string | undefined;
}

/** Money of a line: due to its beneficiary, or received by it. */
interface LineMoney {
  readonly of: LineName;
  readonly side: "due" | "received";
  readonly amount: string;
  /** Where it is another than that of the event. */
  readonly day?: string;
  /** What says so. */
  readonly fact: string;
}

function turned(amount: string): string {
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
}

/** What of a payment was received, and when. */
interface Paid extends LineName {
  readonly moves: readonly { readonly day: string; readonly amount: string }[];
}

function received(of: Paid, fact: string): LineMoney[] {
  return of.moves.map(({ day, amount }) => ({ of, side: "received", amount, day, fact }));
}

function moneyOf({ type, data }: ProjectedEvent): readonly LineMoney[] {
  if (type === "ListApproved") {
    const { plan, version } = data;
    return data.lines.map((line) => {
      const fact = `lists/${plan}/${version}/${line.line}`;
      return { of: { ...line, plan, version }, side: "due", amount: line.amount, fact };
    });
  }
  if (type === "PlanCancelled") {
    const { plan, step } = data;
    return data.lines.map((line) => {
      const [of, amount] = [{ ...line, plan }, turned(line.amount)];
      return { of, side: "due", amount, fact: `steps/${step}` };
    });
  }
  if (type === "LineReleased" || type === "LineStopped") {
    const fact = `steps/${data.step}`;
    if ("becomesDue" in data) {
      return data.becomesDue ? [{ of: data, side: "due", amount: data.amount, fact }] : [];
    }
    return data.wasDue ? [{ of: data, side: "due", amount: turned(data.amount), fact }] : [];
  }
  if (type === "LineRecovered") {
    const back = { of: data, amount: turned(data.amount), fact: `steps/${data.step}` };
    return [
      { ...back, side: "due" },
      { ...back, side: "received" },
    ];
  }
  if (type === "BankFileRecorded") {
    return data.lines.flatMap((line) =>
      line.what === "payment" ? received(line, `bank/${line.entry}`) : [],
    );
  }
  if (type === "EntrySettled" || type === "SettlementUndone") {
    return data.of === undefined ? [] : received(data.of, `bank/${data.entry}`);
  }
  if (type === "PaymentGivenUp" || type === "GivingUpUndone") {
    return received(data, `bank/${data.payment}`);
  }
  return [];
}

/** What is due by the lines of lists and what of it was received, line by line and day by day. */
export const lineMoney: Projection = {
  name: "line_money",
  version: 1,
  tables: [
    {
      name: "line_money",
      columns: {
        position: "bigint",
        number: "integer",
        plan: id,
        version: "integer",
        line: "integer",
        household: id,
        organisation: id,
        effective: "date",
        side: id,
        amount: "numeric",
        fact: id,
      },
      primaryKey: "position, number",
      indexes: { line_money_line: "(plan, line)", line_money_day: "(effective)" },
    },
  ],
  invariants: [
    {
      holds: "a line receives no more than was due by it",
      breaches: `SELECT 'line ' || line || ' of plan ' || plan || ' received more than was due'
          AS breach
        FROM {schema}.line_money
        GROUP BY plan, line
        HAVING sum(amount) FILTER (WHERE side = 'received')
          > coalesce(sum(amount) FILTER (WHERE side = 'due'), 0)
        LIMIT 20`,
    },
  ],
  takesLines: true,
  project(event, write) {
    const { position, linesBefore, meta } = event;
    moneyOf(event).forEach(({ of, side, amount, day = meta.effectiveDate, fact }, at) => {
      const { plan, version, line, household, organisation } = of;
      if (/^-?0\.00$/.test(amount)) return;
      const whose = [plan, version, line, household, organisation];
      write("line_money", [position, linesBefore + at, ...whose, day, side, amount, fact]);
    });
  },
};
