import { z } from "zod";
import { bankEvents } from "./bank.ts";
import { basisEvents } from "./basis.ts";
import { batchEvents } from "./batch.ts";
import { contractEvents } from "./contract.ts";
import type { EventType } from "./define.ts";
import { day, identifier } from "./define.ts";
import { householdEvents } from "./household.ts";
import { incomeEvents } from "./income.ts";
import { ledgerEvents } from "./ledger.ts";
import { organisationEvents } from "./organisation.ts";
import { packEvents } from "./pack.ts";
import { periodEvents } from "./period.ts";
import { programmeEvents } from "./programme.ts";
import { registerEvents } from "./register.ts";

/** Every type of event the ledger knows, by its stored name. It is the only list of them. */
export const eventTypes = {
  ...ledgerEvents,
  ...householdEvents,
  ...organisationEvents,
  ...contractEvents,
  ...registerEvents,
  ...incomeEvents,
  ...basisEvents,
  ...batchEvents,
  ...bankEvents,
  ...periodEvents,
  ...packEvents,
  ...programmeEvents,
};

/** The stored name of an event type. */
export type EventName = keyof typeof eventTypes;

/** The data of an event type, in its latest version. */
export type EventData<N extends EventName> = z.infer<(typeof eventTypes)[N]["data"]>;

/** A space of keys: the word before the colon in an event's key. */
export type KeySpace = (typeof eventTypes)[EventName]["key"];

/** The types of event that are recorded under keys of a space. */
export type EventsUnder<K extends KeySpace> = {
  [N in EventName]: (typeof eventTypes)[N]["key"] extends K ? N : never;
}[EventName];

/** Who, on which day in the business, and by what authority; the log adds the time of recording. */
export const eventMeta = z
  .object({
    actor: identifier,
    role: z.string().optional(),
    department: z.string().optional(),
    effectiveDate: day,
    correlation: z.string().optional(),
    causation: z.string().optional(),
    /** The policy packs it was decided under, in order, with a blank between two. */
    pack: z.string(),
    /** SHA-256, hex, of the documents it rests on. */
    documents: z.array(z.string().regex(/^[0-9a-f]{64}$/)).optional(),
    /** EventStoreDB only: the number of the writer's claim it was appended under. */
    claim: z.int().optional(),
    recordedAt: z.iso.datetime(),
  })
  .strict();

/** Metadata of a recorded event. */
export type EventMeta = z.infer<typeof eventMeta>;

/** An event as an exhaustive union: `type` decides the shape of `data`. */
export type LedgerEvent = EventOf<EventName>;

/** Events of some types, told apart by `type`. */
export type EventOf<Names extends EventName> = {
  [N in Names]: { readonly type: N; readonly data: EventData<N> };
}[Names];

/** The declaration of a type of event, for code that treats all types alike. */
export function eventType(type: EventName): EventType<z.ZodType<never>> {
  return eventTypes[type] as unknown as EventType<z.ZodType<never>>;
}

/** Whether a stored name is one of ours. */
export function isEventName(type: string): type is EventName {
  return Object.hasOwn(eventTypes, type);
}

/** Parses data of any released version and lifts them to the latest. Throws on anything else. */
export function liftEvent(type: string, version: number, data: unknown): LedgerEvent {
  if (!isEventName(type)) throw new Error(`unknown event type ${type}`);
  const declared = eventType(type);
  const schema = declared.versions[version - 1];
  if (schema === undefined) throw new Error(`unknown version ${version} of ${type}`);
  let lifted: unknown = schema.parse(data);
  for (const { lift } of (declared.earlier ?? []).slice(version - 1))
    lifted = lift(lifted as never);
  return { type, data: lifted } as LedgerEvent;
}

/** The version that is written today. */
export function latestVersion(type: EventName): number {
  return eventTypes[type].versions.length;
}
