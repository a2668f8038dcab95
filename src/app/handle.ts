import { latestVersion } from "../../events/index.ts";
import type { JsonObject } from "../../events/canonical.ts";
import { dayInShanghai } from "../domain/calendar.ts";
import type { DecidedEvent } from "../domain/facts.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { AppendRequest, AppendResult, EventLog, NewEvent } from "../log/event-log.ts";
import type { Vault, VaultItem } from "../vault/vault.ts";
import type { CommandKind } from "./commands.ts";
import { commandType } from "./commands.ts";
import type { FactsCache, FactsNeeded } from "./facts-cache.ts";
import { factsCache } from "./facts-cache.ts";
import { mutex } from "./mutex.ts";

/** Commands of one kind, in order, from one caller. */
export interface CommandBatch {
  readonly kind: CommandKind;
  readonly commands: readonly unknown[];
  /** One context a command. */
  readonly contexts: readonly CommandContext[];
}

export interface CommandContext {
  readonly actor: string;
  /** Ties together what one import or request recorded. */
  readonly correlation?: string | undefined;
}

/** What became of a command. */
export type Outcome =
  | { readonly status: "recorded"; readonly position: bigint }
  | { readonly status: "alreadyRecorded" }
  | { readonly status: "refused"; readonly refusal: Refusal };

/** Decides and records. Batches are judged and recorded in the order in which they are handed in. */
export interface Handler {
  /** One outcome a command. The batch after it may be handed in before this one has answered. */
  handle(batch: CommandBatch): Promise<Outcome[]>;
}

/** The policy pack that decisions are made under. */
export const policyPack = "base/1";
/** What is remembered before the memory is emptied. */
const rememberedMax = 300_000;
/** Races lost before a batch is decided while nobody else may write. */
const racesMax = 3;

interface Decision {
  /** The generation of the memory it was decided on; an older one no longer holds. */
  readonly generation: number;
  readonly judged: readonly (DecidedEvent[] | Refusal)[];
  readonly request: AppendRequest | null;
  readonly items: readonly VaultItem[];
  readonly needed: FactsNeeded;
}

/**
 * The one way to write. While a batch is being appended, the next is decided on the assumption that the
 * append succeeds; where another writer was faster, both are decided again.
 */
export function handler(log: EventLog, vault: Vault): Handler {
  const memory = factsCache(log);
  const turn = mutex();
  const inFlight = new Set<Decision>();
  let generation = 0;
  /** The memory holds what was decided but never recorded. */
  let spoiled = false;
  let assumeNew = true;
  let deciding: Promise<unknown> = Promise.resolve();
  let appending: Promise<unknown> = Promise.resolve();
  const passed: FactsNeeded[] = [];

  const decideNow = async (batch: CommandBatch): Promise<Decision> => {
    if (spoiled) memory.forget();
    spoiled = false;
    for (const { keys, onces } of passed.splice(0)) {
      const needed = [...inFlight].map((decision) => decision.needed);
      memory.drop({
        keys: new Set([...keys].filter((key) => !needed.some((other) => other.keys.has(key)))),
        onces: new Set([...onces].filter((once) => !needed.some((other) => other.onces.has(once)))),
      });
    }
    const decision = await decide(batch, memory, vault, generation, assumeNew);
    inFlight.add(decision);
    return decision;
  };
  const decideAgain = (batch: CommandBatch, stale: Decision): Promise<Decision> =>
    turn(async () => {
      generation += 1;
      memory.forget();
      inFlight.delete(stale);
      assumeNew = false;
      return decideNow(batch);
    });
  const finish = async (batch: CommandBatch, ahead: Promise<Decision>): Promise<Outcome[]> => {
    let decision = await ahead;
    const recorded = new Map<number, bigint>();
    try {
      for (let races = 0; ; races++) {
        if (decision.generation !== generation) decision = await decideAgain(batch, decision);
        const result =
          races < racesMax
            ? await record(log, vault, decision)
            : await log.appendAlone(async () => {
                decision = await decideAgain(batch, decision);
                await vault.write(decision.items);
                return decision.request;
              });
        noteRecorded(decision, result, recorded);
        if (result === null || result.complete) break;
        generation += 1;
      }
    } finally {
      inFlight.delete(decision);
      passed.push(decision.needed);
    }
    const outcomes = decision.judged.map((judged, i) => outcomeOf(judged, recorded.get(i)));
    const again = outcomes.filter(({ status }) => status === "alreadyRecorded").length;
    assumeNew = again * 50 <= outcomes.length;
    return outcomes;
  };
  return {
    handle: (batch) => {
      const before = appending.catch(() => undefined);
      const ahead = deciding.then(async () => {
        // Nothing may be in flight when the memory is emptied: the log does not hold it yet.
        if (memory.size() > rememberedMax) {
          await before;
          await turn(async () => Promise.resolve(memory.forget()));
        }
        return turn(() => decideNow(batch));
      });
      deciding = ahead.catch(() => undefined);
      appending = before
        .then(() => finish(batch, ahead))
        .catch((error: unknown) => {
          // What was decided on top of this batch no longer holds, nor will what is remembered of it.
          generation += 1;
          spoiled = true;
          throw error;
        });
      return appending as Promise<Outcome[]>;
    },
  };
}

/** The commit point: what must lie in the vault first, then the events. */
async function record(
  log: EventLog,
  vault: Vault,
  { request, items }: Decision,
): Promise<AppendResult | null> {
  if (request === null) return null;
  await vault.write(items);
  return log.append(request);
}

async function decide(
  { kind, commands, contexts }: CommandBatch,
  memory: FactsCache,
  vault: Vault,
  generation: number,
  assumeNew: boolean,
): Promise<Decision> {
  const type = commandType(kind);
  const needed: FactsNeeded = { keys: new Set(), onces: new Set(), registers: new Set() };
  for (const command of commands) type.need(command, needed);
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
  const judged = commands.map((command) => {
    const decided = type.decide(command, decideContext);
    if (Array.isArray(decided)) memory.apply(decided);
    return decided;
  });
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

/** What only this batch asked for: movements come once, households and contracts again and again. */
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

/** Notes the position of each command all of whose events are recorded. */
function noteRecorded(
  { judged }: Decision,
  result: AppendResult | null,
  recorded: Map<number, bigint>,
): void {
  if (result === null) return;
  let next = 0;
  judged.forEach((decided, i) => {
    if (!Array.isArray(decided) || decided.length === 0) return;
    const positions = result.appended.slice(next, next + decided.length);
    next += decided.length;
    const last = positions.at(-1);
    if (!positions.includes(null) && typeof last === "bigint") recorded.set(i, last);
  });
}

function outcomeOf(judged: DecidedEvent[] | Refusal, position: bigint | undefined): Outcome {
  if (position !== undefined) return { status: "recorded", position };
  if (Array.isArray(judged)) return { status: "alreadyRecorded" };
  return { status: "refused", refusal: judged };
}
