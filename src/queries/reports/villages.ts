import { z } from "zod";
import type { OrganisationClass } from "../../domain/programme/entities.ts";
import { fen } from "../../domain/programme/balances.ts";
import type { Programme } from "../../domain/programme/programme.ts";
import { countingNaming, isLive, liveNaming } from "../../domain/programme/programme.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import { isOfClasses, statusOn } from "../../domain/programme/status.ts";
import type { Collected } from "./counting.ts";
import { collect } from "./counting.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, count, group, money, ratio } from "./figures.ts";
import type { KnownProgramme } from "./known-programme.ts";
import { programmeAt } from "./known-programme.ts";
import type { OrganisationKnown } from "./organisations.ts";
import { organisationsAt } from "./organisations.ts";
import type { Report, ReportAsked } from "./report.ts";
import type { HouseholdKnown, Roster } from "./roster.ts";
import { liesIn } from "./roster.ts";

const leadersMost = 3n;

/** What a village has to lean on: `report villages`. */
export const villagesReport: Report = {
  name: "villages",
  summary: "Who leads, guides and employs in each village, and how far its households are reached",
  rows: "village (县/乡/行政村)",
  time: "day",
  figures: {
    leaders: count,
    leadersOk: beside(z.boolean().describe("one to three")),
    officers: count,
    technician: beside(z.boolean()),
    guided: count,
    industries: count,
    cooperatives: count,
    enterprises: count,
    collective: money,
    onePerson: group({ n: count, of: count, ratio: ratio("onePerson.n", "onePerson.of") }),
  },
  find: async (asked) => {
    const { pool, position, on, area } = asked;
    const kinds = ["officers", "activities", "bindings", "conditions", "entity-years"] as const;
    const known = await programmeAt(pool, position, kinds);
    const roster = await asked.roster();
    const collected = collect();
    const technicians = servingIn(known, roster, on, collected);
    const organisations = await organisationsAt(asked);
    collectives(known, roster, organisations, asked, collected);
    const villages = new Map<string, HouseholdKnown[]>();
    for (const household of roster.households.values()) {
      const own = villages.get(household.place);
      if (own === undefined) villages.set(household.place, [household]);
      else own.push(household);
    }
    const besides = new Map<string, Beside>();
    const facts = new Map<string, boolean>();
    for (const [village, households] of villages) {
      if (!liesIn(village, area)) continue;
      facts.set(village, true);
      reached(known, village, households, asked, organisations, collected);
      const leaders = collected.sum(village, "leaders");
      besides.set(village, {
        leadersOk: leaders >= 1n && leaders <= leadersMost,
        technician: technicians.has(village),
      });
    }
    return {
      facts: listed(collected.facts.filter(({ row }) => facts.has(row))),
      beside: besides,
    };
  },
};

const posts: Readonly<Record<string, string>> = { leader: "leaders", reporter: "officers" };

/** Counts who serves in a place, and answers the places that a technician is paired with. */
function servingIn(
  known: KnownProgramme,
  { placeOf }: Roster,
  on: string,
  { count: add }: Collected,
): ReadonlySet<string> {
  for (const officer of known.all("officers")) {
    const figure = posts[officer.data.post];
    if (figure === undefined || !isLive(known.programme, officer, on)) continue;
    add(placeOf(officer.data.division), figure, known.factOf(officer));
  }
  const paired = known.all("activities").filter((row) => {
    return row.data.kind === "technicianPaired" && counts(row, on);
  });
  return new Set(paired.map(({ data }) => placeOf(data.division)));
}

/** What the collective of a village has turned over in the year. */
function collectives(
  known: KnownProgramme,
  { placeOf }: Roster,
  organisations: ReadonlyMap<string, OrganisationKnown>,
  { on, year }: ReportAsked,
  { add }: Collected,
): void {
  for (const row of known.all("entity-years")) {
    const { organisation, turnover, year: of } = row.data;
    const entity = organisations.get(organisation);
    if (of !== year || entity?.class !== "collective" || !counts(row, on)) continue;
    const amount = { ...known.factOf(row), value: fen(turnover) };
    add(placeOf(entity.division), "collective", [amount]);
  }
}

/** Counts households of a village, and what different things they are bound to. */
function reached(
  known: KnownProgramme,
  village: string,
  households: readonly HouseholdKnown[],
  { on, year, value }: ReportAsked,
  organisations: ReadonlyMap<string, OrganisationKnown>,
  { count: add }: Collected,
): void {
  const { programme } = known;
  const seen = new Set<string>();
  const once = (figure: string, name: string | undefined, row: ProgrammeRow): void => {
    if (name === undefined || seen.has(`${figure}/${name}`)) return;
    seen.add(`${figure}/${name}`);
    add(village, figure, known.factOf(row));
  };
  const entity = (organisation: string, row: ProgrammeRow): void => {
    const figure = entityFigures[organisations.get(organisation)?.class ?? "other"];
    if (figure !== undefined) once(figure, organisation, row);
  };
  for (const { household, position, status, monitoring } of households) {
    const name = `households/${household}`;
    const fact = { fact: name, position };
    const bindings = liveNaming(programme, name, "bindings", on);
    for (const binding of bindings) {
      const { organisation, industry } = binding.data;
      once("industries", industry, binding);
      entity(organisation, binding);
      for (const chain of chainsOf(programme, organisation, on)) {
        once("industries", chain.data.industry, chain);
        entity(chain.data.organisation, chain);
      }
    }
    const activities = countingNaming(programme, name, "activities", on);
    const guided = activities.find(({ data }) => {
      return data.kind === "guidance" && data.date >= `${year}-01-01`;
    });
    if (bindings.length > 0 && guided !== undefined) add(village, "guided", known.factOf(guided));
    const own = statusOn(programme, household, on, { status, monitoring });
    if (!isOfClasses(own, value("coverage.assessed"))) continue;
    add(village, "onePerson.of", fact);
    const isMember = bindings.some(({ data }) => data.member === "yes");
    if (isMember || hasOne(activities)) add(village, "onePerson.n", fact);
  }
}

const entityFigures: Readonly<Partial<Record<OrganisationClass, string>>> = {
  cooperative: "cooperatives",
  enterprise: "enterprises",
};

/** The live bindings by which a cooperative is bound to entities. */
export function chainsOf(
  programme: Programme,
  cooperative: string,
  on: string,
): readonly ProgrammeRow<"bindings">[] {
  const name = `organisations/${cooperative}`;
  return liveNaming(programme, name, "bindings", on).filter(({ data }) => {
    return data.level === "cooperative" && data.counterparty === cooperative;
  });
}

/**
 * Whether one person of a household has been to a school, or was trained and then employed, or one
 * of it has joined an entity.
 */
function hasOne(activities: readonly ProgrammeRow<"activities">[]): boolean {
  const trained = new Map<string, string>();
  for (const { data } of activities) {
    const { kind, person = "", date } = data;
    if (kind !== "training" || person === "") continue;
    const before = trained.get(person);
    if (before === undefined || date < before) trained.set(person, date);
  }
  return activities.some(({ data: { kind, person = "", date } }) => {
    if (kind === "schooling" || kind === "joining") return true;
    const since = trained.get(person);
    return kind === "employment" && since !== undefined && since <= date;
  });
}
