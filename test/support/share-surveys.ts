import type { DecidedEvent } from "../../src/domain/facts.ts";
import { dividendsLeft, quantifiedOf } from "../../src/domain/share-surveys.ts";
import type { Surveys } from "./given.ts";

/** What read models say of shares, had they come to the last event. */
export const shareSurveys: Surveys = {
  [dividendsLeft.name]: (asked: never, events: readonly DecidedEvent[]) =>
    events.reduce((left, event) => dividendsLeft.with?.(left, asked, event) ?? left, "0.00"),
  [quantifiedOf.name]: (asked: never, events: readonly DecidedEvent[]) =>
    events.reduce((sum, event) => quantifiedOf.with?.(sum, asked, event) ?? sum, "0"),
};
