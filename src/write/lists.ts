import { eventType } from "../../events/index.ts";
import type { DecidedEvent, Facts } from "../domain/facts.ts";
import { keys } from "../domain/facts.ts";
import { linesMax } from "../domain/list.ts";

/** What an event with a list carries of it. */
interface Listing {
  readonly list: string;
  readonly lines: readonly unknown[];
}

/**
 * Events as they are recorded: one whose list is too long for it behind events with the first lines
 * (`src/log/lists.ts` puts them together again). The same array where nothing is cut.
 */
export function cutLists(events: DecidedEvent[], facts: Facts): DecidedEvent[] {
  return events.some(isLong) ? events.flatMap((event) => cut(event, facts)) : events;
}

/** Whether an event carries the first lines of a list that another closes. */
export function isPart({ type }: DecidedEvent): boolean {
  return eventType(type).key === "list";
}

/** The event with some of the first lines of a list that an event closes. */
export function partOf(
  { type, stream, effectiveDate }: Pick<DecidedEvent, "type" | "stream" | "effectiveDate">,
  { list, lines }: Listing,
  nth: number,
): DecidedEvent {
  const { parts } = eventType(type);
  if (parts === undefined) throw new Error(`${type} closes no list`);
  const data = { list, lines };
  return { stream, key: keys.list(list), nth, effectiveDate, type: parts, data } as DecidedEvent;
}

function isLong({ type, data }: DecidedEvent): boolean {
  if (eventType(type).parts === undefined) return false;
  return (data as unknown as Listing).lines.length > linesMax;
}

function cut(event: DecidedEvent, facts: Facts): DecidedEvent[] {
  if (!isLong(event)) return [event];
  const { list, lines } = event.data as unknown as Listing;
  const earlier = Math.ceil(lines.length / linesMax) - 1;
  // What a crash left of an earlier attempt stays in the log and means nothing.
  const nth = facts.count(keys.list(list));
  const before = Array.from({ length: earlier }, (_, part) => {
    const some = lines.slice(part * linesMax, (part + 1) * linesMax);
    return partOf(event, { list, lines: some }, nth + part);
  });
  const data = { ...event.data, earlier, lines: lines.slice(earlier * linesMax) };
  return [...before, { ...event, data } as DecidedEvent];
}
