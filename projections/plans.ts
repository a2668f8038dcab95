import type { Projection } from "./define.ts";

const id = 'text COLLATE "C"';

/** Incomes that may be distributed, plans to divide them, and what plans are divided over. */
export const plans: Projection = {
  name: "plans",
  version: 2,
  tables: [
    {
      name: "incomes",
      columns: {
        income: id,
        position: "bigint",
        effective: "date",
        organisation: id,
        period: "text",
        available: "numeric",
        contract: id,
        asset: id,
        voucher: "text",
        free: id,
        received: "numeric",
      },
      primaryKey: "income",
      indexes: { incomes_organisation: "(organisation)" },
    },
    {
      name: "plans",
      columns: {
        plan: id,
        position: "bigint",
        effective: "date",
        income: id,
        organisation: id,
        scheme: id,
        pool: "numeric",
        procedure: id,
        leg: id,
        payee: id,
        period: "text",
        register: id,
        held_on: "date",
        ratio: "numeric",
        from_day: "date",
        to_day: "date",
        price: "numeric",
        rate: "numeric",
        year_days: "text",
        floor_price: "numeric",
        free: id,
      },
      primaryKey: "plan",
      indexes: { plans_income: "(income)" },
    },
    {
      name: "plan_basis",
      columns: {
        basis: id,
        position: "bigint",
        effective: "date",
        plan: id,
        household: id,
        organisation: id,
        person: id,
        amount: "numeric",
        factor: "numeric",
        priority: "integer",
        replaces: id,
        free: id,
      },
      primaryKey: "basis",
      indexes: {
        plan_basis_plan: "(plan)",
        plan_basis_replaces: "(replaces) WHERE replaces IS NOT NULL",
      },
    },
  ],
  invariants: [
    {
      holds: "every plan divides an income that is recorded, and every basis row is one of a plan",
      breaches: `SELECT 'plan ' || plan || ' divides an unknown income' AS breach
        FROM {schema}.plans p
        WHERE NOT EXISTS (SELECT 1 FROM {schema}.incomes i WHERE i.income = p.income)
        UNION ALL SELECT 'basis row ' || basis || ' is one of an unknown plan'
        FROM {schema}.plan_basis b
        WHERE NOT EXISTS (SELECT 1 FROM {schema}.plans p WHERE p.plan = b.plan)
        LIMIT 20`,
    },
  ],
  project(event, write) {
    const { position } = event;
    const day = event.meta.effectiveDate;
    if (event.type === "IncomeRecorded") {
      const d = event.data;
      const { contract, asset, voucher } = d;
      const what = [d.organisation, d.period, d.available, contract, asset, voucher];
      write("incomes", [d.income, position, day, ...what, d.free?.item, d.received]);
    } else if (event.type === "PlanDrafted") {
      const d = event.data;
      const terms = [d.register, d.heldOn, d.ratio, d.from, d.to, d.price, d.rate, d.yearDays];
      write("plans", [
        d.plan,
        position,
        day,
        d.income,
        d.organisation,
        d.scheme,
        d.pool,
        d.procedure,
        d.leg,
        d.payee,
        d.period,
        ...terms,
        d.floorPrice,
        d.free?.item,
      ]);
    } else if (event.type === "BasisStated") {
      const d = event.data;
      const whose = [d.household, d.organisation, d.person];
      const counts = [d.amount, d.factor, d.priority, d.replaces];
      write("plan_basis", [d.basis, position, day, d.plan, ...whose, ...counts, d.free?.item]);
    }
  },
};
