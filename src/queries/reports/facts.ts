import type { Pool } from "pg";
import type { Beside, Figures } from "./figures.ts";
import { byCodePoint, isNothing, membersOf, said, sumsNamed } from "./figures.ts";
import type { Said } from "./figures.ts";

/** One thing that figures are sums of: `funds/ZJ-1`, recorded at a position. */
export interface FactName {
  readonly fact: string;
  readonly position: bigint;
}

/** What one fact adds to one figure of one row, in the smallest units of the figure. */
export interface Fact extends FactName {
  readonly row: string;
  /** The whole name of the figure: `goal.all`. */
  readonly figure: string;
  readonly value: bigint;
}

/**
 * Where the figures of a report come from. Both answers are of the same facts, so that a figure is
 * the sum of what explains it.
 */
export interface FactSource {
  /** The sums of each row. */
  sums(): Promise<Iterable<readonly [row: string, figure: string, sum: bigint]>>;
  /** The facts of a row, or of all rows. */
  of(row: string | undefined): Promise<readonly Fact[]>;
}

/** Facts that were found by the rules themselves. */
export function listed(facts: readonly Fact[]): FactSource {
  return {
    sums: () => Promise.resolve(facts.map(({ row, figure, value }) => [row, figure, value])),
    of: (wanted) =>
      Promise.resolve(facts.filter(({ row }) => wanted === undefined || row === wanted)),
  };
}

/**
 * Facts that SQL finds: a query with the columns `row`, `fact`, `position` and one, numeric, for
 * each figure by its whole name, in its smallest units. The database adds them up.
 */
export function selected(
  pool: Pool,
  query: string,
  values: readonly unknown[],
  figures: readonly string[],
): FactSource {
  const quoted = figures.map((name) => `"${name}"`);
  type Found = Readonly<Record<string, string | null>> & { readonly row: string };
  return {
    async sums() {
      const sums = quoted.map((name) => `sum(${name})::text AS ${name}`).join(", ");
      const { rows } = await pool.query<Found>(
        `SELECT row, ${sums} FROM (${query}) AS facts GROUP BY row`,
        [...values],
      );
      return rows.flatMap((found) =>
        figures.map((name) => [found.row, name, BigInt(found[name] ?? "0")] as const),
      );
    },
    async of(wanted) {
      const texts = quoted.map((name) => `${name}::text AS ${name}`).join(", ");
      const { rows } = await pool.query<Found & { fact: string; position: bigint }>(
        `SELECT row, fact, position, ${texts} FROM (${query}) AS facts
         WHERE $${values.length + 1}::text IS NULL OR row = $${values.length + 1}`,
        [...values, wanted ?? null],
      );
      return rows.flatMap(({ row, fact, position, ...found }) =>
        figures.map((figure) => {
          return { row, fact, position, figure, value: BigInt(found[figure] ?? "0") };
        }),
      );
    },
  };
}

/**
 * The same where the names of figures are data: a query with the columns `row`, `fact`, `position`,
 * `figure` and `value`.
 */
export function selectedByName(pool: Pool, query: string, values: readonly unknown[]): FactSource {
  const row = `$${values.length + 1}`;
  return {
    async sums() {
      const { rows } = await pool.query<{ row: string; figure: string; value: string }>(
        `SELECT row, figure, trunc(sum(value))::text AS value FROM (${query}) AS facts
         GROUP BY row, figure`,
        [...values],
      );
      return rows.map(({ row: of, figure, value }) => [of, figure, BigInt(value)] as const);
    },
    async of(wanted) {
      const { rows } = await pool.query<Omit<Fact, "value"> & { value: string }>(
        `SELECT row, fact, position, figure, trunc(value)::text AS value FROM (${query}) AS facts
         WHERE ${row}::text IS NULL OR row = ${row}`,
        [...values, wanted ?? null],
      );
      return rows.map((fact) => ({ ...fact, value: BigInt(fact.value) }));
    },
  };
}

/** Several sources as one; they are asked at the same time. */
export function together(sources: readonly FactSource[]): FactSource {
  const all = async <T>(ask: (source: FactSource) => Promise<Iterable<T>>): Promise<T[]> => {
    const found: T[] = [];
    for (const some of await Promise.all(sources.map(ask))) for (const one of some) found.push(one);
    return found;
  };
  return { sums: () => all((source) => source.sums()), of: (row) => all((one) => one.of(row)) };
}

/** The same source for those who ask its sums more than once: they are found once. */
export function remembering(source: FactSource): FactSource {
  let sums: ReturnType<FactSource["sums"]> | undefined;
  return { ...source, sums: () => (sums ??= source.sums()) };
}

/** The facts of some rows. */
export function ofRows(rows: ReadonlyMap<string, unknown>, source: FactSource): FactSource {
  return {
    sums: async () => [...(await source.sums())].filter(([row]) => rows.has(row)),
    of: async (row) => (await source.of(row)).filter((fact) => rows.has(fact.row)),
  };
}

/** What a report has found: the facts of its rows, and what stands beside their sums. */
export interface Found {
  readonly facts: FactSource;
  /** By row. A row stands in the answer as soon as it has either. */
  readonly beside?: ReadonlyMap<string, Beside>;
  /** What only the total says: figures of its own, whose facts are of the row `""`. */
  readonly ofTotal?: { readonly facts: readonly Fact[]; readonly beside: Beside };
}

/** A row as answers have it. */
export type Row = { readonly row: string } & Readonly<Record<string, unknown>>;

/** The figures of a report, and those that its total alone has. */
export interface Declared {
  readonly figures: Figures;
  readonly ofTotal?: Figures;
}

/** The rows of a report in their order, and their total. */
export async function rowsOf(
  { figures, ofTotal = {} }: Declared,
  found: Found,
): Promise<{ rows: Row[]; total: Record<string, unknown> }> {
  const byRow = new Map<string, Map<string, bigint>>();
  const sumsOf = (row: string): Map<string, bigint> => {
    const sums = byRow.get(row) ?? new Map<string, bigint>();
    byRow.set(row, sums);
    return sums;
  };
  for (const [row, figure, sum] of await found.facts.sums()) add(sumsOf(row), figure, sum);
  for (const row of found.beside?.keys() ?? []) sumsOf(row);
  const totals = new Map<string, bigint>();
  for (const sums of byRow.values()) for (const [figure, sum] of sums) add(totals, figure, sum);
  const rows = [...byRow]
    .sort(([a], [b]) => byCodePoint(a, b))
    .flatMap(([row, sums]): Row[] => {
      const values = found.beside?.get(row) ?? {};
      const members = membersOf(figures, { sums, all: totals, values });
      return isNothing(members) ? [] : [{ row, ...members }];
    });
  const own = new Map<string, bigint>();
  for (const { figure, value } of found.ofTotal?.facts ?? []) add(own, figure, value);
  return {
    rows,
    total: {
      rows: rows.length,
      ...membersOf(figures, { sums: totals, values: undefined }),
      ...membersOf(ofTotal, { sums: own, values: found.ofTotal?.beside ?? {} }),
    },
  };
}

function add(sums: Map<string, bigint>, figure: string, value: bigint): void {
  sums.set(figure, (sums.get(figure) ?? 0n) + value);
}

/** A sum and what it is the sum of. */
export interface Explained {
  readonly value: Said;
  readonly facts: readonly {
    readonly fact: string;
    readonly position: string;
    readonly value: Said;
  }[];
}

/** What the sums of a row are sums of; undefined where there is no such row. */
export async function explanationOf(
  { figures }: Declared,
  found: Found,
  row: string,
): Promise<Record<string, Explained> | undefined> {
  const own = await found.facts.of(row);
  const { sums, facts } = grouped(own);
  const members = membersOf(figures, { sums, values: found.beside?.get(row) ?? {} });
  if (isNothing(members)) return undefined;
  const names = sumsNamed(figures, facts.keys());
  const all = names.some(({ isOfAll }) => isOfAll) ? grouped(await found.facts.of(undefined)) : {};
  const explained = names.map(({ name, unit, facts: figure, isOfAll }) => {
    const from = { sums, facts, ...(isOfAll === true && all) };
    const value = said(unit, from.sums.get(figure) ?? 0n);
    const ofFigure = [...(from.facts.get(figure) ?? [])].sort(inOrder);
    return [name, { value, facts: ofFigure.map((fact) => factSaid(unit, fact)) }] as const;
  });
  return Object.fromEntries(explained);
}

/** Facts that add something by their figures, and what these come to. */
function grouped(all: readonly Fact[]) {
  const sums = new Map<string, bigint>();
  const facts = new Map<string, Fact[]>();
  for (const fact of all) {
    add(sums, fact.figure, fact.value);
    if (fact.value === 0n) continue;
    const known = facts.get(fact.figure);
    if (known === undefined) facts.set(fact.figure, [fact]);
    else known.push(fact);
  }
  return { sums, facts };
}

function factSaid(unit: Parameters<typeof said>[0], { fact, position, value }: Fact) {
  return { fact, position: position.toString(), value: said(unit, value) };
}

function inOrder(a: Fact, b: Fact): number {
  if (a.position !== b.position) return a.position < b.position ? -1 : 1;
  return byCodePoint(a.fact, b.fact);
}
