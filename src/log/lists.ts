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
 * The most parts that a list which may be taken some lines at a time (`postingsPerLine`) has before
 * its closing event, and is put together all the same.
 */
const togetherMax = 4;

/**
 * An event with all lines of its list, where those began in earlier events of its stream; any other
 * event as it is, and one whose list {@link isTooLong}. The parts are the last ones before it: what
 * an interrupted attempt left before them does not count. `pending` keeps the parts met on the way.
 * Throws `EventUnreadable` where parts are missing.
 */
export async function completeList(
  log: Pick<EventLog, "readStream">,
  recorded: PlacedEvent,
  event: LedgerEvent,
  pending: PendingParts = new Map(),
): Promise<LedgerEvent> {
  if (isPart(event.type)) addPart(pending, event);
  const { parts: type } = eventType(event.type);
  if (type === undefined) return event;
  const { list, earlier, lines } = event.data as unknown as Closing;
  let parts: (readonly unknown[])[] = pending.get(list) ?? [];
  pending.delete(list);
  if (earlier === 0 || isTooLong(event)) return event;
  if (parts.length < earlier) {
    const first = await firstPart(log, recorded, { list, earlier, type });
    parts = [];
    for await (const some of partsFrom(log, recorded, { list, type, first })) parts.push(some);
  }
  const all = [...parts.slice(-earlier).flat(), ...lines];
  return { ...event, data: { ...event.data, lines: all } } as LedgerEvent;
}

const partTypes: ReadonlySet<string> = new Set(
  Object.values<EventType>(eventTypes as never).flatMap(({ parts }) => parts ?? []),
);
const partTypesOfLong: ReadonlySet<string> = new Set(
  Object.values<EventType>(eventTypes as never).flatMap(({ parts, postingsPerLine }) =>
    parts === undefined || postingsPerLine === undefined ? [] : parts,
  ),
);

function isPart(type: string): boolean {
  return partTypes.has(type);
}

function addPart(pending: PendingParts, { type, data }: LedgerEvent): void {
  const { list, lines } = data as unknown as Closing;
  const parts = pending.get(list) ?? [];
  pending.set(list, parts);
  parts.push(lines);
  // More are never put together.
  if (partTypesOfLong.has(type) && parts.length > togetherMax) parts.shift();
}

/** Whether the list of an event is taken some lines at a time: see {@link linesInTurn}. */
export function isTooLong({ type, data }: LedgerEvent): boolean {
  const { parts, postingsPerLine } = eventType(type);
  if (parts === undefined || postingsPerLine === undefined) return false;
  return (data as unknown as Closing).earlier > togetherMax;
}

/** Lines that are taken at a time, at the least. */
const turnLines = 2_000;

/** Some lines of a list, and how many come before them. */
export interface SomeLines {
  readonly before: number;
  readonly lines: readonly unknown[];
}

/**
 * Finds the parts of a list that {@link isTooLong}; answers what gives its lines in their order,
 * some at a time: those of one beneficiary come together. Throws `EventUnreadable` where parts are
 * missing.
 */
export async function linesInTurn(
  log: Pick<EventLog, "readStream">,
  recorded: PlacedEvent,
  event: LedgerEvent,
): Promise<() => AsyncGenerator<SomeLines, void>> {
  const { list, earlier, lines: last } = event.data as unknown as Closing;
  const { parts: type = "" } = eventType(event.type);
  const first = await firstPart(log, recorded, { list, earlier, type });
  return () => inTurn(partsFrom(log, recorded, { list, type, first }), last);
}

async function* inTurn(
  parts: AsyncIterable<readonly unknown[]>,
  last: readonly unknown[],
): AsyncGenerator<SomeLines, void> {
  let before = 0;
  let held: unknown[] = [];
  for await (const lines of parts) {
    held.push(...lines);
    const whole = held.length < turnLines ? 0 : beginOfLastOwner(held as Owned[]);
    if (whole === 0) continue;
    yield { before, lines: held.slice(0, whole) };
    before += whole;
    held = held.slice(whole);
  }
  yield { before, lines: [...held, ...last] };
}

interface Owned {
  readonly household?: string;
  readonly organisation?: string;
}

/** The place of the first line of whoever has the last one. */
function beginOfLastOwner(lines: readonly Owned[]): number {
  const last = lines.at(-1);
  const isOthers = ({ household, organisation }: Owned): boolean =>
    household !== last?.household || organisation !== last?.organisation;
  return lines.findLastIndex(isOthers) + 1;
}

/** The parts of a list, as its closing event names them. */
interface PartsNamed {
  readonly list: string;
  readonly earlier: number;
  readonly type: string;
}

/**
 * The revision of the first part of a list. Throws `EventUnreadable` where parts are missing; goes
 * further back in the stream until all are found.
 */
async function firstPart(
  log: Pick<EventLog, "readStream">,
  closing: PlacedEvent,
  { list, earlier, type }: PartsNamed,
): Promise<number> {
  const { stream, revision } = closing;
  for (let back = earlier; ; back *= 4) {
    const from = Math.max(0, revision - back);
    const found: number[] = [];
    for await (const event of log.readStream(stream, from)) {
      if (event.revision >= revision) break;
      // By its key, without a look at the lines.
      if (event.type === type && event.key === `list:${list}`) found.push(event.revision);
    }
    const first = found.at(-earlier);
    if (first !== undefined) return first;
    if (from === 0) throw unreadable(closing, "parts of its list are missing");
  }
}

async function* partsFrom(
  log: Pick<EventLog, "readStream">,
  closing: PlacedEvent,
  { list, type, first }: Pick<PartsNamed, "list" | "type"> & { readonly first: number },
): AsyncGenerator<readonly unknown[], void> {
  const { stream, revision } = closing;
  for await (const event of log.readStream(stream, first)) {
    if (event.revision >= revision) break;
    if (event.type !== type) continue;
    const part = liftRecorded(event).data as unknown as Closing;
    if (part.list === list) yield part.lines;
  }
}
