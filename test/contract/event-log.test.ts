import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Test, test } from "tap";
import { createPool } from "../../src/database/pool.ts";
import type {
  AppendRequest,
  EventLog,
  NewEvent,
  PlacedEvent,
  RecordedEvent,
  RestsOn,
} from "../../src/log/event-log.ts";
import { hashBody } from "../../src/log/stored-event.ts";
import { eventStoreDbStore, newEvent, postgresStore, type Store, unique } from "./stores.ts";
import { unlessEventStoreDb } from "./stores.ts";

type Case = (t: Test, store: Store) => Promise<void>;

/** Events of several streams that are expected to be new, or where `expected` says. */
function request(
  events: readonly NewEvent[],
  expected: Record<string, number> = {},
): AppendRequest {
  const last = new Map<string, number>();
  const placed = events.map((event) => {
    const revision = (last.get(event.stream) ?? expected[event.stream] ?? -1) + 1;
    last.set(event.stream, revision);
    return { ...event, revision };
  });
  return { events: placed };
}

function positionsOf(positions: readonly (bigint | null)[]): bigint[] {
  return positions.map((position) => {
    if (position === null) throw new Error("an event was not recorded");
    return position;
  });
}

async function all(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const list: RecordedEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

async function readAll(log: EventLog, after: bigint, max: number): Promise<RecordedEvent[]> {
  const list: RecordedEvent[] = [];
  for (let from = after; ; ) {
    const page = await log.read(from, max);
    list.push(...page);
    if (page.length === 0) return list;
    from = (page.at(-1) as RecordedEvent).position;
  }
}

const rising: Case = async (t, store) => {
  const log = store.open(t);
  const { position: start } = await log.head();
  const [a, b] = [unique("a"), unique("b")];
  const told: bigint[] = [];
  for (let i = 0; i < 10; i++) {
    const events = [newEvent(a, `${a}/${i}`), newEvent(b, `${b}/${i}`)];
    const result = await log.append(request(events, { [a]: i - 1, [b]: i - 1 }));
    t.equal(result.complete, true);
    told.push(...positionsOf(result.appended));
  }
  const recorded = await readAll(log, start, 7);
  const positions = recorded.map(({ position }) => position);
  t.strictSame(positions, [...positions].sort(byValue), "positions rise");
  t.strictSame([...told].sort(byValue), positions, "and are the ones that were told");
  t.equal(new Set(positions).size, 20);
  const times = recorded.map(({ meta }) => meta.recordedAt);
  t.strictSame(times, [...times].sort(), "times of recording never fall");
  t.strictSame(await log.head(), { position: positions.at(-1), recordedAt: times.at(-1) });
};

function byValue(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const guarded: Case = async (t, store) => {
  const log = store.open(t);
  const stream = unique("guarded");
  const append = (key: string, revision: number) =>
    log.append(request([newEvent(stream, `${stream}/${key}`)], { [stream]: revision }));
  t.match(await append("a", 0), { complete: false, appended: [null] }, "too high for a new stream");
  t.match(await append("a", -1), { complete: true });
  t.match(await append("b", 0), { complete: true });
  t.match(await append("c", -1), { complete: false, appended: [null] }, "not new any more");
  t.match(await append("c", 0), { complete: false, appended: [null] }, "too low");
  t.match(await append("c", 5), { complete: false, appended: [null] }, "too high");
  t.strictSame(
    await log.revisions([stream, "nowhere"]),
    new Map([
      [stream, 1],
      ["nowhere", -1],
    ]),
  );
  t.equal((await all(log.readStream(stream))).length, 2);
};

const together: Case = async (t, store) => {
  const log = store.open(t);
  const [stale, free] = [unique("stale"), unique("free")];
  await log.append(request([newEvent(stale, `${stale}/0`)]));
  const events = [
    newEvent(stale, `${stale}/1`),
    newEvent(free, `${free}/1`),
    newEvent(stale, `${stale}/2`),
    newEvent(free, `${free}/2`),
  ];
  const result = await log.append(request(events));
  t.equal(result.complete, false);
  t.strictSame([result.appended[0], result.appended[2]], [null, null]);
  const there = await all(log.readStream(free));
  const expected = log.engine === "postgres" ? [] : [1, 2].map((n) => `${free}/${n}`);
  t.strictSame(
    there.map(({ key }) => key),
    expected,
    "a stream's events are recorded or not",
  );
  t.strictSame(
    there.map(({ position }) => position),
    result.appended.filter((p) => p !== null),
  );
  t.strictSame(await log.find([`${stale}/1`, `${stale}/2`]), new Map());
};

const unequalled: Case = async (t, store) => {
  const log = store.open(t);
  const [a, b, key, once] = ["a", "b", "key", "once"].map(unique) as [
    string,
    string,
    string,
    string,
  ];
  t.match(await log.append(request([newEvent(a, key, { once })])), { complete: true });
  const refused = async (event: NewEvent, what: string) =>
    t.match(await log.append(request([event])), { complete: false, appended: [null] }, what);
  await refused(newEvent(b, key), "the same key in another stream");
  await refused(newEvent(b, `${key}-2`, { once }), "the same once under another key");
  const twice = [newEvent(b, `${key}-3`), newEvent(b, `${key}-3`)];
  t.match(await log.append(request(twice)), { complete: false }, "the same key twice at once");
  const second = newEvent(b, key, { nth: 1, data: { amount: "2.00" } });
  t.match(await log.append(request([second])), { complete: true }, "the next about the same key");
  await refused({ ...second, stream: unique("c") }, "which comes once too");

  const found = await log.find([key, `${key}-2`, `${key}-3`]);
  t.strictSame([...found.keys()], [key], "keys without events are absent");
  t.match(found.get(key), { stream: b, revision: 0, nth: 1, data: { amount: "2.00" } }, "newest");
  const first = await log.findOnce([once, "never"]);
  t.strictSame([...first.keys()], [once]);
  t.match(first.get(once), { stream: a, key, nth: 0, once });
};

const paged: Case = async (t, store) => {
  const log = store.open(t);
  const { position: start } = await log.head();
  const stream = unique("paged");
  const events = Array.from({ length: 25 }, (_, i) => newEvent(stream, `${stream}/${i}`));
  const { appended } = await log.append(request(events));
  const keys = events.map(({ key }) => key);
  for (const max of [1, 10, 24, 25, 26, 100]) {
    t.strictSame(
      (await readAll(log, start, max)).map(({ key }) => key),
      keys,
      `${max} a page`,
    );
  }
  const middle = positionsOf(appended)[11] as bigint;
  t.strictSame(
    (await log.read(middle, 2)).map(({ key }) => key),
    keys.slice(12, 14),
  );
  t.strictSame(
    await log.read(positionsOf(appended)[24] as bigint, 10),
    [],
    "nothing after the head",
  );
  const revisions = async (from?: number) =>
    (await all(log.readStream(stream, from))).map(({ revision }) => revision);
  t.strictSame(await revisions(), Array.from(keys.keys()));
  t.strictSame(await revisions(20), [20, 21, 22, 23, 24]);
  t.strictSame(await revisions(25), []);
  t.strictSame(await all(log.readStream(unique("nowhere"))), []);
};

const held: Case = async (t, store) => {
  const log = store.open(t);
  const other = store.open(t);
  const stream = unique("held");
  const { position: start } = await log.head();
  for (let i = 0; i < 3; i++) {
    const events = [0, 1].map((n) =>
      newEvent(stream, `${stream}/${i}/${n}`, n === 1 ? { once: `${stream}/${i}` } : {}),
    );
    await log.append(request(events, { [stream]: 2 * i - 1 }));
  }
  const recorded = (await readAll(log, start, 100)).map(({ body: _body, ...event }) => event);
  const after = (place: number) => recorded[place]?.position ?? 0n;
  for (const from of [0, 1, 2, 3, 4]) {
    for (const max of [1, 2, 100]) {
      const events = await log.recent(after(from), max);
      // As in its stored text, what is undefined is not there.
      const found = events.map((event) => {
        const stored = JSON.parse(text(event)) as object;
        return { ...stored, position: event.position };
      });
      const read = recorded.slice(from + 1, from + 1 + max).map(asOwn);
      t.strictSame(found, log.engine === "postgres" ? read : [], `${max} after ${from}`);
    }
  }
  t.strictSame(await log.recent(after(5), 10), [], "nothing after the last");
  t.strictSame(await log.recent(start - 1n, 10), [], "nothing from before");
  t.strictSame(await other.recent(start, 10), [], "nothing of what others recorded");
};

function asOwn<T extends object>(event: T) {
  return { ...event, isOwn: true };
}

function text(event: object): string {
  return JSON.stringify(event, (_, value: unknown): unknown =>
    typeof value === "bigint" ? "" : value,
  );
}

const timed: Case = async (t, store) => {
  const log = store.open(t);
  const stream = unique("timed");
  const recorded: { position: bigint; recordedAt: string }[] = [];
  for (let i = 0; i < 3; i++) {
    await sleep(5);
    const event = newEvent(stream, `${stream}/${i}`);
    const result = await log.append(request([event], { [stream]: i - 1 }));
    recorded.push({
      position: positionsOf(result.appended)[0] as bigint,
      recordedAt: result.recordedAt,
    });
  }
  for (const { position, recordedAt } of recorded) {
    t.equal(await log.positionAt(recordedAt), position, "recorded by its own time");
    t.equal(await log.timeOf(position), recordedAt);
    const before = new Date(Date.parse(recordedAt) - 1).toISOString();
    t.ok((await log.positionAt(before)) < position, "and not before");
  }
  const [first, second] = recorded as [(typeof recorded)[0], (typeof recorded)[0]];
  t.equal(await log.timeOf(second.position - 1n), first.recordedAt, "between two events");
  t.equal(await log.positionAt("1999-01-01T00:00:00Z"), 0n);
  t.equal(await log.timeOf(0n), undefined);
  t.equal(await log.positionAt("2999-01-01T00:00:00Z"), recorded[2]?.position);
};

/** Follows until `count` events of this prefix have come. */
async function followed(log: EventLog, after: bigint, prefix: string, count: number) {
  const stop = new AbortController();
  const seen: PlacedEvent[] = [];
  for await (const batch of log.follow(after, stop.signal)) {
    seen.push(...batch.filter(({ key }) => key.startsWith(prefix)));
    if (seen.length >= count) stop.abort();
  }
  return seen;
}

function keyAndPlace({ key, position }: PlacedEvent): string {
  return `${key} at ${position}`;
}

const followedOnce: Case = async (t, store) => {
  const log = store.open(t);
  const reader = store.open(t);
  const { position: start } = await log.head();
  const prefix = unique("followed");
  const idle = log.engine === "postgres" ? await idleTransactions(t, store) : [];
  const count = 16 * 15 * 2;
  const following = followed(reader, start, prefix, count);
  const followingItself = followed(log, start, prefix, count);
  await Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      const stream = `${prefix}-${writer}`;
      for (let i = 0; i < 15; i++) {
        const events = [0, 1].map((n) => newEvent(stream, `${stream}/${i}/${n}`));
        const result = await log.append(request(events, { [stream]: 2 * i - 1 }));
        t.equal(result.complete, true);
      }
    }),
  );
  const seen = await following;
  t.equal(new Set(seen.map(({ key }) => key)).size, count, "everything once");
  t.equal(seen.length, count);
  const positions = seen.map(({ position }) => position);
  t.strictSame(positions, [...positions].sort(byValue), "in order");
  t.strictSame((await followingItself).map(keyAndPlace), seen.map(keyAndPlace), "by itself too");
  const times = seen.map(({ meta }) => meta.recordedAt);
  t.strictSame(times, [...times].sort(), "times never fall, though many append at once");
  const again = await followed(reader, positions[count / 2 - 1] as bigint, prefix, count / 2);
  t.strictSame(
    again.map(({ position }) => position),
    positions.slice(count / 2),
    "from the middle",
  );
  for (const end of idle) await end();
};

/** Transactions that are begun and left: one that did nothing, one that holds a snapshot. */
async function idleTransactions(t: Test, { connectionString }: Store) {
  const pool = createPool(connectionString, { max: 2, applicationName: "idle" });
  t.teardown(() => pool.end());
  return Promise.all(
    ["BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM events"].map(
      async (begin) => {
        const client = await pool.connect();
        await client.query(begin);
        return async () => {
          await client.query("ROLLBACK");
          client.release();
        };
      },
    ),
  );
}

const alone: Case = async (t, store) => {
  const log = store.open(t);
  const stream = unique("alone");
  const add = async (n: number) => {
    const result = await log.appendAlone(async () => {
      const last = (await log.revisions([stream])).get(stream) ?? -1;
      return request([newEvent(stream, `${stream}/${n}`)], { [stream]: last });
    });
    t.match(result, { complete: true });
  };
  await Promise.all([0, 1, 2, 3, 4, 5].map(add));
  t.equal((await all(log.readStream(stream))).length, 6, "none lost a race");
  t.equal(await log.appendAlone(() => Promise.resolve(null)), null);
  const broken = log.appendAlone(() => Promise.reject(new Error("cannot decide")));
  await t.rejects(broken, { message: "cannot decide" });
  await add(6);
};

const large: Case = async (t, store) => {
  const log = store.open(t);
  const { position: start } = await log.head();
  const stream = unique("large");
  const text = "粮".repeat(30_000);
  const events = Array.from({ length: 40 }, (_, i) =>
    newEvent(stream, `${stream}/${i}`, { data: { text: `${i} ${text}` } }),
  );
  const result = await log.append(request(events));
  t.equal(result.complete, true, "3.6 MB to one stream");
  const recorded = await all(log.readStream(stream));
  t.strictSame(
    recorded.map(({ data }) => data),
    events.map(({ data }) => data),
  );
  t.strictSame(
    recorded.map(({ position }) => position),
    result.appended,
  );
  t.equal((await readAll(log, start, 15)).length, 40);
  const found = await log.find(events.map(({ key }) => key));
  t.strictSame(found.get(`${stream}/7`)?.data, events[7]?.data, "long events are found too");
};

const bulk: Case = async (t, store) => {
  const log = store.open(t);
  const { position: start } = await log.head();
  const prefix = unique("bulk");
  const streams = Array.from({ length: 100 }, (_, i) => `${prefix}-${i}`);
  const revisions: Record<string, number> = {};
  const told: bigint[] = [];
  for (let batch = 0; batch < 3; batch++) {
    const events = Array.from({ length: 5_000 }, (_, i) =>
      newEvent(streams[i % 100] as string, `${prefix}/${batch}/${i}`),
    );
    const result = await log.append(request(events, revisions));
    t.equal(result.complete, true);
    told.push(...positionsOf(result.appended));
    for (const stream of streams) revisions[stream] = (revisions[stream] ?? -1) + 50;
  }
  const recorded = await readAll(log, start, 4_000);
  t.equal(recorded.length, 15_000);
  t.strictSame(
    recorded.map(({ position }) => position),
    told.sort(byValue),
    "each is where the answer said",
  );
  t.strictSame(await log.revisions(streams), new Map(Object.entries(revisions)));
  const found = await log.find(recorded.map(({ key }) => key));
  t.equal(found.size, 15_000);
  t.ok(recorded.every(({ key, position }) => found.get(key)?.position === position));
};

const chained: Case = async (t, store) => {
  const log = store.open(t);
  const { position: start } = await log.head();
  const [stream, free] = [unique("chained"), unique("free")];
  const on = (name: string, key: string, revision: number, follows?: AppendRequest) => ({
    events: [newEvent(name, `${stream}/${key}`, { revision })],
    follows: follows?.events,
  });
  const requests: AppendRequest[] = [];
  for (let i = 0; i < 20; i++) requests.push(on(stream, String(i), i, requests.at(-1)));
  const results = await Promise.all(requests.map((request) => log.append(request)));
  t.ok(
    results.every(({ complete }) => complete),
    "all are recorded",
  );
  t.strictSame(
    (await readAll(log, start, 100)).map(({ position }) => position),
    results.flatMap(({ appended }) => appended),
    "in the order in which they were handed in",
  );
  const lost = on(stream, "lost", 7);
  const after = on(free, "after", 0, lost);
  const afterThat = on(free, "after that", 1, after);
  const together = await Promise.all(
    [lost, after, afterThat].map((request) => log.append(request)),
  );
  t.strictSame(
    together.map(({ complete, appended }) => [complete, appended]),
    [0, 1, 2].map(() => [false, [null]]),
    "nothing is recorded behind one that is not",
  );
  t.match(await log.append(on(free, "later", 0, after)), { complete: false }, "nor later");
  t.strictSame(await all(log.readStream(free)), []);
  t.match(await log.append(on(free, "alone", 0)), { complete: true }, "what rests on nothing is");
  t.match(await log.append(on(free, "on", 1, requests[3])), { complete: true }, "and on what is");
  const unknown = log.append(on(free, "behind", 2, on(free, "never handed in", 1)));
  t.match(await unknown, { complete: false }, "but not on what nobody has handed in");
  const gap = [0, 2].map((n) => newEvent(unique("gap"), `${stream}/gap/${n}`));
  const stumbling = gap.map((event, i) => ({ ...event, stream: `${stream}-gap`, revision: 2 * i }));
  await t.rejects(log.append({ events: stumbling }), /follow each other/);
};

/** What was seen up to a position: by default nothing. */
function seen(asOf: bigint, facts: Partial<RestsOn> = {}): RestsOn {
  const none = { keys: new Map(), onces: new Set<string>(), streams: new Map() };
  return { asOf, ...none, categories: new Map(), ...facts };
}

/** Facts of each kind, none of which holds when `key` is recorded in `stream`. */
function factsAbout(stream: string, key: string, asOf: bigint): [string, Partial<RestsOn>][] {
  return [
    ["the newest event under a key", { keys: new Map([[key, -1]]) }],
    ["a once that was free", { onces: new Set([`${key}/once`]) }],
    ["the end of a stream", { streams: new Map([[stream, -1]]) }],
    ["a category of streams", { categories: new Map([[categoryOf(stream), asOf]]) }],
  ];
}

/** The word before the first hyphen of a stream's name. */
function categoryOf(stream: string): string {
  return stream.slice(0, stream.indexOf("-"));
}

// One log at a time has the right to record: the other closes, and so gives it up. What was seen
// before is seen by a log that has not recorded yet.
const movedByOthers: Case = async (t, store) => {
  const [log, other] = [store.open(t), store.open(t)];
  const [mine, stream, key, kept] = ["mine", "fact", "key", "kept"].map(unique) as [
    string,
    string,
    string,
    string,
  ];
  const once = `${key}/once`;
  t.match(await other.append(request([newEvent(kept, kept)])), { complete: true });
  const before = (await log.head()).position;
  const facts = factsAbout(stream, key, before);
  for (const [what, fact] of facts) t.equal(await log.moved(seen(0n, fact)), false, what);
  t.match(await other.append(request([newEvent(stream, key, { once })])), { complete: true });
  await other.close();
  let nth = 0;
  const append = (restsOn: RestsOn) =>
    log.append({ events: [newEvent(mine, `${mine}/${nth}`, { revision: nth++ })], restsOn });
  for (const [what, fact] of facts) {
    t.equal(await log.moved(seen(0n, fact)), true, `${what} has moved`);
    t.match(await append(seen(before, fact)), { complete: false, appended: [null] }, what);
    nth -= 1;
  }
  t.ok(log.lastOfOthers > before, "the log knows that others have recorded");
  const unmoved = {
    keys: new Map([
      [key, 0],
      [kept, 0],
      [unique("nowhere"), -1],
    ]),
    onces: new Set([`${kept}/once`]),
    streams: new Map([
      [stream, 0],
      [kept, 0],
    ]),
    categories: new Map([
      [categoryOf(stream), (await log.head()).position],
      [categoryOf(kept), before],
      [unique("nowhere"), 0n],
    ]),
  };
  t.equal(await log.moved(seen(0n, unmoved)), false);
  t.match(await append(seen(before, unmoved)), { complete: true }, "what is there now holds");
  const now = (await log.head()).position;
  t.match(await append(seen(now, unmoved)), { complete: true }, "and held at the head");
  t.equal((await all(log.readStream(mine))).length, 2, "nothing else is recorded");
};

const movedUnderAChain: Case = async (t, store) => {
  const [log, other] = [store.open(t), store.open(t)];
  const [stream, key] = [unique("chain"), unique("key")];
  const before = (await log.head()).position;
  t.match(await other.append(request([newEvent(key, key)])), { complete: true });
  await other.close();
  const link = (revision: number, facts: Partial<RestsOn>, follows?: AppendRequest) => ({
    events: [newEvent(stream, `${stream}/${revision}`, { revision })],
    restsOn: seen(before, facts),
    follows: follows?.events,
  });
  const chain = (facts: Partial<RestsOn>): AppendRequest[] => {
    const first = link(0, {});
    const second = link(1, facts, first);
    return [first, second, link(2, {}, second)];
  };
  const recorded = async (requests: readonly AppendRequest[]) => {
    const results = await Promise.all(requests.map((request) => log.append(request)));
    return results.map(({ complete }) => complete);
  };
  const moved = await recorded(chain({ keys: new Map([[key, -1]]) }));
  t.strictSame(moved, [true, false, false], "what has moved ends a chain");
  const again = link(1, { keys: new Map([[key, 0]]) });
  t.strictSame(await recorded([again, link(2, {}, again)]), [true, true]);
};

const movedByItself: Case = async (t, store) => {
  const log = store.open(t);
  const [stream, key] = [unique("own"), unique("key")];
  await log.append(request([newEvent(stream, `${stream}/0`)]));
  const before = (await log.head()).position;
  const once = `${key}/once`;
  const first = { events: [newEvent(stream, key, { revision: 1, once })] };
  // Seen in the log; and seen with what is under way, which a decision behind it knows of.
  const [inLog, behind] = [
    { keys: new Map([[key, -1]]), streams: new Map([[stream, 0]]) },
    { keys: new Map([[key, 0]]), streams: new Map([[stream, 1]]) },
  ];
  const rest = [inLog, behind].map((facts, i) => ({
    events: [newEvent(stream, `${stream}/${i + 2}`, { revision: i + 2 })],
    restsOn: seen(before, facts),
    follows: first.events,
  }));
  const results = await Promise.all([first, ...rest].map((request) => log.append(request)));
  t.strictSame(
    results.map(({ complete }) => complete),
    [true, true, true],
    "its own appends under way move nothing",
  );
  t.equal(log.lastOfOthers <= before, true, "and it takes none of them for another's");
};

const retried: Case = async (t, store) => {
  const log = store.open(t);
  const stream = unique("retried");
  const same = request([newEvent(stream, `${stream}/a`), newEvent(stream, `${stream}/b`)]);
  const first = await log.append(same);
  t.equal(first.complete, true);
  const second = await log.append(same);
  t.match(second, { complete: false, appended: [null, null] }, "is told apart from the first");
  const found = await log.find(same.events.map(({ key }) => key));
  t.strictSame(
    [...found.values()].map(({ position }) => position),
    first.appended,
  );
  t.equal((await all(log.readStream(stream))).length, 2, "and records nothing twice");
};

const reopened: Case = async (t, store) => {
  const stream = unique("reopened");
  const log = store.open(t);
  const events = [newEvent(stream, `${stream}/a`, { once: `${stream}/once` })];
  const { appended } = await log.append(request(events));
  await log.close();
  const again = store.open(t);
  t.match(await again.ledgerId(), /^[0-9a-f-]{36}$/);
  t.match((await again.find([`${stream}/a`])).get(`${stream}/a`), { position: appended[0] });
  t.equal((await again.findOnce([`${stream}/once`])).size, 1);
  t.strictSame(await again.revisions([stream]), new Map([[stream, 0]]));
  const more = [newEvent(stream, `${stream}/b`)];
  t.match(await again.append(request(more, { [stream]: 0 })), { complete: true });
  t.match(await again.append(request(events)), { complete: false });
};

const byteForByte: Case = async (t, store) => {
  const log = store.open(t);
  const { position: start } = await log.head();
  // Streams that a server could take for its own, and text that encoders differ about.
  const streams = ["$system", "\\escaped", "writer-claims", "户 甲/乙#1", "a'b\"c"].map(unique);
  const data = {
    "10": "keys that look like numbers keep their order",
    "9": "阳光账本 · 户主 · 𠮷 · é",
    escapes: '"\\/\b\f\n\r\t\u0001\u001f\u007f',
    separators: "\u2028\u2029\ufeff",
    nested: [{ b: 1, a: null }, [true, -5, 0]],
  };
  const events = streams.map((stream) => newEvent(stream, `${stream}/键`, { data }));
  const { appended } = await log.append(request(events));
  for (const [i, stream] of streams.entries()) {
    const [event] = await all(log.readStream(stream));
    t.strictSame(event?.data, data);
    t.equal(event?.stream, stream);
    t.ok(event?.body.startsWith(`{"data":{"10":"keys`), "in canonical order");
    t.ok(event?.body.includes("\u2028\u2029\ufeff"), "without escapes it did not have");
    const read = (await readAll(log, start, 3)).find(({ position }) => position === appended[i]);
    const found = (await log.find([`${stream}/键`])).get(`${stream}/键`);
    t.strictSame([found?.body, read?.body], [event?.body, event?.body]);
    const digest = createHash("sha256")
      .update(event?.body ?? "", "utf8")
      .digest("hex");
    t.equal(hashBody(event?.body ?? ""), digest);
  }
  t.strictSame(await log.inspect(), [], "and the engine finds nothing wrong");
};

const long: Case = async (t, store) => {
  const log = store.open(t);
  const { position: start } = await log.head();
  const stream = unique("long");
  const data = { text: "长".repeat(250_000) };
  const events = Array.from({ length: 60 }, (_, i) => newEvent(stream, `${stream}/${i}`, { data }));
  for (let i = 0; i < events.length; i += 20) {
    const some = events.slice(i, i + 20);
    t.match(await log.append(request(some, { [stream]: i - 1 })), { complete: true });
  }
  const keys = events.map(({ key }) => key);
  const other = store.open(t);
  const page = await other.read(start, 5_000);
  t.ok(page.length > 0 && page.length < events.length, `${page.length} are read at once`);
  t.ok(Buffer.byteLength(page.map(({ body }) => body).join("")) < 17 * 1024 * 1024);
  t.strictSame(
    (await readAll(other, start, 5_000)).map(({ key }) => key),
    keys,
    "in pages all",
  );
  t.strictSame(
    (await all(other.readStream(stream))).map(({ key }) => key),
    keys,
    "by stream too",
  );
  const followed: string[] = [];
  const stop = new AbortController();
  for await (const batch of other.follow(start, stop.signal)) {
    followed.push(...batch.map(({ key }) => key));
    if (followed.length >= keys.length) stop.abort();
  }
  t.strictSame(followed, keys, "and so they are followed");
};

const cases: Record<string, Case> = {
  "positions rise in the order of recording": rising,
  "a stream that is not where the caller thinks it is": guarded,
  "the events of one stream are recorded together": together,
  "keys and onces are unique across streams": unequalled,
  "reading by pages and by stream": paged,
  "what was recorded lately": held,
  "what was recorded by an instant": timed,
  "followers see everything once while sixteen append": followedOnce,
  "deciding while nobody else may record": alone,
  "more than 1 MiB to one stream": large,
  "big batches": bulk,
  "appends that rest on others under way": chained,
  "facts that others have moved": movedByOthers,
  "facts that move under a chain of appends": movedUnderAChain,
  "facts that the log itself moves": movedByItself,
  "a request that is repeated": retried,
  "a log that is opened again": reopened,
  "bytes survive": byteForByte,
  "events that are long": long,
};

async function runCases(t: Test, store: Store): Promise<void> {
  for (const [name, run] of Object.entries(cases)) await t.test(name, (t) => run(t, store));
}

test("the log in PostgreSQL", async (t) => {
  const store = await postgresStore(t);
  await runCases(t, store);
  await t.test("events cannot be changed or removed", async (t) => {
    const { pool } = store;
    for (const change of [
      "UPDATE events SET body = '{}'",
      "DELETE FROM events",
      "TRUNCATE events",
    ]) {
      await t.rejects(pool.query(change), /events are never changed or removed/);
    }
  });
});

test("the log in EventStoreDB", unlessEventStoreDb, async (t) => {
  await runCases(t, await eventStoreDbStore(t));
});
