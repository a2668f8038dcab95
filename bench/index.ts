import type { Config } from "../src/config.ts";
import { append32 } from "./append-32.ts";
import { appendBulk } from "./append-bulk.ts";
import { appendEventStoreDb } from "./append-eventstoredb.ts";
import { appendHttp32 } from "./append-http-32.ts";
import type { BenchFigure } from "./figure.ts";
import { BenchUnavailable } from "./figure.ts";
import { fileToStatement } from "./file-to-statement.ts";
import { importMemory } from "./import-memory.ts";
import { listOfHolders } from "./list.ts";
import type { BenchContext } from "./ledger.ts";
import { reportOfAll } from "./report.ts";
import { rebuildAll } from "./rebuild.ts";
import type { BenchServer } from "./server.ts";
import { openBenchServer } from "./server.ts";
import { statementOfOne } from "./statement.ts";

export type { BenchFigure } from "./figure.ts";
export { BenchUnavailable } from "./figure.ts";

const benches: Readonly<Record<string, (context: BenchContext) => AsyncIterable<BenchFigure>>> = {
  "append-bulk": appendBulk,
  "append-32": append32,
  "append-http-32": appendHttp32,
  "file-to-statement": fileToStatement,
  rebuild: rebuildAll,
  statement: statementOfOne,
  "import-memory": importMemory,
  list: listOfHolders,
  report: reportOfAll,
  "append-eventstoredb": appendEventStoreDb,
};

/** Every bench. The list; there is no other. */
export const benchNames: readonly string[] = Object.keys(benches);

/** Where benches run, and how. */
export interface BenchOptions {
  /** Folder of the embedded server, used where the configuration names no other. */
  readonly dataDir: string;
  readonly config: Config;
  /** Below 1 for a smoke test: shrinks what is measured, and with it what it means. */
  readonly scale?: number;
  readonly onProgress?: (line: string) => void;
}

/**
 * Runs benches one after another, all that can run here where none is named, and gives each figure
 * as soon as it is known. They work in databases of their own, which are gone at the end, also
 * after an error or a signal. Throws `BenchUnavailable` where a bench that is named cannot run.
 */
export async function* runBenches(
  names: readonly string[],
  options: BenchOptions,
): AsyncGenerator<BenchFigure> {
  const unknown = names.find((name) => !benchNames.includes(name));
  if (unknown !== undefined) throw new BenchUnavailable(`there is no bench ${unknown}`);
  const { dataDir, config, scale = 1, onProgress = () => undefined } = options;
  const server = await openBenchServer(dataDir, config);
  const signals = closeOnSignal(server);
  const context: BenchContext = {
    server,
    scaled: (n) => Math.max(1, Math.round(n * scale)),
    onProgress,
  };
  try {
    for (const name of names.length === 0 ? benchNames : names) {
      onProgress(name);
      try {
        yield* (benches[name] as (typeof benches)[string])(context);
      } catch (error) {
        if (names.length > 0 || !(error instanceof BenchUnavailable)) throw error;
        onProgress(`${name} is left out: ${error.message}`);
      }
    }
  } catch (error) {
    // What fails because its database has gone says nothing of its own.
    await signals.ending();
    throw error;
  } finally {
    signals.forget();
    await server.close();
  }
}

/** Drops everything at a signal, which then ends the process as it would have done at once. */
function closeOnSignal(server: BenchServer) {
  let ending: Promise<never> | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    ending ??= server
      .close()
      .catch(() => undefined)
      .then(() => {
        forget();
        process.kill(process.pid, signal);
        return new Promise<never>(() => undefined);
      });
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const forget = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { forget, ending: () => ending ?? Promise.resolve() };
}
