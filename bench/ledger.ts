import type { Pool } from "pg";
import type { CommandContext } from "../src/write/commands.ts";
import type { Handler, Outcome } from "../src/write/handle.ts";
import type { ImportResult } from "../src/app/import.ts";
import { batchesAhead, batchRows, importFile } from "../src/app/import.ts";
import { inOrder } from "../src/app/in-order.ts";
import type { Ledger } from "../src/ledger.ts";
import { openLedger } from "../src/compose.ts";
import { unhurried } from "../src/database/pool.ts";
import type { EventLog } from "../src/log/event-log.ts";
import type { KindName } from "../src/domain/kinds.ts";
import type { CountySize } from "./county.ts";
import { commandsOf, inBatches, rowsOf } from "./county.ts";
import type { BenchDatabase, BenchServer } from "./server.ts";

/** What each bench is given. */
export interface BenchContext {
  readonly server: BenchServer;
  /** A number of rows or seconds, as small as a smoke test asks for. */
  scaled(n: number): number;
  onProgress(line: string): void;
}

/** Who does what the benches do. */
export const benchActor: CommandContext = { actor: "bench", correlation: "bench" };

/** Opens the ledger of a bench database. */
export function openBenchLedger(
  server: Pick<BenchServer, "config" | "folder" | "keyFile">,
  database: Pick<BenchDatabase, "url">,
  engine: EventLog["engine"] = "postgres",
): Promise<Ledger> {
  const config = {
    ...server.config,
    DATABASE_URL: database.url,
    VAULT_KEY_FILE: server.keyFile,
    LEDGER_LOG: engine,
  };
  return openLedger({ dataDir: server.folder, config, applicationName: "sunshine bench" });
}

/**
 * A database that holds roster, organisations and contracts of a county, projected: each round
 * copies it, so that what a movement needs is there before the clock starts.
 */
export async function countyDatabase(
  { server }: BenchContext,
  size: CountySize,
): Promise<BenchDatabase> {
  const database = await server.createDatabase();
  const ledger = await openBenchLedger(server, database);
  try {
    await loadCounty(ledger, size);
    await projectAll(ledger);
    await vacuum(ledger.pool);
  } finally {
    await ledger.close();
  }
  return database;
}

/** Opens an empty ledger and records all of a county but its movements. */
export async function loadCounty(ledger: Ledger, size: CountySize): Promise<void> {
  await ledger.open({ demo: false });
  for (const kind of ["roster", "organisations", "contracts"] as const) {
    await handleAll(ledger.handler, kind, commandsOf(kind, rowsOf(kind, size)));
  }
}

/** Runs a task on the ledger of a copy of `template` and drops the copy. */
export async function onCopy<T>(
  server: BenchServer,
  template: BenchDatabase,
  task: (ledger: Ledger, database: BenchDatabase) => Promise<T>,
): Promise<T> {
  const database = await server.createDatabase(template);
  try {
    const ledger = await openBenchLedger(server, database);
    try {
      return await task(ledger, database);
    } finally {
      await ledger.close();
    }
  } finally {
    await database.drop();
  }
}

/** Hands commands in as an import does, a batch ahead of the answer; each must be recorded. */
export async function handleAll(
  handler: Handler,
  kind: KindName,
  commands: Iterable<unknown>,
  onBatch: (done: number) => void = () => undefined,
): Promise<void> {
  let done = 0;
  const answers = inOrder(batchesAhead);
  for (const batch of inBatches(commands, batchRows)) {
    const contexts = batch.map(() => benchActor);
    await answers.add(handler.handle({ kind, commands: batch, contexts }), (found) => {
      found.forEach(refuseUnlessRecorded);
      done += found.length;
      onBatch(done);
    });
  }
  await answers.end();
}

/** A bench that measured refusals would measure nothing. */
export function refuseUnlessRecorded(outcome: Outcome): void {
  if (outcome.status === "recorded") return;
  const why = outcome.status === "refused" ? outcome.refusal.code : outcome.status;
  throw new Error(`a movement of the bench was not recorded: ${why}`);
}

/** Waits until every projection answers at the head. */
export async function projectAll(ledger: Ledger): Promise<void> {
  const { position } = await ledger.log.head();
  await ledger.projector.reach(position);
}

/** Imports a file of movements while projecting, until every projection answers at the head. */
export async function importAndProject(ledger: Ledger, path: string): Promise<ImportResult> {
  let wanted = 0n;
  let running: Promise<void> | undefined;
  const project = async (): Promise<void> => {
    for (let to = 0n; to < wanted; ) {
      to = wanted;
      await ledger.projector.reach(to);
    }
  };
  const result = await importFile(ledger.handler, "movements", path, {
    actor: "bench",
    rejected: null,
    onRecorded: (position) => {
      wanted = position;
      running ??= project().finally(() => (running = undefined));
    },
  });
  await running;
  await projectAll(ledger);
  if (result.stopped !== undefined) throw result.stopped.error;
  const [refused] = result.refused;
  if (refused !== undefined) throw new Error(`row ${refused.row} was refused: ${refused.code}`);
  return result;
}

/** Vacuums a table, or all, however long nothing is heard of it. */
export async function vacuum(pool: Pool, table = ""): Promise<void> {
  const client = await unhurried(pool);
  try {
    await client.query(`VACUUM (ANALYZE) ${table}`);
  } finally {
    client.release(true);
  }
}
