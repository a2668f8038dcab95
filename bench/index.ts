import type { Config } from "../src/config.ts";
import { append32 } from "./append-32.ts";
import { appendBulk } from "./append-bulk.ts";
import type { BenchFigure } from "./figure.ts";
import { BenchUnavailable } from "./figure.ts";
import { fileToStatement } from "./file-to-statement.ts";
import type { BenchContext } from "./ledger.ts";
import { rebuildAll } from "./rebuild.ts";
import { openBenchServer } from "./server.ts";

export type { BenchFigure } from "./figure.ts";
export { BenchUnavailable } from "./figure.ts";

const benches: Readonly<Record<string, (context: BenchContext) => AsyncGenerator<BenchFigure>>> = {
  "append-bulk": appendBulk,
  "append-32": append32,
  "file-to-statement": fileToStatement,
  rebuild: rebuildAll,
};

/** Every bench. The list; there is no other. */
export const benchNames: readonly string[] = Object.keys(benches);

export interface BenchOptions {
  readonly dataDir: string;
  readonly config: Config;
  readonly scale?: number;
  readonly onProgress?: (line: string) => void;
}

export async function* runBenches(
  names: readonly string[],
  options: BenchOptions,
): AsyncGenerator<BenchFigure> {
  const server = await openBenchServer(options.dataDir, options.config);
  try {
    const context: BenchContext = {
      server,
      scaled: (n) => Math.max(1, Math.round(n * (options.scale ?? 1))),
      onProgress: options.onProgress ?? (() => undefined),
    };
    for (const name of names.length === 0 ? benchNames : names) {
      const bench = benches[name];
      if (bench === undefined) throw new BenchUnavailable(`there is no bench ${name}`);
      yield* bench(context);
    }
  } finally {
    await server.close();
  }
}
