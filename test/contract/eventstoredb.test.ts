import { exec } from "node:child_process";
import { promisify } from "node:util";
import { type Test, test } from "tap";
import { emptyEventIndex } from "../../src/log/eventstoredb/event-index.ts";
import type {
  AppendRequest,
  AppendResult,
  EventLog,
  NewEvent,
  RecordedEvent,
} from "../../src/log/event-log.ts";
import { AppendAmbiguous, NotTheWriter } from "../../src/log/event-log.ts";
import type { EventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { eventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { connect } from "../../src/log/eventstoredb/connection.ts";
import { appendEncoder } from "../../src/log/eventstoredb/encode.ts";
import { bodyWriter } from "../../src/log/stored-event.ts";
import { breakableProxy } from "../support/breakable-proxy.ts";
import type { Store } from "./stores.ts";
import {
  eventStoreDbStore,
  eventStoreDbUrl,
  newEvent,
  unique,
  unlessEventStoreDb,
} from "./stores.ts";

const url = eventStoreDbUrl ?? "";
const killCommand = process.env.EVENTSTOREDB_KILL;

function one(stream: string, key: string, revision = -1): AppendRequest {
  return { events: [newEvent(stream, key, { revision: revision + 1 })] };
}

async function all(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const list: RecordedEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

/** Whether an append fails for want of the claim, and not otherwise. */
async function refused(t: Test, appending: Promise<unknown>, what = "is not the writer") {
  const error = await appending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  t.ok(error instanceof NotTheWriter, what, { error });
}

const writerLock = `locktype = 'advisory' AND classid = 1398099529 AND objid = 11
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Ends the session that has the writer's claim, as the death of its process would. */
async function breakClaim({ pool }: Store): Promise<void> {
  await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE ${writerLock}`);
  for (let left: number | null = 1; left !== 0; ) {
    left = (await pool.query(`SELECT FROM pg_locks WHERE ${writerLock}`)).rowCount;
  }
}

/** Appends as a holder would that has not noticed yet that its claim is over. */
async function appendLate(t: Test, claim: number, stream: string, key: string, expected: number) {
  const connection = connect(url);
  t.teardown(() => connection.close());
  const encoder = appendEncoder(claim, 1);
  encoder.add("WagePaid", (out) => {
    bodyWriter(new Date().toISOString(), claim)(out, newEvent(stream, key));
  });
  const answer = await connection.batches.append(encoder.append([0], stream, expected));
  t.equal(answer.appended, true);
}

async function followedKeys(log: EventLog, after: bigint, last: string): Promise<string[]> {
  const stop = new AbortController();
  const keys: string[] = [];
  for await (const batch of log.follow(after, stop.signal)) {
    keys.push(...batch.map(({ key }) => key));
    if (keys.includes(last)) stop.abort();
  }
  return keys;
}

test("the writer's claim", unlessEventStoreDb, async (t) => {
  const store = await eventStoreDbStore(t);

  await t.test("one log writes, another takes over when it is closed", async (t) => {
    const [first, second] = [store.open(t), store.open(t)];
    const stream = unique("claim");
    t.match(await first.append(one(stream, `${stream}/a`)), { complete: true });
    await refused(t, second.append(one(stream, `${stream}/b`, 0)));
    t.equal(await second.claim.take(), null);
    t.equal((await second.find([`${stream}/a`])).size, 1, "it reads up to the head all the same");
    const number = first.claim.number ?? 0;
    await first.close();
    t.match(await second.append(one(stream, `${stream}/b`, 0)), { complete: true });
    t.equal(second.claim.number, number + 1, "under the next number");
    const claims = (await all(second.readStream(stream))).map(({ meta }) => meta.claim);
    t.strictSame(claims, [number, number + 1]);
  });

  await t.test("a holder that loses it stops, and can take it again", async (t) => {
    const log = store.open(t);
    const stream = unique("lost");
    await log.append(one(stream, `${stream}/a`));
    const number = log.claim.number ?? 0;
    await breakClaim(store);
    await refused(t, log.append(one(stream, `${stream}/b`, 0)));
    t.strictSame([log.claim.number, log.claim.lost], [undefined, true]);
    await refused(t, log.append(one(stream, `${stream}/c`, 0)), "not by itself");
    t.equal(await log.claim.take(), number + 1);
    const last = (await log.revisions([stream])).get(stream) ?? -1;
    const there = (await log.find([`${stream}/b`])).size;
    t.equal(last, there, "what was recorded before nobody else claimed it counts");
    t.match(await log.append(one(stream, `${stream}/c`, last)), { complete: true });
  });

  await t.test("what an old holder appends late is void", (t) => lateEvents(t, store));

  await t.test("an index that is made again is the same", async (t) => {
    const log = store.open(t);
    const stream = unique("index");
    for (let i = 0; i < 5; i++) await log.append(one(stream, `${stream}/${i}`, i - 1));
    const voids = await log.voids();
    const before = await dump(store);
    await log.close();
    await emptyEventIndex(store.pool);
    const again = store.open(t);
    t.match((await again.find([`${stream}/3`])).get(`${stream}/3`), { stream, revision: 3 });
    t.strictSame(await again.voids(), voids);
    t.strictSame(await dump(store), before);
    t.strictSame(await again.inspect(), []);
  });

  await t.test("a holder whose index is emptied under it stops", async (t) => {
    const log = store.open(t);
    const stream = unique("emptied");
    await log.append(one(stream, `${stream}/a`));
    await emptyEventIndex(store.pool);
    await refused(t, log.append(one(stream, `${stream}/a`, 0)));
    await log.claim.take();
    t.match(await log.append(one(stream, `${stream}/a`, 0)), { complete: false });
    t.match(await log.append(one(stream, `${stream}/b`, 0)), { complete: true });
  });
});

async function lateEvents(t: Test, store: Store<EventStoreDbLog>) {
  const old = store.open(t);
  const { position: start } = await old.head();
  const stream = unique("late");
  await old.append(one(stream, `${stream}/a`));
  const number = old.claim.number ?? 0;
  await breakClaim(store);
  const next = store.open(t);
  t.match(await next.append(one(stream, `${stream}/b`, 0)), { complete: true });
  await appendLate(t, number, stream, `${stream}/c`, 1);
  await appendLate(t, number, unique(stream), `${stream}/d`, -1);

  const tooLow = await next.append(one(stream, `${stream}/c`, 1));
  t.match(tooLow, { complete: false }, "the stream has come further");
  t.equal((await next.revisions([stream])).get(stream), 2, "which the holder then knows");
  t.match(await next.append(one(stream, `${stream}/c`, 2)), { complete: true }, "same key again");

  const keys = ["a", "b", "c"].map((key) => `${stream}/${key}`);
  t.strictSame(
    (await all(next.readStream(stream))).map(({ key }) => key),
    keys,
  );
  t.strictSame(
    (await next.read(start, 100)).map(({ key }) => key),
    keys,
  );
  t.strictSame(await followedKeys(next, start, `${stream}/c`), keys);
  const found = await next.find([...keys, `${stream}/d`]);
  t.strictSame([...found.keys()].sort(), keys);
  t.match(found.get(`${stream}/c`), { revision: 3, meta: { claim: number + 1 } });
  const voids = (await next.voids()).filter((event) => event.stream.startsWith(stream));
  const late = { type: "WagePaid", claim: number };
  t.match(voids, [
    { ...late, stream, revision: 2 },
    { ...late, revision: 0 },
  ]);
  t.strictSame(await next.inspect(), []);
  await refused(t, old.append(one(unique("x"), unique("x"))));
}

/** The index as text, without how far the search for void events has come. */
async function dump({ pool }: Store): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(`
    SELECT e::text AS line FROM event_index e UNION ALL SELECT h::text FROM stream_heads h
    UNION ALL SELECT t::text FROM event_times t UNION ALL SELECT v::text FROM void_events v
    ORDER BY 1`);
  return rows.map(({ line }) => line);
}

test("connections that break", unlessEventStoreDb, async (t) => {
  const store = await eventStoreDbStore(t);
  const [, host = "", port = "2113"] =
    /^esdb:\/\/(?:[^@/]*@)?([^:,/?]+)(?::(\d+))?[/?]?[^,]*$/.exec(url) ?? [];
  const unlessCluster = host === "" ? { skip: "a cluster names its own addresses" } : {};

  await t.test("during appends record everything once", unlessCluster, async (t) => {
    const proxy = await breakableProxy(t, host, Number(port));
    const through = `esdb://127.0.0.1:${proxy.port}?tls=false`;
    const log = eventStoreDbLog({ url: through, pool: store.pool, holder: "test" });
    t.teardown(() => log.close());
    await appendWhile(t, log, 25, 10, () => proxy.cut());
  });

  const unlessKill = killCommand === undefined ? { skip: "EVENTSTOREDB_KILL is not set" } : {};
  await t.test("because the node was killed", unlessKill, async (t) => {
    const kill = () => promisify(exec)(killCommand ?? "").then(() => undefined);
    await appendWhile(t, store.open(t), 12, 2, kill);
  });
});

/** A server that is away for long leaves an append unknown, perhaps before it is back. */
function unlessUnknown(error: unknown): undefined {
  if (!(error instanceof AppendAmbiguous)) throw error;
}

/** Appends what is not in the log of events whose append was left unknown. */
async function appendMissing(
  log: EventStoreDbLog,
  events: readonly NewEvent[],
): Promise<Pick<AppendResult, "appended" | "complete">> {
  await log.claim.take();
  const there = await log.find(events.map(({ key }) => key));
  const missing = events.filter(({ key }) => !there.has(key));
  if (missing.length === 0) return { complete: true, appended: [] };
  return log.append({ events: missing });
}

/** Appends rounds of 20 streams, disturbing some; then every event must be there, and once. */
async function appendWhile(
  t: Test,
  log: EventStoreDbLog,
  rounds: number,
  disturbances: number,
  disturb: () => void | Promise<void>,
): Promise<void> {
  const prefix = unique("broken");
  const { position: start } = await log.head();
  const following = followedKeys(log, start, `${prefix}/last`);
  const every = Math.ceil(rounds / disturbances);
  for (let round = 0; round < rounds; round++) {
    const events = Array.from({ length: 400 }, (_, i) =>
      newEvent(`${prefix}-${i % 20}`, `${prefix}/${round}/${i}`, {
        revision: 20 * round + Math.floor(i / 20),
      }),
    );
    const appending = log.append({ events }).catch(unlessUnknown);
    if (round % every === 1) {
      await new Promise((resolve) => setTimeout(resolve, round));
      await disturb();
    }
    const { complete, appended } = (await appending) ?? (await appendMissing(log, events));
    t.equal(complete, true);
    t.notOk(appended.includes(null));
  }
  await log.append(one(`${prefix}-end`, `${prefix}/last`));
  const keys = (await following).filter((key) => key.startsWith(prefix));
  t.equal(keys.length, rounds * 400 + 1, "a follower sees everything");
  t.equal(new Set(keys).size, keys.length, "once");
  const found = await log.find(keys);
  t.equal(found.size, keys.length);
  const stream = await all(log.readStream(`${prefix}-0`));
  t.strictSame(
    stream.map(({ revision }) => revision),
    Array.from(stream.keys()),
  );
  t.strictSame(await log.inspect(), []);
}
