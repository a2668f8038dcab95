import type { Pool } from "pg";
import type {
  AccountFacts,
  BankFacts,
  PaymentFacts,
  PendingEntry,
} from "../domain/distribution/bank-facts.ts";
import type { PaymentTelling } from "../domain/distribution/payment-history.ts";
import { PaymentHistory } from "../domain/distribution/payment-history.ts";
import type { OpenEntry } from "../domain/distribution/settle.ts";
import type { LinePayments } from "../domain/distribution/payments.ts";
import { withoutNulls } from "./rows.ts";

/** A payment with what it has come to. */
export interface PaymentRow {
  readonly payment: string;
  readonly batch: string;
  readonly plan: string;
  readonly version: number;
  readonly line: number;
  readonly household: string | null;
  readonly organisation: string | null;
  readonly person: string | null;
  readonly leg: string;
  readonly payer: string;
  readonly amount: string;
  readonly date: string;
  readonly position: bigint;
  readonly sealed: string;
  readonly number: number;
}

/** A payment, what was said of it in the order of recording, and what that comes to. */
export interface JudgedPayment
  extends Pick<PaymentHistory, "state" | "answer" | "isRejectedWhole"> {
  readonly row: PaymentRow;
  readonly tellings: readonly PaymentTelling[];
}

const paymentColumns = `payment, batch, plan, version, line, household, organisation, person, leg,
  payer, amount::text AS amount, effective AS date, position, sealed, number`;

/** Payments that a condition on `read.payments` names, as known at a position. */
export async function judgedPayments(
  pool: Pool,
  condition: string,
  values: readonly unknown[],
  position: bigint,
): Promise<JudgedPayment[]> {
  const at = values.length + 1;
  const { rows } = await pool.query<PaymentRow>(
    `SELECT ${paymentColumns} FROM read.payments p
     WHERE position <= $${at} AND (${condition}) ORDER BY position, number`,
    [...values, position],
  );
  if (rows.length === 0) return [];
  const { rows: tellings } = await pool.query<PaymentTelling & { readonly payment: string }>(
    `SELECT payment, effect, confirms, is_withdrawn AS "isWithdrawn", source, entry,
       effective AS day, is_whole AS "isWhole", reason
     FROM read.payment_tellings WHERE payment = ANY($1) AND position <= $2
     ORDER BY position, number`,
    [rows.map(({ payment }) => payment), position],
  );
  const byPayment = new Map<string, PaymentTelling[]>();
  for (const { payment, ...telling } of tellings) {
    const own = byPayment.get(payment);
    const said = withoutNulls(telling);
    if (own === undefined) byPayment.set(payment, [said]);
    else own.push(said);
  }
  return rows.map((row) => judgedBy(row, byPayment.get(row.payment) ?? []));
}

function judgedBy(row: PaymentRow, tellings: readonly PaymentTelling[]): JudgedPayment {
  const { state, answer, isRejectedWhole } = new PaymentHistory(tellings);
  return { row, tellings, state, answer, isRejectedWhole };
}

/** A line of a version of a plan's list. */
export type ListLine = Pick<PaymentRow, "plan" | "version" | "line">;

/** The payments of one line of a list, as known at a position. */
export async function paymentsOfLine(
  pool: Pool,
  line: ListLine,
  position: bigint,
): Promise<LinePayments> {
  return paymentsIn(await paymentsOfLines(pool, line, position, [line.line])).of(line);
}

/** The payments of all lines of a list, or of some. */
export async function paymentsOfLines(
  pool: Pool,
  { plan, version }: Omit<ListLine, "line">,
  position: bigint,
  lines?: readonly number[],
): Promise<JudgedPayment[]> {
  const ofList = "plan = $1 AND version = $2";
  return lines === undefined
    ? judgedPayments(pool, ofList, [plan, version], position)
    : judgedPayments(pool, `${ofList} AND line = ANY($3)`, [plan, version, lines], position);
}

/** Payments, which must be all of their lines, by line; a line without any has none. */
export function paymentsIn(all: readonly JudgedPayment[]): {
  of(line: ListLine): LinePayments;
} {
  const found = new Map<string, LinePayments>();
  for (const { row, state, tellings, isRejectedWhole } of all) {
    const key = lineKey(row);
    const total = (found.get(key)?.total ?? 0) + 1;
    found.set(key, { total, last: { state, isRejectedWhole, day: lastDayOf({ row, tellings }) } });
  }
  return { of: (line) => found.get(lineKey(line)) ?? { total: 0 } };
}

/** The latest day of what was said of a payment, or of its instruction. */
function lastDayOf({ row, tellings }: Pick<JudgedPayment, "row" | "tellings">): string {
  return tellings.reduce((last, { day }) => (day > last ? day : last), row.date);
}

/** How many payments of a plan have been instructed by a position. */
export async function paymentsOfPlan(pool: Pool, plan: string, position: bigint): Promise<number> {
  const { rows } = await pool.query<{ count: bigint }>(
    "SELECT count(*) FROM read.payments WHERE plan = $1 AND position <= $2",
    [plan, position],
  );
  return Number(rows[0]?.count ?? 0);
}

interface FactsAsked {
  readonly accounts: readonly string[];
  readonly payments: readonly string[];
  readonly batches: readonly string[];
  readonly entries: readonly string[];
}

/** What a bank's file is judged on, as known at a position. */
export async function bankFactsFor(
  pool: Pool,
  asked: FactsAsked,
  position: bigint,
): Promise<BankFacts> {
  const judged = await judgedPayments(
    pool,
    "payment = ANY($1) OR batch = ANY($2)",
    [asked.payments, asked.batches],
    position,
  );
  const own = [...new Set(judged.map(({ row }) => row.batch)), ...asked.batches];
  const { rows: batches } = await pool.query<{ batch: string; account: string }>(
    "SELECT batch, account FROM read.batches WHERE batch = ANY($1) AND position <= $2",
    [own, position],
  );
  const lines = await lineFacts(pool, judged, position);
  const { rows: entries } = await pool.query<{ entry: string }>(
    `SELECT DISTINCT split_part(entry, '#', 1) AS entry FROM read.bank_entries
     WHERE split_part(entry, '#', 1) = ANY($1) AND position <= $2`,
    [asked.entries, position],
  );
  const accounts: AccountFacts[] = [];
  for (const account of asked.accounts) accounts.push(await accountFacts(pool, account, position));
  return {
    accounts,
    batches,
    payments: judged.map((one) => factsOf(one, lines)),
    entries: entries.map(({ entry }) => entry),
    pending: await pendingEntries(pool, judged, asked.batches, position),
  };
}

/** Of entries `e`: they fit no payment, and nothing is decided about them at a position. */
export function isOpenEntry(position: string): string {
  return `e.state = 'unmatched' AND e.position <= ${position}
    AND NOT EXISTS (SELECT 1 FROM read.bank_entries later WHERE later.entry = e.entry
      AND later.state = 'fits' AND later.position <= ${position})
    AND coalesce((
      SELECT s.state FROM read.entry_settlements s
      WHERE s.entry = e.entry AND s.position <= ${position}
      ORDER BY s.position DESC LIMIT 1), 'open') = 'open'`;
}

/** An early version did not record it. */
const sourceOfEntry =
  "coalesce(source, CASE WHEN in_statement THEN 'camt.053' ELSE 'camt.054' END)";

interface PendingRow extends Omit<PendingEntry, "names"> {
  readonly payment: string | null;
  readonly batch: string | null;
  readonly count: number | null;
  readonly total: string | null;
  readonly reason: string | null;
}

async function pendingEntries(
  pool: Pool,
  judged: readonly JudgedPayment[],
  batches: readonly string[],
  position: bigint,
): Promise<PendingEntry[]> {
  const { rows } = await pool.query<PendingRow>(
    `SELECT entry, account, direction, amount::text AS amount, effective AS day,
       ${sourceOfEntry} AS source, does, of_payment AS payment, of_batch AS batch, count,
       total::text AS total, return_reason AS reason
     FROM read.bank_entries e
     WHERE (of_payment = ANY($1) OR of_batch = ANY($2)) AND ${isOpenEntry("$3")}
     ORDER BY position, number`,
    [judged.map(({ row }) => row.payment), batches, position],
  );
  return rows.map(({ payment, batch, count, total, reason, ...entry }) => {
    return { ...entry, names: withoutNulls({ payment, batch, count, total, reason }) };
  });
}

interface LineFacts {
  readonly recovered: ReadonlySet<string>;
  readonly stopped: ReadonlySet<string>;
  /** The last payment of each line. */
  readonly last: ReadonlyMap<string, string>;
}

/** A line as one text. */
export function lineKey({ plan, version, line }: ListLine): string {
  return JSON.stringify([plan, version, line]);
}

async function lineFacts(
  pool: Pool,
  judged: readonly JudgedPayment[],
  position: bigint,
): Promise<LineFacts> {
  const plans = [...new Set(judged.map(({ row }) => row.plan))];
  const { rows: steps } = await pool.query<PaymentRow & { kind: string }>(
    `SELECT plan, version, line, kind FROM read.plan_steps
     WHERE plan = ANY($1) AND kind IN ('recover', 'stop') AND position <= $2`,
    [plans, position],
  );
  const keysOf = (kind: string) => new Set(steps.filter((one) => one.kind === kind).map(lineKey));
  const { rows: last } = await pool.query<PaymentRow>(
    `SELECT DISTINCT ON (plan, version, line) plan, version, line, payment FROM read.payments
     WHERE plan = ANY($1) AND position <= $2 ORDER BY plan, version, line, position DESC`,
    [plans, position],
  );
  return {
    recovered: keysOf("recover"),
    stopped: keysOf("stop"),
    last: new Map(last.map((row) => [lineKey(row), row.payment])),
  };
}

function factsOf(
  { row, tellings }: JudgedPayment,
  { recovered, stopped, last }: LineFacts,
): PaymentFacts {
  const key = lineKey(row);
  const { household, organisation, person } = row;
  const { payment, batch, plan, version, line, leg, payer, amount, date } = row;
  return {
    ...{ payment, batch, plan, version, line, leg, payer, amount },
    ...withoutNulls({ household, organisation, person }),
    instructedOn: date,
    tellings,
    isRecovered: recovered.has(key),
    isStopped: stopped.has(key),
    isPaidAgain: last.get(key) !== payment,
  };
}

interface StatementRow {
  readonly id: string;
  readonly sequence: number | null;
  readonly page: number | null;
  readonly isLast: boolean;
  readonly to: string | null;
  readonly closing: string | null;
}

async function accountFacts(pool: Pool, account: string, position: bigint): Promise<AccountFacts> {
  const { rowCount } = await pool.query(
    "SELECT 1 FROM read.batches WHERE account = $1 AND position <= $2 LIMIT 1",
    [account, position],
  );
  const { rows } = await pool.query<StatementRow>(
    `SELECT id, sequence, page, is_last AS "isLast", to_day AS "to", closing::text AS closing
     FROM read.bank_statements WHERE account = $1 AND kind = 'camt.053' AND position <= $2
     ORDER BY position DESC, number DESC LIMIT 200`,
    [account, position],
  );
  const [newest] = rows;
  const whole = rows.find(({ isLast }) => isLast);
  return {
    account,
    isOurs: rowCount === 1,
    ...(whole !== undefined && {
      last: {
        ...(whole.closing !== null && { closing: whole.closing }),
        ...(whole.sequence !== null && { sequence: whole.sequence }),
        ...(whole.to !== null && { year: whole.to.slice(0, 4) }),
      },
    }),
    ...(newest !== undefined &&
      !newest.isLast && {
        pages: {
          id: newest.id,
          count: newest.page ?? 1,
          ...(newest.sequence !== null && { sequence: newest.sequence }),
          ...(newest.closing !== null && { closing: newest.closing }),
        },
      }),
  };
}

/** An entry, and a payment by its EndToEndId, as known at a position. */
export async function entryFactsFor(
  pool: Pool,
  { entry, payment }: { readonly entry: string; readonly payment: string },
  position: bigint,
): Promise<{ readonly entry?: OpenEntry; readonly payment?: PaymentFacts }> {
  const { rows } = await pool.query<OpenEntry>(
    `SELECT entry, account, direction, amount::text AS amount, effective AS day, does,
       ${sourceOfEntry} AS source, state = 'unmatched' AS "isUnmatched"
     FROM read.bank_entries WHERE entry = $1 AND state <> 'again' AND position <= $2
     ORDER BY position DESC, number DESC LIMIT 1`,
    [entry, position],
  );
  const asked = { accounts: [], payments: [payment], batches: [], entries: [] };
  const { payments } = await bankFactsFor(pool, asked, position);
  const [found] = rows;
  const [of] = payments;
  return {
    ...(found !== undefined && { entry: withoutNulls(found) }),
    ...(of !== undefined && { payment: of }),
  };
}
