import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import { projections } from "../projections/index.ts";
import { forwardingHandler } from "./log/eventstoredb/forwarding.ts";
import { commandCrossing } from "./write/crossing.ts";
import { groupCommit } from "./write/group-commit.ts";
import type { Handler } from "./write/handle.ts";
import { handler } from "./write/handle.ts";
import { byClock, clockCheck } from "./app/clock.ts";
import { isClaimed, openIdentity, readIdentity } from "./app/identity.ts";
import { aheadOfLog, prepareProjections, projector } from "./app/project.ts";
import { rebuild } from "./app/rebuild.ts";
import type { Config } from "./config.ts";
import { openEmbedded } from "./database/embedded.ts";
import { migrate } from "./database/migrate.ts";
import { kindOf } from "./domain/kinds.ts";
import { createPool } from "./database/pool.ts";
import type { Ledger, LedgerOptions } from "./ledger.ts";
import type { EventLog } from "./log/event-log.ts";
import { ForeignLedger } from "./log/event-log.ts";
import { postgresLog } from "./log/postgres/postgres-log.ts";
import { surveyorOf } from "./queries/surveys.ts";
import { projectRoot } from "./root.ts";
import type { VaultKeys } from "./vault/keys.ts";
import { readKeyFile, refuseSharedKeyFile } from "./vault/keys.ts";
import { openVault } from "./vault/vault.ts";

/** The longest that closing a ledger waits for work under way. */
const closeLimitMs = 5_000;

/**
 * Opens the ledger that folder and environment name, starting its database where that is needed.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { config, dataDir } = options;
  const onNotice = options.onNotice ?? (() => undefined);
  const keyFile = config.VAULT_KEY_FILE ?? join(dataDir, "vault.key");
  await refuseSharedKeyFile(keyFile);
  const database = await openDatabase(dataDir, config, onNotice);
  const { pool, reading, spare } = poolsOf(options, database.connectionString);
  const closing: (() => Promise<void>)[] = [
    database.release,
    ...[pool, reading, spare].map((one) => () => endPool(one)),
  ];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  const { signal } = options;
  const grace = { onNotice, ...(signal === undefined ? {} : { signal }) };
  try {
    await migrate(pool, join(projectRoot, "migrations"), grace);
    // A new key beside the database of a ledger would only hide that the ledger's own is missing.
    const mayCreateKey = config.DATABASE_URL === undefined && !(await isClaimed(pool));
    const keys = await readKeyFile(keyFile, mayCreateKey);
    const { log, write } = await engineOf(options, pool, keys);
    closing.push(() => log.close());
    if (options.mayBeAhead !== true) await log.checkLineage();
    let identity = await readIdentity(pool, log, keys);
    if (options.mayBeAhead !== true) await refuseAhead(pool, log);
    const { older, newer } = await prepareProjections(pool, projections, grace);
    if (newer.length > 0) {
      onNotice(`a newer version has built ${newer.join(", ")}: they are read, and not projected`);
    } else if (older.length > 0) {
      onNotice(`building ${older.map(({ name }) => name).join(", ")} anew …`);
      // Verifying and giving up what is lost must remain possible.
      if (options.mayBeAhead !== true) await log.refuseLost();
      await rebuild(pool, log, older, () => signal?.throwIfAborted());
    }
    const vault = openVault(pool, keys);
    const clock = clockCheck(pool);
    const projecting = projector(pool, log, projections);
    const surveyor = surveyorOf({ log, pool, vault }, projecting);
    const local = handler(log, vault, kindOf, surveyor);
    const { handler: writing, stop } = write(byClock(local, clock));
    closing.push(stop);
    return {
      dataDir,
      pool,
      reads: { pool: reading, log, vault: openVault(reading, keys) },
      spare,
      log,
      vault,
      handler: writing,
      submitter: groupCommit(writing),
      projector: projecting,
      projections,
      identity: () => identity,
      open: async ({ demo }) => {
        if (identity === undefined) await clock.check();
        return (identity ??= await openIdentity(pool, log, keys, demo));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Longer than any question takes that a service should answer; less than its routes wait. */
const statementMaxMs = 20_000;
/** A statement that is ended by the server, and says so, is not silent. */
const silenceMaxMs = statementMaxMs + 2_000;
/** Connections that questions have for themselves. */
const readingMax = 8;

/**
 * Questions have connections of their own: however long they take, there are some left to record
 * with, and some to say how the ledger is. On the command line a question takes as long as it
 * takes.
 */
function poolsOf({ applicationName, poolMax, longLived }: LedgerOptions, url: string) {
  const limits = longLived === true ? { statementMaxMs, silenceMaxMs } : { silenceMaxMs: Infinity };
  return {
    pool: createPool(url, { applicationName, max: poolMax ?? 16 }),
    reading: createPool(url, { applicationName, max: readingMax, ...limits }),
    spare: createPool(url, { applicationName, max: 2 }),
  };
}

async function endPool(pool: Pool): Promise<void> {
  await Promise.race([pool.end(), sleep(closeLimitMs, undefined, { ref: false })]);
}

interface Engine {
  readonly log: EventLog;
  /**
   * The handler for batches: the one of this process, or one that reaches the process which may
   * write.
   */
  write(local: Handler): { readonly handler: Handler; stop(): Promise<void> };
}

/** The engine that the environment names. */
async function engineOf(options: LedgerOptions, pool: Pool, keys: VaultKeys): Promise<Engine> {
  const { LEDGER_LOG, EVENTSTOREDB_URL } = options.config;
  if (LEDGER_LOG === "postgres" || EVENTSTOREDB_URL === undefined) {
    const log = postgresLog(pool);
    return { log, write: (local) => ({ handler: local, stop: () => Promise.resolve() }) };
  }
  // Its client takes longer to load than most verbs to answer, so it is loaded only where it is
  // needed.
  const { eventStoreDbLog } = await import("./log/eventstoredb/eventstoredb-log.ts");
  const holder = `${options.applicationName} on ${hostname()}, process ${process.pid}`;
  const log = eventStoreDbLog({ url: EVENTSTOREDB_URL, pool, holder });
  return {
    log,
    write: (local) => {
      const crossing = commandCrossing({ keys });
      const forwarding = forwardingHandler({ handler: local, claim: log.claim, pool, crossing });
      if (options.longLived === true) forwarding.hold();
      return { handler: forwarding, stop: () => forwarding.close() };
    },
  };
}

/** Answers from read models that say more than the log would be false. */
async function refuseAhead(pool: Pool, log: EventLog): Promise<void> {
  const [first] = await aheadOfLog(pool, log);
  if (first === undefined) return;
  const how = "restore the log, or derive what is shown anew with sunshine rebuild";
  throw new ForeignLedger(`the read models are ahead of the log (${first}): ${how}`);
}

async function openDatabase(
  dataDir: string,
  config: Config,
  onNotice: (line: string) => void,
): Promise<{ connectionString: string; release: () => Promise<void> }> {
  if (config.DATABASE_URL !== undefined) {
    await mkdir(dataDir, { recursive: true });
    return { connectionString: config.DATABASE_URL, release: () => Promise.resolve() };
  }
  const server = await openEmbedded(dataDir, { onNotice });
  return { connectionString: server.connectionString, release: () => server.release() };
}
