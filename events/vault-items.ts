import type { z } from "zod";
import { vaultItem } from "./define.ts";
import type { EventName, LedgerEvent } from "./index.ts";
import { eventTypes } from "./index.ts";

/** Kinds of schema with no other schema inside. */
const plain: ReadonlySet<string> = new Set([
  "string",
  "number",
  "boolean",
  "enum",
  "literal",
  "null",
]);

/** Takes the vault items that a value names. */
type Find = (value: unknown, found: string[]) => void;

/**
 * What finds the vault items in values of a schema, by walking the schema; undefined where it has
 * none. Throws for a kind of schema that it cannot look into: an item behind it would be taken for
 * one that nobody needs.
 */
export function vaultItemsIn(schema: z.ZodType): Find | undefined {
  if (schema === vaultItem) {
    return (value, found) => {
      if (typeof value === "string") found.push(value);
    };
  }
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  if (def.type === "optional" || def.type === "nullable") {
    return vaultItemsIn(def.innerType as z.ZodType);
  }
  if (def.type === "array") {
    const find = vaultItemsIn(def.element as z.ZodType);
    if (find === undefined) return undefined;
    return (value, found) => {
      if (Array.isArray(value)) for (const element of value) find(element, found);
    };
  }
  if (def.type === "object") {
    const members = Object.entries(def.shape).flatMap(([name, member]) => {
      const find = vaultItemsIn(member as z.ZodType);
      return find === undefined ? [] : [[name, find] as const];
    });
    if (members.length === 0) return undefined;
    return (value, found) => {
      if (typeof value !== "object" || value === null) return;
      const of = value as Readonly<Record<string, unknown>>;
      for (const [name, find] of members) find(of[name], found);
    };
  }
  if (def.type === "union") {
    const finds = def.options.flatMap((option) => vaultItemsIn(option as z.ZodType) ?? []);
    if (finds.length === 0) return undefined;
    // A text that may be an item or something else says not which.
    if (!def.options.every(({ _zod }) => _zod.def.type === "object")) {
      throw new Error("vault items in a union that is not of objects cannot be found");
    }
    // A member of one shape is named otherwise in the others, or holds the same.
    return (value, found) => {
      for (const find of finds) find(value, found);
    };
  }
  if (def.type === "record" && holdsNone(def.valueType)) return undefined;
  if (plain.has(def.type)) return undefined;
  throw new Error(`vault items behind ${def.type} cannot be found`);
}

function holdsNone(schema: z.core.$ZodType): boolean {
  return vaultItemsIn(schema as z.ZodType) === undefined;
}

const finders = new Map(
  Object.entries(eventTypes).map(([type, { data }]) => [type as EventName, vaultItemsIn(data)]),
);

/** The vault items that an event names, in the order of its members. */
export function vaultItemsOf({ type, data }: LedgerEvent): readonly string[] {
  const find = finders.get(type);
  if (find === undefined) return [];
  const found: string[] = [];
  find(data, found);
  return found;
}
