import { z } from "zod";
import { fundSources } from "../../../events/programme-words.ts";
import { dayNumber } from "../../domain/calendar.ts";
import { fen } from "../../domain/programme/balances.ts";
import { rowsNaming } from "../../domain/programme/programme.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import type { Amount, Span } from "./counting.ts";
import { amountsOf, collect } from "./counting.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { ageOf, agesFigure, beside, money } from "./figures.ts";
import type { KnownProgramme } from "./known-programme.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report } from "./report.ts";
import { liesIn } from "./roster.ts";

const words: Readonly<Record<string, string>> = fundSources;

/** 资金来源 of a fund, as files have it. */
export function sourceOf({ data }: ProgrammeRow<"funds">): string {
  return words[data.source] ?? data.source;
}

/** Money of funds, allocations and what is paid and accounted for. */
export type MoneyKind = "funds" | "allocations" | "disbursements" | "reimbursements";

/** The kinds of rows that money flows through. */
export const moneyKinds = [
  ...(["funds", "allocations", "disbursements", "reimbursements", "refunds"] as const),
] as const;

/** What a row of money comes to in a span: its amounts less those given back of it. */
export function netOf(known: KnownProgramme, row: ProgrammeRow<MoneyKind>, span: Span): Amount[] {
  const refunds = rowsNaming(known.programme, `${row.kind}/${row.id}`, "refunds");
  return [
    ...amountsOf(known, row, fen(row.data.amount), span),
    ...refunds.flatMap((refund) => amountsOf(known, refund, -fen(refund.data.amount), span)),
  ];
}

/** What became of each fund: `report funds`. */
export const fundsReport: Report = {
  name: "funds",
  summary: "What of each fund is allocated, paid out and accounted for",
  rows: "资金编号",
  time: "day",
  figures: {
    source: beside(z.string().describe("资金来源")),
    granted: money,
    allocated: money,
    disbursed: money,
    reported: money,
    free: money,
    unreported: agesFigure,
  },
  find: async ({ pool, position, on, area, roster }) => {
    const known = await programmeAt(pool, position, moneyKinds);
    const { facts, add } = collect();
    const besides = new Map<string, Beside>();
    // A fund lies in the county, whatever is paid out of it.
    if (!liesIn((await roster()).placeOf(undefined), area)) return { facts: listed([]) };
    const span = { to: on };
    for (const fund of known.all("funds")) {
      if (counts(fund, on)) besides.set(fund.id, { source: sourceOf(fund) });
      const net = netOf(known, fund, span);
      add(fund.id, "granted", net);
      add(fund.id, "free", net);
    }
    for (const allocation of known.all("allocations")) {
      const net = netOf(known, allocation, span);
      add(allocation.data.fund, "allocated", net);
      add(allocation.data.fund, "free", net, -1n);
    }
    const ages = new Map<string, string>();
    for (const { id, data, ...row } of known.all("disbursements")) {
      const net = netOf(known, { id, data, ...row }, span);
      add(data.fund, "disbursed", net);
      if (data.organisation === undefined || data.date > on) continue;
      ages.set(id, `unreported.${ageOf(dayNumber(on) - dayNumber(data.date))}`);
      add(data.fund, ages.get(id) ?? "", net);
    }
    for (const row of known.all("reimbursements")) {
      const of = known.programme.rows.get(`disbursements/${row.data.disbursement}`);
      if (of?.kind !== "disbursements") continue;
      const net = netOf(known, row, span);
      add(of.data.fund, "reported", net);
      const age = ages.get(of.id);
      if (age !== undefined) add(of.data.fund, age, net, -1n);
    }
    return { facts: listed(facts), beside: besides };
  },
};
