// Stored bodies are for ever: those of test/golden/events are frozen. A new type or version adds a
// file (UPDATE_GOLDEN is no help here: write the event by hand); none is ever changed.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "tap";
import type { Json, JsonObject } from "../../events/canonical.ts";
import { canonical } from "../../events/canonical.ts";
import type { EventName } from "../../events/index.ts";
import { eventMeta, eventTypes, isEventName, liftEvent } from "../../events/index.ts";
import { projections } from "../../projections/index.ts";
import { decodeBody, encodeBody, hashBody } from "../../src/log/stored-event.ts";
import { projectRoot } from "../../src/root.ts";

const folder = join(projectRoot, "test/golden/events");
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
    const { stream, type, version, key, nth, once, meta } = event;
    t.equal(`${type}.v${version}.json`, name);
    if (!isEventName(type)) throw new Error(`${name} is of no type of ours`);
    t.ok(eventMeta.safeParse(meta).success, `${name}: metadata are understood`);
    const lifted = liftEvent(type, version, event.data);
    t.equal(lifted.type, type, `${name}: is lifted`);
    const { recordedAt, ...rest } = meta;
    const data = event.data as JsonObject;
    const again = encodeBody({ stream, type, version, key, nth, once, data, meta: rest }, recordedAt);
    t.equal(again, body, `${name}: is encoded again byte for byte`);
    t.equal(canonical(JSON.parse(body) as Json), body, `${name}: is canonical`);
    t.equal(hashBody(body), createHash("sha256").update(body).digest("hex"), `${name}: its hash`);
  }
  t.end();
});

void test("what the frozen bodies mean", (t) => {
  const hash = createHash("sha256");
  for (const [name, body] of bodies) {
    const { type, version, data, stream, meta } = decodeBody(7n, 3, body);
    const event = { ...liftEvent(type, version, data), position: 7n, id: name, stream, meta };
    for (const projection of projections) {
      projection.project(event, (table, values) => {
        hash.update(`${table} ${values.map((value) => String(value ?? "∅")).join("|")}\n`);
      });
    }
  }
  // Fails when a projection says something else of old events: then its version must rise as well.
  const versions = projections.map(({ name, version }) => `${name} ${version}`).join(", ");
  t.matchOnly(
    { versions, rows: hash.digest("hex").slice(0, 16) },
    {
      versions: "postings 1, households 1, organisations 1, contracts 1, trail 1",
      rows: "ROWS",
    },
  );
  t.end();
});

void test("the names of the frozen types are taken for ever", (t) => {
  const frozen = new Set(names.map((name) => name.replace(/\.v\d+\.json$/, "")));
  const known = Object.keys(eventTypes) as EventName[];
  t.strictSame([...frozen].sort(), known.sort());
  t.end();
});
