import { z } from "zod";
import { loanKinds } from "../../../events/programme-finance-words.ts";
import { dayNumber } from "../../domain/calendar.ts";
import { fen } from "../../domain/programme/balances.ts";
import { dueDay, principalParts } from "../../domain/programme/loan-state.ts";
import { countingNaming, rowsNaming } from "../../domain/programme/programme.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import type { Amount, Span } from "./counting.ts";
import { amountsOf, collect } from "./counting.ts";
import type { Fact } from "./facts.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, money, ratioOf } from "./figures.ts";
import type { KnownProgramme } from "./known-programme.ts";
import { programmeAt } from "./known-programme.ts";
import type { Report } from "./report.ts";
import { accountsOf } from "./risk-fund.ts";
import { liesIn, placeOfRow } from "./roster.ts";

const words: Readonly<Record<string, string>> = loanKinds;
const day = z.string().nullable();

/** The kinds of rows that say what of a loan is live, and what was paid of its interest. */
export const loanReportKinds = ["loans", "loan-steps", "subsidies"] as const;

/** What of each loan is live and when it is due: `report loans`. */
export const loansReport: Report = {
  name: "loans",
  summary: "What of each loan is live, when it is due, and what was paid of its interest",
  rows: "贷款编号",
  time: "day",
  figures: {
    kind: beside(z.string().describe("贷款种类")),
    live: money,
    due: beside(z.string()),
    overdue: beside(z.int().describe("days since it was due, while something of it is live")),
    published: beside(day.describe("day of the last 公示")),
    subsidies: money,
    participation: beside(day.describe("day of the last 参与生产 with 用款方")),
  },
  ofTotal: { leverage: ratioOf("money") },
  find: async (asked) => {
    const { pool, position, on, area } = asked;
    const kinds = [...loanReportKinds, "activities", "risk-fund"] as const;
    const known = await programmeAt(pool, position, kinds);
    const roster = await asked.roster();
    const { facts, add, sum } = collect();
    const besides = new Map<string, Beside>();
    const leverage: Fact[] = [];
    const lever = (part: "of" | "over", amounts: readonly Amount[]): void => {
      leverage.push(...amounts.map((one) => ({ ...one, row: "", figure: `leverage.${part}` })));
    };
    for (const loan of known.all("loans")) {
      const { id, data } = loan;
      if (!counts(loan, on) || !liesIn(placeOfRow(roster, data), area)) continue;
      const live = liveAmounts(known, loan, on);
      add(id, "live", live);
      if (data.kind === "micro" || data.kind === "entity") lever("of", live);
      add(id, "subsidies", subsidiesOf(known, `loans/${id}`, { to: on }));
      besides.set(id, loanSaid(known, loan, { on, isLive: sum(id, "live") > 0n }));
    }
    for (const { kind, place, flows } of accountsOf(known, roster, on)) {
      if (kind !== "compensation" || !liesIn(place, area)) continue;
      for (const { amounts } of flows) lever("over", amounts);
    }
    return {
      facts: listed(facts),
      beside: besides,
      ofTotal: { facts: leverage, beside: {} },
    };
  },
};

/** What the live principal of a loan on a day is the sum of. */
export function liveAmounts(
  known: KnownProgramme,
  loan: ProgrammeRow<"loans">,
  on: string,
): readonly Amount[] {
  return principalParts(known.programme, loan, on).map(({ row, by }) => {
    return { ...known.factOf(row), value: by };
  });
}

/** What was paid in a span of the interest or the premium of something: `loans/DK-1`. */
export function subsidiesOf(known: KnownProgramme, name: string, span: Span): readonly Amount[] {
  const rows = rowsNaming(known.programme, name, "subsidies");
  return rows.flatMap((row) => amountsOf(known, row, fen(row.data.amount), span));
}

function loanSaid(
  { programme }: KnownProgramme,
  loan: ProgrammeRow<"loans">,
  { on, isLive }: { readonly on: string; readonly isLive: boolean },
): Beside {
  const { kind, household, user } = loan.data;
  const due = dueDay(programme, loan, on);
  const steps = countingNaming(programme, `loans/${loan.id}`, "loan-steps", on);
  const activities =
    household === undefined || user === undefined
      ? []
      : countingNaming(programme, `households/${household}`, "activities", on);
  const takingPart = activities.filter(({ data }) => {
    return data.kind === "participation" && data.organisation === user;
  });
  return {
    kind: words[kind] ?? kind,
    due,
    overdue: isLive ? Math.max(0, dayNumber(on) - dayNumber(due)) : 0,
    published: lastDay(steps.filter(({ data }) => data.kind === "publish")),
    participation: lastDay(takingPart),
  };
}

function lastDay(rows: readonly ProgrammeRow[]): string | null {
  return rows.reduce<string | null>((last, { data: { date } }) => {
    return last === null || date > last ? date : last;
  }, null);
}
