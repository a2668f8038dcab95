import type { Json } from "../../encoding/canonical.ts";
import type { AppendRequest, NewEvent, PlacedEvent } from "../event-log.ts";

/** An append that was recorded. */
export interface RecentAppend {
  /** The position before its first event. */
  readonly after: bigint;
  readonly events: AppendRequest["events"];
  readonly recordedAt: string;
}

interface HeldAppend extends RecentAppend {
  readonly characters: number;
}

/** An event as it was given, in its place. */
export type RecentEvent = PlacedEvent & NewEvent;

/** The most events held for the projector, and characters of them; more are read from the log. */
const eventsMax = 20_000;
const charactersMax = 32 * 1024 * 1024;

/** What one process has recorded lately, in the order of recording. */
export class RecentEvents {
  /** Those before `first` are held no more; their places are given up now and then. */
  private appends: (HeldAppend | undefined)[] = [];
  private first = 0;
  private held = 0;
  private characters = 0;

  /** Amortised: a small append must not cost a pass over all others. */
  note(append: RecentAppend): void {
    const characters = append.events.reduce((sum, { data }) => sum + charactersOf(data), 0);
    this.appends.push({ ...append, characters });
    this.held += append.events.length;
    this.characters += characters;
    while (this.isFull() && this.first < this.appends.length - 1) {
      const oldest = this.appends[this.first];
      this.held -= oldest?.events.length ?? 0;
      this.characters -= oldest?.characters ?? 0;
      this.appends[this.first] = undefined;
      this.first += 1;
    }
    if (this.first <= this.appends.length / 2) return;
    this.appends = this.appends.slice(this.first);
    this.first = 0;
  }

  forget(): void {
    this.appends = [];
    this.first = 0;
    this.held = 0;
    this.characters = 0;
  }

  private isFull(): boolean {
    return this.held > eventsMax || this.characters > charactersMax;
  }

  /** The events right after a position, none if they are not held. */
  after(position: bigint, max: number): RecentEvent[] {
    const found: RecentEvent[] = [];
    let at = position;
    for (let i = this.indexOf(position); i < this.appends.length && found.length < max; i++) {
      const append = this.appends[i];
      const skipped = append === undefined ? -1 : Number(at - append.after);
      if (append === undefined || skipped < 0 || skipped >= append.events.length) break;
      place(append, skipped, max, found);
      at = found.at(-1)?.position ?? at;
    }
    return found;
  }

  /** Of the last append that began at a position or before it. */
  private indexOf(position: bigint): number {
    let [low, high] = [this.first, this.appends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const append = this.appends[middle];
      if (append !== undefined && append.after <= position) low = middle + 1;
      else high = middle;
    }
    return low === this.first ? this.appends.length : low - 1;
  }
}

/** Of the texts in a value, at any depth: nothing else of an event can be long. */
function charactersOf(value: Json | undefined): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  let sum = 0;
  for (const member of Object.values(value)) sum += charactersOf(member);
  return sum;
}

/** Puts the events of an append from one of them on into their places, up to `max` in all. */
function place(append: RecentAppend, from: number, max: number, found: RecentEvent[]): void {
  const { after, events, recordedAt } = append;
  let last: { readonly given: NewEvent["meta"]; readonly meta: PlacedEvent["meta"] } | undefined;
  for (let i = from; i < events.length && found.length < max; i++) {
    const event = events[i] as NewEvent;
    if (last?.given !== event.meta) {
      last = { given: event.meta, meta: { ...event.meta, recordedAt } };
    }
    const { stream, revision, type, version, key, nth, once, data } = event;
    const position = after + BigInt(i) + 1n;
    const { meta } = last;
    const isOwn = true;
    found.push({ position, stream, revision, type, version, key, nth, once, data, meta, isOwn });
  }
}
