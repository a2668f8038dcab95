import { z } from "zod";
import { bindingGrades } from "../../../events/programme-words.ts";
import { perTenThousand } from "../../domain/decimal.ts";
import { countingNaming, liveNaming } from "../../domain/programme/programme.ts";
import { operatorBy, plannedBy, stepsBy } from "../../domain/programme/project-state.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import type { ContractKnown } from "./contracts-known.ts";
import { contractsAt } from "./contracts-known.ts";
import type { Collected } from "./counting.ts";
import { collect } from "./counting.ts";
import type { FactName } from "./facts.ts";
import { listed } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, byCodePoint, count, money, named, shareOfAll } from "./figures.ts";
import { moneyKinds, netOf, sourceOf } from "./funds.ts";
import type { KnownProgramme } from "./known-programme.ts";
import { programmeAt } from "./known-programme.ts";
import { organisationsAt } from "./organisations.ts";
import type { OrganisationKnown } from "./organisations.ts";
import type { Report, ReportAsked } from "./report.ts";
import type { Place, Roster } from "./roster.ts";
import { liesIn } from "./roster.ts";
import { chainsOf } from "./villages.ts";

const part = z.object({ n: z.int(), of: z.int(), ratio: z.string().nullable() });

/** What the projects of a year come to, by model: `report programme`. */
export const programmeReport: Report = {
  name: "programme",
  summary: "Projects of a year, their money and whom they reach",
  rows: "模式编号, or what --by says",
  time: "year",
  by: ["operator", "industry", "township", "department"],
  figures: {
    projects: count,
    planned: money,
    allocated: money,
    disbursed: money,
    share: shareOfAll("disbursed"),
    sources: named("money"),
    entities: count,
    households: count,
    persons: count,
  },
  ofTotal: {
    industries: beside(z.record(z.string(), z.object({ cooperatives: z.int(), chains: z.int() }))),
    leading: beside(
      z.record(z.string(), z.object({ towns: part, villages: part, households: part })),
    ),
    moved: beside(z.array(z.object({ from: z.string(), to: z.string(), n: z.int() }))),
  },
  find: async (asked) => {
    const { pool, position } = asked;
    const kinds = [...moneyKinds, "projects", "project-steps", "bindings"] as const;
    const known = await programmeAt(pool, position, kinds);
    const roster = await asked.roster();
    const collected = collect();
    const rows = rowsOfProjects(known, roster, asked);
    moneyOf(known, rows, asked.on, collected);
    const reached = linked(known, rows, await contractsAt(pool, position), asked.on);
    await persons(reached, asked, collected);
    const organisations = await organisationsAt(asked);
    return {
      facts: listed(collected.facts),
      ofTotal: { facts: [], beside: ofTotal(known, roster, organisations, asked) },
    };
  },
};

/** The row of each project of the year. */
function rowsOfProjects(
  known: KnownProgramme,
  roster: Roster,
  { year, on, area, by }: ReportAsked,
): ReadonlyMap<string, readonly [string, ProgrammeRow<"projects">]> {
  const rows = new Map<string, readonly [string, ProgrammeRow<"projects">]>();
  for (const project of known.all("projects")) {
    const { data, id } = project;
    const place = roster.placeOf(data.division);
    if (data.year !== year || !counts(project, on) || !liesIn(place, area)) continue;
    const keys: Readonly<Record<string, string | undefined>> = {
      operator: operatorBy(known.programme, project, on),
      industry: data.industry,
      township: place.split("/").slice(0, 2).join("/"),
      department: data.leadDepartment,
    };
    rows.set(id, [(by === undefined ? data.model : keys[by]) ?? "", project]);
  }
  return rows;
}

type Rows = ReturnType<typeof rowsOfProjects>;

function moneyOf(known: KnownProgramme, rows: Rows, on: string, { add, count: one }: Collected) {
  const { programme } = known;
  for (const [row, project] of rows.values()) {
    one(row, "projects", known.factOf(project));
    const planned = plannedBy(programme, project, on);
    add(row, "planned", [{ ...known.factOf(planned.row), value: planned.amount }]);
  }
  for (const allocation of known.all("allocations")) {
    const [row] = rows.get(allocation.data.project) ?? [];
    if (row === undefined) continue;
    const net = netOf(known, allocation, { to: on });
    add(row, "allocated", net);
    const fund = programme.rows.get(`funds/${allocation.data.fund}`);
    if (fund?.kind === "funds") add(row, `sources.${sourceOf(fund)}`, net);
  }
  for (const disbursement of known.all("disbursements")) {
    const [row] = rows.get(disbursement.data.project) ?? [];
    if (row !== undefined) add(row, "disbursed", netOf(known, disbursement, { to: on }));
  }
}

/** Whom a project reaches, and the first row that says so. */
interface Reached {
  readonly row: string;
  readonly figure: "entities" | "households";
  readonly whom: string;
  readonly fact: FactName;
}

/** Entities and households with a disbursement or a 联结, each once a row. */
function linked(
  known: KnownProgramme,
  rows: Rows,
  contracts: ReadonlyMap<string, ContractKnown>,
  on: string,
): readonly Reached[] {
  const reached = new Map<string, Reached>();
  const reach = (row: string, by: ProgrammeRow, of: Parties): void => {
    for (const [figure, whom] of [
      ["entities", of.organisation],
      ["households", of.household],
    ] as const) {
      const key = `${row}\n${figure}\n${whom ?? ""}`;
      if (whom == null || reached.has(key)) continue;
      reached.set(key, { row, figure, whom, fact: known.factOf(by) });
    }
  };
  for (const disbursement of known.all("disbursements")) {
    const [row] = rows.get(disbursement.data.project) ?? [];
    if (row !== undefined && counts(disbursement, on)) reach(row, disbursement, disbursement.data);
  }
  for (const [row, { id }] of rows.values()) {
    for (const step of stepsBy(known.programme, id, on)) {
      const { kind, binding = "", contract = "" } = step.data;
      if (kind !== "link") continue;
      const bound = known.programme.rows.get(`bindings/${binding}`);
      if (bound?.kind === "bindings") reach(row, step, bound.data);
      reach(row, step, contracts.get(contract) ?? {});
    }
  }
  return [...reached.values()];
}

interface Parties {
  readonly organisation?: string | null | undefined;
  readonly household?: string | null | undefined;
}

/** Counts entities, households and the persons of these as the roster has them. */
async function persons(
  reached: readonly Reached[],
  { pool, position }: ReportAsked,
  { count: one }: Collected,
): Promise<void> {
  const byHousehold = new Map<string, string[]>();
  for (const { row, figure, whom, fact } of reached) {
    one(row, figure, fact);
    if (figure === "entities") continue;
    const rows = byHousehold.get(whom);
    if (rows === undefined) byHousehold.set(whom, [row]);
    else rows.push(row);
  }
  const { rows: members } = await pool.query<{
    person: string;
    household: string;
    position: bigint;
  }>(
    `SELECT person, household, position FROM (
       SELECT DISTINCT ON (person) person, household, position FROM read.members
       WHERE position <= $1 AND person IN (
         SELECT person FROM read.members WHERE household = ANY($2))
       ORDER BY person, position DESC) AS now
     WHERE household = ANY($2)`,
    [position, [...byHousehold.keys()]],
  );
  for (const { person, household, position: at } of members) {
    for (const row of byHousehold.get(household) ?? []) {
      one(row, "persons", { fact: `roster/${person}`, position: at });
    }
  }
}

function ofTotal(
  known: KnownProgramme,
  roster: Roster,
  organisations: ReadonlyMap<string, OrganisationKnown>,
  asked: ReportAsked,
): Beside {
  const own = boundIn(known, roster, asked);
  const { value, on } = asked;
  const industries = value("industry.scaled").map((industry) => {
    const cooperatives = new Set<string>();
    for (const { row } of own) {
      const { organisation } = row.data;
      const isCooperative = organisations.get(organisation)?.class === "cooperative";
      if (row.data.industry === industry && isCooperative) cooperatives.add(organisation);
    }
    const chains = [...cooperatives].filter((one) => {
      return chainsOf(known.programme, one, on).length > 0;
    });
    return [industry, { cooperatives: cooperatives.size, chains: chains.length }] as const;
  });
  return {
    industries: Object.fromEntries(industries),
    leading: Object.fromEntries(
      value("industry.leading").map((industry) => {
        const bound = own.filter(({ row }) => row.data.industry === industry);
        return [industry, leadingIn(bound, roster, asked.area)];
      }),
    ),
    moved: movedIn(known, roster, asked),
  };
}

interface Bound {
  readonly household: string;
  readonly place: Place;
  readonly row: ProgrammeRow<"bindings">;
}

/** The live bindings of households of the area. */
function boundIn({ programme }: KnownProgramme, roster: Roster, asked: ReportAsked): Bound[] {
  return [...roster.households.values()].flatMap(({ household, place }) => {
    if (!liesIn(place, asked.area)) return [];
    const live = liveNaming(programme, `households/${household}`, "bindings", asked.on);
    return live.map((row) => ({ household, place, row }));
  });
}

/** Townships with a household bound, in these the villages, in these the households. */
function leadingIn(bound: readonly Bound[], { households }: Roster, area: Place | undefined) {
  const townOf = (place: Place): Place => place.split("/").slice(0, 2).join("/");
  const all = [...households.values()].filter(({ place }) => liesIn(place, area));
  const villages = new Set(bound.map(({ place }) => place));
  const towns = new Set([...villages].map(townOf));
  const inTowns = new Set(all.flatMap(({ place }) => (towns.has(townOf(place)) ? place : [])));
  const inVillages = all.filter(({ place }) => villages.has(place));
  const reachedHouseholds = new Set(bound.map(({ household }) => household));
  return {
    towns: partOf(towns.size, new Set(all.map(({ place }) => townOf(place))).size),
    villages: partOf(villages.size, inTowns.size),
    households: partOf(reachedHouseholds.size, inVillages.length),
  };
}

function partOf(n: number, of: number) {
  return { n, of, ratio: of === 0 ? null : perTenThousand(BigInt(n), BigInt(of)) };
}

const gradeWords: Readonly<Record<string, string>> = bindingGrades;

/** How many bindings began in the year after one of the same two with another 紧密程度. */
function movedIn(known: KnownProgramme, { households }: Roster, asked: ReportAsked) {
  const { year, on, area } = asked;
  const moves = new Map<string, { from: string; to: string; n: number }>();
  const begins = ({ data }: ProgrammeRow<"bindings">): string => data.from ?? data.date;
  for (const row of known.all("bindings")) {
    const { household, organisation, grade, level } = row.data;
    const begun = begins(row);
    if (level !== "household" || household === undefined || !counts(row, on)) continue;
    if (!begun.startsWith(`${year}-`) || begun > on) continue;
    if (!liesIn(households.get(household)?.place ?? "", area)) continue;
    const earlier = countingNaming(known.programme, `households/${household}`, "bindings", on)
      .filter((one) => one.data.organisation === organisation)
      .filter((one) => one !== row && begins(one) < begun)
      .sort((a, b) => byCodePoint(begins(a), begins(b)))
      .at(-1);
    if (earlier === undefined || earlier.data.grade === grade) continue;
    const [from, to] = [earlier.data.grade, grade].map((name) => gradeWords[name] ?? name) as [
      string,
      string,
    ];
    const key = `${from}\n${to}`;
    moves.set(key, { from, to, n: (moves.get(key)?.n ?? 0) + 1 });
  }
  return [...moves].sort(([a], [b]) => byCodePoint(a, b)).map(([, move]) => move);
}
