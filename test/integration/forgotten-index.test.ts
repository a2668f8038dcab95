// A claim that is lost right after an append was found to count. The claim and the index are true
// ones; of the server there is only what an append and a catching up ask of it.
import type pg from "pg";
import { type Test, test } from "tap";
import type { NewEvent } from "../../src/log/event-log.ts";
import type { Claims } from "../../src/log/eventstoredb/claims.ts";
import type { Connection } from "../../src/log/eventstoredb/connection.ts";
import type { EncodedAppend } from "../../src/log/eventstoredb/encode.ts";
import type { IndexEntry } from "../../src/log/eventstoredb/event-index-tables.ts";
import { eventIndex } from "../../src/log/eventstoredb/event-index.ts";
import { eventStoreDbWriter } from "../../src/log/eventstoredb/writer.ts";
import { writerClaim } from "../../src/log/eventstoredb/writer-claim.ts";
import { decodeBody } from "../../src/log/stored-event.ts";
import { newEvent } from "../contract/stores.ts";
import { testDatabase } from "../support/database.ts";

/** A server's log in memory, with nobody else who writes. */
function aloneInLog() {
  const entries: IndexEntry[] = [];
  let [head, claims] = [0n, 0];
  const append = ({ name, expected, bodies }: EncodedAppend) => {
    for (const [i, body] of bodies.entries()) {
      const position = ++head;
      const { type, key, nth, meta } = decodeBody(position, expected + 1 + i, body.toString());
      const { recordedAt, claim = 0 } = meta;
      const place = { position, stream: name, revision: expected + 1 + i };
      entries.push({ ...place, type, claim, key, nth, recordedAt, body: Buffer.from(body) });
    }
    return Promise.resolve({ appended: true as const, lastPosition: head });
  };
  return {
    connection: { batches: { append }, availability: { noteAnswer: () => undefined } },
    raise: () => {
      head += 1n;
      claims += 1;
      return Promise.resolve(claims);
    },
    readPage: (after: bigint) => {
      const page = entries.filter(({ position }) => position > after);
      const last = head > after ? head : undefined;
      return Promise.resolve({ entries: page, voids: [], last, claim: claims });
    },
  };
}

/** A writer of that log; before it asks for newer claims it waits for `meanwhile`. */
function writing(t: Test, pool: pg.Pool, meanwhile: () => Promise<void>) {
  const log = aloneInLog();
  const index = eventIndex(pool, log.readPage);
  const claim = writerClaim({ pool, raise: log.raise });
  const claims = { refresh: meanwhile, isVoid: () => false } as unknown as Claims;
  const connection = log.connection as unknown as Connection;
  const writer = eventStoreDbWriter({ connection, claims, claim, index });
  t.teardown(async () => {
    await writer.close();
    await claim.release();
  });
  return { index, claim, append: (...events: NewEvent[]) => writer.append({ events }) };
}

/** Resolves when a statement waits for a row that is held. */
async function untilOneWaits(pool: pg.Pool): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  while ((await pool.query(waiting)).rowCount === 0);
}

const ended = `SELECT pg_terminate_backend(pid) FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 1398099529 AND objid = 11
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

test("a claim lost right after an append was found to count", async (t) => {
  const { pool } = await testDatabase(t);
  let meanwhile = (): Promise<void> => Promise.resolve();
  const { index, claim, append } = writing(t, pool, () => meanwhile());
  const keys = ["opening", "writing", "forgotten", "confirmed"];
  const event = (key: string, revision = 0) => newEvent(key, key, { revision });
  await append(event("opening"));
  await index.flush();

  // One is being written down, so that the next waits in memory.
  const holding = await pool.connect();
  t.teardown(() => {
    holding.release(true);
  });
  await holding.query("BEGIN; SELECT FROM event_index_state FOR UPDATE");
  await append(event("writing"));
  await untilOneWaits(pool);
  await append(event("forgotten"));

  const lost = new Promise<void>((resolve) => {
    claim.watch((number) => {
      if (number === undefined) resolve();
    });
  });
  meanwhile = async () => {
    // Answered behind the confirmation that the append waits for.
    await claim.confirm();
    await pool.query(ended);
    await lost;
  };
  t.match(await append(event("confirmed")), { complete: true }, "no newer claim came before it");
  meanwhile = () => Promise.resolve();
  await holding.query("COMMIT");
  await index.flush();

  t.equal(await claim.take(), 2);
  for (const key of keys) {
    const { complete } = await append(event(key, 1));
    t.equal(complete, false, `${key} is recorded once`);
  }
  t.strictSame([...(await index.find(keys)).keys()].sort(), [...keys].sort());
});
