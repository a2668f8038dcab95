import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { latestVersion } from "../../events/index.ts";
import type { EventData } from "../../events/index.ts";
import { dayInShanghai } from "../domain/calendar.ts";
import { basePack } from "../domain/packs.ts";
import type { EventLog } from "../log/event-log.ts";
import { ForeignLedger, NotTheWriter } from "../log/event-log.ts";
import type { VaultKeys } from "../vault/keys.ts";
import { VaultKeyError } from "../vault/keys.ts";

/** What the log's first event says: which ledger this is. */
export type Identity = EventData<"LedgerOpened">;

/**
 * The identity of a log, compared with its read model and vault key; undefined while it is empty.
 */
export async function readIdentity(
  pool: Pool,
  log: EventLog,
  keys: VaultKeys,
): Promise<Identity | undefined> {
  const [first] = await log.read(0n, 1);
  if (first === undefined) {
    const { rows } = await pool.query<{ ledger: string }>("SELECT ledger FROM ledger_identity");
    if (rows.length === 0) return undefined;
    throw new ForeignLedger("the database belongs to a ledger, but the log is empty");
  }
  if (first.type !== "LedgerOpened") {
    throw new ForeignLedger("the log does not begin with the event that opens a ledger");
  }
  const identity = first.data as Identity;
  if (identity.engine !== log.engine) {
    const message = `the log was opened on ${identity.engine} and is read as ${log.engine}`;
    throw new ForeignLedger(message);
  }
  if (identity.keyCheck !== keys.check) {
    throw new VaultKeyError("the vault key is not this ledger's: give the one it was opened with");
  }
  await claimReadModel(pool, identity);
  return identity;
}

/** Whether the database belongs to a ledger; the vault of a ledger has a key already. */
export async function isClaimed(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query("SELECT 1 FROM ledger_identity");
  return rows.length > 0;
}

async function claimReadModel(pool: Pool, identity: Identity): Promise<void> {
  const { ledger, engine, keyCheck, demo } = identity;
  await pool.query(
    `INSERT INTO ledger_identity (ledger, engine, key_check, demo)
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [ledger, engine, keyCheck, demo],
  );
  const { rows } = await pool.query<{ ledger: string }>("SELECT ledger FROM ledger_identity");
  if (rows[0]?.ledger === ledger) return;
  throw new ForeignLedger("the database is the read model of another ledger than the log's");
}

/** Opens a ledger on an empty log; where another process was faster, its ledger is used. */
export async function openIdentity(
  pool: Pool,
  log: EventLog,
  keys: VaultKeys,
  demo: boolean,
): Promise<Identity> {
  const known = await readIdentity(pool, log, keys);
  if (known !== undefined) return known;
  const data: Identity = {
    ledger: randomUUID(),
    engine: log.engine,
    keyCheck: keys.check,
    demo,
  };
  await appendFirst(log, data);
  for (let looks = 0; looks < looksMax; looks++) {
    const opened = await readIdentity(pool, log, keys);
    if (opened !== undefined) return opened;
    await sleep(100);
  }
  throw new NotTheWriter("another process may write, but has not opened the ledger");
}

/** How often, a tenth of a second apart, to look whether another process has opened the ledger. */
const looksMax = 100;

async function appendFirst(log: EventLog, data: Identity): Promise<void> {
  try {
    await log.append({
      events: [
        {
          stream: "ledger",
          revision: 0,
          type: "LedgerOpened",
          version: latestVersion("LedgerOpened"),
          key: "ledger:opened",
          nth: 0,
          data,
          meta: { actor: "ledger", effectiveDate: dayInShanghai(Date.now()), pack: basePack },
        },
      ],
    });
  } catch (error) {
    // The process that may write is opening it.
    if (!(error instanceof NotTheWriter)) throw error;
  }
}
