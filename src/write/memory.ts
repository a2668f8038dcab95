import { LRUCache } from "lru-cache";
import { liftEvent } from "../../events/index.ts";
import type { DecidedEvent, Facts, Fold, KnownEvent } from "../domain/facts.ts";
import type { EventLog, RecordedEvent, RestsOn } from "../log/event-log.ts";
import { eventId } from "../log/event-log.ts";
import { completeList } from "../log/lists.ts";

/** What is known under a key or a `once`: the newest event, or that there is none. */
interface Entry {
  readonly name: string;
  readonly event: KnownEvent | null;
  /** How often something was recorded under the key, less one. */
  readonly nth: number;
  /** The look in which it was last asked for. */
  askedIn: number;
}

/** What the events of a stream come to, with all that was decided. */
interface State {
  readonly value: unknown;
  /** The revision of the last event in it. */
  last: number;
  askedIn: number;
}

/** What one batch has decided and the log has not answered yet. */
export interface Overlay {
  /** The look in which it was decided. */
  readonly look: number;
  readonly entries: Decided[];
}

interface Decided extends Entry {
  readonly event: DecidedEvent;
}

/** What `own` answers for a key that is not remembered: nothing, or what the log has under it. */
export type OwnKeys = "takenForNew" | "lookedUp" | "inTheLog";

/** What is asked for and not remembered. */
interface Missing {
  readonly keys: Set<string>;
  readonly onces: Set<string>;
  readonly states: Map<Fold<unknown>, Set<string>>;
}

/** Keys and values of `once` that are remembered when a look begins, and revisions of streams. */
const rememberedMax = 200_000;
/** Streams whose state is remembered, for each fold. */
const statesMax = 10_000;

/**
 * What deciding remembers of the log and of what was decided and is not answered yet. One look at a
 * time is decided on; facts that are not there are noted as missing and answered as unknown, for
 * whoever looks to load them and ask again.
 */
export class Memory {
  private readonly log: EventLog;
  /** The newest under each name, recorded or decided. */
  private readonly keys = new Map<string, Entry>();
  private readonly onces = new Map<string, Entry>();
  private readonly states = new Map<Fold<unknown>, LRUCache<string, State>>();
  private readonly revisions = new LRUCache<string, { last: number }>({ max: rememberedMax });
  /** Oldest first. */
  private overlays: Overlay[] = [];
  private position: bigint | undefined;
  private look = 0;
  private asked: Entry[] = [];
  private askedOnces: Entry[] = [];
  private askedStates: [string, State][] = [];
  private missing: Missing = noneMissing();
  /** How often something was asked for that is not remembered. */
  misses = 0;
  private ownKeys: OwnKeys = "lookedUp";
  /** What the log has under keys that the look itself has decided about. */
  private readonly inLog = new Map<string, Entry>();
  private hasTakenForNew = false;

  constructor(log: EventLog) {
    this.log = log;
  }

  /** Begins a look: what it asks for from here on is what it rests on. */
  begin(ownKeys: OwnKeys): Overlay {
    if (this.keys.size + this.onces.size > rememberedMax) this.refresh();
    this.look += 1;
    this.ownKeys = ownKeys;
    this.inLog.clear();
    [this.asked, this.askedOnces, this.askedStates] = [[], [], []];
    const overlay: Overlay = { look: this.look, entries: [] };
    this.overlays.push(overlay);
    return overlay;
  }

  /** What rules may ask. */
  readonly facts: Facts = {
    own: (key) => this.eventOf(this.ownEntry(key)) as never,
    known: (key) => this.eventOf(this.entryOf(key)) as never,
    count: (key) => (this.entryOf(key)?.nth ?? -1) + 1,
    first: (once) => this.eventOf(this.onceEntry(once)) as never,
    state: (fold, stream) => this.stateOf(fold, stream),
  };

  /** Loads what is missing. */
  async load(): Promise<void> {
    const { keys, onces, states } = this.missing;
    if (keys.size === 0 && onces.size === 0 && states.size === 0) return;
    this.missing = noneMissing();
    // Read first: whatever comes while facts are read counts as come later.
    this.position ??= (await this.log.head()).position;
    const [found, first] = await Promise.all([
      keys.size === 0 ? nothing : this.log.find([...keys]),
      onces.size === 0 ? nothing : this.log.findOnce([...onces]),
    ]);
    for (const key of keys) {
      const entry = await this.read(key, found.get(key));
      if (this.ownKeys === "inTheLog") this.inLog.set(key, entry);
      if (!this.keys.has(key)) this.keys.set(key, entry);
    }
    for (const once of onces) this.onces.set(once, await this.read(once, first.get(once)));
    for (const [fold, streams] of states) {
      for (const stream of streams) this.statesOf(fold).set(stream, await this.fold(stream, fold));
    }
  }

  /** Whether something is missing. */
  isMissing(): boolean {
    const { keys, onces, states } = this.missing;
    return keys.size > 0 || onces.size > 0 || states.size > 0;
  }

  /** Whether a key was taken for new since this was last asked. */
  tookForNew(): boolean {
    const has = this.hasTakenForNew;
    this.hasTakenForNew = false;
    return has;
  }

  /** From here on `own` answers what the log says, and nothing that was decided in this look. */
  lookUpOwnKeys(): void {
    this.ownKeys = "inTheLog";
  }

  /** Puts events that were just decided into the overlay of their batch. */
  apply(overlay: Overlay, events: readonly DecidedEvent[]): void {
    for (const event of events) {
      const entry: Decided = { name: event.key, event, nth: event.nth, askedIn: overlay.look };
      overlay.entries.push(entry);
      this.remember(entry);
      for (const [fold, states] of this.states) {
        const state = states.get(event.stream);
        if (state === undefined) continue;
        fold.apply(state.value, event);
        state.last += 1;
      }
    }
  }

  /**
   * The revision that each of these events, just decided, will have; its stream is further by it
   * from now on.
   */
  async place(decided: readonly { readonly stream: string }[]): Promise<number[]> {
    const places = decided.map(({ stream }) => this.revisions.get(stream));
    if (places.includes(undefined)) {
      const unknown = new Set(decided.flatMap(({ stream }, i) => (places[i] ? [] : [stream])));
      const found = await this.log.revisions([...unknown]);
      const fetched = new Map<string, { last: number }>();
      for (const stream of unknown) fetched.set(stream, { last: found.get(stream) ?? -1 });
      for (const [stream, place] of fetched) this.revisions.set(stream, place);
      decided.forEach(({ stream }, i) => (places[i] ??= fetched.get(stream)));
    }
    return places.map((place) => {
      if (place === undefined) throw new Error("a stream was not looked up");
      return (place.last += 1);
    });
  }

  /** What the look rests on. */
  restsOn(): RestsOn {
    return {
      asOf: this.position ?? 0n,
      keys: new Map(this.asked.map(({ name, nth }) => [name, nth])),
      onces: new Set(this.askedOnces.map(({ name }) => name)),
      streams: new Map(this.askedStates.map(([stream, { last }]) => [stream, last])),
    };
  }

  /** Forgets what others may have changed, if any have recorded since it was read. */
  refreshIfStale(): void {
    if (this.position !== undefined && this.log.lastOfOthers > this.position) this.refresh();
  }

  /** Forgets what was read from the log; what was decided and is under way stays. */
  private refresh(): void {
    this.keys.clear();
    this.onces.clear();
    this.states.clear();
    this.position = undefined;
    for (const { entries } of this.overlays) {
      for (const entry of entries) this.remember(entry);
    }
  }

  /** What a batch has decided is recorded: what was asked for of it since stays remembered. */
  settle(overlay: Overlay): void {
    // Decided on a memory that has been forgotten since, and recorded all the same.
    const isForgotten = !this.overlays.includes(overlay);
    this.overlays = this.overlays.filter((one) => one !== overlay);
    for (const entry of overlay.entries) {
      const { key, once, stream } = entry.event;
      if (isForgotten) {
        for (const states of this.states.values()) states.delete(stream);
        this.revisions.delete(stream);
        renew(this.keys, key, entry);
        if (once !== undefined) renew(this.onces, once, entry);
      } else if (entry.askedIn === overlay.look) {
        // Only what somebody has asked for is worth the room.
        if (this.keys.get(key) === entry) this.keys.delete(key);
        if (once !== undefined && this.onces.get(once) === entry) this.onces.delete(once);
      }
    }
  }

  /** Forgets everything: nothing that was decided and is under way holds any more. */
  forget(): void {
    this.overlays = [];
    this.refresh();
    this.revisions.clear();
  }

  private remember(entry: Decided): void {
    const { key, once } = entry.event;
    this.keys.set(key, entry);
    if (once !== undefined) this.onces.set(once, entry);
  }

  private eventOf(entry: Entry | undefined): KnownEvent | undefined {
    return entry?.event ?? undefined;
  }

  private note(entry: Entry, asked: Entry[]): Entry {
    if (entry.askedIn !== this.look) {
      entry.askedIn = this.look;
      asked.push(entry);
    }
    return entry;
  }

  private entryOf(key: string): Entry | undefined {
    const entry = this.keys.get(key);
    if (entry !== undefined) return this.note(entry, this.asked);
    this.miss(this.missing.keys, key);
    return undefined;
  }

  private miss(missing: Set<string>, name: string): void {
    this.misses += 1;
    missing.add(name);
  }

  private ownEntry(key: string): Entry | undefined {
    if (this.ownKeys === "lookedUp") return this.entryOf(key);
    const isInLog = this.ownKeys === "inTheLog";
    const entry = (isInLog ? this.inLog : this.keys).get(key);
    if (entry !== undefined) return this.note(entry, this.asked);
    if (this.ownKeys === "takenForNew") this.hasTakenForNew = true;
    else this.miss(this.missing.keys, key);
    return undefined;
  }

  private onceEntry(once: string): Entry | undefined {
    const entry = this.onces.get(once);
    if (entry === undefined) {
      this.miss(this.missing.onces, once);
      return undefined;
    }
    // What has happened once has happened for good; that it has not may change.
    return entry.event === null ? this.note(entry, this.askedOnces) : entry;
  }

  private stateOf<S>(fold: Fold<S>, stream: string): S {
    const state = this.states.get(fold)?.get(stream);
    if (state === undefined) {
      const streams = this.missing.states.get(fold) ?? new Set();
      this.missing.states.set(fold, streams);
      this.miss(streams, stream);
      return fold.start();
    }
    if (state.askedIn !== this.look) {
      state.askedIn = this.look;
      this.askedStates.push([stream, state]);
    }
    return state.value as S;
  }

  private statesOf(fold: Fold<unknown>): LRUCache<string, State> {
    let states = this.states.get(fold);
    if (states === undefined) {
      states = new LRUCache({ max: statesMax });
      this.states.set(fold, states);
    }
    return states;
  }

  private async read(name: string, event: RecordedEvent | undefined): Promise<Entry> {
    const at = { name, askedIn: 0 };
    if (event === undefined) return { ...at, event: null, nth: -1 };
    const lifted = liftEvent(event.type, event.version, event.data);
    const whole = await completeList(this.log, event, lifted);
    const known = { ...whole, effectiveDate: event.meta.effectiveDate };
    return { ...at, event: known, nth: event.nth };
  }

  /** Folds a stream from the log and from what was on its way there before it was read. */
  private async fold(stream: string, fold: Fold<unknown>): Promise<State> {
    const { log } = this;
    const value = fold.start();
    const underWay = this.overlays.flatMap(({ entries }) =>
      entries.flatMap(({ event }) => (event.stream === stream ? [event] : [])),
    );
    const recorded = new Set<string>();
    // Asked before reading: an event that comes between is then read too.
    let last = (await log.revisions([stream])).get(stream) ?? -1;
    for await (const event of log.readStream(stream)) {
      last = Math.max(last, event.revision);
      recorded.add(eventId(event));
      const lifted = liftEvent(event.type, event.version, event.data);
      fold.apply(value, { ...lifted, effectiveDate: event.meta.effectiveDate });
    }
    const coming = underWay.filter((event) => !recorded.has(eventId(event)));
    for (const event of coming) fold.apply(value, event);
    // What was decided may have taken it further.
    const place = this.revisions.get(stream);
    if (place === undefined) this.revisions.set(stream, { last });
    else place.last = Math.max(place.last, last);
    return { value, last: last + coming.length, askedIn: 0 };
  }
}

const nothing: ReadonlyMap<string, RecordedEvent> = new Map();

function noneMissing(): Missing {
  return { keys: new Set(), onces: new Set(), states: new Map() };
}

function renew(entries: Map<string, Entry>, name: string, entry: Entry): void {
  const known = entries.get(name);
  if (known !== undefined && known.nth < entry.nth) entries.set(name, entry);
}
