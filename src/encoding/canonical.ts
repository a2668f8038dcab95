import type { ByteWriter } from "./byte-writer.ts";
import { textOf } from "./byte-writer.ts";

/** What a canonical encoding can hold; a member that is undefined is left out. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** Members of an object by name, in any order. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

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
  const { sorted, beginnings } = layoutOf(Object.keys(object));
  const begin = out.end;
  for (let i = 0; i < sorted.length; i++) {
    const member = object[sorted[i] as string];
    if (member === undefined) continue;
    out.copy(beginnings[i] as Uint8Array);
    if (typeof member === "string") writeText(out, member);
    else writeCanonical(out, member);
  }
  // Each member begins with a comma; the first comma is replaced by the brace.
  if (out.end === begin) out.byte(objectBegin);
  else out.bytes[begin] = objectBegin;
  out.byte(objectEnd);
}

/** How objects with the same members in the same order are encoded. */
interface Layout {
  readonly names: readonly string[];
  readonly sorted: readonly string[];
  /** Of each member a comma, its quoted name and the colon. */
  readonly beginnings: readonly Uint8Array[];
}

const layoutsMax = 64;
/** Layouts met lately: a bulk import writes few, again and again. */
let layouts: Layout[] = [];

function layoutOf(names: readonly string[]): Layout {
  for (const layout of layouts) {
    if (isSame(layout.names, names)) return layout;
  }
  const sorted = [...names].sort();
  const beginnings = sorted.map((name) => Buffer.from(`,${quoted(name)}:`));
  const layout = { names, sorted, beginnings };
  if (layouts.length >= layoutsMax) layouts = [];
  layouts.push(layout);
  return layout;
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) {
    if (left[i] !== right[i]) return false;
  }
  return true;
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
