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
  readonly fold: Fold<unknown>;
  readonly value: unknown;
  /** The revision of the last event in it. */
  last: number;
  askedIn: number;
}

/** What one batch has decided and the log has not answered yet; it lies over what is remembered. */
export interface Overlay {
  readonly keys: Map<string, Entry>;
  readonly onces: Map<string, Entry>;
  readonly events: DecidedEvent[];
}

/** What `own` answers for a key that is not remembered: nothing, or what the log has under it. */
export type OwnKeys = "takenForNew" | "lookedUp" | "inTheLog";

/** What is asked for and not remembered. */
interface Missing {
  readonly keys: Set<string>;
  readonly onces: Set<string>;
  readonly states: Map<string, Fold<unknown>>;
}

/** Keys, values of `once`, and revisions of streams that are remembered of the log. */
const rememberedMax = 200_000;
/** Streams whose state is remembered. */
const statesMax = 10_000;

/**
 * What deciding remembers of the log, and over it what was decided and is not answered yet. One
 * look at a time is decided on; facts that are not there are noted as missing and answered as
 * unknown, for whoever looks to load them and ask again.
 */
export class Memory {
  private readonly log: EventLog;
  private readonly keys = new LRUCache<string, Entry>({ max: rememberedMax });
  private readonly onces = new LRUCache<string, Entry>({ max: rememberedMax });
  private readonly states = new LRUCache<string, State>({ max: statesMax });
  private readonly revisions = new LRUCache<string, { last: number }>({ max: rememberedMax });
  /** Oldest first. */
  private overlays: Overlay[] = [];
  private position: bigint | undefined;
  private look = 0;
  private asked: Entry[] = [];
  private askedOnces: Entry[] = [];
  private askedStates: [string, State][] = [];
  private missing: Missing = noneMissing();
  private ownKeys: OwnKeys = "lookedUp";
  private hasTakenForNew = false;

  constructor(log: EventLog) {
    this.log = log;
  }

  /** Begins a look: what it asks for from here on is what it rests on. */
  begin(ownKeys: OwnKeys): Overlay {
    this.look += 1;
    this.ownKeys = ownKeys;
    [this.asked, this.askedOnces, this.askedStates] = [[], [], []];
    const overlay: Overlay = { keys: new Map(), onces: new Map(), events: [] };
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

  /** Whether anything was missing since this was last asked; then it is loaded. */
  async load(): Promise<boolean> {
    const { keys, onces, states } = this.missing;
    if (keys.size === 0 && onces.size === 0 && states.size === 0) return false;
    this.missing = noneMissing();
    // Read first: whatever comes while facts are read counts as come later.
    this.position ??= (await this.log.head()).position;
    const found = keys.size === 0 ? nothing : await this.log.find([...keys]);
    for (const key of keys) this.keys.set(key, await this.read(key, found.get(key)));
    const first = onces.size === 0 ? nothing : await this.log.findOnce([...onces]);
    for (const once of onces) this.onces.set(once, await this.read(once, first.get(once)));
    for (const [stream, fold] of states) this.states.set(stream, await this.fold(stream, fold));
    return true;
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
      const { key, once, nth, stream } = event;
      const entry: Entry = { name: key, event, nth, askedIn: this.look };
      overlay.keys.set(key, entry);
      if (once !== undefined) overlay.onces.set(once, entry);
      overlay.events.push(event);
      const state = this.states.get(stream);
      if (state === undefined) continue;
      state.fold.apply(state.value, event);
      state.last += 1;
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
  }

  /** What a batch has decided is recorded: what was asked for of it before is remembered so. */
  settle(overlay: Overlay): void {
    // Decided on a memory that has been forgotten since, and recorded all the same.
    if (!this.overlays.includes(overlay)) {
      for (const { stream } of overlay.events) {
        this.states.delete(stream);
        this.revisions.delete(stream);
      }
    }
    this.overlays = this.overlays.filter((one) => one !== overlay);
    for (const [key, entry] of overlay.keys) renew(this.keys, key, entry);
    for (const [once, entry] of overlay.onces) renew(this.onces, once, entry);
  }

  /** Forgets everything: nothing that was decided and is under way holds any more. */
  forget(): void {
    this.refresh();
    this.revisions.clear();
    this.overlays = [];
  }

  private eventOf(entry: Entry | undefined): KnownEvent | undefined {
    return entry?.event ?? undefined;
  }

  private overlaid(name: string, which: "keys" | "onces"): Entry | undefined {
    for (let i = this.overlays.length - 1; i >= 0; i--) {
      const entry = this.overlays[i]?.[which].get(name);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  private note(entry: Entry, asked: Entry[]): Entry {
    if (entry.askedIn !== this.look) {
      entry.askedIn = this.look;
      asked.push(entry);
    }
    return entry;
  }

  private entryOf(key: string): Entry | undefined {
    const entry = this.overlaid(key, "keys") ?? this.keys.get(key);
    if (entry !== undefined) return this.note(entry, this.asked);
    this.missing.keys.add(key);
    return undefined;
  }

  private ownEntry(key: string): Entry | undefined {
    if (this.ownKeys === "lookedUp") return this.entryOf(key);
    const overlaid = this.ownKeys === "takenForNew" ? this.overlaid(key, "keys") : undefined;
    const entry = overlaid ?? this.keys.get(key);
    if (entry !== undefined) return this.note(entry, this.asked);
    if (this.ownKeys === "takenForNew") this.hasTakenForNew = true;
    else this.missing.keys.add(key);
    return undefined;
  }

  private onceEntry(once: string): Entry | undefined {
    const entry = this.overlaid(once, "onces") ?? this.onces.get(once);
    if (entry === undefined) {
      this.missing.onces.add(once);
      return undefined;
    }
    // What has happened once has happened for good; that it has not may change.
    return entry.event === null ? this.note(entry, this.askedOnces) : entry;
  }

  private stateOf<S>(fold: Fold<S>, stream: string): S {
    const state = this.states.get(stream);
    if (state?.fold !== fold) {
      this.missing.states.set(stream, fold);
      return fold.start();
    }
    if (state.askedIn !== this.look) {
      state.askedIn = this.look;
      this.askedStates.push([stream, state]);
    }
    return state.value as S;
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
    const underWay = this.overlays.flatMap(({ events }) => events.filter(isOf(stream)));
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
    return { fold, value, last: last + coming.length, askedIn: 0 };
  }
}

const nothing: ReadonlyMap<string, RecordedEvent> = new Map();

function noneMissing(): Missing {
  return { keys: new Set(), onces: new Set(), states: new Map() };
}

function isOf(wanted: string): (event: DecidedEvent) => boolean {
  return ({ stream }) => stream === wanted;
}

/** Only what somebody has asked for is worth the room. */
function renew(entries: LRUCache<string, Entry>, name: string, entry: Entry): void {
  const known = entries.peek(name);
  if (known !== undefined && known.nth < entry.nth) entries.set(name, entry);
}
