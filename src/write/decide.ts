import { setImmediate } from "node:timers/promises";
import type { JsonObject } from "../encoding/canonical.ts";
import { latestVersion } from "../../events/index.ts";
import { dayInShanghai } from "../domain/calendar.ts";
import type { DecidedEvent, DecidedListing } from "../domain/facts.ts";
import { keys } from "../domain/facts.ts";
import type { DecideContext, Kind } from "../domain/kind.ts";
import { basePack } from "../domain/packs.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { SealedItem, Sealing } from "../domain/sealing.ts";
import type { AppendRequest, EventLog, NewEvent, RestsOn } from "../log/event-log.ts";
import { StreamRefused } from "../log/event-log.ts";
import type { Vault } from "../vault/vault.ts";
import type { CommandBatch, CommandContext } from "./commands.ts";
import type { Made } from "./listing.ts";
import { makeList } from "./listing.ts";
import { cutLists, isPart } from "./lists.ts";
import type { Overlay, OwnKeys } from "./memory.ts";
import type { Surveyor } from "./memory.ts";
import { Memory } from "./memory.ts";
import { pauses } from "./pauses.ts";

/** A command that asks for something new each time it is judged would never end. */
const looksMax = 20;

/**
 * Commands of a batch that are loaded for one by one; when one more misses something, what the rest
 * of the batch will ask for is looked up together. To foresee it is to judge it all twice.
 */
const missesMax = 16;

/**
 * Commands judged in one turn of the event loop: between two, requests are answered, and the rows
 * of the batch before this one go on to the server.
 */
const turnRows = 100;

/**
 * What became of a command by the rules: its events as they are recorded, or a refusal; or the
 * stream that it needs and the log does not give or take.
 */
export type Judged = readonly DecidedEvent[] | Refusal | StreamRefused;

/** Commands that are not judged again, by their place in the batch. */
export type Failed = ReadonlyMap<number, StreamRefused>;

/** What is to be recorded of a batch, and how each of its commands was judged. */
export interface Decision {
  /** The generation of the memory that it was decided on; in a later one it no longer holds. */
  readonly generation: number;
  readonly judged: readonly Judged[];
  /** Null where nothing is to be recorded. */
  readonly request: AppendRequest | null;
  /** What it has seen; where nothing is recorded, the log has to be asked whether that moved. */
  readonly restsOn: RestsOn;
  /** What must lie in the vault before or with the events. */
  readonly items: readonly SealedItem[];
  readonly overlay: Overlay;
}

/** Decides batches, one at a time, on the log and on decisions that are not recorded yet. */
export interface Decider {
  /** Whether a batch must not be decided before everything handed in before it is recorded. */
  surveys(batch: CommandBatch): boolean;
  /**
   * Decides a batch, but for commands that have failed for good. Parts of very long lists are
   * recorded meanwhile, unless it is decided `alone`: while nothing can be recorded.
   */
  decide(batch: CommandBatch, failed?: Failed, how?: "alone"): Promise<Decision>;
  /** Whether a decision still holds: nothing that it was decided on has failed. */
  holds(decision: Decision): boolean;
  /** A decision is recorded, or there was nothing to record. */
  settle(decision: Decision, repetitions: number): void;
  /** Something was not recorded as decided: whatever rests on it is void, and so is the memory. */
  startAfresh(): void;
}

/** Thrown where another writer was faster than the parts of a list. */
class Overtaken extends Error {}

/** Times that the parts of lists of a batch are recorded ahead in vain, before they are held. */
const overtakenMax = 2;

/** A decider with an empty memory. `kindOf` answers the kind of a name. */
export function deciderOver(
  log: EventLog,
  vault: Pick<Vault, "name" | "fingerprint" | "write">,
  kindOf: (name: string) => Kind,
  surveyor: Surveyor,
): Decider {
  const memory = new Memory(log, surveyor);
  let generation = 0;
  /** Ids were taken for new that were not: until a batch without any, they are looked up first. */
  let looksUpFirst = false;
  const recordAhead = async ({ events, items }: Made, context: CommandContext): Promise<void> => {
    await vault.write(items);
    const request = { events: await placed(events, memory, () => context) };
    const { complete, failed } = await log.append(request);
    for (const error of failed?.values() ?? []) throw error;
    if (!complete) throw new Overtaken("another writer has recorded in the stream of a list");
    memory.recorded(events);
  };
  const startAfresh = (): void => {
    generation += 1;
    looksUpFirst = true;
    memory.forget();
  };
  return {
    surveys: ({ kind, commands }) => {
      const own = kindOf(kind);
      return own.surveys === true || commands.some((one) => own.surveysFor?.(one) === true);
    },
    decide: async (batch, failed = none, how) => {
      const kind = kindOf(batch.kind);
      for (let overtaken = 0; ; overtaken++) {
        const ownKeys = kind.mostlyNew && !looksUpFirst ? "takenForNew" : "lookedUp";
        memory.refreshIfStale();
        const isHeld = how === "alone" || overtaken === overtakenMax;
        const ahead = isHeld ? undefined : recordAhead;
        const looking = lookingAt(kind, memory, vault, ahead);
        const look = await lookAt(batch, failed, looking, ownKeys).catch((error: unknown) => {
          if (!(error instanceof Overtaken)) throw error;
        });
        if (look === undefined) {
          startAfresh();
          continue;
        }
        const events = await eventsFor(look.judged, memory, batch.contexts);
        const restsOn = memory.restsOn();
        const request = events.length === 0 ? null : { events, restsOn };
        return { ...look, generation, request, restsOn };
      }
    },
    holds: (decision) => decision.generation === generation,
    settle: ({ overlay, judged }, repetitions) => {
      memory.settle(overlay);
      looksUpFirst = repetitions * 50 > judged.length;
    },
    startAfresh,
  };
}

const none: Failed = new Map();

/** What the commands of a batch are judged with. */
interface Looking {
  readonly kind: Kind;
  readonly memory: Memory;
  readonly context: DecideContext;
  /** What the command that is being judged wants to be kept. */
  readonly kept: SealedItem[];
  /** Records parts of a list before the rest of it is made; undefined where they are held. */
  readonly recordAhead: ((made: Made, context: CommandContext) => Promise<void>) | undefined;
}

interface Look {
  readonly judged: Judged[];
  readonly items: SealedItem[];
  readonly overlay: Overlay;
}

function lookingAt(
  kind: Kind,
  memory: Memory,
  { name, fingerprint }: Pick<Vault, "name" | "fingerprint">,
  recordAhead: Looking["recordAhead"],
): Looking {
  const kept: SealedItem[] = [];
  const sealing = { name, fingerprint, keep: (item: SealedItem) => kept.push(item) };
  const today = dayInShanghai(Date.now());
  return { kind, memory, kept, context: { facts: memory.facts, sealing, today }, recordAhead };
}

/** Judges the commands of a batch in their order, each on what those before it are recorded as. */
async function lookAt(
  { commands, contexts }: CommandBatch,
  failed: Failed,
  looking: Looking,
  ownKeys: OwnKeys,
): Promise<Look> {
  const { kind, memory, context } = looking;
  const look: Look = { judged: [], items: [], overlay: memory.begin(ownKeys) };
  /** Commands that were refused, though their id was only taken for new. */
  const doubted: number[] = [];
  for (const command of commands) decideOrRefused(() => kind.asksAhead?.(command, context.facts));
  await memory.load();
  let missed = 0;
  const pause = pauses(setImmediate, turnRows);
  for (let i = 0; i < commands.length; i++) {
    await pause(i);
    let found = failed.get(i) ?? judge(commands[i], looking, look);
    if (found === undefined) {
      missed += 1;
      // Once all are foreseen, what one misses is due to those before it, and is its own to load.
      if (missed === missesMax) await foresee(commands.slice(i), looking);
      found = await judgeSurely(commands[i], looking, look);
    }
    const judged = "making" in found ? await listed(found, contexts[i], looking, look) : found;
    const tookForNew = memory.tookForNew();
    if (tookForNew && "code" in judged) doubted.push(i);
    look.judged.push(judged);
  }
  if (doubted.length > 0) await lookUp(commands, doubted, looking, look);
  return look;
}

/** Judges a command that has missed something: on what is loaded for it, again and again. */
async function judgeSurely(
  command: unknown,
  looking: Looking,
  look: Look,
): Promise<Judged | DecidedListing> {
  for (let looks = 0; looks < looksMax; looks++) {
    await looking.memory.load();
    const judged = judge(command, looking, look);
    if (judged !== undefined) return judged;
  }
  throw new Error(`a command of ${looking.kind.name} asks for something new each time`);
}

/** Judges a command and remembers its events; undefined where facts are missing. */
function judge(
  command: unknown,
  looking: Looking,
  look: Look,
): Judged | DecidedListing | undefined {
  const { kind, memory, context, kept } = looking;
  kept.length = 0;
  let decided: ReturnType<Kind["decide"]>;
  let recorded: DecidedEvent[];
  try {
    decided = kind.decide(command, context);
    recorded = Array.isArray(decided) ? cutLists(decided, memory.facts) : [];
  } catch (error) {
    // On facts that are not there yet a rule may well stumble.
    if (memory.isMissing()) return undefined;
    if (error instanceof StreamRefused) return error;
    throw error;
  }
  if (memory.isMissing()) return undefined;
  if (!Array.isArray(decided)) return decided;
  // The parts of a list are counted, and its closing event is known with all lines.
  if (recorded !== decided) memory.apply(look.overlay, recorded.filter(isPart));
  memory.apply(look.overlay, decided);
  for (const item of kept) look.items.push(item);
  return recorded;
}

/** Makes the list of a command's event, and remembers its events. */
async function listed(
  listing: DecidedListing,
  context: CommandContext | undefined,
  { memory, kept, context: { sealing }, recordAhead }: Looking,
  look: Look,
): Promise<Judged> {
  if (context === undefined) throw new Error("every command has a context");
  look.items.push(...kept);
  try {
    const recordedParts = await memory.countUnder(keys.list(listing.making.list));
    const { events, items } = await makeList(listing, {
      sealing,
      recordedParts,
      recordAhead: recordAhead && ((made) => recordAhead(made, context)),
      giveWay: setImmediate,
    });
    memory.apply(look.overlay, events);
    for (const item of items) look.items.push(item);
    return events;
  } catch (error) {
    if (error instanceof StreamRefused) return error;
    throw error;
  }
}

/** Names nothing: for a look at what a command asks for. */
const unsealed: Sealing = {
  name: (household, content) => ({ item: "", household, content }),
  fingerprint: () => "",
  keep: () => undefined,
};

/**
 * Loads what commands ask for, as far as that can be said before they are judged in their order:
 * of all of them together, then of those that missed something, and so on.
 */
async function foresee(commands: readonly unknown[], looking: Looking): Promise<void> {
  const { memory } = looking;
  const pause = pauses(setImmediate, turnRows);
  let asking = commands;
  for (let looks = 0; looks < looksMax; looks++) {
    const missing: unknown[] = [];
    for (const [i, command] of asking.entries()) {
      await pause(i);
      if (misses(command, looking)) missing.push(command);
    }
    asking = missing;
    if (!memory.isMissing()) return;
    await memory.load();
  }
}

function misses(command: unknown, { kind, context, memory }: Looking): boolean {
  const before = memory.misses;
  try {
    kind.decide(command, { ...context, sealing: unsealed });
  } catch {
    // It is judged when its turn comes.
  }
  return memory.misses > before;
}

/** Looks up whether refused commands are recorded already: those are judged no further. */
async function lookUp(
  commands: readonly unknown[],
  doubted: readonly number[],
  { kind, memory, context }: Looking,
  { judged }: Look,
): Promise<void> {
  memory.lookUpOwnKeys();
  const pause = pauses(setImmediate, turnRows);
  for (const [n, i] of doubted.entries()) {
    await pause(n);
    decideOrRefused(() => kind.decide(commands[i], context));
  }
  await memory.load();
  for (const [n, i] of doubted.entries()) {
    await pause(n);
    const again = decideOrRefused(() => kind.decide(commands[i], context));
    if (again instanceof StreamRefused) {
      judged[i] = again;
      continue;
    }
    if ("making" in again) continue;
    const isRecorded = Array.isArray(again)
      ? again.length === 0
      : again.code === "ReferenceConflict";
    if (isRecorded) judged[i] = again;
  }
}

/** What is decided or asked for; the stream that stands in the way where one does. */
function decideOrRefused<T>(work: () => T): T | StreamRefused {
  try {
    return work();
  } catch (error) {
    if (error instanceof StreamRefused) return error;
    throw error;
  }
}

async function eventsFor(
  judged: readonly Judged[],
  memory: Memory,
  contexts: readonly CommandContext[],
): Promise<NewEvent[]> {
  const all: DecidedEvent[] = [];
  const commands: number[] = [];
  judged.forEach((decided, i) => {
    if (!Array.isArray(decided)) return;
    for (const event of decided as readonly DecidedEvent[]) {
      all.push(event);
      commands.push(i);
    }
  });
  return all.length === 0 ? [] : placed(all, memory, (at) => contexts[commands[at] as number]);
}

/** Decided events as they are appended; `contextOf` answers that of the event at a place. */
async function placed(
  events: readonly DecidedEvent[],
  memory: Memory,
  contextOf: (at: number) => CommandContext | undefined,
): Promise<NewEvent[]> {
  const revisions = await memory.place(events);
  const metaOf = metaSharer();
  return events.map((event, at) => {
    const context = contextOf(at);
    if (context === undefined) throw new Error("every command has a context");
    return newEvent(event, revisions[at] as number, metaOf(context, event));
  });
}

/** Metadata that are the same for neighbouring events are one object, encoded once. */
function metaSharer(): (context: CommandContext, event: DecidedEvent) => NewEvent["meta"] {
  let last: { context: CommandContext; meta: NewEvent["meta"] } | undefined;
  return (context, { effectiveDate, pack = basePack }) => {
    const isLast = last?.context === context && last.meta.effectiveDate === effectiveDate;
    if (last !== undefined && isLast && last.meta.pack === pack) return last.meta;
    const { actor, correlation } = context;
    last = { context, meta: { actor, correlation, effectiveDate, pack } };
    return last.meta;
  };
}

function newEvent(event: DecidedEvent, revision: number, meta: NewEvent["meta"]): NewEvent {
  const { stream, type, key, nth, once } = event;
  const data = event.data as JsonObject;
  return { stream, revision, type, version: latestVersion(type), key, nth, once, data, meta };
}
