import { z } from "zod";
import { dayNumber } from "../../domain/calendar.ts";
import type { Collected } from "./counting.ts";
import { collect } from "./counting.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { ageOf, agesFigure, beside, money } from "./figures.ts";
import { organisationsAt } from "./organisations.ts";
import type { Account, Due, Owing } from "./owing.ts";
import { owingBy } from "./owing.ts";
import type { Report } from "./report.ts";
import { liesIn, placeOfRow } from "./roster.ts";

/** What was promised to households and is not paid: `report arrears`. */
export const arrearsReport: Report = {
  name: "arrears",
  summary: "Instalments, shares of profit and lines of plans that are due and not paid",
  rows: "contracts/…, income/… or plans/…, or operator",
  time: "day",
  by: ["operator"],
  figures: {
    operator: beside(z.string()),
    due: money,
    received: money,
    outstanding: money,
    ages: agesFigure,
    oldest: beside(z.int().describe("days")),
  },
  find: async (asked) => {
    const { on, area, by } = asked;
    const roster = await asked.roster();
    const organisations = await organisationsAt(asked);
    const collected = collect();
    const besides = new Map<string, Beside>();
    for (const owing of await owingBy(asked)) {
      const { name, operator, household } = owing;
      const { division } = organisations.get(operator) ?? {};
      if (!liesIn(placeOfRow(roster, { household, division }), area) || outstandingOf(owing) <= 0n)
        continue;
      const row = by === "operator" ? operator : name;
      const days = addOwing(row, owing, on, collected);
      const before = besides.get(row)?.["oldest"] as number | undefined;
      besides.set(row, { operator, oldest: Math.max(days, before ?? 0) });
    }
    return { facts: listed(collected.facts), beside: besides };
  },
};

/** What is outstanding of something, in fen; nothing or less where it is paid. */
export function outstandingOf({ accounts }: Owing): bigint {
  const sum = (amounts: readonly { readonly value: bigint }[]): bigint => {
    return amounts.reduce((all, { value }) => all + value, 0n);
  };
  return accounts.reduce((all, { due, received }) => all + sum(due) - sum(received), 0n);
}

/** Adds what is owed to a row; answers for how many days the oldest of it is. */
function addOwing(row: string, { accounts }: Owing, on: string, { add }: Collected): number {
  let oldest = 0;
  for (const account of accounts) {
    add(row, "due", account.due);
    add(row, "received", account.received);
    add(row, "outstanding", account.due);
    add(row, "outstanding", account.received, -1n);
    for (const unpaid of unpaidOf(account)) {
      const days = dayNumber(on) - dayNumber(unpaid.day);
      oldest = Math.max(oldest, days);
      add(row, `ages.${ageOf(days)}`, [unpaid]);
    }
  }
  return oldest;
}

/** What is not paid of what fell due; the oldest is paid first. */
function unpaidOf({ due, received }: Account): Due[] {
  const takenBack = due.filter(({ value }) => value < 0n);
  let paid = received.reduce((all, { value }) => all + value, 0n);
  for (const { value } of takenBack) paid -= value;
  return due.flatMap((one): Due[] => {
    if (one.value <= 0n) return [];
    const left = paid >= one.value ? 0n : one.value - (paid > 0n ? paid : 0n);
    paid = paid > one.value ? paid - one.value : 0n;
    return left === 0n ? [] : [{ ...one, value: left }];
  });
}
