import { setImmediate as breathe } from "node:timers/promises";
import type { JsonObject } from "../encoding/canonical.ts";
import { latestVersion } from "../../events/index.ts";
import { dayInShanghai } from "../domain/calendar.ts";
import type { DecidedEvent } from "../domain/facts.ts";
import { NotLoaded } from "../domain/facts.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { AppendRequest, EventLog, NewEvent } from "../log/event-log.ts";
import type { Vault, VaultItem } from "../vault/vault.ts";
import type { CommandBatch, CommandContext, CommandType, DecideContext } from "./commands.ts";
import { commandType } from "./commands.ts";
import type { FactsCache, FactsNeeded, Layer } from "./facts-cache.ts";
import { factsCache, noneNeeded } from "./facts-cache.ts";

/** The policy pack that decisions are made under. */
export const policyPack = "base/1";
/** What is remembered before the memory is emptied. */
const rememberedMax = 300_000;
/** Commands judged before others are let in, and events made of them. */
const handful = 50;
const handfulOfEvents = 200;

/** What is to be recorded of a batch, and how each of its commands was judged. */
export interface Decision {
  /** The generation of the memory it was decided on; an older one no longer holds. */
  readonly generation: number;
  readonly judged: readonly (DecidedEvent[] | Refusal)[];
  readonly request: AppendRequest | null;
  readonly items: readonly VaultItem[];
  /** What is remembered for its sake. */
  readonly layer: Layer;
}

/** Decides batches on what it remembers of the log and of decisions that are not recorded yet. */
export interface Judge {
  decide(batch: CommandBatch, generation: number): Promise<Decision>;
  /**
   * Whether deciding must wait until all that was decided is recorded: the memory is full and about
   * to be emptied.
   */
  mustWait(): boolean;
  /** A decision is recorded, or will never be. */
  settle(decision: Decision, alreadyRecorded: number): void;
  /** Forgets everything; what is in flight no longer holds. */
  forget(): void;
  /** Races were lost: keys are looked up before they are taken for new. */
  doubt(): void;
}

/** A judge with an empty memory; it decides one batch at a time. */
export function judgeOver(log: EventLog, vault: Vault): Judge {
  const inFlight = new Set<Decision>();
  const memory = factsCache(log, (stream) => eventsOf(inFlight, stream));
  const passed: Layer[] = [];
  let assumeNew = true;
  return {
    decide: async (batch, generation) => {
      if (memory.size() > rememberedMax && inFlight.size === 0) memory.forget();
      for (const layer of passed.splice(0)) layer.settled();
      const decision = await decide(batch, memory, vault, generation, assumeNew);
      inFlight.add(decision);
      return decision;
    },
    mustWait: () => memory.size() > rememberedMax,
    settle: (decision, alreadyRecorded) => {
      inFlight.delete(decision);
      passed.push(decision.layer);
      assumeNew = alreadyRecorded * 50 <= decision.judged.length;
    },
    forget: () => {
      memory.forget();
      inFlight.clear();
    },
    doubt: () => {
      assumeNew = false;
    },
  };
}

function eventsOf(decisions: Iterable<Decision>, stream: string): DecidedEvent[] {
  const found: DecidedEvent[] = [];
  for (const { judged } of decisions) {
    for (const decided of judged) {
      if (!Array.isArray(decided)) continue;
      for (const event of decided) if (event.stream === stream) found.push(event);
    }
  }
  return found;
}

/** What commands will ask for that those before them are not likely to have asked for. */
function foreseenBy(type: CommandType<unknown>, commands: readonly unknown[]): FactsNeeded {
  const needed = noneNeeded();
  if (type.foresee === undefined) return needed;
  for (const command of commands) type.foresee(command, needed);
  return needed;
}

async function decide(
  batch: CommandBatch,
  memory: FactsCache,
  vault: Vault,
  generation: number,
  assumeNew: boolean,
): Promise<Decision> {
  const { kind, commands, contexts } = batch;
  const type = commandType(kind);
  const layer = memory.begin();
  // Movements are mostly new: the log's own index says so when they are not.
  const assumed = kind === "movements" && assumeNew;
  const needed = foreseenBy(type, commands);
  if (kind === "movements" && !assumed) {
    for (const command of commands) needed.keys.add(type.ownKey(command));
  }
  await memory.load(needed);
  const items: VaultItem[] = [];
  const decideContext = {
    facts: memory.facts,
    vault,
    today: dayInShanghai(Date.now()),
    keep: (item: VaultItem) => items.push(item),
  };
  const judged: (DecidedEvent[] | Refusal)[] = [];
  // What the first commands ask for is mostly known; where it is not, all that is left is looked
  // up.
  let loaded = false;
  for (let i = 0; i < commands.length; ) {
    // Between two handfuls the batch before is sent on: the database would stand idle otherwise.
    if (i % handful === handful - 1) await breathe();
    try {
      const decided = type.decide(commands[i], decideContext);
      if (Array.isArray(decided)) memory.apply(decided);
      judged.push(decided);
      i += 1;
    } catch (error) {
      if (loaded || !(error instanceof NotLoaded)) throw error;
      loaded = true;
      await memory.load(neededBy(type, commands, i));
    }
  }
  if (assumed) await judgeDoubtful(type, commands, judged, memory, decideContext);
  const request = await requestFor(judged, memory, contexts);
  return { generation, judged, request, items, layer };
}

/** All that the commands from one on will ask for. */
function neededBy(
  type: CommandType<unknown>,
  commands: readonly unknown[],
  from: number,
): FactsNeeded {
  const needed = noneNeeded();
  for (let i = from; i < commands.length; i++) type.need(commands[i], needed);
  return needed;
}

/** A refused row may be recorded already, and is then judged no further. */
async function judgeDoubtful(
  type: CommandType<unknown>,
  commands: readonly unknown[],
  judged: (DecidedEvent[] | Refusal)[],
  memory: FactsCache,
  context: DecideContext,
): Promise<void> {
  const doubtful: { readonly i: number; readonly key: string }[] = [];
  judged.forEach((decided, i) => {
    if (Array.isArray(decided)) return;
    const key = type.ownKey(commands[i]);
    if (memory.facts.own(key) === undefined) doubtful.push({ i, key });
  });
  if (doubtful.length === 0) return;
  await memory.load({ ...noneNeeded(), keys: new Set(doubtful.map(({ key }) => key)) });
  for (const { i, key } of doubtful) {
    if (memory.facts.own(key) !== undefined) judged[i] = type.decide(commands[i], context);
  }
}

async function requestFor(
  judged: readonly (DecidedEvent[] | Refusal)[],
  memory: FactsCache,
  contexts: readonly CommandContext[],
): Promise<AppendRequest | null> {
  const all: DecidedEvent[] = [];
  const metas: NewEvent["meta"][] = [];
  const metaOf = metaSharer();
  for (let i = 0; i < judged.length; i++) {
    const decided = judged[i];
    if (!Array.isArray(decided)) continue;
    const context = contexts[i];
    if (context === undefined) throw new Error("every command has a context");
    for (const event of decided) {
      all.push(event);
      metas.push(metaOf(context, event.effectiveDate));
    }
  }
  if (all.length === 0) return null;
  const revisions = await memory.place(all);
  const events: NewEvent[] = [];
  for (let i = 0; i < all.length; i++) {
    if (i % handfulOfEvents === handfulOfEvents - 1) await breathe();
    events.push(
      newEvent(all[i] as DecidedEvent, revisions[i] as number, metas[i] as NewEvent["meta"]),
    );
  }
  return { events };
}

/** Metadata that are the same for neighbouring events are one object, encoded once. */
function metaSharer(): (context: CommandContext, effectiveDate: string) => NewEvent["meta"] {
  let last: { context: CommandContext; meta: NewEvent["meta"] } | undefined;
  return (context, effectiveDate) => {
    if (last?.context === context && last.meta.effectiveDate === effectiveDate) return last.meta;
    const { actor, correlation } = context;
    last = { context, meta: { actor, correlation, effectiveDate, pack: policyPack } };
    return last.meta;
  };
}

function newEvent(event: DecidedEvent, revision: number, meta: NewEvent["meta"]): NewEvent {
  const { stream, type, key, nth, once } = event;
  const data = event.data as JsonObject;
  return { stream, revision, type, version: latestVersion(type), key, nth, once, data, meta };
}
