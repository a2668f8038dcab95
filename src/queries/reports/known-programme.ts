import type { Pool } from "pg";
import { programmeEventOf } from "../../../events/programme.ts";
import type { ProgrammeEventName, ProgrammeKind } from "../../../events/programme.ts";
import type { KnownEvent } from "../../domain/facts.ts";
import type { Programme } from "../../domain/programme/programme.ts";
import { programmeFold } from "../../domain/programme/programme.ts";
import type { ProgrammeRow } from "../../domain/programme/recorded-row.ts";
import type { FactName } from "./facts.ts";

/** The programme as it is known at a position: the model that rules ask, and where rows stand. */
export interface KnownProgramme {
  readonly programme: Programme;
  /** The rows of a kind in the order of recording, those that were taken back too. */
  all<K extends ProgrammeKind>(kind: K): readonly ProgrammeRow<K>[];
  /** What recorded a row. */
  factOf(row: ProgrammeRow): FactName;
  /** What took a row back, where something did. */
  takenBackBy(row: ProgrammeRow): FactName | undefined;
}

/** As many rows as are read at once. */
const readMax = 5_000;

interface Stored {
  readonly position: bigint;
  readonly kind: ProgrammeKind;
  readonly id: string;
  readonly date: string;
  /** JSON, as the database has it. */
  readonly data: string;
}

/**
 * The rows of some kinds as they are known at a position, with what ends them and takes them back:
 * the fold that deciding uses, over what the read model keeps.
 */
export async function programmeAt(
  pool: Pool,
  position: bigint,
  kinds: readonly ProgrammeKind[],
): Promise<KnownProgramme> {
  const programme = programmeFold.start();
  const positions = new Map<string, bigint>();
  const takers = new Map<string, FactName>();
  const byKind = new Map<ProgrammeKind, ProgrammeRow[]>();
  for await (const { kind, id, date, data: json, position: at } of stored(pool, position, kinds)) {
    const data = JSON.parse(json) as KnownEvent<ProgrammeEventName>["data"];
    const name = `${kind}/${id}`;
    if (kind === "corrections") {
      const { table, original } = data as KnownEvent<"RowCorrected">["data"];
      // What is taken back of other kinds is no row here.
      if (!programme.rows.has(`${table}/${original}`)) continue;
      takers.set(`${table}/${original}`, { fact: name, position: at });
    }
    const event = {
      type: programmeEventOf(kind),
      data,
      effectiveDate: date,
    } as KnownEvent<ProgrammeEventName>;
    programmeFold.apply(programme, event);
    positions.set(name, at);
    const row = programme.rows.get(name);
    if (row === undefined) throw new Error("folded: a row that was recorded");
    const known = byKind.get(kind);
    if (known === undefined) byKind.set(kind, [row]);
    else known.push(row);
  }
  const nameOf = (row: ProgrammeRow): string => `${row.kind}/${row.id}`;
  return {
    programme,
    all: <K extends ProgrammeKind>(kind: K) =>
      (byKind.get(kind) ?? []) as unknown as readonly ProgrammeRow<K>[],
    factOf: (row) => ({ fact: nameOf(row), position: positions.get(nameOf(row)) ?? 0n }),
    takenBackBy: (row) => takers.get(nameOf(row)),
  };
}

async function* stored(
  pool: Pool,
  position: bigint,
  kinds: readonly ProgrammeKind[],
): AsyncGenerator<Stored> {
  for (let after = 0n; ; ) {
    const { rows } = await pool.query<Stored>({
      name: "programme-rows",
      text: `SELECT position, kind, id, effective AS date, data::text AS data
        FROM read.programme_rows
        WHERE position > $1 AND position <= $2 AND kind = ANY($3)
        ORDER BY position LIMIT ${readMax}`,
      values: [after, position, [...kinds, "ends", "corrections"]],
    });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < readMax) return;
    after = last.position;
  }
}
