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
  const byKey = new Map<string, Remembered | null>();
  const byOnce = new Map<string, KnownEvent | null>();
  const holdings = new Map<string, Holdings>();
  const revisions = new Map<string, Revision>();
  const parts = new Map<string, Lines[]>();
  // The newest first: it knows best.
  let layers: Layer[] = [];
  let batch = 0;

  const current = (): Layer => {
    const [layer] = layers;
    if (layer === undefined) throw new Error("a batch has begun");
    return layer;
  };
  const passingUnder = (key: string): Remembered | null | undefined => {
    for (const layer of layers) {
      const found = layer.byKey.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const passingFirst = (once: string): KnownEvent | null | undefined => {
    for (const layer of layers) {
      const found = layer.byOnce.get(once);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const under = (key: string): Remembered | undefined => {
    const found = byKey.get(key) ?? passingUnder(key);
    if (found === undefined && !byKey.has(key)) throw new NotLoaded(`nothing is known of ${key}`);
    return found ?? undefined;
  };
  const firstOf = (once: string): KnownEvent | undefined => {
    const found = byOnce.get(once) ?? passingFirst(once);
    if (found === undefined && !byOnce.has(once)) throw new NotLoaded(`nothing is known of ${once}`);
    return found ?? undefined;
  };
  const facts: Facts = {
    own: (key) => passingUnder(key) ?? undefined,
    known: under,
    count: (key) => (under(key)?.nth ?? -1) + 1,
    first: firstOf,
    holdings: (register, day) => {
      const held = holdings.get(register);
      if (held === undefined) throw new Error("holdings are loaded before they are asked for");
      return heldOn(held, day);
    },
  };
  const rememberKey = (key: string, event: Remembered | null): void => {
    (isPassing(key) ? current().byKey : byKey).set(key, event);
  };
  const rememberOnce = (once: string, event: KnownEvent | null): void => {
    (isPassing(once) ? current().byOnce : byOnce).set(once, event);
  };
  const fetchRevisions = async (streams: readonly string[]): Promise<void> => {
    if (streams.length === 0) return;
    const found = await log.revisions(streams);
    for (const stream of streams) revisions.set(stream, { last: found.get(stream) ?? -1, batch: -1 });
  };
  return {
    facts,
    begin: () => {
      const layer: Layer = { byKey: new Map(), byOnce: new Map() };
      layers = [layer, ...layers];
      return layer;
    },
    load: async (needed) => {
      const isNew = (key: string) => !byKey.has(key) && passingUnder(key) === undefined;
      const isFirst = (once: string) => !byOnce.has(once) && passingFirst(once) === undefined;
      const keys = [...needed.keys].filter(isNew);
      const onces = [...needed.onces].filter(isFirst);
      const found = keys.length === 0 ? nothing : await log.find(keys);
      for (const key of keys) {
        const event = found.get(key);
        const remembered = event && { ...(await known(log, event)), nth: event.nth };
        rememberKey(key, remembered ?? null);
      }
      const first = onces.length === 0 ? nothing : await log.findOnce(onces);
      for (const once of onces) {
        const event = first.get(once);
        rememberOnce(once, event === undefined ? null : await known(log, event));
      }
      for (const register of needed.registers) {
        if (holdings.has(register)) continue;
        const last = await foldRegister(log, register, holdings);
        revisions.set(streams.register(register), { last, batch: -1 });
      }
    },
    apply: (events) => {
      for (const decided of events) {
        const event = isList(decided) ? withParts(decided, parts) : decided;
        rememberKey(event.key, event);
        if (event.once !== undefined) rememberOnce(event.once, event);
        if (holdings.size > 0) applyShares(holdings, event);
      }
    },
    revisionsBefore: async (applied) => {
      const missing = new Set<string>();
      for (const { stream } of applied) if (!revisions.has(stream)) missing.add(stream);
      await fetchRevisions([...missing]);
      const before = new Map<string, number>();
      batch += 1;
      for (const { stream } of applied) {
        const revision = revisions.get(stream);
        if (revision === undefined) throw new Error("a revision was fetched");
        if (revision.batch !== batch) before.set(stream, revision.last);
        revision.batch = batch;
        revision.last += 1;
      }
      return before;
    },
    drop: (layer) => {
      layers = layers.filter((other) => other !== layer);
    },
    holdsRegisters: (registers) => [...registers].every((register) => holdings.has(register)),
    size: () => byKey.size + byOnce.size + revisions.size,
    forget: () => {
      byKey.clear();
      byOnce.clear();
      holdings.clear();
      revisions.clear();
      parts.clear();
      layers = [];
    },
  };
}

/** How far a stream is, and which batch was the last to write to it. */
interface Revision {
  last: number;
  batch: number;
}

function isPassing(key: string): boolean {
  return key.startsWith("movement:") || key.startsWith("list:") || key.startsWith("reversal-of:");
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
