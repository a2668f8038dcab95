import { insuranceKinds } from "../../../events/programme-finance-words.ts";
import { fen } from "../../domain/programme/balances.ts";
import { isInForce } from "../../domain/programme/policy-state.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { isOfClasses, statusOn } from "../../domain/programme/status.ts";
import { amountsOf, collect } from "./counting.ts";
import { listed } from "./facts.ts";
import { count, money, ratio } from "./figures.ts";
import { programmeAt } from "./known-programme.ts";
import { subsidiesOf } from "./loans.ts";
import type { Report, ReportAsked } from "./report.ts";
import { liesIn, placeOfRow } from "./roster.ts";
import type { KnownProgramme } from "./known-programme.ts";
import type { HouseholdKnown, Roster } from "./roster.ts";

const words: Readonly<Record<string, string>> = insuranceKinds;

/** What is insured in each way, and how many of those that are assessed: `report insurance`. */
export const insuranceReport: Report = {
  name: "insurance",
  summary: "What is insured in each way, what was paid of it, and how far it reaches",
  rows: "险种",
  time: "day",
  figures: {
    policies: count,
    cover: money,
    premium: money,
    subsidies: money,
    claims: money,
    households: count,
    of: count,
    ratio: ratio("households", "of"),
  },
  find: async (asked) => {
    const { pool, position, on, area } = asked;
    const kinds = ["policies", "subsidies", "claims", "conditions"] as const;
    const known = await programmeAt(pool, position, kinds);
    const roster = await asked.roster();
    const { facts, add, count: one } = collect();
    const live = new Map<string, ProgrammeRow<"policies">>();
    const insured = new Map<string, Set<string>>();
    for (const policy of known.all("policies")) {
      const { id, data } = policy;
      if (!isInForce(policy, on) || !liesIn(placeOfRow(roster, lying(policy)), area)) continue;
      const row = words[data.kind] ?? data.kind;
      live.set(id, policy);
      one(row, "policies", known.factOf(policy));
      for (const name of ["cover", "premium"] as const) {
        add(row, name, [{ ...known.factOf(policy), value: fen(data[name]) }]);
      }
      add(row, "subsidies", subsidiesOf(known, `policies/${id}`, { to: on }));
      const households = insured.get(row) ?? new Set();
      insured.set(row, households.add(data.insured));
    }
    for (const claim of known.all("claims")) {
      const policy = live.get(claim.data.under);
      if (claim.data.kind !== "pay" || policy === undefined) continue;
      const paid = amountsOf(known, claim, fen(claim.data.amount), { to: on });
      add(words[policy.data.kind] ?? policy.data.kind, "claims", paid);
    }
    for (const { household, position: at } of assessedIn(known, roster, asked)) {
      const fact = { fact: `households/${household}`, position: at };
      for (const [row, households] of insured) {
        one(row, "of", fact);
        if (households.has(household)) one(row, "households", fact);
      }
    }
    return { facts: listed(facts) };
  },
};

/** A policy lies where 投保人 lives, else where the household does that it concerns. */
function lying({ data: { insured, households } }: ProgrammeRow<"policies">) {
  return { household: insured, households };
}

/** The households of the area whose status is assessed on the day. */
function assessedIn(
  { programme }: KnownProgramme,
  { households }: Roster,
  { on, area, value }: ReportAsked,
): readonly HouseholdKnown[] {
  const classes = value("coverage.assessed");
  return [...households.values()].filter(({ household, place, ...roster }) => {
    return liesIn(place, area) && isOfClasses(statusOn(programme, household, on, roster), classes);
  });
}
