import type { Pool } from "pg";
import { legNames } from "../../../events/legs.ts";
import { partOf, toUnits } from "../../domain/decimal.ts";
import { countsBy } from "../counting-rows.ts";
import { plansAt } from "../plan-states.ts";
import type { Amount } from "./counting.ts";
import { postingName } from "./posting-names.ts";
import type { ReportAsked } from "./report.ts";
import { areTermsOf, termsKnown } from "./terms-known.ts";

/** What fell due on a day. */
export interface Due extends Amount {
  readonly day: string;
}

/** What is paid oldest first: what fell due, and what was received of it. */
export interface Account {
  readonly due: Due[];
  readonly received: Amount[];
}

/** Something that was promised, and how far it is kept. */
export interface Owing {
  /** `contracts/…`, `income/…` or `plans/…` */
  readonly name: string;
  /** The entity whose contract, income or plan it is. */
  readonly operator: string;
  readonly household: string | null;
  readonly accounts: readonly Account[];
}

type Asked = Pick<ReportAsked, "position" | "on"> & { readonly pool: Pool };

/** What is promised by contracts, incomes and plans by a day, as known at a position. */
export async function owingBy(asked: Asked): Promise<readonly Owing[]> {
  return [...(await instalments(asked)), ...(await shares(asked)), ...(await lines(asked))];
}

interface Money {
  readonly of: string;
  readonly fact: string;
  readonly position: bigint;
  /** In yuan. */
  readonly amount: string;
}

function amountOf({ fact, position, amount }: Omit<Money, "of">): Amount {
  return { fact, position, value: toUnits(amount, 2) };
}

/** Instalments of contracts that fell due, each by the terms of its day, and what came of them. */
async function instalments({ pool, position, on }: Asked): Promise<readonly Owing[]> {
  interface Instalment extends Money {
    readonly organisation: string;
    readonly household: string | null;
    readonly day: string;
  }
  const { rows } = await pool.query<Instalment>(
    `WITH ${termsKnown}
     SELECT t.contract AS of, 'contracts/' || t.contract AS fact, c.position, c.organisation,
       c.household, due.day, t.instalment::numeric(20, 2)::text AS amount
     FROM terms t JOIN read.contracts c USING (contract)
     CROSS JOIN LATERAL generate_series(0,
       (12 * extract(year FROM age($2::date, t.first_due_on))
         + extract(month FROM age($2::date, t.first_due_on)))::int / t.every_months + 1)
       AS turn (nth)
     CROSS JOIN LATERAL (SELECT (t.first_due_on
       + make_interval(months => turn.nth * t.every_months))::date AS day) AS due
     WHERE t.every_months IS NOT NULL AND t.first_due_on IS NOT NULL AND t.instalment IS NOT NULL
       AND due.day <= $2 AND coalesce(due.day <= t.in_force_to, true) AND ${areTermsOf("due.day")}
     ORDER BY due.day`,
    [position, on],
  );
  const byContract = new Map<string, Owing>();
  for (const { of, organisation, household, day, ...money } of rows) {
    const own = byContract.get(of) ?? {
      ...{ name: `contracts/${of}`, operator: organisation, household },
      accounts: [{ due: [], received: [] }],
    };
    byContract.set(of, own);
    own.accounts[0]?.due.push({ ...amountOf(money), day });
  }
  for (const money of await receivedUnder({ pool, position, on }, [...byContract.keys()])) {
    byContract.get(money.of)?.accounts[0]?.received.push(amountOf(money));
  }
  return [...byContract.values()];
}

/** What households received under contracts on legs of income, or paid for plots; and incomes. */
async function receivedUnder({ pool, position, on }: Asked, contracts: readonly string[]) {
  const { rows } = await pool.query<Money>(
    `SELECT p.contract AS of, ${postingName} AS fact, p.position,
       (CASE WHEN c.kind = 'subleaseBack' THEN -p.amount ELSE p.amount END)::numeric(20, 2)::text
         AS amount
     FROM read.postings p JOIN read.contracts c USING (contract)
     LEFT JOIN read.income_details d ON d.position = p.position
     LEFT JOIN read.trail t ON t.household = p.household AND t.position = p.position
     WHERE p.contract = ANY($3) AND p.position <= $1 AND p.effective <= $2 AND p.leg = ANY($4)
       AND (c.kind = 'subleaseBack') = coalesce(d.is_paid, false)
     UNION ALL
     SELECT contract, 'income/' || income, position,
       coalesce(received, available)::numeric(20, 2)::text
     FROM read.incomes WHERE contract = ANY($3) AND position <= $1 AND effective <= $2
     UNION ALL
     SELECT i.contract, 'corrections/' || x.correction, x.position,
       (-coalesce(i.received, i.available))::numeric(20, 2)::text
     FROM read.programme_corrections x JOIN read.incomes i ON x.kind = 'income' AND x.id = i.income
     WHERE i.contract = ANY($3) AND x.position <= $1 AND x.effective <= $2`,
    [position, on, contracts, legNames],
  );
  return rows;
}

/** The part of incomes that their contracts give away, and the approved lists that divide them. */
async function shares({ pool, position, on }: Asked): Promise<readonly Owing[]> {
  interface Income {
    readonly income: string;
    readonly organisation: string;
    readonly position: bigint;
    readonly day: string;
    readonly available: string;
    readonly ratio: string;
  }
  const { rows } = await pool.query<Income>(
    `WITH ${termsKnown}
     SELECT i.income, i.organisation, i.position, i.effective AS day,
       i.available::numeric(20, 2)::text AS available,
       coalesce(t.profit_share, t.return_ratio)::text AS ratio
     FROM read.incomes i JOIN terms t USING (contract)
     WHERE ${countsBy("i", "income", { id: "income" })} AND ${areTermsOf("i.effective")}
       AND coalesce(t.profit_share, t.return_ratio) IS NOT NULL`,
    [position, on],
  );
  const { rows: ids } = await pool.query<{ plan: string }>(
    "SELECT plan FROM read.plans WHERE income = ANY($1) AND position <= $2",
    [rows.map(({ income }) => income), position],
  );
  const approved = new Map<string, Amount[]>();
  const plans = await plansAt(
    pool,
    position,
    ids.map(({ plan }) => plan),
    on,
  );
  for (const { row, state, steps } of plans) {
    const step = steps.findLast(({ kind }) => kind === "approve");
    if (state.stage !== "approved" || state.list === undefined || step === undefined) continue;
    const value = state.list.sum - state.list.takenBack;
    const list = { fact: `steps/${step.step}`, position: step.position, value };
    approved.set(row.income, [...(approved.get(row.income) ?? []), list]);
  }
  return rows.map(({ income, organisation, position: at, day, available, ratio }) => {
    const value = toUnits(partOf(available, ratio), 2);
    const due = [{ fact: `income/${income}`, position: at, value, day }];
    const account = { due, received: approved.get(income) ?? [] };
    const name = `income/${income}`;
    return { name, operator: organisation, household: null, accounts: [account] };
  });
}

/** Lines of lists that are due, line by line. */
async function lines({ pool, position, on }: Asked): Promise<readonly Owing[]> {
  interface Line extends Money {
    readonly line: number;
    readonly organisation: string;
    readonly side: "due" | "received";
    readonly day: string;
  }
  const { rows } = await pool.query<Line>(
    `WITH open AS (
       SELECT plan FROM read.line_money WHERE position <= $1 AND effective <= $2
       GROUP BY plan HAVING sum(CASE side WHEN 'due' THEN amount ELSE -amount END) > 0)
     SELECT m.plan AS of, m.line, p.organisation, m.side, m.effective AS day, m.fact, m.position,
       m.amount::numeric(20, 2)::text AS amount
     FROM read.line_money m JOIN open USING (plan) JOIN read.plans p USING (plan)
     WHERE m.position <= $1 AND m.effective <= $2 ORDER BY m.position, m.number`,
    [position, on],
  );
  const plans = new Map<string, Owing & { readonly accounts: Account[] }>();
  const accounts = new Map<string, Account>();
  for (const { of, line, organisation, side, day, ...money } of rows) {
    const plan = plans.get(of) ?? {
      ...{ name: `plans/${of}`, operator: organisation, household: null },
      accounts: [],
    };
    plans.set(of, plan);
    const key = `${of}\n${line}`;
    const account = accounts.get(key) ?? { due: [], received: [] };
    if (!accounts.has(key)) plan.accounts.push(account);
    accounts.set(key, account);
    if (side === "due") account.due.push({ ...amountOf(money), day });
    else account.received.push(amountOf(money));
  }
  return [...plans.values()];
}
