import { ZodError } from "zod";
import type { EventType } from "../../events/define.ts";
import type { LedgerEvent } from "../../events/index.ts";
import { eventType, eventTypes, liftEvent } from "../../events/index.ts";
import type { EventLog, PlacedEvent } from "./event-log.ts";
import { eventId } from "./event-log.ts";

/**
 * Thrown for an event that is none, does not fit its type's schema or lacks parts of its list. It
 * names its position and stream.
 */
export class EventUnreadable extends Error {
  readonly position: bigint;
  readonly stream: string;

  constructor({ position, stream }: Pick<PlacedEvent, "position" | "stream">, message: string) {
    super(message);
    this.position = position;
    this.stream = stream;
  }
}

function unreadable(event: PlacedEvent, why: string): EventUnreadable {
  return new EventUnreadable(event, `${placeOf(event)}: ${why}`);
}

/** An event as sentences name it. */
export function placeOf(event: Pick<PlacedEvent, "position" | "key" | "nth" | "stream">): string {
  const { position, key, stream } = event;
  const names = [key === "" ? "" : eventId(event), stream === "" ? "" : `stream ${stream}`];
  const said = names.filter((name) => name !== "").join(", ");
  return said === "" ? `event ${position}` : `event ${position} (${said})`;
}

/** A recorded event in its latest version. Throws `EventUnreadable`. */
export function liftRecorded(event: PlacedEvent): LedgerEvent {
  const { type, version, data, isOwn } = event;
  if (isOwn === true) return { type, data } as LedgerEvent;
  if (type === "") throw unreadable(event, "it is no event of the ledger");
  const meta = event.meta as Partial<PlacedEvent["meta"]> | undefined;
  if (typeof meta?.effectiveDate !== "string") {
    throw unreadable(event, "its metadata are malformed");
  }
  try {
    return liftEvent(type, version, data);
  } catch (error) {
    throw unreadable(event, whyUnreadable(error, `${type} version ${version}`));
  }
}

/** The first place that does not fit; values are not repeated. */
function whyUnreadable(error: unknown, what: string): string {
  const [issue] = error instanceof ZodError ? error.issues : [];
  if (issue === undefined) return error instanceof Error ? error.message : `it is no ${what}`;
  return `its data are no ${what} (${[...issue.path, issue.code].join(" ")})`;
}

/** What an event says of the list it closes. */
interface Closing {
  readonly list: string;
  readonly earlier: number;
  readonly lines: readonly unknown[];
}

/** Parts of lists that were read and whose closing event was not, by the list's name. */
export type PendingParts = Map<string, (readonly unknown[])[]>;

/**
 * An event with all lines of its list, where those began in earlier events of its stream; any other
 * event as it is. The parts are the last ones before it: what an interrupted attempt left before
 * them does not count. `pending` keeps the parts met on the way. Throws `EventUnreadable` where
 * parts are missing.
 */
export async function completeList(
  log: Pick<EventLog, "readStream">,
  recorded: PlacedEvent,
  event: LedgerEvent,
  pending: PendingParts = new Map(),
): Promise<LedgerEvent> {
  if (isPart(event.type)) {
    const { list, lines } = event.data as unknown as Closing;
    pending.set(list, [...(pending.get(list) ?? []), lines]);
  }
  const { parts: type } = eventType(event.type);
  if (type === undefined) return event;
  const { list, earlier, lines } = event.data as unknown as Closing;
  let parts = pending.get(list) ?? [];
  pending.delete(list);
  if (earlier === 0) return event;
  if (parts.length < earlier) parts = await readParts(log, recorded, { list, earlier, type });
  const all = [...parts.slice(-earlier).flat(), ...lines];
  return { ...event, data: { ...event.data, lines: all } } as LedgerEvent;
}

const partTypes: ReadonlySet<string> = new Set(
  Object.values<EventType>(eventTypes as never).flatMap(({ parts }) => parts ?? []),
);

function isPart(type: string): boolean {
  return partTypes.has(type);
}

/** Reads the parts of a list before a revision, going further back until all are found. */
async function readParts(
  log: Pick<EventLog, "readStream">,
  closing: PlacedEvent,
  {
    list,
    earlier,
    type,
  }: { readonly list: string; readonly earlier: number; readonly type: string },
): Promise<(readonly unknown[])[]> {
  const { stream, revision } = closing;
  for (let back = earlier; ; back *= 4) {
    const from = Math.max(0, revision - back);
    const parts: (readonly unknown[])[] = [];
    for await (const event of log.readStream(stream, from)) {
      if (event.revision >= revision) break;
      if (event.type !== type) continue;
      const part = liftRecorded(event).data as unknown as Closing;
      if (part.list === list) parts.push(part.lines);
    }
    if (parts.length >= earlier) return parts;
    if (from === 0) throw unreadable(closing, "parts of its list are missing");
  }
}
