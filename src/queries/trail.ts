import type { Vault } from "../vault/vault.ts";
import { maskNumbers } from "../words/masks.ts";
import type { KnownAt, Readable } from "./as-of.ts";
import { Unknown } from "./as-of.ts";

/** One thing that happened to a household. */
export interface TrailEntry {
  readonly position: string;
  /** The event's id. */
  readonly event: string;
  readonly type: string;
  readonly recordedAt: string;
  readonly effectiveDate: string;
  readonly actor: string;
  readonly summary: string;
  /** 业务编号 or 合同编号 where there is one. */
  readonly reference?: string;
  /** Words of the row, by column, from the vault; long numbers are masked. */
  readonly note?: Readonly<Record<string, string>>;
}

interface TrailRow {
  readonly position: bigint;
  readonly event: string;
  readonly type: string;
  readonly recorded_at: Date;
  readonly effective: string;
  readonly actor: string;
  readonly summary: string;
  readonly reference: string | null;
  readonly note: string | null;
}

/**
 * A household's whole trail as known then, oldest first: at most `max` entries after a position.
 * Throws `Unknown` for a household not registered by then.
 */
export async function trail(
  { pool, vault }: Readable & { readonly vault: Vault },
  household: string,
  knownAt: KnownAt,
  { after, max }: { readonly after: bigint; readonly max: number },
): Promise<TrailEntry[]> {
  const { rowCount } = await pool.query(
    "SELECT 1 FROM read.households WHERE household = $1 AND position <= $2",
    [household, knownAt.position],
  );
  if (rowCount === 0) {
    throw new Unknown("HouseholdUnknown", "no household of this number is registered");
  }
  const { rows } = await pool.query<TrailRow>(
    `SELECT position, event, type, recorded_at, effective, actor, summary, reference, note
     FROM read.trail WHERE household = $1 AND position > $2 AND position <= $3
     ORDER BY position LIMIT $4`,
    [household, after, knownAt.position, max],
  );
  const notes = await vault.read(rows.flatMap(({ note }) => (note === null ? [] : [note])));
  return rows.map((row) => {
    const note = row.note === null ? undefined : notes.get(row.note);
    return {
      position: row.position.toString(),
      event: row.event,
      type: row.type,
      recordedAt: row.recorded_at.toISOString(),
      effectiveDate: row.effective,
      actor: row.actor,
      summary: row.summary,
      ...(row.reference === null ? {} : { reference: row.reference }),
      ...(note === undefined ? {} : { note: masked(note) }),
    };
  });
}

/**
 * Words with every run of digits that could be an ID, card or phone number masked but for its end.
 */
function masked(note: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(note).map(([column, text]) => [column, maskNumbers(String(text))]),
  );
}
