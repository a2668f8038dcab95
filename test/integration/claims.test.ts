import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Test } from "tap";
import { test } from "tap";
import type { Claim, KeptRequests } from "../../src/app/idempotency.ts";
import { keptRequests } from "../../src/app/idempotency.ts";
import { testDatabase } from "../support/database.ts";
import { nodeProgram } from "../support/node-program.ts";

const seconds = 1_000;
const inUse = { requestHash: "request", answer: null };

/** The memory of another process. */
function anotherProcess(t: Test, pool: pg.Pool): KeptRequests {
  const requests = keptRequests(pool);
  t.teardown(() => requests.close());
  return requests;
}

async function claimed(t: Test, requests: KeptRequests, key: string): Promise<Claim> {
  const claim = await requests.claim(key, "request");
  if ("session" in claim) return claim;
  t.fail("the key is in use");
  throw new Error("the key is in use");
}

/** Claims a key as soon as it is free, and frees it. */
async function claimedWithin(t: Test, requests: KeptRequests, key: string, ms: number) {
  for (const until = Date.now() + ms; Date.now() < until; await sleep(250)) {
    const claim = await requests.claim(key, "request");
    if ("session" in claim) return requests.settle(key, claim, undefined);
  }
  t.fail(`the key is in use after ${ms} ms`);
}

/** Cuts the connections that hold claims. */
async function cut(pool: pg.Pool): Promise<void> {
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND classid = 1398099531 AND database =
       (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
}

async function sessionsHeld(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 1398099531 AND database =
       (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rowCount ?? 0;
}

test("the claim of a key", async (t) => {
  const { pool, connectionString } = await testDatabase(t);
  const here = anotherProcess(t, pool);
  const there = anotherProcess(t, pool);

  await t.test("holds as long as its process works on it", async (t) => {
    const claim = await claimed(t, here, "long");
    for (const until = Date.now() + 5 * seconds; Date.now() < until; await sleep(500)) {
      t.strictSame(await there.claim("long", "request"), inUse);
      t.strictSame(await here.claim("long", "request"), inUse);
    }
    await here.settle("long", claim, '{"status":201}');
    t.match(await there.claim("long", "request"), { answer: '{"status":201}' });
  });

  await t.test("holds over a lost connection", async (t) => {
    const claim = await claimed(t, here, "lost");
    await cut(pool);
    for (const until = Date.now() + 6 * seconds; Date.now() < until; await sleep(250)) {
      t.strictSame(await there.claim("lost", "request"), inUse);
    }
    await here.settle("lost", claim, '{"status":201}');
    t.match(await there.claim("lost", "request"), { answer: '{"status":201}' });
  });

  await t.test("made after a lost connection holds too", async (t) => {
    await cut(pool);
    await sleep(500);
    const claim = await claimed(t, here, "later");
    t.strictSame(await there.claim("later", "request"), inUse);
    await here.settle("later", claim, undefined);
    await claimed(t, there, "later");
  });

  await t.test("of a process that was killed is free within seconds", async (t) => {
    const program = nodeProgram("support/claim-child");
    const child = spawn(process.execPath, [...program, connectionString, "killed"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    t.equal(said.toString(), "claimed\n");
    t.strictSame(await here.claim("killed", "request"), inUse);
    child.kill("SIGKILL");
    await once(child, "exit");
    await claimedWithin(t, here, "killed", 30 * seconds);
  });

  await t.test("that could not be settled ends with the others of its time", async (t) => {
    const [one, other] = [await claimed(t, here, "unsettled"), await claimed(t, here, "other")];
    await pool.query("ALTER TABLE idempotency_keys RENAME TO away");
    await here.settle("unsettled", one, '{"status":201}');
    await pool.query("ALTER TABLE away RENAME TO idempotency_keys");
    t.strictSame(await there.claim("unsettled", "request"), inUse);
    const next = await claimed(t, here, "next");
    t.not(next.session.number, other.session.number, "those after it are of another session");
    await here.settle("other", other, undefined);
    await claimedWithin(t, there, "unsettled", 30 * seconds);
    await here.settle("next", next, undefined);
  });

  await t.test("of an earlier version is nobody's", async (t) => {
    await pool.query(
      "INSERT INTO idempotency_keys (key_hash, request_hash) VALUES ('early', 'request')",
    );
    await claimed(t, here, "early");
  });

  await t.test("leaves no lock behind", async (t) => {
    await here.close();
    await there.close();
    for (let tries = 0; tries < 100 && (await sessionsHeld(pool)) > 0; tries++) await sleep(50);
    t.equal(await sessionsHeld(pool), 0);
  });
});
