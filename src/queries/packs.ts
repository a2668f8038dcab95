import type { Pool } from "pg";
import { z } from "zod";
import type { PackTerms } from "../domain/packs.ts";
import { parameterOn, turnOn } from "../domain/packs.ts";
import type { Turn } from "../domain/parameters.ts";
import { parameterNames, turnable } from "../domain/parameters.ts";
import { ends } from "./answer.ts";
import { question } from "./define.ts";
import { division, onNeeded } from "./parameters.ts";

const recordedPack = z.object({
  pack: z.string(),
  division: z.string().optional().describe("digits that a row's division begins with"),
  from: z.string().describe("the first day that it is in force"),
  until: z.string().optional().describe("the last day"),
  position: z.string(),
});

/** The packs in the order of recording. */
export const packsQuestion = question({
  name: "packs",
  summary: "The policy packs, in the order in which they were recorded",
  description: "What is in no pack is as `base/1` has it.",
  about: "county",
  right: "open",
  path: "/v1/packs",
  parameters: {},
  answer: z.object({ packs: z.array(recordedPack), ...ends }),
  ask: async ({ pool }, _told, { position }) => ({ packs: await packsKnown(pool, position) }),
});

/** A recorded pack, as `pack list` says it. */
export type RecordedPack = z.output<typeof recordedPack>;

/** The packs that are known at a position, in the order of recording. */
export async function packsKnown(pool: Pool, position: bigint): Promise<RecordedPack[]> {
  const { rows } = await pool.query<Omit<RecordedPack, "division" | "until"> & Ends>(
    `SELECT pack, division, starts::text AS from, ends::text AS until, position::text AS position
     FROM read.packs WHERE packs.position <= $1 ORDER BY packs.position`,
    [position],
  );
  return rows.map(({ pack, division: where, from, until, position: at }) => ({
    pack,
    ...(where !== null && { division: where }),
    from,
    ...(until !== null && { until }),
    position: at,
  }));
}

interface Ends {
  readonly division: string | null;
  readonly until: string | null;
}

const said = z.object({
  value: z.unknown().describe("as the pack has it: a number, a text, a list …"),
  pack: z.string().describe("which pack says so"),
  clause: z.string().optional().describe("where in its source"),
});

/** What holds on a day in a division. */
export const packInForceQuestion = question({
  name: "packInForce",
  summary: "What the policy packs say on a day in a division",
  description:
    "Each parameter and each rule that a pack may turn, with the pack that answers: of those " +
    "that are in force on that day, the one of the longest division, then the latest start, " +
    "then the last recorded; of none `base/1`.",
  about: "county",
  right: "open",
  path: "/v1/packs/in-force",
  parameters: { on: onNeeded, division },
  answer: z.object({
    parameters: z.record(z.string(), said),
    rules: z.record(z.string(), said),
    ...ends,
  }),
  ask: ({ pool }, told, { position }) => packInForce(pool, told, position),
});

/** What each parameter is on a day in a division, and which pack says so. */
export async function packInForce(
  pool: Pool,
  { on, division: where = "" }: { readonly on: string; readonly division?: string | undefined },
  position: bigint,
): Promise<{ parameters: Said; rules: Said }> {
  const packs = await packsSaying(pool, position);
  const parameters = parameterNames.map((name) => [name, parameterOn(name, on, where, packs)]);
  const rules = [...turnable.keys()].map((code) => [code, turnOn(code, on, where, packs)]);
  return {
    parameters: Object.fromEntries(parameters) as Said,
    rules: Object.fromEntries(rules) as Said,
  };
}

type Said = Record<string, z.output<typeof said>>;

/** What the packs say that are known at a position, in the order of recording. */
export async function packsSaying(pool: Pool, position: bigint): Promise<PackTerms[]> {
  const { rows } = await pool.query<{
    pack: string;
    sort: string;
    name: string;
    value: string;
    clause: string;
  }>(`SELECT pack, sort, name, value, clause FROM read.pack_values WHERE position <= $1`, [
    position,
  ]);
  return (await packsKnown(pool, position)).map(({ pack, position: _at, ...span }) => {
    const own = rows.filter((row) => row.pack === pack);
    const sorted = (sort: string) => own.filter((row) => row.sort === sort);
    const values = sorted("parameter").map(({ name, value }) => [name, JSON.parse(value)] as const);
    const rules = sorted("rule").map(({ name, value }) => [name, value as Turn] as const);
    const clauses = own.map(({ name, clause }): [string, string] => [name, clause]);
    return {
      ...{ id: pack, ...span },
      parameters: Object.fromEntries(values),
      rules: Object.fromEntries(rules),
      clauses: Object.fromEntries(clauses),
    };
  });
}
