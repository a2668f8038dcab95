import type { Side } from "../../events/define.ts";
import type { LedgerEvent } from "../../events/index.ts";
import { eventType } from "../../events/index.ts";
import type { RecordedEvent } from "../log/event-log.ts";
import { liftRecorded } from "../log/lists.ts";
import type { KnownAt, Readable } from "./as-of.ts";

/** One posting with the event it belongs to. Those of an event follow each other. */
export interface JournalPosting {
  readonly position: bigint;
  /** 业务日期, YYYY-MM-DD. */
  readonly effective: string;
  readonly type: string;
  /** The 业务编号. */
  readonly reference: string;
  readonly side: Side;
  readonly household: string | null;
  /** Null where the other side is nobody of the ledger's. */
  readonly organisation: string | null;
  readonly leg: string;
  /** The register whose shares the event moves; null where it moves money alone. */
  readonly register: string | null;
  /** CNY, or `shares:` and a register. */
  readonly asset: string;
  readonly amount: string;
  /** The fund and the project of money of the programme. */
  readonly fund: string | null;
  readonly project: string | null;
}

type PostingRow = Omit<JournalPosting, "type" | "reference" | "register"> & {
  readonly line: number;
};

const postingsMax = 5_000;
const eventsMax = 1_000;

/** The registers of shares known then, in order of number. */
export async function journalRegisters(
  { pool }: Readable,
  { position }: KnownAt,
): Promise<string[]> {
  const { rows } = await pool.query<{ register: string }>(
    `SELECT DISTINCT register FROM read.contracts
     WHERE kind = 'shares' AND position <= $1 ORDER BY register`,
    [position],
  );
  return rows.map(({ register }) => register);
}

/** Every posting known then in the order of the log, in flat memory. */
export async function* journalPostings(
  readable: Readable,
  { position: upTo }: KnownAt,
): AsyncGenerator<JournalPosting> {
  const eventAt = eventsInOrder(readable);
  let [position, line] = [0n, -1];
  for (;;) {
    const { rows } = await readable.pool.query<PostingRow>({
      name: "journal-postings",
      text: `SELECT position, line, effective, side, household, organisation, leg, asset, amount,
          fund, project
        FROM read.postings WHERE (position, line) > ($1, $2) AND position <= $3
        ORDER BY position, line LIMIT $4`,
      values: [position, line, upTo, postingsMax],
    });
    for (const { line: at, ...row } of rows) {
      const event = await eventAt(row.position);
      [position, line] = [row.position, at];
      yield { ...row, ...about(event) };
    }
    if (rows.length < postingsMax) return;
  }
}

/** Finds events by position, as long as the positions asked for never fall: all are read. */
function eventsInOrder({ log }: Readable): (position: bigint) => Promise<LedgerEvent> {
  let page: RecordedEvent[] = [];
  let next = 0;
  let read = 0n;
  let found: { position: bigint; event: LedgerEvent } | undefined;
  return async (position) => {
    if (found?.position === position) return found.event;
    while ((page[next]?.position ?? -1n) < position) {
      next += 1;
      if (next < page.length) continue;
      page = await log.read(read, eventsMax);
      next = 0;
      const last = page.at(-1);
      if (last === undefined) break;
      read = last.position;
    }
    const event = page[next];
    if (event?.position !== position) throw new Error("a posting is of an event of the log");
    found = { position, event: liftRecorded(event) };
    return found.event;
  };
}

function about({ type, data }: LedgerEvent): {
  type: string;
  reference: string;
  register: string | null;
} {
  const register = "register" in data ? (data.register ?? null) : null;
  const said: Readonly<Record<string, unknown>> = data;
  const reference = said[eventType(type).reference ?? ""];
  return { type, reference: typeof reference === "string" ? reference : "", register };
}
