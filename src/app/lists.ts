import type { EventData, LedgerEvent } from "../../events/index.ts";
import type { EventLog, RecordedEvent } from "../log/event-log.ts";

type Line = EventData<"DividendLinesListed">["lines"][number];

/** Where an event stands, which is enough to find the earlier parts of its list. */
export type Place = Pick<RecordedEvent, "stream" | "revision">;

/**
 * An event whose list began in earlier events of its stream, with all lines; any other event as it
 * is. The parts are the last ones before it: what an interrupted attempt left before them does not
 * count.
 */
export async function completeList(
  log: Pick<EventLog, "readStream">,
  { stream, revision }: Place,
  event: LedgerEvent,
  pending: ReadonlyMap<string, readonly Line[][]> = new Map(),
): Promise<LedgerEvent> {
  if (event.type !== "DividendDeclared" && event.type !== "DividendReversed") return event;
  const { earlier, list, lines } = event.data;
  if (earlier === 0) return event;
  let parts = pending.get(list) ?? [];
  if (parts.length < earlier) parts = await readParts(log, stream, revision, list, earlier);
  const all = [...parts.slice(-earlier).flat(), ...lines];
  return { ...event, data: { ...event.data, lines: all } } as LedgerEvent;
}

/** Reads the parts of a list before a revision, going further back until all are found. */
async function readParts(
  log: Pick<EventLog, "readStream">,
  stream: string,
  revision: number,
  list: string,
  wanted: number,
): Promise<Line[][]> {
  for (let back = wanted; ; back *= 4) {
    const from = Math.max(0, revision - back);
    const parts: Line[][] = [];
    for await (const event of log.readStream(stream, from)) {
      if (event.revision >= revision) break;
      const data = event.data as EventData<"DividendLinesListed">;
      if (event.type === "DividendLinesListed" && data.list === list) parts.push(data.lines);
    }
    if (parts.length >= wanted) return parts;
    if (from === 0) throw new Error(`the list ${list} in ${stream} is not complete`);
  }
}
