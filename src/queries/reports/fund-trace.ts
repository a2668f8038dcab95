import { z } from "zod";
import { yuan } from "../../../events/define.ts";
import { fromUnits, toUnits } from "../../domain/decimal.ts";
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
    coalesce(sum(amount) FILTER (WHERE fund = $4), 0)::text AS part
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
        (-coalesce(sum(amount) FILTER (WHERE fund = $4), 0))::text AS part
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

/** An edge that is reached. */
interface Edge extends EdgeRow {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
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
    const [forwards, backwards] = [await reach(of, "to"), await reach(of, "from")];
    const edges = new Map(
      [...forwards, ...backwards].map((one) => [`${one.from}\n${one.to}`, one]),
    );
    const lists = await listSums(of, [...edges.values()]);
    const parts = await partsOf(of, forwards, lists);
    const names = new Set([of.id, ...[...edges.values()].flatMap(({ from, to }) => [from, to])]);
    const nodes = await described(of, names);
    return {
      nodes,
      edges: [...edges]
        .map(([key, { from, to, amount }]) => {
          const own = lists.has(key) ? lists.get(key) : amount;
          return { from, to, amount: own ?? null, part: parts.get(key) ?? null };
        })
        .sort((a, b) => byCodePoint(a.from, b.from) || byCodePoint(a.to, b.to)),
    };
  },
};

/** `funds/F1` as its kind and id. */
function parted(name: string): readonly [kind: string, id: string] {
  const at = name.indexOf("/");
  return [name.slice(0, at), name.slice(at + 1)];
}

/** The edges that are reached from what is asked about, the one way or the other. */
async function reach({ pool, position, on, id }: ReportAsked, way: "to" | "from"): Promise<Edge[]> {
  const [askedKind, askedId] = parted(id);
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
    for (const row of rows) {
      const [from, to] = [`${kind.from}/${row.source}`, `${kind.to}/${row.target}`];
      edges.push({ ...row, from, to, kind });
      const [next, one] = forwards ? [kind.to, row.target] : [kind.from, row.source];
      const all = reached.get(next) ?? new Set();
      reached.set(next, all.add(one));
    }
  }
  return edges;
}

/** What the standing lists of plans come to, by their edges from incomes. */
async function listSums({ pool, position, on }: ReportAsked, edges: readonly Edge[]) {
  const own = edges.filter(({ kind }) => kind.to === "plans");
  const sums = new Map<string, string | null>();
  if (own.length === 0) return sums;
  const ids = own.map(({ target }) => target);
  const plans = await plansAt(pool, position, ids, on);
  const byPlan = new Map(plans.map((plan) => [plan.row.plan, plan]));
  for (const { from, to, target } of own) {
    const plan = byPlan.get(target);
    const list = plan === undefined || plan.state.stage === "cancelled" ? null : standingList(plan);
    sums.set(`${from}\n${to}`, list?.sum ?? null);
  }
  return sums;
}

/**
 * What of each edge the fund that is asked about has paid: its own money as it was posted; of what
 * projects brought about its share, by W over the net allocations of the projects it came by.
 */
async function partsOf(
  { pool, position, on, id }: ReportAsked,
  edges: readonly Edge[],
  lists: ReadonlyMap<string, string | null>,
): Promise<ReadonlyMap<string, string>> {
  const parts = new Map<string, string>();
  const [askedKind, fund] = parted(id);
  if (askedKind !== "funds") return parts;
  const projects = edges.flatMap(({ kind, target }) => (kind.to === "projects" ? [target] : []));
  const { rows } = await pool.query<{ project: string; fund: string; amount: string }>(
    `SELECT project, fund, (-sum(amount))::numeric(20, 2)::text AS amount FROM read.postings
     WHERE side = 'fund' AND project = ANY($3) AND ${dated} GROUP BY 1, 2`,
    [position, on, projects],
  );
  const by = new Map<string, ReadonlySet<string>>(
    projects.map((project) => [`projects/${project}`, new Set([project])]),
  );
  for (const { from, to, amount, part, kind } of edges) {
    const key = `${from}\n${to}`;
    if (part !== undefined && part !== null) parts.set(key, part);
    if (kind.from === "funds") continue;
    const own = by.get(from) ?? new Set<string>();
    by.set(to, new Set([...(by.get(to) ?? []), ...own]));
    const whole = lists.has(key) ? lists.get(key) : amount;
    if (part !== undefined || whole === null || whole === undefined) continue;
    parts.set(
      key,
      shareOf(
        whole,
        fund,
        rows.filter(({ project }) => own.has(project)),
      ),
    );
  }
  return parts;
}

/** The share of a fund in an amount, by W over what funds have allocated. */
function shareOf(
  amount: string,
  fund: string,
  allocated: readonly { readonly fund: string; readonly amount: string }[],
): string {
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
async function described({ pool, position, id }: ReportAsked, names: ReadonlySet<string>) {
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
    [position, ...columnsOf(names)],
  );
  const found = new Map(rows.map((row) => [row.node, row]));
  if (!found.has(id))
    throw new Unknown("RowUnknown", "nothing of this kind and number is recorded");
  return [...names].sort(byCodePoint).map((one) => {
    const { name, industry } = found.get(one) ?? {};
    return { node: one, ...(name != null && { name }), ...(industry != null && { industry }) };
  });
}

function columnsOf(names: ReadonlySet<string>): readonly string[][] {
  const all = [...names].map(parted);
  return [all.map(([kind]) => kind), all.map(([, id]) => id)];
}
