import { readText } from "../../src/domain/cell.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import { createHash } from "node:crypto";
import { canonical } from "../../src/encoding/canonical.ts";
import type { JsonObject } from "../../src/encoding/canonical.ts";
import type { DecidedEvent, Facts } from "../../src/domain/facts.ts";
import type { ListClosed } from "../../src/domain/list.ts";
import { listOf } from "../../src/domain/list.ts";
import type { Refusal } from "../../src/domain/refusal.ts";
import { cutLists } from "../../src/write/lists.ts";
import type { KindName } from "../../src/domain/kinds.ts";
import type { CountyRow } from "./county.ts";

/** A row of one of the files. */
export type Step = readonly [kind: KindName, row: CountyRow];

/** What became of a row: the events it is recorded as, none when it is already, or its refusal. */
export type Decided = readonly DecidedEvent[] | Refusal;

/** A history made of rows, none of which is refused, and what is decided after it. */
export interface Given {
  /** The same history and these rows after it. */
  and(...steps: readonly Step[]): Given;
  /** The same history and an event that no row is recorded as. */
  with(event: DecidedEvent): Given;
  /** What a row of a file would be recorded as. */
  when(kind: KindName, row: CountyRow, today?: string): Decided;
  /** `recorded`, `alreadyRecorded` or the code of the refusal. */
  outcome(kind: KindName, row: CountyRow): string;
  readonly events: readonly DecidedEvent[];
}

/**
 * What read models say: by the name of a survey, what it answers to its parameters, of the events
 * that were recorded before.
 */
export type Surveys = Readonly<
  Record<string, (parameters: never, events: readonly DecidedEvent[]) => unknown>
>;

/** The history of these rows, decided on the first of May 2025 without any server. */
export function given(...steps: readonly Step[]): Given {
  return surveyed({}, ...steps);
}

/** The same where rules ask surveys. */
export function surveyed(surveys: Surveys, ...steps: readonly Step[]): Given {
  return after(surveys, [], steps);
}

function after(surveys: Surveys, before: readonly DecidedEvent[], steps: readonly Step[]): Given {
  const events = [...before];
  for (const [kind, row] of steps) {
    const decided = decide(surveys, events, kind, row);
    if (!isEvents(decided)) throw new Error(`${decided.code}: ${JSON.stringify(row)}`);
    events.push(...decided);
  }
  return {
    events,
    and: (...more) => after(surveys, events, more),
    with: (event) => after(surveys, [...events, event], []),
    when: (kind, row, today) => {
      const decided = decide(surveys, events, kind, row, today);
      return isEvents(decided) ? cutLists([...decided], factsOf(surveys, events)) : decided;
    },
    outcome: (kind, row) => {
      const decided = decide(surveys, events, kind, row);
      if (!isEvents(decided)) return decided.code;
      return decided.length === 0 ? "alreadyRecorded" : "recorded";
    },
  };
}

/** Whether a decision is events. */
export function isEvents(decided: Decided): decided is readonly DecidedEvent[] {
  return Array.isArray(decided);
}

function decide(
  surveys: Surveys,
  events: readonly DecidedEvent[],
  kind: KindName,
  row: CountyRow,
  today = "2025-05-01",
): Decided {
  const type = kindOf(kind);
  const cells = Object.fromEntries(
    Object.entries(row).map(([name, text]) => [name, readText(text)]),
  );
  const parsed = type.parse({ cells });
  if (!parsed.ok) return parsed.refusal;
  const sealing = { name: named, fingerprint, keep: () => undefined };
  const decided = type.decide(parsed.command, { facts: factsOf(surveys, events), sealing, today });
  if (!("making" in decided)) return decided;
  const { making, close, ...event } = decided;
  const lines = [...making.lines].flatMap(({ make }) => make(sealing));
  const list = listOf(making.list, lines) as ListClosed<never>;
  return [{ ...event, data: close(list) } as DecidedEvent];
}

const digest = (text: string): string =>
  createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
const fingerprint = (content: JsonObject): string => digest(canonical(content));
const named = (household: string | undefined, content: JsonObject) => ({
  item: digest(canonical({ household, content })),
  household,
  content,
});

/** Facts as a fold over events, the slow way. */
function factsOf(surveys: Surveys, events: readonly DecidedEvent[]): Facts {
  const known = (key: string) => events.findLast((event) => event.key === key) as never;
  return {
    own: known,
    known,
    first: (once: string) => events.find((event) => event.once === once) as never,
    count: (key) => events.filter((event) => event.key === key).length,
    state: (fold, stream) => {
      const state = fold.start();
      for (const event of events) if (event.stream === stream) fold.apply(state, event);
      return state;
    },
    survey: ({ name }, parameters) => {
      const survey = surveys[name];
      if (survey === undefined) throw new Error(`no answer is given to the survey ${name}`);
      return survey(parameters as never, events) as never;
    },
  };
}
