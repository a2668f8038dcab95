/** What a canonical encoding can hold; a member that is undefined is left out. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** Members of an object by name, in any order. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

// What RFC 8785 escapes, and surrogates, which JSON.stringify judges one by one.
// eslint-disable-next-line no-control-regex -- control characters are what is escaped
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/**
 * The canonical JSON text of a value (RFC 8785): the bytes stored are the bytes hashed. Members are
 * ordered by UTF-16 code units. Throws on numbers that are not safe integers (exact decimals travel
 * as strings) and on lone surrogates, which have no UTF-8.
 */
export function canonical(value: Json): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("only safe integers are encoded as numbers");
    return Object.is(value, -0) ? "0" : String(value);
  }
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null) return "null";
  return isList(value) ? encodeList(value) : encodeObject(value);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

function encodeList(list: readonly Json[]): string {
  let out = "[";
  for (let i = 0; i < list.length; i++) {
    if (i > 0) out += ",";
    out += canonical(list[i] as Json);
  }
  return `${out}]`;
}

function encodeObject(object: JsonObject): string {
  const names = Object.keys(object);
  if (!inOrder(names)) names.sort();
  let out = "";
  for (const name of names) {
    const member = object[name];
    if (member === undefined) continue;
    out += `${out === "" ? "{" : ","}${quote(name)}:${canonical(member)}`;
  }
  return out === "" ? "{}" : `${out}}`;
}

/** Most objects are written in order already, and to see that is cheaper than to sort. */
function inOrder(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) {
    if ((names[i - 1] as string) > (names[i] as string)) return false;
  }
  return true;
}

/** A string in canonical JSON. */
export function quote(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new Error("a lone surrogate has no canonical encoding");
  return JSON.stringify(text);
}
