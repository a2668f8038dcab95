import { z } from "zod";
import { dutyKinds, fundWays } from "../../../events/programme-words.ts";
import { dayNumber } from "../../domain/calendar.ts";
import { toUnits } from "../../domain/decimal.ts";
import { doneOf } from "../../domain/programme/duties-done.ts";
import type { PaidLeg } from "../../domain/programme/duties-done.ts";
import type { OrganisationClass } from "../../domain/programme/entities.ts";
import { householdsOf } from "../../domain/programme/entities.ts";
import { liveNaming, rowsNaming } from "../../domain/programme/programme.ts";
import { operatorBy, plannedBy } from "../../domain/programme/project-state.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import { counts } from "../../domain/programme/recorded-row.ts";
import { isOfClasses, statusOn } from "../../domain/programme/status.ts";
import { Unknown } from "../as-of.ts";
import { outstandingOf } from "./arrears.ts";
import type { Collected } from "./counting.ts";
import { collect } from "./counting.ts";
import type { Found } from "./facts.ts";
import { listed, ofRows, together } from "./facts.ts";
import type { Beside } from "./figures.ts";
import { beside, count, group, money, named, ratio, ratioOf } from "./figures.ts";
import { moneyKinds, netOf } from "./funds.ts";
import type { KnownProgramme } from "./known-programme.ts";
import { programmeAt } from "./known-programme.ts";
import { liveAmounts, loanReportKinds, subsidiesOf } from "./loans.ts";
import type { OrganisationKnown } from "./organisations.ts";
import { organisationsAt } from "./organisations.ts";
import { owingBy } from "./owing.ts";
import { paidByEntity, paidFacts } from "./paid.ts";
import type { Report, ReportAsked } from "./report.ts";
import type { Roster } from "./roster.ts";
import { liesIn } from "./roster.ts";

/** What classes of organisations are called. */
const classWords: Readonly<Record<OrganisationClass, string>> = {
  bank: "银行",
  insurer: "保险",
  government: "政府",
  collective: "村集体",
  cooperative: "合作社",
  farm: "农场",
  enterprise: "企业",
  other: "其他",
};

const wayWords: Readonly<Record<string, string>> = fundWays;
const days = z.int().nullable();
const flag = z.boolean();

const duty = z.object({
  duty: z.string().describe("责任编号"),
  target: z.union([z.int(), z.string()]),
  done: z.union([z.int(), z.string()]),
  met: flag,
});

const figures = {
  name: beside(z.string().nullable()),
  class: beside(z.string()),
  received: named("money"),
  subsidies: money,
  loans: money,
  projects: count,
  planned: money,
  bound: count,
  helped: count,
  paid: named("money"),
  poorWages: ratioOf("count"),
  duties: beside(z.array(duty)),
  sanctions: count,
  arrears: money,
  trained: count,
  skilled: group({ n: count, of: count, ratio: ratio("skilled.n", "skilled.of") }),
  followed: beside(days),
  reviewed: beside(days),
  stale: beside(flag),
  noDuty: beside(flag),
  noHelp: beside(flag),
};

/** What every entity received, does and owes: `report entities`. */
export const entitiesReport: Report = {
  name: "entities",
  summary: "What each entity received, promised and did in a year; names no household",
  rows: "主体编号",
  time: "year",
  figures,
  find: (asked) => entities(asked),
};

/** The same of one: `report entity ORG`. */
export const entityReport: Report = {
  name: "entity",
  summary: "What one entity received, promised and did in a year; names no household",
  rows: "主体编号",
  time: "year",
  of: "主体编号",
  figures,
  find: (asked) => entities(asked, asked.id),
};

const kinds = [
  ...moneyKinds,
  ...(["projects", "project-steps", "bindings", "conditions", "duties", "sanctions"] as const),
  ...(["activities", "entity-years", "rounds", "policies"] as const),
  ...loanReportKinds,
] as const;

/** What the figures of one entity are found with. */
interface Finding {
  readonly asked: ReportAsked;
  readonly known: KnownProgramme;
  readonly roster: Roster;
  readonly collected: Collected;
  readonly paid: readonly PaidLeg[];
}

async function entities(asked: ReportAsked, only?: string): Promise<Found> {
  const { pool, position, area } = asked;
  const organisations = await organisationsAt(asked);
  if (only !== undefined && !organisations.has(only)) {
    throw new Unknown("OrganisationUnknown", "no organisation of this number is registered");
  }
  const known = await programmeAt(pool, position, kinds);
  const roster = await asked.roster();
  const collected = collect();
  const paidAsked = { ...asked, organisation: only ?? null };
  const paidBy = await paidByEntity(paidAsked);
  operated(known, asked, collected);
  await owed(asked, collected);
  const besides = new Map<string, Beside>();
  const asking = only === undefined ? [...organisations.values()] : [organisations.get(only)];
  for (const entity of asking) {
    if (entity === undefined || !liesIn(roster.placeOf(entity.division), area)) continue;
    const paid = paidBy.get(entity.organisation) ?? [];
    besides.set(entity.organisation, ofEntity(entity, { asked, known, roster, collected, paid }));
  }
  return {
    facts: ofRows(besides, together([listed(collected.facts), paidFacts(paidAsked)])),
    beside: besides,
  };
}

/** Sums what each entity owes of what is due. */
async function owed(asked: ReportAsked, { add }: Collected): Promise<void> {
  for (const owing of await owingBy(asked)) {
    if (outstandingOf(owing) <= 0n) continue;
    for (const { due, received } of owing.accounts) {
      add(owing.operator, "arrears", due);
      add(owing.operator, "arrears", received, -1n);
    }
  }
}

/** Counts the projects that each entity operates, and what is planned for them. */
function operated(known: KnownProgramme, { on }: ReportAsked, { count: add, add: sum }: Collected) {
  for (const project of known.all("projects")) {
    if (!counts(project, on)) continue;
    const operator = operatorBy(known.programme, project, on);
    if (operator === undefined) continue;
    add(operator, "projects", known.factOf(project));
    const { row, amount } = plannedBy(known.programme, project, on);
    sum(operator, "planned", [{ ...known.factOf(row), value: amount }]);
  }
}

function ofEntity(entity: OrganisationKnown, finding: Finding): Beside {
  const { known, collected, asked } = finding;
  const { organisation } = entity;
  const { on, year, value } = asked;
  const received = receivedBy(organisation, finding);
  const { programme } = known;
  const name = `organisations/${organisation}`;
  for (const household of householdsOf(programme, organisation, on)) {
    collected.count(organisation, "bound", ofHousehold(household, finding));
  }
  for (const sanction of liveNaming(programme, name, "sanctions", on)) {
    collected.count(organisation, "sanctions", known.factOf(sanction));
  }
  financed(organisation, finding);
  const helped = wages(organisation, finding);
  trainings(organisation, finding);
  const duties = rowsNaming(programme, name, "duties").filter((row) => {
    return row.data.year === year && counts(row, on);
  });
  const followed = daysSince(lastOf(known, name, "activities", "visit", on), on);
  return {
    name: entity.name,
    class: classWords[entity.class],
    duties: duties.map((one) => dutySaid(one, finding)),
    followed,
    reviewed: daysSince(lastOf(known, name, "rounds", "review", on), on),
    stale: followed === null || followed > value("follow.days"),
    noDuty: received > 0n && duties.length === 0,
    noHelp: received > 0n && helped === 0,
  };
}

function ofHousehold(household: string, { roster }: Finding) {
  const position = roster.households.get(household)?.position ?? 0n;
  return { fact: `households/${household}`, position };
}

/** Sums what an entity was paid out of allocations in the year, by their 资金方式. */
function receivedBy(organisation: string, { known, asked, collected }: Finding): bigint {
  const { on, year } = asked;
  const span = { from: `${year}-01-01`, to: on };
  let sum = 0n;
  for (const row of rowsNaming(known.programme, `organisations/${organisation}`, "disbursements")) {
    const allocation = known.programme.rows.get(`allocations/${row.data.allocation}`);
    const way = allocation?.kind === "allocations" ? allocation.data.way : "";
    const net = netOf(known, row, span);
    collected.add(organisation, `received.${wayWords[way] ?? way}`, net);
    for (const { value } of net) sum += value;
  }
  return sum;
}

/** Sums what is live of its loans, and what was paid in the year for these and its policies. */
function financed(organisation: string, { known, asked, collected }: Finding): void {
  const { programme } = known;
  const { on, year } = asked;
  const span = { from: `${year}-01-01`, to: on };
  for (const loan of rowsNaming(programme, `organisations/${organisation}`, "loans")) {
    // The bank and who uses it are named, too.
    if (loan.data.organisation !== organisation) continue;
    collected.add(organisation, "loans", liveAmounts(known, loan, on));
    collected.add(organisation, "subsidies", subsidiesOf(known, `loans/${loan.id}`, span));
  }
  for (const { id } of rowsNaming(programme, `parties/${organisation}`, "policies")) {
    collected.add(organisation, "subsidies", subsidiesOf(known, `policies/${id}`, span));
  }
}

/** Counts whom it paid wages, and who of these is assessed; answers how many it paid anything. */
function wages(organisation: string, finding: Finding): number {
  const { asked, known, roster, collected, paid } = finding;
  const sums = new Map<string, bigint>();
  for (const { household, leg, amount } of paid) {
    sums.set(household, (sums.get(household) ?? 0n) + toUnits(amount, 2));
    if (leg !== "wage" || amount.startsWith("-")) continue;
    const fact = ofHousehold(household, finding);
    collected.count(organisation, "poorWages.over", fact);
    const { status, monitoring } = roster.households.get(household) ?? {};
    const own = statusOn(known.programme, household, asked.on, { status, monitoring });
    if (!isOfClasses(own, asked.value("coverage.assessed"))) continue;
    collected.count(organisation, "poorWages.of", fact);
  }
  return [...sums.values()].filter((sum) => sum > 0n).length;
}

/** Counts trainings of who leads it in the year, and who was trained of those who work there. */
function trainings(organisation: string, { asked, known, collected }: Finding): void {
  const { on, year } = asked;
  const { programme } = known;
  const name = `organisations/${organisation}`;
  for (const row of rowsNaming(programme, name, "activities")) {
    if (!counts(row, on) || !row.data.date.startsWith(`${year}-`)) continue;
    const { kind, persons = 1 } = row.data;
    if (kind === "leaderTraining") collected.count(organisation, "trained", known.factOf(row));
    if (kind !== "training") continue;
    const value = BigInt(persons);
    collected.add(organisation, "skilled.n", [{ ...known.factOf(row), value }]);
  }
  for (const row of rowsNaming(programme, name, "entity-years")) {
    if (row.data.year !== year || !counts(row, on)) continue;
    const value = BigInt(row.data.employed);
    collected.add(organisation, "skilled.of", [{ ...known.factOf(row), value }]);
  }
}

function dutySaid({ id, data }: ProgrammeRow<"duties">, { known, paid }: Finding) {
  const done = doneOf(known.programme, data, paid);
  const kind = dutyKinds[data.kind as keyof typeof dutyKinds];
  const isCount = kind === dutyKinds.households || kind === dutyKinds.employed;
  const said = (text: string) => (isCount ? Number(text) : text);
  const met = toUnits(done, 2) >= toUnits(data.target, 2);
  return { duty: id, target: said(data.target), done: said(done), met };
}

function lastOf(
  known: KnownProgramme,
  name: string,
  of: "activities" | "rounds",
  kind: string,
  on: string,
): string | undefined {
  const rows: readonly ProgrammeRow<"activities" | "rounds">[] =
    of === "activities"
      ? rowsNaming(known.programme, name, of)
      : rowsNaming(known.programme, name, of);
  const held = rows.filter((row) => row.data.kind === kind && counts(row, on));
  return held.reduce<string | undefined>((last, { data: { date } }) => {
    return last === undefined || date > last ? date : last;
  }, undefined);
}

function daysSince(day: string | undefined, on: string): number | null {
  return day === undefined ? null : dayNumber(on) - dayNumber(day);
}
