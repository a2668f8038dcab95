import { setTimeout as sleep } from "node:timers/promises";
import { type Test, test } from "tap";
import { BinaryCopyRows, CopyRows } from "../../src/database/copy.ts";
import type { Ticket } from "../../src/database/copy-pipeline.ts";
import { copyPipeline, NotReached } from "../../src/database/copy-pipeline.ts";
import { testDatabase } from "../support/database.ts";

function* messagesOf(numbers: Iterable<number>): Generator<Buffer> {
  const rows = new BinaryCopyRows(2);
  for (const n of numbers) {
    if (Number.isNaN(n)) throw new Error("cannot be made");
    rows.beginRow();
    rows.integer(n);
    rows.text(`${n} ${"粮".repeat(20)}`);
    rows.endRow();
    yield* rows.take("full");
  }
  yield* rows.take("all");
}

function textOf(what: string): Iterator<Buffer> {
  const rows = new CopyRows();
  rows.row([what]);
  return rows.take("all").values();
}

function* numbersTo(end: number): Generator<number> {
  for (let n = 0; n < end; n++) yield n;
}

async function pipelineOn(t: Test) {
  const { pool } = await testDatabase(t);
  await pool.query("CREATE TABLE numbers (n integer PRIMARY KEY, text text)");
  await pool.query("CREATE TABLE said (what text)");
  const pipeline = copyPipeline(pool);
  const send = (numbers: Iterable<number>, what = "") => {
    const ticket: Ticket = { state: "underWay" };
    const before = [{ text: "INSERT INTO said VALUES ($1)", values: [what] }];
    const copies = [
      { into: "numbers (n, text)", format: "binary" as const, messages: messagesOf(numbers) },
      { into: "said (what)", format: "text" as const, messages: textOf(what.toUpperCase()) },
    ];
    const done = pipeline.send({ before, copies }, ticket);
    return { ticket, done };
  };
  const settled = async (...sent: ReturnType<typeof send>[]) => {
    const results = await Promise.allSettled(sent.map(({ done }) => done));
    const states = sent.map(({ ticket }) => ticket.state);
    const errors = results.map((result) =>
      result.status === "rejected" ? (result.reason as Error) : undefined,
    );
    return { states, errors };
  };
  const held = async () => {
    const { rows } = await pool.query<{ n: number }>("SELECT n FROM numbers ORDER BY n");
    const { rows: texts } = await pool.query<{ what: string }>("SELECT what FROM said");
    return { numbers: rows.map(({ n }) => n), said: texts.map(({ what }) => what) };
  };
  return { pool, send, settled, held };
}

void test("transactions sent one behind the other", async (t) => {
  const { pool, send, settled, held } = await pipelineOn(t);

  await t.test("are committed one by one", async (t) => {
    const { states } = await settled(send([1, 2], "a"), send([3], "b"), send([], "c"));
    t.strictSame(states, ["committed", "committed", "committed"]);
    t.strictSame(await held(), { numbers: [1, 2, 3], said: ["a", "A", "b", "B", "c", "C"] });
  });

  await t.test("are not executed behind one that fails", async (t) => {
    const sent = [send([4], "d"), send([5, 1], "e"), send([6], "f"), send([7], "g")];
    const { states, errors } = await settled(...sent);
    t.strictSame(states, ["committed", "failed", "failed", "failed"]);
    t.match(errors[1], { code: "23505" });
    t.ok(errors.slice(2).every((error) => error instanceof NotReached));
    const said = ["a", "A", "b", "B", "c", "C", "d", "D"];
    t.strictSame(await held(), { numbers: [1, 2, 3, 4], said });
  });

  await t.test("go on afterwards", async (t) => {
    const { states } = await settled(send([5], "e"), send([6], "f"));
    t.strictSame(states, ["committed", "committed"]);
    // For ever if a connection is kept.
    while (pool.idleCount < pool.totalCount) await sleep(1);
  });

  await t.test("share a connection that is kept for a while", async (t) => {
    const kept = () => pool.totalCount - pool.idleCount;
    await settled(send([], "g"));
    t.equal(kept(), 1);
    t.strictSame((await settled(send([], "h"))).states, ["committed"]);
    t.equal(kept(), 1);
    while (kept() > 0) await sleep(1);
  });

  await t.test("give it back although others keep coming", async () => {
    // For ever if each of them keeps it for a while longer.
    do {
      await settled(send([]));
      await sleep(10);
    } while (pool.totalCount > pool.idleCount);
  });

  await t.test("go on when it ends while it is kept", async (t) => {
    await settled(send([], "i"));
    t.equal(pool.totalCount - pool.idleCount, 1);
    const ended = await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    t.ok(Number(ended.rowCount) > 0);
    while (pool.totalCount > pool.idleCount) await sleep(1);
    t.strictSame((await settled(send([], "j"))).states, ["committed"]);
  });

  await t.test("end where a message cannot be made", async (t) => {
    const { states, errors } = await settled(send([8]), send([9, NaN]), send([10]));
    t.strictSame(states, ["committed", "failed", "failed"]);
    t.match(errors[1], { message: "cannot be made" });
    t.ok(errors[2] instanceof NotReached);
    t.strictSame((await held()).numbers, [1, 2, 3, 4, 5, 6, 8]);
  });

  await t.test("wait for room on the connection", async (t) => {
    await pool.query("TRUNCATE numbers");
    const sent = [send(numbersTo(100_000)), send([200_000]), send([200_001])];
    const { states } = await settled(...sent);
    t.strictSame(states, ["committed", "committed", "committed"]);
    t.equal((await held()).numbers.length, 100_002);
    const failing = [send([200_002]), send(numbersTo(100_000)), send([200_003])];
    t.strictSame((await settled(...failing)).states, ["committed", "failed", "failed"]);
    t.equal((await held()).numbers.length, 100_003);
  });

  await t.test("fail together when the connection ends", async (t) => {
    await pool.query("TRUNCATE numbers");
    const blocked = await pool.connect();
    await blocked.query("BEGIN; LOCK TABLE numbers");
    const ending = settled(send([1]), send([2]));
    const end = `SELECT pg_terminate_backend(pid) FROM pg_locks
      WHERE NOT granted AND relation = 'numbers'::regclass`;
    while ((await blocked.query(end)).rowCount === 0);
    const { states, errors } = await ending;
    t.strictSame(states, ["failed", "failed"]);
    t.match(errors[0], { code: "57P01" });
    await blocked.query("ROLLBACK");
    blocked.release();
    t.strictSame((await settled(send([3]))).states, ["committed"]);
    t.strictSame((await held()).numbers, [3]);
  });

  await t.test("say that there is no connection", async (t) => {
    await pool.end();
    const { states, errors } = await settled(send([4]), send([5]));
    t.strictSame(states, ["failed", "failed"]);
    t.ok(errors.every((error) => error !== undefined));
  });
});
