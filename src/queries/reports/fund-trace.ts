import { z } from "zod";
import { yuan } from "../../../events/define.ts";
import { fromUnits, toUnits, withDecimals } from "../../domain/decimal.ts";
import { divideByWeights } from "../../domain/distribution/weights.ts";
import { Unknown } from "../as-of.ts";
import { countsBy } from "../counting-rows.ts";
import { plansAt, standingList } from "../plan-states.ts";
import { byCodePoint } from "./figures.ts";
import type { ReportAsked, WholeReport } from "./report.ts";
import { areTermsOf } from "./terms-known.ts";

/** What nodes are of. */
type NodeKind =
  | "funds"
  | "projects"
  | "assets"
  | "bindings"
  | "contracts"
  | "income"
  | "plans"
  | "organisations"
  | "households";

/** An edge as its query finds it. */
interface EdgeRow {
  readonly source: string;
  readonly target: string;
  /** In yuan. */
  readonly amount: string | null;
  /** What of it the fund that is asked about has paid: of money of the programme alone. */
  readonly part?: string | null;
}

/** Edges between things of two kinds. */
interface EdgeKind {
  readonly from: NodeKind;
  readonly to: NodeKind;
  /**
   * Finds `source`, `target` and `amount` as known at a position ($1) and by a day ($2), of some
   * sources or of some targets ($3). `$4` is the fund asked about.
   */
  readonly query: (only: Only) => string;
  /** Only from what is asked about. */
  readonly isOfAsked?: true;
}

/** Some rows of the programme that count. */
function rowsOf(kind: string): string {
  return `(SELECT * FROM read.programme_rows r
    WHERE r.kind = '${kind}' AND ${countsBy("r", kind)})`;
}

/** Which of the sources or of the targets are asked about. */
type Only = (source: string, target: string) => string;

const dated = "position <= $1 AND effective <= $2";
const said = (member: string) => `r.data->>'${member}' COLLATE "C"`;

const granted = (side: "grantee" | "household", column: string) => (only: Only) =>
  `
  SELECT project AS source, ${column} AS target, sum(amount)::text AS amount,
    coalesce(sum(amount) FILTER (WHERE fund = $4), 0)::numeric(20, 2)::text AS part
  FROM read.postings
  WHERE side = '${side}' AND project IS NOT NULL AND ${dated} AND ${only("project", column)}
  GROUP BY 1, 2 HAVING sum(amount) <> 0`;

const linked = (member: string) => (only: Only) =>
  `
  SELECT DISTINCT ${said("project")} AS source, ${said(member)} AS target, NULL AS amount
  FROM ${rowsOf("project-steps")} r
  WHERE r.data->>'kind' = 'link' AND r.data ? '${member}'
    AND ${only("r.data->>'project'", `r.data->>'${member}'`)}`;

const incomes = `(SELECT i.*, coalesce(i.received, i.available)::text AS came FROM read.incomes i
  WHERE ${countsBy("i", "income", { id: "income" })})`;

const earned = (column: string, where: string) => (only: Only) =>
  `
  SELECT i.${column} AS source, i.income AS target, i.came AS amount FROM ${incomes} i
  WHERE i.${column} IS NOT NULL AND ${where} AND ${only(`i.${column}`, "i.income")}`;

const credited = (column: string) => (only: Only) =>
  `
  SELECT plan AS source, ${column} AS target, sum(amount)::text AS amount FROM read.line_money
  WHERE side = 'received' AND ${column} IS NOT NULL AND ${dated} AND ${only("plan", column)}
  GROUP BY 1, 2 HAVING sum(amount) <> 0`;

const paidBy = (column: string, where: string) => (only: Only) =>
  `
  SELECT ${column} AS source, household AS target, sum(amount)::text AS amount FROM read.postings
  WHERE side = 'household' AND asset = '${yuan}' AND ${where} AND ${dated}
    AND ${only(column, "household")}
  GROUP BY 1, 2`;

/** Postings of movements: neither of lines of plans nor of rows of the programme. */
const ofMovements = `organisation IS NOT NULL AND fund IS NULL AND leg <> 'claim'
    AND position NOT IN (
      SELECT position FROM read.line_money WHERE side = 'received' AND household IS NOT NULL)`;

/** Every kind of edge, in the order in which money flows. */
const edgeKinds: readonly EdgeKind[] = [
  {
    from: "funds",
    to: "projects",
    query: (only) => `SELECT fund AS source, project AS target, (-sum(amount))::text AS amount,
        (-coalesce(sum(amount) FILTER (WHERE fund = $4), 0))::numeric(20, 2)::text AS part
      FROM read.postings WHERE side = 'fund' AND ${dated} AND ${only("fund", "project")}
      GROUP BY 1, 2 HAVING sum(amount) <> 0`,
  },
  { from: "projects", to: "organisations", query: granted("grantee", "organisation") },
  { from: "projects", to: "households", query: granted("household", "household") },
  {
    from: "projects",
    to: "assets",
    query: (
      only,
    ) => `SELECT ${said("project")} AS source, r.id AS target, r.data->>'value' AS amount
      FROM ${rowsOf("assets")} r
      WHERE r.data ? 'project' AND ${only("r.data->>'project'", "r.id")}`,
  },
  { from: "projects", to: "bindings", query: linked("binding") },
  { from: "projects", to: "contracts", query: linked("contract") },
  {
    from: "bindings",
    to: "households",
    query: (
      only,
    ) => `SELECT b.binding AS source, b.household AS target, NULL AS amount FROM read.bindings b
      WHERE b.household IS NOT NULL AND ${countsBy("b", "bindings", { id: "binding" })}
        AND ${only("b.binding", "b.household")}`,
  },
  {
    from: "assets",
    to: "contracts",
    query: (only) => `SELECT DISTINCT ${said("asset")} AS source, ${said("contract")} AS target,
        NULL AS amount
      FROM ${rowsOf("asset-steps")} r
      WHERE r.data ? 'contract' AND ${only("r.data->>'asset'", "r.data->>'contract'")}
      UNION SELECT t.asset, t.contract, NULL FROM read.contract_terms t
      WHERE t.asset IS NOT NULL AND ${only("t.asset", "t.contract")}
        AND t.in_force_from <= $2 AND ${areTermsOf("$2")} AND t.position = (
          SELECT max(position) FROM read.contract_terms
          WHERE contract = t.contract AND position <= $1)`,
  },
  { from: "contracts", to: "households", query: paidBy("contract", "contract IS NOT NULL") },
  { from: "assets", to: "income", query: earned("asset", "true") },
  { from: "contracts", to: "income", query: earned("contract", "i.asset IS NULL") },
  { from: "organisations", to: "income", query: earned("organisation", "true"), isOfAsked: true },
  {
    from: "income",
    to: "plans",
    query: (only) => `SELECT income AS source, plan AS target, NULL AS amount FROM read.plans
      WHERE ${dated} AND ${only("income", "plan")}`,
  },
  { from: "plans", to: "households", query: credited("household") },
  {
    from: "plans",
    to: "organisations",
    query: credited("organisation"),
  },
  {
    from: "organisations",
    to: "households",
    query: paidBy("organisation", ofMovements),
    isOfAsked: true,
  },
];

/** Something that money goes through. */
interface Node {
  /** `households/H1` */
  readonly name: string;
  readonly kind: string;
  readonly id: string;
  /** Its place among all of them in the order of answers. */
  rank: number;
}

/** An edge that is reached, with what is found out about it later. */
interface Edge {
  readonly from: Node;
  readonly to: Node;
  readonly kind: EdgeKind;
  /** In yuan. */
  amount: string | null;
  part: string | null;
}

const node = z.object({
  node: z.string(),
  name: z.string().optional(),
  industry: z.string().optional(),
});
const edge = z.object({
  from: z.string(),
  to: z.string(),
  amount: z.string().nullable(),
  part: z.string().nullable(),
});

/** Where money came from and went to: `report fund-trace ID`. */
export const fundTraceReport: WholeReport = {
  name: "fund-trace",
  summary: "Where the money of a fund, a project, an asset … came from and whom it reached",
  rows: "what money went from and to",
  time: "day",
  of: "<kind>/<id>: funds/…, projects/…, assets/…, contracts/…, income/…, plans/…, households/…",
  members: { nodes: z.array(node), edges: z.array(edge) },
  list: "edges",
  columns: ["from", "to", "amount", "part"],
  answer: async (of) => {
    const nodes = allNodes();
    const forwards = await reach(of, nodes, "to");
    const edges = eachOnce(forwards, await reach(of, nodes, "from"));
    for (const [one, sum] of await listSums(of, edges)) one.amount = sum;
    await giveParts(of, forwards);
    return {
      nodes: await described(of, nodes.ranked()),
      edges: inOrder(edges).map(({ from, to, amount, part }) => {
        return { from: from.name, to: to.name, amount, part };
      }),
    };
  },
};

/** What money goes through, each once. */
interface Nodes {
  of(kind: string, id: string): Node;
  /** All of them in the order of answers, from here on with their ranks. */
  ranked(): readonly Node[];
}

function allNodes(): Nodes {
  const byKind = new Map<string, Map<string, Node>>();
  return {
    of: (kind, id) => {
      const own = byKind.get(kind) ?? new Map<string, Node>();
      byKind.set(kind, own);
      const known = own.get(id) ?? { name: `${kind}/${id}`, kind, id, rank: 0 };
      own.set(id, known);
      return known;
    },
    ranked: () => {
      const all = [...byKind.values()].flatMap((own) => [...own.values()]);
      all.sort((a, b) => byCodePoint(a.name, b.name));
      for (const [rank, one] of all.entries()) one.rank = rank;
      return all;
    },
  };
}

/** The edges that are reached forwards, and those that are reached backwards alone. */
function eachOnce(forwards: readonly Edge[], backwards: readonly Edge[]): readonly Edge[] {
  if (backwards.length === 0) return forwards;
  const nameOf = ({ from, to }: Edge): string => `${from.name}\n${to.name}`;
  const known = new Set(forwards.map(nameOf));
  return [...forwards, ...backwards.filter((one) => !known.has(nameOf(one)))];
}

/** Edges in the order of answers: there are very many from few things. */
function inOrder(edges: readonly Edge[]): readonly Edge[] {
  const bySource = new Map<Node, Edge[]>();
  for (const one of edges) {
    const known = bySource.get(one.from);
    if (known === undefined) bySource.set(one.from, [one]);
    else known.push(one);
  }
  return [...bySource]
    .sort(([a], [b]) => a.rank - b.rank)
    .flatMap(([, own]) => own.sort((a, b) => a.to.rank - b.to.rank));
}

/** `funds/F1` as its kind and id. */
function parted(name: string): readonly [kind: string, id: string] {
  const at = name.indexOf("/");
  return [name.slice(0, at), name.slice(at + 1)];
}

/** The edges that are reached from what is asked about, the one way or the other. */
async function reach(
  { pool, position, on, id }: ReportAsked,
  nodes: Nodes,
  way: "to" | "from",
): Promise<Edge[]> {
  const [askedKind, askedId] = parted(id);
  nodes.of(askedKind, askedId);
  const reached = new Map<string, Set<string>>([[askedKind, new Set([askedId])]]);
  const edges: Edge[] = [];
  const forwards = way === "to";
  for (const kind of forwards ? edgeKinds : [...edgeKinds].reverse()) {
    const known = reached.get(forwards ? kind.from : kind.to) ?? new Set();
    const ofAsked = kind.isOfAsked === true && !(forwards && kind.from === askedKind);
    if (known.size === 0 || ofAsked) continue;
    const ids = kind.isOfAsked === true ? [askedId] : [...known];
    const fund = askedKind === "funds" ? askedId : null;
    const query = kind.query((source, target) => `${forwards ? source : target} = ANY($3)`);
    const values = [position, on, ids, ...(query.includes("$4") ? [fund] : [])];
    const { rows } = await pool.query<EdgeRow>(query, values);
    const next = forwards ? kind.to : kind.from;
    const all = reached.get(next) ?? new Set();
    reached.set(next, all);
    for (const { source, target, amount, part = null } of rows) {
      const [from, to] = [nodes.of(kind.from, source), nodes.of(kind.to, target)];
      edges.push({ from, to, kind, amount, part: fund === null ? null : part });
      all.add((forwards ? to : from).id);
    }
  }
  return edges;
}

/** What the standing lists of plans come to, by their edges from incomes. */
async function listSums({ pool, position, on }: ReportAsked, edges: readonly Edge[]) {
  const own = edges.filter(({ kind }) => kind.to === "plans");
  const sums = new Map<Edge, string | null>();
  if (own.length === 0) return sums;
  const ids = own.map(({ to }) => to.id);
  const plans = await plansAt(pool, position, ids, on);
  const byPlan = new Map(plans.map((plan) => [plan.row.plan, plan]));
  for (const one of own) {
    const plan = byPlan.get(one.to.id);
    const list = plan === undefined || plan.state.stage === "cancelled" ? null : standingList(plan);
    sums.set(one, list?.sum ?? null);
  }
  return sums;
}

/**
 * Says of each edge what the fund that is asked about has paid of it: its own money is posted so;
 * of what projects brought about its share, by W over the net allocations of the projects it came
 * by.
 */
async function giveParts(
  { pool, position, on, id }: ReportAsked,
  edges: readonly Edge[],
): Promise<void> {
  const [askedKind, fund] = parted(id);
  if (askedKind !== "funds") return;
  const projects = edges.flatMap(({ kind, to }) => (kind.to === "projects" ? [to] : []));
  const { rows } = await pool.query<Allocated>(
    `SELECT project, fund, (-sum(amount))::numeric(20, 2)::text AS amount FROM read.postings
     WHERE side = 'fund' AND project = ANY($3) AND ${dated} GROUP BY 1, 2`,
    [position, on, projects.map((project) => project.id)],
  );
  const sharing = sharingOf(fund, rows);
  /** The projects by which money came to something that it goes on from. */
  const by = new Map<Node, Set<string>>(
    projects.map((project) => [project, new Set([project.id])]),
  );
  for (const one of edges) {
    const { from, to, amount, part, kind } = one;
    if (kind.from === "funds") continue;
    const own = by.get(from) ?? new Set<string>();
    if (kind.to !== "households") {
      const all = by.get(to) ?? new Set();
      for (const project of own) all.add(project);
      by.set(to, all);
    }
    if (part === null && amount !== null) one.part = sharing(own, amount);
  }
}

/** What a fund has allocated to a project, in yuan. */
interface Allocated {
  readonly project: string;
  readonly fund: string;
  readonly amount: string;
}

/** The share of a fund in amounts that came by some projects. */
function sharingOf(fund: string, rows: readonly Allocated[]) {
  const known = new Map<ReadonlySet<string>, readonly Allocated[]>();
  return (projects: ReadonlySet<string>, amount: string): string => {
    const allocated = known.get(projects) ?? rows.filter(({ project }) => projects.has(project));
    known.set(projects, allocated);
    return shareOf(amount, fund, allocated);
  };
}

/** The share of a fund in an amount, by W over what funds have allocated. */
function shareOf(amount: string, fund: string, allocated: readonly Allocated[]): string {
  if (allocated.length === 1 && allocated[0]?.fund === fund) return withDecimals(amount, 2);
  const weights = new Map<string, bigint>();
  for (const one of allocated) {
    weights.set(one.fund, (weights.get(one.fund) ?? 0n) + toUnits(one.amount, 2));
  }
  const funds = [...weights.keys()].sort(byCodePoint);
  const units = toUnits(amount, 2);
  const [pool, sign] = units < 0n ? [-units, -1n] : [units, 1n];
  const shares = divideByWeights(pool, funds.length, (at) => weights.get(funds[at] ?? "") ?? 0n);
  return fromUnits(sign * (shares?.[funds.indexOf(fund)] ?? 0n), 2);
}

/** Names and industries of nodes; throws `Unknown` where what is asked about is not recorded. */
async function described({ pool, position, id }: ReportAsked, nodes: readonly Node[]) {
  const { rows } = await pool.query<{ node: string; name: string | null; industry: string | null }>(
    `WITH wanted AS (SELECT kind, id, kind || '/' || id AS node
       FROM unnest($2::text[], $3::text[]) AS w (kind, id))
     SELECT w.node, r.data->>'name' AS name, r.data->>'industry' AS industry
     FROM wanted w JOIN read.programme_rows r ON r.kind = w.kind AND r.id = w.id
     WHERE r.position <= $1
     UNION ALL
     SELECT w.node, (array_agg(o.name ORDER BY o.position DESC))[1], NULL
     FROM wanted w JOIN read.organisations o ON w.kind = 'organisations' AND o.organisation = w.id
     WHERE o.position <= $1 GROUP BY w.node
     UNION ALL
     SELECT w.node, NULL, NULL FROM wanted w JOIN read.contracts c
       ON w.kind = 'contracts' AND c.contract = w.id WHERE c.position <= $1
     UNION ALL
     SELECT w.node, NULL, NULL FROM wanted w JOIN read.incomes i
       ON w.kind = 'income' AND i.income = w.id WHERE i.position <= $1
     UNION ALL
     SELECT w.node, NULL, NULL FROM wanted w JOIN read.plans p
       ON w.kind = 'plans' AND p.plan = w.id WHERE p.position <= $1
     UNION ALL
     SELECT w.node, NULL, NULL FROM wanted w JOIN read.households h
       ON w.kind = 'households' AND h.household = w.id WHERE h.position <= $1`,
    [position, nodes.map(({ kind }) => kind), nodes.map((one) => one.id)],
  );
  const found = new Map(rows.map((row) => [row.node, row]));
  if (!found.has(id))
    throw new Unknown("RowUnknown", "nothing of this kind and number is recorded");
  return nodes.map((one) => {
    const { name, industry } = found.get(one.name) ?? {};
    return { node: one.name, ...(name != null && { name }), ...(industry != null && { industry }) };
  });
}
