// Stored bodies are for ever: those of test/golden/events are frozen. A new type or version adds a
// file, written by hand; none is ever changed. UPDATE_GOLDEN=1 writes what projections make of
// them, and adds the hashes of new bodies to test/golden/hashes.json.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import serialize from "canonicalize";
import { test } from "tap";
import type { JsonObject } from "../../src/encoding/canonical.ts";
import { eventMeta, eventTypes, isEventName, liftEvent } from "../../events/index.ts";
import { projections } from "../../projections/index.ts";
import { decodeBody, encodeBody, hashBody } from "../../src/log/stored-event.ts";
import { projectRoot } from "../../src/root.ts";

const folder = join(projectRoot, "test/golden/events");
const rows = join(projectRoot, "test/golden/rows.txt");
const hashesPath = join(projectRoot, "test/golden/hashes.json");
const names = readdirSync(folder).sort();
const bodies = new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));

void test("every version of every type of event has its stored body", (t) => {
  const wanted = Object.entries(eventTypes).flatMap(([name, { versions }]) =>
    versions.map((_, i) => `${name}.v${i + 1}.json`),
  );
  t.strictSame(names, wanted.sort());
  t.end();
});

void test("a stored body", (t) => {
  for (const [name, body] of bodies) {
    const event = decodeBody(7n, 3, body);
    const { stream, revision, type, version, key, nth, once, meta } = event;
    t.equal(`${type}.v${version}.json`, name);
    if (!isEventName(type)) throw new Error(`${name} is of no type of ours`);
    t.ok(eventMeta.safeParse(meta).success, `${name}: metadata are understood`);
    const lifted = liftEvent(type, version, event.data);
    t.equal(lifted.type, type, `${name}: is lifted`);
    const { recordedAt, ...rest } = meta;
    const data = event.data as JsonObject;
    const again = encodeBody(
      { stream, revision, type, version, key, nth, once, data, meta: rest },
      recordedAt,
    );
    t.equal(again, body, `${name}: is encoded again byte for byte`);
    t.equal(serialize(JSON.parse(body)), body, `${name}: is canonical`);
  }
  t.end();
});

void test("a stored body has the hash it has always had", (t) => {
  const frozen = JSON.parse(readFileSync(hashesPath, "utf8")) as Record<string, string>;
  const found = [...bodies].map(([name, body]) => [name, hashBody(body)] as const);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    const all = { ...Object.fromEntries(found), ...frozen };
    writeFileSync(hashesPath, `${JSON.stringify(all, Object.keys(all).sort(), 2)}\n`);
    Object.assign(frozen, all);
  }
  t.strictSame(Object.fromEntries(found), frozen);
  t.end();
});

void test("what projections make of the frozen bodies", (t) => {
  const lines = projections.map(({ name, version }) => `${name} ${version}`);
  for (const [name, body] of bodies) {
    const { type, version, data, stream, meta } = decodeBody(7n, 3, body);
    const about = { position: 7n, id: name, stream, meta, linesBefore: 0 };
    const event = { ...liftEvent(type, version, data), ...about };
    for (const projection of projections) {
      projection.project(event, (table, values) => {
        const written = values.map((value) => (value == null ? null : String(value)));
        lines.push(`${name} ${table} ${JSON.stringify(written)}`);
      });
    }
  }
  // Where this fails, an old event means something else now: the projection's version must rise.
  const found = `${lines.join("\n")}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(rows, found);
  t.equal(found, readFileSync(rows, "utf8"));
  t.end();
});
