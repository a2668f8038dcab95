import type { ProgrammeKind } from "../../../events/programme.ts";

/** What members of events name: the word before the id. */
const things: Readonly<Record<string, string>> = {
  fund: "funds",
  model: "model",
  project: "projects",
  allocation: "allocations",
  disbursement: "disbursements",
  binding: "bindings",
  officer: "officers",
  asset: "assets",
  case: "cases",
  loan: "loans",
  guarantee: "guarantees",
  policy: "policies",
  claim: "claim",
  account: "account",
  accountKind: "account-kind",
  herd: "herd",
  household: "households",
  households: "households",
  organisation: "organisations",
  counterparty: "organisations",
  operator: "organisations",
  unchosen: "organisations",
  bank: "organisations",
  insurer: "organisations",
  user: "organisations",
  recipient: "households",
  payee: "parties",
  payer: "parties",
  insured: "parties",
  guarantors: "parties",
  contract: "contracts",
  plan: "plans",
  register: "registers",
  // A fingerprint: officers of one name are found by it.
  nameFingerprint: "name",
};

/** The members of each kind of row that name something else, in the order of its columns. */
const members: Readonly<Record<ProgrammeKind, readonly string[]>> = {
  funds: [],
  models: ["model"],
  projects: ["model", "organisation"],
  "project-steps": ["project", "organisation", "unchosen", "binding", "contract", "household"],
  allocations: ["project", "fund", "organisation"],
  disbursements: ["allocation", "organisation", "household"],
  reimbursements: ["disbursement"],
  refunds: ["fund", "allocation", "disbursement"],
  bindings: ["organisation", "household", "counterparty"],
  posts: ["contract", "household"],
  conditions: ["household"],
  activities: ["household", "organisation", "plan", "officer"],
  officers: ["organisation", "nameFingerprint"],
  duties: ["organisation", "project", "contract"],
  "entity-years": ["organisation"],
  sanctions: ["organisation", "case"],
  rounds: ["organisation"],
  loans: ["household", "organisation", "bank", "payee", "user"],
  "loan-steps": ["loan", "payer", "guarantee", "account"],
  subsidies: ["loan", "policy", "disbursement"],
  guarantees: ["loan", "guarantors"],
  policies: ["insurer", "insured", "loan"],
  claims: ["claim", "policy", "household"],
  "risk-fund": ["account", "accountKind", "household", "loan", "organisation"],
  herd: ["herd", "household", "organisation", "recipient"],
  assets: ["project", "households"],
  "asset-steps": ["asset", "contract", "operator", "household"],
  cases: ["household", "organisation", "project", "plan", "contract", "register"],
  "case-steps": ["case", "household", "organisation"],
  liquidation: ["organisation", "household", "counterparty"],
  corrections: [],
  ends: [],
};

type Said = Readonly<Record<string, unknown>>;

/**
 * What a row names, in the order of its columns, each once and as `projects/XM-1`. A round is named
 * by its year and place, a row that ends by its kind and id. What is taken back is not named: it
 * counts no more.
 */
export function namesOf(kind: ProgrammeKind, said: Said): string[] {
  if (kind === "ends") return [`${String(said["table"])}/${String(said["original"])}`];
  const named = members[kind].flatMap((member) =>
    idsOf(member, said[member]).map((id) => `${things[member] ?? member}/${id}`),
  );
  const names = [...new Set(named)];
  return kind === "rounds" ? [...names, roundOf(said as unknown as Round)] : names;
}

/** Members that name several: a row has them in one text, its event one by one. */
const listed: ReadonlySet<string> = new Set(["unchosen", "guarantors"]);

function idsOf(member: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === "string" && listed.has(member)) return value.split("、");
  return Array.isArray(value) ? (value as string[]) : [value as string];
}

/** What names a round. */
interface Round {
  readonly year: string;
  readonly division?: string | undefined;
  readonly organisation?: string | undefined;
}

/** The round that a step is of: a year, and a village or an entity. */
export function roundOf({ year, division, organisation }: Round): string {
  const place = division ?? `organisations/${organisation ?? ""}`;
  return `round/${year}/${place}`;
}

/** The thing that the rows of an ordered kind are steps of; undefined for other kinds. */
export function orderedThing(kind: ProgrammeKind, said: Said): string | undefined {
  if (kind === "models") return `model/${String(said["model"])}`;
  if (kind === "project-steps") return `projects/${String(said["project"])}`;
  if (kind === "claims") return `claim/${String(said["claim"])}`;
  if (kind === "asset-steps") return `assets/${String(said["asset"])}`;
  if (kind === "case-steps") return `cases/${String(said["case"])}`;
  return kind === "rounds" ? roundOf(said as unknown as Round) : undefined;
}
