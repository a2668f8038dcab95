import type { ByteWriter } from "./byte-writer.ts";
import { textOf } from "./byte-writer.ts";

/** What a canonical encoding can hold; a member that is undefined is left out. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** Members of an object by name, in any order. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/**
 * A type by its members alone. An interface is not taken for a `JsonObject`, for it may be given
 * more members elsewhere; those that it has may be JSON all the same.
 */
export type Members<T> = T extends object ? { readonly [N in keyof T]: Members<T[N]> } : T;

/**
 * The canonical JSON text of a value (RFC 8785): the bytes stored are the bytes hashed. Members are
 * ordered by UTF-16 code units. Throws on numbers that are not safe integers (exact decimals travel
 * as strings) and on lone surrogates, which have no UTF-8.
 */
export function canonical(value: Json): string {
  return textOf((out) => {
    writeCanonical(out, value);
  });
}

/**
 * Writes the canonical encoding of a value. Throws as `canonical` does; what was written then is
 * invalid.
 */
export function writeCanonical(out: ByteWriter, value: Json): void {
  if (typeof value === "string") writeText(out, value);
  else if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error("only safe integers are encoded as numbers");
    out.latin1(Object.is(value, -0) ? "0" : String(value));
  } else if (typeof value === "boolean") out.latin1(value ? "true" : "false");
  else if (value === null) out.latin1("null");
  else if (isList(value)) writeList(out, value);
  else writeObject(out, value);
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

const [comma, quotationMark] = [0x2c, 0x22];
const [listBegin, listEnd, objectBegin, objectEnd] = [0x5b, 0x5d, 0x7b, 0x7d];

function writeList(out: ByteWriter, list: readonly Json[]): void {
  out.byte(listBegin);
  for (let i = 0; i < list.length; i++) {
    if (i > 0) out.byte(comma);
    writeCanonical(out, list[i] as Json);
  }
  out.byte(listEnd);
}

function writeObject(out: ByteWriter, object: JsonObject): void {
  out.byte(objectBegin);
  let isFirst = true;
  for (const name of sorted(Object.keys(object))) {
    const member = object[name];
    if (member === undefined) continue;
    if (!isFirst) out.byte(comma);
    isFirst = false;
    writeName(out, name);
    if (typeof member === "string") writeText(out, member);
    else writeCanonical(out, member);
  }
  out.byte(objectEnd);
}

/** The first names met, as they are written: a log has few, again and again. */
const names = new Map<string, Buffer>();
const namesMax = 1_000;

function writeName(out: ByteWriter, name: string): void {
  const known = names.get(name);
  if (known !== undefined) {
    out.copy(known);
    return;
  }
  const written = Buffer.from(`${quoted(name)}:`);
  if (names.size < namesMax) names.set(name, written);
  out.copy(written);
}

/** Sorts where that is needed: members of events are mostly written down in order. */
function sorted(names: string[]): string[] {
  for (let i = 1; i < names.length; i++) {
    if ((names[i] as string) < (names[i - 1] as string)) return names.sort();
  }
  return names;
}

function writeText(out: ByteWriter, text: string): void {
  out.byte(quotationMark);
  if (out.plain(text)) out.byte(quotationMark);
  else {
    out.end -= 1;
    out.utf8(quoted(text));
  }
}

// What RFC 8785 escapes, and surrogates, which JSON.stringify judges one by one.
// eslint-disable-next-line no-control-regex -- control characters are what is escaped
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

function quoted(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new Error("a lone surrogate has no canonical encoding");
  return JSON.stringify(text);
}
