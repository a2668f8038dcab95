import type { EventData, LedgerEvent } from "../../events/index.ts";
import { liftEvent } from "../../events/index.ts";
import { toUnits } from "../domain/decimal.ts";
import type { Holdings } from "../domain/dividend.ts";
import { addShares, heldOn } from "../domain/dividend.ts";
import type { DecidedEvent, Facts, KnownEvent } from "../domain/facts.ts";
import { streams } from "../domain/facts.ts";
import type { EventLog, RecordedEvent } from "../log/event-log.ts";
import { completeList } from "./lists.ts";

/** What a batch of commands is going to ask for. */
export interface FactsNeeded {
  readonly keys: Set<string>;
  readonly onces: Set<string>;
  /** Registers whose holdings are needed. */
  readonly registers: Set<string>;
}

/**
 * What the writer remembers of the log while it decides: what it has looked up, and what it has
 * decided but not yet seen recorded. After a lost race it is emptied and filled again from the log.
 */
export interface FactsCache {
  /** Fetches what is needed and not yet remembered. */
  load(needed: FactsNeeded): Promise<void>;
  readonly facts: Facts;
  /** Remembers events as recorded; their streams' revisions rise. */
  apply(events: readonly DecidedEvent[]): void;
  /** The revision each stream had before so many of its events, just applied, were decided. */
  revisionsBefore(applied: ReadonlyMap<string, number>): Promise<Map<string, number>>;
  /** Forgets what was only needed for one batch; its events must be recorded by now. */
  drop(passing: Pick<FactsNeeded, "keys" | "onces">): void;
  /** Forgets all, for another writer may have changed anything. */
  forget(): void;
  /** Whether the holdings of these registers are remembered. */
  holdsRegisters(registers: Iterable<string>): boolean;
  /** How much is remembered. */
  size(): number;
}

interface Remembered {
  readonly event: KnownEvent;
  readonly count: number;
}

/** A cache over one log; used by one decider at a time. */
export function factsCache(log: EventLog): FactsCache {
  const byKey = new Map<string, Remembered | null>();
  const byOnce = new Map<string, KnownEvent | null>();
  const holdings = new Map<string, Holdings>();
  const revisions = new Map<string, number>();
  const parts = new Map<string, Lines[]>();
  const facts: Facts = {
    known: (key) => byKey.get(key)?.event,
    count: (key) => byKey.get(key)?.count ?? 0,
    first: (once) => byOnce.get(once) ?? undefined,
    holdings: (register, day) => {
      const held = holdings.get(register);
      if (held === undefined) throw new Error("holdings are loaded before they are asked for");
      return heldOn(held, day);
    },
  };
  return {
    facts,
    load: async (needed) => {
      const keys = [...needed.keys].filter((key) => !byKey.has(key));
      const onces = [...needed.onces].filter((once) => !byOnce.has(once));
      const found = keys.length === 0 ? nothing : await log.find(keys);
      for (const key of keys) {
        const event = found.get(key);
        if (event === undefined) byKey.set(key, null);
        else byKey.set(key, { event: await known(log, event), count: event.nth + 1 });
      }
      const first = onces.length === 0 ? nothing : await log.findOnce(onces);
      for (const once of onces) {
        const event = first.get(once);
        byOnce.set(once, event === undefined ? null : await known(log, event));
      }
      for (const register of needed.registers) {
        if (!holdings.has(register)) await foldRegister(log, register, holdings, revisions);
      }
    },
    apply: (events) => {
      for (const decided of events) {
        const event = withParts(decided, parts);
        byKey.set(event.key, { event, count: event.nth + 1 });
        if (event.once !== undefined) byOnce.set(event.once, event);
        const revision = revisions.get(event.stream);
        if (revision !== undefined) revisions.set(event.stream, revision + 1);
        applyShares(holdings, event);
      }
    },
    revisionsBefore: async (applied) => {
      const unknown = [...applied.keys()].filter((stream) => !revisions.has(stream));
      const before = unknown.length === 0 ? noRevisions : await log.revisions(unknown);
      for (const stream of unknown) {
        revisions.set(stream, (before.get(stream) ?? -1) + (applied.get(stream) ?? 0));
      }
      const last = (stream: string) => revisions.get(stream) ?? -1;
      return new Map([...applied].map(([stream, count]) => [stream, last(stream) - count]));
    },
    drop: ({ keys, onces }) => {
      for (const key of keys) byKey.delete(key);
      for (const once of onces) byOnce.delete(once);
    },
    holdsRegisters: (registers) => [...registers].every((register) => holdings.has(register)),
    size: () => byKey.size + byOnce.size + revisions.size,
    forget: () => {
      byKey.clear();
      byOnce.clear();
      holdings.clear();
      revisions.clear();
      parts.clear();
    },
  };
}

type Lines = EventData<"DividendLinesListed">["lines"];
const nothing = new Map<string, RecordedEvent>();
const noRevisions = new Map<string, number>();

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

async function foldRegister(
  log: EventLog,
  register: string,
  holdings: Map<string, Holdings>,
  revisions: Map<string, number>,
): Promise<void> {
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
  revisions.set(stream, last);
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
