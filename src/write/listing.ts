import type { DecidedEvent, DecidedListing } from "../domain/facts.ts";
import type { LinesToMake } from "../domain/list.ts";
import { linesMax, listTotals } from "../domain/list.ts";
import type { SealedItem, Sealing } from "../domain/sealing.ts";
import { partOf } from "./lists.ts";

/** Parts of a list that may wait for its closing event, to be recorded with it. */
const heldMax = 4;

/** What the making of a list is done with. */
export interface ListingOptions {
  readonly sealing: Omit<Sealing, "keep">;
  /** How many events are recorded under the list's key: what an interrupted attempt has left. */
  readonly recordedParts: number;
  /**
   * Records parts, and what they name in the vault, before the rest of the list is made. Undefined
   * where nothing may be recorded before all is decided: then all is held.
   */
  readonly recordAhead?: ((made: Made) => Promise<void>) | undefined;
  /** Resolves in a later turn of the event loop. */
  readonly giveWay: () => Promise<unknown>;
}

/** Events of a list in their order, and what they name in the vault. */
export interface Made {
  readonly events: readonly DecidedEvent[];
  readonly items: readonly SealedItem[];
}

/**
 * Makes the list of an event, and the event. What of a long list could wait no longer is recorded
 * then (without a closing event it means nothing); the rest is what this answers, and its last
 * event closes the list.
 */
export async function makeList(listing: DecidedListing, options: ListingOptions): Promise<Made> {
  const { making, close, ...event } = listing;
  const { sealing, recordAhead, giveWay } = options;
  const { list } = making;
  const all = listTotals();
  let earlier = 0;
  let last: readonly unknown[] = [];
  let held = nothingHeld();
  for (const some of making.lines) {
    if (last.length > 0) {
      held.events.push(partOf(event, { list, lines: last }, options.recordedParts + earlier));
      earlier += 1;
    }
    if (held.events.length >= heldMax && recordAhead !== undefined) {
      await recordAhead(held);
      held = nothingHeld();
    }
    last = await madeLines(some, { ...sealing, keep: (item) => held.items.push(item) });
    for (const line of last) all.add(line as never);
    await giveWay();
  }
  const data = close({ list, earlier, lines: last as never[], ...all.totals() });
  held.events.push({ ...event, data } as DecidedEvent);
  return held;
}

/** Lines as their events have them: all but the last with as many as one holds. */
async function madeLines(
  { read, make }: LinesToMake,
  sealing: Sealing,
): Promise<readonly unknown[]> {
  await read?.();
  const lines = make(sealing);
  if (lines.length > linesMax) throw new Error("an event holds fewer lines");
  return lines;
}

function nothingHeld(): { events: DecidedEvent[]; items: SealedItem[] } {
  return { events: [], items: [] };
}
