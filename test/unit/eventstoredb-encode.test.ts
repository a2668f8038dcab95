// What goes to an EventStoreDB server, read by the client's own classes; no server is needed.
import streamsMessages from "@eventstore/db-client/generated/streams_pb.js";
import { test } from "tap";
import type { NewEvent } from "../../src/log/event-log.ts";
import type { Chunk } from "../../src/log/eventstoredb/append.ts";
import { chunksOf } from "../../src/log/eventstoredb/append.ts";
import { appendEncoder, requestOf } from "../../src/log/eventstoredb/encode.ts";
import { claimsStream } from "../../src/log/eventstoredb/records.ts";
import { encodeBody, hashBody } from "../../src/log/stored-event.ts";

const correlation = "0f8fad5b-d9cb-469f-a165-70867728950e";
const recordedAt = "2026-01-01T00:00:00.000Z";
const claim = 12;

function paid(stream: string, revision: number, note = ""): NewEvent {
  const [key, data] = [`${stream}/${revision}`, { note }];
  const meta = { actor: "test", effectiveDate: "2026-01-01", pack: "base/1" };
  return { stream, revision, type: "WagePaid", version: 1, key, nth: 0, data, meta };
}

/** A request as the server reads it. */
function read(chunk: Pick<Chunk, "encoded">) {
  const bytes = requestOf(chunk.encoded, correlation);
  const request = streamsMessages.BatchAppendReq.deserializeBinary(bytes);
  const options = request.getOptions();
  const name = options?.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array();
  return {
    bytes: bytes.length,
    correlation: request.getCorrelationId()?.getString(),
    stream: Buffer.from(name).toString("utf8"),
    expected: options?.hasNoStream() === true ? -1 : Number(options?.getStreamPosition()),
    isFinal: request.getIsFinal(),
    events: request.getProposedMessagesList().map((message) => ({
      id: message.getId()?.getString(),
      kind: message.getMetadataMap().toObject().map(String).sort(),
      metadata: Buffer.from(message.getCustomMetadata_asU8()).toString("utf8"),
      body: Buffer.from(message.getData_asU8()).toString("utf8"),
    })),
  };
}

function expectedOf(event: NewEvent) {
  const body = encodeBody(event, recordedAt, claim);
  const hash = hashBody(body);
  const variant = "89ab"[Number.parseInt(hash[16] ?? "", 16) % 4] ?? "";
  const third = `8${hash.slice(13, 16)}`;
  const fourth = `${variant}${hash.slice(17, 20)}`;
  return {
    id: [hash.slice(0, 8), hash.slice(8, 12), third, fourth, hash.slice(20, 32)].join("-"),
    kind: ["content-type,application/octet-stream", `type,${event.type}`],
    metadata: JSON.stringify({ claim, hash }),
    body,
  };
}

void test("an append says what the client's own classes would say", (t) => {
  // Lengths on both sides of where the length of a length changes.
  const notes = ["", "云南省", "x".repeat(127), "华".repeat(6_000), "y".repeat(120_000)];
  for (const first of [0, 1, 127, 128, 70_000]) {
    const events = notes.map((note, i) => paid("contract-合同一", first + i, note));
    const [chunk, ...more] = chunksOf([{ events }], recordedAt, claim);
    if (chunk === undefined) throw new Error("there is a chunk");
    t.equal(more.length, 0);
    const { bytes: _bytes, ...said } = read(chunk);
    t.strictSame(said, {
      correlation,
      stream: "contract-合同一",
      expected: first - 1,
      isFinal: true,
      events: events.map(expectedOf),
    });
    const { ids, bodies } = chunk.encoded;
    t.strictSame(
      ids,
      said.events.map(({ id }) => id),
    );
    t.strictSame(
      bodies.map(String),
      said.events.map(({ body }) => body),
    );
  }
  t.end();
});

void test("a request is cut by stream, number and size", (t) => {
  const many = Array.from({ length: 2_100 }, (_, i) => paid("many", i));
  const large = Array.from({ length: 40 }, (_, i) => paid("large", 7 + i, "z".repeat(50_000)));
  const huge = [paid("$huge", 0, "z".repeat(1_000_000)), paid("$huge", 1)];
  const events = many.flatMap((event, i) => [
    event,
    ...large.slice(i, i + 1),
    ...huge.slice(i, i + 1),
  ]);
  const chunks = chunksOf([{ events }, { events: [paid("many", 2_100)] }], recordedAt, claim);
  const next = new Map<string, number>();
  for (const chunk of chunks) {
    const said = read(chunk);
    const own = chunk.request === 0 ? chunk.events.map((at) => events[at]) : [paid("many", 2_100)];
    t.equal(said.expected, next.get(chunk.stream) ?? (own[0]?.revision ?? 0) - 1, "in order");
    next.set(chunk.stream, said.expected + own.length);
    t.ok(own.length <= 1_000, "not too many");
    t.ok(own.length === 1 || said.bytes < 1_000_000, "under 1 MiB");
    t.strictSame(
      own.map((event) => event?.stream),
      own.map(() => chunk.stream),
    );
    t.strictSame(
      said.events.map(({ body }) => body),
      own.map((one) => one && expectedOf(one).body),
    );
  }
  t.strictSame(Object.fromEntries(next), { many: 2_100, large: 46, $huge: 1 }, "all of them");
  t.same(
    new Set(chunks.map(({ encoded }) => encoded.name)),
    new Set(["many", "large", "\\$huge"]),
    "none under a name that is the server's own",
  );
  t.throws(() => chunksOf([{ events: [paid("a", 0), paid("a", 2)] }], recordedAt, claim), /follow/);
  t.end();
});

void test("a claim stands under its own name", (t) => {
  const encoder = appendEncoder(claim, 1);
  encoder.add("ClaimTaken", (out) => {
    out.utf8("{}");
  });
  const said = read({ encoded: encoder.append([0], claimsStream, -1) });
  t.match(said, { stream: claimsStream, expected: -1, events: [{ body: "{}" }] });
  t.match(said.events[0]?.metadata, /^\{"claim":12,"hash":"[0-9a-f]{64}"\}$/);
  t.end();
});
