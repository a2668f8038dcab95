import { setImmediate as breathe } from "node:timers/promises";
import type { JsonObject } from "../../events/canonical.ts";
import { latestVersion } from "../../events/index.ts";
import { dayInShanghai } from "../domain/calendar.ts";
import type { DecidedEvent } from "../domain/facts.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { AppendRequest, EventLog, NewEvent } from "../log/event-log.ts";
import type { Vault, VaultItem } from "../vault/vault.ts";
import { commandType } from "./commands.ts";
import type { FactsCache, FactsNeeded } from "./facts-cache.ts";
import { factsCache } from "./facts-cache.ts";
import type { CommandBatch, CommandContext } from "./commands.ts";

/** The policy pack that decisions are made under. */
export const policyPack = "base/1";
/** What is remembered before the memory is emptied. */
const rememberedMax = 300_000;
/** Commands judged before others are let in. */
const handful = 200;

/** What is to be recorded of a batch, and how each of its commands was judged. */
export interface Decision {
  /** The generation of the memory it was decided on; an older one no longer holds. */
  readonly generation: number;
  readonly judged: readonly (DecidedEvent[] | Refusal)[];
  readonly request: AppendRequest | null;
  readonly items: readonly VaultItem[];
  readonly needed: FactsNeeded;
}

/** Decides batches on what it remembers of the log and of decisions that are not recorded yet. */
export interface Judge {
  decide(batch: CommandBatch, generation: number): Promise<Decision>;
  /**
   * Whether deciding this batch must wait until all that was decided is recorded: it folds a stream
   * that the log does not hold whole yet, or the memory is full and about to be emptied.
   */
  mustWait(batch: CommandBatch): boolean;
  /** A decision is recorded, or will never be. */
  settle(decision: Decision, alreadyRecorded: number): void;
  /** Forgets everything; what is in flight no longer holds. */
  forget(): void;
  /** Races were lost: keys are looked up before they are taken for new. */
  doubt(): void;
}

/** A judge with an empty memory; it decides one batch at a time. */
export function judgeOver(log: EventLog, vault: Vault): Judge {
  const memory = factsCache(log);
  const inFlight = new Set<Decision>();
  const passed: FactsNeeded[] = [];
  let assumeNew = true;
  return {
    decide: async (batch, generation) => {
      if (memory.size() > rememberedMax && inFlight.size === 0) memory.forget();
      for (const { keys, onces } of passed.splice(0)) {
        const needed = [...inFlight].map((decision) => decision.needed);
        const free = (name: "keys" | "onces") => (key: string) =>
          !needed.some((other) => other[name].has(key));
        memory.drop({
          keys: new Set([...keys].filter(free("keys"))),
          onces: new Set([...onces].filter(free("onces"))),
        });
      }
      const decision = await decide(batch, memory, vault, generation, assumeNew);
      inFlight.add(decision);
      return decision;
    },
    mustWait: (batch) =>
      memory.size() > rememberedMax || !memory.holdsRegisters(neededBy(batch).registers),
    settle: (decision, alreadyRecorded) => {
      inFlight.delete(decision);
      passed.push(decision.needed);
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

const neededOf = new WeakMap<CommandBatch, FactsNeeded>();

function neededBy(batch: CommandBatch): FactsNeeded {
  const gathered = neededOf.get(batch);
  if (gathered !== undefined) return gathered;
  const type = commandType(batch.kind);
  const needed: FactsNeeded = { keys: new Set(), onces: new Set(), registers: new Set() };
  for (const command of batch.commands) type.need(command, needed);
  neededOf.set(batch, needed);
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
  const needed = neededBy(batch);
  const own = commands.map((command) => type.ownKey(command));
  // Movements are mostly new: the log's own index says so when they are not.
  const assumed = kind === "movements" && assumeNew;
  if (!assumed) for (const key of own) needed.keys.add(key);
  await memory.load(needed);
  const items: VaultItem[] = [];
  const decideContext = {
    facts: memory.facts,
    vault,
    today: dayInShanghai(Date.now()),
    keep: (item: VaultItem) => items.push(item),
  };
  const judged: (DecidedEvent[] | Refusal)[] = [];
  for (const command of commands) {
    // Between two handfuls the batch before is sent on: the database would stand idle otherwise.
    if (judged.length % handful === handful - 1) await breathe();
    const decided = type.decide(command, decideContext);
    if (Array.isArray(decided)) memory.apply(decided);
    judged.push(decided);
  }
  if (assumed) {
    // A refused row may be recorded already, and is then judged no further.
    const unseen = (i: number) => memory.facts.known(own[i] ?? "") === undefined;
    const doubtful = judged.flatMap((decided, i) =>
      Array.isArray(decided) || !unseen(i) ? [] : [i],
    );
    const keys = new Set(doubtful.map((i) => own[i] ?? ""));
    await memory.load({ keys, onces: new Set(), registers: new Set() });
    for (const i of doubtful) {
      if (!unseen(i)) judged[i] = type.decide(commands[i], decideContext);
    }
  }
  const request = await requestFor(judged, memory, contexts);
  return { generation, judged, request, items, needed: passing(needed, own) };
}

/**
 * What only this batch asked for: movements come once, households and contracts again and again.
 */
function passing({ keys, onces }: FactsNeeded, own: readonly string[]): FactsNeeded {
  const once = (key: string) =>
    key.startsWith("movement:") || key.startsWith("list:") || key.startsWith("reversal-of:");
  const passed = new Set([...keys].filter(once));
  for (const key of own) if (once(key)) passed.add(key);
  return { keys: passed, onces: new Set([...onces].filter(once)), registers: new Set() };
}

async function requestFor(
  judged: readonly (DecidedEvent[] | Refusal)[],
  memory: FactsCache,
  contexts: readonly CommandContext[],
): Promise<AppendRequest | null> {
  const events: NewEvent[] = [];
  const counts = new Map<string, number>();
  const metaOf = metaSharer();
  judged.forEach((decided, i) => {
    if (!Array.isArray(decided)) return;
    const context = contexts[i];
    if (context === undefined) throw new Error("every command has a context");
    for (const event of decided) {
      events.push(newEvent(event, metaOf(context, event.effectiveDate)));
      counts.set(event.stream, (counts.get(event.stream) ?? 0) + 1);
    }
  });
  if (events.length === 0) return null;
  return { events, expected: await memory.revisionsBefore(counts) };
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

function newEvent(event: DecidedEvent, meta: NewEvent["meta"]): NewEvent {
  const { stream, type, key, nth, once } = event;
  const data = event.data as JsonObject;
  return { stream, type, version: latestVersion(type), key, nth, once, data, meta };
}
