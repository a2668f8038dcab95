import { createHash } from "node:crypto";
import type { DecidedEvent, Facts, Fold } from "../../src/domain/facts.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import { canonical } from "../../src/encoding/canonical.ts";
import type { CountyRow } from "./county.ts";

/** A history of many rows: what is recorded is remembered by key, and states are kept folded. */
export interface LongHistory {
  /** Judges a row, and records it where it is not refused. */
  give(kind: KindName, row: CountyRow): readonly DecidedEvent[] | Refusal;
}

/** An empty history; no read model is there to be asked. */
export function longHistory(): LongHistory {
  const newest = new Map<string, DecidedEvent>();
  const counts = new Map<string, number>();
  const streams = new Map<string, DecidedEvent[]>();
  const states = new Map<Fold<unknown>, Map<string, unknown>>();
  const stateOf = (fold: Fold<unknown>, stream: string): unknown => {
    const folded = states.get(fold) ?? new Map<string, unknown>();
    states.set(fold, folded);
    if (!folded.has(stream)) {
      const state = fold.start();
      for (const event of streams.get(stream) ?? []) fold.apply(state, event);
      folded.set(stream, state);
    }
    return folded.get(stream);
  };
  const facts: Facts = {
    own: (key) => newest.get(key) as never,
    known: (key) => newest.get(key) as never,
    first: () => undefined,
    count: (key) => counts.get(key) ?? 0,
    state: (fold, stream) => stateOf(fold, stream) as never,
    survey: ({ name }) => {
      throw new Error(`nobody is there to ask for ${name}`);
    },
  };
  const record = (event: DecidedEvent): void => {
    newest.set(event.key, event);
    counts.set(event.key, facts.count(event.key) + 1);
    const before = streams.get(event.stream) ?? [];
    before.push(event);
    streams.set(event.stream, before);
    for (const [fold, folded] of states) {
      if (folded.has(event.stream)) fold.apply(folded.get(event.stream), event);
    }
  };
  const digest = (of: object): string =>
    createHash("sha256")
      .update(canonical(of as never))
      .digest("base64url")
      .slice(0, 22);
  const sealing = {
    name: (household: string | undefined, content: object) =>
      ({ item: digest({ household: household ?? null, content }), household, content }) as never,
    fingerprint: digest,
    keep: () => undefined,
  };
  return {
    give: (name, row) => {
      const kind = kindOf(name);
      const parsed = kind.parse({ cells: row });
      if (!parsed.ok) return parsed.refusal;
      const decided = kind.decide(parsed.command, { facts, sealing, today: "2025-05-01" });
      if ("making" in decided) throw new Error("rows of the programme make no lists");
      if (Array.isArray(decided)) decided.forEach(record);
      return decided;
    },
  };
}
