import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startChild } from "./child.ts";
import type { BenchFigure } from "./figure.ts";
import { rounded, secondsOf } from "./figure.ts";
import type { BenchContext } from "./ledger.ts";
import { handleAll, openBenchLedger, projectAll, vacuum } from "./ledger.ts";
import { commandsFrom, rowsOfHolders } from "./list-county.ts";
import { copyRate } from "./raw-copy.ts";
import type { BenchDatabase } from "./server.ts";

/** The heap that a list of 1,000,000 lines is frozen, projected and copied in. */
const heapMegabytes = 768;

/** What the child that freezes a list has measured. */
export interface ListMeasured {
  readonly seconds: number;
  readonly bytes: number;
  readonly proofMs: number;
  readonly proofMs99: number;
}

/**
 * Lines a second that a pool is divided into, frozen, projected and copied out whole; the memory of
 * that; and the time in which one line is proved.
 */
export async function* listOfHolders(context: BenchContext): AsyncGenerator<BenchFigure> {
  const { server } = context;
  const n = context.scaled(1_000_000);
  const database = await holdersDatabase(context, n);
  const path = join(server.folder, "list.csv");
  context.onProgress(`list: dividing over ${n} holders`);
  await server.checkpoint();
  const child = startChild("list-child", { database, server, path }, heapMegabytes);
  const measured = (await child.answer().finally(() => child.end())) as ListMeasured;
  await rm(path);
  const ledger = await openBenchLedger(server, database);
  const reference = await copyRate(server, ledger.pool, {
    table: "read.list_lines",
    where: "true",
    order: "line",
  }).finally(() => ledger.close());
  const none = { reference: null, referenceValue: null, ratio: null, n };
  yield {
    ...{ bench: "list", value: rounded(n / measured.seconds), unit: "lines/s" },
    reference: "raw COPY of the same lines into the same indexed table",
    referenceValue: rounded(reference),
    ratio: rounded(n / measured.seconds / reference),
    n,
  };
  yield { bench: "list-memory", value: rounded(measured.bytes / 1_048_576), unit: "MB", ...none };
  const [value, p99] = [rounded(measured.proofMs), rounded(measured.proofMs99)];
  yield { bench: "list-proof", value, unit: "ms", ...none, p99 };
  await database.drop();
}

/** A database in which so many households hold shares, with a plan to divide over them. */
async function holdersDatabase(context: BenchContext, holders: number): Promise<BenchDatabase> {
  const { server, onProgress } = context;
  const database = await server.createDatabase();
  const ledger = await openBenchLedger(server, database);
  try {
    await ledger.open({ demo: false });
    for (const [kind, rows] of rowsOfHolders(holders)) {
      const seconds = await secondsOf(() =>
        handleAll(ledger.handler, kind, commandsFrom(kind, rows)),
      );
      onProgress(`list: ${kind} in ${rounded(seconds)} s`);
    }
    await projectAll(ledger);
    await vacuum(ledger.pool);
  } finally {
    await ledger.close();
  }
  return database;
}
