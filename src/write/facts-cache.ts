import type { EventData, LedgerEvent } from "../../events/index.ts";
import { liftEvent } from "../../events/index.ts";
import { toUnits } from "../domain/decimal.ts";
import type { Holdings } from "../domain/dividend.ts";
import { addShares, heldOn } from "../domain/dividend.ts";
import type { DecidedEvent, Facts, KnownEvent } from "../domain/facts.ts";
import { NotLoaded, streams } from "../domain/facts.ts";
import type { EventLog, RecordedEvent } from "../log/event-log.ts";
import { eventId } from "../log/event-log.ts";
import { completeList } from "../log/lists.ts";

/** What a batch of commands is going to ask for. */
export interface FactsNeeded {
  readonly keys: Set<string>;
  readonly onces: Set<string>;
  /** Registers whose holdings are needed. */
  readonly registers: Set<string>;
}

/** A list of needs to add to. */
export function noneNeeded(): FactsNeeded {
  return { keys: new Set(), onces: new Set(), registers: new Set() };
}

/** What is known under a key: the newest event, and by its `nth` how many there are. */
type Remembered = KnownEvent & { readonly nth: number };

/**
 * What only one batch asks for or decides: movements and their lists come once, households and
 * contracts again and again. It is forgotten some time after the batch is settled.
 */
export interface Layer {
  /** Its events are recorded, or will never be. */
  settled(): void;
}

/**
 * What the writer remembers of the log while it decides: what it has looked up, and what it has
 * decided but not yet seen recorded. After a lost race it is emptied and filled again from the log.
 */
export interface FactsCache {
  /** Begins a batch: what only it asks for is remembered at least until its layer is settled. */
  begin(): Layer;
  /** Fetches what is needed and not yet remembered. */
  load(needed: FactsNeeded): Promise<void>;
  readonly facts: Facts;
  /** Remembers events as recorded. */
  apply(events: readonly DecidedEvent[]): void;
  /**
   * The revision that each of these events, just decided, will have; its stream is further by it
   * from now on.
   */
  place(decided: readonly { readonly stream: string }[]): Promise<number[]>;
  /** Forgets all, for another writer may have changed anything. */
  forget(): void;
  /** How much is remembered. */
  size(): number;
}

/**
 * A cache over one log, used by one decider at a time. `inFlight` answers what batches
 * before decided about a stream that may not be recorded yet.
 */
export function factsCache(
  log: EventLog,
  inFlight: (stream: string) => readonly DecidedEvent[],
): FactsCache {
  const [byKey, byOnce] = [remembering<Remembered>(), remembering<KnownEvent>()];
  const revisions = revisionsOf(log);
  const holdings = new Map<string, Holdings>();
  const parts = new Map<string, Lines[]>();
  return {
    begin: () => together(byKey.begin(), byOnce.begin()),
    place: revisions.place,
    facts: {
      own: byKey.passing,
      known: byKey.get,
      count: (key) => (byKey.get(key)?.nth ?? -1) + 1,
      first: byOnce.get,
      holdings: (register, day) => {
        const held = holdings.get(register);
        if (held === undefined) throw new Error("holdings are loaded before they are asked for");
        return heldOn(held, day);
      },
    },
    load: async (needed) => {
      const keys = [...needed.keys].filter((key) => !byKey.has(key));
      const onces = [...needed.onces].filter((once) => !byOnce.has(once));
      const found = keys.length === 0 ? nothing : await log.find(keys);
      for (const key of keys) {
        const event = found.get(key);
        const remembered = event && { ...(await known(log, event)), nth: event.nth };
        byKey.keep(key, remembered ?? null);
      }
      const first = onces.length === 0 ? nothing : await log.findOnce(onces);
      for (const once of onces) {
        const event = first.get(once);
        byOnce.keep(once, event === undefined ? null : await known(log, event));
      }
      for (const register of needed.registers) {
        if (holdings.has(register)) continue;
        const stream = streams.register(register);
        const folded = await foldRegister(log, stream, inFlight(stream));
        holdings.set(register, folded.holdings);
        revisions.found(stream, folded.last);
      }
    },
    apply: (events) => {
      for (const decided of events) {
        const event = isList(decided) ? withParts(decided, parts) : decided;
        byKey.keep(event.key, event);
        if (event.once !== undefined) byOnce.keep(event.once, event);
        if (isShareChange(event)) {
          const held = holdings.get(event.data.register);
          if (held !== undefined) applyShares(held, event, event.effectiveDate);
        }
      }
    },
    size: () => byKey.size() + byOnce.size() + revisions.size(),
    forget: () => {
      byKey.clear();
      byOnce.clear();
      revisions.clear();
      holdings.clear();
      parts.clear();
    },
  };
}

function together(...layers: readonly Layer[]): Layer {
  return {
    settled: () => {
      for (const layer of layers) layer.settled();
    },
  };
}

/** What passes, of a few batches together. */
interface Passing<T> {
  readonly names: Map<string, T | null>;
  /** How many of its batches are not settled. */
  open: number;
}

/**
 * What is known under names: what lasts in one map, what passes in two. The older of the two is
 * forgotten when all its batches are settled.
 */
function remembering<T extends object>() {
  const lasting = new Map<string, T | null>();
  const none = (): Passing<T> => ({ names: new Map(), open: 0 });
  let [newer, older] = [none(), none()];
  const passing = (name: string): T | null | undefined => {
    const found = newer.names.get(name);
    return found === undefined ? older.names.get(name) : found;
  };
  const has = (name: string): boolean => lasting.has(name) || passing(name) !== undefined;
  return {
    has,
    passing: (name: string): T | undefined => passing(name) ?? undefined,
    get: (name: string): T | undefined => {
      const found = lasting.get(name) ?? passing(name) ?? undefined;
      if (found === undefined && !has(name)) throw new NotLoaded(`${name} was not looked up`);
      return found;
    },
    keep: (name: string, known: T | null): void => {
      (isPassing(name) ? newer.names : lasting).set(name, known);
    },
    begin: (): Layer => {
      if (older.open === 0) [newer, older] = [none(), newer];
      const own = newer;
      own.open += 1;
      return { settled: () => (own.open -= 1) };
    },
    size: (): number => lasting.size,
    clear: (): void => {
      lasting.clear();
      [newer, older] = [none(), none()];
    },
  };
}

function isPassing(key: string): boolean {
  return key.startsWith("movement:") || key.startsWith("list:") || key.startsWith("reversal-of:");
}

/** How far a stream is. */
interface Revision {
  last: number;
}

/** How far the streams are, with all that was decided. */
function revisionsOf(log: Pick<EventLog, "revisions">) {
  const revisions = new Map<string, Revision>();
  const fetch = async (streamNames: ReadonlySet<string>): Promise<void> => {
    const found = await log.revisions([...streamNames]);
    for (const stream of streamNames) revisions.set(stream, { last: found.get(stream) ?? -1 });
  };
  return {
    /** How far the log says that a stream is; what was decided may have taken it further. */
    found: (stream: string, last: number): void => {
      if (!revisions.has(stream)) revisions.set(stream, { last });
    },
    place: async (decided: readonly { readonly stream: string }[]): Promise<number[]> => {
      const places = decided.map(({ stream }) => revisions.get(stream));
      if (places.includes(undefined)) {
        await fetch(new Set(decided.flatMap(({ stream }, i) => (places[i] ? [] : [stream]))));
      }
      return decided.map(({ stream }, i) => {
        const revision = places[i] ?? revisions.get(stream);
        if (revision === undefined) throw new Error("a stream was not looked up");
        revision.last += 1;
        return revision.last;
      });
    },
    size: (): number => revisions.size,
    clear: (): void => {
      revisions.clear();
    },
  };
}

function isList({ type }: DecidedEvent): boolean {
  return (
    type === "DividendLinesListed" || type === "DividendDeclared" || type === "DividendReversed"
  );
}

type Lines = EventData<"DividendLinesListed">["lines"];
const nothing = new Map<string, RecordedEvent>();

/** A list that was decided in parts is remembered whole, in its closing event. */
function withParts(event: DecidedEvent, parts: Map<string, Lines[]>): DecidedEvent {
  if (event.type === "DividendLinesListed") {
    const { list, lines } = event.data;
    parts.set(list, [...(parts.get(list) ?? []), lines]);
  }
  if (event.type !== "DividendDeclared" && event.type !== "DividendReversed") return event;
  const { list, lines } = event.data;
  const whole = [...(parts.get(list) ?? []).flat(), ...lines];
  parts.delete(list);
  return { ...event, data: { ...event.data, lines: whole } } as DecidedEvent;
}

/** An event as recorded, lifted, with all lines of its list. */
async function known(log: EventLog, event: RecordedEvent): Promise<KnownEvent> {
  const lifted = liftEvent(event.type, event.version, event.data);
  const whole = await completeList(log, event, lifted);
  return { ...whole, effectiveDate: event.meta.effectiveDate };
}

/**
 * Folds the holdings of a register from the log and from what was on its way there before it is
 * read; answers the last revision that the log has of its stream.
 */
async function foldRegister(
  log: EventLog,
  stream: string,
  inFlight: readonly DecidedEvent[],
): Promise<{ readonly holdings: Holdings; readonly last: number }> {
  const holdings: Holdings = { changes: new Map() };
  const recorded = new Set<string>();
  // Asked before reading: an event that comes between is then read too, and void ones are counted.
  let last = (await log.revisions([stream])).get(stream) ?? -1;
  for await (const event of log.readStream(stream)) {
    last = Math.max(last, event.revision);
    recorded.add(eventId(event));
    const lifted = liftEvent(event.type, event.version, event.data);
    if (isShareChange(lifted)) applyShares(holdings, lifted, event.meta.effectiveDate);
  }
  for (const event of inFlight) {
    if (!isShareChange(event) || recorded.has(eventId(event))) continue;
    applyShares(holdings, event, event.effectiveDate);
  }
  return { holdings, last };
}

type ShareChange = Extract<LedgerEvent, { type: "SharesIssuedForCapital" | "ShareIssueReversed" }>;

function isShareChange<Event extends LedgerEvent>(event: Event): event is Event & ShareChange {
  return event.type === "SharesIssuedForCapital" || event.type === "ShareIssueReversed";
}

function applyShares(holdings: Holdings, event: ShareChange, effectiveDate: string): void {
  const { household, shares } = event.data;
  const units = toUnits(shares, 4);
  const change = event.type === "SharesIssuedForCapital" ? units : -units;
  addShares(holdings, household, effectiveDate, change);
}
