import { LRUCache } from "lru-cache";
import type { DecidedEvent, Facts, Fold, KnownEvent, Survey } from "../domain/facts.ts";
import type { JsonObject } from "../encoding/canonical.ts";
import { canonical } from "../encoding/canonical.ts";
import type { EventLog, RecordedEvent, RestsOn } from "../log/event-log.ts";
import { eventId, StreamRefused } from "../log/event-log.ts";
import { completeList, EventUnreadable, liftRecorded } from "../log/lists.ts";

/** The newest event under a key or a `once`; null: there is none. */
type Known = (KnownEvent & { readonly key: string; readonly nth: number }) | null;

/** What the events of a stream come to, with all that was decided. */
interface State {
  readonly value: unknown;
  /** The revision of the last event in it. */
  last: number;
  /** Why it is not known: the log does not give the stream. */
  readonly refused?: StreamRefused;
}

/** What one batch has decided and the log has not answered yet; the newest under each name. */
export interface Overlay {
  readonly events: DecidedEvent[];
  readonly keys: Map<string, DecidedEvent>;
  readonly onces: Map<string, DecidedEvent>;
}

/** What `own` answers for a key that is not remembered: nothing, or what the log has under it. */
export type OwnKeys = "takenForNew" | "lookedUp" | "inTheLog";

/** What is asked for and not remembered. */
interface Missing {
  readonly keys: Set<string>;
  readonly onces: Set<string>;
  readonly states: Map<Fold<unknown>, Set<string>>;
  readonly surveys: Map<string, SurveyRequest>;
}

/** A survey with its parameters. */
export interface SurveyRequest {
  readonly survey: Survey<never, unknown>;
  readonly parameters: JsonObject;
}

/** Asks the read models, once they have come as far as the log has. */
export type Surveyor = (
  request: SurveyRequest,
) => Promise<{ readonly position: bigint; readonly answer: unknown }>;

/** What a survey has found, with all that was recorded up to a position. */
interface Surveyed extends SurveyRequest {
  readonly position: bigint;
  /** What was found, with all that is decided and not recorded. */
  answer: unknown;
}

/** Keys and values of `once` that are remembered when a look begins, and revisions of streams. */
const rememberedMax = 200_000;
/** Of the bodies of events that were read for them. */
const rememberedCharactersMax = 64 * 1024 * 1024;
/** Streams whose state is remembered, for each fold. */
const statesMax = 10_000;

/**
 * What deciding remembers of the log and of what was decided and is not answered yet. One look at a
 * time is decided on; facts that are not there are noted as missing and answered as unknown, for
 * whoever looks to load them and ask again.
 */
export class Memory {
  private readonly log: EventLog;
  private readonly surveyor: Surveyor;
  /** The newest under each name in the log; what overlays have is newer. */
  private readonly keys = new Map<string, Known>();
  private readonly onces = new Map<string, Known>();
  /** Names whose event cannot be read: a command that asks for one cannot be judged. */
  private readonly refused = {
    keys: new Map<string, StreamRefused>(),
    onces: new Map<string, StreamRefused>(),
  };
  private charactersRead = 0;
  private readonly states = new Map<Fold<unknown>, LRUCache<string, State>>();
  private readonly revisions = new LRUCache<string, { last: number }>({ max: rememberedMax });
  /** Oldest first. */
  private overlays: Overlay[] = [];
  private surveyed = new Map<string, Surveyed>();
  private position: bigint | undefined;
  private asked = nothingAsked();
  private missing: Missing = noneMissing();
  /** How often something was asked for that is not remembered. */
  misses = 0;
  private ownKeys: OwnKeys = "lookedUp";
  /** What the log has under keys that the look itself has decided about. */
  private readonly inLog = new Map<string, Known>();
  private hasTakenForNew = false;

  constructor(log: EventLog, surveyor: Surveyor) {
    this.log = log;
    this.surveyor = surveyor;
  }

  /** Begins a look: what it asks for from here on is what it rests on. */
  begin(ownKeys: OwnKeys): Overlay {
    if (this.isFull()) this.refresh();
    this.ownKeys = ownKeys;
    this.inLog.clear();
    this.surveyed.clear();
    this.asked = nothingAsked();
    const overlay: Overlay = { events: [], keys: new Map(), onces: new Map() };
    this.overlays.push(overlay);
    return overlay;
  }

  /** What rules may ask. */
  readonly facts: Facts = {
    own: (key) => (this.ownOf(key) ?? undefined) as never,
    known: (key) => (this.knownOf(key) ?? undefined) as never,
    count: (key) => (this.knownOf(key)?.nth ?? -1) + 1,
    first: (once) => (this.firstOf(once) ?? undefined) as never,
    state: (fold, stream) => this.stateOf(fold, stream),
    survey: (survey, parameters) => this.surveyOf({ survey: survey as never, parameters }) as never,
  };

  /** Loads what is missing. */
  async load(): Promise<void> {
    if (!this.isMissing()) return;
    const { keys, onces, states, surveys } = this.missing;
    this.missing = noneMissing();
    // Read first: whatever comes while facts are read counts as come later.
    this.position ??= (await this.log.head()).position;
    const [found, first] = await Promise.all([
      keys.size === 0 ? nothing : this.log.find([...keys]),
      onces.size === 0 ? nothing : this.log.findOnce([...onces]),
    ]);
    const readSurely = async (which: "keys" | "onces", name: string, event?: RecordedEvent) =>
      this.read(event).catch((error: unknown) => {
        this.refused[which].set(name, refusedBy(error));
        return null;
      });
    for (const key of keys) {
      const known = await readSurely("keys", key, found.get(key));
      if (this.ownKeys === "inTheLog") this.inLog.set(key, known);
      this.keys.set(key, known);
    }
    for (const once of onces) {
      this.onces.set(once, await readSurely("onces", once, first.get(once)));
    }
    for (const [fold, streams] of states) {
      for (const stream of streams) {
        const state = await this.fold(stream, fold).catch((error: unknown) => {
          return { value: undefined, last: -1, refused: refusedBy(error) };
        });
        this.statesOf(fold).set(stream, state);
      }
    }
    for (const [name, request] of surveys) this.surveyed.set(name, await this.ask(request));
  }

  /** Asks the read models, and adds what is decided and may not be recorded yet. */
  private async ask(request: SurveyRequest): Promise<Surveyed> {
    // Taken before asking: what is recorded while they answer is either in the answer or here.
    const underWay = this.overlays.flatMap(({ events }) => events);
    const surveyed: Surveyed = { ...request, ...(await this.surveyor(request)) };
    for (const event of underWay) addTo(surveyed, event);
    return surveyed;
  }

  /** Whether something is missing. */
  isMissing(): boolean {
    const { keys, onces, states, surveys } = this.missing;
    return keys.size > 0 || onces.size > 0 || states.size > 0 || surveys.size > 0;
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
      overlay.events.push(event);
      overlay.keys.set(event.key, event);
      if (event.once !== undefined) overlay.onces.set(event.once, event);
      this.advance(event);
      for (const [name, surveyed] of this.surveyed) {
        if (!isAbout(surveyed.survey, event)) continue;
        if (surveyed.survey.with === undefined) this.surveyed.delete(name);
        else addTo(surveyed, event);
      }
    }
  }

  /** Changes the states that are remembered of the stream of an event. */
  private advance(event: DecidedEvent): void {
    for (const [fold, states] of this.states) {
      const state = states.get(event.stream);
      if (state === undefined || state.refused !== undefined) continue;
      fold.apply(state.value, event);
      state.last += 1;
    }
  }

  /**
   * How often something is recorded under a key, also where nothing is to rest on it: the log
   * itself refuses an event whose `nth` is taken.
   */
  async countUnder(key: string): Promise<number> {
    const known = this.newest("keys", key);
    if (known !== undefined) return (known?.nth ?? -1) + 1;
    return ((await this.log.find([key])).get(key)?.nth ?? -1) + 1;
  }

  /** Notes events that were decided in this look and are recorded before the rest of it. */
  recorded(events: readonly DecidedEvent[]): void {
    for (const event of events) {
      this.keys.delete(event.key);
      this.advance(event);
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
    const { asked } = this;
    const streams = new Map([...asked.states].map(([stream, { last }]) => [stream, last]));
    return restingOn(this.position ?? 0n, asked, streams);
  }

  /** Forgets what others may have changed, if any have recorded since it was read. */
  refreshIfStale(): void {
    if (this.position !== undefined && this.log.lastOfOthers > this.position) this.refresh();
  }

  /** Forgets what was read from the log; what was decided and is under way stays. */
  private refresh(): void {
    this.keys.clear();
    this.onces.clear();
    this.refused.keys.clear();
    this.refused.onces.clear();
    this.states.clear();
    this.surveyed.clear();
    this.charactersRead = 0;
    this.position = undefined;
  }

  /** What a batch has decided is recorded; whoever asks for it next finds it in the log. */
  settle(overlay: Overlay): void {
    // Decided on a memory that has been forgotten since, and recorded all the same.
    const isForgotten = !this.overlays.includes(overlay);
    this.overlays = this.overlays.filter((one) => one !== overlay);
    for (const { key, once, stream } of overlay.events) {
      this.keys.delete(key);
      this.refused.keys.delete(key);
      if (once !== undefined) this.onces.delete(once);
      if (!isForgotten) continue;
      for (const states of this.states.values()) states.delete(stream);
      this.revisions.delete(stream);
    }
  }

  /** Forgets everything: nothing that was decided and is under way holds any more. */
  forget(): void {
    this.overlays = [];
    this.refresh();
    this.revisions.clear();
  }

  private isFull(): boolean {
    return (
      this.keys.size + this.onces.size > rememberedMax ||
      this.charactersRead > rememberedCharactersMax
    );
  }

  /** What is known under a name: decided, the latest first, or in the log. */
  private newest(which: "keys" | "onces", name: string): Known | undefined {
    for (let i = this.overlays.length - 1; i >= 0; i--) {
      const decided = this.overlays[i]?.[which].get(name);
      if (decided !== undefined) return decided;
    }
    const refused = this.refused[which].get(name);
    if (refused !== undefined) throw refused;
    return this[which].get(name);
  }

  private knownOf(key: string): Known | undefined {
    const known = this.newest("keys", key);
    if (known === undefined) this.miss(this.missing.keys, key);
    else this.note(key, known);
    return known;
  }

  private note(key: string, known: Known): void {
    // An event is there anyway; a key would be held for it alone.
    if (known === null) this.asked.free.push(key);
    else this.asked.known.push(known);
  }

  private miss(missing: Set<string>, name: string): void {
    this.misses += 1;
    missing.add(name);
  }

  private ownOf(key: string): Known | undefined {
    if (this.ownKeys === "lookedUp") return this.knownOf(key);
    const isInLog = this.ownKeys === "inTheLog";
    const known = isInLog ? this.inLog.get(key) : this.newest("keys", key);
    if (known !== undefined) this.note(key, known);
    else if (isInLog) this.miss(this.missing.keys, key);
    else this.hasTakenForNew = true;
    return known;
  }

  private firstOf(once: string): Known | undefined {
    const known = this.newest("onces", once);
    if (known === undefined) this.miss(this.missing.onces, once);
    // What has happened once has happened for good; that it has not may change.
    else if (known === null) this.asked.onces.push(once);
    return known;
  }

  private stateOf<S>(fold: Fold<S>, stream: string): S {
    const state = this.states.get(fold)?.get(stream);
    if (state === undefined) {
      const streams = this.missing.states.get(fold) ?? new Set();
      this.missing.states.set(fold, streams);
      this.miss(streams, stream);
      return fold.start();
    }
    if (state.refused !== undefined) throw state.refused;
    this.asked.states.set(stream, state);
    return state.value as S;
  }

  private surveyOf(request: SurveyRequest): unknown {
    const { survey, parameters } = request;
    const name = `${survey.name} ${canonical(parameters)}`;
    const surveyed = this.surveyed.get(name);
    if (surveyed === undefined) {
      this.refuseUnsettled(survey);
      this.misses += 1;
      this.missing.surveys.set(name, request);
      return undefined;
    }
    for (const category of surveyed.survey.categories) {
      const seen = this.asked.categories.get(category);
      const { position } = surveyed;
      if (seen === undefined || position < seen) this.asked.categories.set(category, position);
    }
    return surveyed.answer;
  }

  /**
   * The read models have nothing of what is decided and not recorded: a survey either says what
   * such events change, or is asked when there are none.
   */
  private refuseUnsettled(survey: Survey<never, unknown>): void {
    if (survey.with !== undefined) return;
    if (!this.overlays.some(({ events }) => events.some((event) => isAbout(survey, event)))) return;
    throw new Error(`the survey ${survey.name} is about what is not recorded yet`);
  }

  private statesOf(fold: Fold<unknown>): LRUCache<string, State> {
    let states = this.states.get(fold);
    if (states === undefined) {
      states = new LRUCache({ max: statesMax });
      this.states.set(fold, states);
    }
    return states;
  }

  private async read(event: RecordedEvent | undefined): Promise<Known> {
    if (event === undefined) return null;
    this.charactersRead += event.body.length;
    const lifted = liftRecorded(event);
    const whole = await completeList(this.log, event, lifted);
    const { key, meta, nth } = event;
    return { ...whole, effectiveDate: meta.effectiveDate, key, nth };
  }

  /** Folds a stream from the log and from what was on its way there before it was read. */
  private async fold(stream: string, fold: Fold<unknown>): Promise<State> {
    const { log } = this;
    const value = fold.start();
    const underWay = this.overlays
      .flatMap(({ events }) => events)
      .filter((event) => event.stream === stream);
    const recorded = new Set<string>();
    // Asked before reading: an event that comes between is then read too.
    let last = (await log.revisions([stream])).get(stream) ?? -1;
    for await (const event of log.readStream(stream)) {
      last = Math.max(last, event.revision);
      recorded.add(eventId(event));
      const lifted = liftRecorded(event);
      fold.apply(value, { ...lifted, effectiveDate: event.meta.effectiveDate });
    }
    const coming = underWay.filter((event) => !recorded.has(eventId(event)));
    for (const event of coming) fold.apply(value, event);
    // What was decided may have taken it further.
    const place = this.revisions.get(stream);
    if (place === undefined) this.revisions.set(stream, { last });
    else place.last = Math.max(place.last, last);
    return { value, last: last + coming.length };
  }
}

/** Whether an event stands in one of the categories that a survey is about. */
function isAbout({ categories }: Survey<never, unknown>, { stream }: DecidedEvent): boolean {
  return categories.some((category) => stream.startsWith(`${category}-`));
}

/** Changes what a survey has answered by an event that it is about. */
function addTo(surveyed: Surveyed, event: DecidedEvent): void {
  const { survey, parameters, answer } = surveyed;
  if (survey.with === undefined || !isAbout(survey, event)) return;
  surveyed.answer = survey.with(answer, parameters as never, event);
}

const nothing: ReadonlyMap<string, RecordedEvent> = new Map();

/** Why a stream, or an event of it, cannot be had; throws any other error. */
function refusedBy(error: unknown): StreamRefused {
  if (error instanceof StreamRefused) return error;
  if (!(error instanceof EventUnreadable)) throw error;
  return new StreamRefused(error.stream, `cannot be read (${error.message})`);
}

function noneMissing(): Missing {
  return { keys: new Set(), onces: new Set(), states: new Map(), surveys: new Map() };
}

/** What a look has asked for. */
interface Asked {
  /** What was known, as often as it was asked for. */
  readonly known: NonNullable<Known>[];
  /** Keys under which nothing was. */
  readonly free: string[];
  /** Values of `once` that were free. */
  readonly onces: string[];
  readonly states: Map<string, State>;
  /** Category of streams → the position of the oldest survey of it. */
  readonly categories: Map<string, bigint>;
}

function nothingAsked(): Asked {
  return { known: [], free: [], onces: [], states: new Map(), categories: new Map() };
}

/** What rests on what was asked for: most appends never look, so it is made for those that do. */
function restingOn(
  asOf: bigint,
  { known, free, onces, categories }: Asked,
  streams: ReadonlyMap<string, number>,
): RestsOn {
  return {
    asOf,
    streams,
    categories,
    get keys() {
      const seen = new Map<string, number>();
      // What the look has decided itself comes later than what it has found.
      for (const { key, nth } of known) if (!seen.has(key)) seen.set(key, nth);
      for (const key of free) seen.set(key, -1);
      return seen;
    },
    get onces() {
      return new Set(onces);
    },
  };
}
