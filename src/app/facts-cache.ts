import type { EventData, LedgerEvent } from "../../events/index.ts";
import { liftEvent } from "../../events/index.ts";
import { toUnits } from "../domain/decimal.ts";
import type { Holdings } from "../domain/dividend.ts";
import { addShares, heldOn } from "../domain/dividend.ts";
import type { DecidedEvent, Facts, KnownEvent } from "../domain/facts.ts";
import { NotLoaded, streams } from "../domain/facts.ts";
import type { EventLog, RecordedEvent } from "../log/event-log.ts";
import { completeList } from "./lists.ts";

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
 * contracts again and again. When the batch is recorded it is forgotten at one stroke.
 */
export interface Layer {
  readonly byKey: Map<string, Remembered | null>;
  readonly byOnce: Map<string, KnownEvent | null>;
}

/**
 * What the writer remembers of the log while it decides: what it has looked up, and what it has
 * decided but not yet seen recorded. After a lost race it is emptied and filled again from the log.
 */
export interface FactsCache {
  /** Begins a batch: what only it asks for is remembered until its layer is dropped. */
  begin(): Layer;
  /** Fetches what is needed and not yet remembered. */
  load(needed: FactsNeeded): Promise<void>;
  readonly facts: Facts;
  /** Remembers events as recorded. */
  apply(events: readonly DecidedEvent[]): void;
  /**
   * The revision that each stream had before these events, just applied, were decided; the streams
   * are further by them from now on.
   */
  revisionsBefore(applied: readonly { readonly stream: string }[]): Promise<Map<string, number>>;
  /** Forgets what was only needed for one batch; its events must be recorded by now. */
  drop(layer: Layer): void;
  /** Forgets all, for another writer may have changed anything. */
  forget(): void;
  /** Whether the holdings of these registers are remembered. */
  holdsRegisters(registers: Iterable<string>): boolean;
  /** How much is remembered. */
  size(): number;
}

/** A cache over one log; used by one decider at a time. */
export function factsCache(log: EventLog): FactsCache {
  const [byKey, byOnce] = [remembering<Remembered>(), remembering<KnownEvent>()];
  const revisions = revisionsOf(log);
  const holdings = new Map<string, Holdings>();
  const parts = new Map<string, Lines[]>();
  return {
    begin: () => ({ byKey: byKey.begin(), byOnce: byOnce.begin() }),
    drop: (layer) => {
      byKey.drop(layer.byKey);
      byOnce.drop(layer.byOnce);
    },
    revisionsBefore: revisions.before,
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
        revisions.set(streams.register(register), await foldRegister(log, register, holdings));
      }
    },
    apply: (events) => {
      for (const decided of events) {
        const event = isList(decided) ? withParts(decided, parts) : decided;
        byKey.keep(event.key, event);
        if (event.once !== undefined) byOnce.keep(event.once, event);
        if (holdings.size > 0) applyShares(holdings, event);
      }
    },
    holdsRegisters: (registers) => [...registers].every((register) => holdings.has(register)),
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

/** What is known under names: what lasts in one map, what passes in a layer a batch. */
function remembering<T extends object>() {
  const lasting = new Map<string, T | null>();
  // The newest first: it knows best.
  let layers: Map<string, T | null>[] = [];
  const passing = (name: string): T | null | undefined => {
    for (const layer of layers) {
      const found = layer.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
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
      const map = isPassing(name) ? layers[0] : lasting;
      if (map === undefined) throw new Error("a batch has begun");
      map.set(name, known);
    },
    begin: (): Map<string, T | null> => {
      const layer = new Map<string, T | null>();
      layers = [layer, ...layers];
      return layer;
    },
    drop: (layer: ReadonlyMap<string, T | null>): void => {
      layers = layers.filter((other) => other !== layer);
    },
    size: (): number => lasting.size,
    clear: (): void => {
      lasting.clear();
      layers = [];
    },
  };
}

function isPassing(key: string): boolean {
  return key.startsWith("movement:") || key.startsWith("list:") || key.startsWith("reversal-of:");
}

/** How far a stream is, and which batch was the last to write to it. */
interface Revision {
  last: number;
  batch: number;
}

/** How far the streams are, with all that was decided. */
function revisionsOf(log: Pick<EventLog, "revisions">) {
  const revisions = new Map<string, Revision>();
  let batch = 0;
  return {
    set: (stream: string, last: number): void => {
      revisions.set(stream, { last, batch: -1 });
    },
    before: async (
      applied: readonly { readonly stream: string }[],
    ): Promise<Map<string, number>> => {
      const missing = new Set<string>();
      for (const { stream } of applied) if (!revisions.has(stream)) missing.add(stream);
      const found = missing.size === 0 ? new Map() : await log.revisions([...missing]);
      for (const stream of missing) {
        revisions.set(stream, { last: (found.get(stream) ?? -1) as number, batch: -1 });
      }
      const before = new Map<string, number>();
      batch += 1;
      for (const { stream } of applied) {
        const revision = revisions.get(stream) as Revision;
        if (revision.batch !== batch) before.set(stream, revision.last);
        revision.batch = batch;
        revision.last += 1;
      }
      return before;
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

/** Folds the holdings of a register; answers the last revision of its stream. */
async function foldRegister(
  log: EventLog,
  register: string,
  holdings: Map<string, Holdings>,
): Promise<number> {
  const stream = streams.register(register);
  // Asked before reading: an event that comes between is then read too, and void ones are counted.
  let last = (await log.revisions([stream])).get(stream) ?? -1;
  holdings.set(register, { changes: new Map() });
  for await (const event of log.readStream(stream)) {
    last = Math.max(last, event.revision);
    if (event.type !== "SharesIssuedForCapital" && event.type !== "ShareIssueReversed") continue;
    const lifted = liftEvent(event.type, event.version, event.data);
    applyShares(holdings, { ...lifted, effectiveDate: event.meta.effectiveDate });
  }
  return last;
}

function applyShares(
  holdings: ReadonlyMap<string, Holdings>,
  event: LedgerEvent & { readonly effectiveDate: string },
): void {
  if (event.type !== "SharesIssuedForCapital" && event.type !== "ShareIssueReversed") return;
  const { register, household, shares } = event.data;
  const held = holdings.get(register);
  if (held === undefined) return;
  const units = toUnits(shares, 4);
  const change = event.type === "SharesIssuedForCapital" ? units : -units;
  addShares(held, household, event.effectiveDate, change);
}
