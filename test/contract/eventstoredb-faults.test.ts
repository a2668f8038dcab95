// What other programs, operators and a second database do to an EventStoreDB log. Each test has the
// server for itself, empty: what is spoilt there stays spoilt.
import { randomBytes, randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Test, test } from "tap";
import { projections } from "../../projections/index.ts";
import { prepareProjections, projector } from "../../src/app/project.ts";
import { verify } from "../../src/app/verify.ts";
import { locks } from "../../src/database/locks.ts";
import type { EventLog } from "../../src/log/event-log.ts";
import {
  EventsLost,
  ForeignLedger,
  LogDamaged,
  NotTheWriter,
  StreamRefused,
} from "../../src/log/event-log.ts";
import { connect } from "../../src/log/eventstoredb/connection.ts";
import type { EventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { eventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { EventUnreadable } from "../../src/log/lists.ts";
import { deriveKeys } from "../../src/vault/keys.ts";
import { openVault } from "../../src/vault/vault.ts";
import { groupCommit } from "../../src/write/group-commit.ts";
import { handler } from "../../src/write/handle.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import { testDatabase } from "../support/database.ts";
import { sample } from "../support/service.ts";
import { sampleKinds } from "../support/sample.ts";
import { importFile } from "../../src/app/import.ts";
import { join } from "node:path";
import type { Store } from "./stores.ts";
import { eventStoreDbUrl, freshEventStoreDbStore, newEvent, unlessFresh } from "./stores.ts";
import { fails } from "../support/fails.ts";

const url = eventStoreDbUrl ?? "";
type EsStore = Store<EventStoreDbLog>;

/** The server as an operator or another program has it. */
function operator(t: Test) {
  const connection = connect(url);
  t.teardown(() => connection.close());
  return connection.client;
}

async function scavenge(): Promise<void> {
  const { hostname, port } = new URL(url.replace(/^esdb/, "http"));
  const ask = (path: string, method = "GET") =>
    fetch(`http://${hostname}:${port}${path}`, { method, headers: { accept: "application/json" } });
  const begun = await (await ask("/admin/scavenge", "POST")).text();
  const [id] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(begun) ?? [];
  if (id === undefined) throw new Error(`a scavenge did not begin: ${begun}`);
  for (let looks = 0; looks < 300; looks++) {
    const said = await (await ask(`/streams/$scavenges-${id}?embed=body`)).text();
    if (said.includes("$scavengeCompleted")) return;
    await sleep(100);
  }
  throw new Error("the scavenge has not ended");
}

type Appended = Parameters<Client["appendToStream"]>[1];

/** An event as the server takes it, written by another program. */
function foreign(type: string, data: object | string, metadata?: object): Appended {
  const isText = typeof data === "string";
  const contentType = isText ? "application/octet-stream" : "application/json";
  const body = isText ? Buffer.from(data) : data;
  return { id: randomUUID(), type, contentType, data: body, metadata } as unknown as Appended;
}

/** An event of our form about which another program has lied. */
function forged(type: string, claim: number, body: string): Appended {
  return foreign(type, body, { claim, hash: "0".repeat(64) });
}

async function sampleLedger(t: Test, store: EsStore) {
  const log = store.open(t);
  const keys = deriveKeys(randomBytes(32));
  await prepareProjections(store.pool, projections);
  const vault = openVault(store.pool, keys);
  const own = handler(log, vault);
  for (const kind of sampleKinds) {
    await importFile(own, kind, join(sample, `${kind}.csv`), { actor: "seed", rejected: null });
  }
  const projecting = projector(store.pool, log, projections);
  await projecting.reach((await log.head()).position);
  return { log, handler: own, projecting, vault };
}

function organisation(id: string): unknown {
  const cells = { 主体编号: id, 名称: `名 ${id}`, 类型: "企业" };
  const parsed = kindOf("organisations").parse({ cells });
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.command;
}

test("a stream that the server refuses amid 32 writers", unlessFresh, async (t) => {
  const store = await freshEventStoreDbStore(t);
  const log = store.open(t);
  const { submit } = groupCommit(handler(log, openVault(store.pool, deriveKeys(randomBytes(32)))));
  const ids = Array.from({ length: 640 }, (_, i) => `QY-${i}`);
  const dead = "QY-100";
  await operator(t).tombstoneStream(`organisation-${dead}`, { expectedRevision: "any" });
  const record = async (id: string): Promise<string> =>
    submit("organisations", organisation(id), { actor: "test" }).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof StreamRefused ? error.stream : String(error)),
    );
  const queue = [...ids];
  const found = new Map<string, string>();
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        found.set(id, await record(id));
      }
    }),
  );
  t.equal(found.get(dead), `organisation-${dead}`, "the refused one names its stream");
  found.delete(dead);
  t.strictSame([...new Set(found.values())], ["recorded"], "and no other is drawn in");
  const again = await Promise.all([...found.keys()].map(record));
  t.strictSame([...new Set(again)], ["alreadyRecorded"], "sent again nothing is recorded twice");
  const file = join(t.testdir({}), "organisations.csv");
  const rows = ["新-1", dead, "新-2"].map((id) => `${id},名,企业`);
  await writeFile(file, ["主体编号,名称,类型", ...rows].join("\n"));
  const own = handler(log, openVault(store.pool, deriveKeys(randomBytes(32))));
  const { recorded, refused, stopped } = await importFile(own, "organisations", file, {
    actor: "test",
  });
  t.strictSame([recorded, stopped], [2, undefined], "an import goes on behind it");
  t.match(refused, [{ row: 3, code: "StreamRefused", message: new RegExp(dead) }]);
  const events = (await readAll(log)).filter((key) => !key.includes("新"));
  t.equal(new Set(events).size, events.length);
  t.equal(events.filter((key) => key.startsWith("organisation:")).length, ids.length - 1);
});

async function readAll(log: EventLog): Promise<string[]> {
  const keys: string[] = [];
  for (let after = 0n; ; ) {
    const page = await log.read(after, 1_000);
    const last = page.at(-1);
    if (last === undefined) return keys;
    keys.push(...page.map(({ key, nth }) => `${key}#${nth}`));
    after = last.position;
  }
}

test("an event that cannot be read", unlessFresh, async (t) => {
  const store = await freshEventStoreDbStore(t);
  const { log, projecting } = await sampleLedger(t, store);
  const { position: before } = await log.head();
  const client = operator(t);
  await client.appendToStream("household-X", forged("WagePaid", log.claim.number ?? 0, "{broken"));
  await log.append({ events: [newEvent("after", "after/1")] });
  const head = (await log.head()).position;
  await fails(t, projecting.reach(head), EventUnreadable);
  t.equal(await projecting.position(), before, "they stand right before it");
  t.match(projecting.standstill, { position: before, stream: "household-X" });
  t.match(projecting.standstill?.why, /household-X/);

  const followed: unknown[] = [];
  const stop = new AbortController();
  const other = projector(store.pool, log, projections);
  const running = other.run(stop.signal, (error) => followed.push(error));
  for (let looks = 0; looks < 100 && followed.length === 0; looks++) await sleep(100);
  stop.abort();
  await running;
  t.ok(followed[0] instanceof EventUnreadable, "a service stands still there too");
  t.equal(await projecting.position(), before);

  const found = await verify(store.pool, log, projections, head);
  t.equal(found.ok, false);
  t.match(found.differences.join("\n"), /household-X/);

  const number = log.claim.number ?? 0;
  await log.close();
  await client.appendToStream("household-Y", forged("WagePaid", number, "[]"));
  const late = store.open(t);
  await fails(t, late.find(["after/1"]), EventUnreadable, "nor is the index passed by it");
  const behind = await verify(store.pool, late, projections, (await late.head()).position);
  t.equal(behind.ok, false, "nor does it keep anybody from verifying the rest");
  for (const stream of ["household-X", "household-Y"]) {
    t.match(behind.differences.join("\n"), new RegExp(stream));
  }
});

test("a claim that another program forges", unlessFresh, async (t) => {
  const store = await freshEventStoreDbStore(t);
  const log = store.open(t);
  await log.append({ events: [newEvent("a", "a/1")] });
  const number = log.claim.number ?? 0;
  const body = JSON.stringify({ claim: number + 1, holder: "somebody", nonce: "x" });
  await operator(t).appendToStream("writer-claims", forged("ClaimTaken", number + 1, body));
  await fails(t, log.append({ events: [newEvent("b", "b/1")] }), NotTheWriter, "never in vain");
  t.strictSame((await log.find(["b/1"])).size, 0);
  await fails(t, log.claim.take(), ForeignLedger, "somebody else writes");
  const next = store.open(t);
  await fails(t, next.checkLineage(), /claim .* was taken there, by somebody/);
  t.match((await next.inspect()).join("\n"), /by way of another database/);
  await next.adopt();
  await next.checkLineage();
  t.match(await next.append({ events: [newEvent("b", "b/2", { revision: 1 })] }), {
    complete: true,
  });
  t.equal(next.claim.number, number + 2);
  t.strictSame(await next.inspect(), [], "what was never acknowledged is void, and in order");
});

test("two databases of one log", unlessFresh, async (t) => {
  const store = await freshEventStoreDbStore(t);
  const log = store.open(t);
  await log.append({ events: [newEvent("a", "a/1")] });
  // A copy knows the claims that were taken before it was made.
  const { pool: copy } = await testDatabase(t);
  const { rows } = await store.pool.query<{ nonce: string }>("SELECT nonce FROM claims_taken");
  for (const { nonce } of rows) await copy.query("INSERT INTO claims_taken VALUES ($1)", [nonce]);
  const second = eventStoreDbLog({ url, pool: copy, holder: "the copy" });
  t.teardown(() => second.close());
  await second.checkLineage();
  t.match(await second.append({ events: [newEvent("b", "b/1")] }), { complete: true });
  await fails(t, log.append({ events: [newEvent("c", "c/1")] }), NotTheWriter);
  await fails(t, log.claim.take(), ForeignLedger, "the older one is refused");
  await fails(t, store.open(t).checkLineage(), /by the copy/, "at its next start too");
  t.match(await second.append({ events: [newEvent("c", "c/2", { revision: 1 })] }), {
    complete: true,
  });
});

/** What an operator can do to a stream, and the words in which it is said. */
const damages: Record<string, { do: (client: Client, stream: string) => unknown; said: RegExp }> = {
  tombstoned: {
    do: (client, stream) => client.tombstoneStream(stream),
    said: /stream damaged was deleted for good, by a tombstone/,
  },
  deleted: {
    do: (client, stream) => client.deleteStream(stream),
    said: /stream damaged was deleted \(\$tb\)/,
  },
  cut: {
    do: (client, stream) => client.setStreamMetadata(stream, { truncateBefore: 2 }),
    said: /stream damaged is cut before its event 2 \(\$tb\)/,
  },
  "kept short": {
    do: (client, stream) => client.setStreamMetadata(stream, { maxCount: 1 }),
    said: /stream damaged keeps its last 1 only/,
  },
  "kept for a while": {
    do: (client, stream) => client.setStreamMetadata(stream, { maxAge: 1 }),
    said: /stream damaged keeps 1 s only/,
  },
};
type Client = ReturnType<typeof operator>;

for (const [name, damage] of Object.entries(damages)) {
  test(`a stream that was ${name}`, unlessFresh, async (t) => {
    const store = await freshEventStoreDbStore(t);
    const log = store.open(t);
    const events = Array.from({ length: 4 }, (_, i) =>
      newEvent("damaged", `damaged/${i}`, { revision: i }),
    );
    await log.append({ events });
    await log.append({ events: [newEvent("sound", "sound/1")] });
    t.strictSame(await log.inspect(), []);
    await damage.do(operator(t), "damaged");
    t.match((await log.inspect()).join("\n"), damage.said, "is named while it can be put right");
    const reading = async () => {
      for await (const event of log.readStream("damaged")) t.ok(event);
    };
    if (name === "kept for a while") await sleep(1_500);
    await fails(t, reading(), StreamRefused, "and is not read as if it were whole");
    t.equal((await log.find(["damaged/1"])).get("damaged/1")?.revision, 1, "its keys are known");
    await scavenge();
    t.match((await log.inspect()).join("\n"), /damaged/, "after a scavenge too");
    await fails(t, log.rebuildIndex({}), EventsLost, "the index is all there is of them");
    await fails(t, log.rebuildIndex({}), /damaged/);
    await fails(t, log.refuseLost(), EventsLost, "nor is anything else derived from the rest");
    t.equal((await log.find(["damaged/1"])).size, 1, "and is kept");
  });
}

test("a stream that is gone hides none that can be put right", unlessFresh, async (t) => {
  const store = await freshEventStoreDbStore(t);
  const log = store.open(t);
  const events = Array.from({ length: 150 }, (_, i) =>
    newEvent("gone", `gone/${i}`, { revision: i }),
  );
  await log.append({ events });
  await log.append({
    events: [newEvent("cut", "cut/0"), newEvent("cut", "cut/1", { revision: 1 })],
  });
  await log.refuseLost();
  const client = operator(t);
  await client.tombstoneStream("gone");
  await scavenge();
  await client.setStreamMetadata("cut", { truncateBefore: 1 });
  const found = (await log.inspect()).join("\n");
  t.match(found, /stream gone was deleted for good/);
  t.match(found, /stream cut is cut before its event 1/);
  t.match(found, /the index of keys has gone\/0/);
});

test("a link and a foreign event in a stream", unlessFresh, async (t) => {
  const store = await freshEventStoreDbStore(t);
  const log = store.open(t);
  await log.append({ events: [newEvent("a", "a/1")] });
  const client = operator(t);
  await client.appendToStream("a", foreign("Other", { some: "thing" }));
  await client.appendToStream("a", foreign("$>", "0@ledger"));
  t.match((await log.inspect()).join("\n"), /a 1\) was not written.*\n.*a 2\) was not written/);
});

test("the stream of claims that was deleted", unlessFresh, async (t) => {
  for (const how of ["deleteStream", "tombstoneStream"] as const) {
    await t.test(how, async (t) => {
      const store = await freshEventStoreDbStore(t);
      const log = store.open(t);
      await log.append({ events: [newEvent("a", "a/1")] });
      await operator(t)[how]("writer-claims");
      const next = store.open(t);
      await fails(t, next.ledgerId(), LogDamaged, "is no empty log");
      await fails(t, next.ledgerId(), /writer-claims was deleted/);
      await log.close();
      await fails(t, next.claim.take(), LogDamaged, "and nobody begins anew");
    });
  }
});

test("an index that says something else", unlessFresh, async (t) => {
  const store = await freshEventStoreDbStore(t);
  const log = store.open(t);
  const events = Array.from({ length: 9 }, (_, i) => newEvent("s", `s/${i}`, { revision: i }));
  await log.append({ events });
  t.strictSame(await log.inspect(), []);
  await log.close();
  const changes: Record<string, RegExp> = {
    "DELETE FROM event_index WHERE key = 's/3'": /lacks s\/3 \(0\) at position \d+, stream s/,
    "UPDATE event_index SET nth = 7 WHERE key = 's/3'": /has s\/3 \(7\) .*the log s\/3 \(0\)/,
    "UPDATE event_index SET body = '{}' WHERE key = 's/4'": /s\/4 \(0\)/,
    "UPDATE stream_heads SET revision = 2 WHERE stream = 's'": /ends the stream s at its event 2/,
    "UPDATE event_times SET last_position = last_position + 1": /index of times/,
    "INSERT INTO event_times VALUES ('2031-01-01', 9, 9)": /the time 2031-01-01T/,
  };
  for (const [change, said] of Object.entries(changes)) {
    await store.pool.query(change);
    const found = store.open(t);
    t.match((await found.inspect()).join("\n"), said, change);
    t.ok(((await found.rebuildIndex({})) ?? 0) >= 10);
    t.strictSame(await found.inspect(), [], "made anew it is right");
  }
  await store.pool.query("INSERT INTO event_index VALUES ('z', 0, 'gone', 0, 77, NULL, NULL)");
  const found = store.open(t);
  t.match((await found.inspect()).join("\n"), /z \(0\) at position 77, stream gone, which the log/);
  await fails(t, found.rebuildIndex({}), /of gone/);
  t.ok(await found.rebuildIndex({ givesUpLost: true }));
  t.strictSame(await found.inspect(), []);
});

test("a holder of which nothing is heard", unlessFresh, async (t) => {
  const store = await freshEventStoreDbStore(t);
  const log = store.open(t);
  await log.close();
  const stopped = await store.pool.connect();
  stopped.on("error", () => undefined);
  await stopped.query(`SELECT pg_advisory_lock(${locks.writer})`);
  await stopped.query(`INSERT INTO claim_holders VALUES ('writer', pg_backend_pid(), now())
    ON CONFLICT (claim) DO UPDATE SET pid = excluded.pid, heard = now()`);
  // It was stopped while it wrote into the index; a verification only reads.
  const [amid, reading] = [await store.pool.connect(), await store.pool.connect()];
  amid.on("error", () => undefined);
  await amid.query("BEGIN; SELECT FROM event_index_state FOR UPDATE");
  await reading.query("BEGIN; SELECT FROM event_index_state");
  await sleep(5_500);
  const next = store.open(t);
  t.equal(await next.claim.take(), null, "one that was heard of keeps it");
  await store.pool.query("UPDATE claim_holders SET heard = now() - interval '1 minute'");
  await next.claim.take();
  for (let looks = 0; looks < 50 && next.claim.number === undefined; looks++) {
    await sleep(100);
    await next.claim.take();
  }
  t.ok(next.claim.number, "it is taken over");
  t.match(await next.append({ events: [newEvent("s", "s/1")] }), { complete: true });
  await reading.query("COMMIT");
  for (const client of [stopped, amid, reading]) client.release(true);
});
