import { spawn } from "node:child_process";
import { once } from "node:events";
import type pg from "pg";
import { type Test, test } from "tap";
import { kindOf } from "../../src/domain/kinds.ts";
import type { CommandBatch } from "../../src/write/commands.ts";
import { commandCrossing } from "../../src/write/crossing.ts";
import type { ForwardingHandler, ForwardingLimits } from "../../src/log/eventstoredb/forwarding.ts";
import { forwardingHandler } from "../../src/log/eventstoredb/forwarding.ts";
import type { Outcome } from "../../src/write/handle.ts";
import { handler } from "../../src/write/handle.ts";
import { NotTheWriter, Overloaded } from "../../src/log/event-log.ts";
import { EventUnreadable } from "../../src/log/lists.ts";
import { createPool } from "../../src/database/pool.ts";
import type { EventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { eventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { deriveKeys } from "../../src/vault/keys.ts";
import { openVault } from "../../src/vault/vault.ts";
import type { Store } from "../contract/stores.ts";
import {
  eventStoreDbStore,
  eventStoreDbUrl,
  unique,
  unlessEventStoreDb,
} from "../contract/stores.ts";
import { nodeProgram } from "../support/node-program.ts";

const keys = deriveKeys(Buffer.alloc(32, 7));

/** What a process of the ledger has of its writing side. */
interface Process {
  readonly log: EventStoreDbLog;
  readonly handler: ForwardingHandler<CommandBatch, Outcome[]>;
  close(): Promise<void>;
}

function start(
  pool: pg.Pool,
  onError: (error: unknown) => void,
  limits: Partial<ForwardingLimits> = {},
): Process {
  const log = eventStoreDbLog({ url: eventStoreDbUrl ?? "", pool, holder: `test ${process.pid}` });
  const forwarding = forwardingHandler({
    handler: handler(log, openVault(pool, keys)),
    claim: log.claim,
    pool,
    crossing: commandCrossing({ keys }),
    onError,
    limits,
  });
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await forwarding.close();
    await log.close();
    await pool.end();
  };
  return { log, handler: forwarding, close };
}

/**
 * A process with its own connections; several in one test stand for several on several machines.
 */
function anotherProcess(
  t: Test,
  { connectionString }: Store,
  limits?: Partial<ForwardingLimits>,
): Process {
  const pool = createPool(connectionString, { applicationName: "test process" });
  const started = start(pool, (error) => t.comment(String(error)), limits);
  t.teardown(() => started.close());
  return started;
}

/** Organisations under a name; recording one again under another name is a change. */
function batch(prefix: string, numbers: readonly number[], name: string): CommandBatch {
  return {
    kind: "organisations",
    commands: numbers.map((n) => {
      const cells = { 主体编号: `${prefix}-${n}`, 名称: name, 类型: "企业" };
      const parsed = kindOf("organisations").parse({ cells });
      if (!parsed.ok) throw new Error(parsed.refusal.message);
      return parsed.command;
    }),
    contexts: numbers.map(() => ({ actor: "test", correlation: undefined })),
  };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** The names under which an organisation was recorded, in order. */
async function namesOf(log: EventStoreDbLog, prefix: string, n: number): Promise<string[]> {
  const names: string[] = [];
  for await (const event of log.readStream(`organisation-${prefix}-${n}`)) {
    names.push((event.data as { name: string }).name);
  }
  return names;
}

async function rowCount({ pool }: Store): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM forwarded_commands",
  );
  return rows[0]?.n ?? -1;
}

const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status);

async function forwarding(t: Test): Promise<void> {
  const store = await eventStoreDbStore(t);

  await t.test("a process without the claim has its commands recorded by the holder", async (t) => {
    const [holder, other] = [anotherProcess(t, store), anotherProcess(t, store)];
    const prefix = unique("org");
    t.strictSame(statuses(await holder.handler.handle(batch(prefix, [0], "甲"))), ["recorded"]);
    const outcomes = await other.handler.handle(batch(prefix, [0, 1, 2], "甲"));
    t.strictSame(statuses(outcomes), ["alreadyRecorded", "recorded", "recorded"]);
    const [, second] = outcomes;
    t.equal(typeof (second?.status === "recorded" ? second.position : undefined), "bigint");
    t.equal(other.log.claim.number, undefined, "and never takes it");
    const found = await other.log.find([1, 2].map((n) => `organisation:${prefix}-${n}`));
    t.ok([...found.values()].every(({ meta }) => meta.claim === holder.log.claim.number));
    t.equal(await rowCount(store), 0, "nothing is left of what was forwarded");
  });

  await t.test("batches keep their order", async (t) => {
    const [holder, other] = [anotherProcess(t, store), anotherProcess(t, store)];
    const prefix = unique("order");
    await holder.handler.handle(batch(prefix, [9], "-"));
    const names = upTo(25).map((n) => `名 ${n}`);
    await Promise.all(names.map((name) => other.handler.handle(batch(prefix, [0, 1], name))));
    t.strictSame(await namesOf(holder.log, prefix, 0), names);
    t.strictSame(await namesOf(holder.log, prefix, 1), names);
  });

  await t.test(
    "what is forwarded is sealed, and handled by who can when the holder goes",
    async (t) => {
      const other = anotherProcess(t, store);
      const mute = store.open(t);
      await mute.claim.take();
      const prefix = unique("sealed");
      const waiting = other.handler.handle(batch(prefix, [0], "身份证 110101199003070011"));
      while ((await rowCount(store)) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const { rows } = await store.pool.query<{ sealed: Buffer }>(
        "SELECT sealed FROM forwarded_commands",
      );
      t.notOk(rows[0]?.sealed.includes("1101011990"), "the database sees no personal data");
      await mute.close();
      t.strictSame(statuses(await waiting), ["recorded"]);
      t.type(other.log.claim.number, "number", "the process took the claim");
      t.equal(await rowCount(store), 0);
    },
  );

  await t.test("a claim lost over pipelined batches loses no batch and no order", async (t) => {
    const own = anotherProcess(t, store);
    const prefix = unique("lost");
    const names = upTo(20).map((n) => `名 ${n}`);
    await own.handler.handle(batch(prefix, [99], "-"));
    const handled = names.map((name) => own.handler.handle(batch(prefix, upTo(30), name)));
    await handled[3];
    await store.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_locks
      WHERE locktype = 'advisory' AND classid = 1398099529 AND objid = 11
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    await Promise.all(handled);
    t.strictSame(await namesOf(own.log, prefix, 0), names);
    t.strictSame(await namesOf(own.log, prefix, 29), names);
  });

  await t.test("what waits has a limit in each process and for all of them", async (t) => {
    const mute = store.open(t);
    await mute.claim.take();
    const own = anotherProcess(t, store, { waitingMax: 2 });
    const other = anotherProcess(t, store, { rowsMax: 2 });
    const prefix = unique("limit");
    const waiting = [0, 1].map((n) => own.handler.handle(batch(prefix, [n], "甲")));
    while ((await rowCount(store)) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const { handler } of [own, other]) {
      const error: unknown = await handler
        .handle(batch(prefix, [2], "甲"))
        .catch((e: unknown) => e);
      t.ok(error instanceof Overloaded, "what is too much is refused");
    }
    t.equal(await rowCount(store), 2);
    await mute.close();
    t.strictSame((await Promise.all(waiting)).map(statuses), [["recorded"], ["recorded"]]);
    t.strictSame(statuses(await own.handler.handle(batch(prefix, [2], "甲"))), ["recorded"]);
  });

  await t.test("a message of another version is answered and hurts nobody", async (t) => {
    const [holder, other] = [anotherProcess(t, store), anotherProcess(t, store)];
    const prefix = unique("version");
    await holder.handler.handle(batch(prefix, [0], "甲"));
    const unknown = { ...batch(prefix, [1], "甲"), kind: "of-later" as CommandBatch["kind"] };
    const error: unknown = await other.handler.handle(unknown).catch((e: unknown) => e);
    t.ok(error instanceof NotTheWriter);
    t.match(error, { message: /another version of the program/ });
    t.strictSame(statuses(await other.handler.handle(batch(prefix, [1], "甲"))), ["recorded"]);
    t.equal(await rowCount(store), 0);
  });

  await t.test("why the holder cannot record is said", async (t) => {
    const holder = store.open(t);
    const message = "event 7 (stream s): it is no event of the ledger";
    const unreadable = new EventUnreadable({ position: 7n, stream: "s" }, message);
    const { pool } = store;
    const forwarding = forwardingHandler({
      handler: { handle: () => Promise.reject(unreadable) },
      claim: holder.claim,
      pool,
      crossing: commandCrossing({ keys }),
    });
    await holder.claim.take();
    const { handler } = anotherProcess(t, store);
    const asked = handler.handle(batch(unique("why"), [0], "甲"));
    const error: unknown = await asked.catch((e: unknown) => e);
    t.ok(error instanceof NotTheWriter, "nothing is recorded");
    t.match(error, { message });
    await forwarding.close();
    await holder.close();
  });

  await t.test("the holder's death", (t) => killedHolder(t, store));
}

async function killedHolder(t: Test, store: Store): Promise<void> {
  const program = nodeProgram("integration/eventstoredb.test");
  const holder = spawn(process.execPath, [...program, "--hold", store.connectionString], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => {
    holder.kill("SIGKILL");
  });
  await once(holder.stdout, "data");
  const others = [anotherProcess(t, store), anotherProcess(t, store)];
  const prefix = unique("killed");
  const handled = others.flatMap(({ handler }, i) =>
    upTo(15).map((n) => handler.handle(batch(`${prefix}-${i}-${n}`, upTo(40), "甲"))),
  );
  await handled[2];
  t.strictSame(
    others.map(({ log }) => log.claim.number),
    [undefined, undefined],
  );
  holder.kill("SIGKILL");
  for (const outcomes of await Promise.all(handled)) {
    const left = statuses(outcomes).filter((s) => s !== "recorded" && s !== "alreadyRecorded");
    t.strictSame(left, []);
  }
  t.equal(others.filter(({ log }) => log.claim.number !== undefined).length, 1, "one took over");
  const [{ log }] = others as [Process];
  const every = [0, 1].flatMap((i) =>
    upTo(15).flatMap((n) => upTo(40).map((o) => `organisation:${prefix}-${i}-${n}-${o}`)),
  );
  const found = await log.find(every);
  t.equal(found.size, every.length, "everything is recorded");
  t.ok(
    [...found.values()].every(({ nth }) => nth === 0),
    "and once",
  );
  t.equal(await rowCount(store), 0);
  t.strictSame(await log.inspect(), []);
}

/** A service in a process of its own, until it is killed. */
async function hold(connectionString: string): Promise<void> {
  const pool = createPool(connectionString, { applicationName: "test holder" });
  const { log, handler } = start(pool, () => undefined);
  handler.hold();
  const stop = log.claim.watch((number) => {
    if (number === undefined) return;
    stop();
    process.stdout.write("holding\n");
  });
  setInterval(() => undefined, 60_000);
  await Promise.resolve();
}

const [, , role, connectionString] = process.argv;
if (role === "--hold" && connectionString !== undefined) await hold(connectionString);
else test("commands reach the process that may write", unlessEventStoreDb, forwarding);
