import type { Pool } from "pg";
import { yuan } from "../../events/define.ts";
import type {
  PayeeFrozen,
  PlanHolders,
  PlanHoldersAsked,
} from "../domain/distribution/freezing.ts";
import { planHolders } from "../domain/distribution/freezing.ts";
import { dividendsLeft, quantifiedOf } from "../domain/share-surveys.ts";
import type { PayeeAccount } from "../domain/distribution/payments.ts";
import { linePayments, payeeAccounts, planPayments } from "../domain/distribution/payments.ts";
import { entryFacts } from "../domain/distribution/settle.ts";
import type { HolderNames } from "../domain/distribution/holder.ts";
import type { Survey } from "../domain/facts.ts";
import { paidInYear } from "../domain/programme/duties-done.ts";
import { namedElsewhere } from "../domain/programme/named-elsewhere.ts";
import type { JsonObject } from "../encoding/canonical.ts";
import type { Vault } from "../vault/vault.ts";
import type { ReadableWithVault } from "./as-of.ts";
import type { Deliveries, DeliveriesAsked } from "../domain/deliveries.ts";
import { deliveriesOfYear } from "../domain/deliveries.ts";
import { bankFacts } from "../domain/distribution/bank-facts.ts";
import { monthReasons } from "../domain/distribution/close.ts";
import { listPayments } from "../domain/distribution/instruct.ts";
import {
  bankFactsFor,
  entryFactsFor,
  paymentsIn,
  paymentsOfLine,
  paymentsOfLines,
  paymentsOfPlan,
} from "./payments.ts";
import { reasonsAgainstClosing } from "./reconcile.ts";
import type { PayeeAsked } from "./payees.ts";
import { payeesFor, textsIn } from "./payees.ts";
import { withoutNulls } from "./rows.ts";

/** The read models that surveys are answered from, as far as a position. */
interface Surveyed {
  readonly pool: Pool;
  readonly vault: Vault;
  readonly position: bigint;
}

type Answer = (from: Surveyed, parameters: never) => Promise<unknown>;

/** What names a thing ($1) and stands at a position ($2). */
const naming = `
  SELECT 'movements/' || reference AS name FROM read.mentions m
  WHERE thing = $1 AND position <= $2 AND NOT EXISTS (
    SELECT FROM read.mentions_ended e WHERE e.reference = m.reference AND e.position <= $2)
  UNION ALL
  SELECT 'contracts/' || contract FROM read.contract_terms
  WHERE 'assets/' || asset = $1 AND position <= $2
  UNION ALL
  SELECT 'income/' || income FROM read.incomes i
  WHERE 'assets/' || asset = $1 AND position <= $2 AND NOT EXISTS (
    SELECT FROM read.programme_corrections c
    WHERE c.kind = 'income' AND c.id = i.income AND c.position <= $2)`;

/** How each survey is answered. */
const answers: ReadonlyMap<string, Answer> = new Map([
  answered(planHolders, holdersOf),
  answered(linePayments, ({ pool, position }, line) => paymentsOfLine(pool, line, position)),
  answered(planPayments, ({ pool, position }, { plan }) => paymentsOfPlan(pool, plan, position)),
  answered(listPayments, async ({ pool, position }, list) => {
    const all = await paymentsOfLines(pool, list, position);
    const payments = paymentsIn(all);
    const lines = [...new Set(all.map(({ row }) => row.line))];
    return lines.map((line) => [line, payments.of({ ...list, line })] as const);
  }),
  answered(monthReasons, ({ pool, position }, { month }) => {
    return reasonsAgainstClosing(pool, month, position);
  }),
  answered(entryFacts, ({ pool, position }, asked) => entryFactsFor(pool, asked, position)),
  answered(bankFacts, ({ pool, position }, asked) => bankFactsFor(pool, asked, position)),
  answered(paidInYear, async ({ pool, position }, { organisation, year }) => {
    const { rows } = await pool.query<{ household: string; leg: string; amount: string }>(
      `SELECT household, leg, sum(amount)::text AS amount FROM read.postings
       WHERE side = 'household' AND organisation = $1 AND asset = $2 AND position <= $4
         AND effective BETWEEN make_date($3::int, 1, 1) AND make_date($3::int, 12, 31)
       GROUP BY household, leg HAVING sum(amount) <> 0`,
      [organisation, yuan, year, position],
    );
    return rows;
  }),
  answered(namedElsewhere, async ({ pool, position }, { thing }) => {
    const { rows } = await pool.query<{ name: string }>(naming, [thing, position]);
    return rows.map(({ name }) => name);
  }),
  answered(deliveriesOfYear, deliveriesIn),
  answered(quantifiedOf, async ({ pool, position }, { asset }) => {
    const { rows } = await pool.query<{ sum: string }>(
      `SELECT trunc(coalesce(sum(shares * par_value), 0) * 1e8)::text AS sum
       FROM read.share_movements WHERE asset = $1 AND position <= $2`,
      [asset, position],
    );
    return rows[0]?.sum ?? "0";
  }),
  answered(dividendsLeft, async ({ pool, position }, { household, organisation }) => {
    const { rows } = await pool.query<{ left: string }>(
      `SELECT (
         (SELECT coalesce(sum(amount), 0) FROM read.postings
          WHERE side = 'household' AND household = $1 AND organisation = $2 AND asset = $3
            AND leg = 'dividend' AND position <= $4) -
         (SELECT coalesce(sum(amount), 0) FROM read.share_movements
          WHERE movement = 'increase' AND household = $1 AND organisation = $2
            AND position <= $4))::numeric(60, 2)::text AS left`,
      [household, organisation, yuan, position],
    );
    return rows[0]?.left ?? "0.00";
  }),
  answered(payeeAccounts, async ({ pool, vault, position }, { payee, sealed, ...whose }) => {
    const { household = null, organisation = null } = whose;
    const person = payee === "person" ? (whose.person ?? null) : null;
    const asked = { household, organisation, person };
    const [now] = await payeesFor({ pool, vault }, [asked], position);
    const was = (await vault.read([sealed])).get(sealed);
    return { now: accountIn({ ...now }), was: accountIn(was) };
  }),
]);

function answered<P extends JsonObject, R>(
  { name }: Survey<P, R>,
  answer: (from: Surveyed, parameters: P) => Promise<R>,
): readonly [string, Answer] {
  return [name, answer];
}

/** A survey and what it is asked. */
interface SurveyAsked {
  readonly survey: { readonly name: string };
  readonly parameters: JsonObject;
}

/** Answers surveys at the head of the log, once the read models have come as far. */
export function surveyorOf(
  { log, pool, vault }: ReadableWithVault,
  projector: { reach(position: bigint): Promise<unknown> },
): (asked: SurveyAsked) => Promise<{ readonly position: bigint; readonly answer: unknown }> {
  return async ({ survey: { name }, parameters }) => {
    const { position } = await log.head();
    await projector.reach(position);
    const answer = answers.get(name);
    if (answer === undefined) throw new Error(`there is no survey ${name}`);
    return { position, answer: await answer({ pool, vault, position }, parameters as never) };
  };
}

function accountIn(of: Readonly<Record<string, unknown>> | undefined): PayeeAccount {
  return textsIn(of, "account", "holder", "name");
}

interface HolderRow extends PayeeAsked {
  readonly basis: string | null;
  readonly factor: string | null;
  readonly priority: number | null;
  readonly kilograms: string | null;
  readonly shares: string | null;
}

async function holdersOf(
  { pool, vault, position }: Surveyed,
  asked: PlanHoldersAsked,
): Promise<PlanHolders> {
  const taking = (await rowsOver[asked.over](pool, asked, position)).map(withoutNulls);
  const isOfPersons = asked.payee === "person";
  const payees = new Map<HolderNames, PayeeFrozen>();
  return {
    taking,
    read: async (some) => {
      const found = await payeesFor(
        { pool, vault },
        some.map(({ household = null, organisation = null, person = null }) => {
          return { household, organisation, person: isOfPersons ? person : null };
        }),
        position,
      );
      some.forEach((one, at) => payees.set(one, found[at] as PayeeFrozen));
    },
    take: (one) => {
      const payee = payees.get(one);
      if (payee === undefined) throw new Error("details are read before they are taken");
      payees.delete(one);
      return payee;
    },
  };
}

async function deliveriesIn(
  { pool, position }: Surveyed,
  { household, organisation, year }: DeliveriesAsked,
): Promise<Deliveries> {
  const { rows } = await pool.query<{ reference: string; kilograms: string; back: boolean }>(
    `SELECT reference, trim_scale(kilograms)::text AS kilograms,
       EXISTS (SELECT 1 FROM read.delivery_reversals r
         WHERE r.reference = d.reference AND r.position <= $4) AS back
     FROM read.deliveries d
     WHERE household = $1 AND organisation = $2 AND position <= $4
       AND effective BETWEEN make_date($3::int, 1, 1) AND make_date($3::int, 12, 31)`,
    [household, organisation, year, position],
  );
  return {
    kilograms: Object.fromEntries(rows.map(({ reference, kilograms }) => [reference, kilograms])),
    reversed: rows.filter(({ back }) => back).map(({ reference }) => reference),
  };
}

/** Of households, and of organisations, whose postings name no household. */
const heldShares = `SELECT household, holder AS organisation, sum(amount) AS shares
  FROM read.postings
    CROSS JOIN LATERAL (SELECT CASE WHEN side = 'entity' THEN organisation END AS holder) AS whose
  WHERE side IN ('household', 'entity') AND leg = 'shares' AND asset = 'shares:' || $1::text
    AND effective <= $2::date AND position <= $3
  GROUP BY household, holder HAVING sum(amount) > 0`;

/** Who is divided over, and with how much: quantities with four decimals. */
const rowsOver: Readonly<
  Record<
    PlanHoldersAsked["over"],
    (pool: Pool, asked: PlanHoldersAsked, position: bigint) => Promise<readonly HolderRow[]>
  >
> = {
  shares: async (pool, { register, heldOn }, position) => {
    const { rows } = await pool.query<HolderRow>(
      `SELECT household, organisation, trunc(shares, 4)::text AS basis
       FROM (${heldShares}) AS held`,
      [register, heldOn, position],
    );
    return rows;
  },
  basis: async (pool, { plan }, position) => {
    const { rows } = await pool.query<HolderRow>(
      `SELECT household, organisation, person, amount::text AS basis, factor::text AS factor,
         priority
       FROM read.plan_basis b
       WHERE plan = $1 AND position <= $2 AND amount > 0 AND NOT EXISTS (
         SELECT 1 FROM read.plan_basis r WHERE r.replaces = b.basis AND r.position <= $2)`,
      [plan, position],
    );
    return rows;
  },
  "trade and shares": async (pool, { register, heldOn, organisation, from, to }, position) => {
    const { rows } = await pool.query<HolderRow>(
      `SELECT household, held.organisation, coalesce(kilograms, 0)::text AS kilograms,
         coalesce(trunc(shares, 4), 0)::text AS shares
       FROM (${heldShares}) AS held FULL JOIN (
         SELECT household, sum(kilograms) AS kilograms FROM read.deliveries d
         WHERE organisation = $4 AND effective BETWEEN $5 AND $6 AND position <= $3
           AND NOT EXISTS (SELECT 1 FROM read.delivery_reversals r
             WHERE r.reference = d.reference AND r.position <= $3)
         GROUP BY household) AS sold USING (household)`,
      [register, heldOn, position, organisation, from, to],
    );
    return rows;
  },
};
