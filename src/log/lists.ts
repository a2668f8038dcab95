import { ZodError } from "zod";
import type { EventData, LedgerEvent } from "../../events/index.ts";
import { liftEvent } from "../../events/index.ts";
import type { EventLog, PlacedEvent } from "./event-log.ts";
import { eventId } from "./event-log.ts";

type Line = EventData<"DividendLinesListed">["lines"][number];

/** Thrown for an event that is not what its type says or lacks parts of its list; names it. */
export class EventUnreadable extends Error {
  constructor(event: Pick<PlacedEvent, "position" | "key" | "nth">, why: string) {
    super(`event ${event.position} (${eventId(event)}): ${why}`);
  }
}

/** A recorded event in its latest version. Throws `EventUnreadable`. */
export function liftRecorded(event: PlacedEvent): LedgerEvent {
  const { type, version, data, isOwn } = event;
  if (isOwn === true) return { type, data } as LedgerEvent;
  const meta = event.meta as Partial<PlacedEvent["meta"]> | undefined;
  if (typeof meta?.effectiveDate !== "string") {
    throw new EventUnreadable(event, "its metadata are malformed");
  }
  try {
    return liftEvent(type, version, data);
  } catch (error) {
    throw new EventUnreadable(event, whyUnreadable(error, `${type} version ${version}`));
  }
}

/** The first place that does not fit; values are not repeated. */
function whyUnreadable(error: unknown, what: string): string {
  const [issue] = error instanceof ZodError ? error.issues : [];
  if (issue === undefined) return error instanceof Error ? error.message : `it is no ${what}`;
  return `its data are no ${what} (${[...issue.path, issue.code].join(" ")})`;
}

/**
 * An event whose list began in earlier events of its stream, with all lines; any other event as it
 * is. The parts are the last ones before it: what an interrupted attempt left before them does not
 * count. Throws `EventUnreadable` where parts are missing.
 */
export async function completeList(
  log: Pick<EventLog, "readStream">,
  recorded: PlacedEvent,
  event: LedgerEvent,
  pending: ReadonlyMap<string, readonly Line[][]> = new Map(),
): Promise<LedgerEvent> {
  if (event.type !== "DividendDeclared" && event.type !== "DividendReversed") return event;
  const { earlier, list, lines } = event.data;
  if (earlier === 0) return event;
  let parts = pending.get(list) ?? [];
  if (parts.length < earlier) parts = await readParts(log, recorded, list, earlier);
  const all = [...parts.slice(-earlier).flat(), ...lines];
  return { ...event, data: { ...event.data, lines: all } } as LedgerEvent;
}

/** Reads the parts of a list before a revision, going further back until all are found. */
async function readParts(
  log: Pick<EventLog, "readStream">,
  closing: PlacedEvent,
  list: string,
  wanted: number,
): Promise<Line[][]> {
  const { stream, revision } = closing;
  for (let back = wanted; ; back *= 4) {
    const from = Math.max(0, revision - back);
    const parts: Line[][] = [];
    for await (const event of log.readStream(stream, from)) {
      if (event.revision >= revision) break;
      if (event.type !== "DividendLinesListed") continue;
      const { data } = liftRecorded(event) as { data: EventData<"DividendLinesListed"> };
      if (data.list === list) parts.push(data.lines);
    }
    if (parts.length >= wanted) return parts;
    if (from === 0) throw new EventUnreadable(closing, "parts of its list are missing");
  }
}
