// Each step of appending, reading, the index, following and the claim, failed, and failed but done,
// amid 32 writers: what was acknowledged stands once, whatever was answered is true, and sent again
// nothing is recorded twice.
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { type Test, test } from "tap";
import { projections } from "../../projections/index.ts";
import { openIdentity } from "../../src/app/identity.ts";
import { prepareProjections, projector } from "../../src/app/project.ts";
import { verify } from "../../src/app/verify.ts";
import { kindOf } from "../../src/domain/kinds.ts";
import type { EventLog } from "../../src/log/event-log.ts";
import { AppendAmbiguous, NotTheWriter } from "../../src/log/event-log.ts";
import { NoAnswer, RefusedForGood } from "../../src/log/eventstoredb/batches.ts";
import type { Connection } from "../../src/log/eventstoredb/connection.ts";
import { connect } from "../../src/log/eventstoredb/connection.ts";
import { eventStoreDbLog } from "../../src/log/eventstoredb/eventstoredb-log.ts";
import { forwardingHandler } from "../../src/log/eventstoredb/forwarding.ts";
import { Silent } from "../../src/log/eventstoredb/availability.ts";
import { postgresLog } from "../../src/log/postgres/postgres-log.ts";
import { deriveKeys } from "../../src/vault/keys.ts";
import { openVault } from "../../src/vault/vault.ts";
import { commandCrossing } from "../../src/write/crossing.ts";
import { groupCommit } from "../../src/write/group-commit.ts";
import type { Handler } from "../../src/write/handle.ts";
import { handler } from "../../src/write/handle.ts";
import { eventStoreDbUrl, freshServer, unlessFresh } from "../contract/stores.ts";
import { testDatabase } from "../support/database.ts";
import { testLedger } from "../support/ledger.ts";
import type { Failing, Fault, Met } from "../support/failing.ts";
import { failing } from "../support/failing.ts";

const writers = 32;
const commandsEach = 4;
const ways: readonly Failing[] = ["not done", "done"];

const lost = (): Error => Object.assign(new Error("cut off"), { code: "ECONNRESET" });
const isPassing = (error: unknown): boolean =>
  error instanceof AppendAmbiguous ||
  error instanceof NotTheWriter ||
  (error instanceof Error && /cut off|refused/.test(error.message));

/** A ledger of which single calls fail. */
interface Subject {
  /** Handlers one behind the other, as one process has them. */
  faulty(fault: Fault, met: Met): { readonly handler: Handler; close(): Promise<void> };
  /** A sound process. */
  sound(): { readonly handler: Handler; readonly log: EventLog; close(): Promise<void> };
}

function command(id: string): unknown {
  const cells = { 主体编号: id, 名称: `名 ${id}`, 类型: "企业" };
  const parsed = kindOf("organisations").parse({ cells });
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.command;
}

/** What became of each command: its status, or its error. */
async function sendAll(to: Handler, ids: readonly string[]): Promise<Map<string, unknown>> {
  const { submit } = groupCommit(to);
  const queue = [...ids];
  const found = new Map<string, unknown>();
  const writer = async (): Promise<void> => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      found.set(
        id,
        await submit("organisations", command(id), { actor: "test" }).then(
          ({ status }) => status,
          (error: unknown) => error,
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return found;
}

let runs = 0;

async function holds(t: Test, subject: Subject, fault: Fault): Promise<void> {
  runs += 1;
  const prefix = `F${runs}`;
  const ids = Array.from({ length: writers * commandsEach }, (_, i) => `${prefix}-${i}`);
  const met = { count: 0 };
  const faulty = subject.faulty(fault, met);
  const first = await sendAll(faulty.handler, ids);
  const again = await sendAll(faulty.handler, ids);
  await faulty.close();
  const { handler: sound, log, close } = subject.sound();
  const last = await sendAll(sound, ids);
  for (const id of ids) {
    for (const answer of [first.get(id), again.get(id)]) {
      if (typeof answer !== "string") t.ok(isPassing(answer), `${id}: ${String(answer)}`);
    }
    const isAcknowledged = [first, again].some((one) => typeof one.get(id) === "string");
    if (isAcknowledged && last.get(id) !== "alreadyRecorded") {
      t.fail(`${id} was acknowledged and is ${String(last.get(id))}`);
    }
    if (first.get(id) === "alreadyRecorded") t.fail(`${id} was new`);
  }
  const recorded: string[] = [];
  for (let after = 0n; ; ) {
    const page = await log.read(after, 2_000);
    const end = page.at(-1);
    if (end === undefined) break;
    after = end.position;
    for (const { key, nth } of page)
      if (key.includes(`:${prefix}-`)) recorded.push(`${key}#${nth}`);
  }
  t.strictSame(recorded.length, ids.length, "each stands in the log");
  t.strictSame(new Set(recorded).size, ids.length, "once");
  await close();
  if (met.count === 0) t.comment(`${fault.method} ${fault.nth} was not called`);
}

/** The calls of the log that deciding and recording make. */
const portSteps = [
  "append",
  "ledgerId",
  "find",
  "findOnce",
  "revisions",
  "readStream",
  "head",
  "moved",
] as const;

/** A ledger on PostgreSQL of which calls fail, of its log or beneath it. */
async function onPostgres(t: Test, faultyLog: (pool: pg.Pool, fault: Fault, met: Met) => EventLog) {
  const { pool, vault } = await testLedger(t);
  const processOn = (log: EventLog) => {
    return { handler: handler(log, vault), log, close: () => Promise.resolve() };
  };
  const subject: Subject = {
    faulty: (fault, met) => processOn(faultyLog(pool, fault, met)),
    sound: () => processOn(postgresLog(pool)),
  };
  return { subject, pool };
}

test("the port of the log, on PostgreSQL", { timeout: 240_000 }, async (t) => {
  const { subject, pool } = await onPostgres(t, (pool, fault, met) =>
    failing(postgresLog(pool), fault, met),
  );
  for (const method of portSteps) {
    for (const how of ways) {
      for (const nth of [1, 2, 5]) {
        const isDone = how === "done" && method === "append";
        const error = isDone ? () => new AppendAmbiguous("cut off") : lost;
        await t.test(`${method} ${nth}, ${how}`, (t) =>
          holds(t, subject, { method, nth, how, error }),
        );
      }
    }
  }
  await isClean(t, pool, postgresLog(pool));
});

/** The calls to PostgreSQL beneath it. */
test("PostgreSQL's own steps", { timeout: 240_000 }, async (t) => {
  const { subject, pool } = await onPostgres(t, (pool, fault, met) =>
    postgresLog(failing(pool, fault, met)),
  );
  for (const method of ["query", "connect"]) {
    for (const nth of [1, 2, 3, 5, 8]) {
      await t.test(`${method} ${nth}`, (t) =>
        holds(t, subject, { method, nth, how: "not done", error: lost }),
      );
    }
  }
  await isClean(t, pool, postgresLog(pool));
});

const noAnswer = (): Error => new NoAnswer("cut off");
const silent = (): Error => new Silent("cut off");

/** The calls to the server, and the errors they fail with. */
const serverSteps: Record<string, readonly (() => Error)[]> = {
  "batches.append": [noAnswer, () => new Error("cut off"), () => new RefusedForGood("refused")],
  scan: [silent],
  scanBack: [silent],
  readNamed: [silent],
  readStream: [silent],
  lastOf: [silent],
};

function failingConnection(fault: Fault, met: Met): Connection {
  const connection = connect(eventStoreDbUrl ?? "");
  const [object, method = ""] = fault.method.split(".");
  if (method === "") return failing(connection, fault, met);
  const { batches } = connection;
  if (object !== "batches") throw new Error(`there is no ${fault.method}`);
  return { ...connection, batches: failing(batches, { ...fault, method }, met) };
}

test("EventStoreDB's own steps", { ...unlessFresh, timeout: 600_000 }, async (t) => {
  const { pool, connectionString } = await testDatabase(t);
  await freshServer(t, connectionString);
  const keys = deriveKeys(randomBytes(32));
  await prepareProjections(pool, projections);
  const url = eventStoreDbUrl ?? "";
  const vault = openVault(pool, keys);
  const process = (own: pg.Pool, connection?: Connection) => {
    const log = eventStoreDbLog({
      url,
      pool: own,
      holder: "test",
      ...(connection && { connection }),
    });
    const crossing = commandCrossing({ keys });
    const local = handler(log, vault);
    const forwarding = forwardingHandler({ handler: local, claim: log.claim, pool, crossing });
    const close = async (): Promise<void> => {
      await forwarding.close();
      await log.close();
    };
    return { handler: forwarding, log, close };
  };
  const opening = process(pool);
  await openIdentity(pool, opening.log, keys, false);
  await opening.close();
  for (const [method, errors] of Object.entries(serverSteps)) {
    for (const [e, error] of errors.entries()) {
      for (const how of ways) {
        if (how === "done" && error() instanceof RefusedForGood) continue;
        for (const nth of [1, 2, 7]) {
          await t.test(`${method} ${nth} (${e}), ${how}`, (t) =>
            holds(
              t,
              {
                faulty: (fault, met) => process(pool, failingConnection(fault, met)),
                sound: () => process(pool),
              },
              { method, nth, how, error },
            ),
          );
        }
      }
    }
  }
  // The index and the claim are PostgreSQL's.
  for (const method of ["query", "connect"]) {
    for (const nth of [1, 2, 3, 5, 8, 13]) {
      await t.test(`PostgreSQL's ${method} ${nth}`, (t) =>
        holds(
          t,
          {
            faulty: (fault, met) => process(failing(pool, fault, met)),
            sound: () => process(pool),
          },
          { method, nth, how: "not done", error: lost },
        ),
      );
    }
  }
  const { log, close } = process(pool);
  await isClean(t, pool, log);
  await close();
});

async function isClean(t: Test, pool: pg.Pool, log: EventLog): Promise<void> {
  const { position } = await log.head();
  await projector(pool, log, projections).reach(position);
  const found = await verify(pool, log, projections, position);
  t.strictSame(found.differences, []);
  t.ok(found.events > 100);
}
