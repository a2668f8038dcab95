import type { EventName } from "../../events/index.ts";
import type { Fold, KnownEvent } from "./facts.ts";

/** What each type of event of a category does to the state; `same` changes nothing. */
export type Steps<S, N extends EventName> = {
  readonly [Name in N]: "same" | ((state: S, event: KnownEvent<Name>) => void);
};

/**
 * Declares the fold of a category's streams. Every event of the category is named, so that a new
 * one does not compile until its step is declared.
 */
export function fold<S, Events extends Readonly<Partial<Record<EventName, unknown>>>>(
  _events: Events,
  start: () => S,
  steps: Steps<S, keyof Events & EventName>,
): Fold<S> {
  const all: Readonly<Record<string, "same" | ((state: S, event: never) => void)>> = steps;
  return {
    start,
    apply: (state, event) => {
      const step = all[event.type];
      if (step === undefined) throw new Error(`${event.type} is of another category`);
      if (step !== "same") step(state, event as never);
    },
  };
}
