// Every item of the vault that an event names is found by walking the event's schema.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import { z } from "zod";
import { freeText, vaultItem } from "../../events/define.ts";
import type { EventName } from "../../events/index.ts";
import { eventTypes, liftEvent } from "../../events/index.ts";
import { vaultItemsIn, vaultItemsOf } from "../../events/vault-items.ts";
import type { ColumnValue } from "../../projections/define.ts";
import { vaultReferences } from "../../projections/vault-references.ts";
import { decodeBody } from "../../src/log/stored-event.ts";
import { projectRoot } from "../../src/root.ts";

const folder = join(projectRoot, "test/golden/events");
const item = "AAAAAAAAAAAAAAAAAAAAAA";
const other = "BBBBBBBBBBBBBBBBBBBBBB";

const form = z.toJSONSchema(vaultItem).pattern;
/** Members of the same form that name no item. */
const others = new Set(["fingerprint", "keyCheck", "nameFingerprint", "creditorFingerprint"]);

/** Texts of the form of an item, wherever they stand, but for those of other meaning. */
function itemsByForm(value: unknown, name = ""): string[] {
  if (typeof value === "string") {
    return !others.has(name) && /^[A-Za-z0-9_-]{22}$/.test(value) ? [value] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => itemsByForm(member, key));
}

/** Whether a JSON schema has a text of the form of an item and may be one. */
function mayHoldItem(schema: unknown, name = ""): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  const { pattern } = schema as { readonly pattern?: unknown };
  if (pattern === form) {
    return !others.has(name);
  }
  return Object.entries(schema).some(([key, member]) => mayHoldItem(member, key));
}

void test("every item that an event may name is found", (t) => {
  const withItems: string[] = [];
  for (const [type, { data }] of Object.entries(eventTypes)) {
    const isFound = vaultItemsIn(data) !== undefined;
    t.equal(isFound, mayHoldItem(z.toJSONSchema(data, { io: "input" })), type);
    if (isFound) withItems.push(type);
  }
  t.ok(withItems.length > 5, "most name some");
  t.end();
});

void test("the items of the frozen bodies are found and referred to", (t) => {
  const types = new Set<EventName>();
  for (const name of readdirSync(folder)) {
    const event = decodeBody(7n, 3, readFileSync(join(folder, name), "utf8"));
    const lifted = liftEvent(event.type, event.version, event.data);
    const wanted = itemsByForm(lifted.data);
    t.strictSame([...vaultItemsOf(lifted)].sort(), wanted.sort(), name);
    if (wanted.length > 0) types.add(lifted.type);
    const rows: (readonly ColumnValue[])[] = [];
    const { stream, meta } = event;
    const projected = { ...lifted, position: 7n, id: "id", stream, meta, linesBefore: 0 };
    vaultReferences.project(projected, (_table, values) => rows.push(values));
    t.strictSame(
      rows,
      [...new Set(vaultItemsOf(lifted))].map((found) => [7n, found]),
      name,
    );
  }
  t.ok(types.has("MemberRecorded") && types.has("PayeeAccountRecorded") && types.size > 5);
  t.end();
});

void test("an item is found wherever a schema can hold it", (t) => {
  const schema = z.object({
    list: z.array(z.object({ free: freeText.optional(), name: z.string() })),
    one: vaultItem.nullable(),
    count: z.int(),
  });
  const found: string[] = [];
  const value = {
    list: [{ name: item }, { free: { item: other }, name: "" }],
    one: item,
    count: 1,
  };
  vaultItemsIn(schema)?.(value, found);
  t.strictSame(found, [other, item], "and nothing that looks like one");
  t.equal(vaultItemsIn(z.object({ kind: z.enum(["a"]), count: z.number() })), undefined);
  for (const hidden of [z.record(z.string(), vaultItem), z.union([vaultItem, z.null()]), z.any()]) {
    t.throws(() => vaultItemsIn(z.object({ hidden })), /cannot be found/);
  }
  t.end();
});
