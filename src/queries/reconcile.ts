import type { Pool } from "pg";
import { z } from "zod";
import { sumMoney, toUnits, fromUnits } from "../domain/decimal.ts";
import { givenUpSource, isBooking } from "../domain/distribution/payment-history.ts";
import { standingOf } from "../domain/distribution/payments.ts";
import { grouped } from "../words/numbers.ts";
import { amount, ends } from "./answer.ts";
import type { KnownAt } from "./as-of.ts";
import { batchAt } from "./batches.ts";
import type { Asked, Found, Presentation } from "./define.ts";
import { question } from "./define.ts";
import { idText } from "./parameters.ts";
import type { JudgedPayment } from "./payments.ts";
import { isOpenEntry, judgedPayments, lineKey, paymentsIn } from "./payments.ts";
import { plansAt } from "./plan-states.ts";
import { planAt } from "./plans.ts";
import { csvOf, tableOf } from "./presentation.ts";
import { withoutNulls } from "./rows.ts";

const counted = z.object({ lines: z.number(), sum: amount });
const counts = {
  instructed: counted,
  accepted: counted.describe("open, and accepted by the bank"),
  credited: counted,
  rejected: counted,
  returned: counted,
  recovered: counted,
  open: counted.describe("instructed and not answered"),
};

const answer = z
  .object({
    ...counts,
    unmatched: z.array(
      z.object({ entry: z.string(), amount: z.string(), date: z.string(), reason: z.string() }),
    ),
    accounts: z.array(
      z.object({
        account: z.string(),
        closing: amount.describe("of the last statement"),
        ledger: amount.describe("the first opening and all entries that are matched or decided"),
        difference: amount,
      }),
    ),
    zero: z.boolean().describe("nothing is open, returned, rejected, unmatched or different"),
    batches: z.array(z.object({ batch: z.string(), on: z.string(), ...counts })),
    ...ends,
  })
  .meta({ id: "Reconciliation" });

const monthText = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);

/** What became of what was instructed, and whether the bank says the same. */
export const reconcileQuestion = question({
  name: "reconcile",
  summary: "What became of payments, and whether the bank says the same",
  description:
    "Payments by what they have come to (a line paid again counts twice), entries that fit none, " +
    "and the balances of the paying accounts. `month`: payments instructed in it.",
  about: "county",
  right: "sums",
  path: "/v1/reconcile",
  parameters: {
    batch: {
      schema: idText.optional().describe("of one batch"),
      words: { flags: "--batch <batch>", means: "of one batch" },
    },
    plan: {
      schema: idText.optional().describe("of one plan"),
      words: { flags: "--plan <plan>", means: "of one plan" },
    },
    month: {
      schema: monthText.optional().describe("instructed in a month, YYYY-MM"),
      words: { flags: "--month <month>", means: "instructed in a month (YYYY-MM)" },
    },
  },
  answer,
  ask: ({ pool }, told, knownAt) => reconciled(pool, told, knownAt),
  verb: { summary: "what became of payments, and whether the bank agrees", show: shown },
});

interface Wanted {
  readonly batch?: string | undefined;
  readonly plan?: string | undefined;
  readonly month?: string | undefined;
}

type Counts = z.output<z.ZodObject<typeof counts>>;

async function reconciled(
  pool: Pool,
  { batch, plan, month }: Wanted,
  { position }: KnownAt,
): Promise<Found<typeof answer>> {
  if (plan !== undefined) await planAt(pool, plan, position);
  if (batch !== undefined) await batchAt(pool, batch, position);
  const all = await judgedPayments(
    pool,
    `($1::text IS NULL OR batch = $1) AND ($2::text IS NULL OR plan = $2)
       AND ($3::text IS NULL OR to_char(effective, 'YYYY-MM') = $3)`,
    [batch ?? null, plan ?? null, month ?? null],
    position,
  );
  const isWhole = batch === undefined && plan === undefined && month === undefined;
  const lines = await lineStandings(pool, all, position, isWhole);
  const isRecovered = (payment: JudgedPayment) => lines.recovered.has(payment.row.payment);
  const unmatched = await unmatchedEntries(pool, position);
  const accounts = await accountBalances(pool, position);
  const sums = countsOf(all, isRecovered);
  const byBatch = new Map<string, JudgedPayment[]>();
  for (const one of all) {
    const own = byBatch.get(one.row.batch);
    if (own === undefined) byBatch.set(one.row.batch, [one]);
    else own.push(one);
  }
  return {
    ...sums,
    unmatched: unmatched.map(({ entry, amount: of, day: date, reason }) => {
      return { entry, amount: of, date, reason };
    }),
    accounts,
    zero:
      sums.open.lines === 0 &&
      lines.undecided === 0 &&
      unmatched.length === 0 &&
      accounts.every(({ difference }) => difference === "0.00"),
    batches: [...byBatch].map(([name, own]) => ({
      batch: name,
      on: own[0]?.row.date ?? "",
      ...countsOf(own, isRecovered),
    })),
  };
}

function countsOf(
  all: readonly JudgedPayment[],
  isRecovered: (payment: JudgedPayment) => boolean,
): Counts {
  const of = (which: (payment: JudgedPayment) => boolean) => {
    const some = all.filter(which);
    return { lines: some.length, sum: sumMoney(some.map(({ row }) => row.amount)) };
  };
  const isIn = (state: JudgedPayment["state"]) => (payment: JudgedPayment) =>
    payment.state === state && !isRecovered(payment);
  return {
    instructed: of(() => true),
    accepted: of(isIn("accepted")),
    credited: of(isIn("credited")),
    rejected: of(isIn("rejected")),
    returned: of(isIn("returned")),
    recovered: of(isRecovered),
    open: of((payment) => isIn("instructed")(payment) || isIn("accepted")(payment)),
  };
}

/**
 * Which payments are of lines that were recovered, and how many lines wait for a decision. What a
 * line has come to rests on all its payments: where these are not all there are, those are asked.
 */
async function lineStandings(
  pool: Pool,
  all: readonly JudgedPayment[],
  position: bigint,
  isWhole: boolean,
): Promise<{
  recovered: ReadonlySet<string>;
  undecided: number;
  waiting: readonly (JudgedPayment & { day: string })[];
}> {
  const plans = [...new Set(all.map(({ row }) => row.plan))];
  const states = new Map(
    (await plansAt(pool, position, plans)).map(({ row, state }) => [row.plan, state]),
  );
  const last = new Map<string, JudgedPayment>();
  for (const one of all) last.set(lineKey(one.row), one);
  const payments = paymentsIn(
    isWhole ? all : await judgedPayments(pool, "plan = ANY($1)", [plans], position),
  );
  const recovered = new Set<string>();
  const waiting: (JudgedPayment & { day: string })[] = [];
  for (const one of last.values()) {
    const state = states.get(one.row.plan);
    if (state === undefined) continue;
    const standing = standingOf(state, withoutNulls(one.row), payments.of(one.row));
    if (standing === "recovered") recovered.add(one.row.payment);
    if (standing !== "returned" && standing !== "rejected") continue;
    waiting.push({ ...one, day: one.answer?.day ?? one.row.date });
  }
  return { recovered, undecided: waiting.length, waiting };
}

interface EntryRow {
  readonly entry: string;
  readonly amount: string;
  readonly day: string;
  readonly reason: string;
}

/** Entries that fit no payment, and about which nothing is decided. */
async function unmatchedEntries(pool: Pool, position: bigint): Promise<EntryRow[]> {
  const { rows } = await pool.query<EntryRow>(
    `SELECT entry, amount::text AS amount, effective AS day, coalesce(reason, '') AS reason
     FROM read.bank_entries e WHERE ${isOpenEntry("$1")}
     ORDER BY position, number`,
    [position],
  );
  return rows;
}

interface BalanceRow {
  readonly account: string;
  readonly closing: string | null;
  readonly opening: string | null;
  readonly moved: string;
}

/** The last closing balance of each account, and what entries that are accounted for make it. */
async function accountBalances(pool: Pool, position: bigint, until = "infinity") {
  const { rows } = await pool.query<BalanceRow>(
    `WITH told AS MATERIALIZED (
       SELECT * FROM read.bank_statements
       WHERE kind = 'camt.053' AND position <= $1 AND coalesce(to_day, '-infinity') <= $2::date
     ), accounts AS (
       SELECT DISTINCT account FROM told
     ), open AS MATERIALIZED (
       SELECT entry FROM read.bank_entries e WHERE ${isOpenEntry("$1")}
     ), moves AS MATERIALIZED (
       SELECT account, sum(CASE direction WHEN 'CRDT' THEN amount ELSE -amount END) AS moved
       FROM read.bank_entries
       WHERE in_statement AND position <= $1 AND position IN (SELECT position FROM told)
         AND entry NOT IN (SELECT entry FROM open)
       GROUP BY account)
     SELECT a.account,
       (SELECT opening::text FROM told WHERE account = a.account AND opening IS NOT NULL
        ORDER BY position, number LIMIT 1) AS opening,
       (SELECT closing::text FROM told WHERE account = a.account AND closing IS NOT NULL
        ORDER BY position DESC, number DESC LIMIT 1) AS closing,
       coalesce(moved, 0)::text AS moved
     FROM accounts a LEFT JOIN moves ON moves.account = a.account ORDER BY a.account`,
    [position, until],
  );
  return rows.map(({ account, opening, closing, moved }) => {
    const fen = (text: string): bigint =>
      text.startsWith("-") ? -toUnits(cents(text.slice(1)), 2) : toUnits(cents(text), 2);
    const ledger = fen(opening ?? "0.00") + fen(moved);
    const last = fen(closing ?? "0.00");
    return {
      account,
      closing: fromUnits(last, 2),
      ledger: fromUnits(ledger, 2),
      difference: fromUnits(last - ledger, 2),
    };
  });
}

/** A number with two decimals; what a bank writes beyond them counts for nothing. */
function cents(text: string): string {
  const [whole = "0", decimals = ""] = text.split(".");
  return `${whole}.${decimals.slice(0, 2).padEnd(2, "0")}`;
}

/** What stands in the way of closing a month and all before it, in words. */
export async function reasonsAgainstClosing(
  pool: Pool,
  month: string,
  position: bigint,
): Promise<string[]> {
  const { rows: ends } = await pool.query<{ last: string }>(
    "SELECT ($1 || '-01')::date + interval '1 month' - interval '1 day' AS last",
    [month],
  );
  const last = (ends[0]?.last ?? "").slice(0, 10);
  const unmatched = (await unmatchedEntries(pool, position)).filter(({ day }) => day <= last);
  const all = await judgedPayments(pool, "true", [], position);
  const { waiting } = await lineStandings(pool, all, position, true);
  const undecided = waiting.filter(({ day }) => day <= last);
  const different = (await accountBalances(pool, position, last)).filter(
    ({ difference }) => difference !== "0.00",
  );
  // A statement is had with its last page.
  const { rows: accounts } = await pool.query<TellingAccount>(
    `SELECT b.account, count(s.account) > 0 AS "hasStatement",
       coalesce(max(s.to_day) FILTER (WHERE s.is_last), '-infinity') >= $2::date AS "isTold"
     FROM (SELECT DISTINCT account FROM read.batches WHERE position <= $1) AS b
     LEFT JOIN read.bank_statements s
       ON s.account = b.account AND s.kind = 'camt.053' AND s.position <= $1
     GROUP BY b.account ORDER BY b.account`,
    [position, last],
  );
  const late = accounts.filter(({ hasStatement, isTold }) => hasStatement && !isTold);
  const silent = await silentPayments(pool, accounts, all, last, position);
  return [
    ...unmatched.map(({ entry }) => `entry ${entry} fits no payment`),
    ...undecided.map(({ row, state }) => `计划 ${row.plan} 第 ${row.line} 行 is ${state}`),
    ...different.map(({ account }) => `the balance of account ${account} disagrees`),
    ...late.map(({ account }) => `account ${account} has no statement until ${last}`),
    ...silent,
  ];
}

/** An account that pays, and what its statements reach. */
interface TellingAccount {
  readonly account: string;
  readonly hasStatement: boolean;
  /** A whole one ends on the last day that is asked about, or later. */
  readonly isTold: boolean;
}

/** Kinds of file, and decisions, that are neither a statement nor an answer file. */
const isAnswerFile = (source: string): boolean =>
  !isBooking(source) && source !== "pain.002" && source !== givenUpSource;

/** Payments that are open on an account which never had a statement or an answer file. */
async function silentPayments(
  pool: Pool,
  accounts: readonly TellingAccount[],
  all: readonly JudgedPayment[],
  last: string,
  position: bigint,
): Promise<string[]> {
  const never = accounts.flatMap(({ account, hasStatement }) => (hasStatement ? [] : [account]));
  if (never.length === 0) return [];
  const { rows } = await pool.query<{ batch: string; account: string }>(
    "SELECT batch, account FROM read.batches WHERE account = ANY($1) AND position <= $2",
    [never, position],
  );
  const accountOf = new Map(rows.map(({ batch, account }) => [batch, account]));
  const answered = new Set(
    all.flatMap(({ row, tellings }) =>
      tellings.some(({ source }) => isAnswerFile(source)) ? [accountOf.get(row.batch) ?? ""] : [],
    ),
  );
  return all.flatMap(({ row, state }) => {
    const account = accountOf.get(row.batch);
    const isOpen = (state === "instructed" || state === "accepted") && row.date <= last;
    if (account === undefined || answered.has(account) || !isOpen) return [];
    return [`payment ${row.payment} is open on account ${account}, which never had a statement`];
  });
}

function shown(_asked: Asked<unknown>): Presentation<Found<typeof answer>> {
  const names = Object.keys(counts) as (keyof Counts)[];
  const rowsOf = (found: Counts) => names.map((name) => ({ name, ...found[name] }));
  const columns = [
    { name: "what", title: "", value: (row: { name: string }) => row.name },
    { name: "lines", title: "lines", align: "right", value: (row: { lines: number }) => row.lines },
    {
      name: "sum",
      title: "yuan",
      align: "right",
      value: (row: { sum: string }) => row.sum,
      show: (row: { sum: string }) => grouped(row.sum),
    },
  ] as const;
  return {
    csv: (found) => csvOf(columns as never, rowsOf(found)),
    people: (found) => [
      tableOf(columns as never, rowsOf(found)),
      "",
      ...found.unmatched.map(
        ({ entry, amount: of, reason }) => `未匹配 unmatched ${entry}: ${of} ${reason}`,
      ),
      ...found.accounts.map(
        ({ account, closing, ledger, difference }) =>
          `账户 account ${account}: ${closing}, ledger ${ledger}, difference ${difference}`,
      ),
      found.zero ? "对账为零 reconciled to zero" : "未结清 not zero",
      "",
    ],
  };
}
