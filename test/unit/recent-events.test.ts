import { test } from "tap";
import type { NewEvent } from "../../src/log/event-log.ts";
import { RecentEvents } from "../../src/log/postgres/recent-events.ts";

const meta = { actor: "test", effectiveDate: "2026-01-01", pack: "base/1" };

function numbered(n: number): NewEvent {
  const [stream, key] = ["contract-C1", `k${n}`];
  return { stream, revision: n, type: "WagePaid", version: 1, key, nth: 0, data: {}, meta };
}

/** Appends of these sizes, one after another from position 1 on. */
function appended(recent: RecentEvents, sizes: readonly number[], first = 0): NewEvent[] {
  const all: NewEvent[] = [];
  for (const size of sizes) {
    const events = Array.from({ length: size }, (_, i) => numbered(all.length + i));
    recent.note({ after: BigInt(first + all.length), events, recordedAt: "2026-01-01T00:00:00Z" });
    all.push(...events);
  }
  return all;
}

function keysAfter(recent: RecentEvents, position: number, max: number): string[] {
  return recent.after(BigInt(position), max).map(({ key, position: at }) => `${at} ${key}`);
}

void test("what was recorded lately is found from any position, in its place", (t) => {
  const recent = new RecentEvents();
  const all = appended(recent, [1, 3, 2]);
  for (let after = 0; after <= all.length; after++) {
    for (const max of [1, 2, 100]) {
      const expected = all.map(({ key }, i) => `${i + 1} ${key}`).slice(after, after + max);
      t.strictSame(keysAfter(recent, after, max), expected, `${max} after ${after}`);
    }
  }
  t.strictSame(keysAfter(recent, 7, 1), [], "nothing beyond the last");
  recent.forget();
  t.strictSame(keysAfter(recent, 0, 1), [], "nothing is left");
  t.end();
});

void test("of long events few are held", (t) => {
  const recent = new RecentEvents();
  const data = { lines: [{ name: "长".repeat(1024 * 1024) }] };
  for (let i = 0; i < 40; i++) {
    const events = [{ ...numbered(i), data }];
    recent.note({ after: BigInt(i), events, recordedAt: "2026-01-01T00:00:00Z" });
  }
  t.strictSame(keysAfter(recent, 7, 100), [], "the oldest are not");
  t.equal(keysAfter(recent, 8, 100).length, 32, "the newest are");
  t.end();
});

void test("what others recorded between is a gap, at which an answer ends", (t) => {
  const recent = new RecentEvents();
  appended(recent, [2]);
  appended(recent, [2], 5);
  t.strictSame(keysAfter(recent, 0, 10), ["1 k0", "2 k1"]);
  t.strictSame(keysAfter(recent, 2, 10), [], "in the gap");
  t.strictSame(keysAfter(recent, 5, 10), ["6 k0", "7 k1"]);
  t.end();
});

void test("no more is held than a projector needs, whatever the appends are", (t) => {
  for (const size of [1, 16, 7_000]) {
    const recent = new RecentEvents();
    const all = appended(
      recent,
      Array.from({ length: Math.ceil(60_000 / size) }, () => size),
    );
    const held = all.findIndex((_, i) => recent.after(BigInt(i), 1).length > 0);
    t.ok(all.length - held <= 20_000, `appends of ${size}: ${all.length - held} are held`);
    t.ok(all.length - held > 20_000 - size, `appends of ${size}: no fewer than fit`);
    t.equal(recent.after(BigInt(held), all.length).length, all.length - held, "without a gap");
  }
  const recent = new RecentEvents();
  appended(recent, [30_000]);
  t.equal(recent.after(0n, 30_000).length, 30_000, "the last append is held, however large");
  t.end();
});
